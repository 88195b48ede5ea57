//! Budgets as GraphQL shows them.

use async_graphql::{Context, InputObject, Object};
use chrono::{DateTime, Utc};
use entity::{Id, budget, ldu, person};
use rules::budgets::{BudgetRefusal, Standing};
use rules::terms::Purchaser;

use super::{reads, service};
use crate::error::Result;
use crate::graphql::act::{Node, mutate, store};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::money::Money;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::{Ldu, NamedPerson};
use crate::organisations::reads::{ldus_by_id, named};
use crate::payloads;
use crate::store::kin::{Member, ToOne};

/// A budget with what was read for it.
#[derive(Clone)]
pub struct Budget(pub Member<budget::Model, BudgetKin>);

/// What hangs on budgets.
#[derive(Default)]
pub struct BudgetKin {
    ldu: ToOne<Id<ldu::Entity>, Ldu>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
    supersedes: ToOne<Id<budget::Entity>, Budget>,
    standing: ToOne<Id<budget::Entity>, Standing>,
}

impl Node for Budget {
    type Table = budget::Entity;
    type Kin = BudgetKin;
    fn show(member: Member<budget::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl Budget {
    async fn standing(&self, ctx: &Context<'_>) -> Result<Standing> {
        let load = || reads::standings(store(ctx), self.0.rows());
        Ok(self.0.kin().standing.of(&self.0.id, load).await?.copied().unwrap_or_default())
    }
}

/// What a local delivery unit may spend in a period, and where it stands, as far as you may see the charges.
#[Object]
impl Budget {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<budget::Entity> {
        self.0.id.into()
    }
    /// The local delivery unit.
    async fn ldu(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Ldu>>> {
        let ids = || self.0.rows().iter().map(|row| row.ldu_id).collect();
        self.0.kin().ldu.of(&self.0.ldu_id, || ldus_by_id(store(ctx), ids())).await.in_turn()
    }
    /// Who pays: the side of the organisation that the LDU belongs to.
    fn purchaser(&self) -> Shown<Purchaser> {
        self.0.purchaser.into()
    }
    /// The first day (Europe/London).
    fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }
    /// The day (Europe/London) after the last: exclusive.
    fn ends_on(&self) -> Date {
        self.0.ends_on.into()
    }
    /// The amount.
    fn money(&self) -> Money {
        Money(self.0.pence)
    }
    /// What was charged for deliveries on its days to the cases of the LDU.
    async fn delivered(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money(self.standing(ctx).await?.delivered))
    }
    /// What the live referrals of the LDU's cases still cost at the prices that they keep: the units expected, as far as
    /// they were approved, less what was charged. It counts towards the budget of today; nothing for another period.
    async fn committed(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money(self.standing(ctx).await?.committed))
    }
    /// What is left: the amount less what was delivered and what is committed; below zero where it is overspent.
    async fn remaining(&self, ctx: &Context<'_>) -> Result<Money> {
        Ok(Money(self.standing(ctx).await?.remaining(self.0.pence)))
    }
    /// Why it was set so.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who set it.
    async fn set_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.set_by_id).collect::<Vec<_>>();
        let load = || named(store(ctx), ids().into_iter());
        self.0.kin().people.of(&self.0.set_by_id, load).await.in_turn()
    }
    /// What it changes; null where it changes nothing.
    async fn supersedes(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Budget>>> {
        let id = self.0.supersedes_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.supersedes_id).collect();
        self.0.kin().supersedes.of(&id, || reads::by_id(store(ctx), ids())).await.in_turn()
    }
    /// When it was changed, since when it no longer holds; null while it does.
    fn superseded_at(&self) -> Option<DateTime<Utc>> {
        self.0.superseded_at
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

/// Reads of this room.
#[derive(Default)]
pub struct BudgetsQuery;

#[Object]
impl BudgetsQuery {
    /// The budgets of your organisation's local delivery units, by their first days, the newest first; those that were
    /// changed too. Roles: TEAM_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn budgets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those of this local delivery unit.")] ldu: Option<GlobalId<ldu::Entity>>,
        #[graphql(desc = "Only those that hold on this day (Europe/London), as they stand.")] on: Option<
            Date,
        >,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Budget>> {
        let (ldu, on) = (ldu.map(|id| id.0), on.map(|day| day.0));
        let window = window(ctx, first, after, last, before)?;
        let page = reads::budgets(store(ctx), ldu, on).page(&reads::NEWEST, &window).await?;
        let total =
            if wants_total(ctx) { Some(reads::budgets(store(ctx), ldu, on).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(Budget)))
    }
}

/// The budget of a local delivery unit.
#[derive(InputObject)]
pub struct SetBudgetInput {
    /// A local delivery unit of your organisation.
    pub ldu_id: GlobalId<ldu::Entity>,
    /// The first day (Europe/London): 1 April, say.
    pub starts_on: Date,
    /// The day (Europe/London) after the last: exclusive.
    pub ends_on: Date,
    /// The amount, in pence sterling: zero or more.
    pub pence: i32,
    /// Why it is set so; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// Another amount for a budget.
#[derive(InputObject)]
pub struct ChangeBudgetInput {
    /// The budget.
    pub budget_id: GlobalId<budget::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The amount, in pence sterling: zero or more.
    pub pence: i32,
    /// Why it is changed; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

payloads! {
    BudgetRefusal;
    SetBudgetPayload { budget: Budget }
    ChangeBudgetPayload { budget: Budget }
}

/// Changes of this room.
#[derive(Default)]
pub struct BudgetsMutation;

#[Object]
impl BudgetsMutation {
    /// Sets what a local delivery unit of your organisation may spend in a period; periods of one LDU do not overlap.
    /// Roles: TEAM_MANAGER.
    async fn set_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: SetBudgetInput,
    ) -> Result<SetBudgetPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::set_budget(write, input))).await?;
        SetBudgetPayload::answer(ctx, done).await
    }

    /// Changes the amount of a budget: another takes its place, and what was set stays to be read.
    /// Roles: TEAM_MANAGER.
    async fn change_budget(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangeBudgetInput,
    ) -> Result<ChangeBudgetPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::change_budget(write, input))).await?;
        ChangeBudgetPayload::answer(ctx, done).await
    }
}
