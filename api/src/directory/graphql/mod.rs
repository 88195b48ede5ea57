//! Services and criteria as GraphQL shows them.

mod facts;
mod inputs;
pub mod mutations;
mod queries;
mod types;
mod versions;

pub use facts::{
    ServiceArea, ServiceAreaInput, ServiceAvailability, ServiceAvailabilityInput, ServiceFactsInput,
    ServiceVenue, ServiceVenueInput,
};
pub use inputs::{
    AddCriterionInput, AddServiceInput, ApproveServiceInput, ChangeCriterionInput, ChangeServiceInput,
};
pub use mutations::DirectoryMutation;
pub use queries::DirectoryQuery;
pub use types::{Criterion, CriterionKin, Service, ServiceKin};
pub use versions::CriterionVersion;
