//! What is on offer, with what it asks.

use chrono::NaiveDate;
use entity::{Id, service};
use rules::directory::{Availability, Rule, is_eligible, unavailable};
use rules::terms::Need;
use sea_orm::{ColumnTrait, Order};

use super::people::Person;
use crate::directory::facts::{said, stated};
use crate::directory::reads::{OwnedRule, is_open, needs, rules_of};
use crate::error::Result;
use crate::store::Store;

/// A service that takes referrals today.
pub struct Offer {
    /// Which.
    pub service: Id<service::Entity>,
    /// The needs that it works on, of those that are sought.
    pub needs: Vec<Need>,
    asked: Vec<OwnedRule>,
    stated: Vec<Availability>,
}

impl Offer {
    /// The service, or all of the card, as they stand.
    pub async fn services(store: &Store, only: Option<Id<service::Entity>>) -> Result<Vec<service::Model>> {
        let find = store.find::<service::Entity>();
        match only {
            Some(id) => find.with_id(id).all().await,
            None => {
                find.filter(service::Column::OnCard.eq(true))
                    .order_by(service::Column::Id, Order::Asc)
                    .all()
                    .await
            }
        }
    }

    /// Those of these services that take referrals today and work on the need that is sought.
    pub async fn all(
        store: &Store,
        mut services: Vec<service::Model>,
        need: Option<Need>,
    ) -> Result<Vec<Self>> {
        services.retain(|service| is_open(service, store.today()));
        let ids = || services.iter().map(|service| service.id).collect::<Vec<_>>();
        let works_on = needs(store, ids()).await?;
        let stated = stated(store, ids()).await?;
        let mut asked = rules_of(store, &services).await?;
        let mut offers = Vec::new();
        for service in &services {
            let of_it = |(id, of): &(Id<service::Entity>, Need)| {
                (*id == service.id && need.is_none_or(|only| only == *of)).then_some(*of)
            };
            let needs: Vec<_> = works_on.iter().filter_map(of_it).collect();
            let own: Vec<_> = asked.extract_if(.., |(id, _)| *id == service.id).collect();
            if needs.is_empty() {
                continue;
            }
            let stated = stated.iter().filter(|row| row.service_id == service.id).map(said).collect();
            let asked = own.into_iter().map(|(_, rule)| rule).collect();
            offers.push(Self { service: service.id, needs, asked, stated });
        }
        Ok(offers)
    }

    /// How many criteria are held against a person.
    pub const fn asks(&self) -> usize {
        self.asked.len() + 1
    }

    /// What it asks, as it is held against people.
    pub fn rules(&self) -> Vec<Rule<'_>> {
        self.asked.iter().map(OwnedRule::rule).collect()
    }

    /// Whether a person could be referred today, under one of their sentences.
    pub fn takes(&self, rules: &[Rule<'_>], person: &Person, today: NaiveDate) -> bool {
        person.facts.iter().any(|facts| {
            unavailable(&self.stated, facts.purchaser, &facts.bases, today).is_none()
                && is_eligible(rules, &facts.facts(), today)
        })
    }
}
