//! The correction of a wrong charge, by a line that names it.

use crate::rate_card::{HIGHEST, format_money};
use crate::terms::ChargeKind;
use crate::text::{Codes, LONG_TEXT};
use crate::{Refusal, term};

term! {
    /// Why an adjustment of a charge is refused.
    ChargeRefusal {
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// The line is a reversal or an adjustment itself.
        NotACharge "not_a_charge" "NOT_A_CHARGE" "Not a charge";
        /// The charge was taken back: nothing of it stands.
        TakenBack "taken_back" "TAKEN_BACK" "Taken back";
        /// Less than nothing would be charged for the unit.
        BelowZero "below_zero" "BELOW_ZERO" "Below zero";
    }
}

const TEXT: Codes<ChargeRefusal> = Codes {
    missing: ChargeRefusal::Required,
    too_long: ChargeRefusal::TooLong,
    invalid: ChargeRefusal::Invalid,
};

/// A charge as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Adjusted {
    /// What kind of line it is.
    pub kind: ChargeKind,
    /// Whether a reversal took it back.
    pub taken_back: bool,
    /// Its amount with the adjustments that stand, in pence.
    pub standing: i64,
}

/// Everything that keeps `pence` from being added to a charge, or taken from it where they are negative.
///
/// Only a charge that stands is adjusted, and never below nothing nor beyond the highest amount.
pub fn adjustment(charge: &Adjusted, pence: i64, reason: &str) -> Vec<Refusal<ChargeRefusal>> {
    let mut refusals: Vec<_> = TEXT.check("reason", reason, LONG_TEXT, true).into_iter().collect();
    refusals.extend(amount(charge.standing, pence));
    match charge.kind {
        ChargeKind::Charge if charge.taken_back => {
            let message = "The charge was taken back, so that nothing of it is left to adjust: adjust the one in its place.";
            refusals.push(Refusal::of(ChargeRefusal::TakenBack, "chargeId", message));
        }
        ChargeKind::Charge => {}
        ChargeKind::Reversal | ChargeKind::Adjustment => {
            let message =
                "Only a charge is adjusted, not a reversal or an adjustment: name the charge itself.";
            refusals.push(Refusal::of(ChargeRefusal::NotACharge, "chargeId", message));
        }
    }
    refusals
}

fn amount(standing: i64, pence: i64) -> Option<Refusal<ChargeRefusal>> {
    if pence == 0 {
        let message = "An adjustment of nothing changes nothing: give an amount above or below zero.";
        return Some(Refusal::of(ChargeRefusal::Invalid, "pence", message));
    }
    match standing.checked_add(pence) {
        Some(left) if left < 0 => {
            let message = format!(
                "{} stands for this unit: take off at most that much, which is {} pence.",
                format_money(standing),
                standing.max(0)
            );
            Some(Refusal::of(ChargeRefusal::BelowZero, "pence", message))
        }
        Some(left) if left <= HIGHEST => None,
        Some(_) | None => {
            let message = format!("A unit is charged at most {}: add less.", format_money(HIGHEST));
            Some(Refusal::of(ChargeRefusal::Invalid, "pence", message))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Term;
    use proptest::prelude::*;

    const STANDING: Adjusted = Adjusted { kind: ChargeKind::Charge, taken_back: false, standing: 5_000 };

    fn refused(charge: Adjusted, pence: i64, reason: &str) -> Vec<ChargeRefusal> {
        adjustment(&charge, pence, reason).into_iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn a_charge_is_adjusted_up_and_down_to_nothing() {
        for pence in [-5_000, -1, 1, 250] {
            assert!(refused(STANDING, pence, "Charged twice.").is_empty());
        }
    }

    #[test]
    fn a_unit_never_costs_less_than_nothing() {
        assert_eq!(refused(STANDING, -5_001, "Why not."), [ChargeRefusal::BelowZero]);
    }

    #[test]
    fn an_adjustment_of_nothing_and_one_beyond_reason_are_refused() {
        assert_eq!(refused(STANDING, 0, "Nothing."), [ChargeRefusal::Invalid]);
        assert_eq!(refused(STANDING, HIGHEST, "A lot."), [ChargeRefusal::Invalid]);
        assert_eq!(refused(STANDING, i64::MAX, "More."), [ChargeRefusal::Invalid]);
        assert_eq!(refused(STANDING, i64::MIN, "Less."), [ChargeRefusal::BelowZero]);
    }

    #[test]
    fn only_a_charge_that_stands_is_adjusted() {
        let taken_back = Adjusted { taken_back: true, ..STANDING };
        assert_eq!(refused(taken_back, -1, "Late."), [ChargeRefusal::TakenBack]);
        for &kind in ChargeKind::ALL.iter().filter(|&&kind| kind != ChargeKind::Charge) {
            assert_eq!(refused(Adjusted { kind, ..STANDING }, -1, "Again."), [ChargeRefusal::NotACharge]);
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        assert_eq!(refused(STANDING, 0, " "), [ChargeRefusal::Required, ChargeRefusal::Invalid]);
    }

    proptest! {
        #[test]
        fn what_is_accepted_leaves_an_amount(standing in 0..=HIGHEST, pence in any::<i64>()) {
            if refused(Adjusted { standing, ..STANDING }, pence, "Because.").is_empty() {
                prop_assert!((0..=HIGHEST).contains(&(standing + pence)));
            }
        }
    }
}
