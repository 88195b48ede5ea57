//! Alerts on prices: a margin or a unit cost that passes the threshold that somebody set.

use crate::rate_card::Stretch;
use crate::text::Codes;
use crate::{Refusal, term};

term! {
    /// What a threshold watches, in per cent.
    PriceMeasure {
        /// What the CRC keeps of the card price: card less supply, in per cent of the card price.
        CrcMargin "crc_margin" "CRC_MARGIN" "CRC margin";
        /// What the provider keeps of the supply price: supply less cost, in per cent of the supply price.
        ProviderMargin "provider_margin" "PROVIDER_MARGIN" "Provider margin";
        /// What a unit costs the provider to deliver, in per cent of the supply price.
        UnitCost "unit_cost" "UNIT_COST" "Unit cost";
    }
    /// On which side of a threshold an alert lies.
    ThresholdBound {
        /// What lies below it alerts.
        Below "below" "BELOW" "Below";
        /// What lies above it alerts.
        Above "above" "ABOVE" "Above";
    }
    /// Why a threshold is refused.
    ThresholdRefusal {
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// The measure is not this person's to watch, or the service another organisation's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// The threshold was ended already.
        Ended "ended" "ENDED" "Ended";
    }
}

/// The codes of what is wrong with a text.
pub const TEXT: Codes<ThresholdRefusal> = Codes {
    missing: ThresholdRefusal::Required,
    too_long: ThresholdRefusal::TooLong,
    invalid: ThresholdRefusal::Invalid,
};

/// Whether a threshold can be so many per cent: a margin may be far below nothing.
pub fn check_percent(percent: i32) -> Result<(), Refusal<ThresholdRefusal>> {
    if (-1_000..=1_000).contains(&percent) {
        return Ok(());
    }
    let message = "Give per cent between -1,000 and 1,000.";
    Err(Refusal::of(ThresholdRefusal::Invalid, "percent", message))
}

/// A threshold on the CRC's margin is for those who keep its prices; one on the provider's margin or cost for the
/// provider's managers. Nobody watches what they may not see.
pub fn may_watch(
    measure: PriceMeasure,
    keeps_prices: bool,
    manages_delivery: bool,
) -> Result<(), Refusal<ThresholdRefusal>> {
    let may = match measure {
        PriceMeasure::CrcMargin => keeps_prices,
        PriceMeasure::ProviderMargin | PriceMeasure::UnitCost => manages_delivery,
    };
    if may {
        return Ok(());
    }
    let message = "The CRC's margin is watched by its contract managers, the provider's margin and cost by the \
                   provider's managers.";
    Err(Refusal::of(ThresholdRefusal::NotPermitted, "measure", message))
}

/// A threshold is ended once.
pub fn may_end(is_ended: bool) -> Result<(), Refusal<ThresholdRefusal>> {
    if !is_ended {
        return Ok(());
    }
    Err(Refusal::new(ThresholdRefusal::Ended, "The threshold was ended already."))
}

/// What a measure comes to: an amount, and the price that it is a part of, both in pence.
fn measured(measure: PriceMeasure, figures: &Stretch) -> Option<(i64, i64)> {
    match measure {
        PriceMeasure::CrcMargin => Some((figures.crc_margin()?, figures.card?)),
        PriceMeasure::ProviderMargin => Some((figures.provider_margin()?, figures.supply?)),
        PriceMeasure::UnitCost => Some((figures.cost?, figures.supply?)),
    }
}

/// What a measure comes to where figures pass a threshold, and the price that it is a part of, both in pence; none where
/// they do not, where a figure is missing, or where the price is nothing.
pub fn passes(
    measure: PriceMeasure,
    bound: ThresholdBound,
    percent: i32,
    figures: &Stretch,
) -> Option<(i64, i64)> {
    let (amount, whole) = measured(measure, figures)?;
    if whole <= 0 {
        return None;
    }
    let (part, threshold) = (i128::from(amount) * 100, i128::from(whole) * i128::from(percent));
    let is_past = match bound {
        ThresholdBound::Below => part < threshold,
        ThresholdBound::Above => part > threshold,
    };
    is_past.then_some((amount, whole))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rate_card::Period;
    use chrono::NaiveDate;

    const FIGURES: Stretch = Stretch {
        period: Period { from: NaiveDate::from_ymd_opt(2017, 4, 1).expect("a day"), to: None },
        card: Some(5_700),
        supply: Some(4_000),
        cost: Some(3_600),
    };

    #[test]
    fn a_threshold_is_passed_and_not_met() {
        use PriceMeasure::{CrcMargin, ProviderMargin, UnitCost};
        use ThresholdBound::{Above, Below};
        for (measure, bound, percent, expected) in [
            (ProviderMargin, Below, 10, None),
            (ProviderMargin, Below, 11, Some((400, 4_000))),
            (ProviderMargin, Above, 10, None),
            (ProviderMargin, Above, 9, Some((400, 4_000))),
            (UnitCost, Above, 90, None),
            (UnitCost, Above, 89, Some((3_600, 4_000))),
            (CrcMargin, Above, 29, Some((1_700, 5_700))),
            (CrcMargin, Above, 30, None),
        ] {
            assert_eq!(
                passes(measure, bound, percent, &FIGURES),
                expected,
                "{measure:?} {bound:?} {percent}"
            );
        }
    }

    #[test]
    fn without_a_figure_there_is_no_alert() {
        let hidden = Stretch { cost: None, ..FIGURES };
        assert_eq!(passes(PriceMeasure::UnitCost, ThresholdBound::Above, -1_000, &hidden), None);
        let free = Stretch { card: Some(0), supply: Some(0), ..FIGURES };
        assert_eq!(passes(PriceMeasure::CrcMargin, ThresholdBound::Below, 1_000, &free), None);
    }

    #[test]
    fn nobody_watches_what_they_may_not_see() {
        assert_eq!(may_watch(PriceMeasure::CrcMargin, true, false), Ok(()));
        assert_eq!(may_watch(PriceMeasure::UnitCost, false, true), Ok(()));
        for (measure, keeps, manages) in
            [(PriceMeasure::CrcMargin, false, true), (PriceMeasure::ProviderMargin, true, false)]
        {
            let refused = may_watch(measure, keeps, manages).expect_err("hidden");
            assert_eq!(refused.code, ThresholdRefusal::NotPermitted);
        }
        assert_eq!(may_end(true).expect_err("ended").code, ThresholdRefusal::Ended);
        assert_eq!(check_percent(1_001).expect_err("beyond").code, ThresholdRefusal::Invalid);
    }
}
