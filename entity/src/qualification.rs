//! A qualification gained.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::QualificationLevel;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A qualification gained.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "qualification")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// Its title.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// Its level.
    pub level: Coded<QualificationLevel>,
    /// The day it was awarded.
    pub awarded_on: NaiveDate,
    /// Who recorded it.
    pub recorded_by_id: Id<crate::person::Entity>,
    /// When it was recorded.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "qua";
    const NAME: &'static str = "qualification";
}
