//! GraphQL over HTTP, as clients and proxies meet it: methods, types, statuses, headers and forms.

use entity::audit_event;
use reqwest::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use reqwest::{Method, RequestBuilder};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::scenario;
use crate::world::{System, World};

/// The type whose status says how the operation went.
const GRAPHQL: &str = "application/graphql-response+json";
/// The type whose readers take every status but 200 for a failure of the network.
const JSON: &str = "application/json";

/// Every code that an answer can have.
const CODES: [&str; 8] = [
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "NOT_FOUND",
    "CONFLICT",
    "BAD_USER_INPUT",
    "LIMIT_EXCEEDED",
    "UNAVAILABLE",
    "INTERNAL",
];

/// An organisation that nobody has.
const ADD: &str =
    "mutation { addOrganisation(input: { kind: PROVIDER, name: \"Nobody’s\" }) { organisation { id } } }";

/// A request of the system administrator, who may change something with few words.
async fn request(world: &World, method: Method, path: &str) -> RequestBuilder {
    let token = world.as_person("system-admin").token().await;
    world.client.request(method, world.url(path)).bearer_auth(token)
}

async fn answer(request: RequestBuilder) -> Answer {
    let answer = Answer::of(request).await;
    let codes = answer.error_codes();
    assert!(codes.iter().all(|code| CODES.contains(code)), "{answer:?}");
    answer
}

async fn post(world: &World, accept: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = request(world, Method::POST, "/graphql").await;
    answer(request.header(ACCEPT, accept).header(CONTENT_TYPE, JSON).body(body)).await
}

async fn ask(world: &World, body: Value) -> Answer {
    post(world, GRAPHQL, body.to_string()).await
}

async fn get(world: &World, query: &str) -> Answer {
    let query = query.replace('{', "%7B").replace('}', "%7D").replace('"', "%22").replace(' ', "%20");
    let request = request(world, Method::GET, &format!("/graphql?{query}")).await;
    answer(request.header(ACCEPT, GRAPHQL)).await
}

fn type_of(answer: &Answer) -> &str {
    answer.headers[CONTENT_TYPE].to_str().expect("a content type")
}

fn message(answer: &Answer) -> &str {
    answer.body["errors"][0]["message"].as_str().unwrap_or_default()
}

/// The status and the code of an answer that has no data at all, not even null.
#[track_caller]
fn without_data(answer: &Answer) -> (u16, Vec<&str>) {
    assert!(answer.body.get("data").is_none(), "{answer:?}");
    (answer.status, answer.error_codes())
}

async fn changes(world: &World) -> u64 {
    audit_event::Entity::find().count(&world.database).await.expect("a number")
}

scenario! {
    async fn an_answer_has_data_exactly_if_execution_began(world) {
        for accept in [GRAPHQL, JSON] {
            let fine = post(world, accept, json!({ "query": "{ me { roles } }" }).to_string()).await;
            assert_eq!((fine.status, fine.error_codes()), (200, vec![]));
            assert_eq!(fine.body, json!({ "data": { "me": { "roles": ["SYSTEM_ADMINISTRATOR"] } } }));
            // A field that must not be null failed: the null spreads up to the root.
            let failed = post(world, accept, json!({ "query": "{ organisations(first: 101) { totalCount } }" }).to_string()).await;
            assert_eq!((failed.status, failed.error_codes()), (200, vec!["BAD_USER_INPUT"]));
            assert_eq!(failed.body.get("data"), Some(&Value::Null));
            for refused in [
                "{", "", "{ nothing }", "{ me }", "{ me { roles } } query B { me { roles } }", "query($i: Int!) { me { roles } }",
                "{ me { roles { name } } }", "{ me { ...X } }", "subscription { ticks }", "type Query { me: Me }",
                "{ organisations(first: \"two\") { totalCount } }", "{ organisations(kind: WHALE) { totalCount } }",
                "query($k: Whale) { organisations(kind: $k) { totalCount } }", "{ organisation { id } }",
                "fragment F on Query { me { roles } }", "\u{feff}\u{0}{", "{ me(id: 1) { roles } }", "query Q($a: Int, $a: Int) { me { roles } }",
            ] {
                let refused_by = post(world, accept, json!({ "query": refused }).to_string()).await;
                let (status, codes) = without_data(&refused_by);
                assert_eq!(status, if accept == GRAPHQL { 400 } else { 200 }, "{refused}: {refused_by:?}");
                assert!(!codes.is_empty() && codes.iter().all(|code| *code == "BAD_USER_INPUT"), "{refused}: {refused_by:?}");
            }
        }
    }

    async fn a_nullable_field_that_fails_is_null_beside_its_siblings(world) {
        let query = "{ a: organisation(id: \"org_00000000000000000000000000\") { name } me { roles }
            b: node(id: \"nonsense\") { id } nodes(ids: [\"nonsense\"]) { id } c: service(id: \"nonsense\") { id } }";
        let mixed = ask(world, json!({ "query": query })).await;
        assert_eq!(mixed.status, 200);
        let data = json!({ "a": null, "me": { "roles": ["SYSTEM_ADMINISTRATOR"] }, "b": null, "nodes": [null], "c": null });
        assert_eq!(mixed.body["data"], data, "{mixed:?}");
        // In which order errors stand is nobody's promise.
        let mut codes = mixed.error_codes();
        codes.sort_unstable();
        assert_eq!(codes, ["BAD_USER_INPUT", "NOT_FOUND", "NOT_FOUND"]);
        let mut paths: Vec<_> = mixed.body["errors"].as_array().expect("errors").iter().map(|error| error["path"].to_string()).collect();
        paths.sort();
        assert_eq!(paths, ["[\"a\"]", "[\"b\"]", "[\"c\"]"]);
        assert!(mixed.body["errors"][0]["locations"][0]["line"].is_number(), "{mixed:?}");
    }

    async fn fields_are_answered_in_the_order_in_which_they_are_asked_for(world) {
        let query = "{ z: organisations(first: 3) { totalCount nodes { name kind ldus { nodes { name } } id } } a: me { roles
            person { name organisation { name id } } } m: services(first: 2) { nodes { provider { name } name } }
            b: organisations(first: 1) { nodes { id } } c: me { roles } __typename }";
        let request = request(world, Method::POST, "/graphql").await.json(&json!({ "query": query }));
        let text = request.send().await.expect("a response").text().await.expect("a body");
        let places = |names: &[&str]| {
            let place = |name: &&str| text.find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("no {name} in {text}"));
            names.iter().map(place).collect::<Vec<_>>()
        };
        assert!(text.starts_with("{\"data\":{\"z\":{\"totalCount\":"), "{text}");
        assert!(places(&["z", "a", "m", "b", "c", "__typename"]).is_sorted(), "{text}");
        assert!(places(&["nodes", "name", "kind", "ldus", "id", "roles", "person", "organisation", "provider"]).is_sorted(), "{text}");
    }

    async fn the_answer_is_in_a_type_that_the_caller_reads(world) {
        let body = || json!({ "query": "{ me { roles } }" });
        let bare = answer(request(world, Method::POST, "/graphql").await.json(&body())).await;
        assert_eq!(type_of(&bare), "application/json; charset=utf-8");
        for (accept, kind) in [
            ("*/*", JSON), ("application/*", JSON), (JSON, JSON), ("application/json; charset=utf-8", JSON),
            ("text/html, */*;q=0.1", JSON), ("APPLICATION/JSON", JSON),
            ("application/json, application/graphql-response+json;q=0.9", JSON),
            (GRAPHQL, GRAPHQL), ("application/json, application/graphql-response+json", GRAPHQL),
            ("application/json;q=0.5, */*", GRAPHQL), ("application/json;q=0.9,application/graphql-response+json", GRAPHQL),
            ("multipart/mixed;deferSpec=20220824, application/graphql-response+json", GRAPHQL),
        ] {
            let read = post(world, accept, body().to_string()).await;
            assert_eq!((read.status, type_of(&read)), (200, format!("{kind}; charset=utf-8").as_str()), "{accept}");
        }
        let before = changes(world).await;
        for accept in ["text/html", "image/*", "application/xml", "application/json;q=0", "*/*;q=0"] {
            let refused = post(world, accept, json!({ "query": ADD }).to_string()).await;
            assert_eq!(without_data(&refused), (406, vec!["BAD_USER_INPUT"]), "{accept}");
        }
        assert_eq!(changes(world).await, before);
    }

    async fn only_json_is_read(world) {
        let before = changes(world).await;
        let body = json!({ "query": ADD }).to_string();
        for kind in [
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql",
            "application/json; charset=latin1", "application/jsonx", "application/graphql-response+json", "",
        ] {
            let sent = request(world, Method::POST, "/graphql").await.header(CONTENT_TYPE, kind).body(body.clone());
            assert_eq!(without_data(&answer(sent).await), (415, vec!["BAD_USER_INPUT"]), "{kind}");
        }
        let bare = request(world, Method::POST, "/graphql").await.body(body);
        assert_eq!(without_data(&answer(bare).await), (415, vec!["BAD_USER_INPUT"]));
        // A second type, or a compressed body, whether it is one or only said to be.
        for (name, value) in [("content-type", "text/plain"), ("content-type", JSON), ("content-encoding", "gzip"), ("content-encoding", "br")] {
            let sent = request(world, Method::POST, "/graphql").await.header(CONTENT_TYPE, JSON).header(name, value);
            assert_eq!(without_data(&answer(sent.body(json!({ "query": ADD }).to_string())).await), (415, vec!["BAD_USER_INPUT"]), "{value}");
        }
        assert_eq!(changes(world).await, before);
        for kind in ["Application/JSON", "application/json; charset=utf-8", "application/json ; Charset=\"UTF-8\""] {
            let sent = request(world, Method::POST, "/graphql").await.header(CONTENT_TYPE, kind);
            assert_eq!(answer(sent.body(json!({ "query": "{ me { roles } }" }).to_string())).await.status, 200, "{kind}");
        }
    }

    async fn get_reads_and_never_changes(world) {
        let read = get(world, "query={me{roles}}&operationName=&variables=&extensions=&other=1").await;
        assert_eq!((read.status, read.error_codes()), (200, vec![]));
        let read = get(world, "query=query($t:String){services(text:$t){totalCount}}&variables={\"t\":\"caf%C3%A9 %2B\"}").await;
        assert_eq!((read.status, read.error_codes()), (200, vec![]));
        let before = changes(world).await;
        let two = format!("query A {{ me {{ roles }} }} {}", ADD.replace("mutation", "mutation B"));
        for query in [format!("query={ADD}"), format!("query={two}&operationName=B")] {
            let refused = get(world, &query).await;
            assert_eq!(without_data(&refused), (405, vec!["BAD_USER_INPUT"]), "{query}");
            assert_eq!(refused.headers[ALLOW], "POST");
        }
        assert_eq!(changes(world).await, before);
        assert_eq!(get(world, &format!("query={two}&operationName=A")).await.status, 200);
        for query in [
            "", "query=", "query={me{roles}}&query={me{roles}}", "query={me{roles}}&variables=[]", "query={me{roles}}&variables=x",
            "query={me{roles}}&extensions=1", "query={me{roles}}&variables={}&variables={}", "query=%FF", "query=%",
        ] {
            assert_eq!(without_data(&get(world, query).await), (400, vec!["BAD_USER_INPUT"]), "{query}");
        }
    }

    async fn other_methods_are_refused(world) {
        for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let sent = request(world, method.clone(), "/graphql").await.json(&json!({ "query": ADD }));
            let refused = answer(sent).await;
            assert_eq!(without_data(&refused), (405, vec!["BAD_USER_INPUT"]), "{method}");
            assert_eq!(refused.headers[ALLOW], "GET, POST");
        }
        let head = request(world, Method::HEAD, "/graphql?query=%7Bme%7Broles%7D%7D").await;
        let head = head.send().await.expect("a response");
        assert_eq!((head.status().as_u16(), &head.headers()[ALLOW]), (405, &"GET, POST".parse().expect("a header")));
    }

    async fn one_request_holds_one_operation(world) {
        let before = changes(world).await;
        let one = json!({ "query": ADD });
        for batch in [json!([]), json!([one]), json!([one, one]), json!(["{ me { roles } }", null, {}, null])] {
            let refused = ask(world, batch).await;
            assert_eq!(without_data(&refused), (400, vec!["BAD_USER_INPUT"]));
            assert!(message(&refused).starts_with("Send one operation in a request"), "{refused:?}");
        }
        assert_eq!(changes(world).await, before);
    }

    async fn a_malformed_body_is_refused_with_what_is_wrong(world) {
        let deep = format!(r#"{{"query":"{{me{{roles}}}}","variables":{{"a":{}1{}}}}}"#, "[".repeat(5000), "]".repeat(5000));
        for (body, said) in [
            ("", "The body ends before its JSON does."),
            ("{\"query\":", "The body ends before its JSON does."),
            ("{\n\"query\" 1}", "The body is not JSON: see line 2, column 9."),
            ("{}{}", "The body is not JSON: see line 1, column 3."),
            (deep.as_str(), "The body is not JSON"),
            (r#"{"query":"\ud800"}"#, "The body is not JSON"),
            ("3", "The body must be a JSON object"),
            ("\"{ me { roles } }\"", "The body must be a JSON object"),
            ("null", "The body must be a JSON object"),
            ("{}", "\"query\" must be a string."),
            (r#"{"query":null}"#, "\"query\" must be a string."),
            (r#"{"query":["{me{roles}}"]}"#, "\"query\" must be a string."),
            (r#"{"query":"{me{roles}}","variables":[]}"#, "\"variables\" must be an object or null."),
            (r#"{"query":"{me{roles}}","variables":"{}"}"#, "\"variables\" must be an object or null."),
            (r#"{"query":"{me{roles}}","extensions":0}"#, "\"extensions\" must be an object or null."),
            (r#"{"query":"{me{roles}}","operationName":{}}"#, "\"operationName\" must be a string or null."),
            (r#"{"query":"{me{roles}}","query":"{me{roles}}"}"#, "The body has a member twice."),
        ] {
            let refused = post(world, GRAPHQL, body.to_owned()).await;
            assert_eq!(without_data(&refused), (400, vec!["BAD_USER_INPUT"]), "{body}");
            assert!(message(&refused).starts_with(said), "{body}: {refused:?}");
        }
        for bytes in [&b"{\"query\":\"\xff\"}"[..], b"\xff\xfe{\x00", b"\x1f\x8b\x08"] {
            assert_eq!(without_data(&post(world, GRAPHQL, bytes.to_vec()).await), (400, vec!["BAD_USER_INPUT"]));
        }
        let lenient = r#" {"query":"{me{roles}}","variables":null,"extensions":null,"operationName":null,"x":[1]} "#;
        assert_eq!(post(world, GRAPHQL, lenient).await.status, 200);
    }

    async fn the_operation_is_picked_by_its_name(world) {
        let two = "query A { me { roles } } query B { me { organisation { kind } } }";
        let picked = ask(world, json!({ "query": two, "operationName": "B" })).await;
        assert_eq!(picked.body["data"], json!({ "me": { "organisation": { "kind": "OPERATOR" } } }));
        for name in [json!(null), json!("C"), json!(""), json!("a")] {
            let refused = ask(world, json!({ "query": two, "operationName": name })).await;
            assert_eq!(without_data(&refused), (400, vec!["BAD_USER_INPUT"]), "{name}");
        }
        let one = "query A { me { roles } }";
        assert_eq!(ask(world, json!({ "query": one })).await.status, 200);
        assert_eq!(ask(world, json!({ "query": one, "operationName": "B" })).await.status, 400);
        // The roles are held against the operation that runs, not against the first one.
        let hidden = "query A { me { roles } } query B { auditEvents { totalCount } }";
        let refused = ask(world, json!({ "query": hidden, "operationName": "B" })).await;
        assert_eq!(refused.error_codes(), ["FORBIDDEN"]);
    }

    async fn variables_are_checked_before_anything_runs(world) {
        let query = "query($ids: [ID!]!, $first: Int = 1) { nodes(ids: $ids) { id } organisations(first: $first) { totalCount } }";
        for (variables, status) in [
            (json!({}), 400), (json!({ "ids": null }), 400), (json!({ "ids": [null] }), 400), (json!({ "ids": [] }), 200),
            (json!({ "ids": "org_x" }), 200), (json!({ "ids": [], "first": "1" }), 400), (json!({ "ids": [], "first": 1.5 }), 400),
            (json!({ "ids": [], "first": true }), 400), (json!({ "ids": [], "unknown": [[[]]] }), 200),
        ] {
            let got = ask(world, json!({ "query": query, "variables": variables })).await;
            assert_eq!(got.status, status, "{variables}: {got:?}");
            assert!(got.error_codes().iter().all(|code| *code == "BAD_USER_INPUT"), "{variables}: {got:?}");
        }
        // A number beyond the range of Int is the caller's mistake too.
        for first in [json!(2_147_483_648_u64), json!(-2_147_483_649_i64), json!(u64::MAX), json!(1e300)] {
            let variables = json!({ "ids": [], "first": first });
            let got = ask(world, json!({ "query": query, "variables": variables })).await;
            assert_eq!(got.error_codes(), ["BAD_USER_INPUT"], "{first}: {got:?}");
        }
    }

    async fn a_mutation_names_a_field_once(world) {
        let before = changes(world).await;
        let once = "addOrganisation(input: { kind: PROVIDER, name: \"Twice\" })";
        let twice = format!("mutation {{ {once} {{ organisation {{ id }} }} {once} {{ organisation {{ name }} }} }}");
        assert_eq!(without_data(&ask(world, json!({ "query": twice })).await), (400, vec!["BAD_USER_INPUT"]));
        assert_eq!(changes(world).await, before);
    }

    async fn what_is_too_long_is_refused_and_says_how_long_it_may_be(world) {
        let limits = &world.settings.limits;
        let padded = |bytes: usize| json!({ "query": "{ me { roles } }", "padding": "x".repeat(bytes) });
        let refused = ask(world, padded(limits.body_bytes)).await;
        assert_eq!(without_data(&refused), (413, vec!["LIMIT_EXCEEDED"]));
        assert!(message(&refused).contains(&format!("{} bytes", limits.body_bytes)), "{refused:?}");
        assert_eq!(ask(world, padded(limits.body_bytes - 100)).await.status, 200);
        let long = json!({ "query": format!("# {}\n{{ me {{ roles }} }}", "x".repeat(limits.query_bytes)) });
        let refused = ask(world, long).await;
        assert_eq!(without_data(&refused), (400, vec!["LIMIT_EXCEEDED"]));
        assert!(message(&refused).contains(&format!("{} bytes", limits.query_bytes)), "{refused:?}");
        let url = format!("/graphql?query=%7Bme%7Broles%7D%7D&variables={}", "x".repeat(60_000));
        let status = request(world, Method::GET, &url).await.send().await.expect("a response").status().as_u16();
        assert!((400..500).contains(&status), "{status}");
    }

    async fn a_request_id_is_echoed_if_it_is_plain_and_else_made_up(world) {
        let asked = |id: String| async move {
            let request = request(world, Method::POST, "/graphql").await.header("x-request-id", id);
            let answer = answer(request.json(&json!({ "query": "{ me { roles } }" }))).await;
            answer.headers["x-request-id"].to_str().expect("a word").to_owned()
        };
        for id in ["aZ_0-9".to_owned(), "a".repeat(64), "0192f0c1-2c4e-7d7a-9d3b-0123456789ab".to_owned()] {
            assert_eq!(asked(id.clone()).await, id);
        }
        let mut made = Vec::new();
        for id in ["", "a b", "a\"b", "a;b=c", "<script>", "../..", "%0d%0a"] {
            made.push(asked(id.to_owned()).await);
        }
        made.push(asked("a".repeat(65)).await);
        assert!(made.iter().all(|id| id.len() == 36), "{made:?}");
        made.sort();
        made.dedup();
        assert_eq!(made.len(), 8);
        // A refused request has one as well, and an act is recorded under it.
        let refused = world.client.post(world.url("/graphql")).header("x-request-id", "lost").send().await.expect("a response");
        assert_eq!(refused.headers()["x-request-id"], "lost");
        let act = request(world, Method::POST, "/graphql").await.header("x-request-id", "by-hand");
        answer(act.json(&json!({ "query": ADD }))).await.granted();
        let events = world.as_person("inspector").query("{ auditEvents(last: 1) { nodes { requestId } } auditEventsNewest: auditEvents(first: 1) { nodes { requestId } } }", json!({})).await.granted();
        let found = [events.text("/auditEvents/nodes/0/requestId"), events.text("/auditEventsNewest/nodes/0/requestId")];
        assert!(found.contains(&"by-hand"), "{events:?}");
    }

    async fn health_and_the_issuers_public_key_are_there_for_everybody(world) {
        let get = async |path: &str| {
            let response = world.client.get(world.url(path)).send().await.expect("a response");
            (response.status().as_u16(), response.text().await.expect("a body"))
        };
        assert_eq!(get("/health/live").await, (200, "{\"live\":true}".to_owned()));
        assert_eq!(get("/health/ready").await, (200, "{\"ready\":true}".to_owned()));
        let (status, page) = get("/").await;
        assert!(status == 200 && page.contains("/graphql"), "{page}");
        assert_eq!(get("/nowhere").await.0, 404);
        let (status, keys) = get("/.well-known/jwks.json").await;
        let keys: Value = serde_json::from_str(&keys).expect("JSON");
        assert_eq!((status, &keys), (200, world.issuer.jwks()));
        assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["alg"], &keys["keys"][0]["d"]), (&json!("OKP"), &json!("EdDSA"), &Value::Null));
        let post = world.client.post(world.url("/health/live")).send().await.expect("a response");
        assert!(post.status().is_client_error());
    }

    async fn a_long_answer_is_compressed_for_who_can_read_it(world) {
        let query = json!({ "query": "{ organisations(first: 100) { nodes { id name kind ldus { nodes { id name } } } } }" });
        let plain = request(world, Method::POST, "/graphql").await.json(&query).send().await.expect("a response");
        assert!(plain.headers().get("content-encoding").is_none());
        let plain = plain.bytes().await.expect("a body");
        let zipped = request(world, Method::POST, "/graphql").await.header("accept-encoding", "gzip").json(&query);
        let zipped = zipped.send().await.expect("a response");
        assert_eq!(zipped.headers()["content-encoding"], "gzip");
        assert!(zipped.headers()["vary"].to_str().expect("a word").to_lowercase().contains("accept-encoding"));
        let zipped = zipped.bytes().await.expect("a body");
        assert!(zipped.starts_with(&[0x1f, 0x8b]) && zipped.len() < plain.len(), "{} {}", zipped.len(), plain.len());
    }
}

#[tokio::test]
async fn variables_have_a_limit_of_their_own() {
    let world = World::with(System::Sqlite, |settings| settings.limits.variables_bytes = 1_000).await;
    let world = world.expect("SQLite is always there");
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let refused = ask(&world, json!({ "query": query, "variables": { "ids": vec!["org_x"; 150] } })).await;
    assert_eq!(without_data(&refused), (413, vec!["LIMIT_EXCEEDED"]));
    assert!(message(&refused).contains("1000 bytes"), "{refused:?}");
    world.end().await;
}
