//! Who may come in now: how often somebody asks, how much of theirs runs at once, and how many bad tokens an
//! address may try.

use std::time::Duration;

use api::settings::Admission;
use entity::audit_event;
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::json;
use tokio::task::JoinHandle;

use crate::people::Answer;
use crate::trouble::{hold, release};
use crate::world::{System, World};

/// The types that an answer may be in.
const TYPES: [&str; 2] = ["application/json", "application/graphql-response+json"];

/// What anybody may ask.
const ME: &str = "{ me { roles } }";

/// An act of the system administrator.
const ADD: &str =
    "mutation { addOrganisation(input: { kind: PROVIDER, name: \"Slow\" }) { organisation { name } } }";

/// An act of an officer on a referral that nobody has.
const WITHDRAW: &str = "mutation { withdrawReferral(input: { referralId: \"ref_00000000000000000000000000\",
    version: 1, reason: ORDER_ENDED, note: \"Ended.\" }) { userErrors { code } } }";

/// Long enough that a request has come to the server and waits there.
const ARRIVAL: Duration = Duration::from_millis(300);

/// Long enough that one a second is granted once more.
const REST: Duration = Duration::from_millis(1_300);

/// A world with these limits and no others.
async fn with(system: System, adjust: impl FnOnce(&mut Admission)) -> Option<World> {
    World::with(system, |settings| adjust(&mut settings.admission)).await
}

async fn on_sqlite(adjust: impl FnOnce(&mut Admission)) -> World {
    with(System::Sqlite, adjust).await.expect("SQLite is always there")
}

fn sent(world: &World, token: &str, query: &str) -> RequestBuilder {
    let request = world.client.post(world.url("/graphql")).bearer_auth(token);
    request.json(&json!({ "query": query }))
}

async fn request(world: &World, who: &str, query: &str) -> RequestBuilder {
    sent(world, &world.as_person(who).token().await, query)
}

async fn status(request: RequestBuilder) -> u16 {
    Answer::of(request).await.status
}

/// Somebody's request that is on its way, and waits at the server for what a holder holds.
async fn under_way(world: &World, who: &str, query: &str) -> JoinHandle<Answer> {
    let running = tokio::spawn(Answer::of(request(world, who, query).await));
    tokio::time::sleep(ARRIVAL).await;
    assert!(!running.is_finished(), "nothing holds it up");
    running
}

/// Asserts that a request was refused because there is too much, well-formed in either type, and says when to
/// come again.
async fn is_too_much(request: RequestBuilder) {
    for accept in TYPES {
        let again = request.try_clone().expect("a request without a stream").header(ACCEPT, accept);
        let answer = Answer::of(again).await;
        assert_eq!((answer.status, answer.error_codes()), (429, vec!["LIMIT_EXCEEDED"]), "{answer:?}");
        assert!(answer.body.get("data").is_none(), "{answer:?}");
        assert!(answer.headers[CONTENT_TYPE].to_str().expect("a word").starts_with(accept), "{answer:?}");
        let wait = answer.headers[RETRY_AFTER].to_str().expect("a word").parse::<u64>();
        assert!(wait.is_ok_and(|seconds| (1..=3).contains(&seconds)), "{:?}", answer.headers);
    }
}

async fn changes(world: &World) -> u64 {
    audit_event::Entity::find().count(&world.database).await.expect("a number")
}

#[tokio::test]
async fn who_has_no_place_left_waits_and_is_then_refused_and_others_are_not() {
    for system in [System::Sqlite, System::Postgres] {
        let few = |admission: &mut Admission| {
            admission.concurrent_per_person = 1;
            admission.wait_milliseconds = 300;
        };
        let Some(world) = with(system, few).await else { continue };
        let before = changes(&world).await;
        let holder = hold(&world, system).await;
        let running = under_way(&world, "system-admin", ADD).await;
        is_too_much(request(&world, "system-admin", &ADD.replace("Slow", "Refused")).await).await;
        assert_eq!(status(request(&world, "inspector", ME).await).await, 200);
        release(holder).await;
        let done = running.await.expect("an answer");
        assert_eq!(done.body["data"]["addOrganisation"]["organisation"]["name"], "Slow", "{done:?}");
        // What was refused was not done later either, and the place is free.
        assert_eq!(status(request(&world, "system-admin", ME).await).await, 200);
        assert_eq!(changes(&world).await, before + 1);
        world.end().await;
    }
}

#[tokio::test]
async fn who_waits_gets_the_place_as_soon_as_it_is_free() {
    let patient = |admission: &mut Admission| {
        admission.concurrent_per_person = 1;
        admission.wait_milliseconds = 60_000;
    };
    let world = on_sqlite(patient).await;
    let holder = hold(&world, System::Sqlite).await;
    let running = under_way(&world, "system-admin", ADD).await;
    let waiting = under_way(&world, "system-admin", ME).await;
    release(holder).await;
    assert_eq!(running.await.expect("an answer").status, 200);
    assert_eq!(waiting.await.expect("an answer").granted().list("/me/roles").len(), 1);
    world.end().await;
}

#[tokio::test]
async fn an_organisation_has_so_many_places_and_never_more_than_half_of_all() {
    // The places of an organisation, those of all, and whether another organisation finds one beside the first.
    for (organisation, all, finds_one) in [(1, 0, true), (0, 2, true), (64, 2, true), (0, 1, false)] {
        let few = |admission: &mut Admission| {
            admission.concurrent = all;
            admission.concurrent_per_organisation = organisation;
            admission.concurrent_per_person = 0;
            admission.wait_milliseconds = 300;
        };
        let world = on_sqlite(few).await;
        let holder = hold(&world, System::Sqlite).await;
        let running = under_way(&world, "nps-officer", WITHDRAW).await;
        is_too_much(request(&world, "nps-manager", ME).await).await;
        let other = request(&world, "crc-officer", ME).await;
        if finds_one {
            assert_eq!(status(other).await, 200, "{organisation} of {all}");
        } else {
            is_too_much(other).await;
        }
        release(holder).await;
        assert_eq!(running.await.expect("an answer").error_codes(), ["NOT_FOUND"]);
        assert_eq!(status(request(&world, "nps-manager", ME).await).await, 200);
        world.end().await;
    }
}

#[tokio::test]
async fn who_asks_too_often_is_refused_for_a_while_and_others_are_not() {
    for system in [System::Sqlite, System::Postgres] {
        let seldom = |admission: &mut Admission| {
            admission.requests_per_second_per_person = Some(1);
            admission.requests_burst_per_person = 3;
        };
        let Some(world) = with(system, seldom).await else { continue };
        let (often, other) =
            (request(&world, "nps-officer", ME).await, request(&world, "nps-manager", ME).await);
        for _ in 0..3 {
            assert_eq!(status(often.try_clone().expect("a request")).await, 200);
        }
        is_too_much(often.try_clone().expect("a request")).await;
        assert_eq!(status(other).await, 200);
        tokio::time::sleep(REST).await;
        assert_eq!(status(often).await, 200);
        world.end().await;
    }
}

#[tokio::test]
async fn an_address_that_tries_bad_tokens_has_to_wait_unless_a_token_was_proven_before() {
    let few = |admission: &mut Admission| {
        admission.bad_tokens_per_second_per_address = Some(1);
        admission.bad_tokens_burst_per_address = 2;
    };
    let world = on_sqlite(few).await;
    let (known, fresh) = (request(&world, "nps-officer", ME).await, request(&world, "nps-manager", ME).await);
    let nobody = world.client.post(world.url("/graphql")).json(&json!({ "query": ME }));
    let bad = sent(&world, "e30.e30.e30", ME);
    assert_eq!(status(known.try_clone().expect("a request")).await, 200);
    for _ in 0..2 {
        assert_eq!(status(bad.try_clone().expect("a request")).await, 401);
    }
    is_too_much(bad).await;
    is_too_much(fresh.try_clone().expect("a request")).await;
    assert_eq!(status(known).await, 200);
    assert_eq!(status(nobody).await, 401, "no token is no bad token");
    tokio::time::sleep(REST).await;
    assert_eq!(status(fresh).await, 200);
    world.end().await;
}

/// The status of a bad token from whom a proxy says that it comes.
async fn forwarded(world: &World, by: &str) -> u16 {
    status(sent(world, "e30.e30.e30", ME).header("x-forwarded-for", by)).await
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_is_counted_alone() {
    let few = |admission: &mut Admission| {
        admission.bad_tokens_per_second_per_address = Some(1);
        admission.bad_tokens_burst_per_address = 1;
        admission.trusted_proxies = vec!["127.0.0.0/8".parse().expect("a network")];
    };
    // Each client once, and then again in other words.
    for (client, same) in [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.8", "203.0.113.8:4711"),
        ("203.0.113.9", "198.51.100.1, 203.0.113.9"),
        ("203.0.113.10", "203.0.113.10, 127.0.0.9"),
        ("2001:db8::1", "2001:db8::ffff:2"),
        ("2001:db8:0:1::1", "[2001:db8:0:1::2]:443"),
        ("::ffff:203.0.113.11", "203.0.113.11"),
        ("somebody", "203.0.113.12, unknown"),
    ] {
        let world = on_sqlite(few).await;
        assert_eq!(forwarded(&world, client).await, 401, "{client}");
        assert_eq!(forwarded(&world, same).await, 429, "{same}");
        assert_eq!(forwarded(&world, "192.0.2.1").await, 401, "somebody else than {client}");
        world.end().await;
    }
}

#[tokio::test]
async fn what_a_stranger_says_of_their_address_is_not_believed() {
    let few = |admission: &mut Admission| {
        admission.bad_tokens_per_second_per_address = Some(1);
        admission.bad_tokens_burst_per_address = 1;
        admission.trusted_proxies = vec!["192.0.2.0/24".parse().expect("a network")];
    };
    let world = on_sqlite(few).await;
    assert_eq!(forwarded(&world, "203.0.113.7").await, 401);
    assert_eq!(forwarded(&world, "203.0.113.8").await, 429);
    world.end().await;
}

#[tokio::test]
async fn somebody_who_works_fast_meets_no_limit() {
    let unlimited = Admission {
        concurrent: 0,
        concurrent_per_organisation: 0,
        concurrent_per_person: 0,
        wait_milliseconds: 0,
        requests_per_second_per_person: Some(0),
        requests_burst_per_person: 0,
        bad_tokens_per_second_per_address: Some(0),
        bad_tokens_burst_per_address: 0,
        trusted_proxies: Vec::new(),
        head_seconds: 0,
        body_seconds: 0,
        keep_alive_seconds: 0,
        stalled_seconds: 0,
    };
    for admission in [Admission::default(), unlimited] {
        let world = on_sqlite(|settings| *settings = admission).await;
        let request = request(&world, "nps-officer", ME).await;
        for _ in 0..100 {
            assert_eq!(status(request.try_clone().expect("a request")).await, 200);
        }
        world.end().await;
    }
}
