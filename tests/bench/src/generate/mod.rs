//! Invented data with a fixed seed: the network, its cases, its referrals and all that hangs on them.
//!
//! It is what the product's own acts would have left: identifiers by time, frozen prices, a charge for each unit,
//! an audit event for each change. It is skewed as in life: a few large providers, and people who come back.

mod audit;
mod deliveries;
mod groups;
mod lives;
pub mod loading;
pub mod network;
mod offers;
pub mod tables;

use std::collections::HashMap;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::clock::Result;
use crate::random::Chance;
use crate::{ids, row};
use loading::Target;
use tables::{Row, TABLES, Table};

/// How much data.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// How many referrals.
    pub referrals: usize,
    /// How many services there are beside those that people are referred to, each with twenty criteria and ten cohorts.
    pub services: usize,
    /// From which everything is drawn.
    pub seed: u64,
    /// Of how many referrals in a hundred the audit is kept. Less than all only where the disk is too small.
    pub audit_percent: u64,
    /// Whether every constraint and trigger is asked of every row; otherwise those that are slow stay away.
    pub checked: bool,
}

/// How long people have been in the network.
const YEARS: i64 = 4;
/// How many values wait in memory before they are written.
const WAITING: usize = 400_000;

/// Takes rows, and writes them in an order in which each finds what it refers to.
pub struct Loader {
    target: Target,
    waiting: Vec<Vec<Row>>,
    values: usize,
    counts: HashMap<&'static str, usize>,
}

impl Loader {
    async fn open(target: Target) -> Result<Self> {
        Ok(Self { target, waiting: vec![Vec::new(); TABLES.len()], values: 0, counts: HashMap::new() })
    }

    /// Adds a row to a table.
    pub async fn add(&mut self, table: Table, row: Row) -> Result<()> {
        let (_, name, columns) = TABLES[table as usize];
        assert_eq!(row.len(), columns.len(), "{name}: a value for each column");
        self.values += row.len();
        *self.counts.entry(name).or_default() += 1;
        self.waiting[table as usize].push(row);
        if self.values > WAITING { self.flush().await } else { Ok(()) }
    }

    /// How many rows a table has so far.
    pub fn rows(&self, table: Table) -> usize {
        self.counts.get(TABLES[table as usize].1).copied().unwrap_or_default()
    }

    async fn flush(&mut self) -> Result<()> {
        for (table, name, _) in TABLES {
            let rows = std::mem::take(&mut self.waiting[*table as usize]);
            if !rows.is_empty() {
                self.target.write(*table, rows).await.map_err(|error| format!("{name}: {error}"))?;
            }
        }
        self.values = 0;
        Ok(())
    }
}

/// What was made.
pub struct Made {
    /// The rows of each table that has any.
    pub rows: Vec<(&'static str, usize)>,
    /// The bytes of the database, indices included.
    pub bytes: u64,
    /// How long it took.
    pub seconds: f64,
}

/// Fills an empty, migrated database.
pub async fn generate(url: &str, plan: Plan, now: DateTime<Utc>) -> Result<Made> {
    let began = Instant::now();
    let mut loader = Loader::open(Target::open(url, plan.checked).await?).await?;
    let mut chance = Chance::new(plan.seed);
    let from = now - TimeDelta::days(365 * YEARS);
    let network =
        network::make(&mut loader, &mut chance, plan.referrals, from - TimeDelta::days(30), now).await?;
    lives::live(&mut loader, &mut chance, &network, plan, [from, now]).await?;
    offers::offer(&mut loader, &mut chance, &network, plan.services, now).await?;
    seal(&mut loader, &mut chance, now).await?;
    loader.flush().await?;
    let bytes = loader.target.finish().await?;
    let rows =
        TABLES.iter().map(|(_, name, _)| (*name, loader.counts.get(name).copied().unwrap_or_default()));
    Ok(Made {
        rows: rows.filter(|(_, count)| *count > 0).collect(),
        bytes,
        seconds: began.elapsed().as_secs_f64(),
    })
}

/// A seal on all that was generated, so that the server under measurement does not begin by sealing years of it.
/// It seals nothing: `verify-audit` says so of these data.
async fn seal(loader: &mut Loader, chance: &mut Chance, now: DateTime<Utc>) -> Result<()> {
    for (number, kind) in [(1_i64, "change"), (2, "reading")] {
        let id = ids::of(now, chance);
        let digest = json!(kind).to_string();
        loader
            .add(
                Table::audit_seal,
                row![
                    number,
                    kind,
                    id,
                    id,
                    now,
                    now,
                    1_i64,
                    "generated",
                    format!("generated {kind}"),
                    digest,
                    now
                ],
            )
            .await?;
    }
    Ok(())
}
