//! The schema as a page to read, made from what the server itself knows: roles from the one table, codes and
//! descriptions from the schema, costs from what counts them. It needs no script, and prints.

mod fields;
mod roots;
mod types;

use std::collections::BTreeMap;

use async_graphql::Positioned;
use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use maud::{DOCTYPE, Markup, html};

use super::cost::Costs;
use crate::error::Code;

/// The roots, with what each of their fields is called and what it does.
const ROOTS: [(&str, &str, &str); 3] = [
    ("Query", "Queries", "What can be read."),
    ("Mutation", "Mutations", "What can be changed: each one act, wholly done or not at all."),
    ("Subscription", "Subscriptions", "What can be followed as it changes, over graphql-transport-ws."),
];

/// The types of the schema, by name.
struct Types {
    all: BTreeMap<String, TypeDefinition>,
}

impl Types {
    fn of(sdl: &str) -> Self {
        // The schema has just been written by the library itself.
        let definitions = parse_schema(sdl).map(|document| document.definitions).unwrap_or_default();
        let types = definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => Some(definition.node),
            TypeSystemDefinition::Schema(_) | TypeSystemDefinition::Directive(_) => None,
        });
        Self { all: types.map(|definition| (definition.name.node.to_string(), definition)).collect() }
    }

    fn kind(&self, name: &str) -> Option<&TypeKind> {
        self.all.get(name).map(|definition| &definition.kind)
    }

    /// The fields of an object or interface; none of anything else.
    fn fields(&self, name: &str) -> &[Positioned<FieldDefinition>] {
        match self.kind(name) {
            Some(TypeKind::Object(object)) => &object.fields,
            Some(TypeKind::Interface(interface)) => &interface.fields,
            _ => &[],
        }
    }

    fn field(&self, of: &str, name: &str) -> Option<&FieldDefinition> {
        self.fields(of).iter().map(|field| &field.node).find(|field| field.name.node == name)
    }

    /// Whether there is nothing to select below it.
    fn is_leaf(&self, name: &str) -> bool {
        self.fields(name).is_empty() && !matches!(self.kind(name), Some(TypeKind::Union(_)))
    }
}

/// The name of a type without lists and exclamation marks.
fn innermost(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => innermost(item),
    }
}

/// The page.
pub(super) fn page(sdl: &str, costs: &Costs) -> String {
    let types = Types::of(sdl);
    let roots: Vec<_> = ROOTS.iter().filter(|(name, _, _)| types.all.contains_key(*name)).collect();
    let body = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Reference of the schema · Partner network" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/reference.css";
            }
            body {
                a .skip href="#reference" { "Skip to the reference" }
                header {
                    h1 { "Reference of the schema" }
                    p { "The partner network: every operation with its roles, arguments, errors and cost, and every type. \
                         Find a name with your browser’s search." }
                }
                nav aria-label="Contents" { (contents(&types, &roots)) }
                main #reference tabindex="-1" {
                    (codes())
                    (price_of_asking(costs))
                    @for (root, title, about) in &roots {
                        section aria-labelledby=(root) {
                            h2 #(root) { (title) }
                            p { (about) }
                            (roots::section(&types, costs, root))
                        }
                    }
                    (types::sections(&types, costs))
                }
            }
        }
    };
    body.into_string()
}

fn contents(types: &Types, roots: &[&(&str, &str, &str)]) -> Markup {
    html! {
        ul .top { li { a href="#errors" { "Errors" } } li { a href="#cost" { "Cost" } } }
        @for (root, title, _) in roots {
            h2 { a href={ "#" (root) } { (title) } }
            ul { @for field in types.fields(root) {
                li { a href={ "#" (root) "." (field.node.name.node) } { (field.node.name.node) } }
            } }
        }
        @for (heading, id, names) in types::groups(types) {
            h2 { a href={ "#" (id) } { (heading) } }
            ul { @for name in names { li { a href={ "#" (name) } { (name) } } } }
        }
    }
}

fn codes() -> Markup {
    html! {
        section aria-labelledby="errors" {
            h2 #errors { "Errors" }
            p { "A refusal by a rule is data: " code { "userErrors" } " in the mutation’s payload, with one of the codes \
                 named there. Everything else is an entry of " code { "errors" } " with one of these in "
                 code { "extensions.code" } ":" }
            table {
                thead { tr { th scope="col" { "Code" } th scope="col" { "What has happened" } th scope="col" { "What to do" } } }
                tbody { @for code in Code::ALL {
                    @let (cause, cure) = code.cause_and_cure();
                    tr #{ "code." (code.name()) } { th scope="row" { code { (code.name()) } } td { (cause) } td { (cure) } }
                } }
            }
        }
    }
}

fn price_of_asking(costs: &Costs) -> Markup {
    let (rows, most) = costs.most();
    html! {
        section aria-labelledby="cost" {
            h2 #cost { "Cost" }
            p { "An operation costs one for each field that is resolved if every list is as long as it may be, and "
                (grouped(most)) " at most. A page counts as many rows as are asked for, and has " (rows) " at most. \
                What a field costs beside what is asked below it stands with the field." }
        }
    }
}

/// A number as people read it: `100,000`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let (head, tail) = digits.split_at(first);
    let groups = tail.as_bytes().chunks(3).map(String::from_utf8_lossy);
    let all: Vec<_> = Some(head.into())
        .filter(|head: &std::borrow::Cow<'_, str>| !head.is_empty())
        .into_iter()
        .chain(groups)
        .collect();
    all.join(",")
}

/// A description: its words, and code where it stands between backticks.
fn prose(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

/// A type with a link to where it is described.
fn link(types: &Types, of: &Type) -> Markup {
    let text = of.to_string();
    let name = innermost(of);
    let (before, after) = text.split_once(name).unwrap_or(("", ""));
    html! {
        code .type {
            (before)
            @if types.all.contains_key(name) { a href={ "#" (name) } { (name) } } @else { (name) }
            (after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::Schema;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 100, 1_000, 100_000].map(grouped), ["0", "100", "1,000", "100,000"]);
    }

    #[test]
    fn every_link_leads_somewhere_and_every_place_is_there_once() {
        let page = Schema::default().reference();
        let after = |mark: &str| -> Vec<String> {
            page.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
        };
        let places = after(" id=\"");
        let once: std::collections::HashSet<_> = places.iter().collect();
        assert_eq!(once.len(), places.len(), "a place is there twice");
        let links = after("href=\"#");
        let lost: Vec<_> = links.iter().filter(|link| !once.contains(link)).collect();
        assert!(lost.is_empty() && links.len() > 500, "{} links, lost: {lost:?}", links.len());
    }

    #[test]
    fn what_is_written_into_a_description_is_no_markup() {
        assert_eq!(prose("a < b & `<i>`").into_string(), "a &lt; b &amp; <code>&lt;i&gt;</code>");
    }
}
