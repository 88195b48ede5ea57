//! Publishing: one price or a batch, each by the same rule, all or none.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{Id, charge, organisation, price, referral_price, service};
use rules::rate_card::{Period, PriceRefusal, Version, publication};
use rules::terms::{PriceKind, PriceStatus};
use rules::{Refusal, Term, london};
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, Order};

use super::draft::period;
use crate::error::{Fault, Result};
use crate::store::Write;

/// Publishes submitted prices of one kind, in the order of their first days. Every refusal is answered at once.
pub(super) async fn publish(write: &mut Write, mut rows: Vec<price::Model>) -> Result<()> {
    rows.sort_by_key(|row| (row.effective_from, row.id));
    let in_batch = rows.len() > 1 || rows.iter().any(|row| row.batch_id.is_some());
    let mut cards = Cards::read(write, &rows).await?;
    let mut refusals = Vec::new();
    for row in rows {
        if let Err(refusal) = cards.publish(write, &row).await? {
            refusals.push(if in_batch { cards.naming(&row, refusal) } else { whole(refusal) });
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals.into()) }
}

/// A refusal of an act that names the price by its identifier and none of its fields.
pub(super) fn whole(refusal: Refusal<PriceRefusal>) -> Refusal<PriceRefusal> {
    Refusal { field: Vec::new(), ..refusal }
}

/// The service of a price, and the organisation for which alone it holds: prices of both alike never overlap.
type Whose = (Id<service::Entity>, Option<Id<organisation::Entity>>);

/// The services whose prices are being published, with their published prices.
struct Cards {
    services: HashMap<Id<service::Entity>, service::Model>,
    published: HashMap<Whose, Vec<price::Model>>,
    /// Whether any referral was priced by one of them, so that charges can depend on their past.
    priced: bool,
}

impl Cards {
    async fn read(write: &Write, rows: &[price::Model]) -> Result<Self> {
        let mut cards = Self { services: HashMap::new(), published: HashMap::new(), priced: false };
        let Some(kind) = rows.first().map(|row| *row.kind) else { return Ok(cards) };
        let mut ids: Vec<_> = rows.iter().map(|row| row.service_id).collect();
        ids.sort_unstable();
        ids.dedup();
        // Whoever publishes next for one of these services waits here and then sees what was published.
        let services = write
            .find::<service::Entity>()
            .filter(service::Column::Id.is_in(ids.iter().copied()))
            .order_by(service::Column::Id, Order::Asc)
            .locked();
        cards.services = services.all().await?.into_iter().map(|row| (row.id, row)).collect();
        for row in published(write, kind, &ids).locked().all().await? {
            cards.published.entry((row.service_id, row.purchaser_id)).or_default().push(row);
        }
        let first = rows.iter().map(|row| row.effective_from).min();
        if first.is_some_and(|first| first <= write.today()) {
            cards.priced = any_referral_priced(write, kind, &ids).await?;
        }
        Ok(cards)
    }

    /// Publishes one price, closing its predecessor; or why that is refused.
    async fn publish(
        &mut self,
        write: &mut Write,
        row: &price::Model,
    ) -> Result<std::result::Result<(), Refusal<PriceRefusal>>> {
        let service = self.services.get(&row.service_id).ok_or_else(|| Fault::not_found("service"))?;
        if service.unit != row.unit {
            return Ok(Err(wrong_unit(service, row)));
        }
        let depends = self.priced
            && row.effective_from <= write.today()
            && charges_depend(write, row.service_id, *row.kind, &period(row)).await?;
        let published = self.published.entry((row.service_id, row.purchaser_id)).or_default();
        let versions: Vec<Version> = published.iter().map(version).collect();
        let done = publication(&period(row), &versions, write.today(), row.loaded_as_history, depends);
        let closes = match done {
            Ok(done) => done.closes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        for old in published.iter_mut().filter(|old| Some(old.id.0.as_u128()) == closes) {
            let closed = price::Model { effective_to: Some(row.effective_from), ..old.clone() };
            *old = write.update(old, closed).await?;
        }
        let after = price::Model {
            status: PriceStatus::Published.into(),
            approver_id: Some(write.scope().person()),
            decided_at: Some(write.now()),
            ..row.clone()
        };
        published.push(write.update(row, after).await.map_err(not_free)?);
        Ok(Ok(()))
    }

    /// A refusal that says of which price of a batch it speaks.
    fn naming(&self, row: &price::Model, refusal: Refusal<PriceRefusal>) -> Refusal<PriceRefusal> {
        let service = self.services.get(&row.service_id).map_or("A service", |service| service.name.as_str());
        let from = london::written(row.effective_from);
        Refusal::new(refusal.code, format!("{service}, from {from}: {}", refusal.message))
    }
}

fn version(row: &price::Model) -> Version {
    Version { id: row.id.0.as_u128(), period: period(row) }
}

fn wrong_unit(service: &service::Model, row: &price::Model) -> Refusal<PriceRefusal> {
    let message = format!(
        "The price is by the {} and the service by the {}: reject it, and draft another.",
        row.unit.label().to_lowercase(),
        service.unit.label().to_lowercase()
    );
    Refusal::new(PriceRefusal::WrongUnit, message)
}

/// The database refuses two published prices on one day, also where the caller sees only one of them.
fn not_free(fault: Fault) -> Fault {
    let message = "The period is not free: another price holds in it. Choose another period.";
    let refusal = Refusal::new(PriceRefusal::Unavailable, message);
    fault.or_refusal("price_periods_apart", "price_periods_apart", refusal)
}

/// The published prices of one kind of services.
pub(super) fn published<'w>(
    write: &'w Write,
    kind: PriceKind,
    services: &[Id<service::Entity>],
) -> crate::store::Find<'w, price::Entity> {
    write
        .find::<price::Entity>()
        .filter(price::Column::ServiceId.is_in(services.iter().copied()))
        .filter(price::Column::Kind.eq(kind.code()))
        .filter(price::Column::Status.eq(PriceStatus::Published.code()))
}

/// Whether any referral was priced by a price of these services, whoever sees it. Where none was, nothing was
/// charged either.
pub(super) async fn any_referral_priced(
    write: &Write,
    kind: PriceKind,
    services: &[Id<service::Entity>],
) -> Result<bool> {
    let of_services = referral_price::Column::PriceId.in_subquery(prices_of(kind, services));
    Ok(write.consequence::<referral_price::Entity>().filter(of_services).first().await?.is_some())
}

/// Whether a referral was priced, or a unit charged, on a day of the period, by any price of the service.
pub(super) async fn charges_depend(
    write: &Write,
    service: Id<service::Entity>,
    kind: PriceKind,
    period: &Period,
) -> Result<bool> {
    let priced = write
        .consequence::<referral_price::Entity>()
        .filter(referral_price::Column::PriceId.in_subquery(prices_of(kind, &[service])))
        .filter(within(referral_price::Column::PricedOn, period));
    if priced.first().await?.is_some() {
        return Ok(true);
    }
    let charged = write
        .consequence::<charge::Entity>()
        .filter(charge::Column::PriceId.in_subquery(prices_of(kind, &[service])))
        .filter(within(charge::Column::DeliveredOn, period));
    Ok(charged.first().await?.is_some())
}

fn prices_of(kind: PriceKind, services: &[Id<service::Entity>]) -> SelectStatement {
    Query::select()
        .column(price::Column::Id)
        .from(price::Entity)
        .and_where(price::Column::ServiceId.is_in(services.iter().copied()))
        .and_where(price::Column::Kind.eq(kind.code()))
        .to_owned()
}

fn within<C: ColumnTrait>(day: C, period: &Period) -> Condition {
    let before_end = period.to.map(|to: NaiveDate| day.lt(to));
    Condition::all().add(day.gte(period.from)).add_option(before_end)
}
