//! Changes of the directory.

use async_graphql::{Context, Object};
use rules::directory::DirectoryRefusal;

use super::inputs::{
    AddCriterionInput, AddServiceInput, ApproveServiceInput, ChangeCriterionInput, ChangeServiceInput,
};
use super::types::{Criterion, Service};
use crate::directory::service;
use crate::error::Result;
use crate::graphql::act::mutate;
use crate::payloads;

payloads! {
    DirectoryRefusal;
    AddServicePayload { service: Service }
    ChangeServicePayload { service: Service }
    ApproveServicePayload { service: Service }
    AddCriterionPayload { criterion: Criterion }
    ChangeCriterionPayload { criterion: Criterion }
}

/// Changes of this room.
#[derive(Default)]
pub struct DirectoryMutation;

#[Object]
impl DirectoryMutation {
    /// Adds a service to the directory. It can be referred to once it is on the rate card and has a price: a
    /// provider's manager adds entries of their own, which an administrator of the card approves. Roles:
    /// PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR.
    async fn add_service(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddServiceInput,
    ) -> Result<AddServicePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::add_service(write, input))).await?;
        AddServicePayload::answer(ctx, done).await
    }

    /// Changes a service, or closes it from a day on: a withdrawal always states its reason, to both sides. A
    /// provider's manager keeps the content of their own entries; what was agreed for the card stays with its
    /// administrators. Roles: PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR.
    async fn change_service(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangeServiceInput,
    ) -> Result<ChangeServicePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::change_service(write, input))).await?;
        ChangeServicePayload::answer(ctx, done).await
    }

    /// Puts a provider's entry on the rate card. Roles: RATE_CARD_ADMINISTRATOR.
    async fn approve_service(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ApproveServiceInput,
    ) -> Result<ApproveServicePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::approve_service(write, input))).await?;
        ApproveServicePayload::answer(ctx, done).await
    }

    /// Adds something that a service, or a provider for all of its services, asks of a referral. It holds for
    /// referrals submitted from then on. Roles: RATE_CARD_ADMINISTRATOR.
    async fn add_criterion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddCriterionInput,
    ) -> Result<AddCriterionPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::add_criterion(write, input))).await?;
        AddCriterionPayload::answer(ctx, done).await
    }

    /// Changes a criterion, or ends it from a day on. Roles: RATE_CARD_ADMINISTRATOR.
    async fn change_criterion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangeCriterionInput,
    ) -> Result<ChangeCriterionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::change_criterion(write, input))).await?;
        ChangeCriterionPayload::answer(ctx, done).await
    }
}
