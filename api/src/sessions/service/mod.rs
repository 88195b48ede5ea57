//! What providers and officers do to sessions.

mod attendance;
mod diary;
mod feedback;
mod group;
mod group_life;
mod schedule;
mod side;

use rules::sessions::SessionRefusal;
use rules::text::Codes;

pub use attendance::{correct_attendance, judge_absence, record_attendance};
pub use diary::with_attendance;
pub use feedback::{correct_feedback, submit_feedback};
pub use group::{ForOne, Register, record_group_attendance, schedule_group_session};
pub use group_life::{cancel_group_session, join_group_session, reschedule_group_session};
pub use schedule::{cancel_session, reschedule_session, schedule_session};
pub use side::available;

const TEXT: Codes<SessionRefusal> = Codes {
    missing: SessionRefusal::Required,
    too_long: SessionRefusal::TooLong,
    invalid: SessionRefusal::Invalid,
};
