//! A session with one person, on its own or as a place in a group session.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::{Party, SessionKind, SessionStatus};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A session with one person, on its own or as a place in a group session.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The group session it is a place in.
    pub group_session_id: Option<Id<crate::group_session::Entity>>,
    /// Counts the sessions of the referral, from 1.
    pub number: i32,
    /// How it is delivered.
    pub kind: Coded<SessionKind>,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where.
    #[sea_orm(column_type = "Text", nullable)]
    pub venue: Option<String>,
    /// Where it is in its life.
    pub status: Coded<SessionStatus>,
    /// Whose wish the cancellation was.
    pub cancelled_by: Option<Coded<Party>>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    #[sea_orm(column_type = "Text", nullable)]
    pub cancel_reason: Option<String>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was put in the diary.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "ses";
    const NAME: &'static str = "session";
}
