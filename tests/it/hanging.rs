//! Lists that hang on one thing: paged as those at the root are, each row with its own page.

use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{NPS, accepted, person};
use crate::scenario;
use crate::world::World;

/// A referral that was accepted and has so many notes.
async fn with_notes(world: &World, crn: &str, notes: usize) -> Value {
    let taken = accepted(world, &person(world, crn, NPS, json!({})).await).await;
    for number in 1..=notes {
        note(world, &taken, &format!("Note {number}.")).await;
    }
    taken
}

async fn note(world: &World, referral: &Value, body: &str) {
    let input = json!({ "referralId": referral["id"], "body": body });
    world.as_person("nps-officer").mutate("addReferralNote", input, "referral { id }").await.granted();
}

/// The notes of a referral, with these arguments.
async fn ask(world: &World, referral: &Value, arguments: &str) -> Answer {
    let document = format!(
        "query($id: ID!) {{ referral(id: $id) {{ notes{arguments} {{ __typename totalCount nodes {{ body }} edges {{ __typename cursor node {{ id }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }} }}"
    );
    world.as_person("nps-officer").query(&document, json!({ "id": referral["id"] })).await
}

fn bodies(answer: &Answer) -> Vec<String> {
    let nodes = answer.list("/referral/notes/nodes").iter();
    nodes.map(|note| note["body"].as_str().expect("a text").replace("Note ", "").replace('.', "")).collect()
}

fn numbers(all: impl Iterator<Item = usize>) -> Vec<String> {
    all.map(|number| number.to_string()).collect()
}

scenario! {
    async fn a_list_that_hangs_on_one_thing_is_followed_forwards_and_backwards(world) {
        let taken = with_notes(world, "H100001", 12).await;
        let first = ask(world, &taken, "").await.granted();
        assert_eq!(bodies(&first), numbers(1..=10));
        assert_eq!((first.data("/referral/notes/totalCount"), first.text("/referral/notes/__typename")), (&json!(12), "NoteConnection"));
        let info = first.data("/referral/notes/pageInfo").clone();
        assert_eq!((&info["hasNextPage"], &info["hasPreviousPage"]), (&json!(true), &json!(false)));
        let edges = first.list("/referral/notes/edges");
        assert_eq!((&edges[0]["cursor"], &edges[9]["cursor"]), (&info["startCursor"], &info["endCursor"]));
        assert_eq!(edges[0]["__typename"], "NoteEdge");
        let end = info["endCursor"].as_str().expect("a cursor");
        // What comes meanwhile is neither missed nor makes others be shown twice.
        note(world, &taken, "Note 13.").await;
        let rest = ask(world, &taken, &format!("(after: \"{end}\")")).await.granted();
        assert_eq!((bodies(&rest), rest.data("/referral/notes/totalCount")), (numbers(11..=13), &json!(13)));
        let info = rest.data("/referral/notes/pageInfo");
        assert_eq!((&info["hasNextPage"], &info["hasPreviousPage"]), (&json!(false), &json!(true)));
        let before = ask(world, &taken, &format!("(last: 2, before: \"{end}\")")).await.granted();
        assert_eq!(bodies(&before), numbers(8..=9));
        assert_eq!(before.data("/referral/notes/pageInfo/hasPreviousPage"), true);
        assert_eq!(bodies(&ask(world, &taken, "(first: 100)").await.granted()), numbers(1..=13));
        let none = ask(world, &taken, "(first: 0)").await.granted();
        assert_eq!((bodies(&none).len(), none.data("/referral/notes/totalCount")), (0, &json!(13)));
        assert!(none.data("/referral/notes/pageInfo/endCursor").is_null());
        let between = ask(world, &taken, &format!("(after: \"{end}\", before: \"{end}\")")).await.granted();
        assert_eq!(bodies(&between).len(), 0);
    }

    async fn a_window_that_cannot_be_is_refused_at_its_field(world) {
        let taken = with_notes(world, "H100002", 1).await;
        let other = with_notes(world, "H100003", 1).await;
        let foreign = ask(world, &other, "").await.granted().text("/referral/notes/pageInfo/endCursor").to_owned();
        for arguments in [
            "(first: 101)".to_owned(),
            "(last: -1)".to_owned(),
            "(first: 1, last: 1)".to_owned(),
            "(after: \"nonsense\")".to_owned(),
            "(before: \"\")".to_owned(),
            format!("(after: \"{foreign}\")"),
        ] {
            let refused = ask(world, &taken, &arguments).await;
            assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"], "{arguments}: {refused:?}");
            assert_eq!(refused.body["errors"][0]["path"], json!(["referral", "notes"]), "{arguments}");
            assert!(refused.body["data"]["referral"].is_null(), "{arguments}");
        }
    }

    async fn an_argument_that_cannot_be_read_is_named_where_it_stands(world) {
        let document = "query($on: Date) { services(first: 2) { nodes {
            name price(on: $on) { id } cohorts(first: 1) { totalCount } } } }";
        let refused = world.as_person("nps-officer").query(document, json!({ "on": "nonsense" })).await;
        let errors = refused.body["errors"].as_array().expect("errors");
        let paths: Vec<_> = errors.iter().map(|error| error["path"].clone()).collect();
        assert_eq!(paths, [0, 1].map(|at| json!(["services", "nodes", at, "price"])));
        assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"; 2]);
        for error in errors {
            assert!(error["message"].as_str().is_some_and(|words| words.starts_with("on: ")), "{error}");
        }
        // What is asked beside it is answered.
        for service in refused.list("/services/nodes") {
            assert!(service["name"].is_string() && service["price"].is_null(), "{service}");
            assert!(service["cohorts"]["totalCount"].is_number(), "{service}");
        }
    }

    async fn pages_come_under_other_names_in_fragments_and_by_variables(world) {
        let taken = with_notes(world, "H100004", 3).await;
        let document = "query($id: ID!, $n: Int, $skip: Boolean!) { referral(id: $id) {
                one: notes(first: $n) { ...N } two: notes(last: 1) { nodes { body } ... on NoteConnection { nodes { private } } totalCount @skip(if: $skip) } } }
            fragment N on NoteConnection { edges { node { body author { name } } } }";
        let variables = json!({ "id": taken["id"], "n": 1, "skip": true });
        let seen = world.as_person("nps-officer").query(document, variables).await.granted();
        assert_eq!(seen.data("/referral"), &json!({
            "one": { "edges": [{ "node": { "body": "Note 1.", "author": { "name": "Nadia Prosser" } } }] },
            "two": { "nodes": [{ "body": "Note 3.", "private": false }] },
        }));
    }

    async fn each_row_of_a_page_has_a_page_of_its_own(world) {
        for (crn, notes) in [("H100005", 1), ("H100006", 3)] {
            with_notes(world, crn, notes).await;
        }
        let document = "{ referrals(orderBy: NEWEST, first: 2) { nodes { notes(last: 2) { totalCount nodes { body } pageInfo { hasPreviousPage } } } } }";
        let seen = world.as_person("nps-officer").query(document, json!({})).await.granted();
        let page = |bodies: &[&str], total: i32| json!({ "notes": {
            "totalCount": total, "nodes": bodies.iter().map(|body| json!({ "body": body })).collect::<Vec<_>>(), "pageInfo": { "hasPreviousPage": total > 2 },
        } });
        assert_eq!(seen.data("/referrals/nodes"), &json!([page(&["Note 2.", "Note 3."], 3), page(&["Note 1."], 1)]));
    }

    async fn what_is_reckoned_is_paged_as_well(world) {
        let document = "query($after: String) { demand(by: MONTH, from: \"2016-01-01\", to: \"2017-12-31\", first: 1, after: $after) {
            totalCount nodes { month } pageInfo { hasNextPage endCursor } } }";
        let inspector = world.as_person("inspector");
        let (mut months, mut after, mut total) = (Vec::new(), Value::Null, 0);
        with_notes(world, "H100007", 0).await;
        for _ in 0..50 {
            let page = inspector.query(document, json!({ "after": after })).await.granted();
            months.extend(page.list("/demand/nodes").iter().map(|row| row["month"].to_string()));
            total = page.data("/demand/totalCount").as_u64().expect("a number");
            after = page.data("/demand/pageInfo/endCursor").clone();
            if page.data("/demand/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
        }
        assert!(total > 0 && months.is_sorted(), "{months:?}");
        assert_eq!(months.len() as u64, total);
    }
}
