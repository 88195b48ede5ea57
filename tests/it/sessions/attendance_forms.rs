//! Attendance: once a session has begun, once, and without contradictions.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    act, begun, came, form, missed, named, october, read, recorded, said, schedule, session, with, written,
};
use crate::referring::{NPS, accepted, person};
use crate::scenario;

scenario! {
    async fn nothing_is_recorded_of_a_session_in_the_future(world) {
        let taken = accepted(world, &person(world, "S200001", NPS, json!({})).await).await;
        let next = session(schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({})).await);
        world.clock.set("2017-10-10T08:59:59.999999Z".parse().expect("an instant"));
        let before = written(world).await;
        let reports = json!({ "receivedBy": "TELEPHONE" });
        for record in [came(), missed()] {
            assert_eq!(act(world, "yss-worker", "recordAttendance", &next, record.clone()).await.refusals(), ["IN_THE_FUTURE"]);
            let officers = act(world, "nps-officer", "recordAttendance", &next, with(record, reports.clone())).await;
            assert_eq!(officers.refusals(), ["IN_THE_FUTURE"]);
        }
        assert_eq!(act(world, "yss-worker", "submitFeedback", &next, form()).await.refusals(), ["ATTENDANCE_FIRST"]);
        assert_eq!(written(world).await, before);
        world.clock.set(october(10, 9, 0));
        session(act(world, "yss-worker", "recordAttendance", &next, came()).await);
    }

    async fn everything_in_a_record_that_is_missing_or_contradicts_it_is_named(world) {
        let taken = accepted(world, &person(world, "S200002", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let before = written(world).await;
        let absent = json!({ "attended": false, "happened": false });
        let not_delivered = json!({ "attended": true, "happened": false });
        let long = "é".repeat(10_001);
        for (record, expected) in [
            (absent.clone(), vec![("proposedAcceptable", "REQUIRED"), ("absenceReason", "REQUIRED"), ("contactAttempts", "REQUIRED")]),
            (with(missed(), json!({ "contactAttempts": " \n " })), vec![("contactAttempts", "REQUIRED")]),
            (with(missed(), json!({ "absenceReason": "OTHER" })), vec![("absenceNote", "REQUIRED")]),
            (with(missed(), json!({ "absenceNote": long, "contactAttempts": "a\u{0}b" })), vec![("absenceNote", "TOO_LONG"), ("contactAttempts", "INVALID")]),
            (with(missed(), json!({ "lateMinutes": 5, "lateReason": "Bus", "notDeliveredReason": "LOGISTICS" })),
                vec![("lateMinutes", "INVALID"), ("lateReason", "INVALID"), ("notDeliveredReason", "INVALID")]),
            (with(came(), json!({ "proposedAcceptable": false, "absenceReason": "ILLNESS", "absenceNote": "x", "contactAttempts": "x" })),
                vec![("proposedAcceptable", "INVALID"), ("absenceReason", "INVALID"), ("absenceNote", "INVALID"), ("contactAttempts", "INVALID")]),
            (with(came(), json!({ "notDeliveredReason": "LOGISTICS" })), vec![("notDeliveredReason", "INVALID")]),
            (not_delivered.clone(), vec![("notDeliveredReason", "REQUIRED")]),
            (with(came(), json!({ "lateMinutes": 5 })), vec![("lateReason", "REQUIRED")]),
            (with(came(), json!({ "lateReason": "Bus" })), vec![("lateMinutes", "REQUIRED")]),
            (with(came(), json!({ "lateMinutes": 0, "lateReason": "Bus" })), vec![("lateMinutes", "INVALID")]),
            (with(came(), json!({ "lateMinutes": 721, "lateReason": long })), vec![("lateMinutes", "INVALID"), ("lateReason", "TOO_LONG")]),
            (with(came(), json!({ "lateMinutes": -1, "lateReason": "Bus" })), vec![("lateMinutes", "INVALID")]),
            (with(came(), json!({ "receivedBy": "LETTER" })), vec![("receivedBy", "INVALID")]),
        ] {
            let answer = act(world, "yss-worker", "recordAttendance", &begun, record.clone()).await;
            assert_eq!(said(&answer), named(&expected), "{record}");
        }
        let huge = with(came(), json!({ "lateMinutes": 2_147_483_648_i64, "lateReason": "Bus" }));
        assert_eq!(act(world, "yss-worker", "recordAttendance", &begun, huge).await.error_code(), Some("BAD_USER_INPUT"));
        let unknown = with(missed(), json!({ "absenceReason": "HOLIDAY" }));
        assert_eq!(act(world, "yss-worker", "recordAttendance", &begun, unknown).await.error_code(), Some("BAD_USER_INPUT"));
        assert_eq!(written(world).await, before);
    }

    async fn what_became_of_a_session_is_kept_as_it_was_said(world) {
        let taken = accepted(world, &person(world, "S200003", NPS, json!({})).await).await;
        let selection = "status attendance { outcome lateMinutes lateReason notDeliveredReason absenceReason absenceNote contactAttempts
            recordedBy { name } receivedBy judgedBy { name } supersededAt correctionReason }";
        let blank = json!({
            "outcome": "ATTENDED", "lateMinutes": null, "lateReason": null, "notDeliveredReason": null, "absenceReason": null,
            "absenceNote": null, "contactAttempts": null, "recordedBy": { "name": "Yusuf Shah" }, "receivedBy": null,
            "judgedBy": null, "supersededAt": null, "correctionReason": null,
        });
        let words = "“Bus” O'Brien; -- <b>👩‍👧</b>";
        for (hours, record, expected) in [
            (20, came(), json!({})),
            (18, with(came(), json!({ "lateMinutes": 720, "lateReason": format!("  {words} ") })), json!({ "lateMinutes": 720, "lateReason": words })),
            (16, json!({ "attended": true, "happened": false, "notDeliveredReason": "LOGISTICS" }),
                json!({ "outcome": "ATTENDED_NOT_DELIVERED", "notDeliveredReason": "LOGISTICS" })),
            (14, with(missed(), json!({ "happened": true })),
                json!({ "outcome": "PROPOSED_ACCEPTABLE_ABSENCE", "absenceReason": "ILLNESS", "contactAttempts": "Rang twice." })),
            (12, with(missed(), json!({ "proposedAcceptable": false, "absenceReason": "OTHER", "absenceNote": words })),
                json!({ "outcome": "PROPOSED_UNACCEPTABLE_ABSENCE", "absenceReason": "OTHER", "absenceNote": words, "contactAttempts": "Rang twice." })),
        ] {
            let starts_at = world.clock.now() - TimeDelta::hours(hours);
            let begun = session(schedule(world, "yss-worker", &taken, starts_at, json!({})).await);
            session(act(world, "yss-worker", "recordAttendance", &begun, record).await);
            let seen = read(world, "nps-officer", &begun, selection).await.granted();
            assert_eq!(seen.data("/session"), &json!({ "status": "RECORDED", "attendance": with(blank.clone(), expected) }));
        }
        let document = "query($id: ID!) { referral(id: $id) { attendance { attended notDelivered proposed acceptable unacceptable absences } } }";
        let totals = world.as_person("yss-worker").query(document, json!({ "id": taken["id"] })).await.granted();
        assert_eq!(totals.data("/referral/attendance"), &json!({
            "attended": 2, "notDelivered": 1, "proposed": 2, "acceptable": 0, "unacceptable": 0, "absences": 2,
        }));
    }

    async fn attendance_is_recorded_once(world) {
        let taken = accepted(world, &person(world, "S200004", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let before = written(world).await;
        for who in ["yss-worker", "yss-manager"] {
            assert_eq!(act(world, who, "recordAttendance", &done, missed()).await.refusals(), ["ALREADY_RECORDED"], "{who}");
        }
        assert_eq!(written(world).await, before);
    }

    async fn of_two_who_record_at_once_one_does_and_the_other_is_told(world) {
        let taken = accepted(world, &person(world, "S200005", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let (one, other) = tokio::join!(
            act(world, "yss-worker", "recordAttendance", &begun, came()),
            act(world, "yss-manager", "recordAttendance", &begun, missed()),
        );
        let mut came_to = [one.error_code(), other.error_code()];
        came_to.sort();
        assert_eq!(came_to, [None, Some("CONFLICT")], "{one:?} {other:?}");
        let told = if one.error_code().is_some() { &one } else { &other };
        let first = if one.error_code().is_some() { "Yvonne Sands" } else { "Yusuf Shah" };
        assert_eq!(told.body["errors"][0]["extensions"]["changedBy"], first);
        let seen = read(world, "nps-officer", &begun, "attendanceHistory { nodes { outcome } }").await.granted();
        assert_eq!(seen.list("/session/attendanceHistory/nodes").len(), 1);
    }

    async fn a_double_click_records_once(world) {
        let taken = accepted(world, &person(world, "S200006", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let click = || act(world, "yss-worker", "recordAttendance", &begun, with(came(), json!({ "idempotencyKey": "click" })));
        let (one, other) = tokio::join!(click(), click());
        assert_eq!(session(one)["version"], session(other)["version"]);
        let seen = read(world, "yss-worker", &begun, "attendanceHistory { nodes { outcome } }").await.granted();
        assert_eq!(seen.list("/session/attendanceHistory/nodes").len(), 1);
    }

    async fn the_first_session_attended_brings_the_referral_in_progress(world) {
        let taken = accepted(world, &person(world, "S200007", NPS, json!({})).await).await;
        let starts_at = world.clock.now() - TimeDelta::hours(20);
        for (hours, record, status) in [
            (0, missed(), "ACCEPTED"),
            (2, json!({ "attended": true, "happened": false, "notDeliveredReason": "LOGISTICS" }), "ACCEPTED"),
            (4, came(), "IN_PROGRESS"),
            (6, missed(), "IN_PROGRESS"),
        ] {
            let begun = session(schedule(world, "yss-worker", &taken, starts_at + TimeDelta::hours(hours), json!({})).await);
            let done = session(act(world, "yss-worker", "recordAttendance", &begun, record).await);
            assert_eq!(done["referral"]["status"], status, "{done}");
        }
    }

    async fn an_officer_records_on_the_providers_behalf_and_says_how_it_came(world) {
        let taken = accepted(world, &person(world, "S200008", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let before = written(world).await;
        let bare = act(world, "nps-officer", "recordAttendance", &begun, came()).await;
        assert_eq!(said(&bare), named(&[("receivedBy", "REQUIRED")]));
        let worse = act(world, "nps-officer", "recordAttendance", &begun, json!({ "attended": true, "happened": false })).await;
        assert_eq!(said(&worse), named(&[("receivedBy", "REQUIRED"), ("notDeliveredReason", "REQUIRED")]));
        for who in ["crc-officer", "crc-manager"] {
            let foreign = act(world, who, "recordAttendance", &begun, with(came(), json!({ "receivedBy": "LETTER" }))).await;
            assert_eq!(foreign.error_code(), Some("NOT_FOUND"), "{who}");
        }
        assert_eq!(written(world).await, before);
        session(act(world, "nps-officer", "recordAttendance", &begun, with(came(), json!({ "receivedBy": "LETTER" }))).await);
        let seen = read(world, "yss-worker", &begun, "attendance { outcome receivedBy recordedBy { name } }").await.granted();
        assert_eq!(seen.data("/session/attendance"), &json!({
            "outcome": "ATTENDED", "receivedBy": "LETTER", "recordedBy": { "name": "Nadia Prosser" },
        }));
    }

    async fn the_word_of_an_officer_who_records_an_absence_is_the_judgement(world) {
        let taken = accepted(world, &person(world, "S200009", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let record = with(missed(), json!({ "receivedBy": "TELEPHONE", "proposedAcceptable": false }));
        session(act(world, "nps-manager", "recordAttendance", &begun, record).await);
        let seen = read(world, "nps-officer", &begun, "attendance { outcome judgedBy { name } judgedAt } availableActions").await.granted();
        assert_eq!(seen.data("/session"), &json!({
            "attendance": { "outcome": "UNACCEPTABLE_ABSENCE", "judgedBy": { "name": "Martin Sayce" }, "judgedAt": "2017-10-02T09:00:00+00:00" },
            "availableActions": ["RECORD_SESSION", "JUDGE_ABSENCE"],
        }));
        assert_eq!(seen.data("/session/attendance/judgedBy/name"), &Value::from("Martin Sayce"));
    }
}
