//! What became of a session; a correction supersedes it.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::{AbsenceReason, AttendanceOutcome, FeedbackChannel, NotDeliveredReason};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// What became of a session; a correction supersedes it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "attendance")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The session.
    pub session_id: Id<crate::session::Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// What became of the session.
    pub outcome: Coded<AttendanceOutcome>,
    /// By how many minutes the person was late.
    pub late_minutes: Option<i32>,
    /// Why the person was late.
    #[sea_orm(column_type = "Text", nullable)]
    pub late_reason: Option<String>,
    /// Why the session did not happen although the person came.
    pub not_delivered_reason: Option<Coded<NotDeliveredReason>>,
    /// Why the person was absent.
    pub absence_reason: Option<Coded<AbsenceReason>>,
    /// The words to it.
    #[sea_orm(column_type = "Text", nullable)]
    pub absence_note: Option<String>,
    /// How contact was tried.
    #[sea_orm(column_type = "Text", nullable)]
    pub contact_attempts: Option<String>,
    /// Who recorded it.
    pub recorded_by_id: Id<crate::person::Entity>,
    /// How it reached the officer who recorded it for the provider.
    pub received_by: Option<Coded<FeedbackChannel>>,
    /// The officer who judged the absence.
    pub judged_by_id: Option<Id<crate::person::Entity>>,
    /// When.
    pub judged_at: Option<DateTime<Utc>>,
    /// The officer's words to it.
    #[sea_orm(column_type = "Text", nullable)]
    pub judgement_note: Option<String>,
    /// The record that this one corrects.
    pub supersedes_id: Option<Id<Entity>>,
    /// When a correction replaced it.
    pub superseded_at: Option<DateTime<Utc>>,
    /// Why it corrects the earlier record.
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
    const PREFIX: &'static str = "att";
    const NAME: &'static str = "attendance";
}
