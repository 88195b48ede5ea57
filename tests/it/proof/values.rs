//! Values for arguments: of identifiers one that may be seen, one that may not, and one that nothing has.

use api::graphql::global_id::GlobalId;
use entity::{Id, person};
use rules::reference;
use serde_json::{Value, json};

use super::callers::Caller;
use super::catalogue::{Catalogue, Input};
use super::draw::Draw;
use super::oracle::{Oracle, Sight};
use super::shows::{self, Asked, Shown};
use super::tables::{self, Facts, Key};

/// The arguments by which a list is paged.
pub const PAGING: [&str; 4] = ["first", "after", "last", "before"];

/// Days that mean something in the network.
const DAYS: [&str; 4] = ["2017-09-01", "2017-09-07", "2017-10-02", "2018-04-01"];
/// Instants that mean something in it.
const INSTANTS: [&str; 2] = ["2017-07-03T09:00:00Z", "2017-10-02T09:00:00Z"];
/// Ages that criteria tell apart.
const AGES: [i32; 4] = [0, 17, 40, 91];
/// Amounts that prices lie between.
const PENCE: [i32; 3] = [0, 5_000, i32::MAX];
/// What somebody might look for, and what might be taken for a pattern.
const WORDS: [&str; 9] =
    ["rhys", "LLEWELLYN", "P7000", "o suilleabhain", "price vaughan", "Mentoring", "%", "_", "mk0"];

/// Whose eyes values are chosen by.
#[derive(Clone, Copy)]
pub struct Eyes<'e> {
    /// The schema.
    pub catalogue: &'e Catalogue,
    /// What there is, and who may see it.
    pub oracle: &'e Oracle<'e>,
    /// Who asks.
    pub caller: &'e Caller,
    /// What they may see.
    pub sight: &'e Sight,
}

impl<'e> Eyes<'e> {
    /// What there is.
    pub fn facts(self) -> &'e Facts {
        self.oracle.facts
    }

    /// The tables of which an identifier is asked for.
    pub fn tables(self, asked: Asked) -> Vec<&'static str> {
        match asked {
            Asked::Of(table) => vec![table],
            Asked::Anything => self.nodes(),
        }
    }

    /// The tables that `node` knows.
    pub fn nodes(self) -> Vec<&'static str> {
        let objects = self.catalogue.objects("Node").into_iter();
        let tables = objects.filter_map(|object| match shows::of(object) {
            Some(Shown::Row(table, _)) => Some(table),
            Some(Shown::Named | Shown::Values(_)) | None => None,
        });
        tables.collect()
    }

    /// The rows of a table that have something to do with who asks come first, then the others in any order.
    pub fn near_first(self, rows: Vec<&'e Key>, draw: &mut Draw) -> Vec<&'e Key> {
        let most = rows.len();
        let mut rows = draw.some(rows, most);
        rows.sort_by_cached_key(|row| !self.is_near(row));
        rows
    }

    /// Whether a row has something to do with who asks.
    pub fn is_near(self, row: &Key) -> bool {
        let own = [self.caller.person.0, self.caller.organisation.0];
        own.iter().any(|id| self.oracle.mentioned_in(row).contains(id))
    }

    /// Some values of a filter's argument; what is wrong where the proof has none.
    pub fn some(self, place: &str, input: &Input, draw: &mut Draw) -> Result<Vec<Value>, String> {
        let one = self.each(place, input, draw)?;
        if !input.takes.is_list {
            return Ok(one);
        }
        let mut lists: Vec<_> = one.iter().map(|value| json!([value])).collect();
        lists.push(json!(one));
        Ok(lists)
    }

    fn each(self, place: &str, input: &Input, draw: &mut Draw) -> Result<Vec<Value>, String> {
        let name = input.takes.name.as_str();
        if let Some(values) = self.catalogue.values(name) {
            return Ok(values.iter().map(|value| json!(value)).collect());
        }
        if let Some(inputs) = self.catalogue.input(name) {
            return self.within(name, inputs, draw);
        }
        match name {
            "Boolean" => Ok(vec![json!(true), json!(false)]),
            "Int" if input.name == "age" => Ok(AGES.map(|age| json!(age)).to_vec()),
            "Int" => Ok(PENCE.map(|pence| json!(pence)).to_vec()),
            // A period may not begin after it ends, and ends today or with the month before unless it says so.
            "Date" if input.name == "from" => Ok(DAYS[..2].iter().map(|day| json!(day)).collect()),
            "Date" => Ok(DAYS.map(|day| json!(day)).to_vec()),
            "DateTime" => Ok(INSTANTS.map(|instant| json!(instant)).to_vec()),
            "ID" => self.identifiers(place, &input.name, draw),
            "String" => self.texts(place, &input.name, draw),
            _ => Err(format!(
                "{place}({}: {}): the proof has no value for it",
                input.name, input.takes.spelled
            )),
        }
    }

    /// Filters that say one thing each.
    fn within(self, name: &str, inputs: &[Input], draw: &mut Draw) -> Result<Vec<Value>, String> {
        let mut filters = Vec::new();
        for input in inputs {
            for value in self.some(name, input, draw)? {
                filters.push(json!({ input.name.as_str(): value }));
            }
        }
        Ok(filters)
    }

    fn identifiers(self, place: &str, name: &str, draw: &mut Draw) -> Result<Vec<Value>, String> {
        let asked = shows::identifies(place, name);
        let asked = asked.ok_or_else(|| format!("{place}({name}): of which table? Say so in shows.rs"))?;
        let mut ids = Vec::new();
        for table in self.tables(asked) {
            for seen in [true, false] {
                let rows = self.near_first(self.sight.of(self.facts(), table, seen), draw);
                ids.extend(rows.first().map(|row| json!(self.facts().shown(row))));
            }
            ids.push(json!(missing(table, draw)));
        }
        Ok(ids)
    }

    /// What somebody might look for: words that stand everywhere, and by what one row alone is known, of rows that may
    /// be seen and of rows that may not.
    fn words(self, draw: &mut Draw) -> Vec<Value> {
        let mut words: Vec<_> = WORDS.map(|word| json!(word)).to_vec();
        for (table, column) in [("probation_case", "crn"), ("referral", "reference")] {
            for seen in [true, false] {
                let rows = self.near_first(self.sight.of(self.facts(), table, seen), draw);
                words.extend(rows.first().map(|row| self.facts().all[*row][column].clone()));
            }
        }
        words
    }

    fn texts(self, place: &str, name: &str, draw: &mut Draw) -> Result<Vec<Value>, String> {
        match name {
            "text" => Ok(self.words(draw)),
            "operation" => Ok(["registerCase", "register", "%"].map(|word| json!(word)).to_vec()),
            "row" => {
                let rows = self.facts().of_table("referral").iter().take(1);
                let mut names: Vec<_> =
                    rows.flat_map(|row| [json!(row.1), json!(self.facts().shown(row))]).collect();
                names.push(json!(GlobalId(Id::<person::Entity>::new(draw.uuid())).text()));
                Ok(names)
            }
            _ => Err(format!("{place}({name}): the proof has no text for it")),
        }
    }
}

/// An identifier of this table that nothing has.
pub fn missing(table: &str, draw: &mut Draw) -> String {
    tables::shown(table, draw.uuid()).unwrap_or_else(|| panic!("rows of {table} have no identifier"))
}

/// Another name of a row that nothing has.
pub fn missing_name(column: &str, draw: &mut Draw) -> String {
    match column {
        "crn" => format!("W{}", 100_000 + draw.below(100_000)),
        "reference" => reference::from_random(draw.number()),
        _ => panic!("what is a {column} like?"),
    }
}
