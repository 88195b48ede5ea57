//! Groups: a session for many, with a register; what one person cannot have does not stop the others.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{
    accepted_by, accepted_by_willowdene, act, came, hour_from, missed, named, now, october, read, said,
    schedule, session, with, written,
};
use crate::people::Answer;
use crate::referring::{NPS, accepted, merge, person, service, staff, submitted, then};
use crate::scenario;
use crate::world::World;

pub(super) const WORKER: &str = "willowdene-worker";

pub(super) async fn days(world: &World) -> String {
    service(world, "Willowdene", "Counselling and skills support programme: single day").await
}

/// Three people at Willowdene, all of them `willowdene-worker`'s.
pub(super) async fn three(world: &World) -> Vec<Value> {
    let mut referrals = Vec::new();
    for (crn, name) in [("G100001", "Owain"), ("G100002", "Emyr"), ("G100003", "Ifor")] {
        let somebody = person(world, crn, NPS, json!({ "givenNames": name })).await;
        referrals.push(accepted_by_willowdene(world, &somebody).await);
    }
    referrals
}

pub(super) fn ids(rows: &[Value]) -> Vec<Value> {
    rows.iter().map(|row| row["id"].clone()).collect()
}

/// Puts a group session of one hour in the diaries of these people.
pub(super) async fn gather(
    world: &World,
    who: &str,
    referrals: &[Value],
    starts_at: DateTime<Utc>,
    more: Value,
) -> Answer {
    let mut input = hour_from(starts_at);
    merge(
        &mut input,
        json!({ "serviceId": days(world).await, "referralIds": ids(referrals), "venue": "The farm" }),
    );
    merge(&mut input, more);
    let selection =
        "groupSession { id startsAt venue sessions { nodes { id version status referral { id } } } }
        results { referralId session { id version number kind startsAt } userErrors { code field message } }";
    world.as_person(who).mutate("scheduleGroupSession", input, selection).await
}

/// The places of a group session that began an hour ago, in the order of the referrals.
pub(super) async fn gathered(world: &World, referrals: &[Value]) -> (String, Vec<Value>) {
    let starts_at = world.clock.now() - TimeDelta::hours(1);
    let answer = gather(world, WORKER, referrals, starts_at, json!({})).await.granted();
    let places =
        answer.list("/scheduleGroupSession/results").iter().map(|result| result["session"].clone()).collect();
    (answer.text("/scheduleGroupSession/groupSession/id").to_owned(), places)
}

fn place(session: &Value, record: Value) -> Value {
    with(record, json!({ "sessionId": session["id"], "version": session["version"] }))
}

async fn register(world: &World, who: &str, group: &str, records: Value, more: Value) -> Answer {
    let mut input = json!({ "groupSessionId": group, "records": records });
    merge(&mut input, more);
    let selection = "results { sessionId session { status attendance { outcome } referral { status } } userErrors { code field message } }";
    world.as_person(who).mutate("recordGroupAttendance", input, selection).await
}

/// For each person, the codes and fields with which they were refused; empty where they were not.
#[track_caller]
pub(super) fn told(answer: &Answer, place: &str) -> Vec<Vec<(String, String)>> {
    let told = |result: &Value| {
        let errors = result["userErrors"].as_array().expect("a list");
        assert_eq!(errors.is_empty(), !result["session"].is_null(), "{result}");
        let mut told: Vec<_> = errors
            .iter()
            .map(|error| {
                let path: Vec<_> =
                    error["field"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                (path.join("."), error["code"].as_str().unwrap_or_default().to_owned())
            })
            .collect();
        told.sort();
        told
    };
    answer.list(place).iter().map(told).collect()
}

const SCHEDULED: &str = "/scheduleGroupSession/results";
const RECORDED: &str = "/recordGroupAttendance/results";

scenario! {
    async fn a_group_session_gives_each_person_a_place_on_its_register(world) {
        let referrals = three(world).await;
        let answer = gather(world, WORKER, &referrals, october(10, 9, 0), json!({})).await.granted();
        assert_eq!(told(&answer, SCHEDULED), vec![Vec::new(); 3]);
        let results = answer.list(SCHEDULED);
        assert_eq!(results.iter().map(|result| result["referralId"].clone()).collect::<Vec<_>>(), ids(&referrals));
        assert!(results.iter().all(|result| result["session"]["kind"] == "GROUP" && result["session"]["number"] == 1));
        let group = answer.data("/scheduleGroupSession/groupSession");
        assert_eq!((&group["startsAt"], &group["venue"]), (&json!("2017-10-10T09:00:00+00:00"), &json!("The farm")));
        let document = "query($id: ID!) { groupSession(id: $id) { service { id } provider { name } sessions { nodes { referral { id } } } } }";
        for who in [WORKER, "willowdene-manager", "inspector"] {
            let seen = world.as_person(who).query(document, json!({ "id": group["id"] })).await.granted();
            assert_eq!(seen.list("/groupSession/sessions/nodes").len(), 3, "{who}");
            assert_eq!((seen.text("/groupSession/provider/name"), seen.text("/groupSession/service/id")), ("Willowdene", days(world).await.as_str()));
        }
        for (who, code) in [("nps-officer", "FORBIDDEN"), ("yss-manager", "NOT_FOUND"), ("yss-worker", "NOT_FOUND")] {
            assert_eq!(world.as_person(who).query(document, json!({ "id": group["id"] })).await.error_code(), Some(code), "{who}");
        }
        let one = read(world, "nps-officer", &results[0]["session"], "kind groupSession { id }").await.granted();
        assert_eq!(one.data("/session"), &json!({ "kind": "GROUP", "groupSession": null }));
    }

    async fn who_cannot_come_does_not_stop_the_others(world) {
        let referrals = three(world).await;
        // One is at YSS then, which Willowdene does not see; another has a session of his own here, which it does.
        let elsewhere = submitted_to_yss(world, "G100001").await;
        session(schedule(world, "yss-manager", &elsewhere, october(10, 9, 30), json!({ "venue": "Worcester" })).await);
        session(schedule(world, WORKER, &referrals[1], october(10, 8, 30), json!({})).await);
        let answer = gather(world, WORKER, &referrals, october(10, 9, 0), json!({})).await.granted();
        assert_eq!(told(&answer, SCHEDULED), [
            named(&[("startsAt", "UNAVAILABLE")]), named(&[("startsAt", "CLASH")]), Vec::new(),
        ]);
        let whole = answer.body.to_string();
        assert!(!whole.contains("YSS") && !whole.contains("Worcester"), "{whole}");
        assert_eq!(answer.list("/scheduleGroupSession/groupSession/sessions/nodes").len(), 1);
        // What was refused left nothing behind: both still count from where they were.
        let own = session(schedule(world, WORKER, &referrals[1], october(11, 9, 0), json!({})).await);
        assert_eq!(own["number"], 2);
    }

    async fn where_nobody_can_come_there_is_no_group_session(world) {
        let referrals = three(world).await;
        gather(world, WORKER, &referrals, october(10, 9, 0), json!({})).await.granted();
        let before = written(world).await;
        let answer = gather(world, WORKER, &referrals, october(10, 9, 30), json!({})).await.granted();
        assert!(answer.data("/scheduleGroupSession/groupSession").is_null());
        assert_eq!(told(&answer, SCHEDULED), vec![named(&[("startsAt", "CLASH")]); 3]);
        assert_eq!(written(world).await, before);
    }

    async fn a_place_needs_an_accepted_referral_to_the_service_that_one_sees(world) {
        let referrals = three(world).await;
        let emrys = person(world, "G100004", NPS, json!({ "givenNames": "Emrys" })).await;
        let waiting = submitted(world, &emrys, &days(world).await, json!({})).await;
        let sarm = service(world, "Willowdene", "Self-Awareness and Relationship Management (SARM)").await;
        let other_service = submitted(world, &emrys, &sarm, json!({})).await;
        let other_service = crate::referring::referral(then(world, "willowdene-manager", "acceptReferral", &other_service, json!({})).await);
        let foreign = accepted(world, &emrys).await;
        let nobody = json!({ "id": "ref_01h455vb4pex5vsknk084sn02q" });
        let all = [referrals[0].clone(), waiting, other_service, foreign, nobody];
        let answer = gather(world, "willowdene-manager", &all, october(10, 9, 0), json!({})).await.granted();
        assert_eq!(told(&answer, SCHEDULED), [
            Vec::new(),
            named(&[("", "WRONG_STATUS")]),
            named(&[("referralIds.2", "INVALID")]),
            named(&[("referralIds.3", "UNAVAILABLE")]),
            named(&[("referralIds.4", "UNAVAILABLE")]),
        ]);
        let said = |place: usize| answer.list(SCHEDULED)[place]["userErrors"][0]["message"].clone();
        // What is not there and what is not theirs to see are not told apart.
        assert_eq!(said(3), said(4));
    }

    async fn a_worker_gathers_those_who_are_assigned_to_them(world) {
        let mut referrals = three(world).await;
        let other = json!({ "workerId": staff(world, "Will Dene").await, "reason": "Leave." });
        let last = referrals.pop().expect("a referral");
        referrals.push(crate::referring::referral(then(world, "willowdene-manager", "assignReferral", &last, other).await));
        let answer = gather(world, WORKER, &referrals, october(10, 9, 0), json!({})).await.granted();
        assert_eq!(told(&answer, SCHEDULED), [Vec::new(), Vec::new(), named(&[("referralIds.2", "UNAVAILABLE")])]);
        let whole = gather(world, "willowdene-manager", &referrals, october(11, 9, 0), json!({})).await.granted();
        let group = whole.data("/scheduleGroupSession/groupSession/id");
        let document = "query($id: ID!) { groupSession(id: $id) { sessions { nodes { id } } } }";
        let own = world.as_person(WORKER).query(document, json!({ "id": group })).await.granted();
        assert_eq!(own.list("/groupSession/sessions/nodes").len(), 2);
    }

    async fn what_is_wrong_with_a_group_as_a_whole_is_refused_as_a_whole(world) {
        let referrals = three(world).await;
        let foreign = service(world, "YSS", "Meet and Mentor").await;
        let before = written(world).await;
        let twice = [referrals[0].clone(), referrals[1].clone(), referrals[0].clone()];
        let many = vec![referrals[0].clone(); 51];
        for (people, more, expected) in [
            (&twice[..], json!({}), vec![("referralIds", "INVALID")]),
            (&[][..], json!({}), vec![("referralIds", "INVALID")]),
            (&many[..], json!({}), vec![("referralIds", "INVALID")]),
            (&referrals[..], json!({ "serviceId": foreign, "venue": "x".repeat(201) }), vec![("serviceId", "NOT_PERMITTED"), ("venue", "TOO_LONG")]),
            (&referrals[..], json!({ "startsAt": "2020-01-01T00:00:00Z", "endsAt": "2020-01-01T00:00:00Z" }), vec![("startsAt", "OUT_OF_RANGE"), ("endsAt", "INVALID")]),
        ] {
            let answer = gather(world, WORKER, people, october(10, 9, 0), more).await;
            assert_eq!(said(&answer), named(&expected));
            assert_eq!((answer.data(SCHEDULED), answer.data("/scheduleGroupSession/groupSession")), (&json!([]), &Value::Null));
        }
        assert_eq!(written(world).await, before);
    }

    async fn a_double_click_gathers_a_group_once(world) {
        let referrals = three(world).await;
        let key = json!({ "idempotencyKey": "click" });
        let click = || gather(world, WORKER, &referrals, october(10, 9, 0), key.clone());
        let (one, other) = tokio::join!(click(), click());
        assert_eq!(one.granted().body["data"], other.granted().body["data"]);
        let clash = gather(world, WORKER, &referrals, october(10, 9, 0), json!({})).await;
        assert_eq!(told(&clash, SCHEDULED), vec![named(&[("startsAt", "CLASH")]); 3]);
    }

    async fn a_register_answers_for_each_person(world) {
        let referrals = three(world).await;
        let (group, places) = gathered(world, &referrals).await;
        let records = json!([
            place(&places[0], came()),
            place(&places[1], json!({ "attended": false, "happened": true, "lateMinutes": 5 })),
            place(&places[2], with(missed(), json!({ "proposedAcceptable": false }))),
        ]);
        let answer = register(world, WORKER, &group, records, json!({})).await.granted();
        assert_eq!(told(&answer, RECORDED), [
            Vec::new(),
            named(&[("records.1.lateMinutes", "INVALID"), ("records.1.proposedAcceptable", "REQUIRED"), ("records.1.absenceReason", "REQUIRED"), ("records.1.contactAttempts", "REQUIRED")]),
            Vec::new(),
        ]);
        let results = answer.list(RECORDED);
        assert_eq!(results.iter().map(|result| result["sessionId"].clone()).collect::<Vec<_>>(), ids(&places));
        assert_eq!(results[0]["session"], json!({ "status": "RECORDED", "attendance": { "outcome": "ATTENDED" }, "referral": { "status": "IN_PROGRESS" } }));
        assert_eq!(results[2]["session"]["attendance"]["outcome"], "PROPOSED_UNACCEPTABLE_ABSENCE");
        assert_eq!(now(world, WORKER, &places[1]).await["status"], "SCHEDULED");
        // Each who came is charged, once.
        let document = "query($id: ID!) { referral(id: $id) { charges { nodes { money { amount } } } } }";
        for (referral, charges) in referrals.iter().zip([1, 0, 0]) {
            let seen = world.as_person("nps-officer").query(document, json!({ "id": referral["id"] })).await.granted();
            assert_eq!(seen.list("/referral/charges/nodes").len(), charges);
        }
        // The one who was left is recorded afterwards.
        let later = register(world, WORKER, &group, json!([place(&places[1], came())]), json!({})).await.granted();
        assert_eq!(told(&later, RECORDED), [Vec::new()]);
    }

    async fn one_persons_refusal_is_theirs_alone_whatever_it_is(world) {
        let referrals = three(world).await;
        let (group, places) = gathered(world, &referrals).await;
        let stranger = accepted_by_willowdene(world, &person(world, "G100005", NPS, json!({ "givenNames": "Macsen" })).await).await;
        let starts_at = world.clock.now() - TimeDelta::hours(1);
        let aside = session(schedule(world, WORKER, &stranger, starts_at, json!({})).await);
        session(act(world, WORKER, "recordAttendance", &places[0], came()).await);
        let cancelled = json!({ "requestedBy": "SERVICE_USER", "reason": "Ill." });
        let away = session(act(world, WORKER, "cancelSession", &places[1], cancelled).await);
        let mut stale = places[2].clone();
        stale["version"] = json!(7);
        let records = json!([place(&places[0], came()), place(&away, came()), place(&stale, came()), place(&aside, came())]);
        let before = written(world).await;
        let answer = register(world, WORKER, &group, records, json!({})).await.granted();
        assert_eq!(told(&answer, RECORDED), [
            named(&[("records.0", "ALREADY_RECORDED")]), named(&[("records.1", "NOT_SCHEDULED")]), named(&[("records.2.version", "STALE")]), named(&[("records.3.sessionId", "UNAVAILABLE")]),
        ]);
        assert_eq!(written(world).await, before);
    }

    async fn a_register_is_not_filled_in_before_the_group_meets(world) {
        let referrals = three(world).await;
        let answer = gather(world, WORKER, &referrals, october(10, 9, 0), json!({})).await.granted();
        let group = answer.text("/scheduleGroupSession/groupSession/id").to_owned();
        let places: Vec<_> = answer.list(SCHEDULED).iter().map(|result| result["session"].clone()).collect();
        let before = written(world).await;
        let records: Vec<_> = places.iter().map(|session| place(session, came())).collect();
        let answer = register(world, WORKER, &group, json!(records), json!({})).await.granted();
        assert_eq!(told(&answer, RECORDED), [0, 1, 2].map(|at| named(&[(&format!("records.{at}"), "IN_THE_FUTURE")])));
        assert_eq!(written(world).await, before);
    }

    async fn what_is_wrong_with_a_register_as_a_whole_is_refused_as_a_whole(world) {
        let referrals = three(world).await;
        let (group, places) = gathered(world, &referrals).await;
        let before = written(world).await;
        let twice = json!([place(&places[0], came()), place(&places[0], missed())]);
        for records in [json!([]), twice] {
            let answer = register(world, WORKER, &group, records, json!({})).await;
            assert_eq!(said(&answer), named(&[("records", "INVALID")]));
            assert_eq!(answer.data(RECORDED), &json!([]));
        }
        let records = json!([place(&places[0], came())]);
        for (who, code) in [("yss-worker", "NOT_FOUND"), ("nps-officer", "FORBIDDEN"), ("inspector", "FORBIDDEN")] {
            assert_eq!(register(world, who, &group, records.clone(), json!({})).await.error_code(), Some(code), "{who}");
        }
        assert_eq!(written(world).await, before);
    }

    async fn of_two_who_fill_in_a_register_at_once_each_person_is_recorded_once(world) {
        let referrals = three(world).await;
        let (group, places) = gathered(world, &referrals).await;
        let records = |record: Value| json!(places.iter().map(|session| place(session, record.clone())).collect::<Vec<_>>());
        let (one, other) = tokio::join!(
            register(world, WORKER, &group, records(came()), json!({})),
            register(world, "willowdene-manager", &group, records(missed()), json!({})),
        );
        let (one, other) = (one.granted(), other.granted());
        let mut came_to = [told(&one, RECORDED), told(&other, RECORDED)];
        came_to.sort();
        assert_eq!(came_to, [vec![Vec::new(); 3], [0, 1, 2].map(|at| named(&[(&format!("records.{at}"), "ALREADY_RECORDED")])).to_vec()]);
    }

    async fn a_double_click_fills_in_a_register_once(world) {
        let referrals = three(world).await;
        let (group, places) = gathered(world, &referrals).await;
        let key = json!({ "idempotencyKey": "register" });
        // The answer of each person is repeated, refusals too.
        let records = json!([place(&places[0], came()), place(&places[1], json!({ "attended": false, "happened": true }))]);
        let first = register(world, WORKER, &group, records.clone(), key.clone()).await.granted();
        let again = register(world, WORKER, &group, records, key).await.granted();
        assert_eq!(first.body["data"], again.body["data"]);
    }

    async fn a_place_that_is_moved_leaves_the_group(world) {
        let referrals = three(world).await;
        let (group, places) = gathered(world, &referrals).await;
        let moved = with(hour_from(october(11, 9, 0)), json!({ "requestedBy": "SERVICE_USER", "reason": "A job interview." }));
        session(act(world, WORKER, "rescheduleSession", &places[0], moved).await);
        let document = "query($id: ID!) { groupSession(id: $id) { sessions { nodes { id } } } }";
        let seen = world.as_person(WORKER).query(document, json!({ "id": group })).await.granted();
        let left: Vec<_> = ids(seen.list("/groupSession/sessions/nodes"));
        assert_eq!(left.len(), 2);
        assert!(!left.contains(&places[0]["id"]));
    }
}

/// A referral of one of the three to YSS's mentoring, accepted.
async fn submitted_to_yss(world: &World, crn: &str) -> Value {
    let document = "query($crn: String) { case(crn: $crn) { id sentences { nodes { id } } } }";
    let case = world.as_person("nps-officer").query(document, json!({ "crn": crn })).await.granted();
    let somebody = crate::referring::Person {
        case: case.text("/case/id").to_owned(),
        sentence: case.text("/case/sentences/nodes/0/id").to_owned(),
        officer: "nps-officer",
    };
    accepted_by(world, &somebody, "Meet and Mentor", "Yvonne Sands", json!({})).await
}
