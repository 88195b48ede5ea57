//! A threshold that a margin or a unit cost should not pass.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::alerts::{PriceMeasure, ThresholdBound};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A threshold that a margin or a unit cost should not pass.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "price_threshold")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The organisation that watches.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// The service that is watched; none: every one.
    pub service_id: Option<Id<crate::service::Entity>>,
    /// What is watched.
    pub measure: Coded<PriceMeasure>,
    /// On which side an alert lies.
    pub bound: Coded<ThresholdBound>,
    /// The threshold, in per cent of the price.
    pub percent: i32,
    /// Why it is watched.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who set it.
    pub set_by_id: Id<crate::person::Entity>,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was set.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "thr";
    const NAME: &'static str = "threshold";
}
