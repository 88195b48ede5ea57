//! What providers' managers do to cohorts, and what both sides do about places in them.

mod cohorts;
mod line;
mod seeking;
mod standing;

use rules::places::PlaceRefusal;
use rules::text::Codes;

pub use cohorts::{cancel_cohort, change_cohort, read_times, schedule_cohort};
pub use seeking::{book_place, join_waiting_list};
pub use standing::{accept_offer, decline_offer, give_up_place, leave_waiting_list, release};

const TEXT: Codes<PlaceRefusal> = Codes {
    missing: PlaceRefusal::Required,
    too_long: PlaceRefusal::TooLong,
    invalid: PlaceRefusal::Invalid,
};
