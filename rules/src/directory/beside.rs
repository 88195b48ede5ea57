//! Criteria that are in force together, whoever asks them: the service, or its provider.

use proptest::prelude::*;
use serde_json::json;

use super::eligibility::tests::{Row, TODAY, criterion, facts, row, rules};
use super::{Beside, Criterion, check};
use crate::directory::{RarDays, overlap};

/// One of a service and one of its provider are the two owners that there are beside each other.
type Owned = (bool, Row);

fn owned() -> impl Strategy<Value = Owned> {
    (any::<bool>(), row())
}

/// Whether the rows are in force together on some day, for some purchaser.
fn meet((_, one): &Owned, (_, other): &Owned) -> bool {
    let near = |days: i64| TODAY + chrono::TimeDelta::days(days);
    let period = |row: &Row| (row.2.map(near), row.3.map(near));
    let apart = one.1.zip(other.1).is_some_and(|(one, other)| one != other);
    !apart && overlap(period(one), period(other))
}

fn beside(saved: &Owned, other: &Owned) -> Beside<'static> {
    match (saved.0, other.0) {
        (true, false) => Beside::Service("Resolve"),
        (false, true) => Beside::Provider,
        (true, true) | (false, false) => Beside::SameOwner,
    }
}

/// Whether every one of them is taken, saved one after the other.
fn all_are_taken(rows: &[Owned]) -> bool {
    rows.iter().enumerate().all(|(at, row)| {
        let mut earlier = rows[..at].iter().filter(|other| meet(row, other));
        earlier.all(|other| row.1.0.contradicts(&other.1.0, beside(row, other)).is_none())
    })
}

#[test]
fn it_is_said_whose_the_other_one_is() {
    let read = |value: serde_json::Value| Criterion::parse(&value).expect("a criterion");
    let women =
        read(json!({"kind": "all", "of": [{"kind": "iom"}, {"kind": "gender", "any_of": ["female"]}]}));
    let men = read(json!({"kind": "gender", "any_of": ["male"]}));
    for (owner, said) in [
        (Beside::SameOwner, "which is in force on some of these days too"),
        (Beside::Provider, "which the provider asks for all of its services on some of these days"),
        (Beside::Service("Resolve"), "which the service Resolve asks on some of these days"),
    ] {
        let flaw = women.contradicts(&men, owner).expect("a contradiction");
        assert_eq!(flaw.path, ["of", "1"]);
        assert!(
            flaw.message.starts_with(&format!("(Gender: Female) and (Gender: Male), {said}: ")),
            "{flaw:?}"
        );
    }
}

#[test]
fn what_is_ruled_out_and_asked_for_contradicts_each_other() {
    let read = |value: serde_json::Value| Criterion::parse(&value).expect("a criterion");
    for (one, other) in [
        (
            json!({"kind": "suitability", "any_of": ["bbr"]}),
            json!({"kind": "suitability", "any_of": ["BBR", "TSP"]}),
        ),
        (
            json!({"kind": "offending", "any_of": ["iom"]}),
            json!({"kind": "offending", "any_of": ["iom", "domestic_abuse"]}),
        ),
    ] {
        let (asked, not) = (read(one), read(json!({"kind": "not", "of": other})));
        assert!(asked.contradicts(&not, Beside::Provider).is_some(), "{asked:?} {not:?}");
        assert!(not.contradicts(&asked, Beside::Provider).is_some(), "{asked:?} {not:?}");
    }
    // Somebody may suit several programmes, and have offended in several ways.
    let suits = |name: &str| read(json!({"kind": "suitability", "any_of": [name]}));
    assert_eq!(suits("BBR").contradicts(&suits("TSP"), Beside::SameOwner), None);
}

proptest! {
    #[test]
    fn the_order_in_which_criteria_are_saved_does_not_matter(
        (rows, other) in prop::collection::vec(owned(), 0..6).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        prop_assert_eq!(all_are_taken(&rows), all_are_taken(&other));
    }

    #[test]
    fn of_two_criteria_each_contradicts_the_other_or_neither_does(one in criterion(), other in criterion()) {
        let either = [one.contradicts(&other, Beside::Provider), other.contradicts(&one, Beside::Service("Resolve"))];
        prop_assert_eq!(either[0].is_some(), either[1].is_some());
    }

    #[test]
    fn nobody_meets_two_that_contradict_each_other(rows in prop::collection::vec(row(), 2..5), facts in facts()) {
        prop_assume!(facts.rar_days != RarDays::SetAside);
        let clash = |(at, row): (usize, &Row)| {
            rows[..at].iter().any(|other| row.0.contradicts(&other.0, Beside::Provider).is_some())
        };
        let always: Vec<Row> = rows.iter().map(|row| (row.0.clone(), None, None, None)).collect();
        let clashes = rows.iter().enumerate().any(clash);
        prop_assert!(!clashes || !check(&rules(&always), &facts, TODAY).is_empty());
    }
}
