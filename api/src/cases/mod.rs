//! Cases: people under supervision, by CRN, with what services' rules need to know of them.
//!
//! A court officer registers a person and allocates the case to the NPS or a CRC, or an extract of the case
//! management system is imported. The organisation that holds the case keeps it: its officers see it, its
//! managers name the responsible officer and restrict who may see it. Providers never see a case; they see
//! what a referral shares of it.

pub mod graphql;
pub mod import;
pub mod reads;
pub mod service;
pub mod suitability;
