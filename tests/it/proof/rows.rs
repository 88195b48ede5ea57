//! The tables by themselves: what the store shows everybody of each, whether a field leads there or not.

use std::collections::HashSet;

use api::auth::{Gate, Issuer, Scope};
use api::store::{Database, Store};

use super::callers::Caller;
use super::oracle::{Oracle, Sight};
use super::tables::{Facts, Rows, TABLES};
use crate::world::World;

/// Everybody who asks, and what the oracle says that they may see.
pub struct Everybody<'f> {
    facts: &'f Facts,
    world: &'f World,
    database: Database,
    all: Vec<(String, Scope, Sight)>,
}

impl<'f> Everybody<'f> {
    /// Opens the world's database beside its server.
    pub async fn of(world: &'f World, callers: &[Caller], oracle: &Oracle<'f>) -> Self {
        let database = Database::open(&world.settings.database(), 4).await.expect("the database opens");
        let gate = Gate::new(&world.settings, database.clone(), world.clock.clone(), None::<&Issuer>);
        let gate = gate.expect("a gate");
        let mut all = Vec::new();
        for caller in callers {
            let scope = gate.person_here(&caller.subject).await.expect("somebody of this network");
            all.push((caller.to_string(), scope, oracle.sight(caller)));
        }
        Self { facts: oracle.facts, world, database, all }
    }

    /// The store of a request, which holds a connection while it lives.
    fn store(&self, scope: &Scope) -> Store {
        let World { settings, clock, .. } = self.world;
        Store::new(self.database.clone(), scope.clone(), settings.policy, "proof", clock.now())
    }

    /// What the stores show of a table and should not, or hide and should not, or miscount: the first so many.
    pub async fn wrong(&self, table: &'static str, most: usize) -> Vec<String> {
        let mut wrong = Vec::new();
        for (who, scope, sight) in &self.all {
            let (shown, count) = Rows::through(&self.store(scope), table).await;
            let expected: HashSet<_> = sight.of(self.facts, table, true).into_iter().collect();
            let stray = shown.iter().filter(|row| !expected.contains(row)).count();
            let missing = expected.len() - (shown.len() - stray).min(expected.len());
            if stray + missing > 0 || count != expected.len() as u64 {
                wrong.push(format!(
                    "{who} sees of {table} {stray} too many and {missing} too few, and counts {count}"
                ));
            }
            if wrong.len() >= most {
                break;
            }
        }
        wrong
    }

    /// What is wrong with any table: the first so many of each.
    pub async fn wrong_anywhere(&self, most: usize) -> Vec<String> {
        let mut wrong = Vec::new();
        for table in TABLES {
            wrong.extend(self.wrong(table, most).await);
        }
        wrong
    }
}
