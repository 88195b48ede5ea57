//! Named queries over use and demand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    Coded, Id, attendance, charge, desired_outcome, organisation, referral, service, session, shared_person,
};
use rules::demand::{Demand, DemandBy, Referred, demand, shares_of};
use rules::terms::{AttendanceOutcome, ChargeKind, Need, Purchaser, ReferralStatus, Role};
use rules::{Term, london};
use sea_orm::{ColumnTrait, EntityTrait, RelationDef};

use super::keepers;
use crate::error::Result;
use crate::statements::reads::adjusts;
use crate::store::{Find, Store};

/// What is counted.
#[derive(Clone, Copy)]
pub struct Sought {
    /// By what it is broken down.
    pub by: DemandBy,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Only what this side pays.
    pub purchaser: Option<Purchaser>,
    /// Only what this organisation delivers.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only this service.
    pub service: Option<Id<service::Entity>>,
}

impl Sought {
    /// Whether to count what this side pays to this organisation for this service.
    pub(super) fn takes(
        &self,
        purchaser: Purchaser,
        provider: Id<organisation::Entity>,
        service: Id<service::Entity>,
    ) -> bool {
        self.purchaser.is_none_or(|only| only == purchaser)
            && self.provider.is_none_or(|only| only == provider)
            && self.service.is_none_or(|only| only == service)
    }
}

/// Of what a count is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A service.
    Service(Id<service::Entity>),
    /// A need.
    Need(Need),
    /// An area by its name; none where the referral shares none.
    Area(Option<String>),
    /// Who pays.
    Purchaser(Purchaser),
    /// The first day of a month.
    Month(NaiveDate),
}

/// What was charged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// How many units stand charged.
    pub units: i64,
    /// The sum of all lines, in pence.
    pub pence: i64,
}

/// A count.
#[derive(Default)]
pub struct Counted {
    /// What became of the referrals that were first submitted in the period.
    pub demand: Demand,
    /// What was charged for deliveries in the period.
    pub spent: Option<Spent>,
}

/// A referral with what it is counted by.
pub(super) struct Row {
    id: Id<referral::Entity>,
    service: Id<service::Entity>,
    purchaser: Purchaser,
    pub(super) referred: Referred,
}

/// The counts of a period. Those who see referrals count these; those who keep prices, what was priced by them.
pub async fn counts(store: &Store, sought: &Sought) -> Result<BTreeMap<Of, Counted>> {
    if !store.scope().roles().any(&[Role::TeamManager, Role::ProviderManager, Role::Auditor]) {
        return keepers::counts(store, sought).await;
    }
    let rows = referred(store, sought).await?;
    let of = of_each(store, sought, &rows).await?;
    let mut groups: BTreeMap<Of, Vec<Referred>> = BTreeMap::new();
    for row in &rows {
        for of in of.get(&row.id).into_iter().flatten() {
            groups.entry(of.clone()).or_default().push(row.referred);
        }
    }
    let mut counts: BTreeMap<Of, Counted> = BTreeMap::new();
    for (of, referred) in groups {
        counts.entry(of).or_default().demand = demand(&referred);
    }
    for (of, spent) in spent(store, sought).await? {
        counts.entry(of).or_default().spent = Some(spent);
    }
    for counted in counts.values_mut() {
        counted.spent.get_or_insert_default();
    }
    Ok(counts)
}

/// The referrals that were first submitted in the period, each with its start.
pub(super) async fn referred(store: &Store, sought: &Sought) -> Result<Vec<Row>> {
    use referral::Column::{DecidedAt, Id as Key, Purchaser, ServiceId, Status, SubmittedAt};
    let columns = [Key, ServiceId, Purchaser, Status, SubmittedAt, DecidedAt];
    type Columns = (
        Id<referral::Entity>,
        Id<service::Entity>,
        Coded<rules::terms::Purchaser>,
        Coded<ReferralStatus>,
        Option<DateTime<Utc>>,
        Option<DateTime<Utc>>,
    );
    let rows: Vec<Columns> = submitted(store.find::<referral::Entity>(), sought).columns(&columns).await?;
    let to_session = attendance::Entity::belongs_to(session::Entity)
        .from(attendance::Column::SessionId)
        .to(session::Column::Id)
        .into();
    let to_referral = attendance::Entity::belongs_to(referral::Entity)
        .from(attendance::Column::ReferralId)
        .to(referral::Column::Id)
        .into();
    let attended = store
        .find::<attendance::Entity>()
        .filter(attendance::Column::Outcome.eq(AttendanceOutcome::Attended.code()))
        .filter(attendance::Column::SupersededAt.is_null())
        .joined::<session::Entity>(store.scope(), to_session)
        .joined::<referral::Entity>(store.scope(), to_referral);
    let starts = submitted(attended, sought);
    let starts: Vec<(Id<referral::Entity>, DateTime<Utc>)> =
        starts.earliest(attendance::Column::ReferralId, session::Column::StartsAt).await?;
    let starts: HashMap<_, _> = starts.into_iter().collect();
    let row = |(id, service, purchaser, status, submitted_at, decided_at): Columns| {
        let referred = Referred {
            on: london::day(submitted_at?),
            status: *status,
            is_decided: decided_at.is_some(),
            started_on: starts.get(&id).map(|start| london::day(*start)),
        };
        Some(Row { id, service, purchaser: *purchaser, referred })
    };
    Ok(rows.into_iter().filter_map(row).collect())
}

/// Only referrals that fit and were first submitted in the period.
fn submitted<'s, E: EntityTrait>(find: Find<'s, E>, sought: &Sought) -> Find<'s, E> {
    use referral::Column::SubmittedAt;
    let end = london::start_of(sought.to.succ_opt().unwrap_or(sought.to));
    fitting(find, sought).filter(SubmittedAt.gte(london::start_of(sought.from))).filter(SubmittedAt.lt(end))
}

/// Only referrals that fit.
fn fitting<'s, E: EntityTrait>(find: Find<'s, E>, sought: &Sought) -> Find<'s, E> {
    use referral::Column::{ProviderId, Purchaser, ServiceId};
    find.filter_if(sought.purchaser.map(|purchaser| Purchaser.eq(purchaser.code())))
        .filter_if(sought.provider.map(|id| ProviderId.eq(id)))
        .filter_if(sought.service.map(|id| ServiceId.eq(id)))
}

/// Under what each referral counts.
async fn of_each(
    store: &Store,
    sought: &Sought,
    rows: &[Row],
) -> Result<HashMap<Id<referral::Entity>, Vec<Of>>> {
    let plain = |of: &dyn Fn(&Row) -> Of| rows.iter().map(|row| (row.id, vec![of(row)])).collect();
    match sought.by {
        DemandBy::Service => Ok(plain(&|row| Of::Service(row.service))),
        DemandBy::Purchaser => Ok(plain(&|row| Of::Purchaser(row.purchaser))),
        DemandBy::Month => Ok(plain(&|row| Of::Month(london::month_of(row.referred.on)))),
        DemandBy::Area => {
            use shared_person::Column::{Ldu, ReferralId};
            let shared = store.find::<shared_person::Entity>();
            let shared = submitted(shared.joined::<referral::Entity>(store.scope(), shares()), sought);
            let areas: Vec<(Id<referral::Entity>, Option<String>)> =
                shared.columns(&[ReferralId, Ldu]).await?;
            Ok(areas.into_iter().map(|(id, area)| (id, vec![Of::Area(area)])).collect())
        }
        DemandBy::Need => {
            let wanted = submitted(wanted(store), sought);
            let columns = [desired_outcome::Column::ReferralId, desired_outcome::Column::Need];
            let needs: Vec<(Id<referral::Entity>, Coded<Need>)> = wanted.columns(&columns).await?;
            let mut all: HashMap<_, Vec<_>> = HashMap::new();
            for (id, need) in needs {
                let of = all.entry(id).or_default();
                if !of.contains(&Of::Need(*need)) {
                    of.push(Of::Need(*need));
                }
            }
            Ok(all)
        }
    }
}

/// What was charged for the deliveries of each day of the period, with how many units stand.
pub(super) async fn spent_each_day(store: &Store, sought: &Sought) -> Result<Vec<(NaiveDate, Spent)>> {
    use charge::Column::{DeliveredOn, Kind, Pence};
    let mut spent = Vec::new();
    for of_adjustments in [false, true] {
        let lines = charged(store, sought, of_adjustments);
        let rows: Vec<(NaiveDate, Coded<ChargeKind>, i64, i64)> =
            lines.tallies(&[DeliveredOn, Kind], Pence).await?;
        let each = rows.into_iter().map(|(day, kind, lines, pence)| {
            (day, Spent { units: units(*kind, of_adjustments, lines), pence })
        });
        spent.extend(each);
    }
    Ok(spent)
}

/// From what a referral shares to the referral.
fn shares() -> RelationDef {
    shared_person::Entity::belongs_to(referral::Entity)
        .from(shared_person::Column::ReferralId)
        .to(referral::Column::Id)
        .into()
}

/// The lines for deliveries in the period: those that concern adjustments, or those that do not.
fn charged<'s>(store: &'s Store, sought: &Sought, of_adjustments: bool) -> Find<'s, charge::Entity> {
    delivered(store, sought).filter(adjusts(of_adjustments))
}

/// The lines for deliveries in the period.
fn delivered<'s>(store: &'s Store, sought: &Sought) -> Find<'s, charge::Entity> {
    use charge::Column::DeliveredOn;
    let to_referral = charge::Entity::belongs_to(referral::Entity)
        .from(charge::Column::ReferralId)
        .to(referral::Column::Id)
        .into();
    let lines = store
        .find::<charge::Entity>()
        .filter(DeliveredOn.gte(sought.from))
        .filter(DeliveredOn.lte(sought.to))
        .joined::<referral::Entity>(store.scope(), to_referral);
    fitting(lines, sought)
}

/// How many units so many lines of a kind add to those that stand.
pub(super) fn units(kind: ChargeKind, of_adjustments: bool, lines: i64) -> i64 {
    match (kind, of_adjustments) {
        (ChargeKind::Charge, false) => lines,
        (ChargeKind::Reversal, false) => lines.saturating_neg(),
        _ => 0,
    }
}

/// What was charged for deliveries in the period, shared out among the needs of each referral.
async fn spent_by_need(store: &Store, sought: &Sought) -> Result<BTreeMap<Of, Spent>> {
    let sums: Vec<(Id<referral::Entity>, i64)> =
        delivered(store, sought).sums(charge::Column::ReferralId, charge::Column::Pence).await?;
    let wanted = fitting(wanted(store), sought);
    let columns = [desired_outcome::Column::ReferralId, desired_outcome::Column::Need];
    let needs: Vec<(Id<referral::Entity>, Coded<Need>)> = wanted.columns(&columns).await?;
    let mut of: HashMap<_, BTreeSet<Need>> = HashMap::new();
    for (id, need) in needs {
        of.entry(id).or_default().insert(*need);
    }
    let mut spent: BTreeMap<Of, Spent> = BTreeMap::new();
    for (id, pence) in sums {
        let Some(needs) = of.get(&id) else { continue };
        for (need, share) in needs.iter().zip(shares_of(pence, needs.len())) {
            let one = spent.entry(Of::Need(*need)).or_default();
            one.pence = one.pence.saturating_add(share);
        }
    }
    Ok(spent)
}

/// The outcomes that referrals desire.
fn wanted(store: &Store) -> Find<'_, desired_outcome::Entity> {
    let to_referral = desired_outcome::Entity::belongs_to(referral::Entity)
        .from(desired_outcome::Column::ReferralId)
        .to(referral::Column::Id)
        .into();
    store.find::<desired_outcome::Entity>().joined::<referral::Entity>(store.scope(), to_referral)
}

/// What was charged for deliveries in the period; by need it is shared out among those of the referral.
async fn spent(store: &Store, sought: &Sought) -> Result<BTreeMap<Of, Spent>> {
    use charge::Column::{DeliveredOn, Kind, Pence, Purchaser};
    if sought.by == DemandBy::Need {
        return spent_by_need(store, sought).await;
    }
    let mut spent: BTreeMap<Of, Spent> = BTreeMap::new();
    for of_adjustments in [false, true] {
        let lines = charged(store, sought, of_adjustments);
        let mut add = |of: Of, kind: Coded<ChargeKind>, lines: i64, pence: i64| {
            let one = spent.entry(of).or_default();
            one.pence = one.pence.saturating_add(pence);
            one.units = one.units.saturating_add(units(*kind, of_adjustments, lines));
        };
        match sought.by {
            // Told above: one line is shared out among several needs.
            DemandBy::Need => {}
            DemandBy::Service => {
                let rows: Vec<(Id<service::Entity>, _, _, _)> =
                    lines.tallies_by(referral::Column::ServiceId, &[Kind], Pence).await?;
                rows.into_iter()
                    .for_each(|(of, kind, lines, pence)| add(Of::Service(of), kind, lines, pence));
            }
            DemandBy::Area => {
                let to_shared = referral::Entity::belongs_to(shared_person::Entity)
                    .from(referral::Column::Id)
                    .to(shared_person::Column::ReferralId)
                    .into();
                let lines = lines.joined::<shared_person::Entity>(store.scope(), to_shared);
                let rows: Vec<(Option<String>, _, _, _)> =
                    lines.tallies_by(shared_person::Column::Ldu, &[Kind], Pence).await?;
                rows.into_iter().for_each(|(of, kind, lines, pence)| add(Of::Area(of), kind, lines, pence));
            }
            DemandBy::Purchaser => {
                let rows: Vec<(Coded<rules::terms::Purchaser>, _, _, _)> =
                    lines.tallies(&[Purchaser, Kind], Pence).await?;
                rows.into_iter()
                    .for_each(|(of, kind, lines, pence)| add(Of::Purchaser(*of), kind, lines, pence));
            }
            DemandBy::Month => {
                let rows: Vec<(NaiveDate, _, _, _)> = lines.tallies(&[DeliveredOn, Kind], Pence).await?;
                let month =
                    |(day, kind, lines, pence)| (Of::Month(london::month_of(day)), kind, lines, pence);
                rows.into_iter().map(month).for_each(|(of, kind, lines, pence)| add(of, kind, lines, pence));
            }
        }
    }
    Ok(spent)
}
