//! What the services of the demonstration say of themselves beside their description. Source: DOMAIN.md, "The services".

use rules::Term;
use rules::terms::DeliveryMode::{self, Custody, Day, Evening, HomeVisit, Residential};
use rules::terms::Duty::{
    self, FeedbackEachSession, QuarterlyReport, RecordContacts, SameMeasure, ShareOutcomes, ShareRisk,
};
use rules::terms::Purchaser::{self, Crc, Nps};
use rules::terms::SentenceBasis::{self, PostSentenceSupervision, Rar};
use serde_json::{Value, json};

use super::people::{CRC, NPS};

/// An entry of the demonstration's directory.
pub struct Entry {
    provider: &'static str,
    /// The service; none: all of the provider's.
    service: Option<&'static str>,
    modes: &'static [DeliveryMode],
    venues: &'static [&'static str],
    /// LDUs by their organisation and name, and whether they find it hard to reach.
    areas: &'static [(&'static str, &'static str, bool)],
    duties: &'static [Duty],
    /// Who can use it, on which basis, and the day from which it is over.
    availability: &'static [(Purchaser, Option<SentenceBasis>, Option<&'static str>)],
}

const fn entry(
    provider: &'static str,
    service: Option<&'static str>,
    modes: &'static [DeliveryMode],
    venues: &'static [&'static str],
) -> Entry {
    Entry { provider, service, modes, venues, areas: &[], duties: &[], availability: &[] }
}

/// The whole of West Mercia, of which Herefordshire finds Willowdene hard to reach.
const FROM_SHROPSHIRE: &[(&str, &str, bool)] = &[
    (NPS, "Herefordshire", true),
    (NPS, "Shropshire", false),
    (NPS, "Telford & Wrekin", false),
    (NPS, "Worcestershire", false),
    (CRC, "Shropshire, Telford & Herefordshire", false),
    (CRC, "Worcestershire", false),
];
const WORCESTERSHIRE: &[(&str, &str, bool)] =
    &[(NPS, "Worcestershire", false), (CRC, "Worcestershire", false)];
const HEREFORDSHIRE: &[(&str, &str, bool)] =
    &[(NPS, "Herefordshire", false), (CRC, "Shropshire, Telford & Herefordshire", false)];

const SUPPLY_AGREEMENT: &[Duty] = &[FeedbackEachSession, QuarterlyReport];
const OF_COUNSELLORS: &[Duty] = &[RecordContacts, ShareOutcomes, ShareRisk];

/// The entries. The first that fits a service is its own.
const ENTRIES: &[Entry] = &[
    Entry {
        areas: FROM_SHROPSHIRE,
        duties: SUPPLY_AGREEMENT,
        // The CRC plans to end its use for RARs.
        availability: &[
            (Nps, None, None),
            (Crc, Some(Rar), Some("2018-04-01")),
            (Crc, Some(PostSentenceSupervision), None),
        ],
        ..entry("Willowdene", Some("Counselling and skills support programme"), &[Day], &["Willowdene farm"])
    },
    Entry {
        areas: FROM_SHROPSHIRE,
        duties: SUPPLY_AGREEMENT,
        ..entry("Willowdene", Some("Residential placement"), &[Residential], &["Willowdene farm"])
    },
    Entry {
        duties: SUPPLY_AGREEMENT,
        ..entry("Willowdene", Some("Self-Awareness and Relationship Management (SARM)"), &[Custody, Day], &[])
    },
    Entry {
        areas: FROM_SHROPSHIRE,
        duties: SUPPLY_AGREEMENT,
        ..entry("Willowdene", None, &[Day], &["Willowdene farm"])
    },
    Entry {
        duties: SUPPLY_AGREEMENT,
        ..entry(
            "YSS",
            Some("Enhanced Support Service"),
            &[Day, HomeVisit],
            &["CRC office, Hereford", "CRC office, Telford", "YSS, Worcester"],
        )
    },
    Entry { duties: SUPPLY_AGREEMENT, ..entry("YSS", None, &[Custody, Day], &[]) },
    Entry {
        areas: WORCESTERSHIRE,
        duties: OF_COUNSELLORS,
        ..entry("Worcester University", None, &[Day], &["Worcester University"])
    },
    Entry {
        areas: WORCESTERSHIRE,
        duties: &[SameMeasure],
        ..entry("Gym with Sports England", None, &[Day], &["Worcester", "Droitwich"])
    },
    Entry { areas: HEREFORDSHIRE, ..entry("Hereford community centre", None, &[Day], &["Hereford"]) },
    Entry {
        areas: WORCESTERSHIRE,
        ..entry(CRC, Some("Women’s group programme"), &[Day], &["CRC office, Worcester"])
    },
    entry(CRC, Some("Unpaid-work placement"), &[Day], &["Charity shops", "Community projects"]),
    entry(
        CRC,
        Some("Through the Gate"),
        &[Custody],
        &["HMP Hewell", "HMP Featherstone", "HMP Eastwood Park"],
    ),
    entry(CRC, Some("Becoming Respectful"), &[Day], &[]),
    entry(CRC, None, &[Day, Evening], &["CRC office, Worcester", "CRC office, Telford"]),
    Entry { areas: WORCESTERSHIRE, ..entry("Swanswell", None, &[Day, Evening], &[]) },
    Entry { areas: HEREFORDSHIRE, ..entry("Addaction", None, &[Day, Evening], &[]) },
    entry("Ixion", None, &[Day], &[]),
    entry("Nacro", None, &[Residential], &[]),
];

/// What a service says of itself, as `addService` takes it; `id_of` knows an LDU by its organisation and name.
pub fn facts(provider: &str, service: &str, id_of: impl Fn(&str) -> String) -> Value {
    let fits = |entry: &&Entry| entry.provider == provider && entry.service.is_none_or(|own| own == service);
    let Some(entry) = ENTRIES.iter().find(fits) else { return Value::Null };
    let areas = entry.areas.iter().map(|(organisation, ldu, hard)| {
        let reach = if *hard { "HARD_TO_REACH" } else { "COVERED" };
        json!({ "lduId": id_of(&format!("{organisation}: {ldu}")), "reach": reach })
    });
    let availability = entry.availability.iter().map(|(purchaser, basis, to)| {
        json!({ "purchaser": purchaser.name(), "basis": basis.map(Term::name), "availableTo": to })
    });
    json!({
        "modes": entry.modes.iter().map(|mode| mode.name()).collect::<Vec<_>>(),
        "venues": entry.venues.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "areas": areas.collect::<Vec<_>>(),
        "duties": entry.duties.iter().map(|duty| duty.name()).collect::<Vec<_>>(),
        "availability": availability.collect::<Vec<_>>(),
    })
}
