//! What the sources never do: SQL put together from strings, code of our own that the compiler cannot vouch for.

use std::fs;
use std::path::{Path, PathBuf};

/// The folders of what is served.
const SOURCES: [&str; 4] = ["api/src", "entity/src", "migration/src", "rules/src"];

/// The ways to a statement that is not built from columns and bound values.
const RAW: [&str; 14] = [
    "from_string(",
    "from_sql_and_values(",
    "from_raw_sql(",
    "execute_unprepared(",
    "execute_raw(",
    "query_one_raw(",
    "query_all_raw(",
    "cust(",
    "cust_with_values(",
    "cust_with_exprs(",
    "sqlx::query",
    "AssertSqlSafe(",
    "raw_sql!",
    "SimpleExpr::Custom",
];

/// Where one of them stands all the same, how often, and why no value of anybody's comes into the text.
const JUSTIFIED: [(&str, &str, usize, &str); 31] = [
    ("api/src/store/seals.rs", "from_string(", 1, "a constant: the sealers' lock"),
    ("api/src/store/seals.rs", "query_one_raw(", 1, "the same"),
    ("api/src/store/readings.rs", "from_sql_and_values(", 1, "a constant; the subjects are one bound value"),
    ("api/src/store/readings.rs", "execute_raw(", 1, "the same"),
    ("api/src/store/turns.rs", "execute_unprepared(", 4, "savepoints, named by a number"),
    ("api/src/store/turns/tests.rs", "execute_unprepared(", 2, "constants: the test's own tables"),
    ("api/src/store/turns/tests.rs", "from_string(", 1, "the same"),
    ("api/src/store/turns/tests.rs", "query_one_raw(", 1, "the same"),
    ("api/src/store/turns/tests.rs", "from_sql_and_values(", 1, "the same, with bound values"),
    ("api/src/store/turns/tests.rs", "execute_raw(", 1, "the same"),
    ("api/src/store/visibility.rs", "cust(", 2, "constants: true and false"),
    ("migration/src/dialect.rs", "execute_unprepared(", 4, "the migrations' own files"),
    ("api/src/store/changes.rs", "from_string(", 1, "a constant: the oldest open transaction"),
    ("api/src/store/changes.rs", "query_one_raw(", 1, "the same"),
    ("api/src/store/changes.rs", "cust(", 2, "constants: what no open transaction can still need"),
    ("api/src/store/database.rs", "from_string(", 1, "a constant: the role of the connection"),
    ("api/src/store/database.rs", "query_one_raw(", 1, "the same"),
    ("api/src/store/write.rs", "execute_unprepared(", 3, "constants: savepoints"),
    ("api/src/store/find.rs", "query_all_raw(", 1, "a built statement with LIMIT and a number behind it"),
    ("api/src/store/beyond.rs", "from_sql_and_values(", 5, "constants with bound values"),
    ("api/src/store/counts.rs", "from_sql_and_values(", 2, "constants with bound values"),
    ("api/src/store/counts.rs", "query_all_raw(", 2, "the same"),
    ("api/src/store/beyond.rs", "query_one_raw(", 2, "the same"),
    ("api/src/store/link.rs", "execute_unprepared(", 5, "passes on what the store's other files say"),
    ("api/src/store/link.rs", "execute_raw(", 3, "the same"),
    ("api/src/store/link.rs", "query_one_raw(", 3, "the same"),
    ("api/src/store/link.rs", "query_all_raw(", 3, "the same"),
    ("api/src/store/link.rs", "sqlx::query", 2, "the same"),
    ("api/src/store/link.rs", "AssertSqlSafe(", 4, "the same; at the beginning who asks (reach.rs)"),
    ("api/src/rule/weakened.rs", "cust(", 1, "a constant, in the mutation check alone"),
    ("api/src/store/find.rs", "format!(\"{} LIMIT {limit}\"", 1, "the number is a u64"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// The Rust files below a folder, without comments.
fn files(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source");
            let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            found.push((path, code.join("\n")));
        }
    }
}

fn sources() -> Vec<(String, String)> {
    let (root, mut found) = (root(), Vec::new());
    for folder in SOURCES {
        files(&root.join(folder), &mut found);
    }
    let inside = |path: PathBuf| path.strip_prefix(&root).expect("inside").to_string_lossy().into_owned();
    found.into_iter().map(|(path, code)| (inside(path), code)).collect()
}

/// How often a call stands in a source, and no longer name that ends like it.
fn calls(code: &str, call: &str) -> usize {
    let whole = |place: usize| {
        let before = code[..place].chars().next_back();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    };
    code.match_indices(call).filter(|(place, _)| whole(*place)).count()
}

#[test]
fn no_statement_is_put_together_from_strings() {
    let sources = sources();
    assert!(sources.len() > 100, "the sources are not where they were");
    for (file, code) in &sources {
        for call in RAW {
            let found = calls(code, call);
            let justified = JUSTIFIED.iter().find(|(own, known, ..)| own == file && *known == call);
            let expected = justified.map_or(0, |(_, _, times, _)| *times);
            assert_eq!(
                found, expected,
                "{file}: {call} Build the statement from columns and bound values, or justify it here"
            );
        }
    }
    for (file, call, times, why) in JUSTIFIED {
        let (_, code) =
            sources.iter().find(|(own, _)| own == file).unwrap_or_else(|| panic!("{file}: {why}"));
        assert_eq!(calls(code, call), times, "{file}: {call} is no longer there: {why}");
    }
}

/// The text of SQL that has a place for a value: a part of who asks, in hexadecimal.
const IN_HEXADECIMAL: (&str, &str) =
    ("api/src/store/reach.rs", "select set_config('network.{name}', convert_from(decode('{value}', 'hex'),");

#[test]
fn no_text_of_sql_has_a_place_for_a_value() {
    let verbs = ["select ", "insert into ", "update ", "delete from ", " where "];
    for (file, code) in sources() {
        for (place, _) in code.match_indices("format!(\"") {
            let text: String = code[place + 9..].chars().take_while(|letter| *letter != '"').collect();
            let text = text.to_lowercase();
            if file == IN_HEXADECIMAL.0 && text.starts_with(IN_HEXADECIMAL.1) {
                continue;
            }
            assert!(!verbs[..4].iter().any(|verb| text.starts_with(verb)), "{file}: {text}");
            assert!(!(text.contains(" from ") && text.contains(verbs[4])), "{file}: {text}");
        }
    }
}

/// Where people's records are looked through for the sake of something else, or to be counted: what is answered of them is
/// read otherwise, and a reading recorded of it.
const LOOKED_THROUGH: [(&str, usize); 2] = [("api/src/unmet/people.rs", 1), ("api/src/unmet/reads.rs", 2)];

#[test]
fn records_are_looked_through_where_nothing_of_it_is_answered() {
    for (file, code) in sources().iter().filter(|(file, _)| file != "api/src/store/mod.rs") {
        let known = LOOKED_THROUGH.iter().find(|(own, _)| own == file).map_or(0, |(_, times)| *times);
        assert_eq!(calls(code, "looking_through("), known, "{file}: answer what `Store::find` reads");
    }
}

#[test]
fn every_crate_forbids_unsafe_code() {
    let root = root();
    let manifest =
        |folder: &str| fs::read_to_string(root.join(folder).join("Cargo.toml")).expect("a manifest");
    let workspace = manifest(".");
    let forbids = "unsafe_code = \"forbid\"";
    assert!(workspace.contains(&format!("[workspace.lints.rust]\n{forbids}")));
    let members =
        workspace.split_once("members = [").and_then(|(_, rest)| rest.split_once(']')).expect("members");
    for member in
        members.0.split(',').map(|name| name.trim().trim_matches('"')).filter(|name| !name.is_empty())
    {
        let own = manifest(member);
        let inherits = own.contains("[lints]\nworkspace = true");
        assert!(inherits || own.contains(&format!("[lints.rust]\n{forbids}")), "{member}");
    }
}
