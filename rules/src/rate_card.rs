//! The rate card: money, and the versions of a price on their way to the card and through time.
//!
//! A price version holds for a period `[from, to)` of days in Europe/London, and no two published
//! versions of the same price overlap (DOMAIN.md). The same rules hold for the card price, the supply price
//! and the cost of delivery.

use crate::terms::PriceStatus;
use crate::{Refusal, Term, london, term};

mod change;
mod history;
mod import;
mod money;
mod publication;
mod purchaser;
mod withdrawal;

pub use change::{Charged, Effect, check_uplift, check_uplifted, uplifted};
pub use history::{Step, Stretch, history, until_the_next};
pub use import::{Existing, Intake, RateCardAction, Stated, crossings, intake, restates};
pub(crate) use money::share;
pub use money::{HIGHEST, HIGHEST_TOTAL, format_money, parse_money, percent_of};
pub use publication::{Period, Publication, Version, in_force, publication};
pub use purchaser::{buys_at, may_be_for, own_first};
pub use withdrawal::reopened_to;

term! {
    /// Why a price or a batch of prices is refused.
    PriceRefusal {
        /// Only a draft can be changed or submitted.
        NotDraft "not_draft" "NOT_DRAFT" "Not a draft";
        /// Only a submitted price can be approved or rejected.
        NotSubmitted "not_submitted" "NOT_SUBMITTED" "Not submitted";
        /// The act needs a published price.
        NotPublished "not_published" "NOT_PUBLISHED" "Not published";
        /// The price was rejected or withdrawn already.
        Ended "ended" "ENDED" "Ended";
        /// The author of a price or batch does not approve it.
        OwnDraft "own_draft" "OWN_DRAFT" "Own draft";
        /// Nothing is published into the past.
        InThePast "in_the_past" "IN_THE_PAST" "In the past";
        /// The price's period has begun.
        AlreadyStarted "already_started" "ALREADY_STARTED" "Already started";
        /// The period overlaps that of a published price.
        Overlaps "overlaps" "OVERLAPS" "Overlaps";
        /// The period ends before it begins, or on the same day.
        EmptyPeriod "empty_period" "EMPTY_PERIOD" "Empty period";
        /// Charges depend on the period that would be loaded as history.
        ChargesDepend "charges_depend" "CHARGES_DEPEND" "Charges depend";
        /// The price is below zero.
        NegativePrice "negative_price" "NEGATIVE_PRICE" "Negative price";
        /// The price is above the highest possible amount.
        PriceTooHigh "price_too_high" "PRICE_TOO_HIGH" "Price too high";
        /// The unit is not that in which the service is priced.
        WrongUnit "wrong_unit" "WRONG_UNIT" "Wrong unit";
        /// The price belongs to a batch, which is decided as a whole.
        Batch "batch" "BATCH" "Part of a batch";
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// The same thing exists already.
        Duplicate "duplicate" "DUPLICATE" "Duplicate";
        /// The act is not this person's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// Not possible, for a reason that this person may not see.
        Unavailable "unavailable" "UNAVAILABLE" "Unavailable";
    }
    /// What an administrator can do to a price or a batch of prices.
    PriceAction {
        /// Change the draft; its author alone does.
        Change "change" "CHANGE" "Change";
        /// Put the draft forward for approval.
        Submit "submit" "SUBMIT" "Submit";
        /// Approve it as a second administrator, so that it is on the card.
        Publish "publish" "PUBLISH" "Publish";
        /// Refuse it as a second administrator.
        Reject "reject" "REJECT" "Reject";
        /// Take it back before its period begins.
        Withdraw "withdraw" "WITHDRAW" "Withdraw";
    }
}

/// Where an action leads. Whether the period has begun, [`may_withdraw`] says; whether this administrator may
/// decide, [`may_approve`]; whether the price is decided by itself, [`stands_alone`]; whether the period is
/// free, [`publication`].
pub fn next(status: PriceStatus, action: PriceAction) -> Result<PriceStatus, Refusal<PriceRefusal>> {
    use PriceStatus::{Draft, Published, Rejected, Submitted, Withdrawn};
    match (status, action) {
        (Draft, PriceAction::Change) => Ok(Draft),
        (Draft, PriceAction::Submit) => Ok(Submitted),
        (Submitted, PriceAction::Publish) => Ok(Published),
        (Submitted, PriceAction::Reject) => Ok(Rejected),
        (Draft | Submitted | Published, PriceAction::Withdraw) => Ok(Withdrawn),
        (Rejected | Withdrawn, _) => Err(refused(PriceRefusal::Ended, status, "Write a new draft instead.")),
        (Submitted | Published, PriceAction::Change) => {
            Err(refused(PriceRefusal::NotDraft, status, "Only a draft can be changed; write a new one."))
        }
        (Submitted | Published, PriceAction::Submit) => {
            Err(refused(PriceRefusal::NotDraft, status, "Only a draft can be submitted; write a new one."))
        }
        (Draft | Published, PriceAction::Publish | PriceAction::Reject) => Err(refused(
            PriceRefusal::NotSubmitted,
            status,
            "Only a submitted price can be approved or rejected.",
        )),
    }
}

fn refused(code: PriceRefusal, status: PriceStatus, advice: &str) -> Refusal<PriceRefusal> {
    Refusal::new(code, format!("The price has the status \"{}\". {advice}", status.label()))
}

/// Author and approver are different people, for a single price as for an imported batch.
pub fn may_approve(author: u128, approver: u128) -> Result<(), Refusal<PriceRefusal>> {
    if author == approver {
        let message = "You wrote this price yourself: a second administrator has to decide on it.";
        return Err(Refusal::new(PriceRefusal::OwnDraft, message));
    }
    Ok(())
}

/// A draft is changed by its author alone: whoever else wrote on it could not approve it.
pub fn may_change(author: u128, person: u128) -> Result<(), Refusal<PriceRefusal>> {
    if author != person {
        let message = "A draft is changed by its author alone: ask them, or write a draft of your own.";
        return Err(Refusal::new(PriceRefusal::NotPermitted, message));
    }
    Ok(())
}

/// A price that came with an import is decided with its batch; once published, it is a price like any other.
pub fn stands_alone(status: PriceStatus, in_batch: bool) -> Result<(), Refusal<PriceRefusal>> {
    if in_batch && status == PriceStatus::Submitted {
        let message =
            "The price came with an import, which is decided as a whole: publish or reject the batch.";
        return Err(Refusal::new(PriceRefusal::Batch, message));
    }
    Ok(())
}

/// A published price is withdrawn before its period begins and never after; another one has no such limit.
pub fn may_withdraw(status: PriceStatus, has_begun: bool) -> Result<(), Refusal<PriceRefusal>> {
    if status == PriceStatus::Published && has_begun {
        let message = "The price's period has begun: publish a successor instead of withdrawing it.";
        return Err(Refusal::new(PriceRefusal::AlreadyStarted, message));
    }
    Ok(())
}

/// Whether an amount, in pence, can be a price. Zero can: a service may cost the purchaser nothing.
pub fn check_price(pence: i64) -> Result<(), Refusal<PriceRefusal>> {
    if pence < 0 {
        let message = format!("A price of {} is below zero: give one of zero or more.", format_money(pence));
        return Err(Refusal::of(PriceRefusal::NegativePrice, "pence", message));
    }
    if pence > HIGHEST {
        let message = format!("A price is at most {}: give a lower one.", format_money(HIGHEST));
        return Err(Refusal::of(PriceRefusal::PriceTooHigh, "pence", message));
    }
    Ok(())
}

/// What decides beside its status what can be done to a price.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// Whether the administrator wrote the price.
    pub is_author: bool,
    /// Whether its period's first day is today or earlier.
    pub has_begun: bool,
    /// Whether it came with an import.
    pub in_batch: bool,
}

/// What an administrator can do to a price, in the order of its life.
pub fn available(status: PriceStatus, circumstances: Circumstances) -> Vec<PriceAction> {
    let Circumstances { is_author, has_begun, in_batch } = circumstances;
    let open = |action: &PriceAction| {
        next(status, *action).is_ok()
            && stands_alone(status, in_batch).is_ok()
            && match action {
                PriceAction::Change => is_author,
                PriceAction::Submit => true,
                PriceAction::Publish | PriceAction::Reject => !is_author,
                PriceAction::Withdraw => may_withdraw(status, has_begun).is_ok(),
            }
    };
    PriceAction::ALL.iter().copied().filter(open).collect()
}

/// What an administrator can do to a batch as a whole.
pub fn available_to_batch(status: PriceStatus, is_author: bool) -> Vec<PriceAction> {
    let decisions = [PriceAction::Publish, PriceAction::Reject];
    decisions.into_iter().filter(|action| !is_author && next(status, *action).is_ok()).collect()
}

/// A period as people write it, with its last day: `1 April 2017 to 30 September 2017`.
fn written(period: &Period) -> String {
    let from = london::written(period.from);
    match period.to.map(|to| to.pred_opt().unwrap_or(to)) {
        Some(last) => format!("{from} to {}", london::written(last)),
        None => format!("{from} on"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PriceStatus::{Draft, Published, Rejected, Submitted, Withdrawn};
    use chrono::NaiveDate;

    fn code(status: PriceStatus, action: PriceAction) -> PriceRefusal {
        next(status, action).expect_err("refused").code
    }

    #[test]
    fn a_price_goes_from_draft_over_approval_to_the_card() {
        assert_eq!(next(Draft, PriceAction::Submit), Ok(Submitted));
        assert_eq!(next(Submitted, PriceAction::Publish), Ok(Published));
        assert_eq!(next(Submitted, PriceAction::Reject), Ok(Rejected));
        for status in [Draft, Submitted, Published] {
            assert_eq!(next(status, PriceAction::Withdraw), Ok(Withdrawn));
        }
    }

    #[test]
    fn nothing_skips_approval() {
        assert_eq!(code(Draft, PriceAction::Publish), PriceRefusal::NotSubmitted);
        assert_eq!(code(Published, PriceAction::Reject), PriceRefusal::NotSubmitted);
        assert_eq!(code(Published, PriceAction::Submit), PriceRefusal::NotDraft);
    }

    #[test]
    fn what_was_rejected_or_withdrawn_stays_so() {
        for &action in PriceAction::ALL {
            assert_eq!(code(Rejected, action), PriceRefusal::Ended);
            assert_eq!(code(Withdrawn, action), PriceRefusal::Ended);
        }
    }

    #[test]
    fn nobody_approves_what_they_wrote() {
        assert_eq!(may_approve(7, 7).expect_err("own").code, PriceRefusal::OwnDraft);
        assert_eq!(may_approve(7, 8), Ok(()));
    }

    #[test]
    fn a_published_price_is_withdrawn_before_it_begins_and_never_after() {
        assert_eq!(may_withdraw(Published, false), Ok(()));
        assert_eq!(may_withdraw(Published, true).expect_err("begun").code, PriceRefusal::AlreadyStarted);
        assert_eq!(may_withdraw(Draft, true), Ok(()));
    }

    #[test]
    fn the_author_may_submit_and_withdraw_and_the_second_administrator_decides() {
        let author = Circumstances { is_author: true, has_begun: false, in_batch: false };
        let second = Circumstances { is_author: false, ..author };
        assert_eq!(
            available(Draft, author),
            [PriceAction::Change, PriceAction::Submit, PriceAction::Withdraw]
        );
        assert_eq!(available(Draft, second), [PriceAction::Submit, PriceAction::Withdraw]);
        assert_eq!(available(Submitted, author), [PriceAction::Withdraw]);
        assert_eq!(
            available(Submitted, second),
            [PriceAction::Publish, PriceAction::Reject, PriceAction::Withdraw]
        );
        assert_eq!(available(Published, second), [PriceAction::Withdraw]);
        assert!(available(Published, Circumstances { has_begun: true, ..second }).is_empty());
        assert!(available(Rejected, second).is_empty());
    }

    #[test]
    fn a_price_of_a_batch_is_decided_with_the_batch_and_withdrawn_by_itself() {
        let second = Circumstances { is_author: false, has_begun: false, in_batch: true };
        assert!(available(Submitted, second).is_empty());
        assert_eq!(stands_alone(Submitted, true).expect_err("batch").code, PriceRefusal::Batch);
        assert_eq!(available(Published, second), [PriceAction::Withdraw]);
        assert_eq!(available_to_batch(Submitted, false), [PriceAction::Publish, PriceAction::Reject]);
        assert!(available_to_batch(Submitted, true).is_empty());
        assert!(available_to_batch(Published, false).is_empty());
    }

    #[test]
    fn a_draft_is_changed_by_its_author_alone() {
        assert_eq!(next(Draft, PriceAction::Change), Ok(Draft));
        assert_eq!(code(Submitted, PriceAction::Change), PriceRefusal::NotDraft);
        assert_eq!(may_change(7, 7), Ok(()));
        assert_eq!(may_change(7, 8).expect_err("another's").code, PriceRefusal::NotPermitted);
    }

    #[test]
    fn only_actions_that_would_be_taken_are_offered() {
        for &status in PriceStatus::ALL {
            for facts in 0..8 {
                let circumstances = Circumstances {
                    is_author: facts & 1 != 0,
                    has_begun: facts & 2 != 0,
                    in_batch: facts & 4 != 0,
                };
                for action in available(status, circumstances) {
                    assert!(next(status, action).is_ok());
                }
            }
        }
    }

    #[test]
    fn a_price_is_zero_or_more_and_not_beyond_measure() {
        assert_eq!(check_price(0), Ok(()));
        assert_eq!(check_price(HIGHEST), Ok(()));
        assert_eq!(check_price(-1).expect_err("negative").code, PriceRefusal::NegativePrice);
        assert_eq!(check_price(HIGHEST + 1).expect_err("too high").code, PriceRefusal::PriceTooHigh);
    }

    #[test]
    fn a_period_is_written_with_its_last_day() {
        let date =
            |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar");
        let half = Period { from: date(2017, 4, 1), to: Some(date(2017, 10, 1)) };
        assert_eq!(written(&half), "1 April 2017 to 30 September 2017");
        assert_eq!(written(&Period { to: None, ..half }), "1 April 2017 on");
    }
}
