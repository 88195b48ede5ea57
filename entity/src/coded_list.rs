//! Several terms of the field in one column.

use std::ops::Deref;

use rules::Term;
use sea_orm::sea_query::{ArrayType, ColumnType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable, Value};
use serde::{Serialize, Serializer};

use crate::Unread;

/// [`Term`]s that the database stores by their codes, with a space between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodedList<T: Term>(pub Vec<T>);

impl<T: Term> CodedList<T> {
    /// The codes as the column holds them.
    pub fn text(&self) -> String {
        self.0.iter().map(|term| term.code()).collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> Option<Self> {
        text.split_whitespace().map(T::from_code).collect::<Option<Vec<T>>>().map(Self)
    }
}

impl<T: Term> Unread for CodedList<T> {
    fn unread() -> Self {
        Self(Vec::new())
    }
}

impl<T: Term> Deref for CodedList<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Term> Serialize for CodedList<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|term| term.code()))
    }
}

impl<T: Term> From<CodedList<T>> for Value {
    fn from(list: CodedList<T>) -> Self {
        list.text().into()
    }
}

impl<T: Term> TryGetable for CodedList<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        let unknown = || DbErr::Type(format!("{text:?} is no list of {}", T::TYPE));
        Self::read(&text).ok_or_else(|| unknown().into())
    }
}

impl<T: Term> ValueType for CodedList<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let text = <String as ValueType>::try_from(value)?;
        Self::read(&text).ok_or(ValueTypeErr)
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

impl<T: Term> Nullable for CodedList<T> {
    fn null() -> Value {
        Value::String(None)
    }
}

stored_as! {
    [T: Term,] CodedList<T> as String => |text| Self::read(&text).ok_or_else(|| format!("{text:?} is no list of {}", T::TYPE).into());
}
