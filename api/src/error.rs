//! What can go wrong, in one closed table, and its one conversion to GraphQL.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{ErrorExtensions, Value};
use rules::{Refusal, Term};
use sea_orm::{DbErr, RuntimeErr, SqlErr};
use sqlx::postgres::PgDatabaseError;

/// The codes that `extensions.code` can have. The list is closed; a front end may branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// No token, or one that proves nothing.
    Unauthenticated,
    /// The caller's roles do not grant the field.
    Forbidden,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// Somebody else changed it, or the same request is under way.
    Conflict,
    /// The request cannot be understood.
    BadUserInput,
    /// The request asks for more than the limits allow.
    LimitExceeded,
    /// The server or its database cannot answer now.
    Unavailable,
    /// A defect of the server; the answer names only the request.
    Internal,
}

impl Code {
    /// Every code, in the order in which a request meets them.
    pub const ALL: [Self; 8] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::LimitExceeded,
        Self::BadUserInput,
        Self::NotFound,
        Self::Conflict,
        Self::Unavailable,
        Self::Internal,
    ];

    /// What has happened, and what to do about it.
    pub const fn cause_and_cure(self) -> (&'static str, &'static str) {
        match self {
            Self::Unauthenticated => ("There is no token, or one that proves nothing.", "Get a new token."),
            Self::Forbidden => (
                "Your roles do not grant the field, or the server does not show its schema.",
                "Ask as somebody who has one of the field's roles.",
            ),
            Self::LimitExceeded => (
                "It asks for more than the limits allow, or too often.",
                "Ask for less, or after as many seconds as Retry-After says.",
            ),
            Self::BadUserInput => ("The request cannot be understood.", "Mend what the message names."),
            Self::NotFound => (
                "There is no such thing, or it is not yours to see; the two are never told apart.",
                "Check the identifier, and as whom you ask.",
            ),
            Self::Conflict => (
                "Somebody changed it since you read it, or the idempotency key was used for something else.",
                "Read it again and decide anew; the extensions say who changed what.",
            ),
            Self::Unavailable => ("The server or its database cannot answer now.", "Try again in a moment."),
            Self::Internal => ("A defect of the server.", "Report the requestId."),
        }
    }

    /// The code as the answer spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// A rule's refusal with its code spelled out, on its way to `userErrors`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The name of the room's code.
    pub code: &'static str,
    /// The path of the input field concerned.
    pub field: Vec<String>,
    /// What is wrong and what to do about it.
    pub message: String,
}

/// Why an operation has no answer.
#[derive(Clone, Debug)]
pub enum Fault {
    /// One of the closed table of codes, with a sentence for the caller.
    Coded(Code, Cow<'static, str>),
    /// A stale version: who changed what since the caller read it.
    Stale(Box<Stale>),
    /// A rule said no; shown as `userErrors`, never as an error.
    Refused(Vec<Refused>),
    /// A constraint of the database said no; the room that knows it turns it into a refusal.
    Violation(String),
    /// A defect or a failure of the database. Logged, never shown.
    Internal(Arc<dyn std::error::Error + Send + Sync>),
}

/// Who changed what since the caller read it.
#[derive(Clone, Debug)]
pub struct Stale {
    /// The version that is current.
    pub version: i64,
    /// The name of who changed it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<String>,
    /// The fields that changed since, by their names.
    pub changed: Vec<String>,
}

impl Fault {
    /// There is no such thing, or not for this caller: the two are never told apart.
    pub fn not_found(what: &str) -> Self {
        Self::Coded(Code::NotFound, format!("There is no such {what}, or it is not yours to see.").into())
    }

    /// The request cannot be understood.
    pub fn bad_input(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Coded(Code::BadUserInput, message.into())
    }

    /// A defect, from whatever error showed it.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(Arc::from(error.into()))
    }

    /// The code of the closed table that the answer carries.
    pub const fn code(&self) -> Code {
        match self {
            Self::Coded(code, _) => *code,
            Self::Stale(_) | Self::Violation(_) => Code::Conflict,
            Self::Refused(_) => Code::BadUserInput,
            Self::Internal(_) => Code::Internal,
        }
    }

    /// The sentence that the answer carries.
    pub fn message(&self) -> String {
        match self {
            Self::Coded(_, message) => message.to_string(),
            Self::Stale(_) => {
                "Somebody changed this since you read it. Read it again and decide anew.".to_owned()
            }
            Self::Refused(refusals) => {
                refusals.iter().map(|refused| refused.message.as_str()).collect::<Vec<_>>().join(" ")
            }
            Self::Violation(_) => {
                "Somebody else did this at the same moment. Read it again and decide anew.".to_owned()
            }
            Self::Internal(_) => {
                "Something went wrong on the server. Quote the request id when you report it.".to_owned()
            }
        }
    }

    /// This fault, or `refusal` if it is the violation of the constraint `name` (PostgreSQL) on `columns`
    /// (SQLite, which names no unique constraint but its columns).
    pub fn or_refusal<C: Term>(self, name: &str, columns: &str, refusal: Refusal<C>) -> Self {
        match self {
            Self::Violation(message) if message.contains(name) || message.ends_with(columns) => {
                refusal.into()
            }
            other => other,
        }
    }
}

impl<C: Term> From<Refusal<C>> for Fault {
    fn from(refusal: Refusal<C>) -> Self {
        vec![refusal].into()
    }
}

impl<C: Term> From<Vec<Refusal<C>>> for Fault {
    fn from(refusals: Vec<Refusal<C>>) -> Self {
        let erase = |refusal: Refusal<C>| Refused {
            code: refusal.code.name(),
            field: refusal.field,
            message: refusal.message,
        };
        Self::Refused(refusals.into_iter().map(erase).collect())
    }
}

/// Exclusion constraints and triggers whose refusals a rule words.
const CONSTRAINTS: [&str; 6] = [
    "price_periods_apart",
    "criterion_periods_apart",
    "service_availability_apart",
    "budget_periods_apart",
    "session_clash",
    "cohort_never_overbooked",
];

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(message)) = error.sql_err() {
            return Self::Violation(message);
        }
        let text = error.to_string();
        // Exclusion constraints and triggers have no class of their own in SeaORM.
        if let Some(name) = CONSTRAINTS.into_iter().find(|name| text.contains(name)) {
            return Self::Violation(name.to_owned());
        }
        if is_out_of_sight(&error) {
            tracing::warn!(%error, "the second lock held: a row that its author may not have");
            return Self::not_found("thing");
        }
        if will_pass(&error) {
            tracing::warn!(%error, "the database cannot answer");
            let message = "The database cannot be reached just now. Try again in a moment.";
            return Self::Coded(Code::Unavailable, message.into());
        }
        Self::internal(error)
    }
}

/// Whether row-level security refused a row as it would have been: its author does not see it, or it is not theirs to
/// write. The rules refuse that first, unless what the author sees changed meanwhile. PostgreSQL has one code for that
/// and for a right that is missing, which is a defect; but the function that says so is another.
fn is_out_of_sight(error: &DbErr) -> bool {
    let DbErr::Exec(RuntimeErr::SqlxError(error)) = error else { return false };
    let error = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    error.is_some_and(|error| error.code() == "42501" && error.routine() == Some("ExecWithCheckOptions"))
}

/// Whether it is no defect but the state of the database: it is not there, it is busy, or two acts stood in each
/// other's way. The same request may well be answered in a moment.
fn will_pass(error: &DbErr) -> bool {
    let error = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => error,
        _ => return false,
    };
    match &**error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            match code.parse::<u32>() {
                // SQLite: busy, locked, full, cannot be opened.
                Ok(number) if code.len() < 5 => [5, 6, 13, 14].contains(&(number & 0xff)),
                // PostgreSQL, by class: connection, rollback, resources, operator's intervention.
                _ => ["08", "40", "53", "57"].iter().any(|class| code.starts_with(class)),
            }
        }
        _ => false,
    }
}

impl From<Fault> for async_graphql::Error {
    fn from(fault: Fault) -> Self {
        if let Fault::Internal(error) = &fault {
            tracing::error!(%error, "internal error");
        }
        let code = fault.code().name();
        let error = Self::new(fault.message());
        match fault {
            Fault::Stale(stale) => error.extend_with(|_, extensions| {
                extensions.set("code", code);
                extensions.set("currentVersion", stale.version);
                extensions.set("changedBy", stale.changed_by.map_or(Value::Null, Value::from));
                extensions.set("changedAt", stale.changed_at.map_or(Value::Null, Value::from));
                extensions.set("changedFields", Value::from(stale.changed));
            }),
            Fault::Coded(..) | Fault::Refused(_) | Fault::Violation(_) | Fault::Internal(_) => {
                error.extend_with(|_, extensions| extensions.set("code", code))
            }
        }
    }
}

/// What an operation answers.
pub type Result<T, E = Fault> = std::result::Result<T, E>;
