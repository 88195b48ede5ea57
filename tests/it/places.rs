//! The calendar and its places: who has one, who waits, what becomes of an offer, and how long people wait.

mod calendar;
mod crowd;
mod lines;
mod waits;

use chrono::{Days, TimeDelta};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{CRC, NPS, Person, merge, person, service, submitted};
use crate::world::World;

/// What is read of a cohort after each act.
pub const COHORT: &str = "cohort { id version places placesLeft waiting cancelReason availableActions }";
/// What is read of a place after each act.
pub const PLACE: &str = "place { id version status position offerUntil availableActions cohort { id } }";

/// The CRC's Thinking Skills Programme.
pub async fn programme(world: &World) -> String {
    service(world, CRC, "Thinking Skills Programme (TSP)").await
}

/// What is said of a cohort of eight places that begins in three weeks, but for what `more` says.
pub async fn planned(world: &World, service: &str, more: Value) -> Value {
    let first = rules::london::day(world.clock.now()) + Days::new(21);
    let mut input = json!({
        "serviceId": service, "venue": "The chapel", "lduIds": [ldu(world, NPS, "Worcestershire").await], "mode": "EVENING",
        "firstDay": first, "lastDay": first + Days::new(70), "places": 8, "facilitators": ["Grace Munn"],
        "weeklyTimes": [{ "day": "TUESDAY", "starts": "18:00", "ends": "20:30" }],
    });
    merge(&mut input, more);
    input
}

/// The identifier of an LDU.
pub async fn ldu(world: &World, holder: &str, name: &str) -> String {
    let read = "{ organisations(first: 100) { nodes { name ldus { nodes { id name } } } } }";
    let answer = world.as_person("inspector").query(read, json!({})).await.granted();
    let holder = answer
        .list("/organisations/nodes")
        .iter()
        .find(|row| row["name"] == holder)
        .expect("a holder")
        .clone();
    let ldu = holder["ldus"]["nodes"]
        .as_array()
        .expect("LDUs")
        .iter()
        .find(|row| row["name"] == name)
        .expect("an LDU");
    ldu["id"].as_str().expect("an identifier").to_owned()
}

/// A cohort of the programme.
pub async fn cohort(world: &World, more: Value) -> Value {
    let input = planned(world, &programme(world).await, more).await;
    let made = world.as_person("crc-group-manager").mutate("scheduleCohort", input, COHORT).await.granted();
    made.data("/scheduleCohort/cohort").clone()
}

/// A referral of the NPS to the programme.
pub async fn referred(world: &World, crn: &str) -> Value {
    let somebody = person(world, crn, NPS, json!({})).await;
    referral_of(world, &somebody).await
}

/// A referral of somebody to the programme.
pub async fn referral_of(world: &World, somebody: &Person) -> Value {
    submitted(world, somebody, &programme(world).await, json!({})).await["id"].clone()
}

/// Books a place.
pub async fn book(world: &World, who: &str, referral: &Value, cohort: &Value) -> Answer {
    let input = json!({ "referralId": referral, "cohortId": cohort["id"] });
    world.as_person(who).mutate("bookPlace", input, PLACE).await
}

/// Joins the line for a cohort.
pub async fn join(world: &World, referral: &Value, cohort: &Value) -> Answer {
    let input = json!({ "referralId": referral, "cohortId": cohort["id"] });
    world.as_person("nps-officer").mutate("joinWaitingList", input, PLACE).await
}

/// Does something with a place at its present version.
pub async fn with_place(world: &World, who: &str, field: &str, referral: &Value, more: Value) -> Answer {
    let place = standing(world, referral).await;
    let mut input = json!({ "placeId": place["id"], "version": place["version"] });
    merge(&mut input, more);
    world.as_person(who).mutate(field, input, PLACE).await
}

/// The place that stands of a referral, as its officer reads it.
pub async fn standing(world: &World, referral: &Value) -> Value {
    let document = format!("query($id: ID!) {{ referral(id: $id) {{ {PLACE} }} }}");
    let read = world.as_person("nps-officer").query(&document, json!({ "id": referral })).await.granted();
    read.data("/referral/place").clone()
}

/// A cohort, as the court reads it.
pub async fn read(world: &World, cohort: &Value) -> Value {
    let document = format!("query($id: ID!) {{ {} }}", COHORT.replacen("cohort", "cohort(id: $id)", 1));
    let read =
        world.as_person("court-officer").query(&document, json!({ "id": cohort["id"] })).await.granted();
    read.data("/cohort").clone()
}

/// Lets hours pass.
pub fn pass(world: &World, hours: i64) {
    world.clock.set(world.clock.now() + TimeDelta::hours(hours));
}

/// A place for somebody, and somebody in line behind them.
pub async fn waiting(world: &World, somebody: &Person) {
    let cohort = cohort(world, json!({ "places": 1 })).await;
    let referral = referral_of(world, somebody).await;
    book(world, somebody.officer, &referral, &cohort).await.granted();
}
