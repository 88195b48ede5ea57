//! Questions that nobody thought of: anybody asks anything, and the answer is held against the oracle.

use rules::access::Kind;
use serde_json::{Map, Value, json};

use super::answers::Seen;
use super::asking::Asking;
use super::callers::Caller;
use super::catalogue::{Catalogue, Field, Input};
use super::document::{Call, Document, Pick, everything};
use super::draw::Draw;
use super::oracle::{Oracle, Sight};
use super::shows::{self, Asked, NAMES, Shown};
use super::tables::Key;
use super::values::{Eyes, PAGING};
use crate::world::World;

/// How far a random selection reaches.
const REACH: usize = 4;
/// Of a hundred lists, so many are followed through all their pages.
const FOLLOWED: u32 = 8;
/// Every so manieth question is asked over a socket.
const BY_SOCKET: u64 = 5;
/// Lists longer than this are not followed.
const LONG: usize = 60;
/// Of a hundred lists that hang on something, so many are of what may be seen.
const SEEN: u32 = 70;

/// Asks random questions.
pub struct Chance<'c> {
    /// Where.
    pub world: &'c World,
    /// The schema.
    pub catalogue: &'c Catalogue,
    /// What is to be seen.
    pub oracle: &'c Oracle<'c>,
    /// Who asks, and what each may see.
    pub everybody: Vec<(&'c Caller, Sight)>,
    /// Cursors of lists that somebody was given, by the field of `Query`.
    pub cursors: Vec<(String, Value)>,
    /// What was seen.
    pub seen: Seen,
}

impl Chance<'_> {
    /// The question of this number, by chance of its own: the same in every run with this seed, but for the cursors
    /// that earlier questions brought. What is wrong with its answer.
    pub async fn question(&mut self, seed: u64, number: u64) -> Vec<String> {
        let mut draw = Draw::numbered(seed, number);
        let at = draw.below(self.everybody.len());
        let (caller, sight) = &self.everybody[at];
        let eyes = Eyes { catalogue: self.catalogue, oracle: self.oracle, caller, sight };
        let fields = self.catalogue.fields("Query").iter();
        let granted: Vec<_> = fields.filter(|field| caller.may(Kind::Query, &field.name)).collect();
        let Some(field) = draw.one(&granted).copied() else { return Vec::new() };
        let mut asking = Asking::new(self.world, eyes, &mut self.seen, &mut draw);
        asking.by_socket = number.is_multiple_of(BY_SOCKET);
        if self.catalogue.is_page_of_rows(&field.yields.name) {
            let cursor = asking.some_list(field, &self.cursors).await;
            self.cursors.extend(cursor.map(|cursor| (field.name.clone(), cursor)));
            // The latest are the most telling, and enough.
            let old = self.cursors.len().saturating_sub(500);
            self.cursors.drain(..old);
        } else {
            asking.some_thing(field).await;
        }
        asking.wrong
    }
}

/// A row by one of its names.
struct Named<'f> {
    argument: String,
    name: Value,
    row: &'f Key,
}

impl<'a> Asking<'a> {
    /// A list with any filters, from any place; or a few of them in one document. Answers with a cursor of it.
    async fn some_list(&mut self, field: &Field, cursors: &[(String, Value)]) -> Option<Value> {
        let mut call = Call::plain(&field.name);
        let place = format!("Query.{}", field.name);
        if let Some(of) = field.arguments.iter().find(|input| input.is_required) {
            let row = self.some_parent(&place, of)?;
            call = call.with(&of.name, json!(self.eyes.facts().shown(row)));
            if !self.eyes.sight.sees(row) {
                self.not_there(&call).await;
                return None;
            }
        }
        let is_filter = |input: &&Input| !input.is_required && !PAGING.contains(&input.name.as_str());
        for input in field.arguments.iter().filter(is_filter) {
            if self.draw.chance(35) {
                match self.eyes.some(&place, input, self.draw) {
                    Ok(values) => {
                        let value = self.draw.one(&values).cloned().unwrap_or_default();
                        let value = self.joined(&values, value);
                        call = call.with(&input.name, value);
                    }
                    Err(unknown) => self.report(unknown),
                }
            }
        }
        put_in_order(&mut call.arguments);
        if self.draw.chance(FOLLOWED) && self.eyes.expected(&call).is_ok_and(|all| all.len() <= LONG) {
            let size = 1 + self.draw.below(25);
            self.all_pages(&call, size).await;
        }
        let first = 1 + self.draw.below(12);
        call = call.with("first", first.into());
        // What is sought by words may come in the order in which it fits.
        let order = ["orderBy", "text"].into_iter().find_map(|name| call.arguments.get(name)).cloned();
        let fits: Vec<_> = cursors.iter().filter(|(of, _)| *of == field.name).collect();
        // A cursor of one order is none of another.
        if order.is_none()
            && self.draw.chance(25)
            && let Some((_, cursor)) = self.draw.one(&fits)
        {
            call = call.with("after", cursor.clone());
        }
        self.lists(vec![call.clone()]).await;
        let row = &self.catalogue().field(&field.yields.name, "nodes").yields.name;
        let mut picks = self.some_fields(row, REACH);
        picks.push(Pick::leaf("__typename"));
        let info = Pick::of("pageInfo", vec![Pick::leaf("startCursor")]);
        let page = self.ask_for(&call, vec![Pick::of("nodes", picks), info]).await;
        let cursor = page["pageInfo"]["startCursor"].clone();
        (!cursor.is_null() && order.is_none()).then_some(cursor)
    }

    /// Something that a list is asked for by: often one that may be seen, and else one that may not.
    fn some_parent(&mut self, place: &str, of: &Input) -> Option<&'a Key> {
        let Asked::Of(table) = shows::identifies(place, &of.name)? else { return None };
        let sees = self.draw.chance(SEEN);
        let rows = self.eyes.sight.of(self.eyes.facts(), table, sees);
        self.draw.one(&rows).copied()
    }

    /// Of filters that say one thing each, now and then one that says two.
    fn joined(&mut self, values: &[Value], value: Value) -> Value {
        let other = self.draw.one(values).cloned().unwrap_or_default();
        match (value, other) {
            (Value::Object(mut fields), Value::Object(more)) => {
                fields.extend(more);
                Value::Object(fields)
            }
            (value, _) => value,
        }
    }

    /// Something by its name, or without any.
    async fn some_thing(&mut self, field: &Field) {
        if field
            .arguments
            .iter()
            .any(|input| input.is_required && !matches!(input.name.as_str(), "id" | "ids"))
        {
            return self.some_question(field).await;
        }
        let named = self.some_name(field);
        let mut call = Call::plain(&field.name);
        if let Some(named) = &named {
            call = call.with(&named.argument, named.name.clone());
        }
        let objects = self.catalogue().objects(&field.yields.name);
        let fits = |object: &&str| match (shows::of(object), &named) {
            (Some(Shown::Row(table, _)), Some(named)) => table == named.row.0,
            _ => true,
        };
        let mut fields = Vec::new();
        if let Some(object) = objects.into_iter().find(fits) {
            let within = self.some_fields(object, REACH);
            fields = vec![Pick::leaf("__typename"), Pick::of(&format!("... on {object}"), within)];
        }
        let mut document = Document::default();
        document.ask(self.catalogue(), "it", &call, fields);
        let body = self.ask(&document).await;
        let it = &body["data"]["it"];
        let is_there = if it.is_array() { !it[0].is_null() } else { !it.is_null() };
        let sees = named.map(|named| self.eyes.sight.sees(named.row));
        if sees.is_some_and(|sees| sees != is_there) {
            self.report(format!("seen {is_there}, to be seen {sees:?}"));
        }
    }

    /// Any question that a field takes.
    async fn some_question(&mut self, field: &Field) {
        let questions = self.questions(field);
        let Some((about, call)) = self.draw.one(&questions).cloned() else { return };
        if about.is_some_and(|row| !self.eyes.sight.sees(row)) {
            return self.is_not_answered(&call).await;
        }
        let fields = self.some_fields(&field.yields.name, REACH);
        if self.ask_for(&call, fields).await.is_null() {
            self.report(format!("{call:?} is not answered"));
        }
    }

    /// Any row that a field takes a name of, and any name that it takes.
    fn some_name(&mut self, field: &Field) -> Option<Named<'a>> {
        let place = format!("Query.{}", field.name);
        let facts = self.eyes.facts();
        let by_column = NAMES.iter().find(|(of, ..)| *of == place);
        if let Some(&(_, argument, table, column)) = by_column
            && self.draw.chance(30)
        {
            let row = self.draw.one(facts.of_table(table))?;
            return Some(Named { argument: argument.to_owned(), name: facts.all[row][column].clone(), row });
        }
        let input = field.arguments.iter().find(|input| matches!(input.name.as_str(), "id" | "ids"))?;
        let tables = self.eyes.tables(shows::identifies(&place, &input.name)?);
        let table = self.draw.one(&tables).copied()?;
        let row = self.draw.one(facts.of_table(table))?;
        let name = if input.takes.is_list { json!([facts.shown(row)]) } else { json!(facts.shown(row)) };
        Some(Named { argument: input.name.clone(), name, row })
    }

    /// The arguments of a page that hangs on something, now and then.
    fn some_window(&mut self, name: &str) -> &'static str {
        match self.draw.below(4) {
            _ if !self.catalogue().is_page(name) => "",
            0 => "first: 3",
            1 => "last: 2",
            _ => "",
        }
    }

    /// Some of an object's fields, and some of theirs.
    fn some_fields(&mut self, object: &str, reach: usize) -> Vec<Pick> {
        let catalogue = self.catalogue();
        if catalogue.is_page(object) {
            let row = &catalogue.field(object, "nodes").yields.name;
            let mut picks = everything(catalogue, object, 0, usize::from(self.draw.chance(20)));
            picks.retain(|pick| !pick.is("nodes"));
            picks.push(Pick::of("nodes", self.some_fields(row, reach)));
            return picks;
        }
        let mut picks = everything(catalogue, object, 0, 0);
        for field in catalogue.fields(object) {
            let name = &field.yields.name;
            if catalogue.is_leaf(name) {
                if self.draw.chance(20) && field.name != "id" {
                    picks.push(Pick::leaf(&field.name));
                }
            } else if reach > 0 && self.draw.chance(if reach == REACH { 30 } else { 15 }) {
                let within = self.some_fields(name, reach - 1);
                picks.push(Pick::of(&field.name, within).with(self.some_window(name)));
            }
        }
        picks
    }
}

/// A period that ends before it begins is refused, and nothing would be learnt of it.
fn put_in_order(arguments: &mut Map<String, Value>) {
    for (from, to) in [("from", "to"), ("deliveredFrom", "deliveredTo"), ("submittedFrom", "submittedTo")] {
        let [Some(first), Some(last)] = [from, to].map(|name| arguments.get(name).cloned()) else { continue };
        if first.as_str() > last.as_str() {
            arguments.insert(from.to_owned(), last);
            arguments.insert(to.to_owned(), first);
        }
    }
    if let Some(Value::Object(filter)) = arguments.get_mut("filter") {
        put_in_order(filter);
    }
}
