//! Variations as GraphQL shows them.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{Id, person, referral, variation};
use rules::variations::{VariationAction, VariationRefusal, VariationStatus, available};

use super::{reads, service};
use crate::error::Result;
use crate::graphql::act::{Node, mutate, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::money::Money;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads::named;
use crate::referrals::graphql::Referral;
use crate::referrals::reads::referrals;
use crate::store::kin::{Member, ToOne};
use crate::{keyed, payloads};

/// A variation with what was read for it.
#[derive(Clone)]
pub struct Variation(pub Member<variation::Model, VariationKin>);

/// What hangs on variations.
#[derive(Default)]
pub struct VariationKin {
    referral: ToOne<Id<referral::Entity>, Referral>,
    decided_of: ToOne<Id<referral::Entity>, referral::Model>,
    unit_price: ToOne<Id<referral::Entity>, i64>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

impl Node for Variation {
    type Table = variation::Entity;
    type Kin = VariationKin;
    fn show(member: Member<variation::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl Variation {
    fn referral_ids(&self) -> Vec<Id<referral::Entity>> {
        let mut ids: Vec<_> = self.0.rows().iter().map(|row| row.referral_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// What so many units cost at the price that the referral keeps; none where that is not the caller's to see.
    async fn total(&self, ctx: &Context<'_>, units: i32) -> Option<Result<Money>> {
        let load = || reads::unit_prices(store(ctx), self.referral_ids());
        let pence = self.0.kin().unit_price.of(&self.0.referral_id, load).await;
        let total = pence.map(|pence| pence.map(|pence| Money(pence.saturating_mul(i64::from(units)))));
        total.transpose()
    }

    async fn person(
        &self,
        ctx: &Context<'_>,
        id: Id<person::Entity>,
    ) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let of = |row: &variation::Model| [Some(row.proposed_by_id), row.decided_by_id];
        let ids = || self.0.rows().iter().flat_map(of).flatten().collect::<Vec<_>>();
        let load = || named(store(ctx), ids().into_iter());
        self.0.kin().people.of(&id, load).await.in_turn()
    }
}

/// A proposal to expect another number of units of a referral, and so another total, with what was decided on it.
#[Object]
impl Variation {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<variation::Entity> {
        self.0.id.into()
    }
    /// The referral.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Referral>>> {
        let load = || referrals(store(ctx), self.referral_ids());
        self.0.kin().referral.of(&self.0.referral_id, load).await.in_turn()
    }
    /// Where it stands.
    fn status(&self) -> Shown<VariationStatus> {
        self.0.status.into()
    }
    /// How many units were expected when it was proposed.
    fn previous_units(&self) -> i32 {
        self.0.previous_units
    }
    /// How many units are to be expected.
    fn expected_units(&self) -> i32 {
        self.0.expected_units
    }
    /// What was expected to be paid when it was proposed, at the price that the referral keeps; null where that price is not
    /// yours to see.
    async fn previous_total(&self, ctx: &Context<'_>) -> Option<Result<Money>> {
        self.total(ctx, self.0.previous_units).await
    }
    /// What is to be expected, at the same price; null where that price is not yours to see.
    async fn expected_total(&self, ctx: &Context<'_>) -> Option<Result<Money>> {
        self.total(ctx, self.0.expected_units).await
    }
    /// Why it was proposed.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who proposed it.
    async fn proposed_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.proposed_by_id).await
    }
    /// Who approved, declined or withdrew it; null while it awaits a decision.
    async fn decided_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.person(ctx, self.0.decided_by_id?).await
    }
    /// When; null while it awaits a decision.
    fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }
    /// Why it was declined or withdrawn, or what was said with the approval; null where nothing was.
    fn decision_reason(&self) -> Option<&str> {
        self.0.decision_reason.as_deref()
    }
    /// Counts the changes; send it with the decision.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was proposed.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// What you can do to it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<Shown<VariationAction>>> {
        let load = || reads::referrals_of(store(ctx), self.referral_ids());
        let Some(referral) = self.0.kin().decided_of.of(&self.0.referral_id, load).await? else {
            return Ok(Vec::new());
        };
        let circumstances = service::circumstances(store(ctx).scope(), referral, &self.0);
        Ok(available(*self.0.status, &circumstances).into_iter().map(Shown).collect())
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct VariationsQuery;

#[Object]
impl VariationsQuery {
    /// The variations of the referrals that you may see, those proposed last first: with `status: PROPOSED` what awaits a
    /// decision. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn variations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this referral.")] referral: Option<GlobalId<referral::Entity>>,
        #[graphql(desc = "Only those that stand so.")] status: Option<Shown<VariationStatus>>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Variation>> {
        let (of, status) = (referral.map(|id| id.0), status.map(|status| status.0));
        let window = window(ctx, first, after, last, before)?;
        let page = reads::variations(store(ctx), of, status).page(&reads::LATEST, &window).await?;
        let all = || reads::variations(store(ctx), of, status);
        let total = if wants_total(ctx) { Some(all().count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(Variation)))
    }
}

/// Another number of units for a referral.
#[derive(InputObject)]
pub struct ProposeVariationInput {
    /// The referral, which was sent and has not ended.
    pub referral_id: GlobalId<referral::Entity>,
    /// The version of the referral that you read.
    pub version: i32,
    /// How many units are to be expected in all, those delivered already among them: 1 to 1,000, and not as many as now.
    pub expected_units: i32,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The approval of a variation.
#[derive(InputObject)]
pub struct ApproveVariationInput {
    /// The variation.
    pub variation_id: GlobalId<variation::Entity>,
    /// The version of the variation that you read.
    pub version: i32,
    /// What you say with it; at most 10,000 characters.
    pub note: Option<String>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The refusal of a variation.
#[derive(InputObject)]
pub struct DeclineVariationInput {
    /// The variation.
    pub variation_id: GlobalId<variation::Entity>,
    /// The version of the variation that you read.
    pub version: i32,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The withdrawal of a variation by its author.
#[derive(InputObject)]
pub struct WithdrawVariationInput {
    /// The variation.
    pub variation_id: GlobalId<variation::Entity>,
    /// The version of the variation that you read.
    pub version: i32,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

payloads! {
    VariationRefusal;
    ProposeVariationPayload { variation: Variation }
    ApproveVariationPayload { variation: Variation }
    DeclineVariationPayload { variation: Variation }
    WithdrawVariationPayload { variation: Variation }
}

/// Changes of this room.
#[derive(Default)]
pub struct VariationsMutation;

#[Object]
impl VariationsMutation {
    /// Proposes another number of units for a referral that was sent and has not ended, and so another expected total, at
    /// the price that the referral keeps. Nothing changes until it is approved; one variation at a time awaits a decision.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER.
    async fn propose_variation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ProposeVariationInput,
    ) -> Result<ProposeVariationPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::propose_variation(write, input))).await?;
        ProposeVariationPayload::answer(ctx, done).await
    }

    /// Approves a variation that another person proposed, on the side that pays: the referral, its price and the budgets
    /// expect it from then on. Roles: TEAM_MANAGER.
    async fn approve_variation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ApproveVariationInput,
    ) -> Result<ApproveVariationPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::approve_variation(write, input))).await?;
        ApproveVariationPayload::answer(ctx, done).await
    }

    /// Declines a variation that another person proposed, on the side that pays: what was expected stays.
    /// Roles: TEAM_MANAGER.
    async fn decline_variation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: DeclineVariationInput,
    ) -> Result<DeclineVariationPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::decline_variation(write, input))).await?;
        DeclineVariationPayload::answer(ctx, done).await
    }

    /// Takes back a variation of your own that awaits a decision. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER,
    /// PROVIDER_MANAGER.
    async fn withdraw_variation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: WithdrawVariationInput,
    ) -> Result<WithdrawVariationPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::withdraw_variation(write, input))).await?;
        WithdrawVariationPayload::answer(ctx, done).await
    }
}

keyed!(Variation);
