//! Reads of cases.

use async_graphql::{Context, Object};
use entity::{ldu, person, probation_case};
use rules::terms::RiskLevel;

use super::Case;
use crate::cases::{reads, service};
use crate::error::Result;
use crate::graphql::act::{Node as _, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, asked, asked_of_nodes, connection, wants_total, window};
use crate::graphql::shown::Shown;

/// Reads of this room.
#[derive(Default)]
pub struct CasesQuery;

#[Object]
impl CasesQuery {
    /// One case, by its identifier or by its CRN. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, AUDITOR.
    async fn case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: Option<GlobalId<probation_case::Entity>>,
        #[graphql(desc = "Its CRN: one letter and six digits.")] crn: Option<String>,
    ) -> Option<Result<Case>> {
        Some(service::one(store(ctx), id.map(|id| id.0), crn, asked(ctx)).await)
    }

    /// The cases that you may see, the newest first: those your organisation holds; for a court officer those
    /// that await allocation. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Words of CRN and name, in any order and case, without accents.")] text: Option<
            String,
        >,
        #[graphql(desc = "Only those of this responsible officer.")] officer: Option<
            GlobalId<person::Entity>,
        >,
        #[graphql(desc = "Only those of this LDU.")] ldu: Option<GlobalId<ldu::Entity>>,
        #[graphql(desc = "Only those of this risk of serious harm.")] risk_of_serious_harm: Option<
            Shown<RiskLevel>,
        >,
        #[graphql(desc = "Only those that await allocation, or only those that do not.")] awaiting_allocation: Option<bool>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Case>> {
        let sought = reads::Sought {
            text,
            officer: officer.map(|id| id.0),
            ldu: ldu.map(|id| id.0),
            risk: risk_of_serious_harm.map(|risk| risk.0),
            awaiting_allocation,
        };
        let page = reads::cases(store(ctx), &sought)?
            .beside(Case::BESIDE, Case::READS, asked_of_nodes(ctx))
            .page(&reads::NEWEST, &window(ctx, first, after, last, before)?)
            .await?;
        let total =
            if wants_total(ctx) { Some(reads::cases(store(ctx), &sought)?.count().await?) } else { None };
        Ok(connection(page, total, |rows| rows.into_iter().map(Case)))
    }
}
