//! The protocol, by its document: who is let in, what an operation is answered, and every code that closes a socket.

use std::time::Duration;

use entity::audit_event;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{PROTOCOL, Socket, follow};
use crate::scenario;
use crate::world::{System, World};

/// A subscription of a role that everybody has who is asked here.
const INBOX: &str = "subscription { inboxChanged { kind } }";

async fn refused_handshake(world: &World, headers: &[(&'static str, String)]) -> u16 {
    match Socket::open(world.address, headers).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("the socket was opened"),
    }
}

scenario! {
    async fn a_query_and_a_mutation_are_answered_once(world) {
        let mut socket = Socket::of(world, "nps-officer").await;
        socket.subscribe("q", "{ me { roles } }", Value::Null).await;
        let answer = socket.hear().await;
        let expected = json!({ "data": { "me": { "roles": ["RESPONSIBLE_OFFICER"] } } });
        assert_eq!(answer, json!({ "type": "next", "id": "q", "payload": expected }));
        assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "q" }));
        // The id is free again.
        let act = "mutation($input: UpdateCaseInput!) { updateCase(input: $input) { userErrors { code } } }";
        let input = json!({ "caseId": "case_01h455vb4pex5vsknk084sn02q", "version": 1 });
        socket.subscribe("q", act, json!({ "input": input })).await;
        assert_eq!(socket.hear().await["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND");
        assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "q" }));
    }

    async fn what_cannot_be_executed_is_refused_by_an_error_and_the_socket_stays(world) {
        let mut socket = Socket::of(world, "nps-officer").await;
        for (document, code) in [
            ("{", "BAD_USER_INPUT"),
            ("{ nothing }", "BAD_USER_INPUT"),
            ("subscription { nothing }", "BAD_USER_INPUT"),
            ("subscription { inboxChanged { kind } rateCardChanged { kind } }", "BAD_USER_INPUT"),
            ("subscription { a: inboxChanged { kind } b: inboxChanged { kind } }", "BAD_USER_INPUT"),
            ("subscription { ...A ...B } fragment A on Subscription { inboxChanged { kind } } \
              fragment B on Subscription { rateCardChanged { kind } }", "BAD_USER_INPUT"),
            ("subscription { __typename }", "BAD_USER_INPUT"),
            ("subscription { inboxChanged @skip(if: true) { kind } }", "BAD_USER_INPUT"),
            ("subscription { inboxChanged(after: \"x\") { kind } }", "BAD_USER_INPUT"),
            ("subscription { referralChanged(id: \"ref_01h455vb4pex5vsknk084sn02q\") { kind } }", "NOT_FOUND"),
        ] {
            socket.subscribe("1", document, Value::Null).await;
            assert_eq!(socket.refusal("1").await, code, "{document}");
        }
        socket.subscribe("1", "{ me { roles } }", Value::Null).await;
        assert_eq!(socket.hear().await["type"], "next");
    }

    async fn a_ping_is_answered(world) {
        let mut socket = Socket::silent(world.address).await;
        socket.say(json!({ "type": "ping" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong" }));
        socket.say(json!({ "type": "ping", "payload": { "at": 1 } })).await;
        assert_eq!(socket.hear().await, json!({ "type": "pong", "payload": { "at": 1 } }));
        socket.send(Message::Ping("x".into())).await;
        socket.say(json!({ "type": "pong" })).await;
        socket.nothing().await;
    }

    async fn who_was_not_let_in_is_shown_out(world) {
        let mut socket = Socket::silent(world.address).await;
        socket.subscribe("1", INBOX, Value::Null).await;
        assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
    }

    async fn a_token_that_proves_nothing_lets_nobody_in(world) {
        for payload in [
            json!(null),
            json!({}),
            json!({ "authorization": "nonsense" }),
            json!({ "authorization": 7 }),
            json!({ "authorization": "Bearer a.b.c" }),
            json!({ "authorization": "Basic a.b.c" }),
            json!({ "authorization": "Bearer a.b.c", "Authorization": "Bearer a.b.c" }),
        ] {
            let mut socket = Socket::silent(world.address).await;
            socket.say(json!({ "type": "connection_init", "payload": payload })).await;
            assert_eq!(socket.closed().await.0, 4403, "{payload}");
        }
    }

    async fn the_token_may_come_with_the_handshake(world) {
        let token = world.as_person("nps-officer").token().await;
        let headers =
            [("sec-websocket-protocol", PROTOCOL.to_owned()), ("authorization", format!("Bearer {token}"))];
        let mut socket = Socket::open(world.address, &headers).await.expect("a socket");
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
    }

    async fn another_protocol_is_not_acceptable(world) {
        let mut socket = Socket::open(world.address, &[]).await.expect("a socket");
        assert_eq!(socket.closed().await, (4406, "Subprotocol not acceptable".to_owned()));
        // The library gives up where it is not answered with the protocol it asked for.
        let legacy = [("sec-websocket-protocol", "graphql-ws".to_owned())];
        assert!(Socket::open(world.address, &legacy).await.is_err());
    }

    async fn who_does_not_introduce_themselves_is_too_late(world) {
        let mut socket = Socket::silent(world.address).await;
        assert_eq!(socket.closed().await, (4408, "Connection initialisation timeout".to_owned()));
    }

    async fn one_introduces_oneself_once(world) {
        let mut socket = Socket::of(world, "nps-officer").await;
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.closed().await, (4429, "Too many initialisation requests".to_owned()));
    }

    async fn an_id_names_one_subscription_at_a_time(world) {
        let mut socket = Socket::of(world, "nps-officer").await;
        follow(&mut socket, "one", "inboxChanged", "kind").await;
        socket.say(json!({ "type": "complete", "id": "one" })).await;
        follow(&mut socket, "one", "inboxChanged", "kind").await;
        socket.subscribe("one", INBOX, Value::Null).await;
        assert_eq!(socket.closed().await, (4409, "Subscriber for one already exists".to_owned()));
    }

    async fn what_is_no_message_closes_the_socket(world) {
        for message in [
            "nonsense".to_owned(),
            json!({ "type": "start", "id": "1" }).to_string(),
            json!({ "type": "subscribe", "id": "1", "payload": { "query": 7 } }).to_string(),
            json!({ "type": "subscribe", "id": "1", "payload": { "query": "{ me { roles } }", "variables": [] } }).to_string(),
        ] {
            let mut socket = Socket::of(world, "nps-officer").await;
            socket.send(Message::text(message.clone())).await;
            assert_eq!(socket.closed().await.0, 4400, "{message}");
        }
        let mut socket = Socket::of(world, "nps-officer").await;
        socket.send(Message::binary(json!({ "type": "ping" }).to_string())).await;
        assert_eq!(socket.closed().await.0, 4400);
    }

    async fn a_message_that_is_too_long_closes_the_socket(world) {
        let mut socket = Socket::of(world, "nps-officer").await;
        socket.send(Message::text(" ".repeat(65 * 1024))).await;
        assert_eq!(socket.closed().await.0, 1009);
    }

    async fn who_sends_faster_than_they_may_is_shown_out(world) {
        let mut socket = Socket::of(world, "nps-officer").await;
        for _ in 0..300 {
            socket.send(Message::text(json!({ "type": "pong" }).to_string())).await;
        }
        assert_eq!(socket.closed().await.0, 1008);
    }

    async fn so_many_subscriptions_run_over_one_socket_and_no_more(world) {
        let mut socket = Socket::of(world, "nps-officer").await;
        for number in 0..50 {
            follow(&mut socket, &number.to_string(), "inboxChanged", "kind").await;
        }
        socket.subscribe("50", INBOX, Value::Null).await;
        assert_eq!(socket.refusal("50").await, "LIMIT_EXCEEDED");
        socket.say(json!({ "type": "complete", "id": "7" })).await;
        follow(&mut socket, "50", "inboxChanged", "kind").await;
    }

    async fn a_page_of_another_site_opens_no_socket(world) {
        let before = audit_event::Entity::find().count(&world.database).await.expect("a count");
        for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
            let headers =
                [("sec-websocket-protocol", PROTOCOL.to_owned()), ("origin", origin.to_owned())];
            assert_eq!(refused_handshake(world, &headers).await, 403, "{origin}");
        }
        let own = format!("http://{}", world.address);
        let headers = [("sec-websocket-protocol", PROTOCOL.to_owned()), ("origin", own)];
        Socket::open(world.address, &headers).await.expect("a page of this site opens one");
        assert_eq!(audit_event::Entity::find().count(&world.database).await.expect("a count"), before);
    }

    async fn a_subscription_over_http_is_pointed_to_the_socket(world) {
        let answer = world.as_person("nps-officer").query(INBOX, json!({})).await;
        assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"));
        assert!(answer.body["errors"][0]["message"].as_str().expect("a text").contains("WebSocket"), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_page_of_a_site_that_may_ask_opens_a_socket() {
    let world = World::with(System::Sqlite, |settings| {
        settings.cors.origins = vec!["https://cases.example.org".to_owned()];
    });
    let world = world.await.expect("a world");
    let origin =
        |origin: &str| [("sec-websocket-protocol", PROTOCOL.to_owned()), ("origin", origin.to_owned())];
    Socket::open(world.address, &origin("https://cases.example.org")).await.expect("a socket");
    assert_eq!(refused_handshake(&world, &origin("https://cases.example.com")).await, 403);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_person_has_so_many_sockets_and_no_more() {
    let world = World::with(System::Sqlite, |settings| settings.live.sockets_per_person = 2);
    let world = world.await.expect("a world");
    let (first, _second) = (Socket::of(&world, "nps-officer").await, Socket::of(&world, "nps-officer").await);
    let token = world.as_person("nps-officer").token().await;
    let init =
        json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
    let mut third = Socket::silent(world.address).await;
    third.say(init).await;
    assert_eq!(third.closed().await.0, 1013);
    let _another = Socket::of(&world, "nps-manager").await;
    drop(first);
    tokio::time::sleep(Duration::from_millis(200)).await;
    Socket::of(&world, "nps-officer").await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_client_that_has_fallen_silent_is_cut_and_one_that_answers_is_not() {
    let world = World::with(System::Sqlite, |settings| settings.live.heartbeat_seconds = 1);
    let world = world.await.expect("a world");
    let mut socket = Socket::of(&world, "nps-officer").await;
    // Whoever reads answers the pings of the server.
    tokio::time::timeout(Duration::from_secs(5), socket.closed()).await.expect_err("it stays open");
    // Whoever does not read is silent.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(socket.closed().await.0, 1006);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_says_so() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::on(system).await else { continue };
        let mut socket = Socket::of(&world, "nps-officer").await;
        follow(&mut socket, "1", "inboxChanged", "kind").await;
        let begun = std::time::Instant::now();
        let ((), closed) = tokio::join!(world.end(), socket.closed());
        assert_eq!(closed.0, 1001);
        assert!(begun.elapsed() < Duration::from_secs(10), "the socket kept the server from stopping");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_registered_subscriptions_run_where_documents_are_trusted() {
    let file = crate::scratch::folder().join("subscriptions.json");
    std::fs::write(&file, json!({ "inbox": INBOX }).to_string()).expect("a file");
    let world = World::with(System::Sqlite, |settings| settings.documents.trusted = Some(file));
    let world = world.await.expect("a world");
    let mut socket = Socket::of(&world, "nps-officer").await;
    socket.subscribe("1", "subscription { inboxChanged { cursor } }", Value::Null).await;
    assert_eq!(socket.refusal("1").await, "BAD_USER_INPUT");
    socket.say(json!({ "type": "subscribe", "id": "1", "payload": { "documentId": "inbox" } })).await;
    assert_eq!(socket.event("1").await["kind"], "LIVE");
    world.end().await;
}
