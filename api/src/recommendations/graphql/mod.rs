//! Recommendations as GraphQL shows them.

mod queries;
mod types;
mod why;

pub use queries::RecommendationsQuery;
pub use types::{AssessedNeed, Recommendation, Recommendations};
pub use why::Why;
