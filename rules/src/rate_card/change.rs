//! A change of prices beforehand: what a percentage makes of them, and what one would have done to past spending.

use super::{HIGHEST, PriceRefusal, format_money, money::share};
use crate::Refusal;

/// Hundredths of a per cent in a whole.
const WHOLE: i64 = 10_000;

/// A price raised, or lowered, by so many hundredths of a per cent, in pence; half a penny is rounded up.
pub fn uplifted(pence: i64, basis_points: i32) -> i64 {
    share(pence, WHOLE.saturating_add(i64::from(basis_points)), WHOLE)
}

/// Whether prices can be changed by so many hundredths of a per cent: by something, at most to double, and never to
/// nothing or below.
pub fn check_uplift(basis_points: i32) -> Result<(), Refusal<PriceRefusal>> {
    let points = i64::from(basis_points);
    if points != 0 && points > -WHOLE && points <= WHOLE {
        return Ok(());
    }
    let message = "Give hundredths of a per cent: 250 raises by 2.5 %, -250 lowers; between -9,999 and 10,000, and not 0.";
    Err(Refusal::of(PriceRefusal::Invalid, "basisPoints", message))
}

/// Whether an uplifted price is not beyond measure.
pub fn check_uplifted(pence: i64) -> Result<(), Refusal<PriceRefusal>> {
    if pence <= HIGHEST {
        return Ok(());
    }
    let message =
        format!("A price is at most {}: leave the service out, or choose less.", format_money(HIGHEST));
    Err(Refusal::of(PriceRefusal::PriceTooHigh, "basisPoints", message))
}

/// Lines of charges of one amount at one price; what takes one back has its amount below zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charged {
    /// The price of the unit at which they were charged, in pence.
    pub price: i64,
    /// The amount of each line, in pence.
    pub pence: i64,
    /// How many lines.
    pub lines: i64,
}

/// What a change would have done to what was charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// How many units stand charged.
    pub units: i64,
    /// What they cost, in pence.
    pub was: i64,
    /// What they would have cost, in pence.
    pub would_be: i64,
}

impl Effect {
    /// Adds lines that would have been charged at another price: each in the proportion of the prices, rounded to the
    /// penny, so that an absence that charged half would have charged half. What takes a charge back takes all of it
    /// back in either case.
    #[must_use]
    pub fn with(self, charged: &Charged, price: i64) -> Self {
        let each = if charged.price > 0 { share(charged.pence, price, charged.price) } else { charged.pence };
        Self {
            units: self.units.saturating_add(charged.lines.saturating_mul(charged.pence.signum())),
            was: self.was.saturating_add(charged.lines.saturating_mul(charged.pence)),
            would_be: self.would_be.saturating_add(charged.lines.saturating_mul(each)),
        }
    }

    /// Two effects together.
    #[must_use]
    pub const fn and(self, other: &Self) -> Self {
        Self {
            units: self.units.saturating_add(other.units),
            was: self.was.saturating_add(other.was),
            would_be: self.would_be.saturating_add(other.would_be),
        }
    }

    /// What the change would have added, in pence; below zero where it would have saved.
    pub const fn difference(&self) -> i64 {
        self.would_be.saturating_sub(self.was)
    }
}

#[cfg(test)]
mod tests {
    use super::super::percent_of;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_price_is_raised_to_the_penny_and_half_a_penny_is_rounded_up() {
        assert_eq!(uplifted(5_700, 250), 5_843);
        assert_eq!(uplifted(5_425, -250), 5_289);
        assert_eq!(uplifted(100, 50), 101);
        assert_eq!(uplifted(100, 49), 100);
        assert_eq!(uplifted(0, 10_000), 0);
    }

    #[test]
    fn an_uplift_is_by_something_and_within_measure() {
        for points in [1, -1, 250, 10_000, -9_999] {
            assert_eq!(check_uplift(points), Ok(()));
        }
        for points in [0, 10_001, -10_000, i32::MIN, i32::MAX] {
            assert_eq!(check_uplift(points).expect_err("beyond").code, PriceRefusal::Invalid);
        }
        assert_eq!(check_uplifted(HIGHEST), Ok(()));
        assert_eq!(check_uplifted(HIGHEST + 1).expect_err("too high").code, PriceRefusal::PriceTooHigh);
    }

    #[test]
    fn what_was_taken_back_would_have_been_taken_back() {
        let line = |pence, lines| Charged { price: 5_700, pence, lines };
        let all = [line(5_700, 3), line(2_850, 1), line(-5_700, 1)];
        let effect = all.iter().fold(Effect::default(), |sum, charged| sum.with(charged, 6_001));
        // Half of £60.01 is £30.01: half a penny up.
        assert_eq!(effect, Effect { units: 3, was: 14_250, would_be: 2 * 6_001 + 3_001 });
        assert_eq!(effect.difference(), 2 * 6_001 + 3_001 - 14_250);
        assert_eq!(Effect::default().with(&Charged { price: 0, pence: 10, lines: 1 }, 50).would_be, 10);
    }

    proptest! {
        #[test]
        fn the_same_price_changes_nothing_and_a_full_unit_costs_the_new_one(
            price in 1_i64..1_000_000, new in 0_i64..1_000_000, percent in 0_u32..=100, lines in 0_i64..100,
        ) {
            let part = Charged { price, pence: percent_of(price, percent), lines };
            prop_assert_eq!(Effect::default().with(&part, price).difference(), 0);
            let full = Charged { price, pence: price, lines };
            prop_assert_eq!(Effect::default().with(&full, new).would_be, new * lines);
            let taken_back = Charged { pence: -part.pence, ..part };
            let both = Effect::default().with(&part, new).with(&taken_back, new);
            prop_assert_eq!(both, Effect::default());
        }

        #[test]
        fn an_uplift_is_within_half_a_penny(pence in 0_i64..=HIGHEST, points in -9_999_i32..=10_000) {
            let exact = i128::from(pence) * (10_000 + i128::from(points));
            prop_assert!((i128::from(uplifted(pence, points)) * 10_000 - exact).abs() <= 5_000);
        }
    }
}
