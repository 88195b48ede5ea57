//! A seal notices whatever is done to its events.

use chrono::TimeDelta;
use entity::Id;

use super::*;

/// A seal on three changes, one second after another.
struct Sealed {
    seal: audit_seal::Model,
    entries: Vec<audit_digest::Model>,
    events: HashMap<Uuid, Event>,
}

fn row(second: i64) -> audit_event::Model {
    audit_event::Model {
        id: Id::fresh(),
        at: DateTime::UNIX_EPOCH + TimeDelta::seconds(second),
        person_id: None,
        organisation_id: None,
        operation: "updateCase".to_owned(),
        request_id: "r".to_owned(),
        act: "update".to_owned(),
        table_name: "probation_case".to_owned(),
        row_id: "1".to_owned(),
        case_id: None,
        changes: json!({ "old": { "iom": false }, "new": { "iom": true } }),
    }
}

fn sealed() -> Sealed {
    let events: Vec<_> = (1..=3).map(|second| Event::change(&row(second))).collect();
    let entry = |(event, position): (&Event, i32)| {
        let salt = salt();
        let digest = event.digest(&salt);
        audit_digest::Model {
            row_id: event.id,
            seal_number: 7,
            position,
            salt: Some(salt),
            digest,
            erased_at: None,
        }
    };
    let entries: Vec<_> = events.iter().zip(1..).map(entry).collect();
    let mut seal = audit_seal::Model {
        number: 7,
        kind: SealKind::Change.into(),
        first_id: events[0].id,
        last_id: events[2].id,
        first_at: events[0].at,
        last_at: events[2].at,
        row_count: 3,
        root: root(&entries),
        previous: NOTHING.to_owned(),
        digest: String::new(),
        sealed_at: DateTime::UNIX_EPOCH + TimeDelta::seconds(9),
    };
    seal.digest = digest_of(&seal);
    Sealed { seal, entries, events: events.into_iter().map(|event| (event.id, event)).collect() }
}

impl Sealed {
    fn checked(&self) -> Result<u64, Flaw> {
        check(&self.seal, NOTHING, &self.entries, &self.events)
    }

    #[track_caller]
    fn says(&self, harm: Harm, table: &str, row: Option<Uuid>) {
        let flaw = self.checked().unwrap_err();
        assert_eq!((flaw.harm, flaw.table, flaw.row, flaw.seal), (harm, table, row, 7));
    }

    fn id(&self, place: usize) -> Uuid {
        self.entries[place].row_id
    }
}

#[test]
fn what_nobody_touched_is_whole() {
    assert_eq!(sealed().checked(), Ok(0));
}

#[test]
fn an_altered_event_is_named() {
    let mut it = sealed();
    let id = it.id(1);
    let altered = audit_event::Model { id: Id::new(id), operation: "allocateCase".to_owned(), ..row(2) };
    it.events.insert(id, Event::change(&altered));
    it.says(Harm::Altered, "audit_event", Some(id));
}

#[test]
fn a_missing_event_is_named_and_so_is_a_gap() {
    let mut it = sealed();
    let id = it.id(1);
    it.events.remove(&id);
    it.says(Harm::Missing, "audit_event", Some(id));
    it.entries.remove(1);
    it.says(Harm::Missing, "audit_event", None);
    let mut it = sealed();
    it.entries.pop();
    it.says(Harm::Missing, "audit_event", None);
}

#[test]
fn an_event_put_behind_the_last_is_named() {
    let mut it = sealed();
    let more = Event::change(&row(4));
    let digest = more.digest("");
    let id = more.id;
    let entry = audit_digest::Model {
        row_id: id,
        seal_number: 7,
        position: 4,
        salt: Some(String::new()),
        digest,
        erased_at: None,
    };
    it.entries.push(entry);
    it.events.insert(id, more);
    it.says(Harm::Inserted, "audit_event", Some(id));
}

#[test]
fn events_that_changed_places_are_named() {
    let mut it = sealed();
    it.entries.swap(0, 1);
    (it.entries[0].position, it.entries[1].position) = (1, 2);
    it.says(Harm::Reordered, "audit_event", Some(it.id(1)));
}

#[test]
fn a_new_salt_does_not_hide_a_change() {
    let mut it = sealed();
    let id = it.id(0);
    let altered = Event::change(&audit_event::Model { id: Id::new(id), act: "insert".to_owned(), ..row(1) });
    it.entries[0].digest = altered.digest("new");
    it.entries[0].salt = Some("new".to_owned());
    it.events.insert(id, altered);
    it.says(Harm::Altered, SEALS, None);
    // Nor does a new root.
    it.seal.root = root(&it.entries);
    it.says(Harm::Altered, SEALS, None);
}

#[test]
fn a_seal_follows_the_one_before_it() {
    let mut it = sealed();
    it.seal.previous = digest_of(&it.seal);
    it.seal.digest = digest_of(&it.seal);
    it.says(Harm::Altered, SEALS, None);
}

#[test]
fn an_erased_event_is_not_an_altered_one() {
    let mut it = sealed();
    let id = it.id(2);
    it.entries[2].salt = None;
    it.events.remove(&id);
    it.says(Harm::Altered, "audit_event", Some(id));
    it.entries[2].erased_at = Some(DateTime::UNIX_EPOCH);
    assert_eq!(it.checked(), Ok(1));
    // What is said to be erased has no salt.
    it.entries[0].erased_at = Some(DateTime::UNIX_EPOCH);
    it.says(Harm::Altered, "audit_event", Some(it.id(0)));
}

#[test]
fn the_order_of_members_is_no_difference() {
    let one =
        Event { id: Uuid::nil(), at: DateTime::UNIX_EPOCH, content: json!({ "a": { "b": 1, "c": 2 } }) };
    let other = Event { content: json!({ "a": { "c": 2, "b": 1 } }), ..one.clone() };
    assert_eq!(one.digest("x"), other.digest("x"));
    assert_ne!(one.digest("x"), one.digest("y"));
}
