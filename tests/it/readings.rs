//! Reading a person's record is an event: one for each answer that held any of it, and none is read unrecorded.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use api::auth::{Gate, Issuer};
use api::graphql::global_id::GlobalId;
use api::settings::Settings;
use api::store::{Database, Store};
use chrono::TimeDelta;
use entity::{Id, probation_case, reading, reading_subject, referral_note};
use rules::terms::ReferralStatus::InProgress;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::given;
use crate::people::Answer;
use crate::postgres;
use crate::referring::{NPS, accepted, person, service, submitted};
use crate::world::{System, World};

mod looked;

/// How long something that happens beside the requests may take.
const PATIENCE: Duration = Duration::from_secs(20);

const OPEN: &str = "query OpenCase($id: ID!) { case(id: $id) { crn sentences { nodes { kind } } referrals { nodes { reference } } } }";

/// Readings are recorded at once.
fn quickly(settings: &mut Settings) {
    settings.audit.flush_milliseconds = 20;
}

/// There is one place in the queue, and nobody empties it.
fn narrow(settings: &mut Settings) {
    settings.audit.queue = 1;
}

/// In a world of each system.
pub async fn everywhere(deed: impl AsyncFn(&World)) {
    for system in [System::Sqlite, System::Postgres] {
        if let Some(world) = World::with(system, quickly).await {
            deed(&world).await;
            world.end().await;
        }
    }
}

/// Waits for something that happens beside the requests.
pub async fn eventually(what: &str, mut happened: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !happened().await {
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until whatever was read so far is recorded: what is read now comes after it.
pub async fn all_recorded(world: &World) {
    static MARKS: AtomicU32 = AtomicU32::new(0);
    let mark = format!("Mark{}", MARKS.fetch_add(1, Ordering::Relaxed));
    let document = format!("query {mark} {{ cases(first: 1) {{ nodes {{ crn }} }} }}");
    world.as_person("inspector").query(&document, json!({})).await.granted();
    eventually("a reading is recorded", async || !through(world, &mark).await.is_empty()).await;
}

async fn through(world: &World, operation: &str) -> Vec<reading::Model> {
    let find = reading::Entity::find().filter(reading::Column::Operation.eq(operation));
    find.all(&world.database).await.expect("readings")
}

/// The readings through an operation, each with its cases.
async fn recorded(world: &World, operation: &str) -> Vec<(reading::Model, BTreeSet<Uuid>)> {
    all_recorded(world).await;
    let mut readings = Vec::new();
    for row in through(world, operation).await {
        let of_it = reading_subject::Column::ReadingId.eq(row.id);
        let subjects = reading_subject::Entity::find().filter(of_it).all(&world.database).await;
        let cases = subjects.expect("subjects").into_iter().map(|subject| subject.case_id.0).collect();
        readings.push((row, cases));
    }
    readings
}

/// The only reading through an operation.
async fn the_reading(world: &World, operation: &str) -> (reading::Model, BTreeSet<Uuid>) {
    let mut readings = recorded(world, operation).await;
    assert_eq!(readings.len(), 1, "{operation}: {readings:?}");
    readings.remove(0)
}

/// A case by its identifier as clients see it.
fn case(id: &str) -> Uuid {
    GlobalId::<probation_case::Entity>::parse_text(id).expect("the identifier of a case").0.0
}

fn cases<'a>(ids: impl IntoIterator<Item = &'a str>) -> BTreeSet<Uuid> {
    ids.into_iter().map(case).collect()
}

/// Asks for a purpose, or for several.
async fn ask_for(world: &World, purposes: &[&[u8]], document: &str, variables: Value) -> Answer {
    let token = world.as_person("nps-officer").token().await;
    let mut request = world.client.post(world.url("/graphql")).bearer_auth(token);
    for purpose in purposes {
        request = request.header("x-purpose", *purpose);
    }
    Answer::of(request.json(&json!({ "query": document, "variables": variables }))).await
}

#[tokio::test]
async fn an_officer_who_opens_a_case_leaves_one_reading_that_names_it() {
    everywhere(async |world: &World| {
        let owain = person(world, "R000001", NPS, json!({})).await;
        world.clock.advance(TimeDelta::seconds(5));
        let answer = world.as_person("nps-officer").query(OPEN, json!({ "id": owain.case })).await.granted();
        let (reading, of) = the_reading(world, "OpenCase").await;
        assert_eq!(of, cases([owain.case.as_str()]));
        let officer = given::staff(world, "nps-officer").await;
        assert_eq!((reading.person_id, reading.organisation_id), (officer.id, officer.organisation_id));
        assert_eq!(reading.roles, "responsible_officer");
        assert_eq!((reading.at, reading.purpose), (world.clock.now(), None));
        assert_eq!(reading.request_id, answer.headers["x-request-id"].to_str().expect("a plain word"));
    })
    .await;
}

#[tokio::test]
async fn a_list_is_one_reading_with_each_case_on_the_page_once() {
    everywhere(async |world: &World| {
        let mentor = service(world, "YSS", "Meet and Mentor").await;
        let support = service(world, "YSS", "Enhanced Support Service").await;
        for (crn, services) in
            [("R000001", vec![&mentor]), ("R000002", vec![&mentor]), ("R000003", vec![&mentor, &support])]
        {
            let somebody = person(world, crn, NPS, json!({})).await;
            for service in services {
                submitted(world, &somebody, service, json!({})).await;
                world.clock.advance(TimeDelta::seconds(1));
            }
        }
        let document = "query Inbox { referrals(first: 3) {
            pageInfo { hasNextPage } nodes { reference person { familyName } case { id } sessions { nodes { number } } } } }";
        let answer = world.as_person("nps-officer").query(document, json!({})).await.granted();
        assert_eq!(answer.data("/referrals/pageInfo/hasNextPage"), true);
        let shown = answer.list("/referrals/nodes").iter();
        let shown = cases(shown.map(|node| node["case"]["id"].as_str().expect("a case")));
        // Two of the three referrals are one person's.
        assert_eq!(shown.len(), 2, "{answer:?}");
        let (_, of) = the_reading(world, "Inbox").await;
        assert_eq!(of, shown);
    })
    .await;
}

#[tokio::test]
async fn a_purpose_is_kept_or_refused_and_never_cut() {
    everywhere(async |world: &World| {
        let owain = person(world, "R000001", NPS, json!({})).await;
        let id = json!({ "id": owain.case });
        let purpose = "Pre-release visit – Ó Súilleabháin's <home>";
        ask_for(world, &[purpose.as_bytes()], OPEN, id.clone()).await.granted();
        assert_eq!(the_reading(world, "OpenCase").await.0.purpose.as_deref(), Some(purpose));
        let long = "x".repeat(201);
        let wrong =
            [vec![long.as_bytes()], vec![b"\xff".as_slice()], vec![b"one".as_slice(), b"two".as_slice()]];
        for purposes in wrong {
            let answer = ask_for(world, &purposes, OPEN, id.clone()).await;
            assert_eq!((answer.status, answer.error_code()), (400, Some("BAD_USER_INPUT")), "{answer:?}");
        }
        assert_eq!(recorded(world, "OpenCase").await.len(), 1);
        ask_for(world, &[&long.as_bytes()[1..]], OPEN, id.clone()).await.granted();
        ask_for(world, &[b" "], OPEN, id).await.granted();
        let kept = recorded(world, "OpenCase").await.into_iter().map(|(row, _)| row.purpose);
        let kept: Vec<_> = kept.collect();
        assert!(
            kept.len() == 3 && kept.contains(&None) && kept.contains(&Some(long[1..].to_owned())),
            "{kept:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_providers_reading_of_a_referral_names_the_case_that_it_does_not_see() {
    everywhere(async |world: &World| {
        let owain = person(world, "R000001", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let document = "query Mine($id: ID!) { referral(id: $id) { person { familyName } } }";
        world.as_person("yss-worker").query(document, json!({ "id": taken["id"] })).await.granted();
        let (reading, of) = the_reading(world, "Mine").await;
        assert_eq!((reading.roles.as_str(), of), ("provider_worker", cases([owain.case.as_str()])));
    })
    .await;
}

#[tokio::test]
async fn what_hangs_on_a_referral_names_its_case_also_when_it_is_read_alone() {
    everywhere(async |world: &World| {
        let given = given::referral(world, InProgress).await;
        let outcomes: Vec<_> =
            given.outcomes.iter().map(|id| json!({ "desiredOutcomeId": id, "result": "ACHIEVED" })).collect();
        let report = json!({ "referralId": given.referral, "summary": "Done.", "outcomes": outcomes });
        let worker = world.as_person("yss-worker");
        let report = worker.mutate("submitEndReport", report, "endReport { id }").await.granted();
        let id = json!({ "id": report.data("/submitEndReport/endReport/id") });
        let document = "query Report($id: ID!) { node(id: $id) { ... on EndReport { summary } } }";
        let answer = world.as_person("yss-manager").query(document, id).await.granted();
        assert_eq!(answer.text("/node/summary"), "Done.");
        assert_eq!(the_reading(world, "Report").await.1, cases([given.case.as_str()]));
    })
    .await;
}

#[tokio::test]
async fn what_a_change_answers_is_a_reading_too() {
    everywhere(async |world: &World| {
        let given = given::referral(world, InProgress).await;
        let note = json!({ "referralId": given.referral, "body": "Rang." });
        world.as_person("yss-worker").mutate("addReferralNote", note, "referral { id }").await.granted();
        // It has no name: it is known by the field at its top.
        assert_eq!(the_reading(world, "addReferralNote").await.1, cases([given.case.as_str()]));
    })
    .await;
}

#[tokio::test]
async fn an_answer_without_persons_leaves_no_reading() {
    everywhere(async |world: &World| {
        let owain = person(world, "R000001", NPS, json!({})).await;
        let fresh = GlobalId(Id::<probation_case::Entity>::fresh()).text();
        let directory = "query Quiet { services(first: 3) { nodes { name price { money { text } } } }
            organisations { totalCount } me { roles } rateCard(first: 3) { nodes { id } } }";
        let counts = "query Quiet { cases(first: 0) { totalCount } referrals(first: 0) { totalCount } }";
        let officer = world.as_person("nps-officer");
        officer.query(directory, json!({})).await.granted();
        let counted = officer.query(counts, json!({})).await.granted();
        assert!(counted.data("/cases/totalCount").as_u64() > Some(0), "{counted:?}");
        let one = "query Quiet($id: ID!) { case(id: $id) { crn } }";
        for (who, id, code) in [
            ("nps-officer", &fresh, "NOT_FOUND"),
            ("crc-officer", &owain.case, "NOT_FOUND"),
            ("yss-worker", &owain.case, "FORBIDDEN"),
        ] {
            let answer = world.as_person(who).query(one, json!({ "id": id })).await;
            assert_eq!(answer.error_code(), Some(code), "{who} {answer:?}");
        }
        assert!(recorded(world, "Quiet").await.is_empty());
        // It is not that nothing of this name is recorded.
        officer.query(one, json!({ "id": owain.case })).await.granted();
        assert_eq!(the_reading(world, "Quiet").await.1, cases([owain.case.as_str()]));
    })
    .await;
}

#[tokio::test]
async fn without_a_place_to_record_it_nothing_is_read_and_nothing_is_done() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::with(system, narrow).await else { continue };
        let given = given::referral(&world, InProgress).await;
        let id = json!({ "id": given.case });
        world.as_person("nps-officer").query(OPEN, id.clone()).await.granted();
        let notes = referral_note::Entity::find().count(&world.database).await.expect("a number");
        let write = "mutation($input: AddReferralNoteInput!) {
            addReferralNote(input: $input) { referral { id } userErrors { code } } }";
        let note = json!({ "input": { "referralId": given.referral, "body": "Rang." } });
        for (document, variables) in
            [(OPEN, id.clone()), ("{ services { totalCount } }", json!({})), (write, note)]
        {
            let answer = world.as_person("nps-officer").query(document, variables).await;
            assert_eq!((answer.status, answer.error_codes()), (503, vec!["UNAVAILABLE"]), "{answer:?}");
            assert!(answer.body.get("data").is_none(), "{answer:?}");
        }
        let after = referral_note::Entity::find().count(&world.database).await.expect("a number");
        assert_eq!(after, notes, "a refused act was done");
        // What was read was recorded when the server stopped, and there is a place again.
        let world = world.restarted().await;
        assert_eq!(through(&world, "OpenCase").await.len(), 1);
        world.as_person("nps-officer").query(OPEN, id).await.granted();
        world.end().await;
    }
}

#[tokio::test]
async fn what_the_database_does_not_take_waits_and_is_not_lost() {
    for system in [System::Sqlite, System::Postgres] {
        let slow = |settings: &mut Settings| {
            narrow(settings);
            quickly(settings);
        };
        let Some(world) = World::with(system, slow).await else { continue };
        let given = given::referral(&world, InProgress).await;
        let holder = postgres::connect(&world.settings.database()).await;
        let lock = match system {
            System::Sqlite => "BEGIN IMMEDIATE",
            System::Postgres => "BEGIN; LOCK TABLE reading IN EXCLUSIVE MODE",
        };
        holder.execute_unprepared(lock).await.expect("a lock");
        let mut granted = 0;
        let refused = loop {
            let answer = world.as_person("nps-officer").query(OPEN, json!({ "id": given.case })).await;
            if answer.body.get("errors").is_some() {
                break answer;
            }
            granted += 1;
            // One is being written, one waits.
            assert!(granted <= 2, "read without a place to record it");
        };
        assert_eq!((refused.status, refused.error_codes()), (503, vec!["UNAVAILABLE"]), "{refused:?}");
        assert!(granted > 0 && through(&world, "OpenCase").await.is_empty());
        holder.execute_unprepared("ROLLBACK").await.expect("an end");
        holder.close().await.expect("a connection closes");
        eventually("what waited is recorded", async || through(&world, "OpenCase").await.len() == granted)
            .await;
        all_recorded(&world).await;
        assert_eq!(through(&world, "OpenCase").await.len(), granted);
        world.end().await;
    }
}

#[tokio::test]
async fn the_record_of_readings_is_only_ever_added_to() {
    everywhere(async |world: &World| {
        person(world, "R000001", NPS, json!({})).await;
        all_recorded(world).await;
        for statement in [
            "UPDATE reading SET purpose = 'x'",
            "DELETE FROM reading",
            "UPDATE reading_subject SET case_id = reading_id",
            "DELETE FROM reading_subject",
        ] {
            let refused = world.database.execute_unprepared(statement).await.expect_err(statement);
            assert!(refused.to_string().contains("only ever added to"), "{statement}: {refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_batch_whose_recording_nobody_heard_of_is_not_recorded_twice() {
    everywhere(async |world: &World| {
        let given = given::referral(world, InProgress).await;
        let database = Database::open(&world.settings.database(), 2).await.expect("a database");
        let gate = Gate::new(&world.settings, database.clone(), world.clock.clone(), None::<&Issuer>)
            .expect("a gate");
        let scope = gate.person_here("nps-officer").await.expect("an officer");
        let now = world.clock.now();
        let store = Store::new(database.clone(), scope, world.settings.policy, "twice", now);
        assert!(store.reading("Twice".to_owned(), None).is_none(), "nothing was read yet");
        let id = Id::new(case(&given.case));
        store.find::<probation_case::Entity>().get(id).await.expect("the case");
        let reading = store.reading("Twice".to_owned(), None).expect("a reading");
        // It holds a connection while it lives, and the database waits for that when it closes.
        drop(store);
        for _ in 0..2 {
            database.record(std::slice::from_ref(&reading), now).await.expect("a record");
        }
        assert_eq!(the_reading(world, "Twice").await.1, cases([given.case.as_str()]));
        database.close().await.expect("the database closes");
    })
    .await;
}
