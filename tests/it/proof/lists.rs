//! What a list should hold: its filters in plain Rust, over the rows that the oracle lets somebody see.

use std::collections::HashSet;

use api::graphql::global_id::GlobalId;
use chrono::{DateTime, NaiveDate, Utc};
use entity::*;
use rules::Term as _;
use rules::directory::{
    Age, Availability, Criterion, Facts, RarDays, Rule, may_be_available, may_be_eligible,
};
use rules::london::day;
use rules::search::{fold, stem, words};
use rules::terms::{Gender, PriceStatus, Purchaser, ReferralStatus, RequiredItem, SentenceKind};
use serde_json::{Map, Value};

use super::document::Call;
use super::tables::key;
use super::values::{Eyes, PAGING};

/// The arguments of a list, taken one after the other: one that nobody takes is one that the oracle does not know.
struct Given(Map<String, Value>);

impl Given {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name).filter(|value| !value.is_null())
    }

    fn text(&mut self, name: &str) -> Option<String> {
        self.take(name)?.as_str().map(str::to_owned)
    }

    fn day(&mut self, name: &str) -> Option<NaiveDate> {
        self.text(name)?.parse().ok()
    }

    fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.text(name)?.parse().ok()
    }

    fn truth(&mut self, name: &str) -> Option<bool> {
        self.take(name)?.as_bool()
    }
}

/// Whether a row's reference is to the row that a filter names; yes where the filter names none.
fn is<E: Identified>(wanted: Option<&String>, id: Option<Id<E>>) -> bool {
    wanted.is_none_or(|wanted| id.is_some_and(|id| GlobalId(id).text() == *wanted))
}

/// Whether a term is the one that a filter names; yes where the filter names none.
fn is_term<T: rules::Term>(wanted: Option<&String>, term: Option<Coded<T>>) -> bool {
    wanted.is_none_or(|wanted| term.is_some_and(|term| term.name() == wanted))
}

/// Whether a text that is folded has all the words.
fn has(words: Option<&String>, folded: &str) -> bool {
    words.is_none_or(|words| fold(words).split(' ').all(|word| folded.contains(word)))
}

/// Whether kept words have all of these, or what they begin with.
fn has_stems(sought: Option<&String>, kept: &str) -> bool {
    let found = |text: &String| {
        let sought = words(text);
        (!sought.is_empty() || text.trim().is_empty())
            && sought.iter().all(|word| kept.contains(&format!(" {}", stem(word))))
    };
    sought.is_none_or(found)
}

fn is_asked(wanted: Option<bool>, is: bool) -> bool {
    wanted.is_none_or(|wanted| wanted == is)
}

impl Eyes<'_> {
    /// The identifiers that a list holds on all its pages, in any order; what is wrong where the oracle does not know
    /// the list or one of its filters.
    pub fn expected(self, call: &Call) -> Result<Vec<String>, String> {
        let mut given = Given(call.arguments.clone());
        for paging in PAGING {
            given.take(paging);
        }
        let ids = match call.field.as_str() {
            "organisations" => self.organisations(&mut given),
            "people" => self.people(&mut given),
            "cases" => self.cases(&mut given),
            "services" => self.services(&mut given),
            "cohorts" => self.cohorts(&mut given)?,
            "places" => self.places(&mut given),
            "prices" => self.prices(&mut given),
            "rateCard" => self.rate_card(&mut given),
            "referrals" => self.referrals(&mut given)?,
            "charges" => self.charges(&mut given),
            "priceThresholds" => self.all("price_threshold"),
            "variations" => self.variations(&mut given),
            "budgets" => self.budgets(&mut given),
            "deliveryCosts" => self.delivery_costs(&mut given),
            "instruments" => self.all("instrument"),
            "auditEvents" => self.audit_events(&mut given),
            "readings" => self.readings(&mut given),
            "trustedIssuers" => self.all("trusted_issuer"),
            "apiClients" => self.all("api_client"),
            "revocations" => self.all("revocation"),
            field => return Err(format!("Query.{field}: the oracle does not know what this list holds")),
        };
        match given.0.keys().next() {
            Some(name) => Err(format!("Query.{}({name}): the oracle does not know this filter", call.field)),
            None => Ok(ids),
        }
    }

    fn all(self, table: &str) -> Vec<String> {
        let rows = self.facts().of_table(table).iter().filter(|row| self.sight.sees(row));
        rows.map(|row| self.facts().shown(row).to_owned()).collect()
    }

    fn ids<M: sea_orm::ModelTrait>(
        self,
        table: &'static str,
        rows: &[M],
        wanted: impl Fn(&M) -> bool,
    ) -> Vec<String> {
        let rows = rows.iter().filter(|row| wanted(row)).map(|row| (table, key(row)));
        let rows = rows.filter(|row| self.sight.sees(row));
        rows.map(|row| self.facts().shown(&row).to_owned()).collect()
    }

    fn organisations(self, given: &mut Given) -> Vec<String> {
        let kind = given.text("kind");
        self.ids("organisation", &self.facts().rows.organisation, |row| {
            is_term(kind.as_ref(), Some(row.kind))
        })
    }

    fn people(self, given: &mut Given) -> Vec<String> {
        let (role, organisation) = (given.text("role"), given.text("organisation"));
        let rows = &self.facts().rows;
        self.ids("person", &rows.person, |row| {
            let mut roles = rows.person_role.iter().filter(|own| own.person_id == row.id);
            is(organisation.as_ref(), Some(row.organisation_id))
                && (role.is_none() || roles.any(|own| is_term(role.as_ref(), Some(own.role))))
        })
    }

    fn cases(self, given: &mut Given) -> Vec<String> {
        let (text, officer, ldu) = (given.text("text"), given.text("officer"), given.text("ldu"));
        let (risk, awaiting) = (given.text("riskOfSeriousHarm"), given.truth("awaitingAllocation"));
        self.ids("probation_case", &self.facts().rows.probation_case, |row| {
            has(text.as_ref(), &row.search_text)
                && is(officer.as_ref(), row.officer_id)
                && is(ldu.as_ref(), row.ldu_id)
                && is_term(risk.as_ref(), row.risk_of_serious_harm)
                && is_asked(awaiting, row.holder_id.is_none())
        })
    }

    fn services(self, given: &mut Given) -> Vec<String> {
        let (provider, need) = (given.text("provider"), given.text("need"));
        let (text, open_on) = (given.text("text"), given.day("openOn"));
        // Left out, it is the card.
        let on_card = match given.0.remove("onCard") {
            None => Some(true),
            Some(value) => value.as_bool(),
        };
        let (ldu, mode, starts_by) = (given.text("ldu"), given.text("mode"), given.day("startsBy"));
        let most = given.take("mostPence").and_then(|pence| pence.as_i64());
        let kind = given.text("priceKind").unwrap_or_else(|| "CARD".to_owned());
        let person = given.take("person").unwrap_or_default();
        let today = self.oracle.today;
        let rows = &self.facts().rows;
        self.ids("service", &rows.service, |row| {
            let mut needs = rows.service_need.iter().filter(|own| own.service_id == row.id);
            let is_open = |on: NaiveDate| {
                row.open_from.is_none_or(|from| from <= on) && row.open_to.is_none_or(|to| on < to)
            };
            let modes = rows.service_mode.iter().filter(|own| own.service_id == row.id);
            let mut areas = rows.service_area.iter().filter(|own| own.service_id == row.id).peekable();
            let affordable = |most: i64| {
                rows.price.iter().any(|price| {
                    let is_it =
                        price.service_id == row.id && price.kind.name() == kind && price.pence <= most;
                    let is_it = is_it && self.bought(price, today);
                    is_it && holds_on(price, today) && self.sight.sees(&("price", key(price)))
                })
            };
            is(provider.as_ref(), Some(row.provider_id))
                && has_stems(text.as_ref(), &row.search_words)
                && is_asked(on_card, row.on_card)
                && (mode.is_none() || modes.into_iter().any(|own| is_term(mode.as_ref(), Some(own.mode))))
                && (areas.peek().is_none()
                    || ldu.is_none()
                    || areas.any(|own| is(ldu.as_ref(), Some(own.ldu_id))))
                && starts_by.is_none_or(|by| {
                    row.earliest_start.is_some_and(|day| day <= by) || self.begins_by(row, by, ldu.as_ref())
                })
                && most.is_none_or(affordable)
                && (person.is_null() || self.may_come(row, &person, ldu.as_ref(), open_on.unwrap_or(today)))
                && open_on.is_none_or(is_open)
                && (need.is_none() || needs.any(|own| is_term(need.as_ref(), Some(own.need))))
        })
    }

    fn cohorts(self, given: &mut Given) -> Result<Vec<String>, String> {
        let filter = given.take("filter").and_then(|filter| filter.as_object().cloned());
        let mut given = Given(filter.unwrap_or_default());
        let services = given.take("services").and_then(|all| serde_json::from_value::<Vec<String>>(all).ok());
        let (ldu, mode) = (given.text("ldu"), given.text("mode"));
        let (from, to) = (given.day("from"), given.day("to"));
        let (left, cancelled) = (given.truth("withPlacesLeft"), given.truth("cancelledToo"));
        if let Some(name) = given.0.keys().next() {
            return Err(format!("CohortFilter.{name}: the oracle does not know this filter"));
        }
        let (rows, today) = (&self.facts().rows, self.oracle.today);
        Ok(self.ids("cohort", &rows.cohort, |row| {
            let mut ldus = rows.cohort_ldu.iter().filter(|own| own.cohort_id == row.id);
            let takes = if row.rolling {
                row.last_day.is_none_or(|last| today <= last)
            } else {
                today <= row.first_day
            };
            services.as_ref().is_none_or(|all| all.contains(&GlobalId(row.service_id).text()))
                && (ldu.is_none() || ldus.any(|own| is(ldu.as_ref(), Some(own.ldu_id))))
                && is_term(mode.as_ref(), Some(row.mode))
                && from.is_none_or(|from| row.last_day.is_none_or(|last| from <= last))
                && to.is_none_or(|to| row.first_day <= to)
                && (cancelled == Some(true) || row.cancelled_at.is_none())
                && (left != Some(true) || (takes && row.cancelled_at.is_none() && row.held < row.places))
        }))
    }

    fn places(self, given: &mut Given) -> Vec<String> {
        let (cohort, service) = (given.text("cohort"), given.text("service"));
        self.ids("place", &self.facts().rows.place, |row| {
            is(cohort.as_ref(), row.cohort_id) && is(service.as_ref(), Some(row.service_id))
        })
    }

    /// Whether a cohort of a service begins by a day that has a place left and takes people from an LDU.
    fn begins_by(self, service: &service::Model, by: NaiveDate, ldu: Option<&String>) -> bool {
        let (rows, today) = (&self.facts().rows, self.oracle.today);
        rows.cohort.iter().filter(|row| row.service_id == service.id && row.cancelled_at.is_none()).any(
            |row| {
                let mut ldus = rows.cohort_ldu.iter().filter(|own| own.cohort_id == row.id);
                let takes = if row.rolling {
                    row.last_day.is_none_or(|last| today <= last)
                } else {
                    today <= row.first_day
                };
                let here = ldu.is_none() || ldus.any(|own| is(ldu, Some(own.ldu_id)));
                takes && here && today <= by && row.first_day <= by && row.held < row.places
            },
        )
    }

    /// Whether no criterion of a service stands against somebody of whom this is known.
    fn may_come(
        self,
        service: &service::Model,
        person: &Value,
        ldu: Option<&String>,
        day: NaiveDate,
    ) -> bool {
        let rows = &self.facts().rows;
        let own = rows
            .criterion
            .iter()
            .filter(|row| row.service_id == Some(service.id) || row.provider_id == Some(service.provider_id));
        let own: Vec<_> = own.map(|row| (Criterion::parse(&row.value).expect("a criterion"), row)).collect();
        let asked: Vec<_> = own
            .iter()
            .map(|(criterion, row)| Rule {
                criterion,
                purchaser: row.purchaser.map(|coded| *coded),
                effective_from: row.effective_from,
                effective_to: row.effective_to,
            })
            .collect();
        let stated = rows.service_availability.iter().filter(|row| row.service_id == service.id);
        let stated: Vec<_> = stated
            .map(|row| Availability {
                purchaser: *row.purchaser,
                basis: row.basis.map(|basis| *basis),
                period: (row.available_from, row.available_to),
            })
            .collect();
        let text = |name: &str| person[name].as_str();
        let said = text("purchaser").and_then(Purchaser::from_name);
        let age = person["age"].as_u64().and_then(|age| u32::try_from(age).ok());
        let ldu = ldu.and_then(|ldu| rows.ldu.iter().find(|own| GlobalId(own.id).text() == *ldu));
        Purchaser::ALL.iter().filter(|one| said.is_none_or(|said| said == **one)).any(|purchaser| {
            let facts = Facts {
                purchaser: *purchaser,
                age: age.map_or(Age::Unknown, Age::Years),
                gender: text("gender").and_then(Gender::from_name),
                flags: None,
                likelihood: None,
                risk: None,
                sentence: text("sentence").and_then(SentenceKind::from_name),
                programme: None,
                assessed: &[],
                rar_days: RarDays::Unknown,
                ldu: ldu.map(|ldu| ldu.name.as_str()),
                items: RequiredItem::ALL,
                home_visits: false,
            };
            may_be_available(&stated, *purchaser, facts.sentence, day) && may_be_eligible(&asked, &facts, day)
        })
    }

    fn prices(self, given: &mut Given) -> Vec<String> {
        let (service, batch, on) = (given.text("service"), given.text("batch"), given.day("on"));
        let (kind, status) = (given.text("kind"), given.text("status"));
        let only_for = given.text("onlyFor");
        self.ids("price", &self.facts().rows.price, |row| {
            is(service.as_ref(), Some(row.service_id))
                && is(batch.as_ref(), row.batch_id)
                && is(only_for.as_ref(), row.purchaser_id)
                && is_term(kind.as_ref(), Some(row.kind))
                && is_term(status.as_ref(), Some(row.status))
                && on.is_none_or(|on| holds_on(row, on))
        })
    }

    fn rate_card(self, given: &mut Given) -> Vec<String> {
        let on = given.day("on").unwrap_or(self.oracle.today);
        let kind = given.text("kind").unwrap_or_else(|| "CARD".to_owned());
        self.ids("price", &self.facts().rows.price, |row| {
            let is_it = row.kind.name() == kind && holds_on(row, on);
            is_it && (row.purchaser_id.is_some() || !self.has_own(row, on))
        })
    }

    /// Whether the caller's organisation has a price of its own where this general one holds.
    fn has_own(self, general: &price::Model, on: NaiveDate) -> bool {
        self.facts().rows.price.iter().any(|own| {
            let alike = own.service_id == general.service_id && own.kind == general.kind;
            alike && own.purchaser_id == Some(self.caller.organisation) && holds_on(own, on)
        })
    }

    /// Whether the caller's organisation buys at a price that holds on this day.
    fn bought(self, price: &price::Model, on: NaiveDate) -> bool {
        match price.purchaser_id {
            Some(buyer) => buyer == self.caller.organisation,
            None => !self.has_own(price, on),
        }
    }

    fn charges(self, given: &mut Given) -> Vec<String> {
        let (referral, provider) = (given.text("referral"), given.text("provider"));
        let (purchaser, kind) = (given.text("purchaser"), given.text("kind"));
        let (from, to) = (given.day("deliveredFrom"), given.day("deliveredTo"));
        self.ids("charge", &self.facts().rows.charge, |row| {
            is(referral.as_ref(), Some(row.referral_id))
                && is(provider.as_ref(), Some(row.provider_id))
                && is_term(purchaser.as_ref(), Some(row.purchaser))
                && is_term(kind.as_ref(), Some(row.kind))
                && from.is_none_or(|from| from <= row.delivered_on)
                && to.is_none_or(|to| row.delivered_on <= to)
        })
    }

    fn budgets(self, given: &mut Given) -> Vec<String> {
        let (ldu, on) = (given.text("ldu"), given.day("on"));
        self.ids("budget", &self.facts().rows.budget, |row| {
            let holds =
                |on: NaiveDate| row.starts_on <= on && on < row.ends_on && row.superseded_at.is_none();
            is(ldu.as_ref(), Some(row.ldu_id)) && on.is_none_or(holds)
        })
    }

    fn variations(self, given: &mut Given) -> Vec<String> {
        let (referral, status) = (given.text("referral"), given.text("status"));
        self.ids("variation", &self.facts().rows.variation, |row| {
            is(referral.as_ref(), Some(row.referral_id)) && is_term(status.as_ref(), Some(row.status))
        })
    }

    fn delivery_costs(self, given: &mut Given) -> Vec<String> {
        let service = given.text("service");
        self.ids("delivery_cost", &self.facts().rows.delivery_cost, |row| {
            is(service.as_ref(), Some(row.service_id))
        })
    }

    fn audit_events(self, given: &mut Given) -> Vec<String> {
        let (case, person) = (given.text("case"), given.text("person"));
        let (row, operation) = (given.text("row"), given.text("operation"));
        let (from, to) = (given.instant("from"), given.instant("to"));
        let row = row.map(|row| self.facts().ids.get(&row).map_or(row, |row| row.1.clone()));
        self.ids("audit_event", &self.facts().rows.audit_event, |event| {
            is(case.as_ref(), event.case_id.map(Id::<probation_case::Entity>::new))
                && is(person.as_ref(), event.person_id)
                && row.as_ref().is_none_or(|row| event.row_id == *row)
                && operation.as_ref().is_none_or(|operation| event.operation == *operation)
                && from.is_none_or(|from| from <= event.at)
                && to.is_none_or(|to| event.at < to)
        })
    }

    /// Those of a case that may be seen.
    fn readings(self, given: &mut Given) -> Vec<String> {
        let case = given.text("caseId");
        let rows = &self.facts().rows;
        let of_case = rows.reading_subject.iter().filter(|row| is(case.as_ref(), Some(row.case_id)));
        let readings: HashSet<_> = of_case.map(|row| row.reading_id).collect();
        self.ids("reading", &rows.reading, |row| readings.contains(&row.id))
    }

    fn referrals(self, given: &mut Given) -> Result<Vec<String>, String> {
        let by_answer = given.text("orderBy").is_some_and(|order| order == "RESPOND_BY");
        let filter = given.take("filter").and_then(|filter| filter.as_object().cloned());
        let mut given = Given(filter.unwrap_or_default());
        let statuses = given.take("statuses").and_then(|all| serde_json::from_value::<Vec<String>>(all).ok());
        let (urgency, late) = (given.text("urgency"), given.truth("respondByPassed"));
        let (unassigned, text) = (given.truth("unassigned"), given.text("text"));
        let (mine, sent) = (given.truth("assignedToMe"), given.truth("sentByMe"));
        let (service, provider) = (given.text("service"), given.text("provider"));
        let (case, ldu) = (given.text("case"), given.text("ldu"));
        let (from, to) = (given.day("submittedFrom"), given.day("submittedTo"));
        if let Some(name) = given.0.keys().next() {
            return Err(format!("ReferralFilter.{name}: the oracle does not know this filter"));
        }
        Ok(self.ids("referral", &self.facts().rows.referral, |row| {
            let is_late = *row.status == ReferralStatus::Submitted
                && row.respond_by.is_some_and(|by| by < self.oracle.today);
            let submitted = row.submitted_at.map(day);
            statuses.as_ref().is_none_or(|all| all.iter().any(|status| row.status.name() == status))
                && is_term(urgency.as_ref(), Some(row.urgency))
                && is_asked(late, is_late)
                && is_asked(unassigned, row.worker_id.is_none())
                && (mine != Some(true) || row.worker_id == Some(self.caller.person))
                && (sent != Some(true) || row.referred_by_id == self.caller.person)
                && is(service.as_ref(), Some(row.service_id))
                && is(provider.as_ref(), Some(row.provider_id))
                && is(case.as_ref(), Some(row.case_id))
                && ldu.as_ref().is_none_or(|ldu| self.lives_in(row, ldu))
                && from.is_none_or(|from| submitted.is_some_and(|day| from <= day))
                && to.is_none_or(|to| submitted.is_some_and(|day| day <= to))
                && has(text.as_ref(), &row.search_text)
                && (!by_answer || row.respond_by.is_some())
        }))
    }

    /// Whether the person of a referral is in this LDU of the holder's, as far as it is shared.
    fn lives_in(self, row: &referral::Model, ldu: &str) -> bool {
        let rows = &self.facts().rows;
        let Some(ldu) = rows.ldu.iter().find(|own| GlobalId(own.id).text() == ldu) else { return false };
        let mut shared = rows.shared_person.iter().filter(|shared| shared.referral_id == row.id);
        row.holder_id == ldu.organisation_id && shared.any(|shared| shared.ldu.as_ref() == Some(&ldu.name))
    }
}

fn holds_on(price: &price::Model, on: NaiveDate) -> bool {
    *price.status == PriceStatus::Published
        && price.effective_from <= on
        && price.effective_to.is_none_or(|to| on < to)
}
