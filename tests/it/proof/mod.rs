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
#[cfg(feature = "weakened")]
mod mutation;
mod named;
mod network;
mod oracle;
mod places;
mod questions;
mod random;
mod raw;
mod rows;
mod secrets;
mod shows;
mod tables;
mod told;
mod values;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::ops::Range;

use api::settings::Settings;
use rules::london::day;

use self::alike::Naming;
use self::answers::Seen;
use self::asking::Asking;
use self::callers::Caller;
use self::catalogue::{Catalogue, Field};
use self::draw::Draw;
use self::oracle::Oracle;
use self::places::Place;
use self::random::Chance;
use self::rows::Everybody;
pub use self::shows::OPEN;
use self::shows::{NEVER_SAID, VALUES_ALONE};
use self::tables::{Facts, TABLES, differences};
use self::values::Eyes;
use crate::wire::{self, Statements};
use crate::world::{System, World};

/// The seed of a run that names none in `PROOF_SEED`: every such run asks the same.
const SEED: u64 = 1;
/// How many random questions both databases are asked together, unless `PROOF_QUERIES` says otherwise.
const QUERIES: u64 = 2_000;
/// How many of them one world is asked. What is read there waits to be recorded, so it should not be too much.
const OF_ONE_WORLD: u64 = 10_000;
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

/// Whether nobody shares what there is to ask with the others in their role, and nothing is left out for speed.
fn is_full() -> bool {
    setting("PROOF_FULL") == Some(1)
}

/// In the proof's worlds nothing happens beside the questions: the server asks for no revocations, and what was read
/// waits until it stops.
fn still(settings: &mut Settings) {
    settings.auth.revocation_poll_milliseconds = 3_600_000;
    settings.auth.revocation_patience_seconds = 7_200;
    settings.audit.queue = 1_000_000;
    // A question asks for many lists at once, each with its number.
    settings.limits.cost = 100_000_000;
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
    for object in catalogue.reached_from("Query").into_iter().filter(|object| *object != "Query") {
        let unseen = catalogue.fields(object).iter().filter(|field| !seen.had_value(object, &field.name));
        let unseen = unseen.filter(|field| !NEVER_SAID.contains(&(object, field.name.as_str())));
        let said = |field: &Field| format!("{object}.{}: nobody was shown a value", field.name);
        unproven.extend(unseen.map(said));
    }
    for (sees_case, is_shared) in [(true, false), (false, true)] {
        if !seen.criteria.contains(&(sees_case, is_shared)) {
            unproven
                .push(format!("criteria not met, case seen {sees_case}, shared {is_shared}: none was told"));
        }
    }
    unproven
}

/// Everybody asks for everything.
async fn everybody_asks(system: System) {
    let Some(world) = World::with(system, still).await else { return };
    let wrong = wrong_with_everything(&world).await;
    world.end().await;
    nothing_is_wrong(&wrong);
}

async fn wrong_with_everything(world: &World) -> Vec<String> {
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
    wrong
}

/// Everybody is shown of every table what the oracle says, of those too that no field leads to.
async fn the_store_shows(system: System) {
    let Some(world) = World::with(system, still).await else { return };
    let callers = network::build(&world).await;
    let facts = Facts::read(&world.database).await;
    let oracle = Oracle::new(&facts, day(world.clock.now()));
    let wrong = Everybody::of(&world, &callers, &oracle).await.wrong_anywhere(LISTED).await;
    world.end().await;
    nothing_is_wrong(&wrong);
}

/// Anybody asks anything: as many questions as are wanted, in as many worlds as they need.
async fn anybody_asks(system: System) {
    let asked = setting("PROOF_QUERIES");
    let questions = asked.unwrap_or(QUERIES).div_ceil(2);
    let (mut wrong, mut next) = (Vec::new(), 0);
    while next < questions && wrong.len() < LISTED {
        let Some(world) = World::with(system, still).await else { return };
        let end = questions.min(next + OF_ONE_WORLD);
        wrong.extend(wrong_by_chance(&world, next..end).await);
        world.end().await;
        next = end;
    }
    if asked.is_some() {
        let count = wrong.len();
        // Written past `eprintln!`, which the test harness swallows.
        let _ = writeln!(
            std::io::stderr(),
            "proof: {next} random questions to {system:?}, PROOF_SEED={}, {count} wrong",
            seed()
        );
    }
    nothing_is_wrong(&wrong);
}

async fn wrong_by_chance(world: &World, questions: Range<u64>) -> Vec<String> {
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
    let mut wrong = Vec::new();
    for number in questions {
        let found = chance.question(seed(), number).await;
        wrong.extend(found.into_iter().map(|what| format!("question {number}: {what}")));
        if wrong.len() >= LISTED {
            break;
        }
    }
    wrong
}

/// Everybody follows what can be followed, while everybody's rows change.
async fn everybody_listens(system: System) {
    let world = World::with(system, |settings| {
        still(settings);
        settings.live.poll_milliseconds = 50;
    });
    let Some(world) = world.await else { return };
    let callers = network::build(&world).await;
    let facts = Facts::read(&world.database).await;
    let oracle = Oracle::new(&facts, day(world.clock.now()));
    let wrong = told::wrong_with_what_is_told(&world, &callers, &oracle).await;
    world.end().await;
    nothing_is_wrong(&wrong);
}

/// Names what is somebody else's at every place that takes an identifier.
async fn name_what_is_not_theirs(system: System) {
    let mut statements = Statements::default();
    let is_heard = matches!(system, System::Postgres);
    let world = World::with(system, |settings| {
        still(settings);
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
        changed: false,
        turn: 0,
    };
    let before = Facts::read(&world.database).await;
    let mut places = naming.everywhere(&Oracle::new(&before, today), &callers).await;
    let after = Facts::read(&world.database).await;
    let changed = differences(&before.all, &after.all);
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
    callers: &[Caller],
    places: &[Place],
) -> Vec<String> {
    let today = day(world.clock.now());
    let (mut rest, mut unproven) = (places, Vec::new());
    while !rest.is_empty() {
        let facts = Facts::read(&world.database).await;
        let oracle = Oracle::new(&facts, today);
        naming.changed = false;
        while let Some((place, others)) = rest.split_first() {
            // An act that succeeded left other versions behind.
            if naming.changed && place.is_beside(naming.catalogue) {
                break;
            }
            if !naming.tells(&oracle, callers, place).await {
                unproven.push(format!("{place:?}: what may be seen is answered like what may not"));
            }
            rest = others;
        }
    }
    unproven
}

/// Defines tests that there are on each system.
macro_rules! on_both {
    ($($name:ident: $deed:ident;)+) => { $(
        mod $name {
            use super::{System, $deed};

            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn sqlite() {
                $deed(System::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
            async fn postgres() {
                $deed(System::Postgres).await;
            }
        }
    )+ };
}

on_both! {
    every_table_shows_everybody_what_is_theirs_and_nothing_else: the_store_shows;
    everybody_finds_what_is_theirs_by_every_way_and_nothing_else: everybody_asks;
    random_questions_show_nobody_what_is_not_theirs: anybody_asks;
    everybody_is_told_what_is_theirs_as_it_changes_and_nothing_else: everybody_listens;
    what_is_not_theirs_is_not_told_from_nothing_and_is_not_changed: name_what_is_not_theirs;
}
