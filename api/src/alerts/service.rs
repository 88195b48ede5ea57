//! Setting a threshold and ending it.

use entity::{Id, price_threshold, service};
use rules::Refusal;
use rules::alerts::{PriceMeasure, TEXT, ThresholdRefusal, check_percent, may_end, may_watch};
use rules::terms::Role;
use rules::text::{Form, LONG_TEXT};
use sea_orm::ColumnTrait;

use super::graphql::{EndPriceThresholdInput, SetPriceThresholdInput};
use crate::error::Result;
use crate::store::Write;

/// The most thresholds of an organisation that stand: each is held against the whole directory.
const MOST_THRESHOLDS: u64 = 200;
const TOO_MANY: &str = "Two hundred thresholds stand already: end one first.";

/// Sets a threshold.
pub async fn set_price_threshold(
    write: &mut Write,
    input: SetPriceThresholdInput,
) -> Result<Id<price_threshold::Entity>> {
    watching(write, input.measure.0)?;
    let service = match input.service_id {
        Some(id) => Some(write.find::<service::Entity>().get(id.0).await?),
        None => None,
    };
    let mut form = Form::new(TEXT);
    let is_anothers = service.as_ref().is_some_and(|row| row.provider_id != write.scope().organisation());
    form.refuse_if(
        is_anothers && input.measure.0 != PriceMeasure::CrcMargin,
        ThresholdRefusal::NotPermitted,
        "serviceId",
        "Another organisation delivers this service, and watches its own margin and cost.",
    );
    form.refuse(check_percent(input.percent).err());
    let row = price_threshold::Model {
        id: Id::fresh(),
        organisation_id: write.scope().organisation(),
        service_id: service.map(|row| row.id),
        measure: input.measure.into(),
        bound: input.bound.into(),
        percent: input.percent,
        reason: form.required("reason", &input.reason, LONG_TEXT),
        set_by_id: write.scope().person(),
        ended_at: None,
        version: 1,
        created_at: write.now(),
    };
    form.refuse_if(standing(write).await? >= MOST_THRESHOLDS, ThresholdRefusal::Invalid, "measure", TOO_MANY);
    form.finish()?;
    Ok(write.insert(row).await?.id)
}

async fn standing(write: &Write) -> Result<u64> {
    use price_threshold::Column::{EndedAt, OrganisationId};
    let own = write.find::<price_threshold::Entity>().filter(OrganisationId.eq(write.scope().organisation()));
    own.filter(EndedAt.is_null()).count().await
}

/// Ends a threshold: it alerts no more.
pub async fn end_price_threshold(
    write: &mut Write,
    input: EndPriceThresholdInput,
) -> Result<Id<price_threshold::Entity>> {
    let before = write.find::<price_threshold::Entity>().get(input.threshold_id.0).await?;
    watching(write, *before.measure)?;
    write.expect_version(&before, input.version).await?;
    may_end(before.ended_at.is_some())?;
    let after = price_threshold::Model { ended_at: Some(write.now()), ..before.clone() };
    Ok(write.update(&before, after).await?.id)
}

/// Whether the caller may watch this measure.
fn watching(write: &Write, measure: PriceMeasure) -> std::result::Result<(), Refusal<ThresholdRefusal>> {
    let roles = write.scope().roles();
    let keeps_prices = roles.any(&[Role::RateCardAdministrator, Role::ContractManager]);
    may_watch(measure, keeps_prices, roles.has(Role::ProviderManager))
}
