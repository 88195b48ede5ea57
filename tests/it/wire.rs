//! Stands between a server and PostgreSQL, passes on what they say, and keeps the statements that are executed.
//!
//! So a scenario learns how many statements an operation takes without a word of it in the server. A message that holds
//! several, as that which begins a transaction and says who asks, counts as one. What is read
//! here is the frontend's half of PostgreSQL's protocol, version 3.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// A request for an encrypted connection, which comes before the first message and is answered by one byte.
const SSL_REQUEST: [u8; 4] = 80_877_103_u32.to_be_bytes();
/// The same after Kerberos.
const GSS_REQUEST: [u8; 4] = 80_877_104_u32.to_be_bytes();

/// The statements that were executed, in their order.
#[derive(Clone, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

impl Statements {
    /// Those since the last time, and forgets them.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().expect("no thread panicked"))
    }

    fn executed(&self, statement: &str) {
        // Sent after the answer, when nobody waits for it: it may come before the next question or after.
        if statement == "ROLLBACK" {
            return;
        }
        self.0.lock().expect("no thread panicked").push(statement.to_owned());
    }
}

/// Listens before the database at `url`; answers with the address by which a server reaches it from now on.
pub fn before(url: &str) -> (String, Statements) {
    let (user, rest) = url.split_once('@').expect("an address with a user");
    let (database, name) = rest.split_once('/').expect("an address with a database");
    let database: SocketAddr = database.parse().expect("a host by its number, and a port");
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.set_nonblocking(true).expect("a listener that does not block");
    let address = listener.local_addr().expect("an address");
    let listener = TcpListener::from_std(listener).expect("a listener");
    let statements = Statements::default();
    let seen = statements.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, database, seen.clone()));
        }
    });
    (format!("{user}@{address}/{name}"), statements)
}

/// Passes on what a server and the database say until one of them leaves.
async fn pass(client: TcpStream, database: SocketAddr, statements: Statements) -> io::Result<()> {
    let database = TcpStream::connect(database).await?;
    client.set_nodelay(true)?;
    database.set_nodelay(true)?;
    let (said, mut answers) = client.into_split();
    let (mut answered, asks) = database.into_split();
    let back = tokio::spawn(async move { io::copy(&mut answered, &mut answers).await });
    listen(BufReader::new(said), asks, statements).await?;
    back.await??;
    Ok(())
}

async fn listen(
    mut said: BufReader<OwnedReadHalf>,
    mut asks: OwnedWriteHalf,
    statements: Statements,
) -> io::Result<()> {
    loop {
        let greeting = message(&mut said, &[]).await?;
        asks.write_all(&greeting).await?;
        if ![&SSL_REQUEST[..], &GSS_REQUEST[..]].contains(&&greeting[4..]) {
            break;
        }
    }
    let mut heard = Heard { prepared: HashMap::new(), bound: String::new(), statements };
    loop {
        let kind = said.read_u8().await?;
        let message = message(&mut said, &[kind]).await?;
        heard.hear(kind, &message[5..]);
        asks.write_all(&message).await?;
    }
}

/// A message as it came: what stood before its length, its length, its body.
async fn message(said: &mut BufReader<OwnedReadHalf>, before: &[u8]) -> io::Result<Vec<u8>> {
    let length = said.read_u32().await?;
    let mut message = [before, &length.to_be_bytes()].concat();
    let body = usize::try_from(length).unwrap_or_default().saturating_sub(4);
    let from = message.len();
    message.resize(from + body, 0);
    said.read_exact(&mut message[from..]).await?;
    Ok(message)
}

/// What was heard on one connection.
struct Heard {
    prepared: HashMap<String, String>,
    bound: String,
    statements: Statements,
}

impl Heard {
    fn hear(&mut self, kind: u8, body: &[u8]) {
        let mut texts = body.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
        let mut text = || texts.next().unwrap_or_default();
        match kind {
            // Parse: a statement under a name.
            b'P' => _ = self.prepared.insert(text(), text()),
            // Bind: a portal, and the name of the statement that it executes.
            b'B' => (_, self.bound) = (text(), text()),
            // Execute.
            b'E' => {
                let statement = self.prepared.get(&self.bound).map_or("?", String::as_str);
                self.statements.executed(statement);
            }
            // A simple query.
            b'Q' => self.statements.executed(&text()),
            _ => {}
        }
    }
}
