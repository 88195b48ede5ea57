//! The load: requests over kept connections, in a closed loop or at a fixed rate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::clock::Result;
use crate::operations::FRESH;

/// A request that is ready to be sent.
#[derive(Clone)]
pub struct Shot {
    /// The bearer's token.
    pub token: String,
    /// The body.
    pub body: String,
}

/// The requests of one measurement, in their order.
#[derive(Clone)]
pub struct Shots {
    /// Where they go.
    pub address: SocketAddr,
    /// Under which path.
    pub path: String,
    /// What is sent.
    pub shots: Arc<Vec<Shot>>,
    /// Whether each is good for one request alone.
    pub once: bool,
}

/// What came of a measurement.
pub struct Tally {
    /// Latencies in nanoseconds.
    pub latencies: Histogram<u64>,
    /// Answers that were none.
    pub errors: u64,
    /// The first of them.
    pub first_error: Option<String>,
    /// How long it took.
    pub seconds: f64,
}

impl Tally {
    fn empty() -> Self {
        let latencies = Histogram::new_with_bounds(1_000, 60_000_000_000, 3);
        Self { latencies: latencies.expect("bounds in order"), errors: 0, first_error: None, seconds: 0.0 }
    }

    /// The latency that so many in a hundred do not exceed, in milliseconds.
    pub fn at(&self, percent: f64) -> f64 {
        self.latencies.value_at_quantile(percent / 100.0) as f64 / 1e6
    }

    fn take(&mut self, latency: Duration, said: Result<()>) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.latencies.saturating_record(nanoseconds);
        if let Err(error) = said {
            self.errors += 1;
            self.first_error.get_or_insert(error.to_string());
        }
    }

    fn add(&mut self, other: Self) {
        self.latencies.add(&other.latencies).expect("the same bounds");
        self.errors += other.errors;
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

/// One connection.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    address: SocketAddr,
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, address })
    }

    /// Sends one request and reads the whole answer.
    pub async fn post(&mut self, path: &str, token: &str, body: String) -> Result<(u16, Bytes)> {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(header::HOST, self.address.to_string())
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/json")
            .body(Full::new(Bytes::from(body)))?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status().as_u16();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }

    async fn fire(&mut self, shots: &Shots, number: usize) -> Result<()> {
        let shot = &shots.shots[number % shots.shots.len()];
        let body = if shots.once {
            shot.body.replace(FRESH, &Uuid::now_v7().to_string())
        } else {
            shot.body.clone()
        };
        let (status, answer) = self.post(&shots.path, &shot.token, body).await?;
        check(status, &answer, shots.once)
    }
}

/// Whether an answer is one: data, without errors and refusals.
pub fn check(status: u16, answer: &[u8], act: bool) -> Result<()> {
    let has = |what: &[u8]| answer.windows(what.len()).any(|window| window == what);
    let good =
        status == 200 && answer.starts_with(b"{\"data\":{") && !answer[..answer.len().min(400)].is_empty();
    let bad = has(b"\"errors\":[") || (act && !has(b"\"userErrors\":[]"));
    if good && !bad {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&answer[..answer.len().min(400)]).into_owned();
    Err(format!("{status} {text}").into())
}

/// So many callers, each of whom asks again as soon as they are answered.
pub async fn closed(shots: &Shots, callers: usize, time: Duration) -> Result<Tally> {
    let (next, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let mut clients = Vec::new();
    for _ in 0..callers {
        clients.push(Client::connect(shots.address).await?);
    }
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for mut client in clients {
        let (shots, next, stop) = (shots.clone(), Arc::clone(&next), Arc::clone(&stop));
        tasks.spawn(async move {
            let mut tally = Tally::empty();
            while !stop.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if shots.once && number >= shots.shots.len() {
                    break;
                }
                let sent = Instant::now();
                let said = client.fire(&shots, number).await;
                tally.take(sent.elapsed(), said);
            }
            tally
        });
    }
    let halt = Arc::clone(&stop);
    let clock = tokio::spawn(async move {
        tokio::time::sleep(time).await;
        halt.store(true, Ordering::Relaxed);
    });
    let mut tally = Tally::empty();
    while let Some(part) = tasks.join_next().await {
        tally.add(part?);
    }
    tally.seconds = began.elapsed().as_secs_f64();
    clock.abort();
    Ok(tally)
}

/// Requests at a fixed rate, whether or not the earlier ones are answered. A request is timed from the instant at
/// which it was due, so that a server that stalls is not spared those that it held up.
pub async fn open(shots: &Shots, rate: f64, callers: usize, time: Duration) -> Result<Tally> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut clients = Vec::new();
    for _ in 0..callers {
        clients.push(Client::connect(shots.address).await?);
    }
    let began = Instant::now();
    let mut tasks = JoinSet::new();
    for mut client in clients {
        let (shots, next) = (shots.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            let mut tally = Tally::empty();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let due = Duration::from_secs_f64(number as f64 / rate);
                if due >= time || (shots.once && number >= shots.shots.len()) {
                    return tally;
                }
                let mut from = began + due;
                if let Some(wait) = from.checked_duration_since(Instant::now()) {
                    tokio::time::sleep(wait).await;
                    // The timer wakes up to a millisecond late, which is not the server's.
                    from = Instant::now();
                }
                let said = client.fire(&shots, number).await;
                tally.take(from.elapsed(), said);
            }
        });
    }
    let mut tally = Tally::empty();
    while let Some(part) = tasks.join_next().await {
        tally.add(part?);
    }
    tally.seconds = began.elapsed().as_secs_f64();
    Ok(tally)
}
