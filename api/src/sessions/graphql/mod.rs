//! Sessions as GraphQL shows them.

pub mod inputs;
pub mod mutations;
pub mod queries;
mod records;
mod types;

pub use mutations::SessionsMutation;
pub use queries::SessionsQuery;
pub use records::{Attendance, Feedback};
pub use types::{AttendanceTotals, GroupSession, Session, SessionChange};
