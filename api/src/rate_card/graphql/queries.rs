//! Reads of the rate card.

use std::collections::BTreeSet;

use crate::graphql::date::{Date, in_order};
use async_graphql::{Context, Object};
use entity::{organisation, price, price_batch, service};
use rules::terms::{PriceKind, PriceStatus};

use super::preview::PricePreview;
use super::types::{Price, PriceBatch};
use crate::directory::reads::services;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::rate_card::export::export;
use crate::rate_card::preview::{self, last_quarter};
use crate::rate_card::reads::{self, Sought};
use crate::store::kin::Member;
use crate::store::page::{Ranking, Window};

/// Reads of this room.
#[derive(Default)]
pub struct RateCardQuery;

#[Object]
impl RateCardQuery {
    /// One version of a price.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<price::Entity>,
    ) -> Option<Result<Price>> {
        Some(Price::load(store(ctx), id.0).await)
    }

    /// The versions of prices that you may see, by their first day, the newest first: the history of a price,
    /// with author, approver and reason. Who keeps the card sees drafts too; others what is published.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn prices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this service.")] service: Option<GlobalId<service::Entity>>,
        #[graphql(desc = "Only this figure.")] kind: Option<Shown<PriceKind>>,
        #[graphql(desc = "Only those with this status.")] status: Option<Shown<PriceStatus>>,
        #[graphql(desc = "Only the published ones in force on this day (Europe/London).")] on: Option<Date>,
        #[graphql(desc = "Only those of this import.")] batch: Option<GlobalId<price_batch::Entity>>,
        #[graphql(desc = "Only those for this organisation alone.")] only_for: Option<
            GlobalId<organisation::Entity>,
        >,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Price>> {
        let sought = Sought {
            service: service.map(|id| id.0),
            kind: kind.map(|kind| kind.0),
            status: status.map(|status| status.0),
            batch: batch.map(|id| id.0),
            on: on.map(|day| day.0),
            only_for: only_for.map(|id| id.0),
            bought_by: None,
        };
        page(ctx, &sought, &reads::HISTORY, &window(ctx, first, after, last, before)?).await
    }

    /// The rate card on a day: the published prices in force, of all services that you may see a price of. Where your
    /// organisation has a price of its own, the general one is left out.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn rate_card(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day (Europe/London); today unless said.")] on: Option<Date>,
        #[graphql(desc = "Which figure.", default_with = "Shown(PriceKind::Card)")] kind: Shown<PriceKind>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Price>> {
        let on = Some(on.map_or_else(|| store(ctx).today(), |day| day.0));
        let bought_by = Some(store(ctx).scope().organisation());
        let sought = Sought { kind: Some(kind.0), on, bought_by, ..Sought::default() };
        page(ctx, &sought, &reads::CARD, &window(ctx, first, after, last, before)?).await
    }

    /// One import, with its prices. Roles: RATE_CARD_ADMINISTRATOR, AUDITOR.
    async fn price_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: GlobalId<price_batch::Entity>,
    ) -> Option<Result<PriceBatch>> {
        Some(PriceBatch::load(store(ctx), id.0).await)
    }

    /// The card as CSV, in the format that `importRateCard` takes: UTF-8 without byte order mark, lines ended by
    /// CRLF, "Effective to" the last day, inclusive. A cell that a spreadsheet would take for a formula begins
    /// with an apostrophe. The published prices that you may see, by provider, service and first day.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn export_rate_card(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those in force on this day (Europe/London); all of the history unless said.")]
        on: Option<Date>,
        #[graphql(desc = "Which figure.", default_with = "Shown(PriceKind::Card)")] kind: Shown<PriceKind>,
    ) -> Result<String> {
        export(store(ctx), on.map(|day| day.0), kind.0).await
    }

    /// What prices would have done to what was charged, before they are decided on: of a price or a batch, or of all that
    /// are drafted or await approval. Roles: RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn price_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only this price.")] price: Option<GlobalId<price::Entity>>,
        #[graphql(desc = "Only those of this batch.")] batch: Option<GlobalId<price_batch::Entity>>,
        #[graphql(
            desc = "The first day of delivery (Europe/London); the first of the last three months that are over, unless said."
        )]
        from: Option<Date>,
        #[graphql(
            desc = "The last day of delivery (Europe/London); the last of the last three months that are over, unless said."
        )]
        to: Option<Date>,
    ) -> Result<PricePreview> {
        let store = store(ctx);
        let (first, last) = last_quarter(store.today());
        let (from, to) = (from.map_or(first, |day| day.0), to.map_or(last, |day| day.0));
        in_order(("from", Some(from)), ("to", Some(to)))?;
        let sought = preview::Sought { price: price.map(|id| id.0), batch: batch.map(|id| id.0), from, to };
        let preview = preview::preview(store, &sought).await?;
        let ids: BTreeSet<_> = preview.effects.iter().map(|(price, _)| price.service_id).collect();
        let services = services(store, ids.into_iter().collect()).await?.into_iter().collect();
        Ok(PricePreview::of((from, to), preview, &services))
    }
}

async fn page(
    ctx: &Context<'_>,
    sought: &Sought,
    ranking: &Ranking<price::Entity>,
    window: &Window,
) -> Result<Rows<Price>> {
    let page = reads::find(store(ctx), sought)?.page(ranking, window).await?;
    let total = match wants_total(ctx) {
        true => Some(reads::find(store(ctx), sought)?.count().await?),
        false => None,
    };
    Ok(connection(page, total, |rows| Member::family(rows).map(Price)))
}
