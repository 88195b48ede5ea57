//! Submitting, approving, rejecting and withdrawing one price.

use entity::{Id, price};
use rules::Term;
use rules::rate_card::{PriceAction, may_approve, may_withdraw, reopened_to};
use rules::terms::PriceStatus;
use sea_orm::ColumnTrait;

use super::draft::{check_period, for_the_same, period};
use super::publishing::{publish, whole};
use super::{decision_reason, step};
use crate::error::Result;
use crate::rate_card::graphql::{PublishPriceInput, RejectPriceInput, SubmitPriceInput, WithdrawPriceInput};
use crate::store::Write;

/// Puts a draft forward.
pub async fn submit_price(write: &mut Write, input: SubmitPriceInput) -> Result<Id<price::Entity>> {
    let before = step(write, input.price_id.0, input.version, PriceAction::Submit).await?;
    if let Some(refusal) = check_period(write, &before.row) {
        return Err(whole(refusal).into());
    }
    let after = price::Model { status: before.status.into(), ..before.row.clone() };
    Ok(write.update(&before.row, after).await?.id)
}

/// Approves a price, so that it is on the card.
pub async fn publish_price(write: &mut Write, input: PublishPriceInput) -> Result<Id<price::Entity>> {
    let before = step(write, input.price_id.0, input.version, PriceAction::Publish).await?;
    may_approve(before.row.author_id.0.as_u128(), write.scope().person().0.as_u128())?;
    let id = before.row.id;
    publish(write, vec![before.row]).await?;
    Ok(id)
}

/// Refuses a price.
pub async fn reject_price(write: &mut Write, input: RejectPriceInput) -> Result<Id<price::Entity>> {
    let before = step(write, input.price_id.0, input.version, PriceAction::Reject).await?;
    may_approve(before.row.author_id.0.as_u128(), write.scope().person().0.as_u128())?;
    let after = price::Model {
        status: before.status.into(),
        approver_id: Some(write.scope().person()),
        decided_at: Some(write.now()),
        decision_reason: Some(decision_reason(&input.reason)?),
        ..before.row.clone()
    };
    Ok(write.update(&before.row, after).await?.id)
}

/// Takes a price back before its period begins. A predecessor that its publication closed gets its period back.
pub async fn withdraw_price(write: &mut Write, input: WithdrawPriceInput) -> Result<Id<price::Entity>> {
    let before = step(write, input.price_id.0, input.version, PriceAction::Withdraw).await?;
    may_withdraw(*before.row.status, before.row.effective_from <= write.today())?;
    let after = price::Model {
        status: before.status.into(),
        decision_reason: Some(decision_reason(&input.reason)?),
        ..before.row.clone()
    };
    let after = write.update(&before.row, after).await?;
    if *before.row.status == PriceStatus::Published {
        reopen_predecessor(write, &before.row).await?;
    }
    Ok(after.id)
}

async fn reopen_predecessor(write: &mut Write, withdrawn: &price::Model) -> Result<()> {
    let published = write
        .find::<price::Entity>()
        .filter(price::Column::ServiceId.eq(withdrawn.service_id))
        .filter(price::Column::Kind.eq(withdrawn.kind.code()))
        .filter(for_the_same(withdrawn))
        .filter(price::Column::Status.eq(PriceStatus::Published.code()))
        .locked()
        .all()
        .await?;
    let others: Vec<_> = published.iter().map(period).collect();
    for row in published.iter().filter(|row| row.effective_to == Some(withdrawn.effective_from)) {
        let effective_to = reopened_to(&period(row), row.intended_to, &others);
        write.update(row, price::Model { effective_to, ..row.clone() }).await?;
    }
    Ok(())
}
