//! After a referral has ended: what was held is recorded and corrected, and nothing more is put in the diary.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    accepted_by, act, begun, came, form, hour_from, missed, now, october, read, recorded, schedule, session,
    with, written,
};
use crate::referring::{NPS, accepted, person, then};
use crate::scenario;
use crate::world::World;

/// Ends a referral as it is now.
async fn end(world: &World, who: &str, field: &str, id: &Value, more: Value) -> Value {
    let document = "query($id: ID!) { referral(id: $id) { id version } }";
    let referral =
        world.as_person(who).query(document, json!({ "id": id })).await.granted().data("/referral").clone();
    crate::referring::referral(then(world, who, field, &referral, more).await)
}

async fn status(world: &World, id: &Value) -> String {
    let document = "query($id: ID!) { referral(id: $id) { status } }";
    let answer = world.as_person("nps-officer").query(document, json!({ "id": id })).await.granted();
    answer.text("/referral/status").to_owned()
}

scenario! {
    async fn sessions_ahead_of_a_referral_that_ends_are_cancelled_and_free_the_time(world) {
        let owain = person(world, "S600001", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let mentoring = accepted_by(world, &owain, "Meet and Mentor", "Yusuf Shah", json!({})).await;
        let ahead = session(schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({})).await);
        let held = begun(world, &taken).await;
        let why = json!({ "reason": "SERVICE_USER_MOVED", "note": "To Hull." });
        end(world, "yss-worker", "endReferralEarly", &taken["id"], why).await;
        let seen = read(world, "nps-officer", &ahead, "status cancelledBy cancelReason").await.granted();
        assert_eq!(seen.data("/session"), &json!({ "status": "CANCELLED", "cancelledBy": "PROVIDER", "cancelReason": "The referral ended." }));
        assert_eq!(now(world, "yss-worker", &held).await["status"], "SCHEDULED");
        session(schedule(world, "yss-worker", &mentoring, october(10, 9, 0), json!({})).await);
    }

    async fn after_the_end_nothing_is_scheduled_moved_or_cancelled(world) {
        let taken = accepted(world, &person(world, "S600002", NPS, json!({})).await).await;
        recorded(world, &taken, came()).await;
        world.clock.advance(TimeDelta::hours(2));
        let held = begun(world, &taken).await;
        end(world, "yss-worker", "completeReferral", &taken["id"], json!({})).await;
        let before = written(world).await;
        let moved = with(hour_from(october(11, 9, 0)), json!({ "requestedBy": "PROVIDER", "reason": "Leave." }));
        let why = json!({ "requestedBy": "PROVIDER", "reason": "Leave." });
        for who in ["yss-worker", "yss-manager"] {
            assert_eq!(schedule(world, who, &taken, october(10, 9, 0), json!({})).await.refusals(), ["ENDED"], "{who}");
            assert_eq!(act(world, who, "rescheduleSession", &held, moved.clone()).await.refusals(), ["ENDED"], "{who}");
            assert_eq!(act(world, who, "cancelSession", &held, why.clone()).await.refusals(), ["ENDED"], "{who}");
        }
        assert_eq!(written(world).await, before);
        let offered = read(world, "yss-worker", &held, "availableActions").await.granted();
        assert_eq!(offered.data("/session/availableActions"), &json!(["RECORD_SESSION"]));
    }

    async fn after_the_end_what_was_held_is_recorded_corrected_and_judged_and_moves_nothing(world) {
        let taken = accepted(world, &person(world, "S600003", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        world.clock.advance(TimeDelta::hours(2));
        let held = begun(world, &taken).await;
        end(world, "yss-worker", "endReferralEarly", &taken["id"], json!({ "reason": "ORDER_ENDED", "note": "As agreed." })).await;
        let late = session(act(world, "yss-worker", "recordAttendance", &held, missed()).await);
        session(act(world, "nps-officer", "judgeAbsence", &late, json!({ "acceptable": false })).await);
        let wrong = with(missed(), json!({ "reason": "It was his brother." }));
        let corrected = session(act(world, "yss-worker", "correctAttendance", &done, wrong).await);
        assert_eq!(corrected["attendance"]["outcome"], "PROPOSED_ACCEPTABLE_ABSENCE");
        session(act(world, "yss-manager", "submitFeedback", &corrected, form()).await);
        assert_eq!(status(world, &taken["id"]).await, "ENDED_EARLY");
    }

    async fn attendance_recorded_late_brings_no_ended_referral_in_progress(world) {
        let taken = accepted(world, &person(world, "S600004", NPS, json!({})).await).await;
        let held = begun(world, &taken).await;
        end(world, "yss-manager", "endReferralEarly", &taken["id"], json!({ "reason": "ORDER_ENDED", "note": "As agreed." })).await;
        session(act(world, "yss-worker", "recordAttendance", &held, came()).await);
        assert_eq!(status(world, &taken["id"]).await, "ENDED_EARLY");
    }

    async fn once_the_providers_time_to_read_is_over_officers_alone_correct(world) {
        let taken = accepted(world, &person(world, "S600005", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        end(world, "yss-worker", "completeReferral", &taken["id"], json!({})).await;
        let wrong = with(missed(), json!({ "reason": "It was his brother." }));
        world.clock.set("2018-10-01T22:59:59Z".parse().expect("an instant"));
        assert_eq!(now(world, "yss-worker", &done).await["status"], "RECORDED");
        world.clock.set("2018-10-01T23:00:00Z".parse().expect("an instant"));
        for who in ["yss-worker", "yss-manager"] {
            assert_eq!(read(world, who, &done, "id").await.error_code(), Some("NOT_FOUND"), "{who}");
            assert_eq!(act(world, who, "correctAttendance", &done, wrong.clone()).await.error_code(), Some("NOT_FOUND"), "{who}");
        }
        let officers = with(wrong, json!({ "receivedBy": "LETTER" }));
        session(act(world, "nps-officer", "correctAttendance", &done, officers).await);
    }
}

scenario! {
    async fn some_weeks_after_the_end_the_provider_only_reads_and_the_officer_records_on_its_behalf(world) {
        let taken = accepted(world, &person(world, "S600020", NPS, json!({})).await).await;
        let held = recorded(world, &taken, came()).await;
        world.clock.advance(TimeDelta::hours(2));
        let open = begun(world, &taken).await;
        end(world, "yss-worker", "completeReferral", &taken["id"], json!({})).await;
        world.clock.advance(TimeDelta::days(28));
        let open = crate::sessions::session(act(world, "yss-worker", "recordAttendance", &open, came()).await);
        world.clock.advance(TimeDelta::days(1));
        let before = written(world).await;
        let report = json!({ "referralId": taken["id"], "summary": "Done.", "outcomes": [] });
        for who in ["yss-worker", "yss-manager"] {
            let wrong = with(missed(), json!({ "reason": "A slip." }));
            assert_eq!(act(world, who, "correctAttendance", &held, wrong).await.refusals(), ["ENDED"], "{who}");
            assert_eq!(act(world, who, "submitFeedback", &open, form()).await.refusals(), ["ENDED"], "{who}");
            let refused = world.as_person(who).mutate("submitEndReport", report.clone(), "endReport { id }").await;
            assert_eq!(refused.refusals(), ["ENDED"], "{who}");
            let offered = read(world, who, &open, "status availableActions").await.granted();
            assert_eq!(offered.data("/session"), &json!({ "status": "RECORDED", "availableActions": [] }));
        }
        assert_eq!(written(world).await, before);
        let told = with(form(), json!({ "receivedBy": "TELEPHONE" }));
        act(world, "nps-officer", "submitFeedback", &open, told).await.granted();
    }
}
