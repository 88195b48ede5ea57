//! One version of a service's price, for a period.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::{PriceKind, PriceStatus, ServiceUnit};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// One version of a service's price, for a period.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "price")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The service.
    pub service_id: Id<crate::service::Entity>,
    /// The organisation for which alone it holds; none: everybody who buys at this figure.
    pub purchaser_id: Option<Id<crate::organisation::Entity>>,
    /// Which of the three figures it is.
    pub kind: Coded<PriceKind>,
    /// The price of one unit, in pence sterling.
    pub pence: i64,
    /// The unit it prices.
    pub unit: Coded<ServiceUnit>,
    /// Its first day (Europe/London).
    pub effective_from: NaiveDate,
    /// The day from which it no longer applies; none: open.
    pub effective_to: Option<NaiveDate>,
    /// The end that its author gave, before a successor closed it.
    pub intended_to: Option<NaiveDate>,
    /// Where it is on its way to the card.
    pub status: Coded<PriceStatus>,
    /// Whether it was loaded for a period already past.
    pub loaded_as_history: bool,
    /// Why it is set.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Remarks from the card.
    #[sea_orm(column_type = "Text", nullable)]
    pub notes: Option<String>,
    /// Who drafted it.
    pub author_id: Id<crate::person::Entity>,
    /// The organisation of its author.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// Who published or rejected it.
    pub approver_id: Option<Id<crate::person::Entity>>,
    /// When it was published or rejected.
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was rejected or withdrawn.
    #[sea_orm(column_type = "Text", nullable)]
    pub decision_reason: Option<String>,
    /// The import it came with.
    pub batch_id: Option<Id<crate::price_batch::Entity>>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "prc";
    const NAME: &'static str = "price";
}
