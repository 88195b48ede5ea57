//! Corrections: what was recorded stays in the history, superseded by what is right.

use serde_json::json;

use super::{act, begun, came, form, missed, named, now, read, recorded, said, session, with, written};
use crate::referring::{NPS, accepted, person};
use crate::scenario;

scenario! {
    async fn a_correction_supersedes_the_record_and_keeps_it(world) {
        let taken = accepted(world, &person(world, "S500001", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        world.clock.advance(chrono::TimeDelta::hours(1));
        let wrong = with(missed(), json!({ "reason": "It was his brother." }));
        let corrected = session(act(world, "yss-worker", "correctAttendance", &done, wrong).await);
        assert_eq!(corrected["attendance"]["outcome"], "PROPOSED_ACCEPTABLE_ABSENCE");
        let again = with(came(), json!({ "reason": "No, it was him.", "receivedBy": "IN_PERSON" }));
        session(act(world, "nps-officer", "correctAttendance", &corrected, again).await);
        let seen = read(world, "yss-manager", &done, "status attendance { outcome }
            attendanceHistory { nodes { id outcome supersedesId supersededAt correctionReason recordedBy { name } receivedBy } }").await.granted();
        assert_eq!(seen.data("/session/attendance/outcome"), "ATTENDED");
        let mut history = seen.list("/session/attendanceHistory/nodes").to_vec();
        let ids: Vec<_> = history.iter().map(|row| row["id"].clone()).collect();
        for row in &mut history {
            row.as_object_mut().expect("an object").remove("id");
        }
        let row = |outcome: &str, supersedes: usize, at: Option<&str>, reason: Option<&str>, who: &str, by: Option<&str>| json!({
            "outcome": outcome, "supersedesId": supersedes.checked_sub(1).map(|place| ids[place].clone()), "supersededAt": at,
            "correctionReason": reason, "recordedBy": { "name": who }, "receivedBy": by,
        });
        assert_eq!(history, [
            row("ATTENDED", 0, Some("2017-10-02T10:00:00+00:00"), None, "Yusuf Shah", None),
            row("PROPOSED_ACCEPTABLE_ABSENCE", 1, Some("2017-10-02T10:00:00+00:00"), Some("It was his brother."), "Yusuf Shah", None),
            row("ATTENDED", 2, None, Some("No, it was him."), "Nadia Prosser", Some("IN_PERSON")),
        ]);
    }

    async fn a_correction_is_held_to_the_same_rules_and_says_why(world) {
        let taken = accepted(world, &person(world, "S500002", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let before = written(world).await;
        let wrong = json!({ "attended": false, "happened": false, "lateMinutes": 5, "reason": " " });
        let answer = act(world, "yss-worker", "correctAttendance", &done, wrong).await;
        assert_eq!(said(&answer), named(&[
            ("reason", "REQUIRED"), ("lateMinutes", "INVALID"), ("proposedAcceptable", "REQUIRED"), ("absenceReason", "REQUIRED"), ("contactAttempts", "REQUIRED"),
        ]));
        let officers = act(world, "nps-officer", "correctAttendance", &done, with(missed(), json!({ "reason": "He rang me." }))).await;
        assert_eq!(said(&officers), named(&[("receivedBy", "REQUIRED")]));
        let stale = json!({ "id": done["id"], "version": 1 });
        let right = with(missed(), json!({ "reason": "It was his brother." }));
        assert_eq!(act(world, "yss-worker", "correctAttendance", &stale, right).await.error_code(), Some("CONFLICT"));
        assert_eq!(written(world).await, before);
    }

    async fn what_was_never_recorded_is_not_corrected(world) {
        let taken = accepted(world, &person(world, "S500003", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let why = json!({ "reason": "Wrong." });
        assert_eq!(act(world, "yss-worker", "correctAttendance", &begun, with(came(), why.clone())).await.refusals(), ["NOT_RECORDED"]);
        assert_eq!(act(world, "yss-worker", "correctFeedback", &begun, with(form(), why.clone())).await.refusals(), ["NOT_RECORDED"]);
        let done = session(act(world, "yss-worker", "recordAttendance", &begun, came()).await);
        assert_eq!(act(world, "yss-worker", "correctFeedback", &done, with(form(), why)).await.refusals(), ["NOT_RECORDED"]);
    }

    async fn of_two_corrections_at_once_one_is_made(world) {
        let taken = accepted(world, &person(world, "S500004", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let (one, other) = tokio::join!(
            act(world, "yss-worker", "correctAttendance", &done, with(missed(), json!({ "reason": "He was not there." }))),
            act(world, "yss-manager", "correctAttendance", &done, with(missed(), json!({ "reason": "He was away." }))),
        );
        let mut came_to = [one.error_code(), other.error_code()];
        came_to.sort();
        assert_eq!(came_to, [None, Some("CONFLICT")], "{one:?} {other:?}");
        let seen = read(world, "yss-worker", &done, "attendanceHistory { nodes { supersededAt } }").await.granted();
        let standing = seen.list("/session/attendanceHistory/nodes").iter().filter(|row| row["supersededAt"].is_null()).count();
        assert_eq!((seen.list("/session/attendanceHistory/nodes").len(), standing), (2, 1));
    }

    async fn corrected_feedback_keeps_what_was_told_before(world) {
        let taken = accepted(world, &person(world, "S500005", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let told = session(act(world, "yss-worker", "submitFeedback", &done, form()).await);
        let before = written(world).await;
        let bare = act(world, "yss-worker", "correctFeedback", &told, with(form(), json!({ "reason": "", "nextSteps": "" }))).await;
        assert_eq!(said(&bare), named(&[("reason", "REQUIRED"), ("nextSteps", "REQUIRED")]));
        assert_eq!(written(world).await, before);
        let more = json!({ "concerns": "Homeless from Friday.", "reason": "Told us on the way out." });
        session(act(world, "yss-manager", "correctFeedback", &told, with(form(), more)).await);
        let seen = read(world, "nps-officer", &done, "feedback { concerns correctionReason recordedBy { name } } feedbackHistory { nodes { concerns supersededAt } }").await.granted();
        assert_eq!(seen.data("/session"), &json!({
            "feedback": { "concerns": "Homeless from Friday.", "correctionReason": "Told us on the way out.", "recordedBy": { "name": "Yvonne Sands" } },
            "feedbackHistory": { "nodes": [
                { "concerns": null, "supersededAt": "2017-10-02T09:00:00+00:00" },
                { "concerns": "Homeless from Friday.", "supersededAt": null },
            ] },
        }));
    }

    async fn no_correction_brings_a_referral_back_from_in_progress(world) {
        let taken = accepted(world, &person(world, "S500006", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        assert_eq!(done["referral"]["status"], "IN_PROGRESS");
        let wrong = with(missed(), json!({ "reason": "It was his brother." }));
        let corrected = session(act(world, "yss-worker", "correctAttendance", &done, wrong).await);
        assert_eq!(corrected["referral"]["status"], "IN_PROGRESS");
        // And a correction to an attended session brings it there.
        let emyr = person(world, "S500007", NPS, json!({ "givenNames": "Emyr" })).await;
        let absent = recorded(world, &accepted(world, &emyr).await, missed()).await;
        assert_eq!(absent["referral"]["status"], "ACCEPTED");
        let wrong = with(came(), json!({ "reason": "He came by the back door." }));
        assert_eq!(session(act(world, "yss-worker", "correctAttendance", &absent, wrong).await)["referral"]["status"], "IN_PROGRESS");
        assert_eq!(now(world, "yss-worker", &absent).await["status"], "RECORDED");
    }
}
