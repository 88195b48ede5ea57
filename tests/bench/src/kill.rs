//! A server that is killed while it writes has lost nothing that it acknowledged, and has left nothing half done.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::{Connection as _, SqliteConnection};
use tokio::task::JoinSet;
use uuid::Uuid;

use crate::clock::{Result, now};
use crate::ids;
use crate::keys::Issuer;
use crate::load::{Client, Shots, check};
use crate::operations::{self, Draw, FRESH};
use crate::place;
use crate::random::Chance;
use crate::sides::{Side, Stage};

/// How often it is killed, and how many write meanwhile.
#[derive(clap::Args)]
pub struct Kill {
    #[command(flatten)]
    place: place::Choice,
    /// How often.
    #[arg(long, default_value_t = 200)]
    times: usize,
    /// How many write at once: each number in its turn.
    #[arg(long, value_delimiter = ',', default_value = "1,16,64")]
    writers: Vec<usize>,
    /// The longest time between the first write and the end, in milliseconds.
    #[arg(long, default_value_t = 400)]
    longest: i64,
}

/// Carries it out, on SQLite.
pub async fn kill(mut plan: Kill) -> Result<()> {
    plan.place.database = "sqlite".to_owned();
    let place = plan.place.open().await?;
    let attendance = operations::named(&["record_attendance".to_owned()])?.remove(0);
    let draws = operations::draw(&place.url, &attendance, plan.place.seed, now()).await?;
    let mut stage = Stage {
        url: String::new(),
        folder: place.folder.clone(),
        issuer: Issuer::make(&place.folder)?,
        api: plan.place.api()?,
        before: None,
        connections: 16,
        quiet: false,
    };
    let mut chance = Chance::new(plan.place.seed);
    let (mut left, mut acknowledged, mut unanswered, mut copies) = (&draws[..0], 0, 0, 0);
    for time in 0..plan.times {
        if left.len() < draws.len() / 10 {
            // What can be recorded is used up: the database begins anew.
            copies += 1;
            stage.url = place.copy("killed").await?;
            left = &draws;
        }
        let side = stage.start("api").await?;
        let writers = plan.writers[time % plan.writers.len()];
        let shots = side.shots(&stage, &attendance, left)?;
        let life = Duration::from_millis(chance.between(20, plan.longest).unsigned_abs());
        let came = write_until_killed(side, shots, writers, life).await?;
        look(&stage.url, left, &came).await.map_err(|error| format!("after kill {}: {error}", time + 1))?;
        acknowledged += came.acknowledged.len();
        unanswered += came.sent - came.acknowledged.len();
        left = &left[came.sent..];
        if (time + 1) % 20 == 0 {
            println!(
                "{} kills: {acknowledged} writes acknowledged, all there; {unanswered} cut off, all whole or not there",
                time + 1
            );
        }
    }
    println!(
        "{} kills among {:?} writers, on {copies} copies: {acknowledged} acknowledged writes, none lost; {unanswered} cut off, none half done",
        plan.times, plan.writers
    );
    Ok(())
}

/// What came of it: how many were sent, and which of them were acknowledged.
struct Came {
    sent: usize,
    acknowledged: HashSet<usize>,
}

async fn write_until_killed(side: Side, shots: Shots, writers: usize, life: Duration) -> Result<Came> {
    let came = Arc::new(Mutex::new(Came { sent: 0, acknowledged: HashSet::new() }));
    let mut tasks = JoinSet::new();
    for _ in 0..writers {
        let mut client = Client::connect(shots.address).await?;
        let (shots, came) = (shots.clone(), Arc::clone(&came));
        tasks.spawn(async move {
            loop {
                let number = {
                    let mut came = came.lock().unwrap_or_else(PoisonError::into_inner);
                    if came.sent >= shots.shots.len() {
                        return Ok(());
                    }
                    came.sent += 1;
                    came.sent - 1
                };
                let shot = &shots.shots[number];
                let body = shot.body.replace(FRESH, &Uuid::now_v7().to_string());
                // No answer any more: it was killed.
                let Ok((status, answer)) = client.post(&shots.path, &shot.token, body).await else {
                    return Ok(());
                };
                check(status, &answer, true).map_err(|error| error.to_string())?;
                came.lock().unwrap_or_else(PoisonError::into_inner).acknowledged.insert(number);
            }
        });
    }
    tokio::time::sleep(life).await;
    // SIGKILL: nothing is finished, nothing is closed.
    side.stop().await?;
    while let Some(done) = tasks.join_next().await {
        let done: std::result::Result<(), String> = done?;
        done?;
    }
    let mut came = came.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Came { sent: came.sent, acknowledged: std::mem::take(&mut came.acknowledged) })
}

/// Looks whether what was acknowledged is there, and whether everything else is whole or not there at all.
async fn look(url: &str, draws: &[Draw], came: &Came) -> Result<()> {
    let mut link = SqliteConnection::connect(url).await?;
    let whole: String = sqlx::query_scalar("pragma quick_check").fetch_one(&mut link).await?;
    if whole != "ok" {
        return Err(whole.into());
    }
    for (number, draw) in draws[..came.sent].iter().enumerate() {
        let id = draw.variables["input"]["sessionId"].as_str().and_then(ids::read).ok_or("a session")?;
        let rows: (i64, i64, i64, i64) = sqlx::query_as(
            "select (select count(*) from session where id = $1 and status = 'recorded'),
             (select count(*) from attendance where session_id = $1),
             (select count(*) from charge where session_id = $1),
             (select count(*) from audit_event where operation = 'recordAttendance' and table_name = 'session' and row_id = $2)",
        )
        .bind(id)
        .bind(id.to_string())
        .fetch_one(&mut link)
        .await?;
        let (done, nothing) = (rows == (1, 1, 1, 1), rows == (0, 0, 0, 0));
        if came.acknowledged.contains(&number) && !done {
            return Err(format!("{id} was acknowledged and is not there: {rows:?}").into());
        }
        if !done && !nothing {
            return Err(format!("{id} is half done: {rows:?}").into());
        }
    }
    Ok(())
}
