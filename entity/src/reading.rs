//! An answer that held records of persons under supervision. Rows are only ever added.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// An answer that held records of persons under supervision. Rows are only ever added.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "reading")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// When they were read.
    pub at: DateTime<Utc>,
    /// When this was recorded, a moment later.
    pub recorded_at: DateTime<Utc>,
    /// Who read.
    pub person_id: Id<crate::person::Entity>,
    /// For which organisation.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// The codes of the roles they acted in, with spaces between them.
    #[sea_orm(column_type = "Text")]
    pub roles: String,
    /// The name of the operation, or the fields at its top.
    #[sea_orm(column_type = "Text")]
    pub operation: String,
    /// What they said it was for.
    #[sea_orm(column_type = "Text", nullable)]
    pub purpose: Option<String>,
    /// The request.
    #[sea_orm(column_type = "Text")]
    pub request_id: String,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "rdg";
    const NAME: &'static str = "reading";
}
