//! Prices that are put forward together, and deciding on them as a whole.

use entity::{Id, price, price_batch};
use rules::Term;
use rules::rate_card::{PriceAction, may_approve, next};
use rules::terms::{PriceKind, PriceStatus};
use sea_orm::ColumnTrait;

use super::publishing::publish;
use super::{decision_reason, own};
use crate::error::Result;
use crate::rate_card::graphql::{PublishPriceBatchInput, RejectPriceBatchInput};
use crate::store::Write;

/// A batch that its author puts forward: a second administrator decides on it.
pub(super) fn submitted(write: &Write, kind: PriceKind, reason: &str) -> price_batch::Model {
    price_batch::Model {
        id: Id::fresh(),
        kind: kind.into(),
        status: PriceStatus::Submitted.into(),
        reason: reason.to_owned(),
        author_id: write.scope().person(),
        organisation_id: write.scope().organisation(),
        approver_id: None,
        decided_at: None,
        decision_reason: None,
        version: 1,
        created_at: write.now(),
    }
}

/// Approves every price of a batch, or none.
pub async fn publish_batch(
    write: &mut Write,
    input: PublishPriceBatchInput,
) -> Result<Id<price_batch::Entity>> {
    let before = deciding(write, input.batch_id.0, input.version, PriceAction::Publish).await?;
    let prices = undecided(write, before.id).await?;
    publish(write, prices).await?;
    let after = price_batch::Model {
        status: PriceStatus::Published.into(),
        approver_id: Some(write.scope().person()),
        decided_at: Some(write.now()),
        ..before.clone()
    };
    Ok(write.update(&before, after).await?.id)
}

/// Refuses every price of a batch.
pub async fn reject_batch(
    write: &mut Write,
    input: RejectPriceBatchInput,
) -> Result<Id<price_batch::Entity>> {
    let before = deciding(write, input.batch_id.0, input.version, PriceAction::Reject).await?;
    let reason = decision_reason(&input.reason)?;
    let (approver_id, decided_at) = (Some(write.scope().person()), Some(write.now()));
    for price in undecided(write, before.id).await? {
        let rejected = price::Model {
            status: PriceStatus::Rejected.into(),
            approver_id,
            decided_at,
            decision_reason: Some(reason.clone()),
            ..price.clone()
        };
        write.update(&price, rejected).await?;
    }
    let after = price_batch::Model {
        status: PriceStatus::Rejected.into(),
        approver_id,
        decided_at,
        decision_reason: Some(reason),
        ..before.clone()
    };
    Ok(write.update(&before, after).await?.id)
}

/// The batch that a second administrator decides on.
async fn deciding(
    write: &Write,
    id: Id<price_batch::Entity>,
    version: i32,
    action: PriceAction,
) -> Result<price_batch::Model> {
    let row = write.find::<price_batch::Entity>().get(id).await?;
    own(write, row.organisation_id)?;
    write.expect_version(&row, version).await?;
    next(*row.status, action)?;
    may_approve(row.author_id.0.as_u128(), write.scope().person().0.as_u128())?;
    Ok(row)
}

async fn undecided(write: &Write, batch: Id<price_batch::Entity>) -> Result<Vec<price::Model>> {
    write
        .find::<price::Entity>()
        .filter(price::Column::BatchId.eq(batch))
        .filter(price::Column::Status.eq(PriceStatus::Submitted.code()))
        .locked()
        .all()
        .await
}
