//! What prices would have done to past spending, from the charges that were posted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::{Id, charge, organisation, price, price_batch, referral_price, service};
use rules::rate_card::{Charged, Effect};
use rules::terms::{PriceKind, PriceStatus, Purchaser};
use rules::{Term, london};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order};

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
    let own: BTreeSet<_> =
        prices.iter().filter_map(|row| Some((row.service_id, *row.kind, row.purchaser_id?))).collect();
    for price in prices {
        let lines = charged.get(&(price.service_id, *price.kind)).map_or(&[][..], Vec::as_slice);
        let lines = lines.iter().filter(|line| concerns(&price, line, &own)).map(|line| &line.charged);
        let effect = lines.fold(Effect::default(), |sum, one| sum.with(one, price.pence));
        if let Some(purchaser) = payer(*price.kind)
            && seen.insert((price.service_id, *price.kind, price.purchaser_id))
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

/// What was charged to one purchaser, at its own price or at the general one.
struct Line {
    buyer: Option<Id<organisation::Entity>>,
    at_own: bool,
    charged: Charged,
}

/// Whether a price would have moved what was charged: a purchaser's own price whatever that purchaser paid, the general one
/// what was charged at general prices, but to those who have a price of their own among those looked at.
fn concerns(
    price: &price::Model,
    line: &Line,
    own: &BTreeSet<(Id<service::Entity>, PriceKind, Id<organisation::Entity>)>,
) -> bool {
    match price.purchaser_id {
        Some(_) => line.buyer == price.purchaser_id,
        None => {
            let has_own =
                line.buyer.is_some_and(|buyer| own.contains(&(price.service_id, *price.kind, buyer)));
            !line.at_own && !has_own
        }
    }
}

/// What was charged of services, by each kind of price: the lines that the caller may see, but for adjustments, which
/// no price moves.
async fn charged(
    store: &Store,
    prices: &[price::Model],
    sought: &Sought,
) -> Result<HashMap<Priced, Vec<Line>>> {
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
    let kept = charge::Entity::belongs_to(referral_price::Entity)
        .from(charge::Column::ReferralId)
        .to(referral_price::Column::ReferralId)
        .into();
    let lines = lines.joined::<referral_price::Entity>(store.scope(), kept);
    type Tally = (Option<Id<organisation::Entity>>, Id<price::Entity>, i64, i64, i64);
    let buyer = referral_price::Column::PurchaserId;
    let rows: Vec<Tally> = lines.tallies_by(buyer, &[PriceId, Pence], Pence).await?;
    let ids: BTreeSet<_> = rows.iter().map(|(_, price, ..)| *price).collect();
    let at = store.find::<price::Entity>().by_ids(ids).await?;
    let at: HashMap<_, price::Model> = at.into_iter().map(|row| (row.id, row)).collect();
    let mut charged: HashMap<_, Vec<Line>> = HashMap::new();
    for (buyer, price, pence, lines, _) in rows {
        let Some(price) = at.get(&price) else { continue };
        let line = Charged { price: price.pence, pence, lines };
        let line = Line { buyer, at_own: price.purchaser_id.is_some(), charged: line };
        charged.entry((price.service_id, *price.kind)).or_default().push(line);
    }
    Ok(charged)
}
