//! The lines of services as they are now, whoever looks: what was written down, and what time has done to it since.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{Id, cohort, cohort_ldu, place, service};
use rules::places::{Entry, Line, Room, closes_at};
use sea_orm::{ColumnTrait, Condition, Order};
use uuid::Uuid;

use crate::error::Result;
use crate::store::{Find, Standing, Store};

type ServiceId = Id<service::Entity>;

/// The line of a service, by identifiers of cohorts, places and LDUs.
pub type ServiceLine = Line<Uuid>;

/// The lines of services, settled now; of each of them.
pub async fn lines(store: &Store, services: Vec<ServiceId>) -> Result<Vec<(ServiceId, ServiceLine)>> {
    let services: BTreeSet<_> = services.into_iter().collect();
    let standing = store.lines(services.iter().copied().collect(), None).await?;
    settled(store, services, standing).await
}

/// Cohorts that have places left although as many are written down as held: offers have lapsed since.
pub async fn freed(store: &Store) -> Result<Vec<Id<cohort::Entity>>> {
    let standing = store.lines(Vec::new(), Some(store.now())).await?;
    if standing.is_empty() {
        return Ok(Vec::new());
    }
    let services = standing.iter().map(|one| one.service_id).collect();
    let lines = settled(store, services, standing).await?;
    let rooms = lines.iter().flat_map(|(_, line)| line.rooms().iter().map(move |room| (line, room.id)));
    let free = rooms.filter(|(line, id)| line.left(*id, store.now()) > 0);
    Ok(free.map(|(_, id)| Id::new(id)).collect())
}

async fn settled(
    store: &Store,
    services: BTreeSet<ServiceId>,
    standing: Vec<Standing>,
) -> Result<Vec<(ServiceId, ServiceLine)>> {
    let find = store.find::<cohort::Entity>().of(cohort::Column::ServiceId, services.iter().copied());
    let cohorts = in_order(find, standing.iter().filter_map(|one| one.cohort_id), store).await?;
    let mut rooms = by_service(rooms(&cohorts, &ldus(store, &cohorts).await?));
    let mut entries: HashMap<ServiceId, Vec<Entry<Uuid>>> = HashMap::new();
    for one in standing {
        entries.entry(one.service_id).or_default().push(entry(one));
    }
    let line = |service: ServiceId| {
        let rooms = rooms.remove(&service).unwrap_or_default();
        let mut line = Line::new(rooms, entries.remove(&service).unwrap_or_default(), store.policy().offer());
        line.settle(store.now());
        (service, line)
    };
    Ok(services.into_iter().map(line).collect())
}

/// The cohorts that take people now, and those that somebody waits for or is offered, in the order in which their places
/// are offered to who may have any.
async fn in_order(
    find: Find<'_, cohort::Entity>,
    named: impl Iterator<Item = Id<cohort::Entity>>,
    store: &Store,
) -> Result<Vec<cohort::Model>> {
    concerned(find, named, store.today()).await
}

/// As they are read for the lines of services, within an act or outside.
pub async fn concerned(
    find: Find<'_, cohort::Entity>,
    named: impl Iterator<Item = Id<cohort::Entity>>,
    today: chrono::NaiveDate,
) -> Result<Vec<cohort::Model>> {
    let named: BTreeSet<_> = named.collect();
    find.filter(cohort::Column::CancelledAt.is_null())
        .filter(Condition::any().add(open_on(today)).add(cohort::Column::Id.is_in(named)))
        .order_by(cohort::Column::FirstDay, Order::Asc)
        .order_by(cohort::Column::Id, Order::Asc)
        .all()
        .await
}

/// Cohorts that take people on a day: dated ones up to their first day, rolling ones up to their last.
pub fn open_on(today: chrono::NaiveDate) -> Condition {
    use cohort::Column::{CancelledAt, FirstDay, LastDay, Rolling};
    let rolls = Condition::any().add(LastDay.is_null()).add(LastDay.gte(today));
    Condition::all()
        .add(CancelledAt.is_null())
        .add(Condition::any().add(FirstDay.gte(today)).add(Condition::all().add(Rolling.eq(true)).add(rolls)))
}

async fn ldus(store: &Store, cohorts: &[cohort::Model]) -> Result<Vec<cohort_ldu::Model>> {
    let ids = cohorts.iter().map(|row| row.id);
    store.find::<cohort_ldu::Entity>().of(cohort_ldu::Column::CohortId, ids).all().await
}

fn by_service(rooms: Vec<(ServiceId, Room<Uuid>)>) -> HashMap<ServiceId, Vec<Room<Uuid>>> {
    let mut by: HashMap<ServiceId, Vec<Room<Uuid>>> = HashMap::new();
    for (service, room) in rooms {
        by.entry(service).or_default().push(room);
    }
    by
}

/// Cohorts as their lines know them.
fn rooms(cohorts: &[cohort::Model], ldus: &[cohort_ldu::Model]) -> Vec<(ServiceId, Room<Uuid>)> {
    let mut of: HashMap<Id<cohort::Entity>, Vec<Uuid>> = HashMap::new();
    for row in ldus {
        of.entry(row.cohort_id).or_default().push(row.ldu_id.0);
    }
    cohorts.iter().map(|row| (row.service_id, room(row, of.remove(&row.id).unwrap_or_default()))).collect()
}

/// A cohort as its line knows it.
pub fn room(row: &cohort::Model, ldus: Vec<Uuid>) -> Room<Uuid> {
    Room { id: row.id.0, ldus, places: row.places, held: row.held, closes_at: closes(row) }
}

/// The instant from which a cohort takes nobody; none while it goes on.
pub fn closes(row: &cohort::Model) -> Option<DateTime<Utc>> {
    closes_at(row.rolling, row.first_day, row.last_day)
}

fn entry(one: Standing) -> Entry<Uuid> {
    Entry {
        id: one.id.0,
        number: one.line_number,
        cohort: one.cohort_id.map(|id| id.0),
        ldu: one.ldu_id.map(|id| id.0),
        status: *one.status,
        offered_at: one.offered_at,
        offer_until: one.offer_until,
        ended_at: None,
    }
}

/// Somebody's place as their line knows it.
pub fn entry_of(row: &place::Model) -> Entry<Uuid> {
    Entry {
        id: row.id.0,
        number: row.line_number,
        cohort: row.cohort_id.map(|id| id.0),
        ldu: row.ldu_id.map(|id| id.0),
        status: *row.status,
        offered_at: row.offered_at,
        offer_until: row.offer_until,
        ended_at: row.ended_at,
    }
}
