//! The proof that nobody sees what they may not, and that everybody finds what they may: generated from the schema,
//! asked over HTTP by everybody there is, and held against an oracle that knows nothing of the store.
//!
//! What is generated, how to run a million questions, and what is not covered: `docs/proof.md`.

mod alike;
mod answers;
mod asking;
mod callers;
mod catalogue;
mod document;
mod draw;
mod foreign;
mod lists;
mod network;
mod oracle;
mod places;
mod random;
mod secrets;
mod shows;
mod tables;
mod values;

use std::collections::BTreeSet;
use std::io::Write as _;

use rules::london::day;

use self::alike::Naming;
use self::answers::Seen;
use self::asking::Asking;
use self::catalogue::Catalogue;
use self::draw::Draw;
use self::oracle::Oracle;
use self::places::Place;
use self::random::Chance;
use self::shows::{LOGS_OF_READING, OPEN, VALUES_ALONE};
use self::tables::{Facts, TABLES, differences};
use self::values::Eyes;
use crate::scenario;
use crate::wire::{self, Statements};
use crate::world::{System, World};

/// The seed of a run that names none in `PROOF_SEED`: every such run asks the same.
const SEED: u64 = 1;
/// How many random questions both databases are asked together, unless `PROOF_QUERIES` says otherwise.
const QUERIES: u64 = 2_000;
/// How many wrongs a failure lists.
const LISTED: usize = 20;

#[expect(clippy::disallowed_methods, reason = "this asks about the run of the tests, not about the server")]
fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.trim().parse().unwrap_or_else(|_| panic!("{name} is a whole number, and not {text:?}")))
}

fn seed() -> u64 {
    setting("PROOF_SEED").unwrap_or(SEED)
}

/// Whether everybody walks to the end of every path, and not only one of the four in each role.
fn everybody_walks() -> bool {
    setting("PROOF_EVERYBODY") == Some(1)
}

/// Fails if there is anything wrong, with the seed that shows it again.
#[track_caller]
fn nothing_is_wrong(wrong: &[String]) {
    let listed = wrong.iter().take(LISTED).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(wrong.is_empty(), "{} things are wrong, by PROOF_SEED={}:\n\n{listed}", wrong.len(), seed());
}

#[test]
fn nothing_in_the_schema_is_unknown_to_the_proof() {
    let unknown = Catalogue::of_the_code().unknown();
    assert!(unknown.is_empty(), "the proof would pass over {} things: {unknown:#?}", unknown.len());
}

/// What of the tables and the schema the proof has not shown: it would hold of that whatever the server did.
async fn unproven(
    world: &World,
    catalogue: &Catalogue,
    seen: &Seen,
    hidden: &BTreeSet<&'static str>,
) -> Vec<String> {
    let mut unproven = Vec::new();
    for table in crate::migrations::tables(world).await {
        if !TABLES.contains(&table.as_str()) {
            unproven.push(format!("the table {table}: the proof does not read it"));
        }
    }
    for table in TABLES {
        if !VALUES_ALONE.contains(table) && !seen.tables.contains(table) {
            unproven.push(format!("the table {table}: nobody was shown a row of it"));
        }
        if !OPEN.contains(table) && !hidden.contains(table) {
            unproven.push(format!("the table {table}: nothing of it is hidden from anybody"));
        }
    }
    for object in catalogue.reached_from("Query") {
        let fields = catalogue.fields(object).iter().map(|field| (object.to_owned(), field.name.clone()));
        let unseen =
            fields.filter(|(object, _)| object != "Query").filter(|field| !seen.fields.contains(field));
        unproven.extend(unseen.map(|(object, field)| format!("{object}.{field}: nobody was shown a value")));
    }
    unproven
}

scenario! {
    async fn everybody_finds_what_is_theirs_by_every_way_and_nothing_else(world) {
        let callers = network::build(world).await;
        let facts = Facts::read(&world.database).await;
        let oracle = Oracle::new(&facts, day(world.clock.now()));
        let catalogue = Catalogue::of_the_code();
        let (mut seen, mut wrong, mut hidden) = (Seen::default(), Vec::new(), BTreeSet::new());
        for (number, caller) in callers.iter().enumerate() {
            let sight = oracle.sight(caller);
            let hides = |table: &str| !sight.of(&facts, table, false).is_empty();
            hidden.extend(TABLES.iter().copied().filter(|table| hides(table)));
            let mut draw = Draw::numbered(seed(), number as u64);
            let eyes = Eyes { catalogue: &catalogue, oracle: &oracle, caller, sight: &sight };
            let mut asking = Asking::new(world, eyes, &mut seen, &mut draw);
            asking.everywhere().await;
            wrong.append(&mut asking.wrong);
        }
        wrong.extend(unproven(world, &catalogue, &seen, &hidden).await);
        nothing_is_wrong(&wrong);
    }

    async fn random_questions_show_nobody_what_is_not_theirs(world) {
        let callers = network::build(world).await;
        let facts = Facts::read(&world.database).await;
        let oracle = Oracle::new(&facts, day(world.clock.now()));
        let catalogue = Catalogue::of_the_code();
        let everybody = callers.iter().map(|caller| (caller, oracle.sight(caller))).collect();
        let mut chance = Chance {
            world,
            catalogue: &catalogue,
            oracle: &oracle,
            everybody,
            cursors: Vec::new(),
            seen: Seen::default(),
        };
        let asked = setting("PROOF_QUERIES");
        let questions = asked.unwrap_or(QUERIES).div_ceil(2);
        let mut wrong = Vec::new();
        for number in 0..questions {
            let found = chance.question(seed(), number).await;
            wrong.extend(found.into_iter().map(|what| format!("question {number}: {what}")));
            if wrong.len() >= LISTED {
                break;
            }
        }
        if asked.is_some() {
            let database = world.database.get_database_backend();
            let count = wrong.len();
            // Written past `eprintln!`, which the test harness swallows.
            let _ = writeln!(
                std::io::stderr(),
                "proof: {questions} random questions to {database:?}, PROOF_SEED={}, {count} wrong",
                seed()
            );
        }
        nothing_is_wrong(&wrong);
    }
}

/// Names what is somebody else's at every place that takes an identifier.
async fn name_what_is_not_theirs(system: System) {
    let mut statements = Statements::default();
    let is_heard = matches!(system, System::Postgres);
    let world = World::with(system, |settings| {
        if is_heard {
            let (url, said) = wire::before(&settings.database());
            settings.database_url = Some(url.into());
            statements = said;
        }
    });
    let Some(world) = world.await else { return };
    let callers = network::build(&world).await;
    let catalogue = Catalogue::of_the_code();
    let today = day(world.clock.now());
    let mut naming = Naming {
        world: &world,
        catalogue: &catalogue,
        statements: is_heard.then_some(&statements),
        draw: Draw::of(seed()),
        wrong: Vec::new(),
        compared: 0,
    };
    let before = Facts::read(&world.database).await;
    let mut places = naming.everywhere(&Oracle::new(&before, today), &callers).await;
    let after = Facts::read(&world.database).await;
    let changed = differences(&before.all, &after.all, &LOGS_OF_READING);
    naming.wrong.extend(changed.into_iter().map(|change| format!("an act on foreign rows: {change}")));
    // What follows changes rows: first the places where it does not, last those where it does for certain.
    places.sort_by_key(|place| (place.is_act(), !place.is_beside(&catalogue)));
    let unproven = unproven_places(&world, &mut naming, &callers, &places).await;
    naming.wrong.extend(unproven);
    nothing_is_wrong(&naming.wrong);
    assert!(naming.compared > places.len(), "hardly anything was compared");
    world.end().await;
}

/// The places where what may be seen is answered like what may not: there the comparison proved nothing.
async fn unproven_places(
    world: &World,
    naming: &mut Naming<'_>,
    callers: &[callers::Caller],
    places: &[Place],
) -> Vec<String> {
    let today = day(world.clock.now());
    let mut facts = Facts::read(&world.database).await;
    let mut unproven = Vec::new();
    for place in places {
        if place.is_beside(naming.catalogue) {
            // An act that succeeded left other versions behind.
            facts = Facts::read(&world.database).await;
        }
        if !naming.tells(&Oracle::new(&facts, today), callers, place).await {
            unproven.push(format!("{place:?}: what may be seen is answered like what may not"));
        }
    }
    unproven
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_not_theirs_is_not_told_from_nothing_and_is_not_changed_on_sqlite() {
    name_what_is_not_theirs(System::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_not_theirs_is_not_told_from_nothing_and_is_not_changed_on_postgres() {
    name_what_is_not_theirs(System::Postgres).await;
}
