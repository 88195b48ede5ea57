//! Use and demand for those who keep prices: counted over what was priced by them, of nobody in particular.

use std::collections::BTreeMap;

use rules::demand::{DemandBy, FEWEST_STARTS, Referred, demand, shares_of};
use rules::terms::{Need, Purchaser};
use rules::{Term, london};

use super::reads::{Counted, Of, Sought, Spent, units};
use crate::error::Result;
use crate::store::Store;

/// What a row counts by.
struct Facts<'r> {
    service: Of,
    purchaser: Purchaser,
    month: Of,
    area: Option<&'r str>,
    needs: Option<&'r str>,
}

impl Facts<'_> {
    /// Under what the row counts.
    fn of(self, by: DemandBy) -> Vec<Of> {
        match by {
            DemandBy::Service => vec![self.service],
            DemandBy::Purchaser => vec![Of::Purchaser(self.purchaser)],
            DemandBy::Month => vec![self.month],
            DemandBy::Area => vec![Of::Area(self.area.map(str::to_owned))],
            DemandBy::Need => {
                let codes = self.needs.into_iter().flat_map(|needs| needs.split(','));
                let mut needs: Vec<_> = codes.filter_map(Need::from_code).map(Of::Need).collect();
                needs.sort_unstable();
                needs
            }
        }
    }
}

/// The counts of a period, in two statements. Where few are in an area or have a need, nothing of them is told: whoever
/// knows the area could guess who it is.
pub async fn counts(store: &Store, sought: &Sought) -> Result<BTreeMap<Of, Counted>> {
    let mut groups: BTreeMap<Of, Vec<Referred>> = BTreeMap::new();
    let end = london::start_of(sought.to.succ_opt().unwrap_or(sought.to));
    for row in store.priced((london::start_of(sought.from), end)).await? {
        if !sought.takes(*row.purchaser, row.provider_id, row.service_id) {
            continue;
        }
        let on = london::day(row.submitted_at);
        let referred = Referred {
            on,
            status: *row.status,
            is_decided: row.decided_at.is_some(),
            started_on: row.started_at.map(london::day),
        };
        let facts = Facts {
            service: Of::Service(row.service_id),
            purchaser: *row.purchaser,
            month: Of::Month(london::month_of(on)),
            area: row.area.as_deref(),
            needs: row.needs.as_deref(),
        };
        for of in facts.of(sought.by) {
            groups.entry(of).or_default().push(referred);
        }
    }
    let mut counts: BTreeMap<Of, Counted> = BTreeMap::new();
    for (of, spent) in spent(store, sought).await? {
        counts.entry(of).or_default().spent = Some(spent);
    }
    for (of, referred) in groups {
        counts.entry(of).or_default().demand = demand(&referred);
    }
    let tells =
        |counted: &Counted| usize::try_from(counted.demand.referrals).is_ok_and(|of| of >= FEWEST_STARTS);
    if matches!(sought.by, DemandBy::Area | DemandBy::Need) {
        counts.retain(|_, counted| tells(counted));
    }
    for counted in counts.values_mut() {
        counted.spent.get_or_insert_default();
    }
    Ok(counts)
}

/// What was charged for deliveries in the period.
async fn spent(store: &Store, sought: &Sought) -> Result<BTreeMap<Of, Spent>> {
    let mut spent: BTreeMap<Of, Spent> = BTreeMap::new();
    for row in store.priced_charges((sought.from, sought.to)).await? {
        if !sought.takes(*row.purchaser, row.provider_id, row.service_id) {
            continue;
        }
        let facts = Facts {
            service: Of::Service(row.service_id),
            purchaser: *row.purchaser,
            month: Of::Month(london::month_of(row.delivered_on)),
            area: row.area.as_deref(),
            needs: row.needs.as_deref(),
        };
        let of = facts.of(sought.by);
        for (of, pence) in of.iter().zip(shares_of(row.pence, of.len())) {
            let one = spent.entry(of.clone()).or_default();
            one.pence = one.pence.saturating_add(pence);
            one.units = one.units.saturating_add(units(*row.kind, row.adjusts, row.lines));
        }
    }
    Ok(spent)
}
