//! Which documents are run: any, or none but those that were registered; and who may read the schema.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use api::clock::Clock;
use api::server;
use api::settings::{Documents, Settings};
use aws_lc_rs::digest::{self, SHA256};
use entity::audit_event;
use reqwest::header::{ACCEPT, ALLOW};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::people::Answer;
use crate::world::{BEGINNING, System, World};
use crate::{scenario, scratch};

/// A document that is registered by its digest alone.
const ME: &str = "{ me { roles } }";
/// One with a name, two operations and a variable.
const SEVERAL: &str = "query Kinds($kind: OrganisationKind) { organisations(kind: $kind) { totalCount } }
query Mine { me { organisation { kind } } }";
/// An act that is registered.
const ADD: &str = "mutation($name: String!) { addOrganisation(input: { kind: PROVIDER, name: $name }) {
    organisation { name } userErrors { code } } }";
/// The type whose status says how the operation went.
const GRAPHQL: &str = "application/graphql-response+json";

/// The SHA-256 of a document, in hexadecimal.
fn sha256(text: &str) -> String {
    digest::digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file of this run of the tests.
fn file(content: impl ToString) -> PathBuf {
    let file = scratch::folder().join(format!("{}.json", Uuid::now_v7().simple()));
    fs::write(&file, content.to_string()).expect("a file");
    file
}

/// A folder of this run of the tests, with these files in it.
fn folder(files: &[(&str, String)]) -> PathBuf {
    let folder = scratch::folder().join(Uuid::now_v7().simple().to_string());
    fs::create_dir(&folder).expect("a folder");
    for (name, content) in files {
        fs::write(folder.join(name), content).expect("a file");
    }
    folder
}

fn registered() -> Value {
    json!({ sha256(ME): ME, "organisations.list-1": SEVERAL, format!("sha256:{}", sha256(ADD)): ADD })
}

/// A world in which nothing runs but the registered documents.
async fn trusting(system: System) -> Option<World> {
    World::with(system, |settings| settings.documents.trusted = Some(file(registered()))).await
}

/// A world that shows its schema, or does not.
async fn showing(introspection: bool) -> World {
    let world =
        World::with(System::Sqlite, |settings| settings.documents.introspection = Some(introspection));
    world.await.expect("SQLite is always there")
}

async fn post(world: &World, body: Value) -> Answer {
    let token = world.as_person("system-admin").token().await;
    let request = world.client.post(world.url("/graphql")).bearer_auth(token).header(ACCEPT, GRAPHQL);
    Answer::of(request.json(&body)).await
}

async fn get(world: &World, query: &str) -> Answer {
    let token = world.as_person("system-admin").token().await;
    let query = query.replace('{', "%7B").replace('}', "%7D").replace('"', "%22").replace(' ', "%20");
    let url = world.url(&format!("/graphql?{query}"));
    Answer::of(world.client.get(url).bearer_auth(token).header(ACCEPT, GRAPHQL)).await
}

async fn changes(world: &World) -> u64 {
    audit_event::Entity::find().count(&world.database).await.expect("a number")
}

/// Asserts that a request was refused before anything ran, in one error, and answers with its message.
#[track_caller]
fn refused(answer: &Answer, code: &str) -> String {
    assert_eq!((answer.status, answer.error_codes()), (400, vec![code]), "{answer:?}");
    assert!(answer.body.get("data").is_none(), "{answer:?}");
    answer.body["errors"][0]["message"].as_str().expect("a message").to_owned()
}

#[tokio::test]
async fn a_registered_document_runs_however_it_is_named() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = trusting(system).await else { continue };
        let (hash, prefixed) = (sha256(ME), format!("sha256:{}", sha256(ME)));
        let extension = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        for body in [
            json!({ "documentId": prefixed }),
            json!({ "documentId": hash }),
            json!({ "documentId": hash.to_uppercase() }),
            json!({ "id": prefixed }),
            json!({ "extensions": extension }),
            json!({ "query": null, "documentId": prefixed, "id": hash, "extensions": extension }),
            json!({ "query": ME }),
            json!({ "query": ME, "documentId": prefixed, "extensions": {}, "id": 7 }),
        ] {
            let answer = post(&world, body.clone()).await.granted();
            assert_eq!(answer.body["data"]["me"]["roles"], json!(["SYSTEM_ADMINISTRATOR"]), "{body}");
        }
        for query in [
            format!("documentId={prefixed}"),
            format!("id={hash}"),
            format!("query={ME}"),
            format!("extensions={extension}"),
        ] {
            assert_eq!(get(&world, &query).await.granted().status, 200, "{query}");
        }
        world.end().await;
    }
}

#[tokio::test]
async fn a_registered_document_takes_variables_and_the_name_of_an_operation() {
    let world = trusting(System::Sqlite).await.expect("SQLite is always there");
    let named = |operation: &str, variables: Value| json!({ "documentId": "organisations.list-1", "operationName": operation, "variables": variables });
    let mine = post(&world, named("Mine", json!({}))).await.granted();
    assert_eq!(mine.text("/me/organisation/kind"), "OPERATOR");
    let kinds = post(&world, named("Kinds", json!({ "kind": "NPS" }))).await.granted();
    assert_eq!(kinds.data("/organisations/totalCount"), 1);
    refused(&post(&world, named("Other", json!({}))).await, "BAD_USER_INPUT");
    world.end().await;
}

#[tokio::test]
async fn nothing_runs_that_is_not_registered_and_nothing_of_it_is_repeated() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = trusting(system).await else { continue };
        let before = changes(&world).await;
        let act = ADD.replace("addOrganisation", "whale: addOrganisation");
        let other = sha256("{ whale }");
        for body in [
            json!({ "query": "{ me { roles whale: roles } }" }),
            json!({ "query": format!("{ME} ") }),
            json!({ "query": ME.replace(' ', "") }),
            json!({ "query": "" }),
            json!({ "query": act, "variables": { "name": "whale" } }),
            json!({ "query": act, "documentId": format!("sha256:{}", sha256(ME)), "variables": { "name": "whale" } }),
            json!({ "query": act, "extensions": { "persistedQuery": { "sha256Hash": sha256(&act) } } }),
            json!({ "query": ME, "documentId": "organisations.list-1" }),
            json!({ "documentId": "organisations.list-1", "id": sha256(ME) }),
            json!({ "documentId": format!("sha256:{other}") }),
            json!({ "documentId": "whale" }),
            json!({ "documentId": "whale:organisations.list-1" }),
            json!({ "documentId": "ORGANISATIONS.LIST-1" }),
            json!({ "documentId": "../whale" }),
            json!({ "id": other }),
            json!({ "extensions": { "persistedQuery": { "sha256Hash": other } } }),
            json!({ "documentId": "" }),
            json!({ "extensions": { "persistedQuery": { "sha256Hash": 7 } } }),
            json!({}),
            json!({ "query": "{ __schema { types { name } } }" }),
        ] {
            let message = refused(&post(&world, body.clone()).await, "BAD_USER_INPUT");
            assert!(!message.contains("whale") && !message.contains(&other), "{body}: {message}");
        }
        for query in ["query={me{roles}}", "documentId=whale", "id=whale", ""] {
            refused(&get(&world, query).await, "BAD_USER_INPUT");
        }
        assert_eq!(changes(&world).await, before);
        world.end().await;
    }
}

#[tokio::test]
async fn a_registered_act_is_done_by_post_alone() {
    let world = trusting(System::Sqlite).await.expect("SQLite is always there");
    let (id, before) = (format!("sha256:{}", sha256(ADD)), changes(&world).await);
    let refused = get(&world, &format!("documentId={id}&variables={{\"name\":\"By GET\"}}")).await;
    assert_eq!((refused.status, refused.error_codes()), (405, vec!["BAD_USER_INPUT"]), "{refused:?}");
    assert_eq!(refused.headers[ALLOW], "POST");
    assert_eq!(changes(&world).await, before);
    let done = post(&world, json!({ "documentId": id, "variables": { "name": "By POST" } })).await.granted();
    assert_eq!(done.text("/addOrganisation/organisation/name"), "By POST");
    assert_eq!(changes(&world).await, before + 1);
    world.end().await;
}

scenario! {
    async fn a_server_without_a_register_says_so_and_runs_what_it_is_sent(world) {
        let hash = sha256(ME);
        for body in [
            json!({ "documentId": format!("sha256:{hash}") }),
            json!({ "id": hash }),
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } }),
        ] {
            let message = refused(&post(world, body).await, "BAD_USER_INPUT");
            assert!(message.contains("keeps no documents") && message.contains("\"query\""), "{message}");
            assert!(!message.contains(&hash), "{message}");
        }
        refused(&get(world, "documentId=whale").await, "BAD_USER_INPUT");
        // Some clients send both, so that servers of either kind understand them.
        post(world, json!({ "query": ME, "documentId": format!("sha256:{hash}"), "id": { "any": ["thing"] } })).await.granted();
        refused(&post(world, json!({ "query": ME, "documentId": 7 })).await, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn a_server_that_does_not_show_its_schema_says_so() {
    let world = showing(false).await;
    let before = changes(&world).await;
    for query in [
        "{ __schema { queryType { name } } }",
        "{ me { roles } s: __schema { types { name } } }",
        "{ __type(name: \"Me\") { name } }",
        "{ ... on Query { ...F } } fragment F on Query { __type(name: \"Me\") { name } }",
        "{ me { roles } ... @include(if: false) { __schema { queryType { name } } } }",
        "query A { me { roles } } query B { __schema { queryType { name } } }",
        "mutation { __schema { queryType { name } } }",
    ] {
        let answer = post(
            &world,
            json!({ "query": query, "operationName": query.contains("query A").then_some("A") }),
        )
        .await;
        let message = refused(&answer, "FORBIDDEN");
        assert!(message.contains("schema.graphql"), "{message}");
    }
    assert_eq!(changes(&world).await, before);
    let names = post(&world, json!({ "query": "{ __typename me { __typename } }" })).await.granted();
    assert_eq!(names.body["data"], json!({ "__typename": "Query", "me": { "__typename": "Me" } }));
    // What could be guessed from suggestions is not shown either.
    let message = refused(&post(&world, json!({ "query": "{ mee { roles } }" })).await, "BAD_USER_INPUT");
    assert!(!message.contains("\"me\""), "{message}");
    world.end().await;
    let world = showing(true).await;
    post(&world, json!({ "query": "{ __schema { queryType { name } } }" })).await.granted();
    world.end().await;
}

#[test]
fn the_schema_is_shown_where_nothing_is_at_stake() {
    let shown = |trusted: bool, introspection, production| {
        let documents = Documents { trusted: trusted.then(PathBuf::new), introspection };
        documents.show_schema(production)
    };
    assert!(shown(false, None, false));
    assert!(!shown(false, None, true));
    assert!(!shown(true, None, false));
    for (trusted, production) in [(false, false), (false, true), (true, false), (true, true)] {
        assert!(shown(trusted, Some(true), production));
        assert!(!shown(trusted, Some(false), production));
    }
}

#[tokio::test]
async fn a_registered_document_may_read_the_schema_if_the_schema_is_shown() {
    let schema = "{ __schema { queryType { name } } }";
    let world = World::with(System::Sqlite, |settings| {
        settings.documents.trusted = Some(file(json!({ "schema": schema })));
        settings.documents.introspection = Some(true);
    });
    let world = world.await.expect("SQLite is always there");
    post(&world, json!({ "documentId": "schema" })).await.granted();
    world.end().await;
}

#[tokio::test]
async fn a_register_may_be_a_folder_of_files() {
    let files = [
        ("a.json", json!({ "one": ME, sha256(ME): ME }).to_string()),
        ("b.json", json!({ "one": ME, "two": SEVERAL }).to_string()),
        ("three.graphql", ADD.to_owned()),
        ("read me.txt", "no document".to_owned()),
    ];
    let world = World::with(System::Sqlite, |settings| settings.documents.trusted = Some(folder(&files)));
    let world = world.await.expect("SQLite is always there");
    post(&world, json!({ "documentId": "one" })).await.granted();
    post(&world, json!({ "documentId": "two", "operationName": "Mine" })).await.granted();
    post(&world, json!({ "documentId": "three", "variables": { "name": "Third" } })).await.granted();
    post(&world, json!({ "documentId": sha256(SEVERAL), "operationName": "Mine" })).await.granted();
    refused(&post(&world, json!({ "documentId": "read me" })).await, "BAD_USER_INPUT");
    world.end().await;
}

/// Why a server does not start with this register.
async fn refusal(trusted: PathBuf) -> String {
    let settings = Settings {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        data_dir: scratch::folder().join(Uuid::now_v7().simple().to_string()),
        workers: Some(1),
        documents: Documents { trusted: Some(trusted), introspection: None },
        ..Settings::default()
    };
    match server::start(settings, Clock::at(BEGINNING)).await {
        Ok(running) => {
            running.stop().await;
            panic!("it starts");
        }
        Err(refusal) => refusal,
    }
}

#[tokio::test]
async fn a_register_with_a_document_that_could_never_run_is_refused_and_names_it() {
    let deep = format!("{}a{}", "{a".repeat(40), "}".repeat(40));
    let folder = folder(&[
        ("a.json", json!({ "whale": ME }).to_string()),
        ("b.json", json!({ "whale": SEVERAL }).to_string()),
    ]);
    for (trusted, words) in [
        (file(json!({ "fine": ME, "whale": "{ me { roles }" })), &["whale", "Syntax error"][..]),
        (file(json!({ "whale": deep })), &["whale", "nested"]),
        (file(json!({ "whale": "" })), &["whale"]),
        (file(json!({ "whale": "{ me { ...F } } fragment F on Me { ...F }" })), &["whale", "itself"]),
        (file(json!({ "whale": "{ __schema { queryType { name } } }" })), &["whale", "schema"]),
        (file(json!({ sha256("{ whale }"): ME })), &["SHA-256", &sha256("{ whale }")]),
        (file(json!({ format!("sha256:{}", sha256("{ whale }")): ME })), &["SHA-256"]),
        (file(json!({ "sha256:whale": ME })), &["SHA-256", "whale"]),
        (file(json!({ "white whale": ME })), &["white whale", "letters"]),
        (file(json!({ "x:whale": ME })), &["x:whale", "letters"]),
        (file(json!({ "": ME })), &["letters"]),
        (folder, &["b.json", "whale", "another"]),
        (file(json!({})), &["no document"]),
        (file(json!([ME])), &["invalid type"]),
        (file(json!({ "whale": [ME] })), &["invalid type"]),
        (file("whale"), &[".json"]),
        (scratch::folder().join("no-such-file.json"), &["no-such-file.json"]),
    ] {
        let said = refusal(trusted).await;
        assert!(said.starts_with("documents.trusted: "), "{said}");
        assert!(words.iter().all(|word| said.contains(word)), "{said:?} should say {words:?}");
    }
}
