//! Importing a card: every row or none, and every mistake at once.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::NaiveDate;
use entity::{Id, organisation, price, price_batch, service};
use rules::directory::Code;
use rules::rate_card::{
    Existing, Intake, PriceRefusal, RateCardAction, Stated, buys_at, crossings, intake, restates,
};
use rules::search::fold;
use rules::terms::{OrganisationKind, PriceKind, PriceStatus};
use rules::text::{Form, LONG_TEXT};
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;
use serde::{Deserialize, Serialize};

use super::TEXT;
use super::batch::submitted;
use super::draft::{not_on_a_card, period};
use super::publishing::{any_referral_priced, charges_depend};
use crate::error::{Fault, Result};
use crate::graphql::row_error::RowError;
use crate::rate_card::graphql::ImportRateCardInput;
use crate::rate_card::import::{self as card, CardRow, no_purchaser};
use crate::rate_card::reads::Buyer;
use crate::sheet::{mistake, shown};
use crate::store::Write;

/// What an import came to, or would come to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The batch that awaits approval; none when nothing was added.
    pub batch: Option<Id<price_batch::Entity>>,
    /// What each row does, in the order of the file.
    pub changes: Vec<Change>,
}

/// What a row does.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    /// The line of the file.
    pub line: u64,
    /// The service, by the name that the directory gives it.
    pub service_name: String,
    /// Its provider.
    pub provider_name: String,
    /// The organisation for which alone the price holds.
    #[serde(default)]
    pub only_for_name: Option<String>,
    /// What the row does.
    pub action: Code<RateCardAction>,
    /// The price that it states, in pence.
    pub pence: i64,
    /// The price of the day before, in pence.
    pub previous_pence: Option<i64>,
    /// The first day.
    pub effective_from: NaiveDate,
    /// The day from which it no longer holds.
    pub effective_to: Option<NaiveDate>,
}

/// Imports a card as a batch that awaits approval; a dry run only says what would come of it.
pub async fn import(write: &mut Write, input: ImportRateCardInput) -> Result<Report> {
    let kind = input.kind.0;
    let mut form = Form::new(TEXT);
    form.refuse(not_on_a_card(kind));
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let directory = Directory::read(write).await?;
    let plan = Plan::make(write, &directory, &input).await?;
    refuse(form, plan.mistakes)?;
    let changes = plan.rows.iter().map(change).collect();
    let batch = if input.dry_run { None } else { add(write, kind, &reason, &plan.rows).await? };
    Ok(Report { batch, changes })
}

/// Refuses with everything that is wrong with what was sent, and every mistake in the file.
fn refuse(form: Form<PriceRefusal>, mistakes: Vec<RowError>) -> Result<()> {
    let code = PriceRefusal::Invalid.name();
    let mut refused = match form.finish().map_err(Fault::from) {
        Ok(()) => Vec::new(),
        Err(Fault::Refused(refused)) => refused,
        Err(fault) => return Err(fault),
    };
    refused.extend(mistakes.into_iter().map(|mistake| mistake.refused(code)));
    if refused.is_empty() { Ok(()) } else { Err(Fault::Refused(refused)) }
}

/// The services of the network by the names that a card gives them.
struct Directory {
    services: Vec<(service::Model, String)>,
    by_names: HashMap<(String, String), Vec<usize>>,
    providers: HashSet<String>,
    organisations: HashMap<String, (Buyer, OrganisationKind)>,
}

impl Directory {
    async fn read(write: &Write) -> Result<Self> {
        let providers = write.find::<organisation::Entity>().all().await?;
        let names: HashMap<_, _> = providers.iter().map(|row| (row.id, row.name.as_str())).collect();
        let named = |row: service::Model| {
            let provider = names.get(&row.provider_id).copied().unwrap_or_default().to_owned();
            (row, provider)
        };
        let services: Vec<_> = write.find::<service::Entity>().all().await?.into_iter().map(named).collect();
        let mut by_names: HashMap<_, Vec<usize>> = HashMap::new();
        for (at, (row, provider)) in services.iter().enumerate() {
            by_names.entry((fold(&row.name), fold(provider))).or_default().push(at);
        }
        let organisations = providers.iter().map(|row| (fold(&row.name), (row.id, *row.kind))).collect();
        let providers = providers.iter().map(|row| fold(&row.name)).collect();
        Ok(Self { services, by_names, providers, organisations })
    }

    /// The organisation for which alone the price of a row holds, or that it does not buy at this figure.
    fn buyer(&self, row: &CardRow, kind: PriceKind) -> std::result::Result<Option<Buyer>, RowError> {
        let Some(name) = &row.only_for else { return Ok(None) };
        match self.organisations.get(&fold(name)) {
            Some((id, buyer)) if buys_at(kind, *buyer) => Ok(Some(*id)),
            _ => Err(mistake(row.line, Some("Purchaser"), no_purchaser(name, kind))),
        }
    }

    /// The service of a row, or which of its names is wrong.
    fn place(&self, row: &CardRow) -> std::result::Result<&(service::Model, String), RowError> {
        let names = row.names();
        let wrong = |column, message: String| Err(mistake(row.line, Some(column), message));
        match self.by_names.get(&names).map(Vec::as_slice) {
            Some([only]) => Ok(&self.services[*only]),
            Some(_) => wrong("Service", "The names fit more than one service: rename one.".to_owned()),
            None if self.providers.contains(&names.1) => wrong(
                "Service",
                format!("{} has no service \"{}\": add it first.", shown(&row.provider), shown(&row.service)),
            ),
            None => wrong("Provider", format!("There is no provider \"{}\".", shown(&row.provider))),
        }
    }
}

/// A row with its service and what comes of it.
struct Planned<'d> {
    row: CardRow,
    service: &'d service::Model,
    provider: &'d str,
    buyer: Option<Buyer>,
    stated: Stated,
    intake: Intake,
}

/// What comes of a card.
struct Plan<'d> {
    rows: Vec<Planned<'d>>,
    mistakes: Vec<RowError>,
}

impl<'d> Plan<'d> {
    async fn make(write: &Write, directory: &'d Directory, input: &ImportRateCardInput) -> Result<Self> {
        let kind = input.kind.0;
        let card = card::read(&input.csv, kind);
        let mut plan = Self { rows: Vec::new(), mistakes: card.mistakes };
        let mut cards: BTreeMap<Whose, OneService<'d>> = BTreeMap::new();
        for row in card.rows {
            let buyer = directory.buyer(&row, kind).map_err(|error| plan.mistakes.push(error));
            if let (Some((service, provider)), Ok(buyer)) = (plan.placed(directory, &row), buyer) {
                let one = || OneService { service, provider, buyer, rows: Vec::new() };
                cards.entry((service.id, buyer)).or_insert_with(one).rows.push(row);
            }
        }
        let mut ids: Vec<_> = cards.keys().map(|(service, _)| *service).collect();
        ids.dedup();
        let existing = existing(write, kind, &ids).await?;
        let priced = input.load_history && any_referral_priced(write, kind, &ids).await?;
        for (id, one) in cards {
            let standing = existing.get(&id).map_or(&[][..], Vec::as_slice);
            plan.take(write, one, standing, kind, input.load_history, priced).await?;
        }
        plan.rows.sort_by_key(|planned| planned.row.line);
        plan.mistakes.sort_by_key(|error| error.line);
        Ok(plan)
    }

    /// The service of a row; what keeps it from having one is a mistake, and so is another unit than the
    /// service's.
    fn placed(&mut self, directory: &'d Directory, row: &CardRow) -> Option<(&'d service::Model, &'d str)> {
        if row.service.is_empty() || row.provider.is_empty() {
            return None;
        }
        let (service, provider) = directory.place(row).map_err(|error| self.mistakes.push(error)).ok()?;
        if row.unit.is_some_and(|unit| unit != *service.unit) {
            let unit = service.unit.label().to_lowercase();
            let message = format!("The service is priced by the {unit}: write {unit}.");
            self.mistakes.push(mistake(row.line, Some("Unit"), message));
        }
        Some((service, provider))
    }

    /// Takes the rows of one service.
    async fn take(
        &mut self,
        write: &Write,
        one: OneService<'d>,
        existing: &[Existing],
        kind: PriceKind,
        load_history: bool,
        priced: bool,
    ) -> Result<()> {
        let crossed = one.crossed();
        let mut rows = Vec::new();
        for row in one.rows {
            let (Some(pence), Some(period)) = (row.pence, row.period) else { continue };
            if crossed.iter().any(|error| error.line == row.line) {
                continue;
            }
            let mut stated = Stated { pence, period, charges_depend: false };
            if priced && period.from < write.today() && !restates(&stated, existing) {
                stated.charges_depend = charges_depend(write, one.service.id, kind, &period).await?;
            }
            rows.push((row, stated));
        }
        let stated: Vec<_> = rows.iter().map(|(_, stated)| *stated).collect();
        let outcomes = intake(&stated, existing, write.today(), load_history);
        for ((row, stated), outcome) in rows.into_iter().zip(outcomes) {
            match outcome {
                Ok(intake) => {
                    let (service, provider, buyer) = (one.service, one.provider, one.buyer);
                    self.rows.push(Planned { row, service, provider, buyer, stated, intake });
                }
                Err(refusal) => self.mistakes.push(in_column(row.line, refusal)),
            }
        }
        self.mistakes.extend(crossed);
        Ok(())
    }
}

/// The service of a price, and the organisation for which alone it holds.
type Whose = (Id<service::Entity>, Option<Buyer>);

/// The rows of one service, for everybody or for one purchaser alone.
struct OneService<'d> {
    service: &'d service::Model,
    provider: &'d str,
    buyer: Option<Buyer>,
    rows: Vec<CardRow>,
}

impl OneService<'_> {
    /// Rows whose period overlaps another row's.
    fn crossed(&self) -> Vec<RowError> {
        let periods: Vec<_> = self.rows.iter().filter_map(|row| Some((row.line, row.period?))).collect();
        let name = |(line, other)| {
            let message = format!("The period overlaps that of line {other}, for the same service.");
            mistake(line, Some("Effective from"), message)
        };
        crossings(&periods).into_iter().map(name).collect()
    }
}

/// A rule's refusal in the column that it concerns.
fn in_column(line: u64, refusal: Refusal<PriceRefusal>) -> RowError {
    let column = match refusal.field.first().map(String::as_str) {
        Some("effectiveFrom") => Some("Effective from"),
        Some("effectiveTo") => Some("Effective to"),
        _ => None,
    };
    mistake(line, column, refusal.message)
}

/// The prices of one kind that stand beside an import: the published ones and those that await approval.
async fn existing(
    write: &Write,
    kind: PriceKind,
    services: &[Id<service::Entity>],
) -> Result<HashMap<Whose, Vec<Existing>>> {
    let standing = [PriceStatus::Published, PriceStatus::Submitted];
    let prices = write
        .find::<price::Entity>()
        .filter(price::Column::ServiceId.is_in(services.iter().copied()))
        .filter(price::Column::Kind.eq(kind.code()))
        .filter(price::Column::Status.is_in(standing.map(|status| status.code())));
    let mut existing: HashMap<_, Vec<Existing>> = HashMap::new();
    for row in prices.all().await? {
        existing.entry((row.service_id, row.purchaser_id)).or_default().push(Existing {
            pence: row.pence,
            period: period(&row),
            intended_to: row.intended_to,
            published: *row.status == PriceStatus::Published,
        });
    }
    Ok(existing)
}

fn change(planned: &Planned<'_>) -> Change {
    Change {
        line: planned.row.line,
        service_name: planned.service.name.clone(),
        provider_name: planned.provider.to_owned(),
        only_for_name: planned.row.only_for.clone(),
        action: Code(planned.intake.action),
        pence: planned.stated.pence,
        previous_pence: planned.intake.previous,
        effective_from: planned.stated.period.from,
        effective_to: planned.stated.period.to,
    }
}

/// Adds the batch with the prices that are not there already; nothing where all are.
async fn add(
    write: &mut Write,
    kind: PriceKind,
    reason: &str,
    rows: &[Planned<'_>],
) -> Result<Option<Id<price_batch::Entity>>> {
    let adds = |action| matches!(action, RateCardAction::New | RateCardAction::Replaces);
    let rows: Vec<_> = rows.iter().filter(|planned| adds(planned.intake.action)).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let batch = submitted(write, kind, reason);
    let prices = rows.iter().map(|planned| imported(planned, &batch, write.today())).collect();
    let batch = write.insert(batch).await?;
    write.insert_all::<price::Model>(prices).await?;
    Ok(Some(batch.id))
}

fn imported(planned: &Planned<'_>, batch: &price_batch::Model, today: NaiveDate) -> price::Model {
    let period = planned.stated.period;
    price::Model {
        id: Id::fresh(),
        service_id: planned.service.id,
        purchaser_id: planned.buyer,
        kind: batch.kind,
        pence: planned.stated.pence,
        unit: planned.service.unit,
        effective_from: period.from,
        effective_to: period.to,
        intended_to: period.to,
        status: batch.status,
        loaded_as_history: period.from < today,
        reason: batch.reason.clone(),
        notes: planned.row.notes.clone(),
        author_id: batch.author_id,
        organisation_id: batch.organisation_id,
        approver_id: None,
        decided_at: None,
        decision_reason: None,
        batch_id: Some(batch.id),
        version: 1,
        created_at: batch.created_at,
    }
}
