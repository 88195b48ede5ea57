//! What a referral is expected to cost changes with the approval of another person on the side that pays.

use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};

use crate::charges::{SESSION, at};
use crate::delivering::{Delivery, YSS};
use crate::people::Answer;
use crate::referring::{CRC, NPS, merge, person};
use crate::scenario;
use crate::world::World;

const VARIATION: &str = "variation { id version status previousUnits expectedUnits reason decisionReason
    previousTotal { amount } expectedTotal { amount } proposedBy { name } decidedBy { name } decidedAt availableActions
    referral { id version expectedUnits price { expectedUnits expectedTotal { amount } remaining { amount } } } }";

/// A referral as somebody reads it now.
async fn read(world: &World, who: &str, referral: &str) -> Value {
    let document = "query($id: ID!) { referral(id: $id) { id version expectedUnits
        price { expectedUnits expectedTotal { amount } remaining { amount } }
        variations { nodes { id version status expectedUnits expectedTotal { amount } availableActions } } } }";
    let answer = world.as_person(who).query(document, json!({ "id": referral })).await.granted();
    answer.data("/referral").clone()
}

async fn propose(world: &World, who: &str, referral: &Value, more: Value) -> Answer {
    let mut input = json!({
        "referralId": referral["id"], "version": referral["version"], "expectedUnits": 12, "reason": "Six more are merited.",
    });
    merge(&mut input, more);
    world.as_person(who).mutate("proposeVariation", input, VARIATION).await
}

async fn decide(world: &World, who: &str, field: &str, variation: &Value, more: Value) -> Answer {
    let mut input = json!({ "variationId": variation["id"], "version": variation["version"] });
    merge(&mut input, more);
    world.as_person(who).mutate(field, input, VARIATION).await
}

/// A variation that an officer of the NPS proposed for a referral.
pub async fn proposed(world: &World, referral: &Value, units: i32) -> Value {
    let referral = read(world, "nps-officer", referral["id"].as_str().expect("an identifier")).await;
    let made = propose(world, "nps-officer", &referral, json!({ "expectedUnits": units })).await.granted();
    made.data("/proposeVariation/variation").clone()
}

/// A referral of the NPS to YSS of which six sessions are expected.
async fn six<'w>(world: &'w World, crn: &str) -> Delivery<'w> {
    let owain = person(world, crn, NPS, json!({})).await;
    Delivery::of(world, &owain, YSS, "Enhanced Support Service").await
}

scenario! {
    async fn what_is_expected_follows_an_approved_variation_and_nothing_before(world) {
        let delivery = six(world, "W000001").await;
        delivery.attended(at("2017-09-20T09:00:00Z")).await;
        let before = read(world, "nps-officer", &delivery.referral).await;
        let made = propose(world, "nps-officer", &before, json!({})).await.granted();
        let variation = made.data("/proposeVariation/variation").clone();
        assert_eq!((&variation["status"], &variation["previousUnits"]), (&json!("PROPOSED"), &json!(6)));
        assert_eq!(
            (&variation["previousTotal"]["amount"], &variation["expectedTotal"]["amount"]),
            (&json!(6 * SESSION), &json!(12 * SESSION))
        );
        assert_eq!(variation["availableActions"], json!(["WITHDRAW"]));
        let waiting = read(world, "nps-manager", &delivery.referral).await;
        assert_eq!((&waiting["expectedUnits"], &waiting["price"]), (&json!(6), &before["price"]));
        assert_eq!(waiting["variations"]["nodes"][0]["availableActions"], json!(["APPROVE", "DECLINE"]));
        let note = json!({ "note": "As agreed with the court." });
        let approved = decide(world, "nps-manager", "approveVariation", &variation, note).await.granted();
        let approved = approved.data("/approveVariation/variation").clone();
        assert_eq!((&approved["status"], &approved["decidedBy"]["name"].is_string()), (&json!("APPROVED"), &true));
        assert_eq!(approved["availableActions"], json!([]));
        let after = read(world, "nps-officer", &delivery.referral).await;
        let price = json!({
            "expectedUnits": 12, "expectedTotal": { "amount": 12 * SESSION }, "remaining": { "amount": 11 * SESSION },
        });
        assert_eq!((&after["expectedUnits"], &after["price"]), (&json!(12), &price));
        // The next begins from there, and the first stays to be read.
        let next = propose(world, "nps-officer", &after, json!({ "expectedUnits": 8 })).await.granted();
        let next = next.data("/proposeVariation/variation").clone();
        assert_eq!((&next["previousUnits"], &next["expectedUnits"]), (&json!(12), &json!(8)));
        let listed = world.as_person("nps-manager");
        let listed = listed.query("{ variations(status: APPROVED) { totalCount nodes { id } } }", json!({})).await.granted();
        assert_eq!(listed.data("/variations/totalCount"), 1);
        assert_eq!(listed.data("/variations/nodes/0/id"), &variation["id"]);
    }

    async fn who_delivers_proposes_units_and_is_told_no_price(world) {
        let delivery = six(world, "W000002").await;
        let seen = read(world, "yss-manager", &delivery.referral).await;
        let made = propose(world, "yss-manager", &seen, json!({})).await.granted();
        let variation = made.data("/proposeVariation/variation").clone();
        assert_eq!((&variation["expectedTotal"], &variation["previousTotal"]), (&Value::Null, &Value::Null));
        assert_eq!(variation["referral"]["price"], Value::Null);
        assert_eq!(variation["availableActions"], json!(["WITHDRAW"]));
        let worker = read(world, "yss-worker", &delivery.referral).await;
        assert_eq!(worker["variations"]["nodes"][0]["availableActions"], json!([]));
        // The officer sees it with its total and has another manager decide.
        let officer = read(world, "nps-officer", &delivery.referral).await;
        assert_eq!(officer["variations"]["nodes"][0]["expectedTotal"]["amount"], 12 * SESSION);
        assert_eq!(officer["variations"]["nodes"][0]["availableActions"], json!([]));
        let declined = decide(world, "nps-manager", "declineVariation", &variation, json!({ "reason": "No money." })).await.granted();
        assert_eq!(declined.data("/declineVariation/variation/status"), "DECLINED");
        let after = read(world, "nps-officer", &delivery.referral).await;
        assert_eq!(after["expectedUnits"], 6);
    }

    async fn an_author_does_not_decide_and_others_may_not(world) {
        let delivery = six(world, "W000003").await;
        let before = read(world, "nps-manager", &delivery.referral).await;
        let made = propose(world, "nps-manager", &before, json!({})).await.granted();
        let variation = made.data("/proposeVariation/variation").clone();
        let own = decide(world, "nps-manager", "approveVariation", &variation, json!({})).await;
        assert_eq!(own.refusals(), ["OWN_PROPOSAL"]);
        for who in ["nps-officer", "yss-manager", "yss-worker", "contract-manager", "card-admin", "inspector"] {
            let refused = decide(world, who, "approveVariation", &variation, json!({})).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{who}");
        }
        let foreign = decide(world, "crc-manager", "approveVariation", &variation, json!({})).await;
        assert_eq!(foreign.error_codes(), ["NOT_FOUND"]);
        let foreign = propose(world, "crc-officer", &before, json!({})).await;
        assert_eq!(foreign.error_codes(), ["NOT_FOUND"]);
        let foreign = propose(world, "willowdene-manager", &before, json!({})).await;
        assert_eq!(foreign.error_codes(), ["NOT_FOUND"]);
        let others = decide(world, "nps-officer", "withdrawVariation", &variation, json!({ "reason": "R" })).await;
        assert_eq!(others.refusals(), ["NOT_PERMITTED"]);
        let withdrawn = decide(world, "nps-manager", "withdrawVariation", &variation, json!({ "reason": "Not needed." })).await.granted();
        let withdrawn = withdrawn.data("/withdrawVariation/variation").clone();
        assert_eq!((&withdrawn["status"], &withdrawn["decisionReason"]), (&json!("WITHDRAWN"), &json!("Not needed.")));
        let again = decide(world, "nps-manager", "withdrawVariation", &withdrawn, json!({ "reason": "R" })).await;
        assert_eq!(again.refusals(), ["DECIDED"]);
    }

    async fn what_cannot_be_varied_is_refused_and_what_is_stale_conflicts(world) {
        let delivery = six(world, "W000004").await;
        let before = read(world, "nps-officer", &delivery.referral).await;
        for (units, code) in [(6, "UNCHANGED"), (0, "INVALID"), (1_001, "INVALID")] {
            let refused = propose(world, "nps-officer", &before, json!({ "expectedUnits": units })).await;
            assert_eq!(refused.refusals(), [code], "{units}");
        }
        let refused = propose(world, "nps-officer", &before, json!({ "reason": " " })).await;
        assert_eq!(refused.refusals(), ["REQUIRED"]);
        let key = json!({ "idempotencyKey": "once" });
        let made = propose(world, "nps-officer", &before, key.clone()).await.granted();
        let variation = made.data("/proposeVariation/variation").clone();
        let again = propose(world, "nps-officer", &before, key).await.granted();
        assert_eq!(again.data("/proposeVariation/variation/id"), &variation["id"]);
        assert_eq!(propose(world, "nps-officer", &before, json!({})).await.error_code(), Some("CONFLICT"));
        let now = read(world, "nps-officer", &delivery.referral).await;
        assert_eq!(propose(world, "nps-officer", &now, json!({})).await.refusals(), ["DUPLICATE"]);
        let stale = json!({ "id": variation["id"], "version": 7 });
        assert_eq!(decide(world, "nps-manager", "approveVariation", &stale, json!({})).await.error_code(), Some("CONFLICT"));
        // Once the referral has ended, nothing more is expected of it; what was proposed is cleared away.
        let why = json!({ "reason": "NEEDS_CHANGED", "note": "As agreed." });
        crate::referring::then(world, "nps-officer", "withdrawReferral", &now, why).await.granted();
        let ended = decide(world, "nps-manager", "approveVariation", &variation, json!({})).await;
        assert_eq!(ended.refusals(), ["WRONG_STATUS"]);
        decide(world, "nps-manager", "declineVariation", &variation, json!({ "reason": "It has ended." })).await.granted();
        let now = read(world, "nps-officer", &delivery.referral).await;
        assert_eq!(propose(world, "nps-officer", &now, json!({})).await.refusals(), ["WRONG_STATUS"]);
    }

    async fn six_more_sessions_of_a_case_of_the_crc_are_approved_at_the_supply_price(world) {
        let owain = person(world, "W000005", CRC, json!({})).await;
        let delivery = Delivery::of(world, &owain, YSS, "Enhanced Support Service").await;
        let seen = read(world, "yss-manager", &delivery.referral).await;
        let unit = seen["price"]["expectedTotal"]["amount"].as_i64().expect("the supply price") / 6;
        let made = propose(world, "yss-manager", &seen, json!({})).await.granted();
        let variation = made.data("/proposeVariation/variation").clone();
        assert_eq!(variation["expectedTotal"]["amount"], 12 * unit);
        decide(world, "crc-manager", "approveVariation", &variation, json!({})).await.granted();
        let after = read(world, "yss-manager", &delivery.referral).await;
        assert_eq!(after["price"]["expectedTotal"]["amount"], 12 * unit);
    }

    async fn the_database_too_keeps_what_was_decided_and_takes_no_decision_of_the_author(world) {
        let delivery = six(world, "W000006").await;
        let variation = proposed(world, &json!({ "id": delivery.referral }), 12).await;
        decide(world, "nps-manager", "approveVariation", &variation, json!({})).await.granted();
        let row = entity::variation::Entity::find().one(&world.database).await.expect("a row").expect("a variation");
        let own = entity::variation::Model {
            id: entity::Id::fresh(), decided_by_id: Some(row.proposed_by_id), ..row.clone()
        };
        let own = entity::variation::Entity::insert(own.into_active_model()).exec_without_returning(&world.database);
        own.await.expect_err("a decision of the author");
        let gone = entity::variation::Entity::delete_by_id(row.id).exec(&world.database);
        gone.await.expect_err("a variation that is deleted");
    }
}
