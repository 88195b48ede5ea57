//! A seal on committed events: what they were, and the seal before it. Rows are only ever added.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::SealKind;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;
use uuid::Uuid;

use crate::Coded;

/// A seal on committed events: what they were, and the seal before it. Rows are only ever added.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "audit_seal")]
pub struct Model {
    /// Its number, from 1 and without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The kind of events.
    pub kind: Coded<SealKind>,
    /// The first of them.
    pub first_id: Uuid,
    /// The last of them.
    pub last_id: Uuid,
    /// When the first of them happened.
    pub first_at: DateTime<Utc>,
    /// When the last of them happened.
    pub last_at: DateTime<Utc>,
    /// How many they are.
    pub row_count: i32,
    /// SHA-256 over their digests, in their order.
    #[sea_orm(column_type = "Text")]
    pub root: String,
    /// The digest of the seal before it of the same kind; 64 zeros for the first.
    #[sea_orm(column_type = "Text")]
    pub previous: String,
    /// SHA-256 over all of the above and below.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// When it was sealed.
    pub sealed_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
