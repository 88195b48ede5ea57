//! A service that a provider delivers.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::{ServiceUnit, SessionKind};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A service that a provider delivers.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "service")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The organisation that delivers it.
    pub provider_id: Id<crate::organisation::Entity>,
    /// Its name in the directory.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Content and dosage, for officers and sentencers.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// How it is usually delivered.
    pub delivery: Coded<SessionKind>,
    /// The unit in which it is priced and charged.
    pub unit: Coded<ServiceUnit>,
    /// Whether its attended sessions count as RAR days.
    pub counts_towards_rar: bool,
    /// Whether the provider first assesses suitability.
    pub needs_suitability_meeting: bool,
    /// How many units a person usually receives.
    pub usual_units: Option<i32>,
    /// Working days within which the provider should answer.
    pub respond_within_days: i32,
    /// Share of the price charged for an acceptable absence.
    pub acceptable_absence_percent: i32,
    /// Share of the price charged for an unacceptable absence.
    pub unacceptable_absence_percent: i32,
    /// Share of the price charged when the service user cancels late.
    pub late_cancellation_percent: i32,
    /// How many hours before its start a cancellation is late.
    pub late_cancellation_hours: i32,
    /// Share of the price charged when the person came and the provider's own arrangements failed.
    pub provider_logistics_percent: i32,
    /// The first day on which it takes referrals.
    pub open_from: Option<NaiveDate>,
    /// The day from which it takes none.
    pub open_to: Option<NaiveDate>,
    /// Why the service is withdrawn, for both sides.
    #[sea_orm(column_type = "Text", nullable)]
    pub withdrawal_reason: Option<String>,
    /// The earliest day on which somebody could start, as the provider says.
    pub earliest_start: Option<NaiveDate>,
    /// The administrator who put it on the rate card; none while it waits, and where nobody was asked.
    pub approved_by_id: Option<Id<crate::person::Entity>>,
    /// Whether it is on the rate card, so that people can be referred to it.
    pub on_card: bool,
    /// Name and provider, folded for search.
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    /// The words of name, content and provider, each with a space before it.
    #[sea_orm(column_type = "Text")]
    pub search_words: String,
    /// The words of the name, each with a space before it.
    #[sea_orm(column_type = "Text")]
    pub name_words: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it entered the directory.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "svc";
    const NAME: &'static str = "service";
}
