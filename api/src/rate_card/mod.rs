//! The rate card: what a service costs, on which day, by whose decision.
//!
//! A price is a version for a period of days. One rate-card administrator drafts or imports it, a second one
//! publishes it; a published version is never edited, only closed by its successor or withdrawn before it
//! begins. Cards come and go as CSV, in the format of spreadsheets; a percentage over
//! a filter is one batch; what a change would have done to past spending is shown beforehand. What a referral costs it keeps from the
//! day of its submission; nothing here moves that.

mod export;
pub mod graphql;
pub mod history;
pub mod import;
pub mod preview;
pub mod reads;
pub mod service;
