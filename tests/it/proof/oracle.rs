//! Who may see which row: DOMAIN.md in plain Rust, over rows in memory. Nothing here is the store's.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use chrono::NaiveDate;
use entity::*;
use rules::alerts::PriceMeasure;
use rules::terms::{AccessRestriction, OrganisationKind, PriceKind, PriceStatus, Purchaser, Role};
use sea_orm::ModelTrait;
use uuid::Uuid;

use super::callers::Caller;
use super::secrets;
use super::tables::{Facts, Key, TABLES, key};

/// What one caller may see.
#[derive(Default)]
pub struct Sight {
    rows: HashSet<Key>,
    mentioned: HashSet<Uuid>,
    ruled: BTreeSet<&'static str>,
}

impl Sight {
    /// Whether they may see this row.
    pub fn sees(&self, row: &Key) -> bool {
        self.rows.contains(row)
    }

    /// Whether the row stands on another that they may see: as a worker stands on a referral.
    pub fn mentions(&self, row: &Key) -> bool {
        Uuid::try_parse(&row.1).is_ok_and(|id| self.mentioned.contains(&id))
    }

    /// The rows of a table that they may see, or those that they may not.
    pub fn of<'f>(&self, facts: &'f Facts, table: &str, seen: bool) -> Vec<&'f Key> {
        facts.of_table(table).iter().filter(|row| self.sees(row) == seen).collect()
    }

    fn rule<M: ModelTrait>(&mut self, table: &'static str, rows: &[M], rule: impl Fn(&M) -> bool) {
        self.ruled.insert(table);
        self.rows.extend(rows.iter().filter(|row| rule(row)).map(|row| (table, key(row))));
    }
}

/// Knows all rows, and what follows from them.
pub struct Oracle<'f> {
    /// What there is.
    pub facts: &'f Facts,
    /// Today, in London.
    pub today: NaiveDate,
    mentions: HashMap<&'f Key, Vec<Uuid>>,
    reached: OnceLock<HashMap<Key, HashSet<Uuid>>>,
    cases: HashMap<Id<probation_case::Entity>, &'f probation_case::Model>,
    restrictions: HashMap<Id<probation_case::Entity>, Vec<&'f case_restriction::Model>>,
    referrals: HashMap<Id<referral::Entity>, &'f referral::Model>,
    sessions: HashMap<Id<session::Entity>, &'f session::Model>,
    reports: HashMap<Id<end_report::Entity>, &'f end_report::Model>,
    people: HashMap<Id<person::Entity>, &'f person::Model>,
    services: HashMap<Id<service::Entity>, &'f service::Model>,
    prices: HashMap<Id<price::Entity>, &'f price::Model>,
}

impl<'f> Oracle<'f> {
    /// The oracle of these facts on this day.
    pub fn new(facts: &'f Facts, today: NaiveDate) -> Self {
        let rows = &facts.rows;
        let mut restrictions: HashMap<_, Vec<_>> = HashMap::new();
        for row in &rows.case_restriction {
            restrictions.entry(row.case_id).or_default().push(row);
        }
        let mentions = facts.all.iter().map(|(key, row)| {
            let mut ids = Vec::new();
            secrets::strings(row, &mut |text: &str| ids.extend(secrets::uuids(text)));
            (key, ids)
        });
        Self {
            facts,
            today,
            mentions: mentions.collect(),
            reached: OnceLock::new(),
            cases: rows.probation_case.iter().map(|row| (row.id, row)).collect(),
            restrictions,
            referrals: rows.referral.iter().map(|row| (row.id, row)).collect(),
            sessions: rows.session.iter().map(|row| (row.id, row)).collect(),
            reports: rows.end_report.iter().map(|row| (row.id, row)).collect(),
            people: rows.person.iter().map(|row| (row.id, row)).collect(),
            services: rows.service.iter().map(|row| (row.id, row)).collect(),
            prices: rows.price.iter().map(|row| (row.id, row)).collect(),
        }
    }

    /// The identifiers that stand in a row, its own among them.
    pub fn mentioned_in(&self, row: &Key) -> &[Uuid] {
        self.mentions.get(row).map_or(&[], Vec::as_slice)
    }

    /// Whether a row has something to do with an organisation: it names it, or what it names does, or that again.
    pub fn belongs_to(&self, row: &Key, organisation: &Key) -> bool {
        let all = || self.mentions.keys().map(|row| ((*row).clone(), self.reach(row))).collect();
        let reached = self.reached.get_or_init(all);
        let wanted = Uuid::try_parse(&organisation.1);
        wanted.is_ok_and(|wanted| reached.get(row).is_some_and(|ids| ids.contains(&wanted)))
    }

    /// What a row names, what that names, and so once more.
    fn reach(&self, row: &Key) -> HashSet<Uuid> {
        let (mut ids, mut next) = (HashSet::new(), vec![row]);
        for _ in 0..3 {
            let named = next.iter().flat_map(|row| self.mentioned_in(row)).copied();
            let new: Vec<_> = named.filter(|id| ids.insert(*id)).collect();
            next = new.iter().filter_map(|id| self.facts.uuids.get(id)).collect();
        }
        ids
    }

    /// "A case can be restricted to named people, or closed to named people. Restriction beats every role but the
    /// inspector's."
    fn barred(&self, who: &Caller, case: Id<probation_case::Entity>) -> bool {
        let (mut limited, mut let_in) = (false, false);
        for row in self.restrictions.get(&case).into_iter().flatten() {
            let is_named = row.person_id == who.person;
            match *row.kind {
                AccessRestriction::ClosedTo if is_named => return true,
                AccessRestriction::ClosedTo => {}
                AccessRestriction::LimitedTo => {
                    limited = true;
                    let_in |= is_named;
                }
            }
        }
        limited && !let_in
    }

    /// "See and keep the cases their organisation holds"; a court officer registers and allocates.
    fn case(&self, who: &Caller, id: Id<probation_case::Entity>) -> bool {
        let case = self.cases[&id];
        let theirs = match case.holder_id {
            Some(holder) => keeps(who) && holder == who.organisation,
            None => who.is(Role::CourtOfficer) && case.registered_by_id == who.organisation,
        };
        inspects(who) || (theirs && !self.barred(who, id))
    }

    /// Whether they keep the case of a referral. "Access follows the case."
    fn holds(&self, who: &Caller, referral: &referral::Model) -> bool {
        let holder = self.cases[&referral.case_id].holder_id;
        keeps(who) && holder == Some(who.organisation) && !self.barred(who, referral.case_id)
    }

    /// Whether they deliver a referral. "Drafts are seen by no provider"; a worker has what is assigned to them;
    /// after its end the provider keeps it for a period.
    fn delivers(&self, who: &Caller, referral: &referral::Model) -> bool {
        if who.organisation != referral.provider_id || self.barred(who, referral.case_id) {
            return false;
        }
        let was_sent = referral.submitted_at.is_some();
        let is_over = referral.provider_reads_until.is_some_and(|end| self.today >= end);
        let is_assigned = who.is(Role::ProviderWorker) && referral.worker_id == Some(who.person);
        was_sent && !is_over && (who.is(Role::ProviderManager) || is_assigned)
    }

    fn referral(&self, who: &Caller, id: Id<referral::Entity>) -> bool {
        let referral = self.referrals[&id];
        inspects(who) || self.holds(who, referral) || self.delivers(who, referral)
    }

    /// "A provider can keep notes that only its own staff see."
    fn note(&self, who: &Caller, note: &referral_note::Model) -> bool {
        let referral = self.referrals[&note.referral_id];
        match note.private_to_id {
            None => self.referral(who, note.referral_id),
            Some(provider) => inspects(who) || (provider == who.organisation && self.delivers(who, referral)),
        }
    }

    fn person(&self, who: &Caller, id: Id<person::Entity>) -> bool {
        let everybody = who.is_any(&[Role::Auditor, Role::SystemAdministrator]);
        everybody || self.people[&id].organisation_id == who.organisation
    }

    /// "The rate card prices what the NPS buys from the CRC. The supply price (CRC to provider) and the provider's own
    /// cost of delivery are separate figures."
    fn price(&self, who: &Caller, price: &price::Model) -> bool {
        if inspects(who) || (keeps_prices(who) && price.organisation_id == who.organisation) {
            return true;
        }
        if *price.status != PriceStatus::Published {
            return false;
        }
        // What holds for one purchaser alone is no other one's to see.
        let mine = price.purchaser_id.is_none_or(|buyer| buyer == who.organisation);
        let buys = mine && (keeps(who) || who.is(Role::CourtOfficer));
        let delivers =
            who.is(Role::ProviderManager) && self.services[&price.service_id].provider_id == who.organisation;
        match *price.kind {
            PriceKind::Card => buys && matches!(who.kind, OrganisationKind::Nps | OrganisationKind::Crc),
            PriceKind::Supply => (buys && who.kind == OrganisationKind::Crc) || delivers,
            PriceKind::Cost => false,
        }
    }

    /// What a referral costs is for the side that pays, for the provider's manager where the CRC pays the provider,
    /// and for those who keep the price.
    fn money(
        &self,
        who: &Caller,
        referral: Id<referral::Entity>,
        price: Id<price::Entity>,
        is_supply: bool,
    ) -> bool {
        let referral = self.referrals[&referral];
        let earns = is_supply && who.is(Role::ProviderManager) && self.delivers(who, referral);
        let keeps_it = keeps_prices(who) && self.prices[&price].organisation_id == who.organisation;
        inspects(who) || self.holds(who, referral) || earns || keeps_it
    }

    /// Everything that somebody may see.
    pub fn sight(&self, who: &Caller) -> Sight {
        let mut sight = Sight::default();
        self.directory(&mut sight);
        self.of_people(who, &mut sight);
        self.of_trust(who, &mut sight);
        self.of_audit(who, &mut sight);
        self.of_cases(who, &mut sight);
        self.of_prices(who, &mut sight);
        self.of_referrals(who, &mut sight);
        self.of_deliveries(who, &mut sight);
        let unruled: Vec<_> = TABLES.iter().filter(|table| !sight.ruled.contains(*table)).collect();
        assert!(unruled.is_empty(), "who may see {unruled:?}? The oracle has no rule");
        let mentioned = sight.rows.iter().filter_map(|row| self.mentions.get(row)).flatten();
        sight.mentioned = mentioned.copied().collect();
        sight
    }

    fn directory(&self, sight: &mut Sight) {
        let rows = &self.facts.rows;
        sight.rule("organisation", &rows.organisation, |_| true);
        sight.rule("ldu", &rows.ldu, |_| true);
        sight.rule("service", &rows.service, |_| true);
        sight.rule("service_need", &rows.service_need, |_| true);
        sight.rule("service_mode", &rows.service_mode, |_| true);
        sight.rule("service_duty", &rows.service_duty, |_| true);
        sight.rule("service_area", &rows.service_area, |_| true);
        sight.rule("service_venue", &rows.service_venue, |_| true);
        sight.rule("service_availability", &rows.service_availability, |_| true);
        sight.rule("criterion", &rows.criterion, |_| true);
        sight.rule("criterion_version", &rows.criterion_version, |_| true);
        sight.rule("instrument", &rows.instrument, |_| true);
        sight.rule("cohort", &rows.cohort, |_| true);
        sight.rule("cohort_ldu", &rows.cohort_ldu, |_| true);
    }

    fn of_people(&self, who: &Caller, sight: &mut Sight) {
        let rows = &self.facts.rows;
        sight.rule("person", &rows.person, |row| self.person(who, row.id));
        sight.rule("person_role", &rows.person_role, |row| self.person(who, row.person_id));
        sight.rule("idempotency_key", &rows.idempotency_key, |row| row.person_id == who.person);
    }

    /// "System administrator: organisations, people, API clients, trusted issuers"; an inspector reads everything.
    /// Who took something back knows of it.
    fn of_trust(&self, who: &Caller, sight: &mut Sight) {
        let rows = &self.facts.rows;
        let keeps_it = who.is_any(&[Role::SystemAdministrator, Role::Auditor]);
        sight.rule("trusted_issuer", &rows.trusted_issuer, |_| keeps_it);
        sight.rule("api_client", &rows.api_client, |_| keeps_it);
        sight.rule("client_secret", &rows.client_secret, |_| keeps_it);
        sight.rule("revocation", &rows.revocation, |row| keeps_it || row.by_id == who.person);
    }

    /// The record of changes and its seals are an inspector's. "Who looked at this person", for those entitled:
    /// inspectors, and team managers who see the case. One answer may have held many cases: whoever may know of one
    /// of them knows of the answer, and not of the others.
    fn of_audit(&self, who: &Caller, sight: &mut Sight) {
        let rows = &self.facts.rows;
        sight.rule("audit_event", &rows.audit_event, |_| inspects(who));
        sight.rule("audit_seal", &rows.audit_seal, |_| inspects(who));
        sight.rule("audit_digest", &rows.audit_digest, |_| inspects(who));
        sight.rule("change", &rows.change, |_| false);
        let manages = who.is_any(&[Role::TeamManager, Role::Auditor]);
        let looked_at = |row: &reading_subject::Model| manages && self.case(who, row.case_id);
        let subjects = rows.reading_subject.iter().filter(|row| looked_at(row));
        let readings: HashSet<_> = subjects.map(|row| row.reading_id).collect();
        sight.rule("reading_subject", &rows.reading_subject, looked_at);
        sight.rule("reading", &rows.reading, |row| readings.contains(&row.id));
    }

    fn of_cases(&self, who: &Caller, sight: &mut Sight) {
        let rows = &self.facts.rows;
        sight.rule("probation_case", &rows.probation_case, |row| self.case(who, row.id));
        sight.rule("case_need", &rows.case_need, |row| self.case(who, row.case_id));
        sight.rule("sentence", &rows.sentence, |row| self.case(who, row.case_id));
        sight.rule("programme_suitability", &rows.programme_suitability, |row| self.case(who, row.case_id));
        sight.rule("case_officer", &rows.case_officer, |row| self.case(who, row.case_id));
        sight.rule("case_holding", &rows.case_holding, |row| self.case(who, row.case_id));
        let manages = who.is_any(&[Role::TeamManager, Role::Auditor]);
        sight.rule("case_restriction", &rows.case_restriction, |row| manages && self.case(who, row.case_id));
    }

    fn of_prices(&self, who: &Caller, sight: &mut Sight) {
        let rows = &self.facts.rows;
        sight.rule("price", &rows.price, |row| self.price(who, row));
        sight.rule("price_batch", &rows.price_batch, |row| {
            let theirs = who.is(Role::RateCardAdministrator) && row.organisation_id == who.organisation;
            theirs || inspects(who)
        });
        // "A provider may state its cost of delivery": its own to know.
        sight.rule("delivery_cost", &rows.delivery_cost, |row| {
            inspects(who) || (who.is(Role::ProviderManager) && row.provider_id == who.organisation)
        });
        sight.rule("price_threshold", &rows.price_threshold, |row| {
            let is_crcs = *row.measure == PriceMeasure::CrcMargin;
            let watches = if is_crcs { keeps_prices(who) } else { who.is(Role::ProviderManager) };
            inspects(who) || (watches && row.organisation_id == who.organisation)
        });
        sight.rule("budget", &rows.budget, |row| {
            inspects(who) || (who.is(Role::TeamManager) && row.organisation_id == who.organisation)
        });
        sight.rule("referral_price", &rows.referral_price, |row| {
            self.money(who, row.referral_id, row.price_id, *row.kind == PriceKind::Supply)
        });
        sight.rule("charge", &rows.charge, |row| {
            self.money(who, row.referral_id, row.price_id, *row.purchaser == Purchaser::Crc)
        });
    }

    fn of_referrals(&self, who: &Caller, sight: &mut Sight) {
        let rows = &self.facts.rows;
        let seen = |id| self.referral(who, id);
        sight.rule("referral", &rows.referral, |row| seen(row.id));
        sight.rule("shared_person", &rows.shared_person, |row| seen(row.referral_id));
        sight.rule("desired_outcome", &rows.desired_outcome, |row| seen(row.referral_id));
        sight.rule("referral_item", &rows.referral_item, |row| seen(row.referral_id));
        sight.rule("referral_assignment", &rows.referral_assignment, |row| seen(row.referral_id));
        sight.rule("referral_question", &rows.referral_question, |row| seen(row.referral_id));
        sight.rule("referral_amendment", &rows.referral_amendment, |row| seen(row.referral_id));
        sight.rule("referral_note", &rows.referral_note, |row| self.note(who, row));
        sight.rule("suitability_meeting", &rows.suitability_meeting, |row| seen(row.referral_id));
        sight.rule("variation", &rows.variation, |row| seen(row.referral_id));
        // An exception tells what holds of the person: it is between those who keep the case.
        sight.rule("eligibility_override", &rows.eligibility_override, |row| {
            inspects(who) || self.holds(who, self.referrals[&row.referral_id])
        });
    }

    fn of_deliveries(&self, who: &Caller, sight: &mut Sight) {
        let rows = &self.facts.rows;
        let seen = |id| self.referral(who, id);
        let delivers = who.is_any(&[Role::ProviderWorker, Role::ProviderManager]);
        sight.rule("group_session", &rows.group_session, |row| {
            inspects(who) || (delivers && row.provider_id == who.organisation)
        });
        sight.rule("place", &rows.place, |row| seen(row.referral_id));
        sight.rule("referral_start", &rows.referral_start, |row| seen(row.referral_id));
        sight.rule("session", &rows.session, |row| seen(row.referral_id));
        sight.rule("session_change", &rows.session_change, |row| {
            seen(self.sessions[&row.session_id].referral_id)
        });
        sight.rule("attendance", &rows.attendance, |row| seen(row.referral_id));
        sight.rule("feedback", &rows.feedback, |row| seen(row.referral_id));
        sight.rule("measure", &rows.measure, |row| seen(row.referral_id));
        sight.rule("qualification", &rows.qualification, |row| seen(row.referral_id));
        sight.rule("end_report", &rows.end_report, |row| seen(row.referral_id));
        sight.rule("end_report_outcome", &rows.end_report_outcome, |row| {
            seen(self.reports[&row.report_id].referral_id)
        });
    }
}

fn inspects(who: &Caller) -> bool {
    who.is(Role::Auditor)
}

fn keeps(who: &Caller) -> bool {
    who.is_any(&[Role::ResponsibleOfficer, Role::TeamManager])
}

fn keeps_prices(who: &Caller) -> bool {
    who.is_any(&[Role::RateCardAdministrator, Role::ContractManager])
}
