//! The things of the rate card.

use crate::graphql::date::Date;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, organisation, person, price, price_batch, service};
use rules::rate_card::{Circumstances, PriceAction, RateCardAction, available, available_to_batch};
use rules::terms::{PriceKind, PriceStatus, Role, ServiceUnit};

use crate::directory::graphql::Service;
use crate::directory::reads::services;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::cut::{Cut, cut};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::money::Money;
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::organisations::reads::{named, organisations};
use crate::rate_card::reads;
use crate::rate_card::service::{Change, Uplifted};
use crate::store::Store;
use crate::store::kin::{Member, ToMany, ToOne};

/// Whether the caller keeps the prices of this organisation.
fn keeps(store: &Store, organisation: Id<entity::organisation::Entity>) -> bool {
    let scope = store.scope();
    scope.roles().has(Role::RateCardAdministrator) && scope.organisation() == organisation
}

/// A price with what was read for it.
#[derive(Clone)]
pub struct Price(pub Member<price::Model, PriceKin>);

/// What hangs on prices.
#[derive(Default)]
pub struct PriceKin {
    service: ToOne<Id<service::Entity>, Service>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
    buyers: ToOne<Id<organisation::Entity>, Organisation>,
    batch: ToOne<Id<price_batch::Entity>, PriceBatch>,
}

impl Node for Price {
    type Table = price::Entity;
    type Kin = PriceKin;
    fn show(member: Member<price::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl Price {
    async fn person(
        &self,
        ctx: &Context<'_>,
        id: Id<person::Entity>,
    ) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || {
            let rows = self.0.rows().iter();
            rows.flat_map(|row| std::iter::once(row.author_id).chain(row.approver_id)).collect::<Vec<_>>()
        };
        self.0.kin().people.of(&id, || named(store(ctx), ids().into_iter())).await.in_turn()
    }
}

/// One version of a service's price, for a period of days. Once published it is never edited: a successor closes
/// its period.
#[Object]
impl Price {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<price::Entity> {
        self.0.id.into()
    }
    /// The service.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let ids = || self.0.rows().iter().map(|row| row.service_id).collect();
        self.0.kin().service.of(&self.0.service_id, || services(store(ctx), ids())).await.in_turn()
    }
    /// The organisation for which alone it holds, before the general price; null: it holds for everybody who buys at this
    /// figure. No other purchaser sees it.
    async fn only_for(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let id = self.0.purchaser_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.purchaser_id).collect();
        self.0.kin().buyers.of(&id, || organisations(store(ctx), ids())).await.in_turn()
    }
    /// Which of the separate figures it is: what the NPS pays the CRC, or what the CRC pays the provider.
    fn kind(&self) -> Shown<PriceKind> {
        self.0.kind.into()
    }
    /// The price of one unit.
    fn money(&self) -> Money {
        Money(self.0.pence)
    }
    /// The unit that it prices.
    fn unit(&self) -> Shown<ServiceUnit> {
        self.0.unit.into()
    }
    /// Its first day (Europe/London).
    fn effective_from(&self) -> Date {
        self.0.effective_from.into()
    }
    /// The day (Europe/London) from which it no longer holds: exclusive, the day after its last; null while it is
    /// open.
    fn effective_to(&self) -> Option<Date> {
        self.0.effective_to.map(Date)
    }
    /// Where it is on its way to the card.
    fn status(&self) -> Shown<PriceStatus> {
        self.0.status.into()
    }
    /// Whether it was loaded for a period that had begun before, where no charge depends on it.
    fn loaded_as_history(&self) -> bool {
        self.0.loaded_as_history
    }
    /// Why it is set.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Remarks from the card.
    fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }
    /// Who drafted or imported it.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.author_id).await
    }
    /// Who published or rejected it: never its author; null while nobody did.
    async fn approver(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.approver_id?).await
    }
    /// When it was published or rejected; null while it was not.
    fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }
    /// Why it was rejected or withdrawn; null while it was not.
    fn decision_reason(&self) -> Option<&str> {
        self.0.decision_reason.as_deref()
    }
    /// The import that it came with; null when it came alone, or for those who keep no prices.
    async fn batch(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, PriceBatch>>> {
        let id = self.0.batch_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.batch_id).collect();
        self.0.kin().batch.of(&id, || reads::batches(store(ctx), ids())).await.in_turn()
    }
    /// What you may do to it now. Publishing can still be refused for its period.
    fn available_actions(&self, ctx: &Context<'_>) -> Vec<Shown<PriceAction>> {
        if !keeps(store(ctx), self.0.organisation_id) {
            return Vec::new();
        }
        let circumstances = Circumstances {
            is_author: self.0.author_id == store(ctx).scope().person(),
            has_begun: self.0.effective_from <= store(ctx).today(),
            in_batch: self.0.batch_id.is_some(),
        };
        available(*self.0.status, circumstances).into_iter().map(Shown).collect()
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was drafted or imported.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A batch with what was read for it.
#[derive(Clone)]
pub struct PriceBatch(pub Member<price_batch::Model, PriceBatchKin>);

/// What hangs on batches.
#[derive(Default)]
pub struct PriceBatchKin {
    people: ToOne<Id<person::Entity>, NamedPerson>,
    prices: ToMany<Id<price_batch::Entity>, Price>,
}

impl Node for PriceBatch {
    type Table = price_batch::Entity;
    type Kin = PriceBatchKin;
    fn show(member: Member<price_batch::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl PriceBatch {
    async fn person(
        &self,
        ctx: &Context<'_>,
        id: Id<person::Entity>,
    ) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || {
            let rows = self.0.rows().iter();
            rows.flat_map(|row| std::iter::once(row.author_id).chain(row.approver_id)).collect::<Vec<_>>()
        };
        self.0.kin().people.of(&id, || named(store(ctx), ids().into_iter())).await.in_turn()
    }
}

/// Prices that were imported together and are approved together.
#[Object]
impl PriceBatch {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<price_batch::Entity> {
        self.0.id.into()
    }
    /// Which figure its prices are.
    fn kind(&self) -> Shown<PriceKind> {
        self.0.kind.into()
    }
    /// Where it is on its way to the card.
    fn status(&self) -> Shown<PriceStatus> {
        self.0.status.into()
    }
    /// Why its prices are set.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who imported it.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.author_id).await
    }
    /// Who published or rejected it: never its author; null while nobody did.
    async fn approver(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.approver_id?).await
    }
    /// When it was published or rejected; null while it was not.
    fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }
    /// Why it was rejected; null while it was not.
    fn decision_reason(&self) -> Option<&str> {
        self.0.decision_reason.as_deref()
    }
    /// Its first prices, in the order of their first days. `prices(batch:)` pages through all of them.
    async fn prices(&self, ctx: &Context<'_>) -> Result<Cut<'_, Price>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let all = self.0.kin().prices.of(&self.0.id, || reads::prices_of_batches(store(ctx), ids()));
        cut(ctx, all.await)
    }
    /// What you may do to it now.
    fn available_actions(&self, ctx: &Context<'_>) -> Vec<Shown<PriceAction>> {
        if !keeps(store(ctx), self.0.organisation_id) {
            return Vec::new();
        }
        let is_author = self.0.author_id == store(ctx).scope().person();
        available_to_batch(*self.0.status, is_author).into_iter().map(Shown).collect()
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was imported.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// What a row of an imported card does.
pub struct RateCardChange(pub Change);

/// What a row of an imported card does, or would do.
#[Object]
impl RateCardChange {
    /// The line of the file, from 1.
    fn line(&self) -> u64 {
        self.0.line
    }
    /// The service, by the name that the directory gives it.
    fn service_name(&self) -> &str {
        &self.0.service_name
    }
    /// Its provider.
    fn provider_name(&self) -> &str {
        &self.0.provider_name
    }
    /// The organisation for which alone the price holds, by its name; null: it holds for everybody.
    fn only_for_name(&self) -> Option<&str> {
        self.0.only_for_name.as_deref()
    }
    /// What the row does.
    fn action(&self) -> Shown<RateCardAction> {
        self.0.action.0.into()
    }
    /// The price of a unit that it states, in pence.
    fn pence(&self) -> i64 {
        self.0.pence
    }
    /// The price of the day before its period, in pence; null where there was none.
    fn previous_pence(&self) -> Option<i64> {
        self.0.previous_pence
    }
    /// The first day (Europe/London) of its period.
    fn effective_from(&self) -> Date {
        self.0.effective_from.into()
    }
    /// The day (Europe/London) after the last day that the file gives: exclusive; null while it is open.
    fn effective_to(&self) -> Option<Date> {
        self.0.effective_to.map(Date)
    }
}

/// What an uplift makes of a price.
pub struct PriceUplift {
    /// The service.
    pub service: Option<Service>,
    /// The organisation for which alone the price holds.
    pub only_for: Option<Organisation>,
    /// What changes.
    pub change: Uplifted,
}

/// What an uplift makes of a price, or would make.
#[Object]
impl PriceUplift {
    /// The service.
    fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }
    /// The organisation for which alone the price holds; null: it holds for everybody.
    fn only_for(&self) -> Option<&Organisation> {
        self.only_for.as_ref()
    }
    /// The price of a unit that is in force on the first day.
    fn previous(&self) -> Money {
        Money(self.change.previous)
    }
    /// What takes its place.
    fn money(&self) -> Money {
        Money(self.change.pence)
    }
    /// The first day (Europe/London).
    fn effective_from(&self) -> Date {
        self.change.from.into()
    }
    /// The day (Europe/London) from which it no longer holds: exclusive, that of the price whose place it takes; null
    /// while it is open.
    fn effective_to(&self) -> Option<Date> {
        self.change.to.map(Date)
    }
}

keyed!(Price);
