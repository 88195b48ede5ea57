//! Connections that have stalled are cut.
//!
//! actix bounds the time for the head of a connection's first request, and the rest between two requests once an
//! answer is taken. It bounds neither the head of a later request that comes in drops, nor an answer that nobody
//! takes, nor what is still to come of a body that was refused. So every connection on which no request has run
//! for long enough is cut from here, by a second handle on its socket.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use actix_web::HttpRequest;
use actix_web::dev::{Extensions, ServiceRequest};

/// How often connections are looked at.
const TICK: Duration = Duration::from_secs(1);

/// The connections that are open.
pub(super) struct Connections {
    patience: Duration,
    open: Mutex<Vec<Weak<Connection>>>,
}

/// One of them.
struct Connection {
    socket: TcpStream,
    /// Since when no request runs on it; none while one does.
    quiet_since: Mutex<Option<Instant>>,
}

impl Connection {
    fn set_quiet_since(&self, since: Option<Instant>) {
        *self.quiet_since.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn is_stalled(&self, patience: Duration) -> bool {
        let since = *self.quiet_since.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() >= patience)
    }
}

impl Connections {
    /// Connections of which each is cut once nothing has run on it for so many seconds.
    pub(super) fn watched(seconds: u64) -> Arc<Self> {
        let connections = Arc::new(Self { patience: Duration::from_secs(seconds), open: Mutex::default() });
        tokio::spawn(watch(Arc::downgrade(&connections)));
        connections
    }

    /// Takes note of a connection that was opened.
    pub(super) fn opened(&self, stream: &dyn Any, data: &mut Extensions) {
        let Some(socket) = second_handle(stream) else { return };
        let quiet_since = Mutex::new(Some(Instant::now()));
        let connection = Arc::new(Connection { socket, quiet_since });
        self.open.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&connection));
        data.insert(connection);
    }

    /// Cuts those that have stalled, forgets those that are closed, and says how many were cut.
    fn cut_stalled(&self) -> usize {
        let mut cut = 0;
        self.open.lock().unwrap_or_else(PoisonError::into_inner).retain(|connection| {
            let Some(connection) = connection.upgrade() else { return false };
            if !connection.is_stalled(self.patience) {
                return true;
            }
            // It fails only if the client was faster.
            let _ = connection.socket.shutdown(Shutdown::Both);
            cut += 1;
            false
        });
        cut
    }
}

async fn watch(connections: Weak<Connections>) {
    let mut ticks = tokio::time::interval(TICK);
    loop {
        ticks.tick().await;
        let Some(connections) = connections.upgrade() else { return };
        let cut = connections.cut_stalled();
        if cut > 0 {
            tracing::info!(cut, "connections that had stalled were cut");
        }
    }
}

#[cfg(unix)]
fn second_handle(stream: &dyn Any) -> Option<TcpStream> {
    use std::os::fd::AsFd as _;
    let stream = stream.downcast_ref::<actix_web::rt::net::TcpStream>()?;
    stream.as_fd().try_clone_to_owned().ok().map(TcpStream::from)
}

#[cfg(not(unix))]
fn second_handle(_: &dyn Any) -> Option<TcpStream> {
    None
}

/// A connection that has become something else. It is no longer cut for being quiet, but it can be cut, and it is
/// again watched when this is dropped.
pub(super) struct Kept(Option<Arc<Connection>>);

impl Kept {
    /// The connection of a request.
    pub(super) fn of(request: &HttpRequest) -> Self {
        Self(request.conn_data::<Arc<Connection>>().cloned())
    }

    /// Cuts it: whoever is at the other end takes nothing any more.
    pub(super) fn cut(&self) {
        if let Some(connection) = &self.0 {
            // It fails only if the client was faster.
            let _ = connection.socket.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.set_quiet_since(Some(Instant::now()));
        }
    }
}

/// A request that runs: as long as this is there, its connection has not stalled.
pub(super) struct Running(Option<Arc<Connection>>);

impl Running {
    /// The request begins to run.
    pub(super) fn begin(request: &ServiceRequest) -> Self {
        let connection = request.conn_data::<Arc<Connection>>().cloned();
        if let Some(connection) = &connection {
            connection.set_quiet_since(None);
        }
        Self(connection)
    }

    /// The connection has become something else, such as a WebSocket, that looks after itself.
    pub(super) fn for_good(mut self) {
        self.0 = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(connection) = &self.0 {
            connection.set_quiet_since(Some(Instant::now()));
        }
    }
}
