//! Budgets: what a local delivery unit may spend in a period, what was delivered, and what is committed.

use crate::text::Codes;
use crate::{Refusal, london, term};
use chrono::NaiveDate;

term! {
    /// Why a budget is refused.
    BudgetRefusal {
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// The period ends before it begins, or on the same day.
        EmptyPeriod "empty_period" "EMPTY_PERIOD" "Empty period";
        /// The LDU has a budget for some of these days already.
        Overlaps "overlaps" "OVERLAPS" "Overlaps";
        /// The LDU is another organisation's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// The budget was changed already: change what took its place.
        Superseded "superseded" "SUPERSEDED" "Superseded";
    }
}

/// The codes of what is wrong with a text.
pub const TEXT: Codes<BudgetRefusal> = Codes {
    missing: BudgetRefusal::Required,
    too_long: BudgetRefusal::TooLong,
    invalid: BudgetRefusal::Invalid,
};

/// The days of a budget (Europe/London): a financial year, say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
}

impl Days {
    /// Whether a day is one of them.
    pub fn contain(&self, day: NaiveDate) -> bool {
        self.from <= day && day < self.to
    }

    /// Whether two periods have a day in common.
    pub fn overlap(&self, other: &Self) -> bool {
        self.from < other.to && other.from < self.to
    }
}

/// Everything that keeps an amount from being the budget of these days, beside the others of the LDU.
pub fn check_budget(pence: i64, days: &Days, others: &[Days]) -> Vec<Refusal<BudgetRefusal>> {
    let mut refusals = Vec::new();
    if pence < 0 {
        let message = "A budget is an amount of zero or more.";
        refusals.push(Refusal::of(BudgetRefusal::Invalid, "pence", message));
    }
    for (field, day) in [("startsOn", days.from), ("endsOn", days.to)] {
        if !london::believable(day) {
            let message = "Give a date between 1900 and 2200.";
            refusals.push(Refusal::of(BudgetRefusal::Invalid, field, message));
        }
    }
    if days.to <= days.from {
        let message = "The period has no day: give an end after its first day.";
        refusals.push(Refusal::of(BudgetRefusal::EmptyPeriod, "endsOn", message));
    } else if let Some(other) = others.iter().find(|other| other.overlap(days)) {
        refusals.push(overlaps(other));
    }
    refusals
}

fn overlaps(other: &Days) -> Refusal<BudgetRefusal> {
    let last = other.to.pred_opt().unwrap_or(other.to);
    let message = format!(
        "The LDU has a budget from {} to {} already: change it, or choose other days.",
        london::written(other.from),
        london::written(last)
    );
    Refusal::of(BudgetRefusal::Overlaps, "startsOn", message)
}

/// A budget is set for the LDUs of one's own organisation.
pub fn may_set(owner: u128, organisation: u128) -> Result<(), Refusal<BudgetRefusal>> {
    if owner == organisation {
        return Ok(());
    }
    let message = "The LDU is another organisation's, whose managers set its budget.";
    Err(Refusal::of(BudgetRefusal::NotPermitted, "lduId", message))
}

/// A budget is changed once; what took its place is changed next.
pub fn may_change(is_superseded: bool) -> Result<(), Refusal<BudgetRefusal>> {
    if !is_superseded {
        return Ok(());
    }
    let message = "This budget was changed already: change what took its place.";
    Err(Refusal::new(BudgetRefusal::Superseded, message))
}

/// What a live referral still commits, in pence: the price of the units expected, less what was charged; nothing once
/// more was charged than expected.
pub const fn commitment(expected_total: i64, charged: i64) -> i64 {
    let left = expected_total.saturating_sub(charged);
    if left < 0 { 0 } else { left }
}

/// Where a budget stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What was charged for deliveries on its days, in pence.
    pub delivered: i64,
    /// What live referrals still commit, in pence.
    pub committed: i64,
}

impl Standing {
    /// What is left of a budget, in pence; below zero where it is overspent.
    pub const fn remaining(&self, budget: i64) -> i64 {
        budget.saturating_sub(self.delivered).saturating_sub(self.committed)
    }
}

/// Where the budget of these days stands. What is still to be delivered is committed to the budget of today.
pub fn standing(days: &Days, today: NaiveDate, delivered: &[(NaiveDate, i64)], committed: i64) -> Standing {
    let within = delivered.iter().filter(|(day, _)| days.contain(*day)).map(|(_, pence)| *pence);
    Standing {
        delivered: within.fold(0, i64::saturating_add),
        committed: if days.contain(today) { committed } else { 0 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn day(year: i32, month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, 1).expect("a day of the calendar")
    }

    const YEAR: Days = Days { from: day(2017, 4), to: day(2018, 4) };

    fn codes(pence: i64, days: Days, others: &[Days]) -> Vec<BudgetRefusal> {
        check_budget(pence, &days, others).into_iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn a_budget_is_for_days_that_no_other_of_the_ldu_has() {
        assert_eq!(codes(0, YEAR, &[]), []);
        let next = Days { from: day(2018, 4), to: day(2019, 4) };
        assert_eq!(codes(1, next, &[YEAR]), []);
        let half = Days { from: day(2017, 10), to: day(2018, 10) };
        assert_eq!(codes(1, half, &[next, YEAR]), [BudgetRefusal::Overlaps]);
        assert_eq!(
            codes(-1, Days { to: day(2017, 4), ..YEAR }, &[YEAR]),
            [BudgetRefusal::Invalid, BudgetRefusal::EmptyPeriod]
        );
    }

    #[test]
    fn what_is_still_to_come_is_committed_to_the_budget_of_today() {
        let delivered = [(day(2017, 3), 1), (day(2017, 4), 10), (day(2018, 3), 100), (day(2018, 4), 1_000)];
        let now = standing(&YEAR, day(2017, 10), &delivered, 500);
        assert_eq!((now.delivered, now.committed, now.remaining(1_000)), (110, 500, 390));
        assert_eq!(standing(&YEAR, day(2018, 4), &delivered, 500).committed, 0);
        assert_eq!(standing(&YEAR, day(2017, 10), &delivered, 5_000).remaining(1_000), -4_110);
    }

    #[test]
    fn a_referral_that_cost_more_than_expected_commits_nothing() {
        assert_eq!([commitment(1_000, 400), commitment(1_000, 1_000), commitment(1_000, 1_400)], [600, 0, 0]);
    }

    #[test]
    fn another_organisations_ldu_and_what_was_changed_are_left_alone() {
        assert_eq!(may_set(1, 2).expect_err("another's").code, BudgetRefusal::NotPermitted);
        assert_eq!(may_change(true).expect_err("changed").code, BudgetRefusal::Superseded);
    }

    proptest! {
        #[test]
        fn budgets_that_follow_one_another_share_out_what_was_delivered(
            days in prop::collection::vec((0_u64..1_000, -5_000_i64..50_000), 0..60), cut in 1_u64..999,
        ) {
            let at = |days| day(2017, 4) + chrono::Days::new(days);
            let delivered: Vec<_> = days.into_iter().map(|(offset, pence)| (at(offset), pence)).collect();
            let [first, second] = [Days { from: at(0), to: at(cut) }, Days { from: at(cut), to: at(1_000) }];
            let of = |days: &Days| standing(days, at(2_000), &delivered, 7).delivered;
            prop_assert_eq!(of(&first) + of(&second), delivered.iter().map(|(_, pence)| pence).sum::<i64>());
        }
    }
}
