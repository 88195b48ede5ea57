//! How soon those who follow their inbox hear of what was done, and what they cost while they listen.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use hdrhistogram::Histogram;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

use crate::clock::{Result, now};
use crate::keys::Issuer;
use crate::load::{Client, check};
use crate::operations::{self, FRESH};
use crate::sides::Stage;
use crate::{machine, place};

const DOCUMENT: &str = "subscription { inboxChanged { kind referralId referral { status version } } }";

/// How many follow, and how much happens.
#[derive(clap::Args)]
pub struct Follow {
    #[command(flatten)]
    place: place::Choice,
    /// How many follow their inbox, each on a socket of its own.
    #[arg(long, default_value_t = 2_000)]
    subscribers: usize,
    /// How many referrals are accepted meanwhile.
    #[arg(long, default_value_t = 100)]
    acts: usize,
    /// The milliseconds between one and the next.
    #[arg(long, default_value_t = 200)]
    apart: u64,
}

type Socket = WebSocketStream<TcpStream>;
/// Which referral somebody was told of, and when.
type Told = (String, Instant);

/// Carries it out.
pub async fn follow(plan: Follow) -> Result<()> {
    let place = plan.place.open().await?;
    let named = |name: &str| operations::named(&[name.to_owned()]).map(|mut all| all.remove(0));
    let (inbox, accept) = (named("officer_inbox")?, named("accept")?);
    let officers = operations::draw(&place.url, &inbox, plan.place.seed, now()).await?;
    let acts = operations::draw(&place.url, &accept, plan.place.seed, now()).await?;
    let issuer = Issuer::make(&place.folder)?;
    let stage = Stage {
        url: place.url.clone(),
        folder: place.folder.clone(),
        issuer,
        api: plan.place.api()?,
        before: None,
        connections: 16,
        quiet: false,
    };
    let side = stage.start("api").await?;
    let (teller, mut told) = unbounded_channel();
    let mut listening = JoinSet::new();
    let began = Instant::now();
    for officer in officers.iter().cycle().take(plan.subscribers) {
        let token = stage.issuer.token(&officer.caller, now())?;
        let socket = subscribed(side.address, &token).await?;
        listening.spawn(listen(socket, teller.clone()));
    }
    drop(teller);
    let with = machine::resident_megabytes(side.process);
    let each = (with - side.idle_megabytes) * 1024.0 / plan.subscribers as f64;
    println!(
        "{} subscribers after {:.1} s: {with:.0} MB, {each:.1} kB each",
        plan.subscribers,
        began.elapsed().as_secs_f64()
    );
    let cpu = machine::cpu_seconds(side.process);
    let done = act(&plan, side.shots(&stage, &accept, &acts[..acts.len().min(plan.acts)])?).await?;
    // What was done last still has to arrive.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let spent = machine::cpu_seconds(side.process) - cpu;
    let ended = listening.try_join_next().is_some();
    listening.abort_all();
    let mut delays = Histogram::<u64>::new_with_bounds(1, 600_000_000, 3)?;
    while let Ok((referral, at)) = told.try_recv() {
        if let Some(acknowledged) = done.get(&referral) {
            let delay = at.saturating_duration_since(*acknowledged).as_micros();
            delays.saturating_record(u64::try_from(delay).unwrap_or(u64::MAX).max(1));
        }
    }
    let at = |percent: f64| delays.value_at_quantile(percent / 100.0) as f64 / 1e3;
    println!(
        "{} acts, {} deliveries: from the act's answer p50 {:.1} ms, p99 {:.1} ms, most {:.1} ms; {:.0} µs of the server for each; at most {:.0} MB{}",
        done.len(),
        delays.len(),
        at(50.0),
        at(99.0),
        at(100.0),
        spent * 1e6 / delays.len().max(1) as f64,
        machine::resident_megabytes(side.process),
        if ended { "; SOME SOCKETS ENDED" } else { "" },
    );
    side.stop().await
}

/// A socket on which an inbox is followed, and nothing that happens from now on is missed.
async fn subscribed(address: SocketAddr, token: &str) -> Result<Socket> {
    let mut request = format!("ws://{address}/graphql").into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    let (mut socket, _) = client_async(request, TcpStream::connect(address).await?).await?;
    let hello =
        json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } });
    say(&mut socket, hello).await?;
    expect(&mut socket, "connection_ack").await?;
    say(&mut socket, json!({ "id": "1", "type": "subscribe", "payload": { "query": DOCUMENT } })).await?;
    expect(&mut socket, "next").await?;
    Ok(socket)
}

async fn say(socket: &mut Socket, message: Value) -> Result<()> {
    Ok(socket.send(Message::text(message.to_string())).await?)
}

async fn expect(socket: &mut Socket, kind: &str) -> Result<Value> {
    let message = socket.next().await.ok_or("the socket was closed")??;
    let message: Value = serde_json::from_str(message.to_text()?)?;
    if message["type"] == kind { Ok(message) } else { Err(format!("{kind} expected: {message}").into()) }
}

/// Notes what is told until the socket ends.
async fn listen(mut socket: Socket, teller: UnboundedSender<Told>) {
    while let Some(Ok(message)) = socket.next().await {
        let at = Instant::now();
        let Ok(text) = message.to_text() else { return };
        let Ok(message) = serde_json::from_str::<Value>(text) else { continue };
        match message["type"].as_str() {
            Some("ping") => {
                if say(&mut socket, json!({ "type": "pong" })).await.is_err() {
                    return;
                }
            }
            Some("next") => {
                let referral = &message["payload"]["data"]["inboxChanged"]["referralId"];
                if let Some(referral) = referral.as_str() {
                    // Whoever counts has left.
                    let _ = teller.send((referral.to_owned(), at));
                }
            }
            _ => return,
        }
    }
}

/// Accepts referrals, one after the other, and notes when each was acknowledged.
async fn act(plan: &Follow, shots: crate::load::Shots) -> Result<HashMap<String, Instant>> {
    let mut client = Client::connect(shots.address).await?;
    let mut done = HashMap::new();
    for shot in shots.shots.iter() {
        let body = shot.body.replace(FRESH, &Uuid::now_v7().to_string());
        let sent: Value = serde_json::from_str(&body)?;
        let (status, answer) = client.post(&shots.path, &shot.token, body).await?;
        let at = Instant::now();
        check(status, &answer, true)?;
        let referral = sent["variables"]["input"]["referralId"].as_str().ok_or("a referral")?;
        done.insert(referral.to_owned(), at);
        tokio::time::sleep(Duration::from_millis(plan.apart)).await;
    }
    Ok(done)
}
