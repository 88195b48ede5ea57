//! A criterion of one service, or of all services of one provider.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::{CriterionKind, Purchaser};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A criterion of one service, or of all services of one provider.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "criterion")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The provider whose services it covers, if it covers all of them.
    pub provider_id: Option<Id<crate::organisation::Entity>>,
    /// The service it covers, if it covers one.
    pub service_id: Option<Id<crate::service::Entity>>,
    /// The purchaser it applies to; none: both.
    pub purchaser: Option<Coded<Purchaser>>,
    /// What it asks about.
    pub kind: Coded<CriterionKind>,
    /// What it asks, as `rules::directory::Criterion` reads it.
    #[sea_orm(column_type = "Json")]
    pub value: serde_json::Value,
    /// The first day on which it applies (Europe/London).
    pub effective_from: Option<NaiveDate>,
    /// The day from which it no longer applies.
    pub effective_to: Option<NaiveDate>,
    /// Why the criterion exists.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "cri";
    const NAME: &'static str = "criterion";
}
