//! Named queries over prices and batches.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use entity::{Id, organisation, price, price_batch, service};
use rules::terms::{PriceKind, PriceStatus};
use rules::{Term, london};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, Order};

use super::graphql::{Price, PriceBatch};
use crate::error::{Fault, Result};
use crate::store::kin::{Member, ToOne};
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store, Write};

/// Prices by their identifiers.
pub async fn prices(store: &Store, ids: Vec<Id<price::Entity>>) -> Result<Vec<(Id<price::Entity>, Price)>> {
    let rows = store.find::<price::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Price(member))).collect())
}

/// An organisation that buys.
pub type Buyer = Id<organisation::Entity>;

/// The price of a service for a purchaser that is in force on a day, whoever may see it: what a referral submitted that
/// day costs. Its own price goes before the general one.
pub async fn in_force(
    write: &Write,
    service: Id<service::Entity>,
    kind: PriceKind,
    buyer: Buyer,
    day: NaiveDate,
) -> Result<Option<price::Model>> {
    let prices = write
        .consequence::<price::Entity>()
        .filter(price::Column::ServiceId.eq(service))
        .filter(price::Column::Kind.eq(kind.code()))
        .filter(concerning(buyer))
        .filter(holds_on(day));
    Ok(own_last(prices.all().await?).pop())
}

/// Prices that hold for everybody, and those that hold for this purchaser alone.
pub fn concerning(buyer: Buyer) -> Condition {
    use price::Column::PurchaserId;
    Condition::any().add(PurchaserId.is_null()).add(PurchaserId.eq(buyer))
}

/// The general prices before a purchaser's own, so that the last one of a service is what it pays.
fn own_last(mut rows: Vec<price::Model>) -> Vec<price::Model> {
    rows.sort_by_key(|row| row.purchaser_id.is_some());
    rows
}

/// Of what is in force on a day: not the general price of a service of which the purchaser has its own.
pub fn not_superseded_for(buyer: Buyer, kind: PriceKind, day: NaiveDate) -> Condition {
    use price::Column::{Kind, PurchaserId, ServiceId};
    let own = Query::select()
        .column(ServiceId)
        .from(price::Entity)
        .and_where(PurchaserId.eq(buyer))
        .and_where(Kind.eq(kind.code()))
        .cond_where(holds_on(day))
        .to_owned();
    Condition::any().add(PurchaserId.is_not_null()).add(ServiceId.not_in_subquery(own))
}

/// Published, and its period contains the day.
fn holds_on(day: NaiveDate) -> Condition {
    use price::Column::{EffectiveFrom, EffectiveTo, Status};
    Condition::all()
        .add(Status.eq(PriceStatus::Published.code()))
        .add(EffectiveFrom.lte(day))
        .add(Condition::any().add(EffectiveTo.is_null()).add(EffectiveTo.gt(day)))
}

/// The prices of services in force on a day, as far as the caller may see them: of a service the general one, and after it
/// the purchaser's own.
pub async fn bought_at(
    store: &Store,
    services: impl IntoIterator<Item = Id<service::Entity>>,
    day: NaiveDate,
    kind: PriceKind,
    buyer: Buyer,
) -> Result<Vec<price::Model>> {
    let sought = Sought { kind: Some(kind), on: Some(day), ..Sought::default() };
    let find = find(store, &sought)?.filter(concerning(buyer));
    Ok(own_last(find.of(price::Column::ServiceId, services).all().await?))
}

async fn prices_on(
    store: &Store,
    services: Vec<Id<service::Entity>>,
    (day, kind, buyer): (NaiveDate, PriceKind, Buyer),
) -> Result<Vec<(Id<service::Entity>, Price)>> {
    let rows = bought_at(store, services, day, kind, buyer).await?;
    Ok(Member::family(rows).map(|member| (member.service_id, Price(member))).collect())
}

/// The prices of a family of services on the days that a query names: one statement for each day, kind and purchaser.
#[derive(Default)]
pub struct PricesOn(Mutex<HashMap<(NaiveDate, PriceKind, Buyer), Arc<PriceOfEach>>>);

type PriceOfEach = ToOne<Id<service::Entity>, Price>;

impl PricesOn {
    /// The price of `service` for a purchaser on a day; `services` are the whole family.
    pub async fn of(
        &self,
        store: &Store,
        service: Id<service::Entity>,
        services: impl FnOnce() -> Vec<Id<service::Entity>>,
        asked: (NaiveDate, PriceKind, Buyer),
    ) -> Result<Option<Price>> {
        let of_each = {
            let mut days = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(days.entry(asked).or_default())
        };
        Ok(of_each.of(&service, || prices_on(store, services(), asked)).await?.cloned())
    }
}

/// What to look for among prices.
#[derive(Default)]
pub struct Sought {
    /// Only those of this service.
    pub service: Option<Id<service::Entity>>,
    /// Only this figure.
    pub kind: Option<PriceKind>,
    /// Only those with this status.
    pub status: Option<PriceStatus>,
    /// Only those of this import.
    pub batch: Option<Id<price_batch::Entity>>,
    /// Only the published ones in force on this day.
    pub on: Option<NaiveDate>,
    /// Only those for this organisation alone.
    pub only_for: Option<Buyer>,
    /// Of a figure on a day: where this organisation has a price of its own, not the general one.
    pub bought_by: Option<Buyer>,
}

/// The prices sought.
pub fn find<'s>(store: &'s Store, sought: &Sought) -> Result<Find<'s, price::Entity>> {
    if sought.on.is_some_and(|day| !london::believable(day)) {
        return Err(Fault::bad_input("on: give a date between 1900 and 2200."));
    }
    let bought = sought.bought_by.zip(sought.kind).zip(sought.on);
    Ok(store
        .find::<price::Entity>()
        .filter_if(bought.map(|((buyer, kind), day)| not_superseded_for(buyer, kind, day)))
        .filter_if(sought.service.map(|id| price::Column::ServiceId.eq(id)))
        .filter_if(sought.kind.map(|kind| price::Column::Kind.eq(kind.code())))
        .filter_if(sought.status.map(|status| price::Column::Status.eq(status.code())))
        .filter_if(sought.batch.map(|id| price::Column::BatchId.eq(id)))
        .filter_if(sought.only_for.map(|id| price::Column::PurchaserId.eq(id)))
        .filter_if(sought.on.map(holds_on)))
}

/// Prices by their first day, the newest first.
pub const HISTORY: Ranking<price::Entity> = Ranking {
    column: price::Column::EffectiveFrom,
    descending: true,
    form: Form::Day,
    key: |row| Key::Day(row.effective_from),
};

/// Prices in the order in which they were written.
pub const CARD: Ranking<price::Entity> = Ranking {
    column: price::Column::CreatedAt,
    descending: false,
    form: Form::Instant,
    key: |row| Key::Instant(row.created_at),
};

/// Batches by their identifiers.
pub async fn batches(
    store: &Store,
    ids: Vec<Id<price_batch::Entity>>,
) -> Result<Vec<(Id<price_batch::Entity>, PriceBatch)>> {
    let rows = store.find::<price_batch::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, PriceBatch(member))).collect())
}

/// The prices of batches, in the order of their first days.
pub async fn prices_of_batches(
    store: &Store,
    of: Vec<Id<price_batch::Entity>>,
) -> Result<Vec<(Id<price_batch::Entity>, Price)>> {
    let find = store.find::<price::Entity>().of(price::Column::BatchId, of);
    let rows = find
        .order_by(price::Column::EffectiveFrom, Order::Asc)
        .order_by(price::Column::Id, Order::Asc)
        .all()
        .await?;
    Ok(Member::family(rows).filter_map(|member| Some((member.batch_id?, Price(member)))).collect())
}
