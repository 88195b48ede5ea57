//! Absences: proposed by the provider, judged by the officer and by nobody else.

use serde_json::json;

use super::{act, begun, came, missed, named, read, recorded, said, schedule, session, with, written};
use crate::referring::{CRC, NPS, accepted, person, service, staff, submitted, then};
use crate::scenario;

const JUDGED: &str =
    "attendance { outcome judgedBy { name } judgedAt judgementNote recordedBy { name } correctionReason }
    attendanceHistory { nodes { outcome supersededAt judgedBy { name } } }";

scenario! {
    async fn an_absence_is_proposed_by_the_provider_and_judged_by_the_officer(world) {
        let taken = accepted(world, &person(world, "S400001", NPS, json!({})).await).await;
        let absent = recorded(world, &taken, missed()).await;
        assert_eq!(absent["attendance"]["outcome"], "PROPOSED_ACCEPTABLE_ABSENCE");
        let before = written(world).await;
        for who in ["yss-worker", "yss-manager", "willowdene-manager", "court-officer", "inspector"] {
            let answer = act(world, who, "judgeAbsence", &absent, json!({ "acceptable": true })).await;
            assert_eq!(answer.error_code(), Some("FORBIDDEN"), "{who}");
        }
        for who in ["crc-officer", "crc-manager"] {
            let answer = act(world, who, "judgeAbsence", &absent, json!({ "acceptable": true })).await;
            assert_eq!(answer.error_code(), Some("NOT_FOUND"), "{who}");
        }
        assert_eq!(written(world).await, before);
        let judgement = json!({ "acceptable": false, "note": "The third time." });
        session(act(world, "nps-officer", "judgeAbsence", &absent, judgement).await);
        let seen = read(world, "yss-worker", &absent, JUDGED).await.granted();
        assert_eq!(seen.data("/session"), &json!({
            "attendance": {
                "outcome": "UNACCEPTABLE_ABSENCE", "judgedBy": { "name": "Nadia Prosser" }, "judgedAt": "2017-10-02T09:00:00+00:00",
                "judgementNote": "The third time.", "recordedBy": { "name": "Yusuf Shah" }, "correctionReason": null,
            },
            "attendanceHistory": { "nodes": [
                { "outcome": "PROPOSED_ACCEPTABLE_ABSENCE", "supersededAt": "2017-10-02T09:00:00+00:00", "judgedBy": null },
                { "outcome": "UNACCEPTABLE_ABSENCE", "supersededAt": null, "judgedBy": { "name": "Nadia Prosser" } },
            ] },
        }));
    }

    async fn a_judgement_is_corrected_by_another_one(world) {
        let taken = accepted(world, &person(world, "S400002", NPS, json!({})).await).await;
        let absent = recorded(world, &taken, missed()).await;
        let judged = session(act(world, "nps-officer", "judgeAbsence", &absent, json!({ "acceptable": true })).await);
        let before = written(world).await;
        assert_eq!(act(world, "nps-manager", "judgeAbsence", &judged, json!({ "acceptable": true })).await.refusals(), ["ALREADY_JUDGED"]);
        assert_eq!(act(world, "nps-manager", "judgeAbsence", &absent, json!({ "acceptable": false })).await.error_code(), Some("CONFLICT"));
        assert_eq!(written(world).await, before);
        let anew = session(act(world, "nps-manager", "judgeAbsence", &judged, json!({ "acceptable": false })).await);
        assert_eq!(anew["attendance"]["outcome"], "UNACCEPTABLE_ABSENCE");
        let seen = read(world, "nps-officer", &absent, JUDGED).await.granted();
        assert_eq!(seen.list("/session/attendanceHistory/nodes").len(), 3);
    }

    async fn only_an_absence_that_is_recorded_is_judged(world) {
        let taken = accepted(world, &person(world, "S400003", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        assert_eq!(act(world, "nps-officer", "judgeAbsence", &begun, json!({ "acceptable": true })).await.refusals(), ["NOT_RECORDED"]);
        let done = session(act(world, "yss-worker", "recordAttendance", &begun, came()).await);
        assert_eq!(act(world, "nps-officer", "judgeAbsence", &done, json!({ "acceptable": true })).await.refusals(), ["NOTHING_TO_JUDGE"]);
    }

    async fn the_note_of_a_judgement_has_its_bounds(world) {
        let taken = accepted(world, &person(world, "S400004", NPS, json!({})).await).await;
        let absent = recorded(world, &taken, missed()).await;
        for (note, code) in [("x".repeat(10_001), "TOO_LONG"), ("a\u{0}".to_owned(), "INVALID")] {
            let answer = act(world, "nps-officer", "judgeAbsence", &absent, json!({ "acceptable": true, "note": note })).await;
            assert_eq!(said(&answer), named(&[("note", code)]));
        }
    }

    async fn a_corrected_absence_is_proposed_anew(world) {
        let taken = accepted(world, &person(world, "S400005", NPS, json!({})).await).await;
        let absent = recorded(world, &taken, missed()).await;
        let judged = session(act(world, "nps-officer", "judgeAbsence", &absent, json!({ "acceptable": true })).await);
        let wrong = with(missed(), json!({ "absenceReason": "TRAVEL", "reason": "It was the bus." }));
        let corrected = session(act(world, "yss-worker", "correctAttendance", &judged, wrong).await);
        assert_eq!(corrected["attendance"]["outcome"], "PROPOSED_ACCEPTABLE_ABSENCE");
    }

    async fn where_the_crc_delivers_to_its_own_case_its_worker_still_only_proposes(world) {
        let more = json!({ "gender": "FEMALE", "givenNames": "Ceri" });
        let ceri = person(world, "S400006", CRC, more).await;
        let group = service(world, CRC, "Women’s group programme").await;
        let sent = submitted(world, &ceri, &group, json!({})).await;
        let worker = json!({ "workerId": staff(world, "Wendy Groom").await });
        let taken = crate::referring::referral(then(world, "crc-group-manager", "acceptReferral", &sent, worker).await);
        let starts_at = world.clock.now() - chrono::TimeDelta::hours(1);
        let begun = session(schedule(world, "crc-group-worker", &taken, starts_at, json!({})).await);
        let absent = session(act(world, "crc-group-worker", "recordAttendance", &begun, missed()).await);
        assert_eq!(absent["attendance"]["outcome"], "PROPOSED_ACCEPTABLE_ABSENCE");
        let own = act(world, "crc-group-worker", "judgeAbsence", &absent, json!({ "acceptable": true })).await;
        assert_eq!(own.error_code(), Some("FORBIDDEN"));
        let judged = session(act(world, "crc-officer", "judgeAbsence", &absent, json!({ "acceptable": true })).await);
        assert_eq!(judged["attendance"]["outcome"], "ACCEPTABLE_ABSENCE");
    }
}
