//! An organisation of the network.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::OrganisationKind;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// An organisation of the network.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// What it is in the network.
    pub kind: Coded<OrganisationKind>,
    /// Its name, as people write it.
    #[sea_orm(column_type = "Text", unique)]
    pub name: String,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it joined.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "org";
    const NAME: &'static str = "organisation";
}
