//! Who looked at the cases of the network: one answer for each case alone, and one that held many at once.

use entity::*;
use rules::Term as _;
use rules::terms::{OrganisationKind, Role, SealKind};

use super::{Build, at};

/// Who looked.
struct Reader {
    person: Id<person::Entity>,
    organisation: Id<organisation::Entity>,
    role: Role,
}

impl Build {
    /// Readings of everything: by those who keep a case, by those who deliver, and an inspector's of all cases
    /// together. One of them is sealed.
    pub(super) fn readings(&mut self) {
        let (mut readings, mut everything) = (Vec::new(), Vec::new());
        for case in &self.rows.probation_case {
            let (holder, role) = match case.holder_id {
                Some(holder) => (holder, Role::ResponsibleOfficer),
                None => (case.registered_by_id, Role::CourtOfficer),
            };
            let place = self.places.iter().find(|place| place.id == holder).expect("who keeps the case");
            readings.push((Reader { person: place.staff(role, 0), organisation: holder, role }, case.id));
            everything.push(case.id);
        }
        for referral in &self.rows.referral {
            if let Some(person) = referral.worker_id {
                let organisation = referral.provider_id;
                let worker = Reader { person, organisation, role: Role::ProviderWorker };
                readings.push((worker, referral.case_id));
            }
        }
        for (reader, case) in readings {
            self.reading(&reader, "OpenCase", &[case]);
        }
        let mut inspectors = self.places.iter().filter(|place| place.kind == OrganisationKind::Inspectorate);
        let place = inspectors.next().expect("an inspectorate");
        let (person, role) = (place.staff(Role::Auditor, 0), Role::Auditor);
        let inspector = Reader { person, organisation: place.id, role };
        let last = self.reading(&inspector, "AllCases", &everything);
        self.seal(last);
    }

    fn reading(
        &mut self,
        reader: &Reader,
        operation: &str,
        cases: &[Id<probation_case::Entity>],
    ) -> Id<reading::Entity> {
        let mark = self.mark();
        let row = reading::Model {
            id: self.id(),
            at: at(9, 27, 9),
            recorded_at: at(9, 27, 9),
            person_id: reader.person,
            organisation_id: reader.organisation,
            roles: reader.role.code().to_owned(),
            operation: operation.to_owned(),
            purpose: Some(format!("Home visit {mark}")),
            request_id: format!("proof-{mark}"),
        };
        let of_case =
            |case: &Id<probation_case::Entity>| reading_subject::Model { reading_id: row.id, case_id: *case };
        self.rows.reading_subject.extend(cases.iter().map(of_case));
        let id = row.id;
        self.rows.reading.push(row);
        id
    }

    fn seal(&mut self, reading: Id<reading::Entity>) {
        let seal = audit_seal::Model {
            number: 1,
            kind: SealKind::Reading.into(),
            first_id: reading.0,
            last_id: reading.0,
            first_at: at(9, 27, 9),
            last_at: at(9, 27, 9),
            row_count: 1,
            root: format!("root {}", self.mark()),
            previous: "0".repeat(64),
            digest: format!("seal {}", self.mark()),
            sealed_at: at(9, 27, 10),
        };
        self.rows.audit_seal.push(seal);
        let digest = audit_digest::Model {
            row_id: reading.0,
            seal_number: 1,
            position: 1,
            salt: Some(format!("salt {}", self.mark())),
            digest: format!("digest {}", self.mark()),
            erased_at: None,
        };
        self.rows.audit_digest.push(digest);
    }
}
