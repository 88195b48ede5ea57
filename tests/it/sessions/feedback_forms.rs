//! Feedback: after attendance, once, with everything that the form asks.

use serde_json::{Value, json};

use super::{act, begun, came, form, missed, named, now, read, recorded, said, session, with, written};
use crate::referring::{NPS, accepted, person};
use crate::scenario;

scenario! {
    async fn feedback_comes_after_attendance_and_is_due_from_then_on(world) {
        let taken = accepted(world, &person(world, "S300001", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let before = written(world).await;
        assert_eq!(begun["feedbackDue"], false);
        assert_eq!(act(world, "yss-worker", "submitFeedback", &begun, form()).await.refusals(), ["ATTENDANCE_FIRST"]);
        assert_eq!(written(world).await, before);
        let done = session(act(world, "yss-worker", "recordAttendance", &begun, came()).await);
        assert_eq!(done["feedbackDue"], true);
        let told = session(act(world, "yss-worker", "submitFeedback", &done, form()).await);
        assert_eq!(told["feedbackDue"], false);
    }

    async fn every_field_of_the_form_has_its_rule(world) {
        let taken = accepted(world, &person(world, "S300002", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let before = written(world).await;
        let empty = json!({ "whatWasDone": "", "response": " ", "nextSteps": "\n\t" });
        let long = "é".repeat(10_001);
        for (form, expected) in [
            (empty, vec![("whatWasDone", "REQUIRED"), ("response", "REQUIRED"), ("nextSteps", "REQUIRED")]),
            (json!({ "whatWasDone": long, "response": long, "nextSteps": long, "behaviourToReport": long, "concerns": long }),
                vec![("whatWasDone", "TOO_LONG"), ("response", "TOO_LONG"), ("nextSteps", "TOO_LONG"), ("behaviourToReport", "TOO_LONG"), ("concerns", "TOO_LONG")]),
            (json!({ "whatWasDone": "\u{0}a", "response": "a\u{0}", "nextSteps": "a\u{0}b", "behaviourToReport": "\u{0}", "concerns": "\u{0}" }),
                vec![("whatWasDone", "INVALID"), ("response", "INVALID"), ("nextSteps", "INVALID"), ("behaviourToReport", "INVALID"), ("concerns", "INVALID")]),
            (with(form(), json!({ "receivedBy": "SECURE_MAIL" })), vec![("receivedBy", "INVALID")]),
        ] {
            let answer = act(world, "yss-worker", "submitFeedback", &done, form).await;
            assert_eq!(said(&answer), named(&expected));
        }
        for missing in ["whatWasDone", "response", "nextSteps"] {
            let mut incomplete = form();
            incomplete.as_object_mut().expect("an object").remove(missing);
            let answer = act(world, "yss-worker", "submitFeedback", &done, incomplete).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{missing} {answer:?}");
        }
        assert_eq!(written(world).await, before);
        let full = json!({ "whatWasDone": "é".repeat(10_000), "response": "x", "nextSteps": "x", "behaviourToReport": "", "concerns": " " });
        session(act(world, "yss-worker", "submitFeedback", &done, full).await);
        let seen = read(world, "nps-officer", &done, "feedback { behaviourToReport concerns whatWasDone }").await.granted();
        assert_eq!((seen.data("/session/feedback/behaviourToReport"), seen.data("/session/feedback/concerns")), (&Value::Null, &Value::Null));
        assert_eq!(seen.text("/session/feedback/whatWasDone").chars().count(), 10_000);
    }

    async fn a_session_that_did_not_happen_needs_only_what_comes_next(world) {
        let taken = accepted(world, &person(world, "S300003", NPS, json!({})).await).await;
        for (crn, record) in [(1, missed()), (2, json!({ "attended": true, "happened": false, "notDeliveredReason": "LOGISTICS" }))] {
            world.clock.advance(chrono::TimeDelta::hours(crn));
            let done = recorded(world, &taken, record).await;
            let nothing = json!({ "whatWasDone": "", "response": "", "nextSteps": " " });
            let answer = act(world, "yss-worker", "submitFeedback", &done, nothing).await;
            assert_eq!(said(&answer), named(&[("nextSteps", "REQUIRED")]));
            let next = json!({ "whatWasDone": "", "response": "", "nextSteps": "Ring again." });
            session(act(world, "yss-worker", "submitFeedback", &done, next).await);
        }
    }

    async fn what_was_told_is_read_by_both_sides(world) {
        let taken = accepted(world, &person(world, "S300004", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let words = "Said: “I'll <b>kill</b> him”; DROP TABLE feedback; -- 👩‍👧 ﷽";
        let told = with(form(), json!({ "behaviourToReport": "Came with a knife.", "concerns": format!("\n{words} ") }));
        session(act(world, "yss-worker", "submitFeedback", &done, told).await);
        for who in ["nps-officer", "yss-manager", "inspector"] {
            let selection = "feedback { whatWasDone response nextSteps behaviourToReport concerns recordedBy { name } receivedBy }";
            let seen = read(world, who, &done, selection).await.granted();
            assert_eq!(seen.data("/session/feedback"), &with(form(), json!({
                "behaviourToReport": "Came with a knife.", "concerns": words, "recordedBy": { "name": "Yusuf Shah" }, "receivedBy": null,
            })), "{who}");
        }
        for who in ["crc-officer", "willowdene-manager"] {
            assert_eq!(read(world, who, &done, "feedback { concerns }").await.error_code(), Some("NOT_FOUND"), "{who}");
        }
    }

    async fn feedback_is_submitted_once(world) {
        let taken = accepted(world, &person(world, "S300005", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let told = session(act(world, "yss-worker", "submitFeedback", &done, form()).await);
        let before = written(world).await;
        assert_eq!(act(world, "yss-manager", "submitFeedback", &done, form()).await.error_code(), Some("CONFLICT"));
        assert_eq!(act(world, "yss-manager", "submitFeedback", &told, form()).await.refusals(), ["ALREADY_RECORDED"]);
        assert_eq!(written(world).await, before);
    }

    async fn of_two_who_submit_at_once_one_does_and_the_other_is_told(world) {
        let taken = accepted(world, &person(world, "S300006", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let (one, other) = tokio::join!(
            act(world, "yss-worker", "submitFeedback", &done, form()),
            act(world, "nps-officer", "submitFeedback", &done, with(form(), json!({ "receivedBy": "TELEPHONE" }))),
        );
        let mut came_to = [one.error_code(), other.error_code()];
        came_to.sort();
        assert_eq!(came_to, [None, Some("CONFLICT")], "{one:?} {other:?}");
        let seen = read(world, "nps-officer", &done, "feedbackHistory { nodes { id } }").await.granted();
        assert_eq!(seen.list("/session/feedbackHistory/nodes").len(), 1);
    }

    async fn an_officer_submits_on_the_providers_behalf_and_says_how_it_came(world) {
        let taken = accepted(world, &person(world, "S300007", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let before = written(world).await;
        let bare = act(world, "nps-officer", "submitFeedback", &done, with(form(), json!({ "response": "" }))).await;
        assert_eq!(said(&bare), named(&[("receivedBy", "REQUIRED"), ("response", "REQUIRED")]));
        assert_eq!(written(world).await, before);
        for channel in ["TELEPHONE", "LETTER", "SECURE_MAIL", "IN_PERSON"] {
            let version = now(world, "nps-officer", &done).await;
            let (field, more) = if channel == "TELEPHONE" { ("submitFeedback", json!({})) } else { ("correctFeedback", json!({ "reason": "Came otherwise." })) };
            let told = with(with(form(), json!({ "receivedBy": channel })), more);
            session(act(world, "nps-officer", field, &version, told).await);
            let seen = read(world, "yss-worker", &done, "feedback { receivedBy recordedBy { name } }").await.granted();
            assert_eq!(seen.data("/session/feedback"), &json!({ "receivedBy": channel, "recordedBy": { "name": "Nadia Prosser" } }));
        }
    }
}
