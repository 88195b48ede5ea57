//! Who looked at a person's record, as GraphQL shows it.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, organisation, person, probation_case, reading};
use rules::Term as _;
use rules::terms::Role;

use super::reads;
use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::organisations::reads::{named, organisations};
use crate::store::kin::{Member, ToOne};

/// A reading with what was read for it.
pub struct Reading(pub Member<reading::Model, ReadingKin>);

/// What hangs on readings.
#[derive(Default)]
pub struct ReadingKin {
    person: ToOne<Id<person::Entity>, NamedPerson>,
    organisation: ToOne<Id<organisation::Entity>, Organisation>,
}

/// An answer that held records of a person under supervision: one event for each answer, whatever it held of them.
#[Object]
impl Reading {
    /// Its identifier.
    fn id(&self) -> GlobalId<reading::Entity> {
        self.0.id.into()
    }
    /// When.
    fn at(&self) -> DateTime<Utc> {
        self.0.at
    }
    /// In which roles.
    fn roles(&self) -> Vec<Shown<Role>> {
        self.0.roles.split(' ').filter_map(Role::from_code).map(Shown).collect()
    }
    /// Through which operation: its name, or the fields at its top where it had none.
    fn operation(&self) -> &str {
        &self.0.operation
    }
    /// What they said it was for, in the header `X-Purpose` of the request.
    fn purpose(&self) -> Option<&str> {
        self.0.purpose.as_deref()
    }
    /// The request it came with, as the answer and the server's log name it.
    fn request_id(&self) -> &str {
        &self.0.request_id
    }
    /// Who.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.person_id);
        self.0.kin().person.of(&self.0.person_id, || named(store(ctx), ids())).await.in_turn()
    }
    /// For which organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let found =
            self.0.kin().organisation.of(&self.0.organisation_id, || organisations(store(ctx), ids()));
        found.await.in_turn()
    }
}

/// Reads of readings.
#[derive(Default)]
pub struct ReadingsQuery;

#[Object]
impl ReadingsQuery {
    /// Who looked at this person: the readings whose answers held records of the case, the latest first. They are
    /// recorded within a second of the answer. Asking for them is a reading of the case as well. A manager sees
    /// those of the cases that their organisation holds. Roles: TEAM_MANAGER, AUDITOR.
    async fn readings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The case.")] case_id: GlobalId<probation_case::Entity>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Reading>> {
        let store = store(ctx);
        let window = window(ctx, first, after, last, before)?;
        let case = store.find::<probation_case::Entity>().get(case_id.0).await?.id;
        let page = reads::readings(store, case).page(&reads::LATEST_READ, &window).await?;
        let total = if wants_total(ctx) { Some(reads::readings(store, case).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(Reading)))
    }
}
