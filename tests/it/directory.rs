//! The directory: services found by what one knows of them, and the criteria that they keep as rows.

use chrono::{Days, NaiveDate};
use entity::{audit_event, criterion, service, service_need};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{Person, draft, merge, referral, service as service_of, then, today};
use crate::world::World;

mod criteria;
mod entries;

const ADMIN: &str = "card-admin";

/// Adds a criterion to YSS's mentoring, but for what `more` says.
async fn ask(world: &World, value: Value, more: Value) -> Answer {
    let mut input = json!({ "serviceId": mentoring(world).await, "value": value, "reason": "Agreed." });
    merge(&mut input, more);
    world
        .as_person(ADMIN)
        .mutate("addCriterion", input, "criterion { id version kind value description }")
        .await
}

/// Changes a service as it is now.
async fn change(world: &World, id: &str, more: Value) -> Answer {
    let document = "query($id: ID!) { service(id: $id) { version } }";
    let read = world.as_person(ADMIN).query(document, json!({ "id": id })).await.granted();
    let mut input = json!({ "serviceId": id, "version": read.data("/service/version") });
    merge(&mut input, more);
    world
        .as_person(ADMIN)
        .mutate("changeService", input, "service { version openTo withdrawalReason needs }")
        .await
}

async fn mentoring(world: &World) -> String {
    service_of(world, "YSS", "Meet and Mentor").await
}

/// The same as a scenario writes it.
fn named(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut named: Vec<_> =
        expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
    named.sort();
    named
}

/// The code and the field of each refusal.
#[track_caller]
fn said(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.error_code(), None, "{answer:?}");
    let mut said: Vec<_> =
        answer.user_errors().into_iter().map(|refusal| (refusal.field, refusal.code.to_owned())).collect();
    said.sort();
    said
}

/// What comes of submitting a referral to a service: the codes of its refusals.
async fn submit(world: &World, person: &Person, service: &str) -> Answer {
    let drafted = referral(draft(world, person, service, json!({})).await);
    then(world, person.officer, "submitReferral", &drafted, json!({})).await
}

fn tomorrow(world: &World) -> NaiveDate {
    today(world) + Days::new(1)
}

/// Everything that an act on the directory could write.
async fn written(world: &World) -> (Vec<service::Model>, Vec<criterion::Model>, u64, u64) {
    let database = &world.database;
    let mut services = service::Entity::find().all(database).await.expect("services");
    services.sort_by_key(|row| row.id);
    let mut criteria = criterion::Entity::find().all(database).await.expect("criteria");
    criteria.sort_by_key(|row| row.id);
    let needs = service_need::Entity::find().count(database).await.expect("a count");
    let audited = audit_event::Entity::find().count(database).await.expect("a count");
    (services, criteria, needs, audited)
}
