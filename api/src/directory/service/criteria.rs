//! What services and providers ask of referrals, kept as rows.

use std::collections::HashSet;

use async_graphql::MaybeUndefined;
use chrono::NaiveDate;
use entity::{Coded, Id, criterion, criterion_version, ldu, organisation, service};
use rules::Refusal;
use rules::directory::{
    Beside, Criterion, DirectoryRefusal, Flaw, check_overlap, check_period, is_called, overlap, overlaps,
};
use rules::search::fold;
use rules::text::{Form, LONG_TEXT};
use sea_orm::{ColumnTrait, Condition, Order};

use super::{TEXT, days, given, not_a_provider};
use crate::directory::graphql::{AddCriterionInput, ChangeCriterionInput};
use crate::directory::reads::understood;
use crate::error::{Fault, Result};
use crate::store::Write;

/// How much of a client's own words an explanation repeats, in characters.
const MOST_REPEATED: usize = 500;
/// How many mistakes of one criterion are named at once.
const MOST_NAMED: usize = 20;

/// Adds a criterion to a service or to a provider.
pub async fn add_criterion(write: &mut Write, input: AddCriterionInput) -> Result<Id<criterion::Entity>> {
    let mut form = Form::new(TEXT);
    let service = match input.service_id {
        Some(id) => Some(write.find::<service::Entity>().get(id.0).await?),
        None => None,
    };
    let provider = match input.provider_id {
        Some(id) => Some(write.find::<organisation::Entity>().get(id.0).await?),
        None => None,
    };
    form.refuse_if(
        service.is_some() == provider.is_some(),
        DirectoryRefusal::Invalid,
        "serviceId",
        "A criterion belongs to one service or to one provider: give either `serviceId` or `providerId`.",
    );
    form.refuse(provider.as_ref().and_then(not_a_provider));
    let (from, to) = (input.effective_from.map(|day| day.0), input.effective_to.map(|day| day.0));
    form.refuse(check_period("effectiveFrom", from, "effectiveTo", to));
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let asked = read(&mut form, write, &input.value).await?;
    form.finish()?;
    let asked = asked.ok_or_else(|| Fault::internal("a criterion that was not read was not refused"))?;
    let row = criterion::Model {
        id: Id::fresh(),
        provider_id: provider.map(|provider| provider.id),
        service_id: service.map(|service| service.id),
        purchaser: input.purchaser.map(Coded::from),
        kind: asked.kind().into(),
        rule_key: asked.rule_key(),
        value: stored(&asked)?,
        effective_from: from,
        effective_to: to,
        reason,
        version: 1,
        created_at: write.now(),
    };
    if let Some(refusal) = beside(write, &row).await? {
        return Err(refusal.into());
    }
    let row = write.insert(row).await.map_err(stands_already)?;
    keep_version(write, &row).await?;
    Ok(row.id)
}

/// Changes a criterion, or ends it.
pub async fn change_criterion(
    write: &mut Write,
    input: ChangeCriterionInput,
) -> Result<Id<criterion::Entity>> {
    let before = write.find::<criterion::Entity>().get(input.criterion_id.0).await?;
    write.expect_version(&before, input.version).await?;
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    if let Some(value) = &input.value
        && let Some(asked) = read(&mut form, write, value).await?
    {
        after.kind = asked.kind().into();
        after.rule_key = asked.rule_key();
        after.value = stored(&asked)?;
    }
    if let Some(reason) = &input.reason {
        after.reason = form.required("reason", reason, LONG_TEXT);
    }
    after.purchaser = match input.purchaser {
        MaybeUndefined::Undefined => after.purchaser,
        MaybeUndefined::Null => None,
        MaybeUndefined::Value(purchaser) => Some(purchaser.into()),
    };
    after.effective_from = given(&days(&input.effective_from), after.effective_from);
    after.effective_to = given(&days(&input.effective_to), after.effective_to);
    form.refuse(check_period("effectiveFrom", after.effective_from, "effectiveTo", after.effective_to));
    form.finish()?;
    if let Some(refusal) = beside(write, &after).await? {
        return Err(refusal.into());
    }
    let after = write.update(&before, after).await.map_err(stands_already)?;
    if after.version != before.version {
        keep_version(write, &after).await?;
    }
    Ok(after.id)
}

/// The criterion that a client wrote, if it is one that makes sense.
async fn read(
    form: &mut Form<DirectoryRefusal>,
    write: &Write,
    value: &serde_json::Value,
) -> Result<Option<Criterion>> {
    let read = Criterion::parse(value).and_then(|asked| {
        let flaws = asked.validate();
        if flaws.is_empty() { Ok(asked) } else { Err(flaws) }
    });
    let flaws = match &read {
        Ok(asked) => {
            let mut flaws = unknown_ldus(write, asked).await?;
            flaws.extend(unknown_programmes(write, asked).await?);
            flaws
        }
        Err(flaws) => flaws.clone(),
    };
    let none = flaws.is_empty();
    form.refuse(flaws.into_iter().take(MOST_NAMED).map(|flaw| Refusal {
        code: DirectoryRefusal::NotACriterion,
        field: std::iter::once("value".to_owned()).chain(flaw.path).collect(),
        message: flaw.message.chars().take(MOST_REPEATED).collect(),
    }));
    Ok(read.ok().filter(|_| none))
}

/// LDUs that it names and that the network does not have.
async fn unknown_ldus(write: &Write, asked: &Criterion) -> Result<Vec<Flaw>> {
    let named = asked.ldus();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let known: HashSet<_> =
        write.find::<ldu::Entity>().all().await?.iter().map(|ldu| fold(&ldu.name)).collect();
    let unknown = named.into_iter().filter(|(_, name)| !known.contains(&fold(name)));
    let message = |name| format!("The network has no LDU {name}: write its name as the organisation does.");
    Ok(unknown.map(|(path, name)| Flaw { path, message: message(name) }).collect())
}

/// Programmes that it names and that are no service of the directory.
async fn unknown_programmes(write: &Write, asked: &Criterion) -> Result<Vec<Flaw>> {
    let named = asked.programmes();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let services = write.find::<service::Entity>().all().await?;
    let is_known = |name: &str| services.iter().any(|service| is_called(&service.name, name));
    let unknown = named.into_iter().filter(|(_, name)| !is_known(name));
    let message =
        |name| format!("The directory has no programme {name}: write its name as the directory does.");
    Ok(unknown.map(|(path, name)| Flaw { path, message: message(name) }).collect())
}

fn period(row: &criterion::Model) -> (Option<NaiveDate>, Option<NaiveDate>) {
    (row.effective_from, row.effective_to)
}

/// Whose another row is that is asked of the same referrals: of a provider's row, those of its services as well.
fn whose<'s>(row: &criterion::Model, other: &criterion::Model, services: &'s [service::Model]) -> Beside<'s> {
    match (row.service_id, other.service_id) {
        (Some(_), None) => Beside::Provider,
        (None, Some(id)) => {
            let of = services.iter().find(|service| service.id == id);
            of.map_or(Beside::SameOwner, |service| Beside::Service(&service.name))
        }
        (Some(_), Some(_)) | (None, None) => Beside::SameOwner,
    }
}

/// What of a row nobody could meet who meets another row that is asked of the same referrals, by the service or by its
/// provider, on some of the same days and of the same purchaser.
fn contradiction(
    row: &criterion::Model,
    others: &[criterion::Model],
    services: &[service::Model],
) -> Result<Option<Refusal<DirectoryRefusal>>> {
    let asked = understood(row)?;
    for other in others {
        let apart = row.purchaser.zip(other.purchaser).is_some_and(|(one, other)| one != other);
        if apart || !overlap(period(row), period(other)) {
            continue;
        }
        if let Some(flaw) = asked.contradicts(&understood(other)?, whose(row, other, services)) {
            return Ok(Some(Refusal {
                code: DirectoryRefusal::Contradicts,
                field: std::iter::once("value".to_owned()).chain(flaw.path).collect(),
                message: flaw.message.chars().take(MOST_REPEATED).collect(),
            }));
        }
    }
    Ok(None)
}

/// Refuses a row beside which the same rule of the same owner would be in force on some day, or one that contradicts it,
/// whether the service asks that or its provider.
async fn beside(write: &Write, row: &criterion::Model) -> Result<Option<Refusal<DirectoryRefusal>>> {
    use criterion::Column::{Id as Criterion, ProviderId, ServiceId};
    // Whoever writes next what is asked of the same referrals waits here, and then sees this one: a row of a provider
    // holds all of its services.
    let services = write
        .find::<service::Entity>()
        .filter_if(row.service_id.map(|id| service::Column::Id.eq(id)))
        .filter_if(row.provider_id.map(|id| service::Column::ProviderId.eq(id)));
    let services = services.order_by(service::Column::Id, Order::Asc).locked().all().await?;
    let provider = row.provider_id.or_else(|| services.first().map(|service| service.provider_id));
    let asked = Condition::any()
        .add(ServiceId.is_in(services.iter().map(|service| service.id)))
        .add_option(provider.map(|id| ProviderId.eq(id)));
    let others = write.find::<criterion::Entity>().filter(asked).filter(Criterion.ne(row.id)).all().await?;
    let is_alike = |other: &&criterion::Model| {
        let owner = (other.provider_id, other.service_id);
        owner == (row.provider_id, row.service_id)
            && other.purchaser == row.purchaser
            && other.rule_key == row.rule_key
    };
    match check_overlap(period(row), others.iter().filter(is_alike).map(period)) {
        Some(refusal) => Ok(Some(refusal)),
        None => contradiction(row, &others, &services),
    }
}

fn stands_already(fault: Fault) -> Fault {
    fault.or_refusal("criterion_periods_apart", "criterion_periods_apart", overlaps())
}

/// Keeps the row as it is now beside what it was.
async fn keep_version(write: &mut Write, row: &criterion::Model) -> Result<()> {
    let version = criterion_version::Model {
        id: Id::fresh(),
        criterion_id: row.id,
        number: row.version,
        purchaser: row.purchaser,
        value: row.value.clone(),
        effective_from: row.effective_from,
        effective_to: row.effective_to,
        reason: row.reason.clone(),
        author_id: Some(write.scope().person()),
        created_at: write.now(),
    };
    write.insert(version).await?;
    Ok(())
}

/// The criterion as it is stored: what was meant, whatever the order and spacing in which it was written.
fn stored(asked: &Criterion) -> Result<serde_json::Value> {
    serde_json::to_value(asked).map_err(Fault::internal)
}
