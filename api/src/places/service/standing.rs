//! What becomes of a place, an offer or a wait.

use entity::{Coded, Id, place, referral};
use rules::places::{PlaceRefusal, may_stand};
use rules::terms::PlaceStatus;
use rules::text::{Form, LONG_TEXT};
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;

use super::TEXT;
use super::line::Held;
use crate::error::{Fault, Result, Stale};
use crate::graphql::global_id::GlobalId;
use crate::places::graphql::{AcceptOfferInput, DeclineOfferInput, GiveUpPlaceInput, LeaveWaitingListInput};
use crate::referrals::service::side::capacities;
use crate::store::Write;

type PlaceId = Id<place::Entity>;

/// Takes the place that is offered.
pub async fn accept_offer(write: &mut Write, input: AcceptOfferInput) -> Result<PlaceId> {
    let place = own(write, input.place_id, input.version).await?;
    let mut held = Held::of(write, place.service_id).await?;
    held.line.accept(place.id.0, write.now())?;
    held.save(write, None).await?;
    Ok(place.id)
}

/// Lets the next in line have the place that is offered.
pub async fn decline_offer(write: &mut Write, input: DeclineOfferInput) -> Result<PlaceId> {
    let place = own(write, input.place_id, input.version).await?;
    let reason = reason(&input.reason)?;
    let mut held = Held::of(write, place.service_id).await?;
    held.line.decline(place.id.0, write.now())?;
    held.save(write, Some((place.id, reason))).await?;
    Ok(place.id)
}

/// Leaves the line.
pub async fn leave_waiting_list(write: &mut Write, input: LeaveWaitingListInput) -> Result<PlaceId> {
    let place = own(write, input.place_id, input.version).await?;
    let reason = reason(&input.reason)?;
    let mut held = Held::of(write, place.service_id).await?;
    held.line.leave(place.id.0, write.now())?;
    held.save(write, Some((place.id, reason))).await?;
    Ok(place.id)
}

/// Gives up a place, which is offered to the first in line.
pub async fn give_up_place(write: &mut Write, input: GiveUpPlaceInput) -> Result<PlaceId> {
    let place = own(write, input.place_id, input.version).await?;
    let reason = reason(&input.reason)?;
    if *place.status != PlaceStatus::Booked {
        let message = "It has no place: only a place that is booked is given up.";
        return Err(Refusal::new(PlaceRefusal::WrongStatus, message).into());
    }
    let held = Held::of(write, place.service_id).await?;
    vacate(write, held, &place, PlaceStatus::GivenUp, reason).await?;
    Ok(place.id)
}

/// A referral that has ended keeps no place, and waits for none.
pub async fn release(write: &mut Write, referral: &referral::Model) -> Result<()> {
    let standing =
        [PlaceStatus::Waiting, PlaceStatus::Offered, PlaceStatus::Booked].map(|status| status.code());
    let own = write
        .find::<place::Entity>()
        .filter(place::Column::ReferralId.eq(referral.id))
        .filter(place::Column::Status.is_in(standing));
    let Some(place) = own.first().await? else { return Ok(()) };
    let mut held = Held::of(write, place.service_id).await?;
    let reason = "The referral ended.".to_owned();
    if *place.status == PlaceStatus::Booked {
        return vacate(write, held, &place, PlaceStatus::Ended, reason).await;
    }
    held.line.end(place.id.0, write.now());
    held.save(write, Some((place.id, reason))).await
}

/// A booked place comes free: first it is, and then it is offered.
async fn vacate(
    write: &mut Write,
    mut held: Held,
    place: &place::Model,
    status: PlaceStatus,
    reason: String,
) -> Result<()> {
    let after = place::Model {
        status: Coded(status),
        ended_at: Some(write.now()),
        end_reason: Some(reason),
        ..place.clone()
    };
    write.update_consequence(place, after).await?;
    if let Some(cohort) = place.cohort_id {
        held.line.free(cohort.0, write.now());
    }
    held.save(write, None).await
}

/// A place, at the version that the caller read, of a referral for which they may act.
async fn own(write: &mut Write, id: GlobalId<place::Entity>, version: i32) -> Result<place::Model> {
    let place = write.find::<place::Entity>().get(id.0).await?;
    let referral = write.find::<referral::Entity>().locked().get(place.referral_id).await?;
    write.concerns(referral.case_id);
    write.expect_version(&place, version).await.map_err(by_nobody)?;
    may_stand(*referral.status, &capacities(write.scope(), &referral))?;
    Ok(place)
}

/// Whoever acts on a line moves everybody in it: who that was is not told to those whose place it moved.
fn by_nobody(fault: Fault) -> Fault {
    match fault {
        Fault::Stale(stale) => Fault::Stale(Box::new(Stale { changed_by: None, ..*stale })),
        other => other,
    }
}

fn reason(text: &str) -> Result<String> {
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", text, LONG_TEXT);
    form.finish()?;
    Ok(reason)
}
