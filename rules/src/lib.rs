//! The rules of the partner network, pure: no database, no GraphQL, no clock, nothing asynchronous.
//!
//! A file per room. Each rule takes facts and answers with a decision or a typed refusal; whoever
//! calls it loads the facts and saves the decision.

// A new status or role has to be thought of wherever one is decided on.
#![warn(clippy::wildcard_enum_match_arm)]

pub mod access;
pub mod alerts;
pub mod budgets;
pub mod cases;
pub mod charges;
pub mod costs;
pub mod crn;
pub mod demand;
pub mod directory;
pub mod london;
pub mod organisations;
pub mod outcomes;
pub mod places;
pub mod rate_card;
pub mod recommendation;
pub mod reference;
pub mod referrals;
pub mod refusal;
pub mod search;
pub mod sessions;
pub mod statements;
pub mod term;
pub mod terms;
pub mod text;
pub mod trust;
pub mod unmet;
pub mod variations;

pub use refusal::Refusal;
pub use term::Term;
