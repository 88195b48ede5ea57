//! Costs of delivery as GraphQL shows them.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{Id, delivery_cost, person, service};
use rules::costs::CostRefusal;
use rules::terms::ServiceUnit;

use super::{reads, service as acts};
use crate::directory::graphql::Service;
use crate::directory::reads::services;
use crate::error::Result;
use crate::graphql::act::{Node, mutate, store};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::money::Money;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads::named;
use crate::payloads;
use crate::store::kin::{Member, ToOne};

/// A cost of delivery with what was read for it.
#[derive(Clone)]
pub struct DeliveryCost(pub Member<delivery_cost::Model, DeliveryCostKin>);

/// What hangs on costs of delivery.
#[derive(Default)]
pub struct DeliveryCostKin {
    service: ToOne<Id<service::Entity>, Service>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
    supersedes: ToOne<Id<delivery_cost::Entity>, DeliveryCost>,
}

impl Node for DeliveryCost {
    type Table = delivery_cost::Entity;
    type Kin = DeliveryCostKin;
    fn show(member: Member<delivery_cost::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// What a unit of a service costs its provider, from a day until the next cost begins. The provider's managers and
/// inspectors see it, and nobody else.
#[Object]
impl DeliveryCost {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<delivery_cost::Entity> {
        self.0.id.into()
    }
    /// The service.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let ids = || self.0.rows().iter().map(|row| row.service_id).collect();
        self.0.kin().service.of(&self.0.service_id, || services(store(ctx), ids())).await.in_turn()
    }
    /// What a unit costs.
    fn money(&self) -> Money {
        Money(self.0.pence)
    }
    /// The unit: that in which the service is priced.
    fn unit(&self) -> Shown<ServiceUnit> {
        self.0.unit.into()
    }
    /// The first day (Europe/London) for which it holds: until the next cost of the service begins.
    fn effective_from(&self) -> Date {
        self.0.effective_from.into()
    }
    /// How it was reckoned, or why it was corrected.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who stated it.
    async fn stated_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.stated_by_id).collect::<Vec<_>>();
        let load = || named(store(ctx), ids().into_iter());
        self.0.kin().people.of(&self.0.stated_by_id, load).await.in_turn()
    }
    /// What it corrects; null where it corrects nothing.
    async fn supersedes(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, DeliveryCost>>> {
        let id = self.0.supersedes_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.supersedes_id).collect();
        self.0.kin().supersedes.of(&id, || reads::by_id(store(ctx), ids())).await.in_turn()
    }
    /// When it was corrected, since when it no longer holds; null while it does.
    fn superseded_at(&self) -> Option<DateTime<Utc>> {
        self.0.superseded_at
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was stated.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct CostsQuery;

#[Object]
impl CostsQuery {
    /// What your organisation's services cost to deliver, as its managers stated it, the latest statement first; those
    /// that were corrected too. Roles: PROVIDER_MANAGER, AUDITOR.
    async fn delivery_costs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this service.")] service: Option<GlobalId<service::Entity>>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<DeliveryCost>> {
        let of = service.map(|id| id.0);
        let window = window(ctx, first, after, last, before)?;
        let page = reads::costs(store(ctx), of).page(&reads::LATEST, &window).await?;
        let total = if wants_total(ctx) { Some(reads::costs(store(ctx), of).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(DeliveryCost)))
    }
}

/// What a unit costs from a day on.
#[derive(InputObject)]
pub struct StateDeliveryCostInput {
    /// A service that your organisation delivers; the cost is by its unit.
    pub service_id: GlobalId<service::Entity>,
    /// What a unit costs, in pence sterling: 0 to 200,000,000.
    pub pence: i32,
    /// The first day (Europe/London) for which it holds, in the past too: until the next cost begins.
    pub effective_from: Date,
    /// How it was reckoned; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The correction of a cost that was stated wrongly.
#[derive(InputObject)]
pub struct CorrectDeliveryCostInput {
    /// The cost.
    pub cost_id: GlobalId<delivery_cost::Entity>,
    /// The version that you read.
    pub version: i32,
    /// What a unit costs, in pence sterling: 0 to 200,000,000.
    pub pence: i32,
    /// The first day (Europe/London) for which it holds; left out: the one that was stated.
    pub effective_from: Option<Date>,
    /// Why it is corrected; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

payloads! {
    CostRefusal;
    StateDeliveryCostPayload { cost: DeliveryCost }
    CorrectDeliveryCostPayload { cost: DeliveryCost }
}

/// Changes of this room.
#[derive(Default)]
pub struct CostsMutation;

#[Object]
impl CostsMutation {
    /// States what a unit of a service costs your organisation to deliver, from a day until the next cost begins.
    /// Nobody else is shown it but inspectors. Roles: PROVIDER_MANAGER.
    async fn state_delivery_cost(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: StateDeliveryCostInput,
    ) -> Result<StateDeliveryCostPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(acts::state_delivery_cost(write, input))).await?;
        StateDeliveryCostPayload::answer(ctx, done).await
    }

    /// Corrects a cost that was stated wrongly: another takes its place, and what was stated stays to be read.
    /// Roles: PROVIDER_MANAGER.
    async fn correct_delivery_cost(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: CorrectDeliveryCostInput,
    ) -> Result<CorrectDeliveryCostPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(acts::correct_delivery_cost(write, input))).await?;
        CorrectDeliveryCostPayload::answer(ctx, done).await
    }
}
