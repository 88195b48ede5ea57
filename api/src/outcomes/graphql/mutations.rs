//! Changes of this room.

use async_graphql::{Context, Object};
use rules::outcomes::OutcomeRefusal;

use super::inputs::{
    AddInstrumentInput, CorrectEndReportInput, CorrectMeasureInput, RecordMeasureInput,
    RecordQualificationInput, SubmitEndReportInput,
};
use super::{EndReport, Instrument, Measure, Qualification};
use crate::error::Result;
use crate::graphql::act::mutate;
use crate::outcomes::service;
use crate::payloads;

payloads! {
    OutcomeRefusal;
    AddInstrumentPayload { instrument: Instrument }
    RecordMeasurePayload { measure: Measure }
    CorrectMeasurePayload { measure: Measure }
    RecordQualificationPayload { qualification: Qualification }
    SubmitEndReportPayload { end_report: EndReport }
    CorrectEndReportPayload { end_report: EndReport }
}

/// Changes of this room.
#[derive(Default)]
pub struct OutcomesMutation;

#[Object]
impl OutcomesMutation {
    /// Adds an instrument to those with which needs are measured. Roles: CONTRACT_MANAGER.
    async fn add_instrument(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The instrument.")] input: AddInstrumentInput,
    ) -> Result<AddInstrumentPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::add_instrument(write, input))).await?;
        AddInstrumentPayload::answer(ctx, done).await
    }

    /// Records a score of a referral that you deliver, once for each need, instrument and stage.
    /// Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn record_measure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The score and what it measures.")] input: RecordMeasureInput,
    ) -> Result<RecordMeasurePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::record_measure(write, input))).await?;
        RecordMeasurePayload::answer(ctx, done).await
    }

    /// Corrects a score: the new measure supersedes the earlier one, which stays readable.
    /// Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn correct_measure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The measure and what it should have been.")] input: CorrectMeasureInput,
    ) -> Result<CorrectMeasurePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::correct_measure(write, input))).await?;
        CorrectMeasurePayload::answer(ctx, done).await
    }

    /// Records a qualification gained through a referral that you deliver, once for each title and level.
    /// Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn record_qualification(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The qualification.")] input: RecordQualificationInput,
    ) -> Result<RecordQualificationPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::record_qualification(write, input))).await?;
        RecordQualificationPayload::answer(ctx, done).await
    }

    /// Submits the end-of-service report of a referral that you deliver, with the result of every desired
    /// outcome. It cannot be changed afterwards, only superseded. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn submit_end_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The report.")] input: SubmitEndReportInput,
    ) -> Result<SubmitEndReportPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::submit_end_report(write, input))).await?;
        SubmitEndReportPayload::answer(ctx, done).await
    }

    /// Supersedes the end-of-service report that stands with a new one; the earlier one stays readable.
    /// Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn correct_end_report(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new report and why it supersedes the earlier one.")]
        input: CorrectEndReportInput,
    ) -> Result<CorrectEndReportPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::correct_end_report(write, input))).await?;
        CorrectEndReportPayload::answer(ctx, done).await
    }
}
