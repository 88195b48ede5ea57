//! The calendar of the demonstration: the cohorts of DOMAIN.md's services, with invented days, around the day on which
//! the demonstration is loaded.

use chrono::{Days, NaiveDate};
use rules::Term as _;
use rules::terms::CohortMode;
use rules::terms::Weekday::{self, Friday, Monday, Thursday, Tuesday, Wednesday};
use serde_json::{Value, json};

use super::people::{CRC, NPS};
use super::{Loader, text};
use crate::error::Result;

/// A cohort of the demonstration.
struct Planned {
    /// "provider: service".
    service: (&'static str, &'static str),
    manager: &'static str,
    venue: &'static str,
    /// The NPS's LDUs and the CRC's.
    ldus: (&'static [&'static str], &'static [&'static str]),
    mode: CohortMode,
    /// In how many weeks it begins, from the week of the day on which the demonstration is loaded.
    begins: i64,
    /// For how many weeks it goes on; none: it is rolling.
    weeks: Option<u64>,
    times: &'static [(Weekday, &'static str, &'static str)],
    places: i32,
    facilitators: &'static [&'static str],
}

const WORCESTER: (&[&str], &[&str]) = (&["Worcestershire"], &["Worcestershire"]);
const WEST: (&[&str], &[&str]) =
    (&["Herefordshire", "Shropshire", "Telford & Wrekin"], &["Shropshire, Telford & Herefordshire"]);

const fn programme(
    name: &'static str,
    (venue, ldus): (&'static str, (&'static [&'static str], &'static [&'static str])),
    mode: CohortMode,
    (begins, weeks): (i64, u64),
    times: &'static [(Weekday, &'static str, &'static str)],
) -> Planned {
    Planned {
        service: (CRC, name),
        manager: "crc-group-manager",
        venue,
        ldus,
        mode,
        begins,
        weeks: Some(weeks),
        times,
        places: 10,
        facilitators: &["Grace Munn", "Wendy Groom"],
    }
}

const BBR: &str = "Building Better Relationships (BBR)";
const TSP: &str = "Thinking Skills Programme (TSP)";
const DIDS: &str = "Drink Impaired Drivers (DIDs)";
const PROBATION_WORCESTER: &str = "Probation office, Worcester";
const PROBATION_HEREFORD: &str = "Probation office, Hereford";
const PROBATION_TELFORD: &str = "Probation office, Telford";

/// The cohorts.
const CALENDAR: &[Planned] = &[
    programme(
        BBR,
        (PROBATION_WORCESTER, WORCESTER),
        CohortMode::Evening,
        (5, 26),
        &[(Tuesday, "18:00", "20:30")],
    ),
    programme(
        BBR,
        (PROBATION_TELFORD, WEST),
        CohortMode::Day,
        (14, 16),
        &[(Monday, "10:00", "12:30"), (Thursday, "10:00", "12:30")],
    ),
    programme(
        TSP,
        (PROBATION_WORCESTER, WORCESTER),
        CohortMode::Day,
        (3, 7),
        &[(Monday, "09:30", "12:00"), (Wednesday, "09:30", "12:00"), (Friday, "09:30", "12:00")],
    ),
    programme(
        TSP,
        (PROBATION_HEREFORD, WEST),
        CohortMode::Evening,
        (9, 19),
        &[(Wednesday, "18:00", "20:30")],
    ),
    programme(
        DIDS,
        (PROBATION_WORCESTER, WORCESTER),
        CohortMode::Evening,
        (4, 14),
        &[(Thursday, "18:00", "20:30")],
    ),
    programme("Resolve", (PROBATION_TELFORD, WEST), CohortMode::Day, (6, 13), &[(Tuesday, "10:00", "12:30")]),
    Planned {
        service: ("Gym with Sports England", "Healthier Happier Fitter"),
        manager: "gym-manager",
        venue: "The gym, Worcester",
        ldus: WORCESTER,
        mode: CohortMode::Day,
        begins: 2,
        weeks: Some(12),
        times: &[(Wednesday, "14:00", "16:00")],
        places: 8,
        facilitators: &["The gym's trainer", "Wendy Groom"],
    },
    Planned {
        service: ("Gym with Sports England", "Healthier Happier Fitter"),
        manager: "gym-manager",
        venue: "The leisure centre, Droitwich",
        ldus: WORCESTER,
        mode: CohortMode::Day,
        begins: 8,
        weeks: Some(12),
        times: &[(Friday, "10:00", "12:00")],
        places: 8,
        facilitators: &["The gym's trainer"],
    },
    Planned {
        service: (CRC, "Women’s group programme"),
        manager: "crc-group-manager",
        venue: "The women's centre, Worcester",
        ldus: WORCESTER,
        mode: CohortMode::Day,
        begins: -26,
        weeks: None,
        // Childcare is why people miss it: it is over before the school run.
        times: &[(Tuesday, "10:00", "12:00")],
        places: 12,
        facilitators: &["Grace Munn"],
    },
];

impl Loader<'_> {
    pub(super) async fn calendar(&mut self) -> Result<()> {
        for planned in CALENDAR {
            let made =
                self.act(planned.manager, "scheduleCohort", self.written(planned), "cohort { id }").await?;
            self.ids.insert(planned.venue.to_owned(), text(&made, "/cohort/id"));
        }
        Ok(())
    }

    fn written(&self, planned: &Planned) -> Value {
        let (provider, name) = planned.service;
        let ldu = |holder: &str, ldu: &&str| json!(self.id(&format!("{holder}: {ldu}")));
        let (nps, crc) = planned.ldus;
        let ldus: Vec<_> =
            nps.iter().map(|one| ldu(NPS, one)).chain(crc.iter().map(|one| ldu(CRC, one))).collect();
        let times = planned.times.iter();
        let times: Vec<_> = times
            .map(|(day, starts, ends)| json!({ "day": day.name(), "starts": starts, "ends": ends }))
            .collect();
        let first_day = self.first_day(planned);
        json!({
            "serviceId": self.id(&format!("{provider}: {name}")),
            "venue": planned.venue,
            "lduIds": ldus,
            "mode": planned.mode.name(),
            "rolling": planned.weeks.is_none(),
            "firstDay": first_day,
            "lastDay": planned.weeks.map(|weeks| first_day + Days::new(weeks * 7 - 7)),
            "weeklyTimes": times,
            "places": planned.places,
            "facilitators": planned.facilitators,
        })
    }

    /// The first of its days of the week, so many weeks from now.
    fn first_day(&self, planned: &Planned) -> NaiveDate {
        let monday = rules::london::week_of(rules::london::day(self.clock.now()));
        let first = planned.times.iter().map(|(day, ..)| *day as u64).min().unwrap_or_default();
        let week = monday.checked_add_signed(chrono::TimeDelta::weeks(planned.begins)).unwrap_or(monday);
        week + Days::new(first)
    }
}
