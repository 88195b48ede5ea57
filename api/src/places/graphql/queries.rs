//! Reads of the calendar.

use async_graphql::{Context, Object};
use entity::{cohort, service};

use super::{Cohort, CohortFilter, Place};
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::places::reads;
use crate::store::kin::Member;

/// Reads of this room.
#[derive(Default)]
pub struct PlacesQuery;

#[Object]
impl PlacesQuery {
    /// One cohort. Roles: all.
    async fn cohort(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<cohort::Entity>,
    ) -> Option<Result<Cohort>> {
        Some(Cohort::load(store(ctx), id.0).await)
    }

    /// The calendar: cohorts by their first day. Roles: all.
    async fn cohorts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to look for; every cohort that was not cancelled, unless said.")]
        filter: Option<CohortFilter>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Cohort>> {
        let sought = filter.unwrap_or_default().sought()?;
        let window = window(ctx, first, after, last, before)?;
        let page = reads::sought(store(ctx), &sought).await?.page(&reads::CALENDAR, &window).await?;
        let total = match wants_total(ctx) {
            true => Some(reads::sought(store(ctx), &sought).await?.count().await?),
            false => None,
        };
        Ok(connection(page, total, |rows| Member::family(rows).map(Cohort)))
    }

    /// Who has a place, is offered one, waits, or did, as far as you see their referrals; the newest first.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn places(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in this cohort, or in the line for it.")] cohort: Option<
            GlobalId<cohort::Entity>,
        >,
        #[graphql(desc = "Only those of this service.")] service: Option<GlobalId<service::Entity>>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Place>> {
        let (cohort, service) = (cohort.map(|id| id.0), service.map(|id| id.0));
        let window = window(ctx, first, after, last, before)?;
        let page = reads::places(store(ctx), cohort, service).page(&reads::NEWEST, &window).await?;
        let total = match wants_total(ctx) {
            true => Some(reads::places(store(ctx), cohort, service).count().await?),
            false => None,
        };
        Ok(connection(page, total, |rows| Member::family(rows).map(Place)))
    }
}
