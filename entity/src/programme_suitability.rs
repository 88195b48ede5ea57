//! What an assessment found of somebody for a programme.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::Suitability;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// What an assessment found of somebody for a programme.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "programme_suitability")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The programme, as the directory has it.
    pub service_id: Id<crate::service::Entity>,
    /// What was found.
    pub suitability: Coded<Suitability>,
    /// The words to it.
    #[sea_orm(column_type = "Text")]
    pub findings: String,
    /// The day of the assessment (Europe/London).
    pub assessed_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by_id: Id<crate::person::Entity>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
    /// When a later assessment for the same programme took its place; none while it stands.
    pub superseded_at: Option<DateTime<Utc>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "psu";
    const NAME: &'static str = "programme suitability";
}
