//! Criteria as they were.

use async_graphql::{Context, Json, Object};
use chrono::{DateTime, Utc};
use entity::{Id, criterion_version, person};
use rules::terms::Purchaser;

use crate::directory::reads;
use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::date::Date;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads::named;
use crate::store::kin::{Member, ToOne};

/// A version with what was read for it.
pub struct CriterionVersion(pub Member<criterion_version::Model, VersionKin>);

/// What hangs on versions.
#[derive(Default)]
pub struct VersionKin {
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

/// A criterion as it was from one change to the next.
#[Object]
impl CriterionVersion {
    /// Which version of the criterion it is, from 1.
    fn version(&self) -> i64 {
        self.0.number
    }
    /// The criterion as people read it: `Age: 18 to 25`.
    fn description(&self) -> Result<String> {
        Ok(reads::parsed(&self.0.value)?.describe())
    }
    /// What it asked, as `addCriterion` takes it.
    fn value(&self) -> Json<&serde_json::Value> {
        Json(&self.0.value)
    }
    /// The one purchaser whose referrals it concerned; null when it concerned everybody's.
    fn purchaser(&self) -> Option<Shown<Purchaser>> {
        self.0.purchaser.map(Shown::from)
    }
    /// The first day (Europe/London) on which it was to be in force; null when it always was.
    fn effective_from(&self) -> Option<Date> {
        self.0.effective_from.map(Date)
    }
    /// The day (Europe/London) from which it was no longer to be in force; null when it had no end.
    fn effective_to(&self) -> Option<Date> {
        self.0.effective_to.map(Date)
    }
    /// Why the criterion existed.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who wrote it; null where that was not kept yet.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = self.0.author_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.author_id).collect::<Vec<_>>();
        self.0.kin().people.of(&id, || named(store(ctx), ids().into_iter())).await.in_turn()
    }
    /// When it was written; the next version ended it.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

keyed!(CriterionVersion);
