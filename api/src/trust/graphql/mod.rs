//! Trust as GraphQL shows it.

mod inputs;
pub mod mutations;
mod queries;
mod types;

pub use inputs::{
    AddApiClientInput, AddTrustedIssuerInput, ApproveClientSecretInput, ApproveTrustedIssuerInput,
    ChangeApiClientInput, ChangeTrustedIssuerInput, RevokeAccessInput, RotateClientSecretInput,
};
pub use mutations::TrustMutation;
pub use queries::TrustQuery;
pub use types::{ApiClient, ClientSecret, Revocation, TrustedIssuer};
