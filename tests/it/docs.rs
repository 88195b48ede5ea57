//! The pages under `docs/`, exactly as they stand there: their blocks for a shell run one after the other, and what
//! they show is what comes out. Their lists of codes are those of the schema.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use api::error::Code;
use async_graphql::parser::types::{BaseType, FieldDefinition, Type, TypeKind};

use crate::scenario;
use crate::sdl::Sdl;
use crate::tour::{blocks, has_tools, run, stand_ins};
use crate::world::World;

fn page(name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Whether a line is as it is shown: `…` stands for anything.
fn is_as_shown(line: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Runs a page's blocks. Every line that it shows comes out, in this order; between them there may be others.
async fn runs_as_it_stands(world: &World, name: &str) {
    if !has_tools() {
        return;
    }
    let page = page(name);
    let script = format!("{}\n{}", stand_ins(world).await, blocks(&page, "sh"));
    let url = world.url("");
    let output = tokio::task::spawn_blocking(move || run(&script, &url)).await.expect("an end");
    let said = String::from_utf8(output.stdout).expect("text");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaints.is_empty(),
        "{name}: {}\n{complaints}\n{said}",
        output.status
    );
    let shown = blocks(&page, "json");
    assert!(!shown.trim().is_empty(), "{name} shows nothing");
    let mut lines = said.lines();
    for shown in shown.lines().filter(|line| !line.is_empty()) {
        assert!(lines.any(|line| is_as_shown(line, shown)), "{name} shows\n{shown}\nin vain, in\n{said}");
    }
}

scenario! {
    async fn getting_started_gets_one_started(world) {
        runs_as_it_stands(world, "getting-started.md").await;
    }

    async fn lists_are_paged_as_the_page_says(world) {
        runs_as_it_stands(world, "paging.md").await;
    }

    async fn errors_look_as_the_page_says(world) {
        runs_as_it_stands(world, "errors.md").await;
    }

    async fn sending_again_and_versions_work_as_the_page_says(world) {
        runs_as_it_stands(world, "idempotency-and-versions.md").await;
    }
}

#[test]
fn a_line_is_as_shown_up_to_what_is_left_open() {
    for (line, shown, is) in [
        ("abc", "abc", true),
        ("abc", "ab", false),
        ("abc", "a…", true),
        ("abc", "a…c", true),
        ("abcd", "a…c", false),
        ("a1b2c", "a…b…c", true),
        ("a1c", "a…b…c", false),
        ("ab", "a…b", true),
    ] {
        assert_eq!(is_as_shown(line, shown), is, "{line} {shown}");
    }
}

/// The first word of every row of the tables in a section, if it is code.
fn codes(section: &str) -> Vec<&str> {
    section.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect()
}

#[test]
fn every_code_of_an_error_has_its_cause_and_cure() {
    let page = page("errors.md");
    let (_, rest) = page.split_once("\n## `extensions.code`").expect("a section");
    let section = rest.split("\n## ").next().unwrap_or_default();
    let described: BTreeSet<_> = codes(section).into_iter().collect();
    assert_eq!(described, Code::ALL.map(Code::name).into_iter().collect::<BTreeSet<_>>());
}

fn name_of(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => name_of(item),
    }
}

/// The field of an object's type.
fn field<'s>(schema: &'s Sdl, of: &str, name: &str) -> Option<&'s FieldDefinition> {
    let (_, found) = schema.types().find(|(own, _)| *own == of)?;
    let TypeKind::Object(object) = &found.kind else { return None };
    object.fields.iter().map(|field| &field.node).find(|field| field.name.node == name)
}

#[test]
fn every_refusal_of_every_mutation_has_its_cause_and_cure() {
    let page = page("errors.md");
    let schema = Sdl::of_the_code();
    let (_, rest) = page.split_once("\n## `userErrors`").expect("a section");
    let mut mutations = BTreeSet::new();
    for mutation in schema.root("Mutation").iter().map(|mutation| &mutation.node) {
        let of =
            |kind: &str, name| field(&schema, kind, name).map(|field| name_of(&field.ty.node).to_owned());
        let error = of(name_of(&mutation.ty.node), "userErrors").expect("userErrors");
        let code = of(&error, "code").expect("a code");
        let heading = format!(": `{code}`\n");
        let (_, section) = rest.split_once(&heading).unwrap_or_else(|| panic!("nothing about {code}"));
        let section = section.split("\n### ").next().unwrap_or_default();
        let (listed, table) = section.split_once("| code |").expect("a table");
        let name = mutation.name.node.as_str();
        assert!(listed.contains(&format!("`{name}`")), "{name} is not listed with {code}");
        mutations.insert(name);
        let (_, found) = schema.types().find(|(own, _)| *own == code).expect("an enum");
        let TypeKind::Enum(values) = &found.kind else { panic!("{code} is no enum") };
        let values: BTreeSet<_> = values.values.iter().map(|value| value.node.value.node.as_str()).collect();
        assert_eq!(codes(table).into_iter().collect::<BTreeSet<_>>(), values, "{code}");
    }
    assert!(mutations.len() > 50, "{mutations:?}");
}
