//! The price a referral keeps: the one in force on the day it was first submitted.

use chrono::NaiveDate;
use entity_derive::Placed;
use rules::terms::{PriceKind, ServiceUnit};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id};

/// The price a referral keeps: the one in force on the day it was first submitted.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral_price")]
pub struct Model {
    /// The referral.
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: Id<crate::referral::Entity>,
    /// The price version it was copied from.
    pub price_id: Id<crate::price::Entity>,
    /// The organisation that pays: the one that held the case at submission.
    pub purchaser_id: Option<Id<crate::organisation::Entity>>,
    /// Card for the NPS, supply for the CRC.
    pub kind: Coded<PriceKind>,
    /// The price of one unit, in pence sterling.
    pub pence: i64,
    /// The unit it prices.
    pub unit: Coded<ServiceUnit>,
    /// How many units are expected: as submitted, or as the last approved variation says.
    pub expected_units: i32,
    /// Price times expected units, in pence sterling.
    pub expected_total_pence: i64,
    /// The service's charging rule, frozen.
    pub acceptable_absence_percent: i32,
    /// The service's charging rule, frozen.
    pub unacceptable_absence_percent: i32,
    /// The service's charging rule, frozen.
    pub late_cancellation_percent: i32,
    /// The service's charging rule, frozen.
    pub late_cancellation_hours: i32,
    /// The service's charging rule, frozen.
    pub provider_logistics_percent: i32,
    /// The day of first submission (Europe/London).
    pub priced_on: NaiveDate,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
