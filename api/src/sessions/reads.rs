//! Named queries over sessions.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, Utc};
use entity::{
    Id, attendance, feedback, group_session, probation_case, referral, sentence, session, session_change,
};
use rules::Term;
use rules::sessions;
use rules::terms::AttendanceOutcome;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Order};

use super::graphql::{Attendance, AttendanceTotals, Feedback, GroupSession, Session, SessionChange};
use crate::error::Result;
use crate::graphql::act::Node;
use crate::store::kin::Member;
use crate::store::{Asked, Find, Store};

type SessionId = Id<session::Entity>;
type ReferralId = Id<referral::Entity>;
type GroupId = Id<group_session::Entity>;

/// The sessions of referrals, in the order in which they start, with what is asked for of them.
pub async fn of_referrals(
    store: &Store,
    of: Vec<ReferralId>,
    asked: Asked<'_>,
) -> Result<Vec<(ReferralId, Session)>> {
    let find = store.find::<session::Entity>().of(session::Column::ReferralId, of);
    let family = by_start(find).beside(Session::BESIDE, Session::READS, asked).family().await?;
    Ok(family.into_iter().map(|member| (member.referral_id, Session(member))).collect())
}

/// The places of group sessions, in the order in which they start and then in which they were given, with what is
/// asked for of them.
pub async fn register(store: &Store, of: Vec<GroupId>, asked: Asked<'_>) -> Result<Vec<(GroupId, Session)>> {
    let find = store.find::<session::Entity>().of(session::Column::GroupSessionId, of);
    let family = by_start(find).beside(Session::BESIDE, Session::READS, asked).family().await?;
    let place = |member: Member<session::Model, _>| member.group_session_id.map(|id| (id, Session(member)));
    Ok(family.into_iter().filter_map(place).collect())
}

fn by_start(find: Find<'_, session::Entity>) -> Find<'_, session::Entity> {
    find.order_by(session::Column::StartsAt, Order::Asc).order_by(session::Column::Id, Order::Asc)
}

/// The records of attendance of sessions that stand.
pub async fn present_attendance(store: &Store, of: Vec<SessionId>) -> Result<Vec<(SessionId, Attendance)>> {
    let find = store.find::<attendance::Entity>().of(attendance::Column::SessionId, of);
    let rows = find.filter(attendance::Column::SupersededAt.is_null()).all().await?;
    Ok(Attendance::each(rows).collect())
}

/// The feedback forms of sessions that stand.
pub async fn present_feedback(store: &Store, of: Vec<SessionId>) -> Result<Vec<(SessionId, Feedback)>> {
    let find = store.find::<feedback::Entity>().of(feedback::Column::SessionId, of);
    let rows = find.filter(feedback::Column::SupersededAt.is_null()).all().await?;
    Ok(Feedback::each(rows).collect())
}

/// Sessions by their identifiers.
pub async fn by_id(store: &Store, ids: Vec<SessionId>) -> Result<HashMap<SessionId, Session>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = store.find::<session::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Session(member))).collect())
}

/// Group sessions by their identifiers.
pub async fn group_sessions(store: &Store, ids: Vec<GroupId>) -> Result<Vec<(GroupId, GroupSession)>> {
    let rows = store.find::<group_session::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, GroupSession(member))).collect())
}

/// The moves of sessions, oldest first.
pub async fn changes(store: &Store, of: Vec<SessionId>) -> Result<Vec<(SessionId, SessionChange)>> {
    use session_change::Column::{CreatedAt, Id, SessionId};
    let find = store.find::<session_change::Entity>().of(SessionId, of);
    let rows = find.order_by(CreatedAt, Order::Asc).order_by(Id, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.session_id, SessionChange(member))).collect())
}

/// The records of attendance of sessions, the superseded ones too, oldest first.
pub async fn attendance(store: &Store, of: Vec<SessionId>) -> Result<Vec<(SessionId, Attendance)>> {
    use attendance::Column::{CreatedAt, Id, SessionId};
    let find = store.find::<attendance::Entity>().of(SessionId, of);
    let rows = find.order_by(CreatedAt, Order::Asc).order_by(Id, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.session_id, Attendance(member))).collect())
}

/// The feedback forms of sessions, the superseded ones too, oldest first.
pub async fn feedback(store: &Store, of: Vec<SessionId>) -> Result<Vec<(SessionId, Feedback)>> {
    use feedback::Column::{CreatedAt, Id, SessionId};
    let find = store.find::<feedback::Entity>().of(SessionId, of);
    let rows = find.order_by(CreatedAt, Order::Asc).order_by(Id, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.session_id, Feedback(member))).collect())
}

/// The running totals of referrals; of each of them, also where nothing is recorded.
pub async fn absences(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, AttendanceTotals)>> {
    let find = store.find::<attendance::Entity>();
    let find = find.of(attendance::Column::ReferralId, of.iter().copied());
    let rows = find.filter(attendance::Column::SupersededAt.is_null()).all().await?;
    let totals = |(id, outcomes): (_, Vec<_>)| (id, AttendanceTotals(sessions::absences(&outcomes)));
    let outcomes = grouped(&of, rows.into_iter().map(|row| (row.referral_id, *row.outcome)));
    Ok(outcomes.into_iter().map(totals).collect())
}

/// The RAR days that cases have used, over all referrals that the caller sees as the case's holder or as an
/// inspector; of each case, also where there are none.
pub async fn rar_days_used(
    store: &Store,
    of: Vec<Id<probation_case::Entity>>,
) -> Result<Vec<(Id<probation_case::Entity>, i32)>> {
    let held = (!store.scope().inspects()).then(|| Expr::exists(held_by(store.scope().organisation())));
    let find = rar_sessions(store).of(session::Column::CaseId, of.iter().copied()).filter_if(held);
    let rows = find.all().await?;
    Ok(days(&of, rows.into_iter().map(|row| (row.case_id, row.starts_at))))
}

/// The RAR days that have been used under sentences, over all referrals that the caller sees; of each sentence,
/// also where there are none.
pub async fn rar_days_used_under(
    store: &Store,
    of: Vec<Id<sentence::Entity>>,
) -> Result<Vec<(Id<sentence::Entity>, i32)>> {
    let under = store.find::<referral::Entity>().of(referral::Column::SentenceId, of.iter().copied());
    let under = under.filter(referral::Column::CountsTowardsRar.eq(true)).all().await?;
    let sentences: HashMap<_, _> =
        under.iter().filter_map(|referral| Some((referral.id, referral.sentence_id?))).collect();
    let ids = session::Column::ReferralId.is_in(sentences.keys().copied());
    let rows = rar_sessions(store).filter(ids).all().await?;
    let starts = rows.into_iter().filter_map(|row| Some((*sentences.get(&row.referral_id)?, row.starts_at)));
    Ok(days(&of, starts))
}

/// The RAR days that referrals have used; of each of them, also where there are none.
pub async fn rar_days_used_by(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, i32)>> {
    let find = rar_sessions(store).of(session::Column::ReferralId, of.iter().copied());
    let rows = find.all().await?;
    Ok(days(&of, rows.into_iter().map(|row| (row.referral_id, row.starts_at))))
}

/// Attended sessions of referrals that count towards the RAR.
fn rar_sessions(store: &Store) -> Find<'_, session::Entity> {
    let attended = Query::select()
        .column(attendance::Column::SessionId)
        .from(attendance::Entity)
        .and_where(same(attendance::Column::SessionId, session::Column::Id))
        .and_where(attendance::Column::Outcome.eq(AttendanceOutcome::Attended.code()))
        .and_where(attendance::Column::SupersededAt.is_null())
        .to_owned();
    let counting = Query::select()
        .column(referral::Column::Id)
        .from(referral::Entity)
        .and_where(same(referral::Column::Id, session::Column::ReferralId))
        .and_where(referral::Column::CountsTowardsRar.eq(true))
        .to_owned();
    store.find::<session::Entity>().filter(Expr::exists(attended)).filter(Expr::exists(counting))
}

/// That a column of the inner statement is one of the outer.
fn same(inner: impl ColumnTrait, outer: impl ColumnTrait) -> Expr {
    ExprTrait::equals(Expr::col(inner.as_column_ref()), outer.as_column_ref())
}

fn held_by(organisation: Id<entity::organisation::Entity>) -> SelectStatement {
    Query::select()
        .column(referral::Column::Id)
        .from(referral::Entity)
        .and_where(same(referral::Column::Id, session::Column::ReferralId))
        .and_where(referral::Column::HolderId.eq(organisation))
        .to_owned()
}

fn days<K: Copy + Eq + Hash>(of: &[K], starts: impl Iterator<Item = (K, DateTime<Utc>)>) -> Vec<(K, i32)> {
    let starts = grouped(of, starts).into_iter();
    starts.map(|(key, starts)| (key, sessions::rar_days_used(starts.into_iter()))).collect()
}

/// The values of each key, of those too that have none.
fn grouped<K: Copy + Eq + Hash, V>(of: &[K], values: impl Iterator<Item = (K, V)>) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = of.iter().map(|key| (*key, Vec::new())).collect();
    for (key, value) in values {
        groups.entry(key).or_default().push(value);
    }
    groups
}
