//! What clients send about sessions.

use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::{group_session, referral, service, session};
use rules::sessions::{FeedbackForm, Recording};
use rules::terms::{AbsenceReason, FeedbackChannel, NotDeliveredReason, Party, SessionKind};

use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// A session for the diary of a referral.
#[derive(InputObject)]
pub struct ScheduleSessionInput {
    /// The referral; it must be accepted or in progress.
    pub referral_id: GlobalId<referral::Entity>,
    /// How it is delivered. A home visit needs a referral that asks for home visits; a whole group is
    /// scheduled by `scheduleGroupSession`.
    pub kind: Shown<SessionKind>,
    /// When it starts: from 90 days ago to 24 months ahead.
    pub starts_at: DateTime<Utc>,
    /// When it ends: at most 12 hours after its start.
    pub ends_at: DateTime<Utc>,
    /// Where; at most 200 characters.
    pub venue: Option<String>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A session for a group.
#[derive(InputObject)]
pub struct ScheduleGroupSessionInput {
    /// The service, one that your organisation delivers.
    pub service_id: GlobalId<service::Entity>,
    /// When it starts: from 90 days ago to 24 months ahead.
    pub starts_at: DateTime<Utc>,
    /// When it ends: at most 12 hours after its start.
    pub ends_at: DateTime<Utc>,
    /// Where; at most 200 characters.
    pub venue: Option<String>,
    /// The referrals to the service whose people come: 1 to 50, each once.
    pub referral_ids: Vec<GlobalId<referral::Entity>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// More people for a group session.
#[derive(InputObject)]
pub struct JoinGroupSessionInput {
    /// The group session.
    pub group_session_id: GlobalId<group_session::Entity>,
    /// The version of the group session that you read.
    pub version: i32,
    /// The referrals to its service whose people come too: each once, and no more than 50 in the group.
    pub referral_ids: Vec<GlobalId<referral::Entity>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// Another time for a group session with everybody in it.
#[derive(InputObject)]
pub struct RescheduleGroupSessionInput {
    /// The group session; nobody's attendance may be recorded yet.
    pub group_session_id: GlobalId<group_session::Entity>,
    /// The version of the group session that you read.
    pub version: i32,
    /// When it now starts: from 90 days ago to 24 months ahead.
    pub starts_at: DateTime<Utc>,
    /// When it now ends: at most 12 hours after its start.
    pub ends_at: DateTime<Utc>,
    /// Where, if that changes too; at most 200 characters. Left out: where it was.
    pub venue: Option<String>,
    /// Whose wish it is.
    pub requested_by: Shown<Party>,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The end of a group session that is in the diary.
#[derive(InputObject)]
pub struct CancelGroupSessionInput {
    /// The group session; nobody's attendance may be recorded yet.
    pub group_session_id: GlobalId<group_session::Entity>,
    /// The version of the group session that you read.
    pub version: i32,
    /// Whose wish it is. What a provider or probation cancels is never charged.
    pub requested_by: Shown<Party>,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// Another time for a session that is in the diary.
#[derive(InputObject)]
pub struct RescheduleSessionInput {
    /// The session. A place in a group session leaves the group when it is moved.
    pub session_id: GlobalId<session::Entity>,
    /// The version that you read.
    pub version: i32,
    /// When it now starts: from 90 days ago to 24 months ahead.
    pub starts_at: DateTime<Utc>,
    /// When it now ends: at most 12 hours after its start.
    pub ends_at: DateTime<Utc>,
    /// Where, if that changes too; at most 200 characters. Left out: where it was.
    pub venue: Option<String>,
    /// Whose wish it is.
    pub requested_by: Shown<Party>,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The end of a session that is in the diary.
#[derive(InputObject)]
pub struct CancelSessionInput {
    /// The session.
    pub session_id: GlobalId<session::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Whose wish it is. A late cancellation by the service user is charged by the service's rule; any other
    /// one is not.
    pub requested_by: Shown<Party>,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// Who came to a session. Leave out what does not apply: a contradiction is refused.
#[derive(InputObject)]
pub struct AttendanceInput {
    /// Whether the person came.
    pub attended: bool,
    /// Whether the session happened. Where the person was absent it counts nothing: a group meets all the
    /// same.
    pub happened: bool,
    /// By how many minutes a person who came was late, 1 to 720; left out for one who came in time.
    pub late_minutes: Option<i32>,
    /// Why they were late; needed with `lateMinutes`, at most 10,000 characters.
    pub late_reason: Option<String>,
    /// Why the session did not happen although the person came; needed then.
    pub not_delivered_reason: Option<Shown<NotDeliveredReason>>,
    /// Whether an absence should count as acceptable; needed for an absence. A provider proposes it, an
    /// officer who records on the provider's behalf judges it.
    pub proposed_acceptable: Option<bool>,
    /// Why the person was absent; needed for an absence.
    pub absence_reason: Option<Shown<AbsenceReason>>,
    /// More about the absence; needed where the reason is `OTHER`, at most 10,000 characters.
    pub absence_note: Option<String>,
    /// How contact with an absent person was tried; needed for an absence, at most 10,000 characters.
    pub contact_attempts: Option<String>,
    /// How it reached you: needed from an officer who records on the provider's behalf, and refused from the
    /// provider.
    pub received_by: Option<Shown<FeedbackChannel>>,
}

impl AttendanceInput {
    /// What the rules ask of it.
    pub fn recording(&self) -> Recording<'_> {
        Recording {
            attended: self.attended,
            happened: self.happened,
            late_minutes: self.late_minutes,
            late_reason: self.late_reason.as_deref(),
            not_delivered: self.not_delivered_reason.map(|reason| reason.0),
            proposed_acceptable: self.proposed_acceptable,
            absence_reason: self.absence_reason.map(|reason| reason.0),
            absence_note: self.absence_note.as_deref(),
            contact_attempts: self.contact_attempts.as_deref(),
        }
    }
}

/// The attendance of a session that has begun.
#[derive(InputObject)]
pub struct RecordAttendanceInput {
    /// The session.
    pub session_id: GlobalId<session::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Who came.
    #[graphql(flatten)]
    pub attendance: AttendanceInput,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The attendance of one place in a group session.
#[derive(InputObject)]
pub struct PlaceAttendanceInput {
    /// The person's session, their place in the group session.
    pub session_id: GlobalId<session::Entity>,
    /// The version of that session that you read.
    pub version: i32,
    /// Who came.
    #[graphql(flatten)]
    pub attendance: AttendanceInput,
}

/// The attendance of a group session that has begun.
#[derive(InputObject)]
pub struct RecordGroupAttendanceInput {
    /// The group session.
    pub group_session_id: GlobalId<group_session::Entity>,
    /// The people: 1 to 50, each once. Those left out stay unrecorded.
    pub records: Vec<PlaceAttendanceInput>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A correction of recorded attendance: all of the record as it should have been.
#[derive(InputObject)]
pub struct CorrectAttendanceInput {
    /// The session.
    pub session_id: GlobalId<session::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Who came.
    #[graphql(flatten)]
    pub attendance: AttendanceInput,
    /// Why the earlier record was wrong; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The officer's judgement of an absence.
#[derive(InputObject)]
pub struct JudgeAbsenceInput {
    /// The session at which the person was absent.
    pub session_id: GlobalId<session::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Whether the absence was acceptable.
    pub acceptable: bool,
    /// Your words to it; at most 10,000 characters.
    pub note: Option<String>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The feedback form.
#[derive(InputObject)]
pub struct FeedbackInput {
    /// What was done; empty only where the session did not happen, at most 10,000 characters.
    pub what_was_done: String,
    /// How the person responded; empty only where the session did not happen, at most 10,000 characters.
    pub response: String,
    /// What comes next; at most 10,000 characters.
    pub next_steps: String,
    /// Behaviour that the officer has to know of; at most 10,000 characters.
    pub behaviour_to_report: Option<String>,
    /// Concerns that the officer has to know of; at most 10,000 characters.
    pub concerns: Option<String>,
    /// How it reached you: needed from an officer who records on the provider's behalf, and refused from the
    /// provider.
    pub received_by: Option<Shown<FeedbackChannel>>,
}

impl FeedbackInput {
    /// What the rules ask of it.
    pub fn form(&self) -> FeedbackForm<'_> {
        FeedbackForm {
            what_was_done: &self.what_was_done,
            response: &self.response,
            next_steps: &self.next_steps,
            behaviour_to_report: self.behaviour_to_report.as_deref(),
            concerns: self.concerns.as_deref(),
        }
    }
}

/// The feedback of a session whose attendance is recorded.
#[derive(InputObject)]
pub struct SubmitFeedbackInput {
    /// The session.
    pub session_id: GlobalId<session::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The form.
    #[graphql(flatten)]
    pub feedback: FeedbackInput,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A correction of submitted feedback: all of the form as it should have been.
#[derive(InputObject)]
pub struct CorrectFeedbackInput {
    /// The session.
    pub session_id: GlobalId<session::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The form.
    #[graphql(flatten)]
    pub feedback: FeedbackInput,
    /// Why the earlier form was wrong; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
