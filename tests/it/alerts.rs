//! Thresholds on margins and unit costs: who may watch what, and when it alerts.

use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{merge, service};
use crate::scenario;
use crate::world::World;

async fn set(world: &World, who: &str, measure: &str, bound: &str, percent: i64, more: Value) -> Answer {
    let mut input =
        json!({ "measure": measure, "bound": bound, "percent": percent, "reason": "Agreed with the NPS." });
    merge(&mut input, more);
    world.as_person(who).mutate("setPriceThreshold", input, "threshold { id version percent }").await
}

/// What alerts somebody on a day, but for the service that the demonstration watches: the measure, the service, the amount and
/// the price that it is a part of.
async fn alerts(world: &World, who: &str, on: &str) -> Vec<Value> {
    let document = "query($on: Date) { priceAlerts(on: $on) { nodes {
        threshold { measure } service { name } money { amount } price { amount } } } }";
    let answer = world.as_person(who).query(document, json!({ "on": on })).await.granted();
    let row = |row: &Value| {
        json!([
            row["threshold"]["measure"],
            row["service"]["name"],
            row["money"]["amount"],
            row["price"]["amount"]
        ])
    };
    let rows = answer.list("/priceAlerts/nodes").iter();
    rows.filter(|row| row["service"]["name"] != "Residential placement").map(row).collect()
}

scenario! {
    async fn a_margin_or_a_cost_that_passes_its_threshold_alerts_those_who_may_know_it(world) {
        let support = service(world, "YSS", "Enhanced Support Service").await;
        let only = json!({ "serviceId": support });
        set(world, "contract-manager", "CRC_MARGIN", "ABOVE", 30, only.clone()).await.granted();
        set(world, "yss-manager", "PROVIDER_MARGIN", "BELOW", 10, json!({})).await.granted();
        set(world, "yss-manager", "UNIT_COST", "ABOVE", 95, json!({})).await.granted();
        // £57.00 less £39.50 is 30.7 % of £57.00; before October it was £54.25, and 27.2 %.
        let margin = json!(["CRC_MARGIN", "Enhanced Support Service", 1_750, 5_700]);
        assert_eq!(alerts(world, "contract-manager", "2017-09-30").await, [] as [Value; 0]);
        for who in ["contract-manager", "card-admin", "inspector"] {
            assert_eq!(alerts(world, who, "2017-10-02").await, std::slice::from_ref(&margin), "{who}");
        }
        assert_eq!(alerts(world, "yss-manager", "2017-10-02").await, [] as [Value; 0]);
        let cost = json!({ "serviceId": support, "pence": 3_600, "effectiveFrom": "2017-04-01", "reason": "Wages." });
        world.as_person("yss-manager").mutate("stateDeliveryCost", cost, "cost { id }").await.granted();
        let earned = json!(["PROVIDER_MARGIN", "Enhanced Support Service", 350, 3_950]);
        assert_eq!(alerts(world, "yss-manager", "2017-10-02").await, std::slice::from_ref(&earned));
        assert_eq!(alerts(world, "contract-manager", "2017-10-02").await, std::slice::from_ref(&margin));
        assert_eq!(alerts(world, "inspector", "2017-10-02").await, [margin, earned]);
        let cost = json!({ "serviceId": support, "pence": 3_900, "effectiveFrom": "2017-11-01", "reason": "Wages." });
        world.as_person("yss-manager").mutate("stateDeliveryCost", cost, "cost { id }").await.granted();
        assert_eq!(alerts(world, "yss-manager", "2017-11-01").await.len(), 2);
        assert_eq!(alerts(world, "willowdene-manager", "2017-11-01").await, [] as [Value; 0]);
    }

    async fn nobody_watches_what_they_may_not_see(world) {
        for (who, measure) in [
            ("contract-manager", "PROVIDER_MARGIN"), ("contract-manager", "UNIT_COST"), ("yss-manager", "CRC_MARGIN"),
        ] {
            let refused = set(world, who, measure, "BELOW", 10, json!({})).await;
            assert_eq!(refused.refusals(), ["NOT_PERMITTED"], "{who} {measure}");
        }
        let others = json!({ "serviceId": service(world, "Willowdene", "Residential placement").await });
        let refused = set(world, "yss-manager", "UNIT_COST", "BELOW", 10, others).await;
        assert_eq!(refused.refusals(), ["NOT_PERMITTED"]);
        let wrong = set(world, "yss-manager", "UNIT_COST", "BELOW", 1_001, json!({ "reason": "" })).await;
        assert_eq!(wrong.refusals(), ["INVALID", "REQUIRED"]);
        for who in ["nps-officer", "nps-manager", "inspector"] {
            let refused = set(world, who, "CRC_MARGIN", "BELOW", 10, json!({})).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{who}");
        }
    }

    async fn a_threshold_is_ended_once_and_alerts_no_more(world) {
        let made = set(world, "contract-manager", "CRC_MARGIN", "ABOVE", 0, json!({})).await.granted();
        let threshold = made.data("/setPriceThreshold/threshold").clone();
        assert!(!alerts(world, "contract-manager", "2017-10-02").await.is_empty());
        let input = json!({ "thresholdId": threshold["id"], "version": threshold["version"] });
        let end = async |who: &str, input: Value| {
            world.as_person(who).mutate("endPriceThreshold", input, "threshold { id version endedAt }").await
        };
        assert_eq!(end("yss-manager", input.clone()).await.error_codes(), ["NOT_FOUND"]);
        end("card-admin", input.clone()).await.granted();
        assert_eq!(alerts(world, "contract-manager", "2017-10-02").await, [] as [Value; 0]);
        assert_eq!(end("contract-manager", input).await.error_code(), Some("CONFLICT"));
        let again = json!({ "thresholdId": threshold["id"], "version": 2 });
        assert_eq!(end("contract-manager", again).await.refusals(), ["ENDED"]);
        let document = "{ priceThresholds { totalCount nodes { endedAt } } }";
        let kept = world.as_person("contract-manager").query(document, json!({})).await.granted();
        // Beside the demonstration's own.
        assert_eq!(kept.data("/priceThresholds/totalCount"), 2);
        assert!(kept.data("/priceThresholds/nodes/0/endedAt").is_string());
    }
}
