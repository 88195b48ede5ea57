//! Who may do what: every field of `Query` and `Mutation`, held against every role. Those of `Subscription`: `live/access.rs`.

use entity::audit_event;
use rules::Term as _;
use rules::terms::Role::{
    self, Auditor, ContractManager, CourtOfficer, ProviderManager, ProviderWorker, RateCardAdministrator,
    ResponsibleOfficer, SystemAdministrator, TeamManager,
};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::scenario;
use crate::sdl::Sdl;
use crate::world::World;

/// Fields, each with the roles that may use it.
type Table = &'static [(&'static str, &'static [Role])];

/// Who may use each field, as the domain has it. It is written out here a second time on purpose: a slip in the
/// server's own table shows against this one. A field that is missing here fails the test.
const QUERIES: Table = &[
    // Everybody has an identity, and everybody reads the directory.
    ("me", Role::ALL),
    ("node", Role::ALL),
    ("nodes", Role::ALL),
    ("organisation", Role::ALL),
    ("organisations", Role::ALL),
    ("service", Role::ALL),
    ("services", Role::ALL),
    ("cohort", Role::ALL),
    ("cohorts", Role::ALL),
    ("instruments", Role::ALL),
    // Who assigns work knows the colleagues; who keeps or inspects the network knows everybody.
    ("people", &[ResponsibleOfficer, TeamManager, ProviderManager, Auditor, SystemAdministrator]),
    // Cases are probation's.
    ("case", &[ResponsibleOfficer, TeamManager, CourtOfficer, Auditor]),
    ("cases", &[ResponsibleOfficer, TeamManager, CourtOfficer, Auditor]),
    // A referral has two sides.
    ("referral", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor]),
    ("referrals", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor]),
    ("session", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor]),
    ("places", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor]),
    ("groupSession", &[ProviderWorker, ProviderManager, Auditor]),
    // Whether somebody can be referred is asked of a case by who sees it, of bare facts by who buys or sells.
    ("eligibility", &[ResponsibleOfficer, TeamManager, CourtOfficer, Auditor]),
    ("eligibilityOnFacts", PRICES),
    ("recommendations", &[ResponsibleOfficer, TeamManager, CourtOfficer, Auditor]),
    ("recommendationsOnFacts", &[ResponsibleOfficer, TeamManager, CourtOfficer, Auditor]),
    // Prices are for those who buy, sell, keep or inspect.
    ("rateCard", PRICES),
    ("price", PRICES),
    ("prices", PRICES),
    ("exportRateCard", PRICES),
    ("pricePreview", &[RateCardAdministrator, ContractManager, Auditor]),
    ("priceBatch", &[RateCardAdministrator, Auditor]),
    (
        "charges",
        &[ResponsibleOfficer, TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor],
    ),
    // What a referral is expected to cost is varied by those who send it and those who manage its delivery.
    ("variations", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor]),
    // What an LDU may spend is for those who manage it.
    ("budgets", &[TeamManager, Auditor]),
    // Each side watches its own margin.
    ("priceAlerts", &[ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    ("priceThresholds", &[ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    // What is asked for is counted by those who answer for it, over the rows that they see.
    ("demand", &[TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    ("priceVolumes", &[TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor]),
    ("unmetNeeds", &[ResponsibleOfficer, TeamManager, Auditor]),
    ("unmetDemand", &[TeamManager, Auditor]),
    // What it costs a provider is its own to know.
    ("deliveryCosts", &[ProviderManager, Auditor]),
    // What a month cost is for those who answer for it on either side, without a person on it.
    ("statements", STATEMENTS),
    ("exportStatements", STATEMENTS),
    ("auditEvents", &[Auditor]),
    // Who looked at a person is for those who answer for it.
    ("readings", &[TeamManager, Auditor]),
    // Whom the network trusts is seen by those who keep it and those who inspect it.
    ("trustedIssuers", &[Auditor, SystemAdministrator]),
    ("apiClients", &[Auditor, SystemAdministrator]),
    ("revocations", &[Auditor, SystemAdministrator]),
];

const PRICES: &[Role] = &[
    ResponsibleOfficer,
    TeamManager,
    CourtOfficer,
    ProviderManager,
    RateCardAdministrator,
    ContractManager,
    Auditor,
];

const STATEMENTS: &[Role] = &[TeamManager, ProviderManager, RateCardAdministrator, ContractManager, Auditor];

const MUTATIONS: Table = &[
    // The network itself is the system administrator's.
    ("addOrganisation", &[SystemAdministrator]),
    ("addLdu", &[SystemAdministrator]),
    ("addPerson", &[SystemAdministrator]),
    ("changePerson", &[SystemAdministrator]),
    ("addTrustedIssuer", &[SystemAdministrator]),
    ("changeTrustedIssuer", &[SystemAdministrator]),
    ("approveTrustedIssuer", &[SystemAdministrator]),
    ("addApiClient", &[SystemAdministrator]),
    ("changeApiClient", &[SystemAdministrator]),
    ("rotateClientSecret", &[SystemAdministrator]),
    ("approveClientSecret", &[SystemAdministrator]),
    ("revokeAccess", &[SystemAdministrator]),
    // The court registers and allocates; the holder keeps.
    ("registerCase", &[CourtOfficer]),
    ("allocateCase", &[CourtOfficer]),
    ("importCases", &[CourtOfficer]),
    ("recordSentence", &[ResponsibleOfficer, TeamManager, CourtOfficer]),
    ("recordProgrammeSuitability", &[ResponsibleOfficer, TeamManager, CourtOfficer]),
    ("updateCase", &[ResponsibleOfficer, TeamManager]),
    ("assignOfficer", &[TeamManager]),
    ("restrictCase", &[TeamManager]),
    ("liftRestriction", &[TeamManager]),
    // The directory and the rate card.
    ("addService", &[ProviderManager, RateCardAdministrator]),
    ("changeService", &[ProviderManager, RateCardAdministrator]),
    ("approveService", &[RateCardAdministrator]),
    ("addCriterion", &[RateCardAdministrator]),
    ("changeCriterion", &[RateCardAdministrator]),
    ("draftPrice", &[RateCardAdministrator]),
    ("changeDraftPrice", &[RateCardAdministrator]),
    ("submitPrice", &[RateCardAdministrator]),
    ("publishPrice", &[RateCardAdministrator]),
    ("rejectPrice", &[RateCardAdministrator]),
    ("withdrawPrice", &[RateCardAdministrator]),
    ("importRateCard", &[RateCardAdministrator]),
    ("upliftPrices", &[RateCardAdministrator]),
    ("publishPriceBatch", &[RateCardAdministrator]),
    ("rejectPriceBatch", &[RateCardAdministrator]),
    // The provider's manager keeps the calendar; places are sought from either side.
    ("scheduleCohort", &[ProviderManager]),
    ("changeCohort", &[ProviderManager]),
    ("cancelCohort", &[ProviderManager]),
    ("bookPlace", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    ("joinWaitingList", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    ("acceptOffer", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    ("declineOffer", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    ("leaveWaitingList", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    ("giveUpPlace", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    // Probation refers.
    ("draftReferral", &[ResponsibleOfficer, TeamManager]),
    ("editReferral", &[ResponsibleOfficer, TeamManager]),
    ("submitReferral", &[ResponsibleOfficer, TeamManager]),
    ("amendReferral", &[ResponsibleOfficer, TeamManager]),
    ("answerQuestion", &[ResponsibleOfficer, TeamManager]),
    ("withdrawReferral", &[ResponsibleOfficer, TeamManager]),
    // An exception is the manager's.
    ("overrideEligibility", &[TeamManager]),
    // The provider's manager decides.
    ("askQuestion", &[ProviderManager]),
    ("acceptReferral", &[ProviderManager]),
    ("declineReferral", &[ProviderManager]),
    ("assignReferral", &[ProviderManager]),
    // The provider delivers.
    ("arrangeSuitabilityMeeting", &[ProviderWorker, ProviderManager]),
    ("recordSuitability", &[ProviderWorker, ProviderManager]),
    ("completeReferral", &[ProviderWorker, ProviderManager]),
    ("endReferralEarly", &[ProviderWorker, ProviderManager]),
    ("scheduleSession", &[ProviderWorker, ProviderManager]),
    ("scheduleGroupSession", &[ProviderWorker, ProviderManager]),
    ("joinGroupSession", &[ProviderWorker, ProviderManager]),
    ("rescheduleGroupSession", &[ProviderWorker, ProviderManager]),
    ("cancelGroupSession", &[ProviderWorker, ProviderManager]),
    ("rescheduleSession", &[ProviderWorker, ProviderManager]),
    ("cancelSession", &[ProviderWorker, ProviderManager]),
    ("recordGroupAttendance", &[ProviderWorker, ProviderManager]),
    ("recordMeasure", &[ProviderWorker, ProviderManager]),
    ("correctMeasure", &[ProviderWorker, ProviderManager]),
    ("recordQualification", &[ProviderWorker, ProviderManager]),
    ("submitEndReport", &[ProviderWorker, ProviderManager]),
    ("correctEndReport", &[ProviderWorker, ProviderManager]),
    // Both sides write notes; officers record what reached them otherwise.
    ("addReferralNote", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager]),
    ("recordAttendance", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager]),
    ("correctAttendance", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager]),
    ("submitFeedback", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager]),
    ("correctFeedback", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager]),
    // The officer judges absences, never the provider who proposed.
    ("judgeAbsence", &[ResponsibleOfficer, TeamManager]),
    // The CRC's contract manager answers for the supply chain.
    ("adjustCharge", &[ContractManager]),
    ("addInstrument", &[ContractManager]),
    ("setPriceThreshold", &[ProviderManager, RateCardAdministrator, ContractManager]),
    ("endPriceThreshold", &[ProviderManager, RateCardAdministrator, ContractManager]),
    ("proposeVariation", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    ("approveVariation", &[TeamManager]),
    ("declineVariation", &[TeamManager]),
    ("withdrawVariation", &[ResponsibleOfficer, TeamManager, ProviderManager]),
    ("setBudget", &[TeamManager]),
    ("changeBudget", &[TeamManager]),
    // What it costs to deliver is the provider's own to state.
    ("stateDeliveryCost", &[ProviderManager]),
    ("correctDeliveryCost", &[ProviderManager]),
];

/// What one may follow, one may read; `live::access` tries it.
const SUBSCRIPTIONS: Table = &[
    ("inboxChanged", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor]),
    ("referralChanged", &[ResponsibleOfficer, TeamManager, ProviderWorker, ProviderManager, Auditor]),
    ("rateCardChanged", PRICES),
];

/// Both tables, by the root type that they are about.
const TABLES: [(&str, Table); 2] = [("Query", QUERIES), ("Mutation", MUTATIONS)];

/// Somebody of the demonstration in this role and in no other.
pub fn persona(role: Role) -> &'static str {
    match role {
        ResponsibleOfficer => "nps-officer",
        TeamManager => "nps-manager",
        CourtOfficer => "court-officer",
        ProviderWorker => "yss-worker",
        ProviderManager => "yss-manager",
        RateCardAdministrator => "card-admin",
        ContractManager => "contract-manager",
        Auditor => "inspector",
        SystemAdministrator => "system-admin",
    }
}

/// A document for every root field, with the roles that may use it.
pub fn documents() -> Vec<(String, String, &'static [Role])> {
    documents_of(&TABLES)
}

/// The same for every field of `Subscription`.
pub fn subscriptions() -> Vec<(String, String, &'static [Role])> {
    documents_of(&[("Subscription", SUBSCRIPTIONS)])
}

fn documents_of(tables: &[(&str, Table)]) -> Vec<(String, String, &'static [Role])> {
    let sdl = Sdl::of_the_code();
    let mut documents = Vec::new();
    for (root, table) in tables {
        for field in sdl.root(root) {
            let name = field.node.name.node.as_str();
            let granted = table.iter().find(|(known, _)| *known == name).map(|(_, roles)| *roles);
            let granted = granted.unwrap_or_else(|| panic!("who may use {root}.{name}? Say so in this test"));
            documents.push((format!("{root}.{name}"), sdl.document(root, &field.node), granted));
        }
    }
    documents
}

#[test]
fn the_schema_has_every_field_that_somebody_may_use() {
    let sdl = Sdl::of_the_code();
    for (root, table) in TABLES.iter().chain(&[("Subscription", SUBSCRIPTIONS)]) {
        let present: Vec<_> = sdl.root(root).iter().map(|field| field.node.name.node.as_str()).collect();
        let known = table.iter().map(|(name, _)| *name);
        let missing: Vec<_> = known.filter(|name| !present.contains(name)).collect();
        assert!(missing.is_empty(), "{root} lacks {missing:?}");
    }
}

async fn changes(world: &World) -> u64 {
    audit_event::Entity::find().count(&world.database).await.expect("a count")
}

scenario! {
    async fn every_field_is_refused_to_every_role_that_is_not_granted_it(world) {
        let before = changes(world).await;
        for (field, document, granted) in documents() {
            for role in Role::ALL.iter().filter(|role| !granted.contains(role)) {
                let answer = world.as_person(persona(*role)).query(&document, json!({})).await;
                assert_eq!(answer.error_code(), Some("FORBIDDEN"), "{field} to {}: {answer:?}", role.name());
                assert_eq!(answer.body.get("data").filter(|data| !data.is_null()), None, "{field}");
            }
        }
        assert_eq!(changes(world).await, before, "a refused mutation changed something");
    }

    async fn no_field_is_forbidden_to_a_role_that_is_granted_it(world) {
        for (field, document, granted) in documents() {
            for role in granted {
                let answer = world.as_person(persona(*role)).query(&document, json!({})).await;
                let codes = answer.error_codes();
                assert!(!codes.contains(&"FORBIDDEN"), "{field} to {}: {answer:?}", role.name());
                assert!(!codes.contains(&"INTERNAL"), "{field} breaks on {document}: {answer:?}");
            }
        }
    }

    async fn without_a_token_there_is_nothing(world) {
        for (field, document, _) in documents() {
            let request = world.client.post(world.url("/graphql")).json(&json!({ "query": document }));
            let answer = Answer::of(request).await;
            assert_eq!((answer.status, answer.error_code()), (401, Some("UNAUTHENTICATED")), "{field}");
        }
    }

    async fn a_refused_field_is_refused_however_it_is_asked_for(world) {
        let officer = world.as_person("nps-officer");
        for document in [
            "{ other: auditEvents { __typename } }",
            "{ me { __typename } auditEvents { __typename } }",
            "{ ... { auditEvents { __typename } } }",
            "{ ... on Query { auditEvents { __typename } } }",
            "{ ...A } fragment A on Query { auditEvents { __typename } }",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { auditEvents { __typename } }",
            "query($no: Boolean = false) { auditEvents @skip(if: $no) { __typename } }",
        ] {
            let answer = officer.query(document, json!({})).await;
            assert_eq!(answer.error_codes(), ["FORBIDDEN"], "{document}: {answer:?}");
        }
    }

    async fn a_token_grants_no_more_than_the_roles_that_it_names(world) {
        let manager = world.as_person("gym-manager");
        let granted = manager.query("{ people { __typename } }", json!({})).await;
        assert_eq!(granted.error_codes(), Vec::<&str>::new());
        let worker = manager.only(&[ProviderWorker]);
        let answer = worker.query("{ people { __typename } me { roles } }", json!({})).await;
        assert_eq!(answer.error_codes(), ["FORBIDDEN"]);
        let answer = worker.query("{ me { roles } }", json!({})).await.granted();
        assert_eq!(answer.data("/me/roles"), &Value::from(vec!["PROVIDER_WORKER"]));
    }

    async fn a_token_for_a_role_that_the_person_does_not_have_proves_nothing(world) {
        let answer = world.as_person("nps-officer").only(&[Auditor]).query("{ me { roles } }", json!({})).await;
        assert_eq!((answer.status, answer.error_code()), (401, Some("UNAUTHENTICATED")));
    }
}
