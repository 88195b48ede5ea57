//! A session moved to another time.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::Party;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A session moved to another time.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "session_change")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The session.
    pub session_id: Id<crate::session::Entity>,
    /// When it was to start.
    pub old_starts_at: DateTime<Utc>,
    /// When it was to end.
    pub old_ends_at: DateTime<Utc>,
    /// When it now starts.
    pub new_starts_at: DateTime<Utc>,
    /// When it now ends.
    pub new_ends_at: DateTime<Utc>,
    /// Whose wish it was.
    pub requested_by: Coded<Party>,
    /// Why.
    #[sea_orm(column_type = "Text")]
    pub reason: String,
    /// Who recorded it.
    pub changed_by_id: Id<crate::person::Entity>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "sch";
    const NAME: &'static str = "session change";
}
