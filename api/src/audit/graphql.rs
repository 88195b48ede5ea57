//! The audit as GraphQL shows it.

use async_graphql::{Context, Json, Object};
use chrono::{DateTime, Utc};
use entity::{Id, audit_event, organisation, person, probation_case};

use super::{identifiers, reads};
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::organisations::reads::{named, organisations};
use crate::store::kin::{Member, ToOne};

/// An event with what was read for it.
pub struct AuditEvent(pub Member<audit_event::Model, AuditEventKin>);

/// What hangs on events.
#[derive(Default)]
pub struct AuditEventKin {
    person: ToOne<Id<person::Entity>, NamedPerson>,
    organisation: ToOne<Id<organisation::Entity>, Organisation>,
}

impl Node for AuditEvent {
    type Table = audit_event::Entity;
    type Kin = AuditEventKin;
    fn show(member: Member<audit_event::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A change to one row, recorded in the same transaction as the change. Events are only ever added.
#[Object]
impl AuditEvent {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<audit_event::Entity> {
        self.0.id.into()
    }
    /// When.
    fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
    /// Through which operation: the mutation's name.
    fn operation(&self) -> &str {
        &self.0.operation
    }
    /// The request it came with, as the answer and the server's log name it.
    fn request_id(&self) -> &str {
        &self.0.request_id
    }
    /// What was done to the row: `insert`, `update` or `delete`.
    fn act(&self) -> &str {
        &self.0.act
    }
    /// The table of the row.
    fn table(&self) -> &str {
        &self.0.table_name
    }
    /// The row: its UUID; the parts of a compound key with a slash between them.
    fn row_id(&self) -> &str {
        &self.0.row_id
    }
    /// The case that was concerned; null where there was none.
    fn case_id(&self) -> Option<GlobalId<probation_case::Entity>> {
        self.0.case_id.map(|id| GlobalId(Id::new(id)))
    }
    /// The new values under `new`, the earlier ones of what changed under `old`, by column; identifiers as everywhere in
    /// the interface.
    fn changes(&self) -> Json<serde_json::Value> {
        Json(identifiers::shown(&self.0.table_name, &self.0.changes))
    }
    /// Who; null for the server itself.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = self.0.person_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.person_id);
        self.0.kin().person.of(&id, || named(store(ctx), ids())).await.in_turn()
    }
    /// For which organisation; null for the server itself.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let id = self.0.organisation_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.organisation_id).collect();
        self.0.kin().organisation.of(&id, || organisations(store(ctx), ids())).await.in_turn()
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// What was changed, by whom and when; the latest first. Every filter that is given narrows the list.
    /// Roles: AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only changes that concern this case.")] case: Option<
            GlobalId<probation_case::Entity>,
        >,
        #[graphql(
            desc = "Only changes to this row: its id as the interface shows it, its UUID, or its `rowId`."
        )]
        row: Option<String>,
        #[graphql(desc = "Only changes by this person.")] person: Option<GlobalId<person::Entity>>,
        #[graphql(desc = "Only changes through this operation: a mutation's name.")] operation: Option<
            String,
        >,
        #[graphql(desc = "Only changes at this instant or later.")] from: Option<DateTime<Utc>>,
        #[graphql(desc = "Only changes before this instant.")] to: Option<DateTime<Utc>>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<AuditEvent>> {
        let case = case.map(|id| id.0);
        let person = person.map(|id| id.0);
        let sought = reads::Sought { case, row, person, operation, from, to };
        sought.check()?;
        let window = window(ctx, first, after, last, before)?;
        let page = reads::events(store(ctx), &sought).page(&reads::LATEST, &window).await?;
        let total =
            if wants_total(ctx) { Some(reads::events(store(ctx), &sought).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(AuditEvent)))
    }
}
