//! For whom a service is available, by the purchaser and by the basis in the sentence, each with its days.

use chrono::NaiveDate;

use super::offer::{DirectoryRefusal, Period, check_period, overlap};
use crate::Refusal;
use crate::terms::{Purchaser, SentenceBasis, SentenceKind};

/// A period in which a purchaser can use a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability {
    /// Who can.
    pub purchaser: Purchaser,
    /// On which basis in the sentence; none for any.
    pub basis: Option<SentenceBasis>,
    /// The first day, and the day from which it is over.
    pub period: Period,
}

/// What in a sentence lets probation use a service: a sentence may have several.
pub fn bases(
    kind: SentenceKind,
    rar_days: Option<i32>,
    programme: bool,
    unpaid_work_hours: Option<i32>,
) -> Vec<SentenceBasis> {
    let some = |figure: Option<i32>| figure.is_some_and(|figure| figure > 0);
    let all = [
        (SentenceBasis::Rar, some(rar_days)),
        (SentenceBasis::Programme, programme),
        (SentenceBasis::UnpaidWork, some(unpaid_work_hours)),
        (SentenceBasis::Licence, kind == SentenceKind::Licence),
        (SentenceBasis::PostSentenceSupervision, kind == SentenceKind::PostSentenceSupervision),
    ];
    all.into_iter().filter_map(|(basis, is)| is.then_some(basis)).collect()
}

/// Whether a purchaser can use a service on a day on one of these bases. A service that says nothing of it is
/// available to everybody.
pub fn is_available(
    stated: &[Availability],
    purchaser: Purchaser,
    bases: &[SentenceBasis],
    day: NaiveDate,
) -> bool {
    stated.is_empty()
        || stated.iter().any(|one| {
            let (from, to) = one.period;
            one.purchaser == purchaser
                && one.basis.is_none_or(|basis| bases.contains(&basis))
                && from.is_none_or(|from| from <= day)
                && to.is_none_or(|to| day < to)
        })
}

/// What is wrong with the availability of a service: periods without a day, and the same said twice of one day.
pub fn check_availability(stated: &[Availability]) -> Vec<Refusal<DirectoryRefusal>> {
    let mut refusals = Vec::new();
    for (index, one) in stated.iter().enumerate() {
        let place = |field: Vec<String>| [vec!["availability".to_owned(), index.to_string()], field].concat();
        let wrong = check_period("availableFrom", one.period.0, "availableTo", one.period.1);
        refusals.extend(wrong.into_iter().map(|it| Refusal { field: place(it.field), ..it }));
        let earlier = &stated[..index];
        let twice = |other: &Availability| {
            other.purchaser == one.purchaser && other.basis == one.basis && overlap(other.period, one.period)
        };
        if earlier.iter().any(twice) {
            refusals.push(Refusal {
                code: DirectoryRefusal::Overlaps,
                field: place(vec!["availableFrom".to_owned()]),
                message: "This is said for the purchaser and the basis on some day already: leave one out."
                    .to_owned(),
            });
        }
    }
    refusals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(month: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2018, month, 1)
    }

    /// The CRC plans to end Willowdene's use for RARs; the rest of it goes on.
    fn willowdene() -> Vec<Availability> {
        let crc =
            |basis, to| Availability { purchaser: Purchaser::Crc, basis: Some(basis), period: (None, to) };
        let nps = Availability { purchaser: Purchaser::Nps, basis: None, period: (None, None) };
        vec![crc(SentenceBasis::Rar, day(4)), crc(SentenceBasis::PostSentenceSupervision, None), nps]
    }

    #[test]
    fn a_service_is_available_by_purchaser_and_basis_until_its_day() {
        let stated = willowdene();
        let asked =
            |purchaser, basis, month| is_available(&stated, purchaser, &[basis], day(month).expect("a day"));
        assert!(asked(Purchaser::Crc, SentenceBasis::Rar, 3));
        assert!(!asked(Purchaser::Crc, SentenceBasis::Rar, 4));
        assert!(asked(Purchaser::Crc, SentenceBasis::PostSentenceSupervision, 4));
        assert!(!asked(Purchaser::Crc, SentenceBasis::Licence, 3));
        assert!(asked(Purchaser::Nps, SentenceBasis::Licence, 12));
        assert!(is_available(&[], Purchaser::Crc, &[], day(1).expect("a day")));
    }

    #[test]
    fn a_sentence_may_have_several_bases() {
        use SentenceBasis::{Licence, Programme, Rar, UnpaidWork};
        assert_eq!(
            bases(SentenceKind::CommunityOrder, Some(20), true, Some(100)),
            [Rar, Programme, UnpaidWork]
        );
        assert_eq!(bases(SentenceKind::Licence, None, false, Some(0)), [Licence]);
        assert_eq!(bases(SentenceKind::CommunityOrder, None, false, None), []);
    }

    #[test]
    fn the_same_is_not_said_twice_of_one_day() {
        let mut stated = willowdene();
        assert_eq!(check_availability(&stated), []);
        stated.push(Availability { period: (day(3), day(3)), ..stated[0] });
        let refused: Vec<_> =
            check_availability(&stated).into_iter().map(|it| (it.code, it.field.join("."))).collect();
        let place = |field: &str| format!("availability.3.{field}");
        assert_eq!(
            refused,
            [
                (DirectoryRefusal::EmptyPeriod, place("availableTo")),
                (DirectoryRefusal::Overlaps, place("availableFrom"))
            ]
        );
    }
}
