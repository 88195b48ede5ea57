//! What was taken back is refused within seconds, on every server; and where that cannot be known, nobody comes in.

use std::time::{Duration, Instant};

use api::server;
use chrono::TimeDelta;
use entity::{audit_event, revocation};
use reqwest::header::CONNECTION;
use sea_orm::{ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::clients::{revoke_own, token_of};
use crate::forgery::{Draft, Pair, decode};
use crate::people::Answer;
use crate::referring::staff;
use crate::scenario;
use crate::trusting::{client, draft, issuer, proves_nothing, revoke, speaks_for};
use crate::world::{System, World};

/// How long a server may take to hear of something.
const SECONDS: Duration = Duration::from_secs(30);

fn jti(token: &str) -> String {
    let claims = token.split('.').nth(1).expect("claims");
    let claims: Value = serde_json::from_slice(&decode(claims)).expect("an object");
    claims["jti"].as_str().expect("a jti").to_owned()
}

async fn counts(world: &World) -> (u64, u64) {
    let revoked = revocation::Entity::find().count(&world.database).await.expect("a number");
    (revoked, audit_event::Entity::find().count(&world.database).await.expect("a number"))
}

/// The status with which the server at an address answers a token.
async fn status(world: &World, address: std::net::SocketAddr, token: &str) -> u16 {
    let request = world.client.post(format!("http://{address}/graphql")).bearer_auth(token);
    // A connection kept alive would keep the second server from stopping.
    let request = request.header(CONNECTION, "close");
    Answer::of(request.json(&json!({ "query": "{ me { roles } }" }))).await.status
}

/// Asks a server again and again until it answers so.
async fn until(world: &World, address: std::net::SocketAddr, token: &str, expected: u16) {
    let begun = Instant::now();
    while status(world, address, token).await != expected {
        assert!(begun.elapsed() < SECONDS, "it does not answer {expected}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

scenario! {
    async fn a_token_that_was_taken_back_is_refused_and_no_other_is(world) {
        let lost = world.as_person("nps-officer").token().await;
        let other = world.as_person("nps-officer").token().await;
        speaks_for(world, "before", &lost, "Nadia Prosser").await;
        let answer = revoke(world, json!({ "jti": jti(&lost) })).await.granted();
        assert_eq!(answer.text("/revokeAccess/revocation/kind"), "TOKEN");
        proves_nothing(world, "lost", &lost).await;
        speaks_for(world, "another of hers", &other, "Nadia Prosser").await;
        speaks_for(world, "somebody's", &world.as_person("nps-manager").token().await, "Martin Sayce").await;
    }

    async fn a_persons_tokens_are_taken_back_whoever_issued_them(world) {
        let pair = Pair::ed25519();
        let jwks = json!({ "keys": [pair.jwk("one")] }).to_string();
        issuer(world, json!({ "jwks": jwks })).await;
        let theirs = draft(world).await;
        let (first, ours) = (theirs.by(&pair), world.as_person("yss-worker").token().await);
        revoke(world, json!({ "personId": staff(world, "Yusuf Shah").await })).await.granted();
        proves_nothing(world, "their provider's", &first).await;
        proves_nothing(world, "ours", &ours).await;
        // Clocks differ by as much as the leeway: what is issued within it could have been issued before.
        let now = world.clock.now().timestamp();
        for (seconds, counts) in [(30, false), (31, true)] {
            world.clock.advance(TimeDelta::seconds(if counts { 1 } else { 30 }));
            let later = theirs.claim("iat", now + seconds).by(&pair);
            let ours = world.as_person("yss-worker").token().await;
            for token in [later, ours] {
                if counts {
                    speaks_for(world, "issued later", &token, "Yusuf Shah").await;
                } else {
                    proves_nothing(world, "issued within the leeway", &token).await;
                }
            }
        }
        proves_nothing(world, "the first", &first).await;
        speaks_for(world, "a colleague's", &world.as_person("yss-manager").token().await, "Yvonne Sands").await;
    }

    async fn a_clients_tokens_are_taken_back_and_its_persons_are_not(world) {
        let client = client(world, "Yusuf Shah", &["PROVIDER_WORKER"]).await;
        let other = self::client(world, "Yusuf Shah", &["PROVIDER_WORKER"]).await;
        let token = token_of(world, &client.id, &client.secret, "").await.token().to_owned();
        let others = token_of(world, &other.id, &other.secret, "").await.token().to_owned();
        revoke(world, json!({ "clientId": client.id })).await.granted();
        proves_nothing(world, "its token", &token).await;
        speaks_for(world, "another client's", &others, "Yusuf Shah").await;
        speaks_for(world, "the person's own", &world.as_person("yss-worker").token().await, "Yusuf Shah").await;
        // It goes on getting tokens: that is another decision.
        world.clock.advance(TimeDelta::seconds(31));
        let token = token_of(world, &client.id, &client.secret, "").await.token().to_owned();
        speaks_for(world, "a new one", &token, "Yusuf Shah").await;
    }

    async fn a_client_takes_back_its_own_tokens_alone(world) {
        let client = client(world, "Yusuf Shah", &["PROVIDER_WORKER"]).await;
        let other = self::client(world, "Wren Dale", &["PROVIDER_WORKER"]).await;
        let token = token_of(world, &client.id, &client.secret, "").await.token().to_owned();
        let before = counts(world).await;
        let said = revoke_own(world, &other, &token).await;
        assert_eq!((said.status, said.body["error"].as_str()), (400, Some("invalid_grant")));
        let person = world.as_person("yss-worker").token().await;
        assert_eq!(revoke_own(world, &client, &person).await.status, 400, "a person's token is not a client's");
        let forged = format!("{token}A");
        let foreign = Draft::good(world).await.by(&Pair::ed25519());
        for nothing in [forged.as_str(), foreign.as_str(), "nonsense", "a.b.c"] {
            assert_eq!(revoke_own(world, &client, nothing).await.status, 200, "nothing to take back");
        }
        assert_eq!(counts(world).await, before, "something was taken back");
        speaks_for(world, "still good", &token, "Yusuf Shah").await;
        let said = revoke_own(world, &client, &token).await;
        assert_eq!((said.status, said.body), (200, Value::Null));
        proves_nothing(world, "taken back", &token).await;
        assert_eq!(counts(world).await, (before.0 + 1, before.1 + 1));
        speaks_for(world, "the person's own", &person, "Yusuf Shah").await;
    }

    async fn what_is_taken_back_is_named_and_stays_taken_back(world) {
        let person = staff(world, "Yusuf Shah").await;
        let before = counts(world).await;
        for wrong in [
            json!({}),
            json!({ "jti": "x", "personId": person }),
            json!({ "jti": " " }),
            json!({ "jti": "x".repeat(201) }),
            json!({ "jti": "x", "reason": " " }),
        ] {
            let answer = revoke(world, wrong.clone()).await;
            assert!(!answer.refusals().is_empty(), "{wrong} {answer:?}");
        }
        for nobody in [
            json!({ "clientId": "cli_01h455vb4pex5vsknk084sn02q" }),
            json!({ "personId": "per_01h455vb4pex5vsknk084sn02q" }),
        ] {
            assert_eq!(revoke(world, nobody).await.error_code(), Some("NOT_FOUND"));
        }
        assert_eq!(counts(world).await, before);
        revoke(world, json!({ "personId": person })).await.granted();
        for statement in ["DELETE FROM revocation", "UPDATE revocation SET value = 'x'"] {
            assert!(world.database.execute_unprepared(statement).await.is_err(), "{statement}");
        }
        let read = "{ revocations(first: 1) { totalCount nodes { kind value reason revokedAt by { name } } } }";
        let read = world.as_person("inspector").query(read, json!({})).await.granted();
        assert_eq!(read.data("/revocations/nodes/0"), &json!({
            "kind": "PERSON", "value": person, "reason": "Lost.", "revokedAt": "2017-10-02T09:00:00+00:00",
            "by": { "name": "Sam Aldous" },
        }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_taken_back_on_one_server_is_refused_by_another_within_seconds() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::on(system).await else { continue };
        let settings = world.settings.clone();
        let another = server::start(settings, world.clock.clone()).await.expect("a second server");
        let token = world.as_person("nps-officer").token().await;
        assert_eq!(status(&world, another.address, &token).await, 200);
        let begun = Instant::now();
        revoke(&world, json!({ "jti": jti(&token) })).await.granted();
        // Here at once; there when it has asked.
        assert_eq!(status(&world, world.address, &token).await, 401);
        until(&world, another.address, &token, 401).await;
        assert!(begun.elapsed() < SECONDS);
        // An issuer is heard of there too, and so is its end.
        let pair = Pair::ed25519();
        let jwks = json!({ "keys": [pair.jwk("one")] }).to_string();
        let trusted = issuer(&world, json!({ "jwks": jwks })).await;
        let theirs = draft(&world).await.by(&pair);
        until(&world, another.address, &theirs, 200).await;
        let input = json!({ "id": trusted["id"], "version": trusted["version"], "active": false });
        world.as_person("system-admin").mutate("changeTrustedIssuer", input, "issuer { id }").await.granted();
        until(&world, another.address, &theirs, 401).await;
        another.stop().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_starts_with_what_was_taken_back_before() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::on(system).await else { continue };
        let token = world.as_person("nps-officer").token().await;
        revoke(&world, json!({ "jti": jti(&token) })).await.granted();
        let another =
            server::start(world.settings.clone(), world.clock.clone()).await.expect("a second server");
        assert_eq!(status(&world, another.address, &token).await, 401);
        another.stop().await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_server_that_cannot_know_what_was_taken_back_admits_nobody() {
    for system in [System::Sqlite, System::Postgres] {
        let world = World::with(system, |settings| {
            settings.auth.revocation_poll_milliseconds = 100;
            settings.auth.revocation_patience_seconds = 3;
        });
        let Some(world) = world.await else { continue };
        let token = world.as_person("nps-officer").token().await;
        speaks_for(&world, "before", &token, "Nadia Prosser").await;
        let run = async |statement: &str| world.database.execute_unprepared(statement).await.expect("done");
        run("ALTER TABLE revocation RENAME TO mislaid").await;
        until(&world, world.address, &token, 503).await;
        let request = world.client.post(world.url("/graphql")).bearer_auth(&token);
        let answer = Answer::of(request.json(&json!({ "query": "{ me { roles } }" }))).await;
        assert_eq!(answer.error_codes(), ["UNAVAILABLE"], "{answer:?}");
        run("ALTER TABLE mislaid RENAME TO revocation").await;
        until(&world, world.address, &token, 200).await;
        world.end().await;
    }
}
