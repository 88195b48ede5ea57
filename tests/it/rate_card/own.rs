//! Prices for one purchaser alone: they go before the general one, and no other purchaser sees them.

use api::graphql::global_id::GlobalId;
use entity::{Id, price as table, referral_price};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};

use super::{APPROVER, AUTHOR, act, draft, history, payload, price, published, support};
use crate::charges::at;
use crate::delivering::{Delivery, YSS};
use crate::people::Answer;
use crate::referring::{CRC, NPS, merge, organisation, person};
use crate::scenario;
use crate::visibility::add_strangers;
use crate::world::World;

const NORTH: &str = "NPS North";

/// A card price of the Enhanced Support Service for the NPS alone, on the card from the first of November.
async fn own(world: &World, more: Value) -> Value {
    let mut all = json!({ "pence": 5_000, "onlyForId": organisation(world, NPS).await });
    merge(&mut all, more);
    published(world, &support(world).await, all).await
}

/// What somebody is told of the card price of a day: the amount, and for whom alone it holds.
async fn told(world: &World, who: &str, arguments: &str) -> Value {
    let document = format!(
        "query($id: ID!) {{ service(id: $id) {{ price({arguments}) {{ money {{ amount }} onlyFor {{ name }} }} }} }}"
    );
    let answer = world.as_person(who).query(&document, json!({ "id": support(world).await })).await.granted();
    let price = answer.data("/service/price").clone();
    json!([price["money"]["amount"], price["onlyFor"]["name"]])
}

async fn import(world: &World, csv: &str, more: Value) -> Answer {
    let mut input = json!({ "csv": csv, "reason": "The new card." });
    merge(&mut input, more);
    let selection =
        "batch { id version prices { nodes { onlyFor { name } money { amount } } } } rowErrors { line column message }
        changes { line action onlyForName pence previousPence }";
    world.as_person(AUTHOR).mutate("importRateCard", input, selection).await
}

const NOVEMBER: &str = "on: \"2017-11-02\"";

scenario! {
    async fn a_purchasers_own_price_goes_before_the_general_one_and_no_other_purchaser_sees_it(world) {
        add_strangers(world).await;
        let made = own(world, json!({})).await;
        let general = json!([5_700, null]);
        assert_eq!(told(world, "nps-officer", NOVEMBER).await, json!([5_000, NPS]));
        assert_eq!(told(world, "nps-officer", "on: \"2017-10-31\"").await, general);
        for who in ["stranger-nps", "crc-officer", AUTHOR, "contract-manager", "inspector"] {
            assert_eq!(told(world, who, NOVEMBER).await, general, "{who}");
        }
        // Who keeps the card, and an inspector, see what each purchaser pays; another purchaser does not.
        let buyer = format!("{NOVEMBER}, buyer: \"{}\"", organisation(world, NPS).await);
        for (who, sees) in [(AUTHOR, true), ("contract-manager", true), ("inspector", true), ("stranger-nps", false), ("crc-officer", false)] {
            let expected = if sees { json!([5_000, NPS]) } else { general.clone() };
            assert_eq!(told(world, who, &buyer).await, expected, "{who}");
            let document = "query($id: ID!, $of: ID!) { price(id: $id) { id } prices(onlyFor: $of) { totalCount } }";
            let variables = json!({ "id": made["id"], "of": organisation(world, NPS).await });
            let read = world.as_person(who).query(document, variables).await;
            assert_eq!(read.error_codes(), if sees { vec![] } else { vec!["NOT_FOUND"] }, "{who}");
            // The demonstration's own price from December is the other.
            assert_eq!(read.data("/prices/totalCount"), if sees { 2 } else { 0 }, "{who}");
        }
        let card = "query($on: Date) { rateCard(on: $on, first: 100) { totalCount nodes { money { amount } service { name } } } }";
        for (who, expected) in [("nps-officer", vec![5_000]), ("stranger-nps", vec![5_700]), (AUTHOR, vec![5_700, 5_000])] {
            let answer = world.as_person(who).query(card, json!({ "on": "2017-11-02" })).await.granted();
            let rows = answer.list("/rateCard/nodes").iter().filter(|row| row["service"]["name"] == "Enhanced Support Service");
            let found: Vec<_> = rows.filter_map(|row| row["money"]["amount"].as_i64()).collect();
            assert_eq!(found, expected, "{who}");
        }
        // So does the search by price on that day.
        world.clock.set(at("2017-11-02T10:00:00Z"));
        let cheap = "{ services(mostPence: 5000, first: 100) { nodes { name } } }";
        for (who, found) in [("nps-officer", true), ("stranger-nps", false), (AUTHOR, false)] {
            let answer = world.as_person(who).query(cheap, json!({})).await.granted();
            let rows = answer.list("/services/nodes");
            assert_eq!(rows.iter().any(|row| row["name"] == "Enhanced Support Service"), found, "{who}");
        }
    }

    async fn what_was_paid_through_time_is_what_this_purchaser_paid(world) {
        add_strangers(world).await;
        own(world, json!({ "effectiveTo": "2018-01-01" })).await;
        let document = "query($id: ID!) { service(id: $id) { priceHistory(from: \"2017-10-01\") { nodes { from to card { amount } } } } }";
        for (who, expected) in [
            ("nps-officer", json!([["2017-10-01", "2017-11-01", 5_700], ["2017-11-01", "2018-01-01", 5_000], ["2018-01-01", null, 5_700]])),
            ("stranger-nps", json!([["2017-10-01", null, 5_700]])),
            (AUTHOR, json!([["2017-10-01", null, 5_700]])),
        ] {
            let answer = world.as_person(who).query(document, json!({ "id": support(world).await })).await.granted();
            let rows = answer.list("/service/priceHistory/nodes").iter();
            let rows: Vec<_> = rows.filter(|row| !row["card"].is_null()).map(|row| json!([row["from"], row["to"], row["card"]["amount"]])).collect();
            assert_eq!(json!(rows), expected, "{who}");
        }
    }

    async fn a_referral_keeps_and_is_charged_the_own_price_of_its_day(world) {
        let owain = person(world, "O000001", NPS, json!({})).await;
        let early = Delivery::of(world, &owain, YSS, "Enhanced Support Service").await;
        own(world, json!({})).await;
        world.clock.set(at("2017-11-03T10:00:00Z"));
        let emyr = person(world, "O000002", NPS, json!({ "givenNames": "Emyr" })).await;
        let late = Delivery::of(world, &emyr, YSS, "Enhanced Support Service").await;
        early.attended(at("2017-11-02T09:00:00Z")).await;
        late.attended(at("2017-11-02T11:00:00Z")).await;
        for (delivery, pence, only_for) in [(&early, 5_700, Value::Null), (&late, 5_000, json!(NPS))] {
            let document = "query($id: ID!) { referral(id: $id) { price { money { amount } price { onlyFor { name } } } charges { nodes { money { amount } } } } }";
            let read = world.as_person("nps-officer").query(document, json!({ "id": delivery.referral })).await.granted();
            assert_eq!(read.data("/referral/price/money/amount"), pence);
            assert_eq!(read.data("/referral/price/price").pointer("/onlyFor/name").cloned().unwrap_or_default(), only_for);
            assert_eq!(read.data("/referral/charges/nodes/0/money/amount"), pence);
        }
        let kept = referral_price::Entity::find().all(&world.database).await.expect("rows");
        assert!(kept.iter().all(|row| row.purchaser_id.is_some()));
        // The month's statement adds up both, each at its price.
        let document = "{ statements(month: \"2017-11-01\", purchaser: NPS) { nodes { lines { price { money { amount } } figures { total { amount } } } } } }";
        let read = world.as_person("contract-manager").query(document, json!({})).await.granted();
        let lines = read.list("/statements/nodes/0/lines").iter();
        let mut totals: Vec<_> = lines.map(|line| (line["price"]["money"]["amount"].as_i64(), line["figures"]["total"]["amount"].as_i64())).collect();
        totals.sort_unstable();
        assert_eq!(totals, [(Some(5_000), Some(5_000)), (Some(5_700), Some(5_700))]);
    }

    async fn own_prices_succeed_one_another_and_leave_the_general_ones_alone(world) {
        let support = support(world).await;
        own(world, json!({})).await;
        let nps = organisation(world, NPS).await;
        let next = own(world, json!({ "pence": 4_900, "effectiveFrom": "2018-01-01" })).await;
        assert_eq!(history(world, &support, "CARD").await, [
            json!([4_900, "2018-01-01", null, "PUBLISHED"]), json!([5_000, "2017-11-01", "2018-01-01", "PUBLISHED"]),
            json!([5_700, "2017-10-01", null, "PUBLISHED"]), json!([5_425, "2017-04-01", "2017-10-01", "PUBLISHED"]),
        ]);
        // Within another's period it is refused, by the rule and by the database.
        let within = json!({ "pence": 4_000, "effectiveFrom": "2017-12-01", "effectiveTo": "2017-12-10", "onlyForId": nps });
        let drafted = price(act(world, AUTHOR, "submitPrice", &price(draft(world, &support, within).await), json!({})).await);
        assert_eq!(act(world, APPROVER, "publishPrice", &drafted, json!({})).await.refusals(), ["OVERLAPS"]);
        let id = next["id"].as_str().and_then(GlobalId::<table::Entity>::parse_text).expect("an id");
        let row = table::Entity::find_by_id(id.0).one(&world.database).await.expect("a row").expect("a price");
        let insert = |row: table::Model| table::Entity::insert(row.into_active_model()).exec_without_returning(&world.database);
        let said = insert(table::Model { id: Id::fresh(), ..row.clone() }).await.expect_err("a twin").to_string();
        assert!(said.contains("price_periods_apart"), "{said}");
        let north = GlobalId::<entity::organisation::Entity>::parse_text(&organisation(world, CRC).await).expect("an id").0;
        insert(table::Model { id: Id::fresh(), purchaser_id: Some(north), ..row }).await.expect("another purchaser's");
        // Taken back before it begins, it gives its predecessor the time back, and nobody else.
        let why = json!({ "reason": "Agreed otherwise." });
        act(world, AUTHOR, "withdrawPrice", &next, why).await.granted();
        let now = history(world, &support, "CARD").await;
        assert!(now.contains(&json!([5_000, "2017-11-01", null, "PUBLISHED"])), "{now:?}");
        assert!(now.contains(&json!([5_425, "2017-04-01", "2017-10-01", "PUBLISHED"])), "{now:?}");
        for (kind, buyer) in [("CARD", CRC), ("CARD", "YSS"), ("SUPPLY", NPS)] {
            let more = json!({ "kind": kind, "onlyForId": organisation(world, buyer).await });
            let refused = draft(world, &support, more).await;
            assert_eq!(refused.refusals(), ["INVALID"], "{kind} {buyer}");
            assert_eq!(refused.user_errors()[0].field, "onlyForId");
        }
    }

    async fn a_card_with_own_prices_goes_out_and_comes_in_as_it_is(world) {
        own(world, json!({})).await;
        let exported = world.as_person(AUTHOR).query("{ exportRateCard }", json!({})).await.granted();
        let csv = exported.text("/exportRateCard").to_owned();
        assert!(csv.contains(&format!("Enhanced Support Service,YSS,session,£50.00,01/11/2017,,{NPS},")), "{csv}");
        let again = import(world, &csv, json!({})).await.granted();
        assert!(again.list("/importRateCard/changes").iter().all(|row| row["action"] == "UNCHANGED"), "{again:?}");
        assert!(again.data("/importRateCard/batch").is_null());
        // The purchaser's own price of a day before the general one's, in one card, and overlapping only its like.
        let rows = format!(
            "Service,Provider,Unit,Price,Effective from,Effective to,Purchaser,Notes\n\
             Enhanced Support Service,YSS,session,£49.00,01/01/2018,,{},\n\
             Enhanced Support Service,YSS,session,£58.00,01/01/2018,,NPS,\n", NPS.to_lowercase()
        );
        let came = payload(import(world, &rows, json!({})).await, "changes");
        assert_eq!(came, json!([
            { "line": 2, "action": "REPLACES", "onlyForName": NPS.to_lowercase(), "pence": 4_900, "previousPence": 5_000 },
            { "line": 3, "action": "REPLACES", "onlyForName": null, "pence": 5_800, "previousPence": 5_700 },
        ]));
        for who in ["YSS", CRC, "Nobody"] {
            let wrong = rows.replace(&NPS.to_lowercase(), who);
            let refused = import(world, &wrong, json!({ "dryRun": true })).await;
            assert_eq!(refused.data("/importRateCard/rowErrors/0/column"), "Purchaser", "{who}");
        }
        let officer = world.as_person("nps-officer").query("{ exportRateCard(on: \"2017-11-02\") }", json!({})).await.granted();
        assert!(officer.text("/exportRateCard").contains(NPS));
    }

    async fn an_uplift_and_a_preview_tell_own_prices_from_general_ones(world) {
        add_strangers(world).await;
        own(world, json!({})).await;
        let (nps, support) = (organisation(world, NPS).await, support(world).await);
        let uplift = async |more: Value| {
            let mut input = json!({
                "basisPoints": 1_000, "effectiveFrom": "2018-04-01", "reason": "The yearly uplift.", "serviceIds": [support], "dryRun": true,
            });
            merge(&mut input, more);
            let selection = "changes { onlyFor { name } previous { amount } money { amount } }";
            payload(world.as_person(AUTHOR).mutate("upliftPrices", input, selection).await, "changes")
        };
        let general = json!({ "onlyFor": null, "previous": { "amount": 5_700 }, "money": { "amount": 6_270 } });
        let owns = json!({ "onlyFor": { "name": NPS }, "previous": { "amount": 5_000 }, "money": { "amount": 5_500 } });
        assert_eq!(uplift(json!({})).await, json!([general, owns]));
        assert_eq!(uplift(json!({ "onlyForId": nps })).await, json!([owns]));
        // What the NPS was charged in November at its own price, and nothing of anybody else's.
        world.clock.set(at("2017-12-04T10:00:00Z"));
        let owain = person(world, "O000003", NPS, json!({})).await;
        let delivery = Delivery::of(world, &owain, YSS, "Enhanced Support Service").await;
        delivery.attended(at("2017-11-06T09:00:00Z")).await;
        let mut drafts = Vec::new();
        for (pence, only_for) in [(6_000, Value::Null), (5_500, json!(nps)), (1, json!(organisation(world, NORTH).await))] {
            let more = json!({ "pence": pence, "effectiveFrom": "2018-04-01", "onlyForId": only_for });
            drafts.push(price(draft(world, &support, more).await)["id"].clone());
        }
        let document = "query($price: ID) { pricePreview(price: $price, from: \"2017-11-01\", to: \"2017-11-30\") {
            spends { units was { amount } wouldBe { amount } } } }";
        for (draft, expected) in drafts.iter().zip([[0, 0, 0], [1, 5_000, 5_500], [0, 0, 0]]) {
            let read = world.as_person(AUTHOR).query(document, json!({ "price": draft })).await.granted();
            let spend = read.data("/pricePreview/spends/0");
            let found = [&spend["units"], &spend["was"]["amount"], &spend["wouldBe"]["amount"]].map(|figure| figure.as_i64().unwrap_or(-1));
            assert_eq!(found, expected);
        }
        let all = world.as_person(AUTHOR).query(document, json!({ "price": null })).await.granted();
        assert_eq!(all.data("/pricePreview/spends/0/wouldBe/amount"), 5_500);
    }
}
