//! Places: booked, offered, waited for, and what became of them.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, cohort, ldu, place, referral, service};
use rules::places::{Entry, PlaceAction, actions, may_stand};
use rules::terms::PlaceStatus;
use uuid::Uuid;

use super::Cohort;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::Ldu;
use crate::organisations::reads::ldus_by_id;
use crate::places::calendar::{self, ServiceLine, entry_of};
use crate::places::reads;
use crate::referrals::graphql::Referral;
use crate::referrals::reads as referrals;
use crate::referrals::service::side::capacities;
use crate::store::Store;
use crate::store::kin::{Member, ToOne};

/// A place with what was read for it.
#[derive(Clone)]
pub struct Place(pub Member<place::Model, PlaceKin>);

/// What hangs on places.
#[derive(Default)]
pub struct PlaceKin {
    referral: ToOne<Id<referral::Entity>, Referral>,
    cohort: ToOne<Id<cohort::Entity>, Cohort>,
    ldu: ToOne<Id<ldu::Entity>, Ldu>,
    lines: ToOne<Id<service::Entity>, ServiceLine>,
}

impl Node for Place {
    type Table = place::Entity;
    type Kin = PlaceKin;
    fn show(member: Member<place::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

impl Place {
    async fn line(&self, row: &place::Model, store: &Store) -> Result<Option<&ServiceLine>> {
        let services = || self.0.rows().iter().map(|row| row.service_id).collect();
        self.0.kin().lines.of(&row.service_id, || calendar::lines(store, services())).await
    }

    async fn standing_of(&self, row: &place::Model, store: &Store) -> Result<Entry<Uuid>> {
        let entry = self.line(row, store).await?.and_then(|line| line.entry(row.id.0));
        Ok(entry.cloned().unwrap_or_else(|| entry_of(row)))
    }

    /// How it stands now: as it was written down, and what time has done to it since.
    pub async fn standing(&self, store: &Store) -> Result<Entry<Uuid>> {
        self.standing_of(&self.0, store).await
    }

    /// The one of these that a referral has, is offered or waits for.
    pub async fn that_stands<'p>(store: &Store, places: &'p [Self]) -> Result<Option<&'p Self>> {
        for place in places {
            if !actions(place.standing(store).await?.status).is_empty() {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    async fn its_referral(&self, store: &Store) -> Result<Option<&Referral>> {
        let ids = || self.0.rows().iter().map(|row| row.referral_id).collect();
        self.0.kin().referral.of(&self.0.referral_id, || referrals::referrals(store, ids())).await
    }
}

/// How a referral stands to a place in a cohort: it has one, is offered one, waits in line, or did. A place that comes
/// free is offered to the first in line whom it fits; the offer lapses after the time that the network's policy sets, and
/// then the next in line has it.
#[Object]
impl Place {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<place::Entity> {
        self.0.id.into()
    }
    /// The referral.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Referral>>> {
        self.its_referral(store(ctx)).await.in_turn()
    }
    /// How it stands now.
    async fn status(&self, ctx: &Context<'_>) -> Result<Shown<PlaceStatus>> {
        Ok(Shown(self.standing(store(ctx)).await?.status))
    }
    /// The cohort: the one in which the place is booked or offered, or for whose line it stands; null while any cohort of
    /// the referral's service would do.
    async fn cohort(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Cohort>>> {
        let store = store(ctx);
        let id = match self.standing(store).await {
            Ok(entry) => Id::new(entry.cohort?),
            Err(fault) => return Some(Err(fault)),
        };
        let load = async || {
            let mut ids = Vec::new();
            for row in self.0.rows() {
                ids.extend(self.standing_of(row, store).await?.cohort.map(Id::new));
            }
            reads::cohorts(store, ids).await
        };
        self.0.kin().cohort.of(&id, load).await.in_turn()
    }
    /// Where any cohort would do: only those to which people come from this LDU; null where that does not matter.
    async fn ldu(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Ldu>>> {
        let id = self.0.ldu_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.ldu_id).collect();
        self.0.kin().ldu.of(&id, || ldus_by_id(store(ctx), ids())).await.in_turn()
    }
    /// Where it stands in line, from 1: before it are those who joined earlier and may have the same place. Null unless
    /// it waits.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<i32>> {
        let line = self.line(&self.0, store(ctx)).await?;
        Ok(line.and_then(|line| line.position(self.0.id.0)).and_then(|position| i32::try_from(position).ok()))
    }
    /// When it joined the line; null for a place that was booked at once.
    fn joined_at(&self) -> Option<DateTime<Utc>> {
        self.0.joined_at
    }
    /// When a place was offered; null unless one was.
    async fn offered_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(self.standing(store(ctx)).await?.offered_at)
    }
    /// Until when the offer stands, or stood: from this moment on the next in line has it.
    async fn offer_until(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(self.standing(store(ctx)).await?.offer_until)
    }
    /// When the place was booked, or the offer accepted.
    fn booked_at(&self) -> Option<DateTime<Utc>> {
        self.0.booked_at
    }
    /// When it came to its end; null while it stands.
    async fn ended_at(&self, ctx: &Context<'_>) -> Result<Option<DateTime<Utc>>> {
        Ok(self.standing(store(ctx)).await?.ended_at)
    }
    /// The words given with its end; null where time or the cohort put an end to it.
    fn end_reason(&self) -> Option<&str> {
        self.0.end_reason.as_deref()
    }
    /// What you can do with it now.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<Shown<PlaceAction>>> {
        let store = store(ctx);
        let Some(referral) = self.its_referral(store).await? else { return Ok(Vec::new()) };
        if may_stand(*referral.0.status, &capacities(store.scope(), &referral.0)).is_err() {
            return Ok(Vec::new());
        }
        let status = self.standing(store).await?.status;
        Ok(actions(status).iter().copied().map(Shown).collect())
    }
    /// Counts its changes; send it with the next one.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When the place was booked, or the line joined.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

keyed!(Place);
