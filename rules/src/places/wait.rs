//! How long people wait for a service: what the last starts say, and nothing where there are too few.

use chrono::{DateTime, NaiveDate, Utc};

use crate::london;

/// How many starts are looked at: the last ones.
pub const LAST_STARTS: usize = 20;
/// With fewer starts than this the wait is unknown.
pub const FEWEST_STARTS: usize = 5;

/// Somebody's start: from the first submission of the referral to the first session attended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// When the referral was first submitted.
    pub submitted_at: DateTime<Utc>,
    /// When the first session that the person attended began.
    pub started_at: DateTime<Utc>,
}

impl Start {
    /// The days waited, by the calendar in London.
    fn days(self) -> i64 {
        (london::day(self.started_at) - london::day(self.submitted_at)).num_days().max(0)
    }
}

/// The wait that is to be expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExpectedWait {
    /// The median in days, half a day counted up; none with fewer than five starts.
    pub days: Option<i64>,
    /// How many starts it is taken from, twenty at most; none where the wait is unknown.
    pub starts: usize,
    /// The days of the first and of the last of these starts; none where the wait is unknown, so that nobody's start is
    /// told.
    pub between: Option<(NaiveDate, NaiveDate)>,
}

/// The median of the last twenty starts.
pub fn expected_wait(starts: &[Start]) -> ExpectedWait {
    let mut last = starts.to_vec();
    last.sort_unstable_by_key(|start| std::cmp::Reverse(start.started_at));
    last.truncate(LAST_STARTS);
    let known = last.len() >= FEWEST_STARTS;
    let mut days: Vec<_> = last.iter().map(|start| start.days()).collect();
    days.sort_unstable();
    let ends = last.last().zip(last.first());
    let between = ends.map(|(first, last)| (london::day(first.started_at), london::day(last.started_at)));
    ExpectedWait {
        days: if known { median(&days) } else { None },
        starts: if known { last.len() } else { 0 },
        between: between.filter(|_| known),
    }
}

fn median(sorted: &[i64]) -> Option<i64> {
    let middle = sorted.len() / 2;
    let upper = *sorted.get(middle)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = *sorted.get(middle.checked_sub(1)?)?;
    Some((lower + upper + 1) / 2)
}
