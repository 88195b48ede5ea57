//! Named queries over what was charged, added up.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Coded, Id, charge, organisation, price};
use rules::statements::{ADJUSTS, Figures, Tally};
use rules::terms::{ChargeKind, Purchaser};
use rules::{Term, london};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};

use super::graphql::{Statement, StatementLine};
use crate::directory::reads::services;
use crate::error::Result;
use crate::organisations::reads::organisations;
use crate::rate_card::reads::prices;
use crate::store::{Find, Store};

/// Which statements are wanted.
#[derive(Clone, Copy)]
pub struct Sought {
    /// A day of the month.
    pub month: NaiveDate,
    /// Only what this side owes.
    pub purchaser: Option<Purchaser>,
    /// Only what this organisation delivered.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only lines that were posted at this moment or earlier.
    pub as_of: Option<DateTime<Utc>>,
}

/// The statements of a month, by the provider's name and who owes; the lines by service and the price's first day.
pub async fn statements(store: &Store, sought: &Sought) -> Result<Vec<Statement>> {
    let figures = figures(store, sought).await?;
    let ids: BTreeSet<_> = figures.keys().map(|(_, _, price)| *price).collect();
    let prices: HashMap<_, _> = prices(store, ids.into_iter().collect()).await?.into_iter().collect();
    let ids: BTreeSet<_> = prices.values().map(|price| price.0.service_id).collect();
    let services: HashMap<_, _> = services(store, ids.into_iter().collect()).await?.into_iter().collect();
    let ids: BTreeSet<_> = figures.keys().map(|(provider, ..)| *provider).collect();
    let providers = organisations(store, ids.into_iter().collect()).await?;
    let providers: HashMap<_, _> = providers.into_iter().collect();
    let mut lines: BTreeMap<_, Vec<StatementLine>> = BTreeMap::new();
    for ((provider, purchaser, price), figures) in figures {
        let price = prices.get(&price).cloned();
        let service = price.as_ref().and_then(|price| services.get(&price.0.service_id)).cloned();
        lines.entry((provider, purchaser)).or_default().push(StatementLine { service, price, figures });
    }
    let month = london::month_of(sought.month);
    let mut statements = Vec::new();
    for ((provider, purchaser), mut lines) in lines {
        lines.sort_by_cached_key(StatementLine::place);
        let Some(provider) = providers.get(&provider).cloned() else { continue };
        statements.push(Statement { month, purchaser, provider, lines });
    }
    statements.sort_by_cached_key(Statement::place);
    Ok(statements)
}

/// Who delivered, who owes, and at which price.
type Owes = (Id<organisation::Entity>, Purchaser, Id<price::Entity>);

/// The figures of whom who owes, at each price.
async fn figures(store: &Store, sought: &Sought) -> Result<BTreeMap<Owes, Figures>> {
    use charge::Column::{Kind, Pence, PriceId, ProviderId, Purchaser};
    let mut figures: BTreeMap<_, Figures> = BTreeMap::new();
    for of_adjustments in [false, true] {
        let lines = posted(store, sought).filter(adjusts(of_adjustments));
        let by = [ProviderId, Purchaser, PriceId, Kind];
        let rows: Vec<(_, Coded<_>, _, Coded<ChargeKind>, i64, i64)> = lines.tallies(&by, Pence).await?;
        for (provider, purchaser, price, kind, lines, pence) in rows {
            let tally = Tally { kind: *kind, of_adjustments, lines, pence };
            let one = figures.entry((provider, *purchaser, price)).or_default();
            *one = one.with(&tally);
        }
    }
    Ok(figures)
}

/// Lines that concern adjustments; or those that do not.
pub fn adjusts(of_adjustments: bool) -> Condition {
    let adjusts = charge::Column::UnitKey.starts_with(ADJUSTS);
    Condition::all().add(if of_adjustments { adjusts } else { adjusts.not() })
}

/// The lines of the month that the caller may see.
fn posted<'s>(store: &'s Store, sought: &Sought) -> Find<'s, charge::Entity> {
    use charge::Column::{CreatedAt, DeliveredOn, ProviderId, Purchaser};
    store
        .find::<charge::Entity>()
        .filter(DeliveredOn.gte(london::month_of(sought.month)))
        .filter(DeliveredOn.lt(london::months_later(sought.month, 1)))
        .filter_if(sought.purchaser.map(|purchaser| Purchaser.eq(purchaser.code())))
        .filter_if(sought.provider.map(|id| ProviderId.eq(id)))
        .filter_if(sought.as_of.map(|moment| CreatedAt.lte(moment)))
}
