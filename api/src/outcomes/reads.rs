//! Named queries over outcomes.

use std::collections::HashMap;

use entity::{
    Id, desired_outcome, end_report, end_report_outcome, instrument, measure, qualification, referral,
};
use rules::outcomes::{Scale, change};
use rules::terms::{MeasureStage, Need, OutcomeResult};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Order};

use super::graphql::{
    DesiredOutcome, EndReport, Instrument, Measure, MeasureChange, Qualification, ReportedOutcome,
};
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store};

/// A referral's identifier, by which things are found for it.
type ReferralId = Id<referral::Entity>;

/// Instruments by name.
pub const INSTRUMENTS_BY_NAME: Ranking<instrument::Entity> = Ranking {
    column: instrument::Column::Name,
    descending: false,
    form: Form::Text,
    key: |row| Key::Text(row.name.clone()),
};

/// All instruments.
pub fn instruments(store: &Store) -> Find<'_, instrument::Entity> {
    store.find()
}

/// Instruments by their identifiers.
pub async fn instruments_by_id(
    store: &Store,
    ids: Vec<Id<instrument::Entity>>,
) -> Result<Vec<(Id<instrument::Entity>, Instrument)>> {
    let rows = store.find::<instrument::Entity>().by_ids(ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, Instrument(row))).collect())
}

/// Measures by their identifiers.
pub async fn measures_by_id(
    store: &Store,
    ids: Vec<Id<measure::Entity>>,
) -> Result<Vec<(Id<measure::Entity>, Measure)>> {
    let rows = store.find::<measure::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Measure(member))).collect())
}

/// The measures of referrals that stand, by the day they were taken.
pub async fn measures_of(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, Measure)>> {
    let rows = store
        .find::<measure::Entity>()
        .of(measure::Column::ReferralId, of)
        .filter(measure::Column::SupersededAt.is_null())
        .order_by(measure::Column::TakenOn, Order::Asc)
        .order_by(measure::Column::Id, Order::Asc)
        .all()
        .await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, Measure(member))).collect())
}

/// How needs changed under referrals, for each need and instrument that was measured at both ends; by the day
/// of the measure at the start.
pub async fn changes_of(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, MeasureChange)>> {
    let measures = measures_of(store, of).await?;
    let ids = measures.iter().map(|(_, measure)| measure.0.instrument_id).collect();
    let instruments: HashMap<_, _> = instruments_by_id(store, ids).await?.into_iter().collect();
    let ends: HashMap<_, _> = at(&measures, MeasureStage::End).collect();
    let changes = at(&measures, MeasureStage::Start).filter_map(|(key, start)| {
        let (referral, _, instrument) = key;
        Some((referral, changed(start, ends.get(&key)?, instruments.get(&instrument)?)?))
    });
    Ok(changes.collect())
}

/// What a change is told by: two measures are compared only where all of it is the same.
type Compared = (ReferralId, Need, Id<instrument::Entity>);

/// The measures of one stage.
fn at(measures: &[(ReferralId, Measure)], stage: MeasureStage) -> impl Iterator<Item = (Compared, &Measure)> {
    let of_stage = measures.iter().filter(move |(_, measure)| *measure.0.stage == stage);
    of_stage.map(|(referral, measure)| ((*referral, *measure.0.need, measure.0.instrument_id), measure))
}

/// What the rules make of two measures.
fn changed(start: &Measure, end: &Measure, instrument: &Instrument) -> Option<MeasureChange> {
    let taken = |measure: &Measure| Some((measure.0.instrument_id.0.as_u128(), measure.0.score));
    let change = change(taken(start), taken(end), scale(&instrument.0))?;
    Some(MeasureChange { start: start.clone(), end: end.clone(), instrument: instrument.clone(), change })
}

/// An instrument's scale, as the rules take it.
pub fn scale(instrument: &instrument::Model) -> Scale {
    Scale { low: instrument.low, high: instrument.high, direction: *instrument.direction }
}

/// The qualifications gained through referrals, by the day they were awarded.
pub async fn qualifications_of(
    store: &Store,
    of: Vec<ReferralId>,
) -> Result<Vec<(ReferralId, Qualification)>> {
    let rows = store
        .find::<qualification::Entity>()
        .of(qualification::Column::ReferralId, of)
        .order_by(qualification::Column::AwardedOn, Order::Asc)
        .order_by(qualification::Column::Id, Order::Asc)
        .all()
        .await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, Qualification(member))).collect())
}

/// The reports of referrals that stand, at most one for each.
pub async fn reports_of(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, EndReport)>> {
    let rows = store
        .find::<end_report::Entity>()
        .of(end_report::Column::ReferralId, of)
        .filter(end_report::Column::SupersededAt.is_null())
        .all()
        .await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, EndReport(member))).collect())
}

/// Every report of referrals, the superseded ones too; the earliest first.
pub async fn report_history_of(store: &Store, of: Vec<ReferralId>) -> Result<Vec<(ReferralId, EndReport)>> {
    let rows = store
        .find::<end_report::Entity>()
        .of(end_report::Column::ReferralId, of)
        .order_by(end_report::Column::CreatedAt, Order::Asc)
        .order_by(end_report::Column::Id, Order::Asc)
        .all()
        .await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, EndReport(member))).collect())
}

/// Reports by their identifiers.
pub async fn reports_by_id(
    store: &Store,
    ids: Vec<Id<end_report::Entity>>,
) -> Result<Vec<(Id<end_report::Entity>, EndReport)>> {
    let rows = store.find::<end_report::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, EndReport(member))).collect())
}

/// The rated outcomes of reports, in the order in which they were reported: identifiers sort by age.
pub async fn reported_outcomes(
    store: &Store,
    of: Vec<Id<end_report::Entity>>,
) -> Result<Vec<(Id<end_report::Entity>, ReportedOutcome)>> {
    let rows = store
        .find::<end_report_outcome::Entity>()
        .of(end_report_outcome::Column::ReportId, of)
        .order_by(end_report_outcome::Column::Id, Order::Asc)
        .all()
        .await?;
    Ok(Member::family(rows).map(|member| (member.report_id, ReportedOutcome(member))).collect())
}

/// The outcomes that referrals ask for, in the order in which they were added.
pub async fn desired_outcomes_of(
    store: &Store,
    of: Vec<ReferralId>,
) -> Result<Vec<(ReferralId, DesiredOutcome)>> {
    let rows = store
        .find::<desired_outcome::Entity>()
        .of(desired_outcome::Column::ReferralId, of)
        .order_by(desired_outcome::Column::CreatedAt, Order::Asc)
        .order_by(desired_outcome::Column::Id, Order::Asc)
        .all()
        .await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, DesiredOutcome(member))).collect())
}

/// Desired outcomes by their identifiers.
pub async fn desired_outcomes_by_id(
    store: &Store,
    ids: Vec<Id<desired_outcome::Entity>>,
) -> Result<Vec<(Id<desired_outcome::Entity>, DesiredOutcome)>> {
    let rows = store.find::<desired_outcome::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, DesiredOutcome(member))).collect())
}

/// The results of desired outcomes by the reports that stand.
pub async fn results(
    store: &Store,
    of: Vec<Id<desired_outcome::Entity>>,
) -> Result<Vec<(Id<desired_outcome::Entity>, OutcomeResult)>> {
    let standing = Query::select()
        .column(end_report::Column::Id)
        .from(end_report::Entity)
        .and_where(end_report::Column::SupersededAt.is_null())
        .to_owned();
    let rows = store
        .find::<end_report_outcome::Entity>()
        .of(end_report_outcome::Column::DesiredOutcomeId, of)
        .filter(end_report_outcome::Column::ReportId.in_subquery(standing))
        .all()
        .await?;
    Ok(rows.into_iter().map(|row| (row.desired_outcome_id, *row.result)).collect())
}
