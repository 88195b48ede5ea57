//! What administrators of the rate card do to services and criteria, and providers to their own entries.

mod criteria;
mod facts;

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use entity::{Coded, Id, organisation, price, service, service_need};
use rules::directory::{DirectoryRefusal, Offer, check_offer, overlaps};
use rules::organisations::roles_of;
use rules::search::{fold, kept_words};
use rules::terms::{Need, PriceStatus, Role};
use rules::text::{Codes, Form, LONG_TEXT, SHORT_TEXT};
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;

use super::graphql::{AddServiceInput, ApproveServiceInput, ChangeServiceInput};
use crate::error::{Fault, Result};
use crate::graphql::date::Date;
use crate::store::Write;

pub use criteria::{add_criterion, change_criterion};

const TEXT: Codes<DirectoryRefusal> = Codes {
    missing: DirectoryRefusal::Required,
    too_long: DirectoryRefusal::TooLong,
    invalid: DirectoryRefusal::Invalid,
};

/// Adds a service.
pub async fn add_service(write: &mut Write, input: AddServiceInput) -> Result<Id<service::Entity>> {
    let provider = write.find::<organisation::Entity>().get(input.provider_id.0).await?;
    let mut form = Form::new(TEXT);
    form.refuse(not_a_provider(&provider));
    let keeps_card = keeps_card(write);
    form.refuse_if(!may_keep(write, provider.id), DirectoryRefusal::NotYours, "providerId", NOT_YOURS);
    let name = form.required("name", &input.name, SHORT_TEXT);
    let description = form.required("description", &input.description, LONG_TEXT);
    let mut row = service::Model {
        id: Id::fresh(),
        provider_id: provider.id,
        search_text: search_text(&name, &provider),
        search_words: search_words(&name, &description, &provider),
        name_words: kept_words(&name),
        name,
        description,
        earliest_start: None,
        approved_by_id: keeps_card.then(|| write.scope().person()),
        on_card: keeps_card,
        delivery: input.delivery.into(),
        unit: input.unit.into(),
        counts_towards_rar: input.counts_towards_rar,
        needs_suitability_meeting: input.needs_suitability_meeting,
        usual_units: input.usual_units,
        respond_within_days: input.respond_within_days,
        acceptable_absence_percent: input.acceptable_absence_percent,
        unacceptable_absence_percent: input.unacceptable_absence_percent,
        late_cancellation_percent: input.late_cancellation_percent,
        late_cancellation_hours: input.late_cancellation_hours,
        provider_logistics_percent: input.provider_logistics_percent,
        open_from: input.open_from.map(|day| day.0),
        open_to: input.open_to.map(|day| day.0),
        withdrawal_reason: form.optional("withdrawalReason", input.withdrawal_reason.as_deref(), LONG_TEXT),
        version: 1,
        created_at: write.now(),
    };
    form.refuse(check_offer(&offer(&row)));
    form.refuse(taken(write, &row).await?);
    let facts = input.facts.unwrap_or_default();
    let facts = facts::read(&mut form, write, &mut row, &facts, keeps_card).await?;
    form.finish()?;
    let row = write.insert(row).await.map_err(name_is_taken)?;
    let needs: Vec<Need> = input.needs.iter().map(|need| need.0).collect();
    set_needs(write, row.id, &needs).await?;
    facts.keep(write, row.id).await.map_err(said_twice)?;
    Ok(row.id)
}

const NOT_YOURS: &str =
    "This entry is another provider's: its own managers and the administrators of the card keep it.";

/// Whether the caller keeps the rate card, and so every entry.
fn keeps_card(write: &Write) -> bool {
    write.scope().roles().has(Role::RateCardAdministrator)
}

/// Whether the caller keeps the entries of a provider.
fn may_keep(write: &Write, provider: Id<organisation::Entity>) -> bool {
    keeps_card(write)
        || write.scope().roles().has(Role::ProviderManager) && write.scope().organisation() == provider
}

fn said_twice(fault: Fault) -> Fault {
    fault.or_refusal("service_availability_apart", "service_availability_apart", overlaps())
}

/// Puts a provider's entry on the rate card.
pub async fn approve_service(write: &mut Write, input: ApproveServiceInput) -> Result<Id<service::Entity>> {
    let before = write.find::<service::Entity>().get(input.service_id.0).await?;
    write.expect_version(&before, input.version).await?;
    if before.on_card {
        let message = "The service is on the rate card already: there is nothing to approve.";
        return Err(Refusal::of(DirectoryRefusal::OnCard, "serviceId", message).into());
    }
    let approved_by_id = Some(write.scope().person());
    let after = service::Model { on_card: true, approved_by_id, ..before.clone() };
    Ok(write.update(&before, after).await?.id)
}

/// Changes a service, or closes it.
pub async fn change_service(write: &mut Write, input: ChangeServiceInput) -> Result<Id<service::Entity>> {
    let before = write.find::<service::Entity>().get(input.service_id.0).await?;
    // Before the version: who changed it last is told to those who keep it.
    if !may_keep(write, before.provider_id) {
        return Err(Refusal::of(DirectoryRefusal::NotYours, "serviceId", NOT_YOURS).into());
    }
    write.expect_version(&before, input.version).await?;
    let mut form = Form::new(TEXT);
    if before.on_card && !keeps_card(write) {
        form.refuse(agreed(&input));
    }
    let mut after = before.clone();
    let provider = write.find::<organisation::Entity>().get(before.provider_id).await?;
    if let Some(name) = &input.name {
        after.name = form.required("name", name, SHORT_TEXT);
        after.search_text = search_text(&after.name, &provider);
        form.refuse(taken(write, &after).await?);
    }
    if let Some(text) = &input.description {
        after.description = form.required("description", text, LONG_TEXT);
    }
    after.name_words = kept_words(&after.name);
    after.search_words = search_words(&after.name, &after.description, &provider);
    after.delivery = input.delivery.map_or(after.delivery, Coded::from);
    after.unit = input.unit.map_or(after.unit, Coded::from);
    set_figures(&mut after, &input);
    set_opening(&mut form, &mut after, &input);
    form.refuse(check_offer(&offer(&after)));
    if after.unit != before.unit {
        form.refuse(priced(write, &before).await?);
    }
    let facts = input.facts.unwrap_or_default();
    let facts = facts::read(&mut form, write, &mut after, &facts, keeps_card(write)).await?;
    form.finish()?;
    let mut needs_changed = facts.keep(write, before.id).await.map_err(said_twice)?;
    if let Some(needs) = &input.needs {
        let needs: Vec<Need> = needs.iter().map(|need| need.0).collect();
        needs_changed |= set_needs(write, before.id, &needs).await?;
    }
    let changed = match needs_changed {
        true => write.replace(&before, after).await,
        false => write.update(&before, after).await,
    };
    Ok(changed.map_err(name_is_taken)?.id)
}

/// What was agreed for the card, and so is not a provider's to change.
fn agreed(input: &ChangeServiceInput) -> Vec<Refusal<DirectoryRefusal>> {
    let given = [
        ("name", input.name.is_some()),
        ("unit", input.unit.is_some()),
        ("countsTowardsRar", input.counts_towards_rar.is_some()),
        ("acceptableAbsencePercent", input.acceptable_absence_percent.is_some()),
        ("unacceptableAbsencePercent", input.unacceptable_absence_percent.is_some()),
        ("lateCancellationPercent", input.late_cancellation_percent.is_some()),
        ("lateCancellationHours", input.late_cancellation_hours.is_some()),
        ("providerLogisticsPercent", input.provider_logistics_percent.is_some()),
        ("respondWithinDays", input.respond_within_days.is_some()),
        ("usualUnits", !input.usual_units.is_undefined()),
        ("needsSuitabilityMeeting", input.needs_suitability_meeting.is_some()),
    ];
    let message = "The service is on the rate card: ask its administrators to change what was agreed.";
    let refused = given.into_iter().filter(|(_, given)| *given);
    refused.map(|(field, _)| Refusal::of(DirectoryRefusal::NotYours, field, message)).collect()
}

fn set_figures(after: &mut service::Model, input: &ChangeServiceInput) {
    let set = |figure: &mut i32, given: Option<i32>| *figure = given.unwrap_or(*figure);
    set(&mut after.respond_within_days, input.respond_within_days);
    set(&mut after.acceptable_absence_percent, input.acceptable_absence_percent);
    set(&mut after.unacceptable_absence_percent, input.unacceptable_absence_percent);
    set(&mut after.late_cancellation_percent, input.late_cancellation_percent);
    set(&mut after.late_cancellation_hours, input.late_cancellation_hours);
    set(&mut after.provider_logistics_percent, input.provider_logistics_percent);
    after.usual_units = given(&input.usual_units, after.usual_units);
    after.counts_towards_rar = input.counts_towards_rar.unwrap_or(after.counts_towards_rar);
    after.needs_suitability_meeting =
        input.needs_suitability_meeting.unwrap_or(after.needs_suitability_meeting);
}

/// When the service opens and closes, and why: the reason for closing goes with its day.
fn set_opening(form: &mut Form<DirectoryRefusal>, after: &mut service::Model, input: &ChangeServiceInput) {
    after.open_from = given(&days(&input.open_from), after.open_from);
    after.open_to = given(&days(&input.open_to), after.open_to);
    if input.open_to.is_null() {
        after.withdrawal_reason = None;
    }
    if let Some(text) = &input.withdrawal_reason {
        after.withdrawal_reason = form.optional("withdrawalReason", Some(text), LONG_TEXT);
    }
}

/// Days that a client gave, as the database holds them.
fn days(input: &MaybeUndefined<Date>) -> MaybeUndefined<NaiveDate> {
    (*input).map_value(|day| day.0)
}

/// What an input gives for a value that may be none: left out, it stays; null, it goes.
fn given<T: Copy>(input: &MaybeUndefined<T>, present: Option<T>) -> Option<T> {
    match input {
        MaybeUndefined::Undefined => present,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(value) => Some(*value),
    }
}

fn offer(row: &service::Model) -> Offer<'_> {
    Offer {
        usual_units: row.usual_units,
        respond_within_days: row.respond_within_days,
        acceptable_absence_percent: row.acceptable_absence_percent,
        unacceptable_absence_percent: row.unacceptable_absence_percent,
        late_cancellation_percent: row.late_cancellation_percent,
        late_cancellation_hours: row.late_cancellation_hours,
        provider_logistics_percent: row.provider_logistics_percent,
        open_from: row.open_from,
        open_to: row.open_to,
        withdrawal_reason: row.withdrawal_reason.as_deref(),
    }
}

fn search_text(name: &str, provider: &organisation::Model) -> String {
    fold(&format!("{name} {}", provider.name))
}

fn search_words(name: &str, description: &str, provider: &organisation::Model) -> String {
    kept_words(&format!("{name} {} {description}", provider.name))
}

fn not_a_provider(organisation: &organisation::Model) -> Option<Refusal<DirectoryRefusal>> {
    let delivers = roles_of(*organisation.kind).contains(&Role::ProviderManager);
    (!delivers).then(|| {
        let message = format!("{} delivers no services: choose a provider or a CRC.", organisation.name);
        Refusal::of(DirectoryRefusal::NotAProvider, "providerId", message)
    })
}

/// Names are compared as an imported card's are, so that a row of it never fits two services.
async fn taken(write: &Write, row: &service::Model) -> Result<Option<Refusal<DirectoryRefusal>>> {
    // What cannot be a name is nobody's, and a database may not even bear the question.
    if rules::text::check(&row.name, SHORT_TEXT, true).is_err() {
        return Ok(None);
    }
    let like = write
        .find::<service::Entity>()
        .filter(service::Column::ProviderId.eq(row.provider_id))
        .filter(service::Column::SearchText.eq(row.search_text.as_str()))
        .filter(service::Column::Id.ne(row.id));
    Ok(like.first().await?.map(|_| name_taken()))
}

fn name_taken() -> Refusal<DirectoryRefusal> {
    Refusal::of(DirectoryRefusal::Taken, "name", "The provider has a service with this name already.")
}

fn name_is_taken(fault: Fault) -> Fault {
    fault.or_refusal("service_provider_id_name_key", "service.provider_id, service.name", name_taken())
}

/// The unit stays where there is a price in it, whoever keeps that price.
async fn priced(write: &Write, row: &service::Model) -> Result<Option<Refusal<DirectoryRefusal>>> {
    let living = [PriceStatus::Draft, PriceStatus::Submitted, PriceStatus::Published];
    let price = write
        .consequence::<price::Entity>()
        .filter(price::Column::ServiceId.eq(row.id))
        .filter(price::Column::Status.is_in(living.map(|status| status.code())))
        .first()
        .await?;
    Ok(price.map(|_| {
        let message = format!(
            "The service has prices by the {}, so that its unit stays: close it and add another service.",
            row.unit.label().to_lowercase()
        );
        Refusal::of(DirectoryRefusal::Priced, "unit", message)
    }))
}

/// Gives the service these needs and no others; whether that changes anything.
async fn set_needs(write: &mut Write, service: Id<service::Entity>, needs: &[Need]) -> Result<bool> {
    let find = write.find::<service_need::Entity>().filter(service_need::Column::ServiceId.eq(service));
    let present = find.all().await?;
    let gone: Vec<_> = present.iter().filter(|row| !needs.contains(&row.need)).collect();
    let missing = Need::ALL
        .iter()
        .filter(|need| needs.contains(need) && !present.iter().any(|row| *row.need == **need))
        .map(|&need| service_need::Model { service_id: service, need: need.into() })
        .collect::<Vec<_>>();
    let changes = !gone.is_empty() || !missing.is_empty();
    for row in gone {
        write.remove(row).await?;
    }
    write.insert_all(missing).await?;
    Ok(changes)
}
