//! The things of the directory.

use crate::graphql::date::{Date, in_order};
use async_graphql::{Context, Json, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{Id, criterion, ldu, organisation, reads_columns, service};
use rules::rate_card::Period;
use rules::terms::{CriterionKind, DeliveryMode, Duty, Need, PriceKind, Purchaser, ServiceUnit, SessionKind};

use super::facts::{ServiceArea, ServiceAvailability, ServiceVenue};
use super::versions::CriterionVersion;
use crate::directory::{facts, reads};
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::cut::{Cut, cut, cut_owned};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::paging::Rows;
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::Organisation;
use crate::organisations::reads::organisations;
use crate::places::graphql::{Cohort, ExpectedWait, Waits};
use crate::places::reads as places;
use crate::rate_card::graphql::Price;
use crate::rate_card::history::{FiguresFor, PricePeriod};
use crate::rate_card::reads::PricesOn;
use crate::store::kin::{Member, ToMany, ToOne};

/// A service with what was read for it.
#[derive(Clone)]
pub struct Service(pub Member<service::Model, ServiceKin>);

/// What hangs on services.
#[derive(Default)]
pub struct ServiceKin {
    provider: ToOne<Id<organisation::Entity>, Organisation>,
    needs: ToMany<Id<service::Entity>, Need>,
    criteria: ToMany<Id<service::Entity>, Criterion>,
    prices: PricesOn,
    cohorts: ToMany<Id<service::Entity>, Cohort>,
    waits: Waits,
    starts: ToOne<Id<service::Entity>, NaiveDate>,
    modes: ToMany<Id<service::Entity>, DeliveryMode>,
    duties: ToMany<Id<service::Entity>, Duty>,
    areas: ToMany<Id<service::Entity>, ServiceArea>,
    venues: ToMany<Id<service::Entity>, ServiceVenue>,
    availability: ToMany<Id<service::Entity>, ServiceAvailability>,
    figures: FiguresFor,
}

impl Node for Service {
    type Table = service::Entity;
    type Kin = ServiceKin;
    fn show(member: Member<service::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl Service {
    fn ids(&self) -> Vec<Id<service::Entity>> {
        self.0.rows().iter().map(|row| row.id).collect()
    }
}

/// A service of the directory.
#[reads_columns]
#[Object]
impl Service {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<service::Entity> {
        self.0.id.into()
    }
    /// The organisation that delivers it.
    async fn provider(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.provider_id).collect();
        self.0.kin().provider.of(&self.0.provider_id, || organisations(store(ctx), ids())).await.in_turn()
    }
    /// Its name, unique among its provider's services.
    fn name(&self) -> &str {
        &self.0.name
    }
    /// Content and dosage, for officers, court staff and sentencers.
    fn description(&self) -> &str {
        &self.0.description
    }
    /// How it is usually delivered.
    fn delivery(&self) -> Shown<SessionKind> {
        self.0.delivery.into()
    }
    /// The unit in which it is priced and charged.
    fn unit(&self) -> Shown<ServiceUnit> {
        self.0.unit.into()
    }
    /// Whether its attended sessions count as RAR days.
    fn counts_towards_rar(&self) -> bool {
        self.0.counts_towards_rar
    }
    /// Whether the provider first meets the person and assesses whether the service suits them.
    fn needs_suitability_meeting(&self) -> bool {
        self.0.needs_suitability_meeting
    }
    /// How many units a person usually receives; null when that differs too much to say.
    fn usual_units(&self) -> Option<i32> {
        self.0.usual_units
    }
    /// Working days within which the provider should answer a routine referral.
    fn respond_within_days(&self) -> i32 {
        self.0.respond_within_days
    }
    /// What an acceptable absence charges, in per cent of the unit's price. Frozen on a referral at submission.
    fn acceptable_absence_percent(&self) -> i32 {
        self.0.acceptable_absence_percent
    }
    /// What an unacceptable absence charges, in per cent of the unit's price. Frozen on a referral at submission.
    fn unacceptable_absence_percent(&self) -> i32 {
        self.0.unacceptable_absence_percent
    }
    /// What a late cancellation by the service user charges, in per cent of the unit's price. Frozen on a referral at submission.
    fn late_cancellation_percent(&self) -> i32 {
        self.0.late_cancellation_percent
    }
    /// A cancellation with less notice than this many hours before the start is late.
    fn late_cancellation_hours(&self) -> i32 {
        self.0.late_cancellation_hours
    }
    /// What a session charges to which the person came and which the provider's own arrangements let fail, in per cent of the
    /// unit's price. Frozen on a referral at submission. What the provider cancels beforehand never charges.
    fn provider_logistics_percent(&self) -> i32 {
        self.0.provider_logistics_percent
    }
    /// The first day (Europe/London) on which it takes referrals; null when it always did.
    fn open_from(&self) -> Option<Date> {
        self.0.open_from.map(Date)
    }
    /// The day (Europe/London) from which it takes no referrals; null while it is not to close.
    fn open_to(&self) -> Option<Date> {
        self.0.open_to.map(Date)
    }
    /// Why it closes, for officers and providers; null while it is not to close.
    fn withdrawal_reason(&self) -> Option<&str> {
        self.0.withdrawal_reason.as_deref()
    }
    /// The needs that it works on, by OASys heading.
    async fn needs(&self, ctx: &Context<'_>) -> Result<Vec<Shown<Need>>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let needs = self.0.kin().needs.of(&self.0.id, || reads::needs(store(ctx), ids())).await?;
        Ok(needs.iter().copied().map(Shown).collect())
    }
    /// When and where it is delivered; empty where that is not said.
    async fn modes(&self, ctx: &Context<'_>) -> Result<Vec<Shown<DeliveryMode>>> {
        let modes = self.0.kin().modes.of(&self.0.id, || facts::modes(store(ctx), self.ids())).await?;
        Ok(modes.iter().copied().map(Shown).collect())
    }
    /// Where it is delivered; empty where that is not said.
    async fn venues(&self, ctx: &Context<'_>) -> Result<&[ServiceVenue]> {
        self.0.kin().venues.of(&self.0.id, || facts::venues(store(ctx), self.ids())).await
    }
    /// The areas that it serves, and how well; empty when it serves everybody.
    async fn areas(&self, ctx: &Context<'_>) -> Result<&[ServiceArea]> {
        self.0.kin().areas.of(&self.0.id, || facts::areas(store(ctx), self.ids())).await
    }
    /// Who can use it, on which basis in the sentence, and when; empty when everybody can. A submission is refused
    /// where none of these holds.
    async fn availability(&self, ctx: &Context<'_>) -> Result<&[ServiceAvailability]> {
        self.0.kin().availability.of(&self.0.id, || facts::availability(store(ctx), self.ids())).await
    }
    /// What the provider owes by its supply agreement, beside delivering.
    async fn duties(&self, ctx: &Context<'_>) -> Result<Vec<Shown<Duty>>> {
        let duties = self.0.kin().duties.of(&self.0.id, || facts::duties(store(ctx), self.ids())).await?;
        Ok(duties.iter().copied().map(Shown).collect())
    }
    /// The earliest day (Europe/London) on which somebody could start: as the provider says, or in the first of its
    /// cohorts that has a place left, whichever is earlier; null where neither is known.
    async fn earliest_start(&self, ctx: &Context<'_>) -> Option<Result<Date>> {
        let starts = &self.0.kin().starts;
        let cohort = starts.of(&self.0.id, || places::first_starts(store(ctx), self.ids())).await;
        let days = cohort.map(|cohort| self.0.earliest_start.into_iter().chain(cohort.copied()).min());
        days.transpose().map(|day| day.map(Date))
    }
    /// Whether it is on the rate card: one that a provider added is not, until an administrator of the card approves
    /// it, and nobody is referred to it before.
    fn on_card(&self) -> bool {
        self.0.on_card
    }
    /// Everything that it asks of a referral, and what its provider asks for all of its services, whatever the
    /// day, in the order in which it was written. Whichever is in force on the day of submission must be met.
    async fn criteria(&self, ctx: &Context<'_>) -> Result<Cut<'_, Criterion>> {
        cut(ctx, self.0.kin().criteria.of(&self.0.id, || reads::criteria(store(ctx), self.0.rows())).await)
    }
    /// The published price in force on a day; null when there is none, or none that you may see: the card price
    /// is for the NPS and the CRC, the supply price for the CRC and the provider's managers. A purchaser's own price goes before
    /// the general one.
    async fn price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The day (Europe/London); today unless said.")] on: Option<Date>,
        #[graphql(desc = "Which figure.", default_with = "Shown(PriceKind::Card)")] kind: Shown<PriceKind>,
        #[graphql(desc = "What this organisation pays; yours unless said.")] buyer: Option<
            GlobalId<organisation::Entity>,
        >,
    ) -> Option<Result<Price>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let day = on.map_or_else(|| store(ctx).today(), |day| day.0);
        let buyer = buyer.map_or_else(|| store(ctx).scope().organisation(), |id| id.0);
        self.0.kin().prices.of(store(ctx), self.0.id, ids, (day, kind.0, buyer)).await.transpose()
    }
    /// Its cohorts that are not over and were not cancelled, by their first day.
    async fn cohorts(&self, ctx: &Context<'_>) -> Result<Cut<'_, Cohort>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        cut(ctx, self.0.kin().cohorts.of(&self.0.id, || places::of_services(store(ctx), ids())).await)
    }
    /// How long people wait for it: from the first submission to the first session attended, the median of the last
    /// twenty starts.
    async fn expected_wait(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only starts of people of this LDU; of all, unless said.")] ldu: Option<
            GlobalId<ldu::Entity>,
        >,
    ) -> Result<ExpectedWait> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        self.0.kin().waits.of(store(ctx), self.0.id, ids, ldu.map(|id| id.0)).await
    }
    /// What a unit costs whom through time, in the order of the days: published prices and the provider's own cost, each
    /// as far as you may see it. A period begins wherever a figure that you see changes; days without any are left out. A
    /// purchaser's own prices go before the general ones.
    async fn price_history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From this day (Europe/London); from the first figure unless said.")] from: Option<
            Date,
        >,
        #[graphql(desc = "Until the day (Europe/London) before this one; without end unless said.")]
        to: Option<Date>,
        #[graphql(desc = "What this organisation pays; yours unless said.")] buyer: Option<
            GlobalId<organisation::Entity>,
        >,
    ) -> Result<Rows<PricePeriod>> {
        in_order(("from", from), ("to", to))?;
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let from = from.map_or(NaiveDate::MIN, |day| day.0);
        let window = Period { from, to: to.map(|day| day.0) };
        let buyer = buyer.map_or_else(|| store(ctx).scope().organisation(), |id| id.0);
        cut_owned(ctx, self.0.kin().figures.of(store(ctx), self.0.id, ids, buyer, &window).await?)
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it entered the directory.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A criterion with what was read for it.
#[derive(Clone)]
pub struct Criterion(pub Member<criterion::Model, CriterionKin>);

/// What hangs on criteria.
#[derive(Default)]
pub struct CriterionKin {
    service: ToOne<Id<service::Entity>, Service>,
    provider: ToOne<Id<organisation::Entity>, Organisation>,
    history: ToMany<Id<criterion::Entity>, CriterionVersion>,
}

impl Node for Criterion {
    type Table = criterion::Entity;
    type Kin = CriterionKin;
    fn show(member: Member<criterion::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// One thing that a service, or a provider for all of its services, asks of a referral.
#[Object]
impl Criterion {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<criterion::Entity> {
        self.0.id.into()
    }
    /// What it asks about.
    fn kind(&self) -> Shown<CriterionKind> {
        self.0.kind.into()
    }
    /// The criterion as people read it: `Age: 18 to 25`.
    fn description(&self) -> Result<String> {
        Ok(reads::understood(&self.0)?.describe())
    }
    /// What it asks, as `addCriterion` takes it: `{"kind": "age_range", "min": 18, "max": 25}`.
    fn value(&self) -> Json<&serde_json::Value> {
        Json(&self.0.value)
    }
    /// The one purchaser whose referrals it concerns; null when it concerns everybody's.
    fn purchaser(&self) -> Option<Shown<Purchaser>> {
        self.0.purchaser.map(Shown::from)
    }
    /// The first day (Europe/London) on which it is in force; null when it always was.
    fn effective_from(&self) -> Option<Date> {
        self.0.effective_from.map(Date)
    }
    /// The day (Europe/London) from which it is no longer in force; null when it has no end.
    fn effective_to(&self) -> Option<Date> {
        self.0.effective_to.map(Date)
    }
    /// Why the criterion exists.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// The service that it belongs to; null when it belongs to a provider.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let id = self.0.service_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.service_id).collect();
        self.0.kin().service.of(&id, || reads::services(store(ctx), ids())).await.in_turn()
    }
    /// The provider that it belongs to, all of whose services it covers; null when it belongs to a service.
    async fn provider(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let id = self.0.provider_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.provider_id).collect();
        self.0.kin().provider.of(&id, || organisations(store(ctx), ids())).await.in_turn()
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was written.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// Every version of it, the latest first: the present one stands at the head.
    async fn history(&self, ctx: &Context<'_>) -> Result<Cut<'_, CriterionVersion>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        cut(ctx, self.0.kin().history.of(&self.0.id, || reads::versions(store(ctx), ids())).await)
    }
}

keyed!(Criterion);
