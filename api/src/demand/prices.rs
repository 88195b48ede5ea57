//! What was asked for and charged around each change of a price.

use std::collections::BTreeSet;

use entity::{Id, service};
use rules::demand::{Demand, Turn, around, demand, turns};
use rules::rate_card::Period;
use rules::terms::{PriceKind, Purchaser};

use super::reads::{Spent, asked, charged, sight};
use crate::error::Result;
use crate::rate_card::history::figures;
use crate::store::{By, Counting, Of, Store};

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
/// statements for many changes as for one. What it costs the provider nobody buys.
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
    // Between two of these days every window is the same.
    let ends = |window: &Period| [Some(window.from), window.to].into_iter().flatten();
    let spans: BTreeSet<_> = turns.iter().flat_map(|(_, windows)| windows).flat_map(ends).collect();
    if spans.is_empty() {
        return Ok(Vec::new());
    }
    let counting = Counting {
        by: By::Span,
        spans: spans.into_iter().collect(),
        purchaser: Some(purchaser),
        provider: None,
        service: Some(of),
    };
    let asked = asked(store, sight(store), &counting).await?;
    let charged = charged(store, sight(store), &counting).await?;
    let within = |period: Period| {
        let lies = |of: &Of| if let Of::Since(day) = of { period.contains(*day) } else { false };
        let asked = asked.iter().filter(|(of, _)| lies(of)).flat_map(|(_, tallies)| tallies);
        let charged = charged.iter().filter(|(of, _)| of.iter().all(lies));
        let spent = charged.fold(Spent::default(), |sum, (_, figures)| sum.and(figures));
        Around { period, demand: demand(asked), spent }
    };
    Ok(turns.into_iter().map(|(turn, windows)| (turn, windows.map(&within))).collect())
}
