//! Live updates of the rate card.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, SimpleObject, Subscription};
use chrono::{DateTime, Utc};
use entity::{Id, change, price};

use super::types::Price;
use crate::error::Result;
use crate::graphql::act::Node;
use crate::graphql::global_id::GlobalId;
use crate::live::{ChangeKind, Cursor, Events, Followed, Memory, Told, Topic, cursor_of, stream};
use crate::store::Store;

/// What happened to a price that is followed.
#[derive(SimpleObject)]
pub struct PriceChange {
    /// Where you are with this: after a break, send it as `after`.
    pub cursor: String,
    /// When the request began by which it changed; of `LIVE`, now.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: ChangeKind,
    /// Which price; null where none is told of.
    pub price_id: Option<GlobalId<price::Entity>>,
    /// The price as you may see it now; null where it is gone, or none is told of.
    pub price: Option<Price>,
}

/// The rate card that is followed.
struct RateCard;

impl Followed for RateCard {
    type Event = PriceChange;

    async fn topics(&self, _: &Store) -> Result<Vec<Topic>> {
        Ok(vec![Topic::Table("price")])
    }

    async fn begin(&self, store: &Store, cursor: Cursor) -> Result<PriceChange> {
        let (cursor, at) = (cursor.text(), store.now());
        Ok(PriceChange { cursor, at, kind: ChangeKind::Live, price_id: None, price: None })
    }

    async fn tell(
        &self,
        store: &Store,
        changes: &[Arc<change::Model>],
        memory: &Memory,
    ) -> Result<Told<PriceChange>> {
        let id = |change: &change::Model| change.row_id.parse().ok().map(Id::<price::Entity>::new);
        let last: HashMap<_, _> =
            changes.iter().filter_map(|change| Some((id(change)?, Arc::as_ref(change)))).collect();
        let prices = Price::load_all(store, last.keys().copied().collect()).await?;
        let mut prices: HashMap<_, _> = prices.into_iter().collect();
        let mut in_order: Vec<_> = last.into_iter().collect();
        in_order.sort_by_key(|(_, change)| (change.transaction_number, change.position));
        let mut events = Vec::new();
        for (id, change) in in_order {
            let price = prices.remove(&id);
            let kind = if price.is_some() { ChangeKind::Changed } else { ChangeKind::Gone };
            match kind {
                ChangeKind::Changed => memory.keep(id.0),
                // A draft of somebody else's, say: there was nothing of it to take back.
                _ if !memory.forget(id.0) => continue,
                _ => {}
            }
            let (cursor, at) = (cursor_of(store, change).text(), change.at);
            events.push(PriceChange { cursor, at, kind, price_id: Some(id.into()), price });
        }
        Ok(Told::of(events))
    }
}

/// What can be followed of this room.
#[derive(Default)]
pub struct RateCardSubscription;

#[Subscription]
impl RateCardSubscription {
    /// The changes of the prices that you may see: published, and for those who keep them also drafted, submitted,
    /// rejected. A published price that is closed by its successor is told as well.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn rate_card_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Tell what happened since this cursor first.")] after: Option<String>,
    ) -> Result<Events<PriceChange>> {
        stream(ctx, RateCard, after).await
    }
}
