//! Who may do what: the one table of roles and operations. What is not in it is refused.
//!
//! The table says who may ask; which rows they then see is decided by `api::store::visibility`.
//! Source: DOMAIN.md, "Who may do what".

use crate::Term;
use crate::terms::Role;
use crate::terms::Role::{
    Auditor, ContractManager, CourtOfficer, ProviderManager, ProviderWorker, RateCardAdministrator,
    ResponsibleOfficer, SystemAdministrator, TeamManager,
};

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u16);

impl Roles {
    /// The set of these roles.
    pub fn of(roles: &[Role]) -> Self {
        roles.iter().copied().collect()
    }

    const fn bit(role: Role) -> u16 {
        1 << role as u16
    }

    /// Whether the role is among them.
    pub const fn has(self, role: Role) -> bool {
        self.0 & Self::bit(role) != 0
    }

    /// Whether any of the roles is among them.
    pub fn any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }

    /// The roles that are in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in the order of the vocabulary.
    pub fn list(self) -> Vec<Role> {
        Role::ALL.iter().copied().filter(|role| self.has(*role)).collect()
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | Self::bit(role)))
    }
}

/// Whether an operation reads, changes or follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A field of `Query`.
    Query,
    /// A field of `Mutation`.
    Mutation,
    /// A field of `Subscription`.
    Subscription,
}

/// The roles that the table grants a field of `Query`, `Mutation` or `Subscription`; none for a field it does not know.
pub fn granted(kind: Kind, field: &str) -> &'static [Role] {
    let table = match kind {
        Kind::Query => QUERIES,
        Kind::Mutation => MUTATIONS,
        Kind::Subscription => SUBSCRIPTIONS,
    };
    table.iter().find(|(name, _)| *name == field).map_or(&[], |(_, roles)| roles)
}

/// Whether any of the caller's roles is granted the field.
pub fn may(roles: Roles, kind: Kind, field: &str) -> bool {
    roles.any(granted(kind, field))
}

/// The sentence that stands in a field's description: who may use it.
pub fn grant_in_words(kind: Kind, field: &str) -> String {
    let names: Vec<&str> = granted(kind, field).iter().map(|role| role.name()).collect();
    if names.len() == Role::ALL.len() {
        "Roles: all.".to_owned()
    } else {
        format!("Roles: {}.", names.join(", "))
    }
}

type Table = &'static [(&'static str, &'static [Role])];

const EVERYONE: &[Role] = Role::ALL;
const PROBATION: &[Role] = &[ResponsibleOfficer, TeamManager];
const CASE_READERS: &[Role] = &[ResponsibleOfficer, TeamManager, CourtOfficer, Auditor];
const REFERRAL_READERS: &[Role] =
    &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor];
const PRICE_READERS: &[Role] = &[
    ResponsibleOfficer,
    TeamManager,
    CourtOfficer,
    ProviderManager,
    RateCardAdministrator,
    ContractManager,
    Auditor,
];
const CHARGE_READERS: &[Role] =
    &[ResponsibleOfficer, TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor];
const STATEMENT_READERS: &[Role] =
    &[TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor];
const DELIVERY: &[Role] = &[ProviderWorker, ProviderManager];
const EITHER_SIDE: &[Role] = &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager];
const SEEKING: &[Role] = &[ResponsibleOfficer, TeamManager, ProviderManager];
const CARD: &[Role] = &[RateCardAdministrator];
const ENTRIES: &[Role] = &[ProviderManager, RateCardAdministrator];
const OPERATOR: &[Role] = &[SystemAdministrator];

const QUERIES: Table = &[
    ("me", EVERYONE),
    ("node", EVERYONE),
    ("nodes", EVERYONE),
    ("organisations", EVERYONE),
    ("organisation", EVERYONE),
    ("people", &[ResponsibleOfficer, TeamManager, ProviderManager, Auditor, SystemAdministrator]),
    ("cases", CASE_READERS),
    ("case", CASE_READERS),
    ("eligibility", CASE_READERS),
    ("eligibilityOnFacts", PRICE_READERS),
    ("recommendations", CASE_READERS),
    ("recommendationsOnFacts", CASE_READERS),
    ("services", EVERYONE),
    ("service", EVERYONE),
    ("cohorts", EVERYONE),
    ("cohort", EVERYONE),
    ("rateCard", PRICE_READERS),
    ("prices", PRICE_READERS),
    ("price", PRICE_READERS),
    ("priceBatch", &[RateCardAdministrator, Auditor]),
    ("exportRateCard", PRICE_READERS),
    ("pricePreview", &[RateCardAdministrator, ContractManager, Auditor]),
    ("referrals", REFERRAL_READERS),
    ("referral", REFERRAL_READERS),
    ("session", REFERRAL_READERS),
    ("places", REFERRAL_READERS),
    ("groupSession", &[ProviderWorker, ProviderManager, Auditor]),
    ("charges", CHARGE_READERS),
    ("variations", REFERRAL_READERS),
    ("deliveryCosts", &[ProviderManager, Auditor]),
    ("budgets", &[TeamManager, Auditor]),
    ("priceAlerts", &[ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    ("priceThresholds", &[ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    ("demand", &[TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    ("priceVolumes", &[TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    ("unmetNeeds", &[ResponsibleOfficer, TeamManager, Auditor]),
    ("unmetDemand", &[TeamManager, Auditor]),
    ("statements", STATEMENT_READERS),
    ("exportStatements", STATEMENT_READERS),
    ("instruments", EVERYONE),
    ("auditEvents", &[Auditor]),
    ("readings", &[TeamManager, Auditor]),
    ("trustedIssuers", &[Auditor, SystemAdministrator]),
    ("apiClients", &[Auditor, SystemAdministrator]),
    ("revocations", &[Auditor, SystemAdministrator]),
];

const SUBSCRIPTIONS: Table = &[
    ("inboxChanged", REFERRAL_READERS),
    ("referralChanged", REFERRAL_READERS),
    ("rateCardChanged", PRICE_READERS),
];

const MUTATIONS: Table = &[
    // Organisations and people.
    ("addOrganisation", OPERATOR),
    ("addLdu", OPERATOR),
    ("addPerson", OPERATOR),
    ("changePerson", OPERATOR),
    // Trust.
    ("addTrustedIssuer", OPERATOR),
    ("changeTrustedIssuer", OPERATOR),
    ("approveTrustedIssuer", OPERATOR),
    ("addApiClient", OPERATOR),
    ("changeApiClient", OPERATOR),
    ("rotateClientSecret", OPERATOR),
    ("approveClientSecret", OPERATOR),
    ("revokeAccess", OPERATOR),
    // Cases.
    ("registerCase", &[CourtOfficer]),
    ("allocateCase", &[CourtOfficer]),
    ("importCases", &[CourtOfficer]),
    ("updateCase", PROBATION),
    ("recordSentence", &[ResponsibleOfficer, TeamManager, CourtOfficer]),
    ("recordProgrammeSuitability", &[ResponsibleOfficer, TeamManager, CourtOfficer]),
    ("assignOfficer", &[TeamManager]),
    ("restrictCase", &[TeamManager]),
    ("liftRestriction", &[TeamManager]),
    // Directory.
    ("addService", ENTRIES),
    ("changeService", ENTRIES),
    ("approveService", CARD),
    ("addCriterion", CARD),
    ("changeCriterion", CARD),
    // Places.
    ("scheduleCohort", &[ProviderManager]),
    ("changeCohort", &[ProviderManager]),
    ("cancelCohort", &[ProviderManager]),
    ("bookPlace", SEEKING),
    ("joinWaitingList", SEEKING),
    ("acceptOffer", SEEKING),
    ("declineOffer", SEEKING),
    ("leaveWaitingList", SEEKING),
    ("giveUpPlace", SEEKING),
    // Rate card.
    ("draftPrice", CARD),
    ("changeDraftPrice", CARD),
    ("submitPrice", CARD),
    ("publishPrice", CARD),
    ("rejectPrice", CARD),
    ("withdrawPrice", CARD),
    ("importRateCard", CARD),
    ("upliftPrices", CARD),
    ("publishPriceBatch", CARD),
    ("rejectPriceBatch", CARD),
    // Referrals.
    ("draftReferral", PROBATION),
    ("editReferral", PROBATION),
    ("overrideEligibility", &[TeamManager]),
    ("submitReferral", PROBATION),
    ("amendReferral", PROBATION),
    ("askQuestion", &[ProviderManager]),
    ("answerQuestion", PROBATION),
    ("arrangeSuitabilityMeeting", DELIVERY),
    ("recordSuitability", DELIVERY),
    ("acceptReferral", &[ProviderManager]),
    ("declineReferral", &[ProviderManager]),
    ("assignReferral", &[ProviderManager]),
    ("addReferralNote", EITHER_SIDE),
    ("completeReferral", DELIVERY),
    ("endReferralEarly", DELIVERY),
    ("withdrawReferral", PROBATION),
    // Sessions.
    ("scheduleSession", DELIVERY),
    ("scheduleGroupSession", DELIVERY),
    ("joinGroupSession", DELIVERY),
    ("rescheduleGroupSession", DELIVERY),
    ("cancelGroupSession", DELIVERY),
    ("rescheduleSession", DELIVERY),
    ("cancelSession", DELIVERY),
    ("recordAttendance", EITHER_SIDE),
    ("recordGroupAttendance", DELIVERY),
    ("correctAttendance", EITHER_SIDE),
    ("judgeAbsence", PROBATION),
    ("submitFeedback", EITHER_SIDE),
    ("correctFeedback", EITHER_SIDE),
    // Charges.
    ("adjustCharge", &[ContractManager]),
    // Variations.
    ("proposeVariation", SEEKING),
    ("approveVariation", &[TeamManager]),
    ("declineVariation", &[TeamManager]),
    ("withdrawVariation", SEEKING),
    // Costs of delivery.
    ("stateDeliveryCost", &[ProviderManager]),
    ("correctDeliveryCost", &[ProviderManager]),
    // Alerts.
    ("setPriceThreshold", &[ProviderManager, RateCardAdministrator, ContractManager]),
    ("endPriceThreshold", &[ProviderManager, RateCardAdministrator, ContractManager]),
    // Budgets.
    ("setBudget", &[TeamManager]),
    ("changeBudget", &[TeamManager]),
    // Outcomes.
    ("addInstrument", &[ContractManager]),
    ("recordMeasure", DELIVERY),
    ("correctMeasure", DELIVERY),
    ("recordQualification", DELIVERY),
    ("submitEndReport", DELIVERY),
    ("correctEndReport", DELIVERY),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_the_table_does_not_know_is_refused_to_everyone() {
        assert!(granted(Kind::Query, "everything").is_empty());
        assert!(!may(Roles::of(Role::ALL), Kind::Mutation, "everything"));
    }

    #[test]
    fn a_query_is_not_granted_as_a_mutation() {
        assert!(!may(Roles::of(Role::ALL), Kind::Mutation, "me"));
    }

    #[test]
    fn what_is_followed_is_granted_to_those_who_may_read_it() {
        for (followed, read) in
            [("inboxChanged", "referrals"), ("referralChanged", "referral"), ("rateCardChanged", "rateCard")]
        {
            assert_eq!(granted(Kind::Subscription, followed), granted(Kind::Query, read), "{followed}");
        }
    }

    #[test]
    fn an_auditor_changes_nothing() {
        for (field, roles) in MUTATIONS {
            assert!(!roles.contains(&Auditor), "an auditor may {field}");
        }
    }

    #[test]
    fn a_system_administrator_sees_no_case_data() {
        for field in
            ["cases", "case", "referrals", "referral", "session", "charges", "auditEvents", "readings"]
        {
            assert!(!granted(Kind::Query, field).contains(&SystemAdministrator), "{field}");
        }
    }
}
