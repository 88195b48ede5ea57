//! How a referral stands to a place in a cohort: in line, offered one, booked, and how that ended.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::PlaceStatus;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// How a referral stands to a place in a cohort. What time does to it is written down by the next act on its line.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "place")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// Its case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// Its service.
    pub service_id: Id<crate::service::Entity>,
    /// The cohort: the one waited for, offered or booked; none while it may be any of the service.
    pub cohort_id: Option<Id<crate::cohort::Entity>>,
    /// Only cohorts to which people come from this LDU, where it may be any.
    pub ldu_id: Option<Id<crate::ldu::Entity>>,
    /// Where in the line of the service: lower numbers joined earlier. None where a place was booked at once.
    pub line_number: Option<i64>,
    /// How it stands.
    pub status: Coded<PlaceStatus>,
    /// When it joined the line.
    pub joined_at: Option<DateTime<Utc>>,
    /// When a place was offered.
    pub offered_at: Option<DateTime<Utc>>,
    /// Until when the offer stands.
    pub offer_until: Option<DateTime<Utc>>,
    /// When the place was booked, or the offer accepted.
    pub booked_at: Option<DateTime<Utc>>,
    /// When it came to its end.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub end_reason: Option<String>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When the place was booked, or the line joined.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "plc";
    const NAME: &'static str = "place";
}
