//! A network in which everything is there four times and looks alike: the same names of officers and services, the
//! same dates, and only marks and identifiers to tell what is whose.
//!
//! It is put beside the demonstration, by rows, and is the same in every run.

mod audit;
mod calendar;
mod cases;
mod deliveries;
mod prices;
mod referrals;
mod trust;

use api::graphql::global_id::GlobalId;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use entity::*;
use rules::Term as _;
use rules::organisations::roles_of;
use rules::search::{fold, kept_words};
use rules::terms::{CriterionKind, Grade, Need, OrganisationKind, Role, ServiceUnit, SessionKind};
use serde_json::json;

use super::callers::Caller;
use super::draw::Draw;
use super::secrets::{LEAST_AMOUNT, mark};
use super::tables::Rows;
use crate::world::World;

/// What the network is drawn from. Another number would give other identifiers and nothing else.
const SEED: u64 = 2017;

/// How many there are of each kind that holds cases or delivers.
pub const OF_EACH: usize = 4;
/// How many organisations hold cases, and how many deliver.
const HOLDERS: usize = 2 * OF_EACH;

/// What every provider offers, by the same names.
const SERVICES: [&str; 3] = ["Group work", "Mentoring for all", "Counselling for all"];
/// The one of them that is delivered here, and the one that is only asked for.
const DELIVERED: usize = 0;
const ASKED_FOR: usize = 1;

/// An organisation of the network.
#[derive(Clone)]
struct Place {
    id: Id<organisation::Entity>,
    kind: OrganisationKind,
    number: usize,
    name: String,
    ldus: Vec<ldu::Model>,
    staff: Vec<(Role, Id<person::Entity>)>,
    services: Vec<service::Model>,
    /// The card price and the supply price of each service.
    prices: Vec<[price::Model; 2]>,
    group: Option<Id<group_session::Entity>>,
    /// The cohort of each service, in that order.
    cohorts: Vec<Id<cohort::Entity>>,
}

impl Place {
    /// Somebody in this role and no other: the first, or another.
    fn staff(&self, role: Role, which: usize) -> Id<person::Entity> {
        let mut all = self.staff.iter().filter(|(own, _)| *own == role).map(|(_, id)| *id);
        all.nth(which).unwrap_or_else(|| panic!("{} has no {}", self.name, role.name()))
    }
}

/// The network while it is built.
struct Build {
    draw: Draw,
    rows: Rows,
    places: Vec<Place>,
    callers: Vec<Caller>,
    marks: u32,
    amounts: i64,
}

/// Puts the network beside the demonstration, and answers with who asks in it.
pub async fn build(world: &World) -> Vec<Caller> {
    let mut build = Build {
        draw: Draw::of(SEED),
        rows: Rows::default(),
        places: Vec::new(),
        callers: Vec::new(),
        marks: 0,
        amounts: LEAST_AMOUNT,
    };
    for kind in [OrganisationKind::Nps, OrganisationKind::Crc, OrganisationKind::Provider] {
        for number in 0..OF_EACH {
            build.place(kind, number);
        }
    }
    build.place(OrganisationKind::Inspectorate, 0);
    build.place(OrganisationKind::Operator, 0);
    for deliverer in 0..HOLDERS {
        build.offer(deliverer);
    }
    build.prices();
    build.costs();
    build.budgets();
    build.thresholds();
    build.instruments();
    build.groups();
    build.calendar();
    build.cases();
    build.readings();
    build.trust();
    build.rows.insert(&world.database).await;
    for caller in &mut build.callers {
        caller.sign_in(world);
    }
    build.callers
}

/// A day of the network.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

/// An hour of a day of 2017.
fn at(month: u32, date: u32, hour: usize) -> DateTime<Utc> {
    let midnight = day(2017, month, date).and_hms_opt(0, 0, 0).expect("a midnight").and_utc();
    midnight + TimeDelta::hours(i64::try_from(hour).expect("an hour"))
}

/// Where the organisation stands that delivers, of all that do: the providers, then the CRCs.
const fn deliverer(number: usize) -> usize {
    if number < OF_EACH { HOLDERS + number } else { number }
}

impl Build {
    fn id<E>(&mut self) -> Id<E> {
        Id::new(self.draw.uuid())
    }

    /// A mark that no other row has.
    fn mark(&mut self) -> String {
        self.marks += 1;
        mark(self.marks)
    }

    /// An amount that no other row has.
    fn amount(&mut self) -> i64 {
        self.amounts += 7_919;
        self.amounts
    }

    fn place(&mut self, kind: OrganisationKind, number: usize) {
        let id = self.id();
        let name = format!("Proof {} {number}", kind.label());
        let row = organisation::Model {
            id,
            kind: kind.into(),
            name: name.clone(),
            version: 1,
            created_at: at(1, 2, 9),
        };
        self.rows.organisation.push(row);
        let holds = matches!(kind, OrganisationKind::Nps | OrganisationKind::Crc);
        let names: &[&str] = if holds { &["North", "South"] } else { &[] };
        let ldus: Vec<_> = names
            .iter()
            .map(|name| ldu::Model { id: self.id(), organisation_id: id, name: (*name).to_owned() })
            .collect();
        self.rows.ldu.extend(ldus.iter().cloned());
        let mut place = Place {
            id,
            kind,
            number,
            name,
            ldus,
            staff: Vec::new(),
            services: Vec::new(),
            prices: Vec::new(),
            group: None,
            cohorts: Vec::new(),
        };
        for role in roles_of(kind) {
            for which in 0..2 {
                let person = self.hire(&place, &[*role], which);
                place.staff.push((*role, person));
            }
        }
        if roles_of(kind).len() > 1 {
            self.hire(&place, roles_of(kind), 0);
        }
        self.places.push(place);
    }

    /// Somebody who works there. The first in each role asks, and so does who has all of them.
    fn hire(&mut self, place: &Place, roles: &[Role], which: usize) -> Id<person::Entity> {
        let id = self.id();
        let [role] = roles else { return self.write_down(place, id, "all", "Alex Morgan", roles, true) };
        let name = if which == 0 { role.label() } else { "Sam Ellis" };
        let post = format!("{}-{which}", role.code());
        self.write_down(place, id, &post, name, roles, which == 0)
    }

    fn write_down(
        &mut self,
        place: &Place,
        id: Id<person::Entity>,
        post: &str,
        name: &str,
        roles: &[Role],
        asks: bool,
    ) -> Id<person::Entity> {
        let subject = format!("{}-{}-{post}", place.kind.code(), place.number);
        let row = person::Model {
            id,
            organisation_id: place.id,
            email: format!("{subject}@proof.example"),
            subject: subject.clone(),
            name: name.to_owned(),
            grade: (!place.ldus.is_empty()).then(|| Grade::Po.into()),
            ldu_id: place.ldus.first().map(|ldu| ldu.id),
            active: true,
            version: 1,
            created_at: at(1, 2, 9),
        };
        self.rows.person.push(row);
        let of_role = |role: &Role| person_role::Model { person_id: id, role: (*role).into() };
        self.rows.person_role.extend(roles.iter().map(of_role));
        let repeat = idempotency_key::Model {
            person_id: id,
            key: format!("key of {subject}"),
            operation: "registerCase".to_owned(),
            request_hash: String::new(),
            answer: json!({ "is": GlobalId(id).text() }),
            created_at: at(9, 1, 9),
        };
        self.rows.idempotency_key.push(repeat);
        if asks {
            self.callers.push(Caller {
                subject,
                person: id,
                organisation: place.id,
                kind: place.kind,
                place: place.number,
                roles: roles.to_vec(),
                token: String::new(),
            });
        }
        id
    }

    /// The services of who delivers.
    fn offer(&mut self, number: usize) {
        let place = self.places[deliverer(number)].clone();
        let mut services = Vec::new();
        for (which, name) in SERVICES.iter().enumerate() {
            let closes = which == SERVICES.len() - 1;
            let service = service::Model {
                id: self.id(),
                provider_id: place.id,
                name: (*name).to_owned(),
                description: "As everywhere.".to_owned(),
                delivery: if which == DELIVERED { SessionKind::Group } else { SessionKind::OneToOne }.into(),
                unit: ServiceUnit::Session.into(),
                counts_towards_rar: which == DELIVERED,
                needs_suitability_meeting: false,
                usual_units: Some(6),
                respond_within_days: 5,
                acceptable_absence_percent: 0,
                unacceptable_absence_percent: 0,
                late_cancellation_percent: 0,
                late_cancellation_hours: 0,
                provider_logistics_percent: 0,
                open_from: Some(day(2016, 4, 1)),
                open_to: closes.then(|| day(2018, 4, 1)),
                withdrawal_reason: closes.then(|| "The contract ends.".to_owned()),
                earliest_start: Some(day(2017, 11, 1)),
                approved_by_id: None,
                on_card: true,
                search_text: fold(&format!("{name} {}", place.name)),
                search_words: kept_words(&format!("{name} {}", place.name)),
                name_words: kept_words(name),
                version: 1,
                created_at: at(1, 2, 9),
            };
            let needs = [Need::Ete, Need::Accommodation];
            let of_need = |need: Need| service_need::Model { service_id: service.id, need: need.into() };
            self.rows.service_need.extend(needs.map(of_need));
            if which == ASKED_FOR {
                // A need of everybody for which few were referred.
                self.rows.service_need.push(of_need(Need::FinanceAndDebt));
            }
            if closes {
                let ldu_id = self.rows.ldu.first().map(|ldu| ldu.id);
                let venue =
                    service_venue::Model { service_id: service.id, name: "The old mill".to_owned(), ldu_id };
                self.rows.service_venue.push(venue);
                let available = service_availability::Model {
                    id: self.id(),
                    service_id: service.id,
                    purchaser: rules::terms::Purchaser::Nps.into(),
                    basis: None,
                    available_from: Some(day(2016, 4, 1)),
                    available_to: None,
                };
                self.rows.service_availability.push(available);
            }
            let women = (CriterionKind::Gender, json!({ "kind": "gender", "any_of": ["female"] }));
            if closes {
                self.criterion(None, Some(service.id), women);
            } else if which == DELIVERED {
                // Nobody who comes meets these. The first asks for what a referral shares, the second does not.
                let calm = json!({ "kind": "excluded_offending", "none_of": ["significant_violence"] });
                self.criterion(None, Some(service.id), women);
                self.criterion(None, Some(service.id), (CriterionKind::ExcludedOffending, calm));
            }
            services.push(service);
        }
        let asked = (CriterionKind::AgeRange, json!({ "kind": "age_range", "min": 18, "max": 90 }));
        self.criterion(Some(place.id), None, asked);
        self.rows.service.extend(services.iter().cloned());
        self.places[deliverer(number)].services = services;
    }

    fn criterion(
        &mut self,
        provider_id: Option<Id<organisation::Entity>>,
        service_id: Option<Id<service::Entity>>,
        (kind, value): (CriterionKind, serde_json::Value),
    ) {
        let row = criterion::Model {
            id: self.id(),
            provider_id,
            service_id,
            purchaser: None,
            kind: kind.into(),
            rule_key: kind.code().to_owned(),
            value,
            effective_from: Some(day(2016, 4, 1)),
            effective_to: Some(day(2020, 4, 1)),
            reason: "So it was agreed.".to_owned(),
            version: 1,
            created_at: at(1, 2, 9),
        };
        let version = criterion_version::Model {
            id: self.id(),
            criterion_id: row.id,
            number: 1,
            purchaser: None,
            value: row.value.clone(),
            effective_from: row.effective_from,
            effective_to: row.effective_to,
            reason: row.reason.clone(),
            author_id: None,
            created_at: row.created_at,
        };
        self.rows.criterion_version.push(version);
        self.rows.criterion.push(row);
    }
}
