//! The audit: who changed what, and who read whose record, when, for which organisation, through which operation.
//!
//! Every change is recorded in its own transaction by the store; nothing is ever taken from the record or edited
//! in it. Auditors and inspectors find changes by case, row, person, operation and time, the latest first.
//!
//! Readings are recorded by [`queue`], in batches, a moment after the answer: [`watch`] takes a place there before
//! anything is read. Auditors, and the managers of who holds a case, see who looked at it. `sealer` chains what
//! was committed, and `verify-audit` on the command line finds where somebody tampered with it: docs/audit.md.

pub mod graphql;
pub mod identifiers;
pub mod keeping;
pub mod queue;
pub mod readings;
pub mod reads;
mod sealer;
pub mod watch;
