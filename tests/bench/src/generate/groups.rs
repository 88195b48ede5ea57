//! Groups of twelve, who meet twelve times.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use uuid::Uuid;

use super::Loader;
use super::deliveries::{Meeting, hold};
use super::lives::{Referral, audit_beginning};
use super::tables::{Cell, Row, TABLES, Table};
use crate::clock::Result;
use crate::random::Chance;
use crate::{ids, row};

/// How many people are in a group, and how often it meets.
const SIZE: usize = 12;
/// The hour at which groups meet: no session with one person is at it.
const HOUR: i64 = 18;

/// Somebody who waits for a group, with the rows that wait with them.
struct Place<'n> {
    referral: Referral<'n>,
    row: Row,
    hung: Vec<(Table, Row)>,
}

/// Who waits for which service's next group.
#[derive(Default)]
pub struct Groups<'n> {
    waiting: HashMap<Uuid, Vec<Place<'n>>>,
}

impl<'n> Groups<'n> {
    /// Puts somebody down for the next group, which begins when it is full.
    pub async fn join(
        &mut self,
        loader: &mut Loader,
        chance: &mut Chance,
        referral: Referral<'n>,
        row: Row,
        hung: Vec<(Table, Row)>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let waiting = self.waiting.entry(referral.service.id).or_default();
        waiting.push(Place { referral, row, hung });
        if waiting.len() < SIZE {
            return Ok(());
        }
        let group = std::mem::take(waiting);
        meet(loader, chance, group, now).await
    }

    /// Those whose groups are not full wait on.
    pub async fn finish(self, loader: &mut Loader, chance: &mut Chance, _: DateTime<Utc>) -> Result<()> {
        let mut waiting: Vec<_> = self.waiting.into_iter().collect();
        waiting.sort_by_key(|(service, _)| *service);
        for place in waiting.into_iter().flat_map(|(_, places)| places) {
            write(loader, chance, &place, place.row.clone()).await?;
        }
        Ok(())
    }
}

async fn write(loader: &mut Loader, chance: &mut Chance, place: &Place<'_>, row: Row) -> Result<()> {
    loader.add(Table::referral, row).await?;
    for (table, row) in &place.hung {
        loader.add(*table, row.clone()).await?;
    }
    let accepted = place.referral.accepted;
    if place.referral.audited {
        let times = [accepted - TimeDelta::days(2), accepted - TimeDelta::days(1), accepted];
        audit_beginning(loader, chance, &place.referral, times, true, true).await?;
    }
    Ok(())
}

async fn meet(
    loader: &mut Loader,
    chance: &mut Chance,
    group: Vec<Place<'_>>,
    now: DateTime<Utc>,
) -> Result<()> {
    let full = group.iter().map(|place| place.referral.accepted).max().unwrap_or(now);
    let monday = full.date_naive().week(chrono::Weekday::Mon).last_day() + Days::new(1);
    let first = monday.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(HOUR);
    let over = first + TimeDelta::days(7 * SIZE as i64);
    let (status, ended) = if over < now { ("completed", Some(over)) } else { ("in_progress", None) };
    for place in &group {
        let mut row = place.row.clone();
        set(&mut row, "status", status.into());
        set(&mut row, "ended_at", ended.into());
        set(&mut row, "provider_reads_until", ended.map(|ended| ended.date_naive() + Days::new(365)).into());
        set(&mut row, "updated_at", ended.unwrap_or(full).into());
        write(loader, chance, place, row).await?;
    }
    for week in 0..SIZE as i64 {
        let starts = first + TimeDelta::days(7 * week);
        let planned = (starts - TimeDelta::days(7)).min(now - TimeDelta::hours(2));
        let (id, one) = (ids::of(planned, chance), &group[0].referral);
        loader
            .add(
                Table::group_session,
                row![
                    id,
                    one.provider.id,
                    one.service.id,
                    starts,
                    starts + TimeDelta::minutes(120),
                    "Worcester",
                    1_i64,
                    planned
                ],
            )
            .await?;
        for place in &group {
            let meeting = Meeting { number: week + 1, starts, minutes: 120, group: Some(id), recorded: true };
            hold(loader, chance, &place.referral, &meeting, now).await?;
        }
    }
    Ok(())
}

fn set(row: &mut Row, column: &str, value: Cell) {
    let place = TABLES[Table::referral as usize].2.iter().position(|name| *name == column);
    row[place.expect("a column of referrals")] = value;
}
