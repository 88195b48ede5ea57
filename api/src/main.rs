//! The program: see `api::command`.

#[cfg(feature = "weakened")]
compile_error!(
    "the feature `weakened` is for the mutation check alone: its server would show what it should not"
);

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    api::command::run()
}
