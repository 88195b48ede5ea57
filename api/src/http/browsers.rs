//! What browsers are told: what they may do with an answer, and which pages may ask.

use actix_cors::Cors;
use actix_web::http::{Method, Uri, header};
use actix_web::middleware::{Condition, DefaultHeaders};

use crate::settings;

/// The seconds for which a browser may remember that a page may ask.
const REMEMBERED: usize = 3_600;

/// What the pages that people look at may do: run and look like what this server sends, ask this server (over its
/// socket too), and show the signs that are written into their style sheet. No other host, nothing inline, no eval.
pub(super) const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The headers of every answer.
pub(super) fn headers(production: bool) -> DefaultHeaders {
    let headers = DefaultHeaders::new()
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::X_FRAME_OPTIONS, "DENY"))
        .add((header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"))
        .add((header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"))
        .add((header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"))
        .add((header::PERMISSIONS_POLICY, "camera=(), display-capture=(), geolocation=(), microphone=()"))
        .add((header::CACHE_CONTROL, "no-store"));
    if production {
        // Two years. Whoever serves real people does so over TLS; without it browsers overlook this header.
        return headers.add((header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"));
    }
    headers
}

/// The pages of other sites that may ask: those of the settings, and with a token in their own hands. No cookie
/// is ever asked for.
pub(super) fn cors(settings: &settings::Cors) -> Condition<Cors> {
    let cors = Cors::default()
        .allowed_methods([Method::GET, Method::POST])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT, header::IF_NONE_MATCH])
        .allowed_headers(["x-request-id", "x-purpose"])
        .expose_headers([header::RETRY_AFTER, header::ETAG])
        .expose_headers(["x-request-id"])
        .max_age(REMEMBERED);
    let cors = settings.origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin));
    Condition::new(!settings.origins.is_empty(), cors)
}

/// Refuses origins that no browser would ever send.
pub fn check(settings: &settings::Cors) -> Result<(), String> {
    match settings.origins.iter().find(|origin| !is_origin(origin)) {
        Some(origin) => Err(format!(
            "cors.origins: {origin:?} is no origin. Write scheme, host and port as a browser sends them, such \
             as https://cases.example.org, without a path."
        )),
        None => Ok(()),
    }
}

fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return false };
    let host = !authority.host().is_empty() && !authority.as_str().contains(['@', '*']);
    host && matches!(scheme, "http" | "https")
        && text == format!("{scheme}://{authority}").to_ascii_lowercase()
}
