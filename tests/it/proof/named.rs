//! That every condition of visibility has a name, so that the mutation check goes through them all.

use std::collections::BTreeSet;
use std::ops::Range;

/// The file whose conditions they are.
const SOURCE: &str = include_str!("../../../api/src/store/visibility.rs");

/// What holds something against the caller or the row, and so has to stand within a condition with a name.
const COMPARISONS: [&str; 10] = [
    ".eq(",
    ".gt(",
    ".is_in(",
    ".is_null()",
    ".is_not_null()",
    "in_subquery(",
    ".roles().any(",
    ".roles().has(",
    ".inspects()",
    ".keeps_cases()",
];

/// The lines of the tables in the source: each of them is a condition by the name of its table.
fn lines_of_tables() -> Range<usize> {
    let begins = SOURCE.find("visible! {\n").expect("the tables");
    begins..begins + SOURCE[begins..].find("\n}\n").expect("an end of the tables")
}

/// Every condition with a name, and where the brackets are that it stands in.
fn conditions() -> Vec<(&'static str, Range<usize>)> {
    let mut conditions = Vec::new();
    for (at, begins) in SOURCE.match_indices("rule(") {
        let begins = at + begins.len();
        let Some(rest) = SOURCE[begins..].trim_start().strip_prefix('"') else { continue };
        let name = rest.split('"').next().unwrap_or_default();
        let mut depth = 1_usize;
        let end = SOURCE[begins..].find(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        conditions.push((name, begins..begins + end.expect("a closing bracket")));
    }
    conditions
}

/// The names in the source, but for those of the tables.
#[cfg(feature = "weakened")]
pub fn names() -> BTreeSet<&'static str> {
    conditions().into_iter().map(|(name, _)| name).collect()
}

#[test]
fn every_condition_of_visibility_has_a_name_of_its_own() {
    let (tables, conditions) = (lines_of_tables(), conditions());
    let mut unnamed = Vec::new();
    for (at, comparison) in COMPARISONS.iter().flat_map(|comparison| SOURCE.match_indices(comparison)) {
        let is_named = tables.contains(&at) || conditions.iter().any(|(_, within)| within.contains(&at));
        if !is_named {
            let line = 1 + SOURCE[..at].matches('\n').count();
            unnamed.push(format!("line {line}: {comparison}"));
        }
    }
    assert!(unnamed.is_empty(), "the mutation check would pass over {unnamed:#?}");
    let names: BTreeSet<_> = conditions.iter().map(|(name, _)| *name).collect();
    assert_eq!(names.len(), conditions.len(), "a name stands for two conditions");
}
