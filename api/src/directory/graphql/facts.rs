//! What services say of themselves, as GraphQL shows and takes it.

use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use entity::{Id, ldu, service_area, service_availability, service_venue};
use rules::terms::{AreaReach, DeliveryMode, Duty, Purchaser, SentenceBasis};

use crate::directory::facts;
use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::Ldu;
use crate::store::kin::{Member, ToOne};

/// What hangs on areas and venues.
#[derive(Default)]
pub struct LduKin {
    ldus: ToOne<Id<ldu::Entity>, Ldu>,
}

/// An area that a service names.
pub struct ServiceArea(pub Member<service_area::Model, LduKin>);

/// How well a service serves the people of a local delivery unit.
#[Object]
impl ServiceArea {
    /// The local delivery unit.
    async fn ldu(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Ldu>>> {
        let ids = || self.0.rows().iter().map(|row| row.ldu_id).collect();
        self.0.kin().ldus.of(&self.0.ldu_id, || facts::ldus(store(ctx), ids())).await.in_turn()
    }
    /// How well.
    fn reach(&self) -> Shown<AreaReach> {
        self.0.reach.into()
    }
}

/// A place where a service is delivered.
pub struct ServiceVenue(pub Member<service_venue::Model, LduKin>);

/// A place where a service is delivered.
#[Object]
impl ServiceVenue {
    /// The place, as people call it.
    fn name(&self) -> &str {
        &self.0.name
    }
    /// The local delivery unit in which it lies; null where that is not said.
    async fn ldu(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Ldu>>> {
        let id = self.0.ldu_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.ldu_id).collect();
        self.0.kin().ldus.of(&id, || facts::ldus(store(ctx), ids())).await.in_turn()
    }
}

/// A period in which a purchaser can use a service.
pub struct ServiceAvailability(pub service_availability::Model);

/// A period in which a purchaser can use a service, on a basis in the sentence.
#[Object]
impl ServiceAvailability {
    /// Who can.
    fn purchaser(&self) -> Shown<Purchaser> {
        self.0.purchaser.into()
    }
    /// On which basis in the sentence; null: on any.
    fn basis(&self) -> Option<Shown<SentenceBasis>> {
        self.0.basis.map(Shown::from)
    }
    /// The first day (Europe/London); null when it always could.
    fn available_from(&self) -> Option<Date> {
        self.0.available_from.map(Date)
    }
    /// The day (Europe/London) from which it is over; null when it has no end.
    fn available_to(&self) -> Option<Date> {
        self.0.available_to.map(Date)
    }
}

/// What a service says of itself. A list that is given stands for all of its kind from now on; one that is left out
/// stays as it is.
#[derive(InputObject, Default)]
pub struct ServiceFactsInput {
    /// When and where it is delivered.
    pub modes: Option<Vec<Shown<DeliveryMode>>>,
    /// What the provider owes by its supply agreement: for the administrators of the card alone.
    pub duties: Option<Vec<Shown<Duty>>>,
    /// The areas that it serves, 100 at most; none: it serves everybody.
    pub areas: Option<Vec<ServiceAreaInput>>,
    /// Where it is delivered, 50 at most.
    pub venues: Option<Vec<ServiceVenueInput>>,
    /// Who can use it, on which basis and when, 50 at most: for the administrators of the card alone. None:
    /// everybody can.
    pub availability: Option<Vec<ServiceAvailabilityInput>>,
    /// The earliest day (Europe/London) on which somebody could start; null: that is not said.
    pub earliest_start: MaybeUndefined<Date>,
}

/// An area that a service serves.
#[derive(InputObject)]
pub struct ServiceAreaInput {
    /// The local delivery unit.
    pub ldu_id: GlobalId<ldu::Entity>,
    /// How well.
    pub reach: Shown<AreaReach>,
}

/// A place where a service is delivered.
#[derive(InputObject)]
pub struct ServiceVenueInput {
    /// The place, as people call it; at most 200 characters.
    pub name: String,
    /// The local delivery unit in which it lies.
    pub ldu_id: Option<GlobalId<ldu::Entity>>,
}

/// A period in which a purchaser can use a service.
#[derive(InputObject)]
pub struct ServiceAvailabilityInput {
    /// Who can.
    pub purchaser: Shown<Purchaser>,
    /// On which basis in the sentence; left out: on any.
    pub basis: Option<Shown<SentenceBasis>>,
    /// The first day (Europe/London); left out: it always could.
    pub available_from: Option<Date>,
    /// The day (Europe/London) from which it is over; left out: no end.
    pub available_to: Option<Date>,
}
