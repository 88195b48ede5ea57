//! What services say of themselves beside their description: named queries over the parts of an entry.

use entity::{
    Id, ldu, sentence, service, service_area, service_availability, service_duty, service_mode, service_venue,
};
use rules::directory::{Availability, bases};
use rules::terms::{DeliveryMode, Duty, SentenceBasis};
use sea_orm::Order;

use super::graphql::{ServiceArea, ServiceAvailability, ServiceVenue};
use crate::error::Result;
use crate::organisations::graphql::Ldu;
use crate::store::kin::Member;
use crate::store::{Finds, Store};

type ServiceId = Id<service::Entity>;

/// When and where services are delivered.
pub async fn modes(store: &Store, of: Vec<ServiceId>) -> Result<Vec<(ServiceId, DeliveryMode)>> {
    let find = store.find::<service_mode::Entity>().of(service_mode::Column::ServiceId, of);
    let rows = find.order_by(service_mode::Column::Mode, Order::Asc).all().await?;
    Ok(rows.into_iter().map(|row| (row.service_id, *row.mode)).collect())
}

/// What providers owe for services.
pub async fn duties(store: &Store, of: Vec<ServiceId>) -> Result<Vec<(ServiceId, Duty)>> {
    let find = store.find::<service_duty::Entity>().of(service_duty::Column::ServiceId, of);
    let rows = find.order_by(service_duty::Column::Duty, Order::Asc).all().await?;
    Ok(rows.into_iter().map(|row| (row.service_id, *row.duty)).collect())
}

/// The areas that services name.
pub async fn areas(store: &Store, of: Vec<ServiceId>) -> Result<Vec<(ServiceId, ServiceArea)>> {
    let find = store.find::<service_area::Entity>().of(service_area::Column::ServiceId, of);
    let rows = find.order_by(service_area::Column::LduId, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.service_id, ServiceArea(member))).collect())
}

/// Where services are delivered, by name.
pub async fn venues(store: &Store, of: Vec<ServiceId>) -> Result<Vec<(ServiceId, ServiceVenue)>> {
    let find = store.find::<service_venue::Entity>().of(service_venue::Column::ServiceId, of);
    let rows = find.order_by(service_venue::Column::Name, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.service_id, ServiceVenue(member))).collect())
}

/// For whom services say that they are available.
pub async fn availability(
    store: &Store,
    of: Vec<ServiceId>,
) -> Result<Vec<(ServiceId, ServiceAvailability)>> {
    let rows = stated(store, of).await?;
    Ok(rows.into_iter().map(|row| (row.service_id, ServiceAvailability(row))).collect())
}

/// The rows of what services say of their availability, in order.
pub async fn stated(
    finds: &(impl Finds + Sync),
    of: Vec<ServiceId>,
) -> Result<Vec<service_availability::Model>> {
    let find = finds.find::<service_availability::Entity>().of(service_availability::Column::ServiceId, of);
    let find = find.order_by(service_availability::Column::Purchaser, Order::Asc);
    find.order_by(service_availability::Column::Id, Order::Asc).all().await
}

/// What a row says.
pub fn said(row: &service_availability::Model) -> Availability {
    Availability {
        purchaser: *row.purchaser,
        basis: row.basis.map(|basis| *basis),
        period: (row.available_from, row.available_to),
    }
}

/// What in a sentence lets probation use a service.
pub fn bases_of(sentence: &sentence::Model) -> Vec<SentenceBasis> {
    let programme = sentence.programme.is_some();
    bases(*sentence.kind, sentence.max_rar_days, programme, sentence.unpaid_work_hours)
}

/// LDUs by their identifiers.
pub async fn ldus(store: &Store, ids: Vec<Id<ldu::Entity>>) -> Result<Vec<(Id<ldu::Entity>, Ldu)>> {
    let rows = store.find::<ldu::Entity>().by_ids(ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, Ldu(row))).collect())
}
