//! What an LDU may spend, what of it was delivered, what is committed, and who may know.

use chrono::Days;
use serde_json::{Value, json};

use crate::charges::{SESSION, at};
use crate::delivering::{Delivery, YSS};
use crate::people::Answer;
use crate::referring::{CRC, NPS, merge, person};
use crate::scenario;
use crate::world::World;

const BUDGET: &str =
    "budget { id version money { amount } delivered { amount } committed { amount } remaining { amount }
    startsOn endsOn purchaser ldu { id } supersedes { id } supersededAt }";

/// The LDUs of an organisation.
async fn ldus(world: &World, name: &str) -> Vec<String> {
    let document = "{ organisations(first: 100) { nodes { name ldus { nodes { id } } } } }";
    let answer = world.as_person("inspector").query(document, json!({})).await.granted();
    let found = answer.list("/organisations/nodes").iter().find(|row| row["name"] == name);
    let ldus = found.and_then(|row| row["ldus"]["nodes"].as_array()).expect("an organisation");
    ldus.iter().filter_map(|ldu| ldu["id"].as_str().map(str::to_owned)).collect()
}

async fn set(world: &World, who: &str, ldu: &str, more: Value) -> Answer {
    let mut input = json!({
        "lduId": ldu, "startsOn": "2017-04-01", "endsOn": "2018-04-01", "pence": 100_000, "reason": "As last year.",
    });
    merge(&mut input, more);
    world.as_person(who).mutate("setBudget", input, BUDGET).await
}

async fn change(world: &World, who: &str, budget: &Value, pence: i64) -> Answer {
    let input = json!({
        "budgetId": budget["id"], "version": budget["version"], "pence": pence, "reason": "The second half year.",
    });
    world.as_person(who).mutate("changeBudget", input, BUDGET).await
}

/// What an LDU's budget of a day came to: delivered, committed and remaining.
async fn standing(world: &World, who: &str, ldu: &str, on: &str) -> Vec<[i64; 3]> {
    let document = "query($ldu: ID, $on: Date) { budgets(ldu: $ldu, on: $on) { nodes {
        delivered { amount } committed { amount } remaining { amount } } } }";
    let answer = world.as_person(who).query(document, json!({ "ldu": ldu, "on": on })).await.granted();
    let amount = |row: &Value, name: &str| row[name]["amount"].as_i64().unwrap_or(i64::MIN);
    let figures = |row: &Value| ["delivered", "committed", "remaining"].map(|name| amount(row, name));
    answer.list("/budgets/nodes").iter().map(figures).collect()
}

/// A delivery of YSS to somebody in an LDU of the NPS, of which six sessions are expected.
async fn in_ldu<'w>(world: &'w World, crn: &str, ldu: &str) -> Delivery<'w> {
    let somebody = person(world, crn, NPS, json!({})).await;
    let manager = world.as_person("nps-manager");
    let document = "query($id: ID!) { case(id: $id) { version } }";
    let read = manager.query(document, json!({ "id": somebody.case })).await.granted();
    let input = json!({ "caseId": somebody.case, "version": read.data("/case/version"), "lduId": ldu });
    manager.mutate("updateCase", input, "case { id }").await.granted();
    Delivery::of(world, &somebody, YSS, "Enhanced Support Service").await
}

scenario! {
    async fn a_budget_says_what_was_delivered_what_is_committed_and_what_is_left(world) {
        let ldu = &ldus(world, NPS).await[0];
        set(world, "nps-manager", ldu, json!({})).await.granted();
        let last = json!({ "startsOn": "2016-04-01", "endsOn": "2017-04-01" });
        set(world, "nps-manager", ldu, last).await.granted();
        let [empty] = standing(world, "nps-manager", ldu, "2017-10-02").await[..] else { panic!("one budget") };
        let delivery = in_ldu(world, "N000001", ldu).await;
        let [delivered, committed, remaining] = empty;
        let sent = [delivered, committed + 6 * SESSION, remaining - 6 * SESSION];
        assert_eq!(standing(world, "nps-manager", ldu, "2017-10-02").await, [sent]);
        delivery.attended(at("2017-09-20T09:00:00Z")).await;
        let once = [delivered + SESSION, committed + 5 * SESSION, remaining - 6 * SESSION];
        assert_eq!(standing(world, "nps-manager", ldu, "2017-10-02").await, [once]);
        // What is to come is no matter of a year that is over.
        let over = standing(world, "nps-manager", ldu, "2017-03-31").await;
        assert_eq!(over[0][1], 0);
        let input = json!({ "reason": "NEEDS_CHANGED", "note": "As agreed." });
        let document = "query($id: ID!) { referral(id: $id) { id version } }";
        let read = world.as_person("nps-officer").query(document, json!({ "id": delivery.referral })).await.granted();
        crate::referring::then(world, "nps-officer", "withdrawReferral", read.data("/referral"), input).await.granted();
        let ended = [delivered + SESSION, committed, remaining - SESSION];
        assert_eq!(standing(world, "nps-manager", ldu, "2017-10-02").await, [ended]);
        // The charges of another LDU are its own.
        let other = &ldus(world, NPS).await[1];
        set(world, "nps-manager", other, json!({})).await.granted();
        let before = standing(world, "nps-manager", other, "2017-10-02").await;
        in_ldu(world, "N000002", ldu).await;
        assert_eq!(standing(world, "nps-manager", other, "2017-10-02").await, before);
    }

    async fn a_budget_is_changed_by_another_that_takes_its_place(world) {
        let ldu = &ldus(world, NPS).await[0];
        let made = set(world, "nps-manager", ldu, json!({})).await.granted();
        let budget = made.data("/setBudget/budget").clone();
        assert_eq!((&budget["purchaser"], &budget["ldu"]["id"]), (&json!("NPS"), &json!(ldu)));
        assert_eq!(set(world, "nps-manager", ldu, json!({})).await.refusals(), ["OVERLAPS"]);
        let half = json!({ "startsOn": "2017-10-01", "endsOn": "2018-10-01" });
        assert_eq!(set(world, "nps-manager", ldu, half).await.refusals(), ["OVERLAPS"]);
        let changed = change(world, "nps-manager", &budget, 120_000).await.granted();
        let changed = changed.data("/changeBudget/budget").clone();
        assert_eq!((&changed["supersedes"]["id"], &changed["money"]["amount"]), (&budget["id"], &json!(120_000)));
        assert_eq!(change(world, "nps-manager", &budget, 1).await.error_code(), Some("CONFLICT"));
        let read = json!({ "id": budget["id"], "version": 2 });
        assert_eq!(change(world, "nps-manager", &read, 1).await.refusals(), ["SUPERSEDED"]);
        assert_eq!(standing(world, "nps-manager", ldu, "2017-10-02").await.len(), 1);
    }

    async fn what_is_no_budget_is_refused_and_what_is_anothers_is_not_found(world) {
        let ldu = &ldus(world, NPS).await[0];
        let wrong = json!({ "pence": -1, "endsOn": "2017-04-01", "reason": "" });
        assert_eq!(set(world, "nps-manager", ldu, wrong).await.refusals(), ["INVALID", "EMPTY_PERIOD", "REQUIRED"]);
        let others = &ldus(world, CRC).await[0];
        assert_eq!(set(world, "nps-manager", others, json!({})).await.refusals(), ["NOT_PERMITTED"]);
        let made = set(world, "crc-manager", others, json!({})).await.granted();
        let budget = made.data("/setBudget/budget").clone();
        assert_eq!(change(world, "nps-manager", &budget, 1).await.error_codes(), ["NOT_FOUND"]);
        assert_eq!(standing(world, "nps-manager", others, "2017-10-02").await, [] as [[i64; 3]; 0]);
        assert_eq!(standing(world, "inspector", others, "2017-10-02").await.len(), 1);
        for who in ["nps-officer", "contract-manager", "card-admin", "yss-manager", "inspector"] {
            assert_eq!(set(world, who, ldu, json!({})).await.error_codes(), ["FORBIDDEN"], "{who}");
        }
    }

    async fn two_budgets_of_one_day_are_refused_by_the_database_too(world) {
        use sea_orm::{EntityTrait as _, IntoActiveModel as _};
        let ldu = &ldus(world, NPS).await[0];
        set(world, "nps-manager", ldu, json!({})).await.granted();
        let row = entity::budget::Entity::find().one(&world.database).await.expect("a row").expect("a budget");
        let twin = entity::budget::Model { id: entity::Id::fresh(), starts_on: row.starts_on + Days::new(100), ..row };
        let twin = entity::budget::Entity::insert(twin.into_active_model()).exec_without_returning(&world.database);
        let refused = twin.await.expect_err("two budgets of one day").to_string();
        assert!(refused.contains("budget_periods_apart"), "{refused}");
    }
}
