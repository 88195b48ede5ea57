//! An issuer of tokens that an organisation brought, for its own staff alone.

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use rules::trust::{SigningAlgorithm, TokenType};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use serde::Serialize;

use crate::{CodedList, Id, Identified};

/// An issuer of tokens that an organisation brought, for its own staff alone.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "trusted_issuer")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The organisation whose staff it speaks for, and no other's.
    pub organisation_id: Id<crate::organisation::Entity>,
    /// The `iss` of its tokens.
    #[sea_orm(column_type = "Text", unique)]
    pub issuer: String,
    /// The `aud` that its tokens must carry.
    #[sea_orm(column_type = "Text")]
    pub audience: String,
    /// Its public keys as a JWKS, unless they are fetched.
    #[sea_orm(column_type = "Text", nullable)]
    pub jwks: Option<String>,
    /// Where its public keys are fetched, unless they are here.
    #[sea_orm(column_type = "Text", nullable)]
    pub jwks_url: Option<String>,
    /// The algorithms that its keys may have.
    pub algorithms: CodedList<SigningAlgorithm>,
    /// What its tokens may say that they are.
    pub token_types: CodedList<TokenType>,
    /// The claim that names the person.
    #[sea_orm(column_type = "Text")]
    pub subject_claim: String,
    /// What stands before that name in the person's subject here.
    #[sea_orm(column_type = "Text", nullable)]
    pub subject_prefix: Option<String>,
    /// The claim that lists the roles; none: the person acts in all their roles.
    #[sea_orm(column_type = "Text", nullable)]
    pub roles_claim: Option<String>,
    /// Whether it is in use.
    pub active: bool,
    /// Who made it what it is.
    pub set_by_id: Id<crate::person::Entity>,
    /// Who else approved that; until somebody has, no token of it is accepted.
    pub approved_by_id: Option<Id<crate::person::Entity>>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "iss";
    const NAME: &'static str = "trusted issuer";
}
