//! A person to whom a limited-access case is open, or closed.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::AccessRestriction;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A person to whom a limited-access case is open, or closed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "case_restriction")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The case.
    pub case_id: Id<crate::probation_case::Entity>,
    /// The person named.
    pub person_id: Id<crate::person::Entity>,
    /// Open to the person alone among all others, or closed to them.
    pub kind: Coded<AccessRestriction>,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who set it.
    pub set_by_id: Id<crate::person::Entity>,
    /// When it was set.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "crs";
    const NAME: &'static str = "case restriction";
}
