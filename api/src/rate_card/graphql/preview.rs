//! What prices would have done, as GraphQL shows it.

use async_graphql::{Object, SimpleObject};
use chrono::NaiveDate;
use entity::{Id, service};
use rules::rate_card::Effect;
use rules::terms::Purchaser;
use std::collections::HashMap;

use super::types::Price;
use crate::directory::graphql::Service;
use crate::graphql::date::Date;
use crate::graphql::money::Money;
use crate::graphql::shown::Shown;
use crate::rate_card::preview::Preview;
use crate::store::kin::Member;

/// What prices would have done to what was charged over a period, had they been in force. Each charge is taken in the
/// proportion of the new price to the one it was charged at, rounded to the penny; adjustments stay out of it.
#[derive(SimpleObject)]
pub struct PricePreview {
    /// The first day of delivery (Europe/London) that is looked at.
    from: Date,
    /// The last one.
    to: Date,
    /// What each side spent and would have spent, as far as you may see the charges. Of several prices of one service,
    /// the one that begins first is taken.
    spends: Vec<SpendPreview>,
    /// The same for each price by itself, in the order of their first days.
    prices: Vec<PriceEffect>,
}

impl PricePreview {
    /// A preview of these days; the services are those of its prices.
    pub fn of(
        (from, to): (NaiveDate, NaiveDate),
        preview: Preview,
        services: &HashMap<Id<service::Entity>, Service>,
    ) -> Self {
        let spends = preview.spends.into_iter().map(|(purchaser, effect)| SpendPreview { purchaser, effect });
        let (rows, effects): (Vec<_>, Vec<_>) = preview.effects.into_iter().unzip();
        let prices = Member::family(rows).map(Price).zip(effects);
        let prices = prices.map(|(price, effect)| {
            let service = services.get(&price.0.service_id).cloned();
            PriceEffect { price, service, effect }
        });
        Self { from: from.into(), to: to.into(), spends: spends.collect(), prices: prices.collect() }
    }
}

/// What a side would have spent.
pub struct SpendPreview {
    purchaser: Purchaser,
    effect: Effect,
}

/// What one side spent on the services whose prices would change, and what it would have spent.
#[Object]
impl SpendPreview {
    /// Who pays: the NPS at card prices, the CRC at supply prices.
    fn purchaser(&self) -> Shown<Purchaser> {
        self.purchaser.into()
    }
    /// How many units stand charged.
    fn units(&self) -> i64 {
        self.effect.units
    }
    /// What they cost.
    fn was(&self) -> Money {
        Money(self.effect.was)
    }
    /// What they would have cost.
    fn would_be(&self) -> Money {
        Money(self.effect.would_be)
    }
    /// What the change would have added; below zero where it would have saved.
    fn difference(&self) -> Money {
        Money(self.effect.difference())
    }
}

/// What a price would have done.
pub struct PriceEffect {
    price: Price,
    service: Option<Service>,
    effect: Effect,
}

/// What one price would have done to what its service was charged.
#[Object]
impl PriceEffect {
    /// The price.
    fn price(&self) -> &Price {
        &self.price
    }
    /// Its service.
    fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }
    /// How many units stand charged at prices of the same kind.
    fn units(&self) -> i64 {
        self.effect.units
    }
    /// What they cost.
    fn was(&self) -> Money {
        Money(self.effect.was)
    }
    /// What they would have cost.
    fn would_be(&self) -> Money {
        Money(self.effect.would_be)
    }
    /// What the price would have added; below zero where it would have saved.
    fn difference(&self) -> Money {
        Money(self.effect.difference())
    }
}
