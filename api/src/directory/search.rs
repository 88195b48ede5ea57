//! The search of the directory: what narrows it, in a number of statements that does not depend on its size.

use chrono::NaiveDate;
use entity::{Id, cohort, ldu, organisation, price, service, service_area, service_mode, service_need};
use rules::directory::{Age, Availability, Facts, RarDays, Rule, may_be_available, may_be_eligible};
use rules::terms::{DeliveryMode, Gender, Need, PriceKind, PriceStatus, Purchaser, SentenceKind};
use rules::{Term, london};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition};

use super::facts;
use super::reads::{OwnedRule, rules_of};
use crate::error::{Fault, Result};
use crate::places::calendar::{freed, open_on as takes_on};
use crate::places::reads::from_ldu;
use crate::rate_card::reads::{concerning, not_superseded_for};
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store, Visible, has_stems};

/// What to look for among services.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Only those of this provider.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only those that work on this need.
    pub need: Option<Need>,
    /// Only those whose name, content or provider has these words, in any order.
    pub text: Option<String>,
    /// Only those that take referrals on this day.
    pub open_on: Option<NaiveDate>,
    /// Only those on the rate card, or only those that are not.
    pub on_card: Option<bool>,
    /// Only those that take people from this local delivery unit.
    pub ldu: Option<Id<ldu::Entity>>,
    /// Only those that are delivered so.
    pub mode: Option<DeliveryMode>,
    /// Only those that somebody can start by this day.
    pub starts_by: Option<NaiveDate>,
    /// Only those whose unit costs no more than this, in pence, today.
    pub most_pence: Option<(i64, PriceKind)>,
    /// Only those whose criteria such a person may meet, and that are available to who would pay.
    pub person: Wanted,
}

/// What is known of whom a service is sought for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// Who would pay.
    pub purchaser: Option<Purchaser>,
    /// The gender.
    pub gender: Option<Gender>,
    /// The age in whole years.
    pub age: Option<u32>,
    /// The sentence.
    pub sentence: Option<SentenceKind>,
}

impl Wanted {
    const fn is_anybody(&self) -> bool {
        self.purchaser.is_none() && self.gender.is_none() && self.age.is_none() && self.sentence.is_none()
    }

    /// Whether nothing that is known stands against the person; where it is not said who would pay, for some
    /// purchaser to whom the service is available.
    fn may_come(
        &self,
        rules: &[Rule<'_>],
        stated: &[Availability],
        ldu: Option<&str>,
        day: NaiveDate,
    ) -> bool {
        let purchasers = match self.purchaser {
            Some(purchaser) => vec![purchaser],
            None => Purchaser::ALL.to_vec(),
        };
        let facts = |purchaser| Facts {
            purchaser,
            age: self.age.map_or(Age::Unknown, Age::Years),
            gender: self.gender,
            flags: None,
            likelihood: None,
            risk: None,
            sentence: self.sentence,
            programme: None,
            assessed: &[],
            rar_days: RarDays::Unknown,
            ldu,
            items: rules::terms::RequiredItem::ALL,
            home_visits: false,
        };
        // Whether the court required a programme is not said: what asks for one is left open.
        let asked: Vec<_> =
            rules.iter().filter(|rule| !rule.criterion.asks_for_a_programme()).cloned().collect();
        purchasers.into_iter().any(|purchaser| {
            may_be_available(stated, purchaser, self.sentence, day)
                && may_be_eligible(&asked, &facts(purchaser), day)
        })
    }
}

/// Services by name.
pub const BY_NAME: Ranking<service::Entity> = Ranking {
    column: service::Column::Name,
    descending: false,
    form: Form::Text,
    key: |row| Key::Text(row.name.clone()),
};

/// How well services fit the words that are sought, by their names; nothing where none are.
pub fn fit(sought: &Sought) -> Option<Expr> {
    sought.text.as_deref().and_then(|text| crate::store::fit(service::Column::NameWords, text))
}

/// The services sought. Who is sought for is held against the criteria of those that everything else leaves: the
/// rows of these are read, in one statement, the criteria in another, and for whom they are available in a third.
pub async fn sought<'s>(store: &'s Store, sought: &Sought) -> Result<Find<'s, service::Entity>> {
    let freed = match sought.starts_by {
        Some(_) => freed(store).await?,
        None => Vec::new(),
    };
    let find = narrowed(store, sought, freed)?;
    if sought.person.is_anybody() {
        return Ok(find);
    }
    let day = sought.open_on.unwrap_or_else(|| store.today());
    let ldu = match sought.ldu {
        Some(id) => store.find::<ldu::Entity>().by_id(id).await?.map(|ldu| ldu.name),
        None => None,
    };
    let rows = find.all().await?;
    let asked = rules_of(store, &rows).await?;
    let stated = facts::stated(store, rows.iter().map(|row| row.id).collect()).await?;
    let fitting = rows.iter().filter(|service| {
        let own = asked.iter().filter(|(id, _)| *id == service.id).map(|(_, rule)| rule);
        let own: Vec<_> = own.map(OwnedRule::rule).collect();
        let stated: Vec<_> =
            stated.iter().filter(|row| row.service_id == service.id).map(facts::said).collect();
        sought.person.may_come(&own, &stated, ldu.as_deref(), day)
    });
    let ids: Vec<_> = fitting.map(|service| service.id).collect();
    Ok(store.find::<service::Entity>().of(service::Column::Id, ids))
}

fn narrowed<'s>(
    store: &'s Store,
    sought: &Sought,
    freed: Vec<Id<cohort::Entity>>,
) -> Result<Find<'s, service::Entity>> {
    use service::Column::{Id, OnCard, ProviderId, SearchWords};
    let words = sought.text.as_deref().map(|text| has_stems(SearchWords, text)).transpose()?;
    let open = sought.open_on.map(open_on).transpose()?;
    let starts = sought.starts_by.map(|day| believable("startsBy", day)).transpose()?;
    let need = sought.need.map(|need| Id.in_subquery(of_need(need)));
    let mode = sought.mode.map(|mode| Id.in_subquery(of_mode(mode)));
    let cheap = sought.most_pence.map(|(pence, kind)| Id.in_subquery(priced(store, pence, kind)));
    Ok(store
        .find::<service::Entity>()
        .filter_if(sought.provider.map(|id| ProviderId.eq(id)))
        .filter_if(sought.on_card.map(|on| OnCard.eq(on)))
        .filter_if(need)
        .filter_if(mode)
        .filter_if(sought.ldu.map(serves))
        .filter_if(starts.map(|day| starts_by(store, day, sought.ldu, freed)))
        .filter_if(cheap)
        .filter_if(words)
        .filter_if(open))
}

fn of_need(need: Need) -> SelectStatement {
    Query::select()
        .column(service_need::Column::ServiceId)
        .from(service_need::Entity)
        .and_where(service_need::Column::Need.eq(need.code()))
        .to_owned()
}

fn of_mode(mode: DeliveryMode) -> SelectStatement {
    Query::select()
        .column(service_mode::Column::ServiceId)
        .from(service_mode::Entity)
        .and_where(service_mode::Column::Mode.eq(mode.code()))
        .to_owned()
}

/// Those that name the area, and those that name none: they serve everybody.
fn serves(ldu: Id<ldu::Entity>) -> Condition {
    let areas =
        || Query::select().column(service_area::Column::ServiceId).from(service_area::Entity).to_owned();
    let here = areas().and_where(service_area::Column::LduId.eq(ldu)).to_owned();
    Condition::any()
        .add(service::Column::Id.in_subquery(here))
        .add(service::Column::Id.not_in_subquery(areas()))
}

/// Services that say that somebody could start by a day, and those of which a cohort begins by then that has a place left
/// and, where an LDU is named, takes people from there.
fn starts_by(
    store: &Store,
    day: NaiveDate,
    ldu: Option<Id<ldu::Entity>>,
    freed: Vec<Id<cohort::Entity>>,
) -> Condition {
    use cohort::Column::{FirstDay, Held, Id, Places, ServiceId};
    let stated = Condition::any().add(service::Column::EarliestStart.lte(day));
    if day < store.today() {
        return stated;
    }
    let held = Expr::col(Held.as_column_ref());
    let room = sea_orm::sea_query::ExprTrait::lt(held, Expr::col(Places.as_column_ref()));
    let begins = Condition::all()
        .add(cohort::Entity::visible_to(store.scope()))
        .add(takes_on(store.today()))
        .add(FirstDay.lte(day))
        .add(Condition::any().add(room).add(Id.is_in(freed)))
        .add_option(ldu.map(from_ldu));
    let cohorts = Query::select()
        .column((cohort::Entity, ServiceId))
        .from(cohort::Entity)
        .cond_where(begins)
        .to_owned();
    stated.add(service::Column::Id.in_subquery(cohorts))
}

/// The services with a published price of the kind that is in force today, costs no more, and that the caller sees: of two
/// prices the one at which the caller's organisation buys.
fn priced(store: &Store, pence: i64, kind: PriceKind) -> SelectStatement {
    use price::Column::{EffectiveFrom, EffectiveTo, Kind, Pence, ServiceId, Status};
    let today = store.today();
    Query::select()
        .column((price::Entity, ServiceId))
        .from(price::Entity)
        .cond_where(Condition::all().add(price::Entity::visible_to(store.scope())))
        .and_where(Status.eq(PriceStatus::Published.code()))
        .and_where(Kind.eq(kind.code()))
        .and_where(Pence.lte(pence))
        .cond_where(concerning(store.scope().organisation()))
        .cond_where(not_superseded_for(store.scope().organisation(), kind, today))
        .and_where(EffectiveFrom.lte(today))
        .cond_where(Condition::any().add(EffectiveTo.is_null()).add(EffectiveTo.gt(today)))
        .to_owned()
}

fn believable(field: &str, day: NaiveDate) -> Result<NaiveDate> {
    match london::believable(day) {
        true => Ok(day),
        false => Err(Fault::bad_input(format!("{field}: give a date between 1900 and 2200."))),
    }
}

fn open_on(day: NaiveDate) -> Result<Condition> {
    use service::Column::{OpenFrom, OpenTo};
    let day = believable("openOn", day)?;
    Ok(Condition::all()
        .add(Condition::any().add(OpenFrom.is_null()).add(OpenFrom.lte(day)))
        .add(Condition::any().add(OpenTo.is_null()).add(OpenTo.gt(day))))
}
