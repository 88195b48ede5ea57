//! What is written shortly and costs much all the same: what has the database look at whole tables, and questions
//! for the schema.

use serde_json::json;

use crate::people::Answer;
use crate::scenario;
use crate::world::World;

async fn ask(world: &World, who: &str, query: &str) -> Answer {
    world.as_person(who).query(query, json!({})).await
}

/// The same field so many times.
fn times(number: usize, field: &str) -> String {
    let fields: Vec<_> = (0..number).map(|place| format!("a{place}: {field}")).collect();
    format!("{{ {} }}", fields.join(" "))
}

#[track_caller]
fn is_too_dear(answer: &Answer, what: &str) {
    assert_eq!(answer.error_codes(), ["LIMIT_EXCEEDED"], "{what} {answer:?}");
    assert!(answer.body.get("data").is_none_or(serde_json::Value::is_null), "{what}: something was read");
}

scenario! {
    async fn what_looks_at_whole_tables_is_done_once_in_a_request(world) {
        for dear in ["exportRateCard", "demand { nodes { referrals } }", "unmetDemand { nodes { people } }", "priceAlerts { nodes { money { text } } }"] {
            ask(world, "inspector", &times(1, dear)).await.granted();
            is_too_dear(&ask(world, "inspector", &times(2, dear)).await, dear);
        }
    }

    async fn lists_are_counted_a_few_times_in_a_request_and_searched_once(world) {
        for (list, most) in [
            ("referrals(first: 1) { totalCount }", 20),
            ("cases(text: \"a\", first: 1) { totalCount }", 1),
            ("referrals(filter: { text: \"a\" }, first: 1) { totalCount }", 1),
            ("services(text: \"a\", first: 1) { nodes { id } }", 1),
        ] {
            ask(world, "inspector", &times(most, list)).await.granted();
            if most < 20 {
                is_too_dear(&ask(world, "inspector", &times(most + 1, list)).await, list);
            }
        }
        // However long its page, a list is counted once.
        let whole = "{ referrals(first: 100) { totalCount nodes { id } } cases(text: \"a\", first: 100) { totalCount nodes { id } } }";
        ask(world, "inspector", whole).await.granted();
    }

    async fn a_fragment_costs_at_each_of_its_spreads_what_it_does(world) {
        let spread = |number: usize| {
            let lists = times(number, "cases(text: \"a\", first: 1) { ...C }");
            format!("{lists} fragment C on CaseConnection {{ totalCount }}")
        };
        ask(world, "inspector", &spread(1)).await.granted();
        is_too_dear(&ask(world, "inspector", &spread(2)).await, "a fragment");
        // What a variable says to search for counts as well.
        let by_variable = times(2, "cases(text: $t, first: 1) { totalCount }").replacen('{', "query($t: String) {", 1);
        let inspector = world.as_person("inspector");
        is_too_dear(&inspector.query(&by_variable, json!({ "t": "a" })).await, "a variable");
        inspector.query(&by_variable, json!({ "t": null })).await.granted();
    }

    async fn the_schema_is_asked_for_a_few_times_in_a_document_and_no_more(world) {
        for question in ["__schema { queryType { name } }", "__type(name: \"Referral\") { name }"] {
            ask(world, "nps-officer", &times(4, question)).await.granted();
            is_too_dear(&ask(world, "nps-officer", &times(5, question)).await, question);
        }
        let spread = "{ ...Q ...Q ...Q } fragment Q on Query { a: __schema { queryType { name } } b: __schema { queryType { name } } }";
        is_too_dear(&ask(world, "nps-officer", spread).await, "a fragment");
    }
}
