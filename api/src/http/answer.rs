//! The outcome of an operation as an HTTP response.

use std::collections::BTreeMap;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};
use async_graphql::{Response, ServerError, Value};
use serde::Serialize;
use uuid::Uuid;

use super::caching;
use super::negotiation::Media;
use super::parameters::Refusal;
use crate::error::{Code, Fault};
use crate::graphql::failing::is_of_an_argument;
use crate::graphql::limits::{Limits, Rejection, trim_errors};

/// The header that carries the request's id, both ways.
const REQUEST_ID: &str = "x-request-id";

/// What an operation came to.
pub(super) struct Answer {
    response: Response,
    /// Whether execution began. If it did not, the answer has no `data` at all, not even null.
    begun: bool,
    /// Whether a client may keep it.
    kept: bool,
}

impl Answer {
    /// What an executed request came to.
    pub(super) fn of(response: Response) -> Self {
        // The library does not tell a request that it refused from a null that spread up to the root. But
        // only the latter has an error that names the field which it comes from.
        let in_a_field = response.errors.iter().any(|error| !error.path.is_empty());
        let begun = response.data != Value::Null || in_a_field;
        Self { response, begun, kept: false }
    }

    /// The same, which a client may keep or not; with errors never.
    pub(super) fn kept(self, kept: bool) -> Self {
        Self { kept: kept && self.begun && self.response.errors.is_empty(), ..self }
    }

    /// A request that is refused before it is executed.
    pub(super) fn refusal(rejection: Rejection) -> Self {
        Self { response: Response::from_errors(vec![rejection.into()]), begun: false, kept: false }
    }

    /// An execution that ran out of its time.
    pub(super) fn too_slow(limits: &Limits) -> Self {
        let time = limits.seconds;
        let message =
            format!("The request took more than {time} seconds. Ask for less, or in several requests.");
        Self::broken_off(Code::LimitExceeded, message)
    }

    /// An execution that came upon a defect.
    pub(super) fn broken() -> Self {
        Self::broken_off(Code::Internal, defect())
    }

    fn broken_off(code: Code, message: String) -> Self {
        let error = Rejection { code, message: message.into(), at: None };
        Self { begun: true, ..Self::refusal(error) }
    }

    /// The answer as a response in the given media type.
    pub(super) fn render(mut self, request: &HttpRequest, media: Media, limits: &Limits) -> HttpResponse {
        let id = request_id(request);
        finish(&mut self.response, limits, &id);
        let unauthenticated = self.has(Code::Unauthenticated) && self.response.data == Value::Null;
        self.begun &= !unauthenticated;
        let status = if unauthenticated { StatusCode::UNAUTHORIZED } else { self.status(media) };
        let mut builder = HttpResponse::build(status);
        if unauthenticated {
            builder.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let response = body(builder, media, &id, &self.response, self.begun);
        if self.kept { caching::keep(request, media, response) } else { response }
    }

    /// The answer as a socket tells it: whether execution began, and the response.
    pub(super) fn told(mut self, limits: &Limits, id: &str) -> (bool, Response) {
        finish(&mut self.response, limits, id);
        (self.begun, self.response)
    }

    fn status(&self, media: Media) -> StatusCode {
        if self.begun {
            return StatusCode::OK;
        }
        if self.has(Code::Internal) {
            StatusCode::INTERNAL_SERVER_ERROR
        } else if self.has(Code::Unavailable) {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            match media {
                Media::Graphql => StatusCode::BAD_REQUEST,
                // Clients of this type take any other status for a failure of the network.
                Media::Json => StatusCode::OK,
            }
        }
    }

    fn has(&self, code: Code) -> bool {
        self.response.errors.iter().any(|error| code_of(error) == Some(code.name()))
    }
}

/// Answers a request that holds no operation to execute.
pub(super) fn refuse(request: &HttpRequest, media: Media, refusal: Refusal) -> HttpResponse {
    let mut builder = HttpResponse::build(refusal.status);
    if let Some(methods) = refusal.allow {
        builder.insert_header((header::ALLOW, methods));
    }
    if let Some(seconds) = refusal.retry_after {
        builder.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if refusal.status == StatusCode::REQUEST_TIMEOUT {
        // The rest of the body may still come: nothing else can on this connection.
        builder.force_close();
    }
    let error = Rejection { code: refusal.code, message: refusal.message, at: None };
    body(builder, media, &request_id(request), &Response::from_errors(vec![error.into()]), false)
}

/// Gives each error of a response its code, hides what is nobody's business, and cuts the list to its limit.
pub fn finish(response: &mut Response, limits: &Limits, request_id: &str) {
    trim_errors(response, limits);
    for error in &mut response.errors {
        if code_of(error).is_none() {
            encode(error, request_id);
        }
        if code_of(error) == Some(Code::Internal.name()) {
            error.extensions.get_or_insert_default().set("requestId", request_id);
        }
    }
}

/// Gives an error its code that comes without one: from validation, from an argument, or from a field that
/// was not meant to fail like this.
fn encode(error: &mut ServerError, request_id: &str) {
    let asked_wrongly = error.path.is_empty() || is_of_an_argument(error);
    let code = if asked_wrongly { Code::BadUserInput } else { Code::Internal };
    if !asked_wrongly {
        tracing::error!(request_id, path = ?error.path, "a field failed without a code");
        error.message = defect();
        error.extensions = None;
    }
    error.extensions.get_or_insert_default().set("code", code.name());
}

/// What an answer says of a defect: nothing but that there is one.
fn defect() -> String {
    Fault::internal("").message()
}

fn code_of(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        Value::Enum(code) => Some(code),
        Value::Null | Value::Number(_) | Value::Boolean(_) | Value::Binary(_) => None,
        Value::List(_) | Value::Object(_) => None,
    }
}

/// A response as the specification spells it, errors first so that nobody overlooks them.
#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    extensions: &'a BTreeMap<String, Value>,
}

fn body(
    mut builder: HttpResponseBuilder,
    media: Media,
    id: &str,
    response: &Response,
    begun: bool,
) -> HttpResponse {
    let Response { errors, data, extensions, .. } = response;
    let body = Body { errors, data: begun.then_some(data), extensions };
    builder
        .insert_header((header::CONTENT_TYPE, media.content_type()))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REQUEST_ID, id));
    match serde_json::to_vec(&body) {
        Ok(bytes) => builder.body(bytes),
        Err(_) => {
            tracing::error!(request_id = id, "an answer is not representable in JSON");
            builder.status(StatusCode::INTERNAL_SERVER_ERROR).finish()
        }
    }
}

/// The request's id: the caller's, if it is a plain word, or else one made up on the first call.
pub fn request_id(request: &HttpRequest) -> String {
    struct RequestId(String);
    if let Some(RequestId(id)) = request.extensions().get() {
        return id.clone();
    }
    let given =
        request.headers().get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_plain(id));
    let id = given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    id
}

/// Whether an id can go into a log line and a header as it is.
fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
