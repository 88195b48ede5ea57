//! The tour of the README, exactly as it stands there.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use api::demo::PERSONAS;
use chrono::Days;

use crate::referring::today;
use crate::scenario;
use crate::world::World;

/// What the tour needs besides the server.
const TOOLS: [&str; 2] = ["bash", "curl"];

/// The section of the README with the tour.
fn section() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(file).expect("a README");
    let (_, section) = readme.split_once("\n## A tour\n").expect("the README has a tour");
    section.split("\n## ").next().unwrap_or_default().to_owned()
}

/// The blocks of a language, in order.
pub fn blocks(section: &str, language: &str) -> String {
    let fence = format!("```{language}\n");
    let blocks = section.split(&fence).skip(1).map(|block| block.split("```").next().unwrap_or_default());
    blocks.collect::<Vec<_>>().join("\n")
}

/// Stands in for what a visitor's machine has: the command that prints tokens, and the date of the world.
pub async fn stand_ins(world: &World) -> String {
    let mut cases = String::new();
    for persona in PERSONAS {
        let token = world.as_person(persona.subject).token().await;
        cases.push_str(&format!("'run --quiet -- token --as {}') echo {token} ;;\n", persona.subject));
    }
    let yesterday = today(world) - Days::new(1);
    format!(
        "cargo() {{ case \"$*\" in\n{cases}*) echo \"not in the tour: cargo $*\" >&2; return 1 ;;\nesac; }}\n\
         date() {{ echo {yesterday}; }}\n"
    )
}

/// Runs a script against the server at an address.
pub fn run(script: &str, url: &str) -> Output {
    let mut bash = Command::new("bash");
    bash.args(["-eu", "-s"]).env("URL", url).env("LC_ALL", "C.UTF-8");
    bash.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut bash = bash.spawn().expect("bash");
    bash.stdin.take().expect("a pipe").write_all(script.as_bytes()).expect("a script");
    bash.wait_with_output().expect("an end")
}

/// Whether blocks for a shell can be run here. Where everything has to be tested, it must be.
#[expect(clippy::disallowed_methods, reason = "this asks about the run of the tests, not about the server")]
pub fn has_tools() -> bool {
    let missing = TOOLS.iter().find(|tool| Command::new(tool).arg("--version").output().is_err());
    let Some(missing) = missing else { return true };
    let required = std::env::var_os("REQUIRE_POSTGRES").is_some_and(|value| value == "1");
    assert!(
        !required,
        "REQUIRE_POSTGRES=1, but {missing}, which the documentation's blocks need, is not installed"
    );
    // Written past `eprintln!`, which the test harness swallows.
    let _ =
        writeln!(std::io::stderr(), "\nThe documentation's blocks are skipped: {missing} is not installed.");
    false
}

scenario! {
    async fn the_tour_of_the_readme_runs_by_itself(world) {
        if !has_tools() {
            return;
        }
        let section = section();
        let script = format!("{}\n{}", stand_ins(world).await, blocks(&section, "sh"));
        let url = world.url("");
        let output = tokio::task::spawn_blocking(move || run(&script, &url)).await.expect("an end");
        let said = String::from_utf8(output.stdout).expect("text");
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && complaints.is_empty(), "{}\n{complaints}\n{said}", output.status);
        // Nothing fails on the way, but for what the tour shows to be refused: one's own price.
        let failed: Vec<_> = said.lines().filter(|line| line.contains("\"errors\"")).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        let refused: Vec<_> = said.lines().filter(|line| line.contains("\"code\":\"")).collect();
        assert!(refused.len() == 1 && refused[0].contains("OWN_DRAFT"), "{refused:#?}");
        let shown = blocks(&section, "json");
        assert!(!shown.is_empty() && said.ends_with(&shown), "{said}\nshould end with\n{shown}");
    }
}
