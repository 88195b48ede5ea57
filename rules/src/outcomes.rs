//! Outcomes: measures at start and end, and the end-of-service report.

use crate::referrals::{self, Capacity, ReferralRefusal, Situation};
use crate::terms::{OutcomeResult, ReferralAction, ReferralStatus, ScoreDirection};
use crate::text::{Codes, LONG_TEXT};
use crate::{Refusal, term};
use chrono::{Datelike, NaiveDate};
use std::collections::HashSet;

term! {
    /// Why a measure, an instrument, a qualification or a report is refused.
    OutcomeRefusal {
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// The day has not come.
        InTheFuture "in_the_future" "IN_THE_FUTURE" "In the future";
        /// The ends of the scale contradict each other.
        InvalidScale "invalid_scale" "INVALID_SCALE" "Invalid scale";
        /// The score lies outside the instrument's scale.
        OutOfScale "out_of_scale" "OUT_OF_SCALE" "Out of scale";
        /// The measure of this need was taken at this stage already; a correction says so.
        AlreadyTaken "already_taken" "ALREADY_TAKEN" "Already taken";
        /// A correction replaced it already: the present one is to be corrected.
        Superseded "superseded" "SUPERSEDED" "Superseded";
        /// A desired outcome has no result.
        Unrated "unrated" "UNRATED" "Not rated";
        /// A desired outcome has more than one result.
        RatedTwice "rated_twice" "RATED_TWICE" "Rated twice";
        /// The outcome is not one that the referral desires.
        NotDesired "not_desired" "NOT_DESIRED" "Not a desired outcome";
        /// The report was submitted already.
        AlreadySubmitted "already_submitted" "ALREADY_SUBMITTED" "Already submitted";
        /// The referral is not in a status in which this is done.
        WrongStatus "wrong_status" "WRONG_STATUS" "Wrong status";
        /// The referral has ended.
        Ended "ended" "ENDED" "Ended";
        /// The act is somebody else's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// The same thing exists already.
        Duplicate "duplicate" "DUPLICATE" "Duplicate";
        /// Not possible, for a reason that this person may not see.
        Unavailable "unavailable" "UNAVAILABLE" "Unavailable";
    }
}

const TEXT: Codes<OutcomeRefusal> = Codes {
    missing: OutcomeRefusal::Required,
    too_long: OutcomeRefusal::TooLong,
    invalid: OutcomeRefusal::Invalid,
};

/// How far from zero a scale may reach, in points.
const FARTHEST: i32 = 10_000;

/// Days before this year are slips of the pen.
const FIRST_YEAR: i32 = 1900;

/// How many characters of a desired outcome a message quotes.
const QUOTED: usize = 80;

/// Whether a person in this capacity records measures and qualifications of the referral now: those who
/// deliver it, for as long as they record sessions.
pub fn may_record(situation: &Situation, capacity: Capacity) -> Result<(), Refusal<OutcomeRefusal>> {
    delivers(capacity)?;
    // What was delivered before a withdrawal is still recorded, session by session; its outcomes are not.
    let withdrawn = situation.status == ReferralStatus::Withdrawn;
    let step = if withdrawn { ReferralAction::Report } else { ReferralAction::RecordSession };
    referrals::step(situation, capacity, step).map(drop).map_err(of_outcomes)
}

/// Whether a person in this capacity writes the end-of-service report of the referral now. Whether one stands
/// already is [`report`]'s to say.
pub fn may_report(situation: &Situation, capacity: Capacity) -> Result<(), Refusal<OutcomeRefusal>> {
    let situation = Situation { end_report_submitted: false, ..*situation };
    delivers(capacity)?;
    referrals::step(&situation, capacity, ReferralAction::Report).map(drop).map_err(of_outcomes)
}

/// Officers record a session's feedback on a provider's behalf; what came of the service is the provider's to say.
fn delivers(capacity: Capacity) -> Result<(), Refusal<OutcomeRefusal>> {
    match capacity {
        Capacity::Worker | Capacity::ProviderManager => Ok(()),
        Capacity::Holder => {
            let message = "Outcomes are recorded by the provider's assigned worker or manager.";
            Err(Refusal::new(OutcomeRefusal::NotPermitted, message))
        }
    }
}

/// A refusal of the referral's life cycle in this room's words.
fn of_outcomes(refusal: Refusal<ReferralRefusal>) -> Refusal<OutcomeRefusal> {
    let same = [
        (ReferralRefusal::Ended, OutcomeRefusal::Ended),
        (ReferralRefusal::WrongStatus, OutcomeRefusal::WrongStatus),
    ];
    let code = same.into_iter().find(|(theirs, _)| *theirs == refusal.code);
    let code = code.map_or(OutcomeRefusal::NotPermitted, |(_, ours)| ours);
    Refusal { code, field: refusal.field, message: refusal.message }
}

/// Whether something can have happened on this day (Europe/London): it is not in the future.
pub fn check_day(field: &str, day: NaiveDate, today: NaiveDate) -> Result<(), Refusal<OutcomeRefusal>> {
    if day.year() < FIRST_YEAR {
        let message = format!("Give a day from {FIRST_YEAR} on.");
        return Err(Refusal::of(OutcomeRefusal::Invalid, field, message));
    }
    if day > today {
        let message = "This day has not come: give today or an earlier one.";
        return Err(Refusal::of(OutcomeRefusal::InTheFuture, field, message));
    }
    Ok(())
}

/// Whether something still stands, so that it can be corrected.
pub fn check_present(superseded: bool) -> Result<(), Refusal<OutcomeRefusal>> {
    if superseded {
        let message = "A correction replaced this already: read the present one and correct that.";
        return Err(Refusal::new(OutcomeRefusal::Superseded, message));
    }
    Ok(())
}

/// The scale of an instrument, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The lowest score.
    pub low: i32,
    /// The highest score.
    pub high: i32,
    /// Which way is better.
    pub direction: ScoreDirection,
}

/// Whether a scale has room for a change, and ends somewhere.
pub fn check_scale(scale: Scale) -> Result<(), Refusal<OutcomeRefusal>> {
    if scale.low >= scale.high {
        let message =
            format!("No scale goes from {} to {}: the lowest score comes first.", scale.low, scale.high);
        return Err(Refusal::of(OutcomeRefusal::InvalidScale, "high", message));
    }
    let limits = -FARTHEST..=FARTHEST;
    for (field, end) in [("low", scale.low), ("high", scale.high)] {
        if !limits.contains(&end) {
            let message = format!("A scale lies between -{FARTHEST} and {FARTHEST}: {end} is beyond that.");
            return Err(Refusal::of(OutcomeRefusal::InvalidScale, field, message));
        }
    }
    Ok(())
}

/// Whether a score lies on the scale.
pub fn check_score(scale: Scale, score: i32) -> Result<(), Refusal<OutcomeRefusal>> {
    if (scale.low..=scale.high).contains(&score) {
        return Ok(());
    }
    let message =
        format!("The score {score} is not on the scale: give one from {} to {}.", scale.low, scale.high);
    Err(Refusal::of(OutcomeRefusal::OutOfScale, "score", message))
}

/// How a measure changed between start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The score at the end less that at the start, in points.
    pub points: i32,
    /// Whether that is an improvement, by the scale's direction; none where nothing changed.
    pub improved: Option<bool>,
}

/// The change between the measures at start and end, each an instrument's id and a score.
///
/// There is one only where both were taken, with the same instrument: points of different scales are not
/// subtracted.
pub fn change(start: Option<(u128, i32)>, end: Option<(u128, i32)>, scale: Scale) -> Option<Change> {
    let ((instrument, before), (other, after)) = (start?, end?);
    if instrument != other {
        return None;
    }
    let points = after.saturating_sub(before);
    let rose = points > 0;
    let improved = (points != 0).then_some(match scale.direction {
        ScoreDirection::HigherIsBetter => rose,
        ScoreDirection::LowerIsBetter => !rose,
    });
    Some(Change { points, improved })
}

/// An outcome that a referral asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Desired<'a> {
    /// Its identifier.
    pub id: u128,
    /// What should be different afterwards.
    pub description: &'a str,
}

/// Everything that keeps the end-of-service report from being submitted: every desired outcome is rated
/// exactly once and nothing else is, there is a summary, and no report stands already.
///
/// A report is never changed afterwards. Who supersedes it passes `already_submitted` as false.
pub fn report(
    desired: &[Desired<'_>],
    rated: &[(u128, OutcomeResult)],
    summary: &str,
    already_submitted: bool,
) -> Vec<Refusal<OutcomeRefusal>> {
    let mut refusals = Vec::new();
    if already_submitted {
        let message = "The report was submitted and cannot be changed: supersede it with a new one.";
        refusals.push(Refusal::new(OutcomeRefusal::AlreadySubmitted, message));
    }
    refusals.extend(TEXT.check("summary", summary, LONG_TEXT, true));
    let known: HashSet<u128> = desired.iter().map(|outcome| outcome.id).collect();
    let mut seen = HashSet::new();
    for (index, (outcome, _)) in rated.iter().enumerate() {
        if !known.contains(outcome) {
            let message = "This is not a desired outcome of the referral: leave it out.";
            refusals.push(at(index, OutcomeRefusal::NotDesired, message));
        } else if !seen.insert(*outcome) {
            let message = "This outcome is rated more than once: rate it once.";
            refusals.push(at(index, OutcomeRefusal::RatedTwice, message));
        }
    }
    refusals.extend(desired.iter().filter(|outcome| !seen.contains(&outcome.id)).map(unrated));
    refusals
}

/// A desired outcome without a result, by its own words.
fn unrated(outcome: &Desired<'_>) -> Refusal<OutcomeRefusal> {
    let mut quoted: String = outcome.description.chars().take(QUOTED).collect();
    if quoted.len() < outcome.description.len() {
        quoted.push('…');
    }
    let message = format!("Not rated yet: \"{quoted}\". Say how far it was reached.");
    Refusal::of(OutcomeRefusal::Unrated, "outcomes", message)
}

/// A refusal of one of the report's ratings.
fn at(index: usize, code: OutcomeRefusal, message: &str) -> Refusal<OutcomeRefusal> {
    Refusal { code, field: vec!["outcomes".to_owned(), index.to_string()], message: message.to_owned() }
}

#[cfg(test)]
mod tests;
