//! Reads of the directory.

use crate::graphql::date::Date;
use async_graphql::{Context, Object};
use entity::{organisation, service};
use rules::terms::Need;

use super::types::Service;
use crate::directory::reads;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::store::kin::Member;

/// Reads of this room.
#[derive(Default)]
pub struct DirectoryQuery;

#[Object]
impl DirectoryQuery {
    /// One service of the directory. Roles: all.
    async fn service(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<service::Entity>,
    ) -> Option<Result<Service>> {
        Some(Service::load(store(ctx), id.0).await)
    }

    /// The services of the network, by name. Roles: all.
    #[allow(clippy::too_many_arguments)]
    async fn services(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this provider.")] provider: Option<GlobalId<organisation::Entity>>,
        #[graphql(desc = "Only those that work on this need.")] need: Option<Shown<Need>>,
        #[graphql(desc = "Only those whose name or provider's name has all of these words, whatever their \
                          order, case, accents and apostrophes; at most 200 characters.")]
        text: Option<String>,
        #[graphql(desc = "Only those that take referrals on this day (Europe/London).")] open_on: Option<
            Date,
        >,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Service>> {
        let provider = provider.map(|id| id.0);
        let sought = reads::Sought {
            provider,
            need: need.map(|need| need.0),
            text,
            open_on: open_on.map(|day| day.0),
        };
        let window = window(ctx, first, after, last, before)?;
        let page = reads::sought(store(ctx), &sought)?.page(&reads::BY_NAME, &window).await?;
        let total = match wants_total(ctx) {
            true => Some(reads::sought(store(ctx), &sought)?.count().await?),
            false => None,
        };
        Ok(connection(page, total, |rows| Member::family(rows).map(Service)))
    }
}
