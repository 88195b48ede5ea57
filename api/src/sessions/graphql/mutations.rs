//! What is done to sessions.

use async_graphql::{Context, Object, SimpleObject};
use entity::{Id, referral, session};
use rules::sessions::SessionRefusal;

use super::inputs::{
    CancelGroupSessionInput, CancelSessionInput, CorrectAttendanceInput, CorrectFeedbackInput,
    JoinGroupSessionInput, JudgeAbsenceInput, RecordAttendanceInput, RecordGroupAttendanceInput,
    RescheduleGroupSessionInput, RescheduleSessionInput, ScheduleGroupSessionInput, ScheduleSessionInput,
    SubmitFeedbackInput,
};
use super::{GroupSession, Session};
use crate::error::Result;
use crate::graphql::act::{UserError, mutate, settle, store};
use crate::graphql::global_id::GlobalId;
use crate::payloads;
use crate::sessions::service::{ForOne, Register};
use crate::sessions::{reads, service};
use crate::store::Outcome;

payloads! {
    SessionRefusal;
    ScheduleSessionPayload { session: Session }
    RescheduleSessionPayload { session: Session }
    CancelSessionPayload { session: Session }
    RescheduleGroupSessionPayload { group_session: GroupSession }
    CancelGroupSessionPayload { group_session: GroupSession }
    RecordAttendancePayload { session: Session }
    CorrectAttendancePayload { session: Session }
    JudgeAbsencePayload { session: Session }
    SubmitFeedbackPayload { session: Session }
    CorrectFeedbackPayload { session: Session }
}

/// What scheduling came to for one person.
#[derive(SimpleObject)]
pub struct ScheduledPlace {
    /// The referral that was named.
    referral_id: GlobalId<referral::Entity>,
    /// The person's place; null when they could not have one.
    session: Option<Session>,
    /// Why they could not; empty when they have it.
    user_errors: Vec<UserError<SessionRefusal>>,
}

/// What the act came to, for each person.
#[derive(SimpleObject)]
pub struct ScheduleGroupSessionPayload {
    /// The group session with those who could have a place; null when nobody could, or the act was refused.
    group_session: Option<GroupSession>,
    /// For each referral, in the order in which they were named; empty when the act was refused as a whole.
    results: Vec<ScheduledPlace>,
    /// Why the rules refused the act as a whole; then nothing was changed.
    user_errors: Vec<UserError<SessionRefusal>>,
}

/// What the act came to, for each person.
#[derive(SimpleObject)]
pub struct JoinGroupSessionPayload {
    /// The group session with everybody who has a place; null when the act was refused as a whole.
    group_session: Option<GroupSession>,
    /// For each referral, in the order in which they were named; empty when the act was refused as a whole.
    results: Vec<ScheduledPlace>,
    /// Why the rules refused the act as a whole; then nothing was changed.
    user_errors: Vec<UserError<SessionRefusal>>,
}

impl JoinGroupSessionPayload {
    async fn answer(ctx: &Context<'_>, done: Outcome<Register>) -> Result<Self> {
        let ScheduleGroupSessionPayload { group_session, results, user_errors } =
            ScheduleGroupSessionPayload::answer(ctx, done).await?;
        Ok(Self { group_session, results, user_errors })
    }
}

impl ScheduleGroupSessionPayload {
    async fn answer(ctx: &Context<'_>, done: Outcome<Register>) -> Result<Self> {
        let (group, people, refused) = match done {
            Ok(Register { group_session, people }) => (group_session, people, Vec::new()),
            Err(refused) => (None, Vec::new(), refused),
        };
        let group_session = match group {
            Some(id) => settle::<GroupSession>(ctx, Ok(id)).await?.0,
            None => None,
        };
        let results = places(ctx, people).await?.into_iter();
        let place = |(of, session, user_errors): Place<referral::Entity>| ScheduledPlace {
            referral_id: of.into(),
            session,
            user_errors,
        };
        let user_errors = UserError::all(refused);
        Ok(Self { group_session, results: results.map(place).collect(), user_errors })
    }
}

/// What recording came to for one person.
#[derive(SimpleObject)]
pub struct RecordedPlace {
    /// The session that was named.
    session_id: GlobalId<session::Entity>,
    /// The session as it is now; null when its record was refused.
    session: Option<Session>,
    /// Why its record was refused; empty when it was recorded. Fields are named as in one record.
    user_errors: Vec<UserError<SessionRefusal>>,
}

/// What the act came to, for each person.
#[derive(SimpleObject)]
pub struct RecordGroupAttendancePayload {
    /// For each record, in the order in which they were sent; empty when the act was refused as a whole.
    results: Vec<RecordedPlace>,
    /// Why the rules refused the act as a whole; then nothing was changed.
    user_errors: Vec<UserError<SessionRefusal>>,
}

impl RecordGroupAttendancePayload {
    async fn answer(ctx: &Context<'_>, done: Outcome<Vec<ForOne<session::Entity>>>) -> Result<Self> {
        let (people, refused) = match done {
            Ok(people) => (people, Vec::new()),
            Err(refused) => (Vec::new(), refused),
        };
        let results = places(ctx, people).await?.into_iter();
        let place = |(of, session, user_errors): Place<session::Entity>| RecordedPlace {
            session_id: of.into(),
            session,
            user_errors,
        };
        Ok(Self { results: results.map(place).collect(), user_errors: UserError::all(refused) })
    }
}

type Place<E> = (Id<E>, Option<Session>, Vec<UserError<SessionRefusal>>);

/// What an act on a group came to for each person; their sessions are read in one statement.
async fn places<E>(ctx: &Context<'_>, people: Vec<ForOne<E>>) -> Result<Vec<Place<E>>> {
    let ids = people.iter().filter_map(|one| one.session).collect();
    let mut sessions = reads::by_id(store(ctx), ids).await?;
    let place = |one: ForOne<E>| {
        let session = one.session.and_then(|id| sessions.remove(&id));
        (one.of, session, UserError::all(one.refused()))
    };
    Ok(people.into_iter().map(place).collect())
}

/// Changes of this room.
#[derive(Default)]
pub struct SessionsMutation;

#[Object]
impl SessionsMutation {
    /// Puts a session in the diary of a referral, which must be assigned to you or be your organisation's.
    /// Nobody is in two sessions at once. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn schedule_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ScheduleSessionInput,
    ) -> Result<ScheduleSessionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::schedule_session(write, input))).await?;
        ScheduleSessionPayload::answer(ctx, done).await
    }

    /// Puts a group session in the diaries of up to 50 people. Who cannot come does not stop the others: the
    /// answer tells for each. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn schedule_group_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ScheduleGroupSessionInput,
    ) -> Result<ScheduleGroupSessionPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::schedule_group_session(write, input)))
            .await?;
        ScheduleGroupSessionPayload::answer(ctx, done).await
    }

    /// Gives more people a place in a group session. Who cannot come does not stop the others: the answer tells
    /// for each. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn join_group_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: JoinGroupSessionInput,
    ) -> Result<JoinGroupSessionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::join_group_session(write, input))).await?;
        JoinGroupSessionPayload::answer(ctx, done).await
    }

    /// Moves a group session with everybody in it and keeps the old time. If somebody has another session then,
    /// nobody is moved. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn reschedule_group_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RescheduleGroupSessionInput,
    ) -> Result<RescheduleGroupSessionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::reschedule_group_session(write, input)))
                .await?;
        RescheduleGroupSessionPayload::answer(ctx, done).await
    }

    /// Cancels a group session and every place in it. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn cancel_group_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: CancelGroupSessionInput,
    ) -> Result<CancelGroupSessionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::cancel_group_session(write, input))).await?;
        CancelGroupSessionPayload::answer(ctx, done).await
    }

    /// Moves a session that is in the diary to another time and keeps the old one.
    /// Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn reschedule_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RescheduleSessionInput,
    ) -> Result<RescheduleSessionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::reschedule_session(write, input))).await?;
        RescheduleSessionPayload::answer(ctx, done).await
    }

    /// Cancels a session that is in the diary. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn cancel_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: CancelSessionInput,
    ) -> Result<CancelSessionPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::cancel_session(write, input))).await?;
        CancelSessionPayload::answer(ctx, done).await
    }

    /// Records who came to a session, once it has begun and only once. The first one attended brings the
    /// referral in progress. An officer of the holding organisation records on the provider's behalf, saying
    /// how it reached them. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn record_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RecordAttendanceInput,
    ) -> Result<RecordAttendancePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::record_attendance(write, input))).await?;
        RecordAttendancePayload::answer(ctx, done).await
    }

    /// Records who came to a group session. One person's refusal does not stop the others: the answer tells
    /// for each. Roles: PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn record_group_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RecordGroupAttendanceInput,
    ) -> Result<RecordGroupAttendancePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::record_group_attendance(write, input)))
                .await?;
        RecordGroupAttendancePayload::answer(ctx, done).await
    }

    /// Corrects recorded attendance: the earlier record stays in the history, and charges follow. A corrected
    /// absence is proposed anew, unless an officer corrects it.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn correct_attendance(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: CorrectAttendanceInput,
    ) -> Result<CorrectAttendancePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::correct_attendance(write, input))).await?;
        CorrectAttendancePayload::answer(ctx, done).await
    }

    /// Judges whether an absence was acceptable, for the organisation that holds the case; a judgement can be
    /// corrected by another one. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn judge_absence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: JudgeAbsenceInput,
    ) -> Result<JudgeAbsencePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::judge_absence(write, input))).await?;
        JudgeAbsencePayload::answer(ctx, done).await
    }

    /// Submits the feedback of a session, once, after its attendance. An officer of the holding organisation
    /// records it on the provider's behalf, saying how it reached them.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn submit_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: SubmitFeedbackInput,
    ) -> Result<SubmitFeedbackPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::submit_feedback(write, input))).await?;
        SubmitFeedbackPayload::answer(ctx, done).await
    }

    /// Corrects submitted feedback: the earlier form stays in the history.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_WORKER, PROVIDER_MANAGER.
    async fn correct_feedback(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: CorrectFeedbackInput,
    ) -> Result<CorrectFeedbackPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::correct_feedback(write, input))).await?;
        CorrectFeedbackPayload::answer(ctx, done).await
    }
}
