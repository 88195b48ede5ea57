//! A request to a provider to deliver a service to a person.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::{DeclineReason, EndReason, Purchaser, ReferralStatus, Urgency};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A request to a provider to deliver a service to a person.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// A short reference, readable over the telephone.
    #[sea_orm(column_type = "Text", unique)]
    pub reference: String,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The organisation that holds the case now.
    pub holder_id: Id<crate::organisation::Entity>,
    /// The service asked for.
    pub service_id: Id<crate::service::Entity>,
    /// The organisation that delivers the service.
    pub provider_id: Id<crate::organisation::Entity>,
    /// Who pays.
    pub purchaser: Coded<Purchaser>,
    /// The officer who wrote it.
    pub referred_by_id: Id<crate::person::Entity>,
    /// The provider's worker it is assigned to.
    pub worker_id: Option<Id<crate::person::Entity>>,
    /// Where it is in its life.
    pub status: Coded<ReferralStatus>,
    /// How soon the provider should answer.
    pub urgency: Coded<Urgency>,
    /// The sentence it is made under.
    pub sentence_id: Option<Id<crate::sentence::Entity>>,
    /// RAR days set aside for it.
    pub rar_days: Option<i32>,
    /// Whether its attended sessions count towards the RAR: the service's rule as it was at submission.
    pub counts_towards_rar: bool,
    /// The licence condition it serves.
    #[sea_orm(column_type = "Text", nullable)]
    pub licence_condition: Option<String>,
    /// Why the person is referred.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// What the provider has to know about risk.
    #[sea_orm(column_type = "Text")]
    pub risk_summary: String,
    /// Whether home visits are asked for.
    pub home_visits: bool,
    /// How many units are expected.
    pub expected_units: Option<i32>,
    /// The day by which the provider should answer.
    pub respond_by: Option<NaiveDate>,
    /// When it was first submitted.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was accepted or declined.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was declined.
    pub decline_reason: Option<Coded<DeclineReason>>,
    /// Why it ended before completion.
    pub end_reason: Option<Coded<EndReason>>,
    /// The words given with the decline, the withdrawal or the end; both sides see them.
    #[sea_orm(column_type = "Text", nullable)]
    pub closing_note: Option<String>,
    /// When it was declined, completed, ended early or withdrawn.
    pub ended_at: Option<DateTime<Utc>>,
    /// The day from which the provider no longer reads it, once it has ended.
    pub provider_reads_until: Option<NaiveDate>,
    /// Reference, CRN and name, folded for search.
    #[sea_orm(column_type = "Text")]
    pub search_text: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When the draft was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "ref";
    const NAME: &'static str = "referral";
}
