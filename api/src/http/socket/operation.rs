//! One operation of a socket: a query or a mutation, answered once, or a subscription.

use std::sync::Arc;

use actix_web::web;
use async_graphql::parser::types::OperationType;
use async_graphql::{Pos, Request, Response, ServerError};
use serde_json::Value;
use tokio::sync::mpsc::Sender;

use super::access::{self, Access};
use super::protocol::{self, Closing};
use crate::audit::watch;
use crate::error::{Code, Fault};
use crate::graphql::limits::Rejection;
use crate::http::Shared;
use crate::http::answer::finish;
use crate::http::graphql::{Prepared, prepare, run};
use crate::http::parameters::{Refusal, from_post};
use crate::store::Store;

/// What an operation has to say to its client.
pub(super) enum Said {
    /// A message.
    Message {
        /// How its messages are called.
        id: String,
        /// Which of all that ran on this socket it is.
        number: u64,
        /// The message.
        text: String,
        /// Whether it is the last.
        is_last: bool,
    },
    /// That the socket has to be closed.
    Close(Closing),
}

/// How an operation ends.
pub(super) enum End {
    /// It is done.
    Complete,
    /// With errors, before it was executed, or because it cannot be followed any longer.
    Errors(Vec<ServerError>),
    /// With the socket.
    Close(Closing),
    /// The socket is gone.
    Gone,
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        if fault.code() == Code::Unauthenticated {
            return Self::Close(access::closing(&fault));
        }
        let mut error = async_graphql::Error::from(fault).into_server_error(Pos::default());
        // It is nowhere in a document.
        error.locations.clear();
        Self::Errors(vec![error])
    }
}

impl From<Rejection> for End {
    fn from(rejection: Rejection) -> Self {
        Self::Errors(vec![rejection.into()])
    }
}

impl From<Refusal> for End {
    fn from(refusal: Refusal) -> Self {
        Rejection { code: refusal.code, message: refusal.message, at: None }.into()
    }
}

/// One operation, and all that it needs.
pub(super) struct Operation {
    pub(super) shared: web::Data<Shared>,
    pub(super) access: Arc<Access>,
    pub(super) purpose: Option<String>,
    pub(super) request_id: String,
    pub(super) id: String,
    pub(super) number: u64,
    pub(super) voice: Sender<Said>,
}

impl Operation {
    /// Executes what is asked for, and says what it comes to.
    pub async fn run(self, prepared: Prepared) {
        let Prepared { request, kind } = prepared;
        let end = match kind {
            OperationType::Query | OperationType::Mutation => self.answer(request).await,
            OperationType::Subscription => self.follow(request).await,
        };
        self.end(end).await;
    }

    /// What is asked for, or how it ends at once.
    pub fn prepare(&self, payload: &Value) -> Result<Prepared, End> {
        let limits = &self.shared.settings.limits;
        let bytes = serde_json::to_vec(payload).map_err(Fault::internal)?;
        let asked = from_post(Some("application/json"), &bytes, limits).map_err(|refusal| {
            match refusal.code {
                // A payload of another form than the protocol's.
                Code::BadUserInput => End::Close(Closing::invalid(refusal.message)),
                _ => refusal.into(),
            }
        })?;
        let operation = self.shared.register.operation(asked)?;
        Ok(prepare(operation, limits, &self.shared.register)?)
    }

    /// Says how it ends.
    pub async fn end(self, end: End) {
        let (text, id) = match end {
            End::Complete => (protocol::complete(&self.id), self.id),
            End::Errors(errors) => {
                let mut response = Response::from_errors(errors);
                finish(&mut response, &self.shared.settings.limits, &self.request_id);
                (protocol::error(&self.id, &response.errors), self.id)
            }
            End::Close(closing) => {
                let _ = self.voice.send(Said::Close(closing)).await;
                return;
            }
            End::Gone => return,
        };
        // If the socket is gone, there is nobody to say it to.
        let _ = self.voice.send(Said::Message { id, number: self.number, text, is_last: true }).await;
    }

    /// Passes a result on. It waits while the client does not take what was said before.
    pub(super) async fn next(&self, mut response: Response) -> Result<(), End> {
        finish(&mut response, &self.shared.settings.limits, &self.request_id);
        let text = protocol::next(&self.id, &response);
        let said = Said::Message { id: self.id.clone(), number: self.number, text, is_last: false };
        self.voice.send(said).await.map_err(|_| End::Gone)
    }

    async fn answer(&self, request: Request) -> End {
        match self.executed(request).await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn executed(&self, request: Request) -> Result<End, End> {
        let shared = &self.shared;
        let scope = self.access.scope(&shared.gate).await?;
        shared.turnstile.ask(&scope)?;
        let _place = shared.turnstile.place(&scope).await?;
        let (id, limits) = (&self.request_id, &shared.settings.limits);
        let store = self.store(scope);
        let execute = |operation: Request| {
            let operation = operation.data(shared.gate.watch().clone());
            watch::execute(&shared.queue, &shared.schema, store, operation, self.purpose.clone())
        };
        let (begun, response) = run(request, limits, execute, id).await.told(limits, id);
        if !begun {
            return Ok(End::Errors(response.errors));
        }
        self.next(response).await?;
        Ok(End::Complete)
    }

    /// The store of this moment.
    pub(super) fn store(&self, scope: crate::auth::Scope) -> Store {
        let shared = &self.shared;
        let (database, policy) = (shared.database.clone(), shared.settings.policy);
        Store::new(database, scope, policy, &self.request_id, shared.clock.now())
    }
}
