//! The end-of-service report: submitted once, superseded by a later one, edited never.

use entity::{Id, desired_outcome, end_report, end_report_outcome, referral};
use rules::Refusal;
use rules::outcomes::{self, Desired, OutcomeRefusal, check_present, may_report};
use rules::text::{Form, LONG_TEXT};
use sea_orm::{ColumnTrait, Order};

use super::{TEXT, held_still};
use crate::error::Result;
use crate::outcomes::graphql::{CorrectEndReportInput, OutcomeResultInput, SubmitEndReportInput};
use crate::store::Write;

/// Submits the report.
pub async fn submit_end_report(
    write: &mut Write,
    input: SubmitEndReportInput,
) -> Result<Id<end_report::Entity>> {
    let (referral, situation) = held_still(write, input.referral_id.0, may_report).await?;
    let mut form = Form::new(TEXT);
    check(write, &mut form, referral.id, &input.summary, &input.outcomes, situation.end_report_submitted)
        .await?;
    let row = end_report::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        summary: input.summary.trim().to_owned(),
        further_work: form.optional("furtherWork", input.further_work.as_deref(), LONG_TEXT),
        author_id: write.scope().person(),
        supersedes_id: None,
        superseded_at: None,
        correction_reason: None,
        created_at: write.now(),
    };
    let results = results(&mut form, row.id, &input.outcomes);
    form.finish()?;
    insert(write, row, results).await
}

/// Supersedes the report that stands.
pub async fn correct_end_report(
    write: &mut Write,
    input: CorrectEndReportInput,
) -> Result<Id<end_report::Entity>> {
    let sought = write.find::<end_report::Entity>().get(input.report_id.0).await?;
    let (referral, _) = held_still(write, sought.referral_id, may_report).await?;
    // Read again: another report may have come first.
    let before = write.find::<end_report::Entity>().get(sought.id).await?;
    check_present(before.superseded_at.is_some())?;
    let mut form = Form::new(TEXT);
    check(write, &mut form, referral.id, &input.summary, &input.outcomes, false).await?;
    let row = end_report::Model {
        id: Id::fresh(),
        summary: input.summary.trim().to_owned(),
        further_work: form.optional("furtherWork", input.further_work.as_deref(), LONG_TEXT),
        author_id: write.scope().person(),
        supersedes_id: Some(before.id),
        correction_reason: Some(form.required("reason", &input.reason, LONG_TEXT)),
        created_at: write.now(),
        ..before.clone()
    };
    let results = results(&mut form, row.id, &input.outcomes);
    form.finish()?;
    let superseded = end_report::Model { superseded_at: Some(write.now()), ..before.clone() };
    write.update(&before, superseded).await?;
    insert(write, row, results).await
}

/// Holds the report against what the referral desires.
async fn check(
    write: &Write,
    form: &mut Form<OutcomeRefusal>,
    referral: Id<referral::Entity>,
    summary: &str,
    given: &[OutcomeResultInput],
    already_submitted: bool,
) -> Result<()> {
    let desired = write
        .find::<desired_outcome::Entity>()
        .filter(desired_outcome::Column::ReferralId.eq(referral))
        .order_by(desired_outcome::Column::CreatedAt, Order::Asc)
        .order_by(desired_outcome::Column::Id, Order::Asc)
        .all()
        .await?;
    let desired: Vec<_> =
        desired.iter().map(|row| Desired { id: row.id.0.as_u128(), description: &row.description }).collect();
    let rated: Vec<_> =
        given.iter().map(|given| (given.desired_outcome_id.0.0.as_u128(), given.result.0)).collect();
    form.refuse(outcomes::report(&desired, &rated, summary, already_submitted));
    Ok(())
}

/// The results as rows of the report.
fn results(
    form: &mut Form<OutcomeRefusal>,
    report: Id<end_report::Entity>,
    given: &[OutcomeResultInput],
) -> Vec<end_report_outcome::Model> {
    let row = |(index, given): (usize, &OutcomeResultInput)| end_report_outcome::Model {
        id: Id::fresh(),
        report_id: report,
        desired_outcome_id: given.desired_outcome_id.0,
        result: given.result.into(),
        comment: comment(form, index, given.comment.as_deref()),
    };
    given.iter().enumerate().map(row).collect()
}

/// The words to one result; a mistake in them names its place in the list.
fn comment(form: &mut Form<OutcomeRefusal>, index: usize, text: Option<&str>) -> Option<String> {
    form.within_item("outcomes", index, |form| form.optional("comment", text, LONG_TEXT))
}

async fn insert(
    write: &mut Write,
    row: end_report::Model,
    results: Vec<end_report_outcome::Model>,
) -> Result<Id<end_report::Entity>> {
    let stands = Refusal::new(
        OutcomeRefusal::AlreadySubmitted,
        "The report was submitted already: read it, and supersede it if it is wrong.",
    );
    let added = write.insert(row).await.map(|row| row.id);
    let id =
        added.map_err(|fault| fault.or_refusal("end_report_present", "end_report.referral_id", stands))?;
    write.insert_all(results).await?;
    Ok(id)
}
