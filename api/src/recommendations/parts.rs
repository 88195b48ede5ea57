//! What hangs on the services that are ranked, read once for all of them.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{Id, ldu, service, service_area, service_venue};
use rules::directory::{Availability, RarDays};
use rules::places::ExpectedWait;
use rules::recommendation::{
    Area, Cost, Fit, NextCohort, Offered, RarNeed, Reach, Start, next_cohort, reachability,
};
use rules::search::fold;
use rules::terms::{CohortMode, DeliveryMode, Need, PriceKind, Purchaser, ServiceUnit};

use super::reads::Sought;
use crate::directory::facts;
use crate::directory::reads::needs;
use crate::error::Result;
use crate::places::graphql::Cohort;
use crate::places::reads::{Joinable, joinable, waits};
use crate::rate_card::reads::bought_at;
use crate::store::Store;

type ServiceId = Id<service::Entity>;

/// What hangs on the services.
pub struct Parts {
    needs: HashMap<ServiceId, Vec<Need>>,
    modes: HashMap<ServiceId, Vec<DeliveryMode>>,
    areas: HashMap<ServiceId, Vec<service_area::Model>>,
    /// Where they meet within the person's LDU, by name.
    venues: HashMap<ServiceId, Vec<String>>,
    stated: HashMap<ServiceId, Vec<Availability>>,
    pence: HashMap<ServiceId, i64>,
    waits: HashMap<ServiceId, ExpectedWait>,
    cohorts: HashMap<ServiceId, Vec<Joinable>>,
}

fn grouped<V>(pairs: impl IntoIterator<Item = (ServiceId, V)>) -> HashMap<ServiceId, Vec<V>> {
    let mut groups: HashMap<ServiceId, Vec<V>> = HashMap::new();
    for (id, value) in pairs {
        groups.entry(id).or_default().push(value);
    }
    groups
}

impl Parts {
    /// Reads them, in a number of statements that does not depend on how many services there are.
    pub async fn read(store: &Store, ids: Vec<ServiceId>, sought: &Sought) -> Result<Self> {
        let kind = match sought.facts.purchaser {
            Purchaser::Nps => PriceKind::Card,
            Purchaser::Crc => PriceKind::Supply,
        };
        let buyer = store.scope().organisation();
        let prices = bought_at(store, ids.iter().copied(), store.today(), kind, buyer).await?;
        let areas = store.find::<service_area::Entity>().of(service_area::Column::ServiceId, ids.clone());
        let stated = facts::stated(store, ids.clone()).await?;
        Ok(Self {
            needs: grouped(needs(store, ids.clone()).await?),
            modes: grouped(facts::modes(store, ids.clone()).await?),
            areas: grouped(areas.all().await?.into_iter().map(|row| (row.service_id, row))),
            venues: grouped(venues(store, ids.clone(), sought).await?),
            stated: grouped(stated.iter().map(|row| (row.service_id, facts::said(row)))),
            pence: prices.into_iter().map(|row| (row.service_id, row.pence)).collect(),
            waits: waits(store, ids.clone(), sought.ldu).await?.into_iter().collect(),
            cohorts: joinable(store, ids).await?,
        })
    }

    /// What a service says of its availability.
    pub fn stated(&self, service: ServiceId) -> &[Availability] {
        self.stated.get(&service).map(Vec::as_slice).unwrap_or_default()
    }

    /// How a service fits, eligibility apart, and the cohort that the person could join next.
    pub fn fit(
        &mut self,
        service: &service::Model,
        sought: &Sought,
        today: NaiveDate,
    ) -> (Fit, Option<Cohort>) {
        let works_on = self.needs.remove(&service.id).unwrap_or_default();
        let needs: Vec<_> = sought.needs.iter().copied().filter(|need| works_on.contains(need)).collect();
        let modes = self.modes.remove(&service.id).unwrap_or_default();
        let (joins, elsewhere) = self.cohort(service.id, sought);
        let (cohort, next) = joins.unzip();
        let times = next.as_ref().map_or(&[][..], |next| &next.times);
        let offered = match &next {
            Some(next) => Offered { times, modes: std::slice::from_ref(&next.mode) },
            None => Offered { times, modes: &modes },
        };
        let fit = Fit {
            open_needs: needs.iter().copied().filter(|need| sought.open.contains(need)).collect(),
            needs,
            unmet: 0,
            takes_referrals: true,
            unavailable: None,
            reach: self.reach(service.id, &modes, sought),
            times: sought.kept.iter().map(|kept| (kept.clone(), kept.fit(offered))).collect(),
            rar_days: rar_days(service, sought.facts.rar_days),
            cost: self.cost(service, sought.facts.purchaser),
            start: Start {
                today,
                wait: self.waits.get(&service.id).copied().unwrap_or_default(),
                cohort: next,
                elsewhere,
                stated: service.earliest_start,
            },
        };
        (fit, cohort)
    }

    /// The cohort to join next; and whether there are cohorts, none of which takes people from there.
    fn cohort(&mut self, service: ServiceId, sought: &Sought) -> (Option<(Cohort, NextCohort)>, bool) {
        let all = self.cohorts.remove(&service).unwrap_or_default();
        let some = !all.is_empty();
        let takes = |one: &Joinable| sought.ldu.is_none_or(|ldu| one.ldus.contains(&ldu));
        let open: Vec<_> = all.into_iter().filter(takes).collect();
        let elsewhere = some && open.is_empty();
        let each = open.iter().enumerate().map(|(at, one)| NextCohort {
            at,
            starts_on: one.starts_on,
            places_left: one.left,
            times: one.times.clone(),
            mode: match *one.cohort.0.mode {
                CohortMode::Day => DeliveryMode::Day,
                CohortMode::Evening => DeliveryMode::Evening,
            },
        });
        let next = next_cohort(each.collect(), &sought.kept);
        let chosen = next.and_then(|next| Some((open.get(next.at)?.cohort.clone(), next)));
        (chosen, elsewhere)
    }

    fn reach(&self, service: ServiceId, modes: &[DeliveryMode], sought: &Sought) -> Reach {
        let area = match (self.areas.get(&service), sought.ldu) {
            (Some(areas), Some(ldu)) => {
                Area::Named(areas.iter().find(|area| area.ldu_id == ldu).map(|area| *area.reach))
            }
            (None, Some(_)) => Area::Everybody,
            (_, None) => Area::NotKnown,
        };
        let venues = self.venues.get(&service).cloned().unwrap_or_default();
        Reach { how: reachability(area, modes, !venues.is_empty()), venues, ldu: sought.facts.ldu.clone() }
    }

    fn cost(&self, service: &service::Model, payer: Purchaser) -> Option<Cost> {
        let unit_pence = *self.pence.get(&service.id)?;
        Some(Cost { payer, unit_pence, unit: *service.unit, units: service.usual_units.unwrap_or(1) })
    }
}

/// Where services meet within the LDU of the person. The NPS's and the CRC's units of one name are one place.
async fn venues(store: &Store, of: Vec<ServiceId>, sought: &Sought) -> Result<Vec<(ServiceId, String)>> {
    let find = store.find::<service_venue::Entity>().of(service_venue::Column::ServiceId, of);
    let rows = find.order_by(service_venue::Column::Name, sea_orm::Order::Asc).all().await?;
    let named: BTreeSet<_> = rows.iter().filter_map(|row| row.ldu_id).collect();
    let ldus = store.find::<ldu::Entity>().by_ids(named).await?;
    let own = sought.facts.ldu.as_deref().map(fold);
    let there = |row: &service_venue::Model| {
        let ldu = ldus.iter().find(|ldu| Some(ldu.id) == row.ldu_id);
        ldu.is_some_and(|ldu| Some(ldu.id) == sought.ldu || own.as_ref() == Some(&fold(&ldu.name)))
    };
    Ok(rows.iter().filter(|row| there(row)).map(|row| (row.service_id, row.name.clone())).collect())
}

/// A session or a day of a service that counts is a RAR day; of a whole programme one at least.
fn rar_days(service: &service::Model, left: RarDays) -> Option<RarNeed> {
    let RarDays::Left(left) = left else { return None };
    let by_day = matches!(*service.unit, ServiceUnit::Session | ServiceUnit::Day);
    let wanted = if by_day { service.usual_units.unwrap_or(1) } else { 1 };
    service.counts_towards_rar.then_some(RarNeed { wanted, left })
}
