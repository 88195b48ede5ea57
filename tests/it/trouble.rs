//! When the server cannot do what it should: its answers stay clear, and nothing is half done.

use std::time::{Duration, Instant};

use entity::{audit_event, organisation};
use reqwest::RequestBuilder;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, EntityTrait as _, PaginatorTrait as _};
use serde_json::json;

use crate::people::Answer;
use crate::postgres::{self, cluster};
use crate::world::{self, System, World};

/// How long a server may take to find its database again.
const PATIENCE: Duration = Duration::from_secs(20);

/// An act.
const ADD: &str =
    "mutation { addOrganisation(input: { kind: PROVIDER, name: \"Slow\" }) { organisation { name } } }";

/// Somebody beside the server who holds what the act needs.
pub async fn hold(world: &World, system: System) -> DatabaseConnection {
    let holder = postgres::connect(&world.settings.database()).await;
    let statement = match system {
        System::Sqlite => "BEGIN IMMEDIATE",
        System::Postgres => "BEGIN; LOCK TABLE organisation IN EXCLUSIVE MODE",
    };
    holder.execute_unprepared(statement).await.expect("a lock");
    holder
}

/// Lets go of it.
pub async fn release(holder: DatabaseConnection) {
    holder.execute_unprepared("ROLLBACK").await.expect("an end");
    holder.close().await.expect("a connection closes");
}

async fn request(world: &World, who: &str, query: &str) -> RequestBuilder {
    let token = world.as_person(who).token().await;
    let request = world.client.post(world.url("/graphql")).bearer_auth(token);
    request.header("accept", "application/graphql-response+json").json(&json!({ "query": query }))
}

async fn rows(world: &World) -> (u64, u64) {
    let events = audit_event::Entity::find().count(&world.database).await.expect("a number");
    (events, organisation::Entity::find().count(&world.database).await.expect("a number"))
}

#[tokio::test]
async fn an_act_that_takes_too_long_is_broken_off_and_leaves_nothing() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::with(system, |settings| settings.limits.seconds = 1).await else { continue };
        let (slow, again) =
            (request(&world, "system-admin", ADD).await, request(&world, "system-admin", ADD).await);
        let before = rows(&world).await;
        let holder = hold(&world, system).await;
        let answer = Answer::of(slow).await;
        assert_eq!((answer.status, answer.error_codes()), (200, vec!["LIMIT_EXCEEDED"]), "{answer:?}");
        assert!(answer.body["data"].is_null(), "{answer:?}");
        release(holder).await;
        // What was broken off was not done later either, and does not stand in the way.
        let done = Answer::of(again).await;
        assert_eq!(done.body["data"]["addOrganisation"]["organisation"]["name"], "Slow", "{done:?}");
        assert_eq!(rows(&world).await, (before.0 + 1, before.1 + 1));
        world.end().await;
    }
}

async fn ready(world: &World) -> u16 {
    world.client.get(world.url("/health/ready")).send().await.expect("a response").status().as_u16()
}

#[tokio::test]
async fn a_database_that_is_gone_is_said_to_be_and_found_again() {
    let Some(mut world) = World::on(System::Postgres).await else { return };
    let good = "{ me { roles } }";
    let waiting = [request(&world, "inspector", good).await, request(&world, "inspector", good).await];
    let url = world.settings.database();
    let name = url.rsplit('/').next().expect("a name");
    let administrator = postgres::connect(&cluster().expect("a cluster").url("postgres")).await;
    let run = async |statement: String| administrator.execute_unprepared(&statement).await.expect("done");
    run(format!(r#"ALTER DATABASE "{name}" ALLOW_CONNECTIONS false"#)).await;
    run(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;
    assert_eq!(ready(&world).await, 503);
    let live = world.client.get(world.url("/health/live")).send().await.expect("a response");
    assert_eq!(live.status(), 200);
    for request in waiting {
        let answer = Answer::of(request).await;
        assert_eq!((answer.status, answer.error_codes()), (503, vec!["UNAVAILABLE"]), "{answer:?}");
        assert!(!answer.body.to_string().contains(name), "{answer:?}");
    }
    run(format!(r#"ALTER DATABASE "{name}" ALLOW_CONNECTIONS true"#)).await;
    let begun = Instant::now();
    while ready(&world).await != 200 {
        assert!(begun.elapsed() < PATIENCE, "the server does not find its database again");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    administrator.close().await.expect("a connection closes");
    // The token is made with a connection of the tests' own, which is gone as well.
    world.database = postgres::connect(&url).await;
    for _ in 0..20 {
        let answer = Answer::of(request(&world, "inspector", good).await).await;
        assert_eq!((answer.status, answer.error_codes()), (200, vec![]), "{answer:?}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_told_to_stop_finishes_what_it_began() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::on(system).await else { continue };
        let act = request(&world, "system-admin", ADD).await;
        let holder = hold(&world, system).await;
        let act = tokio::spawn(Answer::of(act));
        // It has come to the server, and waits there.
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!act.is_finished());
        let address = world.address;
        let ending = tokio::spawn(world.end());
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!ending.is_finished() && !act.is_finished());
        assert!(
            world::client().get(format!("http://{address}/health/live")).send().await.is_err(),
            "it takes no more requests"
        );
        release(holder).await;
        let done = act.await.expect("an answer");
        assert_eq!(done.body["data"]["addOrganisation"]["organisation"]["name"], "Slow", "{done:?}");
        ending.await.expect("an end");
    }
}
