//! The figures of services through time.

use std::collections::HashMap;

use async_graphql::Object;
use chrono::NaiveDate;
use entity::{Id, price, service};
use rules::Term;
use rules::rate_card::{Period, Step, Stretch, history};
use rules::terms::{PriceKind, PriceStatus};
use sea_orm::ColumnTrait;

use crate::costs::reads::steps;
use crate::error::Result;
use crate::graphql::date::Date;
use crate::graphql::money::Money;
use crate::store::Store;

/// Days on which no figure of a service changes.
pub struct PricePeriod(Stretch);

/// Days on which no figure of a service changes, for a chart by steps. A figure that is not yours to see is null, as
/// is a margin that it would be reckoned from.
#[Object]
impl PricePeriod {
    /// The first day (Europe/London).
    fn from(&self) -> Date {
        self.0.period.from.into()
    }
    /// The day (Europe/London) after the last: exclusive; null while it has no end.
    fn to(&self) -> Option<Date> {
        self.0.period.to.map(Date)
    }
    /// What the NPS pays for a unit; null where there is no published card price, or none that you may see.
    fn card(&self) -> Option<Money> {
        self.0.card.map(Money)
    }
    /// What the CRC pays the provider for a unit; null where there is no published supply price, or none that you may
    /// see.
    fn supply(&self) -> Option<Money> {
        self.0.supply.map(Money)
    }
    /// What a unit costs the provider, as its managers state it; null where they state none, and for everybody but
    /// them and inspectors.
    fn cost(&self) -> Option<Money> {
        self.0.cost.map(Money)
    }
    /// What the CRC keeps of a unit that the NPS buys: card less supply, below zero where it adds to it; null unless you
    /// see both.
    fn crc_margin(&self) -> Option<Money> {
        self.0.crc_margin().map(Money)
    }
    /// What the provider keeps of a unit: supply less cost, below zero where it loses; null unless you see both.
    fn provider_margin(&self) -> Option<Money> {
        self.0.provider_margin().map(Money)
    }
}

/// The figures of one service.
#[derive(Default)]
pub struct Figures {
    card: Vec<Step>,
    supply: Vec<Step>,
    cost: Vec<Step>,
}

impl Figures {
    /// What holds on a day; none where nothing does.
    pub fn on(&self, day: NaiveDate) -> Option<Stretch> {
        let window = Period { from: day, to: day.succ_opt() };
        history(&self.card, &self.supply, &self.cost, &window).pop()
    }

    /// The periods of a window, in the order of their days.
    pub fn within(&self, window: &Period) -> Vec<PricePeriod> {
        history(&self.card, &self.supply, &self.cost, window).into_iter().map(PricePeriod).collect()
    }
}

/// The figures of services that the caller may see: published prices, and costs as they stand.
pub async fn figures(
    store: &Store,
    of: Vec<Id<service::Entity>>,
) -> Result<Vec<(Id<service::Entity>, Figures)>> {
    let published = store.find::<price::Entity>().of(price::Column::ServiceId, of.iter().copied());
    let published = published.filter(price::Column::Status.eq(PriceStatus::Published.code()));
    let mut all: HashMap<_, Figures> = HashMap::new();
    for row in published.all().await? {
        let figures = all.entry(row.service_id).or_default();
        let period = Period { from: row.effective_from, to: row.effective_to };
        let step = Step { period, pence: row.pence };
        match *row.kind {
            PriceKind::Card => figures.card.push(step),
            PriceKind::Supply => figures.supply.push(step),
            // What it costs the provider is kept by itself (`costs`).
            PriceKind::Cost => {}
        }
    }
    for (service, steps) in steps(store, of).await? {
        all.entry(service).or_default().cost = steps;
    }
    Ok(all.into_iter().collect())
}
