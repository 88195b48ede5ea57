//! Named queries over variations.

use entity::{Id, referral, referral_price, variation};
use rules::Term;
use rules::variations::VariationStatus;
use sea_orm::{ColumnTrait, Order};

use super::graphql::Variation;
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

type ReferralId = Id<referral::Entity>;

/// The variations that the caller may see; only those of a referral, or in a state, where one is named.
pub fn variations(
    store: &Store,
    of: Option<ReferralId>,
    status: Option<VariationStatus>,
) -> Find<'_, variation::Entity> {
    use variation::Column::{ReferralId, Status};
    let find = store.find::<variation::Entity>().filter_if(of.map(|id| ReferralId.eq(id)));
    find.filter_if(status.map(|status| Status.eq(status.code())))
}

/// Variations, those proposed last first.
pub const LATEST: Ranking<variation::Entity> = Ranking {
    column: variation::Column::CreatedAt,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.created_at),
};

/// The variations of referrals, in the order in which they were proposed.
pub async fn of_referrals(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, Variation)>> {
    let find = store.find::<variation::Entity>().of(variation::Column::ReferralId, of);
    let find = find.order_by(variation::Column::CreatedAt, Order::Asc);
    let rows = find.order_by(variation::Column::Id, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, Variation(member))).collect())
}

/// What a unit costs of each of these referrals, in pence, as far as the caller may see it.
pub async fn unit_prices(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, i64)>> {
    use referral_price::Column::{Pence, ReferralId};
    store.find::<referral_price::Entity>().of(ReferralId, of).columns(&[ReferralId, Pence]).await
}

/// The referrals, as far as a decision on a variation asks for them.
pub async fn referrals_of(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, referral::Model)>> {
    let rows = store.find::<referral::Entity>().by_ids(of).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
