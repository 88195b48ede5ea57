//! The audit: every change is found again, by whatever one knows of it.

use api::audit::identifiers::prefix_of;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::given;
use crate::people::Answer;
use crate::scenario;
use crate::world::World;
use rules::terms::ReferralStatus::InProgress;

const QUERY: &str = "query(
    $case: ID, $row: String, $person: ID, $operation: String, $from: DateTime, $to: DateTime,
    $first: Int, $after: String, $last: Int, $before: String
) {
    auditEvents(
        case: $case, row: $row, person: $person, operation: $operation, from: $from, to: $to,
        first: $first, after: $after, last: $last, before: $before
    ) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { at operation requestId act table rowId caseId changes person { id name } organisation { name } }
    }
}";

async fn ask(world: &World, variables: Value) -> Answer {
    world.as_person("inspector").query(QUERY, variables).await
}

/// Adds an organisation under this name.
async fn add_organisation(world: &World, name: &str) -> Answer {
    let administrator = world.as_person("system-admin");
    let input = json!({ "kind": "PROVIDER", "name": name });
    administrator.mutate("addOrganisation", input, "organisation { id }").await.granted()
}

scenario! {
    async fn a_change_is_recorded_with_who_when_and_through_which_operation(world) {
        let added = add_organisation(world, "Café O'Brien; --").await;
        let row = added.text("/addOrganisation/organisation/id");
        let answer = ask(world, json!({ "row": row })).await.granted();
        assert_eq!(answer.data("/auditEvents/totalCount"), 1);
        let event = answer.data("/auditEvents/nodes/0");
        assert_eq!(event["at"], "2017-10-02T09:00:00+00:00");
        assert_eq!(event["operation"], "addOrganisation");
        assert_eq!(event["act"], "insert");
        assert_eq!(event["table"], "organisation");
        assert_eq!(event["caseId"], Value::Null);
        assert_eq!(event["changes"]["new"]["name"], "Café O'Brien; --");
        assert_eq!(event["person"]["name"], "Sam Aldous");
        assert_eq!(event["organisation"]["name"], "Demonstration network");
        let request_id = added.headers["x-request-id"].to_str().expect("a plain word");
        assert_eq!(event["requestId"], request_id);
        // The row's UUID finds the same.
        let again = ask(world, json!({ "row": event["rowId"] })).await.granted();
        assert_eq!(again.body["data"], answer.body["data"]);
    }

    async fn what_changed_is_shown_with_the_identifiers_of_the_interface(world) {
        let inspector = world.as_person("inspector");
        let document = "query($after: String) { auditEvents(first: 100, after: $after) {
            pageInfo { hasNextPage endCursor } nodes { table changes } } }";
        let (mut after, mut identifiers) = (Value::Null, 0);
        loop {
            let page = inspector.query(document, json!({ "after": after })).await.granted();
            for event in page.list("/auditEvents/nodes") {
                let sides = ["new", "old"].into_iter().filter_map(|side| event["changes"][side].as_object());
                for (column, value) in sides.flatten() {
                    let text = value.as_str().unwrap_or_default();
                    let end = text.rsplit(':').next().unwrap_or_default();
                    assert!(Uuid::parse_str(end).is_err(), "{} {column} {text}", event["table"]);
                    if column.ends_with("_id") && !text.is_empty() {
                        assert!(text.contains('_'), "{} {column} {text}", event["table"]);
                        identifiers += 1;
                    }
                }
            }
            if page.data("/auditEvents/pageInfo/hasNextPage") == false {
                break;
            }
            after = page.data("/auditEvents/pageInfo/endCursor").clone();
        }
        assert!(identifiers > 100, "hardly anything was looked at: {identifiers}");
        // What is read there can be asked for.
        let made = "{ auditEvents(operation: \"draftReferral\", first: 50) { nodes { table changes } } }";
        let made = inspector.query(made, json!({})).await.granted();
        let drafts = made.list("/auditEvents/nodes").iter().filter(|event| event["table"] == "referral");
        let service = drafts.filter_map(|event| event["changes"]["new"]["service_id"].as_str()).next();
        let service = service.expect("a draft");
        let found = inspector.query("query($id: ID!) { service(id: $id) { id } }", json!({ "id": service })).await.granted();
        assert_eq!(found.text("/service/id"), service);
    }

    async fn every_column_that_names_a_row_is_known_to_do_so(world) {
        let keys = match world.database.get_database_backend() {
            DbBackend::Sqlite => "select m.name as of, f.\"from\" as by, f.\"table\" as named from sqlite_master m,
                pragma_foreign_key_list(m.name) f where m.type = 'table'",
            _ => "select conrelid::regclass::text as of, attname::text as by, confrelid::regclass::text as named
                from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1] where contype = 'f'",
        };
        let keys = Statement::from_string(world.database.get_database_backend(), keys);
        let keys = world.database.query_all_raw(keys).await.expect("the keys");
        assert!(keys.len() > 50, "{}", keys.len());
        for key in keys {
            let [of, by, named] = ["of", "by", "named"].map(|name| key.try_get::<String>("", name).expect("a name"));
            let by_its_key = if by.ends_with("_id") { prefix_of(&named, "id") } else { None };
            assert_eq!(prefix_of(&of, &by), by_its_key, "{of} {by} {named}");
        }
    }

    async fn every_filter_narrows_the_list(world) {
        let added = add_organisation(world, "One more").await;
        let id = added.text("/addOrganisation/organisation/id");
        world.clock.advance(chrono::TimeDelta::minutes(5));
        let given = given::referral(world, InProgress).await;
        let worker = world.as_person("yss-worker");
        let input = json!({
            "referralId": given.referral, "title": "Bricklaying", "level": "LEVEL_1", "awardedOn": "2017-09-29",
        });
        let selection = "qualification { id recordedBy { id } }";
        let recorded = worker.mutate("recordQualification", input, selection).await.granted();
        let at = "2017-10-02T09:05:00Z";
        let qualification = recorded.text("/recordQualification/qualification/id");
        let person = recorded.text("/recordQualification/qualification/recordedBy/id");
        for filter in [
            json!({ "case": given.case }),
            json!({ "row": qualification }),
            json!({ "person": person, "from": at }),
            json!({ "operation": "recordQualification", "from": at }),
            json!({ "from": at }),
            json!({ "from": at, "to": "2017-10-02T09:05:00.000001Z" }),
            json!({ "case": given.case, "row": qualification, "person": person, "from": at }),
        ] {
            let answer = ask(world, filter.clone()).await.granted();
            assert_eq!(answer.data("/auditEvents/totalCount"), 1, "{filter} {answer:?}");
            assert_eq!(answer.text("/auditEvents/nodes/0/operation"), "recordQualification", "{filter}");
            assert_eq!(answer.text("/auditEvents/nodes/0/caseId"), given.case, "{filter}");
        }
        for filter in [
            json!({ "case": "case_01h455vb4pex5vsknk084sn02q" }),
            json!({ "row": "recordQualification" }),
            json!({ "row": id, "operation": "recordQualification" }),
            json!({ "from": "2017-10-02T09:05:00.000001Z" }),
            json!({ "to": "1999-12-31T00:00:00Z" }),
        ] {
            let answer = ask(world, filter.clone()).await.granted();
            assert_eq!(answer.data("/auditEvents/totalCount"), 0, "{filter} {answer:?}");
        }
    }

    async fn what_no_event_can_have_is_refused(world) {
        for filter in [
            json!({ "case": "org_01h455vb4pex5vsknk084sn02q" }),
            json!({ "row": "a\u{0}b" }),
            json!({ "row": " " }),
            json!({ "operation": "x".repeat(201) }),
            json!({ "from": "0001-01-01T00:00:00Z" }),
            json!({ "to": "9999-01-01T00:00:00Z" }),
            json!({ "first": 101 }),
            json!({ "first": 1, "last": 1 }),
            json!({ "after": "nowhere" }),
        ] {
            let answer = ask(world, filter.clone()).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{filter} {answer:?}");
        }
    }

    async fn the_pages_are_the_whole_list_the_latest_first(world) {
        for name in ["A", "B", "C"] {
            world.clock.advance(chrono::TimeDelta::seconds(1));
            add_organisation(world, name).await;
        }
        let from = "2017-10-02T09:00:01Z";
        let name = |answer: &Answer| answer.text("/auditEvents/nodes/0/changes/new/name").to_owned();
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = ask(world, json!({ "from": from, "first": 1, "after": after })).await.granted();
            assert_eq!(page.data("/auditEvents/totalCount"), 3);
            seen.push(name(&page));
            after = page.data("/auditEvents/pageInfo/endCursor").clone();
            if page.data("/auditEvents/pageInfo/hasNextPage") == false {
                break;
            }
        }
        assert_eq!(seen, ["C", "B", "A"]);
        let last = ask(world, json!({ "from": from, "last": 1, "before": after })).await.granted();
        assert_eq!(name(&last), "B");
    }
}
