//! The saved operations of the page, for each role. The first line of a file is its title, the second what it is
//! about. What its variables need is looked up by the operation in the file `….find.graphql`, whose first lines say
//! where in the answer each is found.

use rules::Term as _;
use rules::terms::Role;
use serde_json::{Map, Value, json};

/// An operation that somebody in a role could want.
struct Example {
    role: Role,
    name: &'static str,
    document: &'static str,
    find: Option<&'static str>,
}

macro_rules! example {
    ($role:ident, $folder:literal, $name:literal) => {
        Example {
            role: Role::$role,
            name: concat!($folder, "/", $name),
            document: include_str!(concat!("examples/", $folder, "/", $name, ".graphql")),
            find: None,
        }
    };
    ($role:ident, $folder:literal, $name:literal, find) => {
        Example {
            find: Some(include_str!(concat!("examples/", $folder, "/", $name, ".find.graphql"))),
            ..example!($role, $folder, $name)
        }
    };
}

const EXAMPLES: &[Example] = &[
    example!(ResponsibleOfficer, "responsible_officer", "caseload"),
    example!(ResponsibleOfficer, "responsible_officer", "what-is-there"),
    example!(ResponsibleOfficer, "responsible_officer", "a-referral", find),
    example!(ResponsibleOfficer, "responsible_officer", "refer", find),
    example!(ResponsibleOfficer, "responsible_officer", "follow", find),
    example!(ResponsibleOfficer, "responsible_officer", "what-should-they-get", find),
    example!(ResponsibleOfficer, "responsible_officer", "unmet-needs", find),
    example!(TeamManager, "team_manager", "the-team"),
    example!(TeamManager, "team_manager", "who-looked", find),
    example!(TeamManager, "team_manager", "assign-officer", find),
    example!(TeamManager, "team_manager", "budgets"),
    example!(TeamManager, "team_manager", "demand"),
    example!(TeamManager, "team_manager", "unmet-demand"),
    example!(TeamManager, "team_manager", "variations"),
    example!(TeamManager, "team_manager", "watch-the-team"),
    example!(CourtOfficer, "court_officer", "awaiting-allocation"),
    example!(CourtOfficer, "court_officer", "what-it-costs"),
    example!(CourtOfficer, "court_officer", "calendar"),
    example!(CourtOfficer, "court_officer", "could-she-come", find),
    example!(CourtOfficer, "court_officer", "proposal"),
    example!(CourtOfficer, "court_officer", "register"),
    example!(CourtOfficer, "court_officer", "watch-the-card"),
    example!(ProviderWorker, "provider_worker", "my-referrals"),
    example!(ProviderWorker, "provider_worker", "note", find),
    example!(ProviderWorker, "provider_worker", "follow-mine"),
    example!(ProviderManager, "provider_manager", "inbox"),
    example!(ProviderManager, "provider_manager", "accept", find),
    example!(ProviderManager, "provider_manager", "charges"),
    example!(ProviderManager, "provider_manager", "line"),
    example!(ProviderManager, "provider_manager", "margin"),
    example!(ProviderManager, "provider_manager", "watch-the-inbox"),
    example!(RateCardAdministrator, "rate_card_administrator", "the-card"),
    example!(RateCardAdministrator, "rate_card_administrator", "draft-price", find),
    example!(RateCardAdministrator, "rate_card_administrator", "preview"),
    example!(RateCardAdministrator, "rate_card_administrator", "watch-the-card"),
    example!(ContractManager, "contract_manager", "spend"),
    example!(ContractManager, "contract_manager", "statements"),
    example!(ContractManager, "contract_manager", "demand"),
    example!(ContractManager, "contract_manager", "alerts"),
    example!(ContractManager, "contract_manager", "instrument"),
    example!(ContractManager, "contract_manager", "watch-the-card"),
    example!(Auditor, "auditor", "changes"),
    example!(Auditor, "auditor", "one-case", find),
    example!(SystemAdministrator, "system_administrator", "organisations"),
    example!(SystemAdministrator, "system_administrator", "trust"),
    example!(SystemAdministrator, "system_administrator", "add-organisation"),
];

/// All of them, as the page reads them.
pub(super) fn all() -> Value {
    EXAMPLES.iter().map(shown).collect()
}

fn shown(example: &Example) -> Value {
    let mut head = example.document.lines().filter_map(|line| line.strip_prefix("# "));
    let kinds = ["mutation", "subscription"];
    let kind = kinds.into_iter().find(|kind| example.document.lines().any(|line| line.starts_with(kind)));
    json!({
        "role": example.role.name(),
        "name": example.name,
        "kind": kind.unwrap_or("query"),
        "title": head.next(),
        "about": head.next(),
        "document": example.document,
        "find": example.find.map(|document| json!({ "document": document, "variables": pointers(document) })),
    })
}

/// Where each variable is found: `# $referralId: /referrals/nodes/0/id`.
fn pointers(document: &str) -> Map<String, Value> {
    let lines = document.lines().filter_map(|line| line.strip_prefix("# $")?.split_once(": "));
    lines.map(|(name, pointer)| (name.to_owned(), pointer.into())).collect()
}
