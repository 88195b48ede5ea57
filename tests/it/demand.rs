//! Use and demand: counted over what each may see, and told apart by what is asked for.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::charges::{SESSION, at, support};
use crate::delivering::absent;
use crate::referring::{NPS, person, service, submitted, then};
use crate::scenario;
use crate::world::World;

const COUNTS: &str =
    "service { name } need area purchaser month referrals accepted declined unanswered started
    medianWaitDays units spend { amount }";

/// The counts that somebody is told.
async fn counts(world: &World, who: &str, arguments: &str) -> Vec<Value> {
    let document = format!("{{ demand({arguments}) {{ nodes {{ {COUNTS} }} }} }}");
    world.as_person(who).query(&document, json!({})).await.granted().list("/demand/nodes").to_vec()
}

/// One of them, by the value of a field.
fn of<'c>(counts: &'c [Value], field: &str, value: &Value) -> &'c Value {
    let found = counts.iter().find(|row| row.pointer(field) == Some(value));
    found.unwrap_or_else(|| panic!("nothing of {value}: {counts:#?}"))
}

/// Referrals, accepted, declined, unanswered, started and units.
fn figures(row: &Value) -> [i64; 6] {
    ["referrals", "accepted", "declined", "unanswered", "started", "units"]
        .map(|name| row[name].as_i64().unwrap_or_default())
}

const WINTER: &str = "from: \"2017-12-01\", to: \"2017-12-31\"";

scenario! {
    async fn what_became_of_referrals_is_counted_over_what_one_may_see(world) {
        world.clock.set(at("2017-12-04T10:00:00Z"));
        // Five who came after one to five days, one who did not, one who is declined, one who waits for an answer.
        for wait in 0..5 {
            let delivery = support(world, &format!("R00000{wait}")).await;
            world.clock.set(at("2017-12-11T10:00:00Z"));
            delivery.attended(at("2017-12-05T09:00:00Z") + TimeDelta::days(wait)).await;
            world.clock.set(at("2017-12-04T10:00:00Z"));
        }
        let delivery = support(world, "R000005").await;
        world.clock.set(at("2017-12-11T10:00:00Z"));
        let missed = delivery.session(at("2017-12-06T09:00:00Z"), 60).await;
        missed.record(absent(false)).await;
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let owain = person(world, "R000006", NPS, json!({})).await;
        let sent = submitted(world, &owain, &id, json!({})).await;
        let why = json!({ "reason": "NO_CAPACITY", "note": "Full." });
        then(world, "yss-manager", "declineReferral", &sent, why).await.granted();
        let owain = person(world, "R000007", NPS, json!({})).await;
        submitted(world, &owain, &id, json!({})).await;
        for who in ["nps-manager", "yss-manager", "inspector"] {
            let all = counts(world, who, WINTER).await;
            let row = of(&all, "/service/name", &json!("Enhanced Support Service"));
            // The card is none of the provider's business.
            let pays = who != "yss-manager";
            let units = if pays { 5 } else { 0 };
            assert_eq!(figures(row), [8, 6, 1, 1, 5, units], "{who}");
            assert_eq!((&row["medianWaitDays"], &row["spend"]["amount"]), (&json!(3), &json!(units * SESSION)), "{who}");
        }
        for who in ["crc-manager", "willowdene-manager"] {
            assert_eq!(counts(world, who, WINTER).await, [] as [Value; 0], "{who}");
        }
        // Those who keep the card count what was priced by it, of nobody in particular.
        for who in ["contract-manager", "card-admin"] {
            let all = counts(world, who, WINTER).await;
            let row = of(&all, "/service/name", &json!("Enhanced Support Service"));
            assert_eq!(figures(row), [8, 6, 1, 1, 5, 5], "{who}");
            assert_eq!((&row["medianWaitDays"], &row["spend"]["amount"]), (&json!(3), &json!(5 * SESSION)), "{who}");
            let by_need = counts(world, who, &format!("by: NEED, {WINTER}")).await;
            let row = of(&by_need, "/need", &json!("ACCOMMODATION"));
            assert_eq!((&row["referrals"], &row["units"], &row["spend"]["amount"]), (&json!(8), &Value::Null, &json!(5 * SESSION)));
            let by_month = counts(world, who, "by: MONTH, from: \"2017-11-01\", to: \"2017-12-31\"").await;
            assert_eq!(figures(of(&by_month, "/month", &json!("2017-12-01"))), [8, 6, 1, 1, 5, 5]);
            let by_side = counts(world, who, &format!("by: PURCHASER, purchaser: CRC, {WINTER}")).await;
            assert_eq!(by_side, [] as [Value; 0]);
        }
        for who in ["nps-officer", "yss-worker"] {
            let refused = world.as_person(who).query("{ demand { nodes { referrals } } }", json!({})).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{who}");
        }
        let by_need = counts(world, "nps-manager", &format!("by: NEED, {WINTER}")).await;
        let row = of(&by_need, "/need", &json!("ACCOMMODATION"));
        assert_eq!((&row["referrals"], &row["units"], &row["spend"]["amount"]), (&json!(8), &Value::Null, &json!(5 * SESSION)));
        let by_side = counts(world, "inspector", &format!("by: PURCHASER, {WINTER}")).await;
        assert_eq!(figures(of(&by_side, "/purchaser", &json!("NPS"))), [8, 6, 1, 1, 5, 5]);
        let by_month = counts(world, "inspector", "by: MONTH, from: \"2017-11-01\", to: \"2017-12-31\"").await;
        assert_eq!(figures(of(&by_month, "/month", &json!("2017-12-01"))), [8, 6, 1, 1, 5, 5]);
        let by_area = counts(world, "nps-manager", &format!("by: AREA, {WINTER}")).await;
        assert_eq!(by_area.iter().filter_map(|row| row["referrals"].as_i64()).sum::<i64>(), 8);
        let other = counts(world, "inspector", &format!("purchaser: CRC, {WINTER}")).await;
        assert_eq!(other, [] as [Value; 0]);
    }

    async fn what_a_change_of_a_price_did_to_the_volume_is_counted_in_equal_windows(world) {
        let document = "query($id: ID!, $kind: PriceKind, $days: Int) { priceVolumes(service: $id, kind: $kind, days: $days) { nodes { on
            was { amount } is { amount } isOver before { from to referrals accepted started units spend { amount } }
            after { from to referrals accepted started units spend { amount } } } } }";
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let read = async |who: &str, kind: &str, days: i64| {
            world.as_person(who).query(document, json!({ "id": id, "kind": kind, "days": days })).await
        };
        let before = read("nps-manager", "CARD", 1).await.granted().data("/priceVolumes/nodes/0/after").clone();
        let early = support(world, "R000010").await;
        for (hour, day) in [(9, "2017-09-29"), (11, "2017-09-29"), (9, "2017-10-01")] {
            early.attended(at(&format!("{day}T{hour:02}:00:00Z"))).await;
        }
        // The card price rose on the first of October from £54.25 to £57.00; the referral of the second keeps the later one.
        let told = read("nps-manager", "CARD", 7).await.granted();
        let [change] = told.list("/priceVolumes/nodes") else { panic!("one change: {told:?}") };
        assert_eq!((&change["on"], &change["was"]["amount"], &change["is"]["amount"]), (&json!("2017-10-01"), &json!(5_425), &json!(SESSION)));
        assert_eq!((&change["before"]["from"], &change["before"]["to"]), (&json!("2017-09-24"), &json!("2017-10-01")));
        assert_eq!((&change["after"]["from"], &change["after"]["to"]), (&json!("2017-10-01"), &json!("2017-10-08")));
        assert_eq!(change["isOver"], false);
        let figures = |window: &Value| ["referrals", "units"].map(|name| window[name].as_i64().unwrap_or(-1));
        let again = read("inspector", "CARD", 7).await.granted();
        for seen in [change, again.data("/priceVolumes/nodes/0")] {
            assert!(figures(&seen["before"])[1] >= 2 && figures(&seen["after"])[0] >= 1, "{seen}");
        }
        // A day on each side holds only what lies there.
        let near = read("nps-manager", "CARD", 1).await.granted();
        let after = near.data("/priceVolumes/nodes/0/after");
        let spend = |window: &Value| window["spend"]["amount"].as_i64().unwrap_or(-1);
        assert_eq!(figures(after), [figures(&before)[0], figures(&before)[1] + 1]);
        assert_eq!(spend(after), spend(&before) + SESSION);
        for (who, code) in [("nps-officer", "FORBIDDEN"), ("yss-worker", "FORBIDDEN"), ("court-officer", "FORBIDDEN")] {
            assert_eq!(read(who, "CARD", 7).await.error_codes(), [code], "{who}");
        }
        for days in [0, -1, 367] {
            assert_eq!(read("nps-manager", "CARD", days).await.error_codes(), ["BAD_USER_INPUT"], "{days}");
        }
        // The card is none of the provider's business.
        assert_eq!(read("yss-manager", "CARD", 7).await.granted().data("/priceVolumes/nodes"), &json!([]));
    }

    async fn of_few_starts_no_wait_is_told_and_of_many_days_none(world) {
        world.clock.set(at("2017-12-04T10:00:00Z"));
        support(world, "R000008").await.attended(at("2017-12-04T09:00:00Z")).await;
        let all = counts(world, "inspector", WINTER).await;
        let row = of(&all, "/service/name", &json!("Enhanced Support Service"));
        assert_eq!((&row["started"], &row["medianWaitDays"]), (&json!(1), &Value::Null));
        for by in ["NEED", "AREA"] {
            let told = counts(world, "contract-manager", &format!("by: {by}, {WINTER}")).await;
            assert_eq!(told, [] as [Value; 0], "{by}");
        }
        crate::visibility::add_strangers(world).await;
        assert_eq!(counts(world, "stranger-crc", WINTER).await, [] as [Value; 0]);
        assert_eq!(counts(world, "inspector", "from: \"2017-12-31\", to: \"2017-12-01\"").await, [] as [Value; 0]);
        let refused = world.as_person("inspector").query("{ demand(from: \"1900-01-01\") { nodes { referrals } } }", json!({})).await;
        assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"]);
    }
}
