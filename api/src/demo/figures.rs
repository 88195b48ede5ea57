//! The people of the story. All invented.

use serde_json::{Value, json};

use super::people::{CRC, NPS};

/// A person of the story, registered at court and allocated.
pub(super) struct Figure {
    pub(super) crn: &'static str,
    pub(super) names: (&'static str, &'static str),
    /// In whole years, so that the story holds whenever it is told.
    pub(super) age: u32,
    pub(super) gender: &'static str,
    pub(super) holder: &'static str,
    pub(super) ldu: &'static str,
    pub(super) manager: &'static str,
    pub(super) officer: &'static str,
    pub(super) circumstances: Value,
    pub(super) sentence: &'static str,
    pub(super) rar_days: Option<i32>,
}

pub(super) fn aled() -> Figure {
    Figure {
        crn: "X200001",
        names: ("Aled", "Vaughan"),
        age: 31,
        gender: "MALE",
        holder: NPS,
        ldu: "Worcestershire",
        manager: "nps-manager",
        officer: "nps-officer",
        circumstances: json!({
            "riskOfSeriousHarm": "HIGH",
            "likelihoodOfReoffending": "MEDIUM",
            "flags": ["DOMESTIC_ABUSE"],
            "mappaLevel": 1,
            "needs": ["ACCOMMODATION", "FINANCE_AND_DEBT", "RELATIONSHIPS"],
            "workCommitments": "Timber yard, 06:00 to 15:00 on weekdays",
        }),
        sentence: "SUSPENDED_SENTENCE_ORDER",
        rar_days: Some(30),
    }
}

pub(super) fn bryn() -> Figure {
    Figure {
        crn: "X200002",
        names: ("Bryn", "Kettle"),
        age: 20,
        gender: "MALE",
        holder: CRC,
        ldu: "Worcestershire",
        manager: "crc-manager",
        officer: "crc-officer",
        circumstances: json!({
            "riskOfSeriousHarm": "LOW",
            "likelihoodOfReoffending": "HIGH",
            "flags": ["IOM"],
            "needs": ["LIFESTYLE_AND_ASSOCIATES", "ETE"],
        }),
        sentence: "COMMUNITY_ORDER",
        rar_days: Some(20),
    }
}

pub(super) fn cath() -> Figure {
    Figure {
        crn: "X200003",
        names: ("Cath", "Malpas"),
        age: 38,
        gender: "FEMALE",
        holder: CRC,
        ldu: "Worcestershire",
        manager: "crc-manager",
        officer: "crc-officer",
        circumstances: json!({
            "riskOfSeriousHarm": "LOW",
            "likelihoodOfReoffending": "LOW",
            "needs": ["EMOTIONAL_WELLBEING"],
            "childcare": "School run at 15:15",
            "workerGenderPreference": "FEMALE",
        }),
        sentence: "COMMUNITY_ORDER",
        rar_days: Some(25),
    }
}

pub(super) fn dafydd() -> Figure {
    Figure {
        crn: "X200004",
        names: ("Dafydd", "O’Neill"),
        age: 27,
        gender: "MALE",
        holder: CRC,
        ldu: "Shropshire, Telford & Herefordshire",
        manager: "crc-manager",
        officer: "crc-officer",
        circumstances: json!({
            "riskOfSeriousHarm": "MEDIUM",
            "likelihoodOfReoffending": "MEDIUM",
            "needs": ["EMOTIONAL_WELLBEING", "ALCOHOL_MISUSE", "ETE"],
            "accessibility": "Uses a hearing aid",
        }),
        sentence: "COMMUNITY_ORDER",
        rar_days: Some(20),
    }
}
