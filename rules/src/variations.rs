//! Variations: more or fewer units of a service than a referral was sent for, and so another expected total. Whoever
//! delivers or holds the case proposes one; another person, on the side that pays, approves it.

use crate::rate_card::{HIGHEST_TOTAL, format_money};
use crate::referrals::{Capacity, MOST_UNITS};
use crate::terms::ReferralStatus;
use crate::text::Codes;
use crate::{Refusal, Term, term};

term! {
    /// Where a variation stands.
    VariationStatus {
        /// It awaits the decision of the side that pays.
        Proposed "proposed" "PROPOSED" "Proposed";
        /// It was approved, and what the referral expects follows it.
        Approved "approved" "APPROVED" "Approved";
        /// It was declined: nothing changes.
        Declined "declined" "DECLINED" "Declined";
        /// Its author took it back: nothing changes.
        Withdrawn "withdrawn" "WITHDRAWN" "Withdrawn";
    }
    /// What can be done to a variation.
    VariationAction {
        /// Approve it, on the side that pays and not as its author.
        Approve "approve" "APPROVE" "Approve";
        /// Decline it, on the side that pays and not as its author.
        Decline "decline" "DECLINE" "Decline";
        /// Take it back, as its author.
        Withdraw "withdraw" "WITHDRAW" "Withdraw";
    }
    /// Why a variation, or a decision on one, is refused.
    VariationRefusal {
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// The referral expects as many units already.
        Unchanged "unchanged" "UNCHANGED" "Unchanged";
        /// The referral was not sent yet, or has ended.
        WrongStatus "wrong_status" "WRONG_STATUS" "Wrong status";
        /// Another variation of the referral awaits a decision.
        Duplicate "duplicate" "DUPLICATE" "Duplicate";
        /// The author of a variation does not decide on it.
        OwnProposal "own_proposal" "OWN_PROPOSAL" "Own proposal";
        /// The variation was decided on or taken back already.
        Decided "decided" "DECIDED" "Decided";
        /// The act is not this person's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
    }
}

/// The codes of what is wrong with a text.
pub const TEXT: Codes<VariationRefusal> = Codes {
    missing: VariationRefusal::Required,
    too_long: VariationRefusal::TooLong,
    invalid: VariationRefusal::Invalid,
};

/// Who stands how to a variation and to its referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Where the referral is in its life.
    pub referral: ReferralStatus,
    /// Whether the person is the variation's author.
    pub is_author: bool,
    /// Whether the person manages a team of the organisation that holds the case, on the side that pays.
    pub pays: bool,
}

/// A variation is proposed by who holds the case or manages its delivery: a worker does not settle what is bought.
pub fn may_propose(capacities: &[Capacity]) -> Result<(), Refusal<VariationRefusal>> {
    if capacities.iter().any(|capacity| matches!(capacity, Capacity::Holder | Capacity::ProviderManager)) {
        return Ok(());
    }
    let message = "A variation is proposed by the officers of the case or the provider's managers.";
    Err(Refusal::new(VariationRefusal::NotPermitted, message))
}

/// What is expected varies from submission to the end.
pub fn is_live(status: ReferralStatus) -> Result<(), Refusal<VariationRefusal>> {
    use ReferralStatus::{
        Accepted, Completed, Declined, Draft, EndedEarly, InProgress, Submitted, Withdrawn,
    };
    let advice = match status {
        Submitted | Accepted | InProgress => return Ok(()),
        Draft => "Edit the draft instead.",
        Declined | Completed | EndedEarly | Withdrawn => "What it cost is what was charged.",
    };
    let message = format!("The referral has the status \"{}\". {advice}", status.label());
    Err(Refusal::new(VariationRefusal::WrongStatus, message))
}

/// Everything that keeps `units` from being proposed for a referral that expects `present` ones. Of what they cost nothing
/// is said here: who delivers proposes, and need not see the price.
pub fn check_units(units: i32, present: i32) -> Option<Refusal<VariationRefusal>> {
    if !(1..=MOST_UNITS).contains(&units) {
        let message = format!("{units} units cannot be expected: give a number from 1 to {MOST_UNITS}.");
        return Some(Refusal::of(VariationRefusal::Invalid, "expectedUnits", message));
    }
    (units == present).then(|| {
        let message = format!("The referral expects {present} units already: give another number.");
        Refusal::of(VariationRefusal::Unchanged, "expectedUnits", message)
    })
}

/// The total of so many units at the price that the referral keeps, in pence.
pub fn varied_total(pence: i64, units: i32) -> Result<i64, Refusal<VariationRefusal>> {
    let total = pence.checked_mul(i64::from(units)).filter(|total| *total <= HIGHEST_TOTAL);
    total.ok_or_else(|| {
        let most = format_money(HIGHEST_TOTAL);
        let message = format!("So many units cost more than one referral can, which is {most}: decline it.");
        Refusal::new(VariationRefusal::Invalid, message)
    })
}

/// Where an action leads, or why this person may not take it. An approval asks for a referral that still lives; a
/// proposal for one that has ended can be declined or taken back.
pub fn next(
    status: VariationStatus,
    action: VariationAction,
    circumstances: &Circumstances,
) -> Result<VariationStatus, Refusal<VariationRefusal>> {
    match status {
        VariationStatus::Proposed => {}
        VariationStatus::Approved | VariationStatus::Declined | VariationStatus::Withdrawn => {
            let message =
                format!("The variation has the status \"{}\": propose another one.", status.label());
            return Err(Refusal::new(VariationRefusal::Decided, message));
        }
    }
    match action {
        VariationAction::Approve => {
            may_decide(circumstances)?;
            is_live(circumstances.referral)?;
            Ok(VariationStatus::Approved)
        }
        VariationAction::Decline => {
            may_decide(circumstances)?;
            Ok(VariationStatus::Declined)
        }
        VariationAction::Withdraw if circumstances.is_author => Ok(VariationStatus::Withdrawn),
        VariationAction::Withdraw => {
            let message = "A variation is taken back by its author alone: decline it instead.";
            Err(Refusal::new(VariationRefusal::NotPermitted, message))
        }
    }
}

fn may_decide(circumstances: &Circumstances) -> Result<(), Refusal<VariationRefusal>> {
    if !circumstances.pays {
        let message = "A variation is decided on by the team managers of the side that pays.";
        return Err(Refusal::new(VariationRefusal::NotPermitted, message));
    }
    if circumstances.is_author {
        let message = "You proposed this variation yourself: another manager has to decide on it.";
        return Err(Refusal::new(VariationRefusal::OwnProposal, message));
    }
    Ok(())
}

/// What a person can do to a variation now.
pub fn available(status: VariationStatus, circumstances: &Circumstances) -> Vec<VariationAction> {
    let open = |action: &VariationAction| next(status, *action, circumstances).is_ok();
    VariationAction::ALL.iter().copied().filter(open).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MANAGER: Circumstances =
        Circumstances { referral: ReferralStatus::InProgress, is_author: false, pays: true };

    fn code(action: VariationAction, circumstances: &Circumstances) -> VariationRefusal {
        next(VariationStatus::Proposed, action, circumstances).expect_err("refused").code
    }

    #[test]
    fn who_proposed_never_decides_and_alone_takes_back() {
        let author = Circumstances { is_author: true, ..MANAGER };
        assert_eq!(code(VariationAction::Approve, &author), VariationRefusal::OwnProposal);
        assert_eq!(code(VariationAction::Decline, &author), VariationRefusal::OwnProposal);
        assert_eq!(available(VariationStatus::Proposed, &author), [VariationAction::Withdraw]);
        assert_eq!(code(VariationAction::Withdraw, &MANAGER), VariationRefusal::NotPermitted);
        assert_eq!(
            available(VariationStatus::Proposed, &MANAGER),
            [VariationAction::Approve, VariationAction::Decline]
        );
    }

    #[test]
    fn only_the_side_that_pays_decides() {
        let other = Circumstances { pays: false, ..MANAGER };
        assert_eq!(code(VariationAction::Approve, &other), VariationRefusal::NotPermitted);
        assert!(available(VariationStatus::Proposed, &other).is_empty());
    }

    #[test]
    fn what_was_decided_stays_so() {
        for &status in
            [VariationStatus::Approved, VariationStatus::Declined, VariationStatus::Withdrawn].iter()
        {
            for is_author in [true, false] {
                let who = Circumstances { is_author, ..MANAGER };
                assert!(available(status, &who).is_empty());
            }
        }
    }

    #[test]
    fn what_has_ended_is_not_varied_and_what_was_proposed_of_it_is_cleared_away() {
        for &status in ReferralStatus::ALL {
            let ended = Circumstances { referral: status, ..MANAGER };
            let may = available(VariationStatus::Proposed, &ended);
            assert_eq!(may.contains(&VariationAction::Approve), is_live(status).is_ok(), "{status:?}");
            assert!(may.contains(&VariationAction::Decline), "{status:?}");
        }
        assert_eq!(is_live(ReferralStatus::Draft).expect_err("draft").code, VariationRefusal::WrongStatus);
    }

    #[test]
    fn a_worker_does_not_settle_what_is_bought() {
        assert_eq!(
            may_propose(&[Capacity::Worker]).expect_err("worker").code,
            VariationRefusal::NotPermitted
        );
        for capacity in [Capacity::Holder, Capacity::ProviderManager] {
            assert_eq!(may_propose(&[Capacity::Worker, capacity]), Ok(()));
        }
    }

    #[test]
    fn units_are_a_number_that_differs() {
        assert_eq!(check_units(12, 6), None);
        assert_eq!(check_units(6, 6).map(|it| it.code), Some(VariationRefusal::Unchanged));
        for units in [i32::MIN, 0, MOST_UNITS + 1] {
            assert_eq!(check_units(units, 6).map(|it| it.code), Some(VariationRefusal::Invalid));
        }
        assert_eq!(varied_total(5_700, 12), Ok(68_400));
        assert!(varied_total(i64::MAX, 2).is_err() && varied_total(HIGHEST_TOTAL, 2).is_err());
    }

    proptest! {
        #[test]
        fn a_total_is_the_units_at_the_price_and_never_beyond_what_can_be_billed(
            pence in 0_i64..=200_000_000, units in 1..=MOST_UNITS,
        ) {
            match varied_total(pence, units) {
                Ok(total) => prop_assert!(total == pence * i64::from(units) && total <= HIGHEST_TOTAL),
                Err(_) => prop_assert!(pence * i64::from(units) > HIGHEST_TOTAL),
            }
        }
    }
}
