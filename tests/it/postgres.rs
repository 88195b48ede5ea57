//! A PostgreSQL of the tests' own, started when its binaries are installed and gone when the run ends.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};

use crate::scratch;

/// What is said, once, where PostgreSQL is not installed.
const SKIPPED: &str = "PostgreSQL half skipped: its binaries are not installed.";

/// What has to be there.
const BINARIES: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// How often a start is tried: somebody else may take the port that was free a moment ago.
const ATTEMPTS: usize = 3;

/// Makes a cluster that keeps nothing safe, says so, waits for the end of the run, and takes it away again.
/// It sorts by bytes, as SQLite does. Arguments: the binaries' folder, the cluster's folder, the port.
const SUPERVISOR: &str = r#"
bin=$1 folder=$2 port=$3
options="-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=300"
options="$options -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
{
    "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C --no-sync &&
    "$bin/pg_ctl" start -w -D "$folder/data" -l "$folder/server.log" -o "$options" < /dev/null
} > "$folder/start.log" 2>&1 && echo started || { tail -n 20 "$folder"/*.log; echo failed; }
exec > /dev/null
cat > /dev/null
"$bin/pg_ctl" stop -m immediate -D "$folder/data" < /dev/null
rm -rf -- "$folder"
"#;

/// A running cluster.
pub struct Cluster {
    port: u16,
    _supervisor: Child,
}

/// The cluster of this run; none where PostgreSQL is not installed, unless it has to be.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let start = || match binaries() {
        Some(folder) => Some(Cluster::start(&folder)),
        None => skip(),
    };
    CLUSTER.get_or_init(start).as_ref()
}

#[expect(clippy::disallowed_methods, reason = "this asks about the run of the tests, not about the server")]
fn skip() -> Option<Cluster> {
    let required = std::env::var_os("REQUIRE_POSTGRES").is_some_and(|value| value == "1");
    assert!(!required, "REQUIRE_POSTGRES=1, but PostgreSQL's binaries are not installed");
    // Written past `eprintln!`, which the test harness swallows.
    let _ = writeln!(std::io::stderr(), "\n{SKIPPED}");
    None
}

/// Where PostgreSQL's binaries are: on the path, or where Debian keeps those of each version.
#[expect(
    clippy::disallowed_methods,
    reason = "this asks where programs are, which is no setting of the server"
)]
fn binaries() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    folders.into_iter().find(|folder| BINARIES.iter().all(|binary| folder.join(binary).is_file()))
}

impl Cluster {
    fn start(binaries: &Path) -> Self {
        let mut said = String::new();
        for _ in 0..ATTEMPTS {
            match Self::attempt(binaries) {
                Ok(cluster) => return cluster,
                Err(log) => said = log,
            }
        }
        panic!("PostgreSQL is installed in {} but does not start:\n{said}", binaries.display());
    }

    fn attempt(binaries: &Path) -> Result<Self, String> {
        let folder = scratch::new_folder();
        let port = free_port();
        let mut supervisor = Command::new("sh");
        supervisor
            .args([OsStr::new("-c"), OsStr::new(SUPERVISOR), OsStr::new("supervisor")])
            .args([binaries.as_os_str(), folder.as_os_str(), OsStr::new(&port.to_string())])
            .current_dir(&folder)
            .env_clear()
            .envs([("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LC_ALL", "C")])
            .stdout(Stdio::piped());
        if runs_as_root() {
            // PostgreSQL refuses to run as root.
            let (user, group) = unprivileged_user();
            chown(&folder, Some(user), Some(group)).expect("the cluster's folder can be given away");
            supervisor.uid(user).gid(group);
        }
        let mut supervisor = scratch::until_the_run_ends(&mut supervisor);
        let mut lines = BufReader::new(supervisor.stdout.take().expect("a pipe")).lines();
        let mut log = Vec::new();
        while let Some(Ok(line)) = lines.next() {
            if line == "started" {
                return Ok(Self { port, _supervisor: supervisor });
            }
            log.push(line);
        }
        // Its standard input closes here: it tidies up and ends.
        drop(supervisor.stdin.take());
        let _ = supervisor.wait();
        Err(log.join("\n"))
    }

    /// The address of a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Makes a database as a copy of another, to which nobody is connected.
    pub async fn copy(&self, original: &str, copy: &str) {
        self.execute(&format!(r#"CREATE DATABASE "{copy}" TEMPLATE "{original}""#)).await;
    }

    /// Makes an empty database.
    pub async fn create(&self, database: &str) {
        self.execute(&format!(r#"CREATE DATABASE "{database}""#)).await;
    }

    /// Takes a database away.
    pub async fn drop(&self, database: &str) {
        self.execute(&format!(r#"DROP DATABASE "{database}" WITH (FORCE)"#)).await;
    }

    async fn execute(&self, statement: &str) {
        let administrator = connect(&self.url("postgres")).await;
        administrator.execute_unprepared(statement).await.expect(statement);
        administrator.close().await.expect("a connection closes");
    }
}

/// One connection to a database, which no scope bounds: tests look at what there is.
#[expect(clippy::disallowed_methods, reason = "tests look at the database beside the server")]
pub async fn connect(url: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("a database")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

fn runs_as_root() -> bool {
    let id = Command::new("id").arg("-u").output().expect("`id` says who this is");
    id.stdout.trim_ascii() == b"0"
}

/// The user and the group that run PostgreSQL for root: `postgres` if there is one, or else `nobody`.
fn unprivileged_user() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").expect("a list of users");
    let find = |name: &str| {
        let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let found = fields.into_iter().find(|fields| fields.first() == Some(&name))?;
        Some((found.get(2)?.parse().ok()?, found.get(3)?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).expect("a user who is not root")
}
