//! What needs a network behind it: the demonstration, on SQLite, in this process.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::time::Duration;

use api::auth::{Gate, Issuer, Scope};
use api::cases::import;
use api::clock::Clock;
use api::demo::PERSONAS;
use api::graphql::Schema;
use api::http::documents::Register;
use api::http::graphql::{Operation, prepare};
use api::server::{self, Running};
use api::settings::{Admission, Audit, Auth, Settings};
use api::store::{Database, Store};
use async_graphql::Variables;
use chrono::{DateTime, TimeDelta};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use crate::scratch;

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The demonstration, served.
pub struct Network {
    /// The server's settings.
    pub settings: Settings,
    /// The server's clock, which stands, so that a run can be repeated.
    pub clock: Clock,
    /// Signs the tokens that the server accepts.
    pub issuer: Issuer,
    /// The server's database.
    pub database: Database,
    schema: Schema,
    register: Register,
    people: Vec<(&'static str, Scope, String)>,
    running: Running,
}

/// The runtime of everything that waits.
pub fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

/// The network of this run.
pub fn network() -> &'static Network {
    static NETWORK: OnceLock<Network> = OnceLock::new();
    NETWORK.get_or_init(|| runtime().block_on(Network::start()))
}

impl Network {
    async fn start() -> Self {
        let folder = scratch::folder().join("data");
        fs::create_dir_all(&folder).expect("a folder");
        let settings = Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data_dir: folder,
            workers: Some(1),
            auth: Auth { remember_seconds: 0, ..Auth::default() },
            audit: Audit { seal_seconds: 0, ..Audit::default() },
            // A head that never ends ends with its connection here; nobody is to wait for it.
            admission: Admission { head_seconds: 2, body_seconds: 2, ..Admission::default() },
            ..Settings::default()
        };
        let clock = Clock::at(DateTime::from_timestamp(1_506_934_800, 0).expect("an instant"));
        let running = server::start(settings.clone(), clock.clone()).await.expect("a server");
        let database = server::open(&settings).await.expect("its database");
        let issuer = server::issuer(&settings).expect("a key").expect("an issuer");
        let gate = Gate::new(&settings, database.clone(), clock.clone(), Some(&issuer)).expect("a gate");
        let mut people = Vec::new();
        for persona in PERSONAS {
            let scope = gate.person_here(persona.subject).await.expect("a person");
            let bearer = api::auth::Bearer {
                subject: persona.subject,
                organisation: scope.organisation(),
                roles: persona.roles,
            };
            let token = issuer.token(&bearer, clock.now(), TimeDelta::hours(8)).expect("a token");
            people.push((persona.subject, scope, token));
        }
        let register = Register::open(&settings).expect("a register");
        let schema = Schema::new(&settings.limits);
        Self { settings, clock, issuer, database, schema, register, people, running }
    }

    /// Somebody by their subject, or else an officer.
    fn somebody(&self, subject: &[u8]) -> &(&'static str, Scope, String) {
        let named = self.people.iter().find(|(own, _, _)| own.as_bytes() == subject);
        named.or_else(|| self.people.first()).expect("a person")
    }

    fn store(&self, scope: &Scope) -> Store {
        let (database, policy) = (self.database.clone(), self.settings.policy);
        Store::new(database, scope.clone(), policy, "fuzz", self.clock.now())
    }
}

/// A court officer's file of cases: everything is done, and nothing kept.
pub fn cases(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let network = network();
    let (_, scope, _) = network.somebody(b"court-officer");
    let rehearsal = runtime().block_on(import::rehearse(&network.store(scope), text));
    if let Err(fault) = rehearsal {
        assert!(fault.code() != api::error::Code::Internal, "{}", fault.message());
    }
}

/// Who asks, a line end, a document, NUL, and its variables.
pub fn operation(bytes: &[u8]) {
    let network = network();
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let (_, scope, _) = network.somebody(parts.next().unwrap_or_default());
    let mut parts = parts.next().unwrap_or_default().splitn(2, |byte| *byte == 0);
    let Ok(query) = String::from_utf8(parts.next().unwrap_or_default().to_vec()) else { return };
    let variables = serde_json::from_slice::<Variables>(parts.next().unwrap_or_default());
    let asked = Operation { query, operation_name: None, variables: variables.unwrap_or_default() };
    let Ok(prepared) = prepare(asked, &network.settings.limits, &network.register) else { return };
    let answering = network.schema.execute(network.store(scope), prepared.request);
    let answer = runtime().block_on(async { timeout(PATIENCE, answering).await });
    let answer = answer.expect("an answer in time");
    let answer = serde_json::to_value(&answer).expect("an answer in JSON");
    clear(&answer);
}

/// A request to the server as it goes over the wire. Its first line is somebody's subject, or none; `Authorization`
/// and `Content-Length` are added where the request does not bring its own.
pub fn endpoint(bytes: &[u8]) {
    let network = network();
    let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
    let who = parts.next().unwrap_or_default();
    let request = on_the_wire(network, who, parts.next().unwrap_or_default());
    let asking = async { timeout(PATIENCE, ask(network.running.address, &request)).await };
    let answer = runtime().block_on(asking);
    let answer = answer.expect("an answer, or an end, in time");
    // A connection that is closed without a word: the request was none.
    let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") else { return };
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
    assert!(!status.starts_with('5'), "{head}");
    let plain = !head.contains("content-encoding") && !head.contains("transfer-encoding");
    let whole = !request.starts_with(b"HEAD") && answer.len() > end + 4;
    if head.contains("json") && plain && whole {
        // Of several answers to pipelined requests, the first.
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let body = &answer[end + 4..];
        let body = &body[..length.unwrap_or(body.len()).min(body.len())];
        clear(&serde_json::from_slice(body).expect("an answer in JSON"));
    }
}

fn on_the_wire(network: &Network, who: &[u8], request: &[u8]) -> Vec<u8> {
    let (head, body) = match request.windows(2).position(|part| part == b"\n\n") {
        Some(end) => (&request[..end], &request[end + 2..]),
        None => (request, &request[..0]),
    };
    let mut wire = Vec::new();
    for line in head.split(|byte| *byte == b'\n') {
        wire.extend_from_slice(line);
        wire.extend_from_slice(b"\r\n");
    }
    let lower = head.to_ascii_lowercase();
    let has = |name: &[u8]| lower.windows(name.len()).any(|part| part == name);
    if !who.is_empty() && !has(b"authorization") {
        let (_, _, token) = network.somebody(who);
        wire.extend_from_slice(format!("Authorization: Bearer {token}\r\n").as_bytes());
    }
    if !has(b"content-length") && !has(b"transfer-encoding") {
        wire.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    wire.extend_from_slice(b"Host: network\r\nConnection: close\r\n\r\n");
    wire.extend_from_slice(body);
    wire
}

async fn ask(address: SocketAddr, request: &[u8]) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A server that has refused need not read the rest, nor end in order.
    if stream.write_all(request).await.is_ok() {
        let _ = stream.shutdown().await;
    }
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

/// Whether whoever asked can do something with the answer.
fn clear(answer: &Value) {
    for error in answer["errors"].as_array().into_iter().flatten() {
        let code = &error["extensions"]["code"];
        assert!(code != "INTERNAL" && code != "UNAVAILABLE", "{answer}");
    }
}
