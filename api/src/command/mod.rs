//! The command line, and what it does beside serving.

mod arguments;

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::TimeDelta;
use clap::Subcommand;
use entity::{Id, audit_event, organisation, person};
use rules::terms::OrganisationKind;
use serde_json::json;

use crate::auth::{Bearer, Gate};
use crate::clock::Clock;
use crate::demo::PERSONAS;
use crate::error::{Fault, Result};
use crate::settings::Settings;
use crate::store::{Anchor, Database, Founders};
use crate::{demo, server};

pub use arguments::run;

/// What can be imported from a file.
#[derive(Subcommand)]
pub enum Import {
    /// A case-management extract, as a court officer.
    Cases {
        /// The CSV file.
        file: PathBuf,
        /// The subject of the court officer.
        #[arg(long = "as")]
        subject: String,
        /// Show what would change, and change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

/// Says where to go and who one can be.
pub fn greet(address: SocketAddr, production: bool) {
    println!("The partner network answers on http://{address}/graphql");
    if !production {
        println!("\nThis is a demonstration; its people and prices are invented. You can be:\n");
        personas();
        println!("\nA token:     cargo run -- token --as yss-worker");
        println!("A question:  curl http://{address}/graphql -H \"Authorization: Bearer $TOKEN\" \\");
        println!(
            "               -H 'Content-Type: application/json' -d '{{\"query\":\"{{ me {{ person {{ name }} roles }} }}\"}}'"
        );
    }
}

/// Prints who one can be in the demonstration.
pub fn personas() {
    for persona in PERSONAS {
        println!(
            "  {:<22} {:<24} {:<36} {}",
            persona.subject,
            persona.name,
            persona.organisation,
            persona.in_words()
        );
    }
}

/// Prints a token of the embedded issuer for a member of staff, in all their roles.
pub async fn token(
    settings: &Settings,
    clock: &Clock,
    subject: &str,
    minutes: i64,
) -> std::result::Result<(), String> {
    settings.check()?;
    let issuer = server::issuer(settings)?.ok_or("This installation has no embedded issuer.")?;
    let database = server::open(settings).await?;
    let gate = Gate::new(settings, database.clone(), clock.clone(), Some(&issuer))?;
    demo::prepare(settings, &database, &gate, clock).await?;
    let scope = gate.person_here(subject).await.map_err(|_| {
        format!(
            "Nobody in this network has the subject {subject:?}. `personas` lists those of the demonstration."
        )
    })?;
    let roles = scope.roles().list();
    let bearer = Bearer { subject, organisation: scope.organisation(), roles: &roles };
    println!("{}", issuer.token(&bearer, clock.now(), TimeDelta::minutes(minutes.clamp(1, 720)))?);
    Ok(())
}

/// Founds an empty network.
pub async fn found(
    settings: &Settings,
    clock: &Clock,
    operator: &str,
    subject: &str,
    name: &str,
    email: &str,
) -> std::result::Result<(), String> {
    let database = server::open(settings).await?;
    let founded = found_network(&database, clock, operator, [subject, name, email]).await;
    match founded.map_err(|fault| fault.message())? {
        true => Ok(()),
        false => {
            Err("This network was founded before; its administrators add whoever is missing.".to_owned())
        }
    }
}

/// Adds the operator and the first administrator (subject, name, address) to an empty database.
pub async fn found_network(
    database: &Database,
    clock: &Clock,
    operator: &str,
    [subject, name, email]: [&str; 3],
) -> Result<bool> {
    let now = clock.now();
    let kind = OrganisationKind::Operator.into();
    let operator =
        organisation::Model { id: Id::fresh(), kind, name: operator.to_owned(), version: 1, created_at: now };
    let administrator = person::Model {
        id: Id::fresh(),
        organisation_id: operator.id,
        subject: subject.to_owned(),
        name: name.to_owned(),
        email: email.to_lowercase(),
        grade: None,
        ldu_id: None,
        active: true,
        version: 1,
        created_at: now,
    };
    let founding = audit_event::Model {
        id: Id::fresh(),
        at: now,
        person_id: None,
        organisation_id: None,
        operation: "found".to_owned(),
        request_id: "command-line".to_owned(),
        act: "insert".to_owned(),
        table_name: "person".to_owned(),
        row_id: administrator.id.to_string(),
        case_id: None,
        changes: json!({ "new": administrator }),
    };
    database.found(Founders { operator, administrator, founding }).await
}

/// Verifies the audit, and says what it found: the whole chain, or as an error where it is broken first. It
/// changes nothing, and migrates nothing.
pub async fn verify_audit(settings: &Settings, anchor: Option<&str>) -> std::result::Result<String, String> {
    let anchor = anchor.map(anchor_of).transpose()?;
    let database = Database::open(&settings.database(), settings.database_connections).await.map_err(said)?;
    database.ready().await.map_err(said)?;
    let verdict = database.verify_audit(anchor.as_ref()).await.map_err(said)?;
    database.close().await.map_err(said)?;
    let chain = verdict.map_err(|flaw| format!("The audit is broken: {flaw}."))?;
    let newest = match &chain.newest {
        Some(newest) => format!("The newest seal is {}:{}.", newest.number, newest.digest),
        None => "There is no seal yet.".to_owned(),
    };
    Ok(format!(
        "{} seals, {} events: unbroken. {} of them were erased; {} more await their seal.\n{newest}",
        chain.seals, chain.events, chain.erased, chain.waiting
    ))
}

/// An anchor as this command prints it: `12:0f3a…`.
fn anchor_of(text: &str) -> std::result::Result<Anchor, String> {
    let parts = text.trim().split_once(':');
    let parts = parts.and_then(|(number, digest)| Some((number.parse().ok()?, digest.to_lowercase())));
    match parts {
        Some((number, digest)) if number > 0 && digest.len() == 64 => Ok(Anchor { number, digest }),
        _ => {
            Err("Give the anchor as this command prints it: the seal's number, a colon, its digest."
                .to_owned())
        }
    }
}

/// Imports a file as a member of staff.
pub async fn import(settings: &Settings, clock: &Clock, what: Import) -> std::result::Result<(), String> {
    let database = server::open(settings).await?;
    let gate = Gate::new(settings, database.clone(), clock.clone(), None)?;
    let Import::Cases { file, subject, dry_run } = what;
    let csv = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let store = demo::store_of(settings, &database, &gate, clock, &subject).await.map_err(said)?;
    let report = crate::cases::import::import(&store, csv, dry_run).await.map_err(said)?;
    println!("{report}");
    Ok(())
}

/// A fault as the command line says it: with its cause, since whoever runs the server may know it.
pub fn said(fault: Fault) -> String {
    match fault {
        Fault::Internal(error) => error.to_string(),
        Fault::Refused(refused) => {
            let places = refused
                .into_iter()
                .map(|refused| format!("{}: {}", refused.field.join(", "), refused.message));
            places.chain(["Nothing was changed.".to_owned()]).collect::<Vec<_>>().join("\n")
        }
        other => other.message(),
    }
}
