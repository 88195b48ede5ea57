//! The services that fit somebody, the best first.

use std::collections::{HashMap, HashSet};

use entity::{Id, ldu, service, service_need};
use rules::Term;
use rules::directory::unavailable;
use rules::recommendation::{Fit, Kept, rank};
use rules::terms::Need;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Order};

use super::parts::Parts;
use crate::directory::graphql::Service;
use crate::directory::reads::is_open;
use crate::eligibility::graphql::Eligibility;
use crate::eligibility::judging::Failing;
use crate::eligibility::reads::{Bare, failing_at};
use crate::error::Result;
use crate::places::graphql::Cohort;
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
    /// What limits when they can come.
    pub kept: Vec<Kept>,
}

/// A service with how it fits.
pub struct Ranked {
    /// The service.
    pub service: Service,
    /// How it fits.
    pub fit: Fit,
    /// What is not met.
    pub eligibility: Eligibility,
    /// The cohort that they could join next.
    pub cohort: Option<Cohort>,
}

/// The services of the card that work on any of the needs, the best first, `first` of them at most.
pub async fn ranked(store: &Store, sought: &Sought, first: usize) -> Result<Vec<Ranked>> {
    let today = store.today();
    let services = candidates(store, &sought.needs).await?;
    let ids = services.iter().map(|service| service.id).collect();
    let mut parts = Parts::read(store, ids, sought).await?;
    let mut failing: HashMap<ServiceId, Vec<Failing>> = HashMap::new();
    for (id, one) in failing_at(store, &services, &sought.facts.facts(), today).await? {
        failing.entry(id).or_default().push(one);
    }
    let mut all = Vec::new();
    for member in Member::family(services) {
        let service = Service(member);
        let row: &service::Model = &service.0;
        let facts = &sought.facts;
        let eligibility = Eligibility {
            on: today,
            failing: failing.remove(&row.id).unwrap_or_default(),
            unavailable: unavailable(parts.stated(row.id), facts.purchaser, &facts.bases, today),
            service: service.clone(),
        };
        let (fit, cohort) = parts.fit(row, sought, today);
        let fit = Fit {
            unmet: eligibility.failing.len(),
            takes_referrals: is_open(row, today),
            unavailable: eligibility.unavailable.clone(),
            ..fit
        };
        all.push((fit, (service, eligibility, cohort)));
    }
    rank(&mut all);
    all.truncate(first);
    let shown = all.into_iter().map(|(fit, (service, eligibility, cohort))| Ranked {
        service,
        fit,
        eligibility,
        cohort,
    });
    Ok(shown.collect())
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
