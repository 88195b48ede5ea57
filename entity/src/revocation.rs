//! A token, or all tokens of a client or a person, taken back. Rows are only ever added.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::trust::RevocationKind;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A token, or all tokens of a client or a person, taken back. Rows are only ever added.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "revocation")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// What it takes back.
    pub kind: Coded<RevocationKind>,
    /// Whose: the token's `jti`, or the client's or the person's identifier as clients see it.
    #[sea_orm(column_type = "Text")]
    pub value: String,
    /// When. Of a client or a person, tokens issued until then are refused. It need not be remembered for longer
    /// than a token can live.
    pub revoked_at: DateTime<Utc>,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who took it back.
    pub by_id: Id<crate::person::Entity>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "rev";
    const NAME: &'static str = "revocation";
}
