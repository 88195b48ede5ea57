//! Attendance, once a session has begun, and the judgement of absences.

use super::SessionRefusal;
use super::feedback::TEXT;
use crate::referrals::Capacity;
use crate::terms::{AbsenceReason, AttendanceOutcome, NotDeliveredReason};
use crate::text::LONG_TEXT;
use crate::{Refusal, Term};
use chrono::{DateTime, Utc};

/// The most minutes by which somebody can come late.
const LATEST: i32 = 720;

/// What is recorded of one person's attendance.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// Whether the person came.
    pub attended: bool,
    /// Whether the session happened; without meaning where the person was absent, as a group meets all the same.
    pub happened: bool,
    /// By how many minutes the person came late.
    pub late_minutes: Option<i32>,
    /// Why they came late.
    pub late_reason: Option<&'a str>,
    /// Why the session did not happen although the person came.
    pub not_delivered: Option<NotDeliveredReason>,
    /// Whether the absence should count as acceptable.
    pub proposed_acceptable: Option<bool>,
    /// Why the person was absent.
    pub absence_reason: Option<AbsenceReason>,
    /// More about the absence; needed where the reason is another one.
    pub absence_note: Option<&'a str>,
    /// How contact with an absent person was tried.
    pub contact_attempts: Option<&'a str>,
}

type Refusals = Vec<Refusal<SessionRefusal>>;

/// What became of the session for this person, or everything that is wrong with the record.
///
/// Nothing is recorded before the session begins. A provider's word on an absence is a proposal; that of
/// the officer who records on its behalf is the judgement itself.
pub fn attendance(
    recording: &Recording<'_>,
    by: Capacity,
    starts_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<AttendanceOutcome, Refusals> {
    let mut refusals = Vec::new();
    if now < starts_at {
        let message = "The session has not begun: record its attendance once it has.";
        refusals.push(Refusal::new(SessionRefusal::InTheFuture, message));
    }
    let outcome = if recording.attended {
        refusals.extend(presence(recording));
        if recording.happened { AttendanceOutcome::Attended } else { AttendanceOutcome::AttendedNotDelivered }
    } else {
        refusals.extend(absence(recording));
        absent(recording.proposed_acceptable == Some(true), by)
    };
    if refusals.is_empty() { Ok(outcome) } else { Err(refusals) }
}

fn absent(acceptable: bool, by: Capacity) -> AttendanceOutcome {
    match (by, acceptable) {
        (Capacity::Holder, _) => judged(acceptable),
        (Capacity::Worker | Capacity::ProviderManager, true) => AttendanceOutcome::ProposedAcceptableAbsence,
        (Capacity::Worker | Capacity::ProviderManager, false) => {
            AttendanceOutcome::ProposedUnacceptableAbsence
        }
    }
}

fn judged(acceptable: bool) -> AttendanceOutcome {
    if acceptable { AttendanceOutcome::AcceptableAbsence } else { AttendanceOutcome::UnacceptableAbsence }
}

/// What is wrong with the record of a person who came.
fn presence(recording: &Recording<'_>) -> Refusals {
    let mut refusals = Vec::new();
    let why = "the person came";
    refusals.extend(forbidden("proposedAcceptable", recording.proposed_acceptable.is_some(), why));
    refusals.extend(forbidden("absenceReason", recording.absence_reason.is_some(), why));
    refusals.extend(forbidden("absenceNote", given(recording.absence_note), why));
    refusals.extend(forbidden("contactAttempts", given(recording.contact_attempts), why));
    refusals.extend(lateness(recording));
    match (recording.happened, recording.not_delivered) {
        (true, Some(_)) => refusals.extend(forbidden("notDeliveredReason", true, "the session happened")),
        (false, None) => {
            let message = "The person came and the session did not happen: say why.";
            refusals.push(Refusal::of(SessionRefusal::Required, "notDeliveredReason", message));
        }
        (true, None) | (false, Some(_)) => {}
    }
    refusals
}

fn lateness(recording: &Recording<'_>) -> Refusals {
    let mut refusals = Vec::new();
    let late = recording.late_minutes.is_some();
    if recording.late_minutes.is_some_and(|minutes| !(1..=LATEST).contains(&minutes)) {
        let message =
            format!("A person comes 1 to {LATEST} minutes late: leave this out for one who came in time.");
        refusals.push(Refusal::of(SessionRefusal::Invalid, "lateMinutes", message));
    }
    if !late && given(recording.late_reason) {
        let message = "A reason for coming late is given: say by how many minutes, or leave the reason out.";
        refusals.push(Refusal::of(SessionRefusal::Required, "lateMinutes", message));
    }
    refusals.extend(TEXT.check("lateReason", recording.late_reason.unwrap_or_default(), LONG_TEXT, late));
    refusals
}

/// What is wrong with the record of a person who did not come.
fn absence(recording: &Recording<'_>) -> Refusals {
    let mut refusals = Vec::new();
    let why = "the person was absent";
    refusals.extend(forbidden("lateMinutes", recording.late_minutes.is_some(), why));
    refusals.extend(forbidden("lateReason", given(recording.late_reason), why));
    refusals.extend(forbidden("notDeliveredReason", recording.not_delivered.is_some(), why));
    if recording.proposed_acceptable.is_none() {
        let message = "Say whether the absence should count as acceptable.";
        refusals.push(Refusal::of(SessionRefusal::Required, "proposedAcceptable", message));
    }
    if recording.absence_reason.is_none() {
        let message = "Say why the person was absent, or that no reason was given.";
        refusals.push(Refusal::of(SessionRefusal::Required, "absenceReason", message));
    }
    let explained = recording.absence_reason == Some(AbsenceReason::Other);
    refusals.extend(TEXT.check(
        "absenceNote",
        recording.absence_note.unwrap_or_default(),
        LONG_TEXT,
        explained,
    ));
    refusals.extend(TEXT.check(
        "contactAttempts",
        recording.contact_attempts.unwrap_or_default(),
        LONG_TEXT,
        true,
    ));
    refusals
}

/// Whether there is more than white space.
fn given(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

fn forbidden(field: &str, present: bool, why: &str) -> Option<Refusal<SessionRefusal>> {
    present.then(|| {
        let message = format!("This contradicts the record, as {why}: leave it out, or correct the rest.");
        Refusal::of(SessionRefusal::Invalid, field, message)
    })
}

/// The officer's judgement of an absence. What was judged can be judged the other way, as a correction.
pub fn judgement(
    current: AttendanceOutcome,
    acceptable: bool,
) -> Result<AttendanceOutcome, Refusal<SessionRefusal>> {
    use AttendanceOutcome::{
        AcceptableAbsence, Attended, AttendedNotDelivered, ProposedAcceptableAbsence,
        ProposedUnacceptableAbsence, UnacceptableAbsence,
    };
    match current {
        Attended | AttendedNotDelivered => {
            let message = "The person came, so that there is no absence to judge: correct the attendance if that is wrong.";
            Err(Refusal::new(SessionRefusal::NothingToJudge, message))
        }
        AcceptableAbsence | UnacceptableAbsence if current == judged(acceptable) => {
            let message =
                format!("The absence is judged already: \"{}\". Nothing is left to do.", current.label());
            Err(Refusal::new(SessionRefusal::AlreadyJudged, message))
        }
        AcceptableAbsence | UnacceptableAbsence | ProposedAcceptableAbsence | ProposedUnacceptableAbsence => {
            Ok(judged(acceptable))
        }
    }
}

#[cfg(test)]
mod tests;
