//! Who keeps the calendar, and who reads what of it.

use chrono::Days;
use serde_json::{Value, json};

use super::{COHORT, book, cohort, join, ldu, planned, programme, read, referred, standing};
use crate::referring::{CRC, NPS};
use crate::scenario;
use crate::world::World;

const LIST: &str = "query($filter: CohortFilter, $first: Int, $after: String) { cohorts(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { endCursor hasNextPage } nodes { id venue mode firstDay rolling placesLeft } } }";

async fn listed(world: &World, filter: Value) -> Vec<Value> {
    let asked = json!({ "filter": filter, "first": 100 });
    let answer = world.as_person("court-officer").query(LIST, asked).await.granted();
    let nodes = answer.list("/cohorts/nodes").to_vec();
    assert_eq!(answer.data("/cohorts/totalCount"), &json!(nodes.len()));
    nodes
}

fn ids(nodes: &[Value]) -> Vec<&Value> {
    nodes.iter().map(|node| &node["id"]).collect()
}

scenario! {
    async fn the_demonstration_has_the_cohorts_of_its_services(world) {
        let nodes = listed(world, json!({})).await;
        assert_eq!(nodes.len(), 9);
        let days: Vec<_> = nodes.iter().map(|node| node["firstDay"].as_str().expect("a day").to_owned()).collect();
        assert!(days.is_sorted(), "{days:?}");
        let gym = nodes.iter().find(|node| node["venue"] == "The gym, Worcester").expect("the gym");
        assert_eq!(gym["placesLeft"], json!(7));
        assert_eq!(nodes.iter().filter(|node| node["rolling"] == json!(true)).count(), 1);
        let evening = listed(world, json!({ "mode": "EVENING" })).await;
        assert_eq!(evening.len(), 3);
        let read = "{ services(first: 100) { nodes { name cohorts { nodes { venue weeklyTimes { day starts ends } facilitators ldus { name } } } } } }";
        let answer = world.as_person("yss-worker").query(read, json!({})).await.granted();
        let women = answer.list("/services/nodes").iter().find(|row| row["name"] == "Women’s group programme").expect("the group").clone();
        let expected = json!([{
            "venue": "The women's centre, Worcester", "weeklyTimes": [{ "day": "TUESDAY", "starts": "10:00", "ends": "12:00" }],
            "facilitators": ["Grace Munn"], "ldus": [{ "name": "Worcestershire" }, { "name": "Worcestershire" }],
        }]);
        assert_eq!(women["cohorts"]["nodes"], expected);
    }

    async fn a_cohort_is_kept_by_the_managers_of_who_delivers_it(world) {
        let service = programme(world).await;
        let input = planned(world, &service, json!({})).await;
        for who in ["yss-manager", "gym-manager"] {
            let refused = world.as_person(who).mutate("scheduleCohort", input.clone(), COHORT).await;
            assert_eq!(refused.refusals(), ["NOT_PERMITTED"], "{who}");
        }
        let made = cohort(world, json!({})).await;
        assert_eq!((&made["placesLeft"], &made["waiting"]), (&json!(8), &json!(0)));
        assert_eq!(made["availableActions"], json!(["CHANGE", "CANCEL", "BOOK"]));
        assert_eq!(read(world, &made).await["availableActions"], json!([]));
        let change = json!({ "cohortId": made["id"], "version": made["version"], "places": 9, "venue": "The hall" });
        let foreign = world.as_person("yss-manager").mutate("changeCohort", change.clone(), COHORT).await;
        assert_eq!(foreign.refusals(), ["NOT_PERMITTED"]);
        let manager = world.as_person("crc-group-manager");
        let changed = manager.mutate("changeCohort", change.clone(), COHORT).await.granted();
        assert_eq!((changed.data("/changeCohort/cohort/placesLeft"), changed.data("/changeCohort/cohort/version")), (&json!(9), &json!(2)));
        let stale = manager.mutate("changeCohort", change, COHORT).await;
        assert_eq!(stale.error_code(), Some("CONFLICT"));
        assert_eq!(stale.body["errors"][0]["extensions"]["changedBy"], "Grace Munn");
    }

    async fn what_no_cohort_can_be_is_refused_with_its_path(world) {
        let service = programme(world).await;
        let manager = world.as_person("crc-group-manager");
        let late = json!([{ "day": "MONDAY", "starts": "6pm", "ends": "20:00" }]);
        let backwards = json!([{ "day": "MONDAY", "starts": "20:00", "ends": "18:00" }]);
        for (wrong, code, field) in [
            (json!({ "places": 0 }), "INVALID", "places"),
            (json!({ "places": 101 }), "INVALID", "places"),
            (json!({ "lastDay": null }), "INVALID", "lastDay"),
            (json!({ "lastDay": "2017-10-03" }), "INVALID", "lastDay"),
            (json!({ "venue": " " }), "REQUIRED", "venue"),
            (json!({ "lduIds": [] }), "INVALID", "lduIds"),
            (json!({ "weeklyTimes": late }), "INVALID", "weeklyTimes.0.starts"),
            (json!({ "weeklyTimes": backwards }), "INVALID", "weeklyTimes"),
            (json!({ "facilitators": ["Grace Munn", ""] }), "REQUIRED", "facilitators.1"),
            (json!({ "facilitators": ["\0"] }), "INVALID", "facilitators.0"),
        ] {
            let input = planned(world, &service, wrong.clone()).await;
            let refused = manager.mutate("scheduleCohort", input, COHORT).await;
            let first = refused.user_errors().first().map(|one| (one.code.to_owned(), one.field.clone()));
            assert_eq!(first, Some((code.to_owned(), field.to_owned())), "{wrong}: {refused:?}");
        }
        let unknown = json!({ "lduIds": ["ldu_00000000000000000000000000"] });
        let input = planned(world, &service, unknown).await;
        assert_eq!(manager.mutate("scheduleCohort", input, COHORT).await.error_code(), Some("NOT_FOUND"));
        assert_eq!(listed(world, json!({ "services": [service] })).await.len(), 2);
    }

    async fn the_calendar_is_found_by_service_ldu_days_mode_and_places_left(world) {
        let service = programme(world).await;
        let warwick = ldu(world, CRC, "Warwickshire").await;
        let full = cohort(world, json!({ "places": 1, "lduIds": [warwick] })).await;
        let free = cohort(world, json!({ "mode": "DAY", "lduIds": [warwick, ldu(world, NPS, "Shropshire").await] })).await;
        let owain = referred(world, "L100001").await;
        book(world, "nps-officer", &owain, &full).await.granted();
        let both = listed(world, json!({ "ldu": warwick })).await;
        assert_eq!(ids(&both), [&full["id"], &free["id"]]);
        let left = listed(world, json!({ "ldu": warwick, "withPlacesLeft": true })).await;
        assert_eq!(ids(&left), [&free["id"]]);
        let day = listed(world, json!({ "services": [service], "mode": "DAY", "ldu": warwick })).await;
        assert_eq!(ids(&day), [&free["id"]]);
        let today = rules::london::day(world.clock.now());
        let (first, last) = (today + Days::new(21), today + Days::new(91));
        for (period, found) in [
            (json!({ "from": last, "to": last }), 2),
            (json!({ "from": last + Days::new(1) }), 0),
            (json!({ "to": first - Days::new(1) }), 0),
            (json!({ "from": first, "to": first }), 2),
        ] {
            let mut filter = json!({ "ldu": warwick });
            crate::referring::merge(&mut filter, period.clone());
            assert_eq!(listed(world, filter).await.len(), found, "{period}");
        }
        let mut after = Value::Null;
        let mut seen = Vec::new();
        loop {
            let asked = json!({ "first": 2, "after": after });
            let page = world.as_person("inspector").query(LIST, asked).await.granted();
            seen.extend(page.list("/cohorts/nodes").iter().map(|node| node["id"].clone()));
            if page.data("/cohorts/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
            after = page.data("/cohorts/pageInfo/endCursor").clone();
        }
        assert_eq!(seen, ids(&listed(world, json!({})).await).into_iter().cloned().collect::<Vec<_>>());
    }

    async fn who_stands_in_a_place_is_seen_by_those_who_see_the_referral(world) {
        let made = cohort(world, json!({ "places": 1 })).await;
        let (owain, rhys) = (referred(world, "L100002").await, referred(world, "L100003").await);
        book(world, "nps-officer", &owain, &made).await.granted();
        join(world, &rhys, &made).await.granted();
        let document = "query($id: ID!) { places(cohort: $id) { totalCount nodes { status position referral { id } } } cohort(id: $id) { placesLeft waiting } }";
        for (who, seen) in [("nps-officer", 2), ("crc-group-manager", 2), ("inspector", 2), ("crc-officer", 0), ("yss-manager", 0)] {
            let answer = world.as_person(who).query(document, json!({ "id": made["id"] })).await.granted();
            assert_eq!(answer.data("/places/totalCount"), &json!(seen), "{who}");
            assert_eq!(answer.data("/cohort"), &json!({ "placesLeft": 0, "waiting": 1 }), "{who}");
        }
        let places = world.as_person("crc-group-manager").query(document, json!({ "id": made["id"] })).await.granted();
        let expected = json!([
            { "status": "WAITING", "position": 1, "referral": { "id": rhys } },
            { "status": "BOOKED", "position": null, "referral": { "id": owain } },
        ]);
        assert_eq!(places.data("/places/nodes"), &expected);
        let place = standing(world, &owain).await;
        let foreign = world.as_person("crc-officer").query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": place["id"] })).await;
        assert_eq!(foreign.error_code(), Some("NOT_FOUND"));
    }

    async fn a_cohort_is_cancelled_with_a_reason_that_everybody_in_it_reads(world) {
        let made = cohort(world, json!({ "places": 1 })).await;
        let (owain, rhys) = (referred(world, "L100004").await, referred(world, "L100005").await);
        book(world, "nps-officer", &owain, &made).await.granted();
        join(world, &rhys, &made).await.granted();
        let manager = world.as_person("crc-group-manager");
        let input = |reason: &str| json!({ "cohortId": made["id"], "version": made["version"], "reason": reason });
        assert_eq!(manager.mutate("cancelCohort", input(" "), COHORT).await.refusals(), ["REQUIRED"]);
        let done = manager.mutate("cancelCohort", input("Too few people."), COHORT).await.granted();
        let now = done.data("/cancelCohort/cohort");
        assert_eq!((&now["cancelReason"], &now["placesLeft"], &now["waiting"]), (&json!("Too few people."), &json!(0), &json!(0)));
        assert_eq!(now["availableActions"], json!([]));
        let document = "query($id: ID!) { referral(id: $id) { place { id } placeHistory { nodes { status endReason endedAt } } } }";
        for (referral, reason) in [(&owain, json!("Too few people.")), (&rhys, Value::Null)] {
            let read = world.as_person("nps-officer").query(document, json!({ "id": referral })).await.granted();
            assert_eq!(read.data("/referral/place"), &Value::Null);
            let history = &read.list("/referral/placeHistory/nodes")[0];
            assert_eq!((&history["status"], &history["endReason"]), (&json!("CANCELLED"), &reason));
            assert!(history["endedAt"].is_string());
        }
        assert_eq!(book(world, "nps-officer", &rhys, &made).await.refusals(), ["COHORT_CANCELLED"]);
        let again = json!({ "cohortId": made["id"], "version": now["version"], "reason": "Again." });
        assert_eq!(manager.mutate("cancelCohort", again, COHORT).await.refusals(), ["COHORT_CANCELLED"]);
        assert_eq!(listed(world, json!({ "services": [programme(world).await] })).await.len(), 2);
        assert_eq!(listed(world, json!({ "services": [programme(world).await], "cancelledToo": true })).await.len(), 3);
    }
}
