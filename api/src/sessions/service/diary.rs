//! The diary of a referral: its sessions and what stands recorded of them, held still while an act goes on.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{Id, attendance, group_session, probation_case, referral, session};
use rules::sessions::SessionRefusal;
use rules::terms::{AttendanceOutcome, Party, SessionStatus};
use rules::{Refusal, Term, london};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, Order};

use crate::charges::service::Account;
use crate::error::{Fault, Result};
use crate::store::{Find, Write};

/// A referral with its sessions. The referral's row is locked, so that nothing in it moves until the act
/// ends.
pub struct Diary {
    /// The referral.
    pub referral: referral::Model,
    /// All its sessions.
    pub sessions: Vec<session::Model>,
    /// What stands recorded of each, the superseded records left out.
    pub attendance: HashMap<Id<session::Entity>, attendance::Model>,
}

impl Diary {
    /// The diary of a referral.
    pub async fn of_referral(write: &mut Write, id: Id<referral::Entity>) -> Result<Self> {
        let diary = Self::load(write, referral::Column::Id.eq(id).into()).await?.pop();
        let diary = diary.ok_or_else(|| Fault::not_found("referral"))?;
        write.concerns(diary.referral.case_id);
        Ok(diary)
    }

    /// The diary in which a session stands, and the session.
    pub async fn of_session(write: &mut Write, id: Id<session::Entity>) -> Result<(Self, session::Model)> {
        let of_session = Query::select()
            .column(session::Column::ReferralId)
            .from(session::Entity)
            .and_where(session::Column::Id.eq(id))
            .to_owned();
        let diary = Self::load(write, referral::Column::Id.in_subquery(of_session).into()).await?.pop();
        let diary = diary.ok_or_else(|| Fault::not_found("session"))?;
        write.concerns(diary.referral.case_id);
        let session = diary.session(id).cloned().ok_or_else(|| Fault::not_found("session"))?;
        Ok((diary, session))
    }

    /// The diaries in which the places of a group session stand.
    pub async fn of_group(write: &Write, id: Id<group_session::Entity>) -> Result<Vec<Self>> {
        let of_group = Query::select()
            .column(session::Column::ReferralId)
            .from(session::Entity)
            .and_where(session::Column::GroupSessionId.eq(id))
            .to_owned();
        Self::load(write, referral::Column::Id.in_subquery(of_group).into()).await
    }

    /// The diaries of those of these referrals that the caller sees.
    pub async fn of_referrals(write: &Write, ids: Vec<Id<referral::Entity>>) -> Result<Vec<Self>> {
        Self::load(write, referral::Column::Id.is_in(ids).into()).await
    }

    /// Locks the referrals, always in the same order so that two acts never wait for one another, and then
    /// reads what hangs on them.
    async fn load(write: &Write, which: Condition) -> Result<Vec<Self>> {
        let find = write.find::<referral::Entity>().filter(which).order_by(referral::Column::Id, Order::Asc);
        let referrals = find.locked().all().await?;
        let ids = referrals.iter().map(|referral| referral.id);
        let sessions = write
            .find::<session::Entity>()
            .of(session::Column::ReferralId, ids)
            .order_by(session::Column::Number, Order::Asc);
        let (mut sessions, mut records) = with_attendance(sessions).await?;
        let mut diaries = Vec::with_capacity(referrals.len());
        for referral in referrals {
            let own = |session: &mut session::Model| session.referral_id == referral.id;
            let sessions = sessions.extract_if(.., own).collect();
            let own = |record: &mut attendance::Model| record.referral_id == referral.id;
            let attendance = records.extract_if(.., own).map(|record| (record.session_id, record)).collect();
            diaries.push(Self { referral, sessions, attendance });
        }
        Ok(diaries)
    }

    /// The session of this diary with that identifier.
    pub fn session(&self, id: Id<session::Entity>) -> Option<&session::Model> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// What became of a session, if it is recorded.
    pub fn outcome(&self, session: &session::Model) -> Option<AttendanceOutcome> {
        self.attendance.get(&session.id).map(|record| *record.outcome)
    }

    /// The number that the next session of the referral has.
    pub fn next_number(&self) -> i32 {
        self.sessions.iter().map(|session| session.number).max().unwrap_or_default().saturating_add(1)
    }

    /// What charges need to know of it.
    pub fn account(&self) -> Account<'_> {
        let records = self.attendance.values().collect();
        Account { referral: &self.referral, sessions: &self.sessions, attendance: records }
    }

    /// Changes a session from what it was; a new version in any case.
    pub async fn change(
        &mut self,
        write: &mut Write,
        before: &session::Model,
        after: session::Model,
    ) -> Result<()> {
        let after = write.replace(before, after).await.map_err(unavailable)?;
        self.sessions.retain(|session| session.id != after.id);
        self.sessions.push(after);
        Ok(())
    }
}

/// Sessions, and the records of attendance that stand for them.
pub async fn with_attendance(
    sessions: Find<'_, session::Entity>,
) -> Result<(Vec<session::Model>, Vec<attendance::Model>)> {
    use attendance::Column::{SessionId, SupersededAt};
    sessions.all_with::<attendance::Entity>((session::Column::Id, SessionId), SupersededAt).await
}

/// Writes the cancellation into a session.
pub fn cancel(session: &mut session::Model, by: Party, reason: &str, write: &Write) {
    session.status = SessionStatus::Cancelled.into();
    session.cancelled_by = Some(by.into());
    session.cancelled_at = Some(write.now());
    session.cancel_reason = Some(reason.to_owned());
}

/// Refuses a time at which the person has another session that the caller sees; that one is named.
pub async fn no_clash(write: &Write, planned: &session::Model) -> Result<()> {
    let taken = clashing(write, &[planned.case_id], planned.starts_at, planned.ends_at).await?;
    match taken.into_iter().find(|other| other.id != planned.id) {
        Some(other) => Err(named(write, &other).await?.into()),
        None => Ok(()),
    }
}

/// The sessions of these cases that the caller sees between two instants. The cases are locked first, always
/// in the same order: whoever else puts these people in a diary waits, so that the last word is the
/// constraint's and never a deadlock between two of its checks.
pub async fn clashing(
    write: &Write,
    cases: &[Id<probation_case::Entity>],
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
) -> Result<Vec<session::Model>> {
    let people = write.consequence::<probation_case::Entity>();
    let people = people.of(probation_case::Column::Id, cases.iter().copied());
    let held = people.order_by(probation_case::Column::Id, Order::Asc).locked().all().await?;
    // PostgreSQL's second lock leaves out, without a word, what it does not let an act hold.
    if held.len() < cases.iter().collect::<BTreeSet<_>>().len() {
        return Err(Fault::internal("a case whose diary changes is not held"));
    }
    write
        .find::<session::Entity>()
        .of(session::Column::CaseId, cases.iter().copied())
        .filter(session::Column::Status.ne(SessionStatus::Cancelled.code()))
        .filter(session::Column::StartsAt.lt(ends_at))
        .filter(session::Column::EndsAt.gt(starts_at))
        .all()
        .await
}

/// The refusal that names the other session, for one who sees it.
pub async fn named(write: &Write, other: &session::Model) -> Result<Refusal<SessionRefusal>> {
    let referral = write.find::<referral::Entity>().get(other.referral_id).await?;
    let message = format!(
        "The person has session {} of referral {} on {} at that time: choose another time.",
        other.number,
        referral.reference,
        london::written(london::day(other.starts_at)),
    );
    Ok(Refusal::of(SessionRefusal::Clash, "startsAt", message))
}

/// The database's word that the person has another session, which the caller does not see: the refusal says
/// no more than that.
pub fn unavailable(fault: Fault) -> Fault {
    let refusal =
        Refusal::of(SessionRefusal::Unavailable, "startsAt", "The person is not available at that time.");
    fault.or_refusal("session_clash", "session_clash", refusal)
}
