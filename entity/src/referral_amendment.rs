//! A change to a referral after it was sent.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// A change to a referral after it was sent.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral_amendment")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// The field that changed, as GraphQL spells it.
    #[sea_orm(column_type = "Text")]
    pub field: String,
    /// Its value before.
    #[sea_orm(column_type = "Text", nullable)]
    pub old_value: Option<String>,
    /// Its value after.
    #[sea_orm(column_type = "Text", nullable)]
    pub new_value: Option<String>,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who.
    pub amended_by_id: Id<crate::person::Entity>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "amd";
    const NAME: &'static str = "referral amendment";
}
