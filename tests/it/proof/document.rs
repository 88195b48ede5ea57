//! Documents: what is asked for, cut so that each keeps within the limits of the server.

use serde_json::{Map, Value, json};

use super::catalogue::{Catalogue, Field};
use super::shows::{self, Shown};

/// How much one document may weigh, in tokens. The server allows 2,000, and as many fields.
const WEIGHT: usize = 1_700;
/// How many fields stand at the top of one document, at most; the server allows 20.
const TOP: usize = 18;

/// A field that is asked for, with what is asked for within it.
#[derive(Clone, Debug)]
pub struct Pick {
    alias: Option<String>,
    name: String,
    arguments: String,
    fields: Vec<Pick>,
}

impl Pick {
    /// A field without fields of its own.
    pub fn leaf(name: &str) -> Self {
        Self::of(name, Vec::new())
    }

    /// A field with its fields.
    pub fn of(name: &str, fields: Vec<Self>) -> Self {
        Self { alias: None, name: name.to_owned(), arguments: String::new(), fields }
    }

    /// The field under another key of the answer.
    #[must_use]
    pub fn under(self, alias: &str) -> Self {
        Self { alias: Some(alias.to_owned()), ..self }
    }

    /// The field with arguments, as they stand between the brackets.
    #[must_use]
    pub fn with(self, arguments: &str) -> Self {
        Self { arguments: arguments.to_owned(), ..self }
    }

    /// Whether it asks for this field.
    pub fn is(&self, name: &str) -> bool {
        self.name == name
    }

    /// About how many tokens it has.
    pub fn weight(&self) -> usize {
        let words = self.arguments.split_whitespace().count();
        let own =
            1 + 4 * words + 2 * usize::from(self.alias.is_some()) + 2 * usize::from(!self.fields.is_empty());
        own + self.fields.iter().map(Self::weight).sum::<usize>()
    }

    /// Writes it as it stands in a document.
    pub fn write(&self, out: &mut String) {
        if let Some(alias) = &self.alias {
            out.push_str(alias);
            out.push_str(": ");
        }
        out.push_str(&self.name);
        if !self.arguments.is_empty() {
            out.push('(');
            out.push_str(&self.arguments);
            out.push(')');
        }
        if !self.fields.is_empty() {
            out.push_str(" {");
            for field in &self.fields {
                out.push(' ');
                field.write(out);
            }
            out.push_str(" }");
        }
    }

    /// The same in several pieces, each with a part of what is asked for, and each light enough for a document.
    pub fn pieces(self) -> Vec<Self> {
        self.within(WEIGHT)
    }

    fn within(self, most: usize) -> Vec<Self> {
        if self.weight() <= most {
            return vec![self];
        }
        let (leaves, objects): (Vec<_>, Vec<_>) =
            self.fields.iter().cloned().partition(|pick| pick.fields.is_empty());
        // Every piece tells whose it is.
        let telling = |pick: &Self| matches!(pick.name.as_str(), "__typename" | "id");
        let again: Vec<_> = leaves.iter().filter(|pick| telling(pick)).cloned().collect();
        let head = Self { fields: again.clone(), ..self.clone() };
        let room = most.saturating_sub(head.weight());
        let mut pieces = vec![Self { fields: leaves, ..self.clone() }];
        let mut present = head.clone();
        for part in objects.into_iter().flat_map(|object| object.within(room)) {
            if present.weight() + part.weight() > most && present.fields.len() > again.len() {
                pieces.push(std::mem::replace(&mut present, head.clone()));
            }
            present.fields.push(part);
        }
        pieces.push(present);
        pieces
    }
}

/// Everything within an object down to `reach` further objects: all fields of the first `full` of them, of those
/// beyond only what tells them apart. No path takes the same field twice.
pub fn everything(catalogue: &Catalogue, object: &str, reach: usize, full: usize) -> Vec<Pick> {
    Walk { catalogue, path: Vec::new() }.object(object, reach, full)
}

struct Walk<'c> {
    catalogue: &'c Catalogue,
    path: Vec<(String, String)>,
}

impl Walk<'_> {
    fn object(&mut self, object: &str, reach: usize, full: usize) -> Vec<Pick> {
        let catalogue = self.catalogue;
        if catalogue.is_page(object) {
            return self.page(object, reach, full);
        }
        let mut picks = vec![Pick::leaf("__typename")];
        for field in catalogue.fields(object) {
            let edge = (object.to_owned(), field.name.clone());
            if catalogue.is_leaf(&field.yields.name) {
                if full > 0 || tells(object, &field.name) {
                    picks.push(Pick::leaf(&field.name));
                }
            } else if reach > 0 && !self.path.contains(&edge) {
                self.path.push(edge);
                let within = self.named(&field.yields.name, reach - 1, full.saturating_sub(1));
                self.path.pop();
                if full > 0 {
                    picks.extend(
                        others(catalogue, field)
                            .into_iter()
                            .map(|pick| Pick { fields: within.clone(), ..pick }),
                    );
                }
                picks.push(Pick::of(&field.name, within));
            }
        }
        picks
    }

    /// What is asked of a page: its rows, with what tells them apart once more by their edges. It is no step by itself.
    fn page(&mut self, page: &str, reach: usize, full: usize) -> Vec<Pick> {
        let catalogue = self.catalogue;
        let row = catalogue.field(page, "nodes").yields.name.as_str();
        let mut picks = vec![Pick::leaf("__typename"), Pick::of("nodes", self.named(row, reach, full))];
        if full > 0 {
            let leaves = catalogue.fields(page).iter().filter(|field| catalogue.is_leaf(&field.yields.name));
            picks.extend(leaves.map(|field| Pick::leaf(&field.name)));
            let node = Pick::of("node", self.named(row, 0, 0));
            picks.push(Pick::of("edges", vec![Pick::leaf("__typename"), Pick::leaf("cursor"), node]));
            picks.push(Pick::of("pageInfo", self.object("PageInfo", 0, 1)));
        }
        picks
    }

    /// What is asked of a type, of each object that it can be.
    fn named(&mut self, name: &str, reach: usize, full: usize) -> Vec<Pick> {
        let objects: Vec<String> = self.catalogue.objects(name).into_iter().map(str::to_owned).collect();
        if let [only] = objects.as_slice()
            && only == name
        {
            return self.object(name, reach, full);
        }
        let mut picks = vec![Pick::leaf("__typename")];
        for object in &objects {
            picks.push(Pick::of(&format!("... on {object}"), self.object(object, reach, full)));
        }
        picks
    }
}

/// All that is reckoned within an object, however deep it lies; of rows only what tells them apart.
pub fn reckoned(catalogue: &Catalogue, object: &str) -> Vec<Pick> {
    let mut picks = vec![Pick::leaf("__typename")];
    for field in catalogue.fields(object) {
        let kind = field.yields.name.as_str();
        let within = match shows::of(kind) {
            _ if catalogue.is_leaf(kind) => Vec::new(),
            None if catalogue.is_page(kind) => reckoned(catalogue, kind),
            Some(Shown::Values(_)) => reckoned(catalogue, kind),
            Some(Shown::Row(..) | Shown::Named) | None => everything(catalogue, kind, 0, 0),
        };
        picks.push(Pick::of(&field.name, within));
    }
    picks
}

/// Whether a field tells one row of an object from another.
fn tells(object: &str, field: &str) -> bool {
    match shows::of(object) {
        Some(Shown::Row(_, telling) | Shown::Values(telling)) => telling == field,
        Some(Shown::Named) => field == "id",
        None => false,
    }
}

/// The same field with every other value of its arguments that have only a few.
fn others(catalogue: &Catalogue, field: &Field) -> Vec<Pick> {
    let mut picks = Vec::new();
    for input in &field.arguments {
        for value in catalogue.values(&input.takes.name).unwrap_or_default() {
            let alias = format!("{}__{value}", field.name);
            picks.push(Pick::leaf(&field.name).under(&alias).with(&format!("{}: {value}", input.name)));
        }
    }
    picks
}

/// The name of the field under a key of an answer that [`everything`] asked for.
pub fn field_of(key: &str) -> &str {
    key.split_once("__").map_or(key, |(field, _)| if field.is_empty() { key } else { field })
}

/// A field at the top of a document with its arguments.
#[derive(Clone, Debug)]
pub struct Call {
    /// The field of `Query`.
    pub field: String,
    /// Its arguments.
    pub arguments: Map<String, Value>,
}

impl Call {
    /// A call without arguments.
    pub fn plain(field: &str) -> Self {
        Self { field: field.to_owned(), arguments: Map::new() }
    }

    /// The call with one more argument.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.arguments.insert(name.to_owned(), value);
        self
    }
}

/// A query.
#[derive(Default)]
pub struct Document {
    declared: Vec<String>,
    variables: Map<String, Value>,
    picks: Vec<Pick>,
}

impl Document {
    /// Asks for `fields` of a call, under a key of the answer.
    pub fn ask(&mut self, catalogue: &Catalogue, key: &str, call: &Call, fields: Vec<Pick>) {
        let field = catalogue.field("Query", &call.field);
        let mut arguments = Vec::new();
        for (name, value) in &call.arguments {
            let input = field.arguments.iter().find(|input| input.name == *name);
            let input = input.unwrap_or_else(|| panic!("{} has no argument {name}", call.field));
            let variable = format!("v{}", self.declared.len());
            self.declared.push(format!("${variable}: {}", input.takes.spelled));
            self.variables.insert(variable.clone(), value.clone());
            arguments.push(format!("{name}: ${variable}"));
        }
        let pick = Pick::of(&call.field, fields).under(key).with(&arguments.join(" "));
        self.picks.push(pick);
    }

    /// Whether another field of this weight would be too much.
    pub fn is_full(&self) -> bool {
        let weight: usize = self.picks.iter().map(Pick::weight).sum();
        self.picks.len() >= TOP || weight + 5 * self.declared.len() > WEIGHT / 2
    }

    /// The document as the server reads it, and its variables.
    pub fn written(&self) -> (String, Value) {
        let declared = self.declared.join(" ");
        let mut text =
            if declared.is_empty() { "query {".to_owned() } else { format!("query({declared}) {{") };
        for pick in &self.picks {
            text.push(' ');
            pick.write(&mut text);
        }
        text.push_str(" }");
        (text, json!(self.variables))
    }
}
