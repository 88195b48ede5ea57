//! A proposal to expect another number of units of a referral, and what was decided on it.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::variations::VariationStatus;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A proposal to expect another number of units of a referral, and what was decided on it. What a unit costs stands on the
/// price that the referral keeps: who delivers sees the units, and not always the price.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "variation")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// How many units were expected when it was proposed.
    pub previous_units: i32,
    /// How many are to be expected.
    pub expected_units: i32,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Where it stands.
    pub status: Coded<VariationStatus>,
    /// Who proposed it.
    pub proposed_by_id: Id<crate::person::Entity>,
    /// Who approved, declined or withdrew it.
    pub decided_by_id: Option<Id<crate::person::Entity>>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was declined or withdrawn, or what was said with the approval.
    #[sea_orm(column_type = "Text", nullable)]
    pub decision_reason: Option<String>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was proposed.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "var";
    const NAME: &'static str = "variation";
}
