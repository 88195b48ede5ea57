//! Named queries over services and their criteria.

use chrono::NaiveDate;
use entity::{Id, criterion, criterion_version, service, service_need};
use rules::directory::{Criterion as Asked, Opening, Rule, closed};
use rules::terms::{Need, Purchaser};
use sea_orm::{ColumnTrait, Condition, Order};

use super::graphql::{Criterion, CriterionVersion, Service};
use crate::error::{Fault, Result};
use crate::store::kin::Member;
use crate::store::{Find, Finds, Store, Write};

/// Services by their identifiers.
pub async fn services(
    store: &Store,
    ids: Vec<Id<service::Entity>>,
) -> Result<Vec<(Id<service::Entity>, Service)>> {
    let rows = store.find::<service::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Service(member))).collect())
}

/// The needs that services work on.
pub async fn needs(
    finds: &(impl Finds + Sync),
    of: Vec<Id<service::Entity>>,
) -> Result<Vec<(Id<service::Entity>, Need)>> {
    let find = finds.find::<service_need::Entity>().of(service_need::Column::ServiceId, of);
    let rows = find.order_by(service_need::Column::Need, Order::Asc).all().await?;
    Ok(rows.into_iter().map(|row| (row.service_id, *row.need)).collect())
}

/// The criteria of services, those of their providers among them, in the order in which they were written.
pub async fn criteria(store: &Store, of: &[service::Model]) -> Result<Vec<(Id<service::Entity>, Criterion)>> {
    let rows = in_order(store.find::<criterion::Entity>().filter(asked_by(of))).all().await?;
    let members = Member::family(rows);
    let pairs = members.flat_map(|member| {
        let asking = of.iter().filter(|service| asks(service, &member));
        asking.map(|service| (service.id, Criterion(member.clone()))).collect::<Vec<_>>()
    });
    Ok(pairs.collect())
}

fn asked_by(services: &[service::Model]) -> Condition {
    Condition::any()
        .add(criterion::Column::ServiceId.is_in(services.iter().map(|service| service.id)))
        .add(criterion::Column::ProviderId.is_in(services.iter().map(|service| service.provider_id)))
}

fn asks(service: &service::Model, row: &criterion::Model) -> bool {
    row.service_id == Some(service.id) || row.provider_id == Some(service.provider_id)
}

fn in_order(find: Find<'_, criterion::Entity>) -> Find<'_, criterion::Entity> {
    find.order_by(criterion::Column::CreatedAt, Order::Asc).order_by(criterion::Column::Id, Order::Asc)
}

/// A criterion with where and when it applies.
#[derive(Clone, Debug)]
pub struct OwnedRule {
    /// The row that holds it.
    pub id: Id<criterion::Entity>,
    /// The version of the row.
    pub version: i64,
    /// What is asked.
    pub criterion: Asked,
    /// The one purchaser whose referrals it concerns; none when it concerns everybody's.
    pub purchaser: Option<Purchaser>,
    /// The first day (Europe/London) on which it is in force; none when it always was.
    pub effective_from: Option<NaiveDate>,
    /// The day (Europe/London) from which it is no longer in force; none when it has no end.
    pub effective_to: Option<NaiveDate>,
}

impl OwnedRule {
    /// The rule as it is held against facts.
    pub const fn rule(&self) -> Rule<'_> {
        Rule {
            criterion: &self.criterion,
            purchaser: self.purchaser,
            effective_from: self.effective_from,
            effective_to: self.effective_to,
        }
    }
}

/// What a service and its provider ask of referrals, whatever the day. A row that cannot be understood is a
/// fault: a rule that was skipped would open the service.
pub async fn rules_for(write: &Write, service: &service::Model) -> Result<Vec<OwnedRule>> {
    let asked = asked_by(std::slice::from_ref(service));
    let rows = in_order(write.find::<criterion::Entity>().filter(asked)).all().await?;
    rows.iter().map(owned).collect()
}

/// As [`rules_for`], of several services: each rule with the service that asks it.
pub async fn rules_of(
    store: &Store,
    services: &[service::Model],
) -> Result<Vec<(Id<service::Entity>, OwnedRule)>> {
    let rows = in_order(store.find::<criterion::Entity>().filter(asked_by(services))).all().await?;
    let mut rules = Vec::new();
    for row in &rows {
        let rule = owned(row)?;
        let asking = services.iter().filter(|service| asks(service, row));
        rules.extend(asking.map(|service| (service.id, rule.clone())));
    }
    Ok(rules)
}

fn owned(row: &criterion::Model) -> Result<OwnedRule> {
    Ok(OwnedRule {
        id: row.id,
        version: row.version,
        criterion: understood(row)?,
        purchaser: row.purchaser.map(|purchaser| *purchaser),
        effective_from: row.effective_from,
        effective_to: row.effective_to,
    })
}

/// The criterion that a row holds.
pub fn understood(row: &criterion::Model) -> Result<Asked> {
    parsed(&row.value)
}

/// The criterion that stored JSON holds.
pub fn parsed(value: &serde_json::Value) -> Result<Asked> {
    Asked::parse(value).map_err(|flaws| Fault::internal(format!("a stored criterion: {flaws:?}")))
}

/// The versions of criteria, the latest first.
pub async fn versions(
    store: &Store,
    of: Vec<Id<criterion::Entity>>,
) -> Result<Vec<(Id<criterion::Entity>, CriterionVersion)>> {
    let find = store.find::<criterion_version::Entity>().of(criterion_version::Column::CriterionId, of);
    let rows = find.order_by(criterion_version::Column::Number, Order::Desc).all().await?;
    Ok(Member::family(rows).map(|member| (member.criterion_id, CriterionVersion(member))).collect())
}

/// What a service says of when it takes referrals.
pub fn opening(service: &service::Model) -> Opening<'_> {
    Opening {
        on_card: service.on_card,
        from: service.open_from,
        to: service.open_to,
        withdrawal_reason: service.withdrawal_reason.as_deref(),
    }
}

/// Whether a service takes referrals on a day.
pub fn is_open(service: &service::Model, day: NaiveDate) -> bool {
    closed(&opening(service), day).is_none()
}
