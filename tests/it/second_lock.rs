//! The second lock: on PostgreSQL the database itself shows and changes only what the scope allows, whatever statement
//! it is given. That it shows everybody what the oracle says, and no more, is shown by `proof/raw.rs`.

use std::collections::BTreeSet;

use api::clock::Clock;
use api::server;
use chrono::NaiveDate;
use rules::Term as _;
use rules::access::{Kind, granted};
use rules::terms::{OrganisationKind, Role};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::postgres::{self, cluster};
use crate::referring::{NPS, accepted, person, service, submitted};
use crate::world::{BEGINNING, System, World};

/// The role that the server serves as.
const ROLE: &str = "partner_network_app";

/// The policies that name acts.
const POLICIES: [&str; 5] = [
    include_str!("../../migration/src/m0005_row_level_security/scope.sql"),
    include_str!("../../migration/src/m0005_row_level_security/behind.sql"),
    include_str!("../../migration/src/m0005_row_level_security/acts.sql"),
    include_str!("../../migration/src/m0009_places/postgres.sql"),
    include_str!("../../migration/src/m0011_variations_and_purchasers/postgres.sql"),
];

/// Tables from which the server may remove rows.
const REMOVED_FROM: [&str; 13] = [
    "case_need",
    "case_restriction",
    "change",
    "cohort_ldu",
    "desired_outcome",
    "person_role",
    "referral_item",
    "service_area",
    "service_availability",
    "service_duty",
    "service_mode",
    "service_need",
    "service_venue",
];

/// The scope of somebody who asks, in the words of the migration m0016.
pub fn scope(
    reach: &str,
    (person, organisation, kind): (Uuid, Uuid, OrganisationKind),
    roles: &[Role],
    today: NaiveDate,
) -> Value {
    let roles: Vec<_> = roles.iter().map(|role| role.code()).collect();
    json!({
        "reach": reach, "person": person, "organisation": organisation, "kind": kind.code(), "roles": roles,
        "today": today,
    })
}

/// A transaction in the server's role, in which `scope` asks; nobody, if it is null. It may write, so that what
/// refuses to is the lock.
pub async fn asking(database: &DatabaseConnection, scope: &Value) -> DatabaseTransaction {
    let transaction = database.begin().await.expect("a transaction");
    transaction.execute_unprepared(&format!("SET LOCAL ROLE {ROLE}")).await.expect("the role");
    for (name, value) in scope.as_object().into_iter().flatten() {
        let words =
            |values: &Vec<Value>| values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
        let value = value.as_array().map_or_else(|| value.as_str().unwrap_or_default().to_owned(), words);
        let statement = "select set_config($1, $2, true)";
        let values = [format!("network.{name}").into(), value.into()];
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, statement, values);
        transaction.query_one_raw(statement).await.expect("a scope");
    }
    transaction
}

/// What a statement came to: how many rows it changed, or why it was refused. The transaction goes on.
pub async fn tried(transaction: &DatabaseTransaction, statement: &str) -> Result<u64, String> {
    let point = transaction.begin().await.expect("a savepoint");
    let done = point.execute_unprepared(statement).await;
    match &done {
        Ok(_) => point.commit().await.expect("the savepoint is kept"),
        Err(_) => point.rollback().await.expect("the savepoint is gone back to"),
    }
    done.map(|done| done.rows_affected()).map_err(|error| error.to_string())
}

/// The first column of what a question answers, as text.
pub async fn texts(database: &impl ConnectionTrait, question: &str) -> BTreeSet<String> {
    let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, question)).await;
    rows.expect("an answer").iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

async fn none(database: &DatabaseConnection, what: &str, question: &str) {
    assert_eq!(texts(database, question).await, BTreeSet::new(), "{what}");
}

#[tokio::test]
async fn every_table_is_locked_and_the_servers_role_owns_nothing() {
    let Some(world) = World::on(System::Postgres).await else { return };
    let database = &world.database;
    let tables = crate::migrations::tables(&world).await;
    let locked = "select relname::text from pg_class where relkind = 'r' and relrowsecurity
        and relnamespace = 'public'::regnamespace";
    assert_eq!(texts(database, locked).await, tables);
    assert_eq!(texts(database, "select distinct tablename::text from pg_policies").await, tables);
    let owned = "select classid::regclass::text || ' ' || objid from pg_shdepend
        where refclassid = 'pg_authid'::regclass and refobjid = 'partner_network_app'::regrole and deptype = 'o'";
    none(database, "owned by the role", owned).await;
    let powers = "select rolname::text from pg_roles where rolname = 'partner_network_app'
        and (rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb or rolreplication)";
    none(database, "the role's powers", powers).await;
    let member =
        "select roleid::regrole::text from pg_auth_members where member = 'partner_network_app'::regrole";
    none(database, "roles that it could take on", member).await;
    let schemas = "select nspname::text from pg_namespace where has_schema_privilege('partner_network_app', oid, 'create')
        or nspname = 'behind' and has_schema_privilege('partner_network_app', oid, 'usage')";
    none(database, "schemas that it may add to, and the one that it may not enter", schemas).await;
    let rights =
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
        and has_table_privilege('partner_network_app', oid, 'truncate, references, trigger')";
    none(database, "tables that it may empty or hang something on", rights).await;
    // A right to a whole table would hold for the columns that are added later.
    let whole =
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
        and has_table_privilege('partner_network_app', oid, 'update')";
    none(database, "tables that it may change every column of", whole).await;
    let removes =
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
        and has_table_privilege('partner_network_app', oid, 'delete')";
    assert_eq!(texts(database, removes).await, BTreeSet::from(REMOVED_FROM.map(str::to_owned)));
    world.end().await;
}

#[tokio::test]
async fn the_servers_role_changes_no_table_and_no_policy() {
    let Some(world) = World::on(System::Postgres).await else { return };
    let transaction = asking(&world.database, &json!({ "reach": "keep" })).await;
    for statement in [
        "create table mine (id int)",
        "create function scope.mine() returns int language sql as 'select 1'",
        "create or replace function scope.acts() returns boolean language sql as 'select true'",
        "alter table person add column mine int",
        "alter table person disable row level security",
        "alter policy seen on person using (true)",
        "create policy mine on person using (true)",
        "drop policy seen on person",
        "drop table reading",
        "truncate reading",
        "delete from audit_event",
        "update audit_event set act = 'none'",
        "update referral set case_id = case_id",
        "select * from behind.seen_case",
        "select behind.is_kept_case(gen_random_uuid())",
        "set local row_security = off; select * from person",
        "insert into seaql_migrations values ('mine', 1)",
    ] {
        let refused = tried(&transaction, statement).await.expect_err(statement);
        let refusals = ["permission denied", "must be owner", "row-level security", "row security"];
        assert!(refusals.iter().any(|words| refused.contains(words)), "{statement}: {refused}");
    }
    transaction.rollback().await.expect("an end");
    world.end().await;
}

#[tokio::test]
async fn where_nothing_is_said_nothing_is_seen() {
    let Some(world) = World::on(System::Postgres).await else { return };
    let tables = crate::migrations::tables(&world).await;
    let count = async |scope: &Value| {
        let transaction = asking(&world.database, scope).await;
        let mut seen = BTreeSet::new();
        for table in &tables {
            let question = format!("select '{table}' from {table} limit 1");
            seen.extend(texts(&transaction, &question).await);
        }
        seen.extend(texts(&transaction, "select name from named_person").await);
        transaction.rollback().await.expect("an end");
        seen
    };
    let nothing = BTreeSet::new();
    assert_eq!(count(&Value::Null).await, nothing);
    assert_eq!(count(&json!({})).await, nothing);
    // Somebody unknown sees the directory, which is everybody's, and those who do not say who they are not even that.
    let gate = BTreeSet::from(["organisation".to_owned()]);
    assert_eq!(count(&json!({ "reach": "gate" })).await, gate);
    assert_eq!(count(&json!({ "reach": "gate", "subject": "nobody" })).await, gate);
    assert_eq!(count(&json!({ "reach": "everything" })).await, gate);
    world.end().await;
}

#[tokio::test]
async fn the_scope_ends_with_its_transaction() {
    let Some(world) = World::on(System::Postgres).await else { return };
    let scope = json!({ "reach": "gate", "subject": "inspector" });
    let people = async |scope: &Value| {
        let transaction = asking(&world.database, scope).await;
        let seen = texts(&transaction, "select subject from person").await;
        transaction.commit().await.expect("an end");
        seen
    };
    assert_eq!(people(&scope).await, BTreeSet::from(["inspector".to_owned()]));
    assert_eq!(people(&Value::Null).await, BTreeSet::new());
    world.end().await;
}

#[tokio::test]
async fn an_act_puts_no_row_where_its_author_sees_none() {
    let Some(world) = World::on(System::Postgres).await else { return };
    let owain = person(&world, "W700001", NPS, json!({})).await;
    accepted(&world, &owain).await;
    let elsewhere =
        service(&world, "Willowdene", "Counselling and skills support programme: single day").await;
    submitted(&world, &owain, &elsewhere, json!({})).await;
    let question = "select (p.id, p.organisation_id)::text from person p where subject = 'yss-manager'";
    let manager = texts(&world.database, question).await.pop_first().expect("a manager");
    let ids: Vec<Uuid> =
        manager.trim_matches(['(', ')']).split(',').map(|id| id.parse().expect("an id")).collect();
    let who = (ids[0], ids[1], OrganisationKind::Provider);
    let mut scope = scope("act", who, &[Role::ProviderManager], rules::london::day(BEGINNING));
    scope["operation"] = "addReferralNote".into();
    let notes = "select count(*)::text from referral_note";
    let before = texts(&world.database, notes).await;
    let mut outcomes = BTreeSet::new();
    let referrals = texts(&world.database, "select id::text from referral").await;
    let transaction = asking(&world.database, &scope).await;
    for referral in referrals {
        let statement = format!(
            "insert into referral_note (id, referral_id, author_id, body, created_at)
            values (gen_random_uuid(), '{referral}', '{}', 'x', now())",
            who.0
        );
        let seen =
            texts(&transaction, &format!("select id::text from referral where id = '{referral}'")).await;
        let done = tried(&transaction, &statement).await;
        assert_eq!(done.is_ok(), !seen.is_empty(), "{referral}: {done:?}");
        outcomes.insert(done.is_ok());
    }
    assert_eq!(outcomes, BTreeSet::from([true, false]), "there are referrals of both kinds");
    transaction.rollback().await.expect("an end");
    assert_eq!(texts(&world.database, notes).await, before);
    world.end().await;
}

/// What stands in quotes in the calls of `scope.does`.
fn acts_named(policies: &str) -> BTreeSet<&str> {
    let calls = policies.split("scope.does(").skip(1);
    let calls = calls.filter_map(|rest| rest.split_once(')')).map(|(arguments, _)| arguments);
    calls.flat_map(|arguments| arguments.split('\'').skip(1).step_by(2)).collect()
}

#[test]
fn every_act_that_a_policy_names_is_a_mutation() {
    let named: BTreeSet<_> = POLICIES.iter().flat_map(|policies| acts_named(policies)).collect();
    assert!(named.contains("importCases") && named.contains("acceptReferral"), "{named:?}");
    let unknown: Vec<_> = named
        .into_iter()
        .filter(|act| *act != "oauth/revoke" && granted(Kind::Mutation, act).is_empty())
        .collect();
    assert!(unknown.is_empty(), "a consequence of what nobody can do: {unknown:?}");
}

/// A login that owns nothing, on a world's own database.
async fn stranger(world: &World) -> (DatabaseConnection, String, String) {
    let login = format!("login_{}", Uuid::now_v7().simple());
    let administrator = postgres::connect(&cluster().expect("a cluster").url("postgres")).await;
    administrator.execute_unprepared(&format!("create role {login} login")).await.expect("a login");
    let url = world.settings.database().replacen("postgres@", &format!("{login}@"), 1);
    (administrator, login, url)
}

#[tokio::test]
async fn a_server_serves_by_a_login_that_owns_nothing_once_it_has_the_role() {
    let Some(world) = World::on(System::Postgres).await else { return };
    let (administrator, login, url) = stranger(&world).await;
    let mut settings = world.settings.clone();
    settings.database_url = Some(url.into());
    let refused = server::start(settings.clone(), Clock::at(BEGINNING)).await.map(|_| ());
    let refused = refused.expect_err("no server without the role");
    for words in [ROLE, "grant", "admit_application"] {
        assert!(refused.contains(words), "{refused:?} should say {words:?}");
    }
    administrator.execute_unprepared(&format!("grant {ROLE} to {login}")).await.expect("a right");
    let running = server::start(settings, Clock::at(BEGINNING)).await.expect("the server starts");
    running.stop().await;
    administrator.execute_unprepared(&format!("drop role {login}")).await.expect("the login goes");
    administrator.close().await.expect("a connection closes");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_who_holds_a_connection_waits_for_another() {
    let world = World::with(System::Postgres, |settings| {
        settings.database_connections = 1;
        settings.audit.flush_milliseconds = 20;
        settings.audit.seal_seconds = 1;
        settings.auth.revocation_poll_milliseconds = 50;
    });
    let Some(world) = world.await else { return };
    let owain = person(&world, "W700002", NPS, json!({})).await;
    accepted(&world, &owain).await;
    let revoke = || json!({ "jti": "lost", "reason": "Lost.", "idempotencyKey": "once" });
    let read =
        "{ a: referrals { nodes { reference referredBy { name } person { familyName } sessions { nodes { number } } } }
        b: cases { nodes { crn sentences { nodes { kind } } } } c: services { nodes { name provider { name } } } }";
    let (admin, officer) = (world.as_person("system-admin"), world.as_person("nps-officer"));
    for _ in 0..5 {
        // The first does it, each other one reads its answer again, and all have the server look for revocations.
        let (revoked, one, other) = tokio::join!(
            admin.mutate("revokeAccess", revoke(), "revocation { id }"),
            officer.query(read, json!({})),
            officer.query(read, json!({})),
        );
        revoked.granted();
        one.granted();
        other.granted();
    }
    world.end().await;
}
