//! The rate card: what a service costs on which day, by whose decision, and who may know it.

use entity::{audit_event, idempotency_key, price, price_batch};
use sea_orm::{EntityTrait as _, PaginatorTrait as _, QueryOrder as _};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{merge, service};
use crate::scenario;
use crate::world::World;

mod changes;
mod files;
mod forms;
mod own;
mod publishing;

/// Writes prices and imports cards.
const AUTHOR: &str = "card-admin";
/// The second administrator, who approves.
const APPROVER: &str = "card-approver";
/// What is read of a price after each act.
const PRICE: &str = "price { id version status money { amount } effectiveFrom effectiveTo availableActions
    loadedAsHistory reason decisionReason decidedAt author { name } approver { name } }";

async fn mentoring(world: &World) -> String {
    service(world, "YSS", "Meet and Mentor").await
}

async fn support(world: &World) -> String {
    service(world, "YSS", "Enhanced Support Service").await
}

/// A draft of the card price of a service, from the first of November, but for what `more` says.
async fn draft(world: &World, service: &str, more: Value) -> Answer {
    let mut input = json!({
        "serviceId": service, "kind": "CARD", "pence": 3_300, "effectiveFrom": "2017-11-01", "reason": "Costs have risen.",
    });
    merge(&mut input, more);
    world.as_person(AUTHOR).mutate("draftPrice", input, PRICE).await
}

/// Does something to a price at the version last read.
async fn act(world: &World, who: &str, field: &str, price: &Value, more: Value) -> Answer {
    let mut input = json!({ "priceId": price["id"], "version": price["version"] });
    merge(&mut input, more);
    world.as_person(who).mutate(field, input, PRICE).await
}

/// The thing of that name in the payload of the only mutation of an answer.
#[track_caller]
fn payload(answer: Answer, name: &str) -> Value {
    let answer = answer.granted();
    let payload = answer.body["data"].as_object().and_then(|data| data.values().next()).expect("a payload");
    payload[name].clone()
}

#[track_caller]
fn price(answer: Answer) -> Value {
    payload(answer, "price")
}

/// A price put forward by its author.
async fn submitted(world: &World, service: &str, more: Value) -> Value {
    let draft = price(draft(world, service, more).await);
    price(act(world, AUTHOR, "submitPrice", &draft, json!({})).await)
}

/// A price on the card.
async fn published(world: &World, service: &str, more: Value) -> Value {
    let submitted = submitted(world, service, more).await;
    price(act(world, APPROVER, "publishPrice", &submitted, json!({})).await)
}

/// The prices of a service, the newest first: amount, first day, end and status.
async fn history(world: &World, service: &str, kind: &str) -> Vec<Value> {
    let document =
        "query($service: ID, $kind: PriceKind) { prices(service: $service, kind: $kind, first: 100) {
        nodes { money { amount } effectiveFrom effectiveTo status } } }";
    let answer =
        world.as_person(AUTHOR).query(document, json!({ "service": service, "kind": kind })).await.granted();
    let row = |row: &Value| {
        json!([row["money"]["amount"], row["effectiveFrom"], row["effectiveTo"], row["status"]])
    };
    answer.list("/prices/nodes").iter().map(row).collect()
}

/// The card price of a service on a day, in pence.
async fn pence_on(world: &World, service: &str, day: Value) -> Value {
    let document = "query($id: ID!, $on: Date) { service(id: $id) { price(on: $on) { money { amount } } } }";
    let answer = world.as_person("nps-officer").query(document, json!({ "id": service, "on": day })).await;
    answer.granted().data("/service/price").pointer("/money/amount").cloned().unwrap_or_default()
}

/// Everything that an act on the card could write.
#[derive(Debug, PartialEq)]
struct Written {
    prices: Vec<price::Model>,
    batches: Vec<price_batch::Model>,
    audited: u64,
    keys: u64,
}

async fn written(world: &World) -> Written {
    let database = &world.database;
    Written {
        prices: price::Entity::find().order_by_asc(price::Column::Id).all(database).await.expect("prices"),
        batches: price_batch::Entity::find()
            .order_by_asc(price_batch::Column::Id)
            .all(database)
            .await
            .expect("batches"),
        audited: audit_event::Entity::find().count(database).await.expect("a count"),
        keys: idempotency_key::Entity::find().count(database).await.expect("a count"),
    }
}

/// What somebody finds among the prices: of each its kind, status and provider.
async fn seen(world: &World, who: &str) -> Vec<Value> {
    let document =
        "{ prices(first: 100) { totalCount nodes { kind status service { name provider { name } } } } }";
    let answer = world.as_person(who).query(document, json!({})).await.granted();
    let rows = answer.list("/prices/nodes").to_vec();
    assert_eq!(answer.data("/prices/totalCount"), rows.len(), "{who}");
    rows
}

scenario! {
    async fn the_price_is_that_of_the_day(world) {
        let support = support(world).await;
        let on = [("2017-03-31", Value::Null), ("2017-09-30", json!(5_425)), ("2017-10-01", json!(5_700))];
        for (day, pence) in on {
            assert_eq!(pence_on(world, &support, json!(day)).await, pence, "{day}");
        }
        let document = "query($on: Date) { rateCard(on: $on, first: 100) { totalCount nodes {
            money { amount text currency } unit service { id } } } }";
        for (day, text, count) in [("2017-09-30", "£54.25", 17), ("2017-10-01", "£57.00", 17), ("2017-12-23", "£57.00", 16)] {
            let answer = world.as_person("court-officer").query(document, json!({ "on": day })).await.granted();
            let rows = answer.list("/rateCard/nodes");
            let row = rows.iter().find(|row| row["service"]["id"] == json!(support)).expect("a price");
            assert_eq!((&row["money"]["text"], &row["money"]["currency"], &row["unit"]), (&json!(text), &json!("GBP"), &json!("SESSION")));
            assert_eq!(answer.data("/rateCard/totalCount"), count, "{day}");
        }
    }

    async fn the_day_is_londons(world) {
        let support = support(world).await;
        world.clock.set("2017-09-30T22:59:59Z".parse().expect("an instant"));
        assert_eq!(pence_on(world, &support, Value::Null).await, 5_425);
        world.clock.set("2017-09-30T23:00:00Z".parse().expect("an instant"));
        assert_eq!(pence_on(world, &support, Value::Null).await, 5_700);
        let document = "{ rateCard(first: 100) { nodes { money { amount } service { id } } } }";
        let card = world.as_person("nps-manager").query(document, json!({})).await.granted();
        let row = card.list("/rateCard/nodes").iter().find(|row| row["service"]["id"] == json!(support));
        assert_eq!(row.expect("a price")["money"]["amount"], 5_700);
    }

    async fn a_day_that_nobody_can_mean_is_refused(world) {
        for day in ["1899-12-31", "2201-01-01", "+262142-01-01"] {
            for field in ["rateCard(on: $on) { totalCount }", "prices(on: $on) { totalCount }", "exportRateCard(on: $on)"] {
                let document = format!("query($on: Date) {{ {field} }}");
                let answer = world.as_person("nps-officer").query(&document, json!({ "on": day })).await;
                assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{day} {field} {answer:?}");
            }
        }
    }

    async fn the_nps_sees_the_card_and_neither_supply_prices_nor_drafts(world) {
        let mentoring = mentoring(world).await;
        let draft = price(draft(world, &mentoring, json!({})).await);
        submitted(world, &mentoring, json!({ "pence": 3_400 })).await;
        for who in ["nps-officer", "nps-manager", "court-officer"] {
            let seen = seen(world, who).await;
            // One of them is the NPS's own.
            assert_eq!(seen.len(), 19, "{who}");
            assert!(seen.iter().all(|row| row["kind"] == "CARD" && row["status"] == "PUBLISHED"), "{who} {seen:?}");
            let person = world.as_person(who);
            let one = person.query("query($id: ID!) { price(id: $id) { id } }", json!({ "id": draft["id"] })).await;
            assert_eq!(one.error_code(), Some("NOT_FOUND"), "{who}");
            let node = person.query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": draft["id"] })).await;
            assert_eq!(node.error_code(), Some("NOT_FOUND"), "{who}");
            let hidden = "query($id: ID!) {
                rateCard(kind: SUPPLY) { totalCount }
                prices(service: $id, kind: SUPPLY) { totalCount }
                drafts: prices(status: DRAFT) { totalCount }
                submitted: prices(status: SUBMITTED) { totalCount }
                service(id: $id) { price(kind: SUPPLY) { id } }
                exportRateCard(kind: SUPPLY) }";
            let answer = person.query(hidden, json!({ "id": mentoring })).await.granted();
            for place in ["/rateCard", "/prices", "/drafts", "/submitted"] {
                assert_eq!(answer.data(&format!("{place}/totalCount")), 0, "{who} {place}");
            }
            assert!(answer.data("/service/price").is_null(), "{who}");
            assert_eq!(answer.text("/exportRateCard").lines().count(), 1, "{who}");
        }
    }

    async fn a_provider_sees_the_supply_prices_of_its_own_services_alone(world) {
        for (who, provider, count) in [("yss-manager", "YSS", 2), ("willowdene-manager", "Willowdene", 4)] {
            let seen = seen(world, who).await;
            assert_eq!(seen.len(), count, "{who}");
            for row in &seen {
                assert_eq!((&row["kind"], &row["service"]["provider"]["name"]), (&json!("SUPPLY"), &json!(provider)));
            }
        }
        let manager = world.as_person("yss-manager");
        let document = "query($own: ID!, $other: ID!) {
            own: service(id: $own) { card: price { id } supply: price(kind: SUPPLY) { money { amount } } }
            other: service(id: $other) { card: price { id } supply: price(kind: SUPPLY) { id } }
            exportRateCard(kind: SUPPLY) }";
        let other = service(world, "Willowdene", "Residential placement").await;
        let answer = manager.query(document, json!({ "own": mentoring(world).await, "other": other })).await.granted();
        assert_eq!(answer.data("/own/supply/money/amount"), 2_225);
        for place in ["/own/card", "/other/card", "/other/supply"] {
            assert!(answer.data(place).is_null(), "{place}");
        }
        assert!(!answer.text("/exportRateCard").contains("Willowdene"));
        assert_eq!(answer.text("/exportRateCard").lines().count(), 3);
        let card = manager.query("{ exportRateCard }", json!({})).await.granted();
        assert_eq!(card.text("/exportRateCard").lines().count(), 1);
    }

    async fn a_worker_of_a_provider_sees_no_price(world) {
        let worker = world.as_person("yss-worker");
        for field in ["rateCard { totalCount }", "prices { totalCount }", "exportRateCard"] {
            let answer = worker.query(&format!("{{ {field} }}"), json!({})).await;
            assert_eq!(answer.error_code(), Some("FORBIDDEN"), "{field}");
        }
        let document = "query($id: ID!) { service(id: $id) { card: price { id } supply: price(kind: SUPPLY) { id } } }";
        let answer = worker.query(document, json!({ "id": mentoring(world).await })).await.granted();
        assert!(answer.data("/service/card").is_null() && answer.data("/service/supply").is_null());
    }

    async fn the_crc_sees_card_and_supply_and_its_administrators_drafts_too(world) {
        draft(world, &mentoring(world).await, json!({})).await.granted();
        for (who, drafts) in
            [("crc-officer", 0), ("crc-manager", 0), ("contract-manager", 1), (AUTHOR, 1), (APPROVER, 1), ("inspector", 1)]
        {
            let seen = seen(world, who).await;
            let count = |key: &str, value: &str| seen.iter().filter(|row| row[key] == value).count();
            assert_eq!((count("kind", "SUPPLY"), count("status", "DRAFT")), (21, drafts), "{who}");
            // Whoever sees drafts sees what the NPS alone pays, too.
            assert_eq!(seen.len(), 18 + 21 + 2 * drafts, "{who}");
        }
    }

    async fn only_administrators_of_the_card_change_it(world) {
        let mentoring = mentoring(world).await;
        let drafted = price(draft(world, &mentoring, json!({})).await);
        let before = written(world).await;
        let new = json!({
            "serviceId": mentoring, "kind": "CARD", "pence": 1, "effectiveFrom": "2017-12-01", "reason": "Cheaper.",
        });
        let import = json!({ "csv": "", "reason": "New card." });
        for who in ["nps-officer", "nps-manager", "court-officer", "crc-officer", "yss-manager", "contract-manager", "inspector", "system-admin"] {
            let person = world.as_person(who);
            let answer = person.mutate("draftPrice", new.clone(), PRICE).await;
            assert_eq!(answer.error_code(), Some("FORBIDDEN"), "{who} {answer:?}");
            assert_eq!(person.mutate("importRateCard", import.clone(), "batch { id }").await.error_code(), Some("FORBIDDEN"));
            for field in ["submitPrice", "publishPrice"] {
                assert_eq!(act(world, who, field, &drafted, json!({})).await.error_code(), Some("FORBIDDEN"), "{who}");
            }
            let why = json!({ "reason": "No." });
            for field in ["rejectPrice", "withdrawPrice"] {
                assert_eq!(act(world, who, field, &drafted, why.clone()).await.error_code(), Some("FORBIDDEN"), "{who}");
            }
        }
        assert_eq!(written(world).await, before);
    }

    async fn a_batch_is_read_by_those_who_keep_the_card_and_by_inspectors(world) {
        let document = "{ prices(kind: CARD, first: 2) { nodes { batch { id author { name } approver { name } prices(first: 100) { nodes { id } } } } } }";
        let kept = world.as_person(APPROVER).query(document, json!({})).await.granted();
        let batch = kept.data("/prices/nodes/1/batch").clone();
        assert_eq!(batch["prices"]["nodes"].as_array().map(Vec::len), Some(18));
        assert_ne!(batch["author"]["name"], batch["approver"]["name"]);
        let other = world.as_person("nps-officer").query(document, json!({})).await.granted();
        assert!(other.data("/prices/nodes/1/batch").is_null());
        let one = "query($id: ID!) { priceBatch(id: $id) { id } }";
        world.as_person("inspector").query(one, json!({ "id": batch["id"] })).await.granted();
        let refused = world.as_person("nps-officer").query(one, json!({ "id": batch["id"] })).await;
        assert_eq!(refused.error_code(), Some("FORBIDDEN"));
        let node = world.as_person("nps-officer").query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": batch["id"] })).await;
        assert_eq!(node.error_code(), Some("NOT_FOUND"), "{node:?}");
    }
}
