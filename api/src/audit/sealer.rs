//! Puts seals on what was committed, from time to time.

use std::time::Duration;

use chrono::TimeDelta;
use rules::Term as _;
use rules::terms::SealKind;
use tokio::sync::watch;
use tokio::time::{self, MissedTickBehavior};

use crate::clock::Clock;
use crate::command::said;
use crate::error::Result;
use crate::store::{Database, OVERLAP};

/// How far back is looked mostly for changes: longer than a request may take.
const USUALLY: TimeDelta = TimeDelta::seconds(30);
/// How far back for readings, which are recorded apart from requests, at once and in great numbers.
const USUALLY_READ: TimeDelta = TimeDelta::seconds(5);
/// Every so many times, the first included, it is looked as far back as a late transaction may reach.
const SELDOM: u64 = 60;
/// The longest wait after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Seals every so many seconds until it is told to stop.
pub async fn run(every: Duration, database: Database, clock: Clock, mut stop: watch::Receiver<bool>) {
    let mut rhythm = time::interval(every);
    rhythm.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut turn, mut pause) = (0_u64, every);
    loop {
        tokio::select! {
            _ = rhythm.tick() => {}
            _ = stop.changed() => return,
        }
        match seal(&database, &clock, turn.is_multiple_of(SELDOM)).await {
            Ok(()) => {
                turn = turn.wrapping_add(1);
                pause = every;
            }
            Err(fault) => {
                let cause = said(fault);
                tracing::warn!(cause, "the audit could not be sealed; it is tried again");
                pause = (pause * 2).min(LONGEST_PAUSE);
                rhythm.reset_after(pause);
            }
        }
    }
}

/// Seals everything that is due, late transactions among it or not.
async fn seal(database: &Database, clock: &Clock, late: bool) -> Result<()> {
    let now = clock.now();
    for kind in SealKind::ALL.iter().copied() {
        let overlap = match kind {
            _ if late => OVERLAP,
            SealKind::Change => USUALLY,
            SealKind::Reading => USUALLY_READ,
        };
        while let Some(seal) = database.seal(kind, now, overlap).await? {
            // Whoever keeps the log elsewhere has an anchor that nobody can rewrite here.
            let (number, events) = (seal.number, seal.row_count);
            tracing::info!(number, kind = kind.code(), events, digest = seal.digest, "sealed");
        }
    }
    Ok(())
}
