//! Named queries over costs of delivery.

use entity::{Id, delivery_cost, service};
use rules::rate_card::{Step, until_the_next};
use sea_orm::ColumnTrait;

use super::graphql::DeliveryCost;
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

/// The costs that the caller may see, those that were corrected too; only those of a service where one is named.
pub fn costs(store: &Store, of: Option<Id<service::Entity>>) -> Find<'_, delivery_cost::Entity> {
    let find = store.find::<delivery_cost::Entity>();
    find.filter_if(of.map(|id| delivery_cost::Column::ServiceId.eq(id)))
}

/// Costs, those stated last first.
pub const LATEST: Ranking<delivery_cost::Entity> = Ranking {
    column: delivery_cost::Column::CreatedAt,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.created_at),
};

/// Costs by their identifiers.
pub async fn by_id(
    store: &Store,
    ids: Vec<Id<delivery_cost::Entity>>,
) -> Result<Vec<(Id<delivery_cost::Entity>, DeliveryCost)>> {
    let rows = store.find::<delivery_cost::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, DeliveryCost(member))).collect())
}

/// What services cost to deliver, each cost until the next begins, as far as the caller may see it.
pub async fn steps(
    store: &Store,
    of: Vec<Id<service::Entity>>,
) -> Result<Vec<(Id<service::Entity>, Vec<Step>)>> {
    let find = store.find::<delivery_cost::Entity>().of(delivery_cost::Column::ServiceId, of);
    let rows = find.filter(delivery_cost::Column::SupersededAt.is_null()).all().await?;
    let mut amounts: std::collections::BTreeMap<_, Vec<_>> = std::collections::BTreeMap::new();
    for row in rows {
        amounts.entry(row.service_id).or_default().push((row.effective_from, row.pence));
    }
    Ok(amounts.into_iter().map(|(service, amounts)| (service, until_the_next(amounts))).collect())
}
