//! What should this person get? The assessed needs of a case, and what stands against each; the services that fit.
//!
//! A service is held against the case as at submission, and ranked by what it does for needs against which nothing
//! stands, by RAR days, times, reach, wait and cost (`rules::recommendation`). For a proposal to a court the same is answered
//! on facts that name nobody, and put on one printed page. The number of statements depends neither on services nor on
//! referrals. It only reads.

pub mod graphql;
mod parts;
pub mod reads;
pub mod standings;
mod summary;
