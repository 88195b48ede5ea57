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

/// How far back is looked mostly: longer than a request may take.
const USUALLY: TimeDelta = TimeDelta::seconds(30);
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
        let overlap = if turn.is_multiple_of(SELDOM) { OVERLAP } else { USUALLY };
        match seal(&database, &clock, overlap).await {
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

/// Seals everything that is due.
async fn seal(database: &Database, clock: &Clock, overlap: TimeDelta) -> Result<()> {
    let now = clock.now();
    for kind in SealKind::ALL.iter().copied() {
        while let Some(seal) = database.seal(kind, now, overlap).await? {
            // Whoever keeps the log elsewhere has an anchor that nobody can rewrite here.
            let (number, events) = (seal.number, seal.row_count);
            tracing::info!(number, kind = kind.code(), events, digest = seal.digest, "sealed");
        }
    }
    Ok(())
}
