//! For whom a service is available, by the purchaser and by the basis in the sentence, each with its days.

use chrono::NaiveDate;

use super::offer::{DirectoryRefusal, Period, check_period, overlap};
use crate::terms::{Purchaser, SentenceBasis, SentenceKind};
use crate::{Refusal, Term, london};

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

impl Availability {
    fn holds_on(&self, day: NaiveDate) -> bool {
        let (from, to) = self.period;
        from.is_none_or(|from| from <= day) && to.is_none_or(|to| day < to)
    }
}

/// Whether a purchaser can use a service on a day on one of these bases. A service that says nothing of it is
/// available to everybody.
pub fn is_available(
    stated: &[Availability],
    purchaser: Purchaser,
    bases: &[SentenceBasis],
    day: NaiveDate,
) -> bool {
    unavailable(stated, purchaser, bases, day).is_none()
}

/// Whether a purchaser may be able to use a service on a day, for somebody of whom no more is known than the kind of
/// sentence, if that: another requirement of it is left open.
pub fn may_be_available(
    stated: &[Availability],
    purchaser: Purchaser,
    sentence: Option<SentenceKind>,
    day: NaiveDate,
) -> bool {
    let possible = |basis: SentenceBasis| match (basis, sentence) {
        (SentenceBasis::Licence, Some(kind)) => kind == SentenceKind::Licence,
        (SentenceBasis::PostSentenceSupervision, Some(kind)) => kind == SentenceKind::PostSentenceSupervision,
        (SentenceBasis::Rar | SentenceBasis::Programme | SentenceBasis::UnpaidWork, _) | (_, None) => true,
    };
    let bases: Vec<_> = SentenceBasis::ALL.iter().copied().filter(|basis| possible(*basis)).collect();
    is_available(stated, purchaser, &bases, day)
}

/// Why a purchaser cannot use a service, and what would change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// What stands against it, as sentences.
    pub fact: String,
    /// What would change it, as a sentence.
    pub change: String,
}

impl Unavailable {
    /// Both in one.
    pub fn message(&self) -> String {
        format!("{} {}", self.fact, self.change)
    }
}

/// Why a purchaser cannot use a service on a day on any of these bases; none where it can.
pub fn unavailable(
    stated: &[Availability],
    purchaser: Purchaser,
    bases: &[SentenceBasis],
    day: NaiveDate,
) -> Option<Unavailable> {
    let who = purchaser.label();
    let its: Vec<_> = stated.iter().filter(|one| one.purchaser == purchaser).collect();
    if stated.is_empty() {
        return None;
    }
    if its.is_empty() {
        let change =
            "Choose another service, or ask the administrators of the rate card to make it available.";
        return Some(Unavailable {
            fact: format!("The service is not available to the {who}."),
            change: change.to_owned(),
        });
    }
    let fits = |one: &&&Availability| one.basis.is_none_or(|basis| bases.contains(&basis));
    let fitting: Vec<_> = its.iter().copied().filter(|one| fits(&one)).collect();
    if fitting.iter().any(|one| one.holds_on(day)) {
        return None;
    }
    if fitting.is_empty() {
        let asked = named(its.iter().filter(|one| one.holds_on(day)).filter_map(|one| one.basis));
        let has = if bases.is_empty() {
            "has none of them".to_owned()
        } else {
            format!("has: {}", named(bases.iter().copied()))
        };
        let fact = match asked.is_empty() {
            true => format!("The service is not available to the {who} on that day."),
            false => format!(
                "The service is available to the {who} on these bases alone: {asked}. The sentence {has}."
            ),
        };
        let change = "Refer under a sentence that has one of them, or choose another service.";
        return Some(Unavailable { fact, change: change.to_owned() });
    }
    Some(outside(&fitting, who, day))
}

/// The days on which it could be used, where the day that is asked about is none of them.
fn outside(fitting: &[&Availability], who: &str, day: NaiveDate) -> Unavailable {
    let begins = fitting.iter().filter_map(|one| one.period.0).filter(|from| day < *from).min();
    if let Some(from) = begins {
        let from = london::written(from);
        return Unavailable {
            fact: format!("The service is available to the {who} on this basis from {from}."),
            change: format!("Refer on {from} or later, or choose another service."),
        };
    }
    let ended = fitting.iter().filter_map(|one| one.period.1).max();
    let until = ended.map_or_else(String::new, |to| format!(" since {}", london::written(to)));
    Unavailable {
        fact: format!("The service is no longer available to the {who} on this basis{until}."),
        change: "Choose another service.".to_owned(),
    }
}

fn named(bases: impl IntoIterator<Item = SentenceBasis>) -> String {
    let mut labels: Vec<_> = bases.into_iter().map(|basis| basis.label().to_lowercase()).collect();
    labels.dedup();
    labels.join(", ")
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
    fn what_is_not_available_says_why_and_what_would_change_it() {
        let stated = willowdene();
        let why = |purchaser, bases: &[SentenceBasis], month| {
            unavailable(&stated, purchaser, bases, day(month).expect("a day")).map(|why| why.message())
        };
        assert_eq!(why(Purchaser::Crc, &[SentenceBasis::Rar], 3), None);
        let ended = why(Purchaser::Crc, &[SentenceBasis::Rar], 4).expect("over");
        assert!(ended.contains("no longer available to the CRC on this basis since 1 April 2018"), "{ended}");
        let basis = why(Purchaser::Crc, &[SentenceBasis::Licence], 3).expect("another basis");
        assert!(basis.contains("on these bases alone: rehabilitation activity requirement, post-sentence supervision. The sentence has: licence."), "{basis}");
        let nobody = unavailable(&stated[2..], Purchaser::Crc, &[], day(1).expect("a day"));
        assert!(nobody.is_some_and(|why| why.fact == "The service is not available to the CRC."));
        let later = Availability { period: (day(6), None), ..stated[2] };
        let later = unavailable(&[later], later.purchaser, &[], day(5).expect("a day")).expect("later");
        assert_eq!(later.change, "Refer on 1 June 2018 or later, or choose another service.");
    }

    #[test]
    fn what_is_not_known_of_a_sentence_is_left_open() {
        let stated = willowdene();
        let may = |kind, month| may_be_available(&stated, Purchaser::Crc, kind, day(month).expect("a day"));
        assert!(may(None, 4) && may(Some(SentenceKind::PostSentenceSupervision), 4));
        assert!(may(Some(SentenceKind::CommunityOrder), 3) && !may(Some(SentenceKind::CommunityOrder), 4));
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
