//! What an answer shows: which rows, told by identifier, by mark, by amount or by name, and whether each of them may be
//! seen by who asked.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value};

use super::document::field_of;
use super::oracle::Sight;
use super::secrets;
use super::shows::{self, ASK_FOR_WHAT_IS_SHARED, Shown};
use super::tables::{Facts, Key};

/// The digits of an identifier as clients see it.
const DIGITS: usize = 26;

/// What was seen in all answers: fields that had a value, and tables of which a row was there.
#[derive(Default)]
pub struct Seen {
    /// Tables.
    pub tables: BTreeSet<&'static str>,
    /// Of criteria that are not met: whether who was told saw the case, and whether it asks for what is shared.
    pub criteria: BTreeSet<(bool, bool)>,
    fields: HashMap<String, HashSet<String>>,
}

impl Seen {
    /// Whether a field of an object had a value in some answer.
    pub fn had_value(&self, object: &str, field: &str) -> bool {
        self.fields.get(object).is_some_and(|fields| fields.contains(field))
    }

    fn value_of(&mut self, object: &str, field: &str) {
        if !self.had_value(object, field) {
            self.fields.entry(object.to_owned()).or_default().insert(field.to_owned());
        }
    }
}

/// Looks through answers for what should not be there.
pub struct Look<'l> {
    facts: &'l Facts,
    sight: &'l Sight,
    seen: &'l mut Seen,
    path: Vec<String>,
    foreign: Vec<String>,
}

impl<'l> Look<'l> {
    /// A look with the eyes of somebody who may see this.
    pub fn new(facts: &'l Facts, sight: &'l Sight, seen: &'l mut Seen) -> Self {
        Self { facts, sight, seen, path: Vec::new(), foreign: Vec::new() }
    }

    /// What is in the body of an answer, its errors too, that who asked may not see.
    pub fn through(mut self, body: &Value) -> Vec<String> {
        self.value("", body, None);
        self.foreign
    }

    fn value(&mut self, object: &str, value: &Value, telling: Option<&str>) {
        match value {
            Value::Object(fields) => {
                let name = fields.get("__typename").and_then(Value::as_str).unwrap_or_default();
                if name == "Referral" {
                    self.criteria(fields);
                }
                for (key, value) in fields.iter().filter(|(key, _)| *key != "__typename") {
                    self.path.push(key.clone());
                    let field = field_of(key);
                    if !name.is_empty() && has_value(value) {
                        self.seen.value_of(name, field);
                    }
                    self.value(name, value, Some(field));
                    self.path.pop();
                }
            }
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.path.push(at.to_string());
                    self.value(object, item, telling);
                    self.path.pop();
                }
            }
            Value::String(text) => self.text(object, telling.unwrap_or_default(), text),
            Value::Number(number) => {
                let facts = self.facts;
                if let Some(rows) = number.as_i64().and_then(|amount| facts.amounts.get(&amount)) {
                    self.judge(&format!("the amount {number}"), rows);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn text(&mut self, object: &str, field: &str, text: &str) {
        let facts = self.facts;
        if let Some(row) = facts.ids.get(text) {
            return self.identifier(object, field, text, row);
        }
        if is_identifier(text) {
            self.report(format!("{text}, which is nothing that there was"));
        }
        let marks = secrets::marks(text).chain(std::iter::once(text));
        for (secret, rows) in marks.filter_map(|secret| Some((secret, facts.texts.get(secret)?))) {
            self.judge(&format!("the text {secret}"), rows);
        }
        let cursor =
            matches!(field, "cursor" | "startCursor" | "endCursor").then(|| secrets::in_cursor(text));
        for id in secrets::uuids(text).chain(cursor.flatten()) {
            if let Some(row) = facts.uuids.get(&id)
                && !self.sight.sees(row)
            {
                self.report(format!("the identifier {id} of {}", row.0));
            }
        }
    }

    /// Who sees the case is told of every criterion that is not met; who does not, of those that ask for what the
    /// referral shares.
    fn criteria(&mut self, referral: &Map<String, Value>) {
        let facts = self.facts;
        let id = referral.get("id").and_then(Value::as_str);
        let row = id.and_then(|id| facts.all.get(facts.ids.get(id)?));
        let Some(case) = row.and_then(|row| row["case_id"].as_str()) else { return };
        let sees_case = self.sight.sees(&("probation_case", case.to_owned()));
        let unmet = referral.get("unmetCriteria").and_then(Value::as_array);
        for kind in unmet.into_iter().flatten().filter_map(|unmet| unmet["kind"].as_str()) {
            let is_shared = ASK_FOR_WHAT_IS_SHARED.contains(&kind);
            self.seen.criteria.insert((sees_case, is_shared));
            if !sees_case && !is_shared {
                self.report(format!("a criterion of the kind {kind}, which asks for more than is shared"));
            }
        }
    }

    fn identifier(&mut self, object: &str, field: &str, text: &str, row: &Key) {
        let shown = shows::of(object);
        let by_name = shown == Some(Shown::Named) && self.sight.mentions(row);
        if let (Some(Shown::Row(table, _)), "id") = (shown, field)
            && table != row.0
        {
            self.report(format!("{object} shows {text}, a row of {} and not of {table}", row.0));
        }
        if self.sight.sees(row) {
            self.seen.tables.insert(row.0);
        } else if !by_name {
            self.report(format!("{text}, a row of {}", row.0));
        }
    }

    /// A secret tells of one row at least that may be seen, or it should not be there.
    fn judge(&mut self, what: &str, rows: &[Key]) {
        match rows.iter().find(|row| self.sight.sees(row)) {
            Some(row) => _ = self.seen.tables.insert(row.0),
            None => self.report(format!("{what}, which stands in {rows:?}")),
        }
    }

    fn report(&mut self, what: String) {
        self.foreign.push(format!("at {}: {what}", self.path.join("/")));
    }
}

/// Whether there is anything in a value.
fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => true,
    }
}

/// Whether a text has the form of an identifier.
fn is_identifier(text: &str) -> bool {
    let Some((prefix, digits)) = text.rsplit_once('_') else { return false };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !prefix.is_empty()
        && prefix.bytes().all(|byte| byte.is_ascii_lowercase())
        && digits.len() == DIGITS
        && digits.bytes().all(plain)
}
