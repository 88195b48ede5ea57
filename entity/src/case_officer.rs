//! A period in which an officer was responsible for a case.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::Grade;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A period in which an officer was responsible for a case.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "case_officer")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The responsible officer.
    pub person_id: Id<crate::person::Entity>,
    /// The grade recorded at the allocation.
    pub grade: Option<Coded<Grade>>,
    /// Why the case came to this officer.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who assigned it.
    pub assigned_by_id: Id<crate::person::Entity>,
    /// When it began.
    pub from_at: DateTime<Utc>,
    /// When it ended; none for the present officer.
    pub to_at: Option<DateTime<Utc>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "cof";
    const NAME: &'static str = "case officer";
}
