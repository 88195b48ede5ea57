//! Asking on somebody's behalf, and keeping what is wrong in the answers.

use serde_json::Value;

use super::answers::{Look, Seen};
use super::catalogue::Catalogue;
use super::document::{Call, Document, Pick, everything};
use super::draw::Draw;
use super::values::{Eyes, PAGING};
use crate::world::World;

/// How much of a document a failure repeats.
const REPEATED: usize = 900;
/// The most rows on one page.
pub const MOST: usize = 100;

/// Somebody's questions, one after the other.
pub struct Asking<'a> {
    /// Where they ask.
    pub world: &'a World,
    /// Who asks.
    pub eyes: Eyes<'a>,
    /// What was seen by anybody.
    pub seen: &'a mut Seen,
    /// Chance.
    pub draw: &'a mut Draw,
    /// What is wrong.
    pub wrong: Vec<String>,
    /// Whether they ask over a socket.
    pub by_socket: bool,
    /// What was asked last.
    asked: String,
}

impl<'a> Asking<'a> {
    /// Nothing is asked yet.
    pub fn new(world: &'a World, eyes: Eyes<'a>, seen: &'a mut Seen, draw: &'a mut Draw) -> Self {
        Self { world, eyes, seen, draw, wrong: Vec::new(), by_socket: false, asked: String::new() }
    }

    /// The schema.
    pub fn catalogue(&self) -> &'a Catalogue {
        self.eyes.catalogue
    }

    /// Keeps what is wrong with the last answer.
    pub fn report(&mut self, what: impl Into<String>) {
        let asked: String = self.asked.chars().take(REPEATED).collect();
        self.wrong.push(format!("{}: {}\n    in {asked}", self.eyes.caller, what.into()));
    }

    /// Asks, and looks through the answer for what should not be there. Errors are wrong but for what is not found.
    pub async fn ask(&mut self, document: &Document) -> Value {
        let (text, variables) = document.written();
        self.asked = format!("{text} with {variables}");
        let (caller, world) = (self.eyes.caller, self.world);
        let answer = if self.by_socket {
            caller.ask_by_socket(world, &text, &variables).await
        } else {
            caller.ask(world, &text, &variables).await
        };
        let look = Look::new(self.eyes.facts(), self.eyes.sight, self.seen);
        for foreign in look.through(&answer.body) {
            self.report(format!("a foreign row {foreign}"));
        }
        if answer.error_codes().iter().any(|code| *code != "NOT_FOUND") {
            self.report(format!("{answer:?}"));
        }
        answer.body
    }

    /// Asks for one field alone, and answers with its value.
    pub async fn ask_for(&mut self, call: &Call, fields: Vec<Pick>) -> Value {
        let mut document = Document::default();
        document.ask(self.catalogue(), "it", call, fields);
        let body = self.ask(&document).await;
        body.pointer("/data/it").cloned().unwrap_or_default()
    }

    /// What hangs on something that may not be seen is not found.
    pub async fn not_there(&mut self, call: &Call) {
        let mut document = Document::default();
        document.ask(self.catalogue(), "it", call, vec![Pick::leaf("__typename"), Pick::leaf("totalCount")]);
        let body = self.ask(&document).await;
        let is_refused = body["errors"][0]["extensions"]["code"] == "NOT_FOUND";
        if !body["data"]["it"].is_null() || !is_refused {
            self.report(format!("{call:?} should not be found: {body}"));
        }
    }

    /// Holds pages of lists against what the oracle says is in them, several in one document.
    pub async fn lists(&mut self, calls: Vec<Call>) {
        let mut calls = calls.into_iter().peekable();
        while calls.peek().is_some() {
            let (mut document, mut asked) = (Document::default(), Vec::new());
            while let Some(call) = calls.next_if(|_| !document.is_full()) {
                let key = format!("l{}", asked.len());
                document.ask(self.catalogue(), &key, &call, self.page_of(&call));
                asked.push((key, call));
            }
            let body = self.ask(&document).await;
            for (key, call) in asked {
                self.hold(&call, &body["data"][key.as_str()]);
            }
        }
    }

    /// What is asked of a page: how many rows there are, where it lies, and which rows are on it; where no filter is
    /// given, by edges as well.
    fn page_of(&self, call: &Call) -> Vec<Pick> {
        let catalogue = self.catalogue();
        let field = catalogue.field("Query", &call.field);
        let page = &field.yields.name;
        let row = &catalogue.field(page, "nodes").yields.name;
        let row = everything(catalogue, row, 0, 0);
        let leaves = catalogue.fields(page).iter().filter(|field| catalogue.is_leaf(&field.yields.name));
        let mut picks: Vec<_> = leaves.map(|field| Pick::leaf(&field.name)).collect();
        picks.push(Pick::leaf("__typename"));
        picks.push(Pick::of("pageInfo", everything(catalogue, "PageInfo", 0, 1)));
        let is_filter = |name: &str| {
            let paging = PAGING.contains(&name);
            !paging && field.arguments.iter().any(|input| input.name == name && !input.is_required)
        };
        if !call.arguments.keys().any(|name| is_filter(name)) {
            let edge = vec![Pick::leaf("__typename"), Pick::leaf("cursor"), Pick::of("node", row.clone())];
            picks.push(Pick::of("edges", edge));
        }
        picks.push(Pick::of("nodes", row));
        picks
    }

    /// Holds the first page of a list against the oracle.
    fn hold(&mut self, call: &Call, page: &Value) {
        let expected = match self.eyes.expected(call) {
            Ok(expected) => expected,
            Err(unknown) => return self.report(unknown),
        };
        let ids = ids_on(page);
        let size = call.arguments.get("first").and_then(Value::as_u64);
        let size = size.map_or(25, |size| usize::try_from(size).unwrap_or(MOST));
        let begins_late = call.arguments.contains_key("after");
        let stray: Vec<_> = ids.iter().filter(|id| !expected.contains(id)).collect();
        if !stray.is_empty() {
            self.report(format!("{call:?} holds {stray:?}, which it should not"));
        }
        if page["totalCount"].as_u64() != Some(expected.len() as u64) {
            self.report(format!("{call:?} counts {} and not {}", page["totalCount"], expected.len()));
        }
        if !begins_late && ids.len() != expected.len().min(size) {
            self.report(format!("{call:?} shows {} rows of {}", ids.len(), expected.len()));
        }
        if let (Some(sum), Some(pence)) = (page["totalPence"].as_i64(), self.sum_of(&expected))
            && sum != pence
        {
            self.report(format!("{call:?} adds up to {sum} and not to {pence}"));
        }
        let twice = ids.iter().enumerate().any(|(at, id)| ids[..at].contains(id));
        if twice {
            self.report(format!("{call:?} shows a row twice"));
        }
    }

    /// What rows with an amount of money come to.
    fn sum_of(&self, ids: &[String]) -> Option<i64> {
        let facts = self.eyes.facts();
        ids.iter().map(|id| facts.number(facts.ids.get(id)?, "pence")).sum()
    }

    /// Follows a list through all its pages: every row that should be there is there, once.
    pub async fn all_pages(&mut self, call: &Call, size: usize) {
        let mut expected = match self.eyes.expected(call) {
            Ok(expected) => expected,
            Err(unknown) => return self.report(unknown),
        };
        let (mut ids, mut after) = (Vec::new(), Value::Null);
        // A page more than there should be: a list that does not end would be followed for ever.
        for _ in 0..=expected.len() / size + 1 {
            let mut page = call.clone().with("first", size.into());
            if !after.is_null() {
                page = page.with("after", after);
            }
            let fields = self.page_of(call);
            let page = self.ask_for(&page, fields).await;
            ids.extend(ids_on(&page));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] != true {
                break;
            }
        }
        ids.sort_unstable();
        expected.sort_unstable();
        if ids != expected {
            let missing: Vec<_> = expected.iter().filter(|id| !ids.contains(id)).collect();
            let stray: Vec<_> = ids.iter().filter(|id| !expected.contains(id)).collect();
            self.report(format!("{call:?} lacks {missing:?}, holds {stray:?}, or shows rows twice"));
        }
    }
}

/// The identifiers of the rows on a page.
fn ids_on(page: &Value) -> Vec<String> {
    let rows = page["nodes"].as_array().into_iter().flatten();
    rows.filter_map(|row| row["id"].as_str()).map(str::to_owned).collect()
}
