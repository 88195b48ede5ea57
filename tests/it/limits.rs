//! What a document may cost: whatever asks for too much is refused at once, before anything walks it.

use std::time::{Duration, Instant};

use api::error::Code;
use api::graphql::limits::{Limits, Rejection, admit, trim_errors};
use async_graphql::parser::types::{ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Response, ServerError};
use proptest::prelude::*;
use serde_json::json;

use crate::people::Answer;
use crate::scenario;
use crate::world::World;

/// The query by which tools read a schema.
const INTROSPECTION: &str = include_str!("introspection.graphql");

/// How long a refusal may take, on a machine that does other things beside.
const AT_ONCE: Duration = Duration::from_millis(500);

#[track_caller]
fn refused(query: &str) -> Rejection {
    let start = Instant::now();
    let begin: String = query.chars().take(200).collect();
    let rejection = admit(query, &Limits::default()).err().unwrap_or_else(|| panic!("allowed: {begin}"));
    assert!(start.elapsed() < AT_ONCE, "{:?}: {begin}", start.elapsed());
    rejection
}

#[track_caller]
fn allowed(query: &str) {
    let begin: String = query.chars().take(200).collect();
    admit(query, &Limits::default()).unwrap_or_else(|rejection| panic!("{rejection:?}: {begin}"));
}

#[track_caller]
fn exceeds(query: &str, part: &str) {
    let rejection = refused(query);
    assert_eq!(rejection.code, Code::LimitExceeded, "{rejection:?}");
    assert!(rejection.message.contains(part), "{rejection:?}");
}

#[track_caller]
fn wrong(query: &str, part: &str) -> Rejection {
    let rejection = refused(query);
    assert_eq!(rejection.code, Code::BadUserInput, "{rejection:?}");
    assert!(rejection.message.contains(part), "{rejection:?}");
    rejection
}

fn many(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(" ")
}

/// Fields within one another.
fn deep(count: usize) -> String {
    format!("{}a{}", "{a".repeat(count - 1) + "{", "}".repeat(count))
}

/// Fragments that each spread the next one, the last of which has a field.
fn chain(count: usize) -> String {
    let fragments = many(count, |place| format!("fragment F{place} on Q {{ ...F{} }}", place + 1));
    format!("{{ ...F0 }} {fragments} fragment F{count} on Q {{ a }}")
}

/// Fragments that each spread the next one three times: a few hundred bytes that mean millions of fields.
fn bomb(count: usize, of: &str, selection: impl Fn(usize) -> String) -> String {
    let fragment =
        |place: usize| format!("fragment F{place} on {of} {{ {} }}", selection(place + 1).repeat(3));
    format!("{} fragment F{count} on {of} {{ __typename }}", many(count, fragment))
}

/// Bombs that are lit.
fn bombs() -> Vec<String> {
    let flat = bomb(20, "Query", |next| format!("...F{next} "));
    let nested = bomb(9, "Charge", |next| format!("reverses {{ ...F{next} }} "));
    vec![format!("{{ ...F0 }} {flat}"), format!("{{ charges {{ nodes {{ ...F0 }} }} }} {nested}")]
}

/// Bombs that nobody lights: they mean nothing, but whoever validates may walk them.
fn duds() -> Vec<String> {
    let flat = bomb(30, "Query", |next| format!("...F{next} "));
    let nested = bomb(25, "Charge", |next| format!("reverses {{ ...F{next} }} "));
    let conditional = bomb(30, "Charge", |next| format!("... @include(if: true) {{ ...F{next} }} "));
    [flat, nested, conditional].map(|bomb| format!("{{ me {{ roles }} }} {bomb}")).to_vec()
}

#[test]
fn the_introspection_of_tools_is_within_the_limits() {
    allowed(INTROSPECTION);
}

#[test]
fn each_limit_allows_what_it_says_and_not_one_more() {
    allowed(&deep(12));
    exceeds(&deep(13), "more than 12 fields within");
    let aliases = |count| format!("{{ a {{ {} }} }}", many(count, |place| format!("a{place}: a")));
    allowed(&aliases(30));
    exceeds(&aliases(31), "The query has more than 30 aliases. Ask for less, or in several requests.");
    allowed(&format!("{{ a {} }}", "@x ".repeat(50)));
    exceeds(&format!("{{ a {} }}", "@x ".repeat(51)), "50 directives");
    let x = "@x ".repeat(9);
    exceeds(
        &format!(
            "query($a: I {x}) {x} {{ a {x} ...F {x} ... on Q {x} {{ a }} }} fragment F on Q {x} {{ a }}"
        ),
        "50 directives",
    );
    let wide = |count| format!("{{ {} }}", many(count, |_| "a".to_owned()));
    allowed(&wide(20));
    exceeds(&wide(21), "20 fields at the top");
    let spread = format!("{{ ...F ...F ... on Q {{ ...F }} }} fragment F on Q {}", wide(7));
    exceeds(&spread, "20 fields at the top");
    allowed(&format!("{{ a {} }}", wide(1995)));
    exceeds(&format!("{{ a {} }}", wide(1996)), "2000 tokens");
    let spreads = many(40, |_| "...F".to_owned());
    exceeds(&format!("{{ a {{ {spreads} }} }} fragment F on A {}", wide(50)), "2000 fields once");
    let operations = many(50, |place| format!("query q{place} {{ a {{ ...F }} }}"));
    exceeds(&format!("{operations} fragment F on A {}", wide(50)), "2000 fields once");
}

#[test]
fn depth_counts_through_fragments_but_not_for_introspection() {
    let within = "{ a { a { a { a { a { a { ...F } } } } } } }";
    allowed(&format!("{within} fragment F on A {{ a {{ a {{ a {{ a {{ a {{ a }} }} }} }} }} }}"));
    exceeds(
        &format!("{within} fragment F on A {{ a {{ a {{ a {{ a {{ a {{ a {{ a }} }} }} }} }} }} }}"),
        "12 fields within",
    );
    let types = |count: usize| "ofType { ".repeat(count) + "name " + &"}".repeat(count);
    allowed(&format!("{{ __schema {{ types {{ {} }} }} }}", types(14)));
    exceeds(
        &format!("{{ __type(name: \"a\") {{ ...F }} }} fragment F on __Type {{ {} }}", types(19)),
        "introspection",
    );
    exceeds(
        "{ ...Q } fragment Q on Q { __schema { types { ...T } } }
         fragment T on __Type { fields { type { fields { type { fields { name } } } } } }",
        "lists of introspection",
    );
    // An ordinary field may have such a name.
    allowed("{ fields { interfaces { possibleTypes { inputFields { a } } } } }");
}

#[test]
fn fragments_that_multiply_are_refused_at_once() {
    for bomb in bombs() {
        exceeds(&bomb, "");
    }
    for dud in duds() {
        let start = Instant::now();
        let _ = admit(&dud, &Limits::default());
        assert!(start.elapsed() < AT_ONCE, "{:?}: {dud}", start.elapsed());
    }
}

#[test]
fn nesting_is_bounded_whatever_it_is_made_of() {
    allowed(&format!("{{{} a {}}}", "... {".repeat(32), "}".repeat(32)));
    exceeds(&format!("{{{} a {}}}", "... {".repeat(33), "}".repeat(33)), "nested more than 32");
    allowed(&chain(31));
    exceeds(&chain(32), "nested more than 32");
    exceeds(&chain(150), "nested more than 32");
    exceeds(&chain(150).replacen("{ ...F0 }", "{ a }", 1), "nested");
    for (open, close) in [("[", "]"), ("{ a: ", "}")] {
        allowed(&format!("{{ a(a: {}1{}) }}", open.repeat(62), close.repeat(62)));
        exceeds(&format!("{{ a(a: {}1{}) }}", open.repeat(63), close.repeat(63)), "64 brackets");
        exceeds(&format!("{{ a(a: {}", open.repeat(60_000 / open.len())), "64 brackets");
    }
    exceeds(&format!("query($a: {}I{}) {{ a }}", "[".repeat(70), "]".repeat(70)), "64 brackets");
    exceeds(&"{a".repeat(30_000), "64 brackets");
    // What the scan took for a string, the parser might not.
    wrong(&format!("{{a(a:[\"\"\"x\" {}", "[".repeat(60_000)), "Syntax error at line 1, column 7.");
    exceeds(&format!("{{a(a:[\"\\\"\" {}", "[".repeat(60_000)), "64 brackets");
}

#[test]
fn the_parser_bears_what_the_scan_lets_through() {
    // Half of what a thread of the server has, in a build without optimisation.
    let narrow = std::thread::Builder::new().stack_size(1 << 20).spawn(|| {
        allowed(&format!("{{ a(a: {}1{}) }}", "[".repeat(62), "]".repeat(62)));
        allowed(&format!("{{ a(a: {}1{}) }}", "{a:".repeat(62), "}".repeat(62)));
        allowed(&format!("query($a: {}I{}) {{ a }}", "[".repeat(62), "]".repeat(62)));
        exceeds(&deep(64), "");
    });
    narrow.expect("a thread").join().expect("no overflow");
}

#[test]
fn tokens_are_counted_as_the_parser_sees_them() {
    for glued in ["0", "true", "nullfalse", "\"\" ", "1-1"] {
        exceeds(&format!("{{ a(a: [{}]) }}", glued.repeat(5000)), "2000 tokens");
    }
    // Comments and strings are as long as they like.
    let comment = "[ {".repeat(2000);
    let block = "{[ \\\"\"\" \"\" \n".repeat(2000);
    let string = "[\\\" \\\\ ".repeat(2000);
    allowed(&format!("#{comment}\r{{ a(a: \"\"\"{block}\"\"\",, b: \"{string}\") }}"));
}

#[test]
fn a_fragment_that_contains_itself_is_refused() {
    wrong("{ ...A } fragment A on Q { ...A }", "contains itself");
    wrong(
        "{ ...A } fragment A on Q { a { ...B } } fragment B on Q { a { ... on Q { ...A } } }",
        "contains itself",
    );
    wrong("{ a } fragment A on Q { ...B } fragment B on Q { ...A }", "contains itself");
    allowed("{ ...A ...Nothing } fragment A on Q { a ...B ...B } fragment B on Q { a }");
}

#[test]
fn a_document_has_a_length_of_its_own() {
    let comment = |bytes: usize| format!("{{ me }} #{}", "x".repeat(bytes - 8));
    allowed(&comment(64 * 1024));
    exceeds(&comment(64 * 1024 + 1), "more than 65536 bytes");
}

#[test]
fn a_syntax_error_says_where_and_repeats_nothing() {
    let rejection = wrong("{a\n  b(}", "Syntax error at line 2, column 5.");
    assert_eq!(rejection.at.map(|at| (at.line, at.column)), Some((2, 5)));
    for (query, part) in [
        ("", "Syntax error at line 1, column 1."),
        ("{é \"ö", "column 4"),
        ("{é a}", "column 2"),
        ("{a(a:\"x\ny\")}", "line 1, column 6"),
        ("query{a} query{a}", "several operations"),
        ("query a{a} query{a}", "several operations"),
        ("query a{a} query a{a}", "two operations"),
        ("{a} fragment A on Q{a} fragment A on Q{a}", "two fragments"),
        ("fragment A on Q{a}", "no operation"),
    ] {
        wrong(query, part);
    }
    assert!(!refused("{ secret(").message.contains("secret"));
}

#[test]
fn a_mutation_names_a_field_once() {
    wrong("mutation { a a }", "twice");
    wrong("mutation { a ...F } fragment F on M { ...G } fragment G on M { a }", "twice");
    wrong("mutation { a: b ... on M { a: c } }", "twice");
    allowed("mutation { x: a y: a }");
    allowed("{ a a }");
}

#[test]
fn the_list_of_errors_and_each_message_is_cut() {
    let limits = Limits::default();
    let error = |place: usize| ServerError::new("é".repeat(place * 10), None);
    let mut many = Response::from_errors((0..500).map(error).collect());
    trim_errors(&mut many, &limits);
    assert_eq!(many.errors.len(), 100);
    assert_eq!(many.errors[99].message, "401 more errors are not listed.");
    assert!(many.errors.iter().all(|error| error.message.chars().count() <= 1001));
    let mut few = Response::from_errors((0..100).map(|_| ServerError::new("x", None)).collect());
    trim_errors(&mut few, &limits);
    assert_eq!(few.errors[99].message, "x");
}

/// How many brackets lie within one another in what was parsed.
fn brackets(document: &ExecutableDocument) -> usize {
    let sets = document.operations.iter().map(|(_, operation)| of_set(&operation.node.selection_set.node));
    sets.max().unwrap_or(0)
}

fn of_set(set: &SelectionSet) -> usize {
    let of = |selection: &Selection| match selection {
        Selection::Field(field) => {
            let values = field.node.arguments.iter().map(|(_, value)| of_value(&value.node.to_string()));
            of_set(&field.node.selection_set.node).max(values.max().unwrap_or(0))
        }
        Selection::InlineFragment(inline) => of_set(&inline.node.selection_set.node),
        Selection::FragmentSpread(_) => 0,
    };
    set.items.iter().map(|item| 1 + of(&item.node)).max().unwrap_or(0)
}

fn of_value(text: &str) -> usize {
    let (mut open, mut most, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '[' | '{' if !quoted => open += 1,
            ']' | '}' if !quoted => open -= 1,
            _ => {}
        }
        most = most.max(open);
    }
    most
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5000))]

    #[test]
    fn nothing_deep_slips_past_the_scan(pieces in prop::collection::vec(prop::sample::select(vec![
        "\"", "\"\"\"", "\\", "\n", "\r", "#", " ", "a", "1", "true", "{a:1}", "[", "]", "{", "}", "\\\"", "\\\"\"\"", "é",
        "\\u00e9", "$a", "DEEP",
    ]), 0..12)) {
        let deep = format!("{}{}", "[".repeat(70), "]".repeat(70));
        let query = format!("{{a(x:[{}])}}", pieces.concat().replace("DEEP", &deep));
        if let Ok(document) = admit(&query, &Limits::default()) {
            prop_assert!(brackets(&document) <= 65, "{query}");
        }
    }

    #[test]
    fn no_document_makes_it_panic(query in "[{}()\\[\\]a.:$@!\"#\\\\\n é0-9-]{0,60}") {
        let _ = admit(&query, &Limits::default());
    }
}

async fn ask(world: &World, query: &str) -> Answer {
    let request =
        world.client.post(world.url("/graphql")).bearer_auth(world.as_person("nps-officer").token().await);
    let request = request.header("accept", "application/graphql-response+json");
    Answer::of(request.json(&json!({ "query": query }))).await
}

scenario! {
    async fn tools_read_the_schema(world) {
        let answer = ask(world, INTROSPECTION).await;
        assert_eq!((answer.status, answer.error_codes()), (200, vec![]));
        assert!(answer.list("/__schema/types").len() > 100);
    }

    async fn what_asks_for_too_much_is_refused_at_once_and_the_next_is_answered(world) {
        let wide = many(500, |_| "me { person { name } }".to_owned());
        let aliased = many(40, |place| format!("a{place}: services(first: 100) {{ nodes {{ name }} }}"));
        let nodes = "organisations(first: 100) { nodes { ldus { nodes { name } } } }";
        let people = "people(first: 100) { nodes { organisation { name } } }";
        let mut documents = bombs();
        documents.extend([
            deep(13), deep(40), "{a".repeat(30_000), "{".repeat(60_000), "[".repeat(60_000), "{".repeat(500_000), chain(150),
            format!("{{ {wide} }}"), format!("{{ {aliased} }}"), format!("{{ me {{ roles {} }} }}", "@skip(if: false) ".repeat(60)),
            format!("{{ {} }}", many(30, |_| format!("{nodes} {people}"))),
            format!("{{ organisations(first: {}1{}) {{ totalCount }} }}", "[".repeat(70), "]".repeat(70)),
            "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }".to_owned(),
        ]);
        for document in documents {
            let begin: String = document.chars().take(100).collect();
            let start = Instant::now();
            let answer = ask(world, &document).await;
            assert!(start.elapsed() < 4 * AT_ONCE, "{:?}: {begin}", start.elapsed());
            assert_eq!((answer.status, answer.error_codes()), (400, vec!["LIMIT_EXCEEDED"]), "{begin}: {answer:?}");
            assert!(answer.body.get("data").is_none(), "{begin}");
        }
        ask(world, "{ me { roles } }").await.granted();
    }

    async fn a_fragment_that_nobody_spreads_costs_nothing_either(world) {
        for dud in duds() {
            let start = Instant::now();
            let answer = ask(world, &dud).await;
            assert!(start.elapsed() < 4 * AT_ONCE, "{:?}: {dud}", start.elapsed());
            assert_eq!(answer.status, 400, "{answer:?}");
        }
    }

    async fn a_document_with_a_thousand_mistakes_is_answered_shortly(world) {
        let answer = ask(world, &format!("{{ me {{ {} }} }}", "x ".repeat(1900))).await;
        let errors = answer.error_codes();
        assert_eq!((answer.status, errors.len(), errors[99]), (400, 100, "LIMIT_EXCEEDED"));
        assert!(errors[..99].iter().all(|code| *code == "BAD_USER_INPUT"));
        assert!(!answer.body.to_string().contains("Did you mean"), "{answer:?}");
    }
}

scenario! {
    async fn the_rows_of_a_page_multiply_what_lies_within_them(world) {
        let screen = |first: usize| format!(
            "{{ referrals(first: {first}) {{ nodes {{ ...R }} }} }} fragment R on Referral {{
                reference case {{ crn referrals {{ nodes {{ ...S }} }} }} }}
             fragment S on Referral {{ reference sessions {{ nodes {{ ...T attendanceHistory {{ nodes {{ outcome recordedBy {{ name }} }} }} }} }} }}
             fragment T on Session {{ changes {{ nodes {{ oldStartsAt newStartsAt reason changedBy {{ name }} }} }} startsAt endsAt venue status number feedbackHistory {{ nodes {{ whatWasDone response }} }} }}"
        );
        ask(world, &screen(5)).await.granted();
        let answer = ask(world, &screen(100)).await;
        assert_eq!((answer.status, answer.error_codes()), (400, vec!["LIMIT_EXCEEDED"]), "{answer:?}");
        assert!(answer.body["errors"][0]["message"].as_str().is_some_and(|said| said.contains("costs")), "{answer:?}");
        // What a variable says counts as if it were written; what is too many is refused as ever.
        let by_variable = screen(1).replace("{ referrals(first: 1)", "query($n: Int = 100) { referrals(first: $n)");
        assert_eq!(ask(world, &by_variable).await.error_codes(), ["LIMIT_EXCEEDED"]);
        let nps = world.as_person("nps-officer");
        nps.query(&by_variable, json!({ "n": 1 })).await.granted();
        assert_eq!(nps.query(&by_variable, json!({ "n": 100 })).await.error_codes(), ["LIMIT_EXCEEDED"]);
        assert_eq!(ask(world, "{ cases(first: 1000) { nodes { crn } } }").await.error_codes(), ["BAD_USER_INPUT"]);
    }

    async fn things_named_by_many_identifiers_cost_as_many_times(world) {
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Case { referrals { nodes { sessions { nodes { attendanceHistory { nodes {
            outcome lateMinutes lateReason absenceNote contactAttempts createdAt } } feedbackHistory { nodes { response concerns } } } } } } } } }";
        let one = json!({ "ids": ["case_01h455vb4pex5vsknk084sn02q"] });
        let many = json!({ "ids": vec!["case_01h455vb4pex5vsknk084sn02q"; 100] });
        let officer = world.as_person("nps-officer");
        officer.query(document, one).await.granted();
        assert_eq!(officer.query(document, many).await.error_codes(), ["LIMIT_EXCEEDED"]);
    }
}
