//! What a team manager sets.

use entity::{Id, budget, ldu};
use rules::Refusal;
use rules::budgets::{BudgetRefusal, Days, TEXT, check_budget, may_change, may_set};
use rules::terms::{OrganisationKind, Purchaser};
use rules::text::{Form, LONG_TEXT};
use sea_orm::ColumnTrait;

use super::graphql::{ChangeBudgetInput, SetBudgetInput};
use crate::error::{Fault, Result};
use crate::store::Write;

/// Sets the budget of an LDU for a period.
pub async fn set_budget(write: &mut Write, input: SetBudgetInput) -> Result<Id<budget::Entity>> {
    let ldu = write.find::<ldu::Entity>().get(input.ldu_id.0).await?;
    may_set(ldu.organisation_id.0.as_u128(), write.scope().organisation().0.as_u128())?;
    let purchaser = match write.scope().kind() {
        OrganisationKind::Nps => Purchaser::Nps,
        OrganisationKind::Crc => Purchaser::Crc,
        OrganisationKind::Provider | OrganisationKind::Inspectorate | OrganisationKind::Operator => {
            let message = "Only the NPS and a CRC have budgets.";
            return Err(Refusal::new(BudgetRefusal::NotPermitted, message).into());
        }
    };
    let mut form = Form::new(TEXT);
    let (pence, days) = (i64::from(input.pence), Days { from: input.starts_on.0, to: input.ends_on.0 });
    let others = write
        .find::<budget::Entity>()
        .filter(budget::Column::LduId.eq(ldu.id))
        .filter(budget::Column::SupersededAt.is_null())
        .all()
        .await?;
    let others: Vec<_> = others.iter().map(|row| Days { from: row.starts_on, to: row.ends_on }).collect();
    form.refuse(check_budget(pence, &days, &others));
    let row = budget::Model {
        id: Id::fresh(),
        ldu_id: ldu.id,
        organisation_id: ldu.organisation_id,
        purchaser: purchaser.into(),
        starts_on: days.from,
        ends_on: days.to,
        pence,
        reason: form.required("reason", &input.reason, LONG_TEXT),
        set_by_id: write.scope().person(),
        supersedes_id: None,
        superseded_at: None,
        version: 1,
        created_at: write.now(),
    };
    form.finish()?;
    Ok(write.insert(row).await.map_err(not_free)?.id)
}

/// Changes the amount of a budget: another takes its place.
pub async fn change_budget(write: &mut Write, input: ChangeBudgetInput) -> Result<Id<budget::Entity>> {
    let before = write.find::<budget::Entity>().get(input.budget_id.0).await?;
    may_set(before.organisation_id.0.as_u128(), write.scope().organisation().0.as_u128())?;
    write.expect_version(&before, input.version).await?;
    may_change(before.superseded_at.is_some())?;
    let mut form = Form::new(TEXT);
    let (pence, days) = (i64::from(input.pence), Days { from: before.starts_on, to: before.ends_on });
    form.refuse(check_budget(pence, &days, &[]));
    let row = budget::Model {
        id: Id::fresh(),
        pence,
        reason: form.required("reason", &input.reason, LONG_TEXT),
        set_by_id: write.scope().person(),
        supersedes_id: Some(before.id),
        version: 1,
        created_at: write.now(),
        ..before.clone()
    };
    form.finish()?;
    let superseded = budget::Model { superseded_at: Some(write.now()), ..before.clone() };
    write.update(&before, superseded).await?;
    Ok(write.insert(row).await.map_err(not_free)?.id)
}

/// The database refuses two budgets of an LDU on one day.
fn not_free(fault: Fault) -> Fault {
    let message = "The LDU has a budget for some of these days already: change it, or choose other days.";
    let refusal = Refusal::of(BudgetRefusal::Overlaps, "startsOn", message);
    fault.or_refusal("budget_periods_apart", "budget_periods_apart", refusal)
}
