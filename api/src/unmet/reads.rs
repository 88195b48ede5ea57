//! Named queries over unmet need.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    Id, case_need, desired_outcome, ldu, organisation, person, probation_case, referral, service,
    service_need,
};
use rules::Term;
use rules::terms::{Need, OrganisationKind, Purchaser, ReferralStatus};
use rules::unmet::{UnmetBy, unmet};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order};

use super::offers::Offer;
use super::people::{Person, people};
use crate::cases::graphql::Case;
use crate::cases::reads::{NEWEST, by_ids};
use crate::error::{Fault, Result};
use crate::store::page::{Page, Sifted, Window};
use crate::store::{Find, Finds, Of, Store};

type CaseId = Id<probation_case::Entity>;

/// How many people are looked at for each row that a page may have, and how many for a short page all the same.
const LOOKED_AT: u64 = 4;
const LOOKED_AT_LEAST: u64 = 50;
/// The most people that are looked at for a count.
const MOST_PEOPLE: u64 = 5_000;
/// The most criteria that are held against people for a count.
const MOST_CHECKS: usize = 500_000;

/// Whose unmet needs are sought.
pub struct Sought {
    /// Only what this service would meet.
    pub service: Option<Id<service::Entity>>,
    /// Only this need.
    pub need: Option<Need>,
    /// Only people of this local delivery unit.
    pub ldu: Option<Id<ldu::Entity>>,
    /// Only people for whom this side would pay.
    pub purchaser: Option<Purchaser>,
    /// Only people of this responsible officer.
    pub officer: Option<Id<person::Entity>>,
}

/// A case with its unmet needs.
pub struct Unmet {
    /// The case.
    pub case: Case,
    /// The needs.
    pub needs: Vec<Need>,
}

/// A page of the cases whose people could have the service and have an unmet need that it works on, the newest first.
pub async fn page(
    store: &Store,
    service: Id<service::Entity>,
    sought: &Sought,
    window: &Window,
) -> Result<Sifted<Unmet>> {
    let service = store.find::<service::Entity>().get(service).await?;
    let offers = Offer::all(store, vec![service], sought.need).await?;
    let looked_at =
        Window { size: Ord::max(window.size.saturating_mul(LOOKED_AT), LOOKED_AT_LEAST), ..window.clone() };
    let looked = store.looking_through();
    let page = candidates(&looked, sought, &offers).page(&NEWEST, &looked_at).await?;
    let rows: Vec<_> = page.rows.iter().map(|(_, case)| case.clone()).collect();
    let mut needs: HashMap<CaseId, Vec<Need>> = HashMap::new();
    let people = people(store, &rows).await?;
    for offer in &offers {
        let rules = offer.rules();
        for person in &people {
            let would = || offer.takes(&rules, person, store.today());
            needs.entry(person.case).or_default().extend(unmet(&offer.needs, &person.open, would));
        }
    }
    let sifted = page.sift(window, |case| needs.get(&case.id).is_some_and(|needs| !needs.is_empty()));
    answered(store, sifted, needs).await
}

/// What is answered is read as any answer is.
async fn answered(
    store: &Store,
    sifted: Sifted<probation_case::Model>,
    mut needs: HashMap<CaseId, Vec<Need>>,
) -> Result<Sifted<Unmet>> {
    let Sifted { page, from, to } = sifted;
    let cases = by_ids(store, page.rows.iter().map(|(_, case)| case.id).collect()).await?;
    let mut cases: HashMap<_, _> = cases.into_iter().collect();
    let rows = page.rows.into_iter().filter_map(|(cursor, row)| {
        let needs = needs.remove(&row.id).unwrap_or_default();
        Some((cursor, Unmet { case: cases.remove(&row.id)?, needs }))
    });
    let page = Page { rows: rows.collect(), has_previous: page.has_previous, has_next: page.has_next };
    Ok(Sifted { page, from, to })
}

/// How many people have an unmet need and could have a service that works on it: each counts once for each service, need
/// or area.
pub async fn counts(store: &Store, by: UnmetBy, sought: &Sought) -> Result<BTreeMap<Of, i64>> {
    let offers = Offer::all(store, Offer::services(store, sought.service).await?, sought.need).await?;
    let looked = store.looking_through();
    let cases = candidates(&looked, sought, &offers).order_by(probation_case::Column::Id, Order::Asc);
    let cases = cases.at_most(MOST_PEOPLE + 1).await?;
    if cases.len() as u64 > MOST_PEOPLE {
        return Err(too_many("more than 5,000 people"));
    }
    let people = people(store, &cases).await?;
    let facts: usize = people.iter().map(|person| person.facts.len()).sum();
    let asked: usize = offers.iter().map(Offer::asks).sum();
    if facts.saturating_mul(asked) > MOST_CHECKS {
        return Err(too_many("too many criteria and people"));
    }
    let mut groups: BTreeMap<Of, HashSet<CaseId>> = BTreeMap::new();
    for offer in &offers {
        let rules = offer.rules();
        for person in &people {
            let would = || offer.takes(&rules, person, store.today());
            let needs = unmet(&offer.needs, &person.open, would);
            for of in under(by, offer, person, &needs) {
                groups.entry(of).or_default().insert(person.case);
            }
        }
    }
    let count = |people: HashSet<CaseId>| i64::try_from(people.len()).unwrap_or(i64::MAX);
    Ok(groups.into_iter().map(|(of, people)| (of, count(people))).collect())
}

fn too_many(what: &str) -> Fault {
    Fault::bad_input(format!("There are {what} to look at: name a service, a need or an LDU."))
}

/// Under what a person counts whose needs a service would meet.
fn under(by: UnmetBy, offer: &Offer, person: &Person, needs: &[Need]) -> Vec<Of> {
    match by {
        _ if needs.is_empty() => Vec::new(),
        UnmetBy::Service => vec![Of::Service(offer.service)],
        UnmetBy::Need => needs.iter().copied().map(Of::Need).collect(),
        UnmetBy::Area => vec![Of::Area(person.area.clone())],
    }
}

/// Cases that are held by those who would pay, with a need that one of the services works on and for which no referral
/// waits or goes on. Whether one that has ended stands against it, and who could have the service, the rules say.
fn candidates<'s>(
    finds: &'s impl Finds,
    sought: &Sought,
    offers: &[Offer],
) -> Find<'s, probation_case::Entity> {
    use probation_case::Column::{HolderId, LduId, OfficerId};
    let needs: HashSet<_> = offers.iter().flat_map(|offer| offer.needs.iter().copied()).collect();
    let mut needs: Vec<_> = needs.into_iter().map(|need| need.code()).collect();
    needs.sort_unstable();
    finds
        .find::<probation_case::Entity>()
        .filter(HolderId.is_not_null())
        .filter_if(sought.purchaser.map(|side| HolderId.in_subquery(holders(side))))
        .filter_if(sought.ldu.map(|id| LduId.eq(id)))
        .filter_if(sought.officer.map(|id| OfficerId.eq(id)))
        .filter(Expr::exists(open_needs(needs)))
}

/// The organisations that are of a side.
fn holders(side: Purchaser) -> SelectStatement {
    let kind = match side {
        Purchaser::Nps => OrganisationKind::Nps,
        Purchaser::Crc => OrganisationKind::Crc,
    };
    Query::select()
        .column(organisation::Column::Id)
        .from(organisation::Entity)
        .and_where(organisation::Column::Kind.eq(kind.code()))
        .to_owned()
}

/// Needs of the case for which no referral of it waits or goes on.
fn open_needs(needs: Vec<&'static str>) -> SelectStatement {
    use referral::Column::{CaseId as OfCase, Id as Referral, ServiceId, Status};
    let standing = [ReferralStatus::Submitted, ReferralStatus::Accepted, ReferralStatus::InProgress];
    let desired = one_of(desired_outcome::Entity)
        .and_where(same(desired_outcome::Column::ReferralId, Referral))
        .and_where(same(desired_outcome::Column::Need, case_need::Column::Need))
        .to_owned();
    let worked_on = one_of(service_need::Entity)
        .and_where(same(service_need::Column::ServiceId, ServiceId))
        .and_where(same(service_need::Column::Need, case_need::Column::Need))
        .to_owned();
    let referred = one_of(referral::Entity)
        .and_where(same(OfCase, probation_case::Column::Id))
        .and_where(Status.is_in(standing.map(|status| status.code())))
        .cond_where(Condition::any().add(Expr::exists(desired)).add(Expr::exists(worked_on)))
        .to_owned();
    one_of(case_need::Entity)
        .and_where(same(case_need::Column::CaseId, probation_case::Column::Id))
        .and_where(case_need::Column::Need.is_in(needs))
        .and_where(Expr::exists(referred).not())
        .to_owned()
}

fn one_of<E: EntityTrait>(table: E) -> SelectStatement {
    Query::select().expr(Expr::val(1)).from(table).to_owned()
}

/// That a column of the inner statement is one of the outer.
fn same(inner: impl ColumnTrait, outer: impl ColumnTrait) -> Expr {
    ExprTrait::equals(Expr::col(inner.as_column_ref()), outer.as_column_ref())
}
