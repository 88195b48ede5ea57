//! Use and demand: what became of referrals, how long people waited, and what it came to.

use std::collections::BTreeMap;

use crate::rate_card::{Period, Step};
use crate::term;
use crate::terms::ReferralStatus;
use chrono::{Days, NaiveDate};

/// Of fewer starts than this no wait is told: it would be somebody's own.
pub const FEWEST_STARTS: i64 = 5;

term! {
    /// By what use and demand are broken down.
    DemandBy {
        /// By service.
        Service "service" "SERVICE" "Service";
        /// By need: a referral counts for each need of its desired outcomes.
        Need "need" "NEED" "Need";
        /// By area: the local delivery unit that the referral shares.
        Area "area" "AREA" "Area";
        /// By who pays.
        Purchaser "purchaser" "PURCHASER" "Purchaser";
        /// By month: of first submission, and of delivery for what was spent.
        Month "month" "MONTH" "Month";
    }
}

/// Referrals that were submitted and are alike, as far as demand goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Where they are in their lives.
    pub status: ReferralStatus,
    /// Whether the provider has answered them.
    pub is_decided: bool,
    /// The days from first submission to the first session that was attended (Europe/London); none while there is none.
    pub waited: Option<i64>,
    /// How many they are.
    pub referrals: i64,
}

/// What became of referrals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// How many were submitted.
    pub referrals: i64,
    /// How many of them the provider accepted, whatever became of them.
    pub accepted: i64,
    /// How many it declined.
    pub declined: i64,
    /// How many wait for its answer.
    pub unanswered: i64,
    /// How many came to a session that was attended.
    pub started: i64,
    /// The median of the days from submission to that session; none of fewer starts than [`FEWEST_STARTS`].
    pub median_wait: Option<i64>,
}

/// What became of these referrals.
pub fn demand<'t>(tallies: impl IntoIterator<Item = &'t Tally>) -> Demand {
    let mut demand = Demand::default();
    let mut waits = BTreeMap::new();
    for tally in tallies {
        let add = |count: &mut i64, counts: bool| {
            if counts {
                *count = count.saturating_add(tally.referrals);
            }
        };
        let is_declined = tally.status == ReferralStatus::Declined;
        add(&mut demand.referrals, true);
        add(&mut demand.accepted, tally.is_decided && !is_declined);
        add(&mut demand.declined, is_declined);
        add(&mut demand.unanswered, tally.status == ReferralStatus::Submitted);
        add(&mut demand.started, tally.waited.is_some());
        if let Some(days) = tally.waited {
            // A session that was in the diary before the referral was sent is no wait.
            add(waits.entry(days.max(0)).or_default(), true);
        }
    }
    demand.median_wait = if demand.started < FEWEST_STARTS { None } else { median(&waits) };
    demand
}

/// A change of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The first day of the new price (Europe/London).
    pub on: NaiveDate,
    /// The price of a unit on the day before, in pence.
    pub was: i64,
    /// The new price of a unit, in pence.
    pub is: i64,
}

/// An amount in pence shared out among so many, to the penny: the first get what is left over.
pub fn shares_of(pence: i64, among: usize) -> Vec<i64> {
    let Ok(parts) = i64::try_from(among) else { return Vec::new() };
    if parts == 0 {
        return Vec::new();
    }
    let (each, over) = (pence.div_euclid(parts), pence.rem_euclid(parts));
    (0..parts).map(|part| each + i64::from(part < over)).collect()
}

/// Where a price changed: the days on which another amount holds than on the day before. A first price is no change, and
/// neither is one after a gap.
pub fn turns(steps: &[Step]) -> Vec<Turn> {
    let mut ordered = steps.to_vec();
    ordered.sort_by_key(|step| step.period.from);
    let turn = |pair: &[Step]| match pair {
        [one, next] if one.period.to == Some(next.period.from) && one.pence != next.pence => {
            Some(Turn { on: next.period.from, was: one.pence, is: next.pence })
        }
        _ => None,
    };
    ordered.windows(2).filter_map(turn).collect()
}

/// As many days before a day as from it on; none where the calendar has not so many.
pub fn around(on: NaiveDate, days: u64) -> Option<[Period; 2]> {
    let (from, to) = (on.checked_sub_days(Days::new(days))?, on.checked_add_days(Days::new(days))?);
    Some([Period { from, to: Some(on) }, Period { from: on, to: Some(to) }])
}

/// The one in the middle of waits of which it is known how many there are of each; of two, what lies between, half a day up.
fn median(waits: &BTreeMap<i64, i64>) -> Option<i64> {
    let all: i64 = waits.values().sum();
    let at = |place: i64| {
        let mut before = 0;
        let found = waits.iter().find(|(_, of)| {
            before += **of;
            place < before
        });
        found.map(|(wait, _)| *wait)
    };
    let (lower, upper) = (at((all - 1) / 2)?, at(all / 2)?);
    Some((lower + upper + 1).div_euclid(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_price_turns_where_another_amount_holds_than_the_day_before() {
        let step = |from: u64, to: Option<u64>, pence| {
            let day = |days| DAY + Days::new(days);
            Step { period: Period { from: day(from), to: to.map(day) }, pence }
        };
        let steps = [step(20, Some(30), 7), step(0, Some(10), 5), step(10, Some(20), 5), step(40, None, 9)];
        assert_eq!(turns(&steps), [Turn { on: DAY + Days::new(20), was: 5, is: 7 }]);
        assert_eq!(turns(&[]), []);
    }

    #[test]
    fn the_windows_before_and_after_have_the_same_days_and_none_in_common() {
        let [before, after] = around(DAY, 90).expect("days of the calendar");
        assert!(!before.overlaps(&after) && before.to == Some(after.from));
        let days = |period: &Period| (period.to.expect("an end") - period.from).num_days();
        assert_eq!((days(&before), days(&after)), (90, 90));
        assert_eq!(around(NaiveDate::MIN, 1), None);
    }

    const DAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 4, 1).expect("a day of the calendar");

    fn referred(status: ReferralStatus, is_decided: bool, waited: Option<i64>) -> Tally {
        Tally { status, is_decided, waited, referrals: 1 }
    }

    #[test]
    fn what_became_of_referrals_is_counted_by_where_they_are() {
        let all = [
            referred(ReferralStatus::Submitted, false, None),
            referred(ReferralStatus::Accepted, true, None),
            referred(ReferralStatus::InProgress, true, Some(10)),
            referred(ReferralStatus::EndedEarly, true, Some(2)),
            referred(ReferralStatus::Declined, true, None),
            // Before the provider answered.
            referred(ReferralStatus::Withdrawn, false, None),
        ];
        let expected =
            Demand { referrals: 6, accepted: 3, declined: 1, unanswered: 1, started: 2, median_wait: None };
        assert_eq!(demand(&all), expected);
        assert_eq!(demand([].iter()), Demand::default());
    }

    #[test]
    fn a_wait_is_told_of_five_starts_and_more() {
        let waits = |days: &[i64]| {
            let all: Vec<_> =
                days.iter().map(|days| referred(ReferralStatus::InProgress, true, Some(*days))).collect();
            demand(&all).median_wait
        };
        assert_eq!(waits(&[1, 2, 3, 4]), None);
        assert_eq!(waits(&[50, 2, 3, 4, 1]), Some(3));
        assert_eq!(waits(&[1, 2, 3, 6, 7, 8]), Some(5));
        // A session put in the diary before the referral was sent is no wait.
        assert_eq!(waits(&[-3, -2, -1, 0, 0]), Some(0));
    }

    proptest! {
        #[test]
        fn half_of_those_who_started_waited_no_longer_than_the_median(
            days in prop::collection::vec(0_i64..400, 5..60_usize),
        ) {
            let all: Vec<_> =
                days.iter().map(|days| referred(ReferralStatus::InProgress, true, Some(*days))).collect();
            let median = demand(&all).median_wait.expect("enough starts");
            let shorter = days.iter().filter(|wait| **wait <= median).count();
            let longer = days.iter().filter(|wait| **wait >= median).count();
            prop_assert!(2 * shorter >= days.len());
            prop_assert!(2 * longer + 1 >= days.len() || days.len().is_multiple_of(2));
        }

        #[test]
        fn it_does_not_matter_whether_those_who_are_alike_are_counted_together(
            groups in prop::collection::vec((0_i64..9, 1_i64..6), 0..20),
        ) {
            let together: Vec<_> = groups
                .iter()
                .map(|(days, of)| Tally { referrals: *of, ..referred(ReferralStatus::InProgress, true, Some(*days)) })
                .collect();
            let apart: Vec<_> = together
                .iter()
                .flat_map(|tally| (0..tally.referrals).map(|_| Tally { referrals: 1, ..*tally }))
                .collect();
            prop_assert_eq!(demand(&together), demand(&apart));
        }
    }
}
