//! The only place that knows actix: routes, headers, and the way from an HTTP request to a [`Store`].

mod address;
pub mod admission;
mod answer;
pub mod browsers;
pub mod caching;
mod connections;
pub mod documents;
mod entrance;
mod explore;
pub mod graphql;
mod negotiation;
mod oauth;
mod parameters;
mod socket;

pub use socket::Seats;

use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Service as _;
use actix_web::http::{StatusCode, header};
use actix_web::middleware::Compress;
use actix_web::{
    App, HttpRequest, HttpResponse, HttpResponseBuilder, HttpServer, Resource, Responder, Route, dev, guard,
    web,
};
use rules::text::{self, SHORT_TEXT};
use tracing::Instrument as _;

use crate::audit::queue::Queue;
use crate::audit::watch;
use crate::auth::{Gate, Issuer};
use crate::clock::Clock;
use crate::error::{Code, Fault};
use crate::graphql::Schema;
use crate::http::admission::Turnstile;
use crate::http::connections::{Connections, Running};
use crate::http::documents::Register;
use crate::http::entrance::Guest;
use crate::http::explore::Explored;
use crate::http::parameters::Refusal;
use crate::live::Live;
use crate::settings::Settings;
use crate::store::{Database, Store};

/// The header that says what something is read for.
const PURPOSE: &str = "x-purpose";

/// What every worker shares.
pub struct Shared {
    /// The settings.
    pub settings: Settings,
    /// The database.
    pub database: Database,
    /// The time.
    pub clock: Clock,
    /// The gate through which every request comes.
    pub gate: Gate,
    /// The embedded issuer, where the server issues tokens itself.
    pub issuer: Option<Issuer>,
    /// The schema.
    pub schema: Schema,
    /// Where readings wait to be recorded.
    pub queue: Queue,
    /// Which documents are run.
    pub register: Register,
    /// The turnstile through which every caller comes.
    pub turnstile: Turnstile,
    /// Who follows what.
    pub live: Live,
    /// The WebSockets that are open.
    pub seats: Seats,
}

/// Binds the address of the settings and serves.
pub fn serve(shared: Arc<Shared>) -> std::io::Result<(std::net::SocketAddr, dev::Server)> {
    let listen = shared.settings.listen;
    let workers = shared.settings.workers;
    let admission = shared.settings.admission.clone();
    let explored = web::Data::new(Explored::of(&shared));
    let mut server = HttpServer::new(move || {
        let settings = &shared.settings;
        App::new()
            .app_data(web::Data::from(Arc::clone(&shared)))
            .app_data(explored.clone())
            .wrap(Compress::default())
            .wrap(browsers::cors(&settings.cors))
            .wrap(browsers::headers(settings.production))
            .wrap_fn(|request, service| {
                let running = Running::begin(&request);
                let answering = service.call(request);
                async move {
                    let response = answering.await?;
                    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
                        running.for_good();
                    }
                    Ok(response)
                }
            })
            .route("/graphql", web::route().to(graphql_endpoint))
            .service(page("/", web::to(front_page)))
            .configure(|routes| explored.routes(routes))
            .service(page("/health/live", web::to(live)))
            .service(page("/health/ready", web::to(ready)))
            .service(page("/.well-known/jwks.json", web::to(jwks)))
            .service(web::resource("/oauth/token").route(web::post().to(oauth::token)))
            .service(web::resource("/oauth/revoke").route(web::post().to(oauth::revoke)))
            .default_service(web::to(nowhere))
    })
    .client_request_timeout(Duration::from_secs(admission.head_seconds))
    .client_disconnect_timeout(Duration::from_secs(1))
    .keep_alive(Duration::from_secs(admission.keep_alive_seconds))
    .shutdown_timeout(30);
    if let Some(workers) = workers {
        server = server.workers(workers);
    }
    if admission.stalled_seconds > 0 {
        let connections = Connections::watched(admission.stalled_seconds);
        server = server.on_connect(move |stream, data| connections.opened(stream, data));
    }
    let server = server.bind(listen)?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    Ok((address, server.run()))
}

/// A page that can be read and nothing else.
fn page(path: &str, reading: Route) -> Resource {
    web::resource(path)
        .route(reading.guard(guard::Any(guard::Get()).or(guard::Head())))
        .default_service(web::to(only_read))
}

async fn graphql_endpoint(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> HttpResponse {
    let request_id = answer::request_id(&request);
    let span = tracing::info_span!("request", id = %request_id);
    if socket::is_asked_for(&request) {
        return span.in_scope(|| socket::open(&request, payload, shared, request_id));
    }
    handle(request, payload, &shared, &request_id).instrument(span).await
}

async fn handle(
    request: HttpRequest,
    payload: web::Payload,
    shared: &Shared,
    request_id: &str,
) -> HttpResponse {
    let limits = &shared.settings.limits;
    let (scope, body, _place) = match entrance::enter(&request, payload, shared).await {
        Ok(Guest { scope, body, place }) => (scope, body, place),
        Err(shut) => return shut.answer(&request),
    };
    let purpose = match purpose(&request) {
        Ok(purpose) => purpose,
        Err(refusal) => return graphql::refuse(&request, refusal),
    };
    let begun = std::time::Instant::now();
    let store =
        Store::new(shared.database.clone(), scope, shared.settings.policy, request_id, shared.clock.now());
    let execute = |operation: async_graphql::Request| {
        let operation = operation.data(shared.gate.watch().clone());
        watch::execute(&shared.queue, &shared.schema, store, operation, purpose)
    };
    let response = graphql::respond(&request, body, limits, &shared.register, execute).await;
    let took = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(status = response.status().as_u16(), milliseconds = took, "answered");
    response
}

/// The token of the `Authorization` header (RFC 6750); there must be exactly one.
fn bearer(request: &HttpRequest) -> Result<&str, Fault> {
    let missing = || Fault::Coded(Code::Unauthenticated, "Send a token: `Authorization: Bearer …`.".into());
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let header = headers.next().and_then(|value| value.to_str().ok()).ok_or_else(missing)?;
    if headers.next().is_some() {
        return Err(missing());
    }
    let (scheme, token) = header.split_once(' ').ok_or_else(missing)?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() { Ok(token) } else { Err(missing()) }
}

/// What the caller says they read for (`X-Purpose`), as it is recorded with the reading.
fn purpose(request: &HttpRequest) -> Result<Option<String>, Refusal> {
    let mut headers = request.headers().get_all(PURPOSE);
    let Some(value) = headers.next() else { return Ok(None) };
    let text = std::str::from_utf8(value.as_bytes());
    let (Ok(text), None) = (text, headers.next()) else {
        return Err(Refusal::malformed("Say one purpose in X-Purpose, in UTF-8."));
    };
    let text = text::check(text, SHORT_TEXT, false)
        .map_err(|problem| Refusal::malformed(format!("X-Purpose: {}", problem.message())))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

async fn live() -> impl Responder {
    HttpResponse::Ok().json(serde_json::json!({ "live": true }))
}

async fn ready(shared: web::Data<Shared>) -> impl Responder {
    match shared.database.ready().await {
        Ok(()) => HttpResponse::Ok().json(serde_json::json!({ "ready": true })),
        Err(_) => HttpResponse::ServiceUnavailable().json(serde_json::json!({ "ready": false })),
    }
}

async fn jwks(shared: web::Data<Shared>) -> impl Responder {
    match &shared.issuer {
        Some(issuer) => HttpResponse::Ok().json(issuer.jwks()),
        None => plain(&mut HttpResponse::NotFound(), "This server issues no tokens.\n"),
    }
}

async fn front_page(request: HttpRequest, explored: web::Data<Explored>) -> HttpResponse {
    let mut text = HttpResponse::Ok();
    text.insert_header((header::VARY, "Accept"));
    explored.front(&request).unwrap_or_else(|| plain(&mut text, FRONT_PAGE))
}

async fn nowhere() -> HttpResponse {
    plain(&mut HttpResponse::NotFound(), "There is nothing here. What there is, / says.\n")
}

async fn only_read() -> impl Responder {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((header::ALLOW, "GET, HEAD"));
    plain(&mut response, "This can be read, with GET.\n")
}

fn plain(response: &mut HttpResponseBuilder, text: &'static str) -> HttpResponse {
    response.content_type("text/plain; charset=utf-8").body(text)
}

const FRONT_PAGE: &str = "\
The partner network: a GraphQL API shared by the NPS, the CRC and the providers they use.

GET  /                     for a browser: the page to explore, where it is on
GET  /reference            the schema to read, with roles, errors and costs, where it is shown
POST /graphql              operations, with `Authorization: Bearer <token>` and JSON
GET  /graphql              as a WebSocket (graphql-transport-ws): subscriptions too
GET  /health/live          whether the process runs
GET  /health/ready         whether it can answer
GET  /.well-known/jwks.json  the embedded issuer's public key
POST /oauth/token          tokens for API clients, from the embedded issuer
POST /oauth/revoke         takes such a token back
";
