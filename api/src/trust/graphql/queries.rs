//! Reads of this room.

use async_graphql::{Context, Object};

use super::{ApiClient, Revocation, TrustedIssuer};
use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::store::kin::Member;
use crate::trust::reads;

/// Reads of this room.
#[derive(Default)]
pub struct TrustQuery;

#[Object]
impl TrustQuery {
    /// The issuers that organisations brought, by their `iss`. Roles: AUDITOR, SYSTEM_ADMINISTRATOR.
    async fn trusted_issuers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<TrustedIssuer>> {
        let window = window(ctx, first, after, last, before)?;
        let page = reads::issuers(store(ctx)).page(&reads::ISSUERS_BY_NAME, &window).await?;
        let total = if wants_total(ctx) { Some(reads::issuers(store(ctx)).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(TrustedIssuer)))
    }

    /// The programs of partners that get tokens of their own, by name. Roles: AUDITOR, SYSTEM_ADMINISTRATOR.
    async fn api_clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<ApiClient>> {
        let window = window(ctx, first, after, last, before)?;
        let page = reads::clients(store(ctx)).page(&reads::CLIENTS_BY_NAME, &window).await?;
        let total = if wants_total(ctx) { Some(reads::clients(store(ctx)).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(ApiClient)))
    }

    /// What was taken back of tokens, the latest first. Roles: AUDITOR, SYSTEM_ADMINISTRATOR.
    async fn revocations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Revocation>> {
        let window = window(ctx, first, after, last, before)?;
        let page = reads::revocations(store(ctx)).page(&reads::LATEST, &window).await?;
        let total = if wants_total(ctx) { Some(reads::revocations(store(ctx)).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(Revocation)))
    }
}
