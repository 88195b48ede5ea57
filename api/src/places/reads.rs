//! Named queries over cohorts and places, and over how long people wait.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{Id, cohort, cohort_ldu, ldu, place, referral, service};
use rules::Term;
use rules::places::{ExpectedWait, Start, WeeklyTime, expected_wait, next_start};
use rules::terms::CohortMode;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, Order};

use super::calendar::{freed, lines, open_on};
use super::graphql::{Cohort, Place};
use super::service::read_times;
use crate::error::Result;
use crate::organisations::graphql::Ldu;
use crate::organisations::reads::ldus_by_id;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

type CohortId = Id<cohort::Entity>;
type ReferralId = Id<referral::Entity>;
type ServiceId = Id<service::Entity>;

/// What to look for in the calendar.
#[derive(Clone, Default)]
pub struct Sought {
    /// Only cohorts of these services.
    pub services: Option<Vec<ServiceId>>,
    /// Only those to which people come from this LDU.
    pub ldu: Option<Id<ldu::Entity>>,
    /// Only those that run on this day or later.
    pub from: Option<NaiveDate>,
    /// Only those that have begun by this day.
    pub to: Option<NaiveDate>,
    /// Only by day, or only in the evening.
    pub mode: Option<CohortMode>,
    /// Only those of which a place can be booked now.
    pub with_places_left: bool,
    /// Those too that were cancelled.
    pub cancelled_too: bool,
}

/// Cohorts by their first day.
pub const CALENDAR: Ranking<cohort::Entity> = Ranking {
    column: cohort::Column::FirstDay,
    descending: false,
    form: Form::Day,
    key: |row| Key::Day(row.first_day),
};

/// The cohorts sought.
pub async fn sought<'s>(store: &'s Store, sought: &Sought) -> Result<Find<'s, cohort::Entity>> {
    use cohort::Column::{CancelledAt, FirstDay, Held, Id, LastDay, Places, ServiceId};
    let left = match sought.with_places_left {
        true => {
            let room = Expr::col(Held.as_column_ref()).lt(Expr::col(Places.as_column_ref()));
            let left = Condition::any().add(room).add(Id.is_in(freed(store).await?));
            Some(Condition::all().add(open_on(store.today())).add(left))
        }
        false => None,
    };
    let on = |day: NaiveDate| Condition::any().add(LastDay.is_null()).add(LastDay.gte(day));
    Ok(store
        .find::<cohort::Entity>()
        .filter_if(sought.services.as_ref().map(|ids| ServiceId.is_in(ids.iter().copied())))
        .filter_if(sought.ldu.map(from_ldu))
        .filter_if(sought.from.map(on))
        .filter_if(sought.to.map(|day| FirstDay.lte(day)))
        .filter_if(sought.mode.map(|mode| cohort::Column::Mode.eq(mode.code())))
        .filter_if((!sought.cancelled_too).then(|| CancelledAt.is_null()))
        .filter_if(left))
}

/// Cohorts to which people come from an LDU.
pub fn from_ldu(ldu: Id<ldu::Entity>) -> Expr {
    let of = ExprTrait::equals(
        Expr::col((cohort_ldu::Entity, cohort_ldu::Column::CohortId)),
        cohort::Column::Id.as_column_ref(),
    );
    let named = Query::select()
        .column((cohort_ldu::Entity, cohort_ldu::Column::CohortId))
        .from(cohort_ldu::Entity)
        .and_where(of)
        .and_where(cohort_ldu::Column::LduId.eq(ldu))
        .to_owned();
    Expr::exists(named)
}

/// Cohorts by their identifiers.
pub async fn cohorts(store: &Store, ids: Vec<CohortId>) -> Result<Vec<(CohortId, Cohort)>> {
    let rows = store.find::<cohort::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Cohort(member))).collect())
}

/// The cohorts of services that are not over and were not cancelled, by their first day.
pub async fn of_services(store: &Store, of: Vec<ServiceId>) -> Result<Vec<(ServiceId, Cohort)>> {
    use cohort::Column::{CancelledAt, FirstDay, Id, LastDay, ServiceId};
    let goes_on = Condition::any().add(LastDay.is_null()).add(LastDay.gte(store.today()));
    let find = store.find::<cohort::Entity>().of(ServiceId, of).filter(CancelledAt.is_null()).filter(goes_on);
    let rows = find.order_by(FirstDay, Order::Asc).order_by(Id, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.service_id, Cohort(member))).collect())
}

/// A cohort that somebody could join.
pub struct Joinable {
    /// The cohort.
    pub cohort: Cohort,
    /// The LDUs from which people come to it.
    pub ldus: Vec<Id<ldu::Entity>>,
    /// The day (Europe/London) on which who joins it would begin.
    pub starts_on: NaiveDate,
    /// When it meets.
    pub times: Vec<WeeklyTime>,
    /// The places that can be booked now.
    pub left: i32,
}

/// The cohorts of services that take people, full or not, by their first day: five statements, whatever there is.
pub async fn joinable(store: &Store, of: Vec<ServiceId>) -> Result<HashMap<ServiceId, Vec<Joinable>>> {
    use cohort::Column::{FirstDay, Id as Cohorts, ServiceId};
    let find =
        store.find::<cohort::Entity>().of(ServiceId, of.iter().copied()).filter(open_on(store.today()));
    let rows = find.order_by(FirstDay, Order::Asc).order_by(Cohorts, Order::Asc).all().await?;
    let lines: HashMap<_, _> = lines(store, of).await?.into_iter().collect();
    let mut all: HashMap<_, Vec<_>> = HashMap::new();
    for member in Member::family(rows) {
        let line = lines.get(&member.service_id);
        let room = line.and_then(|line| line.rooms().iter().find(|room| room.id == member.id.0));
        let times = read_times(&member.weekly_times)?;
        all.entry(member.service_id).or_default().push(Joinable {
            ldus: room.map(|room| room.ldus.iter().map(|id| Id::new(*id)).collect()).unwrap_or_default(),
            starts_on: next_start(member.rolling, member.first_day, &times, store.today()),
            left: line.map_or(0, |line| line.left(member.id.0, store.now())),
            times,
            cohort: Cohort(member),
        });
    }
    Ok(all)
}

/// The day (Europe/London) on which somebody could begin in the first cohort of services that has a place left.
pub async fn first_starts(store: &Store, of: Vec<ServiceId>) -> Result<Vec<(ServiceId, NaiveDate)>> {
    let all = joinable(store, of).await?.into_iter();
    let first = |cohorts: Vec<Joinable>| {
        cohorts.into_iter().filter(|one| one.left > 0).map(|one| one.starts_on).min()
    };
    Ok(all.filter_map(|(service, cohorts)| Some((service, first(cohorts)?))).collect())
}

/// The LDUs from which people come to cohorts.
pub async fn ldus(store: &Store, of: Vec<CohortId>) -> Result<Vec<(CohortId, Ldu)>> {
    let rows = store.find::<cohort_ldu::Entity>().of(cohort_ldu::Column::CohortId, of).all().await?;
    let named: Vec<_> = ldus_by_id(store, rows.iter().map(|row| row.ldu_id).collect()).await?;
    let mut pairs = Vec::new();
    for (id, ldu) in named {
        let cohorts = rows.iter().filter(|row| row.ldu_id == id);
        pairs.extend(cohorts.map(|row| (row.cohort_id, Ldu(ldu.0.clone()))));
    }
    pairs.sort_by(|(_, one), (_, other)| (&one.0.name, one.0.id).cmp(&(&other.0.name, other.0.id)));
    Ok(pairs)
}

/// The places of referrals, in the order in which they were booked or the line was joined.
pub async fn of_referrals(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, Place)>> {
    let rows = in_order(store.find::<place::Entity>().of(place::Column::ReferralId, of)).await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, Place(member))).collect())
}

/// Places by when they were booked, or the line was joined, the newest first.
pub const NEWEST: Ranking<place::Entity> = Ranking {
    column: place::Column::CreatedAt,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.created_at),
};

/// The places in a cohort or of a service that the caller sees.
pub fn places(
    store: &Store,
    cohort: Option<CohortId>,
    service: Option<ServiceId>,
) -> Find<'_, place::Entity> {
    store
        .find::<place::Entity>()
        .filter_if(cohort.map(|id| place::Column::CohortId.eq(id)))
        .filter_if(service.map(|id| place::Column::ServiceId.eq(id)))
}

async fn in_order(find: Find<'_, place::Entity>) -> Result<Vec<place::Model>> {
    find.order_by(place::Column::CreatedAt, Order::Asc).order_by(place::Column::Id, Order::Asc).all().await
}

/// How long people wait for services, from the last starts of people of one LDU, or of all; of each of them, also where
/// nothing is known.
pub async fn waits(
    store: &Store,
    of: Vec<ServiceId>,
    ldu: Option<Id<ldu::Entity>>,
) -> Result<Vec<(ServiceId, ExpectedWait)>> {
    let mut starts: HashMap<ServiceId, Vec<Start>> = of.iter().map(|id| (*id, Vec::new())).collect();
    for began in store.last_starts(of, ldu).await? {
        let start = Start { submitted_at: began.submitted_at, started_at: began.started_at };
        starts.entry(began.service_id).or_default().push(start);
    }
    Ok(starts.into_iter().map(|(id, starts)| (id, expected_wait(&starts))).collect())
}
