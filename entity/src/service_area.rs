//! How well a service serves the people of a local delivery unit.

use entity_derive::Placed;
use rules::terms::AreaReach;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id};

/// How well a service serves the people of a local delivery unit.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "service_area")]
pub struct Model {
    /// The service.
    #[sea_orm(primary_key, auto_increment = false)]
    pub service_id: Id<crate::service::Entity>,
    /// The local delivery unit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ldu_id: Id<crate::ldu::Entity>,
    /// How well.
    pub reach: Coded<AreaReach>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
