//! Unmet need as GraphQL shows it.

use std::collections::HashMap;

use async_graphql::{Context, Object};
use entity::{ldu, person, service};
use rules::terms::{Need, Purchaser};
use rules::unmet::UnmetBy;

use super::reads::{self, Sought, Unmet};
use crate::cases::graphql::Case;
use crate::directory::graphql::Service;
use crate::directory::reads::services;
use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::cut::{Keyed, cut_owned};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, connection, window};
use crate::graphql::shown::Shown;
use crate::store::Of;
use crate::store::page::Sifted;

/// Somebody who could have a service, with the needs for which they were referred to nothing.
pub struct UnmetNeed(Unmet);

/// Somebody who could be referred to a service today, and has needs that it works on and for which nothing is delivered,
/// booked or referred.
#[Object]
impl UnmetNeed {
    /// The case.
    fn case(&self) -> &Case {
        &self.0.case
    }
    /// Those needs.
    fn needs(&self) -> Vec<Shown<Need>> {
        self.0.needs.iter().copied().map(Shown).collect()
    }
}

/// How many people have an unmet need.
pub struct UnmetDemand {
    of: Of,
    service: Option<Service>,
    people: i64,
}

/// How many people could be referred to a service that works on a need of theirs, and have nothing against that need:
/// nothing delivered, booked or referred. Counted over the cases that you may see, each person once.
#[Object]
impl UnmetDemand {
    /// The service that they could have; null unless it is counted by service.
    fn service(&self) -> Option<&Service> {
        self.service.as_ref()
    }
    /// The need; null unless it is counted by need.
    fn need(&self) -> Option<Shown<Need>> {
        if let Of::Need(need) = &self.of { Some(Shown(*need)) } else { None }
    }
    /// The name of the local delivery unit; null unless it is counted by area, and for cases that have none.
    fn area(&self) -> Option<&str> {
        if let Of::Area(area) = &self.of { area.as_deref() } else { None }
    }
    /// How many people.
    fn people(&self) -> i64 {
        self.people
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct UnmetQuery;

#[Object]
impl UnmetQuery {
    /// People who could be referred to a service today and have an assessed need that it works on, for which nothing is
    /// delivered, booked or referred: of the cases that you may see, the newest first. Eligibility is that of a
    /// submission, under any sentence that has not ended; items that must come with a referral are taken to be supplied,
    /// and home visits not to be wanted. A page looks at a bounded number of people and may hold fewer rows than you ask
    /// for, or none: go on from `endCursor` while `hasNextPage` is true. `totalCount` is null: `unmetDemand` counts. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn unmet_needs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The service that they could have.")] service: GlobalId<service::Entity>,
        #[graphql(desc = "Only this need.")] need: Option<Shown<Need>>,
        #[graphql(desc = "Only people of this LDU.")] ldu: Option<GlobalId<ldu::Entity>>,
        #[graphql(desc = "Only people for whom this side would pay: the one that holds the case.")]
        purchaser: Option<Shown<Purchaser>>,
        #[graphql(desc = "Only people of this responsible officer.")] officer: Option<
            GlobalId<person::Entity>,
        >,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Option<Result<Rows<UnmetNeed>>> {
        let sought = Sought {
            service: Some(service.0),
            need: need.map(|need| need.0),
            ldu: ldu.map(|id| id.0),
            purchaser: purchaser.map(|side| side.0),
            officer: officer.map(|id| id.0),
        };
        let read = async {
            let window = window(ctx, first, after, last, before)?;
            let Sifted { page, from, to } = reads::page(store(ctx), service.0, &sought, &window).await?;
            let rows = connection(page, None, |rows| rows.into_iter().map(UnmetNeed));
            Ok(rows.reaching(from, to))
        };
        Some(read.await)
    }

    /// How many people could be referred today to a service of the rate card that works on a need of theirs, and have
    /// nothing against that need, by service, need or area: as `unmetNeeds` finds them, of the cases that you may see. At
    /// most 5,000 people are looked at: of more, name a service, a need or an LDU. Roles: TEAM_MANAGER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn unmet_demand(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "By what it is broken down.", default_with = "Shown(UnmetBy::Service)")] by: Shown<
            UnmetBy,
        >,
        #[graphql(desc = "Only people who could have this service.")] service: Option<
            GlobalId<service::Entity>,
        >,
        #[graphql(desc = "Only this need.")] need: Option<Shown<Need>>,
        #[graphql(desc = "Only people of this LDU.")] ldu: Option<GlobalId<ldu::Entity>>,
        #[graphql(desc = "Only people for whom this side would pay: the one that holds the case.")]
        purchaser: Option<Shown<Purchaser>>,
    ) -> Result<Rows<UnmetDemand>> {
        let sought = Sought {
            service: service.map(|id| id.0),
            need: need.map(|need| need.0),
            ldu: ldu.map(|id| id.0),
            purchaser: purchaser.map(|side| side.0),
            officer: None,
        };
        let store = store(ctx);
        let counts = reads::counts(store, by.0, &sought).await?;
        let ids = counts.keys().filter_map(|of| if let Of::Service(id) = of { Some(*id) } else { None });
        let services: HashMap<_, _> = services(store, ids.collect()).await?.into_iter().collect();
        let one = |(of, people)| {
            let service = if let Of::Service(id) = &of { services.get(id).cloned() } else { None };
            UnmetDemand { of, service, people }
        };
        let mut all: Vec<_> = counts.into_iter().map(one).collect();
        all.sort_by_cached_key(|one| one.service.as_ref().map(|service| service.0.name.clone()));
        cut_owned(ctx, all)
    }
}

impl Keyed for UnmetDemand {
    fn key(&self) -> impl AsRef<[u8]> {
        self.of.key()
    }
}
