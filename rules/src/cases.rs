//! Cases: what may be recorded of a person under supervision, and by whom a case is held.

use chrono::NaiveDate;

use crate::terms::{Flag, OrganisationKind, SentenceKind};
use crate::{Refusal, term};

term! {
    /// Why a change to a case was refused.
    CaseRefusal {
        /// Something required is missing: fill it in.
        Required "required" "REQUIRED" "Required";
        /// A text is too long: shorten it.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value is not of the form it must have.
        Invalid "invalid" "INVALID" "Invalid";
        /// A case with this CRN exists already.
        Taken "taken" "TAKEN" "Taken";
        /// The case was allocated before; it changes hands by a transfer alone.
        AlreadyAllocated "already_allocated" "ALREADY_ALLOCATED" "Already allocated";
        /// The organisation cannot hold cases, or the LDU is not its own.
        CannotHold "cannot_hold" "CANNOT_HOLD" "Cannot hold";
        /// The person is not an officer of the organisation that holds the case.
        NotAnOfficer "not_an_officer" "NOT_AN_OFFICER" "Not an officer";
        /// The restriction would lock out the responsible officer or its author.
        LocksOut "locks_out" "LOCKS_OUT" "Locks out";
        /// The file has errors; every one is listed.
        BadRow "bad_row" "BAD_ROW" "Bad row";
    }
}

/// The most RAR days, hours of unpaid work and years of age that are believed.
const MOST_RAR_DAYS: i32 = 365;
/// Criminal Justice Act 2003, section 199: between 40 and 300 hours; fewer are left after work is done.
const MOST_UNPAID_WORK_HOURS: i32 = 300;

/// A sentence as it is to be recorded.
pub struct NewSentence<'a> {
    /// The kind of sentence.
    pub kind: SentenceKind,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: Option<NaiveDate>,
    /// The maximum number of RAR days that the court set.
    pub max_rar_days: Option<i32>,
    /// The accredited programme that the court required.
    pub programme: Option<&'a str>,
    /// The hours of unpaid work that the court ordered.
    pub unpaid_work_hours: Option<i32>,
}

/// Checks a sentence: its dates, and that each requirement belongs to its kind. A licence and post-sentence
/// supervision have conditions, and no RAR of a court's.
pub fn check_sentence(sentence: &NewSentence<'_>) -> Vec<Refusal<CaseRefusal>> {
    let mut refusals = Vec::new();
    let mut refuse = |wrong: bool, field: &str, message: &str| {
        if wrong {
            refusals.push(Refusal::of(CaseRefusal::Invalid, field, message));
        }
    };
    let order = matches!(sentence.kind, SentenceKind::CommunityOrder | SentenceKind::SuspendedSentenceOrder);
    refuse(
        sentence.ends_on.is_some_and(|end| end < sentence.starts_on),
        "endsOn",
        "The sentence ends before it starts: correct one of the days.",
    );
    refuse(
        sentence.max_rar_days.is_some_and(|days| !(1..=MOST_RAR_DAYS).contains(&days)),
        "maxRarDays",
        "A maximum of RAR days lies between 1 and 365; leave it out where there is no RAR.",
    );
    refuse(
        !order && sentence.max_rar_days.is_some(),
        "maxRarDays",
        "RAR days belong to a community order or a suspended sentence order.",
    );
    refuse(
        sentence.unpaid_work_hours.is_some_and(|hours| !(1..=MOST_UNPAID_WORK_HOURS).contains(&hours)),
        "unpaidWorkHours",
        "Unpaid work lies between 1 and 300 hours.",
    );
    refuse(
        !order && sentence.unpaid_work_hours.is_some(),
        "unpaidWorkHours",
        "Unpaid work belongs to a community order or a suspended sentence order.",
    );
    refusals
}

/// Whether an organisation of this kind can hold cases.
pub const fn can_hold(kind: OrganisationKind) -> bool {
    matches!(kind, OrganisationKind::Nps | OrganisationKind::Crc)
}

/// The days on which a person of a case can have been born, seen from `today`: ten years ago or earlier.
pub fn plausible_birth(date_of_birth: NaiveDate, today: NaiveDate) -> bool {
    crate::london::age_on(date_of_birth, today).is_some_and(|age| (10..=120).contains(&age))
}

/// Whether an assessment of somebody can have been made on this day, seen from `today`: in their life, and not yet to come.
pub fn plausible_assessment(on: NaiveDate, date_of_birth: NaiveDate, today: NaiveDate) -> bool {
    date_of_birth <= on && on <= today
}

/// The flags that hold, in the order of the vocabulary.
pub fn flags(holds: impl Fn(Flag) -> bool) -> Vec<Flag> {
    <Flag as crate::Term>::ALL.iter().copied().filter(|flag| holds(*flag)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn order() -> NewSentence<'static> {
        NewSentence {
            kind: SentenceKind::CommunityOrder,
            starts_on: day("2017-01-10"),
            ends_on: Some(day("2018-01-09")),
            max_rar_days: Some(20),
            programme: None,
            unpaid_work_hours: None,
        }
    }

    #[test]
    fn a_community_order_with_a_rar_is_recorded() {
        assert!(check_sentence(&order()).is_empty());
    }

    #[test]
    fn an_assessment_was_made_in_somebodys_life() {
        let made = |on| plausible_assessment(day(on), day("1990-02-28"), day("2017-10-02"));
        assert!(made("1990-02-28") && made("2017-10-02"));
        assert!(!made("1990-02-27") && !made("2017-10-03"));
    }

    #[test]
    fn a_licence_has_no_rar_days() {
        let licence = NewSentence { kind: SentenceKind::Licence, ..order() };
        assert_eq!(check_sentence(&licence)[0].field, ["maxRarDays"]);
    }

    #[test]
    fn every_mistake_in_a_sentence_is_named_at_once() {
        let wrong = NewSentence {
            ends_on: Some(day("2016-01-01")),
            max_rar_days: Some(0),
            unpaid_work_hours: Some(301),
            ..order()
        };
        assert_eq!(check_sentence(&wrong).len(), 3);
    }

    #[test]
    fn a_provider_holds_no_cases() {
        assert!(!can_hold(OrganisationKind::Provider));
        assert!(can_hold(OrganisationKind::Crc));
    }

    #[test]
    fn nobody_under_supervision_was_born_yesterday() {
        assert!(!plausible_birth(day("2017-06-01"), day("2017-06-02")));
        assert!(plausible_birth(day("1990-06-01"), day("2017-06-02")));
    }
}
