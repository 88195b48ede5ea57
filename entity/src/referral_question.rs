//! A question of the provider before it decides, with its answer.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// A question of the provider before it decides, with its answer.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral_question")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// What the provider asks.
    #[sea_orm(column_type = "Text")]
    pub question: String,
    /// Who asked.
    pub asked_by_id: Id<crate::person::Entity>,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// What the officer answered.
    #[sea_orm(column_type = "Text", nullable)]
    pub answer: Option<String>,
    /// Who answered.
    pub answered_by_id: Option<Id<crate::person::Entity>>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// Counts its changes, from 1.
    pub version: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "que";
    const NAME: &'static str = "referral question";
}
