//! What a team manager does about eligibility.

use entity::{Id, eligibility_override, referral, sentence, service};
use rules::Refusal;
use rules::directory::{EligibilityRefusal, RarDays, Standing, check_override};
use rules::text::{Codes, Form, LONG_TEXT};

use super::graphql::OverrideEligibilityInput;
use crate::error::Result;
use crate::referrals::eligibility::{failing_of, overrides_of};
use crate::referrals::rar_days;
use crate::store::Write;

const TEXT: Codes<EligibilityRefusal> = Codes {
    missing: EligibilityRefusal::Required,
    too_long: EligibilityRefusal::TooLong,
    invalid: EligibilityRefusal::Invalid,
};

/// The most criteria that are set aside at once.
const MOST: usize = 50;

/// Sets criteria aside for a draft that does not meet them.
pub async fn override_eligibility(
    write: &mut Write,
    input: OverrideEligibilityInput,
) -> Result<Id<referral::Entity>> {
    let before = write.find::<referral::Entity>().get(input.referral_id.0).await?;
    write.concerns(before.case_id);
    write.expect_version(&before, input.version).await?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.refuse_if(
        input.criterion_ids.len() > MOST,
        EligibilityRefusal::TooLong,
        "criterionIds",
        "At most 50 criteria are set aside at once.",
    );
    form.finish()?;
    let failing = {
        let service = write.find::<service::Entity>().get(before.service_id).await?;
        let (sentence, rar_days) = standing_of(write, &before).await?;
        failing_of(write, &before, &service, sentence.as_ref(), rar_days, &[]).await?
    };
    let overrides = overrides_of(write, before.id).await?;
    let named: Vec<_> = input
        .criterion_ids
        .iter()
        .map(|id| match failing.iter().find(|failing| failing.criterion == id.0) {
            None => (None, Standing::Met),
            Some(failing) if failing.is_overridden(&overrides) => (None, Standing::Overridden),
            Some(failing) => (Some(failing), Standing::Unmet),
        })
        .collect();
    let standings: Vec<_> = named.iter().map(|(_, standing)| *standing).collect();
    let refusals = check_override(*before.status, &standings);
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let mut criteria: Vec<_> =
        named.into_iter().filter_map(|(failing, _)| failing).map(|it| (it.criterion, it.version)).collect();
    criteria.sort_unstable();
    criteria.dedup();
    let rows = criteria.into_iter().map(|(criterion_id, criterion_version)| eligibility_override::Model {
        id: Id::fresh(),
        referral_id: before.id,
        criterion_id,
        criterion_version,
        reason: reason.clone(),
        author_id: write.scope().person(),
        created_at: write.now(),
    });
    let rows = rows.collect();
    let after = referral::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    write.insert_all(rows).await.map_err(|fault| {
        let message = "One of the criteria was set aside already: read again.";
        fault.or_refusal(
            "eligibility_override_referral_id_criterion_id_criterion_ver_key",
            "eligibility_override.referral_id, eligibility_override.criterion_id, eligibility_override.criterion_version",
            Refusal::of(EligibilityRefusal::AlreadyOverridden, "criterionIds", message),
        )
    })?;
    Ok(before.id)
}

/// The sentence of a draft, and the RAR days that it leaves.
async fn standing_of(
    write: &Write,
    referral: &referral::Model,
) -> Result<(Option<sentence::Model>, RarDays)> {
    let Some(id) = referral.sentence_id else { return Ok((None, RarDays::Unknown)) };
    let sentence = write.find::<sentence::Entity>().by_id(id).await?;
    let rar_days = match &sentence {
        Some(sentence) => {
            let committed = rar_days::committed(write, sentence.id, Some(referral.id)).await?;
            RarDays::Left(rar_days::left(sentence, committed))
        }
        None => RarDays::Unknown,
    };
    Ok((sentence, rar_days))
}
