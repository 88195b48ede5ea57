//! What a local delivery unit may spend in a period.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::Purchaser;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// What a local delivery unit may spend in a period. A change supersedes.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "budget")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The local delivery unit.
    pub ldu_id: Id<crate::ldu::Entity>,
    /// The organisation that it belongs to.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// Which side that is.
    pub purchaser: Coded<Purchaser>,
    /// The first day (Europe/London).
    pub starts_on: NaiveDate,
    /// The day after the last.
    pub ends_on: NaiveDate,
    /// The amount, in pence sterling.
    pub pence: i64,
    /// Why it was set so.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who set it.
    pub set_by_id: Id<crate::person::Entity>,
    /// What it changes.
    pub supersedes_id: Option<Id<Entity>>,
    /// When it was changed.
    pub superseded_at: Option<DateTime<Utc>>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was set.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "bdg";
    const NAME: &'static str = "budget";
}
