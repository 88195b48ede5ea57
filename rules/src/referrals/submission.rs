//! What has to be there before a referral goes to the provider.

use super::ReferralRefusal;
use crate::directory::{Unavailable, Unmet};
use crate::rate_card::HIGHEST_TOTAL;
use crate::terms::SentenceKind;
use crate::text::{Codes, LONG_TEXT};
use crate::{Refusal, Term};

/// The most units of a service that one referral may expect.
pub const MOST_UNITS: i32 = 1_000;

const TEXT: Codes<ReferralRefusal> = Codes {
    missing: ReferralRefusal::Required,
    too_long: ReferralRefusal::TooLong,
    invalid: ReferralRefusal::Invalid,
};

/// A draft as it would be submitted, with what is known around it.
#[derive(Clone, Debug)]
pub struct Submission<'a> {
    /// What the provider has to know about risk.
    pub risk_summary: &'a str,
    /// Why the person is referred.
    pub reason: &'a str,
    /// How many desired outcomes the draft names, each of them for a need.
    pub desired_outcomes: usize,
    /// The RAR days that the service may use.
    pub rar_days: Option<i32>,
    /// The court's maximum of RAR days on the sentence; none where it has no such requirement.
    pub rar_days_maximum: Option<i32>,
    /// The RAR days that other open referrals under the sentence already take up.
    pub rar_days_committed: i32,
    /// The text of the licence condition or of the supervision requirement.
    pub licence_condition: Option<&'a str>,
    /// The sentence under which the referral is made.
    pub sentence: Option<SentenceKind>,
    /// How many units of the service are expected, for the expected total.
    pub expected_units: Option<i32>,
    /// The price of a unit for this purchaser that is in force today, in pence.
    pub price: Option<i64>,
    /// The criteria that are not met.
    pub unmet: &'a [Unmet],
    /// Why the service takes no referrals today; none where it does.
    pub closed: Option<&'a Unavailable>,
    /// Why it is not available to this purchaser today, on a basis that the sentence has; none where it is.
    pub unavailable: Option<&'a Unavailable>,
}

/// Everything that keeps a draft from being submitted, all at once; nothing when it can go.
pub fn check_submission(submission: &Submission<'_>) -> Vec<Refusal<ReferralRefusal>> {
    let mut refusals = Vec::new();
    refusals.extend(TEXT.check("reason", submission.reason, LONG_TEXT, true));
    refusals.extend(TEXT.check("riskSummary", submission.risk_summary, LONG_TEXT, true));
    if submission.desired_outcomes == 0 {
        let message =
            "No desired outcome is named: say for at least one need what the service should achieve.";
        refusals.push(Refusal::of(ReferralRefusal::Required, "desiredOutcomes", message));
    }
    refusals.extend(legal_basis(submission));
    refusals.extend(expected_units(submission.expected_units));
    let not_to_be_used = [submission.closed, submission.unavailable].into_iter().flatten();
    refusals.extend(
        not_to_be_used.map(|why| Refusal::of(ReferralRefusal::Unavailable, "serviceId", why.message())),
    );
    if submission.price.is_none() {
        let message =
            "The service has no price in force today: ask the rate-card administrator to publish one.";
        refusals.push(Refusal::of(ReferralRefusal::NoPrice, "serviceId", message));
    }
    refusals.extend(total(submission));
    refusals.extend(submission.unmet.iter().map(ineligible));
    refusals
}

/// An expected total beyond what can be billed is a mistake in the units.
fn total(submission: &Submission<'_>) -> Option<Refusal<ReferralRefusal>> {
    let units = i64::from(submission.expected_units?);
    let total = submission.price?.checked_mul(units);
    total.is_none_or(|total| total > HIGHEST_TOTAL).then(|| {
        let message = "So many units cost more than one referral can: expect fewer.";
        Refusal::of(ReferralRefusal::Invalid, "expectedUnits", message)
    })
}

fn ineligible(unmet: &Unmet) -> Refusal<ReferralRefusal> {
    Refusal::of(ReferralRefusal::Ineligible, "serviceId", unmet.message())
}

/// A community order asks for RAR days where it has a RAR; a licence for its condition.
fn legal_basis(submission: &Submission<'_>) -> Option<Refusal<ReferralRefusal>> {
    use SentenceKind::{CommunityOrder, Licence, PostSentenceSupervision, SuspendedSentenceOrder};
    let Some(sentence) = submission.sentence else {
        let message = "No sentence is named: say under which one the person is referred.";
        return Some(Refusal::of(ReferralRefusal::Required, "sentenceId", message));
    };
    match sentence {
        CommunityOrder | SuspendedSentenceOrder => match submission.rar_days_maximum.filter(|&days| days > 0)
        {
            Some(maximum) => rar_days(submission.rar_days, maximum, submission.rar_days_committed),
            None => no_rar_days(submission.rar_days, sentence),
        },
        Licence | PostSentenceSupervision => no_rar_days(submission.rar_days, sentence).or_else(|| {
            let condition = submission.licence_condition.unwrap_or_default();
            TEXT.check("licenceCondition", condition, LONG_TEXT, true)
        }),
    }
}

fn rar_days(days: Option<i32>, maximum: i32, committed: i32) -> Option<Refusal<ReferralRefusal>> {
    let left = maximum.saturating_sub(committed.max(0)).max(0);
    if left == 0 {
        let message = format!(
            "Other open referrals take up all {maximum} RAR days that the court allows: free days there before you refer."
        );
        return Some(Refusal::of(ReferralRefusal::RarDaysExceeded, "rarDays", message));
    }
    match days {
        None => {
            let message = format!(
                "The sentence has a RAR of at most {maximum} days: say how many this service may use ({left} are left)."
            );
            Some(Refusal::of(ReferralRefusal::Required, "rarDays", message))
        }
        Some(days) if days < 1 => {
            let message = format!("{days} RAR days cannot be used: give a number from 1 to {left}.");
            Some(Refusal::of(ReferralRefusal::Invalid, "rarDays", message))
        }
        Some(days) if days > left => {
            let message = format!(
                "The court allows at most {maximum} RAR days, and other open referrals take up {}: give at most {left}, \
                 or free days there.",
                committed.max(0)
            );
            Some(Refusal::of(ReferralRefusal::RarDaysExceeded, "rarDays", message))
        }
        Some(_) => None,
    }
}

fn no_rar_days(days: Option<i32>, sentence: SentenceKind) -> Option<Refusal<ReferralRefusal>> {
    days.map(|_| {
        let message = format!(
            "The sentence \"{}\" has no rehabilitation activity requirement: leave the RAR days out.",
            sentence.label()
        );
        Refusal::of(ReferralRefusal::Invalid, "rarDays", message)
    })
}

fn expected_units(units: Option<i32>) -> Option<Refusal<ReferralRefusal>> {
    match units {
        None => {
            let message =
                "The expected number of units is missing: give it, so that the expected total is known.";
            Some(Refusal::of(ReferralRefusal::Required, "expectedUnits", message))
        }
        Some(units) if !(1..=MOST_UNITS).contains(&units) => {
            let message = format!("{units} units cannot be expected: give a number from 1 to {MOST_UNITS}.");
            Some(Refusal::of(ReferralRefusal::Invalid, "expectedUnits", message))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::CriterionKind;

    /// A man on a community order with 25 RAR days, of which another referral takes up ten.
    fn complete() -> Submission<'static> {
        Submission {
            risk_summary: "No known risk to staff.",
            reason: "He asked for help with drinking.",
            desired_outcomes: 1,
            rar_days: Some(15),
            rar_days_maximum: Some(25),
            rar_days_committed: 10,
            licence_condition: None,
            sentence: Some(SentenceKind::CommunityOrder),
            expected_units: Some(12),
            price: Some(5_425),
            unmet: &[],
            closed: None,
            unavailable: None,
        }
    }

    fn not_to_be_used() -> Unavailable {
        let [fact, change] = ["The service is not available.", "Choose another service."].map(str::to_owned);
        Unavailable { fact, change }
    }

    fn unmet(kind: CriterionKind) -> Unmet {
        let [fact, change] = ["The person is 40.", "Choose another service."].map(str::to_owned);
        Unmet { kind, criterion: kind.label().to_owned(), fact, change, shared: true, item: false }
    }

    fn on_licence() -> Submission<'static> {
        Submission {
            sentence: Some(SentenceKind::Licence),
            licence_condition: Some("To address alcohol misuse."),
            rar_days: None,
            rar_days_maximum: None,
            rar_days_committed: 0,
            ..complete()
        }
    }

    /// The field and the code of every refusal.
    fn refused(submission: &Submission<'_>) -> Vec<(String, ReferralRefusal)> {
        check_submission(submission).into_iter().map(|it| (it.field.join("."), it.code)).collect()
    }

    fn only(field: &str, code: ReferralRefusal) -> Vec<(String, ReferralRefusal)> {
        vec![(field.to_owned(), code)]
    }

    #[test]
    fn a_complete_draft_can_be_submitted() {
        assert!(refused(&complete()).is_empty());
        assert!(refused(&on_licence()).is_empty());
    }

    #[test]
    fn everything_that_is_missing_is_said_at_once() {
        let unmet = [CriterionKind::AgeRange, CriterionKind::Gender].map(unmet);
        let why = not_to_be_used();
        let empty = Submission {
            risk_summary: " ",
            reason: "",
            desired_outcomes: 0,
            sentence: None,
            expected_units: None,
            price: None,
            unmet: &unmet,
            closed: Some(&why),
            ..complete()
        };
        let expected = [
            ("reason", ReferralRefusal::Required),
            ("riskSummary", ReferralRefusal::Required),
            ("desiredOutcomes", ReferralRefusal::Required),
            ("sentenceId", ReferralRefusal::Required),
            ("expectedUnits", ReferralRefusal::Required),
            ("serviceId", ReferralRefusal::Unavailable),
            ("serviceId", ReferralRefusal::NoPrice),
            ("serviceId", ReferralRefusal::Ineligible),
            ("serviceId", ReferralRefusal::Ineligible),
        ];
        assert_eq!(refused(&empty), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn a_service_is_not_used_where_it_is_not_available() {
        let why = not_to_be_used();
        for not in [
            Submission { unavailable: Some(&why), ..complete() },
            Submission { closed: Some(&why), ..complete() },
        ] {
            assert_eq!(refused(&not), only("serviceId", ReferralRefusal::Unavailable));
            assert_eq!(
                check_submission(&not)[0].message,
                "The service is not available. Choose another service."
            );
        }
    }

    #[test]
    fn a_failing_criterion_keeps_its_own_words() {
        let unmet = [unmet(CriterionKind::AgeRange)];
        let refusals = check_submission(&Submission { unmet: &unmet, ..complete() });
        assert_eq!(refusals[0].message, "Age range. The person is 40. Choose another service.");
    }

    #[test]
    fn a_sentence_with_a_rar_asks_for_its_days() {
        for sentence in [SentenceKind::CommunityOrder, SentenceKind::SuspendedSentenceOrder] {
            let without = Submission { rar_days: None, sentence: Some(sentence), ..complete() };
            assert_eq!(refused(&without), only("rarDays", ReferralRefusal::Required));
        }
    }

    #[test]
    fn rar_days_stay_within_what_the_court_and_other_referrals_leave() {
        let asking = |days| refused(&Submission { rar_days: Some(days), ..complete() });
        assert!(asking(1).is_empty() && asking(15).is_empty());
        assert_eq!(asking(16), only("rarDays", ReferralRefusal::RarDaysExceeded));
        assert_eq!(asking(i32::MAX), only("rarDays", ReferralRefusal::RarDaysExceeded));
        assert_eq!(asking(0), only("rarDays", ReferralRefusal::Invalid));
        assert_eq!(asking(i32::MIN), only("rarDays", ReferralRefusal::Invalid));
    }

    #[test]
    fn where_no_rar_days_are_left_no_number_of_them_will_do() {
        for rar_days in [None, Some(0), Some(1)] {
            for rar_days_committed in [25, 40, i32::MAX] {
                let submission = Submission { rar_days, rar_days_committed, ..complete() };
                assert_eq!(refused(&submission), only("rarDays", ReferralRefusal::RarDaysExceeded));
            }
        }
    }

    #[test]
    fn a_community_order_without_a_rar_is_referred_without_rar_days() {
        let without =
            Submission { rar_days: None, rar_days_maximum: None, rar_days_committed: 0, ..complete() };
        assert!(refused(&without).is_empty());
        let with = Submission { rar_days: Some(5), ..without };
        assert_eq!(refused(&with), only("rarDays", ReferralRefusal::Invalid));
    }

    #[test]
    fn a_licence_and_post_sentence_supervision_ask_for_their_condition() {
        for sentence in [SentenceKind::Licence, SentenceKind::PostSentenceSupervision] {
            for licence_condition in [None, Some(" ")] {
                let without = Submission { sentence: Some(sentence), licence_condition, ..on_licence() };
                assert_eq!(refused(&without), only("licenceCondition", ReferralRefusal::Required));
            }
        }
        let with_days = Submission { rar_days: Some(5), ..on_licence() };
        assert_eq!(refused(&with_days), only("rarDays", ReferralRefusal::Invalid));
    }

    #[test]
    fn text_is_refused_when_too_long_and_never_cut() {
        let long = "é".repeat(LONG_TEXT + 1);
        let submission = Submission { reason: &long, risk_summary: "a\0b", ..complete() };
        let expected = [("reason", ReferralRefusal::TooLong), ("riskSummary", ReferralRefusal::Invalid)];
        assert_eq!(refused(&submission), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn the_expected_units_are_a_sensible_number() {
        for units in [0, -1, MOST_UNITS + 1] {
            let submission = Submission { expected_units: Some(units), ..complete() };
            assert_eq!(refused(&submission), only("expectedUnits", ReferralRefusal::Invalid));
        }
    }
}
