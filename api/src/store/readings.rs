//! Which persons' records an answer held. Reading them is an event of its own (Data Protection Act 2018, s.62:
//! consultation), one for each answer.
//!
//! Every row that [`Store::find`] yields passes by here. What an act reads in its transaction to decide by does
//! not: nothing of it is answered. Counts and sums name nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use entity::{Id, reading, referral};
use rules::Term;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ModelTrait, QueryFilter, Statement, Value,
};
use uuid::Uuid;

use super::link::Link;
use super::rows::{ColumnOf, column, table_name};
use super::write::insert_unrecorded;
use super::{Database, Reach, Store};
use crate::error::{Fault, Result};

/// Lines of money: of whom they are, the referral says, and who reads that has read it.
const MONEY: [&str; 2] = ["charge", "referral_price"];

/// What the rows of a request's answer belong to, gathered as they are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Readings(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    cases: BTreeSet<Uuid>,
    /// Referrals whose case was not on the row.
    referrals: BTreeSet<Uuid>,
    /// Referrals whose case is among the cases.
    known: BTreeSet<Uuid>,
}

impl Readings {
    /// Notes whose records the rows are.
    pub(super) fn note<M: ModelTrait>(&self, rows: &[M]) {
        let (case, referral) = (case_of::<M>(), referral_of::<M>());
        if rows.is_empty() || (case.is_none() && referral.is_none()) {
            return;
        }
        let mut seen = self.seen();
        for row in rows {
            let (case, referral) = (id(row, case), id(row, referral));
            match case {
                Some(case) => {
                    seen.cases.insert(case);
                    seen.known.extend(referral);
                }
                None => seen.referrals.extend(referral),
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        // Whoever panicked while they held it left whole sets behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The column that says whose record a row is, if the table has one.
fn case_of<M: ModelTrait>() -> Option<ColumnOf<M>> {
    column::<M>(if table_name::<M>() == "probation_case" { "id" } else { "case_id" })
}

/// The column that says of which referral a row is, if the table has one.
fn referral_of<M: ModelTrait>() -> Option<ColumnOf<M>> {
    match table_name::<M>() {
        "referral" => column::<M>("id"),
        table if MONEY.contains(&table) => None,
        _ => column::<M>("referral_id"),
    }
}

fn id<M: ModelTrait>(row: &M, column: Option<ColumnOf<M>>) -> Option<Uuid> {
    match row.get(column?) {
        Value::Uuid(id) => id,
        _ => None,
    }
}

/// An answer that held persons' records, on its way to the database.
#[derive(Clone, Debug)]
pub struct Reading {
    row: reading::Model,
    cases: BTreeSet<Uuid>,
    /// Referrals whose cases are looked up when it is recorded.
    referrals: Vec<Uuid>,
}

impl Store {
    /// What was read of persons' records for this request so far, as an event; none if that is nothing.
    pub fn reading(&self, operation: String, purpose: Option<String>) -> Option<Reading> {
        let seen = self.readings.seen();
        if seen.cases.is_empty() && seen.referrals.is_empty() {
            return None;
        }
        let (scope, now) = (self.scope(), self.now());
        let roles: Vec<_> = scope.roles().list().into_iter().map(Term::code).collect();
        let row = reading::Model {
            id: Id::fresh(),
            at: now,
            recorded_at: now,
            person_id: scope.person(),
            organisation_id: scope.organisation(),
            roles: roles.join(" "),
            operation,
            purpose,
            request_id: self.request_id.to_string(),
        };
        let referrals = seen.referrals.difference(&seen.known).copied().collect();
        Some(Reading { row, cases: seen.cases.clone(), referrals })
    }
}

impl Database {
    /// Records readings, all of them or none. Recording the same ones again changes nothing: it may be that an
    /// earlier attempt succeeded and nobody heard.
    pub async fn record(&self, readings: &[Reading], now: DateTime<Utc>) -> Result<()> {
        let Some(first) = readings.first() else { return Ok(()) };
        let link = self.writing(&Reach::Keep).await?;
        if reading::Entity::find_by_id(first.row.id).one(&link).await?.is_some() {
            return Ok(link.undo().await?);
        }
        let case_of = cases_of(&link, readings).await?;
        let mut subjects = Vec::new();
        for reading in readings {
            let found = reading.referrals.iter().filter_map(|id| case_of.get(id).copied());
            let cases: BTreeSet<_> = reading.cases.iter().copied().chain(found).collect();
            subjects.extend(cases.into_iter().map(|case| (reading.row.id.0, case)));
        }
        let row = |reading: &Reading| reading::Model { recorded_at: now, ..reading.row.clone() };
        insert_unrecorded(&link, readings.iter().map(row).collect()).await?;
        add_subjects(&link, &subjects).await?;
        Ok(link.commit().await?)
    }
}

/// Adds whose records were read, in one statement that carries all of them as one value: a busy second has tens of
/// thousands, and a parameter for each would cost more than the reading itself.
async fn add_subjects(link: &Link, subjects: &[(Uuid, Uuid)]) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    let backend = link.get_database_backend();
    let statement = if backend == DbBackend::Sqlite {
        "insert into reading_subject (reading_id, case_id)
         select unhex(value ->> 0, '-'), unhex(value ->> 1, '-') from json_each($1)"
    } else {
        "insert into reading_subject (reading_id, case_id)
         select (pair ->> 0)::uuid, (pair ->> 1)::uuid from json_array_elements($1::json) as pair"
    };
    let all = serde_json::to_string(subjects).map_err(Fault::internal)?;
    link.execute_raw(Statement::from_sql_and_values(backend, statement, [all.into()])).await?;
    Ok(())
}

/// The cases of the referrals whose rows did not name them.
async fn cases_of(link: &Link, readings: &[Reading]) -> Result<BTreeMap<Uuid, Uuid>> {
    let referrals: BTreeSet<Uuid> =
        readings.iter().flat_map(|reading| reading.referrals.iter().copied()).collect();
    let mut cases = BTreeMap::new();
    for some in referrals.into_iter().collect::<Vec<_>>().chunks(500) {
        let find = referral::Entity::find().filter(referral::Column::Id.is_in(some.iter().copied()));
        let rows = find.all(link).await?;
        cases.extend(rows.into_iter().map(|row| (row.id.0, row.case_id.0)));
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use entity::reading_subject;

    use super::*;

    /// What a table's rows say of whom they are.
    fn says<M: ModelTrait>() -> (bool, bool) {
        (case_of::<M>().is_some(), referral_of::<M>().is_some())
    }

    #[test]
    fn a_row_says_whose_record_it_is() {
        assert_eq!(says::<entity::probation_case::Model>(), (true, false));
        assert_eq!(says::<entity::sentence::Model>(), (true, false));
        assert_eq!(says::<entity::audit_event::Model>(), (true, false));
        assert_eq!(says::<entity::referral::Model>(), (true, true));
        assert_eq!(says::<entity::session::Model>(), (true, true));
        assert_eq!(says::<entity::shared_person::Model>(), (true, true));
        assert_eq!(says::<entity::end_report::Model>(), (false, true));
    }

    #[test]
    fn the_directory_and_money_are_nobodys_record() {
        assert_eq!(says::<entity::service::Model>(), (false, false));
        assert_eq!(says::<entity::person::Model>(), (false, false));
        assert_eq!(says::<entity::charge::Model>(), (false, false));
        assert_eq!(says::<entity::referral_price::Model>(), (false, false));
    }

    #[test]
    fn rows_are_noted_by_their_case_or_else_by_their_referral() {
        let (case, referral) = (Uuid::now_v7(), Uuid::now_v7());
        let readings = Readings::default();
        let subject = reading_subject::Model { reading_id: Id::fresh(), case_id: Id::new(case) };
        readings.note(&[subject.clone(), subject]);
        readings.note(&[entity::referral_item::Model {
            id: Id::fresh(),
            referral_id: Id::new(referral),
            item: rules::terms::RequiredItem::CourtReport.into(),
            document: String::new(),
            supplied_by_id: Id::fresh(),
            created_at: DateTime::UNIX_EPOCH,
        }]);
        let seen = readings.seen();
        assert_eq!(seen.cases, BTreeSet::from([case]));
        assert_eq!(seen.referrals, BTreeSet::from([referral]));
    }
}
