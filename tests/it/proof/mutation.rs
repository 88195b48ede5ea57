//! The mutation check: every condition that decides who sees what, and every grant of a field, is made true in turn,
//! and each time the tests have to notice. What was noticed by whom is printed as a table: `docs/mutation.md`.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::time::Instant;

use api::rule;
use rules::Term as _;
use rules::london::day;
use rules::terms::Role;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::oracle::Oracle;
use super::rows::Everybody;
use super::shows::OPEN;
use super::tables::{Facts, TABLES};
use super::{named, network, still};
use crate::access::{documents, persona};
use crate::world::{System, World};

/// What is weak is so in the whole process: one after the other.
static ALONE: Mutex<()> = Mutex::const_new(());

/// Conditions that can be made true without anything coming of it, each with the reason.
const EQUIVALENT: [(&str, &str); 2] = [
    (
        "open: named as one of those let in",
        "it would also take for let in whom the case is closed to, and from them it is hidden as closed",
    ),
    ("notes: open", "the referral has to be seen as well, and nobody sees it to whom the case is not open"),
];

/// Why nothing comes of it if a condition is made true; none if something does.
fn reason(name: &str) -> Option<&'static str> {
    if OPEN.contains(&name) {
        return Some("the directory is everybody's as it is");
    }
    EQUIVALENT.iter().find(|(own, _)| *own == name).map(|(_, reason)| *reason)
}

/// Writes a line past the test harness, which swallows what `println!` writes.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// What is wrong first with a condition made true: with the table of its name, if there is one, or any other.
async fn noticed(everybody: &Everybody<'_>, name: &str) -> Option<String> {
    let (own, others): (Vec<_>, Vec<_>) = TABLES.iter().copied().partition(|table| *table == name);
    for table in own.into_iter().chain(others) {
        if let Some(first) = everybody.wrong(table, 1).await.pop() {
            return Some(first);
        }
    }
    None
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "what it makes true is true in the whole process: see docs/mutation.md"]
async fn every_condition_of_visibility_that_is_made_true_is_noticed() {
    let _alone = ALONE.lock().await;
    let world = World::with(System::Sqlite, still).await.expect("SQLite is always there");
    let callers = network::build(&world).await;
    let facts = Facts::read(&world.database).await;
    let oracle = Oracle::new(&facts, day(world.clock.now()));
    let everybody = Everybody::of(&world, &callers, &oracle).await;
    let before = everybody.wrong_anywhere(1).await;
    assert!(before.is_empty(), "with every condition as it is: {before:#?}");
    let mut names: BTreeSet<_> = named::names();
    names.extend(TABLES);
    assert_eq!(rule::names(), names, "the conditions that were asked, and those of the source");
    say("| condition | noticed | seconds |\n|---|---|---|");
    let (mut unnoticed, mut not_equivalent) = (Vec::new(), Vec::new());
    for name in &names {
        let began = Instant::now();
        rule::weaken(Some(name));
        let noticed = noticed(&everybody, name).await;
        rule::weaken(None);
        let seconds = began.elapsed().as_secs_f32();
        match (&noticed, reason(name)) {
            (Some(_), Some(_)) => not_equivalent.push(name),
            (None, None) => unnoticed.push(name),
            (Some(_), None) | (None, Some(_)) => {}
        }
        let equivalent = reason(name).map_or("**by nothing**".to_owned(), |why| format!("equivalent: {why}"));
        say(&format!("| {name} | {} | {seconds:.1} |", noticed.unwrap_or(equivalent)));
    }
    world.end().await;
    assert!(unnoticed.is_empty(), "of {} conditions these can be made true: {unnoticed:#?}", names.len());
    assert!(not_equivalent.is_empty(), "something came of these after all: {not_equivalent:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
#[ignore = "what it makes true is true in the whole process: see docs/mutation.md"]
async fn every_grant_that_is_made_to_everybody_is_noticed() {
    let _alone = ALONE.lock().await;
    let world = World::with(System::Sqlite, still).await.expect("SQLite is always there");
    say("| grant | noticed by | seconds |\n|---|---|---|");
    let (mut unnoticed, mut tried) = (Vec::new(), 0);
    for (field, document, granted) in documents() {
        let began = Instant::now();
        let others: Vec<_> = Role::ALL.iter().filter(|role| !granted.contains(role)).collect();
        for role in &others {
            // Of this field alone, and of every field.
            for mutant in [format!("guard {field}").as_str(), "guard"] {
                rule::weaken(Some(mutant));
                let answer = world.as_person(persona(**role)).query(&document, json!({})).await;
                rule::weaken(None);
                tried += 1;
                // This is what `access.rs` demands of it.
                let is_empty = answer.body.get("data").is_none_or(Value::is_null);
                if answer.error_code() == Some("FORBIDDEN") && is_empty {
                    unnoticed.push(format!("{field} to {}", role.name()));
                }
            }
        }
        let names: Vec<_> = others.iter().map(|role| role.name()).collect();
        let what =
            if names.is_empty() { "equivalent: everybody has it".to_owned() } else { names.join(", ") };
        say(&format!("| {field} | {what} | {:.1} |", began.elapsed().as_secs_f32()));
    }
    world.end().await;
    say(&format!("{tried} grants of a field to a role were tried"));
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}
