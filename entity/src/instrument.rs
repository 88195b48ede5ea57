//! A named measure with a bounded scale.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::ScoreDirection;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A named measure with a bounded scale.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "instrument")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// Its name.
    #[sea_orm(column_type = "Text", unique)]
    pub name: String,
    /// What it measures and how.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// The lowest score.
    pub low: i32,
    /// The highest score.
    pub high: i32,
    /// Which way is better.
    pub direction: Coded<ScoreDirection>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "ins";
    const NAME: &'static str = "instrument";
}
