//! How a service fits somebody, and which fits best.

use std::cmp::Reverse;

use chrono::NaiveDate;

use super::{Kept, Offered, Reach, Reachability, TimesFit, times_fit};
use crate::directory::Unavailable;
use crate::places::{ExpectedWait, WeeklyTime};
use crate::rate_card::format_money;
use crate::terms::{DeliveryMode, Need, Purchaser, ServiceUnit};
use crate::{Term, london};

/// How a service fits somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The assessed needs that it works on.
    pub needs: Vec<Need>,
    /// Those of them against which nothing stands.
    pub open_needs: Vec<Need>,
    /// How many reasons stand against eligibility.
    pub unmet: usize,
    /// Whether it takes referrals today.
    pub takes_referrals: bool,
    /// Why it is not available to who would pay; none where it is.
    pub unavailable: Option<Unavailable>,
    /// How the person reaches it.
    pub reach: Reach,
    /// Whether it is delivered at times that the person's commitments allow, for each that is recorded.
    pub times: Vec<(Kept, TimesFit)>,
    /// When the person could start.
    pub start: Start,
    /// RAR days; none where it takes none, or where they are not known.
    pub rar_days: Option<RarNeed>,
    /// What it usually costs; none where there is no price that one may see.
    pub cost: Option<Cost>,
}

/// When somebody could start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start {
    /// The day (Europe/London) from which it is reckoned: today.
    pub today: NaiveDate,
    /// How long people from the same local delivery unit waited lately.
    pub wait: ExpectedWait,
    /// The cohort that they could join next.
    pub cohort: Option<NextCohort>,
    /// Whether it runs in cohorts, none of which takes people from where the person lives.
    pub elsewhere: bool,
    /// The earliest start that the provider states.
    pub stated: Option<NaiveDate>,
}

/// A cohort that somebody could join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextCohort {
    /// Which of the cohorts that were looked at.
    pub at: usize,
    /// Its first day (Europe/London); of one that people join one by one, the next day on which it meets.
    pub starts_on: NaiveDate,
    /// The places that can be booked now.
    pub places_left: i32,
    /// The times of the week at which it meets.
    pub times: Vec<WeeklyTime>,
    /// By day or in the evening.
    pub mode: DeliveryMode,
}

/// Of cohorts, the one to join next: one whose times fit before one whose times clash, one with places before one
/// without, and then the one that starts first.
pub fn next_cohort(cohorts: Vec<NextCohort>, kept: &[Kept]) -> Option<NextCohort> {
    cohorts.into_iter().min_by_key(|cohort| {
        let offered = Offered { times: &cohort.times, modes: &[cohort.mode] };
        let clashes = times_fit(kept, offered) == Some(TimesFit::Clashes);
        (clashes, cohort.places_left < 1, cohort.starts_on, cohort.at)
    })
}

impl Start {
    /// In how many days somebody could start; none where that is not known. A place that can be booked says it; else
    /// what people waited lately; else what the provider states, unless every place of its cohorts is taken.
    pub fn days(&self) -> Option<i64> {
        let until = |day: NaiveDate| (day - self.today).num_days().max(0);
        let stated = self.stated.map(until);
        match &self.cohort {
            Some(cohort) if cohort.places_left > 0 => Some(until(cohort.starts_on)),
            Some(_) => self.wait.days,
            None if self.elsewhere => self.wait.days,
            None => self.wait.days.map(|days| days.max(stated.unwrap_or(0))).or(stated),
        }
    }

    /// What is known of the wait, as a sentence.
    pub fn wait_sentence(&self) -> String {
        let wait = match self.wait.days {
            Some(1) => format!("People waited one day: the median of the last {} starts.", self.wait.starts),
            Some(days) => {
                format!("People waited {days} days: the median of the last {} starts.", self.wait.starts)
            }
            None => "How long people wait is not known: fewer than five have started.".to_owned(),
        };
        match self.stated.filter(|day| self.today < *day) {
            _ if self.elsewhere => format!("No cohort that is planned takes people from there. {wait}"),
            Some(day) => format!("{wait} Its provider says: from {}.", london::written(day)),
            None => wait,
        }
    }
}

impl NextCohort {
    /// It as a sentence.
    pub fn sentence(&self) -> String {
        let day = london::written(self.starts_on);
        match self.places_left {
            ..=0 => format!("The next cohort starts on {day}; every place is taken."),
            1 => format!("The next cohort starts on {day}, with one place left."),
            left => format!("The next cohort starts on {day}, with {left} places left."),
        }
    }
}

/// RAR days that a service takes, and those that are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RarNeed {
    /// What its usual length takes.
    pub wanted: i32,
    /// What the court's maximum leaves.
    pub left: i32,
}

impl RarNeed {
    /// Whether they suffice.
    pub const fn suffice(&self) -> bool {
        self.wanted <= self.left
    }

    /// It as a sentence.
    pub fn sentence(&self) -> String {
        let suffice = if self.suffice() { "enough" } else { "not enough" };
        format!(
            "It usually takes {}; left: {}, which is {suffice}.",
            counted(self.wanted, "RAR day"),
            self.left
        )
    }
}

/// What a service usually costs who would pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Who would pay.
    pub payer: Purchaser,
    /// Today's price of a unit, in pence.
    pub unit_pence: i64,
    /// The unit.
    pub unit: ServiceUnit,
    /// How many units a person usually receives.
    pub units: i32,
}

impl Cost {
    /// The price of as many units as a person usually receives, in pence.
    pub const fn pence(&self) -> i64 {
        self.unit_pence.saturating_mul(self.units as i64)
    }

    /// How it is reckoned: `12 sessions at £54.25`.
    pub fn reckoned(&self) -> String {
        let unit = self.unit.label().to_lowercase();
        format!("{} at {}", counted(self.units, &unit), format_money(self.unit_pence))
    }

    /// It as a sentence.
    pub fn sentence(&self) -> String {
        let total = format_money(self.pence());
        format!("It usually costs the {} {total}: {}.", self.payer.label(), self.reckoned())
    }
}

impl Fit {
    /// Whether somebody can be referred today.
    pub const fn can_be_used(&self) -> bool {
        self.unmet == 0 && self.takes_referrals && self.unavailable.is_none()
    }

    fn clashes(&self) -> bool {
        self.times.iter().any(|(_, fit)| *fit == TimesFit::Clashes)
    }

    /// The order of fits (decision 0017). First what can be had at all: whom one can refer today, from where the service
    /// takes people, and whether it has a price, without which nothing is submitted. Then what it is for: needs against
    /// which nothing stands, then all needs. Then what would make it fail: RAR days that do not suffice, times that clash,
    /// the way there. Then how soon, by whole weeks, and at last what it costs. What is not known comes after what is.
    pub(super) fn place(&self) -> impl Ord + use<> {
        let weeks = self.start.days().map(|days| days / 7);
        let cost = self.cost.map(|cost| cost.pence());
        (
            !self.can_be_used(),
            self.reach.how == Reachability::NotServed,
            cost.is_none(),
            Reverse(self.open_needs.len()),
            Reverse(self.needs.len()),
            self.rar_days.is_some_and(|days| !days.suffice()),
            self.clashes(),
            self.reach.grade(),
            (weeks.is_none(), weeks),
            cost,
        )
    }

    /// What it does for the needs, as a sentence.
    pub fn needs_sentence(&self) -> String {
        let works_on = format!("Works on: {}.", labels(&self.needs));
        match self.open_needs.as_slice() {
            [] => format!("{works_on} Something stands against each of these needs already."),
            open => format!("{works_on} Nothing stands yet against: {}.", labels(open)),
        }
    }

    /// Whether what it asks is met, as a sentence.
    pub fn eligibility_sentence(&self) -> String {
        match self.unmet {
            0 => "All criteria are met.".to_owned(),
            1 => "One criterion is not met.".to_owned(),
            unmet => format!("Of what it asks, {unmet} things are not met."),
        }
    }

    /// Whether it can be used by who would pay, as a sentence.
    pub fn availability_sentence(&self) -> String {
        match (&self.unavailable, self.takes_referrals) {
            (Some(why), _) => why.message(),
            (None, false) => "It takes no referrals today.".to_owned(),
            (None, true) => "It takes referrals, and is available to who would pay.".to_owned(),
        }
    }

    /// Why it stands where it does, as sentences, in the order in which they count.
    pub fn why(&self) -> Vec<String> {
        let mut why = vec![self.eligibility_sentence(), self.availability_sentence(), self.needs_sentence()];
        why.extend(self.rar_days.map(|days| days.sentence()));
        why.extend(self.times.iter().map(|(kept, fit)| kept.sentence(*fit)));
        why.push(self.reach.sentence());
        why.extend(self.start.cohort.as_ref().map(NextCohort::sentence));
        why.push(self.start.wait_sentence());
        let unpriced = || "It has no price today, or none that you may see.".to_owned();
        why.push(self.cost.map_or_else(unpriced, |cost| cost.sentence()));
        why
    }
}

fn counted(number: i32, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

fn labels(needs: &[Need]) -> String {
    needs.iter().map(|need| need.label().to_lowercase()).collect::<Vec<_>>().join(", ")
}

/// Puts the best fits first. What fits alike stays in the order in which it came.
pub fn rank<T>(fits: &mut [(Fit, T)]) {
    fits.sort_by_key(|(fit, _)| fit.place());
}
