//! What the services of the demonstration say of themselves beside their description. Source: DOMAIN.md, "The services".

use chrono::{Days, NaiveDate};
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
    /// Where it meets, and the NPS's LDU in which that lies.
    venues: &'static [(&'static str, Option<&'static str>)],
    /// LDUs by their organisation and name, and whether they find it hard to reach.
    areas: &'static [(&'static str, &'static str, bool)],
    duties: &'static [Duty],
    /// Who can use it, on which basis, and the day from which it is over.
    availability: &'static [(Purchaser, Option<SentenceBasis>, Option<&'static str>)],
    /// In how many days somebody could start; none where it runs in cohorts.
    starts_in: Option<u64>,
}

const fn entry(
    provider: &'static str,
    service: Option<&'static str>,
    modes: &'static [DeliveryMode],
    venues: &'static [(&'static str, Option<&'static str>)],
) -> Entry {
    Entry {
        provider,
        service,
        modes,
        venues,
        areas: &[],
        duties: &[],
        availability: &[],
        starts_in: Some(WITHIN_A_MONTH),
    }
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

/// In how many days one could start at most services, as their providers say.
const WITHIN_A_MONTH: u64 = 28;
/// Willowdene lies in Shropshire.
const WILLOWDENE: &[(&str, Option<&str>)] = &[("Willowdene farm", Some("Shropshire"))];
/// Who uses Willowdene's day provision: the CRC plans to end its use for RARs.
const UNTIL_APRIL: &[(Purchaser, Option<SentenceBasis>, Option<&str>)] =
    &[(Nps, None, None), (Crc, Some(Rar), Some("2018-04-01")), (Crc, Some(PostSentenceSupervision), None)];

const SUPPLY_AGREEMENT: &[Duty] = &[FeedbackEachSession, QuarterlyReport];
const OF_COUNSELLORS: &[Duty] = &[RecordContacts, ShareOutcomes, ShareRisk];

/// The entries. The first that fits a service is its own.
const ENTRIES: &[Entry] = &[
    Entry {
        areas: FROM_SHROPSHIRE,
        duties: SUPPLY_AGREEMENT,
        availability: UNTIL_APRIL,
        ..entry("Willowdene", Some("Counselling and skills support programme"), &[Day], WILLOWDENE)
    },
    Entry {
        areas: FROM_SHROPSHIRE,
        duties: SUPPLY_AGREEMENT,
        availability: UNTIL_APRIL,
        starts_in: Some(7),
        ..entry(
            "Willowdene",
            Some("Counselling and skills support programme: single day"),
            &[Day],
            WILLOWDENE,
        )
    },
    Entry {
        areas: FROM_SHROPSHIRE,
        duties: SUPPLY_AGREEMENT,
        ..entry("Willowdene", Some("Residential placement"), &[Residential], WILLOWDENE)
    },
    Entry {
        duties: SUPPLY_AGREEMENT,
        ..entry("Willowdene", Some("Self-Awareness and Relationship Management (SARM)"), &[Custody, Day], &[])
    },
    Entry {
        areas: FROM_SHROPSHIRE,
        duties: SUPPLY_AGREEMENT,
        ..entry("Willowdene", None, &[Day], WILLOWDENE)
    },
    Entry {
        duties: SUPPLY_AGREEMENT,
        ..entry(
            "YSS",
            Some("Enhanced Support Service"),
            &[Day, HomeVisit],
            &[
                ("CRC office, Hereford", Some("Herefordshire")),
                ("CRC office, Telford", Some("Telford & Wrekin")),
                ("YSS, Worcester", Some("Worcestershire")),
            ],
        )
    },
    Entry { duties: SUPPLY_AGREEMENT, ..entry("YSS", None, &[Custody, Day], &[]) },
    Entry {
        areas: WORCESTERSHIRE,
        duties: OF_COUNSELLORS,
        ..entry("Worcester University", None, &[Day], &[("Worcester University", Some("Worcestershire"))])
    },
    Entry {
        areas: WORCESTERSHIRE,
        duties: &[SameMeasure],
        starts_in: None,
        ..entry(
            "Gym with Sports England",
            None,
            &[Day],
            &[("Worcester", Some("Worcestershire")), ("Droitwich", Some("Worcestershire"))],
        )
    },
    Entry {
        areas: HEREFORDSHIRE,
        ..entry("Hereford community centre", None, &[Day], &[("Hereford", Some("Herefordshire"))])
    },
    Entry {
        areas: WORCESTERSHIRE,
        starts_in: None,
        ..entry(
            CRC,
            Some("Women’s group programme"),
            &[Day],
            &[("CRC office, Worcester", Some("Worcestershire"))],
        )
    },
    entry(
        CRC,
        Some("Unpaid-work placement"),
        &[Day],
        &[("Charity shops", None), ("Community projects", None)],
    ),
    entry(
        CRC,
        Some("Through the Gate"),
        &[Custody],
        &[("HMP Hewell", None), ("HMP Featherstone", None), ("HMP Eastwood Park", None)],
    ),
    entry(CRC, Some("Becoming Respectful"), &[Day], &[]),
    Entry {
        starts_in: None,
        ..entry(
            CRC,
            None,
            &[Day, Evening],
            &[
                ("CRC office, Worcester", Some("Worcestershire")),
                ("CRC office, Telford", Some("Telford & Wrekin")),
            ],
        )
    },
    Entry { areas: WORCESTERSHIRE, ..entry("Swanswell", None, &[Day, Evening], &[]) },
    Entry { areas: HEREFORDSHIRE, ..entry("Addaction", None, &[Day, Evening], &[]) },
    entry("Ixion", None, &[Day], &[]),
    entry("Nacro", None, &[Residential], &[]),
];

/// What a service says of itself today, as `addService` takes it; `id_of` knows an LDU by its organisation and name.
pub fn facts(provider: &str, service: &str, today: NaiveDate, id_of: impl Fn(&str) -> String) -> Value {
    let fits = |entry: &&Entry| entry.provider == provider && entry.service.is_none_or(|own| own == service);
    let Some(entry) = ENTRIES.iter().find(fits) else { return Value::Null };
    let areas = entry.areas.iter().map(|(organisation, ldu, hard)| {
        let reach = if *hard { "HARD_TO_REACH" } else { "COVERED" };
        json!({ "lduId": id_of(&format!("{organisation}: {ldu}")), "reach": reach })
    });
    let availability = entry.availability.iter().map(|(purchaser, basis, to)| {
        json!({ "purchaser": purchaser.name(), "basis": basis.map(Term::name), "availableTo": to })
    });
    let venues = entry
        .venues
        .iter()
        .map(|(name, ldu)| json!({ "name": name, "lduId": ldu.map(|ldu| id_of(&format!("{NPS}: {ldu}"))) }));
    json!({
        "earliestStart": entry.starts_in.map(|days| today + Days::new(days)),
        "modes": entry.modes.iter().map(|mode| mode.name()).collect::<Vec<_>>(),
        "venues": venues.collect::<Vec<_>>(),
        "areas": areas.collect::<Vec<_>>(),
        "duties": entry.duties.iter().map(|duty| duty.name()).collect::<Vec<_>>(),
        "availability": availability.collect::<Vec<_>>(),
    })
}
