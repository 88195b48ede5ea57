//! Who sees which charges: the two who pay, whoever keeps the price, and nobody the person beside it.

use api::graphql::global_id::GlobalId;
use serde_json::{Value, json};

use crate::charges::{SESSION, at, charges, support};
use crate::delivering::{Delivery, YSS, absent};
use crate::referring::{CRC, person};
use crate::scenario;

scenario! {
    async fn the_contract_manager_sees_the_money_and_not_the_person(world) {
        let delivery = support(world, "K000013").await;
        delivery.attended(at("2017-10-01T09:00:00Z")).await;
        let seen = charges(world, "contract-manager", &delivery.referral).await;
        let line = seen.data("/charges/nodes/0");
        assert_eq!(line["money"]["amount"], SESSION);
        assert_eq!(line["provider"]["name"], "YSS");
        assert_eq!((&line["referral"], &line["session"]), (&Value::Null, &Value::Null));
        // The unit does not tell it either, and is the same to whoever sees the session.
        let session = charges(world, "nps-officer", &delivery.referral).await;
        let session = session.data("/charges/nodes/0").clone();
        let id = GlobalId::<entity::session::Entity>::parse_text(session["session"]["id"].as_str().unwrap_or_default());
        let id = id.expect("a session").0.0.simple().to_string();
        assert!(!line["unit"].as_str().expect("a unit").contains(&id[24..]), "{line}");
        assert_eq!(line["unit"], session["unit"]);
        let whole = "query($id: ID!) { node(id: $id) { ... on Charge { referral { reference } session { id } money { text } } } }";
        let node = world.as_person("contract-manager").query(whole, json!({ "id": line["id"] })).await.granted();
        assert_eq!(node.data("/node"), &json!({ "referral": null, "session": null, "money": { "text": "£57.00" } }));
        let hidden = "query($id: ID!) { node(id: $id) { id } }";
        let answer = world.as_person("contract-manager").query(hidden, json!({ "id": delivery.referral })).await;
        assert_eq!(answer.error_codes(), ["NOT_FOUND"]);
    }

    async fn the_card_is_between_the_two_who_pay_and_the_supply_price_between_the_crc_and_its_provider(world) {
        let nps = support(world, "K000014").await;
        nps.attended(at("2017-10-01T09:00:00Z")).await;
        let gwen = person(world, "K000015", CRC, json!({})).await;
        let crc = Delivery::of(world, &gwen, YSS, "Enhanced Support Service").await;
        crc.attended(at("2017-10-01T11:00:00Z")).await;
        let count = async |who: &str, delivery: &Delivery<'_>| {
            charges(world, who, &delivery.referral).await.list("/charges/nodes").len()
        };
        for (who, of_nps, of_crc) in [
            ("nps-officer", 1, 0),
            ("nps-manager", 1, 0),
            ("crc-officer", 0, 1),
            ("crc-manager", 0, 1),
            ("yss-manager", 0, 1),
            ("willowdene-manager", 0, 0),
            ("contract-manager", 1, 1),
            ("card-admin", 1, 1),
            ("inspector", 1, 1),
        ] {
            assert_eq!((count(who, &nps).await, count(who, &crc).await), (of_nps, of_crc), "{who}");
        }
        let supply = charges(world, "yss-manager", &crc.referral).await;
        assert_eq!(supply.data("/charges/nodes/0/money/amount"), 3_950);
        assert_eq!(supply.data("/charges/nodes/0/referral/id"), crc.referral.as_str());
        // Nor by another path: the referral is YSS's to see, its card price and charges are not.
        let document = "query($id: ID!) { referral(id: $id) { status price { money { amount } } charges { nodes { id } } } }";
        for who in ["yss-manager", "yss-worker"] {
            let seen = world.as_person(who).query(document, json!({ "id": nps.referral })).await.granted();
            assert_eq!(seen.data("/referral"), &json!({ "status": "IN_PROGRESS", "price": null, "charges": { "nodes": [] } }), "{who}");
        }
        let sums = world.as_person("yss-manager").query("{ charges { totalPence totalCount } }", json!({})).await.granted();
        assert_eq!(sums.data("/charges"), &json!({ "totalPence": 3_950, "totalCount": 1 }));
        let card = charges(world, "contract-manager", &nps.referral).await;
        let node = "query($id: ID!) { node(id: $id) { id } }";
        for who in ["yss-manager", "crc-officer", "willowdene-manager", "system-admin"] {
            let answer = world.as_person(who).query(node, json!({ "id": card.data("/charges/nodes/0/id") })).await;
            assert_eq!(answer.error_codes(), ["NOT_FOUND"], "{who}");
        }
    }

    async fn charges_are_found_by_what_they_are(world) {
        let delivery = support(world, "K000016").await;
        delivery.attended(at("2017-09-20T09:00:00Z")).await;
        let meeting = delivery.attended(at("2017-09-21T09:00:00Z")).await;
        meeting.correct(absent(true)).await;
        let find = async |filter: &str| {
            let document = format!("query($id: ID) {{ charges(referral: $id, {filter}) {{ totalCount totalPence }} }}");
            let found = world.as_person("contract-manager").query(&document, json!({ "id": delivery.referral })).await.granted();
            (found.data("/charges/totalCount").as_i64(), found.data("/charges/totalPence").as_i64())
        };
        for (filter, count, pence) in [
            ("purchaser: NPS", 3, SESSION),
            ("purchaser: CRC", 0, 0),
            ("kind: CHARGE", 2, 2 * SESSION),
            ("kind: REVERSAL", 1, -SESSION),
            ("deliveredFrom: \"2017-09-21\"", 2, 0),
            ("deliveredTo: \"2017-09-20\"", 1, SESSION),
            ("deliveredFrom: \"2017-09-20\", deliveredTo: \"2017-09-21\", first: 1", 3, SESSION),
        ] {
            assert_eq!(find(filter).await, (Some(count), Some(pence)), "{filter}");
        }
    }
}
