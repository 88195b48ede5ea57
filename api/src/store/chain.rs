//! The chain of seals, pure: what of an event is digested, and how a seal is held against what it sealed.
//!
//! An event's digest is SHA-256 over its random salt and its content. A seal's root is SHA-256 over the digests of
//! its events, and its own digest covers the root and the digest of the seal before it. So an event can be erased
//! by policy, content and salt, and what is left of it, the digest, still fits.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use entity::{audit_digest, audit_event, audit_seal, reading};
use rules::Term;
use rules::terms::SealKind;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What stands for the seal before the first.
pub(super) const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An event as it is sealed.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) id: Uuid,
    /// By what it is ordered: when a change happened, when a reading was recorded.
    pub(super) at: DateTime<Utc>,
    content: Value,
}

impl Event {
    /// A change. What is listed here is what was sealed since the first day: it never changes. A column that
    /// comes to the table later is sealed in events of another form.
    pub(super) fn change(row: &audit_event::Model) -> Self {
        let content = json!({
            "id": row.id,
            "at": row.at.timestamp_micros(),
            "person": row.person_id,
            "organisation": row.organisation_id,
            "operation": row.operation,
            "request": row.request_id,
            "act": row.act,
            "table": row.table_name,
            "row": row.row_id,
            "case": row.case_id,
            "changes": row.changes,
        });
        Self { id: row.id.0, at: row.at, content }
    }

    /// A reading with the cases that it held, in their order. As for a change, the list is for ever.
    pub(super) fn reading(row: &reading::Model, cases: &[Uuid]) -> Self {
        let content = json!({
            "id": row.id,
            "at": row.at.timestamp_micros(),
            "recorded": row.recorded_at.timestamp_micros(),
            "person": row.person_id,
            "organisation": row.organisation_id,
            "roles": row.roles,
            "operation": row.operation,
            "purpose": row.purpose,
            "request": row.request_id,
            "cases": cases,
        });
        Self { id: row.id.0, at: row.recorded_at, content }
    }

    /// The digest of the event with this salt.
    pub(super) fn digest(&self, salt: &str) -> String {
        let mut content = self.content.clone();
        content.sort_all_objects();
        hex(Sha256::new().chain_update(salt).chain_update(content.to_string()).finalize().as_slice())
    }
}

/// The table of this kind of events.
pub(super) const fn table(kind: SealKind) -> &'static str {
    match kind {
        SealKind::Change => "audit_event",
        SealKind::Reading => "reading",
    }
}

/// A random salt.
pub(super) fn salt() -> String {
    hex(&rand::random::<[u8; 16]>())
}

/// The root over digests in their order.
pub(super) fn root(entries: &[audit_digest::Model]) -> String {
    let digests = entries.iter().fold(Sha256::new(), |all, entry| all.chain_update(&entry.digest));
    hex(digests.finalize().as_slice())
}

/// The digest that a seal has if nobody changed it.
pub(super) fn digest_of(seal: &audit_seal::Model) -> String {
    let (kind, rows) = (seal.kind.code(), seal.row_count);
    let (first, last) = (seal.first_id, seal.last_id);
    let from = seal.first_at.timestamp_micros();
    let to = seal.last_at.timestamp_micros();
    let sealed = seal.sealed_at.timestamp_micros();
    let text = format!(
        "{}\n{kind}\n{first}\n{last}\n{from}\n{to}\n{rows}\n{}\n{}\n{sealed}",
        seal.number, seal.root, seal.previous
    );
    hex(Sha256::digest(text).as_slice())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What became of something that was sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// It does not say what it said.
    Altered,
    /// It is gone.
    Missing,
    /// It was put among what was sealed before it.
    Inserted,
    /// It stands where another stood.
    Reordered,
}

/// Where the chain is broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// What became of it.
    pub harm: Harm,
    /// The table.
    pub table: &'static str,
    /// The row; none where the seal is concerned as a whole, or where only a gap is left of the row.
    pub row: Option<Uuid>,
    /// The seal.
    pub seal: i64,
}

impl fmt::Display for Flaw {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let harm = match self.harm {
            Harm::Altered => "was altered",
            Harm::Missing => "is missing",
            Harm::Inserted => "was inserted afterwards",
            Harm::Reordered => "was put into another place",
        };
        match self.row {
            Some(row) => write!(formatter, "{} {row} {harm} (seal {})", self.table, self.seal),
            None if self.table == SEALS => write!(formatter, "seal {} {harm}", self.seal),
            None => write!(formatter, "a row of {} {harm} (seal {})", self.table, self.seal),
        }
    }
}

/// The table of the seals.
pub(super) const SEALS: &str = "audit_seal";

/// Holds a seal against the seal before it of its kind and against the events that it was put on. Answers with how
/// many of them were erased since.
pub(super) fn check(
    seal: &audit_seal::Model,
    previous: &str,
    entries: &[audit_digest::Model],
    events: &HashMap<Uuid, Event>,
) -> Result<u64, Flaw> {
    let flaw = |harm, row: Option<Uuid>| Flaw { harm, table: table(*seal.kind), row, seal: seal.number };
    let mut erased = 0;
    let mut before: Option<(DateTime<Utc>, Uuid)> = None;
    for (entry, place) in entries.iter().zip(1..) {
        if entry.position != place {
            return Err(flaw(Harm::Missing, None));
        }
        let Some(salt) = &entry.salt else {
            if entry.erased_at.is_none() {
                return Err(flaw(Harm::Altered, Some(entry.row_id)));
            }
            erased += 1;
            continue;
        };
        let Some(event) = events.get(&entry.row_id) else {
            return Err(flaw(Harm::Missing, Some(entry.row_id)));
        };
        if entry.erased_at.is_some() || event.digest(salt) != entry.digest {
            return Err(flaw(Harm::Altered, Some(entry.row_id)));
        }
        if before > Some((event.at, event.id)) {
            return Err(flaw(Harm::Reordered, Some(entry.row_id)));
        }
        before = Some((event.at, event.id));
    }
    match usize::try_from(seal.row_count) {
        Ok(count) if entries.len() > count => {
            return Err(flaw(Harm::Inserted, entries.get(count).map(|entry| entry.row_id)));
        }
        Ok(count) if entries.len() == count => {}
        _ => return Err(flaw(Harm::Missing, None)),
    }
    let ends = entries.first().zip(entries.last()).map(|(first, last)| (first.row_id, last.row_id));
    let whole = ends == Some((seal.first_id, seal.last_id))
        && root(entries) == seal.root
        && seal.previous == previous
        && digest_of(seal) == seal.digest;
    if whole { Ok(erased) } else { Err(Flaw { table: SEALS, ..flaw(Harm::Altered, None) }) }
}

#[cfg(test)]
mod tests;
