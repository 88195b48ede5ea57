//! What of a member of staff stands on rows of other organisations: who referred, who delivers, who wrote.

use entity_derive::Placed;
use rules::terms::Grade;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{Coded, Id};

/// A member of staff by name: a view of `person`, which is read and never written.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "named_person")]
pub struct Model {
    /// Whose name it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<crate::person::Entity>,
    /// The organisation they work for.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// Their name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Their grade, for probation staff.
    pub grade: Option<Coded<Grade>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
