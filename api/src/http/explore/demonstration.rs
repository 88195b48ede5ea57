//! Acting as somebody of the demonstration in one click. Tokens are given to whoever asks, and therefore only by a
//! server that holds nothing but the demonstration, and only to this machine.

use std::net::IpAddr;

use actix_web::http::header::{self, HeaderName};
use actix_web::http::uri::Authority;
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::auth::Bearer;
use crate::demo::PERSONAS;
use crate::error::{Fault, Result};
use crate::http::{Shared, plain};
use crate::store::Inhabitants;
use rules::Term as _;

/// The seconds for which a token lives. The page gets the next one in time.
const LIFE: i64 = 15 * 60;
/// The most bytes of a request.
const MOST_BYTES: usize = 1024;

/// What a page asks for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    subject: String,
}

/// Who one can be; null where the server gives no tokens to whoever asks.
pub(super) async fn personas(request: &HttpRequest, shared: &Shared) -> Value {
    if !is_demonstration(request, shared).await {
        return Value::Null;
    }
    let personas = PERSONAS.iter().map(|persona| {
        let roles: Vec<_> = persona.roles.iter().map(|role| role.name()).collect();
        json!({
            "subject": persona.subject,
            "name": persona.name,
            "organisation": persona.organisation,
            "short": persona.organisation_in_short(),
            "roles": roles,
            "inWords": persona.in_words(),
        })
    });
    personas.collect()
}

/// `POST /explore/token`: a token for a persona of the demonstration.
pub(super) async fn token(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> HttpResponse {
    if !is_demonstration(&request, &shared).await {
        let only = "Only a demonstration gives tokens to whoever asks, and only on its own machine.\n";
        return plain(&mut HttpResponse::Forbidden(), only);
    }
    // A page of another site cannot send this type without asking first.
    if !request.content_type().eq_ignore_ascii_case("application/json") {
        return plain(
            &mut HttpResponse::UnsupportedMediaType(),
            "Send JSON: {\"subject\": \"nps-officer\"}\n",
        );
    }
    let body = payload.to_bytes_limited(MOST_BYTES).await;
    let wish = body.ok().and_then(Result::ok).and_then(|body| serde_json::from_slice::<Wish>(&body).ok());
    let persona = wish.and_then(|wish| PERSONAS.iter().find(|persona| persona.subject == wish.subject));
    let Some(persona) = persona else {
        return plain(&mut HttpResponse::BadRequest(), "There is no such persona.\n");
    };
    match sign(&shared, persona.subject).await {
        Ok(token) => HttpResponse::Ok()
            .json(json!({ "access_token": token, "token_type": "Bearer", "expires_in": LIFE })),
        Err(fault) => {
            tracing::error!(?fault, "the page got no token");
            plain(&mut HttpResponse::ServiceUnavailable(), "There is no token just now. Try again.\n")
        }
    }
}

async fn sign(shared: &Shared, subject: &str) -> Result<String> {
    let issuer = shared.issuer.as_ref().ok_or_else(|| Fault::internal("no embedded issuer"))?;
    let scope = shared.gate.person_here(subject).await?;
    let roles = scope.roles().list();
    let bearer = Bearer { subject, organisation: scope.organisation(), roles: &roles };
    issuer.token(&bearer, shared.clock.now(), TimeDelta::seconds(LIFE)).map_err(Fault::internal)
}

/// Whether this is the demonstration, and the request was sent on its own machine to its own address: neither by a
/// proxy for somebody elsewhere, nor by a page of another site under a name that leads here.
async fn is_demonstration(request: &HttpRequest, shared: &Shared) -> bool {
    let settings = &shared.settings;
    let peer = request.peer_addr().map(|peer| peer.ip());
    let here = !settings.production && settings.listen.ip().is_loopback() && peer.is_some_and(is_here);
    here && !was_forwarded(request)
        && is_from_our_own_page(request)
        && matches!(shared.database.inhabitants().await, Ok(Inhabitants::Demonstration))
}

fn is_here(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn was_forwarded(request: &HttpRequest) -> bool {
    [header::FORWARDED, header::X_FORWARDED_FOR, header::X_FORWARDED_HOST, header::VIA]
        .iter()
        .any(|name: &HeaderName| request.headers().contains_key(name))
}

fn is_from_our_own_page(request: &HttpRequest) -> bool {
    let text = |name: HeaderName| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    let Some(host) = text(header::HOST) else { return false };
    let named = host.parse::<Authority>().is_ok_and(|authority| {
        let name = authority.host().trim_matches(['[', ']']);
        name.eq_ignore_ascii_case("localhost") || name.parse().is_ok_and(is_here)
    });
    let origin = text(header::ORIGIN).is_none_or(|origin| origin == format!("http://{host}"));
    let site =
        request.headers().get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
    named && origin && site
}
