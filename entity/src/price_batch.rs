//! Prices imported together, approved together.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::{PriceKind, PriceStatus};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// Prices imported together, approved together.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "price_batch")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// Which figure the batch holds.
    pub kind: Coded<PriceKind>,
    /// Where the batch is on its way to the card.
    pub status: Coded<PriceStatus>,
    /// Why the prices are set.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who imported it.
    pub author_id: Id<crate::person::Entity>,
    /// The organisation of its author.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// Who approved or rejected it.
    pub approver_id: Option<Id<crate::person::Entity>>,
    /// When it was approved or rejected.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected.
    #[sea_orm(column_type = "Text", nullable)]
    pub decision_reason: Option<String>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was imported.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "pbt";
    const NAME: &'static str = "price batch";
}
