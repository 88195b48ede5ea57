//! The services that fit somebody, and what stands against their needs.

use std::collections::{HashMap, HashSet};

use entity::{
    Id, attendance, case_need, desired_outcome, ldu, probation_case, referral, service, service_area,
    service_need,
};
use rules::Term;
use rules::directory::{RarDays, is_available};
use rules::recommendation::{Fit, NeedStanding, best, rank, standing};
use rules::terms::{AreaReach, AttendanceOutcome, DeliveryMode, Need, PriceKind, Purchaser, ServiceUnit};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Order};

use crate::directory::facts;
use crate::directory::graphql::Service;
use crate::directory::reads::{is_open, needs};
use crate::eligibility::graphql::Eligibility;
use crate::eligibility::judging::Failing;
use crate::eligibility::reads::{Bare, failing_at};
use crate::error::Result;
use crate::rate_card;
use crate::referrals::graphql::Referral;
use crate::store::Store;
use crate::store::kin::Member;

type ServiceId = Id<service::Entity>;

/// Whom services are sought for.
pub struct Sought {
    /// What is known of them.
    pub facts: Bare,
    /// The needs that were assessed.
    pub needs: Vec<Need>,
    /// Those against which nothing stands.
    pub open: HashSet<Need>,
    /// The local delivery unit, where there is one.
    pub ldu: Option<Id<ldu::Entity>>,
    /// Whether work or childcare limits when they can come.
    pub tied: bool,
}

/// A service with how it fits.
pub struct Ranked {
    /// The service.
    pub service: Service,
    /// How it fits.
    pub fit: Fit,
    /// What is not met.
    pub eligibility: Eligibility,
}

/// What stands against a need, and the referrals by which it does.
pub struct Stands {
    /// The need.
    pub need: Need,
    /// What stands against it.
    pub standing: NeedStanding,
    /// The referrals that are for it.
    pub referrals: Vec<Referral>,
}

/// What stands against the assessed needs of a case, in their order.
pub async fn standings(store: &Store, case: &probation_case::Model) -> Result<Vec<Stands>> {
    let assessed =
        store.find::<case_need::Entity>().filter(case_need::Column::CaseId.eq(case.id)).all().await?;
    let referrals = store.find::<referral::Entity>().filter(referral::Column::CaseId.eq(case.id));
    let referrals = referrals.order_by(referral::Column::CreatedAt, Order::Asc).all().await?;
    let ids = || referrals.iter().map(|referral| referral.id);
    let desired = store.find::<desired_outcome::Entity>().of(desired_outcome::Column::ReferralId, ids());
    let desired: HashSet<_> = desired.all().await?.iter().map(|row| (row.referral_id, *row.need)).collect();
    let works_on = needs(store, referrals.iter().map(|referral| referral.service_id).collect()).await?;
    let works_on: HashSet<_> = works_on.into_iter().collect();
    let attended = store
        .find::<attendance::Entity>()
        .of(attendance::Column::ReferralId, ids())
        .filter(attendance::Column::SupersededAt.is_null())
        .filter(attendance::Column::Outcome.eq(AttendanceOutcome::Attended.code()));
    let attended: HashSet<_> = attended.all().await?.iter().map(|row| row.referral_id).collect();
    let assessed: HashSet<_> = assessed.iter().map(|row| *row.need).collect();
    // One family, whatever the needs: what hangs on referrals is read once.
    let referrals: Vec<_> = Member::family(referrals).map(Referral).collect();
    let of_need = |need: Need| {
        let is_for = |it: &&Referral| {
            desired.contains(&(it.0.id, need)) || works_on.contains(&(it.0.service_id, need))
        };
        let referrals: Vec<_> = referrals.iter().filter(is_for).cloned().collect();
        let each = referrals.iter().map(|it| standing(*it.0.status, attended.contains(&it.0.id)));
        Stands { need, standing: best(each), referrals }
    };
    Ok(Need::ALL.iter().filter(|need| assessed.contains(need)).map(|need| of_need(*need)).collect())
}

/// The services of the card that work on any of the needs, the best first, `first` of them at most.
pub async fn ranked(store: &Store, sought: &Sought, first: usize) -> Result<Vec<Ranked>> {
    let today = store.today();
    let services = candidates(store, &sought.needs).await?;
    let ids = || services.iter().map(|service| service.id).collect::<Vec<_>>();
    let mut parts = Parts::read(store, ids(), sought.facts.purchaser).await?;
    let mut failing: HashMap<ServiceId, Vec<Failing>> = HashMap::new();
    for (id, one) in failing_at(store, &services, &sought.facts.facts(), today).await? {
        failing.entry(id).or_default().push(one);
    }
    let judged: Vec<_> = services
        .iter()
        .map(|service| {
            let failing = failing.remove(&service.id).unwrap_or_default();
            let stated: Vec<_> =
                parts.stated.get(&service.id).map(Vec::as_slice).unwrap_or_default().to_vec();
            let available = is_available(&stated, sought.facts.purchaser, &sought.facts.bases, today);
            let fit = Fit {
                eligible: failing.is_empty(),
                available: available && is_open(service, today),
                ..parts.fit(service, sought)
            };
            (fit, (failing, available))
        })
        .collect();
    let members = Member::family(services).map(Service);
    let mut all: Vec<_> = judged
        .into_iter()
        .zip(members)
        .map(|((fit, (failing, available)), service)| {
            let eligibility = Eligibility { service: service.clone(), on: today, failing, available };
            (fit, (service, eligibility))
        })
        .collect();
    rank(&mut all);
    all.truncate(first);
    Ok(all.into_iter().map(|(fit, (service, eligibility))| Ranked { service, fit, eligibility }).collect())
}

async fn candidates(store: &Store, needs: &[Need]) -> Result<Vec<service::Model>> {
    let working = Query::select()
        .column(service_need::Column::ServiceId)
        .from(service_need::Entity)
        .and_where(service_need::Column::Need.is_in(needs.iter().map(|need| need.code())))
        .to_owned();
    store
        .find::<service::Entity>()
        .filter(service::Column::OnCard.eq(true))
        .filter(service::Column::Id.in_subquery(working))
        .order_by(service::Column::Name, Order::Asc)
        .order_by(service::Column::Id, Order::Asc)
        .all()
        .await
}

/// What hangs on the candidates.
struct Parts {
    needs: HashMap<ServiceId, Vec<Need>>,
    modes: HashMap<ServiceId, Vec<DeliveryMode>>,
    areas: HashMap<ServiceId, Vec<service_area::Model>>,
    stated: HashMap<ServiceId, Vec<rules::directory::Availability>>,
    pence: HashMap<ServiceId, i64>,
}

fn grouped<V>(pairs: impl IntoIterator<Item = (ServiceId, V)>) -> HashMap<ServiceId, Vec<V>> {
    let mut groups: HashMap<ServiceId, Vec<V>> = HashMap::new();
    for (id, value) in pairs {
        groups.entry(id).or_default().push(value);
    }
    groups
}

impl Parts {
    async fn read(store: &Store, ids: Vec<ServiceId>, purchaser: Purchaser) -> Result<Self> {
        let kind = match purchaser {
            Purchaser::Nps => PriceKind::Card,
            Purchaser::Crc => PriceKind::Supply,
        };
        let buyer = store.scope().organisation();
        let prices =
            rate_card::reads::bought_at(store, ids.iter().copied(), store.today(), kind, buyer).await?;
        let areas = store.find::<service_area::Entity>().of(service_area::Column::ServiceId, ids.clone());
        let stated = facts::stated(store, ids.clone()).await?;
        Ok(Self {
            needs: grouped(needs(store, ids.clone()).await?),
            modes: grouped(facts::modes(store, ids).await?),
            areas: grouped(areas.all().await?.into_iter().map(|row| (row.service_id, row))),
            stated: grouped(stated.iter().map(|row| (row.service_id, facts::said(row)))),
            pence: prices.into_iter().map(|row| (row.service_id, row.pence)).collect(),
        })
    }

    fn fit(&mut self, service: &service::Model, sought: &Sought) -> Fit {
        let works_on = self.needs.remove(&service.id).unwrap_or_default();
        let needs: Vec<_> = sought.needs.iter().copied().filter(|need| works_on.contains(need)).collect();
        let modes = self.modes.get(&service.id).map(Vec::as_slice).unwrap_or_default();
        let flexible = [DeliveryMode::Evening, DeliveryMode::HomeVisit, DeliveryMode::Residential];
        let says_when = sought.tied && !modes.is_empty();
        Fit {
            open_needs: needs.iter().copied().filter(|need| sought.open.contains(need)).collect(),
            needs,
            eligible: true,
            available: true,
            reach: self.reach(service.id, sought.ldu),
            times_fit: says_when.then(|| modes.iter().any(|mode| flexible.contains(mode))),
            rar_days_suffice: rar_days_suffice(service, sought.facts.rar_days),
            cost: self
                .pence
                .get(&service.id)
                .and_then(|pence| pence.checked_mul(i64::from(service.usual_units.unwrap_or(1)))),
        }
    }

    /// A service that names no area serves everybody; of somebody without an LDU it is not known.
    fn reach(&self, service: ServiceId, ldu: Option<Id<ldu::Entity>>) -> Option<AreaReach> {
        match (self.areas.get(&service), ldu) {
            (Some(areas), Some(ldu)) => areas.iter().find(|area| area.ldu_id == ldu).map(|area| *area.reach),
            (None, _) | (_, None) => Some(AreaReach::Covered),
        }
    }
}

/// A session or a day of a service that counts is a RAR day; of a whole programme one at least.
fn rar_days_suffice(service: &service::Model, rar_days: RarDays) -> Option<bool> {
    let RarDays::Left(left) = rar_days else { return None };
    let by_day = matches!(*service.unit, ServiceUnit::Session | ServiceUnit::Day);
    let wanted = if by_day { service.usual_units.unwrap_or(1) } else { 1 };
    service.counts_towards_rar.then_some(wanted <= left)
}
