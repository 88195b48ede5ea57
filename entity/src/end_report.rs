//! The end-of-service report of a referral; a later one supersedes it.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// The end-of-service report of a referral; a later one supersedes it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "end_report")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// What was delivered and what changed.
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    /// What should follow.
    #[sea_orm(column_type = "Text", nullable)]
    pub further_work: Option<String>,
    /// Who submitted it.
    pub author_id: Id<crate::person::Entity>,
    /// The report that this one replaces.
    pub supersedes_id: Option<Id<Entity>>,
    /// When a later report replaced it.
    pub superseded_at: Option<DateTime<Utc>>,
    /// Why it replaces the earlier report.
    #[sea_orm(column_type = "Text", nullable)]
    pub correction_reason: Option<String>,
    /// When it was submitted.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "rep";
    const NAME: &'static str = "end report";
}
