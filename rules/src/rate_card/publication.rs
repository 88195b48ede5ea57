//! Publishing a price version into its period, beside those that are published already.

use super::{PriceRefusal, written};
use crate::{Refusal, london};
use chrono::NaiveDate;

/// The days (Europe/London) for which a price version holds: from its first day to the day before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The day from which it no longer holds; none when it has no end.
    pub to: Option<NaiveDate>,
}

impl Period {
    /// Whether the period holds on a day.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day < to)
    }

    /// Whether two periods have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_before_end = |from: NaiveDate, to: Option<NaiveDate>| to.is_none_or(|to| from < to);
        !self.is_empty()
            && !other.is_empty()
            && begins_before_end(self.from, other.to)
            && begins_before_end(other.from, self.to)
    }

    /// Whether the period has no day at all.
    pub fn is_empty(&self) -> bool {
        self.to.is_some_and(|to| to <= self.from)
    }
}

/// A published version of one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its id.
    pub id: u128,
    /// The days for which it holds.
    pub period: Period,
}

/// What publishing a version does to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The predecessor, whose period now ends on the first day of the new one.
    pub closes: Option<u128>,
}

/// Publishes a new period of a price beside its published versions.
///
/// Nothing is published into the past, unless it is loaded as history and no charge depends on the period
/// (`charges_depend`). A successor closes its predecessor's period where it replaces it to its end; what lies
/// within a published period would leave a remainder that nobody approved, and is refused.
pub fn publication(
    new: &Period,
    published: &[Version],
    today: NaiveDate,
    loaded_as_history: bool,
    charges_depend: bool,
) -> Result<Publication, Refusal<PriceRefusal>> {
    if new.is_empty() {
        let message = "The period has no day: give an end after its first day, or none.";
        return Err(Refusal::of(PriceRefusal::EmptyPeriod, "effectiveTo", message));
    }
    if new.from < today {
        into_the_past(today, loaded_as_history, charges_depend)?;
    }
    if new.from == today && charges_depend {
        let message = "Referrals were priced today: begin the period tomorrow.";
        return Err(Refusal::of(PriceRefusal::ChargesDepend, "effectiveFrom", message));
    }
    let mut closes = None;
    for version in published.iter().filter(|version| version.period.overlaps(new)) {
        if closes.is_some() || !succeeds(new, &version.period) {
            return Err(overlap(new, &version.period));
        }
        closes = Some(version.id);
    }
    Ok(Publication { closes })
}

fn into_the_past(
    today: NaiveDate,
    loaded_as_history: bool,
    charges_depend: bool,
) -> Result<(), Refusal<PriceRefusal>> {
    if !loaded_as_history {
        let message = format!(
            "Nothing is published into the past: begin the period on {} or later, or load it as history.",
            london::written(today)
        );
        return Err(Refusal::of(PriceRefusal::InThePast, "effectiveFrom", message));
    }
    if charges_depend {
        let message = "Charges depend on this period, so that no history can be loaded into it: correct a wrong \
                       charge by an adjustment that names it.";
        return Err(Refusal::of(PriceRefusal::ChargesDepend, "effectiveFrom", message));
    }
    Ok(())
}

/// Whether the new period takes over from an older one and replaces it to its end.
fn succeeds(new: &Period, old: &Period) -> bool {
    let to_its_end = match (new.to, old.to) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(new), Some(old)) => new >= old,
    };
    old.from < new.from && to_its_end
}

fn overlap(new: &Period, old: &Period) -> Refusal<PriceRefusal> {
    let message = format!(
        "The period {} overlaps the published price of {}: begin after it, end before it, or replace it to its end.",
        written(new),
        written(old)
    );
    Refusal::of(PriceRefusal::Overlaps, "effectiveFrom", message)
}

/// The version whose price holds on a day (Europe/London); none where the price has a gap.
pub fn in_force(versions: &[Version], day: NaiveDate) -> Option<u128> {
    versions.iter().find(|version| version.period.contains(day)).map(|version| version.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 6, 1).expect("a day of the calendar");

    /// A period by days from today.
    fn period(from: i64, to: impl Into<Option<i64>>) -> Period {
        let day = |days| TODAY + chrono::TimeDelta::days(days);
        Period { from: day(from), to: to.into().map(day) }
    }

    fn version(id: u128, from: i64, to: impl Into<Option<i64>>) -> Version {
        Version { id, period: period(from, to) }
    }

    fn publish(new: Period, published: &[Version]) -> Result<Option<u128>, PriceRefusal> {
        publication(&new, published, TODAY, false, false).map(|it| it.closes).map_err(|refusal| refusal.code)
    }

    fn load(new: Period, published: &[Version]) -> Result<Option<u128>, PriceRefusal> {
        publication(&new, published, TODAY, true, false).map(|it| it.closes).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_period_holds_from_its_first_day_to_the_day_before_its_end() {
        let week = period(0, 7);
        let held: Vec<bool> =
            [-1, 0, 6, 7].map(|day| week.contains(TODAY + chrono::TimeDelta::days(day))).into();
        assert_eq!(held, [false, true, true, false]);
        assert!(period(0, None).contains(NaiveDate::MAX));
    }

    #[test]
    fn periods_that_touch_do_not_overlap() {
        assert!(!period(0, 7).overlaps(&period(7, 14)));
        assert!(period(0, 8).overlaps(&period(7, 14)));
        assert!(period(0, None).overlaps(&period(7, 14)));
        assert!(!period(14, None).overlaps(&period(7, 14)));
        assert!(!period(8, 8).overlaps(&period(7, 14)));
    }

    #[test]
    fn the_first_price_closes_nothing() {
        assert_eq!(publish(period(0, None), &[]), Ok(None));
    }

    #[test]
    fn a_successor_closes_its_predecessor() {
        assert_eq!(publish(period(30, None), &[version(1, -60, None)]), Ok(Some(1)));
        assert_eq!(publish(period(30, None), &[version(1, -60, 90)]), Ok(Some(1)));
        assert_eq!(publish(period(30, 90), &[version(1, -60, 90)]), Ok(Some(1)));
        assert_eq!(publish(period(30, 120), &[version(1, -60, 90)]), Ok(Some(1)));
    }

    #[test]
    fn a_predecessor_that_ended_is_left_as_it_is() {
        assert_eq!(publish(period(30, None), &[version(1, -60, 30)]), Ok(None));
        assert_eq!(publish(period(30, None), &[version(1, -60, 10)]), Ok(None));
    }

    #[test]
    fn a_period_inside_a_published_one_would_split_it_and_is_refused() {
        assert_eq!(publish(period(30, 60), &[version(1, -60, None)]), Err(PriceRefusal::Overlaps));
        assert_eq!(publish(period(30, 60), &[version(1, -60, 90)]), Err(PriceRefusal::Overlaps));
    }

    #[test]
    fn a_period_that_begins_with_or_before_a_published_one_is_refused() {
        assert_eq!(publish(period(30, None), &[version(1, 30, None)]), Err(PriceRefusal::Overlaps));
        assert_eq!(publish(period(20, None), &[version(1, 30, None)]), Err(PriceRefusal::Overlaps));
        assert_eq!(publish(period(20, 30), &[version(1, 30, None)]), Ok(None));
    }

    #[test]
    fn a_successor_cannot_run_into_the_price_after_its_predecessor() {
        let published = [version(1, -60, 60), version(2, 60, None)];
        assert_eq!(publish(period(30, None), &published), Err(PriceRefusal::Overlaps));
        assert_eq!(publish(period(30, 60), &published), Ok(Some(1)));
    }

    #[test]
    fn where_two_published_prices_hold_at_once_neither_is_closed() {
        let published = [version(1, -60, None), version(2, -30, None)];
        assert_eq!(publish(period(30, None), &published), Err(PriceRefusal::Overlaps));
    }

    #[test]
    fn an_overlap_names_the_published_period() {
        let refusal =
            publication(&period(0, 7), &[version(1, -1, None)], TODAY, false, false).expect_err("overlap");
        assert_eq!(refusal.field, ["effectiveFrom"]);
        assert!(refusal.message.contains("1 June 2017 to 7 June 2017"), "{}", refusal.message);
        assert!(refusal.message.contains("the published price of 31 May 2017 on"), "{}", refusal.message);
    }

    #[test]
    fn nothing_is_published_into_the_past() {
        assert_eq!(publish(period(-1, None), &[]), Err(PriceRefusal::InThePast));
        assert_eq!(publish(period(0, None), &[]), Ok(None));
    }

    #[test]
    fn a_period_without_a_day_is_refused() {
        assert_eq!(publish(period(5, 5), &[]), Err(PriceRefusal::EmptyPeriod));
        assert_eq!(load(period(-5, -6), &[]), Err(PriceRefusal::EmptyPeriod));
    }

    #[test]
    fn history_is_loaded_where_no_charge_depends_on_it() {
        assert_eq!(load(period(-90, -60), &[version(1, -60, None)]), Ok(None));
        assert_eq!(load(period(-30, None), &[version(1, -60, None)]), Ok(Some(1)));
        let refused = publication(&period(-90, -60), &[], TODAY, true, true).expect_err("charges");
        assert_eq!(refused.code, PriceRefusal::ChargesDepend);
    }

    #[test]
    fn history_ends_at_or_before_the_published_price_that_follows_it() {
        assert_eq!(load(period(-90, -59), &[version(1, -60, None)]), Err(PriceRefusal::Overlaps));
        assert_eq!(load(period(-90, None), &[version(1, -60, None)]), Err(PriceRefusal::Overlaps));
    }

    #[test]
    fn the_price_on_a_day_is_that_of_the_period_that_contains_it() {
        let versions = [version(1, 0, 10), version(2, 20, None)];
        let on = |day: u64| in_force(&versions, TODAY + Days::new(day));
        assert_eq!([on(0), on(9), on(10), on(20), on(900)], [Some(1), Some(1), None, Some(2), Some(2)]);
    }

    proptest! {
        #[test]
        fn published_periods_never_overlap(
            attempts in prop::collection::vec(
                ((0_i64..80, prop::option::of(0_i64..80)), 0_u64..80, any::<bool>(), any::<bool>()),
                0..40,
            ),
        ) {
            let mut published: Vec<Version> = Vec::new();
            for (id, ((from, to), today, history, charges)) in attempts.into_iter().enumerate() {
                let new = period(from, to);
                let today = TODAY + Days::new(today);
                let Ok(done) = publication(&new, &published, today, history, charges) else { continue };
                for version in published.iter_mut().filter(|version| Some(version.id) == done.closes) {
                    version.period.to = Some(new.from);
                }
                published.push(Version { id: id as u128, period: new });
                for (index, one) in published.iter().enumerate() {
                    prop_assert!(!one.period.is_empty());
                    prop_assert!(published[..index].iter().all(|other| !other.period.overlaps(&one.period)));
                }
            }
        }
    }
}
