//! A period in which a purchaser can use a service.

use chrono::NaiveDate;
use entity_derive::Placed;
use rules::terms::{Purchaser, SentenceBasis};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A period in which a purchaser can use a service.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "service_availability")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The service.
    pub service_id: Id<crate::service::Entity>,
    /// Who can.
    pub purchaser: Coded<Purchaser>,
    /// On which basis in the sentence; none: on any.
    pub basis: Option<Coded<SentenceBasis>>,
    /// The first day (Europe/London).
    pub available_from: Option<NaiveDate>,
    /// The day from which it is over.
    pub available_to: Option<NaiveDate>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "avl";
    const NAME: &'static str = "availability";
}
