//! The only owner of a connection.
//!
//! A [`Store`] belongs to one request: it carries the caller's [`Scope`], and whatever it reads or changes is
//! bounded by the table's condition in [`visibility`]. Reads go through [`Store::find`]; changes through
//! [`Store::write`], which is one transaction with its audit and its idempotency key.
//!
//! On PostgreSQL the database holds the same rules itself: every statement runs on a `Link` that began by saying who
//! asks, with how far a `Reach`. All that a request reads shares one transaction.

mod act;
mod beside;
mod beyond;
mod chain;
mod changes;
mod counts;
mod database;
mod find;
pub mod kin;
mod link;
pub mod page;
mod reach;
mod readings;
mod rows;
mod seals;
mod turns;
mod verification;
pub mod visibility;
mod words;
mod write;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Id, ldu, service};

use crate::auth::Scope;
use crate::error::Result;
use crate::settings::Policy;

pub use act::{Act, Outcome};
pub use beside::{Asked, Beside, columns, distinct, join};
pub use beyond::{Began, Standing};
pub use chain::{Flaw, Harm};
pub use changes::{About, Look, Place};
pub use counts::{By, Counting, Of, Sight};
pub use database::{DEMONSTRATION, Database, Founders, Inhabitants};
pub use find::{Find, Finds, id_of};
use link::Link;
pub(crate) use reach::Reach;
pub use readings::Reading;
use readings::Readings;
pub use seals::OVERLAP;
pub use verification::{Anchor, Chain, Verdict};
pub use visibility::Visible;
pub use words::{fit, has_stems, has_words};
pub use write::{Savepoint, Write};

/// What one request reads and writes through.
#[derive(Clone)]
pub struct Store {
    database: Database,
    scope: Arc<Scope>,
    /// Where everything of the request is read.
    reads: Arc<Link>,
    policy: Policy,
    request_id: Arc<str>,
    now: DateTime<Utc>,
    readings: Readings,
}

/// The rows that a request looks through, and does not answer.
pub struct LookingThrough<'s>(&'s Store);

impl Finds for LookingThrough<'_> {
    fn find<E: Visible>(&self) -> Find<'_, E> {
        Find::new(&self.0.reads, E::visible_to(&self.0.scope))
    }

    fn scope(&self) -> &Scope {
        &self.0.scope
    }
}

impl Store {
    /// The store of a request that began at `now`.
    pub fn new(
        database: Database,
        scope: Scope,
        policy: Policy,
        request_id: &str,
        now: DateTime<Utc>,
    ) -> Self {
        let reads = Arc::new(database.reading(&Reach::Read(&scope)));
        let (scope, readings) = (Arc::new(scope), Readings::default());
        Self { database, scope, reads, policy, request_id: request_id.into(), now, readings }
    }

    /// The periods that the network's policy sets.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// The caller.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// When the request began.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Today, in Europe/London.
    pub fn today(&self) -> NaiveDate {
        self.scope.today()
    }

    /// Rows of a table that the caller may see. Whose records they are is noted.
    pub fn find<E: Visible>(&self) -> Find<'_, E> {
        Find::new(&self.reads, E::visible_to(&self.scope)).noted(&self.readings)
    }

    /// Reads what is looked through for the sake of something else, or only counted: as the caller sees it, and without
    /// noting whose records it is. What is answered of it is read by [`Store::find`].
    pub const fn looking_through(&self) -> LookingThrough<'_> {
        LookingThrough(self)
    }

    /// The lines for places of services, and those of which an offer lapsed before this instant: how each stands in them,
    /// and nothing of whom it is.
    pub async fn lines(
        &self,
        services: Vec<Id<service::Entity>>,
        lapsed_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Standing>> {
        beyond::lines(&self.reads, services, lapsed_at).await
    }

    /// The last twenty starts of each of these services, of people of one LDU if one is named: when, and nothing of whom.
    pub async fn last_starts(
        &self,
        services: Vec<Id<service::Entity>>,
        ldu: Option<Id<ldu::Entity>>,
    ) -> Result<Vec<Began>> {
        beyond::last_starts(&self.reads, services, ldu).await
    }
}
