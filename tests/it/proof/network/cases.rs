//! The cases of the network: for everybody who holds cases a plain one, one limited to some, one closed to some, and
//! one that came from somebody else; and those that await allocation.

use entity::*;
use rules::Term as _;
use rules::search::fold;
use rules::terms::{
    AccessRestriction, Ethnicity, Gender, Grade, Likelihood, Need, RiskLevel, Role, SentenceKind, Suitability,
};
use serde_json::json;

use super::{Build, HOLDERS, OF_EACH, Place, at, day, deliverer};

/// What is particular about a case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// Nothing.
    Plain,
    /// It is open to people named alone.
    Limited,
    /// It is closed to people named.
    Closed,
    /// Another organisation held it before.
    Moved,
}

/// Everybody's clients have these names.
const FAMILY_NAMES: [&str; 4] = ["Llewellyn", "Pritchard", "Ó Súilleabháin", "Vaughan-Price"];

/// Who held the case of a holder before: one of the other kind.
const fn earlier(holder: usize) -> usize {
    (holder + OF_EACH) % HOLDERS
}

impl Build {
    /// All cases, with what hangs on them.
    pub(super) fn cases(&mut self) {
        for holder in 0..HOLDERS {
            for sort in [Sort::Plain, Sort::Limited, Sort::Closed, Sort::Moved] {
                self.held(holder, sort);
            }
        }
        for nps in 0..OF_EACH {
            let registered_by = self.places[nps].clone();
            for closed in [false, true] {
                let case = self.case(&registered_by, None, usize::from(closed));
                if closed {
                    let officer = registered_by.staff(Role::CourtOfficer, 0);
                    self.restrict(&case, officer, AccessRestriction::ClosedTo, officer);
                }
            }
        }
    }

    /// A case that somebody holds.
    fn held(&mut self, holder: usize, sort: Sort) {
        let place = self.places[holder].clone();
        let registered_by = self.places[holder % OF_EACH].clone();
        let which = usize::from(sort == Sort::Closed);
        let officer = place.staff(Role::ResponsibleOfficer, which);
        let case = self.case(&registered_by, Some((&place, officer)), sort as usize);
        if sort == Sort::Moved {
            let before = self.places[earlier(holder)].clone();
            self.period(&case, &before, before.staff(Role::ResponsibleOfficer, 0), false);
        }
        self.period(&case, &place, officer, true);
        let manager = place.staff(Role::TeamManager, 0);
        match sort {
            Sort::Plain | Sort::Moved => {}
            Sort::Limited => {
                let worker = self.places[deliverer((holder + 1) % HOLDERS)].staff(Role::ProviderWorker, 0);
                for named in [officer, worker] {
                    self.restrict(&case, named, AccessRestriction::LimitedTo, manager);
                }
            }
            Sort::Closed => {
                let provider = self.places[deliverer((holder + 3) % HOLDERS)].clone();
                for named in [
                    place.staff(Role::ResponsibleOfficer, 0),
                    provider.staff(Role::ProviderManager, 0),
                    provider.staff(Role::ProviderWorker, 0),
                ] {
                    self.restrict(&case, named, AccessRestriction::ClosedTo, manager);
                }
            }
        }
        let sent_by = if sort == Sort::Moved { earlier(holder) } else { holder };
        self.refer(holder, sent_by, &case, sort);
    }

    fn case(
        &mut self,
        registered_by: &Place,
        held: Option<(&Place, Id<person::Entity>)>,
        which: usize,
    ) -> probation_case::Model {
        let mark = self.mark();
        let crn = format!("P{}", 700_000 + self.rows.probation_case.len());
        let (given_names, family_name) = ("Rhys", FAMILY_NAMES[which]);
        let text = |words: &str| Some(format!("{words} {mark}"));
        let row = probation_case::Model {
            id: self.id(),
            search_text: fold(&format!("{crn} {given_names} {family_name}")),
            crn,
            family_name: family_name.to_owned(),
            given_names: given_names.to_owned(),
            date_of_birth: day(1990, 2, 28),
            gender: Gender::Male.into(),
            ethnicity: Some(Ethnicity::WhiteBritish.into()),
            faith: text("Prays at noon"),
            ldu_id: held.and_then(|(place, _)| place.ldus.get(which % 2)).map(|ldu| ldu.id),
            registered_by_id: registered_by.id,
            holder_id: held.map(|(place, _)| place.id),
            officer_id: held.map(|(_, officer)| officer),
            risk_of_serious_harm: Some(RiskLevel::ALL[which % RiskLevel::ALL.len()].into()),
            likelihood_of_reoffending: Some(Likelihood::High.into()),
            sexual_offending: false,
            significant_violence: true,
            domestic_abuse: true,
            child_protection: false,
            looked_after_child: false,
            iom: true,
            mappa_level: Some(2),
            accessibility: text("Walks with a stick"),
            literacy: text("Reads slowly"),
            interpreter_language: text("Welsh"),
            childcare: text("On Mondays"),
            work_commitments: text("Nights"),
            worker_gender_preference: Some(Gender::Female.into()),
            custody_establishment: text("HMP Hewell"),
            release_date: Some(day(2017, 12, 1)),
            version: 3,
            created_at: at(7, 3, 9),
            updated_at: at(9, 1, 9),
        };
        self.rows.probation_case.push(row.clone());
        for need in [Need::Accommodation, Need::Ete, Need::FinanceAndDebt] {
            self.rows.case_need.push(case_need::Model { case_id: row.id, need: need.into() });
        }
        let sentence = sentence::Model {
            id: self.id(),
            case_id: row.id,
            kind: SentenceKind::CommunityOrder.into(),
            starts_on: day(2017, 7, 3),
            ends_on: Some(day(2018, 7, 2)),
            max_rar_days: Some(40),
            programme: Some(format!("Thinking Skills {}", self.mark())),
            unpaid_work_hours: Some(80),
            created_at: at(7, 3, 9),
        };
        self.rows.sentence.push(sentence);
        self.suitability(row.id, registered_by);
        self.record(&row, registered_by);
        row
    }

    /// What an assessment at court found, and what one found before.
    fn suitability(&mut self, case_id: Id<probation_case::Entity>, registered_by: &Place) {
        for (superseded_at, assessed_on) in [(Some(at(7, 4, 9)), day(2017, 7, 3)), (None, day(2017, 7, 4))] {
            let row = programme_suitability::Model {
                id: self.id(),
                case_id,
                service_id: self.rows.service[0].id,
                suitability: Suitability::Suitable.into(),
                findings: format!("Takes part in groups {}", self.mark()),
                assessed_on,
                recorded_by_id: registered_by.staff(Role::CourtOfficer, 0),
                created_at: at(7, 3, 9),
                superseded_at,
            };
            self.rows.programme_suitability.push(row);
        }
    }

    /// What the audit keeps of a registration.
    fn record(&mut self, case: &probation_case::Model, registered_by: &Place) {
        let event = audit_event::Model {
            id: self.id(),
            at: at(7, 3, 9),
            person_id: Some(registered_by.staff(Role::CourtOfficer, 0)),
            organisation_id: Some(registered_by.id),
            operation: "registerCase".to_owned(),
            request_id: format!("proof-{}", case.crn),
            act: "insert".to_owned(),
            table_name: "probation_case".to_owned(),
            row_id: case.id.to_string(),
            case_id: Some(case.id.0),
            changes: json!({ "new": { "family_name": format!("{} {}", case.family_name, self.mark()) } }),
        };
        self.rows.audit_event.push(event);
    }

    /// A period in which somebody held a case, and an officer was responsible for it.
    fn period(
        &mut self,
        case: &probation_case::Model,
        place: &Place,
        officer: Id<person::Entity>,
        is_present: bool,
    ) {
        let (from_at, to_at) =
            if is_present { (at(8, 1, 9), None) } else { (at(7, 3, 9), Some(at(8, 1, 9))) };
        let holding = case_holding::Model {
            id: self.id(),
            case_id: case.id,
            organisation_id: place.id,
            reason: format!("By the risk {}", self.mark()),
            allocated_by_id: officer,
            from_at,
            to_at,
        };
        self.rows.case_holding.push(holding);
        let responsible = case_officer::Model {
            id: self.id(),
            case_id: case.id,
            person_id: officer,
            grade: Some(Grade::Po.into()),
            reason: format!("Room on the caseload {}", self.mark()),
            assigned_by_id: place.staff(Role::TeamManager, 0),
            from_at,
            to_at,
        };
        self.rows.case_officer.push(responsible);
    }

    fn restrict(
        &mut self,
        case: &probation_case::Model,
        person_id: Id<person::Entity>,
        kind: AccessRestriction,
        set_by_id: Id<person::Entity>,
    ) {
        let row = case_restriction::Model {
            id: self.id(),
            case_id: case.id,
            person_id,
            kind: kind.into(),
            reason: format!("A relative {}", self.mark()),
            set_by_id,
            created_at: at(8, 2, 9),
        };
        self.rows.case_restriction.push(row);
    }
}
