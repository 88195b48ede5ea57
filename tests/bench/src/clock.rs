//! The clock of the measurements.

use chrono::{DateTime, Utc};

/// What everybody here has instead of an error type: the first thing that goes wrong ends the measurement.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Now, in whole seconds: the data lies around it, as the servers that are measured read the machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the servers measured read the machine's clock; so do their data"
)]
pub fn now() -> DateTime<Utc> {
    let now = Utc::now();
    DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
}
