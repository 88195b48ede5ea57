//! Changes of trust.

use async_graphql::{Context, Object, SimpleObject};
use rules::trust::TrustRefusal;
use secrecy::ExposeSecret;

use super::{
    AddApiClientInput, AddTrustedIssuerInput, ApiClient, ApproveClientSecretInput, ApproveTrustedIssuerInput,
    ChangeApiClientInput, ChangeTrustedIssuerInput, Revocation, RevokeAccessInput, RotateClientSecretInput,
    TrustedIssuer,
};
use crate::auth::{FreshSecret, Watch};
use crate::error::Result;
use crate::graphql::act::{UserError, mutate, settle, store};
use crate::payloads;
use crate::store::Outcome;
use crate::trust::service::{clients, issuers, revoking};

payloads! {
    TrustRefusal;
    AddTrustedIssuerPayload { issuer: TrustedIssuer }
    ChangeTrustedIssuerPayload { issuer: TrustedIssuer }
    ApproveTrustedIssuerPayload { issuer: TrustedIssuer }
    ChangeApiClientPayload { client: ApiClient }
    ApproveClientSecretPayload { client: ApiClient }
    RevokeAccessPayload { revocation: Revocation }
}

/// A new client, and the only sight of its secret.
#[derive(SimpleObject)]
pub struct AddApiClientPayload {
    /// The client as it is now; null when the act was refused.
    pub client: Option<ApiClient>,
    /// Its secret, shown here and never again; null in a repeat. Another administrator has to approve it.
    pub secret: Option<String>,
    /// Why the rules refused; empty when it was done. When refused, nothing was changed.
    pub user_errors: Vec<UserError<TrustRefusal>>,
}

/// A client's new secret, for the only time.
#[derive(SimpleObject)]
pub struct RotateClientSecretPayload {
    /// The client as it is now; null when the act was refused.
    pub client: Option<ApiClient>,
    /// The new secret, shown here and never again; null in a repeat. Another administrator has to approve it.
    pub secret: Option<String>,
    /// Why the rules refused; empty when it was done. When refused, nothing was changed.
    pub user_errors: Vec<UserError<TrustRefusal>>,
}

/// What was made, with the secret if it was this call that made it.
struct Sight {
    client: Option<ApiClient>,
    secret: Option<String>,
    user_errors: Vec<UserError<TrustRefusal>>,
}

impl Sight {
    /// What is kept for a repeat of the call, `done`, holds no secret.
    async fn of(ctx: &Context<'_>, done: Outcome<clients::Made>, fresh: FreshSecret) -> Result<Self> {
        let made_here = done.as_ref().is_ok_and(|made| made.secret == fresh.id);
        let secret = made_here.then(|| fresh.text.expose_secret().to_owned());
        let (client, refused) = settle::<ApiClient>(ctx, done.map(|made| made.client)).await?;
        Ok(Self { client, secret, user_errors: UserError::all(refused) })
    }
}

/// Lets this server hear at once of what was just changed; the others ask within a second.
async fn heed(ctx: &Context<'_>) {
    store(ctx).rest().await;
    if let Some(watch) = ctx.data_opt::<Watch>()
        && let Err(fault) = watch.look().await
    {
        tracing::warn!(?fault, "what was changed will be heard of at the next look");
    }
}

/// Changes of this room.
#[derive(Default)]
pub struct TrustMutation;

#[Object]
impl TrustMutation {
    /// Adds the issuer of tokens of an organisation. It is trusted once another administrator has approved it.
    /// Roles: SYSTEM_ADMINISTRATOR.
    async fn add_trusted_issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddTrustedIssuerInput,
    ) -> Result<AddTrustedIssuerPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(issuers::add(write, input))).await?;
        AddTrustedIssuerPayload::answer(ctx, done).await
    }

    /// Changes a trusted issuer, or stops it. A change has to be approved anew. Roles: SYSTEM_ADMINISTRATOR.
    async fn change_trusted_issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangeTrustedIssuerInput,
    ) -> Result<ChangeTrustedIssuerPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(issuers::change(write, input))).await?;
        heed(ctx).await;
        ChangeTrustedIssuerPayload::answer(ctx, done).await
    }

    /// Approves a trusted issuer as it is; never by whoever made it so. Roles: SYSTEM_ADMINISTRATOR.
    async fn approve_trusted_issuer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ApproveTrustedIssuerInput,
    ) -> Result<ApproveTrustedIssuerPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(issuers::approve(write, input))).await?;
        heed(ctx).await;
        ApproveTrustedIssuerPayload::answer(ctx, done).await
    }

    /// Adds a program of a partner that gets tokens of its own, and shows its secret, once. The secret counts once
    /// another administrator has approved it. Roles: SYSTEM_ADMINISTRATOR.
    async fn add_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddApiClientInput,
    ) -> Result<AddApiClientPayload> {
        let fresh = FreshSecret::make()?;
        let (id, digest) = (fresh.id, fresh.digest.clone());
        let done =
            mutate(ctx, input, move |write, input| Box::pin(clients::add(write, input, id, digest))).await?;
        let Sight { client, secret, user_errors } = Sight::of(ctx, done, fresh).await?;
        Ok(AddApiClientPayload { client, secret, user_errors })
    }

    /// Changes an API client: its name, its roles, or whether it gets tokens. Nobody who was shown a secret of it
    /// gives it more. Roles: SYSTEM_ADMINISTRATOR.
    async fn change_api_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangeApiClientInput,
    ) -> Result<ChangeApiClientPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(clients::change(write, input))).await?;
        heed(ctx).await;
        ChangeApiClientPayload::answer(ctx, done).await
    }

    /// Makes a new secret for an API client and shows it, once. The present ones go on counting until another
    /// administrator has approved it, and for the overlap after that. Roles: SYSTEM_ADMINISTRATOR.
    async fn rotate_client_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RotateClientSecretInput,
    ) -> Result<RotateClientSecretPayload> {
        let fresh = FreshSecret::make()?;
        let (id, digest) = (fresh.id, fresh.digest.clone());
        let done =
            mutate(ctx, input, move |write, input| Box::pin(clients::rotate(write, input, id, digest)))
                .await?;
        let Sight { client, secret, user_errors } = Sight::of(ctx, done, fresh).await?;
        Ok(RotateClientSecretPayload { client, secret, user_errors })
    }

    /// Approves the newest secret of an API client; never by whoever was shown it. Roles: SYSTEM_ADMINISTRATOR.
    async fn approve_client_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ApproveClientSecretInput,
    ) -> Result<ApproveClientSecretPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(clients::approve(write, input))).await?;
        ApproveClientSecretPayload::answer(ctx, done).await
    }

    /// Takes back a token, or every token of a client or a person so far. It holds on every server within seconds.
    /// Roles: SYSTEM_ADMINISTRATOR.
    async fn revoke_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RevokeAccessInput,
    ) -> Result<RevokeAccessPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(revoking::revoke(write, input))).await?;
        heed(ctx).await;
        RevokeAccessPayload::answer(ctx, done).await
    }
}
