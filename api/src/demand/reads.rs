//! Named queries over use and demand.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entity::{Id, organisation, service};
use rules::demand::{Demand, DemandBy, FEWEST_STARTS, Tally, demand, shares_of};
use rules::london;
use rules::statements::Figures;
use rules::terms::{Purchaser, Role};

use crate::error::Result;
use crate::store::{By, Counting, Of, Sight, Store};

/// What is counted.
#[derive(Clone, Copy)]
pub struct Sought {
    /// By what it is broken down.
    pub by: DemandBy,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Only what this side pays.
    pub purchaser: Option<Purchaser>,
    /// Only what this organisation delivers.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only this service.
    pub service: Option<Id<service::Entity>>,
}

impl Sought {
    fn counting(&self) -> Counting {
        let (by, spans) = match self.by {
            DemandBy::Service => (By::Service, self.days()),
            DemandBy::Need => (By::Need, self.days()),
            DemandBy::Area => (By::Area, self.days()),
            DemandBy::Purchaser => (By::Purchaser, self.days()),
            DemandBy::Month => (By::Span, self.months()),
        };
        Counting { by, spans, purchaser: self.purchaser, provider: self.provider, service: self.service }
    }

    /// The days as one span.
    fn days(&self) -> Vec<NaiveDate> {
        vec![self.from, self.end()]
    }

    /// The days as spans of a month each, of which the first and the last may not be whole.
    fn months(&self) -> Vec<NaiveDate> {
        let later = (1..).map(|months| london::months_later(self.from, months));
        let inside = later.take_while(|month| *month < self.end());
        std::iter::once(self.from).chain(inside).chain([self.end()]).collect()
    }

    fn end(&self) -> NaiveDate {
        self.to.succ_opt().unwrap_or(self.to)
    }
}

/// What was charged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// How many units stand charged.
    pub units: i64,
    /// The sum of all lines, in pence.
    pub pence: i64,
}

impl Spent {
    pub(super) const fn and(self, figures: &Figures) -> Self {
        Self {
            units: self.units.saturating_add(figures.units()),
            pence: self.pence.saturating_add(figures.total()),
        }
    }
}

/// A count.
#[derive(Default)]
pub struct Counted {
    /// What became of the referrals that were first submitted in the period.
    pub demand: Demand,
    /// What was charged for deliveries in the period.
    pub spent: Spent,
}

/// Those who see referrals count these; those who keep prices, what was priced by them.
pub(super) fn sight(store: &Store) -> Sight {
    let sees = store.scope().roles().any(&[Role::TeamManager, Role::ProviderManager, Role::Auditor]);
    if sees { Sight::Seen } else { Sight::Priced }
}

/// The counts of a period, in two statements. Where few are in an area or have a need, those who keep prices are told nothing
/// of them: whoever knows the area could guess who it is.
pub async fn counts(store: &Store, sought: &Sought) -> Result<BTreeMap<Of, Counted>> {
    let (sight, counting) = (sight(store), sought.counting());
    let mut counts: BTreeMap<Of, Counted> = BTreeMap::new();
    for (of, tallies) in asked(store, sight, &counting).await? {
        counts.entry(of).or_default().demand = demand(&tallies);
    }
    for (of, figures) in charged(store, sight, &counting).await? {
        for (of, pence) in of.iter().zip(shares_of(figures.total(), of.len())) {
            let spent = &mut counts.entry(of.clone()).or_default().spent;
            spent.units = spent.units.saturating_add(figures.units());
            spent.pence = spent.pence.saturating_add(pence);
        }
    }
    if sight == Sight::Priced && matches!(sought.by, DemandBy::Area | DemandBy::Need) {
        counts.retain(|_, counted| counted.demand.referrals >= FEWEST_STARTS);
    }
    Ok(counts)
}

/// What became of the referrals of each group.
pub(super) async fn asked(
    store: &Store,
    sight: Sight,
    counting: &Counting,
) -> Result<BTreeMap<Of, Vec<Tally>>> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (of, tally) in store.referrals_in_groups(sight, counting).await? {
        groups.entry(of).or_default().push(tally);
    }
    Ok(groups)
}

/// What was charged in each group: by need, in each of those that share it.
pub(super) async fn charged(
    store: &Store,
    sight: Sight,
    counting: &Counting,
) -> Result<BTreeMap<Vec<Of>, Figures>> {
    let mut groups: BTreeMap<_, Figures> = BTreeMap::new();
    for (of, tally) in store.charges_in_groups(sight, counting).await? {
        let figures = groups.entry(of).or_default();
        *figures = figures.with(&tally);
    }
    Ok(groups)
}
