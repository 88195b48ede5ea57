//! Whether a criterion makes sense: what nobody can meet, and what asks nothing, is refused when it is saved.

use super::{Code, Criterion, Flaw};
use crate::Term;
use crate::search::fold;
use crate::terms::{CriterionKind, Flag};
use crate::text::SHORT_TEXT;
use std::collections::HashSet;

/// The most names that a criterion may list.
const MOST_NAMES: usize = 50;
/// The oldest age, in years, that a criterion may name.
const OLDEST: u32 = 130;
/// The most RAR days that a criterion may ask for.
const MOST_RAR_DAYS: u32 = 1_000;

/// Everything that contradicts itself, with its place.
pub fn flaws(criterion: &Criterion) -> Vec<Flaw> {
    let mut flaws = own(criterion);
    for (at, part) in criterion.parts().iter().enumerate() {
        let within = self::flaws(part).into_iter();
        flaws.extend(within.map(|flaw| Flaw { path: [criterion.place_of(at), flaw.path].concat(), ..flaw }));
    }
    flaws.extend(contradictions(criterion));
    flaws
}

/// What is wrong with the criterion by itself.
fn own(criterion: &Criterion) -> Vec<Flaw> {
    let found = match criterion {
        Criterion::Purchaser { any_of } => names_some(any_of, "any_of", "purchaser"),
        Criterion::AgeRange { min, max } => sensible_range(*min, *max),
        Criterion::Gender { any_of } => names_some(any_of, "any_of", "gender"),
        Criterion::ExcludedOffending { none_of } => names_some(none_of, "none_of", "kind of offending"),
        Criterion::Offending { any_of } => names_some(any_of, "any_of", "kind of offending"),
        Criterion::Likelihood { any_of } => names_some(any_of, "any_of", "likelihood"),
        Criterion::RiskLevel { any_of } => names_some(any_of, "any_of", "level of risk"),
        Criterion::Sentence { any_of } => names_some(any_of, "any_of", "sentence"),
        Criterion::Programme { any_of } | Criterion::Suitability { any_of } => {
            sensible_names(any_of, "programme")
        }
        Criterion::Ldu { any_of } => sensible_names(any_of, "LDU"),
        Criterion::RarDaysLeft { min } => match min {
            1..=MOST_RAR_DAYS => None,
            _ => Some((vec!["min".to_owned()], format!("Give a number of days from 1 to {MOST_RAR_DAYS}."))),
        },
        Criterion::All { of } | Criterion::Any { of } => of.is_empty().then(|| {
            (
                vec!["of".to_owned()],
                "The criterion combines nothing: give at least one, or remove it.".to_owned(),
            )
        }),
        Criterion::RequiredItem { .. }
        | Criterion::PriorityCases {}
        | Criterion::Iom {}
        | Criterion::Not { .. } => None,
    };
    found.into_iter().map(|(path, message)| Flaw { path, message }).collect()
}

type Found = Option<(Vec<String>, String)>;

fn names_some<T: Term>(values: &[Code<T>], member: &str, what: &str) -> Found {
    if values.is_empty() {
        let message = format!("The criterion names no {what}: name at least one, or remove the criterion.");
        return Some((vec![member.to_owned()], message));
    }
    let twice = values.iter().enumerate().find(|(index, value)| values[..*index].contains(value));
    twice.map(|(index, twice)| {
        let message = format!("The criterion names {} twice: name it once.", twice.0.label());
        (vec![member.to_owned(), index.to_string()], message)
    })
}

fn sensible_range(min: Option<u32>, max: Option<u32>) -> Found {
    if min.is_none() && max.is_none() {
        return Some((
            vec![],
            "The age range has neither end: give the youngest or the oldest age.".to_owned(),
        ));
    }
    for (member, age) in [("min", min), ("max", max)] {
        if age.is_some_and(|age| age > OLDEST) {
            return Some((
                vec![member.to_owned()],
                format!("An age is in whole years: give at most {OLDEST}."),
            ));
        }
    }
    let (Some(min), Some(max)) = (min, max) else { return None };
    (min > max).then(|| {
        (vec!["min".to_owned()], format!("No age is from {min} to {max}: the youngest age comes first."))
    })
}

fn sensible_names(names: &[String], what: &str) -> Found {
    let member = || "any_of".to_owned();
    if names.is_empty() {
        let message = format!("The criterion names no {what}: name at least one, or remove the criterion.");
        return Some((vec![member()], message));
    }
    if names.len() > MOST_NAMES {
        return Some((vec![member()], format!("A criterion lists at most {MOST_NAMES} names.")));
    }
    let mut seen = HashSet::new();
    for (index, name) in names.iter().enumerate() {
        let place = vec![member(), index.to_string()];
        if fold(name).is_empty() || name.contains('\0') || name.chars().count() > SHORT_TEXT {
            return Some((place, format!("A name has 1 to {SHORT_TEXT} characters: write it in full.")));
        }
        if !seen.insert(fold(name)) {
            return Some((place, format!("The criterion names {name} twice: name it once.")));
        }
    }
    None
}

/// Of criteria that must all be met, two that nobody meets together; of alternatives, two of which everybody meets one.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "those that do not combine contradict nothing beside them"
)]
fn contradictions(criterion: &Criterion) -> Vec<Flaw> {
    let (of, clash): (_, fn(&Criterion, &Criterion) -> Option<&'static str>) = match criterion {
        Criterion::All { .. } => (flattened(criterion, |it| matches!(it, Criterion::All { .. })), never_both),
        Criterion::Any { .. } => (flattened(criterion, |it| matches!(it, Criterion::Any { .. })), always_one),
        _ => return Vec::new(),
    };
    let mut flaws = Vec::new();
    for (index, (path, one)) in of.iter().enumerate() {
        // The same pair within a combination of its own is named there.
        let earlier = of[..index].iter().filter(|(other, _)| other[..2] != path[..2]);
        let found =
            earlier.map(|(_, other)| (other, clash(one, other))).find_map(|(other, why)| Some((other, why?)));
        if let Some((other, why)) = found {
            let message = format!("{} and {}: {why}", one.within(), other.within());
            flaws.push(Flaw { path: path.clone(), message });
        }
    }
    flaws
}

/// The parts of a combination, those of parts that combine in the same way among them, with their places.
fn flattened(criterion: &Criterion, alike: fn(&Criterion) -> bool) -> Vec<(Vec<String>, &Criterion)> {
    let mut all = Vec::new();
    for (at, part) in criterion.parts().iter().enumerate() {
        let place = criterion.place_of(at);
        if alike(part) {
            let within = flattened(part, alike).into_iter();
            all.extend(within.map(|(path, part)| ([place.clone(), path].concat(), part)));
        } else {
            all.push((place, part));
        }
    }
    all
}

/// Whose a criterion is that is asked beside another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside<'a> {
    /// The same service's, or the same provider's.
    SameOwner,
    /// The provider's, beside one of a service.
    Provider,
    /// That of the service of this name, beside one of its provider.
    Service(&'a str),
}

impl Beside<'_> {
    /// How it is asked on some of the same days.
    fn said(self) -> String {
        match self {
            Self::SameOwner => "which is in force on some of these days too".to_owned(),
            Self::Provider => {
                "which the provider asks for all of its services on some of these days".to_owned()
            }
            Self::Service(name) => format!("which the service {name} asks on some of these days"),
        }
    }
}

/// What nobody can meet of a criterion who meets another, as those that are in force together must be met; with its place
/// in the first.
pub fn against(criterion: &Criterion, other: &Criterion, beside: Beside<'_>) -> Option<Flaw> {
    let alike = |it: &Criterion| matches!(it, Criterion::All { .. });
    let others = parts(other, alike);
    parts(criterion, alike).into_iter().find_map(|(path, one)| {
        let (_, other) = others.iter().find(|(_, other)| nobody_meets_both(one, other))?;
        let message = format!(
            "{} and {}, {}: nobody meets both. Mend this one, or end the other.",
            one.within(),
            other.within(),
            beside.said()
        );
        Some(Flaw { path, message })
    })
}

fn parts(criterion: &Criterion, alike: fn(&Criterion) -> bool) -> Vec<(Vec<String>, &Criterion)> {
    if alike(criterion) { flattened(criterion, alike) } else { vec![(Vec::new(), criterion)] }
}

fn nobody_meets_both(one: &Criterion, other: &Criterion) -> bool {
    apart(one, other) || excludes(one, other) || excludes(other, one)
}

fn never_both(one: &Criterion, other: &Criterion) -> Option<&'static str> {
    if one == other {
        return Some("the same is asked twice. Ask it once.");
    }
    nobody_meets_both(one, other).then_some("nobody meets both. Use `any`, or mend one.")
}

fn always_one(one: &Criterion, other: &Criterion) -> Option<&'static str> {
    if one == other {
        return Some("the same is asked twice. Ask it once.");
    }
    (negates(one, other) || negates(other, one))
        .then_some("everybody meets one of them, so nothing is asked. Remove it.")
}

fn negates(not: &Criterion, it: &Criterion) -> bool {
    matches!(not, Criterion::Not { of } if **of == *it)
}

/// Whether both ask about one fact, and no value of it satisfies both.
fn apart(one: &Criterion, other: &Criterion) -> bool {
    match (one, other) {
        (Criterion::AgeRange { min, max }, Criterion::AgeRange { min: from, max: to }) => {
            let youngest = min.unwrap_or(0).max(from.unwrap_or(0));
            youngest > max.unwrap_or(OLDEST).min(to.unwrap_or(OLDEST))
        }
        _ => match (allowed(one), allowed(other)) {
            (Some((kind, these)), Some((of, those))) => kind == of && these.is_disjoint(&those),
            _ => false,
        },
    }
}

/// Whether the first rules out all that the second asks for.
fn excludes(one: &Criterion, other: &Criterion) -> bool {
    match (one, other) {
        (Criterion::Not { of }, _) if **of == *other => true,
        (Criterion::Not { of }, _) => match (listed(of), listed(other)) {
            (Some((kind, ruled_out)), Some((of, these))) => kind == of && these.is_subset(&ruled_out),
            _ => false,
        },
        (Criterion::ExcludedOffending { none_of }, Criterion::Offending { any_of }) => {
            any_of.iter().all(|flag| none_of.contains(flag))
        }
        (Criterion::ExcludedOffending { none_of }, Criterion::Iom {}) => none_of.contains(&Code(Flag::Iom)),
        _ => false,
    }
}

fn codes<T: Term>(values: &[Code<T>]) -> HashSet<String> {
    values.iter().map(|value| value.0.code().to_owned()).collect()
}

/// What a criterion lists of which one is enough: values of one fact, or of facts of which several hold at once.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others list what allowed has, or nothing")]
fn listed(criterion: &Criterion) -> Option<(CriterionKind, HashSet<String>)> {
    match criterion {
        Criterion::Offending { any_of } => Some((criterion.kind(), codes(any_of))),
        Criterion::Suitability { any_of } => {
            Some((criterion.kind(), any_of.iter().map(|name| fold(name)).collect()))
        }
        _ => allowed(criterion),
    }
}

/// The values of the one fact that satisfy a criterion, where it lists them.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others list no values of one fact")]
fn allowed(criterion: &Criterion) -> Option<(CriterionKind, HashSet<String>)> {
    let values = match criterion {
        Criterion::Purchaser { any_of } => codes(any_of),
        Criterion::Gender { any_of } => codes(any_of),
        Criterion::Likelihood { any_of } => codes(any_of),
        Criterion::RiskLevel { any_of } => codes(any_of),
        Criterion::Sentence { any_of } => codes(any_of),
        Criterion::Programme { any_of } | Criterion::Ldu { any_of } => {
            any_of.iter().map(|name| fold(name)).collect()
        }
        _ => return None,
    };
    Some((criterion.kind(), values))
}
