//! Named queries over issuers, clients and revocations.

use entity::{Id, api_client, client_secret, revocation, trusted_issuer};
use sea_orm::Order;

use super::graphql::ClientSecret;
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

/// The trusted issuers.
pub fn issuers(store: &Store) -> Find<'_, trusted_issuer::Entity> {
    store.find::<trusted_issuer::Entity>()
}

/// The API clients.
pub fn clients(store: &Store) -> Find<'_, api_client::Entity> {
    store.find::<api_client::Entity>()
}

/// The revocations.
pub fn revocations(store: &Store) -> Find<'_, revocation::Entity> {
    store.find::<revocation::Entity>()
}

/// The secrets of clients, the newest first.
pub async fn secrets(
    store: &Store,
    of: Vec<Id<api_client::Entity>>,
) -> Result<Vec<(Id<api_client::Entity>, ClientSecret)>> {
    let find = store.find::<client_secret::Entity>().of(client_secret::Column::ClientId, of);
    let rows = find.order_by(client_secret::Column::Id, Order::Desc).all().await?;
    Ok(Member::family(rows).map(|member| (member.client_id, ClientSecret(member))).collect())
}

/// Issuers by their `iss`.
pub const ISSUERS_BY_NAME: Ranking<trusted_issuer::Entity> = Ranking {
    column: trusted_issuer::Column::Issuer,
    descending: false,
    form: Form::Text,
    key: |row| Key::Text(row.issuer.clone()),
};

/// Clients by name.
pub const CLIENTS_BY_NAME: Ranking<api_client::Entity> = Ranking {
    column: api_client::Column::Name,
    descending: false,
    form: Form::Text,
    key: |row| Key::Text(row.name.clone()),
};

/// The latest revocations first.
pub const LATEST: Ranking<revocation::Entity> = Ranking {
    column: revocation::Column::RevokedAt,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.revoked_at),
};
