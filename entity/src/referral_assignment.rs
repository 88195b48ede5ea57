//! A period in which a worker had a referral.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Id, Identified};

/// A period in which a worker had a referral.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral_assignment")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The referral.
    pub referral_id: Id<crate::referral::Entity>,
    /// The worker.
    pub worker_id: Id<crate::person::Entity>,
    /// Who assigned it.
    pub assigned_by_id: Id<crate::person::Entity>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// When it began.
    pub from_at: DateTime<Utc>,
    /// When it ended; none for the present worker.
    pub to_at: Option<DateTime<Utc>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "asg";
    const NAME: &'static str = "referral assignment";
}
