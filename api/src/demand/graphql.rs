//! Use and demand as GraphQL shows them.

use std::collections::HashMap;

use async_graphql::{Context, Object};
use chrono::{Days, NaiveDate};
use entity::{organisation, service};
use rules::Term;
use rules::demand::{DemandBy, Turn};
use rules::london;
use rules::terms::{Need, PriceKind, Purchaser};

use super::prices;
use super::reads::{self, Counted, Sought};
use crate::directory::graphql::Service;
use crate::directory::reads::services;
use crate::error::{Fault, Result};
use crate::graphql::act::store;
use crate::graphql::cut::{Keyed, cut_owned};
use crate::graphql::date::{Date, in_order};
use crate::graphql::global_id::GlobalId;
use crate::graphql::money::Money;
use crate::graphql::paging::Rows;
use crate::graphql::shown::Shown;
use crate::store::Of;

/// The most days that are counted at once: three years.
const MOST_DAYS: i64 = 1_100;
/// The most days that are counted on either side of a change of a price.
const MOST_AROUND: u64 = 366;
/// How many days are counted where no first one is given.
const USUAL_DAYS: u64 = 365;

/// How much a service, a need, an area, a side or a month was in demand.
pub struct Demand {
    of: Of,
    service: Option<Service>,
    counted: Counted,
}

/// Use and demand of one service, need, area, side or month, counted over the referrals and charges that you may see.
#[Object]
impl Demand {
    /// The service; null unless it is counted by service.
    fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }
    /// The need; null unless it is counted by need.
    fn need(&self) -> Option<Shown<Need>> {
        if let Of::Need(need) = &self.of { Some(Shown(*need)) } else { None }
    }
    /// The name of the local delivery unit; null unless it is counted by area, and where the referrals share none.
    fn area(&self) -> Option<&str> {
        if let Of::Area(area) = &self.of { area.as_deref() } else { None }
    }
    /// Who pays; null unless it is counted by that.
    fn purchaser(&self) -> Option<Shown<Purchaser>> {
        if let Of::Purchaser(purchaser) = &self.of { Some(Shown(*purchaser)) } else { None }
    }
    /// The first day (Europe/London) of the month; null unless it is counted by month.
    fn month(&self) -> Option<Date> {
        if let Of::Since(day) = &self.of { Some(Date(london::month_of(*day))) } else { None }
    }
    /// How many referrals were first submitted in the period.
    fn referrals(&self) -> i64 {
        self.counted.demand.referrals
    }
    /// How many of them the provider accepted, whatever became of them.
    fn accepted(&self) -> i64 {
        self.counted.demand.accepted
    }
    /// How many of them it declined.
    fn declined(&self) -> i64 {
        self.counted.demand.declined
    }
    /// How many of them wait for its answer.
    fn unanswered(&self) -> i64 {
        self.counted.demand.unanswered
    }
    /// How many of them came to a session that was attended.
    fn started(&self) -> i64 {
        self.counted.demand.started
    }
    /// The median of the days from submission to that session; null of fewer than five starts.
    fn median_wait_days(&self) -> Option<i64> {
        self.counted.demand.median_wait
    }
    /// How many units stand charged for deliveries in the period; null by need, where one unit would count for several.
    fn units(&self) -> Option<i64> {
        if let Of::Need(_) = self.of { None } else { Some(self.counted.spent.units) }
    }
    /// What was charged for them, less what was taken back, with adjustments; by need what the referrals came to is shared out
    /// among their needs in equal parts.
    fn spend(&self) -> Option<Money> {
        Some(Money(self.counted.spent.pence))
    }
}

/// Referrals and charges of a period.
pub struct Volume(prices::Around);

/// What was asked for and what was charged in a period, as far as you may see the referrals and charges.
#[Object]
impl Volume {
    /// The first day (Europe/London).
    fn from(&self) -> Date {
        self.0.period.from.into()
    }
    /// The day (Europe/London) after the last: exclusive.
    fn to(&self) -> Option<Date> {
        self.0.period.to.map(Date)
    }
    /// How many referrals were first submitted in it.
    fn referrals(&self) -> i64 {
        self.0.demand.referrals
    }
    /// How many of them the provider accepted, whatever became of them.
    fn accepted(&self) -> i64 {
        self.0.demand.accepted
    }
    /// How many of them it declined.
    fn declined(&self) -> i64 {
        self.0.demand.declined
    }
    /// How many of them came to a session that was attended.
    fn started(&self) -> i64 {
        self.0.demand.started
    }
    /// How many units stand charged for deliveries in it, whenever they were referred for.
    fn units(&self) -> i64 {
        self.0.spent.units
    }
    /// What was charged for them, less what was taken back, with adjustments.
    fn spend(&self) -> Money {
        Money(self.0.spent.pence)
    }
}

/// A change of a price with the volume around it.
pub struct PriceVolume {
    turn: Turn,
    volumes: [prices::Around; 2],
    is_over: bool,
}

/// A change of a price, with what was asked for and charged in as many days before it as from it on.
#[Object]
impl PriceVolume {
    /// The first day of the new price (Europe/London).
    fn on(&self) -> Date {
        self.turn.on.into()
    }
    /// The price of a unit on the day before.
    fn was(&self) -> Money {
        Money(self.turn.was)
    }
    /// The new price of a unit.
    fn is(&self) -> Money {
        Money(self.turn.is)
    }
    /// The days before it.
    fn before(&self) -> Volume {
        Volume(self.volumes[0])
    }
    /// As many days from it on.
    fn after(&self) -> Volume {
        Volume(self.volumes[1])
    }
    /// Whether those days are over: until then they are not to be held against each other.
    fn is_over(&self) -> bool {
        self.is_over
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct DemandQuery;

#[Object]
impl DemandQuery {
    /// Referrals, acceptances, waits, units and spending of a period, by service, need, area, who pays, or month; by
    /// month, beside `Service.priceHistory`, they say what a change of price did to the volume. Those who keep prices count what
    /// was priced by them, without whose it is; by need or area they are told nothing of fewer than five.
    /// Roles: TEAM_MANAGER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn demand(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what it is broken down.", default_with = "Shown(DemandBy::Service)")] by: Shown<
            DemandBy,
        >,
        #[graphql(desc = "The first day (Europe/London); a year before the last one unless said.")]
        from: Option<Date>,
        #[graphql(
            desc = "The last day (Europe/London), 1,100 days after the first at most; today unless said."
        )]
        to: Option<Date>,
        #[graphql(desc = "Only what this side pays.")] purchaser: Option<Shown<Purchaser>>,
        #[graphql(desc = "Only what this organisation delivers.")] provider: Option<
            GlobalId<organisation::Entity>,
        >,
        #[graphql(desc = "Only this service.")] service: Option<GlobalId<service::Entity>>,
    ) -> Result<Rows<Demand>> {
        let store = store(ctx);
        let to = to.map_or_else(|| store.today(), |day| day.0);
        let from = from.map_or_else(|| before(to), |day| day.0);
        in_order(("from", Some(from)), ("to", Some(to)))?;
        if (to - from).num_days() > MOST_DAYS {
            return Err(Fault::bad_input("from: give a day at most 1,100 days before to."));
        }
        let sought = Sought {
            by: by.0,
            from,
            to,
            purchaser: purchaser.map(|purchaser| purchaser.0),
            provider: provider.map(|id| id.0),
            service: service.map(|id| id.0),
        };
        let counts = reads::counts(store, &sought).await?;
        let ids = counts.keys().filter_map(|of| if let Of::Service(id) = of { Some(*id) } else { None });
        let services: HashMap<_, _> = services(store, ids.collect()).await?.into_iter().collect();
        let mut all: Vec<_> = counts
            .into_iter()
            .map(|(of, counted)| {
                let service = if let Of::Service(id) = &of { services.get(id).cloned() } else { None };
                Demand { of, service, counted }
            })
            .collect();
        all.sort_by_cached_key(|one| one.service.as_ref().map(|service| service.0.name.clone()));
        cut_owned(ctx, all)
    }

    /// What each change of a service's price did to the volume: referrals, acceptances, units and spending in as many days
    /// before it as from it on, the earliest change first, of the side that buys at this figure. Counted over the referrals
    /// and charges that you may see, at the prices that your organisation pays; those who keep prices count what was priced by
    /// them, as in `demand`, at the prices for everybody.
    /// Roles: TEAM_MANAGER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn price_volumes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The service.")] service: GlobalId<service::Entity>,
        #[graphql(desc = "Which figure.", default_with = "Shown(PriceKind::Card)")] kind: Shown<PriceKind>,
        #[graphql(desc = "How many days before, and how many from it on: 1 to 366.", default = 90)] days: i32,
    ) -> Result<Rows<PriceVolume>> {
        let days = u64::try_from(days).ok().filter(|days| (1..=MOST_AROUND).contains(days));
        let days = days.ok_or_else(|| Fault::bad_input("days: give 1 to 366."))?;
        let today = store(ctx).today();
        let all = prices::volumes(store(ctx), service.0, kind.0, days).await?;
        let one = |(turn, volumes): (Turn, [prices::Around; 2])| {
            let is_over = volumes[1].period.to.is_some_and(|to| to <= today);
            PriceVolume { turn, volumes, is_over }
        };
        cut_owned(ctx, all.into_iter().map(one).collect())
    }
}

fn before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(USUAL_DAYS)).unwrap_or(day)
}

impl Keyed for Demand {
    fn key(&self) -> impl AsRef<[u8]> {
        self.of.key()
    }
}

impl Keyed for Of {
    fn key(&self) -> impl AsRef<[u8]> {
        match self {
            Of::Service(id) => id.0.to_string(),
            Of::Need(need) => need.code().to_owned(),
            Of::Area(area) => area.clone().unwrap_or_default(),
            Of::Purchaser(purchaser) => purchaser.code().to_owned(),
            Of::Since(day) => london::month_of(*day).to_string(),
        }
    }
}

impl Keyed for PriceVolume {
    fn key(&self) -> impl AsRef<[u8]> {
        self.turn.on.to_string()
    }
}
