//! Limited-access cases: open to people named, or closed to them.

use entity::{Id, case_restriction, person, probation_case};
use rules::cases::CaseRefusal;
use rules::terms::AccessRestriction;
use rules::text::{Form, LONG_TEXT};
use rules::{Refusal, Term};
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
    let mut rows: Vec<_> =
        people.into_iter().map(|person| restriction(write, before.id, person, input.kind, &reason)).collect();
    rows.sort_by_key(|row| row.person_id);
    rows.dedup_by_key(|row| row.person_id);
    // The case first: nobody changes what they no longer see.
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    if let Some(earlier) = present.iter().find(|row| row.person_id == named) {
        write.remove_consequence(earlier).await?;
    }
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
    let must_see = [Some(write.scope().person()), before.officer_id];
    let limits = write
        .find::<case_restriction::Entity>()
        .filter(case_restriction::Column::CaseId.eq(before.id))
        .filter(case_restriction::Column::Kind.eq(AccessRestriction::LimitedTo.code()))
        .all()
        .await?;
    let kept = *row.kind == AccessRestriction::LimitedTo && must_see.contains(&Some(row.person_id));
    if kept && limits.iter().any(|row| !must_see.contains(&Some(row.person_id))) {
        let message = "The case stays open to its responsible officer and to you: take the others off first.";
        return Err(Refusal::of(CaseRefusal::LocksOut, "personId", message).into());
    }
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    // Where nobody else is named any more, the limitation ends as a whole.
    for row in if kept { limits } else { vec![row] } {
        write.remove_consequence(&row).await?;
    }
    Ok(before.id)
}

/// How a limited-access case stands to somebody who is to work on it.
pub enum Standing {
    /// Open to them.
    Open,
    /// Limited to others; they can be named.
    Limited,
    /// Closed to them.
    Closed,
}

/// Whether somebody may see a case as far as its restrictions go, whoever asks.
pub async fn standing(write: &Write, case: CaseId, person: Id<person::Entity>) -> Result<Standing> {
    let find = write.consequence::<case_restriction::Entity>();
    let rows = find.filter(case_restriction::Column::CaseId.eq(case)).all().await?;
    let named = |kind| rows.iter().any(|row| row.person_id == person && *row.kind == kind);
    let limited = rows.iter().any(|row| *row.kind == AccessRestriction::LimitedTo);
    Ok(match (named(AccessRestriction::ClosedTo), limited && !named(AccessRestriction::LimitedTo)) {
        (true, _) => Standing::Closed,
        (false, true) => Standing::Limited,
        (false, false) => Standing::Open,
    })
}

/// Opens a limited-access case to whoever becomes responsible for it; refuses one to whom it is closed.
pub(super) async fn admit_officer(
    write: &mut Write,
    case: CaseId,
    officer: Id<person::Entity>,
) -> Result<()> {
    match standing(write, case, officer).await? {
        Standing::Open => Ok(()),
        Standing::Limited => {
            let reason = "Responsible for the case.";
            let row = restriction(write, case, officer, AccessRestriction::LimitedTo.into(), reason);
            write.insert(row).await.map(|_| ())
        }
        Standing::Closed => {
            let message = "This person cannot be made responsible for the case.";
            Err(Refusal::of(CaseRefusal::NotAnOfficer, "officerId", message).into())
        }
    }
}
