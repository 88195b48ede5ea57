//! A secret by which an API client proves itself, as a digest.

use std::fmt;

use chrono::{DateTime, Utc};
use entity_derive::Placed;
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter,
    PrimaryKeyTrait,
};
use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable, Value};
use serde::Serialize;

use crate::{Id, Identified};

/// A secret by which an API client proves itself. The secret itself is nowhere.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Placed, Serialize)]
#[sea_orm(table_name = "client_secret")]
pub struct Model {
    /// Its identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Id<Entity>,
    /// The client.
    pub client_id: Id<crate::api_client::Entity>,
    /// SHA-256 of the secret, in base 64. The audit does not record it.
    #[sea_orm(column_type = "Text")]
    #[serde(skip_serializing)]
    pub digest: SecretDigest,
    /// Who was shown the secret.
    pub shown_to_id: Id<crate::person::Entity>,
    /// Who else approved it; until somebody has, it proves nothing.
    pub approved_by_id: Option<Id<crate::person::Entity>>,
    /// For how many hours the secrets before it live on once it is approved.
    pub overlap_hours: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends, once another has replaced it.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Identified for Entity {
    const PREFIX: &'static str = "csec";
    const NAME: &'static str = "client secret";
}

/// The digest of a secret. No log shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretDigest(pub String);

impl crate::Unread for SecretDigest {
    fn unread() -> Self {
        // The digest of nothing.
        Self(String::new())
    }
}

impl fmt::Debug for SecretDigest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretDigest(…)")
    }
}

impl From<SecretDigest> for Value {
    fn from(digest: SecretDigest) -> Self {
        digest.0.into()
    }
}

impl TryGetable for SecretDigest {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        String::try_get_by(row, index).map(Self)
    }
}

impl ValueType for SecretDigest {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <String as ValueType>::try_from(value).map(Self)
    }

    fn type_name() -> String {
        "SecretDigest".to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::Text
    }
}

impl Nullable for SecretDigest {
    fn null() -> Value {
        Value::String(None)
    }
}

stored_as! {
    [] SecretDigest as String => |digest| Ok(Self(digest));
}
