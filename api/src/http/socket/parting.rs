//! How a conversation ends.

use std::time::Duration;

use tokio::time::timeout;

use super::protocol::Closing;

/// How a conversation ends.
pub(super) enum Parting {
    /// The server closes.
    Close(Closing),
    /// The client has closed, or is gone.
    Gone,
    /// The client takes nothing any more.
    Cut,
}

impl From<Closing> for Parting {
    fn from(closing: Closing) -> Self {
        Self::Close(closing)
    }
}

/// What becomes of something that is sent.
pub(super) async fn taken<E>(seconds: u64, sent: impl Future<Output = Result<(), E>>) -> Result<(), Parting> {
    match timeout(Duration::from_secs(seconds), sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Parting::Gone),
        Err(_) => {
            tracing::info!("a client that takes nothing is cut");
            Err(Parting::Cut)
        }
    }
}
