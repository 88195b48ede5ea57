//! A line of the charges: money owed for a unit delivered, or taken back.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::{ChargeKind, Purchaser};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A line of the charges: money owed for a unit delivered, or taken back.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "charge")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// The session that gave rise to it.
    pub session_id: Option<Id<crate::session::Entity>>,
    /// Who owes it.
    pub purchaser: Coded<Purchaser>,
    /// Who delivered.
    pub provider_id: Id<crate::organisation::Entity>,
    /// What kind of line it is.
    pub kind: Coded<ChargeKind>,
    /// The unit charged: a session, a day, a week, the programme.
    #[sea_orm(column_type = "Text")]
    pub unit_key: String,
    /// How often the unit was charged before.
    pub generation: i32,
    /// The amount in pence sterling; negative on a reversal.
    pub pence: i64,
    /// The day of delivery (Europe/London).
    pub delivered_on: NaiveDate,
    /// The price version it was charged at.
    pub price_id: Id<crate::price::Entity>,
    /// The charge it takes back or corrects.
    pub reverses_id: Option<Id<Entity>>,
    /// What it is for.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// When it was posted.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "chg";
    const NAME: &'static str = "charge";
}
