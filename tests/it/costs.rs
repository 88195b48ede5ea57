//! What it costs to deliver is the provider's to state and to know; prices explain themselves to each side as far as it
//! may know them.

use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{merge, service};
use crate::scenario;
use crate::world::World;

async fn state(world: &World, who: &str, service: &str, pence: i64, from: &str, more: Value) -> Answer {
    let mut input =
        json!({ "serviceId": service, "pence": pence, "effectiveFrom": from, "reason": "Wages and travel." });
    merge(&mut input, more);
    world.as_person(who).mutate("stateDeliveryCost", input, "cost { id version money { amount } }").await
}

async fn correct(world: &World, who: &str, cost: &Value, pence: i64, more: Value) -> Answer {
    let mut input =
        json!({ "costId": cost["id"], "version": cost["version"], "pence": pence, "reason": "Miscounted." });
    merge(&mut input, more);
    world
        .as_person(who)
        .mutate("correctDeliveryCost", input, "cost { id version supersedes { id supersededAt } }")
        .await
}

async fn history(world: &World, who: &str, service: &str, arguments: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ service(id: $id) {{ priceHistory{arguments} {{ nodes {{ from to card {{ amount }} supply {{ amount }}
           cost {{ amount }} crcMargin {{ amount }} providerMargin {{ amount }} }} }} }} }}"
    );
    let answer = world.as_person(who).query(&document, json!({ "id": service })).await.granted();
    answer.data("/service/priceHistory/nodes").clone()
}

/// A period as an answer shows it.
fn period(from: &str, to: Option<&str>, figures: [Option<i64>; 5]) -> Value {
    let [card, supply, cost, crc, provider] =
        figures.map(|pence| pence.map_or(Value::Null, |pence| json!({ "amount": pence })));
    json!({
        "from": from, "to": to, "card": card, "supply": supply, "cost": cost, "crcMargin": crc,
        "providerMargin": provider,
    })
}

scenario! {
    async fn a_provider_states_what_its_service_costs_and_corrects_it(world) {
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let made = state(world, "yss-manager", &id, 3_600, "2017-04-01", json!({})).await.granted();
        let cost = made.data("/stateDeliveryCost/cost").clone();
        let again = state(world, "yss-manager", &id, 3_700, "2017-04-01", json!({})).await;
        assert_eq!(again.refusals(), ["DUPLICATE"]);
        state(world, "yss-manager", &id, 3_700, "2017-10-01", json!({})).await.granted();
        let corrected = correct(world, "yss-manager", &cost, 3_500, json!({})).await.granted();
        let next = corrected.data("/correctDeliveryCost/cost").clone();
        assert_eq!(next["supersedes"]["id"], cost["id"]);
        // What was corrected is corrected no more, whoever read it when.
        assert_eq!(correct(world, "yss-manager", &cost, 3_400, json!({})).await.error_code(), Some("CONFLICT"));
        let read = json!({ "id": cost["id"], "version": 2 });
        assert_eq!(correct(world, "yss-manager", &read, 3_400, json!({})).await.refusals(), ["SUPERSEDED"]);
        let moved = correct(world, "yss-manager", &next, 3_500, json!({ "effectiveFrom": "2017-10-01" })).await;
        assert_eq!(moved.refusals(), ["DUPLICATE"]);
        let document = "{ deliveryCosts { totalCount nodes { money { amount } supersededAt statedBy { name } } } }";
        let all = world.as_person("yss-manager").query(document, json!({})).await.granted();
        assert_eq!(all.data("/deliveryCosts/totalCount"), 3);
        let standing = all.list("/deliveryCosts/nodes").iter().filter(|row| row["supersededAt"].is_null());
        let mut standing: Vec<_> = standing.filter_map(|row| row["money"]["amount"].as_i64()).collect();
        standing.sort_unstable();
        assert_eq!(standing, [3_500, 3_700]);
    }

    async fn what_is_no_cost_is_refused_with_everything_that_is_wrong(world) {
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let wrong = state(world, "yss-manager", &id, -1, "2017-04-01", json!({ "reason": " " })).await;
        let refusals: Vec<_> = wrong.user_errors().iter().map(|it| (it.code, it.field.clone())).collect();
        assert_eq!(refusals, [("AMOUNT", "pence".to_owned()), ("REQUIRED", "reason".to_owned())]);
        let others = service(world, "Willowdene", "Residential placement").await;
        let refused = state(world, "yss-manager", &others, 100, "2017-04-01", json!({})).await;
        assert_eq!(refused.refusals(), ["NOT_PERMITTED"]);
        for who in ["card-admin", "contract-manager", "nps-officer", "inspector", "yss-worker"] {
            let refused = state(world, who, &id, 100, "2017-04-01", json!({})).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{who}");
        }
    }

    async fn anothers_cost_is_not_found(world) {
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let made = state(world, "yss-manager", &id, 3_600, "2017-04-01", json!({})).await.granted();
        let cost = made.data("/stateDeliveryCost/cost").clone();
        let other = correct(world, "willowdene-manager", &cost, 1, json!({})).await;
        assert_eq!(other.error_codes(), ["NOT_FOUND"]);
        let none = world.as_person("gym-manager").query("{ deliveryCosts { totalCount } }", json!({})).await.granted();
        assert_eq!(none.data("/deliveryCosts/totalCount"), 0);
    }

    async fn each_side_reads_of_the_history_what_it_may_know(world) {
        let id = service(world, "YSS", "Enhanced Support Service").await;
        state(world, "yss-manager", &id, 3_600, "2017-06-01", json!({})).await.granted();
        let whole = history(world, "inspector", &id, "").await;
        let whole = whole.as_array().expect("periods").clone();
        let summer = whole.iter().find(|it| it["from"] == "2017-06-01").expect("the period in which the cost begins");
        let figure = |name: &str| summer[name]["amount"].as_i64().unwrap_or_default();
        let (card, supply) = (figure("card"), figure("supply"));
        assert_eq!((figure("crcMargin"), figure("providerMargin")), (card - supply, supply - 3_600));
        let within = "(from: \"2017-05-20\", to: \"2017-06-10\")";
        let before = [Some(card), Some(supply), None, Some(card - supply), None];
        let after = [Some(card), Some(supply), Some(3_600), Some(card - supply), Some(supply - 3_600)];
        let all = json!([
            period("2017-05-20", Some("2017-06-01"), before), period("2017-06-01", Some("2017-06-10"), after),
        ]);
        let both = json!([period("2017-05-20", Some("2017-06-10"), before)]);
        let only_card = [Some(card), None, None, None, None];
        let nps = json!([period("2017-05-20", Some("2017-06-10"), only_card)]);
        let own = json!([
            period("2017-05-20", Some("2017-06-01"), [None, Some(supply), None, None, None]),
            period("2017-06-01", Some("2017-06-10"), [None, Some(supply), Some(3_600), None, Some(supply - 3_600)]),
        ]);
        for (who, expected) in [
            ("inspector", &all),
            // Not even the day from which a cost is stated shows.
            ("card-admin", &both),
            ("contract-manager", &both),
            ("nps-officer", &nps),
            ("nps-manager", &nps),
            ("court-officer", &nps),
            ("yss-manager", &own),
            ("yss-worker", &json!([])),
            ("willowdene-manager", &json!([])),
            ("system-admin", &json!([])),
        ] {
            assert_eq!(history(world, who, &id, within).await, *expected, "{who}");
        }
    }

    async fn no_two_costs_of_a_service_begin_on_one_day_whatever_the_server_does(world) {
        let id = service(world, "YSS", "Enhanced Support Service").await;
        state(world, "yss-manager", &id, 3_600, "2017-04-01", json!({})).await.granted();
        use sea_orm::{EntityTrait as _, IntoActiveModel as _};
        let row = entity::delivery_cost::Entity::find().one(&world.database).await.expect("a row").expect("a cost");
        let twin = entity::delivery_cost::Model { id: entity::Id::fresh(), ..row };
        let twin = entity::delivery_cost::Entity::insert(twin.into_active_model());
        assert!(twin.exec_without_returning(&world.database).await.is_err(), "a second cost from the same day");
    }
}
