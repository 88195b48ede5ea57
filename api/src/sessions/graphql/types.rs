//! Sessions, alone and in groups.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{
    Id, Reads, group_session, organisation, person, reads_columns, referral, service, session, session_change,
};
use rules::sessions::AbsenceTotals;
use rules::terms::{Party, ReferralAction, SessionKind, SessionStatus};

use super::{Attendance, Feedback};
use crate::directory::graphql::Service;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::cut::{Cut, cut};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::paging::{asked_of_nodes, place};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::referrals::graphql::Referral;
use crate::referrals::reads::referrals;
use crate::sessions::{reads, service as acts};
use crate::store::Beside;
use crate::store::kin::{Member, ToMany, ToOne};
use crate::{beside, keyed};

/// A session with what was read for it.
#[derive(Clone)]
pub struct Session(pub Member<session::Model, SessionKin>);

/// What hangs on sessions.
#[derive(Default)]
pub struct SessionKin {
    referral: ToOne<Id<referral::Entity>, Referral>,
    group_session: ToOne<Id<group_session::Entity>, GroupSession>,
    changes: ToMany<Id<session::Entity>, SessionChange>,
    attendance: ToOne<Id<session::Entity>, Attendance>,
    attendance_history: ToMany<Id<session::Entity>, Attendance>,
    feedback: ToOne<Id<session::Entity>, Feedback>,
    feedback_history: ToMany<Id<session::Entity>, Feedback>,
}

impl Node for Session {
    type Table = session::Entity;
    type Kin = SessionKin;
    const BESIDE: &'static [Beside<Self::Kin>] = beside! {
        SessionKin;
        "referral": Referral of session.ReferralId = referral.Id => |kin, rows| kin.referral.fill(Referral::each(rows));
        "attendance": Attendance of session.Id = attendance.SessionId while SupersededAt is null
            => |kin, rows| kin.attendance.fill(Attendance::each(rows));
        "feedback": Feedback of session.Id = feedback.SessionId while SupersededAt is null
            => |kin, rows| kin.feedback.fill(Feedback::each(rows));
    };
    const READS: &'static [Reads] = Self::READS;
    fn show(member: Member<session::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl Session {
    fn ids(&self) -> Vec<Id<session::Entity>> {
        self.0.rows().iter().map(|row| row.id).collect()
    }
}

// What hangs on a session is loaded in the body of each field that shows it: `reads_columns` follows no function of ours.
/// A session with one person, on its own or as a place in a group session.
#[reads_columns]
#[Object]
impl Session {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<session::Entity> {
        self.0.id.into()
    }
    /// The referral under which it is delivered.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Referral>>> {
        let ids = || self.0.rows().iter().map(|row| row.referral_id).collect();
        let load = || referrals(store(ctx), ids());
        self.0.kin().referral.of(&self.0.referral_id, load).await.in_turn()
    }
    /// Counts the sessions of the referral, from 1.
    fn number(&self) -> i32 {
        self.0.number
    }
    /// How it is delivered.
    fn kind(&self) -> Shown<SessionKind> {
        self.0.kind.into()
    }
    /// When it starts.
    fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }
    /// When it ends.
    fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }
    /// Where.
    fn venue(&self) -> Option<&str> {
        self.0.venue.as_deref()
    }
    /// Where it is in its life.
    fn status(&self) -> Shown<SessionStatus> {
        self.0.status.into()
    }
    /// Whose wish the cancellation was; null unless it is cancelled.
    fn cancelled_by(&self) -> Option<Shown<Party>> {
        self.0.cancelled_by.map(Shown::from)
    }
    /// When it was cancelled.
    fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.0.cancelled_at
    }
    /// Why it was cancelled.
    fn cancel_reason(&self) -> Option<&str> {
        self.0.cancel_reason.as_deref()
    }
    /// The group session in which it is a place; null when it is none, and for those who do not deliver it.
    async fn group_session(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, GroupSession>>> {
        let id = self.0.group_session_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.group_session_id).collect();
        let found = self.0.kin().group_session.of(&id, || reads::group_sessions(store(ctx), ids()));
        found.await.in_turn()
    }
    /// The times to which it was moved, oldest first; empty when it never was.
    async fn changes(&self, ctx: &Context<'_>) -> Result<Cut<'_, SessionChange>> {
        cut(ctx, self.0.kin().changes.of(&self.0.id, || reads::changes(store(ctx), self.ids())).await)
    }
    /// The record of attendance that stands; null until it is recorded.
    async fn attendance(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Attendance>>> {
        let load = || reads::present_attendance(store(ctx), self.ids());
        self.0.kin().attendance.of(&self.0.id, load).await.in_turn()
    }
    /// The feedback that stands; null until it is submitted.
    async fn feedback(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Feedback>>> {
        let load = || reads::present_feedback(store(ctx), self.ids());
        self.0.kin().feedback.of(&self.0.id, load).await.in_turn()
    }
    /// Every record of attendance, the superseded ones too, oldest first.
    async fn attendance_history(&self, ctx: &Context<'_>) -> Result<Cut<'_, Attendance>> {
        let load = || reads::attendance(store(ctx), self.ids());
        cut(ctx, self.0.kin().attendance_history.of(&self.0.id, load).await)
    }
    /// Every feedback form, the superseded ones too, oldest first.
    async fn feedback_history(&self, ctx: &Context<'_>) -> Result<Cut<'_, Feedback>> {
        let load = || reads::feedback(store(ctx), self.ids());
        cut(ctx, self.0.kin().feedback_history.of(&self.0.id, load).await)
    }
    /// Whether its attendance is recorded and its feedback is not yet submitted.
    async fn feedback_due(&self, ctx: &Context<'_>) -> Result<bool> {
        let load = || reads::present_feedback(store(ctx), self.ids());
        let submitted = self.0.kin().feedback.of(&self.0.id, load).await?.is_some();
        Ok(*self.0.status == SessionStatus::Recorded && !submitted)
    }
    /// Counts its changes, what is recorded of it included; send it with the next one.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was put in the diary.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// What you can do with it now: `SCHEDULE_SESSION` to move or cancel it, `RECORD_SESSION` to record or
    /// correct its attendance and feedback, `JUDGE_ABSENCE` to judge its absence.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<Shown<ReferralAction>>> {
        let store = store(ctx);
        let ids = || self.0.rows().iter().map(|row| row.referral_id).collect();
        let referral = self.0.kin().referral.of(&self.0.referral_id, || referrals(store, ids())).await?;
        let Some(referral) = referral else { return Ok(Vec::new()) };
        let load = || reads::present_attendance(store, self.ids());
        let outcome = self.0.kin().attendance.of(&self.0.id, load).await?.map(|record| *record.0.outcome);
        let actions = acts::available(store, &referral.0, &self.0, outcome);
        Ok(actions.into_iter().map(Shown).collect())
    }
}

/// A move of a session with what was read for it.
pub struct SessionChange(pub Member<session_change::Model, ChangeKin>);

/// What hangs on moves.
#[derive(Default)]
pub struct ChangeKin {
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

/// A session moved to another time.
#[Object]
impl SessionChange {
    /// Its identifier.
    fn id(&self) -> GlobalId<session_change::Entity> {
        self.0.id.into()
    }
    /// When it was to start.
    fn old_starts_at(&self) -> DateTime<Utc> {
        self.0.old_starts_at
    }
    /// When it was to end.
    fn old_ends_at(&self) -> DateTime<Utc> {
        self.0.old_ends_at
    }
    /// When it was to start from then on.
    fn new_starts_at(&self) -> DateTime<Utc> {
        self.0.new_starts_at
    }
    /// When it was to end from then on.
    fn new_ends_at(&self) -> DateTime<Utc> {
        self.0.new_ends_at
    }
    /// Whose wish it was.
    fn requested_by(&self) -> Shown<Party> {
        self.0.requested_by.into()
    }
    /// Why.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who recorded it.
    async fn changed_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.changed_by_id);
        let load = || crate::organisations::reads::named(store(ctx), ids());
        self.0.kin().people.of(&self.0.changed_by_id, load).await.in_turn()
    }
    /// When it was recorded.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A group session with what was read for it.
#[derive(Clone)]
pub struct GroupSession(pub Member<group_session::Model, GroupKin>);

/// What hangs on group sessions.
#[derive(Default)]
pub struct GroupKin {
    provider: ToOne<Id<organisation::Entity>, Organisation>,
    service: ToOne<Id<service::Entity>, Service>,
    sessions: ToMany<Id<group_session::Entity>, Session>,
}

impl Node for GroupSession {
    type Table = group_session::Entity;
    type Kin = GroupKin;
    const BESIDE: &'static [Beside<Self::Kin>] = beside! {
        GroupKin;
        "provider": Organisation of group_session.ProviderId = organisation.Id => |kin, rows| kin.provider.fill(Organisation::each(rows));
        "service": Service of group_session.ServiceId = service.Id => |kin, rows| kin.service.fill(Service::each(rows));
    };
    const READS: &'static [Reads] = Self::READS;
    fn show(member: Member<group_session::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A session for a group, with a register.
#[reads_columns]
#[Object]
impl GroupSession {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<group_session::Entity> {
        self.0.id.into()
    }
    /// The organisation that delivers it.
    async fn provider(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.provider_id).collect();
        let load = || crate::organisations::reads::organisations(store(ctx), ids());
        self.0.kin().provider.of(&self.0.provider_id, load).await.in_turn()
    }
    /// The service.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let ids = || self.0.rows().iter().map(|row| row.service_id).collect();
        let load = || crate::directory::reads::services(store(ctx), ids());
        self.0.kin().service.of(&self.0.service_id, load).await.in_turn()
    }
    /// When it starts.
    fn starts_at(&self) -> DateTime<Utc> {
        self.0.starts_at
    }
    /// When it ends.
    fn ends_at(&self) -> DateTime<Utc> {
        self.0.ends_at
    }
    /// Where.
    fn venue(&self) -> Option<&str> {
        self.0.venue.as_deref()
    }
    /// Whose wish its cancellation was; null unless it is cancelled as a whole.
    fn cancelled_by(&self) -> Option<Shown<Party>> {
        self.0.cancelled_by.map(Shown::from)
    }
    /// When it was cancelled as a whole.
    fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.0.cancelled_at
    }
    /// Why it was cancelled as a whole.
    fn cancel_reason(&self) -> Option<&str> {
        self.0.cancel_reason.as_deref()
    }
    /// Counts its changes; each place counts its own.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was put in the diary.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// The register: the places of the people whose referrals you see, cancelled ones too.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Cut<'_, Session>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let load = |asked| reads::register(store(ctx), ids(), asked);
        let asked = (place(ctx), asked_of_nodes(ctx));
        cut(ctx, self.0.kin().sessions.of_asked(&self.0.id, asked, load).await)
    }
}

/// The running totals of a referral or a case.
pub struct AttendanceTotals(pub AbsenceTotals);

/// How often a person came to the sessions recorded, and how often not.
#[Object]
impl AttendanceTotals {
    /// Sessions attended.
    fn attended(&self) -> i32 {
        self.0.attended
    }
    /// Sessions to which the person came and which did not happen.
    fn not_delivered(&self) -> i32 {
        self.0.not_delivered
    }
    /// Absences that the officer has not judged.
    fn proposed(&self) -> i32 {
        self.0.proposed
    }
    /// Absences judged acceptable.
    fn acceptable(&self) -> i32 {
        self.0.acceptable
    }
    /// Absences judged unacceptable.
    fn unacceptable(&self) -> i32 {
        self.0.unacceptable
    }
    /// All absences, judged or not.
    fn absences(&self) -> i32 {
        self.0.absences()
    }
}

keyed!(Session, SessionChange);
