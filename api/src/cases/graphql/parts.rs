//! What belongs to a case.

use crate::graphql::date::Date;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, case_holding, case_officer, case_restriction, organisation, person, sentence};
use rules::terms::{AccessRestriction, Grade, SentenceKind};

use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::organisations::reads as organisations;
use crate::store::kin::{Member, ToOne};

/// A sentence with what was read for it.
pub struct Sentence(pub Member<sentence::Model, SentenceKin>);

/// What hangs on sentences.
#[derive(Default)]
pub struct SentenceKin {
    rar_days_used: ToOne<Id<sentence::Entity>, i32>,
}

/// A sentence that a case is on, with its requirements.
#[Object]
impl Sentence {
    /// Its identifier.
    fn id(&self) -> GlobalId<sentence::Entity> {
        self.0.id.into()
    }
    /// The kind of sentence.
    fn kind(&self) -> Shown<SentenceKind> {
        self.0.kind.into()
    }
    /// Its first day.
    fn starts_on(&self) -> Date {
        self.0.starts_on.into()
    }
    /// Its last day.
    fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date)
    }
    /// The maximum number of RAR days that the court set; null without a RAR.
    fn max_rar_days(&self) -> Option<i32> {
        self.0.max_rar_days
    }
    /// RAR days used of that maximum: calendar days (Europe/London) with at least one attended session, over the
    /// referrals under this sentence to services that count towards the RAR.
    async fn rar_days_used(&self, ctx: &Context<'_>) -> Result<i32> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let load = || crate::sessions::reads::rar_days_used_under(store(ctx), ids());
        Ok(self.0.kin().rar_days_used.of(&self.0.id, load).await?.copied().unwrap_or_default())
    }
    /// The accredited programme that the court required.
    fn programme(&self) -> Option<&str> {
        self.0.programme.as_deref()
    }
    /// The hours of unpaid work that the court ordered.
    fn unpaid_work_hours(&self) -> Option<i32> {
        self.0.unpaid_work_hours
    }
}

/// People and organisations named on the history of a case.
#[derive(Default)]
pub struct HistoryKin {
    people: ToOne<Id<person::Entity>, NamedPerson>,
    organisations: ToOne<Id<organisation::Entity>, Organisation>,
}

/// A period of one officer.
pub struct OfficerPeriod(pub Member<case_officer::Model, HistoryKin>);

/// A period in which an officer was responsible for a case.
#[Object]
impl OfficerPeriod {
    /// The responsible officer.
    async fn officer(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.person_id);
        self.0.kin().people.of(&self.0.person_id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// The grade recorded at the allocation.
    fn grade(&self) -> Option<Shown<Grade>> {
        self.0.grade.map(Shown::from)
    }
    /// Why the case came to this officer.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// When it began.
    async fn from_at(&self) -> DateTime<Utc> {
        self.0.from_at
    }
    /// When it ended; null for the present officer.
    fn to_at(&self) -> Option<DateTime<Utc>> {
        self.0.to_at
    }
}

/// A period of one holder.
pub struct Holding(pub Member<case_holding::Model, HistoryKin>);

/// A period in which an organisation held a case.
#[Object]
impl Holding {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let found = self
            .0
            .kin()
            .organisations
            .of(&self.0.organisation_id, || organisations::organisations(store(ctx), ids()));
        found.await.in_turn()
    }
    /// Why the case was allocated there.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// When it began.
    async fn from_at(&self) -> DateTime<Utc> {
        self.0.from_at
    }
    /// When it ended; null for the present holder.
    fn to_at(&self) -> Option<DateTime<Utc>> {
        self.0.to_at
    }
}

/// A person named on a limited-access case.
pub struct Restriction(pub Member<case_restriction::Model, HistoryKin>);

/// A person to whom a limited-access case is open, or closed.
#[Object]
impl Restriction {
    /// The person named.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.person_id);
        self.0.kin().people.of(&self.0.person_id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// Open to the people so named alone, or closed to this person.
    fn kind(&self) -> Shown<AccessRestriction> {
        self.0.kind.into()
    }
    /// Why.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// When it was set.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

keyed!(Sentence, OfficerPeriod, Holding, Restriction);
