//! Variations: what a referral is expected to cost changes with approval, and not otherwise.
//!
//! Whoever holds the case or manages its delivery proposes another number of units, with the reason; a team manager on the
//! side that pays, who sets what its LDUs may spend, approves or declines it, and never the author. The price of a unit
//! stays that of the day of submission: who delivers proposes units, and need not see what they cost. What was approved is
//! what the referral, its price and the budgets expect from then on; every proposal stays to be read, whatever became of it.

pub mod graphql;
pub mod reads;
pub mod service;
