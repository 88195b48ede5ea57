//! Named queries over thresholds, and the alerts that they give.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{price_threshold, service};
use rules::alerts::{PriceMeasure, passes};
use sea_orm::{ColumnTrait, Order};

use crate::error::Result;
use crate::rate_card::history::figures;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

/// The thresholds that the caller may see, those that were ended too.
pub fn thresholds(store: &Store) -> Find<'_, price_threshold::Entity> {
    store.find::<price_threshold::Entity>()
}

/// Thresholds, those set last first.
pub const LATEST: Ranking<price_threshold::Entity> = Ranking {
    column: price_threshold::Column::CreatedAt,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.created_at),
};

/// A threshold that is passed.
pub struct Passed {
    /// The threshold.
    pub threshold: price_threshold::Model,
    /// The service.
    pub service: service::Model,
    /// What the measure comes to, in pence.
    pub amount: i64,
    /// The price that it is a part of, in pence.
    pub price: i64,
}

/// The thresholds that are passed on a day, by the service's name, in three statements and those of the figures.
pub async fn passed(store: &Store, on: NaiveDate) -> Result<Vec<Passed>> {
    let standing = thresholds(store).filter(price_threshold::Column::EndedAt.is_null());
    let standing = standing.order_by(price_threshold::Column::CreatedAt, Order::Asc);
    let standing = standing.order_by(price_threshold::Column::Id, Order::Asc).all().await?;
    let services = store.find::<service::Entity>();
    let services = services.order_by(service::Column::Name, Order::Asc);
    let services = services.order_by(service::Column::Id, Order::Asc).all().await?;
    let figures =
        figures(store, services.iter().map(|row| row.id).collect(), store.scope().organisation()).await?;
    let figures: HashMap<_, _> = figures.into_iter().collect();
    let mut passed = Vec::new();
    for service in services {
        let Some(day) = figures.get(&service.id).and_then(|figures| figures.on(on)) else { continue };
        for threshold in standing.iter().filter(|threshold| watches(threshold, &service)) {
            let past = passes(*threshold.measure, *threshold.bound, threshold.percent, &day);
            if let Some((amount, price)) = past {
                let (threshold, service) = (threshold.clone(), service.clone());
                passed.push(Passed { threshold, service, amount, price });
            }
        }
    }
    Ok(passed)
}

/// Whether a threshold is about a service: the one that it names, or each; a provider's is about its own services.
fn watches(threshold: &price_threshold::Model, service: &service::Model) -> bool {
    let is_named = threshold.service_id.is_none_or(|id| id == service.id);
    let is_own =
        *threshold.measure == PriceMeasure::CrcMargin || threshold.organisation_id == service.provider_id;
    is_named && is_own
}
