//! The feedback form of a session; a correction supersedes it.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::FeedbackChannel;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// The feedback form of a session; a correction supersedes it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "feedback")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The session.
    pub session_id: Id<crate::session::Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// What was done.
    #[sea_orm(column_type = "Text")]
    pub what_was_done: String,
    /// How the person responded.
    #[sea_orm(column_type = "Text")]
    pub response: String,
    /// What comes next.
    #[sea_orm(column_type = "Text")]
    pub next_steps: String,
    /// Behaviour that the officer has to know of.
    #[sea_orm(column_type = "Text", nullable)]
    pub behaviour_to_report: Option<String>,
    /// Concerns that the officer has to know of.
    #[sea_orm(column_type = "Text", nullable)]
    pub concerns: Option<String>,
    /// Who recorded it.
    pub recorded_by_id: Id<crate::person::Entity>,
    /// How it reached the officer who recorded it for the provider.
    pub received_by: Option<Coded<FeedbackChannel>>,
    /// The form that this one corrects.
    pub supersedes_id: Option<Id<Entity>>,
    /// When a correction replaced it.
    pub superseded_at: Option<DateTime<Utc>>,
    /// Why it corrects the earlier form.
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
    const PREFIX: &'static str = "fbk";
    const NAME: &'static str = "feedback";
}
