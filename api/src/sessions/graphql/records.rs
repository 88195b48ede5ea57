//! What is recorded of a session: attendance and feedback.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, attendance, feedback, person, reads_columns, session};
use rules::terms::{AbsenceReason, AttendanceOutcome, FeedbackChannel, NotDeliveredReason};

use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads::named;
use crate::store::kin::{Member, ToOne};

/// What hangs on records.
#[derive(Default)]
pub struct RecordKin {
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

/// A record of attendance with what was read for it.
pub struct Attendance(pub Member<attendance::Model, RecordKin>);

impl Attendance {
    /// Rows as a family, each with its session.
    pub fn each(rows: Vec<attendance::Model>) -> impl Iterator<Item = (Id<session::Entity>, Self)> {
        Member::family(rows).map(|member| (member.session_id, Self(member)))
    }
}

impl Attendance {
    async fn person(&self, ctx: &Context<'_>, id: Id<person::Entity>) -> Result<Option<&NamedPerson>> {
        let ids = || {
            let mut ids: Vec<_> = self.0.rows().iter().map(|row| row.recorded_by_id).collect();
            ids.extend(self.0.rows().iter().filter_map(|row| row.judged_by_id));
            ids.into_iter()
        };
        self.0.kin().people.of(&id, || named(store(ctx), ids())).await
    }
}

/// What became of a session for the person; a correction or a judgement supersedes it.
#[reads_columns]
#[Object]
impl Attendance {
    /// Its identifier.
    fn id(&self) -> GlobalId<attendance::Entity> {
        self.0.id.into()
    }
    /// What became of the session. An absence is proposed by the provider until the officer has judged it.
    fn outcome(&self) -> Shown<AttendanceOutcome> {
        self.0.outcome.into()
    }
    /// By how many minutes the person was late; null when they came in time or not at all.
    fn late_minutes(&self) -> Option<i32> {
        self.0.late_minutes
    }
    /// Why the person was late.
    fn late_reason(&self) -> Option<&str> {
        self.0.late_reason.as_deref()
    }
    /// Why the session did not happen although the person came.
    fn not_delivered_reason(&self) -> Option<Shown<NotDeliveredReason>> {
        self.0.not_delivered_reason.map(Shown::from)
    }
    /// Why the person was absent.
    fn absence_reason(&self) -> Option<Shown<AbsenceReason>> {
        self.0.absence_reason.map(Shown::from)
    }
    /// More about the absence.
    fn absence_note(&self) -> Option<&str> {
        self.0.absence_note.as_deref()
    }
    /// How contact with an absent person was tried.
    fn contact_attempts(&self) -> Option<&str> {
        self.0.contact_attempts.as_deref()
    }
    /// Who recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.recorded_by_id).await.in_turn()
    }
    /// How it reached the officer who recorded it for the provider; null when the provider recorded it.
    fn received_by(&self) -> Option<Shown<FeedbackChannel>> {
        self.0.received_by.map(Shown::from)
    }
    /// The officer who judged the absence; null while it is proposed.
    async fn judged_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.judged_by_id?).await.in_turn()
    }
    /// When the absence was judged.
    fn judged_at(&self) -> Option<DateTime<Utc>> {
        self.0.judged_at
    }
    /// The officer's words to the judgement.
    fn judgement_note(&self) -> Option<&str> {
        self.0.judgement_note.as_deref()
    }
    /// The record that this one supersedes.
    fn supersedes_id(&self) -> Option<GlobalId<attendance::Entity>> {
        self.0.supersedes_id.map(GlobalId)
    }
    /// When a later record superseded this one; null for the one that stands.
    fn superseded_at(&self) -> Option<DateTime<Utc>> {
        self.0.superseded_at
    }
    /// Why it corrects the earlier record; null for a first record and for a judgement.
    fn correction_reason(&self) -> Option<&str> {
        self.0.correction_reason.as_deref()
    }
    /// When it was recorded.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A feedback form with what was read for it.
pub struct Feedback(pub Member<feedback::Model, RecordKin>);

impl Feedback {
    /// Rows as a family, each with its session.
    pub fn each(rows: Vec<feedback::Model>) -> impl Iterator<Item = (Id<session::Entity>, Self)> {
        Member::family(rows).map(|member| (member.session_id, Self(member)))
    }
}

/// What the provider tells the officer of a session; a correction supersedes it.
#[reads_columns]
#[Object]
impl Feedback {
    /// Its identifier.
    fn id(&self) -> GlobalId<feedback::Entity> {
        self.0.id.into()
    }
    /// What was done; empty where the session did not happen.
    fn what_was_done(&self) -> &str {
        &self.0.what_was_done
    }
    /// How the person responded; empty where the session did not happen.
    fn response(&self) -> &str {
        &self.0.response
    }
    /// What comes next.
    fn next_steps(&self) -> &str {
        &self.0.next_steps
    }
    /// Behaviour that the officer has to know of.
    fn behaviour_to_report(&self) -> Option<&str> {
        self.0.behaviour_to_report.as_deref()
    }
    /// Concerns that the officer has to know of.
    fn concerns(&self) -> Option<&str> {
        self.0.concerns.as_deref()
    }
    /// Who recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.recorded_by_id);
        let found = self.0.kin().people.of(&self.0.recorded_by_id, || named(store(ctx), ids()));
        found.await.in_turn()
    }
    /// How it reached the officer who recorded it for the provider; null when the provider recorded it.
    fn received_by(&self) -> Option<Shown<FeedbackChannel>> {
        self.0.received_by.map(Shown::from)
    }
    /// The form that this one supersedes.
    fn supersedes_id(&self) -> Option<GlobalId<feedback::Entity>> {
        self.0.supersedes_id.map(GlobalId)
    }
    /// When a later form superseded this one; null for the one that stands.
    fn superseded_at(&self) -> Option<DateTime<Utc>> {
        self.0.superseded_at
    }
    /// Why it corrects the earlier form; null for a first one.
    fn correction_reason(&self) -> Option<&str> {
        self.0.correction_reason.as_deref()
    }
    /// When it was submitted.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

keyed!(Attendance, Feedback);
