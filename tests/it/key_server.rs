//! A provider's key server, which says what a scenario wants and counts how often it was asked.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How long something may take to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// What it says, and how often it was asked.
struct Says {
    head: String,
    body: String,
    pause: Duration,
    asked: usize,
}

/// A key server. It ends with the scenario's runtime.
#[derive(Clone)]
pub struct KeyServer {
    address: SocketAddr,
    says: Arc<Mutex<Says>>,
}

impl KeyServer {
    /// A server with these keys.
    pub async fn with(keys: &[Value]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let says = Says { head: String::new(), body: String::new(), pause: Duration::ZERO, asked: 0 };
        let server = Self { address, says: Arc::new(Mutex::new(says)) };
        server.serves(keys);
        let answering = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let says = Arc::clone(&answering.says);
                tokio::spawn(answer(stream, says));
            }
        });
        server
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://{}/keys.json", self.address)
    }

    /// From now on it has these keys.
    pub fn serves(&self, keys: &[Value]) {
        self.says("200 OK", json!({ "keys": keys }).to_string());
    }

    /// From now on it answers with this status, and perhaps more of a head, and this body.
    pub fn says(&self, head: &str, body: String) {
        let mut says = self.says.lock().expect("no thread panicked");
        (says.head, says.body, says.pause) = (head.to_owned(), body, Duration::ZERO);
    }

    /// From now on it thinks for so long before it answers.
    pub fn thinks(&self, pause: Duration) {
        self.says.lock().expect("no thread panicked").pause = pause;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.says.lock().expect("no thread panicked").asked
    }

    /// Waits until it was asked so often.
    pub async fn until_asked(&self, times: usize) {
        let begun = Instant::now();
        while self.asked() < times {
            assert!(begun.elapsed() < PATIENCE, "nobody asks for keys");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn answer(mut stream: TcpStream, says: Arc<Mutex<Says>>) -> io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    let (text, pause) = {
        let mut says = says.lock().expect("no thread panicked");
        says.asked += 1;
        let (head, body) = (&says.head, &says.body);
        let length = body.len();
        let text = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        (text, says.pause)
    };
    tokio::time::sleep(pause).await;
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}
