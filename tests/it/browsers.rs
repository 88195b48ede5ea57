//! What browsers are told: what they may do with an answer, and which pages may ask.

use api::settings::Settings;
use reqwest::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, ALLOW, CONTENT_TYPE, HeaderName, ORIGIN, VARY,
};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::json;

use crate::scenario;
use crate::world::{System, World};

/// The type whose status says how the operation went.
const GRAPHQL: &str = "application/graphql-response+json";
/// The type whose readers take every status but 200 for a failure of the network.
const JSON: &str = "application/json";

/// A request of an inspector.
async fn request(world: &World, method: Method, path: &str) -> RequestBuilder {
    let token = world.as_person("inspector").token().await;
    world.client.request(method, world.url(path)).bearer_auth(token)
}

async fn send(request: RequestBuilder) -> Response {
    request.send().await.expect("a response")
}

/// What a page of this origin sends.
async fn from_page(world: &World, token: &str, origin: &str) -> Response {
    let request = world.client.post(world.url("/graphql")).bearer_auth(token).header(ORIGIN, origin);
    send(request.header("accept-encoding", "gzip").json(&json!({ "query": "{ me { roles } }" }))).await
}

/// What a browser asks before it lets a page of this origin send a request with these headers.
async fn preflight(world: &World, origin: &str, method: &str, headers: &str) -> Response {
    let request = world.client.request(Method::OPTIONS, world.url("/graphql")).header(ORIGIN, origin);
    let request = request.header(ACCESS_CONTROL_REQUEST_METHOD, method);
    send(request.header(ACCESS_CONTROL_REQUEST_HEADERS, headers)).await
}

/// The words of a header that is a list, in lower case and in their order.
fn words(response: &Response, name: HeaderName) -> Vec<String> {
    let values = response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
    let mut words: Vec<_> = values.flat_map(|value| value.split(',')).map(str::trim).collect();
    words.sort_unstable();
    words.into_iter().map(str::to_lowercase).collect()
}

/// The origin that an answer is for, if it is for another site's page at all.
fn allowed(response: &Response) -> Option<&str> {
    response.headers().get(ACCESS_CONTROL_ALLOW_ORIGIN).and_then(|origin| origin.to_str().ok())
}

/// Asserts that a browser does nothing with this response but show it to who asked.
#[track_caller]
fn forbids(response: &Response, of: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        let values: Vec<_> = response.headers().get_all(name).iter().collect();
        assert_eq!(values, [value], "{name} of {of}");
    }
    let features = response.headers()["permissions-policy"].to_str().expect("a word");
    assert!(
        ["camera=()", "geolocation=()", "microphone=()"].iter().all(|off| features.contains(off)),
        "{of}"
    );
    // TLS is production's.
    for absent in ["server", "x-powered-by", "set-cookie", "strict-transport-security"] {
        assert!(response.headers().get(absent).is_none(), "{absent} of {of}");
    }
    assert_eq!(allowed(response), None, "{of}");
}

scenario! {
    async fn every_response_forbids_what_a_browser_might_do_with_it(world) {
        let long = "x".repeat(world.settings.limits.body_bytes + 1);
        for (method, path, body, status) in [
            (Method::GET, "/", "", 200), (Method::GET, "/graphql", "", 400), (Method::GET, "/health/live", "", 200),
            (Method::GET, "/health/ready", "", 200), (Method::GET, "/.well-known/jwks.json", "", 200), (Method::GET, "/nowhere", "", 404),
            (Method::GET, "/graphql/", "", 404), (Method::POST, "/", "", 405), (Method::DELETE, "/health/live", "", 405),
            (Method::PUT, "/graphql", "", 405), (Method::OPTIONS, "/graphql", "", 405), (Method::POST, "/graphql", "{", 400),
            (Method::POST, "/graphql", long.as_str(), 413), (Method::GET, "/graphql?query=%7Bme%7Broles%7D%7D", "", 200),
            (Method::GET, "/%ff", "", 404),
        ] {
            let sent = request(world, method.clone(), path).await.header(CONTENT_TYPE, JSON).header(ACCEPT, GRAPHQL);
            let response = send(sent.body(body.to_owned())).await;
            assert_eq!(response.status(), status, "{method} {path}");
            forbids(&response, &format!("{method} {path}"));
        }
        for (token, accept) in [("nonsense", JSON), ("", GRAPHQL), ("nonsense", "text/html")] {
            let response = send(world.client.post(world.url("/graphql")).bearer_auth(token).header(ACCEPT, accept)).await;
            assert_eq!(response.status(), 401, "{token:?}");
            forbids(&response, token);
        }
    }

    async fn what_is_not_there_and_what_can_only_be_read_says_so(world) {
        let missing = send(world.client.get(world.url("/nowhere"))).await;
        assert_eq!((missing.status().as_u16(), &missing.headers()[CONTENT_TYPE]), (404, &"text/plain; charset=utf-8".parse().expect("a header")));
        let said = missing.text().await.expect("a body");
        assert!(said.contains("nothing here") && !said.contains("nowhere"), "{said}");
        for path in ["/", "/health/live", "/health/ready", "/.well-known/jwks.json"] {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
                let refused = send(world.client.request(method, world.url(path))).await;
                assert_eq!((refused.status().as_u16(), &refused.headers()[ALLOW]), (405, &"GET, HEAD".parse().expect("a header")), "{path}");
                assert!(refused.text().await.expect("a body").contains("GET"), "{path}");
            }
            let head = send(world.client.head(world.url(path))).await;
            assert_eq!(head.status(), 200, "{path}");
            assert_eq!(head.text().await.expect("a body"), "", "{path}");
        }
    }

    async fn no_page_of_another_site_may_ask(world) {
        let token = world.as_person("inspector").token().await;
        for origin in ["https://cases.example.org", "null", "http://127.0.0.1"] {
            let asks = preflight(world, origin, "POST", "authorization,content-type").await;
            assert!(asks.status().is_client_error(), "{origin}: {asks:?}");
            for response in [asks, from_page(world, &token, origin).await] {
                let named = response.headers().keys().filter(|name| name.as_str().starts_with("access-control-"));
                assert_eq!(named.count(), 0, "{origin}: {response:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_page_of_another_site_may_ask_if_its_origin_is_named() {
    let named = "https://cases.example.org";
    let open = |settings: &mut Settings| settings.cors.origins = vec![named.to_owned()];
    let world = World::with(System::Sqlite, open).await.expect("SQLite is always there");
    let asks = preflight(&world, named, "POST", "authorization,content-type,accept,x-request-id").await;
    assert_eq!((asks.status().as_u16(), allowed(&asks)), (200, Some(named)));
    assert_eq!(words(&asks, ACCESS_CONTROL_ALLOW_METHODS), ["get", "post"]);
    let headers = ["accept", "authorization", "content-type", "if-none-match", "x-purpose", "x-request-id"];
    assert_eq!(words(&asks, ACCESS_CONTROL_ALLOW_HEADERS), headers);
    // No cookie goes with what the page sends.
    assert!(asks.headers().get(ACCESS_CONTROL_ALLOW_CREDENTIALS).is_none(), "{asks:?}");
    assert_eq!(asks.headers()["x-content-type-options"], "nosniff");
    // Refusals are for the page to read too.
    let token = world.as_person("inspector").token().await;
    for (token, status) in [(token.as_str(), 200), ("nonsense", 401)] {
        let answered = from_page(&world, token, named).await;
        assert_eq!((answered.status().as_u16(), allowed(&answered)), (status, Some(named)));
        assert_eq!(words(&answered, ACCESS_CONTROL_EXPOSE_HEADERS), ["etag", "retry-after", "x-request-id"]);
        assert!(words(&answered, VARY).contains(&"origin".to_owned()), "{answered:?}");
    }
    // Who is no browser does not say where they are.
    let elsewhere = send(request(&world, Method::GET, "/graphql?query=%7Bme%7Broles%7D%7D").await).await;
    assert_eq!((elsewhere.status().as_u16(), allowed(&elsewhere)), (200, None));
    world.end().await;
}

#[tokio::test]
async fn no_other_page_may_ask_and_none_in_another_way() {
    let named = "https://cases.example.org";
    let open = |settings: &mut Settings| settings.cors.origins = vec![named.to_owned()];
    let world = World::with(System::Sqlite, open).await.expect("SQLite is always there");
    let token = world.as_person("inspector").token().await;
    for origin in [
        "https://cases.example.org:8443",
        "http://cases.example.org",
        "https://cases.example.org.evil.example",
        "https://evil.example",
        "null",
    ] {
        let asks = preflight(&world, origin, "POST", "authorization").await;
        assert_eq!((asks.status().as_u16(), allowed(&asks)), (400, None), "{origin}");
        let answered = from_page(&world, &token, origin).await;
        assert_eq!((answered.status().as_u16(), allowed(&answered)), (200, None), "{origin}");
    }
    for (method, header) in
        [("DELETE", "authorization"), ("PUT", "authorization"), ("POST", "x-forwarded-for")]
    {
        let asks = preflight(&world, named, method, header).await;
        assert_eq!((asks.status().as_u16(), allowed(&asks)), (400, None), "{method} {header}");
    }
    world.end().await;
}
