//! The page to explore and the reference of the schema: what is there, for whom, and what a browser may do with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use api::settings::Settings;
use async_graphql::Positioned;
use async_graphql::parser::types::{FieldDefinition, TypeDefinition, TypeKind};
use reqwest::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, ORIGIN, VARY,
};
use reqwest::{RequestBuilder, Response};
use rules::Term as _;
use rules::terms::Role;
use serde_json::{Map, Value, json};

use crate::live::Socket;
use crate::people::Actor;
use crate::scenario;
use crate::sdl::Sdl;
use crate::world::{System, World};

/// What a browser asks for first.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("a response")
}

async fn get(world: &World, path: &str) -> Response {
    send(world.client.get(world.url(path)).header(ACCEPT, BROWSER)).await
}

fn header(response: &Response, name: impl reqwest::header::AsHeaderName) -> &str {
    response.headers().get(name).map_or("", |value| value.to_str().expect("text"))
}

async fn text(response: Response) -> String {
    response.text().await.expect("a body")
}

/// Who acts for a role in the examples.
fn persona(role: Role) -> &'static str {
    match role {
        Role::ResponsibleOfficer => "nps-officer",
        Role::TeamManager => "nps-manager",
        Role::CourtOfficer => "court-officer",
        Role::ProviderWorker => "yss-worker",
        Role::ProviderManager => "gym-manager",
        Role::RateCardAdministrator => "card-admin",
        Role::ContractManager => "contract-manager",
        Role::Auditor => "inspector",
        Role::SystemAdministrator => "system-admin",
    }
}

/// Asks for a token for a persona, as the page does.
fn wish(world: &World, subject: &str) -> RequestBuilder {
    world.client.post(world.url("/explore/token")).json(&json!({ "subject": subject }))
}

async fn examples(world: &World) -> Vec<Value> {
    let start: Value = get(world, "/explore/start").await.json().await.expect("JSON");
    start["examples"].as_array().expect("examples").clone()
}

/// The variables of an example, looked up as the page does.
async fn variables(actor: &Actor<'_>, example: &Value) -> Value {
    let Some(find) = example["find"].as_object() else { return json!({}) };
    let found = actor.query(find["document"].as_str().expect("a document"), json!({})).await.granted();
    let pointers = find["variables"].as_object().expect("variables");
    let values = pointers.iter().map(|(name, place)| {
        let value = found.data(place.as_str().expect("a place")).clone();
        assert!(!value.is_null(), "{name} of {}", example["name"]);
        (name.clone(), value)
    });
    Value::Object(values.collect::<Map<_, _>>())
}

/// The values of an attribute in a page.
fn attributes<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    page.split(name).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The names of what a type is made of.
fn parts(definition: &TypeDefinition) -> Vec<&str> {
    match &definition.kind {
        TypeKind::Object(object) => names(&object.fields),
        TypeKind::Interface(interface) => names(&interface.fields),
        TypeKind::InputObject(object) => {
            object.fields.iter().map(|input| input.node.name.node.as_str()).collect()
        }
        TypeKind::Enum(values) => values.values.iter().map(|value| value.node.value.node.as_str()).collect(),
        TypeKind::Union(union) => union.members.iter().map(|member| member.node.as_str()).collect(),
        TypeKind::Scalar => Vec::new(),
    }
}

/// The names of fields and of their arguments.
fn names(fields: &[Positioned<FieldDefinition>]) -> Vec<&str> {
    let mut names = Vec::new();
    for field in fields.iter().map(|field| &field.node) {
        names.push(field.name.node.as_str());
        names.extend(field.arguments.iter().map(|argument| argument.node.name.node.as_str()));
    }
    names
}

scenario! {
    async fn a_browser_finds_the_page_on_the_root_and_others_the_text(world) {
        let page = get(world, "/").await;
        assert_eq!((page.status().as_u16(), header(&page, CONTENT_TYPE)), (200, "text/html; charset=utf-8"));
        assert_eq!(header(&page, "content-security-policy"), POLICY);
        assert_eq!((header(&page, VARY), header(&page, CACHE_CONTROL)), ("Accept", "no-cache"));
        assert_eq!((header(&page, "x-frame-options"), header(&page, "referrer-policy")), ("DENY", "no-referrer"));
        let tag = header(&page, ETAG).to_owned();
        let again = world.client.get(world.url("/")).header(ACCEPT, BROWSER).header(IF_NONE_MATCH, &tag);
        let again = send(again).await;
        assert_eq!((again.status().as_u16(), header(&again, ETAG)), (304, tag.as_str()));
        assert_eq!(text(again).await, "");
        let plain = send(world.client.get(world.url("/")).header(ACCEPT, "*/*")).await;
        assert_eq!((header(&plain, CONTENT_TYPE), header(&plain, VARY)), ("text/plain; charset=utf-8", "Accept"));
        assert_eq!(header(&plain, "content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
    }

    async fn the_page_is_made_of_what_this_server_sends_and_nothing_inline(world) {
        let page = text(get(world, "/").await).await;
        for inline in ["<style", " style=", " onload", "javascript:", "http://", "https://"] {
            assert!(!page.contains(inline), "{inline}");
        }
        let scripts = attributes(&page, "src=\"");
        assert_eq!(page.matches("<script").count(), scripts.len());
        let styles = attributes(&page, "rel=\"stylesheet\" href=\"");
        assert_eq!((scripts.len(), styles.len()), (1, 1));
        for (path, media) in [(scripts[0], "text/javascript; charset=utf-8"), (styles[0], "text/css; charset=utf-8")] {
            let asset = get(world, path).await;
            assert_eq!((asset.status().as_u16(), header(&asset, CONTENT_TYPE)), (200, media));
            assert_eq!(header(&asset, CACHE_CONTROL), "public, max-age=31536000, immutable");
            assert_eq!(header(&asset, CONTENT_ENCODING), "gzip");
            assert_eq!(header(&asset, "x-content-type-options"), "nosniff");
            let tag = header(&asset, ETAG).to_owned();
            let kept = asset.bytes().await.expect("bytes");
            assert!(kept.starts_with(&[0x1f, 0x8b]), "it is compressed");
            let again = send(world.client.get(world.url(path)).header(IF_NONE_MATCH, tag)).await;
            assert_eq!(again.status(), 304);
            // Another version is not at this address.
            let version = path.split('/').nth(2).expect("a version");
            assert_eq!(get(world, &path.replace(version, "other")).await.status(), 404);
        }
    }

    async fn every_saved_operation_does_what_it_says_for_its_role(world) {
        let examples = examples(world).await;
        let mut seen = BTreeSet::new();
        for example in &examples {
            let role = Role::from_name(example["role"].as_str().expect("a role")).expect("a role");
            let actor = world.as_person(persona(role)).only(&[role]);
            let variables = variables(&actor, example).await;
            let document = example["document"].as_str().expect("a document");
            if example["kind"] == "subscription" {
                let mut socket = Socket::with(world.address, &actor.token().await).await;
                socket.subscribe("1", document, variables).await;
                assert_eq!(socket.event("1").await["kind"], "LIVE", "{}", example["name"]);
            } else {
                let answer = actor.query(document, variables).await;
                assert!(answer.body.get("errors").is_none() && answer.user_errors().is_empty(), "{}: {answer:?}", example["name"]);
            }
            for part in ["title", "about", "kind"] {
                assert!(example[part].as_str().is_some_and(|text| !text.is_empty()), "{part} of {}", example["name"]);
            }
            seen.insert(role.name());
        }
        assert_eq!(seen, Role::ALL.iter().map(|role| role.name()).collect::<BTreeSet<_>>(), "each role has an example");
    }

    async fn the_demonstration_gives_its_own_page_a_token_for_a_persona(world) {
        let start: Value = get(world, "/explore/start").await.json().await.expect("JSON");
        let personas = start["personas"].as_array().expect("personas");
        assert!(personas.iter().any(|persona| persona["subject"] == "inspector" && persona["short"] == "HMIP"));
        let answer = send(wish(world, "inspector").header(ORIGIN, world.url(""))).await;
        assert_eq!((answer.status().as_u16(), header(&answer, CACHE_CONTROL)), (200, "no-store"));
        // The machine has other names for itself.
        let named = format!("localhost:{}", world.address.port());
        let local = wish(world, "inspector").header("host", &named).header(ORIGIN, format!("http://{named}"));
        assert_eq!(send(local).await.status(), 200);
        let answer: Value = answer.json().await.expect("JSON");
        let token = answer["access_token"].as_str().expect("a token");
        let asked = world.client.post(world.url("/graphql")).bearer_auth(token).json(&json!({ "query": "{ me { roles } }" }));
        let me: Value = send(asked).await.json().await.expect("JSON");
        assert_eq!(me["data"]["me"]["roles"], json!(["AUDITOR"]));
    }

    async fn nobody_else_gets_one(world) {
        let elsewhere = ["https://evil.example", "null", "http://127.0.0.1:1"];
        for origin in elsewhere {
            let refused = send(wish(world, "inspector").header(ORIGIN, origin)).await;
            assert_eq!(refused.status(), 403, "{origin}");
        }
        for (name, value) in [
            // A name of somebody else's that leads here, a page of another site, a proxy.
            ("host", "evil.example"), ("host", "127.0.0.1.evil.example"), ("sec-fetch-site", "cross-site"),
            ("x-forwarded-for", "127.0.0.1"), ("forwarded", "for=127.0.0.1"), ("via", "1.1 proxy"),
        ] {
            let refused = send(wish(world, "inspector").header(name, value)).await;
            assert_eq!(refused.status(), 403, "{name}: {value}");
            assert!(!text(refused).await.contains("access_token"), "{name}: {value}");
            let start = send(world.client.get(world.url("/explore/start")).header(name, value)).await;
            assert_eq!(start.json::<Value>().await.expect("JSON")["personas"], Value::Null, "{name}: {value}");
        }
        // Staff of the demonstration who are no personas are nobody's to be; and a form is no page of ours.
        for body in ["{\"subject\":\"officer01.nps\"}", "{\"subject\":\"inspector\",\"minutes\":1}", "{}", "inspector", ""] {
            let request = world.client.post(world.url("/explore/token")).header(CONTENT_TYPE, "application/json");
            assert_eq!(send(request.body(body)).await.status(), 400, "{body}");
        }
        let form = world.client.post(world.url("/explore/token")).header(CONTENT_TYPE, "text/plain");
        assert_eq!(send(form.body("{\"subject\":\"inspector\"}")).await.status(), 415);
        let long = wish(world, &"x".repeat(2_000));
        assert_eq!(send(long).await.status(), 400);
        assert_eq!(get(world, "/explore/token").await.status(), 404);
    }

    async fn the_reference_names_every_field_argument_and_code(world) {
        let page = get(world, "/reference").await;
        assert_eq!((page.status().as_u16(), header(&page, "content-security-policy")), (200, POLICY));
        let tag = header(&page, ETAG).to_owned();
        let page = text(page).await;
        for inline in ["<script", "<style", " style=", "http://", "https://"] {
            assert!(!page.contains(inline), "{inline}");
        }
        let again = send(world.client.get(world.url("/reference")).header(IF_NONE_MATCH, tag)).await;
        assert_eq!(again.status(), 304);
        let style = get(world, "/reference.css").await;
        assert_eq!((style.status().as_u16(), header(&style, CONTENT_TYPE)), (200, "text/css; charset=utf-8"));
        for (name, definition) in Sdl::of_the_code().types() {
            // The roots are headings with names of their own.
            let own = Some(name).filter(|name| !["Query", "Mutation", "Subscription"].contains(name));
            for part in own.into_iter().chain(parts(definition)) {
                assert!(page.contains(&format!("<code>{part}</code>")), "{name}: {part}");
            }
        }
        let (_, accept) = page.split_once("id=\"Mutation.acceptReferral\"").expect("an operation");
        let accept = accept.split("</article>").next().unwrap_or_default();
        for said in ["Provider manager", "INELIGIBLE", "CONFLICT", "NOT_FOUND", "AcceptReferralInput", "Cost"] {
            assert!(accept.contains(said), "{said} in {accept}");
        }
        assert!(!accept.contains("Responsible officer"), "{accept}");
    }
}

/// The files of the examples' folders, by role and name.
fn files() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../api/src/http/explore/examples");
    let roles = fs::read_dir(folder).expect("a folder").map(|role| role.expect("a folder"));
    let files = roles.flat_map(|role| {
        let name = role.file_name().into_string().expect("a name");
        let files =
            fs::read_dir(role.path()).expect("a folder").map(|file| file.expect("a file").file_name());
        files.map(move |file| format!("{name}/{}", file.into_string().expect("a name"))).collect::<Vec<_>>()
    });
    files.collect()
}

#[tokio::test]
async fn every_file_of_an_example_is_on_the_page() {
    let world = World::on(System::Sqlite).await.expect("SQLite is always there");
    let examples = examples(&world).await;
    let shown = examples.iter().flat_map(|example| {
        let name = example["name"].as_str().expect("a name");
        let find = example["find"].is_object().then(|| format!("{name}.find.graphql"));
        [Some(format!("{name}.graphql")), find].into_iter().flatten()
    });
    assert_eq!(shown.collect::<BTreeSet<_>>(), files());
    world.end().await;
}

/// The status of every page of these, in a world with other settings.
async fn statuses(adjust: impl FnOnce(&mut Settings)) -> Vec<u16> {
    let world = World::with(System::Sqlite, adjust).await.expect("SQLite is always there");
    let mut found = Vec::new();
    for path in ["/explore/start", "/reference", "/reference.css"] {
        found.push(get(&world, path).await.status().as_u16());
    }
    found.push(send(wish(&world, "inspector")).await.status().as_u16());
    let front = get(&world, "/").await;
    assert_eq!(front.status(), 200);
    found.push(if header(&front, CONTENT_TYPE).starts_with("text/html") { 200 } else { 404 });
    world.end().await;
    found
}

#[tokio::test]
async fn the_pages_are_where_the_settings_show_them() {
    assert_eq!(statuses(|_| {}).await, [200, 200, 200, 200, 200]);
    let without = statuses(|settings| settings.explore.page = Some(false)).await;
    assert_eq!(without, [404, 200, 200, 404, 404]);
    // Where the schema is not shown, neither is its reference, and there is nothing to explore.
    let hidden = statuses(|settings| settings.documents.introspection = Some(false)).await;
    assert_eq!(hidden, [404, 404, 404, 404, 404]);
    let forced = |settings: &mut Settings| {
        settings.documents.introspection = Some(false);
        settings.explore.page = Some(true);
    };
    assert_eq!(statuses(forced).await, [200, 404, 404, 200, 200]);
}

#[test]
fn production_shows_them_only_if_a_setting_says_so() {
    let mut settings = Settings { production: true, ..Settings::default() };
    let shown = |settings: &Settings| settings.explore.show_page(settings.production, &settings.documents);
    assert!(!shown(&settings));
    // Showing the schema is one thing, the page another.
    settings.documents.introspection = Some(true);
    assert!(!shown(&settings));
    settings.explore.page = Some(true);
    assert!(shown(&settings));
}
