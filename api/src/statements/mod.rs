//! Statements: what each side owes each provider for a month, service by service.
//!
//! A statement adds up the lines of the charges that were posted, and reckons nothing anew: so it agrees to the penny
//! with the charges, and they with the sessions. A line belongs to the month of its day of delivery, and what takes it
//! back or corrects it to the same one. Everybody is shown the sum of the charges that they may see, and no person
//! stands on it. It can be shown as it was at an earlier moment, because lines are only ever added.

mod export;
pub mod graphql;
pub mod reads;
