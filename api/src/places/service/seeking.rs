//! How a referral comes to a place, or into the line for one.

use entity::{Coded, Id, cohort, ldu, place, referral};
use rules::places::{PlaceRefusal, Wanted, may_stand};
use rules::terms::PlaceStatus;
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;

use super::line::{Held, already_placed, overbooked};
use crate::error::Result;
use crate::places::graphql::{BookPlaceInput, JoinWaitingListInput};
use crate::referrals::service::side::capacities;
use crate::store::Write;

type PlaceId = Id<place::Entity>;

/// Books a place in a cohort.
pub async fn book_place(write: &mut Write, input: BookPlaceInput) -> Result<PlaceId> {
    let referral = seeker(write, input.referral_id.0).await?;
    let cohort = write.find::<cohort::Entity>().get(input.cohort_id.0).await?;
    takes(&cohort, &referral)?;
    let mut held = Held::of(write, referral.service_id).await?;
    has_none(write, &held, &referral).await?;
    let row = place::Model {
        cohort_id: Some(cohort.id),
        status: Coded(PlaceStatus::Booked),
        booked_at: Some(write.now()),
        ..fresh(write, &referral)
    };
    held.line.book(row.id.0, cohort.id.0, write.now())?;
    held.save(write, None).await?;
    Ok(write.insert(row).await.map_err(overbooked)?.id)
}

/// Joins the line for a place in a cohort, or in any of the service.
pub async fn join_waiting_list(write: &mut Write, input: JoinWaitingListInput) -> Result<PlaceId> {
    let referral = seeker(write, input.referral_id.0).await?;
    let wanted = wanted(write, &input, &referral).await?;
    let mut held = Held::of(write, referral.service_id).await?;
    has_none(write, &held, &referral).await?;
    let last = held.last_number(write).await?;
    let mut row = fresh(write, &referral);
    held.line.join(row.id.0, wanted, last, write.now())?;
    let number = held.line.entry(row.id.0).and_then(|entry| entry.number);
    row = place::Model {
        cohort_id: wanted.cohort.map(Id::new),
        ldu_id: wanted.ldu.map(Id::new),
        line_number: number,
        joined_at: Some(write.now()),
        ..row
    };
    held.save(write, None).await?;
    Ok(write.insert(row).await.map_err(overbooked)?.id)
}

/// A referral for which the caller may seek a place, held still so that it does not end meanwhile.
async fn seeker(write: &mut Write, id: Id<referral::Entity>) -> Result<referral::Model> {
    let referral = write.find::<referral::Entity>().locked().get(id).await?;
    write.concerns(referral.case_id);
    may_stand(*referral.status, &capacities(write.scope(), &referral))?;
    Ok(referral)
}

/// Whether the cohort is one of the referral's service that was not cancelled.
fn takes(cohort: &cohort::Model, referral: &referral::Model) -> Result<(), Refusal<PlaceRefusal>> {
    if cohort.service_id != referral.service_id {
        let message = "The referral is to another service: choose a cohort of its own.";
        return Err(Refusal::of(PlaceRefusal::OtherService, "cohortId", message));
    }
    if let Some(reason) = &cohort.cancel_reason {
        let message = format!("The cohort was cancelled: {reason}");
        return Err(Refusal::of(PlaceRefusal::CohortCancelled, "cohortId", message));
    }
    Ok(())
}

async fn wanted(
    write: &Write,
    input: &JoinWaitingListInput,
    referral: &referral::Model,
) -> Result<Wanted<uuid::Uuid>> {
    let cohort = match &input.cohort_id {
        Some(id) => {
            let cohort = write.find::<cohort::Entity>().get(id.0).await?;
            takes(&cohort, referral)?;
            Some(cohort.id.0)
        }
        None => None,
    };
    let ldu = match &input.ldu_id {
        Some(id) => Some(write.find::<ldu::Entity>().get(id.0).await?.id.0),
        None => None,
    };
    if cohort.is_some() && ldu.is_some() {
        let message = "Give an LDU only where any cohort of the service would do.";
        return Err(Refusal::of(PlaceRefusal::Invalid, "lduId", message).into());
    }
    Ok(Wanted { cohort, ldu })
}

/// Refuses a referral that has a place, an offer, or stands in line. What time has put an end to is none: an offer that
/// lapsed, a line for a cohort that takes nobody any more, and a place in a cohort that is over, which is written down here.
async fn has_none(write: &mut Write, held: &Held, referral: &referral::Model) -> Result<()> {
    let standing =
        [PlaceStatus::Waiting, PlaceStatus::Offered, PlaceStatus::Booked].map(|status| status.code());
    let own = write
        .consequence::<place::Entity>()
        .filter(place::Column::ReferralId.eq(referral.id))
        .filter(place::Column::Status.is_in(standing))
        .first()
        .await?;
    let Some(before) = own else { return Ok(()) };
    if *before.status != PlaceStatus::Booked {
        let stands = held.line.entry(before.id.0).is_none_or(|entry| entry.ended_at.is_none());
        return if stands { Err(already_placed().into()) } else { Ok(()) };
    }
    let cohort = match before.cohort_id {
        Some(id) => write.find::<cohort::Entity>().by_id(id).await?,
        None => None,
    };
    if cohort.and_then(|row| row.last_day).is_none_or(|last| last >= write.today()) {
        return Err(already_placed().into());
    }
    let over =
        place::Model { status: Coded(PlaceStatus::Ended), ended_at: Some(write.now()), ..before.clone() };
    write.update_consequence(&before, over).await?;
    Ok(())
}

fn fresh(write: &Write, referral: &referral::Model) -> place::Model {
    place::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        case_id: referral.case_id,
        service_id: referral.service_id,
        cohort_id: None,
        ldu_id: None,
        line_number: None,
        status: Coded(PlaceStatus::Waiting),
        joined_at: None,
        offered_at: None,
        offer_until: None,
        booked_at: None,
        ended_at: None,
        end_reason: None,
        version: 1,
        created_at: write.now(),
    }
}
