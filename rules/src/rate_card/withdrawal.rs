//! Withdrawing a published price version before it begins.

use super::Period;
use chrono::NaiveDate;

/// The end of a published version once its successor is withdrawn: the one that its author gave, unless
/// another published version begins before. `others` are the published versions that remain.
pub fn reopened_to(version: &Period, intended_to: Option<NaiveDate>, others: &[Period]) -> Option<NaiveDate> {
    let next = others.iter().map(|other| other.from).filter(|&from| from > version.from).min();
    next.into_iter().chain(intended_to).min()
}

#[cfg(test)]
mod tests {
    use super::super::{Version, publication};
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 6, 1).expect("a day of the calendar");

    fn day(days: u64) -> NaiveDate {
        TODAY + Days::new(days)
    }

    #[test]
    fn a_predecessor_gets_the_end_back_that_its_author_gave() {
        let closed = Period { from: day(0), to: Some(day(30)) };
        assert_eq!(reopened_to(&closed, None, &[]), None);
        assert_eq!(reopened_to(&closed, Some(day(60)), &[]), Some(day(60)));
    }

    #[test]
    fn a_predecessor_runs_no_further_than_to_the_version_after_the_withdrawn_one() {
        let closed = Period { from: day(0), to: Some(day(30)) };
        let after = [Period { from: day(60), to: None }];
        assert_eq!(reopened_to(&closed, None, &after), Some(day(60)));
    }

    proptest! {
        #[test]
        fn whatever_is_published_and_withdrawn_nothing_overlaps_and_no_end_is_lost(
            acts in prop::collection::vec((0_u64..60, prop::option::of(1_u64..60), any::<bool>()), 0..30),
        ) {
            let mut published: Vec<(Version, Option<NaiveDate>)> = Vec::new();
            for (id, (from, length, withdraws)) in acts.into_iter().enumerate() {
                if withdraws && !published.is_empty() {
                    let (gone, _) = published.remove(id % published.len());
                    let others: Vec<_> = published.iter().map(|(version, _)| version.period).collect();
                    for (version, intended_to) in &mut published {
                        if version.period.to == Some(gone.period.from) {
                            version.period.to = reopened_to(&version.period, *intended_to, &others);
                        }
                    }
                } else {
                    let period = Period { from: day(from), to: length.map(|length| day(from + length)) };
                    let versions: Vec<_> = published.iter().map(|(version, _)| *version).collect();
                    let Ok(done) = publication(&period, &versions, TODAY, false, false) else { continue };
                    for (version, _) in &mut published {
                        if Some(version.id) == done.closes {
                            version.period.to = Some(period.from);
                        }
                    }
                    published.push((Version { id: id as u128, period }, period.to));
                }
                for (index, (one, intended_to)) in published.iter().enumerate() {
                    prop_assert!(intended_to.is_none_or(|end| one.period.to.is_some_and(|to| to <= end)));
                    prop_assert!(published[..index].iter().all(|(two, _)| !two.period.overlaps(&one.period)));
                }
            }
        }
    }
}
