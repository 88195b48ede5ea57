//! A program of an organisation that gets tokens of its own.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::Role;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{CodedList, Id, Identified};

/// A program of an organisation that gets tokens of its own. It acts as a person, so that roles, visibility and
/// audit work for it as for everybody.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "api_client")]
pub struct Model {
    /// Its identifier; as clients see it, its OAuth `client_id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The organisation it belongs to.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// The member of staff, or the account made for it among them, as whom it acts.
    pub person_id: Id<crate::person::Entity>,
    /// Its name, for people.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The roles that it may act in, as far as the person has them.
    pub roles: CodedList<Role>,
    /// Whether it gets tokens.
    pub active: bool,
    /// Counts its changes and its secrets', from 1.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "cli";
    const NAME: &'static str = "API client";
}
