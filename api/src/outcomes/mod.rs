//! Outcomes: what a service came to for a person.
//!
//! Named instruments with a bounded scale measure a need at start and end; the change is computed only between
//! the same instrument. Qualifications are kept with their level, and every desired outcome gets its result in
//! the end-of-service report. Who delivers the referral records; both of its sides read. Nothing recorded is
//! edited: a correction supersedes what it corrects and says why.

pub mod graphql;
pub mod reads;
pub mod service;
