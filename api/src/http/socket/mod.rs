//! GraphQL over a WebSocket, by the protocol `graphql-transport-ws`.
//!
//! `protocol` says what messages mean, without a socket; `conversation` holds one socket and its heartbeat; each
//! operation runs in a task of its own (`operation`, `subscription`) and says what it has to say through the
//! conversation. Whose socket it is, and whether it still may be, `access` knows.

mod access;
mod conversation;
mod frames;
mod operation;
mod protocol;
mod seats;
mod subscription;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, rt, web};
use actix_ws::{CloseCode, CloseReason};
use tracing::Instrument as _;

use self::conversation::{Conversation, Visitor};
use self::protocol::{Closing, PROTOCOL};
use self::seats::Whose;
use super::connections::Kept;
use super::parameters::Refusal;
use super::{Shared, address, bearer, graphql, purpose};
use crate::error::Code;
use crate::settings;

pub use seats::Seats;

/// Whether a request asks for a WebSocket.
pub(super) fn is_asked_for(request: &HttpRequest) -> bool {
    let upgrade = request.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok());
    request.method() == Method::GET && upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// Opens a WebSocket, if the page that asks may ask. What the protocol has against it, it says by closing it again:
/// a page can read that, and no status.
pub(super) fn open(
    request: &HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
    request_id: String,
) -> HttpResponse {
    let settings = &shared.settings.live;
    if !is_welcome(request, &shared.settings.cors) {
        let message = "This page may not ask here: its origin is not among those that may.";
        let refusal = Refusal::new(StatusCode::FORBIDDEN, message);
        return graphql::refuse(request, Refusal { code: Code::Forbidden, ..refusal });
    }
    let purpose = match purpose(request) {
        Ok(purpose) => purpose,
        Err(refusal) => return graphql::refuse(request, refusal),
    };
    let address = address::of_client(request, &shared.settings.admission.trusted_proxies);
    let waiting = shared.seats.take(Whose::Waiting(address), settings.sockets_waiting_per_address);
    let seats = waiting.zip(shared.seats.take(Whose::All, settings.sockets));
    let Some((waiting, seat)) = seats else {
        let message = "Too many WebSockets are open. Try again later.";
        let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, message);
        return graphql::refuse(request, Refusal { code: Code::Unavailable, ..refusal });
    };
    let Ok((mut response, session, frames)) = actix_ws::handle(request, payload) else {
        return graphql::refuse(
            request,
            Refusal::malformed("The handshake of the WebSocket is not complete."),
        );
    };
    let is_spoken = speaks(request);
    if is_spoken {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    } else {
        tracing::info!("a WebSocket of another protocol");
        rt::spawn(async move {
            let _seats = (waiting, seat);
            // It fails only if the client was faster.
            let _ = session.close(Some(reason(&Closing::not_acceptable()))).await;
        });
        return response;
    }
    let visitor = Visitor {
        address,
        token: bearer(request).ok().map(str::to_owned),
        purpose,
        request_id,
        connection: Kept::of(request),
        waiting: Some(waiting),
        _seat: seat,
    };
    let frames = frames.max_frame_size(settings.message_bytes);
    let conversation = Conversation::new(shared, session, frames, visitor);
    rt::spawn(conversation.hold().instrument(tracing::Span::current()));
    response
}

/// Whether the client offers the protocol that is spoken here.
fn speaks(request: &HttpRequest) -> bool {
    let offered = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let mut names = offered.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    names.any(|name| name.trim() == PROTOCOL)
}

/// Whether the page that asks, if it is one, is of this site or among those that may ask. A browser sends a WebSocket's
/// handshake without asking first whether it may.
fn is_welcome(request: &HttpRequest, cors: &settings::Cors) -> bool {
    let mut origins = request.headers().get_all(header::ORIGIN);
    let Some(origin) = origins.next() else { return true };
    let (Ok(origin), None) = (origin.to_str(), origins.next()) else { return false };
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    let is_own = authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host));
    is_own || cors.origins.iter().any(|allowed| allowed == origin)
}

/// A reason to close as the socket says it.
fn reason(closing: &Closing) -> CloseReason {
    CloseReason { code: CloseCode::from(closing.code), description: Some(closing.reason.to_string()) }
}
