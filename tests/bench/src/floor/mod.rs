//! The floor: what the hot operations cost when a handler is written by hand for each, with actix-web and sqlx.
//!
//! It checks tokens, remembers them and their people as the product does, and every statement has the product's
//! condition of visibility in it. It answers the same bytes. It has no GraphQL, no SeaORM, no record of readings and
//! no limits; it connects as whoever its address names, which is the owner: row-level security does not bind it.

mod gate;
mod reads;
mod shapes;
mod writes;

use actix_web::web::{Bytes, Data, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::clock::Result;
use gate::Gate;

/// What it answers.
pub const ANSWERED: [&str; 9] = [
    "officer_inbox",
    "officer_inbox_deep",
    "provider_inbox",
    "case_view",
    "rate_card",
    "group_register",
    "record_attendance",
    "submit_feedback",
    "accept",
];

/// Why a request is not answered.
enum Refusal {
    Unauthenticated,
    NotFound,
    Conflict,
    Broken(String),
}

impl<E: std::error::Error> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::Broken(error.to_string())
    }
}

type Answer = std::result::Result<String, Refusal>;

/// What a handler has.
struct Shared {
    pool: PgPool,
    gate: Gate,
}

/// The variables of all operations.
#[derive(Deserialize)]
struct Variables {
    id: Option<String>,
    after: Option<String>,
    on: Option<NaiveDate>,
    input: Option<writes::Input>,
}

/// Serves until it is told to stop.
pub async fn serve(url: &str, public_key: &str, listen: &str, connections: u32) -> Result<()> {
    let options = PgPoolOptions::new().max_connections(connections).test_before_acquire(false);
    let pool = options.connect(url).await?;
    let shared = Data::new(Shared { gate: Gate::new(public_key)?, pool });
    let app = move || App::new().app_data(shared.clone()).route("/{operation}", web::post().to(handle));
    let server = HttpServer::new(app).bind(listen)?;
    println!("listening on {}", server.addrs().first().ok_or("no address")?);
    Ok(server.run().await?)
}

async fn handle(
    shared: Data<Shared>,
    operation: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    match answer(&shared, &operation, &request, &body).await {
        Ok(body) => HttpResponse::Ok().content_type("application/json").body(body),
        Err(Refusal::Unauthenticated) => HttpResponse::Unauthorized().finish(),
        Err(Refusal::NotFound) => HttpResponse::NotFound().finish(),
        Err(Refusal::Conflict) => HttpResponse::Conflict().finish(),
        Err(Refusal::Broken(error)) => HttpResponse::InternalServerError().body(error),
    }
}

async fn answer(shared: &Shared, operation: &str, request: &HttpRequest, body: &[u8]) -> Answer {
    let head = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let token = head.and_then(|head| head.strip_prefix("Bearer ")).ok_or(Refusal::Unauthenticated)?;
    let caller = shared.gate.admit(&shared.pool, token).await?;
    let said: Variables = serde_json::from_slice(body)?;
    match operation {
        "officer_inbox" => reads::officer_inbox(shared, &caller, None).await,
        "officer_inbox_deep" => reads::officer_inbox(shared, &caller, said.after.as_deref()).await,
        "provider_inbox" => reads::provider_inbox(shared, &caller).await,
        "case_view" => reads::case_view(shared, &caller, said.id.as_deref()).await,
        "rate_card" => reads::rate_card(shared, &caller, said.on).await,
        "group_register" => reads::group_register(shared, &caller, said.id.as_deref()).await,
        "record_attendance" => writes::record_attendance(shared, &caller, said.input).await,
        "submit_feedback" => writes::submit_feedback(shared, &caller, said.input).await,
        "accept" => writes::accept(shared, &caller, said.input).await,
        _ => Err(Refusal::NotFound),
    }
}
