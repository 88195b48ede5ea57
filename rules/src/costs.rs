//! What it costs a provider to deliver a unit of a service, as the provider states it itself.

use crate::rate_card::check_price;
use crate::text::Codes;
use crate::{Refusal, london, term};
use chrono::NaiveDate;

term! {
    /// Why a cost of delivery is refused.
    CostRefusal {
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// The amount is below zero or above the highest possible one.
        Amount "amount" "AMOUNT" "Amount";
        /// Another organisation delivers the service.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// A cost is stated from that day already: correct it instead.
        Duplicate "duplicate" "DUPLICATE" "Duplicate";
        /// The cost was corrected already: correct what took its place.
        Superseded "superseded" "SUPERSEDED" "Superseded";
    }
}

/// The codes of what is wrong with a text.
pub const TEXT: Codes<CostRefusal> =
    Codes { missing: CostRefusal::Required, too_long: CostRefusal::TooLong, invalid: CostRefusal::Invalid };

/// Everything that keeps an amount from being a cost from this day on. The past is no obstacle: nothing is charged by
/// a cost.
pub fn check_cost(pence: i64, from: NaiveDate) -> Vec<Refusal<CostRefusal>> {
    let amount = check_price(pence).err();
    let amount = amount.map(|refusal| Refusal::of(CostRefusal::Amount, "pence", refusal.message));
    let message = "Give a date between 1900 and 2200.";
    let day =
        (!london::believable(from)).then(|| Refusal::of(CostRefusal::Invalid, "effectiveFrom", message));
    amount.into_iter().chain(day).collect()
}

/// A cost is stated by who delivers the service.
pub fn may_state(provider: u128, organisation: u128) -> Result<(), Refusal<CostRefusal>> {
    if provider == organisation {
        return Ok(());
    }
    let message = "Another organisation delivers this service, and states what that costs.";
    Err(Refusal::of(CostRefusal::NotPermitted, "serviceId", message))
}

/// A cost is corrected once; the correction is corrected next.
pub fn may_correct(is_superseded: bool) -> Result<(), Refusal<CostRefusal>> {
    if !is_superseded {
        return Ok(());
    }
    let message = "This cost was corrected already: correct what took its place.";
    Err(Refusal::new(CostRefusal::Superseded, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 4, 1).expect("a day of the calendar");

    #[test]
    fn a_cost_is_an_amount_from_a_day_that_can_be_meant() {
        assert_eq!(check_cost(0, DAY), []);
        let codes = |pence, day| check_cost(pence, day).into_iter().map(|it| it.code).collect::<Vec<_>>();
        assert_eq!(codes(-1, DAY), [CostRefusal::Amount]);
        assert_eq!(codes(i64::MAX, NaiveDate::MAX), [CostRefusal::Amount, CostRefusal::Invalid]);
    }

    #[test]
    fn who_delivers_states_and_a_correction_is_made_once() {
        assert_eq!(may_state(7, 7), Ok(()));
        assert_eq!(may_state(7, 8).expect_err("another's").code, CostRefusal::NotPermitted);
        assert_eq!(may_correct(false), Ok(()));
        assert_eq!(may_correct(true).expect_err("corrected").code, CostRefusal::Superseded);
    }
}
