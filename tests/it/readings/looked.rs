//! Who looked at this person: asked by those who answer for it.

use std::collections::BTreeSet;

use api::graphql::global_id::GlobalId;
use chrono::TimeDelta;
use entity::{Id, probation_case};
use serde_json::{Value, json};

use super::{OPEN, all_recorded, ask_for, cases, everywhere, the_reading};
use crate::referring::{CRC, NPS, accepted, person};
use crate::world::World;

/// What is asked of who looked.
const LOOKED: &str = "query Looked($id: ID!, $first: Int, $after: String) {
    readings(caseId: $id, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { id at operation purpose roles requestId person { name } organisation { name } } } }";

#[tokio::test]
async fn the_holders_manager_sees_who_looked_at_a_person_and_nobody_elses_does() {
    everywhere(async |world: &World| {
        let owain = person(world, "R000001", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let other = person(world, "R000002", CRC, json!({})).await;
        let id = json!({ "id": owain.case });
        world.clock.advance(TimeDelta::seconds(1));
        ask_for(world, &[b"Home visit"], OPEN, id.clone()).await.granted();
        world.clock.advance(TimeDelta::seconds(1));
        let document = "query Mine($id: ID!) { referral(id: $id) { reason } }";
        world.as_person("yss-worker").query(document, json!({ "id": taken["id"] })).await.granted();
        world.as_person("crc-officer").query(OPEN, json!({ "id": other.case })).await.granted();
        all_recorded(world).await;
        for who in ["nps-manager", "inspector"] {
            world.clock.advance(TimeDelta::seconds(1));
            let seen = world.as_person(who).query(LOOKED, id.clone()).await.granted();
            let nodes = seen.list("/readings/nodes");
            let find = |operation: &str| {
                let mut found = nodes.iter().filter(move |node| node["operation"] == operation);
                let node = found.next().unwrap_or_else(|| panic!("{operation}: {nodes:#?}"));
                assert!(found.next().is_none(), "{operation}: {nodes:#?}");
                node
            };
            let officer = find("OpenCase");
            assert_eq!(officer["person"]["name"], "Nadia Prosser");
            assert_eq!(officer["organisation"]["name"], NPS);
            assert_eq!(officer["purpose"], "Home visit");
            assert_eq!(officer["roles"], json!(["RESPONSIBLE_OFFICER"]));
            let worker = find("Mine");
            assert_eq!(
                (&worker["person"]["name"], &worker["organisation"]["name"]),
                (&json!("Yusuf Shah"), &json!("YSS"))
            );
            assert_eq!(worker["purpose"], Value::Null);
            let times: Vec<_> = nodes.iter().map(|node| node["at"].as_str().expect("an instant")).collect();
            assert!(times.is_sorted_by(|one, other| one >= other), "the latest first: {times:?}");
        }
        let fresh = json!({ "id": GlobalId(Id::<probation_case::Entity>::fresh()).text() });
        let foreign = world.as_person("crc-manager").query(LOOKED, id.clone()).await;
        let missing = world.as_person("crc-manager").query(LOOKED, fresh).await;
        assert_eq!((foreign.error_code(), &foreign.body), (Some("NOT_FOUND"), &missing.body));
        for who in ["nps-officer", "yss-manager", "system-admin"] {
            let answer = world.as_person(who).query(LOOKED, id.clone()).await;
            assert_eq!(answer.error_code(), Some("FORBIDDEN"), "{who}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_looks_who_looked_has_looked() {
    everywhere(async |world: &World| {
        let owain = person(world, "R000001", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        manager.query(LOOKED, json!({ "id": owain.case })).await.granted();
        assert_eq!(the_reading(world, "Looked").await.1, cases([owain.case.as_str()]));
        let mut seen = BTreeSet::new();
        let mut after = Value::Null;
        loop {
            let page = json!({ "id": owain.case, "first": 1, "after": after });
            let page = manager.query(LOOKED, page).await.granted();
            let node = page.data("/readings/nodes/0");
            assert!(seen.insert(node["id"].to_string()), "twice: {node}");
            after = page.data("/readings/pageInfo/endCursor").clone();
            if page.data("/readings/pageInfo/hasNextPage") == false {
                break;
            }
        }
        // Registering, allocating, assigning and looking were readings.
        assert!(seen.len() > 3, "{seen:?}");
    })
    .await;
}
