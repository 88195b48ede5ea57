//! A change to a row, recorded with the change itself. Rows are only ever added.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// A change to a row, recorded with the change itself. Rows are only ever added.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// When.
    pub at: DateTime<Utc>,
    /// Who; none for the server itself.
    pub person_id: Option<Id<crate::person::Entity>>,
    /// For which organisation.
    pub organisation_id: Option<Id<crate::organisation::Entity>>,
    /// Through which operation.
    #[sea_orm(column_type = "Text")]
    pub operation: String,
    /// The request it came with.
    #[sea_orm(column_type = "Text")]
    pub request_id: String,
    /// `insert`, `update` or `delete`.
    #[sea_orm(column_type = "Text")]
    pub act: String,
    /// The table of the row.
    #[sea_orm(column_type = "Text")]
    pub table_name: String,
    /// The row.
    #[sea_orm(column_type = "Text")]
    pub row_id: String,
    /// The case concerned, where there is one.
    pub case_id: Option<uuid::Uuid>,
    /// The new values, and the old ones of what changed.
    #[sea_orm(column_type = "Json")]
    pub changes: serde_json::Value,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "aud";
    const NAME: &'static str = "audit event";
}
