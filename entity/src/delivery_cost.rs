//! What it costs a provider to deliver a unit of a service, as the provider states it.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::ServiceUnit;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// What it costs a provider to deliver a unit of a service, as the provider states it: from a day until the next
/// statement's. A correction supersedes.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "delivery_cost")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The service.
    pub service_id: Id<crate::service::Entity>,
    /// The organisation that delivers it, and states what that costs.
    pub provider_id: Id<crate::organisation::Entity>,
    /// What a unit costs, in pence sterling.
    pub pence: i64,
    /// The unit.
    pub unit: Coded<ServiceUnit>,
    /// The first day for which it holds (Europe/London).
    pub effective_from: NaiveDate,
    /// How it was reckoned.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who stated it.
    pub stated_by_id: Id<crate::person::Entity>,
    /// What it corrects.
    pub supersedes_id: Option<Id<Entity>>,
    /// When it was corrected.
    pub superseded_at: Option<DateTime<Utc>>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was stated.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "cst";
    const NAME: &'static str = "cost of delivery";
}
