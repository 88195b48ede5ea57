//! The card as a file, in the format that it is imported in.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{organisation, price, service};
use rules::Term;
use rules::rate_card::format_money;
use rules::terms::{PriceKind, PriceStatus};

use super::import::{HEADINGS, purchaser};
use super::reads::{Sought, find};
use crate::error::Result;
use crate::sheet::{self, write_day};
use crate::store::Store;

/// The published prices of one kind that the caller may see, in force on a day, or all of them: by provider,
/// service and first day.
pub async fn export(store: &Store, on: Option<NaiveDate>, kind: PriceKind) -> Result<String> {
    let status = Some(PriceStatus::Published);
    let sought = Sought { kind: Some(kind), status, on, ..Sought::default() };
    let prices = find(store, &sought)?.all().await?;
    let services = store.find::<service::Entity>().all().await?;
    let providers = store.find::<organisation::Entity>().all().await?;
    let providers: HashMap<_, _> = providers.iter().map(|row| (row.id, row.name.as_str())).collect();
    let services: HashMap<_, _> = services.iter().map(|row| (row.id, row)).collect();
    let named = prices.iter().filter_map(|price| {
        let service = services.get(&price.service_id)?;
        Some((*providers.get(&service.provider_id)?, service.name.as_str(), price))
    });
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|(provider, service, price)| (*provider, *service, price.effective_from));
    sheet::write(HEADINGS, named.into_iter().map(|(provider, service, price)| row(provider, service, price)))
}

fn row(provider: &str, service: &str, price: &price::Model) -> [String; 8] {
    let last = price.effective_to.and_then(|to| to.pred_opt());
    [
        service.to_owned(),
        provider.to_owned(),
        price.unit.label().to_lowercase(),
        format_money(price.pence),
        write_day(price.effective_from),
        last.map(write_day).unwrap_or_default(),
        purchaser(*price.kind).map_or("", Term::label).to_owned(),
        price.notes.clone().unwrap_or_default(),
    ]
}
