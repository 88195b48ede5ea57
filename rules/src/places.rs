//! Places in cohorts: the calendar, the line for places, offers that lapse, and how long people wait.
//!
//! Nothing here waits for a clock: what time does to a line follows from the line and the instant at which somebody
//! looks. So it makes no difference how often, or by whom, it is looked at.

use crate::term;

mod cohort;
mod line;
mod standing;
mod wait;

pub use cohort::{
    MOST_FACILITATORS, MOST_LDUS, MOST_PLACES, MOST_TIMES, Plan, WeeklyTime, check_plan, closes_at,
    next_start,
};
pub use line::{Entry, Line, Room, Wanted};
pub use standing::{actions, cohort_actions, may_stand};
pub use wait::{ExpectedWait, FEWEST_STARTS, LAST_STARTS, Start, expected_wait};

term! {
    /// Why an act on a cohort or a place is refused.
    PlaceRefusal {
        /// Every place of the cohort is taken, or kept for somebody in line.
        NoPlaceLeft "no_place_left" "NO_PLACE_LEFT" "No place left";
        /// There is a place: it can be booked, and nobody has to wait for it.
        PlacesLeft "places_left" "PLACES_LEFT" "Places left";
        /// The referral has a place, an offer, or stands in line already.
        AlreadyPlaced "already_placed" "ALREADY_PLACED" "Already placed";
        /// The cohort takes nobody any more: it has begun, or is over.
        Closed "closed" "CLOSED" "Closed";
        /// The cohort was cancelled.
        CohortCancelled "cohort_cancelled" "COHORT_CANCELLED" "Cohort cancelled";
        /// The offer has lapsed.
        OfferLapsed "offer_lapsed" "OFFER_LAPSED" "Offer lapsed";
        /// The place is not in a status in which this is done.
        WrongStatus "wrong_status" "WRONG_STATUS" "Wrong status";
        /// The referral is a draft, or has ended.
        ReferralNotOpen "referral_not_open" "REFERRAL_NOT_OPEN" "Referral not open";
        /// The referral is to another service.
        OtherService "other_service" "OTHER_SERVICE" "Other service";
        /// The act is somebody else's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// More people have a place than there would be places.
        TooFewPlaces "too_few_places" "TOO_FEW_PLACES" "Too few places";
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
    }
    /// What can be done with a cohort.
    CohortAction {
        /// Change its venue, times, places or facilitators: `changeCohort`.
        Change "change" "CHANGE" "Change";
        /// Cancel it, with a reason: `cancelCohort`.
        Cancel "cancel" "CANCEL" "Cancel";
        /// Book a place for a referral: `bookPlace`.
        Book "book" "BOOK" "Book a place";
        /// Join its waiting list with a referral: `joinWaitingList`.
        JoinWaitingList "join_waiting_list" "JOIN_WAITING_LIST" "Join the waiting list";
    }
    /// What can be done with a place.
    PlaceAction {
        /// Take the place that is offered: `acceptOffer`.
        Accept "accept" "ACCEPT" "Accept the offer";
        /// Let the next in line have it: `declineOffer`.
        Decline "decline" "DECLINE" "Decline the offer";
        /// Leave the line: `leaveWaitingList`.
        Leave "leave" "LEAVE" "Leave the waiting list";
        /// Give up the place: `giveUpPlace`.
        GiveUp "give_up" "GIVE_UP" "Give up the place";
    }
}

#[cfg(test)]
mod tests;
