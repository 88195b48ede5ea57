//! A folder for what a run writes, in memory where the machine has such a file system.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A file in the run's folder, with these bytes.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let file = folder().join(name);
    fs::write(&file, bytes).expect("a file");
    file
}

/// The run's folder. libFuzzer ends the process without a word, so that it stays behind: it is small.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let memory = Path::new("/dev/shm");
    let make = || {
        let builder = || tempfile::Builder::new().prefix("partner-network-fuzz-").to_owned();
        let made = if memory.is_dir() { builder().tempdir_in(memory) } else { builder().tempdir() };
        made.expect("a folder")
    };
    FOLDER.get_or_init(make).path()
}
