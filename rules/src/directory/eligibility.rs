//! Eligibility: the criteria in force on a day, held against what is known of a case.

use super::{Code, Criterion, alternatives, labels, range};
use crate::search::fold;
use crate::terms::{CriterionKind, Flag, Gender, Likelihood, Purchaser, RequiredItem, SentenceKind};
use crate::{Term, london};
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

/// What is known of the case and the referral.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts<'a> {
    /// Who would pay: the side that holds the case.
    pub purchaser: Purchaser,
    /// The person's date of birth.
    pub date_of_birth: NaiveDate,
    /// The person's gender.
    pub gender: Gender,
    /// The case's flags.
    pub flags: &'a [Flag],
    /// The likelihood of reoffending, where it has been assessed.
    pub likelihood: Option<Likelihood>,
    /// The sentence under which the referral is made.
    pub sentence: Option<SentenceKind>,
    /// The name of the case's local delivery unit.
    pub ldu: Option<&'a str>,
    /// The items supplied with the referral.
    pub items: &'a [RequiredItem],
    /// Whether home visits are wanted.
    pub home_visits: bool,
}

/// A criterion that is not met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// What the criterion asks about.
    pub kind: CriterionKind,
    /// Names the criterion, the fact that it met, and what would change the answer.
    pub message: String,
}

/// Every criterion that is in force that day, applies to the purchaser and is not met, in the rules' order.
/// None unmet means eligible: all of them must hold.
pub fn check(rules: &[Rule<'_>], facts: &Facts<'_>, day: NaiveDate) -> Vec<Unmet> {
    let in_force = rules.iter().filter(|rule| rule.applies(facts.purchaser, day));
    in_force.filter_map(|rule| unmet(rule.criterion, facts, day)).collect()
}

fn unmet(criterion: &Criterion, facts: &Facts<'_>, day: NaiveDate) -> Option<Unmet> {
    let because = match criterion {
        Criterion::Purchaser { any_of } => wrong_purchaser(any_of, facts.purchaser),
        Criterion::AgeRange { min, max } => wrong_age(*min, *max, facts.date_of_birth, day),
        Criterion::Gender { any_of } => wrong_gender(any_of, facts.gender),
        Criterion::ExcludedOffending { none_of } => excluded(none_of, facts.flags),
        Criterion::RequiredItem { item, only_for_home_visits } => {
            missing(item.0, *only_for_home_visits, facts)
        }
        Criterion::PriorityCases {} => not_priority(facts),
        Criterion::Sentence { any_of } => wrong_sentence(any_of, facts.sentence),
        Criterion::Ldu { any_of } => wrong_ldu(any_of, facts.ldu),
    };
    because.map(|because| Unmet {
        kind: criterion.kind(),
        message: format!("{}. {because}", criterion.describe()),
    })
}

fn has<T: Term>(values: &[Code<T>], value: T) -> bool {
    values.contains(&Code(value))
}

fn wrong_purchaser(any_of: &[Code<Purchaser>], purchaser: Purchaser) -> Option<String> {
    (!has(any_of, purchaser)).then(|| {
        format!(
            "This case's referrals are paid for by {}: choose a service that is open to it.",
            purchaser.label()
        )
    })
}

fn wrong_age(min: Option<u32>, max: Option<u32>, born: NaiveDate, day: NaiveDate) -> Option<String> {
    let Some(age) = london::age_on(born, day) else {
        return Some("The date of birth on the case lies in the future: correct it.".to_owned());
    };
    if let Some(min) = min.filter(|&min| age < min) {
        let met = london::reaches(born, min)
            .map_or_else(String::new, |day| format!(" on {}", london::written(day)));
        return Some(format!(
            "The person is {age} and will be {min}{met}: refer then, or choose another service."
        ));
    }
    max.filter(|&max| age > max).map(|_| {
        format!(
            "The person is {age}, and the service is for people aged {}: choose another service, or correct the \
             date of birth if it is wrong.",
            range(min, max)
        )
    })
}

fn wrong_gender(any_of: &[Code<Gender>], gender: Gender) -> Option<String> {
    (!has(any_of, gender)).then(|| {
        format!(
            "The gender on the case is \"{}\": choose another service, or correct the case if that is wrong.",
            gender.label()
        )
    })
}

fn excluded(none_of: &[Code<Flag>], flags: &[Flag]) -> Option<String> {
    let met: Vec<_> = none_of.iter().copied().filter(|flag| flags.contains(&flag.0)).collect();
    let named: Vec<_> = met.iter().map(|flag| flag.0.label()).collect();
    (!met.is_empty()).then(|| {
        format!(
            "The case is flagged: {}. Choose another service, or correct the case if a flag no longer holds.",
            named.join(", ")
        )
    })
}

fn missing(item: RequiredItem, only_for_home_visits: bool, facts: &Facts<'_>) -> Option<String> {
    if facts.items.contains(&item) || (only_for_home_visits && !facts.home_visits) {
        return None;
    }
    let otherwise = if only_for_home_visits { ", or refer without home visits" } else { "" };
    Some(format!("It is not with the referral: supply it{otherwise}."))
}

fn not_priority(facts: &Facts<'_>) -> Option<String> {
    if facts.flags.contains(&Flag::Iom) || facts.likelihood == Some(Likelihood::High) {
        return None;
    }
    let likelihood = match facts.likelihood {
        Some(likelihood) => format!("is recorded as \"{}\"", likelihood.label()),
        None => "is not recorded".to_owned(),
    };
    Some(format!(
        "The case is not flagged as IOM and its likelihood of reoffending {likelihood}: choose another service, or \
         update the case if its assessment has changed."
    ))
}

fn wrong_sentence(any_of: &[Code<SentenceKind>], sentence: Option<SentenceKind>) -> Option<String> {
    match sentence {
        Some(sentence) if has(any_of, sentence) => None,
        Some(sentence) => Some(format!(
            "The referral is made under \"{}\": refer under {}, or choose another service.",
            sentence.label(),
            labels(any_of)
        )),
        None => Some("The referral names no sentence: say under which it is made.".to_owned()),
    }
}

fn wrong_ldu(any_of: &[String], ldu: Option<&str>) -> Option<String> {
    match ldu {
        Some(ldu) if any_of.iter().any(|name| fold(name) == fold(ldu)) => None,
        Some(ldu) => Some(format!(
            "The case belongs to {ldu}: choose a service there, or correct the case if it has moved to {}.",
            alternatives(any_of)
        )),
        None => Some("The case has no LDU recorded: record it.".to_owned()),
    }
}

#[cfg(test)]
mod tests;
