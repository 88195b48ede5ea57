//! The way in, step by step: the token, how often its person asks, a place, and only then the body. Whoever is
//! refused costs no memory for what they would have sent, and no more bodies lie about than there are places.

use std::time::Duration;

use actix_web::web::{Bytes, Payload};
use actix_web::{HttpRequest, HttpResponse};

use super::admission::Place;
use super::parameters::Refusal;
use super::{Shared, address, bearer, graphql};
use crate::auth::Scope;
use crate::error::{Code, Fault};

/// A request that was let in.
pub(super) struct Guest {
    /// Who asks.
    pub(super) scope: Scope,
    /// What they sent.
    pub(super) body: Bytes,
    /// The place that is theirs until the answer is made.
    pub(super) place: Place,
}

/// Why a request is not let in.
pub(super) enum Shut {
    /// Its token proves nothing, or cannot be verified now.
    Unproven(Fault),
    /// It comes too often, too slowly, or with too much.
    Refused(Refusal),
}

impl Shut {
    /// The answer to the request.
    pub(super) fn answer(self, request: &HttpRequest) -> HttpResponse {
        let response = match self {
            Self::Unproven(fault) => graphql::decline(request, fault),
            Self::Refused(refusal) => graphql::refuse(request, refusal),
        };
        tracing::info!(status = response.status().as_u16(), "not let in");
        response
    }
}

impl From<Fault> for Shut {
    fn from(fault: Fault) -> Self {
        Self::Unproven(fault)
    }
}

impl From<Refusal> for Shut {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Lets a request in, if it may come in.
pub(super) async fn enter(request: &HttpRequest, payload: Payload, shared: &Shared) -> Result<Guest, Shut> {
    let scope = verify(request, shared).await?;
    shared.turnstile.ask(&scope)?;
    let place = shared.turnstile.place(&scope).await?;
    let body = receive(payload, shared).await?;
    Ok(Guest { scope, body, place })
}

async fn verify(request: &HttpRequest, shared: &Shared) -> Result<Scope, Shut> {
    let token = bearer(request)?;
    let address = address::of_client(request, &shared.settings.admission.trusted_proxies);
    // Who proved themselves before need not suffer for what others send from the same address.
    if !shared.gate.remembers(token) {
        shared.turnstile.may_try(address)?;
    }
    let proven = shared.gate.admit(token).await;
    if proven.as_ref().is_err_and(|fault| fault.code() == Code::Unauthenticated) {
        shared.turnstile.tried_in_vain(address)?;
    }
    Ok(proven?)
}

async fn receive(payload: Payload, shared: &Shared) -> Result<Bytes, Refusal> {
    let most = shared.settings.limits.body_bytes;
    let seconds = shared.settings.admission.body_seconds;
    let receiving = payload.to_bytes_limited(most);
    let received = match seconds {
        0 => receiving.await,
        _ => tokio::time::timeout(Duration::from_secs(seconds), receiving)
            .await
            .map_err(|_| Refusal::too_slow(seconds))?,
    };
    match received {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(Refusal::malformed("The body could not be read to its end.")),
        Err(_) => Err(Refusal::too_large("body", most)),
    }
}
