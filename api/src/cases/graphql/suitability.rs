//! What assessments for programmes found, as GraphQL shows it.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, person, programme_suitability, service};
use rules::terms::Suitability;

use crate::directory::graphql::Service;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads::named;
use crate::store::kin::{Member, ToOne};

/// What an assessment found, with what was read for it.
pub struct ProgrammeSuitability(pub Member<programme_suitability::Model, SuitabilityKin>);

/// What hangs on what assessments found.
#[derive(Default)]
pub struct SuitabilityKin {
    services: ToOne<Id<service::Entity>, Service>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

/// What an assessment found of somebody for a programme. Services ask for it by criteria of the kind SUITABILITY.
#[Object]
impl ProgrammeSuitability {
    /// Its identifier.
    fn id(&self) -> GlobalId<programme_suitability::Entity> {
        self.0.id.into()
    }
    /// The programme.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let ids = || self.0.rows().iter().map(|row| row.service_id).collect();
        let services = &self.0.kin().services;
        services.of(&self.0.service_id, || Service::load_all(store(ctx), ids())).await.in_turn()
    }
    /// What was found.
    fn suitability(&self) -> Shown<Suitability> {
        self.0.suitability.into()
    }
    /// What it was found by, and what speaks for it or against it.
    fn findings(&self) -> &str {
        &self.0.findings
    }
    /// The day of the assessment (Europe/London).
    fn assessed_on(&self) -> Date {
        self.0.assessed_on.into()
    }
    /// Who recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.recorded_by_id).collect::<Vec<_>>();
        let people = &self.0.kin().people;
        people.of(&self.0.recorded_by_id, || named(store(ctx), ids().into_iter())).await.in_turn()
    }
    /// When it was recorded.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// When a later assessment for the same programme took its place; null while it stands.
    fn superseded_at(&self) -> Option<DateTime<Utc>> {
        self.0.superseded_at
    }
}

keyed!(ProgrammeSuitability);
