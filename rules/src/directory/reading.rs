//! A criterion read from JSON: every mistake is named with its place.

use super::{Code, Criterion, DEEPEST, Flaw, MOST_PARTS};
use crate::Term;
use crate::terms::CriterionKind;
use serde_json::{Map, Value};

/// The longest of a client's own words that a sentence repeats, in characters.
const LONGEST_WORD: usize = 60;

type Members = Map<String, Value>;

/// The criterion that JSON holds, or everything that keeps it from being one.
pub fn read(json: &Value) -> Result<Criterion, Vec<Flaw>> {
    let mut reader = Reader::default();
    let read = reader.criterion(json, 1);
    match read {
        Some(criterion) if reader.flaws.is_empty() => Ok(criterion),
        _ => Err(reader.flaws),
    }
}

#[derive(Default)]
struct Reader {
    flaws: Vec<Flaw>,
    path: Vec<String>,
    parts: usize,
}

impl Reader {
    fn flaw<T>(&mut self, message: impl Into<String>) -> Option<T> {
        self.flaws.push(Flaw { path: self.path.clone(), message: message.into() });
        None
    }

    /// Reads what stands at a place below the present one.
    fn at<T>(&mut self, place: impl ToString, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(place.to_string());
        let value = read(self);
        self.path.pop();
        value
    }

    fn criterion(&mut self, json: &Value, depth: usize) -> Option<Criterion> {
        self.parts += 1;
        if depth > DEEPEST {
            return self
                .flaw(format!("Criteria stand in one another {DEEPEST} deep at most: say it in fewer."));
        }
        if self.parts > MOST_PARTS {
            // Said once: what follows is not looked at.
            return match self.parts == MOST_PARTS + 1 {
                true => {
                    self.flaw(format!("A criterion has {MOST_PARTS} parts at most: write several criteria."))
                }
                false => None,
            };
        }
        let Some(members) = json.as_object() else {
            return self.flaw("This is not a criterion: write an object with a `kind`.");
        };
        let Some(kind) = members.get("kind") else {
            return self.flaw("This is not a criterion: its `kind` is missing.");
        };
        let kind = self.at("kind", |reader| reader.code::<CriterionKind>(kind))?.0;
        self.refuse_others(kind, members);
        self.of_kind(kind, members, depth)
    }

    fn of_kind(&mut self, kind: CriterionKind, members: &Members, depth: usize) -> Option<Criterion> {
        use CriterionKind as Kind;
        Some(match kind {
            Kind::Purchaser => Criterion::Purchaser { any_of: self.codes(members, "any_of")? },
            Kind::AgeRange => {
                let (min, max) = (self.number(members, "min"), self.number(members, "max"));
                Criterion::AgeRange { min: min?, max: max? }
            }
            Kind::Gender => Criterion::Gender { any_of: self.codes(members, "any_of")? },
            Kind::ExcludedOffending => {
                Criterion::ExcludedOffending { none_of: self.codes(members, "none_of")? }
            }
            Kind::Offending => Criterion::Offending { any_of: self.codes(members, "any_of")? },
            Kind::RequiredItem => {
                let item = self.one(members, "item");
                let only_for_home_visits = self.truth(members, "only_for_home_visits");
                Criterion::RequiredItem { item: item?, only_for_home_visits: only_for_home_visits? }
            }
            Kind::PriorityCases => Criterion::PriorityCases {},
            Kind::Iom => Criterion::Iom {},
            Kind::Likelihood => Criterion::Likelihood { any_of: self.codes(members, "any_of")? },
            Kind::RiskLevel => Criterion::RiskLevel { any_of: self.codes(members, "any_of")? },
            Kind::Sentence => Criterion::Sentence { any_of: self.codes(members, "any_of")? },
            Kind::RarDaysLeft => match self.number(members, "min")? {
                Some(min) => Criterion::RarDaysLeft { min },
                None => return self.missing("min"),
            },
            Kind::Programme => Criterion::Programme { any_of: self.names(members, "any_of")? },
            Kind::Suitability => Criterion::Suitability { any_of: self.names(members, "any_of")? },
            Kind::Ldu => Criterion::Ldu { any_of: self.names(members, "any_of")? },
            Kind::All => Criterion::All { of: self.criteria(members, depth)? },
            Kind::Any => Criterion::Any { of: self.criteria(members, depth)? },
            Kind::Not => match members.get("of") {
                Some(of) => {
                    let of = self.at("of", |reader| reader.criterion(of, depth + 1))?;
                    Criterion::Not { of: Box::new(of) }
                }
                None => return self.missing("of"),
            },
        })
    }

    /// A member that is not understood would otherwise be ignored, and the rule be another than was meant.
    fn refuse_others(&mut self, kind: CriterionKind, members: &Members) {
        let known: &[&str] = match kind {
            CriterionKind::AgeRange => &["min", "max"],
            CriterionKind::ExcludedOffending => &["none_of"],
            CriterionKind::RequiredItem => &["item", "only_for_home_visits"],
            CriterionKind::PriorityCases | CriterionKind::Iom => &[],
            CriterionKind::RarDaysLeft => &["min"],
            CriterionKind::All | CriterionKind::Any | CriterionKind::Not => &["of"],
            CriterionKind::Purchaser
            | CriterionKind::Gender
            | CriterionKind::Offending
            | CriterionKind::Likelihood
            | CriterionKind::RiskLevel
            | CriterionKind::Sentence
            | CriterionKind::Programme
            | CriterionKind::Suitability
            | CriterionKind::Ldu => &["any_of"],
        };
        let others = members.keys().filter(|name| *name != "kind" && !known.contains(&name.as_str()));
        for other in others.take(5) {
            let has = if known.is_empty() { "nothing else".to_owned() } else { known.join(" and ") };
            let other = shortened(other);
            self.flaw::<()>(format!(
                "A criterion of the kind {:?} has no {other:?}: it has {has}.",
                kind.code()
            ));
        }
    }

    fn missing<T>(&mut self, member: &str) -> Option<T> {
        self.flaw(format!("This is not a criterion: its `{member}` is missing."))
    }

    fn code<T: Term>(&mut self, json: &Value) -> Option<Code<T>> {
        let known = || T::ALL.iter().map(|value| value.code()).collect::<Vec<_>>().join(", ");
        let Some(code) = json.as_str() else {
            return self.flaw(format!("This is no text: write one of {}.", known()));
        };
        match T::from_code(code) {
            Some(value) => Some(Code(value)),
            None => self.flaw(format!("{:?} is not known: write one of {}.", shortened(code), known())),
        }
    }

    fn one<T: Term>(&mut self, members: &Members, name: &str) -> Option<Code<T>> {
        match members.get(name) {
            Some(json) => self.at(name, |reader| reader.code(json)),
            None => self.missing(name),
        }
    }

    /// Each element of the list `name`, read; nothing if one of them could not be.
    fn each<T>(
        &mut self,
        members: &Members,
        name: &str,
        mut read: impl FnMut(&mut Self, &Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(json) = members.get(name) else { return self.missing(name) };
        self.at(name, |reader| {
            let Some(list) = json.as_array() else { return reader.flaw("This is no list: write [ and ].") };
            let read: Vec<_> = list
                .iter()
                .enumerate()
                .map(|(index, one)| reader.at(index, |reader| read(reader, one)))
                .collect();
            read.into_iter().collect()
        })
    }

    fn codes<T: Term>(&mut self, members: &Members, name: &str) -> Option<Vec<Code<T>>> {
        self.each(members, name, Self::code)
    }

    fn names(&mut self, members: &Members, name: &str) -> Option<Vec<String>> {
        self.each(members, name, |reader, json| match json.as_str() {
            Some(text) => Some(text.to_owned()),
            None => reader.flaw("This is no text: write a name."),
        })
    }

    fn criteria(&mut self, members: &Members, depth: usize) -> Option<Vec<Criterion>> {
        self.each(members, "of", |reader, json| reader.criterion(json, depth + 1))
    }

    /// A whole number that may be left out.
    fn number(&mut self, members: &Members, name: &str) -> Option<Option<u32>> {
        let Some(json) = members.get(name) else { return Some(None) };
        match json.as_u64().and_then(|number| u32::try_from(number).ok()) {
            Some(number) => Some(Some(number)),
            None => self.at(name, |reader| reader.flaw("This is no whole number from 0 on.")),
        }
    }

    fn truth(&mut self, members: &Members, name: &str) -> Option<bool> {
        match members.get(name) {
            None => Some(false),
            Some(Value::Bool(truth)) => Some(*truth),
            Some(_) => self.at(name, |reader| reader.flaw("Write true or false.")),
        }
    }
}

fn shortened(word: &str) -> String {
    word.chars().take(LONGEST_WORD).collect()
}
