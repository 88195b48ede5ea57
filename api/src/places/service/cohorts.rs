//! What providers' managers do to the calendar.

use async_graphql::MaybeUndefined;
use entity::{Coded, Id, cohort, cohort_ldu, ldu, place, service};
use rules::places::{PlaceRefusal, Plan, WeeklyTime, check_plan};
use rules::terms::{PlaceStatus, Weekday};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;
use serde_json::{Value, json};

use super::TEXT;
use super::line::{Held, overbooked};
use crate::error::{Fault, Result};
use crate::graphql::global_id::GlobalId;
use crate::places::calendar;
use crate::places::graphql::{CancelCohortInput, ChangeCohortInput, ScheduleCohortInput, WeeklyTimeInput};
use crate::store::Write;

type CohortId = Id<cohort::Entity>;

/// Puts a cohort in the calendar; those who wait for any cohort of the service are offered its places.
pub async fn schedule_cohort(write: &mut Write, input: ScheduleCohortInput) -> Result<CohortId> {
    let service = write.find::<service::Entity>().get(input.service_id.0).await?;
    let mut form = Form::new(TEXT);
    let foreign = service.provider_id != write.scope().organisation();
    let message = "Another provider delivers this service: choose one of your own.";
    form.refuse_if(foreign, PlaceRefusal::NotPermitted, "serviceId", message);
    let times = times(&mut form, &input.weekly_times);
    let row = cohort::Model {
        id: Id::fresh(),
        service_id: service.id,
        provider_id: service.provider_id,
        venue: form.required("venue", &input.venue, SHORT_TEXT),
        mode: input.mode.into(),
        rolling: input.rolling,
        first_day: input.first_day.0,
        last_day: input.last_day.map(|day| day.0),
        weekly_times: stored(&times),
        places: input.places,
        held: 0,
        facilitators: names(&mut form, &input.facilitators),
        cancelled_at: None,
        cancel_reason: None,
        version: 1,
        created_at: write.now(),
    };
    let named = ldus(write, &input.ldu_ids).await?;
    form.refuse(check_plan(&plan(&row, &times, named.len())));
    form.finish()?;
    let mut held = Held::of(write, service.id).await?;
    write.insert(row.clone()).await?;
    let of = named.iter().map(|ldu| cohort_ldu::Model { cohort_id: row.id, ldu_id: *ldu });
    write.insert_all(of.collect()).await?;
    offer(write, &mut held, &row, &named)?;
    held.save(write, None).await?;
    Ok(row.id)
}

/// Changes a cohort; the places that it has more are offered to those in line.
pub async fn change_cohort(write: &mut Write, input: ChangeCohortInput) -> Result<CohortId> {
    let before = kept(write, input.cohort_id, input.version).await?;
    let mut held = Held::of(write, before.service_id).await?;
    // What was offered and has lapsed is no longer held.
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    let times = match &input.weekly_times {
        Some(given) => times(&mut form, given),
        None => read_times(&before.weekly_times)?,
    };
    after.weekly_times = stored(&times);
    if let Some(venue) = &input.venue {
        after.venue = form.required("venue", venue, SHORT_TEXT);
    }
    if let Some(facilitators) = &input.facilitators {
        after.facilitators = names(&mut form, facilitators);
    }
    after.mode = input.mode.map_or(after.mode, Coded::from);
    after.first_day = input.first_day.map_or(after.first_day, |day| day.0);
    after.last_day = match input.last_day {
        MaybeUndefined::Undefined => after.last_day,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(day) => Some(day.0),
    };
    after.places = input.places.unwrap_or(after.places);
    let present = write.find::<cohort_ldu::Entity>().filter(cohort_ldu::Column::CohortId.eq(before.id));
    let present: Vec<_> = present.all().await?;
    let named = match &input.ldu_ids {
        Some(ids) => ldus(write, ids).await?,
        None => present.iter().map(|row| row.ldu_id).collect(),
    };
    form.refuse(check_plan(&plan(&after, &times, named.len())));
    form.finish()?;
    offer(write, &mut held, &after, &named)?;
    let moved = set_ldus(write, before.id, present, &named).await?;
    // Who is out of the line goes before the cohort has fewer places, and its new places come before they are offered.
    let more = after.places >= before.places;
    let change = async |write: &mut Write| match moved {
        true => write.replace(&before, after.clone()).await.map_err(overbooked),
        false => write.update(&before, after.clone()).await.map_err(overbooked),
    };
    if more {
        change(write).await?;
        held.save(write, None).await?;
    } else {
        held.save(write, None).await?;
        change(write).await?;
    }
    Ok(before.id)
}

/// Cancels a cohort, with every place in it and everybody who waits for it.
pub async fn cancel_cohort(write: &mut Write, input: CancelCohortInput) -> Result<CohortId> {
    let before = kept(write, input.cohort_id, input.version).await?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let mut held = Held::of(write, before.service_id).await?;
    held.line.cancel(before.id.0, write.now());
    held.save(write, None).await?;
    let booked = write
        .consequence::<place::Entity>()
        .filter(place::Column::CohortId.eq(before.id))
        .filter(place::Column::Status.eq(PlaceStatus::Booked.code()))
        .all()
        .await?;
    for place in booked {
        let after = place::Model {
            status: Coded(PlaceStatus::Cancelled),
            ended_at: Some(write.now()),
            end_reason: Some(reason.clone()),
            ..place.clone()
        };
        write.update_consequence(&place, after).await?;
    }
    let after =
        cohort::Model { cancelled_at: Some(write.now()), cancel_reason: Some(reason), ..before.clone() };
    Ok(write.update(&before, after).await?.id)
}

/// A cohort at the version that the caller read, which they keep and which was not cancelled.
async fn kept(write: &Write, id: GlobalId<cohort::Entity>, version: i32) -> Result<cohort::Model> {
    let cohort = write.find::<cohort::Entity>().get(id.0).await?;
    if cohort.provider_id != write.scope().organisation() {
        let message = "Another provider keeps this cohort.";
        return Err(Refusal::of(PlaceRefusal::NotPermitted, "cohortId", message).into());
    }
    write.expect_version(&cohort, version).await?;
    if let Some(reason) = &cohort.cancel_reason {
        let message = format!("The cohort was cancelled: {reason}");
        return Err(Refusal::of(PlaceRefusal::CohortCancelled, "cohortId", message).into());
    }
    if cohort.last_day.is_some_and(|last| last < write.today()) {
        let message = "The cohort is over: what it was stays as it is.";
        return Err(Refusal::of(PlaceRefusal::Closed, "cohortId", message).into());
    }
    Ok(cohort)
}

/// Has the line know the cohort as it is now, and offer what is free of it.
fn offer(write: &Write, held: &mut Held, row: &cohort::Model, ldus: &[Id<ldu::Entity>]) -> Result<()> {
    let mut room = calendar::room(row, ldus.iter().map(|id| id.0).collect());
    room.held = held.line.held(row.id.0).unwrap_or(row.held);
    held.line.put(room, write.now())?;
    Ok(())
}

fn plan<'a>(row: &cohort::Model, times: &'a [WeeklyTime], ldus: usize) -> Plan<'a> {
    Plan {
        rolling: row.rolling,
        first_day: row.first_day,
        last_day: row.last_day,
        times,
        places: row.places,
        facilitators: row.facilitators.as_array().map_or(0, Vec::len),
        ldus,
    }
}

/// Times of the week that a client wrote.
fn times(form: &mut Form<PlaceRefusal>, given: &[WeeklyTimeInput]) -> Vec<WeeklyTime> {
    let mut times = Vec::new();
    for (index, one) in given.iter().enumerate() {
        match WeeklyTime::parse(one.day.0, &one.starts, &one.ends) {
            Some(time) => times.push(time),
            None => form.within_item("weeklyTimes", index, |form| {
                let message = "Write times of the day as 18:00.";
                form.refuse([Refusal::of(PlaceRefusal::Invalid, "starts", message)]);
            }),
        }
    }
    times
}

fn stored(times: &[WeeklyTime]) -> Value {
    let one = |time: &WeeklyTime| {
        let (starts, ends) = (time.starts.format("%H:%M").to_string(), time.ends.format("%H:%M").to_string());
        json!({ "day": time.day.code(), "starts": starts, "ends": ends })
    };
    times.iter().map(one).collect()
}

/// The times of the week that a row holds.
pub fn read_times(stored: &Value) -> Result<Vec<WeeklyTime>> {
    let one = |time: &Value| {
        let day = Weekday::from_code(time["day"].as_str()?)?;
        WeeklyTime::parse(day, time["starts"].as_str()?, time["ends"].as_str()?)
    };
    let all: Option<Vec<_>> = stored.as_array().and_then(|times| times.iter().map(one).collect());
    all.ok_or_else(|| Fault::internal(format!("these are no times of a week: {stored}")))
}

fn names(form: &mut Form<PlaceRefusal>, given: &[String]) -> Value {
    let mut name = |(index, name): (usize, &String)| {
        form.within("facilitators", |form| form.required(&index.to_string(), name, SHORT_TEXT))
    };
    given.iter().enumerate().map(&mut name).collect()
}

/// The LDUs that a client named, each once.
async fn ldus(write: &Write, given: &[GlobalId<ldu::Entity>]) -> Result<Vec<Id<ldu::Entity>>> {
    let mut ids: Vec<_> = given.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    if write.find::<ldu::Entity>().by_ids(ids.iter().copied()).await?.len() < ids.len() {
        return Err(Fault::not_found("LDU"));
    }
    Ok(ids)
}

/// Gives the cohort these LDUs and no others; whether that changes anything.
async fn set_ldus(
    write: &mut Write,
    cohort: CohortId,
    present: Vec<cohort_ldu::Model>,
    named: &[Id<ldu::Entity>],
) -> Result<bool> {
    let missing: Vec<_> = named
        .iter()
        .filter(|id| !present.iter().any(|row| row.ldu_id == **id))
        .map(|id| cohort_ldu::Model { cohort_id: cohort, ldu_id: *id })
        .collect();
    let gone: Vec<_> = present.into_iter().filter(|row| !named.contains(&row.ldu_id)).collect();
    let changes = !missing.is_empty() || !gone.is_empty();
    for row in &gone {
        write.remove(row).await?;
    }
    write.insert_all(missing).await?;
    Ok(changes)
}
