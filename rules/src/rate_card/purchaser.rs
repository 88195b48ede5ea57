//! Prices for one purchaser alone, which go before the general one.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Period, PriceRefusal, Step};
use crate::terms::{OrganisationKind, PriceKind};
use crate::{Refusal, Term};

/// Whether organisations of this kind buy at the figure: the NPS at the card price, a CRC at the supply price.
pub const fn buys_at(kind: PriceKind, buyer: OrganisationKind) -> bool {
    matches!(
        (kind, buyer),
        (PriceKind::Card, OrganisationKind::Nps) | (PriceKind::Supply, OrganisationKind::Crc)
    )
}

/// A price can be for one purchaser alone, who has to be one that buys at this figure.
pub fn may_be_for(kind: PriceKind, buyer: OrganisationKind) -> Result<(), Refusal<PriceRefusal>> {
    if buys_at(kind, buyer) {
        return Ok(());
    }
    let message =
        format!("This organisation does not buy at the {}: name one that does.", kind.label().to_lowercase());
    Err(Refusal::of(PriceRefusal::Invalid, "onlyForId", message))
}

/// What one purchaser pays through time: its own price where it has one, the general one on all other days.
pub fn own_first(general: &[Step], own: &[Step]) -> Vec<Step> {
    let all = || general.iter().chain(own);
    let ends = all().filter_map(|step| step.period.to);
    let turns: BTreeSet<NaiveDate> = all().map(|step| step.period.from).chain(ends).collect();
    let turns: Vec<_> = turns.into_iter().collect();
    let mut steps = Vec::new();
    for (at, &from) in turns.iter().enumerate() {
        let holds =
            |steps: &[Step]| steps.iter().find(|step| step.period.contains(from)).map(|step| step.pence);
        if let Some(pence) = holds(own).or_else(|| holds(general)) {
            steps.push(Step { period: Period { from, to: turns.get(at + 1).copied() }, pence });
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;
    use proptest::prelude::*;

    const BEGIN: NaiveDate = NaiveDate::from_ymd_opt(2017, 4, 1).expect("a day of the calendar");

    fn day(days: u64) -> NaiveDate {
        BEGIN + Days::new(days)
    }

    fn step(from: u64, to: impl Into<Option<u64>>, pence: i64) -> Step {
        Step { period: Period { from: day(from), to: to.into().map(day) }, pence }
    }

    #[test]
    fn a_purchasers_own_price_goes_before_the_general_one_while_it_holds() {
        let general = [step(0, 30, 5_425), step(30, None, 5_700)];
        let own = [step(10, 40, 5_000)];
        assert_eq!(
            own_first(&general, &own),
            [step(0, 10, 5_425), step(10, 30, 5_000), step(30, 40, 5_000), step(40, None, 5_700)]
        );
        assert_eq!(own_first(&[], &own), own);
        assert_eq!(own_first(&general, &[]), general);
    }

    #[test]
    fn a_price_is_for_one_who_buys_at_it() {
        assert_eq!(may_be_for(PriceKind::Card, OrganisationKind::Nps), Ok(()));
        assert_eq!(may_be_for(PriceKind::Supply, OrganisationKind::Crc), Ok(()));
        for (kind, buyer) in [
            (PriceKind::Card, OrganisationKind::Crc),
            (PriceKind::Supply, OrganisationKind::Nps),
            (PriceKind::Card, OrganisationKind::Provider),
        ] {
            assert_eq!(may_be_for(kind, buyer).expect_err("no buyer").code, PriceRefusal::Invalid);
        }
    }

    /// Steps that follow one another, with gaps between some.
    fn steps() -> impl Strategy<Value = Vec<Step>> {
        prop::collection::vec((0_u64..20, 1_u64..20, 1_i64..100), 0..6).prop_map(|parts| {
            let mut at = 0;
            let step = |(gap, length, pence)| {
                let from = at + gap;
                at = from + length;
                step(from, at, pence)
            };
            parts.into_iter().map(step).collect()
        })
    }

    proptest! {
        #[test]
        fn on_every_day_there_is_one_price_the_own_one_where_there_is(general in steps(), own in steps()) {
            let paid = own_first(&general, &own);
            for offset in 0..250 {
                let on = day(offset);
                let holds = |steps: &[Step]| -> Vec<i64> {
                    steps.iter().filter(|step| step.period.contains(on)).map(|step| step.pence).collect()
                };
                let (general, own) = (holds(&general), holds(&own));
                prop_assert_eq!(holds(&paid), if own.is_empty() { general } else { own });
            }
        }
    }
}
