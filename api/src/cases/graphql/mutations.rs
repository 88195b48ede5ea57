//! Changes to cases.

use async_graphql::{Context, Object, SimpleObject};
use rules::cases::CaseRefusal;

use super::Case;
use super::inputs::{
    AllocateCaseInput, AssignOfficerInput, ImportCasesInput, LiftRestrictionInput,
    RecordProgrammeSuitabilityInput, RecordSentenceInput, RegisterCaseInput, RestrictCaseInput,
    UpdateCaseInput,
};
use crate::cases::{import, service};
use crate::error::Result;
use crate::graphql::act::{UserError, mutate, store};
use crate::graphql::row_error::RowError;
use crate::payloads;

payloads! {
    CaseRefusal;
    RegisterCasePayload { case: Case }
    AllocateCasePayload { case: Case }
    UpdateCasePayload { case: Case }
    RecordSentencePayload { case: Case }
    RecordProgrammeSuitabilityPayload { case: Case }
    AssignOfficerPayload { case: Case }
    RestrictCasePayload { case: Case }
    LiftRestrictionPayload { case: Case }
}

/// What an import came to.
#[derive(SimpleObject)]
pub struct ImportCasesPayload {
    /// How many cases were added, or would be.
    created: i32,
    /// How many were changed. In a dry run: how many exist already, whether the file would change them or not.
    updated: i32,
    /// How many stay as they are.
    unchanged: i32,
    /// Every mistake in the file, by line and column. If there is one, nothing was changed.
    row_errors: Vec<RowError>,
    /// Why the rules refused; empty when it was done.
    user_errors: Vec<UserError<CaseRefusal>>,
}

/// Changes of this room.
#[derive(Default)]
pub struct CasesMutation;

#[Object]
impl CasesMutation {
    /// Registers a person at court. The case then awaits allocation. Roles: COURT_OFFICER.
    async fn register_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RegisterCaseInput,
    ) -> Result<RegisterCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::register_case(write, input))).await?;
        RegisterCasePayload::answer(ctx, done).await
    }

    /// Allocates a registered case to the NPS or a CRC, which holds it from then on. `case` is null when the case has left your sight. Roles: COURT_OFFICER.
    async fn allocate_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AllocateCaseInput,
    ) -> Result<AllocateCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::allocate_case(write, input))).await?;
        AllocateCasePayload::answer(ctx, done).await
    }

    /// Changes what is known of a person. Referrals under way share the change with their providers at once. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn update_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: UpdateCaseInput,
    ) -> Result<UpdateCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::update_case(write, input))).await?;
        UpdateCasePayload::answer(ctx, done).await
    }

    /// Records a sentence, or corrects the one of the same kind and first day. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER.
    async fn record_sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RecordSentenceInput,
    ) -> Result<RecordSentencePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::record_sentence(write, input))).await?;
        RecordSentencePayload::answer(ctx, done).await
    }

    /// Records what an assessment found of somebody for a programme: services ask for it by criteria of the kind
    /// SUITABILITY. A later assessment for the same programme takes the place of an earlier one, which stays in the
    /// history. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER.
    async fn record_programme_suitability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RecordProgrammeSuitabilityInput,
    ) -> Result<RecordProgrammeSuitabilityPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::record_programme_suitability(write, input)));
        let done = done.await?;
        RecordProgrammeSuitabilityPayload::answer(ctx, done).await
    }

    /// Names the responsible officer; the history is kept. Roles: TEAM_MANAGER.
    async fn assign_officer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AssignOfficerInput,
    ) -> Result<AssignOfficerPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::assign_officer(write, input))).await?;
        AssignOfficerPayload::answer(ctx, done).await
    }

    /// Limits a case to people named, or closes it to one. Roles: TEAM_MANAGER.
    async fn restrict_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RestrictCaseInput,
    ) -> Result<RestrictCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::restrict_case(write, input))).await?;
        RestrictCasePayload::answer(ctx, done).await
    }

    /// Takes a person off the list of a limited-access case. Roles: TEAM_MANAGER.
    async fn lift_restriction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: LiftRestrictionInput,
    ) -> Result<LiftRestrictionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::lift_restriction(write, input))).await?;
        LiftRestrictionPayload::answer(ctx, done).await
    }

    /// Imports an extract of the case management system: all rows or none. A repeat changes nothing; a case that
    /// your organisation registered or holds is brought up to date, and allocated if it awaits that. A case never
    /// changes its holder by an import; others' cases and limited-access cases are refused without saying which.
    /// Roles: COURT_OFFICER.
    async fn import_cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ImportCasesInput,
    ) -> Result<ImportCasesPayload> {
        let done = if input.dry_run {
            import::rehearse(store(ctx), &input.csv).await?
        } else {
            mutate(ctx, input, |write, input| Box::pin(import::run(write, input.csv))).await?
        };
        let (report, refused) = match done {
            Ok(report) => (report, Vec::new()),
            Err(refused) => (import::Report::default(), refused),
        };
        let (row_errors, others) = RowError::sort_out(refused);
        Ok(ImportCasesPayload {
            created: report.created,
            updated: report.updated,
            unchanged: report.unchanged,
            row_errors,
            user_errors: UserError::all(others),
        })
    }
}
