//! Reads of referrals.

use async_graphql::{Context, Enum, Object};
use entity::referral;
use rules::terms::ReferralStatus;
use rules::{Term, reference};
use sea_orm::ColumnTrait;

use super::{Referral, ReferralFilter};
use crate::error::{Fault, Result};
use crate::graphql::act::{Node, store};
use crate::graphql::date::in_order;
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, asked, asked_of_nodes, connection, wants_total, window};
use crate::referrals::reads;
use crate::store::kin::Member;

/// The order of a list of referrals.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ReferralOrder {
    /// The latest draft first.
    Newest,
    /// The earliest draft first.
    Oldest,
    /// The soonest respond-by day first. Drafts, which have none, are left out.
    RespondBy,
}

/// Reads of this room.
#[derive(Default)]
pub struct ReferralsQuery;

#[Object]
impl ReferralsQuery {
    /// One referral, by its identifier or by its reference as heard over the telephone: case, spaces and dashes do
    /// not matter. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    async fn referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: Option<GlobalId<referral::Entity>>,
        #[graphql(desc = "Its reference.")] reference: Option<String>,
    ) -> Option<Result<Referral>> {
        Some(match (id, reference) {
            (Some(id), None) => Referral::load_with(store(ctx), id.0, asked(ctx)).await,
            (None, Some(reference)) => by_reference(ctx, &reference).await,
            _ => Err(Fault::bad_input("Give either `id` or `reference`.")),
        })
    }

    /// The referrals that you may see: your inbox. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn referrals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the list is narrowed to.", default)] filter: ReferralFilter,
        #[graphql(desc = "The order of the list.", default_with = "ReferralOrder::Newest")]
        order_by: ReferralOrder,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Referral>> {
        let sought = sought(filter)?;
        let find = || {
            let dated =
                (order_by == ReferralOrder::RespondBy).then(|| referral::Column::RespondBy.is_not_null());
            reads::sought(store(ctx), &sought).map(|find| find.filter_if(dated))
        };
        let ranking = match order_by {
            ReferralOrder::Newest => reads::by_age(true),
            ReferralOrder::Oldest => reads::by_age(false),
            ReferralOrder::RespondBy => reads::BY_RESPOND_BY,
        };
        let together = find()?.beside(Referral::BESIDE, Referral::READS, asked_of_nodes(ctx));
        let page = together.page(&ranking, &window(ctx, first, after, last, before)?).await?;
        let total = if wants_total(ctx) { Some(find()?.count().await?) } else { None };
        Ok(connection(page, total, |rows| rows.into_iter().map(Referral)))
    }
}

async fn by_reference(ctx: &Context<'_>, reference: &str) -> Result<Referral> {
    let reference = reference::parse(reference)
        .ok_or_else(|| Fault::bad_input("This is no reference: listen again, a character is wrong."))?;
    let find = store(ctx).find::<referral::Entity>().filter(referral::Column::Reference.eq(reference));
    let row = find.first().await?.ok_or_else(|| Fault::not_found("referral"))?;
    Ok(Referral(Member::alone(row)))
}

/// What a filter looks for.
pub(super) fn sought(filter: ReferralFilter) -> Result<reads::Sought> {
    in_order(("filter.submittedFrom", filter.submitted_from), ("filter.submittedTo", filter.submitted_to))?;
    Ok(reads::Sought {
        statuses: filter.statuses.map(|asked| {
            let all = ReferralStatus::ALL.iter().copied();
            all.filter(|status| asked.iter().any(|asked| asked.0 == *status)).collect()
        }),
        urgency: filter.urgency.map(|urgency| urgency.0),
        respond_by_passed: filter.respond_by_passed,
        unassigned: filter.unassigned,
        assigned_to_me: filter.assigned_to_me,
        sent_by_me: filter.sent_by_me,
        service: filter.service.map(|id| id.0),
        provider: filter.provider.map(|id| id.0),
        case: filter.case.map(|id| id.0),
        ldu: filter.ldu.map(|id| id.0),
        submitted_from: filter.submitted_from.map(|day| day.0),
        submitted_to: filter.submitted_to.map(|day| day.0),
        text: filter.text,
    })
}
