//! What a run of the tests leaves on the machine: nothing, however it ends.

use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// A folder for this run of the tests.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<(PathBuf, Child)> = OnceLock::new();
    let (folder, _) = FOLDER.get_or_init(|| {
        let folder = new_folder();
        let mut keeper = Command::new("sh");
        keeper.arg("-c").arg(r#"cat > /dev/null; rm -rf -- "$1""#).arg("keeper").arg(&folder);
        (folder, until_the_run_ends(keeper.stdout(Stdio::null())))
    });
    folder
}

/// A new folder that nobody removes unless somebody is told to.
pub fn new_folder() -> PathBuf {
    tempfile::Builder::new().prefix("partner-network-").tempdir().expect("a temporary folder").keep()
}

/// Starts a command that reads its standard input to the end before it tidies up. Its other end is held by this
/// process and by no other: when the process ends, by whatever means, the command reads on. Being in a process
/// group of its own, the command does not hear the Ctrl-C that ends the tests.
pub fn until_the_run_ends(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    command.spawn().expect("a shell")
}
