//! Named queries over charges and the prices that referrals keep.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{Id, charge, organisation, referral, referral_price};
use rules::Term;
use rules::terms::{ChargeKind, Purchaser};
use sea_orm::{ColumnTrait, Order};

use super::graphql::{Charge, ReferralPrice};
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

/// What to look for among charges.
#[derive(Default)]
pub struct ChargesSought {
    /// Only those of this referral.
    pub referral: Option<Id<referral::Entity>>,
    /// Only what this organisation delivered.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only what this side pays.
    pub purchaser: Option<Purchaser>,
    /// Only what was delivered on this day or later.
    pub delivered_from: Option<NaiveDate>,
    /// Only what was delivered on this day or earlier.
    pub delivered_to: Option<NaiveDate>,
    /// Only lines of this kind.
    pub kind: Option<ChargeKind>,
}

/// The charges that the caller may see.
pub fn charges<'s>(store: &'s Store, sought: &ChargesSought) -> Find<'s, charge::Entity> {
    use charge::Column::{DeliveredOn, Kind, ProviderId, Purchaser, ReferralId};
    store
        .find::<charge::Entity>()
        .filter_if(sought.referral.map(|id| ReferralId.eq(id)))
        .filter_if(sought.provider.map(|id| ProviderId.eq(id)))
        .filter_if(sought.purchaser.map(|purchaser| Purchaser.eq(purchaser.code())))
        .filter_if(sought.delivered_from.map(|day| DeliveredOn.gte(day)))
        .filter_if(sought.delivered_to.map(|day| DeliveredOn.lte(day)))
        .filter_if(sought.kind.map(|kind| Kind.eq(kind.code())))
}

/// Charges, the newest first.
pub const NEWEST_FIRST: Ranking<charge::Entity> = Ranking {
    column: charge::Column::CreatedAt,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.created_at),
};

/// The charges of referrals, in the order in which they were posted.
pub async fn of_referrals(
    store: &Store,
    of: Vec<Id<referral::Entity>>,
) -> Result<Vec<(Id<referral::Entity>, Charge)>> {
    let find = store.find::<charge::Entity>().of(charge::Column::ReferralId, of);
    let find = find.order_by(charge::Column::CreatedAt, Order::Asc).order_by(charge::Column::Id, Order::Asc);
    let rows = find.all().await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, Charge(member))).collect())
}

/// Charges by their identifiers.
pub async fn by_id(store: &Store, ids: Vec<Id<charge::Entity>>) -> Result<Vec<(Id<charge::Entity>, Charge)>> {
    let rows = store.find::<charge::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Charge(member))).collect())
}

/// The prices that referrals keep, with what was charged so far.
pub async fn prices_of(
    store: &Store,
    of: Vec<Id<referral::Entity>>,
) -> Result<Vec<(Id<referral::Entity>, ReferralPrice)>> {
    let find = store.find::<referral_price::Entity>();
    let rows = find.of(referral_price::Column::ReferralId, of.iter().copied()).all().await?;
    let charged: Vec<(Id<referral::Entity>, i64)> = store
        .find::<charge::Entity>()
        .of(charge::Column::ReferralId, of)
        .sums(charge::Column::ReferralId, charge::Column::Pence)
        .await?;
    let charged: HashMap<_, _> = charged.into_iter().collect();
    let price = |member: Member<referral_price::Model, _>| {
        let charged = charged.get(&member.referral_id).copied().unwrap_or_default();
        (member.referral_id, ReferralPrice { price: member, charged })
    };
    Ok(Member::family(rows).map(price).collect())
}
