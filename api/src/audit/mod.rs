//! The audit: who changed what, when, for which organisation, through which operation.
//!
//! Every change is recorded in its own transaction by the store; nothing is ever taken from the record or edited
//! in it. This room only reads it, and only auditors and inspectors come in. They find events by case, row,
//! person, operation and time, the latest first.

pub mod graphql;
pub mod reads;
