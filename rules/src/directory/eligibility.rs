//! Eligibility: the criteria in force on a day, held against what is known of a case.

use super::meeting::{Because, Verdict, verdict};
use super::{Criterion, Facts};
use crate::terms::{CriterionKind, Purchaser};
use chrono::NaiveDate;

/// A criterion with where and when it applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule<'a> {
    /// What is asked.
    pub criterion: &'a Criterion,
    /// The one purchaser whose referrals it concerns; none when it concerns everybody's.
    pub purchaser: Option<Purchaser>,
    /// The first day (Europe/London) on which it is in force; none when it always was.
    pub effective_from: Option<NaiveDate>,
    /// The day (Europe/London) from which it is no longer in force; none when it has no end.
    pub effective_to: Option<NaiveDate>,
}

impl Rule<'_> {
    /// Whether the rule is asked of a referral of this purchaser on this day.
    fn applies(&self, purchaser: Purchaser, day: NaiveDate) -> bool {
        self.purchaser.is_none_or(|only| only == purchaser)
            && self.effective_from.is_none_or(|from| from <= day)
            && self.effective_to.is_none_or(|to| day < to)
    }
}

/// A criterion that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What the criterion asks about.
    pub kind: CriterionKind,
    /// The criterion as people read it.
    pub criterion: String,
    /// The fact that it met, as a sentence.
    pub fact: String,
    /// What would change the answer, as a sentence.
    pub change: String,
    /// Whether it asks for facts that a referral shares with its provider, and no others.
    pub shared: bool,
    /// Whether it asks for an item that comes with the referral.
    pub item: bool,
}

impl Unmet {
    /// Names the criterion, the fact that it met, and what would change the answer.
    pub fn message(&self) -> String {
        format!("{}. {} {}", self.criterion, self.fact, self.change)
    }
}

/// Everything that is in force that day, applies to the purchaser and is not met, in the rules' order.
/// None unmet means eligible: all of them must hold.
pub fn check(rules: &[Rule<'_>], facts: &Facts<'_>, day: NaiveDate) -> Vec<Unmet> {
    unmet_rules(rules, facts, day).into_iter().map(|(_, unmet)| unmet).collect()
}

/// As [`check`], each with the index of its rule: one that asks several things can fail in several.
pub fn unmet_rules(rules: &[Rule<'_>], facts: &Facts<'_>, day: NaiveDate) -> Vec<(usize, Unmet)> {
    let in_force = rules.iter().enumerate().filter(|(_, rule)| rule.applies(facts.purchaser, day));
    in_force
        .flat_map(|(index, rule)| {
            let unmet = Asked { facts, day }.unmet(rule.criterion, true);
            unmet.into_iter().map(move |unmet| (index, unmet))
        })
        .collect()
}

/// Whether everything is met that is in force that day and applies to the purchaser.
pub fn is_eligible(rules: &[Rule<'_>], facts: &Facts<'_>, day: NaiveDate) -> bool {
    let asked = Asked { facts, day };
    let mut in_force = rules.iter().filter(|rule| rule.applies(facts.purchaser, day));
    in_force.all(|rule| asked.unmet(rule.criterion, true).is_empty())
}

/// Whether nothing that is known stands against somebody: what is not known might be as it is asked.
pub fn may_be_eligible(rules: &[Rule<'_>], facts: &Facts<'_>, day: NaiveDate) -> bool {
    let asked = Asked { facts, day };
    let mut in_force = rules.iter().filter(|rule| rule.applies(facts.purchaser, day));
    in_force.all(|rule| asked.holds(rule.criterion) != Some(false))
}

/// What criteria are held against.
#[derive(Clone, Copy)]
struct Asked<'a> {
    facts: &'a Facts<'a>,
    day: NaiveDate,
}

impl Asked<'_> {
    /// Whether the criterion is met; nothing where that depends on what is not known.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what does not combine asks by itself")]
    fn holds(self, criterion: &Criterion) -> Option<bool> {
        let decided = |of: &[Criterion], by: bool| {
            let parts: Vec<_> = of.iter().map(|part| self.holds(part)).collect();
            match parts.contains(&Some(by)) {
                true => Some(by),
                false => (!parts.contains(&None)).then_some(!by),
            }
        };
        match criterion {
            Criterion::All { of } => decided(of, false),
            Criterion::Any { of } => decided(of, true),
            Criterion::Not { of } => self.holds(of).map(|met| !met),
            leaf => match verdict(leaf, self.facts, self.day)? {
                Verdict::Met(_) => Some(true),
                Verdict::Unmet(_) => Some(false),
                Verdict::Unknown(_) | Verdict::Settled => None,
            },
        }
    }

    /// Everything for which the criterion is not met, or not as it should be where it must not be. What is not
    /// known meets neither a criterion nor its contrary.
    #[expect(clippy::wildcard_enum_match_arm, reason = "what does not combine asks by itself")]
    fn unmet(self, criterion: &Criterion, should: bool) -> Vec<Unmet> {
        match criterion {
            Criterion::Not { of } => self.unmet(of, !should),
            Criterion::All { of } if should => self.each(of, should),
            Criterion::Any { of } if !should => self.each(of, should),
            Criterion::All { of } | Criterion::Any { of } => self.alternatives(criterion, of, should),
            leaf => self.alone(leaf, should).into_iter().collect(),
        }
    }

    /// All of these are asked: every reason of each.
    fn each(self, of: &[Criterion], should: bool) -> Vec<Unmet> {
        of.iter().flat_map(|part| self.unmet(part, should)).collect()
    }

    /// One of these is enough: if none is, one reason that names them all.
    fn alternatives(self, criterion: &Criterion, of: &[Criterion], should: bool) -> Vec<Unmet> {
        let reasons: Vec<_> = of.iter().map(|part| self.unmet(part, should)).collect();
        if reasons.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        let of_each = |say: fn(&Unmet) -> &str| -> Vec<String> {
            reasons.iter().map(|of_one| of_one.iter().map(say).collect::<Vec<_>>().join(" ")).collect()
        };
        let because = Because::new(
            of_each(|unmet| &unmet.fact).join(" "),
            format!("One of these would do: {}", of_each(|unmet| &unmet.change).join(" Or: ")),
        );
        vec![reason(criterion, should, because)]
    }

    fn alone(self, leaf: &Criterion, should: bool) -> Option<Unmet> {
        let because = match (verdict(leaf, self.facts, self.day)?, should) {
            (Verdict::Met(_), true) | (Verdict::Unmet(_), false) | (Verdict::Settled, _) => return None,
            (Verdict::Unmet(because), true) | (Verdict::Unknown(because), _) => because,
            (Verdict::Met(fact), false) => {
                Because::new(fact, "Choose another service, or correct what is recorded if it is wrong.")
            }
        };
        Some(reason(leaf, should, because))
    }
}

fn reason(criterion: &Criterion, should: bool, because: Because) -> Unmet {
    let described = if should { criterion.describe() } else { format!("Not {}", criterion.within()) };
    Unmet {
        kind: criterion.kind(),
        criterion: described,
        fact: because.fact,
        change: because.change,
        shared: criterion.asks_what_is_shared(),
        item: criterion.asks_for_an_item(),
    }
}

#[cfg(test)]
pub(super) mod tests;
