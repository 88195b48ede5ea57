//! The demonstration network: West Mercia in 2017, with invented people and prices.
//!
//! It is built by the same mutations as everything else: an administrator adds organisations and people,
//! rate-card administrators bring in services and prices, officers refer. So whatever it holds is valid,
//! and recorded in the audit.

mod calendar;
mod entries;
mod figures;
mod history;
mod people;
mod prices;
mod services;
mod story;

use std::collections::HashMap;

use async_graphql::{Request, Variables};
use chrono::Datelike as _;
use rules::{Term, london};
use serde_json::{Value, json};

use crate::auth::Gate;
use crate::clock::Clock;
use crate::command::{found_network, said};
use crate::error::{Fault, Result};
use crate::graphql::Schema;
use crate::settings::Settings;
use crate::store::{DEMONSTRATION, Database, Inhabitants, Store};

use people::{CRC, NPS, PLACES};
pub use people::{PERSONAS, Persona};
use services::{COSTS, OFFERS, RULES};

/// Loads the demonstration into an empty database outside production, and refuses a database of the
/// demonstration in production.
pub async fn prepare(
    settings: &Settings,
    database: &Database,
    gate: &Gate,
    clock: &Clock,
) -> std::result::Result<(), String> {
    match (settings.production, database.inhabitants().await.map_err(said)?) {
        (true, Inhabitants::Demonstration) => {
            Err("This database holds the demonstration. It is not served with --production.".to_owned())
        }
        (false, Inhabitants::Nobody) => {
            let mut loader = Loader {
                settings,
                database,
                gate,
                clock: clock.clone(),
                schema: Schema::default(),
                ids: HashMap::new(),
            };
            loader.load().await.map_err(said)
        }
        (true, Inhabitants::Nobody | Inhabitants::Real)
        | (false, Inhabitants::Demonstration | Inhabitants::Real) => Ok(()),
    }
}

/// The store of a member of staff, for a command on the server's own machine.
pub async fn store_of(
    settings: &Settings,
    database: &Database,
    gate: &Gate,
    clock: &Clock,
    subject: &str,
) -> Result<Store> {
    let now = clock.now();
    let scope = gate.person_at(subject, now).await?;
    Ok(Store::new(database.clone(), scope, settings.policy, "command-line", now))
}

/// Builds the demonstration act by act.
struct Loader<'a> {
    settings: &'a Settings,
    database: &'a Database,
    gate: &'a Gate,
    /// The time that it is in what is told.
    clock: Clock,
    schema: Schema,
    /// The identifiers of what was made, by name: an organisation's, a person's subject, "provider: service".
    ids: HashMap<String, String>,
}

impl Loader<'_> {
    async fn load(&mut self) -> Result<()> {
        let first = &PERSONAS[0];
        let email = address(first.subject, DEMONSTRATION);
        found_network(self.database, &self.clock, DEMONSTRATION, [first.subject, first.name, &email]).await?;
        self.organisations().await?;
        self.services().await?;
        self.prices(include_str!("rate-card-2017.csv"), "CARD").await?;
        self.prices(include_str!("supply-prices-2017.csv"), "SUPPLY").await?;
        self.calendar().await?;
        self.costs().await?;
        self.budgets().await?;
        self.own_price().await?;
        self.watched().await?;
        self.cases().await?;
        self.history().await?;
        self.story().await
    }

    /// Carries out a mutation as somebody, and answers with what `selection` reads of its payload. The
    /// demonstration is never refused, unless it is itself wrong.
    async fn act(&self, who: &str, field: &str, input: Value, selection: &str) -> Result<Value> {
        let (head, tail) = field.split_at(1);
        let document = format!(
            "mutation($input: {}{tail}Input!) {{ {field}(input: $input) {{ {selection} userErrors {{ code field message }} }} }}",
            head.to_uppercase()
        );
        let mut data = self.ask(who, &document, json!({ "input": input })).await?;
        let payload = data[field].take();
        match payload["userErrors"].as_array() {
            Some(refused) if refused.is_empty() => Ok(payload),
            _ => Err(Fault::internal(format!("the demonstration was refused: {field} {payload}"))),
        }
    }

    /// Executes a document as somebody.
    async fn ask(&self, who: &str, document: &str, variables: Value) -> Result<Value> {
        let store = store_of(self.settings, self.database, self.gate, &self.clock, who).await?;
        let request = Request::new(document).variables(Variables::from_json(variables));
        let response = self.schema.execute(store, request).await;
        if let Some(error) = response.errors.first() {
            return Err(Fault::internal(format!(
                "the demonstration failed: {} in {document}",
                error.message
            )));
        }
        response.data.into_json().map_err(Fault::internal)
    }

    /// The identifier of what was made under this name.
    fn id(&self, name: &str) -> &str {
        self.ids.get(name).map_or("", String::as_str)
    }

    async fn organisations(&mut self) -> Result<()> {
        let administrator = PERSONAS[0].subject;
        for place in PLACES {
            let input = json!({ "kind": place.kind.name(), "name": place.name });
            let made = self.act(administrator, "addOrganisation", input, "organisation { id }").await?;
            let organisation = text(&made, "/organisation/id");
            for ldu in place.ldus {
                let input = json!({ "organisationId": organisation, "name": ldu });
                let made = self
                    .act(administrator, "addLdu", input, "organisation { ldus { nodes { id name } } }")
                    .await?;
                for row in made["organisation"]["ldus"]["nodes"].as_array().into_iter().flatten() {
                    self.ids.insert(format!("{}: {}", place.name, text(row, "/name")), text(row, "/id"));
                }
            }
            for person in people::staff_of(place.name) {
                let roles: Vec<_> = person.roles.iter().map(|role| role.name()).collect();
                let input = json!({
                    "organisationId": organisation,
                    "subject": person.subject,
                    "name": person.name,
                    "email": address(&person.subject, place.name),
                    "grade": person.grade.map(Term::name),
                    "roles": roles,
                });
                let made = self.act(administrator, "addPerson", input, "person { id }").await?;
                self.ids.insert(person.subject, text(&made, "/person/id"));
            }
            self.ids.insert(place.name.to_owned(), organisation);
        }
        Ok(())
    }

    async fn services(&mut self) -> Result<()> {
        let today = london::day(self.clock.now());
        for offer in OFFERS {
            let needs: Vec<_> = offer.needs.iter().map(|need| need.name()).collect();
            let input = json!({
                "providerId": self.id(offer.provider),
                "name": offer.name,
                "description": offer.description,
                "delivery": offer.delivery.name(),
                "unit": offer.unit.name(),
                "countsTowardsRar": offer.rar,
                "needsSuitabilityMeeting": offer.suitability,
                "usualUnits": offer.units,
                "respondWithinDays": 5,
                "acceptableAbsencePercent": 0,
                "unacceptableAbsencePercent": 50,
                "lateCancellationPercent": 50,
                "lateCancellationHours": 24,
                "needs": needs,
                "facts": entries::facts(offer.provider, offer.name, today, |ldu| self.id(ldu).to_owned()),
            });
            let made = self.act("card-admin", "addService", input, "service { id }").await?;
            self.ids.insert(format!("{}: {}", offer.provider, offer.name), text(&made, "/service/id"));
        }
        for rule in RULES {
            let service = rule.service.map(|service| self.id(&format!("{}: {service}", rule.provider)));
            let provider = if service.is_none() { Some(self.id(rule.provider)) } else { None };
            let value: Value = serde_json::from_str(rule.value).map_err(Fault::internal)?;
            let input = json!({
                "serviceId": service,
                "providerId": provider,
                "purchaser": rule.purchaser.map(Term::name),
                "value": value,
                "effectiveFrom": rule.from,
                "reason": rule.reason,
            });
            self.act("card-admin", "addCriterion", input, "criterion { id }").await?;
        }
        Ok(())
    }

    /// Imports prices as history and has them approved by the second administrator.
    async fn prices(&self, csv: &str, kind: &str) -> Result<()> {
        let input = json!({
            "csv": csv,
            "kind": kind,
            "reason": "Prices of the demonstration for 2017",
            "loadHistory": true,
        });
        let made = self
            .act("card-admin", "importRateCard", input, "batch { id version } rowErrors { line message }")
            .await?;
        let input = json!({ "batchId": text(&made, "/batch/id"), "version": made["batch"]["version"] });
        self.act("card-approver", "publishPriceBatch", input, "batch { id }").await?;
        Ok(())
    }

    /// What Willowdene states that its services cost: less than the NPS pays through the card.
    async fn costs(&self) -> Result<()> {
        for (service, pence) in COSTS {
            let input = json!({
                "serviceId": self.id(&format!("Willowdene: {service}")),
                "pence": pence,
                "effectiveFrom": "2017-04-01",
                "reason": "Wages, premises and animals of the year before, by places taken.",
            });
            self.act("willowdene-manager", "stateDeliveryCost", input, "cost { id }").await?;
        }
        Ok(())
    }

    /// What the two LDUs of Worcestershire may spend in this financial year.
    async fn budgets(&self) -> Result<()> {
        let today = london::day(self.clock.now());
        let year = if today.month() < 4 { today.year() - 1 } else { today.year() };
        for (who, holder, pence) in [("nps-manager", NPS, 6_000_000), ("crc-manager", CRC, 9_500_000)] {
            let input = json!({
                "lduId": self.id(&format!("{holder}: Worcestershire")),
                "startsOn": format!("{year}-04-01"),
                "endsOn": format!("{}-04-01", year + 1),
                "pence": pence,
                "reason": "As last year.",
            });
            self.act(who, "setBudget", input, "budget { id }").await?;
        }
        Ok(())
    }

    async fn cases(&self) -> Result<()> {
        let input = json!({ "csv": include_str!("caseload-2016-10.csv") });
        let made =
            self.act("court-officer", "importCases", input, "created rowErrors { line message }").await?;
        match made["rowErrors"].as_array() {
            Some(errors) if errors.is_empty() => Ok(()),
            _ => Err(Fault::internal(format!("the demonstration's cases were refused: {made}"))),
        }
    }
}

/// The text at a place of an answer.
fn text(value: &Value, place: &str) -> String {
    value.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// An invented work address: officers' as the case-management extract spells them.
fn address(subject: &str, organisation: &str) -> String {
    let domain =
        |name: &str| name.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    match subject.split_once('.') {
        Some((name, network)) => format!("{name}@{network}.example"),
        None => format!("{subject}@{}.example", domain(organisation)),
    }
}
