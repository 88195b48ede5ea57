//! Raising or lowering prices by a percentage, as one batch.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{Id, organisation, price, price_batch, service};
use rules::rate_card::{
    Period, PriceRefusal, Version, check_uplift, check_uplifted, in_force, publication, uplifted,
};
use rules::terms::{PriceKind, PriceStatus};
use rules::text::{Form, LONG_TEXT};
use rules::{Refusal, Term, london};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Order};
use serde::{Deserialize, Serialize};

use super::TEXT;
use super::batch::submitted;
use super::draft::{not_on_a_card, period};
use crate::error::Result;
use crate::rate_card::graphql::UpliftPricesInput;
use crate::store::Write;

/// The most services that an uplift may name.
const MOST: usize = 500;

/// What an uplift comes to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Uplift {
    /// The batch that awaits approval; none when it was a dry run.
    pub batch: Option<Id<price_batch::Entity>>,
    /// The prices that change.
    pub changes: Vec<Uplifted>,
}

/// A price that an uplift changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Uplifted {
    /// The service.
    pub service_id: Id<service::Entity>,
    /// The organisation for which alone the price holds.
    #[serde(default)]
    pub only_for: Option<Id<organisation::Entity>>,
    /// The price that is in force on the first day, in pence.
    pub previous: i64,
    /// What takes its place, in pence.
    pub pence: i64,
    /// The first day.
    pub from: NaiveDate,
    /// The day from which it no longer holds: that of the price whose place it takes.
    pub to: Option<NaiveDate>,
}

/// Drafts a batch of prices, each a percentage above or below the one in force on the first day; a dry run only says
/// what would come of it. All or none: every refusal names its service.
pub async fn uplift_prices(write: &mut Write, input: UpliftPricesInput) -> Result<Uplift> {
    let mut form = Form::new(TEXT);
    form.refuse(not_on_a_card(input.kind.0));
    form.refuse(check_uplift(input.basis_points).err());
    form.refuse_if(
        input.service_ids.as_ref().is_some_and(|ids| ids.len() > MOST),
        PriceRefusal::Invalid,
        "serviceIds",
        "Name at most 500 services, or none for all.",
    );
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    let from = input.effective_from.0;
    let empty = Period { from, to: None };
    form.refuse(publication(&empty, &[], write.today(), false, false).err());
    form.finish()?;
    let cards = Cards::read(write, &input).await?;
    let (mut changes, mut refusals) = (Vec::new(), Vec::new());
    for service in &cards.services {
        for prices in cards.prices.get(&service.id).into_iter().flat_map(BTreeMap::values) {
            match change(prices, from, input.basis_points, write.today()) {
                Ok(change) => changes.extend(change),
                Err(refusal) => {
                    let message = format!("{}: {}", service.name, refusal.message);
                    refusals.push(Refusal { message, ..refusal });
                }
            }
        }
    }
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    if changes.is_empty() {
        let message = "No price of your organisation's fits that would change: choose another day, service or percentage.";
        return Err(Refusal::new(PriceRefusal::Invalid, message).into());
    }
    let batch =
        if input.dry_run { None } else { Some(add(write, input.kind.0, &reason, &cards, &changes).await?) };
    Ok(Uplift { batch, changes })
}

/// The services whose prices are changed, by name, with the published prices and those that await approval.
struct Cards {
    services: Vec<service::Model>,
    prices: HashMap<Id<service::Entity>, ByPurchaser>,
}

/// The prices of a service: the general ones, and those of each purchaser that has its own.
type ByPurchaser = BTreeMap<Option<Id<organisation::Entity>>, Vec<price::Model>>;

impl Cards {
    async fn read(write: &Write, input: &UpliftPricesInput) -> Result<Self> {
        let ids = input.service_ids.as_ref();
        let of_provider = input.provider_id.map(|provider| {
            let services = Query::select()
                .column(service::Column::Id)
                .from(service::Entity)
                .and_where(service::Column::ProviderId.eq(provider.0))
                .to_owned();
            price::Column::ServiceId.in_subquery(services)
        });
        let living = [PriceStatus::Published, PriceStatus::Submitted].map(|status| status.code());
        let rows = write
            .find::<price::Entity>()
            .filter(price::Column::OrganisationId.eq(write.scope().organisation()))
            .filter(price::Column::Kind.eq(input.kind.code()))
            .filter(price::Column::Status.is_in(living))
            .filter_if(ids.map(|ids| price::Column::ServiceId.is_in(ids.iter().map(|id| id.0))))
            .filter_if(of_provider)
            .filter_if(input.only_for_id.map(|id| price::Column::PurchaserId.eq(id.0)))
            .all()
            .await?;
        let named: BTreeSet<_> = rows.iter().map(|row| row.service_id).collect();
        let services = write.find::<service::Entity>().of(service::Column::Id, named);
        let services = services.order_by(service::Column::Name, Order::Asc);
        let services = services.order_by(service::Column::Id, Order::Asc).all().await?;
        let mut prices: HashMap<_, ByPurchaser> = HashMap::new();
        for row in rows {
            prices.entry(row.service_id).or_default().entry(row.purchaser_id).or_default().push(row);
        }
        Ok(Self { services, prices })
    }
}

/// What becomes of a price, of whose versions these are; none where none is in force, or where it rounds to what it is.
fn change(
    prices: &[price::Model],
    from: NaiveDate,
    basis_points: i32,
    today: NaiveDate,
) -> std::result::Result<Option<Uplifted>, Refusal<PriceRefusal>> {
    let published = || prices.iter().filter(|row| *row.status == PriceStatus::Published);
    let versions: Vec<_> =
        published().map(|row| Version { id: row.id.0.as_u128(), period: period(row) }).collect();
    let standing = in_force(&versions, from);
    let Some(standing) = published().find(|row| Some(row.id.0.as_u128()) == standing) else {
        return Ok(None);
    };
    let pence = uplifted(standing.pence, basis_points);
    if pence == standing.pence {
        return Ok(None);
    }
    check_uplifted(pence)?;
    let waits = |row: &&price::Model| *row.status == PriceStatus::Submitted && row.effective_from == from;
    if prices.iter().any(|row| waits(&row)) {
        let message = format!("A price from {} awaits approval already.", london::written(from));
        return Err(Refusal::of(PriceRefusal::Duplicate, "effectiveFrom", message));
    }
    let to = standing.effective_to;
    publication(&Period { from, to }, &versions, today, false, false)?;
    let (service_id, only_for) = (standing.service_id, standing.purchaser_id);
    Ok(Some(Uplifted { service_id, only_for, previous: standing.pence, pence, from, to }))
}

/// Adds the batch with its prices.
async fn add(
    write: &mut Write,
    kind: PriceKind,
    reason: &str,
    cards: &Cards,
    changes: &[Uplifted],
) -> Result<Id<price_batch::Entity>> {
    let batch = submitted(write, kind, reason);
    let units: HashMap<_, _> = cards.services.iter().map(|row| (row.id, row.unit)).collect();
    let price = |change: &Uplifted| {
        Some(price::Model {
            id: Id::fresh(),
            service_id: change.service_id,
            purchaser_id: change.only_for,
            kind: batch.kind,
            pence: change.pence,
            unit: *units.get(&change.service_id)?,
            effective_from: change.from,
            effective_to: change.to,
            intended_to: change.to,
            status: batch.status,
            loaded_as_history: false,
            reason: batch.reason.clone(),
            notes: None,
            author_id: batch.author_id,
            organisation_id: batch.organisation_id,
            approver_id: None,
            decided_at: None,
            decision_reason: None,
            batch_id: Some(batch.id),
            version: 1,
            created_at: batch.created_at,
        })
    };
    let prices = changes.iter().filter_map(price).collect();
    let batch = write.insert(batch).await?;
    write.insert_all::<price::Model>(prices).await?;
    Ok(batch.id)
}
