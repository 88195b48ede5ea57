//! Cost of delivery: what a unit of a service costs its provider, as the provider states it.
//!
//! The provider's managers state it for a day and all that follow, until the next statement's first day. Nothing is
//! charged by it, so that it may be stated for the past. A correction supersedes, and what was stated stays to be read.
//! It is the provider's own to know, and an inspector's: neither who buys nor who commissions sees it, nor a margin that
//! would tell it.

pub mod graphql;
pub mod reads;
pub mod service;
