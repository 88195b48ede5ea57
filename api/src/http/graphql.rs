//! GraphQL over HTTP: from a request to an operation, and from its outcome to an answer.
//!
//! Where the draft specification and the audits of `graphql-http` differ, the audits win, because they are
//! what clients are tested with: 400 and not 422 for a request that cannot be understood, and 200 with
//! `application/json` even if the document is refused.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use actix_web::http::{Method, StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Type,
};
use async_graphql::{Pos, Positioned, Request, Response, Value, Variables};
use futures_util::FutureExt;

use super::answer::{self, Answer};
use super::caching;
use super::documents::Register;
use super::negotiation::Media;
pub use super::parameters::{Asked, Operation, Refusal, from_get, from_post};
use crate::error::Fault;
use crate::graphql::limits::{Limits, Rejection};

/// An operation that may be executed.
pub struct Prepared {
    /// The request for the schema, with its document parsed.
    pub request: Request,
    /// What kind of operation it is.
    pub kind: OperationType,
    /// Whether a client may keep its answer.
    pub kept: bool,
}

/// Answers a request of any method, with `execute` to run the operation that it asks for.
pub async fn respond<F, Fut>(
    request: &HttpRequest,
    body: Bytes,
    limits: &Limits,
    register: &Register,
    execute: F,
) -> HttpResponse
where
    F: FnOnce(Request) -> Fut,
    Fut: Future<Output = Response>,
{
    let Some(media) = media(request) else {
        let message = "Accept application/graphql-response+json or application/json.";
        return answer::refuse(request, Media::Json, Refusal::new(StatusCode::NOT_ACCEPTABLE, message));
    };
    let operation = read(request, &body, limits).and_then(|asked| register.operation(asked));
    let prepared = match operation {
        Ok(operation) => prepare(operation, limits, register),
        Err(refusal) => return answer::refuse(request, media, refusal),
    };
    let answer = match prepared {
        Ok(Prepared { kind: OperationType::Mutation, .. }) if request.method() == Method::GET => {
            // A page elsewhere can make a browser send a GET with what it holds for this site.
            return answer::refuse(request, media, Refusal::method("POST", "Send a mutation with POST."));
        }
        Ok(Prepared { kind: OperationType::Subscription, .. }) => {
            let message = "Send a subscription over a WebSocket: see docs/live-updates.md.";
            Answer::refusal(Rejection::bad_input(message, None))
        }
        Ok(Prepared { request: operation, kept, .. }) => {
            run(operation, limits, execute, &answer::request_id(request)).await.kept(kept)
        }
        Err(rejection) => Answer::refusal(rejection),
    };
    answer.render(request, media, limits)
}

/// Answers a request that is not even read: no valid token, or the server cannot verify any.
pub fn decline(request: &HttpRequest, fault: Fault) -> HttpResponse {
    let mut error = async_graphql::Error::from(fault).into_server_error(Pos::default());
    // It is nowhere in a document.
    error.locations.clear();
    let media = media(request).unwrap_or(Media::Json);
    Answer::of(Response::from_errors(vec![error])).render(request, media, &Limits::default())
}

/// Answers a request whose body could not be received, such as one that is too long.
pub fn refuse(request: &HttpRequest, refusal: Refusal) -> HttpResponse {
    answer::refuse(request, media(request).unwrap_or(Media::Json), refusal)
}

/// The operation that a request asks for, within the limits and with a value for each variable that needs
/// one.
pub fn prepare(operation: Operation, limits: &Limits, register: &Register) -> Result<Prepared, Rejection> {
    let document = register.document(&operation.query, limits)?;
    let chosen = &choose(&document, operation.operation_name.as_deref())?.node;
    check_variables(chosen, &operation.variables)?;
    let (kind, kept) = (chosen.ty, caching::may_be_kept(&document, chosen));
    let mut request = Request::new(operation.query).variables(operation.variables);
    request.operation_name = operation.operation_name;
    request.set_parsed_query(document.as_ref().clone());
    Ok(Prepared { request, kind, kept })
}

fn media(request: &HttpRequest) -> Option<Media> {
    let accept = request.headers().get_all(header::ACCEPT);
    Media::negotiate(accept.filter_map(|value| value.to_str().ok()))
}

fn read(request: &HttpRequest, body: &[u8], limits: &Limits) -> Result<Asked, Refusal> {
    match *request.method() {
        Method::GET => from_get(request.query_string()),
        Method::POST => from_post(content_type(request)?, body, limits),
        _ => Err(Refusal::method("GET, POST", "Send a query with GET or POST, a mutation with POST.")),
    }
}

/// The one type that the body is said to be of. A compressed body is refused: what it comes to would have no limit.
fn content_type(request: &HttpRequest) -> Result<Option<&str>, Refusal> {
    let mut encodings = request.headers().get_all(header::CONTENT_ENCODING);
    if encodings.any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        let message = "Send the body as it is, without a Content-Encoding.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let mut types = request.headers().get_all(header::CONTENT_TYPE);
    let first = types.next().and_then(|value| value.to_str().ok());
    Ok(first.filter(|_| types.next().is_none()))
}

fn choose<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a Positioned<OperationDefinition>, Rejection> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(operation),
        (DocumentOperations::Multiple(operations), Some(name)) if operations.contains_key(name) => {
            Ok(&operations[name])
        }
        (_, Some(_)) => {
            Err(Rejection::bad_input("The document has no operation of the name in \"operationName\".", None))
        }
        (DocumentOperations::Multiple(operations), None) => {
            let mut operations = operations.values();
            let message = "The document has several operations. Say which one to run in \"operationName\".";
            match (operations.next(), operations.next()) {
                (Some(only), None) => Ok(only),
                _ => Err(Rejection::bad_input(message, None)),
            }
        }
    }
}

/// Refuses an operation whose required variables have no value. The library notices only where such a
/// variable is used, after other fields have been resolved, and not at all where it is not used.
fn check_variables(operation: &OperationDefinition, variables: &Variables) -> Result<(), Rejection> {
    for definition in &operation.variable_definitions {
        let (name, kind) = (&definition.node.name.node, &definition.node.var_type.node);
        let value = variables.get(name);
        let defaulted = value.is_none() && definition.node.default_value.is_some();
        if !defaulted && !present(kind, value) {
            let message = format!("The variable ${name} needs a value of the type {kind}.");
            return Err(Rejection::bad_input(message, Some(definition.pos)));
        }
    }
    Ok(())
}

/// Whether there is a value wherever the type wants one. Of which type it is, validation checks.
fn present(kind: &Type, value: Option<&Value>) -> bool {
    match (value, &kind.base) {
        (None | Some(Value::Null), _) => kind.nullable,
        (Some(Value::List(items)), BaseType::List(kind)) => {
            items.iter().all(|item| present(kind, Some(item)))
        }
        (Some(_), _) => true,
    }
}

/// Executes within the time limit, and outlives a panic.
pub(super) async fn run<F, Fut>(request: Request, limits: &Limits, execute: F, id: &str) -> Answer
where
    F: FnOnce(Request) -> Fut,
    Fut: Future<Output = Response>,
{
    // Whatever a panic leaves half done belongs to the one operation, which is dropped with it.
    let running = AssertUnwindSafe(async { execute(request).await }).catch_unwind();
    match tokio::time::timeout(Duration::from_secs(limits.seconds), running).await {
        Ok(Ok(response)) => Answer::of(response),
        Ok(Err(_)) => {
            // Its message may hold anything, so that only the panic hook decides where it goes.
            tracing::error!(request_id = id, "an operation panicked");
            Answer::broken()
        }
        Err(_) => {
            tracing::warn!(request_id = id, seconds = limits.seconds, "an operation ran out of time");
            Answer::too_slow(limits)
        }
    }
}
