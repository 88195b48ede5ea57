//! An item supplied with a referral because the service requires it.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::RequiredItem;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// An item supplied with a referral because the service requires it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral_item")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// What it is.
    pub item: Coded<RequiredItem>,
    /// Where the document is, or its reference.
    #[sea_orm(column_type = "Text")]
    pub document: String,
    /// Who supplied it.
    pub supplied_by_id: Id<crate::person::Entity>,
    /// When it was supplied.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "itm";
    const NAME: &'static str = "referral item";
}
