//! How people are registered and referred in scenarios: through the API, as officers do it.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::world::World;

/// The NPS.
pub const NPS: &str = "National Probation Service";
/// The CRC.
pub const CRC: &str = "Warwickshire & West Mercia CRC";

/// Somebody under supervision, with what the scenario needs to name.
pub struct Person {
    /// The case.
    pub case: String,
    /// The sentence.
    pub sentence: String,
    /// The subject of the responsible officer.
    pub officer: &'static str,
}

/// The identifier of an organisation.
pub async fn organisation(world: &World, name: &str) -> String {
    let answer = world
        .as_person("inspector")
        .query("{ organisations(first: 100) { nodes { id name } } }", json!({}))
        .await;
    named(answer.granted().list("/organisations/nodes"), name)
}

/// The identifier of a service, by its name and its provider's.
pub async fn service(world: &World, provider: &str, name: &str) -> String {
    let document = "query($provider: ID) { services(provider: $provider, first: 100) { nodes { id name } } }";
    let provider = organisation(world, provider).await;
    let answer = world.as_person("inspector").query(document, json!({ "provider": provider })).await;
    named(answer.granted().list("/services/nodes"), name)
}

/// The identifier of a member of staff, by name.
pub async fn staff(world: &World, name: &str) -> String {
    let answer =
        world.as_person("inspector").query("{ people(first: 100) { nodes { id name } } }", json!({})).await;
    named(answer.granted().list("/people/nodes"), name)
}

fn named(rows: &[Value], name: &str) -> String {
    let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("there is no {name}"));
    row["id"].as_str().expect("an identifier").to_owned()
}

/// The day on which scenarios begin.
pub fn today(world: &World) -> NaiveDate {
    world.clock.now().date_naive()
}

/// What is registered of a man of thirty on a community order with twenty RAR days, but for what `more` says.
pub fn registration(world: &World, crn: &str, more: Value) -> Value {
    let mut input = json!({
        "crn": crn,
        "givenNames": "Owain",
        "familyName": "Probert",
        "dateOfBirth": "1987-02-03",
        "gender": "MALE",
        "circumstances": { "likelihoodOfReoffending": "HIGH" },
        "sentences": [{
            "kind": "COMMUNITY_ORDER",
            "startsOn": today(world) - Days::new(30),
            "endsOn": today(world) + Days::new(300),
            "maxRarDays": 20,
        }],
    });
    merge(&mut input, more);
    input
}

/// Puts the members of one object over another's.
pub fn merge(object: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (object.as_object_mut(), more) {
        object.extend(more);
    }
}

/// A person registered at court, allocated to `holder` and given to its officer.
pub async fn person(world: &World, crn: &str, holder: &str, more: Value) -> Person {
    let court = world.as_person("court-officer");
    let input = registration(world, crn, more);
    let made =
        court.mutate("registerCase", input, "case { id version sentences { nodes { id } } }").await.granted();
    let case = made.text("/registerCase/case/id").to_owned();
    let input = json!({
        "caseId": case,
        "version": made.data("/registerCase/case/version"),
        "organisationId": organisation(world, holder).await,
        "reason": "By the risk assessment.",
    });
    court.mutate("allocateCase", input, "case { id }").await.granted();
    let (manager, officer, name) = if holder == NPS {
        ("nps-manager", "nps-officer", "Nadia Prosser")
    } else {
        ("crc-manager", "crc-officer", "Colin Rudge")
    };
    let manager = world.as_person(manager);
    let read =
        manager.query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": case })).await.granted();
    let input = json!({
        "caseId": case,
        "version": read.data("/case/version"),
        "officerId": staff(world, name).await,
        "reason": "Room on the caseload.",
    });
    manager.mutate("assignOfficer", input, "case { id }").await.granted();
    let sentence =
        made.data("/registerCase/case/sentences/nodes/0/id").as_str().unwrap_or_default().to_owned();
    Person { case, sentence, officer }
}

/// What a complete referral says.
pub fn fields(person: &Person, more: Value) -> Value {
    let mut fields = json!({
        "urgency": "ROUTINE",
        "sentenceId": person.sentence,
        "rarDays": 5,
        "reason": "Needs a home of his own.",
        "riskSummary": "Calm with staff.",
        "expectedUnits": 6,
        "desiredOutcomes": [{ "need": "ACCOMMODATION", "description": "Has a tenancy." }],
    });
    merge(&mut fields, more);
    fields
}

/// What is read of a referral after each act.
pub const REFERRAL: &str = "referral { id version status reference }";

/// Drafts a referral.
pub async fn draft(world: &World, person: &Person, service: &str, more: Value) -> Answer {
    let input = json!({ "caseId": person.case, "serviceId": service, "fields": fields(person, more) });
    world.as_person(person.officer).mutate("draftReferral", input, REFERRAL).await
}

/// Does something to a referral at the version last read.
pub async fn then(world: &World, who: &str, field: &str, referral: &Value, more: Value) -> Answer {
    let mut input = json!({ "referralId": referral["id"], "version": referral["version"] });
    merge(&mut input, more);
    world.as_person(who).mutate(field, input, REFERRAL).await
}

/// The referral in the payload of the only mutation of an answer.
#[track_caller]
pub fn referral(answer: Answer) -> Value {
    let answer = answer.granted();
    let payload = answer.body["data"].as_object().and_then(|data| data.values().next()).expect("a payload");
    payload["referral"].clone()
}

/// A referral sent to its provider.
pub async fn submitted(world: &World, person: &Person, service: &str, more: Value) -> Value {
    let draft = referral(draft(world, person, service, more).await);
    referral(then(world, person.officer, "submitReferral", &draft, json!({})).await)
}

/// A referral to YSS's Enhanced Support Service, accepted and assigned to `yss-worker`.
pub async fn accepted(world: &World, person: &Person) -> Value {
    let service = service(world, "YSS", "Enhanced Support Service").await;
    let sent = submitted(world, person, &service, json!({})).await;
    let worker = json!({ "workerId": staff(world, "Yusuf Shah").await });
    referral(then(world, "yss-manager", "acceptReferral", &sent, worker).await)
}
