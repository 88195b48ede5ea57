//! Submission and amendment.

use entity::{Coded, Id, desired_outcome, referral, referral_amendment, referral_price, sentence, service};
use rules::directory::{RarDays, closed, unavailable};
use rules::referrals::{ReferralRefusal, Submission, check_submission, respond_by};
use rules::terms::{PriceKind, Purchaser, ReferralAction, RequiredItem};
use rules::text::{Form, LONG_TEXT};
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;

use super::drafting::read_parts;
use super::{ReferralId, TEXT, read, side};
use crate::directory::facts;
use crate::error::{Fault, Result};
use crate::referrals::eligibility::unmet;
use crate::referrals::graphql::{AmendReferralInput, SubmitReferralInput};
use crate::referrals::rar_days;
use crate::store::Write;
use crate::{directory, rate_card};

/// Sends a draft to the provider, at the price in force today.
pub async fn submit_referral(write: &mut Write, input: SubmitReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    let permit = side::permit(write, &before, ReferralAction::Submit).await?;
    let service = write.find::<service::Entity>().get(before.service_id).await?;
    let kind = match *before.purchaser {
        Purchaser::Nps => PriceKind::Card,
        Purchaser::Crc => PriceKind::Supply,
    };
    let price = rate_card::reads::in_force(write, service.id, kind, before.holder_id, write.today()).await?;
    refuse_incomplete(write, &before, &service, price.as_ref().map(|price| price.pence)).await?;
    let price = price.ok_or_else(|| Fault::internal("a referral was submitted without a price"))?;
    let today = write.today();
    let after = referral::Model {
        status: permit.next.into(),
        referred_by_id: write.scope().person(),
        submitted_at: Some(write.now()),
        counts_towards_rar: service.counts_towards_rar,
        respond_by: Some(respond_by(today, *before.urgency, service.respond_within_days)),
        updated_at: write.now(),
        ..before.clone()
    };
    let after = write.update(&before, after).await?;
    let units = after.expected_units.unwrap_or(1);
    write
        .insert(referral_price::Model {
            referral_id: after.id,
            price_id: price.id,
            purchaser_id: Some(after.holder_id),
            kind: price.kind,
            pence: price.pence,
            unit: price.unit,
            expected_units: units,
            expected_total_pence: price.pence.saturating_mul(i64::from(units)),
            acceptable_absence_percent: service.acceptable_absence_percent,
            unacceptable_absence_percent: service.unacceptable_absence_percent,
            late_cancellation_percent: service.late_cancellation_percent,
            late_cancellation_hours: service.late_cancellation_hours,
            provider_logistics_percent: service.provider_logistics_percent,
            priced_on: today,
        })
        .await?;
    Ok(after.id)
}

async fn refuse_incomplete(
    write: &Write,
    referral: &referral::Model,
    service: &service::Model,
    price: Option<i64>,
) -> Result<()> {
    let sentence = sentence_of(write, referral).await?;
    let outcomes =
        write.find::<desired_outcome::Entity>().filter(desired_outcome::Column::ReferralId.eq(referral.id));
    let committed = rar_days_committed(write, referral).await?;
    let left = sentence.as_ref().map(|sentence| RarDays::Left(rar_days::left(sentence, committed)));
    let left = left.unwrap_or(RarDays::Unknown);
    let unmet = unmet(write, referral, service, sentence.as_ref(), left, &[]).await?;
    let unmet: Vec<_> = unmet.into_iter().map(|failing| failing.unmet).collect();
    let today = write.today();
    let stated: Vec<_> = facts::stated(write, vec![service.id]).await?.iter().map(facts::said).collect();
    let bases = sentence.as_ref().map(facts::bases_of).unwrap_or_default();
    let unavailable = unavailable(&stated, *referral.purchaser, &bases, today);
    let closed = closed(&directory::reads::opening(service), today);
    let submission = Submission {
        risk_summary: &referral.risk_summary,
        reason: &referral.reason,
        desired_outcomes: usize::try_from(outcomes.count().await?).unwrap_or(usize::MAX),
        rar_days: referral.rar_days,
        rar_days_maximum: sentence.as_ref().and_then(|sentence| sentence.max_rar_days),
        rar_days_committed: committed,
        licence_condition: referral.licence_condition.as_deref(),
        sentence: sentence.as_ref().map(|sentence| *sentence.kind),
        expected_units: referral.expected_units,
        price,
        unmet: &unmet,
        closed: closed.as_ref(),
        unavailable: unavailable.as_ref(),
    };
    let refusals = check_submission(&submission);
    if refusals.is_empty() { Ok(()) } else { Err(refusals.into()) }
}

/// The sentence of a referral, locked: of two referrals that set aside its RAR days at once, the second sees what
/// the first took.
async fn sentence_of(write: &Write, referral: &referral::Model) -> Result<Option<sentence::Model>> {
    match referral.sentence_id {
        Some(id) => write.find::<sentence::Entity>().locked().by_id(id).await,
        None => Ok(None),
    }
}

/// RAR days that other referrals under the same sentence take up.
async fn rar_days_committed(write: &Write, referral: &referral::Model) -> Result<i32> {
    match referral.sentence_id {
        Some(sentence) => rar_days::committed(write, sentence, Some(referral.id)).await,
        None => Ok(0),
    }
}

/// Changes what was sent; old and new value, who and why are kept.
pub async fn amend_referral(write: &mut Write, input: AmendReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    side::permit(write, &before, ReferralAction::Amend).await?;
    let mut form = Form::new(TEXT);
    let why = form.required("amendmentReason", &input.amendment_reason, LONG_TEXT);
    let mut after = before.clone();
    if let Some(text) = &input.reason {
        after.reason = form.required("reason", text, LONG_TEXT);
    }
    if let Some(text) = &input.risk_summary {
        after.risk_summary = form.required("riskSummary", text, LONG_TEXT);
    }
    if let Some(text) = &input.licence_condition {
        after.licence_condition = Some(form.required("licenceCondition", text, LONG_TEXT));
    }
    after.urgency = input.urgency.map_or(after.urgency, Coded::from);
    after.home_visits = input.home_visits.unwrap_or(after.home_visits);
    after.rar_days = input.rar_days.or(after.rar_days);
    let sentence = sentence_of(write, &before).await?;
    let maximum = sentence.as_ref().and_then(|sentence| sentence.max_rar_days).unwrap_or(0);
    let left = maximum.saturating_sub(rar_days_committed(write, &before).await?);
    let beyond = input.rar_days.is_some_and(|days| days < 1 || days > left);
    form.refuse_if(
        beyond,
        ReferralRefusal::RarDaysExceeded,
        "rarDays",
        "The court's maximum leaves fewer RAR days.",
    );
    let parts = read_parts(
        &mut form,
        write,
        before.id,
        ("newDesiredOutcomes", input.new_desired_outcomes),
        ("newItems", input.new_items),
    );
    let service = write.find::<service::Entity>().get(before.service_id).await?;
    let supplied: Vec<RequiredItem> = parts.items.iter().map(|row| *row.item).collect();
    let unmet = unmet(write, &after, &service, sentence.as_ref(), RarDays::SetAside, &supplied).await?;
    // Other criteria may have stopped holding since: those are shown, not enforced. What must come with the
    // referral must come with what is newly asked of it too.
    let missing = unmet.into_iter().map(|failing| failing.unmet).filter(|unmet| unmet.item);
    form.refuse(missing.map(|unmet| Refusal::of(ReferralRefusal::Ineligible, "newItems", unmet.message())));
    form.finish()?;
    let mut changes = changes(&before, &after);
    changes.extend(parts.outcomes.iter().map(|row| ("desiredOutcomes", None, Some(row.description.clone()))));
    changes.extend(parts.items.iter().map(|row| ("items", None, Some(row.item.label().to_owned()))));
    if changes.is_empty() {
        return Err(Refusal::new(ReferralRefusal::Unchanged, "The amendment changes nothing.").into());
    }
    let rows = changes.into_iter().map(|(field, old_value, new_value)| referral_amendment::Model {
        id: Id::fresh(),
        referral_id: before.id,
        field: field.to_owned(),
        old_value,
        new_value,
        reason: why.clone(),
        amended_by_id: write.scope().person(),
        created_at: write.now(),
    });
    let rows = rows.collect();
    after.updated_at = write.now();
    write.replace(&before, after).await?;
    write.insert_all(rows).await?;
    let supplied = Refusal::of(ReferralRefusal::Invalid, "newItems", "The item was supplied before.");
    parts.insert(write).await.map_err(|fault| {
        fault.or_refusal(
            "referral_item_referral_id_item_key",
            "referral_item.referral_id, referral_item.item",
            supplied,
        )
    })?;
    Ok(before.id)
}

type Change = (&'static str, Option<String>, Option<String>);

/// The fields that differ, with their values before and after in words.
fn changes(before: &referral::Model, after: &referral::Model) -> Vec<Change> {
    let words = |row: &referral::Model| {
        [
            ("reason", Some(row.reason.clone())),
            ("riskSummary", Some(row.risk_summary.clone())),
            ("licenceCondition", row.licence_condition.clone()),
            ("urgency", Some(row.urgency.label().to_owned())),
            ("homeVisits", Some(if row.home_visits { "Yes" } else { "No" }.to_owned())),
            ("rarDays", row.rar_days.map(|days| days.to_string())),
        ]
    };
    let pairs = words(before).into_iter().zip(words(after));
    pairs.filter(|(old, new)| old != new).map(|((field, old), (_, new))| (field, old, new)).collect()
}
