//! The diary: nobody is in two sessions at once, and nobody learns more from that than they may.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    accepted_by, accepted_by_willowdene, act, begun, came, form, hour_from, named, october, read, recorded,
    said, schedule, session, with, written,
};
use crate::referring::{NPS, accepted, person, submitted};
use crate::scenario;

scenario! {
    async fn sessions_of_a_referral_are_numbered_as_they_are_put_in_the_diary(world) {
        let taken = accepted(world, &person(world, "S100001", NPS, json!({})).await).await;
        let second = session(schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({ "venue": "Worcester" })).await);
        let first = session(schedule(world, "yss-manager", &taken, october(5, 9, 0), json!({})).await);
        assert_eq!((&second["number"], &second["venue"]), (&json!(1), &json!("Worcester")));
        assert_eq!(first["number"], 2);
        assert_eq!(first["availableActions"], json!(["SCHEDULE_SESSION"]));
        let document = "query($id: ID!) { referral(id: $id) { sessions { nodes { number startsAt status kind } } } }";
        for who in ["nps-officer", "yss-worker", "inspector"] {
            let answer = world.as_person(who).query(document, json!({ "id": taken["id"] })).await.granted();
            let numbers: Vec<_> = answer.list("/referral/sessions/nodes").iter().map(|row| row["number"].clone()).collect();
            assert_eq!(numbers, [2, 1], "{who}");
        }
    }

    async fn a_session_is_moved_with_who_asked_and_why_and_the_old_time_is_kept(world) {
        let taken = accepted(world, &person(world, "S100002", NPS, json!({})).await).await;
        let first = session(schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({ "venue": "Worcester" })).await);
        let moved = with(hour_from(october(11, 13, 0)), json!({ "requestedBy": "SERVICE_USER", "reason": "A late shift." }));
        let moved = session(act(world, "yss-worker", "rescheduleSession", &first, moved).await);
        assert_eq!((&moved["startsAt"], &moved["venue"], &moved["status"]), (&json!("2017-10-11T13:00:00+00:00"), &json!("Worcester"), &json!("SCHEDULED")));
        let elsewhere = with(hour_from(october(11, 13, 0)), json!({ "venue": "Hereford", "requestedBy": "PROVIDER", "reason": "The room is taken." }));
        session(act(world, "yss-manager", "rescheduleSession", &moved, elsewhere).await);
        let seen = read(world, "nps-officer", &first, "venue changes { nodes { oldStartsAt newStartsAt requestedBy reason changedBy { name } } }").await.granted();
        assert_eq!(seen.data("/session"), &json!({ "venue": "Hereford", "changes": { "nodes": [
            { "oldStartsAt": "2017-10-10T09:00:00+00:00", "newStartsAt": "2017-10-11T13:00:00+00:00", "requestedBy": "SERVICE_USER",
              "reason": "A late shift.", "changedBy": { "name": "Yusuf Shah" } },
            { "oldStartsAt": "2017-10-11T13:00:00+00:00", "newStartsAt": "2017-10-11T13:00:00+00:00", "requestedBy": "PROVIDER",
              "reason": "The room is taken.", "changedBy": { "name": "Yvonne Sands" } },
        ] } }));
    }

    async fn what_is_moved_nowhere_or_without_a_reason_stays(world) {
        let taken = accepted(world, &person(world, "S100003", NPS, json!({})).await).await;
        let first = session(schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({})).await);
        let before = written(world).await;
        let nowhere = with(hour_from(october(10, 9, 0)), json!({ "requestedBy": "PROVIDER", "reason": " " }));
        let answer = act(world, "yss-worker", "rescheduleSession", &first, nowhere).await;
        assert_eq!(said(&answer), named(&[("reason", "REQUIRED"), ("startsAt", "INVALID")]));
        let long = with(hour_from(october(11, 9, 0)), json!({
            "requestedBy": "PROVIDER", "reason": "x".repeat(10_001), "venue": "x".repeat(201), "endsAt": october(11, 9, 0),
        }));
        let answer = act(world, "yss-worker", "rescheduleSession", &first, long).await;
        assert_eq!(said(&answer), named(&[("reason", "TOO_LONG"), ("venue", "TOO_LONG"), ("endsAt", "INVALID")]));
        let stale = json!({ "id": first["id"], "version": 9 });
        let moved = with(hour_from(october(11, 9, 0)), json!({ "requestedBy": "PROVIDER", "reason": "Leave." }));
        assert_eq!(act(world, "yss-worker", "rescheduleSession", &stale, moved).await.error_code(), Some("CONFLICT"));
        assert_eq!(written(world).await, before);
    }

    async fn a_session_is_cancelled_with_who_asked_and_why(world) {
        let taken = accepted(world, &person(world, "S100004", NPS, json!({})).await).await;
        let first = session(schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({})).await);
        let bare = act(world, "yss-worker", "cancelSession", &first, json!({ "requestedBy": "PROVIDER", "reason": "" })).await;
        assert_eq!(said(&bare), named(&[("reason", "REQUIRED")]));
        let why = json!({ "requestedBy": "SERVICE_USER", "reason": "A job interview." });
        let cancelled = session(act(world, "yss-worker", "cancelSession", &first, why.clone()).await);
        let seen = read(world, "nps-officer", &first, "status cancelledBy cancelReason cancelledAt availableActions").await.granted();
        assert_eq!(seen.data("/session"), &json!({
            "status": "CANCELLED", "cancelledBy": "SERVICE_USER", "cancelReason": "A job interview.",
            "cancelledAt": "2017-10-02T09:00:00+00:00", "availableActions": [],
        }));
        let before = written(world).await;
        let moved = with(hour_from(october(11, 9, 0)), json!({ "requestedBy": "PROVIDER", "reason": "Leave." }));
        for (field, more) in [("cancelSession", why), ("rescheduleSession", moved), ("recordAttendance", came())] {
            let answer = act(world, "yss-worker", field, &cancelled, more).await;
            assert_eq!(answer.refusals(), ["NOT_SCHEDULED"], "{field}");
        }
        assert_eq!(written(world).await, before);
    }

    async fn a_session_that_is_recorded_stays_in_the_diary(world) {
        let taken = accepted(world, &person(world, "S100005", NPS, json!({})).await).await;
        let done = recorded(world, &taken, came()).await;
        let moved = with(hour_from(october(11, 9, 0)), json!({ "requestedBy": "PROVIDER", "reason": "Leave." }));
        assert_eq!(act(world, "yss-worker", "rescheduleSession", &done, moved).await.refusals(), ["WRONG_STATUS"]);
        let why = json!({ "requestedBy": "PROVIDER", "reason": "Leave." });
        assert_eq!(act(world, "yss-worker", "cancelSession", &done, why).await.refusals(), ["WRONG_STATUS"]);
    }

    async fn every_mistake_of_a_session_is_named_at_once(world) {
        let taken = accepted(world, &person(world, "S100006", NPS, json!({})).await).await;
        let before = written(world).await;
        let answer = schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({
            "kind": "HOME_VISIT", "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2019-12-31T00:00:00Z", "venue": "x".repeat(201),
        })).await;
        assert_eq!(said(&answer), named(&[("endsAt", "INVALID"), ("startsAt", "OUT_OF_RANGE"), ("kind", "INVALID"), ("venue", "TOO_LONG")]));
        for (starts_at, ends_at, expected) in [
            ("2017-10-10T09:00:00Z", "2017-10-10T09:00:00Z", vec![("endsAt", "INVALID")]),
            ("2017-10-10T09:00:00Z", "2017-10-10T21:00:01Z", vec![("endsAt", "INVALID")]),
            ("2017-07-03T22:59:59Z", "2017-07-03T23:30:00Z", vec![("startsAt", "OUT_OF_RANGE")]),
            ("2019-10-02T23:00:00Z", "2019-10-02T23:30:00Z", vec![("startsAt", "OUT_OF_RANGE")]),
            ("+262142-12-31T23:59:59Z", "+262142-12-31T23:59:59Z", vec![("endsAt", "INVALID"), ("startsAt", "OUT_OF_RANGE")]),
        ] {
            let answer = schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({ "startsAt": starts_at, "endsAt": ends_at })).await;
            assert_eq!(said(&answer), named(&expected), "{starts_at} {ends_at}");
        }
        for instant in ["2017-10-10T09:00:00", "2017-10-10", "tomorrow", "2017-02-29T09:00:00Z"] {
            let answer = schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({ "startsAt": instant })).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{instant} {answer:?}");
        }
        assert_eq!(written(world).await, before);
    }

    async fn home_visits_are_made_where_the_referral_asks_for_them(world) {
        let owain = person(world, "S100007", NPS, json!({})).await;
        let more = json!({ "homeVisits": true, "items": [{ "item": "FULL_RISK_ASSESSMENT", "document": "nDelius 12" }] });
        let taken = accepted_by(world, &owain, "Enhanced Support Service", "Yusuf Shah", more).await;
        session(schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({ "kind": "HOME_VISIT" })).await);
    }

    async fn sessions_begin_once_the_referral_is_accepted(world) {
        let owain = person(world, "S100008", NPS, json!({})).await;
        let service = crate::referring::service(world, "YSS", "Enhanced Support Service").await;
        let sent = submitted(world, &owain, &service, json!({})).await;
        let before = written(world).await;
        let answer = schedule(world, "yss-manager", &sent, october(10, 9, 0), json!({})).await;
        assert_eq!(answer.refusals(), ["WRONG_STATUS"]);
        assert_eq!(written(world).await, before);
    }

    async fn a_clash_within_the_provider_is_named_to_those_who_see_it(world) {
        let owain = person(world, "S100009", NPS, json!({})).await;
        let support = accepted(world, &owain).await;
        let mentoring = accepted_by(world, &owain, "Meet and Mentor", "Yvonne Sands", json!({})).await;
        session(schedule(world, "yss-worker", &support, october(10, 9, 0), json!({})).await);
        let before = written(world).await;
        let answer = schedule(world, "yss-manager", &mentoring, october(10, 9, 59), json!({})).await;
        assert_eq!(said(&answer), named(&[("startsAt", "CLASH")]));
        let message = answer.user_errors()[0].message.to_owned();
        assert!(message.contains("session 1") && message.contains(support["reference"].as_str().expect("a reference")), "{message}");
        // A worker sees what is assigned to them, and no more.
        session(schedule(world, "yss-manager", &mentoring, october(12, 9, 0), json!({})).await);
        let unseen = schedule(world, "yss-worker", &support, october(12, 8, 30), json!({})).await;
        assert_eq!(said(&unseen), named(&[("startsAt", "UNAVAILABLE")]));
        assert_eq!(written(world).await.sessions.len(), before.sessions.len() + 1);
    }

    async fn a_clash_with_another_provider_says_unavailable_and_names_nothing(world) {
        let owain = person(world, "S100010", NPS, json!({})).await;
        let support = accepted(world, &owain).await;
        let days = accepted_by_willowdene(world, &owain).await;
        session(schedule(world, "yss-worker", &support, october(10, 9, 0), json!({ "venue": "Worcester" })).await);
        session(schedule(world, "willowdene-worker", &days, october(12, 9, 0), json!({ "venue": "The farm" })).await);
        let before = written(world).await;
        for (who, referral, starts_at) in [
            ("willowdene-worker", &days, october(10, 8, 30)),
            ("willowdene-manager", &days, october(10, 9, 30)),
            ("yss-worker", &support, october(12, 8, 30)),
            ("yss-manager", &support, october(12, 9, 30)),
        ] {
            let answer = schedule(world, who, referral, starts_at, json!({})).await;
            assert_eq!(said(&answer), named(&[("startsAt", "UNAVAILABLE")]), "{who}");
            assert_eq!(answer.user_errors()[0].message, "The person is not available at that time.", "{who}");
            let whole = answer.body.to_string();
            for hidden in ["YSS", "Willowdene", "Worcester", "farm", support["reference"].as_str().expect("one"), days["reference"].as_str().expect("one")] {
                assert!(!whole.contains(hidden), "{who} {whole}");
            }
        }
        assert_eq!(written(world).await, before);
        // Nor by moving there.
        let third = session(schedule(world, "yss-worker", &support, october(13, 9, 0), json!({})).await);
        let moved = with(hour_from(october(12, 9, 30)), json!({ "requestedBy": "PROVIDER", "reason": "Leave." }));
        let answer = act(world, "yss-worker", "rescheduleSession", &third, moved).await;
        assert_eq!(said(&answer), named(&[("startsAt", "UNAVAILABLE")]));
    }

    async fn sessions_that_touch_and_sessions_of_others_do_not_clash(world) {
        let owain = person(world, "S100011", NPS, json!({})).await;
        let support = accepted(world, &owain).await;
        let days = accepted_by_willowdene(world, &owain).await;
        let other = accepted(world, &person(world, "S100012", NPS, json!({ "givenNames": "Emyr" })).await).await;
        session(schedule(world, "yss-worker", &support, october(10, 9, 0), json!({})).await);
        session(schedule(world, "willowdene-worker", &days, october(10, 10, 0), json!({})).await);
        session(schedule(world, "willowdene-worker", &days, october(10, 8, 0), json!({})).await);
        session(schedule(world, "yss-worker", &other, october(10, 9, 0), json!({})).await);
        let half = schedule(world, "yss-worker", &support, october(10, 11, 0), json!({ "startsAt": "2017-10-10T10:59:59.999999Z" })).await;
        assert_eq!(said(&half), named(&[("startsAt", "UNAVAILABLE")]));
    }

    async fn what_is_cancelled_or_moved_away_frees_the_time(world) {
        let owain = person(world, "S100013", NPS, json!({})).await;
        let support = accepted(world, &owain).await;
        let days = accepted_by_willowdene(world, &owain).await;
        let first = session(schedule(world, "yss-worker", &support, october(10, 9, 0), json!({})).await);
        let second = session(schedule(world, "yss-worker", &support, october(11, 9, 0), json!({})).await);
        session(act(world, "yss-worker", "cancelSession", &first, json!({ "requestedBy": "PROVIDER", "reason": "Leave." })).await);
        session(schedule(world, "willowdene-worker", &days, october(10, 9, 0), json!({})).await);
        // A session does not clash with itself.
        let later = with(hour_from(october(11, 9, 30)), json!({ "requestedBy": "PROVIDER", "reason": "Traffic." }));
        session(act(world, "yss-worker", "rescheduleSession", &second, later).await);
        session(schedule(world, "willowdene-worker", &days, october(11, 8, 30), json!({})).await);
    }

    async fn of_two_providers_who_take_the_same_hour_at_once_one_has_it(world) {
        let owain = person(world, "S100014", NPS, json!({})).await;
        let support = accepted(world, &owain).await;
        let days = accepted_by_willowdene(world, &owain).await;
        let (one, other) = tokio::join!(
            schedule(world, "yss-worker", &support, october(10, 9, 0), json!({})),
            schedule(world, "willowdene-worker", &days, october(10, 9, 30), json!({})),
        );
        let mut came_to = [one.refusals().join(" "), other.refusals().join(" ")];
        came_to.sort();
        assert_eq!(came_to, ["", "UNAVAILABLE"], "{one:?} {other:?}");
        assert_eq!((one.error_code(), other.error_code()), (None, None));
    }

    async fn a_double_click_puts_one_session_in_the_diary(world) {
        let taken = accepted(world, &person(world, "S100015", NPS, json!({})).await).await;
        let click = || schedule(world, "yss-worker", &taken, october(10, 9, 0), json!({ "idempotencyKey": "click" }));
        let (one, other) = tokio::join!(click(), click());
        assert_eq!(session(one)["id"], session(other)["id"]);
        assert_eq!(session(click().await)["number"], 1);
    }

    async fn a_worker_to_whom_a_referral_is_not_assigned_finds_nothing_of_it(world) {
        let owain = person(world, "S100016", NPS, json!({})).await;
        let mentoring = accepted_by(world, &owain, "Meet and Mentor", "Yvonne Sands", json!({})).await;
        let starts_at = world.clock.now() - TimeDelta::hours(1);
        let begun = session(schedule(world, "yss-manager", &mentoring, starts_at, json!({})).await);
        let before = written(world).await;
        let moved = with(hour_from(october(11, 9, 0)), json!({ "requestedBy": "PROVIDER", "reason": "Leave." }));
        let why = json!({ "requestedBy": "PROVIDER", "reason": "Leave." });
        for who in ["yss-worker", "willowdene-manager", "willowdene-worker"] {
            assert_eq!(read(world, who, &begun, "id").await.error_code(), Some("NOT_FOUND"), "{who}");
            assert_eq!(schedule(world, who, &mentoring, october(10, 9, 0), json!({})).await.error_code(), Some("NOT_FOUND"), "{who}");
            for (field, more) in [
                ("rescheduleSession", moved.clone()),
                ("cancelSession", why.clone()),
                ("recordAttendance", came()),
                ("correctAttendance", with(came(), json!({ "reason": "Wrong." }))),
                ("submitFeedback", form()),
                ("correctFeedback", with(form(), json!({ "reason": "Wrong." }))),
            ] {
                assert_eq!(act(world, who, field, &begun, more).await.error_code(), Some("NOT_FOUND"), "{who} {field}");
            }
        }
        assert_eq!(written(world).await, before);
    }

    async fn an_officer_keeps_no_providers_diary(world) {
        let taken = accepted(world, &person(world, "S100017", NPS, json!({})).await).await;
        let begun = begun(world, &taken).await;
        let why = json!({ "requestedBy": "PROBATION", "reason": "Leave." });
        for who in ["nps-officer", "nps-manager", "inspector", "card-admin"] {
            assert_eq!(schedule(world, who, &taken, october(10, 9, 0), json!({})).await.error_code(), Some("FORBIDDEN"), "{who}");
            assert_eq!(act(world, who, "cancelSession", &begun, why.clone()).await.error_code(), Some("FORBIDDEN"), "{who}");
        }
        assert_eq!(read(world, "nps-officer", &begun, "availableActions").await.granted().data("/session/availableActions"), &json!(["RECORD_SESSION"]));
        assert_eq!(read(world, "crc-officer", &begun, "id").await.error_code(), Some("NOT_FOUND"));
        assert_eq!(read(world, "inspector", &begun, "availableActions").await.granted().data("/session/availableActions"), &Value::Array(Vec::new()));
    }
}
