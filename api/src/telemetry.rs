//! The log: one line an event, with the request's id, and never personal data.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::settings::Log;

/// Begins to write the log to standard error. Does nothing if it was begun before.
pub fn begin(log: &Log) -> Result<(), String> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| format!("log.filter: {error}"))?;
    let colours = std::io::stderr().is_terminal();
    let lines =
        fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours).with_target(false);
    // The second time there is a subscriber already: it stays.
    let _ = if log.json { lines.json().try_init() } else { lines.try_init() };
    std::panic::set_hook(Box::new(|panic| {
        // What a panic says may hold what a request said; where it happened does not.
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "a defect: the server panicked");
    }));
    Ok(())
}
