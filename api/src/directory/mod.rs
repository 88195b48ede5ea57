//! The directory: the services of the network, what they are for, and what they ask of a referral.
//!
//! A rate-card administrator keeps services and criteria; everybody reads them. A criterion is a row of one
//! service or of a whole provider, with its own dates, so that changing a row changes the answer at
//! submission. A service that closes says from which day and why. Nothing is deleted.

pub mod facts;
pub mod graphql;
pub mod reads;
pub mod search;
pub mod service;
