//! What was asked for and charged around each change of a price.

use entity::{Id, service};
use rules::demand::{Demand, DemandBy, Referred, Turn, around, demand, turns};
use rules::rate_card::Period;
use rules::terms::{PriceKind, Purchaser};

use super::reads::{Sought, Spent, referred, spent_each_day};
use crate::error::Result;
use crate::rate_card::history::figures;
use crate::store::Store;

/// What was asked for and charged in a period.
#[derive(Clone, Copy)]
pub struct Around {
    /// The days.
    pub period: Period,
    /// What became of the referrals that were first submitted in it.
    pub demand: Demand,
    /// What was charged for deliveries in it.
    pub spent: Spent,
}

/// The changes of a service's price, the earliest first, each with as many days before it as from it on; in as many
/// statements for many changes as for one.
pub async fn volumes(
    store: &Store,
    of: Id<service::Entity>,
    kind: PriceKind,
    days: u64,
) -> Result<Vec<(Turn, [Around; 2])>> {
    let purchaser = match kind {
        PriceKind::Card => Purchaser::Nps,
        PriceKind::Supply => Purchaser::Crc,
        PriceKind::Cost => return Ok(Vec::new()),
    };
    let figures = figures(store, vec![of], store.scope().organisation()).await?;
    let turns = figures.iter().flat_map(|(_, figures)| turns(figures.steps(kind)));
    let turns: Vec<_> = turns.filter_map(|turn| Some((turn, around(turn.on, days)?))).collect();
    let (Some((_, first)), Some((_, last))) = (turns.first(), turns.last()) else { return Ok(Vec::new()) };
    let sought = Sought {
        by: DemandBy::Service,
        from: first[0].from,
        to: last[1].to.unwrap_or(last[1].from),
        purchaser: Some(purchaser),
        provider: None,
        service: Some(of),
    };
    let asked: Vec<_> = referred(store, &sought).await?.into_iter().map(|row| row.referred).collect();
    let charged = spent_each_day(store, &sought).await?;
    let within = |period: Period| {
        let asked: Vec<Referred> = asked.iter().copied().filter(|one| period.contains(one.on)).collect();
        let days = charged.iter().filter(|(day, _)| period.contains(*day));
        let spent = days.fold(Spent::default(), |sum, (_, one)| Spent {
            units: sum.units.saturating_add(one.units),
            pence: sum.pence.saturating_add(one.pence),
        });
        Around { period, demand: demand(&asked), spent }
    };
    Ok(turns.into_iter().map(|(turn, windows)| (turn, windows.map(&within))).collect())
}
