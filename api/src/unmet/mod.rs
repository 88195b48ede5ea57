//! Unmet need: people who could have a service that works on an assessed need of theirs, and were referred to nothing for it.
//!
//! What stands against a need is what `recommendations` says of it, and whether a service can be used what `eligibility`
//! says; items that come with a referral are taken to be supplied. Those who see cases are shown them, page by page;
//! managers and inspectors count them by service, need or area, over the cases that they see. Candidates are narrowed by the
//! database, and the rules held against the facts of all of them, read in as many statements as of one. It only reads.

pub mod graphql;
mod offers;
mod people;
pub mod reads;
