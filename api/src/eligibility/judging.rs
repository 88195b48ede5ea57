//! Criteria as the database holds them, against facts.

use chrono::NaiveDate;
use entity::{Id, criterion, eligibility_override};
use rules::directory::{Facts, Unmet, unmet_rules};

use crate::directory::reads::OwnedRule;

/// Something for which a criterion is not met, with the row that holds the criterion.
#[derive(Clone, Debug)]
pub struct Failing {
    /// The criterion.
    pub criterion: Id<criterion::Entity>,
    /// The version that was asked.
    pub version: i64,
    /// The fact that it met, and what would change it.
    pub unmet: Unmet,
}

impl Failing {
    /// Whether a manager set exactly this aside.
    pub fn is_overridden(&self, overrides: &[eligibility_override::Model]) -> bool {
        let own = |row: &eligibility_override::Model| {
            row.criterion_id == self.criterion && row.criterion_version == self.version
        };
        overrides.iter().any(own)
    }
}

/// Everything of these criteria that the facts do not meet on a day.
pub fn failing<'r>(
    asked: impl IntoIterator<Item = &'r OwnedRule>,
    facts: &Facts<'_>,
    day: NaiveDate,
) -> Vec<Failing> {
    let asked: Vec<_> = asked.into_iter().collect();
    let rules: Vec<_> = asked.iter().map(|owned| owned.rule()).collect();
    let unmet = unmet_rules(&rules, facts, day).into_iter();
    unmet
        .filter_map(|(index, unmet)| {
            let owned = asked.get(index)?;
            Some(Failing { criterion: owned.id, version: owned.version, unmet })
        })
        .collect()
}
