//! Keeping a case: what is known of the person, and who is responsible.

use async_graphql::MaybeUndefined;
use entity::{Coded, Id, case_officer, ldu, organisation, person, person_role, probation_case};
use rules::cases::CaseRefusal;
use rules::terms::{Grade, Role};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;

use super::access::admit_officer;
use super::circumstances::{set_circumstances, set_coded, set_needs};
use super::registering::{foreign_ldu, read_birth};
use super::{CaseId, TEXT, read, search_text};
use crate::cases::graphql::inputs::{AssignOfficerInput, UpdateCaseInput};
use crate::error::Result;
use crate::referrals::sharing;
use crate::store::Write;

/// Changes what is known of a person.
pub async fn update_case(write: &mut Write, input: UpdateCaseInput) -> Result<CaseId> {
    let before = read(write, input.case_id.0, input.version).await?;
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    if let Some(name) = &input.family_name {
        after.family_name = form.required("familyName", name, SHORT_TEXT);
    }
    if let Some(names) = &input.given_names {
        after.given_names = form.required("givenNames", names, SHORT_TEXT);
    }
    if let Some(born) = input.date_of_birth {
        after.date_of_birth = read_birth(&mut form, born.0, write.today());
    }
    match input.ldu_id {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => after.ldu_id = None,
        MaybeUndefined::Value(id) => {
            let ldu = write.find::<ldu::Entity>().get(id.0).await?;
            form.refuse(foreign_ldu(&ldu, before.holder_id));
            after.ldu_id = Some(ldu.id);
        }
    }
    after.gender = input.gender.map_or(after.gender, Coded::from);
    set_coded(&mut after.ethnicity, input.ethnicity);
    let needs = set_circumstances(&mut form, &mut after, input.circumstances);
    form.finish()?;
    after.search_text = search_text(&after);
    after.updated_at = write.now();
    if let Some(needs) = needs {
        set_needs(write, before.id, needs).await?;
    }
    let after = write.replace(&before, after).await?;
    sharing::refresh(write, &after).await?;
    Ok(after.id)
}

/// Names the responsible officer.
pub async fn assign_officer(write: &mut Write, input: AssignOfficerInput) -> Result<CaseId> {
    let before = read(write, input.case_id.0, input.version).await?;
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let officer = write.find::<person::Entity>().get(input.officer_id.0).await?;
    if !is_officer_of(write, &officer, before.holder_id).await? {
        let message = "Name a responsible officer who works for the organisation that holds the case.";
        return Err(Refusal::of(CaseRefusal::NotAnOfficer, "officerId", message).into());
    }
    admit_officer(write, before.id, officer.id).await?;
    change_officer(write, before.id, &officer, officer.grade, reason).await?;
    let after =
        probation_case::Model { officer_id: Some(officer.id), updated_at: write.now(), ..before.clone() };
    let after = write.update(&before, after).await?;
    sharing::refresh(write, &after).await?;
    Ok(after.id)
}

async fn is_officer_of(
    write: &Write,
    person: &person::Model,
    holder: Option<Id<organisation::Entity>>,
) -> Result<bool> {
    let find = write.find::<person_role::Entity>().filter(person_role::Column::PersonId.eq(person.id));
    let keeps = find
        .filter(person_role::Column::Role.is_in([Role::ResponsibleOfficer.code(), Role::TeamManager.code()]));
    Ok(person.active && Some(person.organisation_id) == holder && keeps.count().await? > 0)
}

/// Ends the present officer's period and begins the new one's.
pub async fn change_officer(
    write: &mut Write,
    case: CaseId,
    officer: &person::Model,
    grade: Option<Coded<Grade>>,
    reason: String,
) -> Result<()> {
    let now = write.now();
    let find = write.consequence::<case_officer::Entity>().filter(case_officer::Column::CaseId.eq(case));
    if let Some(present) = find.filter(case_officer::Column::ToAt.is_null()).first().await? {
        let ended = case_officer::Model { to_at: Some(now), ..present.clone() };
        write.update_consequence(&present, ended).await?;
    }
    let row = case_officer::Model {
        id: Id::fresh(),
        case_id: case,
        person_id: officer.id,
        grade,
        reason,
        assigned_by_id: write.scope().person(),
        from_at: now,
        to_at: None,
    };
    write.insert(row).await.map(|_| ())
}
