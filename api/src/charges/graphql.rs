//! Charges as GraphQL shows them.

use crate::graphql::date::{Date, in_order};
use async_graphql::connection::{Edge, EmptyFields, PageInfo};
use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{Id, charge, organisation, price, referral, referral_price, session};
use rules::charges::ChargeRefusal;
use rules::terms::{ChargeKind, PriceKind, Purchaser, ServiceUnit};

use super::{reads, service, unit};
use crate::error::Result;
use crate::graphql::act::{Node, mutate, store};
use crate::graphql::cut::{Cut, cursor};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::money::{Money, Pence};
use crate::graphql::paging::{wants_total, window};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::Organisation;
use crate::rate_card::graphql::Price;
use crate::referrals::graphql::Referral;
use crate::sessions::graphql::Session;
use crate::store::kin::{Member, ToOne};
use crate::store::page::Cursor;
use crate::{keyed, payloads};

/// A line of the charges with what was read for it.
#[derive(Clone)]
pub struct Charge(pub Member<charge::Model, ChargeKin>);

/// What hangs on charges.
#[derive(Default)]
pub struct ChargeKin {
    referral: ToOne<Id<referral::Entity>, Referral>,
    session: ToOne<Id<session::Entity>, Session>,
    provider: ToOne<Id<organisation::Entity>, Organisation>,
    price: ToOne<Id<price::Entity>, Price>,
    reverses: ToOne<Id<charge::Entity>, Charge>,
}

impl Node for Charge {
    type Table = charge::Entity;
    type Kin = ChargeKin;
    fn show(member: Member<charge::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A line of the charges: money owed for a unit delivered, taken back, or corrected. Lines are only ever
/// added; what stands is their sum.
#[Object]
impl Charge {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<charge::Entity> {
        self.0.id.into()
    }
    /// The referral; null where it is not yours to see.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Referral>>> {
        let ids = || distinct(self.0.rows().iter().map(|row| row.referral_id));
        let load = || crate::referrals::reads::referrals(store(ctx), ids());
        self.0.kin().referral.of(&self.0.referral_id, load).await.in_turn()
    }
    /// The session that gave rise to it; null where it is not yours to see.
    async fn session(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Session>>> {
        let id = self.0.session_id?;
        let ids = || distinct(self.0.rows().iter().filter_map(|row| row.session_id));
        let load = async || Ok(crate::sessions::reads::by_id(store(ctx), ids()).await?.into_iter().collect());
        self.0.kin().session.of(&id, load).await.in_turn()
    }
    /// What kind of line it is.
    fn kind(&self) -> Shown<ChargeKind> {
        self.0.kind.into()
    }
    /// Who owes it.
    fn purchaser(&self) -> Shown<Purchaser> {
        self.0.purchaser.into()
    }
    /// The organisation that delivered.
    async fn provider(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || distinct(self.0.rows().iter().map(|row| row.provider_id));
        let load = || crate::organisations::reads::organisations(store(ctx), ids());
        self.0.kin().provider.of(&self.0.provider_id, load).await.in_turn()
    }
    /// The amount; below zero where it is taken back.
    fn money(&self) -> Money {
        Money(self.0.pence)
    }
    /// The day of delivery (Europe/London).
    fn delivered_on(&self) -> Date {
        self.0.delivered_on.into()
    }
    /// The unit that it concerns, the same after every correction and to everybody: `session:…` and `hour:…` with
    /// eight bytes that stand for the session and do not tell it, `day:` with the day, `week:` with its Monday, or
    /// `programme`; on an adjustment `adjustment:` before that of the charge it corrects.
    fn unit(&self) -> String {
        unit::shown(&self.0.unit_key)
    }
    /// The price version it was charged at; null where that is not yours to see.
    async fn price(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Price>>> {
        let ids = || distinct(self.0.rows().iter().map(|row| row.price_id));
        let load = || crate::rate_card::reads::prices(store(ctx), ids());
        self.0.kin().price.of(&self.0.price_id, load).await.in_turn()
    }
    /// The line that a reversal takes back or an adjustment corrects; null on a charge.
    async fn reverses(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Charge>>> {
        let id = self.0.reverses_id?;
        let ids = || distinct(self.0.rows().iter().filter_map(|row| row.reverses_id));
        self.0.kin().reverses.of(&id, || reads::by_id(store(ctx), ids())).await.in_turn()
    }
    /// What it is for, in words.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// When it was posted.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

fn distinct<E>(ids: impl Iterator<Item = Id<E>>) -> Vec<Id<E>> {
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The price that a referral keeps, with what was read for it.
pub struct ReferralPrice {
    /// The price as it was frozen.
    pub price: Member<referral_price::Model, ReferralPriceKin>,
    /// The sum of the referral's charges, in pence.
    pub charged: i64,
}

/// What hangs on the prices that referrals keep.
#[derive(Default)]
pub struct ReferralPriceKin {
    price: ToOne<Id<price::Entity>, Price>,
}

/// The price that a referral keeps: the one in force on the day it was first submitted. Later prices do not
/// move it; how many units are expected changes only by a variation that was approved.
#[Object]
impl ReferralPrice {
    /// The price version it was copied from; null where that is not yours to see.
    async fn price(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Price>>> {
        let ids = || distinct(self.price.rows().iter().map(|row| row.price_id));
        let load = || crate::rate_card::reads::prices(store(ctx), ids());
        self.price.kin().price.of(&self.price.price_id, load).await.in_turn()
    }
    /// The card price for a referral of the NPS, the supply price for one of the CRC.
    fn kind(&self) -> Shown<PriceKind> {
        self.price.kind.into()
    }
    /// The price of one unit.
    fn money(&self) -> Money {
        Money(self.price.pence)
    }
    /// The unit that is charged.
    fn unit(&self) -> Shown<ServiceUnit> {
        self.price.unit.into()
    }
    /// How many units are expected: as it was sent, or as the last variation that was approved says.
    fn expected_units(&self) -> i32 {
        self.price.expected_units
    }
    /// The price of the units expected, as the budgets count it.
    fn expected_total(&self) -> Money {
        Money(self.price.expected_total_pence)
    }
    /// The day of first submission (Europe/London), whose price it is.
    fn priced_on(&self) -> Date {
        self.price.priced_on.into()
    }
    /// What stands charged.
    fn charged_so_far(&self) -> Money {
        Money(self.charged)
    }
    /// What is left of the expected total; below zero when more was charged than expected.
    fn remaining(&self) -> Money {
        Money(self.price.expected_total_pence.saturating_sub(self.charged))
    }
}

/// A page of charges.
pub struct Charges {
    has_previous: bool,
    has_next: bool,
    edges: Vec<Edge<Cursor, Charge, EmptyFields>>,
    total_count: Option<u64>,
    total_pence: Option<i64>,
}

impl From<Cut<'_, Charge>> for Charges {
    fn from(cut: Cut<'_, Charge>) -> Self {
        let PageInfo { has_previous_page, has_next_page, .. } = cut.page_info();
        let edges = cut.rows().iter().map(|charge| Edge::new(cursor(charge), charge.clone()));
        Self {
            has_previous: has_previous_page,
            has_next: has_next_page,
            edges: edges.collect(),
            total_count: u64::try_from(cut.all.len()).ok(),
            total_pence: Some(cut.all.iter().map(|charge| charge.0.pence).sum()),
        }
    }
}

/// A page of charges, after the Relay cursor connections specification.
#[Object(name = "ChargeConnection")]
impl Charges {
    /// Where the page lies in the list.
    fn page_info(&self) -> PageInfo {
        PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.to_string()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.to_string()),
        }
    }
    /// The lines of the page, each with its cursor.
    fn edges(&self) -> &[Edge<Cursor, Charge, EmptyFields>] {
        &self.edges
    }
    /// The lines of the page without their cursors.
    fn nodes(&self) -> Vec<&Charge> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }
    /// How many lines there are in all. Counted in a statement of its own, and only when asked for.
    fn total_count(&self) -> Option<u64> {
        self.total_count
    }
    /// The sum of all lines, those on other pages too, in pence sterling. Added up in a statement of its own,
    /// and only when asked for.
    fn total_pence(&self) -> Option<Pence> {
        self.total_pence.map(Pence)
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct ChargesQuery;

#[Object]
impl ChargesQuery {
    /// The charges that you may see, the newest first: of the referrals of your cases, of your organisation's
    /// own at the supply price, or at the prices that your organisation keeps.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn charges(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this referral.")] referral: Option<GlobalId<referral::Entity>>,
        #[graphql(desc = "Only what this organisation delivered.")] provider: Option<
            GlobalId<organisation::Entity>,
        >,
        #[graphql(desc = "Only what this side pays.")] purchaser: Option<Shown<Purchaser>>,
        #[graphql(desc = "Only what was delivered on this day (Europe/London) or later.")]
        delivered_from: Option<Date>,
        #[graphql(desc = "Only what was delivered on this day (Europe/London) or earlier.")]
        delivered_to: Option<Date>,
        #[graphql(desc = "Only lines of this kind.")] kind: Option<Shown<ChargeKind>>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Charges> {
        in_order(("deliveredFrom", delivered_from), ("deliveredTo", delivered_to))?;
        let sought = reads::ChargesSought {
            referral: referral.map(|id| id.0),
            provider: provider.map(|id| id.0),
            purchaser: purchaser.map(|purchaser| purchaser.0),
            delivered_from: delivered_from.map(|day| day.0),
            delivered_to: delivered_to.map(|day| day.0),
            kind: kind.map(|kind| kind.0),
        };
        let window = window(ctx, first, after, last, before)?;
        let page = reads::charges(store(ctx), &sought).page(&reads::NEWEST_FIRST, &window).await?;
        let all = || reads::charges(store(ctx), &sought);
        let total_count = if wants_total(ctx) { Some(all().count().await?) } else { None };
        let wants_sum = ctx.look_ahead().field("totalPence").exists();
        let total_pence = if wants_sum { Some(all().sum(charge::Column::Pence).await?) } else { None };
        let (has_previous, has_next) = (page.has_previous, page.has_next);
        let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
        let nodes = Member::family(rows).map(Charge);
        let edges = cursors.into_iter().zip(nodes).map(|(cursor, node)| Edge::new(cursor, node)).collect();
        Ok(Charges { has_previous, has_next, edges, total_count, total_pence })
    }
}

/// The correction of a wrong charge.
#[derive(InputObject)]
pub struct AdjustChargeInput {
    /// The charge, which must stand; a reversal or an adjustment is not adjusted.
    pub charge_id: GlobalId<charge::Entity>,
    /// What to add to the unit's charge, in pence sterling; below zero to take off. What stands for the unit,
    /// earlier adjustments included, never falls below zero.
    pub pence: i32,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

payloads! {
    ChargeRefusal;
    AdjustChargePayload { charge: Charge }
}

/// Changes of this room.
#[derive(Default)]
pub struct ChargesMutation;

#[Object]
impl ChargesMutation {
    /// Adds an adjustment to a charge that was wrong although its record was right; the charge itself stays.
    /// Should a correction of the record take the charge back later, its adjustments go with it.
    /// Roles: CONTRACT_MANAGER.
    async fn adjust_charge(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AdjustChargeInput,
    ) -> Result<AdjustChargePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::adjust_charge(write, input))).await?;
        AdjustChargePayload::answer(ctx, done).await
    }
}

keyed!(Charge);
