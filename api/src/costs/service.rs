//! What a provider's manager states.

use entity::{Id, delivery_cost, service};
use rules::Refusal;
use rules::costs::{CostRefusal, TEXT, check_cost, may_correct, may_state};
use rules::text::{Form, LONG_TEXT};

use super::graphql::{CorrectDeliveryCostInput, StateDeliveryCostInput};
use crate::error::{Fault, Result};
use crate::store::Write;

/// States what a unit costs from a day on.
pub async fn state_delivery_cost(
    write: &mut Write,
    input: StateDeliveryCostInput,
) -> Result<Id<delivery_cost::Entity>> {
    let service = write.find::<service::Entity>().get(input.service_id.0).await?;
    may_state(service.provider_id.0.as_u128(), write.scope().organisation().0.as_u128())?;
    let mut form = Form::new(TEXT);
    let pence = i64::from(input.pence);
    form.refuse(check_cost(pence, input.effective_from.0));
    let row = delivery_cost::Model {
        id: Id::fresh(),
        service_id: service.id,
        provider_id: service.provider_id,
        pence,
        unit: service.unit,
        effective_from: input.effective_from.0,
        reason: form.required("reason", &input.reason, LONG_TEXT),
        stated_by_id: write.scope().person(),
        supersedes_id: None,
        superseded_at: None,
        version: 1,
        created_at: write.now(),
    };
    form.finish()?;
    Ok(write.insert(row).await.map_err(stated_already)?.id)
}

/// Corrects a cost that was stated wrongly: another takes its place.
pub async fn correct_delivery_cost(
    write: &mut Write,
    input: CorrectDeliveryCostInput,
) -> Result<Id<delivery_cost::Entity>> {
    let before = write.find::<delivery_cost::Entity>().get(input.cost_id.0).await?;
    may_state(before.provider_id.0.as_u128(), write.scope().organisation().0.as_u128())?;
    write.expect_version(&before, input.version).await?;
    may_correct(before.superseded_at.is_some())?;
    let mut form = Form::new(TEXT);
    let pence = i64::from(input.pence);
    let effective_from = input.effective_from.map_or(before.effective_from, |day| day.0);
    form.refuse(check_cost(pence, effective_from));
    let row = delivery_cost::Model {
        id: Id::fresh(),
        pence,
        effective_from,
        reason: form.required("reason", &input.reason, LONG_TEXT),
        stated_by_id: write.scope().person(),
        supersedes_id: Some(before.id),
        version: 1,
        created_at: write.now(),
        ..before.clone()
    };
    form.finish()?;
    let superseded = delivery_cost::Model { superseded_at: Some(write.now()), ..before.clone() };
    write.update(&before, superseded).await?;
    Ok(write.insert(row).await.map_err(stated_already)?.id)
}

fn stated_already(fault: Fault) -> Fault {
    let message = "A cost is stated from this day already: correct it, or choose another day.";
    let refusal = Refusal::of(CostRefusal::Duplicate, "effectiveFrom", message);
    let columns = "delivery_cost.service_id, delivery_cost.effective_from";
    fault.or_refusal("delivery_cost_present", columns, refusal)
}
