//! The second lock by itself, on PostgreSQL: statements without any condition, in the server's role and in somebody's
//! scope, held against the oracle. The store has no part in it.

use rules::london::day;

use super::callers::Caller;
use super::oracle::{Oracle, Sight};
use super::tables::{Facts, Rows, TABLES};
use super::{LISTED, network, still};
use crate::second_lock::{asking, scope, texts, tried};
use crate::world::{System, World};

/// An act without consequences of its own.
const PLAIN: &str = "addReferralNote";
/// What every act reaches of a referral that its author sees: they may cause what is charged.
const REACHED: [&str; 2] = ["charge", "referral_price"];
/// And who changed last what they see, for a conflict to name.
const CHANGES: &str = "audit_event";

fn said(who: &Caller, reach: &str, world: &World) -> serde_json::Value {
    let ids = (who.person.0, who.organisation.0, who.kind);
    let mut scope = scope(reach, ids, &who.roles, day(world.clock.now()));
    scope["operation"] = PLAIN.into();
    scope
}

/// What somebody sees of all tables otherwise than the oracle says, but for those passed over.
async fn differing(
    world: &World,
    facts: &Facts,
    sight: &Sight,
    (who, reach): (&Caller, &str),
    passed_over: &[&str],
) -> Vec<String> {
    let transaction = asking(&world.database, &said(who, reach, world)).await;
    let seen = Rows::read(&transaction).await.all();
    transaction.rollback().await.expect("an end");
    let all = facts.all.iter().filter(|(row, _)| !passed_over.contains(&row.0));
    let wrong = all.filter_map(|(row, what)| match (sight.sees(row), seen.get(row)) {
        (true, Some(found)) if found == what => None,
        (false, None) => None,
        (true, _) => Some(format!("{who} does not see {row:?}, to {reach}")),
        (false, Some(_)) => Some(format!("{who} sees {row:?}, to {reach}")),
    });
    wrong.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_statement_without_any_condition_shows_everybody_what_is_theirs_and_nothing_else() {
    let Some(world) = World::with(System::Postgres, still).await else { return };
    let callers = network::build(&world).await;
    let facts = Facts::read(&world.database).await;
    let oracle = Oracle::new(&facts, day(world.clock.now()));
    let mut wrong = Vec::new();
    let beyond = [&REACHED[..], &[CHANGES]].concat();
    for who in &callers {
        let sight = oracle.sight(who);
        wrong.extend(differing(&world, &facts, &sight, (who, "read"), &[]).await);
        wrong.extend(differing(&world, &facts, &sight, (who, "act"), &beyond).await);
    }
    world.end().await;
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong[..wrong.len().min(LISTED)].join("\n"));
}

/// The columns that the server may change at all, a few words each: `table: column`.
const CHANGED: &str = "select table_name || ': ' || column_name from information_schema.column_privileges
    where grantee = 'partner_network_app' and privilege_type = 'UPDATE' and table_schema = 'public'";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn who_only_reads_changes_nothing_by_any_statement() {
    let Some(world) = World::with(System::Postgres, still).await else { return };
    let callers = network::build(&world).await;
    let changed = texts(&world.database, CHANGED).await;
    let changed: Vec<_> = changed.iter().filter_map(|both| both.split_once(": ")).collect();
    let mut wrong = Vec::new();
    // One in each role is enough, and one in all of them: what they see differs, what they may change does not.
    for who in callers.iter().filter(|who| who.place == 0) {
        let transaction = asking(&world.database, &said(who, "read", &world)).await;
        for (table, column) in &changed {
            let statement = format!("update {table} set {column} = {column}");
            match tried(&transaction, &statement).await {
                Ok(0) => {}
                other => wrong.push(format!("{who}: {statement}: {other:?}")),
            }
        }
        for table in TABLES {
            let sees = !texts(&transaction, &format!("select '1' from {table} limit 1")).await.is_empty();
            // Of a number that PostgreSQL gives it says so before it asks whose the row is.
            let statement =
                format!("insert into {table} overriding system value select * from {table} limit 1");
            match tried(&transaction, &statement).await {
                Ok(0) if !sees => {}
                Err(refused) if sees && refused.contains("row-level security") => {}
                Err(refused) if refused.contains("permission denied") => {}
                other => wrong.push(format!("{who}: {statement}: {other:?}")),
            }
            match tried(&transaction, &format!("delete from {table}")).await {
                Ok(0) => {}
                Err(refused) if refused.contains("permission denied") => {}
                other => wrong.push(format!("{who}: delete from {table}: {other:?}")),
            }
        }
        transaction.rollback().await.expect("an end");
    }
    world.end().await;
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong[..wrong.len().min(LISTED)].join("\n"));
}
