//! An LDU from which people come to a cohort.

use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::Id;

/// An LDU from which people come to a cohort.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "cohort_ldu")]
pub struct Model {
    /// The cohort.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cohort_id: Id<crate::cohort::Entity>,
    /// The LDU.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ldu_id: Id<crate::ldu::Entity>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
