//! A score taken at the start or the end; a correction supersedes it.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::{MeasureStage, Need};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A score taken at the start or the end; a correction supersedes it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "measure")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// The need it measures.
    pub need: Coded<Need>,
    /// The instrument.
    pub instrument_id: Id<crate::instrument::Entity>,
    /// Start or end.
    pub stage: Coded<MeasureStage>,
    /// The score.
    pub score: i32,
    /// The day it was taken (Europe/London).
    pub taken_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by_id: Id<crate::person::Entity>,
    /// The score that this one corrects.
    pub supersedes_id: Option<Id<Entity>>,
    /// When a correction replaced it.
    pub superseded_at: Option<DateTime<Utc>>,
    /// Why it corrects the earlier score.
    #[sea_orm(column_type = "Text", nullable)]
    pub correction_reason: Option<String>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "mea";
    const NAME: &'static str = "measure";
}
