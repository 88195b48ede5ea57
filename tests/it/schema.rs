//! The schema as clients read it: exported, described, and saying who may use what.

use std::fs;
use std::path::Path;

use api::graphql::Schema;
use async_graphql::Positioned;
use async_graphql::parser::types::{FieldDefinition, InputValueDefinition, TypeKind};
use rules::access::{Kind, grant_in_words};

use crate::sdl::Sdl;

#[test]
fn the_exported_schema_is_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let exported = fs::read_to_string(&file).unwrap_or_default();
    let same = exported == Schema::default().sdl();
    assert!(
        same,
        "schema.graphql is stale: run `cargo run -- schema > schema.graphql`, \
         and say in CHANGELOG.md what clients have to know"
    );
}

#[test]
fn everything_in_the_schema_is_described() {
    let mut bare = Vec::new();
    for (name, definition) in Sdl::of_the_code().types() {
        let mut note = |place: String, description: Option<&Positioned<String>>| {
            if description.is_none_or(|text| text.node.trim().is_empty()) {
                bare.push(place);
            }
        };
        note(name.to_owned(), definition.description.as_ref());
        match &definition.kind {
            TypeKind::Object(object) => fields(name, &object.fields, &mut note),
            TypeKind::Interface(interface) => fields(name, &interface.fields, &mut note),
            TypeKind::InputObject(input) => inputs(name, &input.fields, &mut note),
            TypeKind::Enum(values) => {
                for value in values.values.iter().map(|value| &value.node) {
                    note(format!("{name}.{}", value.value.node), value.description.as_ref());
                }
            }
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    assert!(bare.is_empty(), "{} without a description: {bare:#?}", bare.len());
}

fn fields(
    of: &str,
    fields: &[Positioned<FieldDefinition>],
    note: &mut impl FnMut(String, Option<&Positioned<String>>),
) {
    for field in fields.iter().map(|field| &field.node) {
        let name = format!("{of}.{}", field.name.node);
        note(name.clone(), field.description.as_ref());
        inputs(&name, &field.arguments, note);
    }
}

fn inputs(
    of: &str,
    inputs: &[Positioned<InputValueDefinition>],
    note: &mut impl FnMut(String, Option<&Positioned<String>>),
) {
    for input in inputs.iter().map(|input| &input.node) {
        note(format!("{of}({})", input.name.node), input.description.as_ref());
    }
}

#[test]
fn every_root_field_says_who_may_use_it() {
    let sdl = Sdl::of_the_code();
    for (root, kind) in
        [("Query", Kind::Query), ("Mutation", Kind::Mutation), ("Subscription", Kind::Subscription)]
    {
        for field in sdl.root(root).iter().map(|field| &field.node) {
            let name = field.name.node.as_str();
            let grant = grant_in_words(kind, name);
            let said = field.description.as_ref().map_or("", |text| text.node.as_str());
            // A description is wrapped where its source is.
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(said.ends_with(&grant), "{root}.{name} should end with {grant:?} and says {said:?}");
        }
    }
}
