//! Use and demand: what became of referrals, how long people waited, and what it came to.

use crate::term;
use crate::terms::ReferralStatus;
use chrono::NaiveDate;

/// Of fewer starts than this no wait is told: it would be somebody's own.
pub const FEWEST_STARTS: usize = 5;

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

/// A referral that was submitted, as far as demand goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Referred {
    /// The day of first submission (Europe/London).
    pub on: NaiveDate,
    /// Where it is in its life.
    pub status: ReferralStatus,
    /// Whether the provider has answered it.
    pub is_decided: bool,
    /// The day of the first session that was attended; none while there is none.
    pub started_on: Option<NaiveDate>,
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
pub fn demand(referred: &[Referred]) -> Demand {
    let count = |counts: &dyn Fn(&&Referred) -> bool| {
        i64::try_from(referred.iter().filter(counts).count()).unwrap_or(i64::MAX)
    };
    let waits = referred.iter().filter_map(|one| Some((one.started_on? - one.on).num_days().max(0)));
    let waits: Vec<_> = waits.collect();
    Demand {
        referrals: count(&|_| true),
        accepted: count(&|one| one.is_decided && one.status != ReferralStatus::Declined),
        declined: count(&|one| one.status == ReferralStatus::Declined),
        unanswered: count(&|one| one.status == ReferralStatus::Submitted),
        started: i64::try_from(waits.len()).unwrap_or(i64::MAX),
        median_wait: median(waits),
    }
}

/// The one in the middle; of two, what lies between, half a day up.
fn median(mut waits: Vec<i64>) -> Option<i64> {
    if waits.len() < FEWEST_STARTS {
        return None;
    }
    waits.sort_unstable();
    let middle = waits.len() / 2;
    let upper = waits[middle];
    Some(if waits.len() % 2 == 1 { upper } else { (waits[middle - 1] + upper + 1) / 2 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    const DAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 4, 1).expect("a day of the calendar");

    fn referred(status: ReferralStatus, is_decided: bool, wait: Option<i64>) -> Referred {
        Referred { on: DAY, status, is_decided, started_on: wait.map(|days| DAY + TimeDelta::days(days)) }
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
        assert_eq!(demand(&[]), Demand::default());
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
            days in prop::collection::vec(0_i64..400, FEWEST_STARTS..60),
        ) {
            let all: Vec<_> =
                days.iter().map(|days| referred(ReferralStatus::InProgress, true, Some(*days))).collect();
            let median = demand(&all).median_wait.expect("enough starts");
            let shorter = days.iter().filter(|wait| **wait <= median).count();
            let longer = days.iter().filter(|wait| **wait >= median).count();
            prop_assert!(2 * shorter >= days.len());
            prop_assert!(2 * longer + 1 >= days.len() || days.len().is_multiple_of(2));
        }
    }
}
