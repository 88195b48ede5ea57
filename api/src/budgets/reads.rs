//! Named queries over budgets, and what they are held against.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{Coded, Id, budget, charge, ldu, probation_case, referral, referral_price};
use rules::Term;
use rules::budgets::{Days, Standing, commitment, standing};
use rules::terms::{PriceKind, Purchaser, ReferralStatus};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, RelationDef};

use super::graphql::Budget;
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

/// A referral whose sessions can still be charged.
const LIVE: [ReferralStatus; 3] =
    [ReferralStatus::Submitted, ReferralStatus::Accepted, ReferralStatus::InProgress];

/// The budgets that the caller may see, those that were changed too.
pub fn budgets(
    store: &Store,
    of: Option<Id<ldu::Entity>>,
    on: Option<NaiveDate>,
) -> Find<'_, budget::Entity> {
    use budget::Column::{EndsOn, LduId, StartsOn, SupersededAt};
    let holds = |day| Condition::all().add(StartsOn.lte(day)).add(EndsOn.gt(day)).add(SupersededAt.is_null());
    store.find::<budget::Entity>().filter_if(of.map(|id| LduId.eq(id))).filter_if(on.map(holds))
}

/// Budgets by their first day, the newest first.
pub const NEWEST: Ranking<budget::Entity> = Ranking {
    column: budget::Column::StartsOn,
    descending: true,
    form: Form::Day,
    key: |row| Key::Day(row.starts_on),
};

/// Budgets by their identifiers.
pub async fn by_id(store: &Store, ids: Vec<Id<budget::Entity>>) -> Result<Vec<(Id<budget::Entity>, Budget)>> {
    let rows = store.find::<budget::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Budget(member))).collect())
}

/// The LDU of a case, and who pays.
type Owes = (Id<ldu::Entity>, Purchaser);

/// Where budgets stand, in three statements.
pub async fn standings(store: &Store, of: &[budget::Model]) -> Result<Vec<(Id<budget::Entity>, Standing)>> {
    let delivered = delivered(store, of).await?;
    let committed = committed(store, of).await?;
    let standing = |row: &budget::Model| {
        let owes = (row.ldu_id, *row.purchaser);
        let days = Days { from: row.starts_on, to: row.ends_on };
        let of_days = delivered.get(&owes).map_or(&[][..], Vec::as_slice);
        let left = committed.get(&owes).copied().unwrap_or_default();
        (row.id, standing(&days, store.today(), of_days, left))
    };
    Ok(of.iter().map(standing).collect())
}

/// What was charged for each day, on the days of the budgets.
async fn delivered(store: &Store, of: &[budget::Model]) -> Result<HashMap<Owes, Vec<(NaiveDate, i64)>>> {
    use charge::Column::{DeliveredOn, Pence, Purchaser};
    let Some(first) = of.iter().map(|row| row.starts_on).min() else { return Ok(HashMap::new()) };
    let last = of.iter().map(|row| row.ends_on).max().unwrap_or(first);
    let charges = store.find::<charge::Entity>().filter(DeliveredOn.gte(first)).filter(DeliveredOn.lt(last));
    let to_referral = charge::Entity::belongs_to(referral::Entity)
        .from(charge::Column::ReferralId)
        .to(referral::Column::Id)
        .into();
    let charges = of_ldus(charges.joined::<referral::Entity>(store.scope(), to_referral), store, of);
    let by = [Purchaser, DeliveredOn];
    let rows: Vec<(Id<ldu::Entity>, Coded<_>, NaiveDate, i64, i64)> =
        charges.tallies_by(probation_case::Column::LduId, &by, Pence).await?;
    let mut delivered: HashMap<_, Vec<_>> = HashMap::new();
    for (ldu, purchaser, day, _, pence) in rows {
        delivered.entry((ldu, *purchaser)).or_default().push((day, pence));
    }
    Ok(delivered)
}

/// What is expected of a referral: the LDU, the referral, which price, how many rows, and the total.
type Expected = (Id<ldu::Entity>, Id<referral::Entity>, Coded<PriceKind>, i64, i64);

/// What live referrals still cost.
async fn committed(store: &Store, of: &[budget::Model]) -> Result<HashMap<Owes, i64>> {
    use referral_price::Column::{ExpectedTotalPence, Kind, ReferralId};
    if of.is_empty() {
        return Ok(HashMap::new());
    }
    let live = LIVE.map(|status| status.code());
    let to_referral =
        referral_price::Entity::belongs_to(referral::Entity).from(ReferralId).to(referral::Column::Id).into();
    let prices =
        store.find::<referral_price::Entity>().joined::<referral::Entity>(store.scope(), to_referral);
    let prices = of_ldus(prices.filter(referral::Column::Status.is_in(live)), store, of);
    let rows: Vec<Expected> =
        prices.tallies_by(probation_case::Column::LduId, &[ReferralId, Kind], ExpectedTotalPence).await?;
    let of_live = Query::select()
        .column(referral::Column::Id)
        .from(referral::Entity)
        .and_where(referral::Column::Status.is_in(live))
        .to_owned();
    let charged = store.find::<charge::Entity>().filter(charge::Column::ReferralId.in_subquery(of_live));
    let charged: Vec<(Id<referral::Entity>, i64)> =
        charged.sums(charge::Column::ReferralId, charge::Column::Pence).await?;
    let charged: HashMap<_, _> = charged.into_iter().collect();
    let mut committed: HashMap<_, i64> = HashMap::new();
    for (ldu, referral, kind, _, expected) in rows {
        let purchaser = match *kind {
            PriceKind::Card => Purchaser::Nps,
            PriceKind::Supply => Purchaser::Crc,
            PriceKind::Cost => continue,
        };
        let left = commitment(expected, charged.get(&referral).copied().unwrap_or_default());
        let sum = committed.entry((ldu, purchaser)).or_default();
        *sum = sum.saturating_add(left);
    }
    Ok(committed)
}

/// Only what concerns cases of the LDUs of these budgets, which the caller may see.
fn of_ldus<'s, E: EntityTrait>(find: Find<'s, E>, store: &Store, of: &[budget::Model]) -> Find<'s, E> {
    let to_case: RelationDef = referral::Entity::belongs_to(probation_case::Entity)
        .from(referral::Column::CaseId)
        .to(probation_case::Column::Id)
        .into();
    let find = find.joined::<probation_case::Entity>(store.scope(), to_case);
    find.of(probation_case::Column::LduId, of.iter().map(|row| row.ldu_id))
}
