//! The result of a desired outcome in an end-of-service report.

use entity_derive::Placed;
use rules::terms::OutcomeResult;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// The result of a desired outcome in an end-of-service report.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "end_report_outcome")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The report.
    pub report_id: Id<crate::end_report::Entity>,
    /// The desired outcome.
    pub desired_outcome_id: Id<crate::desired_outcome::Entity>,
    /// How far it was reached.
    pub result: Coded<OutcomeResult>,
    /// The words to it.
    #[sea_orm(column_type = "Text", nullable)]
    pub comment: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "ero";
    const NAME: &'static str = "end report outcome";
}
