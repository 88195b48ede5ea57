//! What the provider does with a referral before it delivers, and what the officer answers.

use entity::{
    Id, person, person_role, referral, referral_assignment, referral_note, referral_question, sentence,
    service, suitability_meeting,
};
use rules::directory::RarDays;
use rules::referrals::{Capacity, ReferralRefusal};
use rules::terms::{ReferralAction, Role};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};
use rules::{Refusal, Term};
use sea_orm::{ColumnTrait, Order};

use super::{ReferralId, TEXT, read, side};
use crate::cases::service::{Standing, standing};
use crate::eligibility::judging::Failing;
use crate::error::Result;
use crate::referrals::eligibility::unmet;
use crate::referrals::graphql::{
    AcceptReferralInput, AddReferralNoteInput, AnswerQuestionInput, ArrangeSuitabilityMeetingInput,
    AskQuestionInput, AssignReferralInput, RecordSuitabilityInput,
};
use crate::store::Write;

/// Puts a question to the officer.
pub async fn ask_question(write: &mut Write, input: AskQuestionInput) -> Result<ReferralId> {
    let referral = read(write, input.referral_id.0, input.version).await?;
    side::permit(write, &referral, ReferralAction::Ask).await?;
    let mut form = Form::new(TEXT);
    let question = form.required("question", &input.question, LONG_TEXT);
    form.finish()?;
    let row = referral_question::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        question,
        asked_by_id: write.scope().person(),
        asked_at: write.now(),
        answer: None,
        answered_by_id: None,
        answered_at: None,
        version: 1,
    };
    write.insert(row).await?;
    Ok(referral.id)
}

/// Answers a question of the provider.
pub async fn answer_question(write: &mut Write, input: AnswerQuestionInput) -> Result<ReferralId> {
    let before = write.find::<referral_question::Entity>().get(input.question_id.0).await?;
    let referral = write.find::<referral::Entity>().get(before.referral_id).await?;
    write.concerns(referral.case_id);
    write.expect_version(&before, input.version).await?;
    side::permit(write, &referral, ReferralAction::Answer).await?;
    let mut form = Form::new(TEXT);
    let answer = form.required("answer", &input.answer, LONG_TEXT);
    form.refuse_if(
        before.answer.is_some(),
        ReferralRefusal::AlreadyAnswered,
        "questionId",
        "The question was answered.",
    );
    form.finish()?;
    let after = referral_question::Model {
        answer: Some(answer),
        answered_by_id: Some(write.scope().person()),
        answered_at: Some(write.now()),
        ..before.clone()
    };
    write.update(&before, after).await?;
    Ok(referral.id)
}

/// Sets a date for the suitability meeting.
pub async fn arrange_suitability_meeting(
    write: &mut Write,
    input: ArrangeSuitabilityMeetingInput,
) -> Result<ReferralId> {
    let referral = read(write, input.referral_id.0, input.version).await?;
    side::permit(write, &referral, ReferralAction::ArrangeSuitabilityMeeting).await?;
    let mut form = Form::new(TEXT);
    let venue = form.optional("venue", input.venue.as_deref(), SHORT_TEXT);
    let believable = rules::london::believable(rules::london::day(input.meets_at));
    form.refuse_if(!believable, ReferralRefusal::Invalid, "meetsAt", "Give a time between 1900 and 2200.");
    form.finish()?;
    let row = suitability_meeting::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        meets_at: input.meets_at,
        venue,
        suitability: None,
        findings: None,
        arranged_by_id: write.scope().person(),
        recorded_by_id: None,
        recorded_at: None,
        version: 1,
        created_at: write.now(),
    };
    write.insert(row).await?;
    Ok(referral.id)
}

/// Records what the suitability meeting found, once it was held.
pub async fn record_suitability(write: &mut Write, input: RecordSuitabilityInput) -> Result<ReferralId> {
    let before = write.find::<suitability_meeting::Entity>().get(input.meeting_id.0).await?;
    let referral = write.find::<referral::Entity>().get(before.referral_id).await?;
    write.concerns(referral.case_id);
    write.expect_version(&before, input.version).await?;
    side::permit_recording(write, &referral, &before).await?;
    let mut form = Form::new(TEXT);
    let findings = form.required("findings", &input.findings, LONG_TEXT);
    form.finish()?;
    let after = suitability_meeting::Model {
        suitability: Some(input.suitability.into()),
        findings: Some(findings),
        recorded_by_id: Some(write.scope().person()),
        recorded_at: Some(write.now()),
        ..before.clone()
    };
    write.update(&before, after).await?;
    Ok(referral.id)
}

/// Takes the referral on, if the criteria still hold.
pub async fn accept_referral(write: &mut Write, input: AcceptReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    let permit = side::permit(write, &before, ReferralAction::Accept).await?;
    let service = write.find::<service::Entity>().get(before.service_id).await?;
    let sentence = match before.sentence_id {
        // The provider does not see the case's sentences; the criteria ask for its kind alone.
        Some(id) => write.consequence::<sentence::Entity>().by_id(id).await?,
        None => None,
    };
    let unmet = unmet(write, &before, &service, sentence.as_ref(), RarDays::SetAside, &[]).await?;
    if !unmet.is_empty() {
        return Err(no_longer_eligible(&unmet).into());
    }
    if let Some(worker) = input.worker_id {
        put_worker(write, &before, worker.0, None).await?;
    }
    let after = referral::Model {
        status: permit.next.into(),
        decided_at: Some(write.now()),
        worker_id: input.worker_id.map(|id| id.0).or(before.worker_id),
        updated_at: write.now(),
        ..before.clone()
    };
    Ok(write.update(&before, after).await?.id)
}

/// Names to the provider the criteria on facts that the referral shares, and no others: what a person did, or
/// how likely they are to do it again, is not to be inferred from a refusal.
fn no_longer_eligible(unmet: &[Failing]) -> Refusal<ReferralRefusal> {
    let named: Vec<_> = unmet
        .iter()
        .filter(|failing| failing.unmet.shared)
        .map(|failing| failing.unmet.kind.label().to_lowercase())
        .collect();
    if named.is_empty() {
        let message = "The service is unavailable for this person now. Ask the officer, or decline.";
        return Refusal::new(ReferralRefusal::Unavailable, message);
    }
    let named = named.join(", ");
    let message = format!(
        "The person does not meet the service's criteria now ({named}). Ask the officer, or decline."
    );
    Refusal::new(ReferralRefusal::Ineligible, message)
}

/// Assigns the referral to a worker of the provider; the history is kept.
pub async fn assign_referral(write: &mut Write, input: AssignReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    side::permit(write, &before, ReferralAction::Assign).await?;
    let mut form = Form::new(TEXT);
    let reason = form.optional("reason", input.reason.as_deref(), LONG_TEXT);
    let again = before.worker_id == Some(input.worker_id.0);
    form.refuse_if(
        again,
        ReferralRefusal::AlreadyAssigned,
        "workerId",
        "The referral is assigned to this worker.",
    );
    form.finish()?;
    put_worker(write, &before, input.worker_id.0, reason).await?;
    let after =
        referral::Model { worker_id: Some(input.worker_id.0), updated_at: write.now(), ..before.clone() };
    Ok(write.update(&before, after).await?.id)
}

/// Ends the present worker's period and begins the new one's.
async fn put_worker(
    write: &mut Write,
    referral: &referral::Model,
    worker: Id<person::Entity>,
    reason: Option<String>,
) -> Result<()> {
    let worker = write.find::<person::Entity>().get(worker).await?;
    let delivers = write
        .find::<person_role::Entity>()
        .filter(person_role::Column::PersonId.eq(worker.id))
        .filter(person_role::Column::Role.is_in([Role::ProviderWorker.code(), Role::ProviderManager.code()]))
        .count()
        .await?;
    if !worker.active || worker.organisation_id != referral.provider_id || delivers == 0 {
        let message = "Name a worker of your own organisation who still works there.";
        return Err(Refusal::of(ReferralRefusal::NotAWorker, "workerId", message).into());
    }
    // A relative may work anywhere. That is all that is said of it.
    if !matches!(standing(write, referral.case_id, worker.id).await?, Standing::Open) {
        let message = "This worker is unavailable for the referral: name another.";
        return Err(Refusal::of(ReferralRefusal::Unavailable, "workerId", message).into());
    }
    let find = write
        .find::<referral_assignment::Entity>()
        .filter(referral_assignment::Column::ReferralId.eq(referral.id));
    if let Some(present) = find
        .filter(referral_assignment::Column::ToAt.is_null())
        .order_by(referral_assignment::Column::FromAt, Order::Desc)
        .first()
        .await?
    {
        let ended = referral_assignment::Model { to_at: Some(write.now()), ..present.clone() };
        write.update(&present, ended).await?;
    }
    let row = referral_assignment::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        worker_id: worker.id,
        assigned_by_id: write.scope().person(),
        reason,
        from_at: write.now(),
        to_at: None,
    };
    write.insert(row).await.map(|_| ())
}

/// Writes a case note, for both sides or for the provider's staff alone.
pub async fn add_note(write: &mut Write, input: AddReferralNoteInput) -> Result<ReferralId> {
    let referral = write.find::<referral::Entity>().get(input.referral_id.0).await?;
    write.concerns(referral.case_id);
    let permit = side::permit(write, &referral, ReferralAction::AddNote).await?;
    let mut form = Form::new(TEXT);
    let body = form.required("body", &input.body, LONG_TEXT);
    let officer = input.private && permit.capacity == Capacity::Holder;
    form.refuse_if(
        officer,
        ReferralRefusal::NotPermitted,
        "private",
        "Private notes are the provider's alone.",
    );
    form.finish()?;
    let row = referral_note::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        body,
        private_to_id: input.private.then_some(referral.provider_id),
        author_id: write.scope().person(),
        created_at: write.now(),
    };
    write.insert(row).await?;
    Ok(referral.id)
}
