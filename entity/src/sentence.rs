//! A sentence that a case is on.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::SentenceKind;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A sentence that a case is on.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "sentence")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The kind of sentence.
    pub kind: Coded<SentenceKind>,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// The maximum number of RAR days that the court set; none without a RAR.
    pub max_rar_days: Option<i32>,
    /// The accredited programme that the court required.
    #[sea_orm(column_type = "Text", nullable)]
    pub programme: Option<String>,
    /// The hours of unpaid work that the court ordered.
    pub unpaid_work_hours: Option<i32>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "sen";
    const NAME: &'static str = "sentence";
}
