//! A case whose records an answer held. Rows are only ever added.

use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::Id;

/// A case whose records an answer held. Rows are only ever added.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "reading_subject")]
pub struct Model {
    /// The reading.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reading_id: Id<crate::reading::Entity>,
    /// The case.
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: Id<crate::probation_case::Entity>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
