//! A member of staff, who works for one organisation.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::Grade;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A member of staff, who works for one organisation.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The organisation they work for.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// The `sub` of their tokens.
    #[sea_orm(column_type = "Text", unique)]
    pub subject: String,
    /// Their name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Their work address, in lower case.
    #[sea_orm(column_type = "Text", unique)]
    pub email: String,
    /// Their grade, for probation staff.
    pub grade: Option<Coded<Grade>>,
    /// The LDU they work in, for probation staff.
    pub ldu_id: Option<Id<crate::ldu::Entity>>,
    /// Whether they still work there; who left has no access.
    pub active: bool,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When they joined.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "per";
    const NAME: &'static str = "person";
}
