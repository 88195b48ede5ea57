//! What can be asked and done: the fields of the roots.

use async_graphql::parser::types::{FieldDefinition, TypeKind};
use maud::{Markup, html};
use rules::Term as _;
use rules::terms::Role;

use super::fields::{cost, deprecation, inputs};
use super::{Types, innermost, link, prose};
use crate::error::Code;
use crate::graphql::cost::Costs;

/// The fields of a root, in the order of the schema.
pub(super) fn section(types: &Types, costs: &Costs, root: &str) -> Markup {
    html! { @for field in types.fields(root) { (operation(types, costs, root, &field.node)) } }
}

fn operation(types: &Types, costs: &Costs, root: &str, field: &FieldDefinition) -> Markup {
    let name = &field.name.node;
    let id = format!("{root}.{name}");
    let text = field.description.as_ref().map_or("", |text| &text.node);
    let (text, roles) = without_roles(text);
    html! {
        article aria-labelledby=(id) {
            h3 #(id) { code { (name) } }
            p { (prose(text)) }
            (deprecation(&field.directives))
            dl {
                dt { "Roles" } dd { (granted(roles)) }
                dt { "Answers" } dd { (link(types, &field.ty.node)) }
                dt { "Cost" } dd { (cost(types, costs, root, field)) }
                dt { "Errors" } dd { (errors(types, root, field)) }
                @if let Some(refusals) = refusals(types, field) {
                    dt { code { "userErrors" } } dd { (codes_of(types, refusals)) }
                }
            }
            (inputs(types, "Arguments", &field.arguments))
        }
    }
}

/// A description ends with its roles, which stand in a line of their own here. They are those of the one table:
/// `tests/it/access.rs` holds the sentence against it.
fn without_roles(text: &str) -> (&str, &str) {
    let (text, roles) = text.rsplit_once("Roles: ").unwrap_or((text, ""));
    (text.trim_end(), roles.trim().trim_end_matches('.'))
}

fn granted(roles: &str) -> Markup {
    html! {
        @if roles == "all" { "All." } @else {
            ul .words { @for name in roles.split(", ") {
                li { (Role::from_name(name).map_or(name, |role| role.label())) }
            } }
        }
    }
}

/// The codes that an answer can have for this field beside those that any request can have.
fn errors(types: &Types, root: &str, field: &FieldDefinition) -> Markup {
    let fields = input_fields(types, field);
    let mut codes = vec![Code::Unauthenticated, Code::Forbidden, Code::LimitExceeded, Code::BadUserInput];
    let names_something = fields.iter().any(|(_, kind)| kind == "ID");
    if names_something && (root == "Mutation" || field.ty.node.nullable) {
        codes.push(Code::NotFound);
    }
    if fields.iter().any(|(name, _)| name == "version" || name == "idempotencyKey") {
        codes.push(Code::Conflict);
    }
    codes.extend([Code::Unavailable, Code::Internal]);
    html! {
        ul .words { @for code in codes { li { a href={ "#code." (code.name()) } { code { (code.name()) } } } } }
    }
}

/// The fields of all input objects of a field, with their types; they lie one within another in a few cases.
fn input_fields(types: &Types, field: &FieldDefinition) -> Vec<(String, String)> {
    let arguments = field.arguments.iter().map(|argument| innermost(&argument.node.ty.node));
    let objects = arguments.filter_map(|name| match types.kind(name) {
        Some(TypeKind::InputObject(object)) => Some(&object.fields),
        _ => None,
    });
    let named = |input: &async_graphql::Positioned<async_graphql::parser::types::InputValueDefinition>| {
        (input.node.name.node.to_string(), innermost(&input.node.ty.node).to_owned())
    };
    objects.flatten().map(named).chain(field.arguments.iter().map(named)).collect()
}

/// The enum of a mutation's own codes: that of `code` in its `userErrors`.
fn refusals<'t>(types: &'t Types, field: &FieldDefinition) -> Option<&'t str> {
    let payload = innermost(&field.ty.node);
    let error = innermost(&types.field(payload, "userErrors")?.ty.node);
    Some(innermost(&types.field(error, "code")?.ty.node))
}

fn codes_of(types: &Types, name: &str) -> Markup {
    let Some(TypeKind::Enum(codes)) = types.kind(name) else { return html! {} };
    html! {
        "Of " a href={ "#" (name) } { code { (name) } } ": "
        ul .words { @for value in &codes.values {
            li { code { (value.node.value.node) } }
        } }
    }
}
