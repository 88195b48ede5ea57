//! OAuth 2.0 for API clients: the client credentials grant (RFC 6749, 4.4) and revocation (RFC 7009).

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Query};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use rules::Term;
use rules::access::Roles;
use rules::terms::Role;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::{Shared, answer};
use crate::auth::Client;
use crate::error::{Code, Fault};
use crate::store::Store;
use crate::trust::service::revoking;

/// The most bytes of a form: a token and a secret have room.
const MOST_BYTES: usize = 16 * 1024;

/// Why a request gets no token: RFC 6749, 5.2.
struct Problem {
    status: StatusCode,
    error: &'static str,
    description: &'static str,
}

impl Problem {
    const fn of(error: &'static str, description: &'static str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, description }
    }

    const fn request(description: &'static str) -> Self {
        Self::of("invalid_request", description)
    }

    /// Whether the client exists, is in use, or has sent a wrong secret: nobody is told which.
    const fn client() -> Self {
        let description = "The client has not proved itself by a secret that counts.";
        Self { status: StatusCode::UNAUTHORIZED, ..Self::of("invalid_client", description) }
    }

    fn answer(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        if self.status == StatusCode::UNAUTHORIZED {
            answer.insert_header((
                header::WWW_AUTHENTICATE,
                "Basic realm=\"partner-network\", charset=\"UTF-8\"",
            ));
        }
        answer
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::PRAGMA, "no-cache"))
            .json(json!({ "error": self.error, "error_description": self.description }))
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        if fault.code() == Code::Unavailable {
            let description = "The server's database cannot be reached just now.";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return Self { status, ..Self::of("temporarily_unavailable", description) };
        }
        tracing::error!(?fault, "a client's request failed");
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self { status, ..Self::of("server_error", "Something went wrong on the server.") }
    }
}

/// The parameters of a form, each at most once. What is empty is not there (RFC 6749, 3.2). It has no `Debug`: it
/// holds secrets.
struct Form(Vec<(String, String)>);

impl Form {
    async fn read(request: &HttpRequest, payload: web::Payload) -> Result<Self, Problem> {
        if !request.query_string().is_empty() {
            return Err(Problem::request("Send the parameters in the body: addresses end up in logs."));
        }
        if !request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Problem::request("Send a form: Content-Type: application/x-www-form-urlencoded."));
        }
        let body = match payload.to_bytes_limited(MOST_BYTES).await {
            Ok(Ok(body)) => body,
            Ok(Err(_)) | Err(_) => return Err(Problem::request("The body is too long or ends too early.")),
        };
        let text = str::from_utf8(&body).ok();
        let pairs = text.and_then(|text| Query::<Vec<(String, String)>>::from_query(text).ok());
        let pairs = pairs.ok_or(Problem::request("The form cannot be read."))?.into_inner();
        let mut names: Vec<&String> = pairs.iter().map(|(name, _)| name).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(Problem::request("A parameter is there twice."));
        }
        Ok(Self(pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect()))
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// `POST /oauth/token`.
pub(super) async fn token(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> HttpResponse {
    issue(&request, payload, &shared).await.unwrap_or_else(|problem| problem.answer())
}

async fn issue(
    request: &HttpRequest,
    payload: web::Payload,
    shared: &Shared,
) -> Result<HttpResponse, Problem> {
    let Some(issuer) = &shared.issuer else { return Ok(HttpResponse::NotFound().finish()) };
    let form = Form::read(request, payload).await?;
    let client = authenticate(request, &form, shared).await?;
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => {
            let description = "Clients get tokens by grant_type=client_credentials alone.";
            return Err(Problem::of("unsupported_grant_type", description));
        }
        None => return Err(Problem::request("Say grant_type=client_credentials.")),
    }
    let roles = granted(form.get("scope"), client.roles())?;
    let auth = &shared.settings.auth;
    let life = auth.client_token_seconds.min(auth.longest_life_seconds);
    let (name, now) = (client.name(), shared.clock.now());
    let token = issuer.token_for(&name, &client.bearer(&roles), now, TimeDelta::seconds(life));
    let token = token.map_err(|error| Problem::from(Fault::internal(error)))?;
    tracing::info!(client = name, "a token was issued");
    let scope: Vec<&str> = roles.iter().map(|role| role.code()).collect();
    let answer = json!({
        "access_token": token, "token_type": "Bearer", "expires_in": life, "scope": scope.join(" "),
    });
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    Ok(response.json(answer))
}

/// The roles that are asked for, if the client has all of them; all it has, if it asks for none.
fn granted(scope: Option<&str>, has: Roles) -> Result<Vec<Role>, Problem> {
    let refuse = || Problem::of("invalid_scope", "The client does not have every role that it asks for.");
    let asked: Option<Roles> = match scope {
        Some(scope) => scope.split(' ').map(Role::from_code).collect(),
        None => Some(has),
    };
    let asked = asked.filter(|asked| asked.and(has) == *asked && !asked.is_empty()).ok_or_else(refuse)?;
    Ok(asked.list())
}

/// `POST /oauth/revoke`: a client takes back a token of its own. One that was forged, has expired or was taken back
/// before counts as done.
pub(super) async fn revoke(
    request: HttpRequest,
    payload: web::Payload,
    shared: web::Data<Shared>,
) -> HttpResponse {
    take_back(&request, payload, &shared).await.unwrap_or_else(|problem| problem.answer())
}

async fn take_back(
    request: &HttpRequest,
    payload: web::Payload,
    shared: &Shared,
) -> Result<HttpResponse, Problem> {
    if shared.issuer.is_none() {
        return Ok(HttpResponse::NotFound().finish());
    }
    let form = Form::read(request, payload).await?;
    let client = authenticate(request, &form, shared).await?;
    let token = form.get("token").ok_or(Problem::request("Say which token."))?;
    if let Some((jti, issued_to)) = shared.gate.token_of_client(token) {
        if issued_to != client.name() {
            return Err(Problem::of("invalid_grant", "The token was issued to another client."));
        }
        let now = shared.clock.now();
        let (scope, policy) = (client.scope(now), shared.settings.policy);
        let id = answer::request_id(request);
        let store = Store::new(shared.database.clone(), scope, policy, &id, now);
        revoking::own_token(&store, jti).await?;
        shared.gate.watch().look().await?;
    }
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).finish())
}

/// The client that makes the request, by either of the methods of RFC 6749, 2.3.1, and never by both.
async fn authenticate(request: &HttpRequest, form: &Form, shared: &Shared) -> Result<Client, Problem> {
    let (named, given) = (form.get("client_id"), form.get("client_secret"));
    let (name, secret) = match (basic(request)?, named, given) {
        (Some(_), _, Some(_)) => return Err(Problem::request("Send the secret once.")),
        (Some((name, _)), Some(other), None) if name != other => {
            return Err(Problem::request("Name one client."));
        }
        (Some(proof), _, None) => proof,
        (None, Some(name), Some(secret)) => (name.to_owned(), secret.into()),
        (None, _, _) => return Err(Problem::client()),
    };
    let client = shared.gate.client(&name, secret.expose_secret()).await?;
    client.ok_or(Problem::client())
}

/// What the `Authorization` header says. Our names and secrets have no letter that a client would encode.
fn basic(request: &HttpRequest) -> Result<Option<(String, SecretString)>, Problem> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(first) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(Problem::request("Send one Authorization header."));
    }
    let text = first.to_str().ok().and_then(|text| text.split_once(' '));
    let credentials = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"));
    let decoded = credentials.and_then(|(_, encoded)| STANDARD.decode(encoded.trim()).ok());
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
    let (name, secret) = pair.ok_or(Problem::client())?;
    Ok(Some((name.to_owned(), secret.into())))
}
