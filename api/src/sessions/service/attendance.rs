//! Attendance recorded and corrected, absences judged.

use entity::{Coded, Id, attendance, referral, session};
use rules::Refusal;
use rules::referrals::{Capacity, after_attendance};
use rules::sessions::{self, SessionAct, SessionRefusal, how_it_came, permits};
use rules::terms::{AttendanceOutcome, FeedbackChannel, ReferralAction, SessionStatus};
use rules::text::{Form, LONG_TEXT};

use super::diary::Diary;
use super::{TEXT, side};
use crate::charges::service::settle_all;
use crate::error::{Fault, Result};
use crate::sessions::graphql::inputs::{
    AttendanceInput, CorrectAttendanceInput, JudgeAbsenceInput, RecordAttendanceInput,
};
use crate::store::Write;

/// Records who came to a session, once.
pub async fn record_attendance(
    write: &mut Write,
    input: RecordAttendanceInput,
) -> Result<Id<session::Entity>> {
    let (mut diary, before) = Diary::of_session(write, input.session_id.0).await?;
    write.expect_version(&before, input.version).await?;
    record(write, &mut diary, &before, &input.attendance).await?;
    settle_all(write, &[diary.account()]).await?;
    Ok(before.id)
}

/// Records the attendance of a session in its diary. What it costs is settled by the caller.
pub async fn record(
    write: &mut Write,
    diary: &mut Diary,
    before: &session::Model,
    input: &AttendanceInput,
) -> Result<()> {
    let by = side::may(write, &diary.referral, ReferralAction::RecordSession)?;
    permits(*before.status, false, SessionAct::RecordAttendance)?;
    let row = check(write, before, input, by).map_err(Fault::from)?;
    put(write, diary, before, row).await
}

/// Corrects a recorded attendance: the earlier record stays, superseded.
pub async fn correct_attendance(
    write: &mut Write,
    input: CorrectAttendanceInput,
) -> Result<Id<session::Entity>> {
    let (mut diary, before) = Diary::of_session(write, input.session_id.0).await?;
    write.expect_version(&before, input.version).await?;
    let by = side::may(write, &diary.referral, ReferralAction::RecordSession)?;
    permits(*before.status, false, SessionAct::CorrectAttendance)?;
    let earlier = standing(&diary, &before)?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let row = match check(write, &before, &input.attendance, by) {
        Ok(row) => Some(row),
        Err(refusals) => {
            form.refuse(refusals);
            None
        }
    };
    form.finish()?;
    if let Some(mut row) = row {
        row.correction_reason = Some(reason);
        supersede(write, &earlier, &mut row).await?;
        put(write, &mut diary, &before, row).await?;
    }
    settle_all(write, &[diary.account()]).await?;
    Ok(before.id)
}

/// Judges an absence: the record as it was proposed stays, superseded by the one that is judged.
pub async fn judge_absence(write: &mut Write, input: JudgeAbsenceInput) -> Result<Id<session::Entity>> {
    let (mut diary, before) = Diary::of_session(write, input.session_id.0).await?;
    write.expect_version(&before, input.version).await?;
    side::may(write, &diary.referral, ReferralAction::JudgeAbsence)?;
    permits(*before.status, false, SessionAct::JudgeAbsence)?;
    let earlier = standing(&diary, &before)?;
    let mut form = Form::new(TEXT);
    let note = form.optional("note", input.note.as_deref(), LONG_TEXT);
    form.finish()?;
    let outcome = sessions::judgement(*earlier.outcome, input.acceptable)?;
    let mut row = attendance::Model {
        id: Id::fresh(),
        outcome: outcome.into(),
        judged_by_id: Some(write.scope().person()),
        judged_at: Some(write.now()),
        judgement_note: note,
        correction_reason: None,
        created_at: write.now(),
        ..earlier.clone()
    };
    supersede(write, &earlier, &mut row).await?;
    put(write, &mut diary, &before, row).await?;
    settle_all(write, &[diary.account()]).await?;
    Ok(before.id)
}

/// The record as it is to stand, or everything that is wrong with what was sent.
fn check(
    write: &Write,
    session: &session::Model,
    input: &AttendanceInput,
    by: Capacity,
) -> Result<attendance::Model, Vec<Refusal<SessionRefusal>>> {
    let received_by: Option<FeedbackChannel> = input.received_by.map(|channel| channel.0);
    let on_behalf = by == Capacity::Holder;
    let checked = sessions::attendance(&input.recording(), by, session.starts_at, write.now());
    let channel = how_it_came(on_behalf, received_by);
    let outcome = match (checked, channel) {
        (Ok(outcome), None) => outcome,
        (checked, channel) => {
            return Err(checked.err().unwrap_or_default().into_iter().chain(channel).collect());
        }
    };
    let judged =
        matches!(outcome, AttendanceOutcome::AcceptableAbsence | AttendanceOutcome::UnacceptableAbsence);
    Ok(attendance::Model {
        id: Id::fresh(),
        session_id: session.id,
        referral_id: session.referral_id,
        outcome: outcome.into(),
        late_minutes: input.late_minutes,
        late_reason: text(input.late_reason.as_deref()),
        not_delivered_reason: input.not_delivered_reason.map(Coded::from),
        absence_reason: input.absence_reason.map(Coded::from),
        absence_note: text(input.absence_note.as_deref()),
        contact_attempts: text(input.contact_attempts.as_deref()),
        recorded_by_id: write.scope().person(),
        received_by: received_by.map(Coded::from),
        judged_by_id: judged.then(|| write.scope().person()),
        judged_at: judged.then(|| write.now()),
        judgement_note: None,
        supersedes_id: None,
        superseded_at: None,
        correction_reason: None,
        created_at: write.now(),
    })
}

/// A checked text as it is stored; none if there is nothing in it.
fn text(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The record that stands for a session.
fn standing(diary: &Diary, session: &session::Model) -> Result<attendance::Model> {
    let missing = || Fault::internal(format!("session {} is recorded without a record", session.id));
    diary.attendance.get(&session.id).cloned().ok_or_else(missing)
}

/// Ends the earlier record's time and names it in the one that takes its place.
async fn supersede(
    write: &mut Write,
    earlier: &attendance::Model,
    row: &mut attendance::Model,
) -> Result<()> {
    row.supersedes_id = Some(earlier.id);
    let ended = attendance::Model { superseded_at: Some(write.now()), ..earlier.clone() };
    write.update(earlier, ended).await?;
    Ok(())
}

/// Makes a record the one that stands, with what follows for the session and its referral.
async fn put(
    write: &mut Write,
    diary: &mut Diary,
    before: &session::Model,
    row: attendance::Model,
) -> Result<()> {
    let outcome = *row.outcome;
    let row = write.insert(row).await?;
    diary.attendance.insert(before.id, row);
    let mut after = before.clone();
    after.status = SessionStatus::Recorded.into();
    diary.change(write, before, after).await?;
    let attended = outcome == AttendanceOutcome::Attended;
    let mut under_way: referral::Model = diary.referral.clone();
    under_way.status = after_attendance(*under_way.status, attended).into();
    if under_way.status != diary.referral.status {
        under_way.updated_at = write.now();
        diary.referral = write.update(&diary.referral, under_way).await?;
    }
    Ok(())
}
