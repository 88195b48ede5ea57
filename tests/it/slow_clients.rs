//! Clients that are slow, broken or gone: none of them holds the server up.

use std::time::Duration;

use api::settings::Admission;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::{sleep, timeout};

use crate::people::Answer;
use crate::trouble::{hold, release};
use crate::world::{System, World};

/// How long the server may take to drop somebody: all limits are a second here, on a machine that does other
/// things beside.
const PATIENCE: Duration = Duration::from_secs(15);

async fn hasty(adjust: impl FnOnce(&mut Admission)) -> World {
    let world = World::with(System::Sqlite, |settings| adjust(&mut settings.admission)).await;
    world.expect("SQLite is always there")
}

async fn connect(world: &World) -> TcpStream {
    TcpStream::connect(world.address).await.expect("a connection")
}

/// Says a thing, and then a piece again and again for as long as it is taken. What the server says to that until
/// it closes the connection.
async fn trickle(world: &World, begin: &str, piece: &'static str) -> String {
    let (mut answers, mut asks) = connect(world).await.into_split();
    asks.write_all(begin.as_bytes()).await.expect("the server takes the beginning");
    let trickling = tokio::spawn(repeat(asks, piece));
    let mut said = Vec::new();
    // A connection that is reset is closed as well; what was said before is read all the same.
    let closed = timeout(PATIENCE, answers.read_to_end(&mut said)).await;
    assert!(closed.is_ok(), "the connection stays: {begin}");
    trickling.abort();
    String::from_utf8_lossy(&said).into_owned()
}

async fn repeat(mut asks: OwnedWriteHalf, piece: &'static str) {
    while asks.write_all(piece.as_bytes()).await.is_ok() {
        sleep(Duration::from_millis(100)).await;
    }
}

/// The head of a request with a body, whose length is told like this.
async fn head(world: &World, length: &str) -> String {
    let token = world.as_person("nps-officer").token().await;
    format!(
        "POST /graphql HTTP/1.1\r\nHost: network\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nAccept: application/graphql-response+json\r\n{length}\r\n\r\n"
    )
}

async fn still_answers(world: &World) {
    let live = world.client.get(world.url("/health/live")).send().await.expect("a response");
    assert_eq!(live.status(), 200);
}

#[tokio::test]
async fn a_head_that_does_not_arrive_is_not_waited_for() {
    let world = hasty(|admission| admission.head_seconds = 1).await;
    for begin in ["", "G", "GET / HTTP/1.1\r\nHost: network\r\nX-Slow: "] {
        let piece = if begin.is_empty() { "" } else { "x" };
        let said = trickle(&world, begin, piece).await;
        assert!(said.starts_with("HTTP/1.1 408 "), "{begin:?}: {said:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_body_that_trickles_is_cut_off() {
    let soon = |admission: &mut Admission| {
        admission.body_seconds = 1;
        admission.stalled_seconds = 1;
    };
    let world = hasty(soon).await;
    for (length, piece) in [("Content-Length: 1000", " "), ("Transfer-Encoding: chunked", "1\r\n \r\n")] {
        let said = trickle(&world, &head(&world, length).await, piece).await;
        assert!(said.starts_with("HTTP/1.1 408 "), "{length}: {said:?}");
        assert!(
            said.contains("\"LIMIT_EXCEEDED\"") && said.contains("within 1 seconds"),
            "{length}: {said:?}"
        );
        assert!(said.to_lowercase().contains("connection: close"), "{length}: {said:?}");
        assert!(said.to_lowercase().contains("x-content-type-options: nosniff"), "{length}: {said:?}");
    }
    still_answers(&world).await;
    world.end().await;
}

#[tokio::test]
async fn a_body_of_which_nobody_wants_more_is_cut_off() {
    let world = hasty(|admission| admission.stalled_seconds = 1).await;
    // No token: the body is never read.
    let begin = "POST /graphql HTTP/1.1\r\nHost: network\r\nContent-Type: application/json\r\n";
    for (length, piece) in [("Content-Length: 1000", " "), ("Transfer-Encoding: chunked", "1\r\n \r\n")] {
        let said = trickle(&world, &format!("{begin}{length}\r\n\r\n"), piece).await;
        assert!(said.starts_with("HTTP/1.1 401 "), "{length}: {said:?}");
    }
    world.end().await;
}

#[tokio::test]
async fn the_head_of_a_later_request_is_not_waited_for_either() {
    let soon = |admission: &mut Admission| {
        admission.keep_alive_seconds = 600;
        admission.stalled_seconds = 1;
    };
    let world = hasty(soon).await;
    let begin = "GET /health/live HTTP/1.1\r\nHost: network\r\n\r\nGET / HTTP/1.1\r\nX-Slow: ";
    let said = trickle(&world, begin, "x").await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("{\"live\":true}"), "{said:?}");
    world.end().await;
}

#[tokio::test]
async fn a_connection_rests_for_a_while_and_no_longer() {
    let world = hasty(|admission| admission.keep_alive_seconds = 1).await;
    let said = trickle(&world, "GET /health/live HTTP/1.1\r\nHost: network\r\n\r\n", "").await;
    assert!(said.ends_with("{\"live\":true}"), "{said:?}");
    world.end().await;
}

#[tokio::test]
async fn a_client_that_takes_no_answers_is_cut_off() {
    let world = hasty(|admission| admission.stalled_seconds = 1).await;
    let mut stream = connect(&world).await;
    let many = "GET / HTTP/1.1\r\nHost: network\r\n\r\n".repeat(1_000);
    // Whatever lies between the two is full some time; then nothing is taken any more.
    let pushing = async { while stream.write_all(many.as_bytes()).await.is_ok() {} };
    timeout(4 * PATIENCE, pushing).await.expect("the connection is cut");
    still_answers(&world).await;
    world.end().await;
}

#[tokio::test]
async fn a_request_that_runs_is_no_stalled_one() {
    let world = hasty(|admission| admission.stalled_seconds = 1).await;
    let act =
        "mutation { addOrganisation(input: { kind: PROVIDER, name: \"Slow\" }) { organisation { name } } }";
    let token = world.as_person("system-admin").token().await;
    let act = world.client.post(world.url("/graphql")).bearer_auth(token).json(&json!({ "query": act }));
    let holder = hold(&world, System::Sqlite).await;
    let running = tokio::spawn(Answer::of(act));
    sleep(Duration::from_millis(3_500)).await;
    assert!(!running.is_finished());
    release(holder).await;
    let done = running.await.expect("an answer");
    assert_eq!(done.body["data"]["addOrganisation"]["organisation"]["name"], "Slow", "{done:?}");
    world.end().await;
}

#[tokio::test]
async fn who_hangs_up_gives_their_place_back() {
    let few = |admission: &mut Admission| {
        admission.concurrent_per_person = 1;
        admission.wait_milliseconds = 300;
        admission.body_seconds = 600;
    };
    let world = hasty(few).await;
    let ask = async || {
        let token = world.as_person("nps-officer").token().await;
        let request = world.client.post(world.url("/graphql")).bearer_auth(token);
        Answer::of(request.json(&json!({ "query": "{ me { roles } }" }))).await.status
    };
    let mut stream = connect(&world).await;
    stream.write_all(head(&world, "Content-Length: 1000").await.as_bytes()).await.expect("a head is taken");
    sleep(Duration::from_millis(300)).await;
    assert_eq!(ask().await, 429, "the place is taken");
    drop(stream);
    sleep(Duration::from_millis(300)).await;
    assert_eq!(ask().await, 200);
    world.end().await;
}

#[tokio::test]
async fn what_is_not_http_ends_the_connection() {
    let world = hasty(|_| {}).await;
    let long = format!(
        "GET / HTTP/1.1\r\nHost: network\r\nConnection: close\r\nX-Long: {}\r\n\r\n",
        "x".repeat(120_000)
    );
    let said = trickle(&world, &long, "").await;
    assert!(said.starts_with("HTTP/1.1 200 "), "{said:?}");
    for (begin, status) in [
        ("NONSENSE\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), "400"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}".to_owned(), "400"),
        (
            "POST /graphql HTTP/1.1\r\nHost: network\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
                .to_owned(),
            "400",
        ),
        (format!("GET / HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(200)), "431"),
        (format!("GET / HTTP/1.1\r\nX-Long: {}", "x".repeat(131_072)), "431"),
    ] {
        let said = trickle(&world, &begin, "").await;
        let shown: String = begin.chars().take(60).collect();
        assert!(said.starts_with(&format!("HTTP/1.1 {status} ")), "{shown:?}: {said:?}");
        assert!(said.ends_with("\r\n\r\n"), "there is no body: {said:?}");
    }
    world.end().await;
}
