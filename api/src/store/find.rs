//! Reading: every statement begins with the scope's condition, and what a room adds only narrows it.

use sea_orm::sea_query::{Expr, ExprTrait, IntoCondition, LockType};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, Iterable, JoinType, ModelTrait, Order,
    PaginatorTrait, PrimaryKeyToColumn, QueryFilter, QueryOrder, QueryResult, QuerySelect, QueryTrait,
    RelationDef, Select, Statement, TryGetable, TryGetableMany, Value,
};

use entity::{Columns, Id, Identified, Placed};
use uuid::Uuid;

use super::link::Link;
use super::readings::Readings;
use super::{Store, Visible, Write};
use crate::auth::Scope;
use crate::error::{Fault, Result};

/// Whatever reads rows as the caller sees them: the store of a request, or an act's transaction.
pub trait Finds {
    /// Rows of a table that the caller may see.
    fn find<E: Visible>(&self) -> Find<'_, E>;

    /// The caller.
    fn scope(&self) -> &Scope;
}

impl Finds for Store {
    fn find<E: Visible>(&self) -> Find<'_, E> {
        self.find()
    }

    fn scope(&self) -> &Scope {
        self.scope()
    }
}

impl Finds for Write {
    fn find<E: Visible>(&self) -> Find<'_, E> {
        self.find()
    }

    fn scope(&self) -> &Scope {
        self.scope()
    }
}

/// A statement that reads rows of the table `E` which the caller may see.
pub struct Find<'s, E: EntityTrait> {
    link: &'s Link,
    pub(super) select: Select<E>,
    pub(super) columns: Columns,
    readings: Option<&'s Readings>,
}

impl<'s, E: EntityTrait> Find<'s, E> {
    pub(super) fn new(link: &'s Link, visible: Condition) -> Self {
        Self {
            link,
            select: E::find().filter(Condition::all().add(visible)),
            columns: Columns::ALL,
            readings: None,
        }
    }

    /// Has it noted whose records are read.
    pub(super) fn noted(mut self, readings: &'s Readings) -> Self {
        self.readings = Some(readings);
        self
    }

    /// Reads only some columns.
    pub(super) fn only(mut self, columns: Columns) -> Self {
        let these = E::Column::iter().enumerate().filter(|(place, _)| columns.has(*place));
        self.select = these.fold(self.select.select_only(), |select, (_, column)| select.column(column));
        self.columns = columns;
        self
    }

    /// Where it is noted whose records are read.
    pub(super) fn readings(&self) -> Option<&'s Readings> {
        self.readings
    }

    /// Narrows it. The condition is wrapped whole, so that no OR in it reaches past the scope.
    #[must_use]
    pub fn filter(mut self, condition: impl IntoCondition) -> Self {
        self.select = self.select.filter(Condition::all().add(condition.into_condition()));
        self
    }

    /// Narrows it by a condition that may be absent.
    #[must_use]
    pub fn filter_if(self, condition: Option<impl IntoCondition>) -> Self {
        match condition {
            Some(condition) => self.filter(condition),
            None => self,
        }
    }

    /// Narrows it to rows that a column gives to one of these. A list of each length is a statement of its own for the
    /// database to prepare and to plan: padded with what it has already, there are as few as there are powers of two.
    #[must_use]
    pub fn of<V: Into<Value> + Ord + Copy>(
        self,
        column: impl ColumnTrait,
        these: impl IntoIterator<Item = V>,
    ) -> Self {
        let mut these: Vec<V> = these.into_iter().collect();
        these.sort_unstable();
        these.dedup();
        if let Some(last) = these.last().copied() {
            these.resize(these.len().next_power_of_two(), last);
        }
        self.filter(column.is_in(these))
    }

    /// Orders the rows, after earlier orders.
    #[must_use]
    pub fn order_by(mut self, column: E::Column, order: Order) -> Self {
        self.select = self.select.order_by(column, order);
        self
    }

    /// Locks the rows until the transaction ends, on PostgreSQL; on SQLite the only writer holds them anyway.
    #[must_use]
    pub fn locked(mut self) -> Self {
        if self.link.get_database_backend() == DbBackend::Postgres {
            // Not the key: rows that refer to these can be added meanwhile, and nobody waits in a circle.
            self.select = self.select.lock(LockType::NoKeyUpdate);
        }
        self
    }

    /// All rows.
    pub async fn all(self) -> Result<Vec<E::Model>>
    where
        E::Model: Placed,
    {
        let readings = self.readings;
        noted(readings, placed(&self.rows(None).await?, Columns::ALL)?)
    }

    /// At most `limit` rows.
    pub async fn at_most(self, limit: u64) -> Result<Vec<E::Model>>
    where
        E::Model: Placed,
    {
        let readings = self.readings;
        noted(readings, placed(&self.rows(Some(limit)).await?, Columns::ALL)?)
    }

    /// The rows as the database gives them, for a caller that notes itself which of them are answered. A limit is
    /// written into the statement: a bound one would make PostgreSQL plan anew on every call.
    pub(super) async fn rows(self, limit: Option<u64>) -> Result<Vec<QueryResult>> {
        let mut statement: Statement = self.select.build(self.link.get_database_backend());
        if let Some(limit) = limit {
            statement.sql = format!("{} LIMIT {limit}", statement.sql);
        }
        Ok(self.link.query_all_raw(statement).await?)
    }

    /// The first row, if there is any.
    pub async fn first(self) -> Result<Option<E::Model>>
    where
        E::Model: Placed,
    {
        Ok(self.at_most(1).await?.pop())
    }

    /// How many rows there are.
    pub async fn count(self) -> Result<u64>
    where
        E::Model: Sync,
    {
        Ok(self.select.count(self.link).await?)
    }

    /// The sum of a column of whole numbers; zero when there is no row.
    pub async fn sum(self, column: E::Column) -> Result<i64> {
        let sum = self.select.select_only().expr(total(column)).into_tuple::<Option<i64>>();
        Ok(sum.one(self.link).await?.flatten().unwrap_or_default())
    }

    /// The sums of a column of whole numbers, one for each value of the column `by` that there is.
    pub async fn sums<K: TryGetable + Send>(self, by: E::Column, column: E::Column) -> Result<Vec<(K, i64)>> {
        let select = self.select.select_only().column(by).expr(total(column)).group_by(by);
        Ok(select.into_tuple::<(K, i64)>().all(self.link).await?)
    }

    /// For each combination of values that the columns `by` have: those values, how many rows have them, and the sum
    /// of a column of whole numbers.
    pub async fn tallies<T: TryGetableMany + Send + Unpin>(
        self,
        by: &[E::Column],
        column: E::Column,
    ) -> Result<Vec<T>> {
        let select = by.iter().fold(self.select.select_only(), |select, by| select.column(*by).group_by(*by));
        let select = select.expr(primary_key::<E>().count().cast_as("bigint")).expr(total(column));
        Ok(select.into_tuple::<T>().all(self.link).await?)
    }

    /// Goes on from each row to those of another table that belong to it, as far as the caller may see them.
    #[must_use]
    pub fn joined<J: Visible>(mut self, scope: &Scope, relation: RelationDef) -> Self {
        self.select = self.select.join(JoinType::InnerJoin, relation);
        self.filter(J::visible_to(scope))
    }

    /// As [`Find::tallies`], beside a column of a table that was joined: its value comes first.
    pub async fn tallies_by<T: TryGetableMany + Send + Unpin>(
        self,
        other: impl ColumnTrait,
        by: &[E::Column],
        column: E::Column,
    ) -> Result<Vec<T>> {
        let select = self.select.select_only().column(other).group_by(other);
        let select = by.iter().fold(select, |select, by| select.column(*by).group_by(*by));
        let select = select.expr(primary_key::<E>().count().cast_as("bigint")).expr(total(column));
        Ok(select.into_tuple::<T>().all(self.link).await?)
    }

    /// Some columns of all rows, for counting: no record is read, and so none noted.
    pub async fn columns<T: TryGetableMany + Send + Unpin>(self, columns: &[E::Column]) -> Result<Vec<T>> {
        let select = columns.iter().fold(self.select.select_only(), |select, column| select.column(*column));
        Ok(select.into_tuple::<T>().all(self.link).await?)
    }

    /// The row with this identifier, or *not found*: also when it exists and is not the caller's to see.
    pub async fn get(self, id: Id<E>) -> Result<E::Model>
    where
        E: Identified,
        E::Model: Placed,
    {
        self.by_id(id).await?.ok_or_else(|| Fault::not_found(E::NAME))
    }

    /// The row with this identifier, if the caller may see it.
    pub async fn by_id(self, id: Id<E>) -> Result<Option<E::Model>>
    where
        E: Identified,
        E::Model: Placed,
    {
        Ok(self.with_id(id).all().await?.pop())
    }

    /// Narrows it to the row with this identifier.
    #[must_use]
    pub fn with_id(self, id: Id<E>) -> Self
    where
        E: Identified,
    {
        self.filter(primary_key::<E>().eq(id))
    }

    /// The rows with these identifiers that the caller may see.
    pub async fn by_ids(self, ids: impl IntoIterator<Item = Id<E>>) -> Result<Vec<E::Model>>
    where
        E: Identified,
        E::Model: Placed,
    {
        self.of(primary_key::<E>(), ids).all().await
    }
}

/// What rows hold, where they begin with these columns of `M`.
pub(super) fn placed<M: Placed>(rows: &[QueryResult], columns: Columns) -> Result<Vec<M>> {
    Ok(rows.iter().map(|row| M::placed(row, 0, columns)).collect::<std::result::Result<_, _>>()?)
}

fn noted<M: ModelTrait>(readings: Option<&Readings>, rows: Vec<M>) -> Result<Vec<M>> {
    if let Some(readings) = readings {
        readings.note(&rows);
    }
    Ok(rows)
}

/// The sum of a column as a whole number of 64 bits: PostgreSQL would make it a decimal.
fn total<C: ColumnTrait>(column: C) -> Expr {
    column.sum().cast_as("bigint")
}

/// The identifier of a row.
pub fn id_of<E: EntityTrait + Identified>(row: &E::Model) -> Id<E> {
    Id::new(row.get(primary_key::<E>()).unwrap::<Uuid>())
}

/// The first column of the table's primary key.
pub(super) fn primary_key<E: EntityTrait>() -> E::Column {
    // Every table has a primary key: SeaORM's derive refuses one without.
    #[expect(clippy::expect_used, reason = "SeaORM derives no entity without a primary key")]
    E::PrimaryKey::iter().next().expect("a table has a primary key").into_column()
}
