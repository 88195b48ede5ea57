//! How PostgreSQL would carry out the statements of the operations, whatever values they come with.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::clock::{Result, now};
use crate::keys::Issuer;
use crate::load::{Client, check};
use crate::operations::{self, FRESH};
use crate::sides::Stage;
use crate::{place, wire};

/// A table with more rows than this is never read from end to end.
const LARGE: i64 = 2_000;

/// Which statements are looked at.
#[derive(clap::Args)]
pub struct Plans {
    #[command(flatten)]
    place: place::Choice,
    /// Whose statements: api, mercurius, postgraphile or floor.
    #[arg(long, default_value = "api")]
    side: String,
    /// Which operations; all of them unless said.
    #[arg(long, value_delimiter = ',')]
    operations: Vec<String>,
    /// Show every plan, not only those with a fault.
    #[arg(long)]
    show: bool,
}

/// Explains every statement of the operations; fails if one reads a large table from end to end.
pub async fn plans(plan: Plans) -> Result<()> {
    let place = plan.place.open().await?;
    if !place.is_postgres() {
        return Err("the plans are PostgreSQL's".into());
    }
    let (url, seen) = wire::before(&place.url);
    let stage = Stage {
        url,
        folder: place.folder.clone(),
        issuer: Issuer::make(&place.folder)?,
        api: plan.place.api()?,
        before: None,
        connections: 4,
        quiet: true,
    };
    let side = stage.start(&plan.side).await?;
    let mut link = PgConnection::connect(&place.url).await?;
    link.execute("set plan_cache_mode = force_generic_plan").await?;
    let large: Vec<String> = sqlx::query_scalar(
        "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples > $1",
    )
    .bind(LARGE as f32)
    .fetch_all(&mut link)
    .await?;
    // What the server asked while it started is no operation's.
    seen.take();
    let (mut looked_at, mut faults) = (BTreeSet::new(), 0);
    for operation in operations::named(&plan.operations)?.iter().filter(|operation| side.answers(operation)) {
        let draws = operations::draw(&place.url, operation, plan.place.seed ^ 1, now()).await?;
        let shots = side.shots(&stage, operation, &draws[..draws.len().min(2)])?;
        let mut client = Client::connect(shots.address).await?;
        for shot in shots.shots.iter() {
            let body = shot.body.replace(FRESH, &uuid::Uuid::now_v7().to_string());
            let (status, answer) = client.post(&shots.path, &shot.token, body).await?;
            check(status, &answer, shots.once)?;
        }
        for statement in seen.take() {
            let begins = statement.trim_start().get(..6).unwrap_or_default().to_ascii_lowercase();
            let of_data = ["select", "insert", "update", "delete", "with a"].contains(&begins.as_str());
            if !of_data || !looked_at.insert(statement.clone()) {
                continue;
            }
            let explained = match explain(&mut link, &statement).await {
                Ok(explained) => explained,
                Err(error) => {
                    println!(
                        "{}: cannot be explained beside its server: {error}\n{statement}\n",
                        operation.name
                    );
                    continue;
                }
            };
            let scans = |line: &&String| {
                line.split("Seq Scan on ").nth(1).is_some_and(|rest| {
                    let table = rest.split_whitespace().next().unwrap_or_default().trim_matches('"');
                    large.iter().any(|large| large == table)
                })
            };
            let fault = explained.iter().find(scans);
            faults += usize::from(fault.is_some());
            if fault.is_some() || plan.show {
                println!("{}\n{statement}\n{}\n", operation.name, explained.join("\n"));
            }
        }
    }
    side.stop().await?;
    println!("{} statements; {faults} of them read a large table from end to end", looked_at.len());
    if faults == 0 { Ok(()) } else { Err("a large table is read from end to end".into()) }
}

/// The plan that holds for any values.
async fn explain(link: &mut PgConnection, statement: &str) -> Result<Vec<String>> {
    let numbers = statement.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    let count = numbers.max().unwrap_or_default();
    link.execute(AssertSqlSafe(format!("prepare looked_at as {statement}"))).await?;
    let values = if count == 0 { String::new() } else { format!("({})", vec!["null"; count].join(", ")) };
    let explained =
        sqlx::query_scalar(AssertSqlSafe(format!("explain (costs off) execute looked_at{values}")));
    let lines: Vec<String> = explained.fetch_all(&mut *link).await?;
    link.execute("deallocate looked_at").await?;
    Ok(lines)
}
