//! RAR days: calendar days in London with an attended session of a service that counts.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{accepted_by, accepted_by_willowdene, act, came, missed, now, october, schedule, session, with};
use crate::referring::{NPS, Person, accepted, person};
use crate::scenario;
use crate::world::World;

/// A session of half an hour that began then, recorded so.
async fn held(world: &World, who: &str, referral: &Value, starts_at: DateTime<Utc>, record: Value) -> Value {
    let half = json!({ "endsAt": starts_at + TimeDelta::minutes(30) });
    let begun = session(schedule(world, who, referral, starts_at, half).await);
    session(act(world, who, "recordAttendance", &begun, record).await)
}

/// The RAR days of a case as its officer and an inspector read them, which is the same.
async fn used(world: &World, person: &Person) -> i64 {
    let document = "query($id: ID!) { case(id: $id) { rarDaysUsed sentences { nodes { maxRarDays } } } }";
    let mut days = Vec::new();
    for who in ["nps-officer", "inspector"] {
        let answer = world.as_person(who).query(document, json!({ "id": person.case })).await.granted();
        assert_eq!(answer.data("/case/sentences/nodes/0/maxRarDays"), 20);
        days.push(answer.data("/case/rarDaysUsed").as_i64().expect("a number"));
    }
    assert_eq!(days[0], days[1]);
    days[0]
}

/// The RAR days of a referral as its provider and its officer read them, which is the same.
async fn used_by(world: &World, provider: &str, referral: &Value) -> i64 {
    let document = "query($id: ID!) { referral(id: $id) { rarDaysUsed } }";
    let mut days = Vec::new();
    for who in [provider, "nps-officer"] {
        let answer = world.as_person(who).query(document, json!({ "id": referral["id"] })).await.granted();
        days.push(answer.data("/referral/rarDaysUsed").as_i64().expect("a number"));
    }
    assert_eq!(days[0], days[1]);
    days[0]
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

scenario! {
    async fn several_sessions_on_one_day_are_one_rar_day_and_absences_none(world) {
        let owain = person(world, "S700001", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        world.clock.set(october(20, 9, 0));
        held(world, "yss-worker", &taken, october(10, 9, 0), came()).await;
        held(world, "yss-worker", &taken, october(10, 15, 0), came()).await;
        assert_eq!((used(world, &owain).await, used_by(world, "yss-worker", &taken).await), (1, 1));
        held(world, "yss-worker", &taken, october(11, 9, 0), missed()).await;
        held(world, "yss-worker", &taken, october(12, 9, 0), with(missed(), json!({ "proposedAcceptable": false }))).await;
        held(world, "yss-worker", &taken, october(13, 9, 0), json!({ "attended": true, "happened": false, "notDeliveredReason": "LOGISTICS" })).await;
        session(schedule(world, "yss-worker", &taken, october(16, 9, 0), json!({})).await);
        assert_eq!(used(world, &owain).await, 1);
        held(world, "yss-worker", &taken, october(17, 9, 0), came()).await;
        assert_eq!((used(world, &owain).await, used_by(world, "yss-worker", &taken).await), (2, 2));
    }

    async fn a_service_that_does_not_count_adds_none(world) {
        let owain = person(world, "S700002", NPS, json!({})).await;
        let mentoring = accepted_by(world, &owain, "Meet and Mentor", "Yusuf Shah", json!({})).await;
        held(world, "yss-worker", &mentoring, october(1, 9, 0), came()).await;
        assert_eq!((used(world, &owain).await, used_by(world, "yss-worker", &mentoring).await), (0, 0));
    }

    async fn a_day_with_two_providers_is_one_day_of_the_court(world) {
        let owain = person(world, "S700003", NPS, json!({})).await;
        let support = accepted(world, &owain).await;
        let days = accepted_by_willowdene(world, &owain).await;
        held(world, "yss-worker", &support, october(1, 9, 0), came()).await;
        held(world, "willowdene-worker", &days, october(1, 14, 0), came()).await;
        held(world, "willowdene-worker", &days, "2017-09-28T09:00:00Z".parse().expect("an instant"), came()).await;
        assert_eq!(used(world, &owain).await, 2);
        assert_eq!(used_by(world, "yss-worker", &support).await, 1);
        assert_eq!(used_by(world, "willowdene-worker", &days).await, 2);
    }

    async fn a_correction_takes_a_day_back_and_gives_it_again(world) {
        let owain = person(world, "S700004", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let done = held(world, "yss-worker", &taken, october(1, 9, 0), came()).await;
        assert_eq!(used(world, &owain).await, 1);
        let wrong = with(missed(), json!({ "reason": "It was his brother." }));
        session(act(world, "yss-worker", "correctAttendance", &done, wrong).await);
        assert_eq!(used(world, &owain).await, 0);
        let version = now(world, "yss-worker", &done).await;
        session(act(world, "yss-worker", "correctAttendance", &version, with(came(), json!({ "reason": "No, it was him." }))).await);
        assert_eq!(used(world, &owain).await, 1);
    }

    async fn a_day_begins_at_midnight_in_london_on_the_days_the_clocks_change_too(world) {
        // So early that the spring of 2017 can still be recorded.
        world.clock.set(instant("2017-05-01T09:00:00Z"));
        let owain = person(world, "S700005", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        for (now, starts_at, days) in [
            // 26 March 2017: the clocks go forward at one.
            ("2017-05-01T09:00:00Z", "2017-03-25T23:30:00Z", 1),
            ("2017-05-01T09:00:00Z", "2017-03-26T00:15:00Z", 2),
            ("2017-05-01T09:00:00Z", "2017-03-26T22:30:00Z", 2),
            ("2017-05-01T09:00:00Z", "2017-03-26T23:00:00Z", 3),
            // 29 October 2017: the clocks go back at two.
            ("2017-11-01T09:00:00Z", "2017-10-28T22:29:00Z", 4),
            ("2017-11-01T09:00:00Z", "2017-10-28T23:05:00Z", 5),
            ("2017-11-01T09:00:00Z", "2017-10-29T00:30:00Z", 5),
            ("2017-11-01T09:00:00Z", "2017-10-29T01:30:00Z", 5),
            ("2017-11-01T09:00:00Z", "2017-10-29T23:15:00Z", 5),
            ("2017-11-01T09:00:00Z", "2017-10-30T00:00:00Z", 6),
            // 25 March 2018.
            ("2018-04-02T09:00:00Z", "2018-03-25T00:05:00Z", 7),
            ("2018-04-02T09:00:00Z", "2018-03-25T22:29:00Z", 7),
            ("2018-04-02T09:00:00Z", "2018-03-25T23:05:00Z", 8),
            ("2018-04-02T09:00:00Z", "2018-03-24T23:30:00Z", 9),
            // 28 October 2018.
            ("2018-11-01T09:00:00Z", "2018-10-27T23:05:00Z", 10),
            ("2018-11-01T09:00:00Z", "2018-10-28T23:29:00Z", 10),
            ("2018-11-01T09:00:00Z", "2018-10-29T00:05:00Z", 11),
        ] {
            world.clock.set(instant(now));
            held(world, "yss-worker", &taken, instant(starts_at), came()).await;
            assert_eq!(used(world, &owain).await, days, "{starts_at}");
            assert_eq!(used_by(world, "yss-worker", &taken).await, days, "{starts_at}");
        }
    }

    async fn a_session_over_midnight_counts_on_the_day_on_which_it_begins(world) {
        let owain = person(world, "S700006", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        // From a quarter to twelve to a quarter past: British Summer Time.
        held(world, "yss-worker", &taken, instant("2017-09-28T22:45:00Z"), came()).await;
        held(world, "yss-worker", &taken, instant("2017-09-28T10:00:00Z"), came()).await;
        assert_eq!(used(world, &owain).await, 1);
    }
}

scenario! {
    async fn whether_days_count_is_settled_at_submission_and_stays(world) {
        let owain = person(world, "S700020", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let document = "query($id: ID!) { referral(id: $id) { service { id version countsTowardsRar } } }";
        let read = world.as_person("nps-officer").query(document, json!({ "id": taken["id"] })).await.granted();
        let service = read.data("/referral/service");
        let input = json!({ "serviceId": service["id"], "version": service["version"], "countsTowardsRar": false });
        world.as_person("card-admin").mutate("changeService", input, "service { id }").await.granted();
        held(world, "yss-worker", &taken, october(1, 9, 0), came()).await;
        assert_eq!((used(world, &owain).await, used_by(world, "yss-worker", &taken).await), (1, 1));
    }

    async fn days_are_counted_against_the_maximum_of_their_own_sentence(world) {
        let owain = person(world, "S700021", NPS, json!({})).await;
        let document = "query($id: ID!) { case(id: $id) { version sentences { nodes { id maxRarDays rarDaysUsed } } } }";
        let read = world.as_person("nps-officer").query(document, json!({ "id": owain.case })).await.granted();
        let input = json!({
            "caseId": owain.case, "version": read.data("/case/version"),
            "sentence": { "kind": "SUSPENDED_SENTENCE_ORDER", "startsOn": "2017-09-15", "maxRarDays": 10 },
        });
        world.as_person("nps-officer").mutate("recordSentence", input, "case { id }").await.granted();
        held(world, "yss-worker", &accepted(world, &owain).await, october(1, 9, 0), came()).await;
        for who in ["nps-officer", "inspector"] {
            let seen = world.as_person(who).query(document, json!({ "id": owain.case })).await.granted();
            let used: Vec<_> = seen.list("/case/sentences/nodes").iter().map(|it| (it["maxRarDays"].clone(), it["rarDaysUsed"].clone())).collect();
            assert_eq!(used, [(json!(10), json!(0)), (json!(20), json!(1))], "{who}");
        }
    }
}
