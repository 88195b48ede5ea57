//! Live updates: subscriptions over `graphql-transport-ws`, as clients use them.

mod access;
mod ends;
mod processes;
mod protocol;
mod resume;
mod told;

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::world::World;

/// The protocol that is spoken.
pub const PROTOCOL: &str = "graphql-transport-ws";
/// How long something that comes may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it is waited for what should not come.
const SILENCE: Duration = Duration::from_millis(400);

/// What is read of each event of a referral.
pub const REFERRAL_EVENT: &str = "cursor kind parts referralId referral { id status reference worker { name } sessions { nodes { status } } notes { nodes { body } } }";

/// A client's end of a WebSocket.
pub struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens one with these headers. An error: what the server refuses the handshake with.
    pub async fn open(address: SocketAddr, headers: &[(&'static str, String)]) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/graphql").into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header's value"));
        }
        let stream = TcpStream::connect(address).await.expect("a connection");
        client_async(request, stream).await.map(|(socket, _)| Self(socket))
    }

    /// One that speaks the protocol, and says nothing yet.
    pub async fn silent(address: SocketAddr) -> Self {
        let headers = [("sec-websocket-protocol", PROTOCOL.to_owned())];
        Self::open(address, &headers).await.expect("a socket")
    }

    /// One over which somebody was let in with this token.
    pub async fn with(address: SocketAddr, token: &str) -> Self {
        let mut socket = Self::silent(address).await;
        let payload = json!({ "authorization": format!("Bearer {token}") });
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// One over which this person was let in, once what was done so far has its place.
    pub async fn of(world: &World, subject: &str) -> Self {
        settled(world).await;
        Self::with(world.address, &world.as_person(subject).token().await).await
    }

    /// Says something.
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends a frame.
    pub async fn send(&mut self, message: Message) {
        self.0.send(message).await.expect("the socket is open");
    }

    /// Asks for an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
    }

    /// What the server says next.
    #[track_caller]
    pub fn hear(&mut self) -> impl Future<Output = Value> {
        let at = std::panic::Location::caller();
        async move {
            match self.message(PATIENCE).await {
                Some(Ok(message)) => message,
                Some(Err(closed)) => panic!("{at}: the socket is closed: {closed:?}"),
                None => panic!("{at}: nothing is said"),
            }
        }
    }

    /// The event that the subscription `id` is told next: the value of its one field.
    #[track_caller]
    pub fn event(&mut self, id: &str) -> impl Future<Output = Value> {
        let at = std::panic::Location::caller();
        let heard = self.hear();
        async move {
            let message = heard.await;
            assert_eq!((&message["type"], &message["id"]), (&json!("next"), &json!(id)), "{at}: {message}");
            assert_eq!(message["payload"].get("errors"), None, "{at}: {message}");
            let data = message["payload"]["data"].as_object().expect("data");
            data.values().next().expect("a field").clone()
        }
    }

    /// The code of the first error with which the operation `id` is refused.
    #[track_caller]
    pub fn refusal(&mut self, id: &str) -> impl Future<Output = String> {
        let at = std::panic::Location::caller();
        let heard = self.hear();
        async move {
            let message = heard.await;
            assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(id)), "{at}: {message}");
            message["payload"][0]["extensions"]["code"].as_str().expect("a code").to_owned()
        }
    }

    /// Nothing is said for a while, and the socket stays open.
    pub async fn nothing(&mut self) {
        let said = self.message(SILENCE).await;
        assert!(said.is_none(), "something is said: {said:?}");
    }

    /// The code and the reason with which the server closes; whatever it says before is passed over.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            match self.message(PATIENCE).await {
                Some(Ok(_)) => {}
                Some(Err(closed)) => return closed,
                None => panic!("the socket stays open"),
            }
        }
    }

    /// The next message; an error when the socket is closed, nothing when nothing comes in time.
    pub async fn message(&mut self, patience: Duration) -> Option<Result<Value, (u16, String)>> {
        let next = async {
            loop {
                match self.0.next().await {
                    Some(Ok(Message::Text(text))) => {
                        return Ok(serde_json::from_str(&text).expect("a message in JSON"));
                    }
                    Some(Ok(Message::Close(Some(frame)))) => {
                        return Err((frame.code.into(), frame.reason.to_string()));
                    }
                    Some(Ok(Message::Close(None))) => return Err((1005, String::new())),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Err((1006, String::new())),
                }
            }
        };
        timeout(patience, next).await.ok()
    }
}

/// Follows something, and waits until it is live. The first event.
pub async fn follow(socket: &mut Socket, id: &str, field: &str, selection: &str) -> Value {
    socket.subscribe(id, &format!("subscription {{ {field} {{ {selection} }} }}"), Value::Null).await;
    let first = socket.event(id).await;
    assert_eq!(first["kind"], "LIVE", "{first}");
    first
}

/// Waits until what was committed has its place for good: on PostgreSQL a transaction of another test's can hold it
/// open, and until then it is told after `LIVE`.
pub async fn settled(world: &World) {
    if world.database.get_database_backend() != DbBackend::Postgres {
        return;
    }
    let open = "select exists (select from change
        where transaction_number >= pg_snapshot_xmin(pg_current_snapshot())::text::bigint)";
    for _ in 0..500 {
        let answer = world.database.query_one_raw(Statement::from_string(DbBackend::Postgres, open)).await;
        let row = answer.expect("an answer").expect("a row");
        if !row.try_get_by_index::<bool>(0).expect("yes or no") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
