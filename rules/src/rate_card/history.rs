//! The figures of a service through time, side by side: what the NPS pays, what the provider gets, what it costs.

use std::collections::BTreeSet;

use super::Period;
use chrono::NaiveDate;

/// An amount and the days for which it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The days.
    pub period: Period,
    /// The amount for a unit, in pence.
    pub pence: i64,
}

/// Days on which no figure changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The days.
    pub period: Period,
    /// The card price of a unit, in pence; none where there is none.
    pub card: Option<i64>,
    /// The supply price of a unit, in pence; none where there is none.
    pub supply: Option<i64>,
    /// The provider's cost of delivering a unit, in pence; none where it states none.
    pub cost: Option<i64>,
}

impl Stretch {
    /// What the CRC keeps of a unit that the NPS buys, in pence: card less supply. Below zero where it adds to it.
    pub fn crc_margin(&self) -> Option<i64> {
        Some(self.card?.saturating_sub(self.supply?))
    }

    /// What the provider keeps of a unit, in pence: supply less cost. Below zero where it loses.
    pub fn provider_margin(&self) -> Option<i64> {
        Some(self.supply?.saturating_sub(self.cost?))
    }

    fn figures(&self) -> [Option<i64>; 3] {
        [self.card, self.supply, self.cost]
    }
}

/// The stretches of a window in which at least one figure holds, in the order of their days: one begins wherever a
/// figure changes, and nowhere else, so that nothing but the figures given can be read off them.
pub fn history(card: &[Step], supply: &[Step], cost: &[Step], window: &Period) -> Vec<Stretch> {
    let all = || card.iter().chain(supply).chain(cost);
    let first = all().map(|step| step.period.from).min();
    let Some(first) = first.map(|first| first.max(window.from)) else { return Vec::new() };
    let ends = all().filter_map(|step| step.period.to);
    let turns = all().map(|step| step.period.from).chain(ends).chain(window.to).chain([first]);
    let within = |day: &NaiveDate| *day >= first && window.to.is_none_or(|to| *day <= to);
    let turns: BTreeSet<NaiveDate> = turns.filter(within).collect();
    let turns: Vec<_> = turns.into_iter().collect();
    let mut stretches: Vec<Stretch> = Vec::new();
    for (at, &from) in turns.iter().enumerate() {
        let period = Period { from, to: turns.get(at + 1).copied() };
        if !window.contains(from) {
            continue;
        }
        let on = |steps: &[Step]| steps.iter().find(|step| step.period.contains(from)).map(|step| step.pence);
        let next = Stretch { period, card: on(card), supply: on(supply), cost: on(cost) };
        match stretches.last_mut() {
            Some(last) if last.period.to == Some(from) && last.figures() == next.figures() => {
                last.period.to = period.to;
            }
            _ if next.figures() == [None; 3] => {}
            _ => stretches.push(next),
        }
    }
    stretches
}

/// The days for which amounts hold that each hold until the next begins, by their first days.
pub fn until_the_next(mut amounts: Vec<(NaiveDate, i64)>) -> Vec<Step> {
    amounts.sort_unstable();
    let ends: Vec<_> = amounts.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]).collect();
    let steps = amounts.into_iter().zip(ends);
    steps.map(|((from, pence), to)| Step { period: Period { from, to }, pence }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Days, TimeDelta};
    use proptest::prelude::*;

    const BEGIN: NaiveDate = NaiveDate::from_ymd_opt(2017, 4, 1).expect("a day of the calendar");

    fn day(days: i64) -> NaiveDate {
        BEGIN + TimeDelta::days(days)
    }

    fn period(from: i64, to: impl Into<Option<i64>>) -> Period {
        Period { from: day(from), to: to.into().map(day) }
    }

    fn step(from: i64, to: impl Into<Option<i64>>, pence: i64) -> Step {
        Step { period: period(from, to), pence }
    }

    #[test]
    fn a_stretch_begins_wherever_a_figure_changes() {
        let card = [step(0, 30, 5_425), step(30, None, 5_700)];
        let supply = [step(10, None, 3_950)];
        let costs = until_the_next(vec![(day(20), 3_600), (day(-5), 3_500)]);
        let all = history(&card, &supply, &costs, &period(-100, None));
        let shown: Vec<_> =
            all.iter().map(|it| (it.period, it.figures(), it.crc_margin(), it.provider_margin())).collect();
        assert_eq!(
            shown,
            [
                (period(-5, 0), [None, None, Some(3_500)], None, None),
                (period(0, 10), [Some(5_425), None, Some(3_500)], None, None),
                (period(10, 20), [Some(5_425), Some(3_950), Some(3_500)], Some(1_475), Some(450)),
                (period(20, 30), [Some(5_425), Some(3_950), Some(3_600)], Some(1_475), Some(350)),
                (period(30, None), [Some(5_700), Some(3_950), Some(3_600)], Some(1_750), Some(350)),
            ]
        );
    }

    #[test]
    fn a_gap_is_no_stretch_and_a_price_that_stays_is_one() {
        let card = [step(0, 10, 100), step(10, 20, 100), step(30, 40, 100)];
        let all = history(&card, &[], &[], &period(0, None));
        let periods: Vec<_> = all.iter().map(|it| it.period).collect();
        assert_eq!(periods, [period(0, 20), period(30, 40)]);
    }

    #[test]
    fn a_window_cuts_what_reaches_beyond_it() {
        let card = [step(0, None, 100)];
        let cut = history(&card, &[], &[], &period(5, 15));
        assert_eq!(cut.iter().map(|it| it.period).collect::<Vec<_>>(), [period(5, 15)]);
        assert_eq!(history(&card, &[], &[], &period(-9, 0)), []);
        assert_eq!(history(&card, &[], &[], &period(9, 9)), []);
        assert_eq!(history(&[], &[], &[], &period(0, None)), []);
    }

    proptest! {
        #[test]
        fn on_every_day_the_history_says_what_held(
            cards in prop::collection::btree_map(0_i64..60, 0_i64..4, 0..6),
            costs in prop::collection::btree_map(0_i64..60, 0_i64..4, 0..6),
            from in 0_i64..60, length in 0_i64..60,
        ) {
            let steps = |of: &std::collections::BTreeMap<i64, i64>| {
                until_the_next(of.iter().map(|(from, pence)| (day(*from), *pence)).collect())
            };
            let (cards, costs) = (steps(&cards), steps(&costs));
            let window = period(from, from + length);
            let all = history(&cards, &[], &costs, &window);
            for pair in all.windows(2) {
                prop_assert!(pair[0].period.to.is_some_and(|to| to <= pair[1].period.from));
                prop_assert!(pair[0].figures() != pair[1].figures() || pair[0].period.to != Some(pair[1].period.from));
            }
            for offset in 0..130 {
                let on = day(0) + Days::new(offset);
                let held = |steps: &[Step]| steps.iter().find(|step| step.period.contains(on)).map(|it| it.pence);
                let expected = [held(&cards), None, held(&costs)];
                let shown = all.iter().find(|it| it.period.contains(on)).map(Stretch::figures);
                let expected = (window.contains(on) && expected != [None; 3]).then_some(expected);
                prop_assert_eq!(shown, expected);
            }
        }
    }
}
