//! Limited-access cases: open to people named, or closed to them.

use entity::{Id, case_restriction, person, probation_case};
use rules::Refusal;
use rules::cases::CaseRefusal;
use rules::terms::AccessRestriction;
use rules::text::{Form, LONG_TEXT};
use sea_orm::ColumnTrait;

use super::{CaseId, TEXT, read};
use crate::cases::graphql::inputs::{LiftRestrictionInput, RestrictCaseInput};
use crate::error::{Fault, Result};
use crate::graphql::shown::Shown;
use crate::store::Write;

/// Names a person on a limited-access case.
pub async fn restrict_case(write: &mut Write, input: RestrictCaseInput) -> Result<CaseId> {
    let before = read(write, input.case_id.0, input.version).await?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let named = input.person_id.0;
    // Somebody on a provider's staff can be named too: a relative may work anywhere.
    if write.consequence::<person::Entity>().by_id(named).await?.is_none() {
        return Err(Fault::not_found("person"));
    }
    let present = write
        .find::<case_restriction::Entity>()
        .filter(case_restriction::Column::CaseId.eq(before.id))
        .all()
        .await?;
    let must_see = [Some(write.scope().person()), before.officer_id];
    let people: Vec<_> = match input.kind.0 {
        AccessRestriction::ClosedTo if must_see.contains(&Some(named)) => {
            let message = "A case is never closed to its responsible officer or to whoever restricts it.";
            return Err(Refusal::of(CaseRefusal::LocksOut, "personId", message).into());
        }
        AccessRestriction::ClosedTo => vec![named],
        // Who limits a case goes on seeing it, and so does its responsible officer.
        AccessRestriction::LimitedTo => {
            let unnamed = |person: &Id<person::Entity>| !present.iter().any(|row| row.person_id == *person);
            std::iter::once(named).chain(must_see.into_iter().flatten().filter(unnamed)).collect()
        }
    };
    if let Some(earlier) = present.iter().find(|row| row.person_id == named) {
        write.remove(earlier).await?;
    }
    let mut rows: Vec<_> =
        people.into_iter().map(|person| restriction(write, before.id, person, input.kind, &reason)).collect();
    rows.sort_by_key(|row| row.person_id);
    rows.dedup_by_key(|row| row.person_id);
    // The case first: nobody changes what they no longer see.
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    write.insert_all(rows).await?;
    Ok(before.id)
}

fn restriction(
    write: &Write,
    case: CaseId,
    person: Id<person::Entity>,
    kind: Shown<AccessRestriction>,
    reason: &str,
) -> case_restriction::Model {
    case_restriction::Model {
        id: Id::fresh(),
        case_id: case,
        person_id: person,
        kind: kind.into(),
        reason: reason.to_owned(),
        set_by_id: write.scope().person(),
        created_at: write.now(),
    }
}

/// Takes a person off the list of a limited-access case.
pub async fn lift_restriction(write: &mut Write, input: LiftRestrictionInput) -> Result<CaseId> {
    let before = read(write, input.case_id.0, input.version).await?;
    let row = write
        .find::<case_restriction::Entity>()
        .filter(case_restriction::Column::CaseId.eq(before.id))
        .filter(case_restriction::Column::PersonId.eq(input.person_id.0))
        .first()
        .await?
        .ok_or_else(|| Fault::not_found("restriction"))?;
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    write.remove(&row).await?;
    Ok(before.id)
}
