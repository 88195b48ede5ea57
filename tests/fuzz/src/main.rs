//! Coverage-guided fuzzing of whatever reads what others wrote. One program with many targets: `FUZZ_TARGET` says
//! which (see `run`). A target that finds something panics, and libFuzzer keeps the bytes.

#![no_main]
#![recursion_limit = "256"] // as in the server

mod files;
mod network;
mod requests;
mod scratch;
mod tokens;
mod words;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

/// A target: what is done with the bytes that libFuzzer makes up.
type Target = fn(&[u8]);

/// Every target by its name, which is also that of its folder of seeds.
const TARGETS: [(&str, Target); 12] = [
    ("words", words::words),
    ("money", words::money),
    ("sheet", files::sheet),
    ("prices", files::prices),
    ("cases", network::cases),
    ("documents", files::documents),
    ("keys", files::keys),
    ("settings", files::settings),
    ("tokens", tokens::tokens),
    ("exchange", requests::exchange),
    ("operation", network::operation),
    ("endpoint", network::endpoint),
];

static CHOSEN: OnceLock<Target> = OnceLock::new();

#[expect(clippy::disallowed_methods, reason = "this asks about the run, not about the server")]
fn choose() -> Target {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let found = TARGETS.iter().find(|(own, _)| *own == name);
    let names = || TARGETS.map(|(own, _)| own).join(", ");
    found.map(|(_, target)| *target).unwrap_or_else(|| panic!("FUZZ_TARGET is one of {}", names()))
}

fuzz_target!(init: { CHOSEN.get_or_init(choose); }, |bytes: &[u8]| CHOSEN.get_or_init(choose)(bytes));
