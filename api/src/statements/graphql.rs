//! Statements as GraphQL shows them.

use async_graphql::{Context, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::organisation;
use rules::Term;
use rules::london;
use rules::statements::Figures;
use rules::terms::Purchaser;

use super::export::export;
use super::reads::{self, Sought};
use crate::directory::graphql::Service;
use crate::error::{Fault, Result};
use crate::graphql::act::store;
use crate::graphql::cut::{Keyed, cut_owned};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::money::Money;
use crate::graphql::paging::Rows;
use crate::graphql::shown::Shown;
use crate::organisations::graphql::Organisation;
use crate::rate_card::graphql::Price;
use crate::store::Store;

/// What one side owes one provider for a month.
pub struct Statement {
    /// The first day of the month.
    pub month: NaiveDate,
    /// Who owes.
    pub purchaser: Purchaser,
    /// Who delivered.
    pub provider: Organisation,
    /// Its lines.
    pub lines: Vec<StatementLine>,
}

impl Statement {
    /// By what statements are ordered.
    pub fn place(&self) -> (String, Purchaser) {
        (self.provider.0.name.clone(), self.purchaser)
    }

    /// All lines together.
    pub fn figures(&self) -> Figures {
        self.lines.iter().fold(Figures::default(), |sum, line| sum.and(&line.figures))
    }
}

/// What one side owes one provider for what was delivered in a month, as far as you may see the charges: who keeps
/// the prices and an inspector see all of them, the manager of a team those of its organisation's cases, a provider's
/// manager their own at the supply price. No person stands on it.
#[Object]
impl Statement {
    /// The first day of the month (Europe/London).
    fn month(&self) -> Date {
        self.month.into()
    }
    /// Who owes it.
    fn purchaser(&self) -> Shown<Purchaser> {
        self.purchaser.into()
    }
    /// The organisation that delivered.
    fn provider(&self) -> &Organisation {
        &self.provider
    }
    /// A line for each price of each service, by the service's name and the price's first day.
    fn lines(&self) -> &[StatementLine] {
        &self.lines
    }
    /// All lines together.
    #[graphql(name = "figures")]
    fn all_figures(&self) -> StatementFigures {
        StatementFigures(self.figures())
    }
}

/// One service at one price.
pub struct StatementLine {
    /// The service; none where the price may not be seen.
    pub service: Option<Service>,
    /// The version of the price.
    pub price: Option<Price>,
    /// What was charged at it.
    pub figures: Figures,
}

impl StatementLine {
    /// By what lines are ordered.
    pub fn place(&self) -> (String, Option<NaiveDate>) {
        let name = self.service.as_ref().map(|service| service.0.name.clone()).unwrap_or_default();
        (name, self.price.as_ref().map(|price| price.0.effective_from))
    }
}

/// What was charged for one service at one version of its price.
#[Object]
impl StatementLine {
    /// The service; null where the price is not yours to see: a case that came from another organisation brought it.
    fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }
    /// The version of the price, which the referrals kept from the day of their submission; null where it is not
    /// yours to see.
    fn price(&self) -> Option<&Price> {
        self.price.as_ref()
    }
    /// What was charged, taken back and adjusted.
    fn figures(&self) -> StatementFigures {
        StatementFigures(self.figures)
    }
}

/// The figures of a statement or of a line.
pub struct StatementFigures(Figures);

/// What was charged, taken back and adjusted. Charges, reversals and adjustments together are the total.
#[Object]
impl StatementFigures {
    /// How many units stand charged: the charges less those that were taken back. Of a service that is priced by the
    /// hour, how many sessions.
    fn units(&self) -> i64 {
        self.0.units()
    }
    /// How many charges were posted, those that were taken back later among them.
    fn charges(&self) -> i64 {
        self.0.charges
    }
    /// Their amount.
    fn charged(&self) -> Money {
        Money(self.0.charged)
    }
    /// How many charges were taken back, because the record of a session was corrected.
    fn reversals(&self) -> i64 {
        self.0.reversals
    }
    /// Their amount: zero or below.
    fn reversed(&self) -> Money {
        Money(self.0.reversed)
    }
    /// How many adjustments were made, those that went with their charge among them.
    fn adjustments(&self) -> i64 {
        self.0.adjustments
    }
    /// What adjustments added, below zero where they took off; less those that went with their charge.
    fn adjusted(&self) -> Money {
        Money(self.0.adjusted)
    }
    /// What is owed.
    fn total(&self) -> Money {
        Money(self.0.total())
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct StatementsQuery;

#[Object]
impl StatementsQuery {
    /// The statements of a month: one for each side that owes and each provider, by the provider's name. A line
    /// belongs to the month of its day of delivery, and what takes it back or corrects it to the same one.
    /// Roles: TEAM_MANAGER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn statements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any day of the month (Europe/London); this month unless said.")] month: Option<
            Date,
        >,
        #[graphql(desc = "Only what this side owes.")] purchaser: Option<Shown<Purchaser>>,
        #[graphql(desc = "Only what this organisation delivered.")] provider: Option<
            GlobalId<organisation::Entity>,
        >,
        #[graphql(desc = "As they were at this moment: only lines that had been posted by then.")]
        as_of: Option<DateTime<Utc>>,
    ) -> Result<Rows<Statement>> {
        let store = store(ctx);
        let sought = sought(store, month, purchaser, provider, as_of)?;
        cut_owned(ctx, reads::statements(store, &sought).await?)
    }

    /// The same statements as CSV: a row for each line, and under the lines of each statement one with its totals.
    /// Amounts are written as people write them, below zero with a minus sign; a cell that a spreadsheet would take
    /// for a formula begins with an apostrophe.
    /// Roles: TEAM_MANAGER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR, CONTRACT_MANAGER, AUDITOR.
    async fn export_statements(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Any day of the month (Europe/London); this month unless said.")] month: Option<
            Date,
        >,
        #[graphql(desc = "Only what this side owes.")] purchaser: Option<Shown<Purchaser>>,
        #[graphql(desc = "Only what this organisation delivered.")] provider: Option<
            GlobalId<organisation::Entity>,
        >,
        #[graphql(desc = "As they were at this moment: only lines that had been posted by then.")]
        as_of: Option<DateTime<Utc>>,
    ) -> Result<String> {
        let store = store(ctx);
        export(&reads::statements(store, &sought(store, month, purchaser, provider, as_of)?).await?)
    }
}

fn sought(
    store: &Store,
    month: Option<Date>,
    purchaser: Option<Shown<Purchaser>>,
    provider: Option<GlobalId<organisation::Entity>>,
    as_of: Option<DateTime<Utc>>,
) -> Result<Sought> {
    if as_of.is_some_and(|moment| !london::believable(london::day(moment))) {
        return Err(Fault::bad_input("asOf: give a moment between 1900 and 2200."));
    }
    Ok(Sought {
        month: month.map_or_else(|| store.today(), |day| day.0),
        purchaser: purchaser.map(|purchaser| purchaser.0),
        provider: provider.map(|id| id.0),
        as_of,
    })
}

impl Keyed for Statement {
    fn key(&self) -> impl AsRef<[u8]> {
        format!("{} {}", self.purchaser.code(), self.provider.0.id.0)
    }
}
