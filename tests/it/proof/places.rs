//! Where the schema asks for an identifier, and how an input is filled around one.

use rules::access::Kind;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::catalogue::{Catalogue, Field, Input};
use super::draw::Draw;
use super::shows::{self, ALLOWED, Asked, MENTIONED, NAMES, NOTHING_HIDDEN, OPEN};
use super::tables::Key;
use super::values::{Eyes, missing};

/// How many rows are tried as what an act concerns, when what matters stands beside it.
const CONCERNED: usize = 8;

/// A place in the schema that takes an identifier.
#[derive(Clone, Debug)]
pub struct Place {
    /// Whether it is asked or done.
    pub kind: Kind,
    /// The field of `Query` or `Mutation`.
    pub field: String,
    /// The way to it, from the argument.
    pub path: Vec<String>,
    /// The field or input object that it belongs to.
    pub owner: String,
    /// What it asks for.
    pub asked: Asked,
    /// The column whose value names the row, where that is not its identifier.
    pub column: Option<&'static str>,
    /// Whether it cannot be left out.
    is_required: bool,
}

impl Place {
    /// Every place of the schema.
    pub fn all(catalogue: &Catalogue) -> Vec<Self> {
        let mut places = Vec::new();
        for (kind, root) in [(Kind::Query, "Query"), (Kind::Mutation, "Mutation")] {
            for field in catalogue.fields(root) {
                let owner = format!("{root}.{}", field.name);
                for input in &field.arguments {
                    Self::of(catalogue, kind, &field.name, &owner, input, &[], &mut places);
                }
            }
        }
        places
    }

    fn of(
        catalogue: &Catalogue,
        kind: Kind,
        field: &str,
        owner: &str,
        input: &Input,
        way: &[String],
        places: &mut Vec<Self>,
    ) {
        let path = [way, std::slice::from_ref(&input.name)].concat();
        if let Some(inputs) = catalogue.input(&input.takes.name) {
            for inner in inputs {
                Self::of(catalogue, kind, field, &input.takes.name, inner, &path, places);
            }
            return;
        }
        let named = NAMES.iter().find(|(of, name, ..)| *of == owner && *name == input.name);
        let asked = match named {
            Some(&(.., table, _)) => Some(Asked::Of(table)),
            None if input.takes.name == "ID" => shows::identifies(owner, &input.name),
            None => None,
        };
        places.extend(asked.map(|asked| Self {
            kind,
            field: field.to_owned(),
            path,
            owner: owner.to_owned(),
            asked,
            column: named.map(|&(.., column)| column),
            is_required: input.is_required,
        }));
    }

    fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Whether somebody else's row may be named here, on purpose.
    pub fn is_allowed(&self) -> bool {
        ALLOWED.iter().any(|(owner, name, _)| *owner == self.owner && *name == self.name())
    }

    /// Whether there can be nothing here that is hidden from who may ask.
    pub fn hides_nothing(&self) -> bool {
        let is_open = matches!(self.asked, Asked::Of(table) if OPEN.contains(&table));
        is_open || NOTHING_HIDDEN.iter().any(|(owner, name, _)| *owner == self.owner && *name == self.name())
    }

    /// The rows that may be named here and must not be found.
    pub fn hidden<'e>(&self, eyes: Eyes<'e>, draw: &mut Draw) -> Vec<&'e Key> {
        let is_filter = self.kind == Kind::Query && !self.is_required && !matches!(self.name(), "id" | "ids");
        let by_mention =
            is_filter || MENTIONED.iter().any(|(owner, name)| *owner == self.owner && *name == self.name());
        let tables = eyes.tables(self.asked).into_iter();
        let rows = tables.flat_map(|table| eyes.sight.of(eyes.facts(), table, false));
        let rows = rows.filter(|row| !(by_mention && self.column.is_none() && eyes.sight.mentions(row)));
        eyes.near_first(rows.collect(), draw)
    }

    /// What names a row here.
    pub fn name_of(&self, eyes: Eyes<'_>, row: &Key) -> String {
        match self.column {
            Some(column) => eyes.facts().all[row][column].as_str().unwrap_or_default().to_owned(),
            None => eyes.facts().shown(row).to_owned(),
        }
    }

    /// The first table of which the act needs a row, where that is not asked for here.
    fn concerned(&self, catalogue: &Catalogue) -> Option<&'static str> {
        let field = catalogue.field("Mutation", &self.field);
        let of = &field.arguments.first()?.takes.name;
        let first =
            catalogue.input(of)?.iter().find(|input| input.is_required && input.takes.name == "ID")?;
        match shows::identifies(of, &first.name)? {
            Asked::Of(table) if self.path.last() != Some(&first.name) => Some(table),
            Asked::Of(_) | Asked::Anything => None,
        }
    }

    /// Whether it is done, and not asked.
    pub fn is_act(&self) -> bool {
        self.kind == Kind::Mutation
    }

    /// Whether the place stands beside what the act concerns.
    pub fn is_beside(&self, catalogue: &Catalogue) -> bool {
        self.is_act() && self.concerned(catalogue).is_some()
    }

    /// The rows that the act may concern, of those that may be seen; none where the place itself says.
    pub fn mains<'e>(&self, eyes: Eyes<'e>, draw: &mut Draw) -> Vec<Option<&'e Key>> {
        let table = (self.kind == Kind::Mutation).then(|| self.concerned(eyes.catalogue)).flatten();
        let Some(table) = table else { return vec![None] };
        let rows = eyes.near_first(eyes.sight.of(eyes.facts(), table, true), draw);
        rows.into_iter().take(CONCERNED).map(Some).collect()
    }
}

/// Fills the arguments of a field around one place.
pub struct Filling<'f, 'e> {
    /// Who fills.
    pub eyes: Eyes<'e>,
    /// Where the identifier goes.
    pub place: &'f Place,
    /// The identifier, or another name.
    pub at: &'f str,
    /// The row whose version goes with it.
    pub like: &'e Key,
    /// What the act concerns.
    pub main: Option<&'e Key>,
    /// Chance.
    pub draw: &'f mut Draw,
}

impl Filling<'_, '_> {
    /// The arguments.
    pub fn arguments(&mut self, field: &Field) -> Map<String, Value> {
        let root = if self.place.kind == Kind::Query { "Query" } else { "Mutation" };
        self.object(&format!("{root}.{}", field.name), &field.arguments, &mut Vec::new())
    }

    fn object(&mut self, owner: &str, inputs: &[Input], way: &mut Vec<String>) -> Map<String, Value> {
        let mut object = Map::new();
        let mut version = None;
        for input in inputs {
            way.push(input.name.clone());
            if input.is_required || self.place.path.starts_with(way) {
                let one = self.value(owner, input, way);
                if input.takes.name == "ID" && version.is_none() {
                    version = one.as_str().map(|id| self.version_of(id));
                }
                object.insert(input.name.clone(), if input.takes.is_list { json!([one]) } else { one });
            }
            way.pop();
        }
        if let (Some(version), true) = (version, object.contains_key("version")) {
            object.insert("version".to_owned(), version.into());
        }
        object
    }

    fn value(&mut self, owner: &str, input: &Input, way: &mut Vec<String>) -> Value {
        let catalogue = self.eyes.catalogue;
        let name = input.takes.name.as_str();
        if *way == self.place.path {
            return json!(self.at);
        }
        if let Some(inputs) = catalogue.input(name) {
            return Value::Object(self.object(name, inputs, way));
        }
        if let Some(values) = catalogue.values(name) {
            return json!(values.first());
        }
        match name {
            "ID" => json!(self.other(owner, &input.name)),
            "Boolean" => json!(true),
            "Int" => json!(whole_number(&input.name)),
            "Date" => json!(day(&input.name)),
            "DateTime" => json!(instant(&input.name)),
            "JSON" => json!({ "kind": "gender", "any_of": ["female"] }),
            "String" => json!(self.text(&input.name)),
            _ => panic!("{owner}({}): the proof has no value for it", input.name),
        }
    }

    /// The version of the row that goes by an identifier: of one that nothing has, that of the row it stands for.
    fn version_of(&self, id: &str) -> i64 {
        let facts = self.eyes.facts();
        let row = if id == self.at { Some(self.like) } else { facts.ids.get(id) };
        row.and_then(|row| facts.number(row, "version")).unwrap_or(1)
    }

    /// An identifier of another place: what the act concerns, or what has to do with it or with who acts.
    fn other(&mut self, owner: &str, name: &str) -> String {
        let Some(Asked::Of(table)) = shows::identifies(owner, name) else {
            panic!("{owner}({name}): of which table? Say so in shows.rs");
        };
        let facts = self.eyes.facts();
        if let Some(main) = self.main.filter(|main| main.0 == table) {
            return facts.shown(main).to_owned();
        }
        let rows = related_first(self.eyes, self.main, table, self.draw);
        rows.first().map_or_else(|| missing(table, self.draw), |row| facts.shown(row).to_owned())
    }

    fn text(&mut self, name: &str) -> String {
        let number = 100_000 + self.draw.below(100_000);
        match name {
            "crn" => format!("W{number}"),
            "email" => format!("w{number}@proof.example"),
            _ => format!("As was agreed {number}"),
        }
    }
}

/// The rows of a table that may be seen: first those that stand in one relation with `main`.
pub fn related_first<'e>(eyes: Eyes<'e>, main: Option<&Key>, table: &str, draw: &mut Draw) -> Vec<&'e Key> {
    let mut rows = eyes.near_first(eyes.sight.of(eyes.facts(), table, true), draw);
    let Some(main) = main else { return rows };
    let stands = |row: &Key, on: &Key| {
        Uuid::try_parse(&row.1).is_ok_and(|id| eyes.oracle.mentioned_in(on).contains(&id))
    };
    rows.sort_by_cached_key(|row| !(stands(row, main) || stands(main, row)));
    rows
}

fn whole_number(name: &str) -> i64 {
    match name {
        "low" => 0,
        "high" => 10,
        "score" => 5,
        "pence" => 4_100,
        "basisPoints" => 250,
        name if name.ends_with("Percent") => 0,
        _ => 1,
    }
}

fn day(name: &str) -> &'static str {
    match name {
        "dateOfBirth" => "1990-02-28",
        "effectiveFrom" => "2021-04-01",
        _ => "2017-09-15",
    }
}

fn instant(name: &str) -> &'static str {
    match name {
        "endsAt" => "2017-10-11T10:00:00Z",
        _ => "2017-10-11T09:00:00Z",
    }
}
