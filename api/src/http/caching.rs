//! Which answers a client may keep, and how it asks whether the one that it has still holds.
//!
//! Only what is of nobody in particular may be kept: the directory, the rate card as its reader may see it, the
//! organisations, the schema. It is the client's own copy (`private`), and it asks each time before it uses it (`no-cache`), so that a
//! token that was revoked shows no more of it. Everything else, people above all, is `no-store`, and has no tag
//! either: a digest of little data, in the log of a proxy, tells what it was.

use actix_web::body::{MessageBody as _, None};
use actix_web::http::header::{self, EntityTag, HeaderValue, IfNoneMatch};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse};
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use sha2::{Digest as _, Sha256};

use super::negotiation::Media;
use crate::audit::watch::top;

/// The fields at the top of a query whose answers may be kept. From none of them a person under supervision is
/// reached, which `tests/it/caching.rs` reads off the schema.
pub const KEPT: [&str; 10] = [
    "service",
    "services",
    "rateCard",
    "exportRateCard",
    "organisation",
    "organisations",
    "instruments",
    "__schema",
    "__type",
    "__typename",
];

/// On what an answer depends besides the URL. `Compress` would add the encoding only where it compresses, and in a
/// header of its own, which `Cors` then drops.
const VARY: HeaderValue = HeaderValue::from_static("authorization, accept, accept-encoding");

/// Whether the answer to the operation may be kept, if it has no errors.
pub(super) fn may_be_kept(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    let mut fields = Vec::new();
    top(document, &operation.selection_set.node, &mut fields, &mut Vec::new());
    operation.ty == OperationType::Query && fields.iter().all(|field| KEPT.contains(field))
}

/// Lets the client keep the answer to a GET; or tells it that what it has still holds, and saves the body.
pub(super) fn keep(request: &HttpRequest, media: Media, response: HttpResponse) -> HttpResponse {
    if request.method() != Method::GET {
        return response;
    }
    let (mut response, body) = response.into_parts();
    let body = match body.try_into_bytes() {
        Ok(body) => body,
        Err(body) => return response.set_body(body),
    };
    let tag = tag(media, &body);
    let held = request.get_header::<IfNoneMatch>().is_some_and(|held| match held {
        IfNoneMatch::Any => true,
        IfNoneMatch::Items(tags) => tags.iter().any(|held| held.weak_eq(&tag)),
    });
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag.to_string()) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, VARY);
    if !held {
        return response.set_body(body).map_into_boxed_body();
    }
    headers.remove(header::CONTENT_TYPE);
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response.set_body(None::new()).map_into_boxed_body()
}

/// The tag of a body. It is a weak one, because the same body may also be sent compressed.
fn tag(media: Media, body: &[u8]) -> EntityTag {
    let digest = Sha256::new().chain_update(media.content_type()).chain_update(body).finalize();
    EntityTag::new_weak(digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}
