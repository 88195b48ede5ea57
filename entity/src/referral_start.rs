//! When the service of a referral began: its first session attended.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::Id;

/// When the service of a referral began. The database notes it from the attendance, and notes it anew when that is
/// corrected.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "referral_start")]
pub struct Model {
    /// The referral.
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: Id<crate::referral::Entity>,
    /// Its service.
    pub service_id: Id<crate::service::Entity>,
    /// When the first session that the person attended began.
    pub started_at: DateTime<Utc>,
    /// How many days (Europe/London) lay between the submission of the referral and that; zero where it was before.
    pub waited_days: i32,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
