//! People who take a service together, dated or rolling.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::CohortMode;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// People who take a service together, dated or rolling.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "cohort")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The service.
    pub service_id: Id<crate::service::Entity>,
    /// The organisation that delivers it, and keeps its cohorts.
    pub provider_id: Id<crate::organisation::Entity>,
    /// Where it meets.
    #[sea_orm(column_type = "Text")]
    pub venue: String,
    /// By day or in the evening.
    pub mode: Coded<CohortMode>,
    /// Whether people begin and end one by one, and not together.
    pub rolling: bool,
    /// The first day (Europe/London).
    pub first_day: NaiveDate,
    /// The last day; a rolling cohort may have none.
    pub last_day: Option<NaiveDate>,
    /// When it meets in the week: a list of `{"day", "starts", "ends"}`.
    #[sea_orm(column_type = "Json")]
    pub weekly_times: serde_json::Value,
    /// How many people can be in it.
    pub places: i32,
    /// How many places are booked or offered. The database counts them.
    pub held: i32,
    /// Who runs it: a list of names.
    #[sea_orm(column_type = "Json")]
    pub facilitators: serde_json::Value,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    #[sea_orm(column_type = "Text", nullable)]
    pub cancel_reason: Option<String>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was put in the calendar.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "coh";
    const NAME: &'static str = "cohort";
}
