//! Eligibility as GraphQL shows it.

mod inputs;
pub mod mutations;
mod queries;
mod types;

pub use inputs::{CaseFactsInput, OverrideEligibilityInput, ReferralFactsInput, SuitabilityFactInput};
pub use mutations::EligibilityMutation;
pub use queries::{EligibilityQuery, bare, supposed};
pub use types::{Eligibility, Override, Reason, UnmetCriterion};
