//! Sessions put in the diary, moved and cancelled.

use chrono::SubsecRound;
use entity::{Id, session, session_change};
use rules::Refusal;
use rules::sessions::{SessionAct, SessionRefusal, home_visit, permits, schedule};
use rules::terms::{ReferralAction, SessionStatus};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};

use super::diary::{self, Diary, no_clash};
use super::{TEXT, side};
use crate::error::Result;
use crate::sessions::graphql::inputs::{CancelSessionInput, RescheduleSessionInput, ScheduleSessionInput};
use crate::store::Write;

/// Puts a session in the diary of a referral.
pub async fn schedule_session(write: &mut Write, input: ScheduleSessionInput) -> Result<Id<session::Entity>> {
    let diary = Diary::of_referral(write, input.referral_id.0).await?;
    side::may(write, &diary.referral, ReferralAction::ScheduleSession)?;
    let mut form = Form::new(TEXT);
    form.refuse(schedule(input.starts_at, input.ends_at, write.now(), *input.kind));
    form.refuse(home_visit(*input.kind, diary.referral.home_visits));
    let row = session::Model {
        id: Id::fresh(),
        referral_id: diary.referral.id,
        case_id: diary.referral.case_id,
        group_session_id: None,
        number: diary.next_number(),
        kind: input.kind.into(),
        starts_at: input.starts_at.trunc_subsecs(6),
        ends_at: input.ends_at.trunc_subsecs(6),
        venue: form.optional("venue", input.venue.as_deref(), SHORT_TEXT),
        status: SessionStatus::Scheduled.into(),
        cancelled_by: None,
        cancelled_at: None,
        cancel_reason: None,
        version: 1,
        created_at: write.now(),
    };
    form.finish()?;
    no_clash(write, &row).await?;
    Ok(write.insert(row).await.map_err(diary::unavailable)?.id)
}

/// Moves a session to another time and keeps the old one. A place in a group session leaves the group with
/// it.
pub async fn reschedule_session(
    write: &mut Write,
    input: RescheduleSessionInput,
) -> Result<Id<session::Entity>> {
    let (mut diary, before) = Diary::of_session(write, input.session_id.0).await?;
    write.expect_version(&before, input.version).await?;
    side::may(write, &diary.referral, ReferralAction::ScheduleSession)?;
    permits(*before.status, false, SessionAct::Move)?;
    let mut form = Form::new(TEXT);
    form.refuse(schedule(input.starts_at, input.ends_at, write.now(), *before.kind));
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let venue = form.optional("venue", input.venue.as_deref(), SHORT_TEXT);
    let mut after = before.clone();
    after.starts_at = input.starts_at.trunc_subsecs(6);
    after.ends_at = input.ends_at.trunc_subsecs(6);
    after.venue = venue.or(after.venue);
    form.refuse((after == before).then(unmoved));
    form.finish()?;
    if (after.starts_at, after.ends_at) != (before.starts_at, before.ends_at) {
        after.group_session_id = None;
    }
    no_clash(write, &after).await?;
    let change = session_change::Model {
        id: Id::fresh(),
        session_id: before.id,
        old_starts_at: before.starts_at,
        old_ends_at: before.ends_at,
        new_starts_at: after.starts_at,
        new_ends_at: after.ends_at,
        requested_by: input.requested_by.into(),
        reason,
        changed_by_id: write.scope().person(),
        created_at: write.now(),
    };
    diary.change(write, &before, after).await?;
    write.insert(change).await?;
    Ok(before.id)
}

/// Cancels a session.
pub async fn cancel_session(write: &mut Write, input: CancelSessionInput) -> Result<Id<session::Entity>> {
    let (mut diary, before) = Diary::of_session(write, input.session_id.0).await?;
    write.expect_version(&before, input.version).await?;
    side::may(write, &diary.referral, ReferralAction::ScheduleSession)?;
    permits(*before.status, false, SessionAct::Cancel)?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let mut after = before.clone();
    diary::cancel(&mut after, *input.requested_by, &reason, write);
    diary.change(write, &before, after).await?;
    crate::charges::service::settle_all(write, &[diary.account()]).await?;
    Ok(before.id)
}

pub(super) fn unmoved() -> Refusal<SessionRefusal> {
    let message = "The session is at this time and place already: give another one.";
    Refusal::of(SessionRefusal::Invalid, "startsAt", message)
}
