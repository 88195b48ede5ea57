//! A session for a group, with a register.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::terms::Party;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id, Identified};

/// A session for a group, with a register.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "group_session")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The organisation that delivers it.
    pub provider_id: Id<crate::organisation::Entity>,
    /// The service.
    pub service_id: Id<crate::service::Entity>,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// Where.
    #[sea_orm(column_type = "Text", nullable)]
    pub venue: Option<String>,
    /// Whose wish its cancellation was.
    #[sea_orm(column_type = "Text", nullable)]
    pub cancelled_by: Option<Coded<Party>>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Why it was cancelled.
    #[sea_orm(column_type = "Text", nullable)]
    pub cancel_reason: Option<String>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was put in the diary.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "grp";
    const NAME: &'static str = "group session";
}
