//! Identifiers that cannot be mixed up.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::Unread;

/// A table whose rows have an identifier of their own.
pub trait Identified: 'static {
    /// What an identifier of this table begins with where people see it: `ref_…` for a referral.
    const PREFIX: &'static str;
    /// What one row is called in a sentence: "referral".
    const NAME: &'static str;
}

/// The identifier of a row of the table `E`: a UUID version 7 (RFC 9562), so that rows sort by age.
pub struct Id<E>(pub Uuid, PhantomData<fn() -> E>);

impl<E> Id<E> {
    /// The identifier with this value.
    pub const fn new(value: Uuid) -> Self {
        Self(value, PhantomData)
    }

    /// An identifier that nothing has yet.
    pub fn fresh() -> Self {
        Self::new(Uuid::now_v7())
    }
}

impl<E> Clone for Id<E> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<E> Copy for Id<E> {}
impl<E> PartialEq for Id<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<E> Eq for Id<E> {}
impl<E> PartialOrd for Id<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<E> Ord for Id<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<E> Hash for Id<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<E> fmt::Debug for Id<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
impl<E> fmt::Display for Id<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)
    }
}
impl<E> Serialize for Id<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, E> Deserialize<'de> for Id<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Uuid::deserialize(deserializer).map(Self::new)
    }
}
impl<E> From<Id<E>> for Value {
    fn from(id: Id<E>) -> Self {
        id.0.into()
    }
}
impl<E> TryGetable for Id<E> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        Uuid::try_get_by(row, index).map(Self::new)
    }
}
impl<E> Unread for Id<E> {
    fn unread() -> Self {
        Self::new(Uuid::nil())
    }
}
impl<E> ValueType for Id<E> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <Uuid as ValueType>::try_from(value).map(Self::new)
    }
    fn type_name() -> String {
        "Id".to_owned()
    }
    fn array_type() -> ArrayType {
        ArrayType::Uuid
    }
    fn column_type() -> ColumnType {
        ColumnType::Uuid
    }
}
impl<E> Nullable for Id<E> {
    fn null() -> Value {
        Value::Uuid(None)
    }
}

/// Asked for by SeaORM of every primary key; an identifier is no number.
impl<E> TryFromU64 for Id<E> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("Id"))
    }
}

stored_as! {
    [E,] Id<E> as Uuid => |id| Ok(Self::new(id));
}
