//! The types, kind by kind, by name.

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::parser::types::{EnumType, FieldDefinition, TypeDefinition, TypeKind};
use maud::{Markup, html};

use super::fields::{cost, deprecation, described, inputs};
use super::{ROOTS, Types, innermost, link};
use crate::graphql::cost::Costs;

/// Headings, their places, and the names below each.
pub(super) fn groups(types: &Types) -> Vec<(&'static str, &'static str, Vec<&str>)> {
    let of = |wanted: fn(&TypeKind) -> bool| -> Vec<&str> {
        let roots = |name: &&String| ROOTS.iter().all(|(root, _, _)| root != name);
        let all = types.all.iter().filter(|(name, definition)| roots(name) && wanted(&definition.kind));
        all.map(|(name, _)| name.as_str()).collect()
    };
    let groups = vec![
        ("Objects", "objects", of(|kind| matches!(kind, TypeKind::Object(_)))),
        ("Interfaces", "interfaces", of(|kind| matches!(kind, TypeKind::Interface(_)))),
        ("Unions", "unions", of(|kind| matches!(kind, TypeKind::Union(_)))),
        ("Inputs", "inputs", of(|kind| matches!(kind, TypeKind::InputObject(_)))),
        ("Enums", "enums", of(|kind| matches!(kind, TypeKind::Enum(_)))),
        ("Scalars", "scalars", of(|kind| matches!(kind, TypeKind::Scalar))),
    ];
    groups.into_iter().filter(|(_, _, names)| !names.is_empty()).collect()
}

/// All of them.
pub(super) fn sections(types: &Types, costs: &Costs) -> Markup {
    html! {
        @for (heading, id, names) in groups(types) {
            section aria-labelledby=(id) {
                h2 #(id) { (heading) }
                @for definition in names.iter().filter_map(|name| types.all.get(*name)) {
                    article aria-labelledby=(definition.name.node) {
                        h3 #(definition.name.node) { code { (definition.name.node) } }
                        p { (described(definition.description.as_ref())) }
                        (deprecation(&definition.directives))
                        (parts(types, costs, definition))
                    }
                }
            }
        }
    }
}

fn parts(types: &Types, costs: &Costs, definition: &TypeDefinition) -> Markup {
    let name = &definition.name.node;
    match &definition.kind {
        TypeKind::Scalar => html! {},
        TypeKind::Object(object) => html! {
            (listed(types, "Is also", &object.implements))
            (fields(types, costs, name, &object.fields))
        },
        TypeKind::Interface(interface) => html! {
            (listed(types, "Is also", &interface.implements))
            (fields(types, costs, name, &interface.fields))
        },
        TypeKind::Union(union) => listed(types, "One of", &union.members),
        TypeKind::Enum(values) => enumeration(values),
        TypeKind::InputObject(object) => inputs(types, "Fields", &object.fields),
    }
}

fn listed(types: &Types, what: &str, names: &[Positioned<Name>]) -> Markup {
    html! {
        @if !names.is_empty() {
            p {
                (what) ": "
                @for (index, name) in names.iter().enumerate() {
                    @if index > 0 { ", " }
                    @if types.all.contains_key(name.node.as_str()) { a href={ "#" (name.node) } { code { (name.node) } } }
                    @else { code { (name.node) } }
                }
                "."
            }
        }
    }
}

fn fields(types: &Types, costs: &Costs, of: &str, fields: &[Positioned<FieldDefinition>]) -> Markup {
    html! {
        table {
            caption { "Fields" }
            thead { tr { th scope="col" { "Name" } th scope="col" { "Type" } th scope="col" { "What it is" } } }
            tbody { @for field in fields { (row(types, costs, of, &field.node)) } }
        }
    }
}

fn row(types: &Types, costs: &Costs, of: &str, field: &FieldDefinition) -> Markup {
    let plain = types.is_leaf(innermost(&field.ty.node));
    html! {
        tr {
            th scope="row" { code { (field.name.node) } }
            td { (link(types, &field.ty.node)) }
            td {
                (described(field.description.as_ref()))
                (deprecation(&field.directives))
                @if !field.arguments.is_empty() {
                    ul .arguments { @for argument in field.arguments.iter().map(|argument| &argument.node) {
                        li { code { (argument.name.node) } ": " (link(types, &argument.ty.node)) ". " (described(argument.description.as_ref())) }
                    } }
                }
                @if !plain { p .cost { "Cost: " (cost(types, costs, of, field)) } }
            }
        }
    }
}

fn enumeration(values: &EnumType) -> Markup {
    html! {
        table {
            caption { "Values" }
            thead { tr { th scope="col" { "Value" } th scope="col" { "What it means" } } }
            tbody { @for value in values.values.iter().map(|value| &value.node) {
                tr {
                    th scope="row" { code { (value.value.node) } }
                    td { (described(value.description.as_ref())) (deprecation(&value.directives)) }
                }
            } }
        }
    }
}
