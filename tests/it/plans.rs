//! How PostgreSQL carries out what people ask most when tables are long: none of these is read from end to end.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};

use crate::wire::{self, Statements};
use crate::world::{System, World};

/// Tables that are long in any network.
const LONG: [&str; 7] =
    ["probation_case", "referral", "shared_person", "session", "attendance", "feedback", "charge"];
/// How long they are made.
const ROWS: u64 = 8_000;

/// A row like one that is there for each row of another table: the table, which row, for what, and what is its own.
const LIKE_ONE: [(&str, &str, &str, &str); 7] = [
    (
        "probation_case",
        "true",
        "generate_series(1, 8000) n",
        "'id', gen_random_uuid(), 'crn', 'Q' || lpad(n::text, 6, '0')",
    ),
    (
        "referral",
        "submitted_at is not null and ended_at is null",
        "(select id, row_number() over (order by crn) n from probation_case where crn like 'Q%') o,
         (select array_agg(id order by id) ids from organisation) a",
        "'id', gen_random_uuid(), 'reference', 'Q' || o.n, 'case_id', o.id, 'holder_id', a.ids[1 + o.n % cardinality(a.ids)]",
    ),
    (
        "shared_person",
        "true",
        "(select id, case_id from referral where reference like 'Q%') o",
        "'referral_id', o.id, 'case_id', o.case_id",
    ),
    (
        "session",
        "status = 'recorded'",
        "(select id, case_id from referral where reference like 'Q%') o",
        "'id', gen_random_uuid(), 'referral_id', o.id, 'case_id', o.case_id, 'group_session_id', null",
    ),
    (
        "attendance",
        "superseded_at is null",
        OF_SESSION,
        "'id', gen_random_uuid(), 'session_id', o.id, 'referral_id', o.referral_id",
    ),
    (
        "feedback",
        "superseded_at is null",
        OF_SESSION,
        "'id', gen_random_uuid(), 'session_id', o.id, 'referral_id', o.referral_id",
    ),
    (
        "charge",
        "kind = 'charge'",
        OF_SESSION,
        "'id', gen_random_uuid(), 'session_id', o.id, 'referral_id', o.referral_id",
    ),
];
const OF_SESSION: &str = "(select s.id, s.referral_id from session s join referral f on f.id = s.referral_id where f.reference like 'Q%') o";

/// A world whose tables are long and whose statements are seen; none where PostgreSQL is not installed.
async fn long() -> Option<(World, Statements)> {
    let mut statements = Statements::default();
    let world = World::with(System::Postgres, |settings| {
        let (url, seen) = wire::before(&settings.database());
        settings.database_url = Some(url.into());
        settings.auth.revocation_poll_milliseconds = 3_600_000;
        settings.auth.revocation_patience_seconds = 7_200;
        statements = seen;
    });
    let world = world.await?;
    for (table, which, of, own) in LIKE_ONE {
        let sql = format!(
            "insert into {table} select r.* from (select * from {table} where {which} limit 1) t, {of},
             lateral jsonb_populate_record(null::{table}, to_jsonb(t) || jsonb_build_object({own})) r"
        );
        let added = world.database.execute_unprepared(&sql).await.expect(table).rows_affected();
        assert!(added >= ROWS, "{table}: the demonstration has no row to make others like: {added}");
    }
    let learn = "analyze; set random_page_cost = 1.1; set plan_cache_mode = force_generic_plan";
    world.database.execute_unprepared(learn).await.expect("an analysis, and the settings of a fast disk");
    Some((world, statements))
}

async fn rows(world: &World, sql: String) -> Vec<String> {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let rows = world.database.query_all_raw(statement).await.expect("rows");
    rows.iter().map(|row| row.try_get_by_index(0).expect("a text")).collect()
}

/// The plan that holds whatever the values are.
async fn plan(world: &World, statement: &str) -> String {
    let numbers = statement.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    let count = numbers.max().unwrap_or_default();
    let values = if count == 0 { String::new() } else { format!("({})", vec!["null"; count].join(", ")) };
    let database = &world.database;
    database.execute_unprepared(&format!("prepare looked_at as {statement}")).await.expect(statement);
    let plan = rows(world, format!("explain (costs off) execute looked_at{values}")).await;
    database.execute_unprepared("deallocate looked_at").await.expect("it goes");
    plan.join("\n")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn nothing_that_people_ask_often_reads_a_long_table_from_end_to_end() {
    let Some((world, statements)) = long().await else { return };
    let mine = world.as_person("nps-officer");
    let inbox =
        "{ referrals(first: 50) { nodes { id reference service { name } provider { name } worker { name }
        person { familyName } case { id crn } } } }";
    let found = mine.query("{ cases(first: 1) { nodes { id } } }", json!({})).await.granted();
    let case = json!({ "id": found.text("/cases/nodes/0/id") });
    let case_view = "query($id: ID!) { case(id: $id) { crn officer { name } referrals { nodes { reference service { name } provider { name }
        charges { nodes { money { amount } } } sessions { nodes { number attendance { outcome } feedback { nextSteps } attendanceHistory { nodes { outcome } } } } } } } }";
    let sent = "{ referrals(first: 50, filter: { statuses: [SUBMITTED, ACCEPTED, IN_PROGRESS] }) { nodes { reference person { familyName }
        attendance { attended } } } }";
    let asked: [(&str, &str, Value); 4] = [
        ("nps-officer", inbox, json!({})),
        ("nps-officer", case_view, case),
        ("yss-manager", sent, json!({})),
        ("nps-officer", "{ rateCard(first: 50) { nodes { money { amount } service { name } } } }", json!({})),
    ];
    let mut looked_at = BTreeSet::new();
    for (who, document, variables) in asked {
        statements.take();
        world.as_person(who).query(document, variables).await.granted();
        for statement in statements.take() {
            if !statement.starts_with("SELECT") || !looked_at.insert(statement.clone()) {
                continue;
            }
            let plan = plan(&world, &statement).await;
            let scanned = LONG.iter().find(|table| {
                plan.lines().any(|line| {
                    let of = line.split("Seq Scan on ").nth(1).unwrap_or_default();
                    of.split_whitespace().next() == Some(**table)
                })
            });
            assert!(scanned.is_none(), "{scanned:?} is read from end to end\n{statement}\n{plan}");
        }
    }
    assert!(looked_at.len() > 10, "hardly anything was looked at: {looked_at:?}");
    world.end().await;
}
