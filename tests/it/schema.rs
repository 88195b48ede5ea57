//! The schema as clients read it: exported, described, and saying who may use what.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use api::graphql::Schema;
use async_graphql::Positioned;
use async_graphql::parser::types::{BaseType, FieldDefinition, InputValueDefinition, TypeKind};
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

/// The lists that are no connections, each with why: a value of its owner, which comes and goes with it as a whole.
const PLAIN: [(&str, &str); 18] = [
    ("Cohort.ldus", "set with the cohort"),
    ("Cohort.weeklyTimes", "set with the cohort"),
    ("Eligibility.reasons", "the answer itself"),
    ("Eligibility.unmet", "the answer itself"),
    ("EndReport.outcomes", "written with the report"),
    ("ImportRateCardPayload.changes", "the result for each line of the file"),
    ("JoinGroupSessionPayload.results", "the result for each person"),
    ("PricePreview.prices", "the answer itself, for the drafts it is asked of"),
    ("PricePreview.spends", "the answer itself, for each side"),
    ("Query.nodes", "as many as identifiers, in their order"),
    ("Recommendations.needs", "the answer itself, for each need assessed"),
    ("Recommendations.services", "the answer itself, as many as `most`"),
    ("RecordGroupAttendancePayload.results", "the result for each person"),
    ("Referral.measureChanges", "reckoned, for each need and instrument"),
    ("Referral.unmetCriteria", "the answer itself"),
    ("ScheduleGroupSessionPayload.results", "the result for each person"),
    ("Statement.lines", "the statement itself"),
    ("WhyRecommended.times", "the answer itself"),
];
/// Facts of a service, stated together (`ServiceFactsInput`), and prices raised together.
const PLAIN_TOGETHER: [&str; 4] =
    ["Service.areas", "Service.availability", "Service.venues", "UpliftPricesPayload.changes"];

#[test]
fn a_list_of_things_is_a_connection_unless_it_is_a_value_of_its_owner() {
    let sdl = Sdl::of_the_code();
    let types: BTreeMap<&str, _> = sdl.types().collect();
    let is_node = |name: &str| match types.get(name).map(|definition| &definition.kind) {
        Some(TypeKind::Object(object)) => object.implements.iter().any(|one| one.node == "Node"),
        _ => false,
    };
    let (mut plain, mut wrong) = (BTreeSet::new(), Vec::new());
    for (of, definition) in &types {
        let TypeKind::Object(object) = &definition.kind else { continue };
        for field in object.fields.iter().map(|field| &field.node) {
            let place = format!("{of}.{}", field.name.node);
            let (item, is_list) = match &field.ty.node.base {
                BaseType::List(item) => (item.to_string().replace('!', ""), true),
                BaseType::Named(name) => (name.to_string(), false),
            };
            let paged: Vec<_> =
                field.arguments.iter().map(|argument| argument.node.name.node.as_str()).collect();
            let is_paged = ["first", "after", "last", "before"].iter().all(|name| paged.contains(name));
            let has_fields = matches!(
                types.get(item.as_str()).map(|definition| &definition.kind),
                Some(TypeKind::Object(_) | TypeKind::Interface(_))
            );
            let is_part = of.ends_with("Connection") || item.ends_with("Error");
            if item.ends_with("Connection") != is_paged {
                wrong.push(format!("{place} has not the four arguments of a connection, or is none"));
            } else if is_list && has_fields && !is_part {
                if is_node(&item) {
                    wrong.push(format!("{place} is a list of nodes and no connection"));
                }
                plain.insert(place);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let known = PLAIN.iter().map(|(place, _)| *place).chain(PLAIN_TOGETHER);
    let known: BTreeSet<_> = known.map(str::to_owned).collect();
    assert_eq!(plain, known, "what is a connection, and what a value of its owner? See docs/paging.md");
}
