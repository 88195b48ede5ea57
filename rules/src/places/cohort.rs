//! What a cohort may be: days, weekly times, places.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, Utc};

use super::PlaceRefusal;
use crate::terms::Weekday;
use crate::{Refusal, Term, london};

/// The most places of a cohort.
pub const MOST_PLACES: i32 = 100;
/// The most times at which a cohort meets in a week.
pub const MOST_TIMES: usize = 14;
/// The most people who run a cohort.
pub const MOST_FACILITATORS: usize = 10;
/// The most LDUs from which people come to a cohort.
pub const MOST_LDUS: usize = 50;

/// A time of the week at which a cohort meets, in Europe/London.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeeklyTime {
    /// The day of the week.
    pub day: Weekday,
    /// When it starts.
    pub starts: NaiveTime,
    /// When it ends, on the same day.
    pub ends: NaiveTime,
}

impl WeeklyTime {
    /// The time of the week from its day and two times of the day, written `18:00`.
    pub fn parse(day: Weekday, starts: &str, ends: &str) -> Option<Self> {
        Some(Self { day, starts: time(starts)?, ends: time(ends)? })
    }

    /// Whether both have a moment of the week in common.
    pub fn meets_with(self, other: Self) -> bool {
        self.day == other.day && self.starts < other.ends && other.starts < self.ends
    }
}

/// The day (Europe/London) on which somebody who joins today or later would begin: the first day of a cohort whose
/// people begin together, and the next day on which one meets that people join one by one.
pub fn next_start(rolling: bool, first_day: NaiveDate, times: &[WeeklyTime], today: NaiveDate) -> NaiveDate {
    if !rolling || today <= first_day {
        return first_day;
    }
    let meets = |day: &NaiveDate| {
        let weekday = Weekday::ALL.get(day.weekday().num_days_from_monday() as usize);
        times.iter().any(|time| Some(&time.day) == weekday)
    };
    let week = (0..7).filter_map(|days| today.checked_add_days(Days::new(days)));
    week.into_iter().find(meets).unwrap_or(today)
}

/// A time of the day in hours and minutes, always in five characters.
fn time(text: &str) -> Option<NaiveTime> {
    let read = NaiveTime::parse_from_str(text, "%H:%M").ok()?;
    (text.len() == 5).then_some(read)
}

/// A cohort as it is to be.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Whether people begin and end one by one, and not together.
    pub rolling: bool,
    /// The first day (Europe/London).
    pub first_day: NaiveDate,
    /// The last day; a rolling cohort may go on without one.
    pub last_day: Option<NaiveDate>,
    /// When it meets.
    pub times: &'a [WeeklyTime],
    /// How many people can be in it.
    pub places: i32,
    /// How many people run it.
    pub facilitators: usize,
    /// How many LDUs people come from.
    pub ldus: usize,
}

/// Everything that is wrong with a cohort.
pub fn check_plan(plan: &Plan<'_>) -> Vec<Refusal<PlaceRefusal>> {
    let mut refusals = Vec::new();
    let mut refuse = |wrong: bool, field: &str, message: &str| {
        if wrong {
            refusals.push(Refusal::of(PlaceRefusal::Invalid, field, message));
        }
    };
    let between = "Give a date between 1900 and 2200.";
    refuse(!london::believable(plan.first_day), "firstDay", between);
    refuse(plan.last_day.is_some_and(|day| !london::believable(day)), "lastDay", between);
    let before = plan.last_day.is_some_and(|day| day < plan.first_day);
    refuse(before, "lastDay", "The last day lies before the first.");
    let endless = plan.last_day.is_none() && !plan.rolling;
    refuse(endless, "lastDay", "A dated cohort has a last day: only a rolling one goes on without.");
    let places = (1..=MOST_PLACES).contains(&plan.places);
    refuse(!places, "places", "A cohort has 1 to 100 places.");
    let times = (1..=MOST_TIMES).contains(&plan.times.len());
    refuse(!times, "weeklyTimes", "A cohort meets at 1 to 14 times in a week.");
    let backwards = plan.times.iter().any(|time| time.starts >= time.ends);
    refuse(backwards, "weeklyTimes", "Each time ends after it starts, on the same day.");
    let clash = plan
        .times
        .iter()
        .enumerate()
        .any(|(at, one)| plan.times.iter().skip(at + 1).any(|other| one.meets_with(*other)));
    refuse(clash, "weeklyTimes", "Two of the times fall together: name each once.");
    refuse(plan.facilitators > MOST_FACILITATORS, "facilitators", "Name at most 10 facilitators.");
    let ldus = (1..=MOST_LDUS).contains(&plan.ldus);
    refuse(!ldus, "lduIds", "Name 1 to 50 LDUs from which people come.");
    refusals
}

/// The instant from which a cohort takes nobody: a dated one when its first day is over, a rolling one after its last;
/// never, if it has none.
pub fn closes_at(rolling: bool, first_day: NaiveDate, last_day: Option<NaiveDate>) -> Option<DateTime<Utc>> {
    let last = if rolling { last_day? } else { first_day };
    Some(london::start_of(last.succ_opt().unwrap_or(last)))
}

/// A time of the week as people write it: `Tuesday 18:00 to 20:30`.
impl std::fmt::Display for WeeklyTime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (starts, ends) = (self.starts.format("%H:%M"), self.ends.format("%H:%M"));
        write!(formatter, "{} {starts} to {ends}", self.day.label())
    }
}
