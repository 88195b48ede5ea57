//! Who sees which rows: the store held against an oracle that was written without its conditions, for every
//! table and everybody in the network, strangers among them.

use std::collections::{BTreeMap, BTreeSet};

use api::auth::{Gate, Issuer, Scope};
use api::graphql::global_id::GlobalId;
use api::store::{Database, Store};
use chrono::NaiveDate;
use entity::*;
use rules::terms::{AccessRestriction, OrganisationKind, PriceKind, PriceStatus, Purchaser, Role, SealKind};
use sea_orm::{EntityTrait as _, ModelTrait};
use serde::Serialize;
use serde_json::{Value, json};

use crate::forgery::Pair;
use crate::given::put;
use crate::proof::OPEN;
use crate::referring::{CRC, NPS, accepted, organisation, person, staff};
use crate::world::World;
use crate::{clients, scenario, trusting};

/// Everybody who asks in these scenarios.
const ASKING: [&str; 21] = [
    "nps-officer",
    "nps-manager",
    "court-officer",
    "crc-officer",
    "crc-manager",
    "card-admin",
    "contract-manager",
    "crc-group-manager",
    "crc-group-worker",
    "willowdene-manager",
    "willowdene-worker",
    "yss-manager",
    "yss-worker",
    "counselling-tutor",
    "gym-manager",
    "inspector",
    "system-admin",
    "officer02.nps",
    "stranger-nps",
    "stranger-crc",
    "stranger-provider",
];

/// Tables that are the server's own: nobody reads a row of them.
const NOBODYS: [&str; 1] = ["change"];

/// Organisations of each kind that have nothing to do with West Mercia.
pub async fn add_strangers(world: &World) {
    for (kind, name, roles) in [
        ("NPS", "NPS North", json!(["RESPONSIBLE_OFFICER", "TEAM_MANAGER", "COURT_OFFICER"])),
        (
            "CRC",
            "Northern CRC",
            json!([
                "RESPONSIBLE_OFFICER",
                "TEAM_MANAGER",
                "PROVIDER_WORKER",
                "PROVIDER_MANAGER",
                "RATE_CARD_ADMINISTRATOR",
                "CONTRACT_MANAGER"
            ]),
        ),
        ("PROVIDER", "Mentors of the North", json!(["PROVIDER_WORKER", "PROVIDER_MANAGER"])),
    ] {
        let admin = world.as_person("system-admin");
        let made = admin
            .mutate("addOrganisation", json!({ "kind": kind, "name": name }), "organisation { id }")
            .await
            .granted();
        let subject = format!("stranger-{}", kind.to_lowercase());
        let input = json!({
            "organisationId": made.text("/addOrganisation/organisation/id"), "subject": subject, "name": subject,
            "email": format!("{subject}@north.example"), "roles": roles,
        });
        admin.mutate("addPerson", input, "person { id }").await.granted();
    }
}

/// What the demonstration lacks: limited-access cases, a referral that has lapsed, a key.
async fn add_the_rest(world: &World) {
    let lapsed = person(world, "V000001", NPS, json!({})).await;
    add_a_reading(world, &lapsed.case).await;
    let referral = accepted(world, &lapsed).await;
    let input = json!({ "referralId": referral["id"], "version": referral["version"], "reason": "NEEDS_CHANGED", "note": "As agreed." });
    world.as_person("nps-officer").mutate("withdrawReferral", input, "referral { id }").await.granted();
    world.clock.set("2018-11-01T12:00:00Z".parse().expect("an instant"));
    for (crn, kind, named) in
        [("V000002", "CLOSED_TO", "Yusuf Shah"), ("V000003", "LIMITED_TO", "Nadia Prosser")]
    {
        let limited = person(world, crn, NPS, json!({})).await;
        accepted(world, &limited).await;
        let manager = world.as_person("nps-manager");
        let read = manager
            .query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": limited.case }))
            .await;
        let input = json!({
            "caseId": limited.case, "version": read.data("/case/version"), "personId": staff(world, named).await,
            "kind": kind, "reason": "A relative.", "idempotencyKey": crn,
        });
        manager.mutate("restrictCase", input, "case { id }").await.granted();
    }
    let court = world.as_person("court-officer");
    let waiting = crate::referring::registration(world, "V000004", json!({}));
    court.mutate("registerCase", waiting, "case { id }").await.granted();
    let exempt = person(world, "V000012", NPS, json!({})).await;
    crate::eligibility::overridden(world, &exempt).await;
    crate::suitability::assess(world, "nps-officer", &exempt.case, "SUITABLE").await.granted();
    let price = json!({
        "serviceId": crate::referring::service(world, "YSS", "Meet and Mentor").await, "kind": "CARD", "pence": 4000,
        "effectiveFrom": "2019-04-01", "reason": "Dearer.",
    });
    world.as_person("card-admin").mutate("draftPrice", price, "price { id }").await.granted();
    let own = json!({
        "serviceId": crate::referring::service(world, "YSS", "Meet and Mentor").await, "kind": "CARD", "pence": 3900,
        "effectiveFrom": "2019-04-01", "reason": "Agreed with the NPS.", "onlyForId": crate::referring::organisation(world, NPS).await,
    });
    let own = world.as_person("card-admin").mutate("draftPrice", own, "price { id version }").await.granted();
    let own = json!({ "priceId": own.data("/draftPrice/price/id"), "version": own.data("/draftPrice/price/version") });
    let own =
        world.as_person("card-admin").mutate("submitPrice", own, "price { id version }").await.granted();
    let own = json!({ "priceId": own.data("/submitPrice/price/id"), "version": own.data("/submitPrice/price/version") });
    world.as_person("card-approver").mutate("publishPrice", own, "price { id }").await.granted();
    for (who, measure) in [("contract-manager", "CRC_MARGIN"), ("yss-manager", "UNIT_COST")] {
        let threshold = json!({ "measure": measure, "bound": "ABOVE", "percent": 30, "reason": "Agreed." });
        world.as_person(who).mutate("setPriceThreshold", threshold, "threshold { id }").await.granted();
    }
    let varied = person(world, "V000013", NPS, json!({})).await;
    crate::variations::proposed(world, &accepted(world, &varied).await, 9).await;
    let ldu = "{ organisations(kind: NPS) { nodes { name ldus { nodes { id } } } } }";
    let ldu = world.as_person("nps-manager").query(ldu, json!({})).await.granted();
    let nps = ldu.list("/organisations/nodes").iter().find(|row| row["name"] == NPS).expect("the NPS");
    let budget = json!({
        "lduId": nps["ldus"]["nodes"][0]["id"], "startsOn": "2017-04-01", "endsOn": "2018-04-01", "pence": 5_000_000,
        "reason": "As last year.",
    });
    world.as_person("nps-manager").mutate("setBudget", budget, "budget { id }").await.granted();
    let cost = json!({
        "serviceId": crate::referring::service(world, "YSS", "Meet and Mentor").await, "pence": 2500,
        "effectiveFrom": "2017-04-01", "reason": "Wages and travel.",
    });
    world.as_person("yss-manager").mutate("stateDeliveryCost", cost, "cost { id }").await.granted();
}

/// Somebody looked at the case, and it was sealed.
async fn add_a_reading(world: &World, case: &str) {
    let (now, who) = (world.clock.now(), crate::given::staff(world, "nps-officer").await);
    let reading = reading::Model {
        id: Id::fresh(),
        at: now,
        recorded_at: now,
        person_id: who.id,
        organisation_id: who.organisation_id,
        roles: "responsible_officer".to_owned(),
        operation: "case".to_owned(),
        purpose: None,
        request_id: "oracle".to_owned(),
    };
    let reading = put(world, reading).await;
    let case_id = GlobalId::<probation_case::Entity>::parse_text(case).expect("a case").0;
    put(world, reading_subject::Model { reading_id: reading.id, case_id }).await;
    let seal = audit_seal::Model {
        number: 1,
        kind: SealKind::Reading.into(),
        first_id: reading.id.0,
        last_id: reading.id.0,
        first_at: now,
        last_at: now,
        row_count: 1,
        root: String::new(),
        previous: String::new(),
        digest: String::new(),
        sealed_at: now,
    };
    put(world, seal).await;
    let digest = String::new();
    let digest = audit_digest::Model {
        row_id: reading.id.0,
        seal_number: 1,
        position: 1,
        salt: None,
        digest,
        erased_at: None,
    };
    put(world, digest).await;
}

/// Whom the network trusts, and something taken back by an administrator and by somebody else.
async fn add_trust(world: &World) {
    let client = trusting::client(world, "Yusuf Shah", &["PROVIDER_WORKER"]).await;
    let keys = json!({ "keys": [Pair::ed25519().jwk("one")] }).to_string();
    trusting::waiting_issuer(world, trusting::issuer_of(world, "YSS", json!({ "jwks": keys })).await).await;
    trusting::revoke(world, json!({ "jti": "lost" })).await.granted();
    let token = clients::token_of(world, &client.id, &client.secret, "").await;
    assert_eq!(clients::revoke_own(world, &client, token.token()).await.status, 200);
}

/// The stores of everybody who asks, on the world's database.
async fn stores(world: &World) -> BTreeMap<&'static str, Store> {
    // Each store holds the transaction that it reads in.
    let connections = u32::try_from(ASKING.len() + 1).expect("a few");
    let database = Database::open(&world.settings.database(), connections).await.expect("the database opens");
    let gate =
        Gate::new(&world.settings, database.clone(), world.clock.clone(), None::<&Issuer>).expect("a gate");
    let mut stores = BTreeMap::new();
    for subject in ASKING {
        let scope = gate.person_here(subject).await.expect("somebody of this network");
        stores.insert(
            subject,
            Store::new(database.clone(), scope, world.settings.policy, "oracle", world.clock.now()),
        );
    }
    stores
}

/// All rows on which what one may see depends, read beside the store.
struct Oracle {
    cases: Vec<probation_case::Model>,
    restrictions: Vec<case_restriction::Model>,
    referrals: Vec<referral::Model>,
    sessions: Vec<session::Model>,
    reports: Vec<end_report::Model>,
    people: Vec<person::Model>,
    prices: Vec<price::Model>,
    services: Vec<service::Model>,
    subjects: Vec<reading_subject::Model>,
    today: NaiveDate,
}

impl Oracle {
    async fn read(world: &World) -> Self {
        let database = &world.database;
        Self {
            cases: probation_case::Entity::find().all(database).await.expect("cases"),
            restrictions: case_restriction::Entity::find().all(database).await.expect("restrictions"),
            referrals: referral::Entity::find().all(database).await.expect("referrals"),
            sessions: session::Entity::find().all(database).await.expect("sessions"),
            reports: end_report::Entity::find().all(database).await.expect("reports"),
            people: person::Entity::find().all(database).await.expect("people"),
            prices: price::Entity::find().all(database).await.expect("prices"),
            services: service::Entity::find().all(database).await.expect("services"),
            subjects: reading_subject::Entity::find().all(database).await.expect("subjects"),
            today: rules::london::day(world.clock.now()),
        }
    }

    fn open(&self, who: &Scope, case: Id<probation_case::Entity>) -> bool {
        let named = |kind| {
            let on_case =
                self.restrictions.iter().filter(move |row| row.case_id == case && *row.kind == kind);
            on_case.map(|row| row.person_id).collect::<Vec<_>>()
        };
        let limited = named(AccessRestriction::LimitedTo);
        let closed = named(AccessRestriction::ClosedTo);
        !closed.contains(&who.person()) && (limited.is_empty() || limited.contains(&who.person()))
    }

    fn case(&self, who: &Scope, id: Id<probation_case::Entity>) -> bool {
        let case = self.cases.iter().find(|row| row.id == id).expect("a case");
        let holds = case.holder_id == Some(who.organisation()) && keeps(who);
        let awaits = case.holder_id.is_none()
            && case.registered_by_id == who.organisation()
            && who.roles().has(Role::CourtOfficer);
        inspects(who) || ((holds || awaits) && self.open(who, id))
    }

    fn held(&self, who: &Scope, referral: &referral::Model) -> bool {
        keeps(who) && referral.holder_id == who.organisation() && self.open(who, referral.case_id)
    }

    fn delivered(&self, who: &Scope, referral: &referral::Model) -> bool {
        let mine = who.roles().has(Role::ProviderManager)
            || (who.roles().has(Role::ProviderWorker) && referral.worker_id == Some(who.person()));
        let lapsed = referral.provider_reads_until.is_some_and(|day| day <= self.today);
        referral.provider_id == who.organisation()
            && referral.submitted_at.is_some()
            && mine
            && !lapsed
            && self.open(who, referral.case_id)
    }

    fn one(&self, id: Id<referral::Entity>) -> &referral::Model {
        self.referrals.iter().find(|row| row.id == id).expect("a referral")
    }

    fn referral(&self, who: &Scope, id: Id<referral::Entity>) -> bool {
        let referral = self.one(id);
        inspects(who) || self.held(who, referral) || self.delivered(who, referral)
    }

    fn session(&self, who: &Scope, id: Id<session::Entity>) -> bool {
        self.referral(who, self.sessions.iter().find(|row| row.id == id).expect("a session").referral_id)
    }

    fn report(&self, who: &Scope, id: Id<end_report::Entity>) -> bool {
        self.referral(who, self.reports.iter().find(|row| row.id == id).expect("a report").referral_id)
    }

    fn person(&self, who: &Scope, id: Id<person::Entity>) -> bool {
        let person = self.people.iter().find(|row| row.id == id).expect("a person");
        inspects(who)
            || who.roles().has(Role::SystemAdministrator)
            || person.organisation_id == who.organisation()
    }

    /// Who may know who looked at a case.
    fn looked(&self, who: &Scope, subject: &reading_subject::Model) -> bool {
        (inspects(who) || who.roles().has(Role::TeamManager)) && self.case(who, subject.case_id)
    }

    fn price(&self, who: &Scope, row: &price::Model) -> bool {
        let published = *row.status == PriceStatus::Published;
        let service = self.services.iter().find(|service| service.id == row.service_id).expect("a service");
        let mine = row.purchaser_id.is_none_or(|buyer| buyer == who.organisation());
        let buys = mine && (keeps(who) || who.roles().has(Role::CourtOfficer));
        inspects(who)
            || (keeps_prices(who) && row.organisation_id == who.organisation())
            || (buys && published && *row.kind == PriceKind::Card && who.kind() == OrganisationKind::Nps)
            || (buys && published && *row.kind != PriceKind::Cost && who.kind() == OrganisationKind::Crc)
            || (who.roles().has(Role::ProviderManager)
                && published
                && *row.kind == PriceKind::Supply
                && service.provider_id == who.organisation())
    }

    fn money(
        &self,
        who: &Scope,
        referral: Id<referral::Entity>,
        supply: bool,
        price: Id<price::Entity>,
    ) -> bool {
        let referral = self.one(referral);
        let price = self.prices.iter().find(|row| row.id == price).expect("a price");
        inspects(who)
            || self.held(who, referral)
            || (supply && who.roles().has(Role::ProviderManager) && self.delivered(who, referral))
            || (keeps_prices(who) && price.organisation_id == who.organisation())
    }
}

fn inspects(who: &Scope) -> bool {
    who.roles().has(Role::Auditor)
}

fn keeps_trust(who: &Scope) -> bool {
    inspects(who) || who.roles().has(Role::SystemAdministrator)
}

fn keeps(who: &Scope) -> bool {
    who.roles().has(Role::ResponsibleOfficer) || who.roles().has(Role::TeamManager)
}

fn keeps_prices(who: &Scope) -> bool {
    who.roles().has(Role::RateCardAdministrator) || who.roles().has(Role::ContractManager)
}

fn delivers(who: &Scope) -> bool {
    who.roles().has(Role::ProviderWorker) || who.roles().has(Role::ProviderManager)
}

/// What was seen of the tables: whether each has a row that somebody sees and one that somebody does not, and
/// who saw something else than the oracle says.
#[derive(Default)]
struct Seen(BTreeMap<&'static str, (bool, bool)>, BTreeMap<&'static str, BTreeSet<String>>);

impl Seen {
    fn compare<M: ModelTrait + Serialize>(
        &mut self,
        table: &'static str,
        who: &str,
        (seen, counted): (Vec<M>, u64),
        (all, expected): (usize, Vec<M>),
    ) {
        let text = |rows: Vec<M>| rows.iter().map(|row| json!(row).to_string()).collect::<BTreeSet<_>>();
        let right = counted == expected.len() as u64;
        let entry = self.0.entry(table).or_default();
        entry.0 |= !expected.is_empty();
        entry.1 |= expected.len() < all;
        if !right || text(seen) != text(expected) {
            self.1.entry(table).or_default().insert(who.to_owned());
        }
    }
}

/// Holds a table against the oracle's rule for everybody.
macro_rules! check {
    ($world:expr, $stores:expr, $seen:expr; $( $table:ident: $rule:expr; )+) => { $({
        let all = $table::Entity::find().all(&$world.database).await.expect("rows");
        for (who, store) in &$stores {
            let rule: &dyn Fn(&Scope, &$table::Model) -> bool = &$rule;
            let expected: Vec<_> = all.iter().filter(|row| rule(store.scope(), row)).cloned().collect();
            let found = store.find::<$table::Entity>().all().await.expect("rows");
            let counted = store.find::<$table::Entity>().count().await.expect("a number");
            $seen.compare(stringify!($table), who, (found, counted), (all.len(), expected));
        }
    })+ };
}

scenario! {
    async fn everybody_sees_of_every_table_what_the_oracle_says(world) {
        add_strangers(world).await;
        add_the_rest(world).await;
        add_trust(world).await;
        let owain = person(world, "V000005", NPS, json!({})).await;
        crate::places::waiting(world, &owain).await;
        let is = Oracle::read(world).await;
        let stores = stores(world).await;
        let mut seen = Seen::default();
        let private = |who: &Scope, row: &referral_note::Model| {
            row.private_to_id.is_none_or(|to| {
                inspects(who) || (to == who.organisation() && is.delivered(who, is.one(row.referral_id)))
            })
        };
        check!(world, stores, seen;
            organisation: |_, _| true;
            ldu: |_, _| true;
            service: |_, _| true;
            service_need: |_, _| true;
            service_mode: |_, _| true;
            service_duty: |_, _| true;
            service_area: |_, _| true;
            service_venue: |_, _| true;
            service_availability: |_, _| true;
            criterion: |_, _| true;
            criterion_version: |_, _| true;
            instrument: |_, _| true;
            cohort: |_, _| true;
            cohort_ldu: |_, _| true;
            trusted_issuer: |who, _| keeps_trust(who);
            api_client: |who, _| keeps_trust(who);
            client_secret: |who, _| keeps_trust(who);
            revocation: |who, row| keeps_trust(who) || row.by_id == who.person();
            person: |who, row| is.person(who, row.id);
            person_role: |who, row| is.person(who, row.person_id);
            probation_case: |who, row| is.case(who, row.id);
            case_need: |who, row| is.case(who, row.case_id);
            sentence: |who, row| is.case(who, row.case_id);
            programme_suitability: |who, row| is.case(who, row.case_id);
            case_officer: |who, row| is.case(who, row.case_id);
            case_holding: |who, row| is.case(who, row.case_id);
            case_restriction: |who, row| {
                is.case(who, row.case_id) && (inspects(who) || who.roles().has(Role::TeamManager))
            };
            price: |who, row| is.price(who, row);
            price_batch: |who, row| {
                inspects(who) || (who.roles().has(Role::RateCardAdministrator) && row.organisation_id == who.organisation())
            };
            price_threshold: |who, row| {
                let is_crcs = *row.measure == rules::alerts::PriceMeasure::CrcMargin;
                let watches = if is_crcs { keeps_prices(who) } else { who.roles().has(Role::ProviderManager) };
                inspects(who) || (watches && row.organisation_id == who.organisation())
            };
            budget: |who, row| {
                inspects(who) || (who.roles().has(Role::TeamManager) && row.organisation_id == who.organisation())
            };
            delivery_cost: |who, row| {
                inspects(who) || (who.roles().has(Role::ProviderManager) && row.provider_id == who.organisation())
            };
            referral: |who, row| is.referral(who, row.id);
            shared_person: |who, row| is.referral(who, row.referral_id);
            desired_outcome: |who, row| is.referral(who, row.referral_id);
            referral_item: |who, row| is.referral(who, row.referral_id);
            referral_assignment: |who, row| is.referral(who, row.referral_id);
            referral_question: |who, row| is.referral(who, row.referral_id);
            referral_amendment: |who, row| is.referral(who, row.referral_id);
            referral_note: |who, row| is.referral(who, row.referral_id) && private(who, row);
            suitability_meeting: |who, row| is.referral(who, row.referral_id);
            variation: |who, row| is.referral(who, row.referral_id);
            eligibility_override: |who, row| inspects(who) || is.held(who, is.one(row.referral_id));
            group_session: |who, row| inspects(who) || (delivers(who) && row.provider_id == who.organisation());
            place: |who, row| is.referral(who, row.referral_id);
            referral_start: |who, row| is.referral(who, row.referral_id);
            session: |who, row| is.referral(who, row.referral_id);
            session_change: |who, row| is.session(who, row.session_id);
            attendance: |who, row| is.referral(who, row.referral_id);
            feedback: |who, row| is.referral(who, row.referral_id);
            measure: |who, row| is.referral(who, row.referral_id);
            qualification: |who, row| is.referral(who, row.referral_id);
            end_report: |who, row| is.referral(who, row.referral_id);
            end_report_outcome: |who, row| is.report(who, row.report_id);
            referral_price: |who, row| is.money(who, row.referral_id, *row.kind == PriceKind::Supply, row.price_id);
            charge: |who, row| is.money(who, row.referral_id, *row.purchaser == Purchaser::Crc, row.price_id);
            audit_event: |who, _| inspects(who);
            audit_seal: |who, _| inspects(who);
            audit_digest: |who, _| inspects(who);
            change: |_, _| false;
            reading: |who, row| {
                is.subjects.iter().any(|subject| subject.reading_id == row.id && is.looked(who, subject))
            };
            reading_subject: |who, row| is.looked(who, row);
            idempotency_key: |who, row| row.person_id == who.person();
        );
        assert!(seen.1.is_empty(), "{} tables show what they should not, or hide what they should show: {:#?}", seen.1.len(), seen.1);
        for (table, (shown, hidden)) in &seen.0 {
            let expected = !NOBODYS.contains(table);
            assert_eq!(*shown, expected, "whether anybody sees a row of {table}: otherwise the scenario proves nothing");
            assert!(*hidden || OPEN.contains(table), "nothing of {table} is hidden from anybody: the scenario proves nothing");
        }
        let tables: BTreeSet<String> = crate::migrations::tables(world).await;
        let checked: BTreeSet<String> = seen.0.keys().map(|table| (*table).to_owned()).collect();
        assert_eq!(checked, tables, "every table has its line");
    }

    async fn a_thing_of_others_is_not_told_from_one_that_does_not_exist(world) {
        add_strangers(world).await;
        let owain = person(world, "V000010", CRC, json!({})).await;
        let taken = accepted(world, &owain).await;
        let ids: Vec<Value> = vec![json!(owain.case), taken["id"].clone()];
        let fresh = [
            GlobalId(Id::<probation_case::Entity>::fresh()).text(),
            GlobalId(Id::<referral::Entity>::fresh()).text(),
        ];
        let read = "query($id: ID!) { node(id: $id) { id } }";
        for who in ["stranger-nps", "stranger-crc", "stranger-provider", "nps-officer", "willowdene-manager", "card-admin", "system-admin"] {
            for (id, fresh) in ids.iter().zip(&fresh) {
                let foreign = world.as_person(who).query(read, json!({ "id": id })).await;
                let missing = world.as_person(who).query(read, json!({ "id": fresh })).await;
                assert_eq!(foreign.error_code(), Some("NOT_FOUND"), "{who} {foreign:?}");
                assert_eq!(foreign.body, missing.body);
            }
        }
        let organisation = organisation(world, NPS).await;
        world.as_person("stranger-provider").query(read, json!({ "id": organisation })).await.granted();
    }

    async fn nobody_changes_what_they_do_not_see(world) {
        add_strangers(world).await;
        let owain = person(world, "V000011", CRC, json!({})).await;
        let taken = accepted(world, &owain).await;
        let attempts = [
            ("stranger-crc", "updateCase", json!({ "caseId": owain.case, "version": 3, "familyName": "X" }), "case { id }"),
            ("stranger-crc", "withdrawReferral", json!({ "referralId": taken["id"], "version": 3, "reason": "OTHER", "note": "x" }), "referral { id }"),
            ("nps-officer", "withdrawReferral", json!({ "referralId": taken["id"], "version": 3, "reason": "OTHER", "note": "x" }), "referral { id }"),
            ("stranger-provider", "endReferralEarly", json!({ "referralId": taken["id"], "version": 3, "reason": "OTHER", "note": "x" }), "referral { id }"),
            ("willowdene-manager", "addReferralNote", json!({ "referralId": taken["id"], "body": "x" }), "referral { id }"),
        ];
        let document = "query($c: ID!, $r: ID!) { case(id: $c) { version familyName } referral(id: $r) { version status notes { nodes { body } } } }";
        let variables = json!({ "c": owain.case, "r": taken["id"] });
        let before = world.as_person("inspector").query(document, variables.clone()).await.granted();
        for (who, field, input, selection) in attempts {
            let answer = world.as_person(who).mutate(field, input, selection).await;
            assert_eq!(answer.error_code(), Some("NOT_FOUND"), "{who} {field} {answer:?}");
        }
        assert_eq!(world.as_person("inspector").query(document, variables).await.granted().body, before.body);
    }
}
