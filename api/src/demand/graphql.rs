//! Use and demand as GraphQL shows them.

use std::collections::HashMap;

use async_graphql::{Context, Object};
use chrono::{Days, NaiveDate};
use entity::{organisation, service};
use rules::demand::DemandBy;
use rules::terms::{Need, Purchaser};

use super::reads::{self, Counted, Of, Sought};
use crate::directory::graphql::Service;
use crate::directory::reads::services;
use crate::error::{Fault, Result};
use crate::graphql::act::store;
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::money::Money;
use crate::graphql::shown::Shown;

/// The most days that are counted at once: three years.
const MOST_DAYS: i64 = 1_100;
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
        if let Of::Month(month) = &self.of { Some(Date(*month)) } else { None }
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
    /// How many units stand charged for deliveries in the period; null by need, where one charge would count for several.
    fn units(&self) -> Option<i64> {
        self.counted.spent.map(|spent| spent.units)
    }
    /// What was charged for them, less what was taken back, with adjustments; null by need.
    fn spend(&self) -> Option<Money> {
        self.counted.spent.map(|spent| Money(spent.pence))
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct DemandQuery;

#[Object]
impl DemandQuery {
    /// Referrals, acceptances, waits, units and spending of a period, by service, need, area, who pays, or month; by
    /// month, beside `Service.priceHistory`, they say what a change of price did to the volume.
    /// Roles: TEAM_MANAGER, PROVIDER_MANAGER, AUDITOR.
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
    ) -> Result<Vec<Demand>> {
        let store = store(ctx);
        let to = to.map_or_else(|| store.today(), |day| day.0);
        let from = from.map_or_else(|| before(to), |day| day.0);
        if (to - from).num_days() > MOST_DAYS {
            return Err(Fault::bad_input("Ask for at most 1,100 days at once."));
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
        Ok(all)
    }
}

fn before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(USUAL_DAYS)).unwrap_or(day)
}
