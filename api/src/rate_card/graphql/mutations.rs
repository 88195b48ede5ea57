//! Changes of the rate card.

use std::collections::HashMap;

use async_graphql::{Context, Object, SimpleObject};
use rules::rate_card::PriceRefusal;

use super::inputs::{
    ChangeDraftPriceInput, DraftPriceInput, ImportRateCardInput, PublishPriceBatchInput, PublishPriceInput,
    RejectPriceBatchInput, RejectPriceInput, SubmitPriceInput, UpliftPricesInput, WithdrawPriceInput,
};
use super::types::{Price, PriceBatch, PriceUplift, RateCardChange};
use crate::directory::reads::services;
use crate::error::Result;
use crate::graphql::act::{Node, UserError, mutate, store};
use crate::graphql::row_error::RowError;
use crate::organisations::reads::organisations;
use crate::payloads;
use crate::rate_card::service::{self, Report, Uplift};
use crate::store::Outcome;

payloads! {
    PriceRefusal;
    DraftPricePayload { price: Price }
    ChangeDraftPricePayload { price: Price }
    SubmitPricePayload { price: Price }
    PublishPricePayload { price: Price }
    RejectPricePayload { price: Price }
    WithdrawPricePayload { price: Price }
    PublishPriceBatchPayload { batch: PriceBatch }
    RejectPriceBatchPayload { batch: PriceBatch }
}

/// What an import came to.
#[derive(SimpleObject)]
pub struct ImportRateCardPayload {
    /// The batch that awaits approval by a second administrator; null when the import was refused or a dry run,
    /// and when every price of the file was there already.
    batch: Option<PriceBatch>,
    /// What each row does, or would do, in the order of the file; empty when the import was refused.
    changes: Vec<RateCardChange>,
    /// Every mistake in the file, by line and column. If there is one, nothing was changed.
    row_errors: Vec<RowError>,
    /// Why the rules refused; empty when it was done. When refused, nothing was changed.
    user_errors: Vec<UserError<PriceRefusal>>,
}

impl ImportRateCardPayload {
    async fn answer(ctx: &Context<'_>, done: Outcome<Report>) -> Result<Self> {
        let refused = match done {
            Err(refused) => refused,
            Ok(report) => {
                let batch = match report.batch {
                    Some(id) => Some(PriceBatch::load(store(ctx), id).await?),
                    None => None,
                };
                let changes = report.changes.into_iter().map(RateCardChange).collect();
                return Ok(Self { batch, changes, row_errors: Vec::new(), user_errors: Vec::new() });
            }
        };
        let (row_errors, others) = RowError::sort_out(refused);
        Ok(Self { batch: None, changes: Vec::new(), row_errors, user_errors: UserError::all(others) })
    }
}

/// What an uplift came to.
#[derive(SimpleObject)]
pub struct UpliftPricesPayload {
    /// The batch that awaits approval by a second administrator; null when the uplift was refused or a dry run.
    batch: Option<PriceBatch>,
    /// The prices that change, or would, by the service's name; empty when the uplift was refused.
    changes: Vec<PriceUplift>,
    /// Why the rules refused; empty when it was done. When refused, nothing was changed.
    user_errors: Vec<UserError<PriceRefusal>>,
}

impl UpliftPricesPayload {
    async fn answer(ctx: &Context<'_>, done: Outcome<Uplift>) -> Result<Self> {
        let uplift = match done {
            Ok(uplift) => uplift,
            Err(refused) => {
                return Ok(Self { batch: None, changes: Vec::new(), user_errors: UserError::all(refused) });
            }
        };
        let batch = match uplift.batch {
            Some(id) => Some(PriceBatch::load(store(ctx), id).await?),
            None => None,
        };
        let ids = uplift.changes.iter().map(|change| change.service_id).collect();
        let buyers = uplift.changes.iter().filter_map(|change| change.only_for).collect();
        let buyers: HashMap<_, _> = organisations(store(ctx), buyers).await?.into_iter().collect();
        let services: HashMap<_, _> = services(store(ctx), ids).await?.into_iter().collect();
        let changes = uplift.changes.into_iter().map(|change| {
            let service = services.get(&change.service_id).cloned();
            let only_for = change.only_for.and_then(|id| buyers.get(&id).cloned());
            PriceUplift { service, only_for, change }
        });
        Ok(Self { batch, changes: changes.collect(), user_errors: Vec::new() })
    }
}

/// Changes of this room.
#[derive(Default)]
pub struct RateCardMutation;

#[Object]
impl RateCardMutation {
    /// Writes a draft of a card or supply price. Roles: RATE_CARD_ADMINISTRATOR.
    async fn draft_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: DraftPriceInput,
    ) -> Result<DraftPricePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::draft_price(write, input))).await?;
        DraftPricePayload::answer(ctx, done).await
    }

    /// Changes a draft of your own. Roles: RATE_CARD_ADMINISTRATOR.
    async fn change_draft_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangeDraftPriceInput,
    ) -> Result<ChangeDraftPricePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::change_draft_price(write, input))).await?;
        ChangeDraftPricePayload::answer(ctx, done).await
    }

    /// Puts a draft forward for approval by a second administrator. Roles: RATE_CARD_ADMINISTRATOR.
    async fn submit_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: SubmitPriceInput,
    ) -> Result<SubmitPricePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::submit_price(write, input))).await?;
        SubmitPricePayload::answer(ctx, done).await
    }

    /// Approves a price that somebody else wrote, so that it is on the card from its first day. It closes its
    /// predecessor's period. Nothing is published into the past, unless it is loaded as history where no charge
    /// depends on it. Roles: RATE_CARD_ADMINISTRATOR.
    async fn publish_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: PublishPriceInput,
    ) -> Result<PublishPricePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::publish_price(write, input))).await?;
        PublishPricePayload::answer(ctx, done).await
    }

    /// Refuses a price that somebody else wrote, with the reason. Roles: RATE_CARD_ADMINISTRATOR.
    async fn reject_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RejectPriceInput,
    ) -> Result<RejectPricePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::reject_price(write, input))).await?;
        RejectPricePayload::answer(ctx, done).await
    }

    /// Takes a price back, a published one only before it begins; the predecessor that it closed gets its period
    /// back. Roles: RATE_CARD_ADMINISTRATOR.
    async fn withdraw_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: WithdrawPriceInput,
    ) -> Result<WithdrawPricePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::withdraw_price(write, input))).await?;
        WithdrawPricePayload::answer(ctx, done).await
    }

    /// Imports a card as a batch that a second administrator approves: all rows or none, every mistake by line and
    /// column. A row that states a price which is there already adds nothing, so that a card can be imported again.
    /// A dry run shows what would change. Roles: RATE_CARD_ADMINISTRATOR.
    async fn import_rate_card(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ImportRateCardInput,
    ) -> Result<ImportRateCardPayload> {
        let done = if input.dry_run {
            store(ctx).rehearse(ctx.field().name(), |write| Box::pin(service::import(write, input))).await?
        } else {
            mutate(ctx, input, |write, input| Box::pin(service::import(write, input))).await?
        };
        ImportRateCardPayload::answer(ctx, done).await
    }

    /// Raises or lowers prices by a percentage, as one batch that a second administrator approves: of each service that
    /// fits the filter, the price in force on the first day. A price that rounds to what it is stays out of it. A dry run
    /// shows what would change; `pricePreview` of the batch what it would have cost. Roles: RATE_CARD_ADMINISTRATOR.
    async fn uplift_prices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: UpliftPricesInput,
    ) -> Result<UpliftPricesPayload> {
        let done = if input.dry_run {
            store(ctx)
                .rehearse(ctx.field().name(), |write| Box::pin(service::uplift_prices(write, input)))
                .await?
        } else {
            mutate(ctx, input, |write, input| Box::pin(service::uplift_prices(write, input))).await?
        };
        UpliftPricesPayload::answer(ctx, done).await
    }

    /// Approves a batch that somebody else imported: every price of it by the same rule as a single one, all or
    /// none. Each refusal names the service. Roles: RATE_CARD_ADMINISTRATOR.
    async fn publish_price_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: PublishPriceBatchInput,
    ) -> Result<PublishPriceBatchPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::publish_batch(write, input))).await?;
        PublishPriceBatchPayload::answer(ctx, done).await
    }

    /// Refuses a batch that somebody else imported, with the reason. Roles: RATE_CARD_ADMINISTRATOR.
    async fn reject_price_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RejectPriceBatchInput,
    ) -> Result<RejectPriceBatchPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::reject_batch(write, input))).await?;
        RejectPriceBatchPayload::answer(ctx, done).await
    }
}
