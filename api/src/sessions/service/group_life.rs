//! A group session as a whole: joined by more people, moved to another time, cancelled.

use chrono::SubsecRound;
use entity::{Id, group_session, session, session_change};
use rules::Refusal;
use rules::sessions::{GroupAct, SessionRefusal, permits_group, schedule};
use rules::terms::{ReferralAction, SessionKind, SessionStatus};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};
use sea_orm::ColumnTrait;

use super::diary::{self, Diary, clashing, named};
use super::group::{MOST, Register, each_once, seat};
use super::{TEXT, side};
use crate::charges::service::settle_all;
use crate::error::Result;
use crate::sessions::graphql::inputs::{
    CancelGroupSessionInput, JoinGroupSessionInput, RescheduleGroupSessionInput,
};
use crate::store::Write;

type GroupId = Id<group_session::Entity>;

/// Gives more people a place in a group session.
pub async fn join_group_session(write: &mut Write, input: JoinGroupSessionInput) -> Result<Register> {
    let named: Vec<_> = input.referral_ids.iter().map(|id| id.0).collect();
    let group = Whole::of(write, input.group_session_id.0, input.version, GroupAct::Join).await?.group;
    let mut form = Form::new(TEXT);
    form.refuse(each_once("referralIds", &named));
    let taken = places(write, group.id, Some(SessionStatus::Cancelled)).await?;
    if taken.saturating_add(named.len()) > MOST {
        let message = format!("A group has at most {MOST} people, and {taken} have a place in this one.");
        form.refuse([Refusal::of(SessionRefusal::Invalid, "referralIds", message)]);
    }
    form.finish()?;
    let people = seat(write, &group, named).await?;
    if people.iter().any(|one| one.session.is_some()) {
        write.replace(&group, group.clone()).await?;
    }
    Ok(Register { group_session: Some(group.id), people })
}

/// Moves a group session with everybody in it. If one of them cannot come then, nobody is moved, and each who
/// cannot is named.
pub async fn reschedule_group_session(
    write: &mut Write,
    input: RescheduleGroupSessionInput,
) -> Result<GroupId> {
    let Whole { group: before, mut diaries } =
        Whole::of(write, input.group_session_id.0, input.version, GroupAct::Move).await?;
    let mut form = Form::new(TEXT);
    form.refuse(schedule(input.starts_at, input.ends_at, write.now(), SessionKind::Group));
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let venue = form.optional("venue", input.venue.as_deref(), SHORT_TEXT);
    let after = group_session::Model {
        starts_at: input.starts_at.trunc_subsecs(6),
        ends_at: input.ends_at.trunc_subsecs(6),
        venue: venue.or(before.venue.clone()),
        ..before.clone()
    };
    form.refuse((after == before).then(super::schedule::unmoved));
    form.finish()?;
    refuse_clashes(write, &diaries, &after).await?;
    write.update(&before, after.clone()).await?;
    let mut changes = Vec::new();
    for diary in &mut diaries {
        write.concerns(diary.referral.case_id);
        for place in scheduled_places(diary, before.id) {
            let moved = session::Model {
                starts_at: after.starts_at,
                ends_at: after.ends_at,
                venue: after.venue.clone(),
                ..place.clone()
            };
            changes.push(session_change::Model {
                id: Id::fresh(),
                session_id: place.id,
                old_starts_at: place.starts_at,
                old_ends_at: place.ends_at,
                new_starts_at: moved.starts_at,
                new_ends_at: moved.ends_at,
                requested_by: input.requested_by.into(),
                reason: reason.clone(),
                changed_by_id: write.scope().person(),
                created_at: write.now(),
            });
            diary.change(write, &place, moved).await?;
        }
    }
    write.insert_all(changes).await?;
    Ok(before.id)
}

/// Cancels a group session and every place in it.
pub async fn cancel_group_session(write: &mut Write, input: CancelGroupSessionInput) -> Result<GroupId> {
    let Whole { group: before, mut diaries } =
        Whole::of(write, input.group_session_id.0, input.version, GroupAct::Cancel).await?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let by = *input.requested_by;
    let after = group_session::Model {
        cancelled_by: Some(by.into()),
        cancelled_at: Some(write.now()),
        cancel_reason: Some(reason.clone()),
        ..before.clone()
    };
    write.update(&before, after).await?;
    for diary in &mut diaries {
        write.concerns(diary.referral.case_id);
        for place in scheduled_places(diary, before.id) {
            let mut cancelled = place.clone();
            diary::cancel(&mut cancelled, by, &reason, write);
            diary.change(write, &place, cancelled).await?;
        }
    }
    let accounts: Vec<_> = diaries.iter().map(Diary::account).collect();
    settle_all(write, &accounts).await?;
    Ok(before.id)
}

/// A group session held still, with the diaries of everybody who has a place in it.
struct Whole {
    group: group_session::Model,
    diaries: Vec<Diary>,
}

impl Whole {
    /// The group session at the version that the caller read, if the act is open to them: whoever moves or cancels
    /// it acts for everybody in it, and so has to be one who delivers to everybody in it.
    async fn of(write: &mut Write, id: GroupId, version: i32, act: GroupAct) -> Result<Self> {
        let group = write.find::<group_session::Entity>().locked().get(id).await?;
        write.expect_version(&group, version).await?;
        let recorded = places(write, id, None).await? > 0
            && write
                .find::<session::Entity>()
                .filter(session::Column::GroupSessionId.eq(id))
                .filter(session::Column::Status.eq(rules::Term::code(SessionStatus::Recorded)))
                .count()
                .await?
                > 0;
        permits_group(group.cancelled_at.is_some(), recorded, act)?;
        if act == GroupAct::Join {
            return Ok(Self { group, diaries: Vec::new() });
        }
        let diaries = Diary::of_group(write, id).await?;
        let mine: usize = diaries.iter().map(|diary| all_places(diary, id).count()).sum();
        if mine < places(write, id, None).await? {
            let message =
                "Others deliver to some of the people in this group: its provider's manager does this.";
            return Err(Refusal::new(SessionRefusal::NotPermitted, message).into());
        }
        for diary in diaries.iter().filter(|diary| !scheduled_places(diary, id).is_empty()) {
            side::may(write, &diary.referral, ReferralAction::ScheduleSession)?;
        }
        Ok(Self { group, diaries })
    }
}

/// How many places a group session has, whoever sees them; those of one status may be left out.
async fn places(write: &Write, group: GroupId, but: Option<SessionStatus>) -> Result<usize> {
    let find = write.consequence::<session::Entity>().filter(session::Column::GroupSessionId.eq(group));
    let find = find.filter_if(but.map(|status| session::Column::Status.ne(rules::Term::code(status))));
    Ok(usize::try_from(find.count().await?).unwrap_or(usize::MAX))
}

fn all_places(diary: &Diary, group: GroupId) -> impl Iterator<Item = &session::Model> {
    diary.sessions.iter().filter(move |session| session.group_session_id == Some(group))
}

fn scheduled_places(diary: &Diary, group: GroupId) -> Vec<session::Model> {
    let scheduled = |session: &&session::Model| *session.status == SessionStatus::Scheduled;
    all_places(diary, group).filter(scheduled).cloned().collect()
}

/// Refuses a time at which somebody in the group has another session, and names each such session.
async fn refuse_clashes(write: &Write, diaries: &[Diary], at: &group_session::Model) -> Result<()> {
    let cases: Vec<_> = diaries.iter().map(|diary| diary.referral.case_id).collect();
    let taken = clashing(write, &cases, at.starts_at, at.ends_at).await?;
    let mut refusals = Vec::new();
    for other in taken.iter().filter(|other| other.group_session_id != Some(at.id)) {
        refusals.push(named(write, other).await?);
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals.into()) }
}
