//! The second lock by itself, on PostgreSQL: statements without any condition, in the server's role and in somebody's
//! scope, held against the oracle. The store has no part in it. Each policy is made true in turn, and that shows.

use std::collections::BTreeSet;

use rules::london::day;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction};
use serde_json::json;

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

/// What somebody who only reads can do to a table after all.
async fn done_by_a_reader(
    transaction: &DatabaseTransaction,
    table: &str,
    columns: impl Iterator<Item = &str>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for column in columns {
        let statement = format!("update {table} set {column} = {column}");
        match tried(transaction, &statement).await {
            Ok(0) => {}
            other => wrong.push(format!("{statement}: {other:?}")),
        }
    }
    let sees = !texts(transaction, &format!("select '1' from {table} limit 1")).await.is_empty();
    // Of a number that PostgreSQL gives it says so before it asks whose the row is.
    let statement = format!("insert into {table} overriding system value select * from {table} limit 1");
    match tried(transaction, &statement).await {
        Ok(0) if !sees => {}
        Err(refused) if sees && refused.contains("row-level security") => {}
        Err(refused) if refused.contains("permission denied") => {}
        other => wrong.push(format!("{statement}: {other:?}")),
    }
    match tried(transaction, &format!("delete from {table}")).await {
        Ok(0) => {}
        Err(refused) if refused.contains("permission denied") => {}
        other => wrong.push(format!("delete from {table}: {other:?}")),
    }
    wrong
}

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
        for table in TABLES {
            let columns = changed.iter().filter(|(of, _)| of == table).map(|(_, column)| *column);
            let done = done_by_a_reader(&transaction, table, columns).await;
            wrong.extend(done.into_iter().map(|done| format!("{who}: {done}")));
        }
        transaction.rollback().await.expect("an end");
    }
    world.end().await;
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong[..wrong.len().min(LISTED)].join("\n"));
}

/// A policy, and what it says: `table`, `name`, which statements, its two conditions (empty where it has none).
const EVERY_POLICY: &str = "select concat_ws('|', tablename, policyname, cmd,
        case when qual is null then '' else ' using (' || qual || ')' end,
        case when with_check is null then '' else ' with check (' || with_check || ')' end)
    from pg_policies where schemaname = 'public'";

/// Who asks a table, and all that they see of it: everybody, who asks and who acts, and who does not say who they are.
async fn seen_by_everybody(
    world: &World,
    callers: &[Caller],
    table: &str,
) -> Vec<(String, BTreeSet<String>)> {
    let nobody =
        [json!(null), json!({}), json!({ "reach": "gate" }), json!({ "reach": "gate", "subject": "nobody" })];
    let mut scopes: Vec<_> = nobody.into_iter().map(|scope| (scope.to_string(), scope)).collect();
    for who in callers {
        let both = ["read", "act"];
        scopes.extend(both.map(|reach| (format!("{who}, to {reach}"), said(who, reach, world))));
    }
    let mut seen = Vec::new();
    for (who, scope) in scopes {
        let transaction = asking(&world.database, &scope).await;
        seen.push((who, texts(&transaction, &format!("select t::text from {table} t")).await));
        transaction.rollback().await.expect("an end");
    }
    seen
}

/// Whether somebody who only reads can do something to a table after all.
async fn a_reader_does_something(
    world: &World,
    callers: &[Caller],
    table: &str,
    changed: &[(&str, &str)],
) -> bool {
    for who in callers.iter().filter(|who| who.place == 0) {
        let transaction = asking(&world.database, &said(who, "read", world)).await;
        let columns = changed.iter().filter(|(of, _)| *of == table).map(|(_, column)| *column);
        let done = done_by_a_reader(&transaction, table, columns).await;
        transaction.rollback().await.expect("an end");
        if !done.is_empty() {
            return true;
        }
    }
    false
}

/// A condition of a policy, made true.
fn made_true(condition: &str) -> String {
    condition.find('(').map(|at| format!("{}(true)", &condition[..at])).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_policy_that_is_made_true_is_noticed() {
    let Some(world) = World::with(System::Postgres, still).await else { return };
    let callers = network::build(&world).await;
    let changed = texts(&world.database, CHANGED).await;
    let changed: Vec<_> = changed.iter().filter_map(|both| both.split_once(": ")).collect();
    let policies = texts(&world.database, EVERY_POLICY).await;
    let alter = async |statement: String| {
        world.database.execute_unprepared(&statement).await.expect("another policy");
    };
    let mut unnoticed = Vec::new();
    for policy in &policies {
        let parts: Vec<_> = policy.splitn(5, '|').collect();
        let [table, name, command, using, check] = parts[..] else { panic!("{policy}") };
        let is_seen = command == "SELECT";
        let before = if is_seen { seen_by_everybody(&world, &callers, table).await } else { Vec::new() };
        alter(format!("alter policy {name} on {table}{}{}", made_true(using), made_true(check))).await;
        let is_noticed = if is_seen {
            seen_by_everybody(&world, &callers, table).await != before
        } else {
            a_reader_does_something(&world, &callers, table, &changed).await
        };
        alter(format!("alter policy {name} on {table}{using}{check}")).await;
        if !is_noticed {
            unnoticed.push(format!("{name} on {table} ({command})"));
        }
    }
    world.end().await;
    assert!(policies.len() > 100, "{}", policies.len());
    assert!(unnoticed.is_empty(), "of {} policies: {unnoticed:#?}", policies.len());
}
