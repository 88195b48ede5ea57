//! Alerts on prices: margins and unit costs that pass a threshold.
//!
//! Those who keep the CRC's prices watch its margin, a provider's managers their own margin and cost; nobody watches what
//! they may not see. A threshold is a row, of one service or of all; it is ended, and stays to be read. Alerts are
//! reckoned when they are read, from the prices and costs that the caller sees on that day.

pub mod graphql;
pub mod reads;
pub mod service;
