//! What clients send about trust.

use async_graphql::{InputObject, MaybeUndefined};
use entity::{api_client, organisation, person, trusted_issuer};
use rules::terms::Role;
use rules::trust::{SigningAlgorithm, TokenType};

use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// A new trusted issuer. Give its keys either as they are or by their address.
#[derive(InputObject)]
pub struct AddTrustedIssuerInput {
    /// The organisation whose staff it speaks for, and no other's. The operator brings none.
    pub organisation_id: GlobalId<organisation::Entity>,
    /// The `iss` of its tokens, to the letter; unique in the network; at most 200 characters.
    pub issuer: String,
    /// The `aud` that its tokens must carry; at most 200 characters.
    pub audience: String,
    /// Its public keys as a JWKS (RFC 7517); at most 65,536 characters. Of each key `kid` is required.
    pub jwks: Option<String>,
    /// Where its public keys are: an `https` address; at most 1,000 characters. They are fetched again every ten
    /// minutes, and at once when a token names a key that is not known.
    pub jwks_url: Option<String>,
    /// The algorithms that its keys may have; all of them unless said.
    pub algorithms: Option<Vec<Shown<SigningAlgorithm>>>,
    /// What its tokens say that they are; `AT_JWT` alone unless said.
    pub token_types: Option<Vec<Shown<TokenType>>>,
    /// The claim that names the person; `sub` unless said. Choose one that people cannot change themselves.
    pub subject_claim: Option<String>,
    /// What stands before that name in the person's `subject` here; at most 200 characters.
    pub subject_prefix: Option<String>,
    /// The claim that lists the roles, each as `provider_worker`; left out: people act in all their roles.
    pub roles_claim: Option<String>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change to a trusted issuer. What is left out stays as it is; null empties it. Any change but `active: false`
/// has to be approved by another administrator before tokens of the issuer are accepted again.
#[derive(InputObject)]
pub struct ChangeTrustedIssuerInput {
    /// The issuer.
    pub id: GlobalId<trusted_issuer::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The `aud` that its tokens must carry; at most 200 characters.
    pub audience: Option<String>,
    /// Its public keys as a JWKS, from now on instead of an address; at most 65,536 characters.
    pub jwks: Option<String>,
    /// Where its public keys are, from now on instead of a JWKS; at most 1,000 characters.
    pub jwks_url: Option<String>,
    /// The algorithms that its keys may have.
    pub algorithms: Option<Vec<Shown<SigningAlgorithm>>>,
    /// What its tokens say that they are.
    pub token_types: Option<Vec<Shown<TokenType>>>,
    /// The claim that names the person.
    pub subject_claim: Option<String>,
    /// What stands before that name in the person's `subject` here; at most 200 characters.
    pub subject_prefix: MaybeUndefined<String>,
    /// The claim that lists the roles; null: people act in all their roles.
    pub roles_claim: MaybeUndefined<String>,
    /// Whether it is in use: `false` ends the access of its tokens within seconds.
    pub active: Option<bool>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The approval of a trusted issuer.
#[derive(InputObject)]
pub struct ApproveTrustedIssuerInput {
    /// The issuer.
    pub id: GlobalId<trusted_issuer::Entity>,
    /// The version that you read, and approve.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A new API client.
#[derive(InputObject)]
pub struct AddApiClientInput {
    /// As whom it acts: a member of staff, or better an account added for it among them. It belongs to their
    /// organisation.
    pub person_id: GlobalId<person::Entity>,
    /// Its name; at most 200 characters.
    pub name: String,
    /// The roles it may act in, at least one, of those that the person has.
    pub roles: Vec<Shown<Role>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer, without the secret.
    pub idempotency_key: Option<String>,
}

/// A change to an API client. What is left out stays as it is. What takes something from it ends its tokens within
/// seconds; it gets new ones for what is left.
#[derive(InputObject)]
pub struct ChangeApiClientInput {
    /// The client.
    pub id: GlobalId<api_client::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Its name; at most 200 characters.
    pub name: Option<String>,
    /// Whether it gets tokens.
    pub active: Option<bool>,
    /// All roles that it may act in from now on.
    pub roles: Option<Vec<Shown<Role>>>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A new secret for an API client.
#[derive(InputObject)]
pub struct RotateClientSecretInput {
    /// The client.
    pub id: GlobalId<api_client::Entity>,
    /// The version that you read.
    pub version: i32,
    /// For how many hours the present secrets go on counting once the new one is approved: 0 to 168.
    pub overlap_hours: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer, without the secret.
    pub idempotency_key: Option<String>,
}

/// The approval of a client's newest secret.
#[derive(InputObject)]
pub struct ApproveClientSecretInput {
    /// The client.
    pub id: GlobalId<api_client::Entity>,
    /// The version that you read, and approve.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// What is taken back. Name exactly one: a token, a client or a person.
#[derive(InputObject)]
pub struct RevokeAccessInput {
    /// The `jti` of a token; at most 200 characters.
    pub jti: Option<String>,
    /// A client: every token issued to it so far. It goes on getting new ones; to stop that too, change it.
    pub client_id: Option<GlobalId<api_client::Entity>>,
    /// A person: every token issued for them so far, by whatever issuer. They can sign in anew; who left is changed.
    pub person_id: Option<GlobalId<person::Entity>>,
    /// Why; at most 200 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
