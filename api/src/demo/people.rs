//! The people of the demonstration. All invented.

use rules::Term;
use rules::terms::{Grade, OrganisationKind, Role};

/// Somebody one can be.
pub struct Persona {
    /// The `sub` of their tokens.
    pub subject: &'static str,
    /// Their name.
    pub name: &'static str,
    /// Their organisation's name.
    pub organisation: &'static str,
    /// Their roles.
    pub roles: &'static [Role],
    /// Their grade, for probation staff.
    pub grade: Option<Grade>,
}

impl Persona {
    /// Their roles as people say them.
    pub fn in_words(&self) -> String {
        self.roles.iter().map(|role| role.label().to_lowercase()).collect::<Vec<_>>().join(", ")
    }

    /// Their organisation as people call it in a hurry.
    pub fn organisation_in_short(&self) -> &'static str {
        match self.organisation {
            NPS => "NPS",
            CRC => "CRC",
            INSPECTORATE => "HMIP",
            other => other,
        }
    }

    const fn of(
        subject: &'static str,
        name: &'static str,
        organisation: &'static str,
        roles: &'static [Role],
    ) -> Self {
        Self { subject, name, organisation, roles, grade: None }
    }

    const fn graded(self, grade: Grade) -> Self {
        Self { grade: Some(grade), ..self }
    }
}

/// The NPS.
pub const NPS: &str = "National Probation Service";
/// The CRC.
pub const CRC: &str = "Warwickshire & West Mercia CRC";

/// The inspectorate.
const INSPECTORATE: &str = "HM Inspectorate of Probation";

/// An organisation of the demonstration with its LDUs.
pub struct Place {
    /// What it is in the network.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: &'static str,
    /// Its local delivery units.
    pub ldus: &'static [&'static str],
}

const fn provider(name: &'static str) -> Place {
    Place { kind: OrganisationKind::Provider, name, ldus: &[] }
}

/// The organisations of West Mercia in 2017.
pub const PLACES: &[Place] = &[
    Place {
        kind: OrganisationKind::Nps,
        name: NPS,
        ldus: &["Herefordshire", "Shropshire", "Telford & Wrekin", "Worcestershire"],
    },
    Place {
        kind: OrganisationKind::Crc,
        name: CRC,
        ldus: &["Shropshire, Telford & Herefordshire", "Worcestershire", "Warwickshire"],
    },
    Place { kind: OrganisationKind::Inspectorate, name: INSPECTORATE, ldus: &[] },
    provider("Willowdene"),
    provider("YSS"),
    provider("Worcester University"),
    provider("Gym with Sports England"),
    provider("Hereford community centre"),
    provider("Addaction"),
    provider("Swanswell"),
    provider("Ixion"),
    provider("Nacro"),
];

/// Everybody with a role of their own to try. The first is the administrator who founds the network.
pub const PERSONAS: &[Persona] = &[
    Persona::of("system-admin", "Sam Aldous", crate::store::DEMONSTRATION, &[Role::SystemAdministrator]),
    Persona::of("nps-officer", "Nadia Prosser", NPS, &[Role::ResponsibleOfficer]).graded(Grade::Po),
    Persona::of("nps-manager", "Martin Sayce", NPS, &[Role::TeamManager]).graded(Grade::Spo),
    Persona::of("court-officer", "Carys Onions", NPS, &[Role::CourtOfficer]).graded(Grade::Pso),
    Persona::of("crc-officer", "Colin Rudge", CRC, &[Role::ResponsibleOfficer]).graded(Grade::Pso),
    Persona::of("crc-manager", "Mona Tranter", CRC, &[Role::TeamManager]),
    Persona::of("card-admin", "Adele Cartwright", CRC, &[Role::RateCardAdministrator]),
    Persona::of("card-approver", "Piers Ockley", CRC, &[Role::RateCardAdministrator]),
    Persona::of("contract-manager", "Connie Mapp", CRC, &[Role::ContractManager]),
    Persona::of("crc-group-manager", "Grace Munn", CRC, &[Role::ProviderManager]),
    Persona::of("crc-group-worker", "Wendy Groom", CRC, &[Role::ProviderWorker]),
    Persona::of("willowdene-manager", "Will Dene", "Willowdene", &[Role::ProviderManager]),
    Persona::of("willowdene-worker", "Wren Dale", "Willowdene", &[Role::ProviderWorker]),
    Persona::of("yss-manager", "Yvonne Sands", "YSS", &[Role::ProviderManager]),
    Persona::of("yss-worker", "Yusuf Shah", "YSS", &[Role::ProviderWorker]),
    Persona::of("counselling-tutor", "Tess Unwin", "Worcester University", &[Role::ProviderManager]),
    Persona::of("counselling-student", "Stu Denham", "Worcester University", &[Role::ProviderWorker]),
    Persona::of(
        "gym-manager",
        "Guy Manning",
        "Gym with Sports England",
        &[Role::ProviderManager, Role::ProviderWorker],
    ),
    Persona::of("hereford-manager", "Hetty Marsh", "Hereford community centre", &[Role::ProviderManager]),
    Persona::of("addaction-manager", "Ada Munro", "Addaction", &[Role::ProviderManager]),
    Persona::of("swanswell-manager", "Swan Moore", "Swanswell", &[Role::ProviderManager]),
    Persona::of("ixion-manager", "Ike Moss", "Ixion", &[Role::ProviderManager]),
    Persona::of("nacro-manager", "Nick Marlow", "Nacro", &[Role::ProviderManager]),
    Persona::of("inspector", "Iris Inglis", INSPECTORATE, &[Role::Auditor]),
];

/// A member of staff to be added.
pub struct Staff {
    /// The `sub` of their tokens.
    pub subject: String,
    /// Their name.
    pub name: String,
    /// Their roles.
    pub roles: &'static [Role],
    /// Their grade, for probation staff.
    pub grade: Option<Grade>,
}

/// Names of the officers whom the case-management extract mentions by address.
const OFFICERS: [&str; 8] = [
    "Alun Pryce",
    "Beth Yapp",
    "Cerys Meredith",
    "Dan Bufton",
    "Esme Lello",
    "Finn Preece",
    "Gwyneth Bounds",
    "Huw Galliers",
];

/// The staff of an organisation: its personas, and the officers of the extract.
pub fn staff_of(organisation: &str) -> Vec<Staff> {
    let personas =
        PERSONAS.iter().filter(|persona| persona.organisation == organisation).map(|persona| Staff {
            subject: persona.subject.to_owned(),
            name: persona.name.to_owned(),
            roles: persona.roles,
            grade: persona.grade,
        });
    let network = match organisation {
        NPS => Some("nps"),
        CRC => Some("crc"),
        _ => None,
    };
    let officers = network.into_iter().flat_map(|network| {
        OFFICERS.iter().enumerate().map(move |(index, name)| Staff {
            subject: format!("officer{:02}.{network}", index + 1),
            name: (*name).to_owned(),
            roles: &[Role::ResponsibleOfficer],
            grade: Some(if index % 2 == 0 { Grade::Po } else { Grade::Pso }),
        })
    });
    personas.chain(officers).collect()
}
