//! The audit: every change is found again, by whatever one knows of it.

use serde_json::{Value, json};

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
