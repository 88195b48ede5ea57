//! Changing rows, within the one transaction of an act, and recording what was changed.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Id, audit_event, named_person, probation_case, service};
use sea_orm::sea_query::{CommonTableExpression, Expr, InsertStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, ModelTrait, Order,
    QueryFilter, QueryTrait,
};
use serde::Serialize;
use serde_json::json;

use super::beyond;
use super::find::Find;
use super::link::Link;
use super::rows::{
    ActiveModelOf, camel_case, chunks, column, columns, pick, row_id, same_row, table_name, version_of,
};
use super::{Store, Visible};
use crate::auth::Scope;
use crate::error::{Fault, Result, Stale};
use crate::settings::Policy;

/// How many changes of a row are looked through for what changed since somebody read it.
const MOST_CHANGES: u64 = 100;

/// A writing transaction. What is changed through it is recorded in the audit of the same transaction.
pub struct Write {
    pub(super) store: Store,
    pub(super) link: Link,
    pub(super) operation: String,
    pub(super) case: Option<Id<probation_case::Entity>>,
    pub(super) audit: Vec<audit_event::Model>,
}

/// A point of an act to which it can go back: what one person of a group cannot have must not stop the others.
/// An act that fails between is undone whole.
#[must_use]
pub struct Savepoint {
    audited: usize,
}

/// Tables that an act may have to read beyond what its author sees, because the consequences of the act
/// reach there: a worker who records attendance causes a charge that they may not see.
pub trait Consequence: EntityTrait {}
impl Consequence for entity::charge::Entity {}
impl Consequence for entity::referral_price::Entity {}
impl Consequence for entity::price::Entity {}
impl Consequence for entity::shared_person::Entity {}
impl Consequence for entity::person::Entity {}
impl Consequence for entity::person_role::Entity {}
impl Consequence for entity::probation_case::Entity {}
impl Consequence for entity::ldu::Entity {}
impl Consequence for entity::referral::Entity {}
impl Consequence for entity::place::Entity {}
impl Consequence for entity::sentence::Entity {}
impl Consequence for entity::programme_suitability::Entity {}
impl Consequence for entity::session::Entity {}
impl Consequence for entity::case_need::Entity {}
impl Consequence for entity::case_restriction::Entity {}
impl Consequence for entity::case_officer::Entity {}
impl Consequence for entity::eligibility_override::Entity {}
impl Consequence for audit_event::Entity {}

impl Write {
    /// The caller.
    pub fn scope(&self) -> &Scope {
        self.store.scope()
    }

    /// When the request began.
    pub const fn now(&self) -> DateTime<Utc> {
        self.store.now()
    }

    /// The periods that the network's policy sets.
    pub const fn policy(&self) -> Policy {
        self.store.policy()
    }

    /// Today, in Europe/London.
    pub fn today(&self) -> NaiveDate {
        self.store.today()
    }

    /// The case that the changes concern from here on, for the audit.
    pub const fn concerns(&mut self, case: Id<probation_case::Entity>) {
        self.case = Some(case);
    }

    /// Rows of a table that the caller may see, as this transaction sees them.
    pub fn find<E: Visible>(&self) -> Find<'_, E> {
        Find::new(&self.link, E::visible_to(self.scope()))
    }

    /// Rows that the consequences of the act reach, whoever may see them. Nothing of them may be answered.
    pub fn consequence<E: Consequence>(&self) -> Find<'_, E> {
        Find::new(&self.link, Condition::all())
    }

    /// Whether some referral, whoever sees it, has this reference.
    pub async fn has_referral(&self, reference: &str) -> Result<bool> {
        beyond::has_referral(&self.link, reference).await
    }

    /// Holds the line for places of a service still until the act ends: on PostgreSQL whoever else wants it waits, on
    /// SQLite there is one writer. From then on the act reaches everybody in that line.
    pub async fn hold_line(&self, service: Id<service::Entity>) -> Result<()> {
        beyond::hold_line(&self.link, service).await
    }

    /// Marks a point to which [`Write::go_back`] returns. Points lie within one another: the last one marked is
    /// the first one kept or gone back to, as both databases have it of points of one name.
    pub async fn savepoint(&self) -> Result<Savepoint> {
        self.link.execute_unprepared("SAVEPOINT point").await?;
        Ok(Savepoint { audited: self.audit.len() })
    }

    /// Keeps what was changed since the point.
    pub async fn keep(&self, _: Savepoint) -> Result<()> {
        self.link.execute_unprepared("RELEASE SAVEPOINT point").await?;
        Ok(())
    }

    /// Undoes what was changed since the point, and its audit. Also after a violated constraint, which on
    /// PostgreSQL leaves no other way to go on.
    pub async fn go_back(&mut self, point: Savepoint) -> Result<()> {
        self.audit.truncate(point.audited);
        self.link.execute_unprepared("ROLLBACK TO SAVEPOINT point; RELEASE SAVEPOINT point").await?;
        Ok(())
    }

    /// Adds a row.
    pub async fn insert<M>(&mut self, row: M) -> Result<M>
    where
        M: ModelTrait + Serialize + IntoActiveModel<ActiveModelOf<M>>,
        ActiveModelOf<M>: Send,
        M::Entity: Visible,
    {
        self.insert_all(vec![row.clone()]).await?;
        Ok(row)
    }

    /// Adds rows of one table in one statement.
    pub async fn insert_all<M>(&mut self, rows: Vec<M>) -> Result<()>
    where
        M: ModelTrait + Serialize + IntoActiveModel<ActiveModelOf<M>>,
        ActiveModelOf<M>: Send,
        M::Entity: Visible,
    {
        if rows.is_empty() {
            return Ok(());
        }
        for row in &rows {
            let changes = json!({ "new": row });
            self.record("insert", row, changes);
        }
        insert_unrecorded(&self.link, rows).await
    }

    /// Changes a row from what was read, `before`, to `after`. A row that counts its versions is changed only
    /// if nobody else did since, and only rows that the caller sees are.
    pub async fn update<M>(&mut self, before: &M, after: M) -> Result<M>
    where
        M: ModelTrait + Serialize,
        M::Entity: Visible,
    {
        if columns::<M>().all(|column| before.get(column) == after.get(column)) {
            return Ok(after);
        }
        self.replace(before, after).await
    }

    /// As [`Write::update`], but a new version in any case: for a row whose belongings changed with it.
    pub async fn replace<M>(&mut self, before: &M, after: M) -> Result<M>
    where
        M: ModelTrait + Serialize,
        M::Entity: Visible,
    {
        let condition = M::Entity::visible_to(self.scope());
        self.update_where(before, after, condition).await
    }

    /// As [`Write::update`], for a row that the act reaches as a consequence.
    pub async fn update_consequence<M>(&mut self, before: &M, after: M) -> Result<M>
    where
        M: ModelTrait + Serialize,
        M::Entity: Consequence,
    {
        self.update_where(before, after, Condition::all()).await.map_err(untold)
    }

    async fn update_where<M>(&mut self, before: &M, mut after: M, condition: Condition) -> Result<M>
    where
        M: ModelTrait + Serialize,
    {
        let changed: Vec<_> =
            columns::<M>().filter(|column| before.get(*column) != after.get(*column)).collect();
        let mut update =
            M::Entity::update_many().filter(same_row(before)).filter(Condition::all().add(condition));
        if let Some(version) = column::<M>("version") {
            update = update.filter(version.eq(before.get(version)));
            after.set(version, before.get(version).unwrap::<i64>().saturating_add(1).into());
            update = update.col_expr(version, Expr::val(after.get(version)));
        }
        for column in &changed {
            update = update.col_expr(*column, Expr::val(after.get(*column)));
        }
        if update.exec(&self.link).await?.rows_affected == 0 {
            return Err(self.stale(before, version_of(before).unwrap_or_default()).await?);
        }
        let old = pick(before, &changed)?;
        let new = pick(&after, &changed)?;
        self.record("update", &after, json!({ "old": old, "new": new, "version": version_of(&after) }));
        Ok(after)
    }

    /// Takes a row away. Only what is a present setting and no history may go: the audit keeps it.
    pub async fn remove<M>(&mut self, row: &M) -> Result<()>
    where
        M: ModelTrait + Serialize,
        M::Entity: Visible,
    {
        let condition = M::Entity::visible_to(self.scope());
        self.remove_where(row, condition).await
    }

    /// As [`Write::remove`], for a row that the act reaches as a consequence.
    pub async fn remove_consequence<M>(&mut self, row: &M) -> Result<()>
    where
        M: ModelTrait + Serialize,
        M::Entity: Consequence,
    {
        self.remove_where(row, Condition::all()).await.map_err(untold)
    }

    async fn remove_where<M: ModelTrait + Serialize>(&mut self, row: &M, condition: Condition) -> Result<()> {
        let delete = M::Entity::delete_many().filter(same_row(row)).filter(Condition::all().add(condition));
        if delete.exec(&self.link).await?.rows_affected == 0 {
            return Err(self.stale(row, version_of(row).unwrap_or_default()).await?);
        }
        self.record("delete", row, json!({ "old": row }));
        Ok(())
    }

    /// Refuses to go on if the caller decided on an older version than the row's.
    pub async fn expect_version<M: ModelTrait>(&self, row: &M, read: i32) -> Result<()> {
        let read = i64::from(read);
        if version_of(row) == Some(read) { Ok(()) } else { Err(self.stale(row, read).await?) }
    }

    /// Who changed the row last, and what has changed since the version that the caller read.
    async fn stale<M: ModelTrait>(&self, row: &M, read: i64) -> Result<Fault> {
        let changes = self
            .consequence::<audit_event::Entity>()
            .filter(audit_event::Column::TableName.eq(table_name::<M>()))
            .filter(audit_event::Column::RowId.eq(row_id(row)))
            .order_by(audit_event::Column::At, Order::Desc)
            // Of two at the same instant, the later: identifiers are made in order of time.
            .order_by(audit_event::Column::Id, Order::Desc)
            .at_most(MOST_CHANGES)
            .await?;
        let last = changes.first();
        let changed_by = match last.and_then(|event| event.person_id) {
            Some(person) => {
                let named = self.find::<named_person::Entity>().of(named_person::Column::Id, [person]);
                named.first().await?.map(|person| person.name)
            }
            None => None,
        };
        let since = changes.iter().filter(|event| event.changes["version"].as_i64() > Some(read));
        let fields: BTreeSet<_> = since
            .filter_map(|event| event.changes["new"].as_object())
            .flat_map(|new| new.keys())
            .filter(|key| *key != "version" && *key != "updated_at")
            .map(|key| camel_case(key))
            .collect();
        let changed_at = last.map(|event| event.at.to_rfc3339());
        let version = version_of(row).unwrap_or(1);
        let changed = fields.into_iter().collect();
        Ok(Fault::Stale(Box::new(Stale { version, changed_by, changed_at, changed })))
    }

    fn record<M: ModelTrait>(&mut self, act: &str, row: &M, changes: serde_json::Value) {
        let case = self.case.map(|case| case.0);
        self.audit.push(audit_event::Model {
            id: Id::fresh(),
            at: self.now(),
            person_id: Some(self.scope().person()),
            organisation_id: Some(self.scope().organisation()),
            operation: self.operation.clone(),
            request_id: self.store.request_id.to_string(),
            act: act.to_owned(),
            table_name: table_name::<M>().to_owned(),
            row_id: row_id(row),
            case_id: column::<M>("case_id")
                .and_then(|column| row.get(column).unwrap::<Option<uuid::Uuid>>())
                .or(case),
            changes,
        });
    }
}

/// Who changed a row that the caller does not see, and what, is not theirs to know.
fn untold(fault: Fault) -> Fault {
    match fault {
        Fault::Stale(_) => Fault::Violation(String::new()),
        other => other,
    }
}

/// Adds rows and records nothing of it: the caller does, or they are records themselves, as the audit and readings are.
pub(super) async fn insert_unrecorded<M>(link: &Link, rows: Vec<M>) -> Result<()>
where
    M: ModelTrait + IntoActiveModel<ActiveModelOf<M>>,
    ActiveModelOf<M>: Send,
{
    for rows in chunks(rows) {
        link.execute(&insertion(rows)).await?;
    }
    Ok(())
}

/// As [`insert_unrecorded`], and a row of another table: on PostgreSQL in the statement that adds the last of them.
pub(super) async fn insert_unrecorded_with<M, N>(link: &Link, rows: Vec<M>, other: N) -> Result<()>
where
    M: ModelTrait + IntoActiveModel<ActiveModelOf<M>>,
    ActiveModelOf<M>: Send,
    N: ModelTrait + IntoActiveModel<ActiveModelOf<N>>,
    ActiveModelOf<N>: Send,
{
    let mut chunks = chunks(rows);
    let last = (link.get_database_backend() == DbBackend::Postgres).then(|| chunks.pop()).flatten();
    for rows in chunks {
        link.execute(&insertion(rows)).await?;
    }
    let other = insertion(vec![other]);
    match last {
        Some(rows) => {
            let rows = CommonTableExpression::new().query(insertion(rows)).table_name("others").to_owned();
            link.execute(&other.with(rows.into())).await?
        }
        None => link.execute(&other).await?,
    };
    Ok(())
}

/// The statement that adds these rows.
fn insertion<M>(rows: Vec<M>) -> InsertStatement
where
    M: ModelTrait + IntoActiveModel<ActiveModelOf<M>>,
    ActiveModelOf<M>: Send,
{
    M::Entity::insert_many(rows.into_iter().map(IntoActiveModel::into_active_model)).into_query()
}
