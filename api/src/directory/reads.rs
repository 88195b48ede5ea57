//! Named queries over services and their criteria.

use chrono::NaiveDate;
use entity::{Id, criterion, organisation, service, service_need};
use rules::directory::Criterion as Asked;
use rules::terms::{Need, Purchaser};
use rules::{Term, london};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, Order};

use super::graphql::{Criterion, Service};
use crate::error::{Fault, Result};
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store, Write, has_words};

/// Services by their identifiers.
pub async fn services(
    store: &Store,
    ids: Vec<Id<service::Entity>>,
) -> Result<Vec<(Id<service::Entity>, Service)>> {
    let rows = store.find::<service::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Service(member))).collect())
}

/// What to look for among services.
#[derive(Default)]
pub struct Sought {
    /// Only those of this provider.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only those that work on this need.
    pub need: Option<Need>,
    /// Only those whose name or provider's name has these words, in any order.
    pub text: Option<String>,
    /// Only those that take referrals on this day.
    pub open_on: Option<NaiveDate>,
}

/// Services by name.
pub const BY_NAME: Ranking<service::Entity> = Ranking {
    column: service::Column::Name,
    descending: false,
    form: Form::Text,
    key: |row| Key::Text(row.name.clone()),
};

/// The services sought.
pub fn sought<'s>(store: &'s Store, sought: &Sought) -> Result<Find<'s, service::Entity>> {
    let words =
        sought.text.as_deref().map(|text| has_words(service::Column::SearchText, text)).transpose()?;
    let open = sought.open_on.map(open_on).transpose()?;
    let for_need = sought.need.map(|need| {
        let services = Query::select()
            .column(service_need::Column::ServiceId)
            .from(service_need::Entity)
            .and_where(service_need::Column::Need.eq(need.code()))
            .to_owned();
        service::Column::Id.in_subquery(services)
    });
    Ok(store
        .find::<service::Entity>()
        .filter_if(sought.provider.map(|id| service::Column::ProviderId.eq(id)))
        .filter_if(for_need)
        .filter_if(words)
        .filter_if(open))
}

fn open_on(day: NaiveDate) -> Result<Condition> {
    use service::Column::{OpenFrom, OpenTo};
    if !london::believable(day) {
        return Err(Fault::bad_input("openOn: give a date between 1900 and 2200."));
    }
    Ok(Condition::all()
        .add(Condition::any().add(OpenFrom.is_null()).add(OpenFrom.lte(day)))
        .add(Condition::any().add(OpenTo.is_null()).add(OpenTo.gt(day))))
}

/// The needs that services work on.
pub async fn needs(store: &Store, of: Vec<Id<service::Entity>>) -> Result<Vec<(Id<service::Entity>, Need)>> {
    let find = store.find::<service_need::Entity>().of(service_need::Column::ServiceId, of);
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
    /// What is asked.
    pub criterion: Asked,
    /// The one purchaser whose referrals it concerns; none when it concerns everybody's.
    pub purchaser: Option<Purchaser>,
    /// The first day (Europe/London) on which it is in force; none when it always was.
    pub effective_from: Option<NaiveDate>,
    /// The day (Europe/London) from which it is no longer in force; none when it has no end.
    pub effective_to: Option<NaiveDate>,
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
        criterion: understood(row)?,
        purchaser: row.purchaser.map(|purchaser| *purchaser),
        effective_from: row.effective_from,
        effective_to: row.effective_to,
    })
}

/// The criterion that a row holds.
pub fn understood(row: &criterion::Model) -> Result<Asked> {
    Asked::parse(&row.value).map_err(|error| Fault::internal(format!("criterion {}: {error}", row.id)))
}
