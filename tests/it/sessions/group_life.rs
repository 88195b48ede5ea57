//! A group session as a whole: more people join it, it is moved with everybody in it, it is cancelled.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::groups::{WORKER, gather, gathered, ids, three, told};
use super::{
    accepted_by_willowdene, came, hour_from, named, october, said, schedule, session, with, written,
};
use crate::people::Answer;
use crate::referring::{NPS, person, staff, then};
use crate::scenario;
use crate::world::World;

const WHOLE: &str = "groupSession { id version startsAt venue cancelledAt cancelledBy cancelReason
    sessions { nodes { id version status startsAt venue cancelledBy changes { nodes { oldStartsAt reason requestedBy } } } } }";

/// Does something to a group session at its present version.
async fn whole(world: &World, who: &str, field: &str, group: &Value, more: Value) -> Answer {
    let input = with(more, json!({ "groupSessionId": group["id"], "version": group["version"] }));
    let selection = match field {
        "joinGroupSession" => {
            "groupSession { id version sessions { nodes { id } } } results { session { id } userErrors { code field message } }"
        }
        _ => WHOLE,
    };
    world.as_person(who).mutate(field, input, selection).await
}

/// A group session on the tenth of October with these people in it.
async fn planned(world: &World, referrals: &[Value]) -> Value {
    let made = gather(world, WORKER, referrals, october(10, 9, 0), json!({})).await.granted();
    let id = made.data("/scheduleGroupSession/groupSession/id").clone();
    read(world, WORKER, &id).await
}

async fn read(world: &World, who: &str, id: &Value) -> Value {
    let document =
        format!("query($id: ID!) {{ {} }}", WHOLE.replacen("groupSession", "groupSession(id: $id)", 1));
    world.as_person(who).query(&document, json!({ "id": id })).await.granted().data("/groupSession").clone()
}

fn later() -> Value {
    with(hour_from(october(12, 14, 0)), json!({ "requestedBy": "PROVIDER", "reason": "The tutor is ill." }))
}

scenario! {
    async fn more_people_join_a_group_session(world) {
        let mut referrals = three(world).await;
        let late = referrals.split_off(2);
        let group = planned(world, &referrals).await;
        let again = [late[0].clone(), referrals[0].clone()];
        let answer = whole(world, WORKER, "joinGroupSession", &group, json!({ "referralIds": ids(&again) })).await.granted();
        assert_eq!(told(&answer, "/joinGroupSession/results"), [Vec::new(), named(&[("startsAt", "CLASH")])]);
        assert_eq!(answer.list("/joinGroupSession/groupSession/sessions/nodes").len(), 3);
        // Who read the register before does not add to it unseen.
        let stale = whole(world, WORKER, "joinGroupSession", &group, json!({ "referralIds": ids(&late) })).await;
        assert_eq!(stale.error_code(), Some("CONFLICT"));
    }

    async fn a_group_session_is_moved_with_everybody_in_it_and_the_old_time_is_kept(world) {
        let referrals = three(world).await;
        let group = planned(world, &referrals).await;
        let moved = whole(world, WORKER, "rescheduleGroupSession", &group, with(later(), json!({ "venue": "The barn" }))).await.granted();
        let moved = moved.data("/rescheduleGroupSession/groupSession");
        assert_eq!((&moved["startsAt"], &moved["venue"]), (&json!("2017-10-12T14:00:00+00:00"), &json!("The barn")));
        let places = moved["sessions"]["nodes"].as_array().expect("places");
        assert_eq!(places.len(), 3);
        for place in places {
            assert_eq!((&place["startsAt"], &place["venue"]), (&json!("2017-10-12T14:00:00+00:00"), &json!("The barn")));
            assert_eq!(place["changes"]["nodes"], json!([{
                "oldStartsAt": "2017-10-10T09:00:00+00:00", "reason": "The tutor is ill.", "requestedBy": "PROVIDER",
            }]));
        }
    }

    async fn if_one_of_a_group_cannot_come_then_nobody_is_moved(world) {
        let referrals = three(world).await;
        let group = planned(world, &referrals).await;
        session(schedule(world, WORKER, &referrals[1], october(12, 14, 30), json!({})).await);
        let before = written(world).await;
        let answer = whole(world, WORKER, "rescheduleGroupSession", &group, later()).await;
        assert_eq!(said(&answer), named(&[("startsAt", "CLASH")]));
        assert_eq!(written(world).await, before);
    }

    async fn a_group_session_is_cancelled_with_every_place_in_it_and_frees_the_time(world) {
        let referrals = three(world).await;
        let group = planned(world, &referrals).await;
        let why = json!({ "requestedBy": "PROVIDER", "reason": "The tutor is ill." });
        let done = whole(world, WORKER, "cancelGroupSession", &group, why.clone()).await.granted();
        let cancelled = done.data("/cancelGroupSession/groupSession");
        assert_eq!((&cancelled["cancelledBy"], &cancelled["cancelReason"]), (&json!("PROVIDER"), &json!("The tutor is ill.")));
        let places = cancelled["sessions"]["nodes"].as_array().expect("places");
        assert!(places.len() == 3 && places.iter().all(|place| place["status"] == "CANCELLED"), "{places:?}");
        for (field, more) in [
            ("cancelGroupSession", why),
            ("rescheduleGroupSession", later()),
            ("joinGroupSession", json!({ "referralIds": ids(&referrals) })),
        ] {
            assert_eq!(whole(world, WORKER, field, cancelled, more).await.refusals(), ["NOT_SCHEDULED"], "{field}");
        }
        session(schedule(world, WORKER, &referrals[0], october(10, 9, 0), json!({})).await);
    }

    async fn once_somebody_is_recorded_a_group_session_stays_in_the_diary(world) {
        let referrals = three(world).await;
        let (group, places) = gathered(world, &referrals[..2]).await;
        let record = with(came(), json!({ "sessionId": places[0]["id"], "version": places[0]["version"] }));
        let input = json!({ "groupSessionId": group, "records": [record] });
        world.as_person(WORKER).mutate("recordGroupAttendance", input, "results { sessionId }").await.granted();
        let group = read(world, WORKER, &json!(group)).await;
        let before = written(world).await;
        let why = json!({ "requestedBy": "PROVIDER", "reason": "The tutor is ill." });
        assert_eq!(whole(world, WORKER, "cancelGroupSession", &group, why).await.refusals(), ["WRONG_STATUS"]);
        assert_eq!(whole(world, WORKER, "rescheduleGroupSession", &group, later()).await.refusals(), ["WRONG_STATUS"]);
        assert_eq!(written(world).await, before);
        // Somebody came who was not on the register.
        let joined = whole(world, WORKER, "joinGroupSession", &group, json!({ "referralIds": ids(&referrals[2..]) })).await;
        assert_eq!(joined.granted().list("/joinGroupSession/groupSession/sessions/nodes").len(), 3);
    }

    async fn a_worker_does_not_move_or_cancel_for_people_of_others_but_the_manager_does(world) {
        let mut referrals = three(world).await;
        let other = json!({ "workerId": staff(world, "Will Dene").await, "reason": "Leave." });
        let last = referrals.pop().expect("a referral");
        referrals.push(crate::referring::referral(then(world, "willowdene-manager", "assignReferral", &last, other).await));
        let made = gather(world, "willowdene-manager", &referrals, october(10, 9, 0), json!({})).await.granted();
        let id = made.data("/scheduleGroupSession/groupSession/id").clone();
        let group = read(world, WORKER, &id).await;
        let before = written(world).await;
        let why = json!({ "requestedBy": "PROVIDER", "reason": "The tutor is ill." });
        assert_eq!(whole(world, WORKER, "cancelGroupSession", &group, why.clone()).await.refusals(), ["NOT_PERMITTED"]);
        assert_eq!(whole(world, WORKER, "rescheduleGroupSession", &group, later()).await.refusals(), ["NOT_PERMITTED"]);
        assert_eq!(written(world).await, before);
        whole(world, "willowdene-manager", "cancelGroupSession", &group, why).await.granted();
    }

    async fn a_group_session_of_another_provider_is_not_found(world) {
        let group = planned(world, &three(world).await).await;
        let before = written(world).await;
        let why = json!({ "requestedBy": "PROVIDER", "reason": "Mischief." });
        for who in ["yss-manager", "yss-worker"] {
            for (field, more) in [
                ("cancelGroupSession", why.clone()),
                ("rescheduleGroupSession", later()),
                ("joinGroupSession", json!({ "referralIds": ["ref_01h455vb4pex5vsknk084sn02q"] })),
            ] {
                assert_eq!(whole(world, who, field, &group, more).await.error_code(), Some("NOT_FOUND"), "{who} {field}");
            }
        }
        assert_eq!(written(world).await, before);
    }

    async fn a_group_has_at_most_fifty_people_however_they_come_to_it(world) {
        let referrals = three(world).await;
        let group = planned(world, &referrals[..1]).await;
        let many: Vec<_> = (0..50).map(|at| format!("ref_01h455vb4pex5vsknk084sn0{at:02}")).collect();
        let answer = whole(world, WORKER, "joinGroupSession", &group, json!({ "referralIds": many })).await;
        assert_eq!(said(&answer), named(&[("referralIds", "INVALID")]));
    }

    async fn a_late_wish_of_the_people_in_a_group_is_charged_by_the_services_rule_and_a_providers_never(world) {
        let owain = person(world, "G100009", NPS, json!({})).await;
        let taken = accepted_by_willowdene(world, &owain).await;
        let soon = world.clock.now() + TimeDelta::hours(2);
        for (by, lines) in [("PROVIDER", 0), ("SERVICE_USER", 1)] {
            let made = gather(world, WORKER, std::slice::from_ref(&taken), soon, json!({})).await.granted();
            let id = made.data("/scheduleGroupSession/groupSession/id").clone();
            let group = read(world, WORKER, &id).await;
            let why = json!({ "requestedBy": by, "reason": "Not today." });
            whole(world, WORKER, "cancelGroupSession", &group, why).await.granted();
            let document = "query($id: ID!) { referral(id: $id) { charges { nodes { kind } } } }";
            let seen = world.as_person("nps-officer").query(document, json!({ "id": taken["id"] })).await.granted();
            assert_eq!(seen.list("/referral/charges/nodes").len(), lines, "{by}");
        }
    }
}
