//! A criterion as it was from one change to the next.

use chrono::{DateTime, NaiveDate, Utc};
use entity_derive::Placed;
use rules::terms::Purchaser;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A criterion as it was from one change to the next.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "criterion_version")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The criterion.
    pub criterion_id: Id<crate::criterion::Entity>,
    /// Its version.
    pub number: i64,
    /// The purchaser it applied to; none: both.
    pub purchaser: Option<Coded<Purchaser>>,
    /// What it asked, as `rules::directory::Criterion` reads it.
    #[sea_orm(column_type = "Json")]
    pub value: serde_json::Value,
    /// The first day on which it applied (Europe/London).
    pub effective_from: Option<NaiveDate>,
    /// The day from which it no longer applied.
    pub effective_to: Option<NaiveDate>,
    /// Why the criterion existed.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who wrote it; none where that was not kept yet.
    pub author_id: Option<Id<crate::person::Entity>>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "crv";
    const NAME: &'static str = "version of a criterion";
}
