//! A case note on a referral.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// A case note on a referral.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral_note")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// What it says.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// The provider whose staff alone see it; none: both sides.
    pub private_to_id: Option<Id<crate::organisation::Entity>>,
    /// Who wrote it.
    pub author_id: Id<crate::person::Entity>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "note";
    const NAME: &'static str = "referral note";
}
