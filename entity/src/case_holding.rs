//! A period in which an organisation held a case.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// A period in which an organisation held a case.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "case_holding")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The organisation.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// Why the case was allocated there.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who allocated it.
    pub allocated_by_id: Id<crate::person::Entity>,
    /// When it began.
    pub from_at: DateTime<Utc>,
    /// When it ended; none for the present holder.
    pub to_at: Option<DateTime<Utc>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "chd";
    const NAME: &'static str = "case holding";
}
