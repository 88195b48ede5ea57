//! One criterion held against what is known: whether it is met, and what would change the answer.

use super::{Code, Criterion, alternatives, is_called, labels, range};
use crate::search::fold;
use crate::terms::{Flag, Gender, Likelihood, Purchaser, RequiredItem, RiskLevel, SentenceKind, Suitability};
use crate::{Term, london};
use chrono::NaiveDate;

/// How old somebody is, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// By their date of birth.
    Born(NaiveDate),
    /// In whole years, where nobody is named.
    Years(u32),
    /// Not said.
    Unknown,
}

/// The RAR days that the sentence leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RarDays {
    /// So many; none where the sentence has no such requirement.
    Left(i32),
    /// They were asked for when the referral was submitted, which has set its own aside since.
    SetAside,
    /// Not said.
    Unknown,
}

/// What an assessment found of somebody for a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assessed {
    /// The programme, as the directory names it or as it is called.
    pub programme: String,
    /// What it found.
    pub suitability: Suitability,
    /// The day (Europe/London) of the assessment; none where nobody is named.
    pub on: Option<NaiveDate>,
}

/// What is known of a case and a referral, or supposed of somebody who is not named.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts<'a> {
    /// Who would pay: the side that holds the case.
    pub purchaser: Purchaser,
    /// How old the person is.
    pub age: Age,
    /// The person's gender, where it is known.
    pub gender: Option<Gender>,
    /// The case's flags, where they are known.
    pub flags: Option<&'a [Flag]>,
    /// The likelihood of reoffending, where it has been assessed.
    pub likelihood: Option<Likelihood>,
    /// The risk of serious harm, where it has been assessed.
    pub risk: Option<RiskLevel>,
    /// The sentence under which the referral is made.
    pub sentence: Option<SentenceKind>,
    /// The accredited programme that the court required.
    pub programme: Option<&'a str>,
    /// For which programmes the person was assessed, and with what result: one entry for each.
    pub assessed: &'a [Assessed],
    /// The RAR days that are left.
    pub rar_days: RarDays,
    /// The name of the case's local delivery unit.
    pub ldu: Option<&'a str>,
    /// The items supplied with the referral.
    pub items: &'a [RequiredItem],
    /// Whether home visits are wanted.
    pub home_visits: bool,
}

/// Whether a criterion is met.
pub(super) enum Verdict {
    /// It is; the fact that meets it, as a sentence.
    Met(String),
    /// It is not.
    Unmet(Because),
    /// The fact that it asks about is not known.
    Unknown(Because),
    /// It was decided before, and is not asked again.
    Settled,
}

/// The fact that a criterion met and what would change the answer, a sentence each.
pub(super) struct Because {
    pub fact: String,
    pub change: String,
}

impl Because {
    pub fn new(fact: impl Into<String>, change: impl Into<String>) -> Self {
        Self { fact: fact.into(), change: change.into() }
    }
}

/// Another service would change it, or a correction of what is wrong.
fn elsewhere(correct: &str) -> String {
    format!("Choose another service, or {correct}.")
}

fn judged(met: bool, fact: String, change: impl FnOnce() -> String) -> Verdict {
    if met { Verdict::Met(fact) } else { Verdict::Unmet(Because { fact, change: change() }) }
}

fn unknown(fact: &str, change: &str) -> Verdict {
    Verdict::Unknown(Because::new(fact, change))
}

/// The verdict on a criterion that asks by itself; none for one that combines others.
pub(super) fn verdict(criterion: &Criterion, facts: &Facts<'_>, day: NaiveDate) -> Option<Verdict> {
    Some(match criterion {
        Criterion::Purchaser { any_of } => purchaser(any_of, facts.purchaser),
        Criterion::AgeRange { min, max } => age(*min, *max, facts.age, day),
        Criterion::Gender { any_of } => gender(any_of, facts.gender),
        Criterion::ExcludedOffending { none_of } => excluded(none_of, facts.flags),
        Criterion::Offending { any_of } => offending(any_of, facts.flags),
        Criterion::RequiredItem { item, only_for_home_visits } => {
            supplied(item.0, *only_for_home_visits, facts)
        }
        Criterion::PriorityCases {} => priority(facts),
        Criterion::Iom {} => iom(facts.flags),
        Criterion::Likelihood { any_of } => assessed("likelihood of reoffending", any_of, facts.likelihood),
        Criterion::RiskLevel { any_of } => assessed("risk of serious harm", any_of, facts.risk),
        Criterion::Sentence { any_of } => sentence(any_of, facts.sentence),
        Criterion::RarDaysLeft { min } => rar_days(*min, facts.rar_days),
        Criterion::Programme { any_of } => programme(any_of, facts),
        Criterion::Suitability { any_of } => suitability(any_of, facts.assessed),
        Criterion::Ldu { any_of } => ldu(any_of, facts.ldu),
        Criterion::All { .. } | Criterion::Any { .. } | Criterion::Not { .. } => return None,
    })
}

fn has<T: Term>(values: &[Code<T>], value: T) -> bool {
    values.contains(&Code(value))
}

fn purchaser(any_of: &[Code<Purchaser>], purchaser: Purchaser) -> Verdict {
    let fact = format!("This case's referrals are paid for by {}.", purchaser.label());
    judged(has(any_of, purchaser), fact, || "Choose a service that is open to it.".to_owned())
}

fn age(min: Option<u32>, max: Option<u32>, age: Age, day: NaiveDate) -> Verdict {
    let (years, born) = match age {
        Age::Unknown => return unknown("The age is not given.", "Give it."),
        Age::Years(years) => (years, None),
        Age::Born(born) => match london::age_on(born, day) {
            Some(years) => (years, Some(born)),
            None => return unknown("The date of birth on the case lies in the future.", "Correct it."),
        },
    };
    if let Some(min) = min.filter(|&min| years < min) {
        let met = born
            .and_then(|born| london::reaches(born, min))
            .map_or_else(String::new, |day| format!(" on {}", london::written(day)));
        let fact = format!("The person is {years} and will be {min}{met}.");
        return Verdict::Unmet(Because::new(fact, "Refer then, or choose another service."));
    }
    if max.is_some_and(|max| years > max) {
        let fact = format!("The person is {years}, and the service is for people aged {}.", range(min, max));
        return Verdict::Unmet(Because::new(fact, elsewhere("correct the date of birth if it is wrong")));
    }
    Verdict::Met(format!("The person is {years}."))
}

fn gender(any_of: &[Code<Gender>], gender: Option<Gender>) -> Verdict {
    let Some(gender) = gender else { return unknown("The gender is not given.", "Give it.") };
    let fact = format!("The gender on the case is \"{}\".", gender.label());
    judged(has(any_of, gender), fact, || elsewhere("correct the case if that is wrong"))
}

/// Those of the flags that the case has, as people list them; none where it has none of them.
fn flagged(flags: &[Flag], of: &[Code<Flag>]) -> Option<String> {
    let met: Vec<_> = of.iter().filter(|flag| flags.contains(&flag.0)).map(|flag| flag.0.label()).collect();
    (!met.is_empty()).then(|| met.join(", "))
}

const NO_FLAGS: &str = "The flags of the case are not given.";

fn excluded(none_of: &[Code<Flag>], flags: Option<&[Flag]>) -> Verdict {
    let Some(flags) = flags else { return unknown(NO_FLAGS, "Give them.") };
    match flagged(flags, none_of) {
        None => Verdict::Met(format!("The case has no flag: {}.", labels(none_of))),
        Some(met) => {
            let fact = format!("The case is flagged: {met}.");
            Verdict::Unmet(Because::new(fact, elsewhere("correct the case if a flag no longer holds")))
        }
    }
}

fn offending(any_of: &[Code<Flag>], flags: Option<&[Flag]>) -> Verdict {
    let Some(flags) = flags else { return unknown(NO_FLAGS, "Give them.") };
    match flagged(flags, any_of) {
        Some(met) => Verdict::Met(format!("The case is flagged: {met}.")),
        None => {
            let fact = format!("The case has no flag: {}.", labels(any_of));
            Verdict::Unmet(Because::new(fact, elsewhere("record the flag on the case if it holds")))
        }
    }
}

fn supplied(item: RequiredItem, only_for_home_visits: bool, facts: &Facts<'_>) -> Verdict {
    if only_for_home_visits && !facts.home_visits {
        return Verdict::Met("No home visits are wanted.".to_owned());
    }
    if facts.items.contains(&item) {
        return Verdict::Met(format!("{} is with the referral.", item.label()));
    }
    let otherwise = if only_for_home_visits { ", or refer without home visits" } else { "" };
    Verdict::Unmet(Because::new("It is not with the referral.", format!("Supply it{otherwise}.")))
}

fn iom(flags: Option<&[Flag]>) -> Verdict {
    let Some(flags) = flags else { return unknown(NO_FLAGS, "Give them.") };
    let managed = flags.contains(&Flag::Iom);
    let fact = if managed { "The case is flagged as IOM." } else { "The case is not flagged as IOM." };
    judged(managed, fact.to_owned(), || elsewhere("update the case if that has changed"))
}

fn priority(facts: &Facts<'_>) -> Verdict {
    if facts.flags.is_some_and(|flags| flags.contains(&Flag::Iom)) {
        return Verdict::Met("The case is flagged as IOM.".to_owned());
    }
    let likelihood = match facts.likelihood {
        Some(Likelihood::High) => return Verdict::Met("The likelihood of reoffending is high.".to_owned()),
        Some(likelihood) => format!("is recorded as \"{}\"", likelihood.label()),
        None => "is not recorded".to_owned(),
    };
    let flag = if facts.flags.is_some() {
        "The case is not flagged as IOM"
    } else {
        "Whether it is an IOM case is not given"
    };
    let fact = format!("{flag}, and its likelihood of reoffending {likelihood}.");
    let because = Because::new(fact, elsewhere("update the case if its assessment has changed"));
    match (facts.flags, facts.likelihood) {
        (Some(_), Some(_)) => Verdict::Unmet(because),
        _ => Verdict::Unknown(because),
    }
}

fn assessed<T: Term>(what: &str, any_of: &[Code<T>], value: Option<T>) -> Verdict {
    let Some(value) = value else {
        return Verdict::Unknown(Because::new(
            format!("The {what} is not recorded."),
            "Assess and record it.",
        ));
    };
    let fact = format!("The {what} is recorded as \"{}\".", value.label());
    judged(has(any_of, value), fact, || elsewhere("update the case if its assessment has changed"))
}

fn sentence(any_of: &[Code<SentenceKind>], sentence: Option<SentenceKind>) -> Verdict {
    let Some(sentence) = sentence else {
        return unknown("The referral names no sentence.", "Say under which it is made.");
    };
    let fact = format!("The referral is made under \"{}\".", sentence.label());
    judged(has(any_of, sentence), fact, || {
        format!("Refer under {}, or choose another service.", labels(any_of))
    })
}

fn rar_days(min: u32, days: RarDays) -> Verdict {
    match days {
        RarDays::Unknown => {
            unknown("The RAR days that are left are not known.", "Say under which sentence it is made.")
        }
        RarDays::SetAside => Verdict::Settled,
        RarDays::Left(days) => {
            let fact = match days {
                ..=0 => "The sentence has no RAR days left.".to_owned(),
                1 => "The sentence has one RAR day left.".to_owned(),
                _ => format!("The sentence has {days} RAR days left."),
            };
            judged(i64::from(days) >= i64::from(min), fact, || {
                "Free RAR days that other referrals have set aside, or choose a shorter service.".to_owned()
            })
        }
    }
}

fn programme(any_of: &[String], facts: &Facts<'_>) -> Verdict {
    match facts.programme {
        Some(name) => judged(names(any_of, name), format!("The court required \"{name}\"."), || {
            "Refer to the programme that it required, or record what it did require.".to_owned()
        }),
        None if facts.sentence.is_none() => {
            unknown("The referral names no sentence.", "Say under which it is made.")
        }
        None => judged(false, "The court required no programme.".to_owned(), || {
            elsewhere("record on the sentence what it required")
        }),
    }
}

/// Met by one that was found suitable; not met where all were assessed, and none is. What was not assessed is not known.
fn suitability(any_of: &[String], assessed: &[Assessed]) -> Verdict {
    let found: Vec<_> = any_of
        .iter()
        .map(|asked| assessed.iter().find(|one| same_programme(&one.programme, asked)))
        .collect();
    let suitable = |one: &&Assessed| one.suitability == Suitability::Suitable;
    if let Some(one) = found.iter().copied().flatten().find(suitable) {
        return Verdict::Met(found_that(one));
    }
    let said: Vec<_> = found.iter().copied().flatten().map(found_that).collect();
    if !found.contains(&None) {
        let change = elsewhere("have the person assessed again if circumstances have changed");
        return Verdict::Unmet(Because::new(said.join(" "), change));
    }
    let missing: Vec<_> =
        any_of.iter().zip(&found).filter(|(_, one)| one.is_none()).map(|(name, _)| name.clone()).collect();
    let missing = alternatives(&missing);
    let nothing = format!("No assessment of suitability for {missing} is recorded.");
    Verdict::Unknown(Because::new(
        [said, vec![nothing]].concat().join(" "),
        format!("Have the person assessed for {missing}, and record what was found on the case."),
    ))
}

/// Whether one of the two names is that of the programme which the other calls in full.
fn same_programme(one: &str, other: &str) -> bool {
    is_called(one, other) || is_called(other, one)
}

fn found_that(one: &Assessed) -> String {
    let on = one.on.map_or_else(String::new, |day| format!(" on {}", london::written(day)));
    let found = one.suitability.label().to_lowercase();
    format!("The person was found {found} for {}{on}.", one.programme)
}

fn names(any_of: &[String], name: &str) -> bool {
    any_of.iter().any(|one| fold(one) == fold(name))
}

fn ldu(any_of: &[String], ldu: Option<&str>) -> Verdict {
    let Some(ldu) = ldu else { return unknown("The case has no LDU recorded.", "Record it.") };
    judged(names(any_of, ldu), format!("The case belongs to {ldu}."), || {
        let there = alternatives(any_of);
        format!("Choose a service there, or correct the case if it has moved to {there}.")
    })
}
