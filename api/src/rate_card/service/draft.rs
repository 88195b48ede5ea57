//! Writing a draft.

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use entity::{Id, organisation, price, service};
use rules::rate_card::{Period, PriceAction, PriceRefusal, check_price, may_be_for, may_change, publication};
use rules::terms::{PriceKind, PriceStatus};
use rules::text::{Form, LONG_TEXT};
use rules::{Refusal, Term, london};
use sea_orm::ColumnTrait;
use sea_orm::sea_query::Expr;

use super::{TEXT, step};
use crate::error::Result;
use crate::rate_card::graphql::{ChangeDraftPriceInput, DraftPriceInput};
use crate::store::Write;

/// Writes a draft.
pub async fn draft_price(write: &mut Write, input: DraftPriceInput) -> Result<Id<price::Entity>> {
    let service = write.find::<service::Entity>().get(input.service_id.0).await?;
    let mut form = Form::new(TEXT);
    form.refuse(not_on_a_card(input.kind.0));
    if let Some(id) = input.only_for_id {
        let buyer = write.find::<organisation::Entity>().get(id.0).await?;
        form.refuse(may_be_for(input.kind.0, *buyer.kind).err());
    }
    let row = price::Model {
        id: Id::fresh(),
        service_id: service.id,
        purchaser_id: input.only_for_id.map(|id| id.0),
        kind: input.kind.into(),
        pence: input.pence.into(),
        unit: service.unit,
        effective_from: input.effective_from.0,
        effective_to: input.effective_to.map(|day| day.0),
        intended_to: input.effective_to.map(|day| day.0),
        status: PriceStatus::Draft.into(),
        loaded_as_history: input.loaded_as_history,
        reason: form.required("reason", &input.reason, LONG_TEXT),
        notes: form.optional("notes", input.notes.as_deref(), LONG_TEXT),
        author_id: write.scope().person(),
        organisation_id: write.scope().organisation(),
        approver_id: None,
        decided_at: None,
        decision_reason: None,
        batch_id: None,
        version: 1,
        created_at: write.now(),
    };
    check(&mut form, write, &row);
    form.finish()?;
    refuse_duplicate(write, &row).await?;
    Ok(write.insert(row).await?.id)
}

/// Changes a draft.
pub async fn change_draft_price(
    write: &mut Write,
    input: ChangeDraftPriceInput,
) -> Result<Id<price::Entity>> {
    let before = step(write, input.price_id.0, input.version, PriceAction::Change).await?.row;
    may_change(before.author_id.0.as_u128(), write.scope().person().0.as_u128())?;
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    after.pence = input.pence.map_or(after.pence, i64::from);
    after.effective_from = input.effective_from.map_or(after.effective_from, |day| day.0);
    match input.effective_to {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => after.effective_to = None,
        MaybeUndefined::Value(to) => after.effective_to = Some(to.0),
    }
    after.intended_to = after.effective_to;
    after.loaded_as_history = input.loaded_as_history.unwrap_or(after.loaded_as_history);
    if let Some(reason) = &input.reason {
        after.reason = form.required("reason", reason, LONG_TEXT);
    }
    match &input.notes {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => after.notes = None,
        MaybeUndefined::Value(notes) => after.notes = form.optional("notes", Some(notes), LONG_TEXT),
    }
    check(&mut form, write, &after);
    form.finish()?;
    refuse_duplicate(write, &after).await?;
    Ok(write.update(&before, after).await?.id)
}

/// The administrators of a card keep what the NPS and the CRC pay, and nothing else.
pub(super) fn not_on_a_card(kind: PriceKind) -> Option<Refusal<PriceRefusal>> {
    match kind {
        PriceKind::Card | PriceKind::Supply => None,
        PriceKind::Cost => {
            let message =
                "The cost of delivery is the provider's own figure: give the card or the supply price.";
            Some(Refusal::of(PriceRefusal::NotPermitted, "kind", message))
        }
    }
}

/// What is wrong with a draft by itself. Beside the published prices it is held when it is published.
fn check(form: &mut Form<PriceRefusal>, write: &Write, row: &price::Model) {
    form.refuse(check_price(row.pence).err());
    form.refuse(check_day("effectiveFrom", Some(row.effective_from)));
    form.refuse(check_day("effectiveTo", row.effective_to));
    form.refuse(check_period(write, row));
    let is_past = row.effective_from < write.today();
    form.refuse_if(
        row.loaded_as_history && !is_past,
        PriceRefusal::Invalid,
        "loadedAsHistory",
        "The period does not begin in the past: it is not history.",
    );
}

fn check_day(field: &str, day: Option<NaiveDate>) -> Option<Refusal<PriceRefusal>> {
    let message = "Give a date between 1900 and 2200.";
    day.filter(|&day| !london::believable(day)).map(|_| Refusal::of(PriceRefusal::Invalid, field, message))
}

/// Whether the period could be published on an empty card today.
pub(super) fn check_period(write: &Write, row: &price::Model) -> Option<Refusal<PriceRefusal>> {
    publication(&period(row), &[], write.today(), row.loaded_as_history, false).err()
}

/// The days for which a price holds.
pub(super) const fn period(row: &price::Model) -> Period {
    Period { from: row.effective_from, to: row.effective_to }
}

/// Prices for the same purchaser alone, or for everybody.
pub(super) fn for_the_same(row: &price::Model) -> Expr {
    use price::Column::PurchaserId;
    row.purchaser_id.map_or_else(|| PurchaserId.is_null(), |id| PurchaserId.eq(id))
}

/// The same price twice is a slip.
async fn refuse_duplicate(write: &Write, row: &price::Model) -> Result<()> {
    let living = [PriceStatus::Draft, PriceStatus::Submitted, PriceStatus::Published];
    let alike = write
        .find::<price::Entity>()
        .filter(price::Column::Id.ne(row.id))
        .filter(price::Column::ServiceId.eq(row.service_id))
        .filter(price::Column::Kind.eq(row.kind.code()))
        .filter(for_the_same(row))
        .filter(price::Column::EffectiveFrom.eq(row.effective_from))
        .filter(price::Column::Pence.eq(row.pence))
        .filter(price::Column::Status.is_in(living.map(|status| status.code())))
        .all()
        .await?;
    match alike.iter().find(|other| other.effective_to == row.effective_to) {
        None => Ok(()),
        Some(other) => {
            let message = format!(
                "The same price for the same period is there already, as {}.",
                other.status.label().to_lowercase()
            );
            Err(Refusal::new(PriceRefusal::Duplicate, message).into())
        }
    }
}
