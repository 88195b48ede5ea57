//! What a document may cost, found out before anything walks it.
//!
//! The library walks a fragment again at every spread of it, so that a document of a few hundred bytes can
//! keep it busy for minutes. Here each part of a document is looked at once: first its characters, then its
//! tree.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    ExecutableDocument, Field, FragmentSpread, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::parser::{self, parse_query};
use async_graphql::{Pos, Positioned, Response, ServerError};
use serde::{Deserialize, Serialize};

use crate::error::{Code, Fault};

mod scan;

/// How much one request may ask for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// The bytes of a request's body.
    pub body_bytes: usize,
    /// The bytes of a document. Imported files come as variables.
    pub query_bytes: usize,
    /// The tokens of a document: names, numbers, strings and signs; comments and white space count nothing.
    pub tokens: usize,
    /// How many fields lie within one another, through fragments. Introspection has a fixed limit of its own.
    pub depth: usize,
    /// The aliases written in a document.
    pub aliases: usize,
    /// The directives written in a document.
    pub directives: usize,
    /// The fields at the top of one operation, through fragments.
    pub root_fields: usize,
    /// The selections of all operations together, with every fragment counted at each of its spreads.
    pub expanded_fields: usize,
    /// What one operation may cost: the fields that are resolved if every list is as long as it may be. A page
    /// counts as many rows as are asked for, another list five.
    pub cost: usize,
    /// The bytes of a request's variables.
    pub variables_bytes: usize,
    /// The rows of one page of a list.
    pub page_rows: i32,
    /// How many errors an answer lists.
    pub errors: usize,
    /// The seconds that an operation may run.
    pub seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 2 * 1024 * 1024,
            query_bytes: 64 * 1024,
            tokens: 2_000,
            depth: 12,
            aliases: 30,
            directives: 50,
            root_fields: 20,
            expanded_fields: 2_000,
            cost: 100_000,
            variables_bytes: 2 * 1024 * 1024,
            page_rows: 100,
            errors: 100,
            seconds: 15,
        }
    }
}

/// How deep selection sets may lie within one another, fragments included. The schema's own check allows at
/// least as much but counts exponentially; with this one before it, it never has much to count.
const NESTING: usize = 32;
/// How deep introspection may go. The query that tools send needs fifteen.
const INTROSPECTION_DEPTH: usize = 20;
/// How many lists of introspection may lie within one another: each multiplies the answer by the length of
/// such a list, and introspection never pauses, so that no time limit can end it.
const INTROSPECTION_LISTS: usize = 2;
/// How often a document may ask for the schema or one of its types. The query that tools send asks once; each time
/// costs as much as a page, and nothing else bounds the processor's time.
const INTROSPECTIONS: usize = 4;
/// The longest message of an error in characters. Library messages repeat what they refuse.
const MESSAGE_CHARS: usize = 1_000;

/// Why a document is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// The code of the answer: `BAD_USER_INPUT` or `LIMIT_EXCEEDED`.
    pub code: Code,
    /// What is wrong and what to do about it.
    pub message: Cow<'static, str>,
    /// Where in the document, if it is at one place.
    pub at: Option<Pos>,
}

impl Rejection {
    /// The document cannot be understood, at this place.
    pub fn bad_input(message: impl Into<Cow<'static, str>>, at: Option<Pos>) -> Self {
        Self { code: Code::BadUserInput, message: message.into(), at }
    }

    /// The document cannot be parsed, at this place.
    fn syntax(at: Pos) -> Self {
        Self::bad_input(format!("Syntax error at line {}, column {}.", at.line, at.column), Some(at))
    }

    /// The document asks for more than a limit allows.
    pub(super) fn exceeded(has: impl Into<Cow<'static, str>>, at: Option<Pos>) -> Self {
        let message = format!("The query {}. Ask for less, or in several requests.", has.into());
        Self { code: Code::LimitExceeded, message: message.into(), at }
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Self::Coded(rejection.code, rejection.message)
    }
}

impl From<Rejection> for ServerError {
    fn from(rejection: Rejection) -> Self {
        let mut error = Self::new(rejection.message, rejection.at);
        error.extensions.get_or_insert_default().set("code", rejection.code.name());
        error
    }
}

impl From<parser::Error> for Rejection {
    fn from(error: parser::Error) -> Self {
        let at = error.positions().next();
        match (error, at) {
            (parser::Error::Syntax { .. }, Some(at)) => Self::syntax(at),
            (parser::Error::MultipleOperations { .. }, _) => {
                Self::bad_input("A document with several operations needs a name for each of them.", at)
            }
            (parser::Error::OperationDuplicated { .. }, _) => {
                Self::bad_input("The document has two operations of the same name.", at)
            }
            (parser::Error::FragmentDuplicated { .. }, _) => {
                Self::bad_input("The document has two fragments of the same name.", at)
            }
            (parser::Error::MissingOperation, _) => Self::bad_input("The document has no operation.", at),
            (parser::Error::RecursionLimitExceeded, _) => Self::exceeded("is nested too deeply", at),
            (_, _) => Self::bad_input("The document cannot be understood.", at),
        }
    }
}

/// The parsed document, if it is one and stays within the limits.
///
/// Undefined fragments, types and fields are left to validation. What is refused here besides excess:
/// fragments that contain themselves, and mutations that name a field twice, because the library would run
/// it twice.
pub fn admit(query: &str, limits: &Limits) -> Result<ExecutableDocument, Rejection> {
    if query.len() > limits.query_bytes {
        return Err(Rejection::exceeded(format!("has more than {} bytes", limits.query_bytes), None));
    }
    scan::check(query, limits.tokens)?;
    let document = parse_query(query)?;
    Survey::of(&document)?.check(limits)?;
    for (_, operation) in document.operations.iter() {
        if operation.node.ty == OperationType::Mutation {
            let keys = &mut HashSet::new();
            no_field_twice(&document, &operation.node.selection_set.node, keys)?;
        }
    }
    Ok(document)
}

/// Cuts the list of errors, and each message in it, to a readable length.
pub fn trim_errors(response: &mut Response, limits: &Limits) {
    let all = response.errors.len();
    if all > limits.errors {
        let listed = limits.errors.saturating_sub(1);
        response.errors.truncate(listed);
        let rest = Rejection {
            code: Code::LimitExceeded,
            message: format!("{} more errors are not listed.", all - listed).into(),
            at: None,
        };
        response.errors.push(rest.into());
    }
    for error in &mut response.errors {
        if let Some((end, _)) = error.message.char_indices().nth(MESSAGE_CHARS) {
            error.message.truncate(end);
            error.message.push('…');
        }
    }
}

/// What a selection set amounts to with its fragments expanded.
#[derive(Clone, Copy, Default)]
struct Shape {
    /// Selections in all.
    expanded: usize,
    /// Fields at the top.
    top: usize,
    /// Selection sets within one another.
    nesting: usize,
    /// Fields within one another.
    depth: usize,
    /// Lists of introspection within one another.
    lists: usize,
    /// The greatest `depth` and `lists` below `__schema` or `__type`.
    introspection: (usize, usize),
    /// How many of these two there are.
    introspections: usize,
}

impl Shape {
    /// Both, side by side.
    fn beside(self, other: Self) -> Self {
        Self {
            expanded: self.expanded.saturating_add(other.expanded),
            top: self.top.saturating_add(other.top),
            nesting: self.nesting.max(other.nesting),
            depth: self.depth.max(other.depth),
            lists: self.lists.max(other.lists),
            introspection: (
                self.introspection.0.max(other.introspection.0),
                self.introspection.1.max(other.introspection.1),
            ),
            introspections: self.introspections.saturating_add(other.introspections),
        }
    }

    /// This, as what a fragment contributes where it is spread.
    fn spread(self) -> Self {
        Self { expanded: self.expanded.saturating_add(1), nesting: self.nesting + 1, ..self }
    }

    /// This, as what lies within the field `field`.
    fn below(self, field: &Field) -> Self {
        let name = field.name.node.as_str();
        let multiplies = matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes");
        let depth = self.depth + 1;
        let lists = self.lists + usize::from(multiplies && self.depth > 0);
        let whole = Self { top: 1, depth, lists, ..self.spread() };
        if matches!(name, "__schema" | "__type") {
            let introspection = (self.introspection.0.max(depth), self.introspection.1.max(lists));
            let introspections = self.introspections.saturating_add(1);
            return Self { depth: 1, lists: 0, introspection, introspections, ..whole };
        }
        whole
    }
}

/// One walk through a document that looks at each of its parts once.
struct Survey<'a> {
    document: &'a ExecutableDocument,
    /// What each fragment amounts to; none while the walk is inside it.
    fragments: HashMap<&'a str, Option<Shape>>,
    aliases: usize,
    directives: usize,
    /// All operations together, except that `top` is that of the widest.
    whole: Shape,
}

impl<'a> Survey<'a> {
    fn of(document: &'a ExecutableDocument) -> Result<Self, Rejection> {
        let (fragments, whole) = (HashMap::new(), Shape::default());
        let mut survey = Self { document, fragments, aliases: 0, directives: 0, whole };
        for (_, operation) in document.operations.iter() {
            let shape = survey.operation(&operation.node)?;
            let top = survey.whole.top.max(shape.top);
            survey.whole = Shape { top, ..survey.whole.beside(shape) };
        }
        for (name, fragment) in &document.fragments {
            // Validation walks fragments that nobody spreads as well.
            survey.fragment(name, fragment.pos, 0)?;
        }
        Ok(survey)
    }

    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Shape, Rejection> {
        self.directives += operation.directives.len();
        self.directives += operation
            .variable_definitions
            .iter()
            .map(|variable| variable.node.directives.len())
            .sum::<usize>();
        self.selections(&operation.selection_set, 0)
    }

    fn selections(&mut self, set: &'a Positioned<SelectionSet>, level: usize) -> Result<Shape, Rejection> {
        within_nesting(level, set.pos)?;
        let mut shape = Shape::default();
        for selection in &set.node.items {
            self.directives += selection.node.directives().len();
            let part = match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(inline) => {
                    self.selections(&inline.node.selection_set, level + 1)?.spread()
                }
                Selection::FragmentSpread(spread) => self.spread(spread, level + 1)?,
            };
            shape = shape.beside(part);
        }
        Ok(shape)
    }

    fn field(&mut self, field: &'a Field, level: usize) -> Result<Shape, Rejection> {
        self.aliases += usize::from(field.alias.is_some());
        if field.selection_set.node.items.is_empty() {
            return Ok(Shape::default().below(field));
        }
        Ok(self.selections(&field.selection_set, level + 1)?.below(field))
    }

    fn spread(&mut self, spread: &'a Positioned<FragmentSpread>, level: usize) -> Result<Shape, Rejection> {
        let shape = self.fragment(&spread.node.fragment_name.node, spread.pos, level)?;
        Ok(shape.spread())
    }

    /// What the fragment `name` amounts to, walked through the first time that it is asked for.
    fn fragment(&mut self, name: &'a str, at: Pos, level: usize) -> Result<Shape, Rejection> {
        match self.fragments.get(name) {
            Some(Some(shape)) => {
                // The outermost of its selection sets is at `level` itself.
                within_nesting(level + shape.nesting.saturating_sub(1), at)?;
                return Ok(*shape);
            }
            Some(None) => return Err(Rejection::bad_input("A fragment contains itself.", Some(at))),
            None => {}
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Shape::default());
        };
        self.fragments.insert(name, None);
        self.directives += fragment.node.directives.len();
        let shape = self.selections(&fragment.node.selection_set, level)?;
        self.fragments.insert(name, Some(shape));
        Ok(shape)
    }

    fn check(&self, limits: &Limits) -> Result<(), Rejection> {
        let (depth, lists) = self.whole.introspection;
        let counts = [
            (self.whole.expanded, limits.expanded_fields, "fields once its fragments are expanded"),
            (self.whole.depth, limits.depth, "fields within one another"),
            (self.whole.top, limits.root_fields, "fields at the top of an operation"),
            (self.aliases, limits.aliases, "aliases"),
            (self.directives, limits.directives, "directives"),
            (self.whole.introspections, INTROSPECTIONS, "questions for the schema"),
            (depth, INTROSPECTION_DEPTH, "fields of introspection within one another"),
            (lists, INTROSPECTION_LISTS, "lists of introspection within one another"),
        ];
        match counts.into_iter().find(|(count, limit, _)| count > limit) {
            Some((_, limit, of)) => Err(Rejection::exceeded(format!("has more than {limit} {of}"), None)),
            None => Ok(()),
        }
    }
}

/// Keeps the recursion of whoever walks the document next, this module included, off the end of its stack.
fn within_nesting(level: usize, at: Pos) -> Result<(), Rejection> {
    if level > NESTING {
        return Err(Rejection::exceeded(format!("is nested more than {NESTING} levels deep"), Some(at)));
    }
    Ok(())
}

/// Refuses a mutation that names a field twice at its top. The specification merges the two and runs them
/// once; the library runs both and merges what they answer. For queries that is a waste, here it would be a
/// second act.
fn no_field_twice<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    keys: &mut HashSet<&'a str>,
) -> Result<(), Rejection> {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                if !keys.insert(&field.node.response_key().node) {
                    let message = "A mutation names a field twice. Name it once, or give each its own alias.";
                    return Err(Rejection::bad_input(message, Some(field.pos)));
                }
            }
            Selection::InlineFragment(inline) => {
                no_field_twice(document, &inline.node.selection_set.node, keys)?;
            }
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    no_field_twice(document, &fragment.node.selection_set.node, keys)?;
                }
            }
        }
    }
    Ok(())
}
