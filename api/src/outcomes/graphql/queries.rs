//! Reads of this room.

use async_graphql::{Context, Object};

use super::Instrument;
use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::outcomes::reads;

/// Reads of this room.
#[derive(Default)]
pub struct OutcomesQuery;

#[Object]
impl OutcomesQuery {
    /// The instruments with which needs are measured, by name. Roles: all.
    async fn instruments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Instrument>> {
        let window = window(ctx, first, after, last, before)?;
        let page = reads::instruments(store(ctx)).page(&reads::INSTRUMENTS_BY_NAME, &window).await?;
        let total = if wants_total(ctx) { Some(reads::instruments(store(ctx)).count().await?) } else { None };
        Ok(connection(page, total, |rows| rows.into_iter().map(Instrument)))
    }
}
