//! Named queries over the audit.

use chrono::{DateTime, Datelike, Utc};
use entity::{Id, Identified, audit_event, person, probation_case, reading, reading_subject};
use rules::text::{self, SHORT_TEXT};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Query;
use uuid::Uuid;

use crate::error::{Fault, Result};
use crate::graphql::date::in_order;
use crate::graphql::global_id::GlobalId;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

/// What to look for in the audit.
#[derive(Default)]
pub struct Sought {
    /// Changes that concern this case.
    pub case: Option<Id<probation_case::Entity>>,
    /// Changes to this row.
    pub row: Option<String>,
    /// Changes by this person.
    pub person: Option<Id<person::Entity>>,
    /// Changes through this operation.
    pub operation: Option<String>,
    /// Changes at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Changes before this instant.
    pub to: Option<DateTime<Utc>>,
}

impl Sought {
    /// Refuses what no event can have, and no database can be asked.
    pub fn check(&self) -> Result<()> {
        for (argument, given) in [("row", &self.row), ("operation", &self.operation)] {
            if let Some(given) = given {
                text::check(given, SHORT_TEXT, true)
                    .map_err(|problem| Fault::bad_input(format!("{argument}: {}", problem.message())))?;
            }
        }
        for (argument, instant) in [("from", self.from), ("to", self.to)] {
            if instant.is_some_and(|instant| !(1900..=2200).contains(&instant.year())) {
                return Err(Fault::bad_input(format!("{argument}: give a year between 1900 and 2200.")));
            }
        }
        in_order(("from", self.from), ("to", self.to))
    }
}

/// The latest events first.
pub const LATEST: Ranking<audit_event::Entity> = Ranking {
    column: audit_event::Column::At,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.at),
};

/// The latest readings first.
pub const LATEST_READ: Ranking<reading::Entity> = Ranking {
    column: reading::Column::At,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.at),
};

/// The readings whose answers held records of a case.
pub fn readings(store: &Store, case: Id<probation_case::Entity>) -> Find<'_, reading::Entity> {
    let of_case = Query::select()
        .column(reading_subject::Column::ReadingId)
        .from(reading_subject::Entity)
        .and_where(reading_subject::Column::CaseId.eq(case))
        .to_owned();
    store.find::<reading::Entity>().filter(reading::Column::Id.in_subquery(of_case))
}

/// The events sought.
pub fn events<'s>(store: &'s Store, sought: &Sought) -> Find<'s, audit_event::Entity> {
    use audit_event::Column::{At, CaseId, Operation, PersonId, RowId};
    store
        .find::<audit_event::Entity>()
        .filter_if(sought.case.map(|case| CaseId.eq(case.0)))
        .filter_if(sought.row.as_deref().map(|row| RowId.eq(row_id(row))))
        .filter_if(sought.person.map(|person| PersonId.eq(person)))
        .filter_if(sought.operation.as_deref().map(|operation| Operation.eq(operation.trim())))
        .filter_if(sought.from.map(|from| At.gte(from)))
        .filter_if(sought.to.map(|to| At.lt(to)))
}

/// A row's identifier as the audit keeps it, from however a person came by it. The prefix of an identifier says
/// what the row is; which one it is stands in the digits alone.
fn row_id(given: &str) -> String {
    let given = given.trim();
    let digits =
        given.rsplit_once('_').map(|(_, digits)| format!("{}_{digits}", audit_event::Entity::PREFIX));
    let shown = digits.and_then(|text| GlobalId::<audit_event::Entity>::parse_text(&text));
    match shown.map(|id| id.0.0).or_else(|| Uuid::parse_str(given).ok()) {
        Some(id) => id.to_string(),
        None => given.to_owned(),
    }
}
