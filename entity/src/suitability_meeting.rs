//! A first meeting in which the provider assesses whether its service suits the person.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::Suitability;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A first meeting in which the provider assesses whether its service suits the person.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "suitability_meeting")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// When it is to be held.
    pub meets_at: DateTime<Utc>,
    /// Where.
    #[sea_orm(column_type = "Text", nullable)]
    pub venue: Option<String>,
    /// What it found; none until it was held and recorded.
    pub suitability: Option<Coded<Suitability>>,
    /// The words to it.
    #[sea_orm(column_type = "Text", nullable)]
    pub findings: Option<String>,
    /// Who arranged it.
    pub arranged_by_id: Id<crate::person::Entity>,
    /// Who recorded what it found.
    pub recorded_by_id: Option<Id<crate::person::Entity>>,
    /// When.
    pub recorded_at: Option<DateTime<Utc>>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was arranged.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "sut";
    const NAME: &'static str = "suitability meeting";
}
