//! The directory: what a service or a provider asks of a referral, as data that an administrator changes.
//!
//! A criterion is a row, never an `if` about a provider's name (DOMAIN.md). [`Criterion`] is its content,
//! stored as JSON; [`check`] holds the rows in force against the facts of a case.

use crate::Term;
use crate::terms::{
    CriterionKind, Flag, Gender, Likelihood, Purchaser, RequiredItem, RiskLevel, SentenceKind,
};
use serde::Serialize;

mod availability;
#[cfg(test)]
mod beside;
mod code;
mod eligibility;
mod meeting;
mod offer;
mod overriding;
mod programmes;
mod reading;
mod reasons;
mod sense;

pub use availability::{
    Availability, Unavailable, bases, check_availability, is_available, may_be_available, unavailable,
};
pub use code::Code;
pub use eligibility::{Rule, Unmet, check, is_eligible, may_be_eligible, unmet_rules};
pub use meeting::{Age, Assessed, Facts, RarDays};
pub use offer::{
    DirectoryRefusal, Offer, Period, check_offer, check_overlap, check_period, overlap, overlaps,
};
pub use overriding::{EligibilityRefusal, Standing, check_override};
pub use programmes::is_called;
pub use reasons::{Opening, ReasonKind, closed};
pub use sense::Beside;

/// How deep criteria may stand in one another: `any` within `all` is two.
const DEEPEST: usize = 5;
/// The most criteria that may stand in one, itself among them.
const MOST_PARTS: usize = 50;

/// Something that is wrong with the JSON of a criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Where in the JSON, outermost first: members by name, elements by index. Empty for the whole.
    pub path: Vec<String>,
    /// What is wrong and what to do about it, for a person.
    pub message: String,
}

/// One thing that a service or provider asks. Its JSON names the kind:
/// `{"kind": "age_range", "min": 18, "max": 25}`. Criteria are combined by `all`, `any` and `not`.
#[derive(Serialize, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Criterion {
    /// Only these may buy the service: counselling is for CRC cases only.
    Purchaser {
        /// Those who may.
        any_of: Vec<Code<Purchaser>>,
    },
    /// The person's age on the day, in whole years, both ends included: the gym takes 18 to 25.
    AgeRange {
        /// The youngest age; none for no lower end.
        #[serde(skip_serializing_if = "Option::is_none")]
        min: Option<u32>,
        /// The oldest age, until the day before the next birthday; none for no upper end.
        #[serde(skip_serializing_if = "Option::is_none")]
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
    /// Facts for which the service is made: Building Better Relationships is for domestic abuse.
    Offending {
        /// Flags of which the case must have one at least.
        any_of: Vec<Code<Flag>>,
    },
    /// An item that must come with the referral: a full risk assessment for YSS's home visits.
    RequiredItem {
        /// The item.
        item: Code<RequiredItem>,
        /// Whether it is asked only where home visits are wanted.
        only_for_home_visits: bool,
    },
    /// Only IOM cases and others with a high likelihood of reoffending.
    PriorityCases {},
    /// Only cases under Integrated Offender Management.
    Iom {},
    /// The likelihoods of reoffending that the service is for.
    Likelihood {
        /// Those it is for.
        any_of: Vec<Code<Likelihood>>,
    },
    /// The levels of risk of serious harm that the service is for.
    RiskLevel {
        /// Those it is for.
        any_of: Vec<Code<RiskLevel>>,
    },
    /// The sentences under which the service can be used.
    Sentence {
        /// Those sentences.
        any_of: Vec<Code<SentenceKind>>,
    },
    /// RAR days of the sentence that no other referral has taken up.
    RarDaysLeft {
        /// At least so many must be left.
        min: u32,
    },
    /// The accredited programmes one of which the court must have required.
    Programme {
        /// Their names, compared as searched text is.
        any_of: Vec<String>,
    },
    /// The accredited programmes for one of which the person must have been assessed, and found suitable: what a
    /// programme asks beside what makes somebody eligible.
    Suitability {
        /// Their names, as the directory has them: in full, or as they are called for short.
        any_of: Vec<String>,
    },
    /// The local delivery units from which the service takes people, by name.
    Ldu {
        /// Their names, compared as searched text is: case and apostrophes do not matter.
        any_of: Vec<String>,
    },
    /// Every one of these must be met.
    All {
        /// Those.
        of: Vec<Criterion>,
    },
    /// One of these must be met at least.
    Any {
        /// Those.
        of: Vec<Criterion>,
    },
    /// This must not be met.
    Not {
        /// That.
        of: Box<Criterion>,
    },
}

impl Criterion {
    /// What the criterion asks about.
    pub fn kind(&self) -> CriterionKind {
        match self {
            Self::Purchaser { .. } => CriterionKind::Purchaser,
            Self::AgeRange { .. } => CriterionKind::AgeRange,
            Self::Gender { .. } => CriterionKind::Gender,
            Self::ExcludedOffending { .. } => CriterionKind::ExcludedOffending,
            Self::Offending { .. } => CriterionKind::Offending,
            Self::RequiredItem { .. } => CriterionKind::RequiredItem,
            Self::PriorityCases {} => CriterionKind::PriorityCases,
            Self::Iom {} => CriterionKind::Iom,
            Self::Likelihood { .. } => CriterionKind::Likelihood,
            Self::RiskLevel { .. } => CriterionKind::RiskLevel,
            Self::Sentence { .. } => CriterionKind::Sentence,
            Self::RarDaysLeft { .. } => CriterionKind::RarDaysLeft,
            Self::Programme { .. } => CriterionKind::Programme,
            Self::Suitability { .. } => CriterionKind::Suitability,
            Self::Ldu { .. } => CriterionKind::Ldu,
            Self::All { .. } => CriterionKind::All,
            Self::Any { .. } => CriterionKind::Any,
            Self::Not { .. } => CriterionKind::Not,
        }
    }

    /// The criteria that it combines; none for one that asks by itself.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what does not combine asks by itself")]
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::All { of } | Self::Any { of } => of,
            Self::Not { of } => std::slice::from_ref(of),
            _ => &[],
        }
    }

    /// Whether all that it asks are facts that a referral shares with its provider. What a person did, or how
    /// likely they are to do it again, is not to be inferred from an answer.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what is not named here is not shared")]
    pub fn asks_what_is_shared(&self) -> bool {
        match self {
            Self::AgeRange { .. }
            | Self::Gender { .. }
            | Self::RequiredItem { .. }
            | Self::Purchaser { .. } => true,
            Self::All { of } | Self::Any { of } => of.iter().all(Self::asks_what_is_shared),
            Self::Not { of } => of.asks_what_is_shared(),
            _ => false,
        }
    }

    /// Whether it asks, itself or within, for an item that comes with the referral.
    pub fn asks_for_an_item(&self) -> bool {
        matches!(self, Self::RequiredItem { .. }) || self.parts().iter().any(Self::asks_for_an_item)
    }

    /// Whether it asks, itself or within, for a programme that the court required.
    pub fn asks_for_a_programme(&self) -> bool {
        matches!(self, Self::Programme { .. }) || self.parts().iter().any(Self::asks_for_a_programme)
    }

    /// Whether it asks, itself or within, for what an assessment for a programme found.
    pub fn asks_for_suitability(&self) -> bool {
        matches!(self, Self::Suitability { .. }) || self.parts().iter().any(Self::asks_for_suitability)
    }

    /// What makes two criteria of one owner the same rule, of which only one is in force on a day: what they ask
    /// about. Each required item is a rule of its own, and so is each combination.
    #[expect(clippy::wildcard_enum_match_arm, reason = "the others are known by their kind alone")]
    pub fn rule_key(&self) -> String {
        let kind = self.kind().code();
        match self {
            Self::RequiredItem { item, .. } => format!("{kind}:{}", item.0.code()),
            Self::All { .. } | Self::Any { .. } | Self::Not { .. } => {
                format!("{kind}:{}", serde_json::to_string(self).unwrap_or_default())
            }
            _ => kind.to_owned(),
        }
    }

    /// Reads a criterion as it is stored. What is not understood is an error, never ignored: a rule that
    /// was skipped would open a service. Whether it makes sense, [`Criterion::validate`] says.
    pub fn parse(json: &serde_json::Value) -> Result<Self, Vec<Flaw>> {
        reading::read(json)
    }

    /// Everything about the criterion that contradicts itself or asks nothing; nothing when it makes sense.
    pub fn validate(&self) -> Vec<Flaw> {
        sense::flaws(self)
    }

    /// What nobody can meet of this criterion who meets another one that is asked beside it; nothing where somebody can.
    pub fn contradicts(&self, other: &Self, beside: Beside<'_>) -> Option<Flaw> {
        sense::against(self, other, beside)
    }

    /// The names of LDUs in it, with their places in its JSON.
    pub fn ldus(&self) -> Vec<(Vec<String>, &str)> {
        self.names(CriterionKind::Ldu)
    }

    /// The names of programmes in it, with their places in its JSON: those that the court required, and those for which
    /// somebody is suitable.
    pub fn programmes(&self) -> Vec<(Vec<String>, &str)> {
        [CriterionKind::Programme, CriterionKind::Suitability]
            .into_iter()
            .flat_map(|kind| self.names(kind))
            .collect()
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "no other has names")]
    fn names(&self, of: CriterionKind) -> Vec<(Vec<String>, &str)> {
        let here = match self {
            Self::Ldu { any_of } | Self::Programme { any_of } | Self::Suitability { any_of }
                if self.kind() == of =>
            {
                any_of.as_slice()
            }
            _ => &[],
        };
        let mut found: Vec<_> = here
            .iter()
            .enumerate()
            .map(|(at, name)| (vec!["any_of".to_owned(), at.to_string()], name.as_str()))
            .collect();
        for (at, part) in self.parts().iter().enumerate() {
            found.extend(
                part.names(of).into_iter().map(|(path, name)| ([self.place_of(at), path].concat(), name)),
            );
        }
        found
    }

    /// Where in the JSON the part at this index stands.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other has parts that stand outside a list")]
    fn place_of(&self, at: usize) -> Vec<String> {
        match self {
            Self::Not { .. } => vec!["of".to_owned()],
            _ => vec!["of".to_owned(), at.to_string()],
        }
    }

    /// The criterion as people read it: `Age: 18 to 25`.
    pub fn describe(&self) -> String {
        match self {
            Self::Purchaser { any_of } => format!("Purchaser: {}", labels(any_of)),
            Self::AgeRange { min, max } => format!("Age: {}", range(*min, *max)),
            Self::Gender { any_of } => format!("Gender: {}", labels(any_of)),
            Self::ExcludedOffending { none_of } => format!("Not for: {}", labels(none_of)),
            Self::Offending { any_of } => format!("Only for: {}", labels(any_of)),
            Self::RequiredItem { item, only_for_home_visits } => {
                let when = if *only_for_home_visits { ", for home visits" } else { "" };
                format!("Required with the referral: {}{when}", item.0.label())
            }
            Self::PriorityCases {} => {
                "Only IOM cases and others with a high likelihood of reoffending".to_owned()
            }
            Self::Iom {} => "Only IOM cases".to_owned(),
            Self::Likelihood { any_of } => format!("Likelihood of reoffending: {}", labels(any_of)),
            Self::RiskLevel { any_of } => format!("Risk of serious harm: {}", labels(any_of)),
            Self::Sentence { any_of } => format!("Sentence: {}", labels(any_of)),
            Self::RarDaysLeft { min } => format!("RAR days left: {min} or more"),
            Self::Programme { any_of } => {
                format!("Programme required by the court: {}", alternatives(any_of))
            }
            Self::Suitability { any_of } => {
                format!("Assessed as suitable for: {}", alternatives(any_of))
            }
            Self::Ldu { any_of } => format!("LDU: {}", alternatives(any_of)),
            Self::All { of } => of.iter().map(Self::within).collect::<Vec<_>>().join(", and "),
            Self::Any { of } => of.iter().map(Self::within).collect::<Vec<_>>().join(", or "),
            Self::Not { of } => format!("Not {}", of.within()),
        }
    }

    /// The criterion as it reads within another.
    fn within(&self) -> String {
        format!("({})", self.describe())
    }
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
mod tests;
