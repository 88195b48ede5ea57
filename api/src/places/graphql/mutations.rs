//! Changes of the calendar, and of who has a place in it.

use async_graphql::{Context, Object};
use rules::places::PlaceRefusal;

use super::inputs::{
    AcceptOfferInput, BookPlaceInput, CancelCohortInput, ChangeCohortInput, DeclineOfferInput,
    GiveUpPlaceInput, JoinWaitingListInput, LeaveWaitingListInput, ScheduleCohortInput,
};
use super::{Cohort, Place};
use crate::error::Result;
use crate::graphql::act::mutate;
use crate::payloads;
use crate::places::service;

payloads! {
    PlaceRefusal;
    ScheduleCohortPayload { cohort: Cohort }
    ChangeCohortPayload { cohort: Cohort }
    CancelCohortPayload { cohort: Cohort }
    BookPlacePayload { place: Place }
    JoinWaitingListPayload { place: Place }
    AcceptOfferPayload { place: Place }
    DeclineOfferPayload { place: Place }
    LeaveWaitingListPayload { place: Place }
    GiveUpPlacePayload { place: Place }
}

/// Changes of this room.
#[derive(Default)]
pub struct PlacesMutation;

#[Object]
impl PlacesMutation {
    /// Puts a cohort of one of your organisation's services in the calendar. Those who wait for any cohort of the
    /// service are offered its places.
    /// Roles: PROVIDER_MANAGER.
    async fn schedule_cohort(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ScheduleCohortInput,
    ) -> Result<ScheduleCohortPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::schedule_cohort(write, input))).await?;
        ScheduleCohortPayload::answer(ctx, done).await
    }

    /// Changes a cohort of your organisation. The places that it has more are offered to those in line; it keeps as
    /// many as are taken.
    /// Roles: PROVIDER_MANAGER.
    async fn change_cohort(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ChangeCohortInput,
    ) -> Result<ChangeCohortPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::change_cohort(write, input))).await?;
        ChangeCohortPayload::answer(ctx, done).await
    }

    /// Cancels a cohort of your organisation, with a reason, and with it every place in it and the line for it. Those
    /// who wait for any cohort of the service go on waiting.
    /// Roles: PROVIDER_MANAGER.
    async fn cancel_cohort(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: CancelCohortInput,
    ) -> Result<CancelCohortPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::cancel_cohort(write, input))).await?;
        CancelCohortPayload::answer(ctx, done).await
    }

    /// Books a place in a cohort for a referral. There are never more people than places: whoever comes when all are
    /// taken, or kept for somebody in line, is told so and can join the waiting list.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER.
    async fn book_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: BookPlaceInput,
    ) -> Result<BookPlacePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::book_place(write, input))).await?;
        BookPlacePayload::answer(ctx, done).await
    }

    /// Joins the line for a place in a cohort, or in any of the referral's service. A place that comes free is offered to
    /// the first in line whom it fits. Refused while there is a place that can be booked.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER.
    async fn join_waiting_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: JoinWaitingListInput,
    ) -> Result<JoinWaitingListPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::join_waiting_list(write, input))).await?;
        JoinWaitingListPayload::answer(ctx, done).await
    }

    /// Takes the place that is offered, as long as the offer stands.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER.
    async fn accept_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AcceptOfferInput,
    ) -> Result<AcceptOfferPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::accept_offer(write, input))).await?;
        AcceptOfferPayload::answer(ctx, done).await
    }

    /// Declines the place that is offered, which leaves the line: the next in line has the offer.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER.
    async fn decline_offer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: DeclineOfferInput,
    ) -> Result<DeclineOfferPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::decline_offer(write, input))).await?;
        DeclineOfferPayload::answer(ctx, done).await
    }

    /// Leaves the line. Whoever joins it again stands at its end.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER.
    async fn leave_waiting_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: LeaveWaitingListInput,
    ) -> Result<LeaveWaitingListPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::leave_waiting_list(write, input))).await?;
        LeaveWaitingListPayload::answer(ctx, done).await
    }

    /// Gives up a place that is booked: it is offered to the first in line whom it fits.
    /// Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, PROVIDER_MANAGER.
    async fn give_up_place(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: GiveUpPlaceInput,
    ) -> Result<GiveUpPlacePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::give_up_place(write, input))).await?;
        GiveUpPlacePayload::answer(ctx, done).await
    }
}
