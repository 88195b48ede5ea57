//! Everything that somebody can ask for, by every way there is: what they may see is found, and nothing else is.

use rules::access::Kind;
use rules::terms::Role;
use serde_json::{Value, json};

use super::asking::{Asking, MOST};
use super::catalogue::{Field, Input};
use super::document::{Call, Document, Pick, everything, reckoned};
use super::network::OF_EACH;
use super::secrets;
use super::shows::{self, Asked, MUCH_ALIKE, NAMES, Shown};
use super::tables::Key;
use super::values::PAGING;

/// How far a path leads from one row of each kind.
const DEPTH: usize = 4;
/// How far it leads from every row of a list. Of so many objects on it all fields are asked for.
const NEAR: usize = 2;
/// How many rows that may not be seen are asked for by each field; `nodes` asks for all.
const HIDDEN: usize = 18;
/// How many pages of a list are walked through at most.
const PAGES: usize = 60;
/// How many rows are on a page: so many that this many fields are asked for.
const FIELDS: usize = 6_000;
/// How many rows of a narrowed list are looked at; how many there are is counted.
const NARROWED: usize = 20;
/// How many rows are on the one page of a list that is [`MUCH_ALIKE`] which everybody walks.
const FEW: usize = 8;
/// From how many rows of each kind an inspector, who sees everything, walks on: so that every field is seen.
const INSPECTED: usize = 24;
/// How many pages of a list an inspector walks through, unless the run is a full one.
const INSPECTED_PAGES: usize = 3;

impl<'a> Asking<'a> {
    /// Asks by every field of `Query` that the caller's roles grant.
    pub async fn everywhere(&mut self) {
        let fields = self.catalogue().fields("Query").iter();
        let granted: Vec<_> = fields.filter(|field| self.eyes.caller.may(Kind::Query, &field.name)).collect();
        for field in granted {
            let takes_id = field.arguments.iter().any(|input| input.name == "id");
            let is_plain = field.arguments.iter().all(|input| !input.is_required);
            if self.catalogue().is_page_of_rows(&field.yields.name) {
                self.list(field).await;
            } else if field.name == "nodes" {
                self.all_nodes().await;
            } else if takes_id {
                self.by_id(field).await;
            } else if is_plain {
                self.plain(field).await;
            } else {
                self.question(field).await;
            }
        }
    }

    /// A question about something: of what may be seen it is answered, and of the rest it is not.
    async fn question(&mut self, field: &Field) {
        let fields = everything(self.catalogue(), &field.yields.name, 2, 2);
        let deep = reckoned(self.catalogue(), &field.yields.name);
        for (about, call) in self.questions(field) {
            if about.is_some_and(|row| !self.eyes.sight.sees(row)) {
                self.is_not_answered(&call).await;
                continue;
            }
            for fields in [&fields, &deep] {
                if self.ask_for(&call, fields.clone()).await.is_null() {
                    self.report(format!("{call:?} is not answered"));
                }
            }
        }
    }

    /// A list: whole, with each value of each filter, and all that hangs on its rows.
    async fn list(&mut self, field: &Field) {
        if let Some(of) = field.arguments.iter().find(|input| input.is_required) {
            return self.lists_of(field, of).await;
        }
        let plain = Call::plain(&field.name);
        let mut calls = vec![plain.clone().with("first", MOST.into())];
        calls.extend(self.narrowed(field).into_iter().map(|call| call.with("first", NARROWED.into())));
        self.lists(calls).await;
        let many = self.eyes.expected(&plain).is_ok_and(|all| all.len() > 3 * MOST);
        if !many {
            self.all_pages(&plain, 40).await;
        }
        let Some(row) = self.row_of(field) else { return };
        let near = self.near(row);
        let size = (FIELDS / near.weight()).clamp(4, 25);
        match shows::of(row) {
            Some(Shown::Row(table, _)) if MUCH_ALIKE.contains(&table) && !super::is_full() => {
                self.walk(&plain, near, FEW, 1).await;
                if self.is_first_of(field, row) {
                    self.in_turn(row, table, size).await;
                }
            }
            _ => self.walk(&plain, near, size, self.pages()).await,
        }
    }

    /// A list that is asked for by what its rows hang on: of everything that may be seen, and of what may not.
    async fn lists_of(&mut self, field: &Field, of: &Input) {
        let place = format!("Query.{}", field.name);
        let (Some(Asked::Of(table)), Some(row)) = (shows::identifies(&place, &of.name), self.row_of(field))
        else {
            return self.report(format!("{place}({}): of which table? Say so in shows.rs", of.name));
        };
        let facts = self.eyes.facts();
        let call = |key: &Key| Call::plain(&field.name).with(&of.name, json!(facts.shown(key)));
        let mut seen = self.eyes.near_first(self.eyes.sight.of(facts, table, true), self.draw);
        self.lists(seen.iter().map(|key| call(key).with("first", MOST.into())).collect()).await;
        seen.truncate(if self.inspects() { INSPECTED } else { MOST });
        let near = self.near(row);
        for key in seen {
            self.all_pages(&call(key), 3).await;
            self.walk(&call(key), near.clone(), 25, 1).await;
        }
        let mut nearest = self.eyes.near_first(self.eyes.sight.of(facts, table, false), self.draw);
        nearest.truncate(HIDDEN);
        let hidden: Vec<&Key> = facts
            .of_table(table)
            .iter()
            .enumerate()
            .filter(|(at, key)| !self.eyes.sight.sees(key) && (self.is_turn(*at) || nearest.contains(key)))
            .map(|(_, key)| key)
            .collect();
        for key in hidden {
            self.not_there(&call(key)).await;
        }
    }

    /// All that hangs on the rows of a table which the four in one role at the organisations of a kind see much
    /// alike: everybody asks for what has to do with them, and the four share the rest.
    async fn in_turn(&mut self, object: &str, table: &str, size: usize) {
        let facts = self.eyes.facts();
        let rows: Vec<&Key> = facts
            .of_table(table)
            .iter()
            .enumerate()
            .filter(|(at, row)| self.eyes.sight.sees(row) && (self.is_turn(*at) || self.eyes.is_near(row)))
            .map(|(_, row)| row)
            .collect();
        let within = everything(self.catalogue(), object, NEAR, NEAR);
        let pieces = Pick::of(&format!("... on {object}"), within).pieces();
        for some in rows.chunks(size) {
            let ids: Vec<_> = some.iter().map(|row| facts.shown(row)).collect();
            let call = Call::plain("nodes").with("ids", json!(ids));
            for piece in &pieces {
                self.ask_for(&call, vec![Pick::leaf("__typename"), piece.clone()]).await;
            }
        }
    }

    /// The object that is a row of a list; none of what is no list.
    fn row_of(&self, field: &Field) -> Option<&'a str> {
        let (catalogue, page) = (self.catalogue(), &field.yields.name);
        catalogue.is_page_of_rows(page).then(|| catalogue.field(page, "nodes").yields.name.as_str())
    }

    /// Whether no list before this one has such rows.
    fn is_first_of(&self, field: &Field, row: &str) -> bool {
        let mut lists = self.catalogue().fields("Query").iter();
        let first = lists.find(|other| self.row_of(other) == Some(row));
        first.is_some_and(|first| first.name == field.name)
    }

    /// What is asked of every row of a list.
    fn near(&self, row: &str) -> Pick {
        let full = NEAR + usize::from(self.inspects());
        Pick::of("nodes", everything(self.catalogue(), row, NEAR, full))
    }

    fn pages(&self) -> usize {
        if self.inspects() && !super::is_full() { INSPECTED_PAGES } else { PAGES }
    }

    /// Whether it is the caller's turn: of those in one role at the four organisations of a kind, one has it.
    fn is_turn(&self, at: usize) -> bool {
        super::is_full() || at % OF_EACH == self.eyes.caller.place % OF_EACH
    }

    fn inspects(&self) -> bool {
        self.eyes.caller.is(Role::Auditor)
    }

    /// The calls of a field with one value of one argument each.
    fn narrowed(&mut self, field: &Field) -> Vec<Call> {
        let place = format!("Query.{}", field.name);
        let mut calls = Vec::new();
        for input in field.arguments.iter().filter(|input| !PAGING.contains(&input.name.as_str())) {
            match self.eyes.some(&place, input, self.draw) {
                Ok(values) => {
                    let with = |value| Call::plain(&field.name).with(&input.name, value);
                    calls.extend(values.into_iter().map(with));
                }
                Err(unknown) => self.report(unknown),
            }
        }
        calls
    }

    /// Asks for these fields of every row on the first pages of a list, page by page and piece by piece.
    async fn walk(&mut self, list: &Call, rows: Pick, size: usize, pages: usize) {
        let pieces = rows.pieces();
        let mut after = Value::Null;
        for _ in 0..pages {
            let mut call = list.clone().with("first", size.into());
            if !after.is_null() {
                call = call.with("after", after.clone());
            }
            let mut next = Value::Null;
            for piece in &pieces {
                let info = Pick::of("pageInfo", vec![Pick::leaf("endCursor"), Pick::leaf("hasNextPage")]);
                let page = self.ask_for(&call, vec![Pick::leaf("__typename"), piece.clone(), info]).await;
                next = page["pageInfo"].clone();
            }
            after = next["endCursor"].clone();
            if next["hasNextPage"] != true {
                return;
            }
        }
    }

    /// What is asked for by its identifier, or by another name that it has.
    async fn by_id(&mut self, field: &Field) {
        let place = format!("Query.{}", field.name);
        let Some(asked) = shows::identifies(&place, "id") else {
            return self.report(format!("{place}(id): of which table? Say so in shows.rs"));
        };
        for (at, table) in self.eyes.tables(asked).into_iter().enumerate() {
            let rows = self.some_of(table, asked);
            let calls = rows.iter().map(|row| (*row, Call::plain(&field.name).with("id", self.id_of(row))));
            let calls: Vec<_> = calls.collect();
            self.found(field, calls).await;
            self.beyond(field, table, self.walks_from(field, at)).await;
        }
        for &(_, argument, table, column) in NAMES.iter().filter(|(of, ..)| *of == place) {
            let rows = self.some_of(table, Asked::Of(table));
            let name = |row: &Key| self.eyes.facts().all[row][column].clone();
            let calls = rows.iter().map(|row| (*row, Call::plain(&field.name).with(argument, name(row))));
            let calls: Vec<_> = calls.collect();
            self.found(field, calls).await;
        }
    }

    fn id_of(&self, row: &Key) -> Value {
        json!(self.eyes.facts().shown(row))
    }

    /// All rows of a table that may be seen, and some of those that may not; by `node` some of both.
    fn some_of(&mut self, table: &str, asked: Asked) -> Vec<&'a Key> {
        let facts = self.eyes.facts();
        let seen = self.eyes.sight.of(facts, table, true);
        let hidden = self.eyes.sight.of(facts, table, false);
        let most = if asked == Asked::Anything { HIDDEN / 3 } else { MOST };
        let mut rows = self.eyes.near_first(seen, self.draw);
        rows.truncate(most);
        let mut others = self.eyes.near_first(hidden, self.draw);
        others.truncate(HIDDEN.min(most));
        rows.extend(others);
        rows
    }

    /// What may be seen is found, and what may not is not found, however it is asked for.
    async fn found(&mut self, field: &Field, calls: Vec<(&Key, Call)>) {
        let telling = vec![Pick::leaf("__typename"), Pick::leaf("id")];
        let mut calls = calls.into_iter().peekable();
        while calls.peek().is_some() {
            let (mut document, mut asked) = (Document::default(), Vec::new());
            while let Some((row, call)) = calls.next_if(|_| !document.is_full()) {
                let key = format!("n{}", asked.len());
                document.ask(self.catalogue(), &key, &call, telling.clone());
                asked.push((key, row));
            }
            let body = self.ask(&document).await;
            for (key, row) in asked {
                let (sees, id) = (self.eyes.sight.sees(row), self.id_of(row));
                let is_there = body["data"][key.as_str()]["id"] == id;
                let is_refused =
                    body["errors"].as_array().into_iter().flatten().any(|error| {
                        error["path"] == json!([key]) && error["extensions"]["code"] == "NOT_FOUND"
                    });
                if sees != is_there || sees == is_refused {
                    let name = &field.name;
                    self.report(format!(
                        "{name} of {row:?} ({id}): seen {is_there}, refused {is_refused}, to be seen {sees}"
                    ));
                }
            }
        }
    }

    /// How far the caller walks from what a field finds. `node` leads everywhere, and the other fields to the same
    /// objects. Those in the same role at the four organisations of a kind share the tables that it begins at among
    /// themselves, unless the run is a full one; one in all roles stands on no other path than one in each.
    fn walks_from(&self, field: &Field, table: usize) -> usize {
        if field.name != "node" || self.eyes.caller.roles.len() > 1 {
            NEAR - 1
        } else if self.is_turn(table) && !self.inspects() {
            DEPTH
        } else {
            NEAR
        }
    }

    /// All that hangs on a row that is found by its identifier, so far.
    async fn beyond(&mut self, field: &Field, table: &str, depth: usize) {
        let rows = self.eyes.sight.of(self.eyes.facts(), table, true);
        let mut rows = self.eyes.near_first(rows, self.draw);
        rows.truncate(if self.inspects() { INSPECTED } else { 1 });
        let object = self.catalogue().objects(&field.yields.name);
        let object = object
            .into_iter()
            .find(|object| matches!(shows::of(object), Some(Shown::Row(of, _)) if of == table));
        let Some(object) = object else { return };
        let within = everything(self.catalogue(), object, depth, NEAR);
        let pieces = Pick::of(&format!("... on {object}"), within).pieces();
        for row in rows {
            let call = Call::plain(&field.name).with("id", self.id_of(row));
            for piece in &pieces {
                self.ask_for(&call, vec![Pick::leaf("__typename"), piece.clone()]).await;
            }
        }
    }

    /// Everything that `node` knows, at once.
    async fn all_nodes(&mut self) {
        let facts = self.eyes.facts();
        let tables = self.eyes.nodes();
        let rows: Vec<&Key> = tables.iter().flat_map(|table| facts.of_table(table)).collect();
        for some in rows.chunks(MOST) {
            let ids: Vec<_> = some.iter().map(|row| facts.shown(row)).collect();
            let call = Call::plain("nodes").with("ids", json!(ids));
            let found = self.ask_for(&call, vec![Pick::leaf("__typename"), Pick::leaf("id")]).await;
            for (at, row) in some.iter().enumerate() {
                let (id, sees) = (facts.shown(row), self.eyes.sight.sees(row));
                let is_right = if sees { found[at]["id"] == id } else { found[at].is_null() };
                if !is_right {
                    self.report(format!("nodes of {id}: {}, to be seen {sees}", found[at]));
                }
            }
        }
    }

    /// What is asked for without naming anything.
    async fn plain(&mut self, field: &Field) {
        let object = &field.yields.name;
        let is_leaf = self.catalogue().is_leaf(object);
        let fields = if is_leaf { Vec::new() } else { everything(self.catalogue(), object, DEPTH, DEPTH) };
        let mut calls = vec![Call::plain(&field.name)];
        calls.extend(self.narrowed(field));
        for call in calls {
            let answer = self.ask_for(&call, fields.clone()).await;
            if answer.is_null() {
                self.report(format!("{call:?} is not answered"));
            }
            if field.name == "exportRateCard" && call.arguments.contains_key("kind") {
                self.exported(&call, answer.as_str().unwrap_or_default());
            }
        }
    }

    /// The card of a kind holds every published price of it that may be seen.
    fn exported(&mut self, call: &Call, card: &str) {
        let facts = self.eyes.facts();
        let kind = call.arguments["kind"].as_str().unwrap_or_default().to_lowercase();
        for row in self.eyes.sight.of(facts, "price", true) {
            let price = &facts.all[row];
            let is_asked = price["kind"] == kind.as_str() && price["status"] == "published";
            let notes = price["notes"].as_str().unwrap_or_default();
            if is_asked && secrets::marks(notes).any(|mark| !card.contains(mark)) {
                self.report(format!("the card lacks {row:?}"));
            }
        }
    }
}
