//! Cohorts.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::{Id, cohort, service};
use rules::places::{CohortAction, cohort_actions};
use rules::terms::{CohortMode, Role, Weekday};

use crate::directory::graphql::Service;
use crate::directory::reads as directory;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::Ldu;
use crate::places::calendar::{self, ServiceLine};
use crate::places::{reads, service as acts};
use crate::store::Store;
use crate::store::kin::{Member, ToMany, ToOne};

/// A cohort with what was read for it.
#[derive(Clone)]
pub struct Cohort(pub Member<cohort::Model, CohortKin>);

/// What hangs on cohorts.
#[derive(Default)]
pub struct CohortKin {
    service: ToOne<Id<service::Entity>, Service>,
    ldus: ToMany<Id<cohort::Entity>, Ldu>,
    lines: ToOne<Id<service::Entity>, ServiceLine>,
}

impl Node for Cohort {
    type Table = cohort::Entity;
    type Kin = CohortKin;
    fn show(member: Member<cohort::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A time of the week at which a cohort meets, in Europe/London.
#[derive(SimpleObject)]
pub struct WeeklyTime {
    /// The day of the week.
    day: Shown<Weekday>,
    /// When it starts, in hours and minutes: `18:00`.
    starts: String,
    /// When it ends, on the same day.
    ends: String,
}

impl Cohort {
    fn services(&self) -> Vec<Id<service::Entity>> {
        let mut ids: Vec<_> = self.0.rows().iter().map(|row| row.service_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    fn ids(&self) -> Vec<Id<cohort::Entity>> {
        self.0.rows().iter().map(|row| row.id).collect()
    }

    /// The line of its service, settled now.
    async fn line(&self, store: &Store) -> Result<Option<&ServiceLine>> {
        let load = || calendar::lines(store, self.services());
        self.0.kin().lines.of(&self.0.service_id, load).await
    }

    async fn left(&self, store: &Store) -> Result<i32> {
        let line = self.line(store).await?.filter(|_| self.0.cancelled_at.is_none());
        Ok(line.map_or(0, |line| line.left(self.0.id.0, store.now())))
    }

    fn is_open(&self, store: &Store) -> bool {
        let closes = calendar::closes(&self.0);
        self.0.cancelled_at.is_none() && closes.is_none_or(|closes| store.now() < closes)
    }
}

/// People who take a service together at a venue: dated, all beginning on one day, or rolling, beginning one by one.
/// Everybody reads the calendar; who stands in its places is read by `places`, as far as one sees the referrals.
#[Object]
impl Cohort {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<cohort::Entity> {
        self.0.id.into()
    }
    /// The service.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let load = || directory::services(store(ctx), self.services());
        self.0.kin().service.of(&self.0.service_id, load).await.in_turn()
    }
    /// Where it meets.
    fn venue(&self) -> &str {
        &self.0.venue
    }
    /// The LDUs from which people come to it, by name.
    async fn ldus(&self, ctx: &Context<'_>) -> Result<&[Ldu]> {
        self.0.kin().ldus.of(&self.0.id, || reads::ldus(store(ctx), self.ids())).await
    }
    /// Whether it meets by day or in the evening.
    fn mode(&self) -> Shown<CohortMode> {
        self.0.mode.into()
    }
    /// Whether people begin and end one by one, and not together.
    fn rolling(&self) -> bool {
        self.0.rolling
    }
    /// The first day (Europe/London). A dated cohort takes people until it is over.
    fn first_day(&self) -> Date {
        Date(self.0.first_day)
    }
    /// The last day (Europe/London). A rolling cohort takes people until it is over; null while it is to go on.
    fn last_day(&self) -> Option<Date> {
        self.0.last_day.map(Date)
    }
    /// When it meets in the week.
    fn weekly_times(&self) -> Result<Vec<WeeklyTime>> {
        let times = acts::read_times(&self.0.weekly_times)?.into_iter();
        let shown = |time: rules::places::WeeklyTime| WeeklyTime {
            day: Shown(time.day),
            starts: time.starts.format("%H:%M").to_string(),
            ends: time.ends.format("%H:%M").to_string(),
        };
        Ok(times.map(shown).collect())
    }
    /// Who runs it, by name.
    fn facilitators(&self) -> Vec<&str> {
        let names = self.0.facilitators.as_array().into_iter().flatten();
        names.filter_map(serde_json::Value::as_str).collect()
    }
    /// How many people can be in it.
    fn places(&self) -> i32 {
        self.0.places
    }
    /// How many places can be booked now. A place that is kept for somebody in line cannot; 0 when it takes nobody any
    /// more.
    async fn places_left(&self, ctx: &Context<'_>) -> Result<i32> {
        self.left(store(ctx)).await
    }
    /// How many people wait for whom a place in it would do: those who wait for it, and those who wait for any of the
    /// service.
    async fn waiting(&self, ctx: &Context<'_>) -> Result<i32> {
        let line = self.line(store(ctx)).await?;
        let waiting = line.map_or(0, |line| line.waiting(self.0.id.0));
        Ok(i32::try_from(waiting).unwrap_or(i32::MAX))
    }
    /// When it was cancelled; null unless it was.
    fn cancelled_at(&self) -> Option<DateTime<Utc>> {
        self.0.cancelled_at
    }
    /// Why it was cancelled, for both sides; null unless it was.
    fn cancel_reason(&self) -> Option<&str> {
        self.0.cancel_reason.as_deref()
    }
    /// What you can do with it now: `CHANGE` and `CANCEL` as its provider's manager, and `BOOK` or `JOIN_WAITING_LIST`
    /// with a referral of its service that has no place.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<Shown<CohortAction>>> {
        let store = store(ctx);
        let manages = store.scope().roles().has(Role::ProviderManager);
        let keeps = manages && self.0.provider_id == store.scope().organisation();
        let places = store.scope().keeps_cases() || keeps;
        let left = self.left(store).await?;
        let cancelled = self.0.cancelled_at.is_some();
        let actions = cohort_actions(keeps, places, cancelled, self.is_open(store), left);
        Ok(actions.into_iter().map(Shown).collect())
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When it was put in the calendar.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

keyed!(Cohort);
