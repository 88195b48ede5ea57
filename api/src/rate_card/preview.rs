//! What prices would have done to past spending, from the charges that were posted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{Coded, Id, charge, price, price_batch, service};
use rules::rate_card::{Charged, Effect};
use rules::terms::{PriceKind, PriceStatus, Purchaser};
use rules::{Term, london};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, Order};

use crate::error::Result;
use crate::statements::reads::adjusts;
use crate::store::Store;

/// Which prices, over which days.
pub struct Sought {
    /// Only this price.
    pub price: Option<Id<price::Entity>>,
    /// Only those of this batch.
    pub batch: Option<Id<price_batch::Entity>>,
    /// The first day of delivery.
    pub from: NaiveDate,
    /// The last one.
    pub to: NaiveDate,
}

/// What prices would have done.
pub struct Preview {
    /// Each price with its effect, in the order of their first days.
    pub effects: Vec<(price::Model, Effect)>,
    /// The effect on what each side spent: of several prices of one service, that of the first.
    pub spends: BTreeMap<Purchaser, Effect>,
}

/// The last three months that are over, by their first and last days.
pub fn last_quarter(today: NaiveDate) -> (NaiveDate, NaiveDate) {
    let end = london::month_of(today);
    (london::months_later(today, -3), end.pred_opt().unwrap_or(end))
}

/// Who pays at a price of this kind.
const fn payer(kind: PriceKind) -> Option<Purchaser> {
    super::import::purchaser(kind)
}

/// The effects of the prices sought; of all that are drafted or await approval, where none is named.
pub async fn preview(store: &Store, sought: &Sought) -> Result<Preview> {
    let waiting = [PriceStatus::Draft, PriceStatus::Submitted].map(|status| status.code());
    let names_none = sought.price.is_none() && sought.batch.is_none();
    let prices = store
        .find::<price::Entity>()
        .filter_if(sought.price.map(|id| price::Column::Id.eq(id)))
        .filter_if(sought.batch.map(|id| price::Column::BatchId.eq(id)))
        .filter_if(names_none.then(|| price::Column::Status.is_in(waiting)))
        .order_by(price::Column::EffectiveFrom, Order::Asc)
        .order_by(price::Column::Id, Order::Asc)
        .all()
        .await?;
    let charged = charged(store, &prices, sought).await?;
    let (mut effects, mut spends) = (Vec::new(), BTreeMap::new());
    let mut seen = BTreeSet::new();
    for price in prices {
        let lines = charged.get(&(price.service_id, *price.kind)).map_or(&[][..], Vec::as_slice);
        let effect = lines.iter().fold(Effect::default(), |sum, one| sum.with(one, price.pence));
        if let Some(purchaser) = payer(*price.kind)
            && seen.insert((price.service_id, *price.kind))
        {
            let spend: &mut Effect = spends.entry(purchaser).or_default();
            *spend = spend.and(&effect);
        }
        effects.push((price, effect));
    }
    Ok(Preview { effects, spends })
}

/// A service, by one kind of its prices.
type Priced = (Id<service::Entity>, PriceKind);

/// What was charged of services, by each kind of price: the lines that the caller may see, but for adjustments, which
/// no price moves.
async fn charged(
    store: &Store,
    prices: &[price::Model],
    sought: &Sought,
) -> Result<HashMap<Priced, Vec<Charged>>> {
    use charge::Column::{DeliveredOn, Pence, PriceId};
    let services: BTreeSet<_> = prices.iter().map(|row| row.service_id).collect();
    if services.is_empty() {
        return Ok(HashMap::new());
    }
    let of_services = Query::select()
        .column(price::Column::Id)
        .from(price::Entity)
        .and_where(price::Column::ServiceId.is_in(services))
        .to_owned();
    let within = Condition::all().add(DeliveredOn.gte(sought.from)).add(DeliveredOn.lte(sought.to));
    let lines = store.find::<charge::Entity>().filter(within).filter(adjusts(false));
    let lines = lines.filter(PriceId.in_subquery(of_services));
    let rows: Vec<(Id<price::Entity>, i64, i64, i64)> = lines.tallies(&[PriceId, Pence], Pence).await?;
    let ids: BTreeSet<_> = rows.iter().map(|(price, ..)| *price).collect();
    let at = store.find::<price::Entity>().by_ids(ids).await?;
    let at: HashMap<_, (Id<service::Entity>, Coded<PriceKind>, i64)> =
        at.into_iter().map(|row| (row.id, (row.service_id, row.kind, row.pence))).collect();
    let mut charged: HashMap<_, Vec<Charged>> = HashMap::new();
    for (price, pence, lines, _) in rows {
        let Some((service, kind, price)) = at.get(&price).copied() else { continue };
        charged.entry((service, *kind)).or_default().push(Charged { price, pence, lines });
    }
    Ok(charged)
}
