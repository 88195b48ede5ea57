//! Several server processes on one database: what is done by one is told by the other.

use std::time::{Duration, Instant};

use api::server;
use sea_orm::ConnectionTrait as _;
use serde_json::json;

use super::{REFERRAL_EVENT, Socket, follow, settled};
use crate::postgres;
use crate::referring::{NPS, accepted, person};
use crate::world::{System, World};

async fn write_note(world: &World, referral: &str, body: &str) {
    let input = json!({ "referralId": referral, "body": body, "private": false });
    world.as_person("nps-officer").mutate("addReferralNote", input, "referral { id }").await.granted();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_on_one_server_is_told_by_another() {
    for system in [System::Sqlite, System::Postgres] {
        // Where it is listened to, nobody waits for the next look.
        let poll = if matches!(system, System::Postgres) { 60_000 } else { 200 };
        let world = World::with(system, |settings| settings.live.poll_milliseconds = poll).await;
        let Some(world) = world else { continue };
        let case = person(&world, "L200001", NPS, json!({})).await;
        let referral = accepted(&world, &case).await["id"].as_str().expect("an identifier").to_owned();
        let another =
            server::start(world.settings.clone(), world.clock.clone()).await.expect("a second server");
        let token = world.as_person("yss-manager").token().await;
        settled(&world).await;
        let mut there = Socket::with(another.address, &token).await;
        let mut here = Socket::with(world.address, &token).await;
        let first = follow(&mut there, "1", "inboxChanged", REFERRAL_EVENT).await;
        follow(&mut here, "1", "inboxChanged", REFERRAL_EVENT).await;
        // It listens by now.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let begun = Instant::now();
        write_note(&world, &referral, "One.").await;
        let told = there.event("1").await;
        assert!(begun.elapsed() < Duration::from_secs(10), "it took too long");
        assert_eq!((&told["referralId"], &told["parts"]), (&json!(referral), &json!(["NOTES"])));
        assert_eq!(here.event("1").await["cursor"], told["cursor"]);
        // A cursor of one is a cursor of the other.
        drop(there);
        let mut again = Socket::with(world.address, &token).await;
        let document =
            format!("subscription {{ inboxChanged(after: {}) {{ kind referralId }} }}", first["cursor"]);
        again.subscribe("1", &document, json!(null)).await;
        assert_eq!(again.event("1").await, json!({ "kind": "CHANGED", "referralId": referral }));
        assert_eq!(again.event("1").await["kind"], "LIVE");
        another.stop().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_no_longer_hears_of_changes_looks_for_them_and_hears_again() {
    let world = World::with(System::Postgres, |settings| settings.live.poll_milliseconds = 500).await;
    let Some(world) = world else { return };
    let case = person(&world, "L200002", NPS, json!({})).await;
    let referral = accepted(&world, &case).await["id"].as_str().expect("an identifier").to_owned();
    let another = server::start(world.settings.clone(), world.clock.clone()).await.expect("a second server");
    let token = world.as_person("yss-manager").token().await;
    settled(&world).await;
    let mut there = Socket::with(another.address, &token).await;
    follow(&mut there, "1", "inboxChanged", REFERRAL_EVENT).await;
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity \
               where datname = current_database() and query ilike 'listen %'";
    for body in ["One.", "Two."] {
        tokio::time::sleep(Duration::from_millis(500)).await;
        world.database.execute_unprepared(cut).await.expect("the listener is cut off");
        write_note(&world, &referral, body).await;
        assert_eq!(there.event("1").await["parts"], json!(["NOTES"]));
    }
    another.stop().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_later_than_what_began_later_is_told_all_the_same() {
    let Some(world) = World::on(System::Postgres).await else { return };
    let case = person(&world, "L200003", NPS, json!({})).await;
    let referral = accepted(&world, &case).await["id"].as_str().expect("an identifier").to_owned();
    let mut socket = Socket::of(&world, "yss-manager").await;
    follow(&mut socket, "1", "inboxChanged", REFERRAL_EVENT).await;
    // A transaction that has begun to write, and is in no hurry.
    let beside = postgres::connect(&world.settings.database()).await;
    let slow = sea_orm::TransactionTrait::begin(&beside).await.expect("a transaction");
    slow.execute_unprepared("select pg_current_xact_id()").await.expect("a number of its own");
    write_note(&world, &referral, "One.").await;
    // What it will commit could lie before this.
    socket.nothing().await;
    slow.rollback().await.expect("it ends");
    beside.close().await.expect("the database closes");
    assert_eq!(socket.event("1").await["parts"], json!(["NOTES"]));
    world.end().await;
}
