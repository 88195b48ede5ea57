//! What a draft may say, and what a server does not take.

use serde_json::{Value, json};

use super::{AUTHOR, act, draft, history, mentoring, price, written};
use crate::scenario;

scenario! {
    async fn every_mistake_of_a_draft_is_named_at_once(world) {
        let before = written(world).await;
        let wrong = json!({
            "kind": "COST", "pence": -1, "effectiveFrom": "2017-11-01", "effectiveTo": "2017-11-01",
            "loadedAsHistory": true, "reason": " \n", "notes": "x".repeat(10_001),
        });
        let answer = draft(world, &mentoring(world).await, wrong).await;
        let mut said: Vec<_> = answer.user_errors().into_iter().map(|refusal| (refusal.field, refusal.code)).collect();
        said.sort();
        let expected = [
            ("effectiveTo", "EMPTY_PERIOD"), ("kind", "NOT_PERMITTED"), ("loadedAsHistory", "INVALID"),
            ("notes", "TOO_LONG"), ("pence", "NEGATIVE_PRICE"), ("reason", "REQUIRED"),
        ];
        assert_eq!(said, expected.map(|(field, code)| (field.to_owned(), code)));
        assert_eq!(written(world).await, before);
    }

    async fn a_price_is_of_whole_pence_within_bounds(world) {
        let mentoring = mentoring(world).await;
        for (pence, code) in [(-1_i64, "NEGATIVE_PRICE"), (200_000_001, "PRICE_TOO_HIGH"), (i64::from(i32::MIN), "NEGATIVE_PRICE"), (i64::from(i32::MAX), "PRICE_TOO_HIGH")] {
            let answer = draft(world, &mentoring, json!({ "pence": pence })).await;
            assert_eq!(answer.refusals(), [code], "{pence}");
            assert_eq!(answer.user_errors()[0].field, "pence");
        }
        for pence in [json!(1.5), json!("12"), json!(1e300), json!(i64::MIN), json!(i64::from(i32::MAX) + 1)] {
            let answer = draft(world, &mentoring, json!({ "pence": pence })).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{pence} {answer:?}");
        }
        for pence in [0, 200_000_000] {
            price(draft(world, &mentoring, json!({ "pence": pence })).await);
        }
    }

    async fn a_day_of_a_price_is_one_that_people_mean(world) {
        let mentoring = mentoring(world).await;
        for day in ["1899-12-31", "2201-01-01", "+262142-12-31", "2017-02-29", "01/11/2017", "", "2017-11-01T00:00:00Z"] {
            let answer = draft(world, &mentoring, json!({ "effectiveFrom": day })).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{day} {answer:?}");
        }
    }

    async fn words_on_a_price_are_any_unicode_but_nul(world) {
        let words = "“£” O'Brien; DROP TABLE price-- <b>👩‍👧</b> \u{202e}\n\ttab";
        let drafted = price(draft(world, &mentoring(world).await, json!({ "reason": words, "notes": words })).await);
        assert_eq!(drafted["reason"], words);
        for (field, text) in [("reason", "a\u{0}b"), ("notes", "\u{0}")] {
            let answer = act(world, AUTHOR, "changeDraftPrice", &drafted, json!({ field: text })).await;
            assert_eq!(answer.refusals(), ["INVALID"]);
            assert_eq!(answer.user_errors()[0].field, field);
        }
    }

    async fn a_draft_is_changed_in_what_is_given_and_keeps_the_rest(world) {
        let mentoring = mentoring(world).await;
        let more = json!({ "effectiveTo": "2018-11-01", "notes": "Volunteers." });
        let drafted = price(draft(world, &mentoring, more).await);
        let changed = price(act(world, AUTHOR, "changeDraftPrice", &drafted, json!({ "pence": 3_350 })).await);
        assert_eq!((&changed["money"]["amount"], &changed["effectiveTo"]), (&json!(3_350), &json!("2018-11-01")));
        let changed = price(act(world, AUTHOR, "changeDraftPrice", &changed, json!({ "effectiveTo": null })).await);
        assert_eq!((&changed["money"]["amount"], &changed["effectiveTo"]), (&json!(3_350), &Value::Null));
        let before = written(world).await;
        let wrong = act(world, AUTHOR, "changeDraftPrice", &changed, json!({ "effectiveTo": "2017-11-01" })).await;
        assert_eq!(wrong.refusals(), ["EMPTY_PERIOD"]);
        assert_eq!(written(world).await, before);
        let withdrawn = price(act(world, AUTHOR, "withdrawPrice", &changed, json!({ "reason": "Not needed." })).await);
        assert_eq!(withdrawn["status"], "WITHDRAWN");
        assert_eq!(history(world, &mentoring, "CARD").await.len(), 2);
    }

    async fn the_same_price_for_the_same_period_is_a_slip(world) {
        let mentoring = mentoring(world).await;
        price(draft(world, &mentoring, json!({})).await);
        let before = written(world).await;
        assert_eq!(draft(world, &mentoring, json!({})).await.refusals(), ["DUPLICATE"]);
        assert_eq!(written(world).await, before);
        price(draft(world, &mentoring, json!({ "effectiveTo": "2018-01-01" })).await);
    }

    async fn what_is_not_a_price_or_a_service_is_not_found(world) {
        let mentoring = mentoring(world).await;
        for (id, code) in [("svc_01h455vb4pex5vsknk084sn02q", "NOT_FOUND"), ("prc_01h455vb4pex5vsknk084sn02q", "BAD_USER_INPUT"), ("", "BAD_USER_INPUT"), ("1", "BAD_USER_INPUT")] {
            let answer = draft(world, id, json!({})).await;
            assert_eq!(answer.error_code(), Some(code), "{id} {answer:?}");
        }
        let nothing = json!({ "id": "prc_01h455vb4pex5vsknk084sn02q", "version": 1 });
        assert_eq!(act(world, AUTHOR, "submitPrice", &nothing, json!({})).await.error_code(), Some("NOT_FOUND"));
        let drafted = price(draft(world, &mentoring, json!({})).await);
        let mut stale = drafted.clone();
        for version in [0, 2, i32::MAX, -1] {
            stale["version"] = json!(version);
            assert_eq!(act(world, AUTHOR, "submitPrice", &stale, json!({})).await.error_code(), Some("CONFLICT"), "{version}");
        }
    }
}
