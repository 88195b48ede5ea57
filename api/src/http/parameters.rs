//! What a request asks for, read from a URL or a body.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::Query;
use async_graphql::Variables;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::negotiation::is_json;
use crate::error::Code;
use crate::graphql::limits::Limits;

/// One operation as a request asks for it. It has no `Debug`, because variables hold what no log may hold.
#[derive(Clone, Default, PartialEq)]
pub struct Operation {
    /// The source of the document.
    pub query: String,
    /// Which of the document's operations to run.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Variables,
}

/// What a request asks for, before it is known which document it means.
#[derive(Clone, Default, PartialEq)]
pub struct Asked {
    /// The source of the document, if it is sent.
    pub query: Option<String>,
    /// What the document is called, in each of the ways in which clients say so: `sha256:<hex>` or a name.
    pub identifiers: Vec<String>,
    /// Which of the document's operations to run.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Variables,
}

impl Asked {
    /// The same as an operation of this document.
    pub fn of(self, query: String) -> Operation {
        Operation { query, operation_name: self.operation_name, variables: self.variables }
    }

    /// Notes an identifier, if there is one.
    fn identify(&mut self, identifier: Option<String>) {
        self.identifiers.extend(identifier.filter(|identifier| !identifier.is_empty()));
    }
}

/// Why a request is not one that could be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The status of the answer.
    pub status: StatusCode,
    /// The code of the answer's one error.
    pub code: Code,
    /// What is wrong and what to do about it.
    pub message: Cow<'static, str>,
    /// The methods to try instead, if it is the method that is refused.
    pub allow: Option<&'static str>,
    /// The seconds to wait, if the same request may be granted later.
    pub retry_after: Option<u64>,
}

impl Refusal {
    /// A refusal of what the caller wrote.
    pub fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code: Code::BadUserInput, message: message.into(), allow: None, retry_after: None }
    }

    /// A refusal of the method, naming those that would do.
    pub fn method(allow: &'static str, message: &'static str) -> Self {
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message) }
    }

    /// A refusal of what cannot be read.
    pub fn malformed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A refusal of a part of the request, such as its body, that has more bytes than it may have.
    pub fn too_large(what: &str, most: usize) -> Self {
        let message = format!("The {what} of a request may have at most {most} bytes.");
        Self { code: Code::LimitExceeded, ..Self::new(StatusCode::PAYLOAD_TOO_LARGE, message) }
    }

    /// A refusal of a request whose body does not arrive in time.
    pub fn too_slow(seconds: u64) -> Self {
        let message = format!("The body of a request has to arrive within {seconds} seconds.");
        Self { code: Code::LimitExceeded, ..Self::new(StatusCode::REQUEST_TIMEOUT, message) }
    }

    /// A refusal of what comes too often, or beside too much else, and may come again after a while.
    pub fn too_many(message: &'static str, wait: Duration) -> Self {
        let refusal = Self::new(StatusCode::TOO_MANY_REQUESTS, message);
        // Whole seconds, and rather one too many.
        let retry_after = Some(wait.as_secs() + 1);
        Self { code: Code::LimitExceeded, retry_after, ..refusal }
    }

    /// A refusal of a member of the request that is not what it should be.
    pub fn wrong(member: &str, what: &str) -> Self {
        Self::malformed(format!("\"{member}\" must be {what}."))
    }
}

/// The members of a request that are understood; all others are left aside, as the specification asks.
#[derive(Deserialize)]
struct Members {
    #[serde(default)]
    query: Option<String>,
    #[serde(default, rename = "operationName")]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Variables,
    #[serde(default)]
    extensions: Option<Map<String, Value>>,
    #[serde(default, rename = "documentId")]
    document_id: Option<String>,
    /// A document's name to some clients, and anything else to others.
    #[serde(default)]
    id: Value,
}

impl From<Members> for Asked {
    fn from(members: Members) -> Self {
        let operation_name = members.operation_name.filter(|name| !name.is_empty());
        let (query, variables) = (members.query, members.variables);
        let mut asked = Self { query, identifiers: Vec::new(), operation_name, variables };
        asked.identify(members.document_id);
        asked.identify(text(members.id));
        asked.identify(members.extensions.as_ref().and_then(persisted));
        asked
    }
}

/// The identifier in the extension by which some clients name a document: `persistedQuery.sha256Hash`.
fn persisted(extensions: &Map<String, Value>) -> Option<String> {
    let hash = extensions.get("persistedQuery")?.get("sha256Hash")?.as_str()?;
    Some(format!("sha256:{hash}"))
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Reads what is asked for from the query component of a URL. Empty parameters are as good as absent ones.
pub fn from_get(query_string: &str) -> Result<Asked, Refusal> {
    let pairs = Query::<Vec<(String, String)>>::from_query(query_string)
        .map_err(|_| Refusal::malformed("The parameters of the URL cannot be read."))?;
    let mut asked = Asked::default();
    let mut seen = Vec::new();
    for (name, value) in pairs.into_inner().into_iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "query" => asked.query = Some(value),
            "operationName" => asked.operation_name = Some(value),
            "variables" => {
                asked.variables = serde_json::from_str(&value)
                    .map_err(|_| Refusal::wrong("variables", "an object in JSON"))?;
            }
            "extensions" => {
                let extensions = serde_json::from_str::<Option<Map<String, Value>>>(&value)
                    .map_err(|_| Refusal::wrong("extensions", "an object in JSON"))?;
                asked.identify(extensions.as_ref().and_then(persisted));
            }
            "documentId" | "id" => asked.identify(Some(value)),
            _ => continue,
        }
        if seen.contains(&name) {
            return Err(Refusal::malformed(format!("The parameter \"{name}\" is there twice.")));
        }
        seen.push(name);
    }
    Ok(asked)
}

/// Reads what is asked for from a body.
pub fn from_post(content_type: Option<&str>, body: &[u8], limits: &Limits) -> Result<Asked, Refusal> {
    if !content_type.is_some_and(is_json) {
        let message = "Send the request as JSON, with Content-Type: application/json.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    if body.len() > limits.body_bytes {
        return Err(Refusal::too_large("body", limits.body_bytes));
    }
    // The reader of the members would take a list for them, in the order in which they are declared.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Refusal::malformed("Send one operation in a request; lists of them are not read."));
    }
    let members: Members = serde_json::from_slice(body).map_err(|_| diagnose(body))?;
    // The variables are shorter than the body that they came in, so that they are seldom measured.
    if body.len() > limits.variables_bytes && length(&members.variables) > limits.variables_bytes {
        return Err(Refusal::too_large("variables", limits.variables_bytes));
    }
    Ok(members.into())
}

/// Says what is wrong with a body, by reading it once more without expectations.
fn diagnose(body: &[u8]) -> Refusal {
    let value = match serde_json::from_slice::<Value>(body) {
        Ok(value) => value,
        Err(error) if error.is_eof() => return Refusal::malformed("The body ends before its JSON does."),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            return Refusal::malformed(format!("The body is not JSON: see line {line}, column {column}."));
        }
    };
    let Value::Object(members) = value else {
        return Refusal::malformed("The body must be a JSON object with a member \"query\".");
    };
    let is =
        |name: &str, right: fn(&Value) -> bool| members.get(name).is_none_or(|it| it.is_null() || right(it));
    if !is("query", Value::is_string) {
        Refusal::wrong("query", "a string")
    } else if !is("documentId", Value::is_string) {
        Refusal::wrong("documentId", "a string or null")
    } else if !is("operationName", Value::is_string) {
        Refusal::wrong("operationName", "a string or null")
    } else if !is("variables", Value::is_object) {
        Refusal::wrong("variables", "an object or null")
    } else if !is("extensions", Value::is_object) {
        Refusal::wrong("extensions", "an object or null")
    } else {
        Refusal::malformed("The body has a member twice.")
    }
}

/// The length of the variables as JSON without white space.
fn length(variables: &Variables) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, variables) {
        Ok(()) => count.0,
        Err(_) => usize::MAX,
    }
}
