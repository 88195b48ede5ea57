//! Budgets: what each local delivery unit may spend in a period, and where it stands.
//!
//! The managers of the organisation that an LDU belongs to set its budget for a period, a financial year for instance.
//! Delivered is what was charged for deliveries on its days to the cases of the LDU; committed is what the live
//! referrals still cost at the prices that they keep, as far as it was not charged. A change supersedes, and what was
//! set stays to be read. Each manager is shown the sums of what they may see, so that no limited-access case shows.

pub mod graphql;
pub mod reads;
pub mod service;
