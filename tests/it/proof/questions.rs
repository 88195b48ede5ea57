//! Questions that take more than an identifier: about a case of a service, on facts.

use serde_json::{Value, json};

use super::asking::Asking;
use super::catalogue::{Field, Input};
use super::document::{Call, Pick};
use super::shows::{self, Asked, OPEN};
use super::tables::Key;

/// How many rows are asked about of those that may be seen, and of those that may not.
const ABOUT: usize = 6;

impl<'a> Asking<'a> {
    /// The questions that a field takes, each with the row that it is about: one that may be seen, or one that may not.
    pub fn questions(&mut self, field: &Field) -> Vec<(Option<&'a Key>, Call)> {
        let place = format!("Query.{}", field.name);
        let (mut call, mut about) = (Call::plain(&field.name), None);
        for input in field.arguments.iter().filter(|input| input.is_required) {
            let asked = (input.takes.name == "ID").then(|| shows::identifies(&place, &input.name)).flatten();
            match asked {
                Some(Asked::Of(table)) if !OPEN.contains(&table) => about = Some((input.name.clone(), table)),
                Some(Asked::Of(table)) => {
                    let rows =
                        self.eyes.near_first(self.eyes.sight.of(self.eyes.facts(), table, true), self.draw);
                    let id = rows.first().map(|row| json!(self.eyes.facts().shown(row)));
                    call = call.with(&input.name, id.unwrap_or_default());
                }
                _ => {
                    let least = self.least(input);
                    call = call.with(&input.name, if input.takes.is_list { json!([least]) } else { least });
                }
            }
        }
        // Of a case that awaits allocation it is not said who would pay.
        if field.arguments.iter().any(|input| input.name == "referral" && input.takes.name != "ID") {
            call = call.with("referral", json!({ "purchaser": "NPS" }));
        }
        let Some((argument, table)) = about else { return vec![(None, call)] };
        let mut rows = Vec::new();
        for seen in [true, false] {
            let all = self.eyes.near_first(self.eyes.sight.of(self.eyes.facts(), table, seen), self.draw);
            rows.extend(all.into_iter().take(ABOUT));
        }
        let facts = self.eyes.facts();
        rows.into_iter()
            .map(|row| (Some(row), call.clone().with(&argument, json!(facts.shown(row)))))
            .collect()
    }

    /// A question about something that may not be seen is not answered.
    pub async fn is_not_answered(&mut self, call: &Call) {
        let answer = self.ask_for(call, vec![Pick::leaf("__typename")]).await;
        if !answer.is_null() {
            self.report(format!("{call:?} should not be answered: {answer}"));
        }
    }

    /// The least that an argument takes.
    fn least(&self, input: &Input) -> Value {
        let name = input.takes.name.as_str();
        if let Some(values) = self.catalogue().values(name) {
            return json!(values.first());
        }
        let inputs = self.catalogue().input(name).unwrap_or_default();
        let required = inputs.iter().filter(|input| input.is_required);
        Value::Object(required.map(|input| (input.name.clone(), self.least(input))).collect())
    }
}
