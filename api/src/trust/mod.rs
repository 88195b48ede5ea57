//! Whom the network trusts: issuers that organisations bring, API clients of our own issuer, and what was taken
//! back of what either issued.
//!
//! System administrators keep it, two of them together: who sets an issuer's keys, or is shown a client's secret,
//! never approves it, because with either they could speak for people whose cases they may not see. Inspectors read.

pub mod graphql;
pub mod reads;
pub mod service;
