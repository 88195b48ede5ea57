//! An answer kept for a repeat of the same request.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::Id;

/// An answer kept for a repeat of the same request.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// Who asked.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: Id<crate::person::Entity>,
    /// The key they chose.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub key: String,
    /// The operation.
    #[sea_orm(column_type = "Text")]
    pub operation: String,
    /// SHA-256 of the operation and its input.
    #[sea_orm(column_type = "Text")]
    pub request_hash: String,
    /// What it answered.
    #[sea_orm(column_type = "Json")]
    pub answer: serde_json::Value,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
