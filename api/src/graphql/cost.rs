//! What an operation would cost: how many fields are resolved if every list is as long as it may be.
//!
//! The limits on a document count what is written. A page of a hundred referrals with their sessions is written in
//! a line and resolved in thousands of fields: here a page counts as many times as it was asked to have rows. What
//! has the database look at a whole table counts beside that, however short the answer is.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, Field, FieldDefinition, OperationDefinition, OperationType, Selection,
    SelectionSet, Type, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Value, Variables};

use super::limits::Rejection;
use super::paging::{USUAL, USUAL_WITHIN};

/// The rows that a list is taken to have which is no page: the needs of a service, say.
pub(super) const USUAL_LIST: usize = 5;

/// What it costs to count a list, in fields: each of its rows is looked at.
const COUNT: usize = 2_000;
// What follows is in proportion to what was measured (`tests/attacks/run`), so that no permitted operation takes much
// more of the processors than one search that is counted.
/// What it costs to search a list for words: the text of each row is read, and once more where they are counted.
const SEARCH: usize = 50_000;
/// What it costs to write a rate card as a file: every price of it is read.
const WHOLE_CARD: usize = 50_000;
/// What it costs to count what was referred over a period, or who was not referred.
const DEMAND: usize = 50_000;
/// What it costs to hold every price against its thresholds.
const ALERTS: usize = 50_000;
/// What it costs to add up what was charged over a month: each line of it is looked at.
const MONTH: usize = 30_000;
/// What it costs to hold the whole directory against somebody, or a service against many.
const DIRECTORY: usize = 30_000;

/// What a field yields.
struct Yields {
    /// The name of its type, without lists and exclamation marks.
    kind: String,
    many: Many,
}

/// How many of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Many {
    /// One.
    One,
    /// A page, as long as its arguments say.
    Page,
    /// A list that has as many items as the argument `ids`.
    Named,
    /// A list of no stated length.
    List,
}

/// The schema as far as costs go: what each field of each type yields.
pub struct Costs {
    fields: HashMap<String, HashMap<String, Yields>>,
    most_rows: usize,
    most: usize,
}

impl Costs {
    /// The costs of the fields of a schema, whose pages have at most `most_rows` rows; operations may cost `most`.
    pub fn of(sdl: &str, most_rows: usize, most: usize) -> Self {
        // The schema has just been written by the library itself.
        let definitions = parse_schema(sdl).map(|document| document.definitions).unwrap_or_default();
        let objects: HashSet<String> = definitions.iter().filter_map(object).collect();
        let fields = definitions.iter().filter_map(|definition| {
            let TypeSystemDefinition::Type(definition) = definition else { return None };
            let fields = match &definition.node.kind {
                TypeKind::Object(object) => &object.fields,
                TypeKind::Interface(interface) => &interface.fields,
                TypeKind::Scalar | TypeKind::Union(_) | TypeKind::Enum(_) | TypeKind::InputObject(_) => {
                    return None;
                }
            };
            let of = definition.node.name.node.as_str();
            let fields = fields
                .iter()
                .map(|field| (field.node.name.node.to_string(), yields(of, &field.node, &objects)));
            Some((of.to_owned(), fields.collect()))
        });
        Self { fields: fields.collect(), most_rows, most }
    }

    /// How many of what it yields a field counts.
    pub(super) fn many(&self, of: &str, field: &str) -> Many {
        let yields = self.fields.get(of).and_then(|fields| fields.get(field));
        yields.map_or(Many::One, |yields| yields.many)
    }

    /// The most rows of a page, and the most that an operation may cost.
    pub(super) const fn most(&self) -> (usize, usize) {
        (self.most_rows, self.most)
    }

    /// Refuses an operation that would cost more than is allowed.
    pub fn refuse(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
    ) -> Result<(), Rejection> {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut walk =
            Walk { costs: self, document, operation, variables, fragments: HashMap::new(), hangs: false };
        let Cost { fields, work } = walk.selections(root, &operation.selection_set.node);
        let cost = fields.saturating_add(work);
        if cost <= self.most {
            return Ok(());
        }
        let has = format!(
            "costs {cost}, counted in fields with every list as long as it may be, and {} are allowed",
            self.most
        );
        Err(Rejection::exceeded(has, None))
    }
}

/// The name of a type that has fields.
fn object(definition: &TypeSystemDefinition) -> Option<String> {
    let TypeSystemDefinition::Type(definition) = definition else { return None };
    let has_fields = matches!(definition.node.kind, TypeKind::Object(_) | TypeKind::Interface(_));
    has_fields.then(|| definition.node.name.node.to_string())
}

fn yields(of: &str, field: &FieldDefinition, objects: &HashSet<String>) -> Yields {
    let (kind, is_list) = innermost(&field.ty.node);
    let has = |name: &str| field.arguments.iter().any(|argument| argument.node.name.node == name);
    let many = if has("first") {
        Many::Page
    } else if !is_list || !objects.contains(kind) || of.ends_with("Connection") {
        // The rows of a connection were counted with the page.
        Many::One
    } else if has("ids") {
        Many::Named
    } else {
        Many::List
    };
    Yields { kind: kind.to_owned(), many }
}

fn innermost(kind: &Type) -> (&str, bool) {
    match &kind.base {
        BaseType::Named(name) => (name, false),
        BaseType::List(of) => (innermost(of).0, true),
    }
}

/// The rows of a page for which no number is given, of a list that hangs on this.
pub(super) fn usual_page(of: &str) -> usize {
    usize::from(if of == "Query" { USUAL } else { USUAL_WITHIN })
}

/// What a part of an operation costs.
#[derive(Clone, Copy, Default)]
struct Cost {
    /// The fields that are resolved.
    fields: usize,
    /// What the database does for them beside, in fields. The rows of a page do not multiply it: a list is counted
    /// and searched once.
    work: usize,
}

impl Cost {
    fn and(self, other: Self) -> Self {
        Self { fields: self.fields.saturating_add(other.fields), work: self.work.saturating_add(other.work) }
    }
}

struct Walk<'d> {
    costs: &'d Costs,
    document: &'d ExecutableDocument,
    operation: &'d OperationDefinition,
    variables: &'d Variables,
    /// What each fragment costs where it is spread once, below what hangs on one thing and elsewhere.
    fragments: HashMap<(&'d str, bool), Cost>,
    /// Whether the fields walked belong to what hangs on one thing: such a list is read whole, and counted by the way.
    hangs: bool,
}

impl<'d> Walk<'d> {
    fn selections(&mut self, of: &str, set: &'d SelectionSet) -> Cost {
        let mut cost = Cost::default();
        for selection in &set.items {
            let part = match &selection.node {
                Selection::Field(field) => self.field(of, &field.node),
                Selection::InlineFragment(inline) => {
                    let condition = inline.node.type_condition.as_ref();
                    let of = condition.map_or(of, |condition| condition.node.on.node.as_str());
                    self.selections(of, &inline.node.selection_set.node)
                }
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
            };
            cost = cost.and(part);
        }
        cost
    }

    /// `limits::admit` has refused fragments that contain themselves.
    fn fragment(&mut self, name: &'d str) -> Cost {
        let here = (name, self.hangs);
        if let Some(cost) = self.fragments.get(&here) {
            return *cost;
        }
        let Some(fragment) = self.document.fragments.get(name) else { return Cost::default() };
        let of = &fragment.node.type_condition.node.on.node;
        let cost = self.selections(of, &fragment.node.selection_set.node);
        self.fragments.insert(here, cost);
        cost
    }

    fn field(&mut self, of: &str, field: &'d Field) -> Cost {
        let costs = self.costs;
        // What does not exist costs nothing: validation says so. Introspection has limits of its own.
        let known = costs.fields.get(of).and_then(|fields| fields.get(field.name.node.as_str()));
        let Some(yields) = known else { return Cost { fields: 1, work: 0 } };
        let hangs = std::mem::replace(&mut self.hangs, of != "Query");
        let below = self.selections(&yields.kind, &field.selection_set.node);
        self.hangs = hangs;
        let times = match yields.many {
            Many::One => 1,
            Many::List => USUAL_LIST,
            Many::Named => self.length(field, "ids").unwrap_or(costs.most_rows),
            Many::Page => self.page(of, field),
        };
        let once = matches!(yields.many, Many::Page | Many::One);
        let work = if once { below.work } else { below.work.saturating_mul(times) };
        Cost {
            fields: below.fields.saturating_mul(times).saturating_add(1),
            work: work.saturating_add(self.work(field, yields.many)),
        }
    }

    /// What the database does for the field itself.
    fn work(&self, field: &Field, many: Many) -> usize {
        match field.name.node.as_str() {
            "totalCount" if !self.hangs => COUNT,
            "exportRateCard" => WHOLE_CARD,
            "demand" | "unmetDemand" => DEMAND,
            "priceAlerts" => ALERTS,
            "statements" | "exportStatements" | "pricePreview" | "priceVolumes" => MONTH,
            "recommendations" | "recommendationsOnFacts" | "unmetNeeds" => DIRECTORY,
            _ if many == Many::Page && self.searches(field) => SEARCH,
            _ => 0,
        }
    }

    /// Whether a list is searched for words: `text`, of its own or of its filter.
    fn searches(&self, field: &Field) -> bool {
        let within = |filter: Value| match filter {
            Value::Object(members) => members.get("text").is_some_and(|text| *text != Value::Null),
            _ => false,
        };
        self.argument(field, "text").is_some() || self.argument(field, "filter").is_some_and(within)
    }

    fn page(&self, of: &str, field: &Field) -> usize {
        let asked = ["first", "last"].into_iter().filter_map(|name| match self.argument(field, name)? {
            Value::Number(number) => Some(number.as_u64().and_then(|rows| usize::try_from(rows).ok())),
            _ => None,
        });
        // A number that is none is refused when the field is resolved.
        let rows = asked.map(|rows| rows.unwrap_or_default()).max().unwrap_or(usual_page(of));
        rows.clamp(1, self.costs.most_rows.max(1))
    }

    fn length(&self, field: &Field, argument: &str) -> Option<usize> {
        match self.argument(field, argument)? {
            Value::List(items) => Some(items.len().max(1)),
            _ => Some(1),
        }
    }

    /// The value of an argument, with the variable's put in.
    fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        let value = &field.get_argument(name)?.node;
        let resolved = value.clone().into_const_with(|variable| {
            let definition = || {
                let mut all = self.operation.variable_definitions.iter();
                all.find(|definition| definition.node.name.node == variable)
            };
            let default = || definition()?.node.default_value.as_ref().map(|value| value.node.clone());
            Ok::<_, std::convert::Infallible>(
                self.variables.get(&variable).cloned().or_else(default).unwrap_or_default(),
            )
        });
        match resolved {
            Ok(Value::Null) | Err(_) => None,
            Ok(value) => Some(value),
        }
    }
}
