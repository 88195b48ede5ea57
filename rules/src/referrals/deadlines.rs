//! Days that follow from a referral's own.

use crate::terms::Urgency;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The most working days that a service may take to answer.
const LONGEST: i32 = 365;

/// The day (Europe/London) by which the provider should accept or decline.
///
/// Counted in working days, Monday to Friday, after the day of submission: a routine referral has the
/// service's days, a priority one half of them (rounded down, at least one), an urgent one a single day. Bank
/// holidays are not left out: they differ by nation and year and are no rule of the network.
pub fn respond_by(submitted_on: NaiveDate, urgency: Urgency, respond_within_days: i32) -> NaiveDate {
    let usual = respond_within_days.clamp(1, LONGEST);
    let mut left = match urgency {
        Urgency::Routine => usual,
        Urgency::Priority => (usual / 2).max(1),
        Urgency::Urgent => 1,
    };
    let mut day = submitted_on;
    while left > 0 {
        let Some(next) = day.succ_opt() else { break };
        day = next;
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    day
}

/// The day (Europe/London) from which a provider no longer reads a referral that ended: so many months
/// later, by policy (DOMAIN.md: twelve). It reads on every day before.
pub fn provider_reads_until(ended_on: NaiveDate, months: u32) -> NaiveDate {
    ended_on.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// Whether a provider may no longer record what it delivered before the referral's end: so many days after it,
/// by policy. On the last of these days it still may.
pub fn paperwork_over(ended_on: Option<NaiveDate>, days: u32, today: NaiveDate) -> bool {
    let last = ended_on.and_then(|ended_on| ended_on.checked_add_days(Days::new(days.into())));
    last.is_some_and(|last| today > last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Term;
    use proptest::prelude::*;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
    }

    #[test]
    fn paperwork_is_late_after_the_last_of_the_days_that_policy_gives() {
        let ended = date(2017, 10, 2);
        assert!(!paperwork_over(Some(ended), 28, ended));
        assert!(!paperwork_over(Some(ended), 28, date(2017, 10, 30)));
        assert!(paperwork_over(Some(ended), 28, date(2017, 10, 31)));
        assert!(!paperwork_over(None, 0, date(2100, 1, 1)));
    }

    /// A Monday.
    const MONDAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 10, 2).expect("a day of the calendar");

    #[test]
    fn a_routine_referral_has_the_services_working_days() {
        assert_eq!(respond_by(MONDAY, Urgency::Routine, 5), date(2017, 10, 9));
        assert_eq!(respond_by(MONDAY, Urgency::Routine, 4), date(2017, 10, 6));
    }

    #[test]
    fn a_priority_referral_has_half_of_them_and_at_least_one() {
        assert_eq!(respond_by(MONDAY, Urgency::Priority, 5), date(2017, 10, 4));
        assert_eq!(respond_by(MONDAY, Urgency::Priority, 1), date(2017, 10, 3));
    }

    #[test]
    fn an_urgent_referral_is_answered_by_the_next_working_day() {
        assert_eq!(respond_by(MONDAY, Urgency::Urgent, 10), date(2017, 10, 3));
        assert_eq!(respond_by(date(2017, 10, 6), Urgency::Urgent, 10), date(2017, 10, 9));
    }

    #[test]
    fn what_is_sent_at_the_weekend_counts_from_monday() {
        for day in [7, 8] {
            assert_eq!(respond_by(date(2017, 10, day), Urgency::Urgent, 5), date(2017, 10, 9));
        }
    }

    #[test]
    fn a_setting_beyond_reason_does_no_harm() {
        assert_eq!(respond_by(MONDAY, Urgency::Routine, i32::MIN), date(2017, 10, 3));
        assert!(respond_by(MONDAY, Urgency::Routine, i32::MAX) < date(2019, 12, 31));
        assert_eq!(respond_by(NaiveDate::MAX, Urgency::Routine, 5), NaiveDate::MAX);
    }

    #[test]
    fn a_provider_reads_for_the_months_that_policy_sets() {
        assert_eq!(provider_reads_until(date(2017, 10, 2), 12), date(2018, 10, 2));
        assert_eq!(provider_reads_until(date(2017, 8, 31), 6), date(2018, 2, 28));
        assert_eq!(provider_reads_until(date(2017, 8, 31), u32::MAX), NaiveDate::MAX);
    }

    proptest! {
        #[test]
        fn the_more_urgent_the_sooner_and_always_on_a_working_day(days in 0_u64..2_000, within in 1_i32..60) {
            let submitted = MONDAY + chrono::Days::new(days);
            let by: Vec<_> = Urgency::ALL.iter().map(|&urgency| respond_by(submitted, urgency, within)).collect();
            prop_assert!(by[0] >= by[1] && by[1] >= by[2] && by[2] > submitted);
            prop_assert!(by.iter().all(|day| day.weekday().num_days_from_monday() < 5));
        }
    }
}
