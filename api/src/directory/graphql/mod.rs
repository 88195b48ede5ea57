//! Services and criteria as GraphQL shows them.

mod inputs;
pub mod mutations;
mod queries;
mod types;

pub use inputs::{AddCriterionInput, AddServiceInput, ChangeCriterionInput, ChangeServiceInput};
pub use mutations::DirectoryMutation;
pub use queries::DirectoryQuery;
pub use types::{Criterion, CriterionKin, Service, ServiceKin};
