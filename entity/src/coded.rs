//! A term of the field as a column.

use std::ops::Deref;

use rules::Term;
use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::sqlx::error::BoxDynError;
use sea_orm::sqlx::{Database, Decode, Type};
use sea_orm::{ColIdx, DbErr, QueryResult, TryFromU64, TryGetError, TryGetable, Value};
use serde::{Serialize, Serializer};

use crate::Unread;

/// A [`Term`] that the database stores by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Coded<T: Term>(pub T);

impl<T: Term> Deref for Coded<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Term> Unread for Coded<T> {
    fn unread() -> Self {
        Self(T::ALL[0])
    }
}

impl<T: Term> From<T> for Coded<T> {
    fn from(term: T) -> Self {
        Self(term)
    }
}

impl<T: Term> Serialize for Coded<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.code())
    }
}

impl<T: Term> From<Coded<T>> for Value {
    fn from(coded: Coded<T>) -> Self {
        coded.0.code().into()
    }
}

impl<T: Term> TryGetable for Coded<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let code = String::try_get_by(row, index)?;
        T::from_code(&code).map(Self).ok_or_else(|| unknown::<T>(&code).into())
    }
}

impl<T: Term> ValueType for Coded<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let code = <String as ValueType>::try_from(value)?;
        T::from_code(&code).map(Self).ok_or(ValueTypeErr)
    }

    fn type_name() -> String {
        T::TYPE.to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        ColumnType::Text
    }
}

impl<T: Term> Nullable for Coded<T> {
    fn null() -> Value {
        Value::String(None)
    }
}

/// Asked for by SeaORM of every part of a primary key; a term is no number.
impl<T: Term> TryFromU64 for Coded<T> {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64(T::TYPE))
    }
}

fn unknown<T: Term>(code: &str) -> DbErr {
    DbErr::Type(format!("{code:?} is no {}", T::TYPE))
}

impl<T: Term, Db: Database> Type<Db> for Coded<T>
where
    str: Type<Db>,
{
    fn type_info() -> Db::TypeInfo {
        <str as Type<Db>>::type_info()
    }
    fn compatible(kind: &Db::TypeInfo) -> bool {
        <str as Type<Db>>::compatible(kind)
    }
}

/// Without a copy of the code.
impl<'row, T: Term, Db: Database> Decode<'row, Db> for Coded<T>
where
    &'row str: Decode<'row, Db>,
{
    fn decode(value: Db::ValueRef<'row>) -> Result<Self, BoxDynError> {
        let code = <&str as Decode<'row, Db>>::decode(value)?;
        T::from_code(code).map(Self).ok_or_else(|| unknown::<T>(code).into())
    }
}
