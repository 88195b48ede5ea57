//! Changes to referrals.

use async_graphql::{Context, Object};
use rules::referrals::ReferralRefusal;

use super::{Referral, inputs::*};
use crate::error::Result;
use crate::graphql::act::mutate;
use crate::payloads;
use crate::referrals::service;

payloads! {
    ReferralRefusal;
    DraftReferralPayload { referral: Referral }
    EditReferralPayload { referral: Referral }
    SubmitReferralPayload { referral: Referral }
    AmendReferralPayload { referral: Referral }
    AskQuestionPayload { referral: Referral }
    AnswerQuestionPayload { referral: Referral }
    ArrangeSuitabilityMeetingPayload { referral: Referral }
    RecordSuitabilityPayload { referral: Referral }
    AcceptReferralPayload { referral: Referral }
    DeclineReferralPayload { referral: Referral }
    AssignReferralPayload { referral: Referral }
    AddReferralNotePayload { referral: Referral }
    CompleteReferralPayload { referral: Referral }
    EndReferralEarlyPayload { referral: Referral }
    WithdrawReferralPayload { referral: Referral }
}

/// Changes of this room.
#[derive(Default)]
pub struct ReferralsMutation;

#[Object]
impl ReferralsMutation {
    /// Begins a referral. A second open referral for the same person and service is refused. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn draft_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: DraftReferralInput,
    ) -> Result<DraftReferralPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::draft_referral(write, input))).await?;
        DraftReferralPayload::answer(ctx, done).await
    }

    /// Changes a draft. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn edit_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: EditReferralInput,
    ) -> Result<EditReferralPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::edit_referral(write, input))).await?;
        EditReferralPayload::answer(ctx, done).await
    }

    /// Sends a draft to the provider. Everything that is missing is named at once, every criterion that fails among it; the price in force today is kept from then on. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn submit_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: SubmitReferralInput,
    ) -> Result<SubmitReferralPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::submit_referral(write, input))).await?;
        SubmitReferralPayload::answer(ctx, done).await
    }

    /// Changes what was sent; old and new value, who and why are kept. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn amend_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AmendReferralInput,
    ) -> Result<AmendReferralPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::amend_referral(write, input))).await?;
        AmendReferralPayload::answer(ctx, done).await
    }

    /// Puts a question to the officer before you decide. Roles: PROVIDER_MANAGER.
    async fn ask_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AskQuestionInput,
    ) -> Result<AskQuestionPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::ask_question(write, input))).await?;
        AskQuestionPayload::answer(ctx, done).await
    }

    /// Answers a question of the provider. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn answer_question(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AnswerQuestionInput,
    ) -> Result<AnswerQuestionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::answer_question(write, input))).await?;
        AnswerQuestionPayload::answer(ctx, done).await
    }

    /// Sets a date for the suitability meeting, where the service asks for one. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn arrange_suitability_meeting(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ArrangeSuitabilityMeetingInput,
    ) -> Result<ArrangeSuitabilityMeetingPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::arrange_suitability_meeting(write, input)))
                .await?;
        ArrangeSuitabilityMeetingPayload::answer(ctx, done).await
    }

    /// Records what the suitability meeting found, once it was held. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn record_suitability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RecordSuitabilityInput,
    ) -> Result<RecordSuitabilityPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::record_suitability(write, input))).await?;
        RecordSuitabilityPayload::answer(ctx, done).await
    }

    /// Takes a referral on, if the criteria still hold. Roles: PROVIDER_MANAGER.
    async fn accept_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AcceptReferralInput,
    ) -> Result<AcceptReferralPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::accept_referral(write, input))).await?;
        AcceptReferralPayload::answer(ctx, done).await
    }

    /// Refuses a referral, with a reason that the officer sees. Roles: PROVIDER_MANAGER.
    async fn decline_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: DeclineReferralInput,
    ) -> Result<DeclineReferralPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::decline_referral(write, input))).await?;
        DeclineReferralPayload::answer(ctx, done).await
    }

    /// Assigns a referral to a worker of the provider; the history is kept. Roles: PROVIDER_MANAGER.
    async fn assign_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AssignReferralInput,
    ) -> Result<AssignReferralPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::assign_referral(write, input))).await?;
        AssignReferralPayload::answer(ctx, done).await
    }

    /// Writes a case note, for both sides or for the provider's own staff. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn add_referral_note(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AddReferralNoteInput,
    ) -> Result<AddReferralNotePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::add_note(write, input))).await?;
        AddReferralNotePayload::answer(ctx, done).await
    }

    /// Ends a referral as delivered. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn complete_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: CompleteReferralInput,
    ) -> Result<CompleteReferralPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::complete_referral(write, input))).await?;
        CompleteReferralPayload::answer(ctx, done).await
    }

    /// Stops a referral before its end, with a reason that both sides see. Sessions ahead are cancelled. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn end_referral_early(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: EndReferralEarlyInput,
    ) -> Result<EndReferralEarlyPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::end_referral_early(write, input))).await?;
        EndReferralEarlyPayload::answer(ctx, done).await
    }

    /// Takes a referral back, with a reason that both sides see. Sessions ahead are cancelled. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn withdraw_referral(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: WithdrawReferralInput,
    ) -> Result<WithdrawReferralPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::withdraw_referral(write, input))).await?;
        WithdrawReferralPayload::answer(ctx, done).await
    }
}
