//! An outcome that a referral asks for, under a need.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::Need;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// An outcome that a referral asks for, under a need.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "desired_outcome")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// The need it answers.
    pub need: Coded<Need>,
    /// What should be different afterwards.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "des";
    const NAME: &'static str = "desired outcome";
}
