//! The digest of a sealed event. It stays when the event is erased; its salt goes.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;
use uuid::Uuid;

/// The digest of a sealed event. It stays when the event is erased; its salt goes.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "audit_digest")]
pub struct Model {
    /// The event.
    #[sea_orm(primary_key, auto_increment = false)]
    pub row_id: Uuid,
    /// The seal.
    pub seal_number: i64,
    /// The event's place in the seal, from 1.
    pub position: i32,
    /// Random, so that nobody finds out by trial what an erased event said; none once it is erased.
    #[sea_orm(column_type = "Text", nullable)]
    pub salt: Option<String>,
    /// SHA-256 over the salt and the event.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// When the event was erased by policy.
    pub erased_at: Option<DateTime<Utc>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
