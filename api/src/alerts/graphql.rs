//! Thresholds and alerts as GraphQL shows them.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{Id, organisation, person, price_threshold, service};
use rules::alerts::{PriceMeasure, ThresholdBound, ThresholdRefusal};

use super::{reads, service as acts};
use crate::directory::graphql::Service;
use crate::directory::reads::services;
use crate::error::Result;
use crate::graphql::act::{Node, mutate, store};
use crate::graphql::cut::{Keyed, cut_owned};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::money::Money;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::organisations::reads::{named, organisations};
use crate::payloads;
use crate::store::kin::{Member, ToOne};

/// A threshold with what was read for it.
#[derive(Clone)]
pub struct PriceThreshold(pub Member<price_threshold::Model, PriceThresholdKin>);

/// What hangs on thresholds.
#[derive(Default)]
pub struct PriceThresholdKin {
    organisation: ToOne<Id<organisation::Entity>, Organisation>,
    service: ToOne<Id<service::Entity>, Service>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

impl Node for PriceThreshold {
    type Table = price_threshold::Entity;
    type Kin = PriceThresholdKin;
    fn show(member: Member<price_threshold::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A threshold that a margin or a unit cost should not pass. Those who keep the CRC's prices see those on its margin, a
/// provider's managers those on their own margin and cost.
#[Object]
impl PriceThreshold {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<price_threshold::Entity> {
        self.0.id.into()
    }
    /// The organisation that watches.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let load = || organisations(store(ctx), ids());
        self.0.kin().organisation.of(&self.0.organisation_id, load).await.in_turn()
    }
    /// The service that is watched; null: every one that the organisation may watch.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let id = self.0.service_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.service_id).collect();
        self.0.kin().service.of(&id, || services(store(ctx), ids())).await.in_turn()
    }
    /// What is watched.
    fn measure(&self) -> Shown<PriceMeasure> {
        self.0.measure.into()
    }
    /// On which side an alert lies.
    fn bound(&self) -> Shown<ThresholdBound> {
        self.0.bound.into()
    }
    /// The threshold, in per cent of the price that the measure is a part of.
    fn percent(&self) -> i32 {
        self.0.percent
    }
    /// Why it is watched.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who set it.
    async fn set_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.set_by_id).collect::<Vec<_>>();
        let load = || named(store(ctx), ids().into_iter());
        self.0.kin().people.of(&self.0.set_by_id, load).await.in_turn()
    }
    /// When it was ended, since when it alerts no more; null while it does.
    fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was set.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A threshold that is passed.
pub struct PriceAlert {
    threshold: PriceThreshold,
    service: Option<Service>,
    amount: i64,
    price: i64,
}

/// A threshold that a service passes on a day, by the prices and costs in force on it.
#[Object]
impl PriceAlert {
    /// The threshold.
    fn threshold(&self) -> &PriceThreshold {
        &self.threshold
    }
    /// The service.
    fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }
    /// What the measure comes to: the margin or the cost of a unit.
    fn money(&self) -> Money {
        Money(self.amount)
    }
    /// The price that it is a part of: of the CRC's margin the card price, of the others the supply price.
    fn price(&self) -> Money {
        Money(self.price)
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct AlertsQuery;

#[Object]
impl AlertsQuery {
    /// The thresholds that services pass on a day, by the service's name: reckoned when they are read, from the prices
    /// and costs that you see.
    /// Roles: PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn price_alerts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The day (Europe/London); today unless said. A day to come is reckoned by what is published."
        )]
        on: Option<Date>,
    ) -> Result<Rows<PriceAlert>> {
        let store = store(ctx);
        let passed = reads::passed(store, on.map_or_else(|| store.today(), |day| day.0)).await?;
        let services = Member::family(passed.iter().map(|one| one.service.clone()).collect());
        let services: Vec<_> = services.map(Service).collect();
        let thresholds = Member::family(passed.iter().map(|one| one.threshold.clone()).collect());
        let figures = passed.iter().map(|one| (one.amount, one.price));
        let all = thresholds.map(PriceThreshold).zip(services).zip(figures);
        let alert = |((threshold, service), (amount, price))| PriceAlert {
            threshold,
            service: Some(service),
            amount,
            price,
        };
        cut_owned(ctx, all.map(alert).collect())
    }

    /// The thresholds that your organisation set, those set last first; those that were ended too.
    /// Roles: PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn price_thresholds(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<PriceThreshold>> {
        let window = window(ctx, first, after, last, before)?;
        let page = reads::thresholds(store(ctx)).page(&reads::LATEST, &window).await?;
        let total = if wants_total(ctx) { Some(reads::thresholds(store(ctx)).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(PriceThreshold)))
    }
}

/// A threshold to be watched.
#[derive(InputObject)]
pub struct SetPriceThresholdInput {
    /// What is watched: CRC_MARGIN by those who keep the CRC's prices, PROVIDER_MARGIN and UNIT_COST by a provider's
    /// managers.
    pub measure: Shown<PriceMeasure>,
    /// On which side an alert lies.
    pub bound: Shown<ThresholdBound>,
    /// The threshold, in per cent of the card price (CRC_MARGIN) or of the supply price: -1,000 to 1,000.
    pub percent: i32,
    /// Only this service; left out: every one that your organisation may watch.
    pub service_id: Option<GlobalId<service::Entity>>,
    /// Why it is watched; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A threshold to be watched no more.
#[derive(InputObject)]
pub struct EndPriceThresholdInput {
    /// The threshold.
    pub threshold_id: GlobalId<price_threshold::Entity>,
    /// The version that you read.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

payloads! {
    ThresholdRefusal;
    SetPriceThresholdPayload { threshold: PriceThreshold }
    EndPriceThresholdPayload { threshold: PriceThreshold }
}

/// Changes of this room.
#[derive(Default)]
pub struct AlertsMutation;

#[Object]
impl AlertsMutation {
    /// Sets a threshold that a margin or a unit cost should not pass; `priceAlerts` shows what does.
    /// Roles: PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER.
    async fn set_price_threshold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: SetPriceThresholdInput,
    ) -> Result<SetPriceThresholdPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(acts::set_price_threshold(write, input))).await?;
        SetPriceThresholdPayload::answer(ctx, done).await
    }

    /// Ends a threshold: it alerts no more, and stays to be read.
    /// Roles: PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER.
    async fn end_price_threshold(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: EndPriceThresholdInput,
    ) -> Result<EndPriceThresholdPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(acts::end_price_threshold(write, input))).await?;
        EndPriceThresholdPayload::answer(ctx, done).await
    }
}

impl Keyed for PriceAlert {
    fn key(&self) -> impl AsRef<[u8]> {
        let service = self.service.as_ref().map(|service| service.0.id.0);
        format!("{} {}", self.threshold.0.id.0, service.unwrap_or_default())
    }
}
