//! The only place that knows actix: routes, headers, and the way from an HTTP request to a [`Store`].

mod answer;
pub mod graphql;
mod negotiation;
mod oauth;
mod parameters;

use std::sync::Arc;

use actix_web::http::header;
use actix_web::middleware::{Compress, DefaultHeaders};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Responder, dev, web};
use tracing::Instrument as _;

use crate::auth::{Gate, Issuer};
use crate::clock::Clock;
use crate::error::{Code, Fault};
use crate::graphql::Schema;
use crate::http::parameters::Refusal;
use crate::settings::Settings;
use crate::store::{Database, Store};

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
}

/// Binds the address of the settings and serves.
pub fn serve(shared: Arc<Shared>) -> std::io::Result<(std::net::SocketAddr, dev::Server)> {
    let listen = shared.settings.listen;
    let workers = shared.settings.workers;
    let mut server = HttpServer::new(move || {
        let headers = DefaultHeaders::new()
            .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .add((header::REFERRER_POLICY, "no-referrer"))
            .add((header::X_FRAME_OPTIONS, "DENY"))
            .add((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
            .add((header::CACHE_CONTROL, "no-store"));
        App::new()
            .app_data(web::Data::from(Arc::clone(&shared)))
            .wrap(Compress::default())
            .wrap(headers)
            .route("/", web::get().to(front_page))
            .route("/graphql", web::route().to(graphql_endpoint))
            .route("/health/live", web::get().to(live))
            .route("/health/ready", web::get().to(ready))
            .route("/.well-known/jwks.json", web::get().to(jwks))
            .service(web::resource("/oauth/token").route(web::post().to(oauth::token)))
            .service(web::resource("/oauth/revoke").route(web::post().to(oauth::revoke)))
    })
    .client_request_timeout(std::time::Duration::from_secs(10))
    .shutdown_timeout(30);
    if let Some(workers) = workers {
        server = server.workers(workers);
    }
    let server = server.bind(listen)?;
    let address = server.addrs().first().copied().unwrap_or(listen);
    Ok((address, server.run()))
}

async fn graphql_endpoint(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> HttpResponse {
    let request_id = answer::request_id(&request);
    let span = tracing::info_span!("request", id = %request_id);
    handle(request, payload, &shared, &request_id).instrument(span).await
}

async fn handle(
    request: HttpRequest,
    payload: web::Payload,
    shared: &Shared,
    request_id: &str,
) -> HttpResponse {
    let limits = &shared.settings.limits;
    let Ok(body) = payload.to_bytes_limited(limits.body_bytes).await else {
        return graphql::refuse(&request, Refusal::too_large("body", limits.body_bytes));
    };
    let Ok(body) = body else {
        return graphql::refuse(&request, Refusal::malformed("The body could not be read to its end."));
    };
    let scope = match bearer(&request) {
        Ok(token) => shared.gate.admit(token).await,
        Err(fault) => Err(fault),
    };
    let scope = match scope {
        Ok(scope) => scope,
        Err(fault) => return graphql::decline(&request, fault),
    };
    let begun = std::time::Instant::now();
    let store =
        Store::new(shared.database.clone(), scope, shared.settings.policy, request_id, shared.clock.now());
    let response = graphql::respond(&request, body, limits, |operation| {
        shared.schema.execute(store, operation.data(shared.gate.watch().clone()))
    })
    .await;
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
        None => HttpResponse::NotFound().finish(),
    }
}

async fn front_page() -> impl Responder {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(FRONT_PAGE)
}

const FRONT_PAGE: &str = "\
The partner network: a GraphQL API shared by the NPS, the CRC and the providers they use.

POST /graphql              operations, with `Authorization: Bearer <token>` and JSON
GET  /health/live          whether the process runs
GET  /health/ready         whether it can answer
GET  /.well-known/jwks.json  the embedded issuer's public key
POST /oauth/token          tokens for API clients, from the embedded issuer
POST /oauth/revoke         takes such a token back
";
