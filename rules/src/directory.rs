//! The directory: what a service or a provider asks of a referral, as data that an administrator changes.
//!
//! A criterion is a row, never an `if` about a provider's name (DOMAIN.md). [`Criterion`] is its content,
//! stored as JSON; [`check`] holds the rows in force against the facts of a case.

use crate::Term;
use crate::search::fold;
use crate::terms::{CriterionKind, Flag, Gender, Purchaser, RequiredItem, SentenceKind};
use crate::text::SHORT_TEXT;
use serde::{Deserialize, Serialize};

mod code;
mod eligibility;
mod offer;

pub use code::Code;
pub use eligibility::{Facts, Rule, Unmet, check};
pub use offer::{DirectoryRefusal, Offer, check_offer, check_period};

/// The most LDUs that a criterion may name.
const MOST_LDUS: usize = 50;
/// The oldest age, in years, that a criterion may name.
const OLDEST: u32 = 130;

/// One thing that a service or provider asks. Its JSON names the kind:
/// `{"kind": "age_range", "min": 18, "max": 25}`.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Criterion {
    /// Only these may buy the service: counselling is for CRC cases only.
    Purchaser {
        /// Those who may.
        any_of: Vec<Code<Purchaser>>,
    },
    /// The person's age on the day, in whole years, both ends included: the gym takes 18 to 25.
    AgeRange {
        /// The youngest age; none for no lower end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<u32>,
        /// The oldest age, until the day before the next birthday; none for no upper end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<u32>,
    },
    /// The genders that the service is for.
    Gender {
        /// Those it is for.
        any_of: Vec<Code<Gender>>,
    },
    /// Offending for which the service is closed: Willowdene's for sexual offending and significant violence.
    ExcludedOffending {
        /// Flags of which the case may have none.
        none_of: Vec<Code<Flag>>,
    },
    /// An item that must come with the referral: a full risk assessment for YSS's home visits.
    RequiredItem {
        /// The item.
        item: Code<RequiredItem>,
        /// Whether it is asked only where home visits are wanted.
        #[serde(default)]
        only_for_home_visits: bool,
    },
    /// Only IOM cases and others with a high likelihood of reoffending.
    PriorityCases {},
    /// The sentences under which the service can be used.
    Sentence {
        /// Those sentences.
        any_of: Vec<Code<SentenceKind>>,
    },
    /// The local delivery units from which the service takes people, by name.
    Ldu {
        /// Their names, compared as searched text is: case and apostrophes do not matter.
        any_of: Vec<String>,
    },
}

impl CriterionKind {
    /// Whether it asks for a fact that a referral shares with its provider. What a person did, or how likely they
    /// are to do it again, is not to be inferred from an answer.
    pub const fn asks_what_is_shared(self) -> bool {
        match self {
            Self::AgeRange | Self::Gender | Self::RequiredItem | Self::Purchaser => true,
            Self::ExcludedOffending | Self::PriorityCases | Self::Sentence | Self::Ldu => false,
        }
    }
}

impl Criterion {
    /// What the criterion asks about.
    pub fn kind(&self) -> CriterionKind {
        match self {
            Self::Purchaser { .. } => CriterionKind::Purchaser,
            Self::AgeRange { .. } => CriterionKind::AgeRange,
            Self::Gender { .. } => CriterionKind::Gender,
            Self::ExcludedOffending { .. } => CriterionKind::ExcludedOffending,
            Self::RequiredItem { .. } => CriterionKind::RequiredItem,
            Self::PriorityCases {} => CriterionKind::PriorityCases,
            Self::Sentence { .. } => CriterionKind::Sentence,
            Self::Ldu { .. } => CriterionKind::Ldu,
        }
    }

    /// Reads a criterion as it is stored. What is not understood is an error, never ignored: a rule that
    /// was skipped would open a service. Whether it makes sense, [`Criterion::validate`] says.
    pub fn parse(json: &serde_json::Value) -> Result<Self, String> {
        Self::deserialize(json).map_err(|error| format!("This is not a criterion: {error}."))
    }

    /// Whether the criterion makes sense by itself; otherwise what is wrong and what to do about it.
    pub fn validate(&self) -> Result<(), String> {
        match self {
            Self::Purchaser { any_of } => names_some(any_of, "purchaser"),
            Self::AgeRange { min, max } => sensible_range(*min, *max),
            Self::Gender { any_of } => names_some(any_of, "gender"),
            Self::ExcludedOffending { none_of } => names_some(none_of, "kind of offending"),
            Self::Sentence { any_of } => names_some(any_of, "sentence"),
            Self::Ldu { any_of } => sensible_ldus(any_of),
            Self::RequiredItem { .. } | Self::PriorityCases {} => Ok(()),
        }
    }

    /// The criterion as people read it: `Age: 18 to 25`.
    pub fn describe(&self) -> String {
        match self {
            Self::Purchaser { any_of } => format!("Purchaser: {}", labels(any_of)),
            Self::AgeRange { min, max } => format!("Age: {}", range(*min, *max)),
            Self::Gender { any_of } => format!("Gender: {}", labels(any_of)),
            Self::ExcludedOffending { none_of } => format!("Not for: {}", labels(none_of)),
            Self::RequiredItem { item, only_for_home_visits } => {
                let when = if *only_for_home_visits { ", for home visits" } else { "" };
                format!("Required with the referral: {}{when}", item.0.label())
            }
            Self::PriorityCases {} => {
                "Only IOM cases and others with a high likelihood of reoffending".to_owned()
            }
            Self::Sentence { any_of } => format!("Sentence: {}", labels(any_of)),
            Self::Ldu { any_of } => format!("LDU: {}", alternatives(any_of)),
        }
    }
}

fn names_some<T: Term>(values: &[Code<T>], what: &str) -> Result<(), String> {
    if values.is_empty() {
        return Err(format!("The criterion names no {what}: name at least one, or remove the criterion."));
    }
    match values.iter().enumerate().find(|(index, value)| values[..*index].contains(value)) {
        Some((_, twice)) => Err(format!("The criterion names {} twice: name it once.", twice.0.label())),
        None => Ok(()),
    }
}

fn sensible_range(min: Option<u32>, max: Option<u32>) -> Result<(), String> {
    if min.is_none() && max.is_none() {
        return Err("The age range has neither end: give the youngest or the oldest age.".to_owned());
    }
    if min.into_iter().chain(max).any(|age| age > OLDEST) {
        return Err(format!("An age is in whole years: give at most {OLDEST}."));
    }
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        return Err(format!("No age is from {min} to {max}: the youngest age comes first."));
    }
    Ok(())
}

fn sensible_ldus(names: &[String]) -> Result<(), String> {
    if names.is_empty() {
        return Err("The criterion names no LDU: name at least one, or remove the criterion.".to_owned());
    }
    if names.len() > MOST_LDUS {
        return Err(format!("A criterion names at most {MOST_LDUS} LDUs."));
    }
    for (index, name) in names.iter().enumerate() {
        if fold(name).is_empty() || name.contains('\0') || name.chars().count() > SHORT_TEXT {
            return Err(format!("An LDU's name has 1 to {SHORT_TEXT} characters: write it in full."));
        }
        if names[..index].iter().any(|earlier| fold(earlier) == fold(name)) {
            return Err(format!("The criterion names {name} twice: name it once."));
        }
    }
    Ok(())
}

/// `18 to 25`, `18 or over`, `25 or under`.
fn range(min: Option<u32>, max: Option<u32>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or over"),
        (None, Some(max)) => format!("{max} or under"),
        (None, None) => "any".to_owned(),
    }
}

/// The labels of values as people list alternatives.
fn labels<T: Term>(values: &[Code<T>]) -> String {
    alternatives(&values.iter().map(|value| value.0.label().to_owned()).collect::<Vec<_>>())
}

/// `a`, `a or b`, `a, b or c`.
fn alternatives(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(json: serde_json::Value) -> Criterion {
        Criterion::parse(&json).expect("a criterion")
    }

    #[test]
    fn every_kind_of_criterion_is_read_and_written_the_same() {
        let rows = [
            json!({"kind": "purchaser", "any_of": ["crc"]}),
            json!({"kind": "age_range", "min": 18, "max": 25}),
            json!({"kind": "age_range", "min": 18}),
            json!({"kind": "gender", "any_of": ["female"]}),
            json!({"kind": "excluded_offending", "none_of": ["sexual_offending", "significant_violence"]}),
            json!({"kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits": true}),
            json!({"kind": "priority_cases"}),
            json!({"kind": "sentence", "any_of": ["community_order", "licence"]}),
            json!({"kind": "ldu", "any_of": ["Worcestershire"]}),
        ];
        let mut kinds = Vec::new();
        for row in rows {
            let criterion = read(row.clone());
            assert_eq!(row["kind"], criterion.kind().code());
            assert_eq!(serde_json::to_value(&criterion).expect("JSON"), row);
            assert_eq!(criterion.validate(), Ok(()));
            kinds.push(criterion.kind());
        }
        assert!(CriterionKind::ALL.iter().all(|kind| kinds.contains(kind)));
    }

    #[test]
    fn an_item_is_required_always_unless_the_row_says_otherwise() {
        let criterion = read(json!({"kind": "required_item", "item": "court_order"}));
        assert_eq!(criterion.describe(), "Required with the referral: Court order");
    }

    #[test]
    fn a_row_that_is_not_understood_is_an_error() {
        for row in [
            json!({}),
            json!(null),
            json!("priority_cases"),
            json!({"kind": "postcode", "any_of": ["WR1"]}),
            json!({"kind": "purchaser", "any_of": ["police"]}),
            json!({"kind": "purchaser", "any_of": ["CRC"]}),
            json!({"kind": "purchaser"}),
            json!({"kind": "gender", "any_of": [1]}),
            json!({"kind": "gender", "any_of": "female"}),
            json!({"kind": "age_range", "min": -1}),
            json!({"kind": "age_range", "minimum": 18}),
            json!({"kind": "priority_cases", "only_for": "crc"}),
            json!({"kind": "required_item", "item": "full_risk_assessment", "only_for_homevisits": true}),
        ] {
            let error = Criterion::parse(&row).expect_err("not a criterion");
            assert!(error.starts_with("This is not a criterion: "), "{row} {error}");
        }
    }

    #[test]
    fn an_unknown_code_is_named_beside_the_known_ones() {
        let error =
            Criterion::parse(&json!({"kind": "purchaser", "any_of": ["police"]})).expect_err("unknown");
        assert!(error.contains("police") && error.contains("nps, crc"), "{error}");
    }

    #[test]
    fn a_criterion_that_nobody_could_meet_or_that_asks_nothing_contradicts_itself() {
        for row in [
            json!({"kind": "purchaser", "any_of": []}),
            json!({"kind": "purchaser", "any_of": ["crc", "crc"]}),
            json!({"kind": "gender", "any_of": []}),
            json!({"kind": "excluded_offending", "none_of": []}),
            json!({"kind": "sentence", "any_of": []}),
            json!({"kind": "ldu", "any_of": []}),
            json!({"kind": "ldu", "any_of": [" "]}),
            json!({"kind": "ldu", "any_of": ["Worcestershire", "worcestershire "]}),
            json!({"kind": "ldu", "any_of": ["x".repeat(201)]}),
            json!({"kind": "age_range"}),
            json!({"kind": "age_range", "min": 26, "max": 25}),
            json!({"kind": "age_range", "max": 131}),
        ] {
            assert!(read(row.clone()).validate().is_err(), "{row}");
        }
    }

    #[test]
    fn criteria_are_described_as_people_read_them() {
        for (row, sentence) in [
            (json!({"kind": "purchaser", "any_of": ["crc"]}), "Purchaser: CRC"),
            (json!({"kind": "age_range", "min": 18, "max": 25}), "Age: 18 to 25"),
            (json!({"kind": "age_range", "min": 18}), "Age: 18 or over"),
            (json!({"kind": "age_range", "max": 25}), "Age: 25 or under"),
            (
                json!({"kind": "gender", "any_of": ["female", "other", "not_stated"]}),
                "Gender: Female, Other or Not stated",
            ),
            (
                json!({"kind": "excluded_offending", "none_of": ["sexual_offending"]}),
                "Not for: Sexual offending",
            ),
            (
                json!({"kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits": true}),
                "Required with the referral: Full risk assessment, for home visits",
            ),
            (
                json!({"kind": "priority_cases"}),
                "Only IOM cases and others with a high likelihood of reoffending",
            ),
            (
                json!({"kind": "sentence", "any_of": ["licence", "community_order"]}),
                "Sentence: Licence or Community order",
            ),
            (json!({"kind": "ldu", "any_of": ["Worcestershire"]}), "LDU: Worcestershire"),
        ] {
            assert_eq!(read(row).describe(), sentence);
        }
    }
}
