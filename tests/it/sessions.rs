//! Sessions: the diary, attendance and feedback in their order, the judgement of absences, groups and RAR days.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{attendance, audit_event, charge, feedback, group_session, referral, session, session_change};
use sea_orm::{EntityTrait, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{Person, merge, service, staff, submitted, then};
use crate::world::World;

mod attendance_forms;
mod corrections;
mod diary;
mod endings;
mod feedback_forms;
mod group_life;
mod groups;
mod judgements;
mod rar_days;

/// What is read of a session after each act.
const SESSION: &str = "session { id version number status startsAt endsAt venue cancelledBy cancelReason feedbackDue availableActions
    attendance { outcome } referral { id status version } }";

/// An instant on a day of October 2017, in hours of Greenwich.
fn october(day: u32, hour: u32, minute: u32) -> DateTime<Utc> {
    format!("2017-10-{day:02}T{hour:02}:{minute:02}:00Z").parse().expect("an instant")
}

/// A time of one hour.
fn hour_from(starts_at: DateTime<Utc>) -> Value {
    json!({ "startsAt": starts_at, "endsAt": starts_at + TimeDelta::hours(1) })
}

/// Puts a session of one hour in the diary of a referral.
async fn schedule(
    world: &World,
    who: &str,
    referral: &Value,
    starts_at: DateTime<Utc>,
    more: Value,
) -> Answer {
    let mut input = hour_from(starts_at);
    merge(&mut input, json!({ "referralId": referral["id"], "kind": "ONE_TO_ONE" }));
    merge(&mut input, more);
    world.as_person(who).mutate("scheduleSession", input, SESSION).await
}

/// Does something to a session at the version last read.
async fn act(world: &World, who: &str, field: &str, session: &Value, more: Value) -> Answer {
    let mut input = json!({ "sessionId": session["id"], "version": session["version"] });
    merge(&mut input, more);
    world.as_person(who).mutate(field, input, SESSION).await
}

/// The session in the payload of the only mutation of an answer.
#[track_caller]
fn session(answer: Answer) -> Value {
    let answer = answer.granted();
    let payload = answer.body["data"].as_object().and_then(|data| data.values().next()).expect("a payload");
    payload["session"].clone()
}

/// A session in the diary of `yss-worker`, which began an hour ago.
async fn begun(world: &World, referral: &Value) -> Value {
    let starts_at = world.clock.now() - TimeDelta::hours(1);
    session(schedule(world, "yss-worker", referral, starts_at, json!({})).await)
}

/// A session of `yss-worker` whose attendance is recorded so.
async fn recorded(world: &World, referral: &Value, attendance: Value) -> Value {
    let begun = begun(world, referral).await;
    session(act(world, "yss-worker", "recordAttendance", &begun, attendance).await)
}

/// The person came and the session happened.
fn came() -> Value {
    json!({ "attended": true, "happened": true })
}

/// The person did not come; the provider thinks that it is acceptable.
fn missed() -> Value {
    json!({
        "attended": false, "happened": false, "proposedAcceptable": true, "absenceReason": "ILLNESS",
        "contactAttempts": "Rang twice.",
    })
}

/// A filled feedback form.
fn form() -> Value {
    json!({ "whatWasDone": "The letters.", "response": "Engaged well.", "nextSteps": "The housing office." })
}

/// The same with more, or with something else.
fn with(mut record: Value, more: Value) -> Value {
    merge(&mut record, more);
    record
}

/// Reads a session.
async fn read(world: &World, who: &str, session: &Value, selection: &str) -> Answer {
    let document = format!("query($id: ID!) {{ session(id: $id) {{ {selection} }} }}");
    world.as_person(who).query(&document, json!({ "id": session["id"] })).await
}

/// The session as it is now.
async fn now(world: &World, who: &str, session: &Value) -> Value {
    let answer = read(world, who, session, "id version status startsAt endsAt venue").await.granted();
    answer.data("/session").clone()
}

/// The code and the field of each refusal.
fn said(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.error_code(), None, "{answer:?}");
    let mut said: Vec<_> =
        answer.user_errors().into_iter().map(|refusal| (refusal.field, refusal.code.to_owned())).collect();
    said.sort();
    said
}

/// The same as a scenario writes it.
fn named(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut named: Vec<_> =
        expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
    named.sort();
    named
}

/// A referral to a service of YSS, accepted and assigned to this member of its staff.
async fn accepted_by(world: &World, person: &Person, name: &str, worker: &str, more: Value) -> Value {
    let service = service(world, "YSS", name).await;
    let sent = submitted(world, person, &service, more).await;
    let worker = json!({ "workerId": staff(world, worker).await });
    crate::referring::referral(then(world, "yss-manager", "acceptReferral", &sent, worker).await)
}

/// A referral to Willowdene's programme for single days, accepted and assigned to `willowdene-worker`.
async fn accepted_by_willowdene(world: &World, person: &Person) -> Value {
    let service = service(world, "Willowdene", "Counselling and skills support programme: single day").await;
    let sent = submitted(world, person, &service, json!({})).await;
    let worker = json!({ "workerId": staff(world, "Wren Dale").await });
    crate::referring::referral(then(world, "willowdene-manager", "acceptReferral", &sent, worker).await)
}

/// Everything that an act on a session could write.
#[derive(Debug, PartialEq)]
struct Written {
    sessions: Vec<session::Model>,
    counts: [u64; 7],
}

async fn written(world: &World) -> Written {
    async fn count<E: EntityTrait>(world: &World) -> u64
    where
        E::Model: Sync,
    {
        E::find().count(&world.database).await.expect("a count")
    }
    let mut sessions = session::Entity::find().all(&world.database).await.expect("sessions");
    sessions.sort_by_key(|row| row.id);
    let counts = [
        count::<session_change::Entity>(world).await,
        count::<group_session::Entity>(world).await,
        count::<attendance::Entity>(world).await,
        count::<feedback::Entity>(world).await,
        count::<charge::Entity>(world).await,
        count::<referral::Entity>(world).await,
        count::<audit_event::Entity>(world).await,
    ];
    Written { sessions, counts }
}
