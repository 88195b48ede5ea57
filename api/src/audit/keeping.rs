//! What runs beside the requests: recording readings, sealing the audit.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time;

use super::queue::Recorder;
use super::sealer;
use crate::clock::Clock;
use crate::settings::Audit;
use crate::store::Database;

/// How long a server that is told to stop waits for its readings to be recorded.
const PATIENCE: Duration = Duration::from_secs(25);

/// The tasks of one server.
pub struct Keeping {
    stop: watch::Sender<bool>,
    recorder: JoinHandle<()>,
    sealer: Option<JoinHandle<()>>,
}

impl Keeping {
    /// Begins to record what comes into the queue, and to seal unless the settings say not to.
    pub fn begin(recorder: Recorder, settings: &Audit, database: &Database, clock: &Clock) -> Self {
        let (stop, stopped) = watch::channel(false);
        let sealing = |seconds| {
            let every = Duration::from_secs(seconds);
            tokio::spawn(sealer::run(every, database.clone(), clock.clone(), stopped.clone()))
        };
        let sealer = (settings.seal_seconds > 0).then(|| sealing(settings.seal_seconds));
        let recorder = tokio::spawn(recorder.run(database.clone(), clock.clone(), stopped));
        Self { stop, recorder, sealer }
    }

    /// Records what is left in the queue, and ends. Nothing may be put into it any more.
    pub async fn end(self) {
        // The tasks end as well if they are gone already.
        let _ = self.stop.send(true);
        if let Some(sealer) = self.sealer
            && time::timeout(PATIENCE, sealer).await.is_err()
        {
            tracing::warn!("the seal under way was not finished");
        }
        match time::timeout(PATIENCE, self.recorder).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!(%error, "readings are lost: their task failed"),
            Err(_) => tracing::error!("readings are lost: the database did not take them"),
        }
    }
}
