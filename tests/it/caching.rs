//! Which answers clients may keep, and how they ask whether one still holds.

use std::collections::BTreeSet;

use api::http::caching::KEPT;
use async_graphql::parser::types::{BaseType, TypeKind};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::scenario;
use crate::sdl::Sdl;
use crate::world::World;

const GRAPHQL: &str = "application/graphql-response+json";

/// A question of the system administrator's, with GET.
async fn asking(world: &World, query: &str) -> RequestBuilder {
    let token = world.as_person("system-admin").token().await;
    let query = query.replace('{', "%7B").replace('}', "%7D").replace('"', "%22").replace(' ', "%20");
    world.client.get(world.url(&format!("/graphql?query={query}"))).bearer_auth(token).header(ACCEPT, GRAPHQL)
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("a response")
}

fn tag(response: &Response) -> String {
    response.headers()[ETAG].to_str().expect("a word").to_owned()
}

/// Asserts that the answer is told to be forgotten.
#[track_caller]
fn is_forgotten(response: &Response, of: &str) {
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store", "{of}");
    assert!(response.headers().get(ETAG).is_none(), "{of}");
}

const NAMES: &str = "{ organisations(first: 100) { nodes { name kind ldus { nodes { name } } } } }";

scenario! {
    async fn the_directory_may_be_kept_and_holds_until_it_changes(world) {
        let first = send(asking(world, NAMES).await).await;
        assert_eq!((first.status().as_u16(), &first.headers()[CACHE_CONTROL]), (200, &"private, no-cache".parse().expect("a header")));
        let vary: Vec<_> = first.headers().get_all(VARY).iter().map(|value| value.to_str().unwrap_or_default()).collect();
        let vary = vary.join(", ").to_lowercase();
        assert!(["authorization", "accept", "accept-encoding"].iter().all(|on| vary.split(", ").any(|word| word == *on)), "{vary}");
        let first_tag = tag(&first);
        assert!(first_tag.starts_with("W/\""), "{first_tag}");
        let bare = first_tag.trim_start_matches("W/").to_owned();
        for held in [first_tag.clone(), bare, format!("\"other\", {first_tag}"), "*".to_owned()] {
            let again = send(asking(world, NAMES).await.header(IF_NONE_MATCH, &held)).await;
            assert_eq!((again.status().as_u16(), tag(&again)), (304, first_tag.clone()), "{held}");
            assert_eq!(again.headers()[CACHE_CONTROL], "private, no-cache");
            assert!(again.headers().get(CONTENT_TYPE).is_none() && again.headers().contains_key("x-request-id"));
            assert!(again.headers()[VARY].to_str().is_ok_and(|vary| vary.contains("authorization")));
            assert_eq!(again.text().await.expect("a body"), "");
        }
        // Compressed it is the same answer, and in another type it is another.
        let zipped = send(asking(world, NAMES).await.header("accept-encoding", "gzip")).await;
        assert_eq!((&zipped.headers()["content-encoding"], tag(&zipped)), (&"gzip".parse().expect("a header"), first_tag.clone()));
        let token = world.as_person("system-admin").token().await;
        let json = world.client.get(first.url().clone()).bearer_auth(token).header(ACCEPT, "application/json");
        assert_ne!(tag(&send(json.header(IF_NONE_MATCH, &first_tag)).await), first_tag);
        let admin = world.as_person("system-admin");
        admin.mutate("addOrganisation", json!({ "kind": "PROVIDER", "name": "Newcomers" }), "organisation { id }").await.granted();
        let changed = send(asking(world, NAMES).await.header(IF_NONE_MATCH, &first_tag)).await;
        assert_eq!(changed.status(), 200);
        assert_ne!(tag(&changed), first_tag);
        assert!(changed.text().await.expect("a body").contains("Newcomers"));
    }

    async fn what_may_be_kept_is_shown_to_no_one_without_a_token(world) {
        let held = tag(&send(asking(world, NAMES).await).await);
        let url = send(asking(world, NAMES).await).await.url().clone();
        let stranger = send(world.client.get(url).header(IF_NONE_MATCH, held)).await;
        assert_eq!(stranger.status(), 401);
        is_forgotten(&stranger, "a stranger");
    }

    async fn nothing_else_is_kept(world) {
        for query in [
            "{ me { roles } }", "{ people { nodes { name } } }", "{ organisations { totalCount } me { roles } }", "{ ...A } fragment A on Query { me { roles } }",
            "{ organisations { totalCount } ... { people { totalCount } } }", "{ organisations: people { totalCount } }",
            // Errors may be gone a moment later.
            "{ organisation(id: \"org_00000000000000000000000000\") { name } }", "{ organisations(first: 101) { totalCount } }", "{ nothing }",
        ] {
            let answer = send(asking(world, query).await.header(IF_NONE_MATCH, "*")).await;
            assert!(answer.status() == 200 || answer.status() == 400, "{query}: {answer:?}");
            is_forgotten(&answer, query);
        }
        // Which operation runs decides, not which stands first.
        let two = "query A { organisations { totalCount } } query B { me { roles } }";
        let name = |name: &'static str| async move {
            // The name comes after the document.
            send(asking(world, &format!("{two}&operationName={name}")).await).await
        };
        is_forgotten(&name("B").await, "B");
        assert!(name("A").await.headers().contains_key(ETAG));
        // What is posted is not asked for again under the same URL.
        let token = world.as_person("system-admin").token().await;
        let posted = world.client.request(Method::POST, world.url("/graphql")).bearer_auth(token);
        let posted = send(posted.header(IF_NONE_MATCH, "*").json(&json!({ "query": NAMES }))).await;
        assert_eq!(posted.status(), 200);
        is_forgotten(&posted, "POST");
        let body: Value = serde_json::from_str(&posted.text().await.expect("a body")).expect("JSON");
        assert!(body["data"]["organisations"]["nodes"].is_array(), "{body}");
    }

    async fn a_null_spreads_to_the_nearest_parent_that_may_be_null(world) {
        let query = "{ rateCard(first: 2) { nodes {\n  reason\n  batch { reason prices(first: 101) { nodes { id } } } unit } } me { roles } }";
        let failed = world.as_person("card-admin").query(query, json!({})).await;
        assert_eq!(failed.status, 200);
        // In which order errors stand is nobody's promise.
        let mut paths = Vec::new();
        for error in failed.body["errors"].as_array().expect("errors") {
            assert_eq!(error["locations"], json!([{ "line": 3, "column": 18 }]), "{failed:?}");
            paths.push(error["path"].to_string());
        }
        paths.sort();
        assert_eq!(paths, [0, 1].map(|place| json!(["rateCard", "nodes", place, "batch", "prices"]).to_string()));
        assert_eq!(failed.error_codes(), ["BAD_USER_INPUT"; 2]);
        for node in failed.list("/rateCard/nodes") {
            let keys: Vec<_> = node.as_object().expect("an object").keys().collect();
            assert_eq!((keys.len(), &node["batch"]), (3, &Value::Null), "{failed:?}");
            assert!(node["reason"].is_string() && node["unit"].is_string(), "{failed:?}");
        }
        assert_eq!(failed.data("/me/roles"), &json!(["RATE_CARD_ADMINISTRATOR"]));
    }
}

#[test]
fn no_person_under_supervision_is_reached_from_what_may_be_kept() {
    let sdl = Sdl::of_the_code();
    let mut reached = BTreeSet::new();
    let fields = sdl.root("Query").iter().map(|field| &field.node);
    let kept = fields.filter(|field| KEPT.contains(&field.name.node.as_str()));
    let mut next: Vec<_> = kept.map(|field| field.ty.node.base.clone()).collect();
    while let Some(base) = next.pop() {
        let name = match base {
            BaseType::List(item) => {
                next.push(item.base);
                continue;
            }
            BaseType::Named(name) => name.to_string(),
        };
        let definition = sdl.types().find(|(of, _)| *of == name).map(|(_, definition)| &definition.kind);
        if let Some(TypeKind::Object(object)) = definition
            && reached.insert(name)
        {
            next.extend(object.fields.iter().map(|field| field.node.ty.node.base.clone()));
        }
    }
    // A type that comes to these has to be looked at: may a browser keep it?
    let known = [
        "Cohort",
        "CohortConnection",
        "CohortEdge",
        "Criterion",
        "CriterionConnection",
        "CriterionEdge",
        "ExpectedWait",
        "CriterionVersion",
        "CriterionVersionConnection",
        "CriterionVersionEdge",
        "Instrument",
        "InstrumentConnection",
        "InstrumentEdge",
        "Ldu",
        "LduConnection",
        "LduEdge",
        "Money",
        "NamedPerson",
        "Organisation",
        "OrganisationConnection",
        "OrganisationEdge",
        "PageInfo",
        "Price",
        "PriceBatch",
        "PriceConnection",
        "PriceEdge",
        "PricePeriod",
        "PricePeriodConnection",
        "PricePeriodEdge",
        "Service",
        "ServiceArea",
        "ServiceAvailability",
        "ServiceVenue",
        "ServiceConnection",
        "ServiceEdge",
        "WeeklyTime",
    ];
    assert_eq!(reached, known.map(str::to_owned).into());
}
