//! Issuers, clients and revocations.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, api_client, client_secret, organisation, person, revocation, trusted_issuer};
use rules::terms::Role;
use rules::trust::{RevocationKind, SigningAlgorithm, TokenType};

use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::cut::{Cut, cut};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::organisations::reads::{named, organisations};
use crate::store::kin::{Member, ToMany, ToOne};
use crate::trust::reads;

/// A trusted issuer with what was read for it.
pub struct TrustedIssuer(pub Member<trusted_issuer::Model, TrustedIssuerKin>);

/// What hangs on trusted issuers.
#[derive(Default)]
pub struct TrustedIssuerKin {
    organisation: ToOne<Id<organisation::Entity>, Organisation>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

impl Node for TrustedIssuer {
    type Table = trusted_issuer::Entity;
    type Kin = TrustedIssuerKin;
    fn show(member: Member<trusted_issuer::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl TrustedIssuer {
    async fn named(
        &self,
        ctx: &Context<'_>,
        id: Option<Id<person::Entity>>,
    ) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = id?;
        let rows = self.0.rows();
        let all: Vec<_> = rows
            .iter()
            .map(|row| row.set_by_id)
            .chain(rows.iter().filter_map(|row| row.approved_by_id))
            .collect();
        self.0.kin().people.of(&id, || named(store(ctx), all.into_iter())).await.in_turn()
    }
}

/// An issuer of tokens that an organisation brought. Its tokens speak for that organisation's staff alone,
/// whatever they claim.
#[Object]
impl TrustedIssuer {
    /// Its identifier.
    fn id(&self) -> GlobalId<trusted_issuer::Entity> {
        self.0.id.into()
    }
    /// The organisation whose staff it speaks for.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let found =
            self.0.kin().organisation.of(&self.0.organisation_id, || organisations(store(ctx), ids()));
        found.await.in_turn()
    }
    /// The `iss` of its tokens.
    fn issuer(&self) -> &str {
        &self.0.issuer
    }
    /// The `aud` that its tokens must carry.
    fn audience(&self) -> &str {
        &self.0.audience
    }
    /// Its public keys as a JWKS; null where they are fetched.
    fn jwks(&self) -> Option<&str> {
        self.0.jwks.as_deref()
    }
    /// Where its public keys are fetched; null where they are given.
    fn jwks_url(&self) -> Option<&str> {
        self.0.jwks_url.as_deref()
    }
    /// The algorithms that its keys may have.
    fn algorithms(&self) -> Vec<Shown<SigningAlgorithm>> {
        self.0.algorithms.iter().copied().map(Shown).collect()
    }
    /// What its tokens say that they are.
    fn token_types(&self) -> Vec<Shown<TokenType>> {
        self.0.token_types.iter().copied().map(Shown).collect()
    }
    /// The claim that names the person.
    fn subject_claim(&self) -> &str {
        &self.0.subject_claim
    }
    /// What stands before that name in the person's `subject` here; null for nothing.
    fn subject_prefix(&self) -> Option<&str> {
        self.0.subject_prefix.as_deref()
    }
    /// The claim that lists the roles; null: people act in all their roles.
    fn roles_claim(&self) -> Option<&str> {
        self.0.roles_claim.as_deref()
    }
    /// Whether it is in use.
    fn active(&self) -> bool {
        self.0.active
    }
    /// Who made it what it is.
    async fn set_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.named(ctx, Some(self.0.set_by_id)).await
    }
    /// Who else approved that; null: nobody has, and its tokens are refused.
    async fn approved_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.named(ctx, self.0.approved_by_id).await
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was added.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// An API client with what was read for it.
pub struct ApiClient(pub Member<api_client::Model, ApiClientKin>);

/// What hangs on API clients.
#[derive(Default)]
pub struct ApiClientKin {
    organisation: ToOne<Id<organisation::Entity>, Organisation>,
    person: ToOne<Id<person::Entity>, NamedPerson>,
    secrets: ToMany<Id<api_client::Entity>, ClientSecret>,
}

impl Node for ApiClient {
    type Table = api_client::Entity;
    type Kin = ApiClientKin;
    fn show(member: Member<api_client::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A program of a partner, such as the server of a front end, that gets tokens of its own at `POST /oauth/token`.
#[Object]
impl ApiClient {
    /// Its identifier, which is its OAuth `client_id`.
    fn id(&self) -> GlobalId<api_client::Entity> {
        self.0.id.into()
    }
    /// Its name.
    fn name(&self) -> &str {
        &self.0.name
    }
    /// The organisation it belongs to.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let found =
            self.0.kin().organisation.of(&self.0.organisation_id, || organisations(store(ctx), ids()));
        found.await.in_turn()
    }
    /// As whom it acts.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.person_id);
        self.0.kin().person.of(&self.0.person_id, || named(store(ctx), ids())).await.in_turn()
    }
    /// The roles it may act in, as far as the person has them.
    fn roles(&self) -> Vec<Shown<Role>> {
        self.0.roles.iter().copied().map(Shown).collect()
    }
    /// Whether it gets tokens.
    fn active(&self) -> bool {
        self.0.active
    }
    /// Its secrets, the newest first, those that have ended among them. What they are nobody knows here.
    async fn secrets(&self, ctx: &Context<'_>) -> Result<Cut<'_, ClientSecret>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        cut(ctx, self.0.kin().secrets.of(&self.0.id, || reads::secrets(store(ctx), ids())).await)
    }
    /// Counts its changes and its secrets'; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was added.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A client's secret with what was read for it.
pub struct ClientSecret(pub Member<client_secret::Model, ClientSecretKin>);

/// What hangs on secrets.
#[derive(Default)]
pub struct ClientSecretKin {
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

impl ClientSecret {
    async fn named(
        &self,
        ctx: &Context<'_>,
        id: Option<Id<person::Entity>>,
    ) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = id?;
        let rows = self.0.rows();
        let all: Vec<_> = rows
            .iter()
            .map(|row| row.shown_to_id)
            .chain(rows.iter().filter_map(|row| row.approved_by_id))
            .collect();
        self.0.kin().people.of(&id, || named(store(ctx), all.into_iter())).await.in_turn()
    }
}

/// That a client has a secret, and since when; never what it is.
#[Object]
impl ClientSecret {
    /// When it was made.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// When it ends or ended, once another replaces it; null: it does not end yet.
    fn expires_at(&self) -> Option<DateTime<Utc>> {
        self.0.expires_at
    }
    /// Who was shown it.
    async fn shown_to(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.named(ctx, Some(self.0.shown_to_id)).await
    }
    /// Who else approved it; null: nobody has, and it proves nothing.
    async fn approved_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        self.named(ctx, self.0.approved_by_id).await
    }
}

/// A revocation with what was read for it.
pub struct Revocation(pub Member<revocation::Model, RevocationKin>);

/// What hangs on revocations.
#[derive(Default)]
pub struct RevocationKin {
    by: ToOne<Id<person::Entity>, NamedPerson>,
}

impl Node for Revocation {
    type Table = revocation::Entity;
    type Kin = RevocationKin;
    fn show(member: Member<revocation::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A token, or all tokens of a client or a person so far, taken back. It stands for ever.
#[Object]
impl Revocation {
    /// Its identifier.
    fn id(&self) -> GlobalId<revocation::Entity> {
        self.0.id.into()
    }
    /// What was taken back.
    fn kind(&self) -> Shown<RevocationKind> {
        self.0.kind.into()
    }
    /// Whose: the token's `jti`, or the identifier of the client or the person.
    fn value(&self) -> &str {
        &self.0.value
    }
    /// When: of a client or a person, tokens issued until then.
    fn revoked_at(&self) -> DateTime<Utc> {
        self.0.revoked_at
    }
    /// Why.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who took it back.
    async fn by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.by_id);
        self.0.kin().by.of(&self.0.by_id, || named(store(ctx), ids())).await.in_turn()
    }
}

keyed!(ClientSecret);
