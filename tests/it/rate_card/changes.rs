//! A change of prices beforehand: what it would have done to past spending, and a percentage over many as one batch.

use serde_json::{Value, json};

use super::{APPROVER, AUTHOR, draft, mentoring, pence_on, price, support, written};
use crate::charges::{at, support as referred};
use crate::delivering::{Delivery, YSS, absent};
use crate::people::Answer;
use crate::referring::{CRC, merge, organisation, person};
use crate::scenario;
use crate::world::World;

const PREVIEW: &str =
    "from to spends { purchaser units was { amount } wouldBe { amount } difference { amount } }
    prices { price { id } service { name } units was { amount } wouldBe { amount } difference { amount } }";

async fn preview(world: &World, who: &str, arguments: &str) -> Value {
    let arguments = if arguments.is_empty() { String::new() } else { format!("({arguments})") };
    let document = format!("{{ pricePreview{arguments} {{ {PREVIEW} }} }}");
    let answer = world.as_person(who).query(&document, json!({})).await.granted();
    answer.data("/pricePreview").clone()
}

async fn uplift(world: &World, basis_points: i64, more: Value) -> Answer {
    let mut input =
        json!({ "basisPoints": basis_points, "effectiveFrom": "2018-04-01", "reason": "The yearly uplift." });
    merge(&mut input, more);
    let selection = "batch { id version status prices { nodes { money { amount } effectiveFrom } } }
        changes { service { name } previous { amount } money { amount } effectiveFrom effectiveTo }";
    world.as_person(AUTHOR).mutate("upliftPrices", input, selection).await
}

/// What a side would have spent, as a preview shows it.
fn spend(purchaser: &str, units: i64, was: i64, would_be: i64) -> Value {
    json!({
        "purchaser": purchaser, "units": units, "was": { "amount": was }, "wouldBe": { "amount": would_be },
        "difference": { "amount": would_be - was },
    })
}

scenario! {
    async fn a_draft_shows_what_it_would_have_done_to_past_spending(world) {
        world.clock.set(at("2017-12-04T10:00:00Z"));
        let nps = referred(world, "M000001").await;
        for day in ["2017-11-06", "2017-11-07", "2017-11-08"] {
            nps.attended(at(&format!("{day}T09:00:00Z"))).await;
        }
        let missed = nps.session(at("2017-11-09T09:00:00Z"), 60).await;
        missed.record(absent(false)).await;
        missed.judge(false).await;
        let taken_back = nps.attended(at("2017-11-10T09:00:00Z")).await;
        taken_back.correct(absent(true)).await;
        let gwen = person(world, "M000002", CRC, json!({})).await;
        let crc = Delivery::of(world, &gwen, YSS, "Enhanced Support Service").await;
        crc.attended(at("2017-11-06T11:00:00Z")).await;
        let support = support(world).await;
        let more = json!({ "pence": 6_001, "effectiveFrom": "2018-04-01" });
        let card = price(draft(world, &support, more).await);
        let more = json!({ "pence": 4_000, "effectiveFrom": "2018-04-01", "kind": "SUPPLY" });
        let supply = price(draft(world, &support, more).await);
        let november = "from: \"2017-11-01\", to: \"2017-11-30\"";
        // Three at £57.00 and a half: would be three at £60.01, and half of it with half a penny up.
        let (was, would_be) = (3 * 5_700 + 2_850, 3 * 6_001 + 3_001);
        let of_card = spend("NPS", 4, was, would_be);
        let of_supply = spend("CRC", 1, 3_950, 4_000);
        let id = |price: &Value| price["id"].as_str().expect("an identifier").to_owned();
        let one = preview(world, AUTHOR, &format!("price: \"{}\", {november}", id(&card))).await;
        assert_eq!(one["spends"], json!([of_card]));
        assert_eq!((&one["from"], &one["to"]), (&json!("2017-11-01"), &json!("2017-11-30")));
        assert_eq!(one["prices"][0]["service"]["name"], "Enhanced Support Service");
        assert_eq!(one["prices"][0]["difference"]["amount"], would_be - was);
        let one = preview(world, "contract-manager", &format!("price: \"{}\", {november}", id(&supply))).await;
        assert_eq!(one["spends"], json!([of_supply]));
        // Without a name: all that waits. Unless said, the last three months that are over.
        let all = preview(world, "inspector", "from: \"2017-11-01\"").await;
        assert_eq!(all["spends"], json!([of_card, of_supply]));
        assert_eq!((&all["from"], &all["to"]), (&json!("2017-11-01"), &json!("2017-11-30")));
        assert_eq!(preview(world, AUTHOR, "").await["from"], "2017-09-01");
        // There is no period without a day.
        let document = "{ pricePreview(from: \"2017-11-30\", to: \"2017-11-01\") { from } }";
        let refused = world.as_person(AUTHOR).query(document, json!({})).await;
        assert_eq!(refused.error_code(), Some("BAD_USER_INPUT"), "{refused:?}");
    }

    async fn a_preview_is_for_those_who_keep_prices_and_of_what_they_keep(world) {
        let card = price(draft(world, &mentoring(world).await, json!({})).await);
        let document = "query($id: ID) { pricePreview(price: $id) { prices { units } } }";
        for who in ["nps-officer", "nps-manager", "court-officer", "yss-manager", "system-admin"] {
            let refused = world.as_person(who).query(document, json!({ "id": card["id"] })).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{who}");
        }
        crate::visibility::add_strangers(world).await;
        let other = world.as_person("stranger-crc").query(document, json!({ "id": card["id"] })).await.granted();
        assert_eq!(other.data("/pricePreview/prices"), &json!([]));
    }

    async fn a_percentage_over_a_provider_is_one_batch_that_a_second_administrator_approves(world) {
        let yss = organisation(world, "YSS").await;
        let filter = json!({ "providerId": yss });
        let before = written(world).await;
        let mut dry = filter.clone();
        merge(&mut dry, json!({ "dryRun": true }));
        let shown = uplift(world, 250, dry).await.granted();
        assert_eq!(written(world).await, before);
        let changes = shown.list("/upliftPrices/changes").to_vec();
        let names: Vec<_> = changes.iter().map(|it| it["service"]["name"].as_str().unwrap_or_default()).collect();
        assert_eq!(names, ["Enhanced Support Service", "Meet and Mentor"]);
        // £57.00 and 2.5 %: £58.425, so £58.43.
        assert_eq!((&changes[0]["previous"]["amount"], &changes[0]["money"]["amount"]), (&json!(5_700), &json!(5_843)));
        let made = uplift(world, 250, filter.clone()).await.granted();
        let batch = made.data("/upliftPrices/batch").clone();
        assert_eq!((&batch["status"], batch["prices"]["nodes"].as_array().map(Vec::len)), (&json!("SUBMITTED"), Some(2)));
        assert_eq!(uplift(world, 300, filter).await.refusals(), ["DUPLICATE"; 2]);
        let input = json!({ "batchId": batch["id"], "version": batch["version"] });
        let own = world.as_person(AUTHOR).mutate("publishPriceBatch", input.clone(), "batch { id }").await;
        assert_eq!(own.refusals(), ["OWN_DRAFT"]);
        world.as_person(APPROVER).mutate("publishPriceBatch", input, "batch { id }").await.granted();
        let support = support(world).await;
        for (day, pence) in [("2018-03-31", 5_700), ("2018-04-01", 5_843)] {
            assert_eq!(pence_on(world, &support, json!(day)).await, pence, "{day}");
        }
        let preview = preview(world, AUTHOR, &format!("batch: \"{}\"", batch["id"].as_str().unwrap_or_default())).await;
        assert_eq!(preview["prices"].as_array().map(Vec::len), Some(2));
    }

    async fn an_uplift_that_cannot_be_is_refused_and_writes_nothing(world) {
        let before = written(world).await;
        let mentoring = mentoring(world).await;
        let gone = json!({ "providerId": organisation(world, "National Probation Service").await });
        for (points, more, code, field) in [
            (0, json!({}), "INVALID", "basisPoints"),
            (10_001, json!({}), "INVALID", "basisPoints"),
            (-10_000, json!({}), "INVALID", "basisPoints"),
            (250, json!({ "kind": "COST" }), "NOT_PERMITTED", "kind"),
            (250, json!({ "reason": "" }), "REQUIRED", "reason"),
            (250, json!({ "effectiveFrom": "2017-10-01" }), "IN_THE_PAST", "effectiveFrom"),
            (250, json!({ "serviceIds": [] }), "INVALID", ""),
            (1, json!({ "serviceIds": [mentoring] }), "INVALID", ""),
            (250, gone, "INVALID", ""),
            (250, json!({ "serviceIds": vec![mentoring.clone(); 501] }), "INVALID", "serviceIds"),
        ] {
            let answer = uplift(world, points, more.clone()).await;
            let refused = answer.user_errors();
            let refused: Vec<_> = refused.iter().map(|it| (it.code, it.field.as_str())).collect();
            assert_eq!(refused, [(code, field)], "{points} {more}");
        }
        for who in ["contract-manager", "nps-manager", "yss-manager", "inspector"] {
            let input = json!({ "basisPoints": 1, "effectiveFrom": "2018-04-01", "reason": "R" });
            let refused = world.as_person(who).mutate("upliftPrices", input, "batch { id }").await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{who}");
        }
        assert_eq!(written(world).await, before);
    }
}
