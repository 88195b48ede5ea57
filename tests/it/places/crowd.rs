//! Never more people than places, whatever the concurrency.

use entity::{Id, cohort, place, probation_case, referral};
use rules::terms::PlaceStatus;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _, QueryFilter as _,
};
use serde_json::{Value, json};

use super::{PLACE, cohort as scheduled, referred};
use crate::given::put;
use crate::people::Answer;
use crate::world::{System, World};

/// How many want a place, and how many there are.
const CROWD: usize = 200;
const PLACES: usize = 8;

/// As many referrals like one that was sent, each of somebody else.
async fn crowd(world: &World) -> Vec<String> {
    let sent = referred(world, "N100000").await;
    let sent =
        api::graphql::global_id::GlobalId::<referral::Entity>::parse_text(sent.as_str().expect("text"));
    let sent = referral::Entity::find_by_id(sent.expect("an identifier").0).one(&world.database).await;
    let sent = sent.expect("the referrals").expect("the referral");
    let case = probation_case::Entity::find_by_id(sent.case_id).one(&world.database).await;
    let case = case.expect("the cases").expect("the case");
    let mut all = Vec::new();
    for number in 0..CROWD {
        let crn = format!("N2{number:05}");
        let case = probation_case::Model { id: Id::fresh(), crn, ..case.clone() };
        let case = put(world, case).await;
        let reference = format!("CROWD{number:03}");
        let sent = referral::Model { id: Id::fresh(), reference, case_id: case.id, ..sent.clone() };
        all.push(api::graphql::global_id::GlobalId(put(world, sent).await.id).text());
    }
    all
}

/// What everybody is told who books a place in the cohort at once.
async fn all_at_once(world: &World, cohort: &Value, crowd: &[String]) -> Vec<Answer> {
    let token = world.as_person("nps-officer").token().await;
    let document = format!(
        "mutation($input: BookPlaceInput!) {{ bookPlace(input: $input) {{ {PLACE} userErrors {{ code field message }} }} }}"
    );
    let tries = crowd.iter().map(|referral| {
        let input = json!({ "input": { "referralId": referral, "cohortId": cohort["id"] } });
        let body = json!({ "query": document, "variables": input });
        let request = world.client.post(world.url("/graphql")).bearer_auth(&token).json(&body);
        tokio::spawn(Answer::of(request))
    });
    let mut told = Vec::new();
    for one in tries.collect::<Vec<_>>() {
        told.push(one.await.expect("an answer"));
    }
    told
}

async fn of_two_hundred_eight_have_a_place(system: System) {
    let world = World::with(system, |settings| {
        // Everybody is let in: what is tried is the places.
        settings.admission.concurrent = 0;
        settings.admission.concurrent_per_organisation = 0;
        settings.admission.concurrent_per_person = 0;
        settings.workers = Some(2);
    });
    let Some(world) = world.await else { return };
    let made = scheduled(&world, json!({ "places": PLACES })).await;
    let crowd = crowd(&world).await;
    let told = all_at_once(&world, &made, &crowd).await;
    let booked = told.iter().filter(|answer| answer.body["data"]["bookPlace"]["place"]["status"] == "BOOKED");
    assert_eq!(booked.count(), PLACES);
    let refused = told.iter().filter(|answer| answer.refusals() == ["NO_PLACE_LEFT"]).count();
    let other = told.iter().find(|answer| answer.body.get("errors").is_some());
    assert_eq!(refused, CROWD - PLACES, "{other:?}");
    let held = place::Entity::find().filter(place::Column::Status.eq(rules::Term::code(PlaceStatus::Booked)));
    let id =
        api::graphql::global_id::GlobalId::<cohort::Entity>::parse_text(made["id"].as_str().expect("text"));
    let held =
        held.filter(place::Column::CohortId.eq(id.expect("an identifier").0)).count(&world.database).await;
    assert_eq!(held.expect("a number"), PLACES as u64);
    // One more than there are the database itself refuses, whatever the server says.
    let row = place::Entity::find().filter(place::Column::CohortId.is_not_null()).one(&world.database).await;
    let row = row.expect("the places").expect("a place");
    let free = crowd
        .iter()
        .zip(&told)
        .find(|(_, answer)| !answer.refusals().is_empty())
        .expect("somebody without one");
    let free =
        api::graphql::global_id::GlobalId::<referral::Entity>::parse_text(free.0).expect("an identifier");
    let ninth = place::Model {
        id: Id::fresh(),
        referral_id: free.0,
        cohort_id: Some(id.expect("an identifier").0),
        ..row
    };
    let ninth =
        place::Entity::insert(ninth.into_active_model()).exec_without_returning(&world.database).await;
    let refused = ninth.expect_err("a ninth of eight places").to_string();
    assert!(refused.contains("cohort_never_overbooked"), "{refused}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_at_once_eight_have_a_place_and_the_others_are_told_so_on_sqlite() {
    of_two_hundred_eight_have_a_place(System::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_at_once_eight_have_a_place_and_the_others_are_told_so_on_postgres() {
    of_two_hundred_eight_have_a_place(System::Postgres).await;
}
