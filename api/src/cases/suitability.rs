//! Named queries over what assessments for programmes found.

use std::collections::HashMap;

use entity::{Id, probation_case, programme_suitability, service};
use rules::directory::Assessed;
use sea_orm::{ColumnTrait, Order};

use super::graphql::ProgrammeSuitability;
use crate::error::Result;
use crate::store::kin::Member;
use crate::store::{Find, Finds, Store};

type CaseId = Id<probation_case::Entity>;

/// What assessments found of the people of cases, the latest first, those that were superseded among them.
pub async fn of_cases(store: &Store, of: Vec<CaseId>) -> Result<Vec<(CaseId, ProgrammeSuitability)>> {
    use programme_suitability::Column::{CaseId, CreatedAt, Id};
    let find = store.find::<programme_suitability::Entity>().of(CaseId, of);
    let rows = find.order_by(CreatedAt, Order::Desc).order_by(Id, Order::Desc).all().await?;
    Ok(Member::family(rows).map(|member| (member.case_id, ProgrammeSuitability(member))).collect())
}

/// What stands of what assessments found, for the criteria that ask for it.
pub async fn assessed(
    finds: &(impl Finds + Sync),
    found: Find<'_, programme_suitability::Entity>,
) -> Result<HashMap<CaseId, Vec<Assessed>>> {
    let rows = found.filter(programme_suitability::Column::SupersededAt.is_null()).all().await?;
    let mut assessed: HashMap<_, Vec<_>> = HashMap::new();
    if rows.is_empty() {
        return Ok(assessed);
    }
    let services = finds.find::<service::Entity>().by_ids(rows.iter().map(|row| row.service_id)).await?;
    for row in rows {
        let Some(service) = services.iter().find(|service| service.id == row.service_id) else { continue };
        assessed.entry(row.case_id).or_default().push(Assessed {
            programme: service.name.clone(),
            suitability: *row.suitability,
            on: Some(row.assessed_on),
        });
    }
    Ok(assessed)
}
