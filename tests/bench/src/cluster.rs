//! A PostgreSQL of the measurement's own, tuned as a small server is, and gone when it ends unless it is kept.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::clock::Result;

/// What differs from PostgreSQL's defaults: memory, and a disk that seeks fast. Commits are safe, as in production.
const SETTINGS: [&str; 10] = [
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "shared_buffers=2GB",
    "effective_cache_size=8GB",
    "work_mem=16MB",
    "random_page_cost=1.1",
    "max_wal_size=8GB",
    "checkpoint_timeout=30min",
    "jit=off",
    "max_parallel_workers_per_gather=0",
];

/// A running cluster.
pub struct Cluster {
    port: u16,
    folder: PathBuf,
    binaries: PathBuf,
    user: Option<(u32, u32)>,
    kept: bool,
}

impl Cluster {
    /// Starts a cluster: the one in `kept`, made if it is not there, or a throw-away one.
    pub fn start(kept: Option<&Path>) -> Result<Self> {
        let binaries = binaries().ok_or("PostgreSQL's binaries are not installed")?;
        let folder = match kept {
            Some(folder) => folder.to_owned(),
            None => tempfile::Builder::new().prefix("partner-network-bench-").tempdir()?.keep(),
        };
        fs::create_dir_all(&folder)?;
        let user = runs_as_root()?.then(unprivileged_user).transpose()?;
        if let Some((user, group)) = user {
            // PostgreSQL refuses to run as root.
            chown(&folder, Some(user), Some(group))?;
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let cluster = Self { port, folder, binaries, user, kept: kept.is_some() };
        let data = cluster.folder.join("data");
        if !data.exists() {
            let data = data.display().to_string();
            let how = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
            cluster.command("initdb", &[&["-D", data.as_str()], &how[..]].concat())?;
        }
        let settings: String = SETTINGS.iter().map(|setting| format!(" -c {setting}")).collect();
        let options = format!("-p {port} -c unix_socket_directories={}{settings}", cluster.folder.display());
        let log = cluster.folder.join("server.log");
        let (data, log) = (data.display().to_string(), log.display().to_string());
        cluster.command("pg_ctl", &["start", "-w", "-t", "120", "-D", &data, "-l", &log, "-o", &options])?;
        Ok(cluster)
    }

    fn command(&self, binary: &str, arguments: &[&str]) -> Result<()> {
        let mut command = Command::new(self.binaries.join(binary));
        command.args(arguments).current_dir(&self.folder).env("LC_ALL", "C");
        command.stdin(std::process::Stdio::null()).stdout(fs::File::create(self.folder.join("start.log"))?);
        command.stderr(std::process::Stdio::inherit());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
            chown(self.folder.join("start.log"), Some(user), Some(group))?;
        }
        if command.status()?.success() {
            Ok(())
        } else {
            Err(format!("{binary} failed: {}", self.folder.display()).into())
        }
    }

    /// The address of a database of this cluster.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The process whose children are the backends.
    pub fn process(&self) -> Result<u32> {
        let file = fs::read_to_string(self.folder.join("data/postmaster.pid"))?;
        Ok(file.lines().next().unwrap_or_default().trim().parse()?)
    }

    /// Says something to the cluster.
    pub async fn execute(&self, statement: String) -> Result<()> {
        let mut link = PgConnection::connect(&self.url("postgres")).await?;
        link.execute(AssertSqlSafe(statement)).await?;
        Ok(link.close().await?)
    }

    /// Whether there is such a database.
    pub async fn has(&self, database: &str) -> Result<bool> {
        let mut link = PgConnection::connect(&self.url("postgres")).await?;
        let found = sqlx::query("select 1 from pg_database where datname = $1").bind(database);
        Ok(found.fetch_optional(&mut link).await?.is_some())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.folder.join("data").display().to_string();
        let how = if self.kept { "fast" } else { "immediate" };
        let _ = self.command("pg_ctl", &["stop", "-m", how, "-D", &data]);
        if !self.kept {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
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
    folders
        .into_iter()
        .find(|folder| ["initdb", "pg_ctl", "postgres"].iter().all(|it| folder.join(it).is_file()))
}

fn runs_as_root() -> Result<bool> {
    Ok(Command::new("id").arg("-u").output()?.stdout.trim_ascii() == b"0")
}

/// The user and the group that run PostgreSQL for root: `postgres` if there is one, or else `nobody`.
fn unprivileged_user() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let fields = users.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let found = fields.into_iter().find(|fields| fields.first() == Some(&name))?;
        Some((found.get(2)?.parse().ok()?, found.get(3)?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).ok_or_else(|| "there is no user who is not root".into())
}
