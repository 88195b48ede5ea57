//! Who asks, for whom, and what they may therefore see.

use chrono::NaiveDate;
use entity::{Id, organisation, person};
use rules::access::Roles;
use rules::terms::{OrganisationKind, Role};

/// The verified caller of one request. Only [`crate::auth`] makes one, from a verified token; there is no
/// default, and nothing widens it.
#[derive(Clone, Debug)]
pub struct Scope {
    pub(super) person: Id<person::Entity>,
    pub(super) organisation: Id<organisation::Entity>,
    pub(super) kind: OrganisationKind,
    pub(super) roles: Roles,
    pub(super) today: NaiveDate,
}

impl Scope {
    /// The person who asks.
    pub const fn person(&self) -> Id<person::Entity> {
        self.person
    }

    /// The organisation they act for.
    pub const fn organisation(&self) -> Id<organisation::Entity> {
        self.organisation
    }

    /// What that organisation is.
    pub const fn kind(&self) -> OrganisationKind {
        self.kind
    }

    /// The roles they act in.
    pub const fn roles(&self) -> Roles {
        self.roles
    }

    /// Today, in Europe/London, when the request began.
    pub const fn today(&self) -> NaiveDate {
        self.today
    }

    /// Whether they keep cases: an officer or manager of probation.
    pub fn keeps_cases(&self) -> bool {
        self.roles.any(&[Role::ResponsibleOfficer, Role::TeamManager])
    }

    /// The organisation whose prices the caller keeps; none where they keep none.
    pub fn keeps_prices_of(&self) -> Option<Id<organisation::Entity>> {
        self.roles().any(&[Role::RateCardAdministrator, Role::ContractManager]).then(|| self.organisation())
    }

    /// Whether they read everything: an inspector.
    pub const fn inspects(&self) -> bool {
        self.roles.has(Role::Auditor)
    }
}
