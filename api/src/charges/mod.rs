//! Charges: what a referral costs, unit by unit.
//!
//! A referral keeps the price of the day on which it was first submitted. What is owed at that price follows
//! from its sessions alone; whenever one is recorded, corrected, judged or cancelled, the difference to what
//! stands is posted in the same transaction: reversals, then charges. Lines are only ever added, so that
//! exactly one charge stands for each unit delivered and everything before it can still be read. A wrong
//! charge is corrected by an adjustment that names it.

pub mod graphql;
pub mod reads;
pub mod service;
pub mod unit;
