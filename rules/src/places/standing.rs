//! Who may do what with cohorts and places.

use super::{CohortAction, PlaceAction, PlaceRefusal};
use crate::Refusal;
use crate::referrals::Capacity;
use crate::terms::{PlaceStatus, ReferralStatus};

/// Whether somebody who stands to a referral in these capacities may seek or give up a place for it: its responsible
/// officer and their manager, and the provider's manager, once it was submitted and until it ends.
pub fn may_stand(status: ReferralStatus, capacities: &[Capacity]) -> Result<(), Refusal<PlaceRefusal>> {
    use ReferralStatus::{
        Accepted, Completed, Declined, Draft, EndedEarly, InProgress, Submitted, Withdrawn,
    };
    let theirs = |capacity: &Capacity| matches!(capacity, Capacity::Holder | Capacity::ProviderManager);
    if !capacities.iter().any(theirs) {
        let message = "Places are kept by the responsible officer, their manager or the provider's manager.";
        return Err(Refusal::new(PlaceRefusal::NotPermitted, message));
    }
    let message = match status {
        Submitted | Accepted | InProgress => return Ok(()),
        Draft => "The referral is a draft: submit it first.",
        Declined | Completed | EndedEarly | Withdrawn => "The referral has ended.",
    };
    Err(Refusal::of(PlaceRefusal::ReferralNotOpen, "referralId", message))
}

/// What can be done with a place by those who may.
pub fn actions(status: PlaceStatus) -> &'static [PlaceAction] {
    match status {
        PlaceStatus::Waiting => &[PlaceAction::Leave],
        PlaceStatus::Offered => &[PlaceAction::Accept, PlaceAction::Decline],
        PlaceStatus::Booked => &[PlaceAction::GiveUp],
        PlaceStatus::GivenUp
        | PlaceStatus::Declined
        | PlaceStatus::Lapsed
        | PlaceStatus::Left
        | PlaceStatus::Cancelled
        | PlaceStatus::Ended => &[],
    }
}

/// What can be done with a cohort: by who `keeps` it as its provider's manager, and by who `places` people. Whether a
/// place can be booked, or a line joined, is a matter of its places; an `open` one takes people.
pub fn cohort_actions(
    keeps: bool,
    places: bool,
    cancelled: bool,
    open: bool,
    left: i32,
) -> Vec<CohortAction> {
    let mut actions = Vec::new();
    if keeps && !cancelled {
        actions.extend([CohortAction::Change, CohortAction::Cancel]);
    }
    if places && open && !cancelled {
        actions.push(if left > 0 { CohortAction::Book } else { CohortAction::JoinWaitingList });
    }
    actions
}
