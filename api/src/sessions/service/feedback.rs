//! Feedback submitted and corrected.

use entity::{Coded, Id, feedback, session};
use rules::referrals::Capacity;
use rules::sessions::{self, SessionAct, permits};
use rules::terms::ReferralAction;
use rules::text::{Form, LONG_TEXT};
use sea_orm::ColumnTrait;

use super::diary::Diary;
use super::{TEXT, side};
use crate::error::Result;
use crate::sessions::graphql::inputs::{CorrectFeedbackInput, FeedbackInput, SubmitFeedbackInput};
use crate::store::Write;

/// Submits the feedback form of a session, once.
pub async fn submit_feedback(write: &mut Write, input: SubmitFeedbackInput) -> Result<Id<session::Entity>> {
    let (mut diary, before) = Diary::of_session(write, input.session_id.0).await?;
    write.expect_version(&before, input.version).await?;
    let by = side::may(write, &diary.referral, ReferralAction::RecordSession)?;
    let earlier = standing(write, &before).await?;
    permits(*before.status, earlier.is_some(), SessionAct::SubmitFeedback)?;
    let mut form = Form::new(TEXT);
    let row = check(&mut form, write, &diary, &before, &input.feedback, by);
    form.finish()?;
    write.insert(row).await?;
    diary.change(write, &before, before.clone()).await?;
    Ok(before.id)
}

/// Corrects submitted feedback: the earlier form stays, superseded.
pub async fn correct_feedback(write: &mut Write, input: CorrectFeedbackInput) -> Result<Id<session::Entity>> {
    let (mut diary, before) = Diary::of_session(write, input.session_id.0).await?;
    write.expect_version(&before, input.version).await?;
    let by = side::may(write, &diary.referral, ReferralAction::RecordSession)?;
    let earlier = standing(write, &before).await?;
    permits(*before.status, earlier.is_some(), SessionAct::CorrectFeedback)?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let mut row = check(&mut form, write, &diary, &before, &input.feedback, by);
    form.finish()?;
    if let Some(earlier) = earlier {
        row.supersedes_id = Some(earlier.id);
        row.correction_reason = Some(reason);
        let ended = feedback::Model { superseded_at: Some(write.now()), ..earlier.clone() };
        write.update(&earlier, ended).await?;
    }
    write.insert(row).await?;
    diary.change(write, &before, before.clone()).await?;
    Ok(before.id)
}

/// The form that stands for a session.
async fn standing(write: &Write, session: &session::Model) -> Result<Option<feedback::Model>> {
    let find = write.find::<feedback::Entity>().filter(feedback::Column::SessionId.eq(session.id));
    Ok(find.filter(feedback::Column::SupersededAt.is_null()).all().await?.pop())
}

/// The form as it is stored; what is wrong with it is kept in `form`.
fn check(
    form: &mut Form<sessions::SessionRefusal>,
    write: &Write,
    diary: &Diary,
    session: &session::Model,
    input: &FeedbackInput,
    by: Capacity,
) -> feedback::Model {
    let received_by = input.received_by.map(|channel| channel.0);
    let outcome = diary.outcome(session);
    form.refuse(sessions::feedback(outcome, &input.form(), by == Capacity::Holder, received_by));
    // The rule has read the texts: what it found wrong is in the form, and what is right is trimmed here.
    let text = |text: &str| text.trim().to_owned();
    let optional = |text: Option<&String>| {
        text.map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    feedback::Model {
        id: Id::fresh(),
        session_id: session.id,
        referral_id: session.referral_id,
        what_was_done: text(&input.what_was_done),
        response: text(&input.response),
        next_steps: text(&input.next_steps),
        behaviour_to_report: optional(input.behaviour_to_report.as_ref()),
        concerns: optional(input.concerns.as_ref()),
        recorded_by_id: write.scope().person(),
        received_by: received_by.map(Coded::from),
        supersedes_id: None,
        superseded_at: None,
        correction_reason: None,
        created_at: write.now(),
    }
}
