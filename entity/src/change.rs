//! A row that changed, for those who follow it. The database adds it with the audit, and it is forgotten after a while.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::Id;

/// A row that changed, for those who follow it. The database adds it with the audit, and it is forgotten after a while.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "change")]
pub struct Model {
    /// Its place among the changes of its transaction; on SQLite among all.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// The number of its transaction; 0 on SQLite.
    pub transaction_number: i64,
    /// When the request began by which it was changed.
    pub at: DateTime<Utc>,
    /// The table of the row.
    #[sea_orm(column_type = "Text")]
    pub table_name: String,
    /// The row.
    #[sea_orm(column_type = "Text")]
    pub row_id: String,
    /// The referral concerned.
    pub referral_id: Option<Id<crate::referral::Entity>>,
    /// Who holds its case.
    pub holder_id: Option<Id<crate::organisation::Entity>>,
    /// To whom it goes.
    pub provider_id: Option<Id<crate::organisation::Entity>>,
    /// Who held its case before this change, where that changed.
    pub before_holder_id: Option<Id<crate::organisation::Entity>>,
    /// Whose it was before this change, where that changed.
    pub before_worker_id: Option<Id<crate::person::Entity>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
