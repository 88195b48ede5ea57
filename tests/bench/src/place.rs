//! Where the data are: a database of the measurement's own, made and filled when it is not there.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sqlx::{Connection as _, PgConnection};

use crate::clock::{Result, now};
use crate::cluster::Cluster;
use crate::generate::{self, Made, Plan};
use crate::sides::migrate;
use crate::{machine, operations};

/// Which database, how much in it, and where it is kept.
#[derive(clap::Args)]
pub struct Choice {
    /// postgres or sqlite.
    #[arg(long, default_value = "postgres", value_parser = ["postgres", "sqlite"])]
    pub database: String,
    /// How many referrals: 10k, 200k, 2m, or any number.
    #[arg(long, default_value = "10k")]
    pub size: String,
    /// From which everything is drawn.
    #[arg(long, default_value_t = 20_171_002)]
    pub seed: u64,
    /// How many services there are beside those that people are referred to, each with twenty criteria and ten cohorts.
    #[arg(long, default_value_t = 500)]
    pub services: usize,
    /// Of how many referrals in a hundred the audit is generated.
    #[arg(long, default_value_t = 100)]
    pub audit_percent: u64,
    /// The product's program; the one in target/release unless said.
    #[arg(long)]
    api: Option<PathBuf>,
    /// An earlier program of the product: the side `before`.
    #[arg(long)]
    pub before: Option<PathBuf>,
    /// A folder in which the database is kept for the next run; a new one is thrown away afterwards unless it is given.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// A filled database.
pub struct Place {
    /// Its address.
    pub url: String,
    /// A folder for keys, settings and logs.
    pub folder: PathBuf,
    /// What is in it, in Markdown.
    pub described: String,
    cluster: Option<Cluster>,
    name: String,
    _temporary: Option<tempfile::TempDir>,
}

impl Choice {
    /// How many referrals.
    pub fn referrals(&self) -> Result<usize> {
        let (digits, times) = match self.size.to_ascii_lowercase().strip_suffix(['k', 'm']) {
            Some(digits) if self.size.ends_with(['k', 'K']) => (digits.to_owned(), 1_000),
            Some(digits) => (digits.to_owned(), 1_000_000),
            None => (self.size.clone(), 1),
        };
        Ok(digits.parse::<usize>()? * times)
    }

    /// Whether everything can be checked and copied without a long wait.
    pub fn is_small(&self) -> bool {
        self.referrals().is_ok_and(|referrals| referrals <= 20_000)
    }

    /// The product's program.
    pub fn api(&self) -> Result<PathBuf> {
        let usual = || operations::folder().join("../../target/release/api");
        let api = self.api.clone().unwrap_or_else(usual);
        api.canonicalize().map_err(|_| format!("{}: cargo build --release", api.display()).into())
    }

    /// The database, filled.
    pub async fn open(&self) -> Result<Place> {
        let temporary = tempfile::Builder::new().prefix("partner-network-bench-").tempdir()?;
        let folder = self.keep.clone().unwrap_or_else(|| temporary.path().to_owned());
        std::fs::create_dir_all(&folder)?;
        let name = format!("bench_{}_{}_{}_{}", self.size, self.seed, self.audit_percent, self.services);
        let note = folder.join(format!("{name}_{}.md", self.database));
        let (url, cluster, filled) = if self.database == "sqlite" {
            let file = folder.join(format!("{name}.db"));
            let filled = file.exists() && note.exists();
            (format!("sqlite://{}?mode=rwc", file.display()), None, filled)
        } else {
            let cluster = Cluster::start(self.keep.as_ref().map(|folder| folder.join("cluster")).as_deref())?;
            let filled = cluster.has(&name).await? && note.exists();
            if !filled {
                cluster.execute(format!("drop database if exists \"{name}\"")).await?;
                cluster.execute(format!("create database \"{name}\"")).await?;
            }
            (cluster.url(&name), Some(cluster), filled)
        };
        if !filled {
            self.fill(&url, &note, &folder).await?;
        }
        let described = std::fs::read_to_string(&note)?;
        Ok(Place {
            url,
            folder: temporary.path().to_owned(),
            described,
            cluster,
            name,
            _temporary: Some(temporary),
        })
    }

    async fn fill(&self, url: &str, note: &Path, folder: &Path) -> Result<()> {
        let referrals = self.referrals()?;
        migrate(&self.api()?, url, folder).await?;
        let plan = Plan {
            referrals,
            services: self.services,
            seed: self.seed,
            audit_percent: self.audit_percent,
            checked: self.is_small(),
        };
        let made = generate::generate(url, plan, now()).await?;
        let mut text = described(&made, referrals, self);
        if self.database == "postgres" {
            sizes(url, referrals, &mut text).await?;
        }
        println!("{text}");
        Ok(std::fs::write(note, text)?)
    }
}

fn described(made: &Made, referrals: usize, choice: &Choice) -> String {
    let mut text = String::from("## The data\n\n");
    let _ = writeln!(
        text,
        "{referrals} referrals by seed {}, generated in {:.0} s{}: {:.2} GB, {} bytes a referral with its indices and all \
         that hangs on it{}.\n",
        choice.seed,
        made.seconds,
        if choice.is_small() { " with every constraint and trigger asked" } else { "" },
        made.bytes as f64 / 1e9,
        made.bytes / referrals.max(1) as u64,
        if choice.audit_percent < 100 {
            format!(" (the audit of {} in a hundred only)", choice.audit_percent)
        } else {
            String::new()
        },
    );
    let rows: Vec<String> = made.rows.iter().map(|(table, rows)| format!("{table} {rows}")).collect();
    let _ = writeln!(text, "Rows: {}.", rows.join(", "));
    text
}

/// What each table takes of the disk.
async fn sizes(url: &str, referrals: usize, text: &mut String) -> Result<()> {
    let mut link = PgConnection::connect(url).await?;
    let rows: Vec<(String, i64, i64)> = sqlx::query_as(
        "select relname::text, pg_table_size(oid), pg_indexes_size(oid) from pg_class
         where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_total_relation_size(oid) > 1000000
         order by pg_total_relation_size(oid) desc limit 14",
    )
    .fetch_all(&mut link)
    .await?;
    text.push_str("\n| table | bytes a referral | of them indices |\n|---|---|---|\n");
    let each = |bytes: i64| bytes / i64::try_from(referrals).unwrap_or(1).max(1);
    for (table, rows, indices) in rows {
        let _ = writeln!(text, "| {table} | {} | {} |", each(rows + indices), each(indices));
    }
    Ok(())
}

impl Place {
    /// Whether it is PostgreSQL.
    pub const fn is_postgres(&self) -> bool {
        self.cluster.is_some()
    }

    /// The seconds of a processor that the database's own processes have had.
    pub fn cpu_seconds(&self) -> f64 {
        let process = self.cluster.as_ref().and_then(|cluster| cluster.process().ok());
        process.map_or(0.0, machine::cpu_seconds)
    }

    /// A copy of the database, by its address; on SQLite of the file, which nobody has open.
    pub async fn copy(&self, name: &str) -> Result<String> {
        let Some(cluster) = &self.cluster else {
            let original = self.url.trim_start_matches("sqlite://").split('?').next().unwrap_or_default();
            let copy = self.folder.join(format!("{name}.db"));
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", copy.display()));
            }
            std::fs::copy(original, &copy)?;
            return Ok(format!("sqlite://{}", copy.display()));
        };
        cluster.execute(format!("drop database if exists \"{name}\" with (force)")).await?;
        cluster.execute(format!("create database \"{name}\" template \"{}\"", self.name)).await?;
        Ok(cluster.url(name))
    }

    /// Takes a copy away.
    pub async fn drop_copy(&self, name: &str) -> Result<()> {
        let cluster = self.cluster.as_ref().ok_or("only PostgreSQL copies a database")?;
        cluster.execute(format!("drop database \"{name}\" with (force)")).await
    }
}
