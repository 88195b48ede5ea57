//! Rows of any table: their columns, their keys, and what changed in them.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn, Value,
};
use serde::Serialize;

use crate::error::{Fault, Result};

/// Both databases bound the number of values in one statement; no table has more than sixty columns.
pub(super) fn chunks<M>(rows: Vec<M>) -> Vec<Vec<M>> {
    let mut rest = rows;
    let mut all = Vec::new();
    while !rest.is_empty() {
        let tail = rest.split_off(rest.len().min(500));
        all.push(std::mem::replace(&mut rest, tail));
    }
    all
}

pub(super) type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

pub(super) type ActiveModelOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::ActiveModel;

pub(super) fn columns<M: ModelTrait>() -> impl Iterator<Item = ColumnOf<M>> {
    ColumnOf::<M>::iter()
}

pub(super) fn column<M: ModelTrait>(name: &str) -> Option<ColumnOf<M>> {
    columns::<M>().find(|column| column.as_str() == name)
}

/// The version of a row, if it counts its versions.
pub(super) fn version_of<M: ModelTrait>(row: &M) -> Option<i64> {
    column::<M>("version").map(|version| row.get(version).unwrap::<i64>())
}

pub(super) fn table_name<M: ModelTrait>() -> &'static str {
    M::Entity::default().as_str()
}

pub(super) fn key_columns<M: ModelTrait>() -> impl Iterator<Item = ColumnOf<M>> {
    <M::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column)
}

pub(super) fn same_row<M: ModelTrait>(row: &M) -> Condition {
    key_columns::<M>().fold(Condition::all(), |condition, column| condition.add(column.eq(row.get(column))))
}

/// The row's primary key as text; the parts of a compound key behind one another.
pub(super) fn row_id<M: ModelTrait>(row: &M) -> String {
    let text = |value: Value| match value {
        Value::Uuid(Some(id)) => id.to_string(),
        Value::String(Some(text)) => text,
        other => format!("{other:?}"),
    };
    key_columns::<M>().map(|column| text(row.get(column))).collect::<Vec<_>>().join("/")
}

/// The changed columns of a row as JSON.
pub(super) fn pick<M: ModelTrait + Serialize>(row: &M, changed: &[ColumnOf<M>]) -> Result<serde_json::Value> {
    let mut row = serde_json::to_value(row).map_err(Fault::internal)?;
    if let Some(fields) = row.as_object_mut() {
        fields.retain(|name, _| changed.iter().any(|column| column.as_str() == name));
    }
    Ok(row)
}

/// A column's name as GraphQL spells it.
pub(super) fn camel_case(column: &str) -> String {
    let mut words = column.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (head, tail) = word.split_at(word.len().min(1));
        name + &head.to_uppercase() + tail
    })
}
