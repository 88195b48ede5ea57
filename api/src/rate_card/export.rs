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
/// service, purchaser and first day. Of a price for one purchaser alone, its name stands in the place of NPS or CRC.
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
        let only_for = price.purchaser_id.and_then(|id| providers.get(&id).copied());
        Some((*providers.get(&service.provider_id)?, service.name.as_str(), only_for, price))
    });
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|(provider, service, only_for, price)| {
        (*provider, *service, *only_for, price.effective_from)
    });
    sheet::write(HEADINGS, named.into_iter().map(row))
}

fn row((provider, service, only_for, price): (&str, &str, Option<&str>, &price::Model)) -> [String; 8] {
    let last = price.effective_to.and_then(|to| to.pred_opt());
    [
        service.to_owned(),
        provider.to_owned(),
        price.unit.label().to_lowercase(),
        format_money(price.pence),
        write_day(price.effective_from),
        last.map(write_day).unwrap_or_default(),
        only_for.or(purchaser(*price.kind).map(Term::label)).unwrap_or_default().to_owned(),
        price.notes.clone().unwrap_or_default(),
    ]
}
