//! Acts that are asked for at once share one commit on SQLite, and are answered when it is on the disk.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use entity::{audit_event, organisation};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _,
};
use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::people::Answer;
use crate::postgres;
use crate::scratch;
use crate::trouble::{hold, release};
use crate::world::{System, World};

async fn world() -> World {
    World::on(System::Sqlite).await.expect("SQLite is always there")
}

/// The file of the database, and that of what was committed lately.
fn files(world: &World) -> [PathBuf; 2] {
    let file = world.settings.database().trim_start_matches("sqlite://").to_owned();
    [PathBuf::from(&file), PathBuf::from(format!("{file}-wal"))]
}

/// How many commits the database's log holds: a frame that ends one says how many pages the database then has.
fn commits(world: &World) -> usize {
    let log = fs::read(&files(world)[1]).unwrap_or_default();
    if log.len() < 32 {
        return 0;
    }
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().expect("four bytes"));
    let frame = 24 + number(8) as usize;
    let frames = (32..log.len()).step_by(frame).filter(|at| at + frame <= log.len());
    // Frames of an earlier round have another salt.
    frames.filter(|at| log[at + 8..at + 16] == log[16..24] && number(at + 4) != 0).count()
}

/// Brings all that is in the log into the database, so that the log begins anew.
async fn begin_log(world: &World) {
    world.database.execute_unprepared("pragma wal_checkpoint(truncate)").await.expect("a checkpoint");
    assert_eq!(commits(world), 0);
}

async fn rows(world: &World) -> (u64, u64) {
    let events = audit_event::Entity::find().count(&world.database).await.expect("a number");
    (events, organisation::Entity::find().count(&world.database).await.expect("a number"))
}

/// Adds an organisation for each of these names and keys, all of them while somebody else holds the database.
async fn at_once(world: &World, all: &[(&str, Option<&str>)]) -> JoinSet<(String, Answer)> {
    let holder = hold(world, System::Sqlite).await;
    let mut answers = JoinSet::new();
    for (name, key) in all {
        let input = json!({ "kind": "PROVIDER", "name": name, "idempotencyKey": key });
        let document = "mutation($input: AddOrganisationInput!) { addOrganisation(input: $input) {
            organisation { id name } userErrors { code field message } } }";
        let body = json!({ "query": document, "variables": { "input": input } });
        let token = world.as_person("system-admin").token().await;
        let request = world.client.post(world.url("/graphql")).bearer_auth(token).json(&body);
        let name = (*name).to_owned();
        answers.spawn(async move { (name, Answer::of(request).await) });
    }
    // All of them have come by then, and wait.
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(answers.try_join_next().is_none(), "nobody can be answered yet");
    release(holder).await;
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acts_at_once_share_one_commit() {
    let world = world().await;
    begin_log(&world).await;
    let before = rows(&world).await;
    let names = ["Ash", "Birch", "Cedar", "Elder", "Fir", "Gorse", "Hazel", "Ivy"];
    for (name, answer) in at_once(&world, &names.map(|name| (name, None))).await.join_all().await {
        assert_eq!(answer.granted().text("/addOrganisation/organisation/name"), name);
    }
    assert_eq!(commits(&world), 1);
    assert_eq!(rows(&world).await, (before.0 + 8, before.1 + 8));
    // Who comes alone waits for nobody.
    at_once(&world, &[("Juniper", None)]).await.join_all().await.pop().expect("an answer").1.granted();
    assert_eq!(commits(&world), 2);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_act_leaves_nothing_and_harms_nobody() {
    let world = world().await;
    begin_log(&world).await;
    let before = rows(&world).await;
    let all = [("Ash", None), ("Twin", None), ("Twin", None), ("Birch", None)];
    let answers = at_once(&world, &all).await.join_all().await;
    let (refused, done): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|(_, answer)| answer.refusals() == ["TAKEN"]);
    assert_eq!(refused.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Twin"]);
    for (_, answer) in done {
        answer.granted();
    }
    assert_eq!(rows(&world).await, (before.0 + 3, before.1 + 3));
    assert_eq!(commits(&world), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeat_at_the_same_moment_has_the_first_answer() {
    let world = world().await;
    let before = rows(&world).await;
    let all = [("Ash", Some("click")), ("Ash", Some("click")), ("Ash", Some("click"))];
    let answers = at_once(&world, &all).await.join_all().await;
    let ids: Vec<_> = answers
        .into_iter()
        .map(|(_, answer)| answer.granted().text("/addOrganisation/organisation/id").to_owned())
        .collect();
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(rows(&world).await, (before.0 + 1, before.1 + 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_broken_off_leaves_nothing_and_harms_nobody() {
    let world = World::with(System::Sqlite, |settings| settings.limits.seconds = 2).await;
    let world = world.expect("SQLite is always there");
    let before = rows(&world).await;
    let add = |name: &str| {
        let query = format!(
            "mutation {{ addOrganisation(input: {{ kind: PROVIDER, name: {name:?} }}) {{ organisation {{ name }} }} }}"
        );
        world.client.post(world.url("/graphql")).json(&json!({ "query": query }))
    };
    let token = world.as_person("system-admin").token().await;
    let requests = ["Ash", "Birch", "Cedar"].map(|name| add(name).bearer_auth(&token));
    let [first, second, third] = requests;
    let holder = hold(&world, System::Sqlite).await;
    let [first, second] = [first, second].map(|request| tokio::spawn(Answer::of(request)));
    tokio::time::sleep(Duration::from_millis(1_000)).await;
    let third = tokio::spawn(Answer::of(third));
    for broken_off in [first, second] {
        assert_eq!(broken_off.await.expect("an answer").error_codes(), ["LIMIT_EXCEEDED"]);
    }
    release(holder).await;
    third.await.expect("an answer").granted();
    assert_eq!(rows(&world).await, (before.0 + 1, before.1 + 1));
    world.end().await;
}

/// What SIGKILL leaves is the files as they are at that moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_answered_is_on_the_disk() {
    let world = world().await;
    let names = ["Ash", "Birch", "Cedar", "Elder", "Fir", "Gorse"];
    let mut answers = at_once(&world, &names.map(|name| (name, None))).await;
    while let Some(answered) = answers.join_next().await {
        let (name, answer) = answered.expect("an answer");
        answer.granted();
        let copy = scratch::folder().join(Uuid::now_v7().simple().to_string());
        let [file, log] = files(&world);
        fs::copy(file, &copy).expect("a copy");
        fs::copy(log, format!("{}-wal", copy.display())).expect("a copy of the log");
        let found = postgres::connect(&format!("sqlite://{}", copy.display())).await;
        let there = organisation::Entity::find().filter(organisation::Column::Name.eq(&name));
        assert_eq!(there.count(&found).await.expect("a number"), 1, "{name}");
        found.close().await.expect("a connection closes");
    }
    world.end().await;
}
