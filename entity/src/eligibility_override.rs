//! A criterion that a manager set aside for one referral.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// A criterion that a manager set aside for one referral.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "eligibility_override")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// The criterion.
    pub criterion_id: Id<crate::criterion::Entity>,
    /// The version of the criterion: one that is changed afterwards holds again.
    pub criterion_version: i64,
    /// Why it was set aside.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// The manager who did.
    pub author_id: Id<crate::person::Entity>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "exc";
    const NAME: &'static str = "override";
}
