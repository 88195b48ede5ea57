//! Fields, arguments and their costs, in words.

use async_graphql::parser::types::{ConstDirective, FieldDefinition, InputValueDefinition};
use async_graphql::{Positioned, Value};
use maud::{Markup, html};

use super::{Types, innermost, link, prose};
use crate::graphql::cost::{Costs, Many, USUAL_LIST, usual_page};

/// The description of something, if it has one.
pub(super) fn described(text: Option<&Positioned<String>>) -> Markup {
    html! { @if let Some(text) = text { (prose(&text.node)) } }
}

/// That something is on its way out, and what takes its place.
pub(super) fn deprecation(directives: &[Positioned<ConstDirective>]) -> Markup {
    let found =
        directives.iter().map(|directive| &directive.node).find(|found| found.name.node == "deprecated");
    let reason = found.map(|found| match found.get_argument("reason").map(|reason| &reason.node) {
        Some(Value::String(reason)) => reason.clone(),
        _ => String::new(),
    });
    html! { @if let Some(reason) = reason { p .deprecated { strong { "Deprecated. " } (prose(&reason)) } } }
}

/// Arguments or input fields.
pub(super) fn inputs(types: &Types, caption: &str, inputs: &[Positioned<InputValueDefinition>]) -> Markup {
    html! {
        @if !inputs.is_empty() {
            table {
                caption { (caption) }
                thead { tr { th scope="col" { "Name" } th scope="col" { "Type" } th scope="col" { "What it is" } } }
                tbody { @for input in inputs { (row(types, &input.node)) } }
            }
        }
    }
}

fn row(types: &Types, input: &InputValueDefinition) -> Markup {
    // An object of nothing but defaults says nothing.
    let default =
        input.default_value.as_ref().map(|value| value.node.to_string()).filter(|text| text.len() < 40);
    html! {
        tr {
            th scope="row" { code { (input.name.node) } }
            td { (link(types, &input.ty.node)) }
            td {
                (described(input.description.as_ref()))
                @if let Some(default) = default { " Unless said: " code { (default) } "." }
                (deprecation(&input.directives))
            }
        }
    }
}

/// What a field costs beside what is asked below it.
pub(super) fn cost(types: &Types, costs: &Costs, of: &str, field: &FieldDefinition) -> Markup {
    let kind = innermost(&field.ty.node);
    let rows = costs.most().0;
    let usual = usual_page(of).min(rows);
    html! {
        @match costs.many(of, &field.name.node) {
            Many::One if types.is_leaf(kind) => "1.",
            Many::One => "1, and what is asked of it.",
            Many::Named => { "1, and for each of " code { "ids" } " what is asked of it." }
            Many::List => { "1, and " (USUAL_LIST) " times what is asked of an item." }
            Many::Page => {
                "1, and for each row what is asked of it. Rows are those of " code { "first" } " or " code { "last" }
                ", " (usual) " unless said and " (rows) " at most."
                @if let Some(plain) = plain_fields(types, kind) {
                    " For example " (usual) " rows with their " (plain) " plain fields: "
                    (super::grouped(1 + usual * (1 + plain))) "."
                }
            }
        }
    }
}

/// How many fields of a connection's rows have nothing below them.
fn plain_fields(types: &Types, connection: &str) -> Option<usize> {
    let row = innermost(&types.field(connection, "nodes")?.ty.node);
    Some(types.fields(row).iter().filter(|field| types.is_leaf(innermost(&field.node.ty.node))).count())
}
