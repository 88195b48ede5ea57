//! The figures of services through time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Object;
use chrono::NaiveDate;
use entity::{Id, price, service};
use rules::Term;
use rules::rate_card::{Period, Step, Stretch, history, own_first};
use rules::terms::{PriceKind, PriceStatus};
use sea_orm::ColumnTrait;

use crate::costs::reads::steps;
use crate::error::Result;
use crate::graphql::cut::Keyed;
use crate::graphql::date::Date;
use crate::graphql::money::Money;
use crate::rate_card::reads::{Buyer, concerning};
use crate::store::Store;
use crate::store::kin::ToOne;

/// Days on which no figure of a service changes.
pub struct PricePeriod(Stretch);

impl Keyed for PricePeriod {
    fn key(&self) -> impl AsRef<[u8]> {
        self.0.period.from.to_string()
    }
}

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
    /// The amounts of one figure through time.
    pub fn steps(&self, kind: PriceKind) -> &[Step] {
        match kind {
            PriceKind::Card => &self.card,
            PriceKind::Supply => &self.supply,
            PriceKind::Cost => &self.cost,
        }
    }

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

/// The figures of services that the caller may see, as one purchaser pays them: published prices, and costs as they stand.
pub async fn figures(
    store: &Store,
    of: Vec<Id<service::Entity>>,
    buyer: Buyer,
) -> Result<Vec<(Id<service::Entity>, Figures)>> {
    let published = store.find::<price::Entity>().of(price::Column::ServiceId, of.iter().copied());
    let published = published.filter(price::Column::Status.eq(PriceStatus::Published.code()));
    let published = published.filter(concerning(buyer));
    let mut all: HashMap<_, Figures> = HashMap::new();
    let mut own: HashMap<_, Figures> = HashMap::new();
    for row in published.all().await? {
        let holds = if row.purchaser_id.is_some() { &mut own } else { &mut all };
        let figures = holds.entry(row.service_id).or_default();
        let period = Period { from: row.effective_from, to: row.effective_to };
        let step = Step { period, pence: row.pence };
        match *row.kind {
            PriceKind::Card => figures.card.push(step),
            PriceKind::Supply => figures.supply.push(step),
            // What it costs the provider is kept by itself (`costs`).
            PriceKind::Cost => {}
        }
    }
    for (service, own) in own {
        let figures = all.entry(service).or_default();
        figures.card = own_first(&figures.card, &own.card);
        figures.supply = own_first(&figures.supply, &own.supply);
    }
    for (service, steps) in steps(store, of).await? {
        all.entry(service).or_default().cost = steps;
    }
    Ok(all.into_iter().collect())
}

/// The figures of a family of services, as the purchasers that a query names pay them: one reading for each.
#[derive(Default)]
pub struct FiguresFor(Mutex<HashMap<Buyer, Arc<FiguresOfEach>>>);

type FiguresOfEach = ToOne<Id<service::Entity>, Figures>;

impl FiguresFor {
    /// The periods of `service` in a window; `services` are the whole family.
    pub async fn of(
        &self,
        store: &Store,
        service: Id<service::Entity>,
        services: impl FnOnce() -> Vec<Id<service::Entity>>,
        buyer: Buyer,
        window: &Period,
    ) -> Result<Vec<PricePeriod>> {
        let of_each = {
            let mut buyers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(buyers.entry(buyer).or_default())
        };
        let figures = of_each.of(&service, || figures(store, services(), buyer)).await?;
        Ok(figures.map(|figures| figures.within(window)).unwrap_or_default())
    }
}
