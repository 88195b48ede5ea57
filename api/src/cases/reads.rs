//! Named queries over cases.

use entity::{
    Id, case_holding, case_need, case_officer, case_restriction, ldu, person, probation_case, sentence,
};
use rules::Term;
use rules::terms::{Need, RiskLevel};
use sea_orm::{ColumnTrait, Order};

use super::graphql::{Case, Holding, OfficerPeriod, Restriction, Sentence};
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Ranking};
use crate::store::{Find, Store, has_words};

type CaseId = Id<probation_case::Entity>;

/// The newest cases first.
pub const NEWEST: Ranking<probation_case::Entity> = Ranking {
    column: probation_case::Column::CreatedAt,
    descending: true,
    form: Form::Instant,
    key: |row| Key::Instant(row.created_at),
};

/// What to look for among cases.
#[derive(Default)]
pub struct Sought {
    /// Words of CRN and name.
    pub text: Option<String>,
    /// Only those of this responsible officer.
    pub officer: Option<Id<person::Entity>>,
    /// Only those of this LDU.
    pub ldu: Option<Id<ldu::Entity>>,
    /// Only those of this risk of serious harm.
    pub risk: Option<RiskLevel>,
    /// Only those that await allocation, or only those that do not.
    pub awaiting_allocation: Option<bool>,
}

/// The cases that the caller may see and looks for.
pub fn cases<'s>(store: &'s Store, sought: &Sought) -> Result<Find<'s, probation_case::Entity>> {
    use probation_case::Column as Case;
    let awaiting = sought
        .awaiting_allocation
        .map(|yes| if yes { Case::HolderId.is_null() } else { Case::HolderId.is_not_null() });
    let words = sought.text.as_deref().map(|text| has_words(Case::SearchText, text)).transpose()?;
    Ok(store
        .find::<probation_case::Entity>()
        .filter_if(words)
        .filter_if(sought.officer.map(|id| Case::OfficerId.eq(id)))
        .filter_if(sought.ldu.map(|id| Case::LduId.eq(id)))
        .filter_if(sought.risk.map(|risk| Case::RiskOfSeriousHarm.eq(risk.code())))
        .filter_if(awaiting))
}

/// Cases by their identifiers.
pub async fn by_ids(store: &Store, ids: Vec<CaseId>) -> Result<Vec<(CaseId, Case)>> {
    let rows = store.find::<probation_case::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Case(member))).collect())
}

/// The sentences of cases, the latest first.
pub async fn sentences(store: &Store, of: Vec<CaseId>) -> Result<Vec<(CaseId, Sentence)>> {
    let find = store.find::<sentence::Entity>().of(sentence::Column::CaseId, of);
    let rows = find.order_by(sentence::Column::StartsOn, Order::Desc).all().await?;
    Ok(Member::family(rows).map(|member| (member.case_id, Sentence(member))).collect())
}

/// The needs assessed on cases.
pub async fn needs(store: &Store, of: Vec<CaseId>) -> Result<Vec<(CaseId, Need)>> {
    let rows = store.find::<case_need::Entity>().of(case_need::Column::CaseId, of).all().await?;
    Ok(rows.into_iter().map(|row| (row.case_id, *row.need)).collect())
}

/// Who was responsible for cases, the present officer first.
pub async fn officers(store: &Store, of: Vec<CaseId>) -> Result<Vec<(CaseId, OfficerPeriod)>> {
    let find = store.find::<case_officer::Entity>().of(case_officer::Column::CaseId, of);
    let rows = find.order_by(case_officer::Column::FromAt, Order::Desc).all().await?;
    Ok(Member::family(rows).map(|member| (member.case_id, OfficerPeriod(member))).collect())
}

/// Which organisations held cases, the present holder first.
pub async fn holdings(store: &Store, of: Vec<CaseId>) -> Result<Vec<(CaseId, Holding)>> {
    let find = store.find::<case_holding::Entity>().of(case_holding::Column::CaseId, of);
    let rows = find.order_by(case_holding::Column::FromAt, Order::Desc).all().await?;
    Ok(Member::family(rows).map(|member| (member.case_id, Holding(member))).collect())
}

/// To whom limited-access cases are open or closed.
pub async fn restrictions(store: &Store, of: Vec<CaseId>) -> Result<Vec<(CaseId, Restriction)>> {
    let find = store.find::<case_restriction::Entity>().of(case_restriction::Column::CaseId, of);
    let rows = find.order_by(case_restriction::Column::CreatedAt, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.case_id, Restriction(member))).collect())
}
