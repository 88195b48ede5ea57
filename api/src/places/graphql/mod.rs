//! Cohorts and places as GraphQL shows them.

mod inputs;
pub mod mutations;
mod place;
mod queries;
mod types;
mod wait;

pub use inputs::*;
pub use mutations::PlacesMutation;
pub use place::{Place, PlaceKin};
pub use queries::PlacesQuery;
pub use types::{Cohort, CohortKin};
pub use wait::{ExpectedWait, Waits};
