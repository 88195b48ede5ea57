//! What is known of a person beside their identity.

use async_graphql::MaybeUndefined;
use entity::{Coded, case_need, probation_case};
use rules::Term;
use rules::cases::CaseRefusal;
use rules::terms::{Flag, Need};
use rules::text::{Form, SHORT_TEXT};
use sea_orm::ColumnTrait;

use super::{CaseId, set_flags};
use crate::cases::graphql::inputs::CircumstancesInput;
use crate::error::Result;
use crate::graphql::shown::Shown;
use crate::store::Write;

/// Puts what the client sent of a person's circumstances on the case; the needs come back, since they are
/// rows of their own.
pub(super) fn set_circumstances(
    form: &mut Form<CaseRefusal>,
    case: &mut probation_case::Model,
    input: CircumstancesInput,
) -> Option<Vec<Need>> {
    form.within("circumstances", |form| read_circumstances(form, case, input))
}

fn read_circumstances(
    form: &mut Form<CaseRefusal>,
    case: &mut probation_case::Model,
    input: CircumstancesInput,
) -> Option<Vec<Need>> {
    set_coded(&mut case.risk_of_serious_harm, input.risk_of_serious_harm);
    set_coded(&mut case.likelihood_of_reoffending, input.likelihood_of_reoffending);
    set_coded(&mut case.worker_gender_preference, input.worker_gender_preference);
    set(&mut case.mappa_level, input.mappa_level);
    let level = case.mappa_level;
    form.refuse_if(
        level.is_some_and(|level| !(1..=3).contains(&level)),
        CaseRefusal::Invalid,
        "mappaLevel",
        "A MAPPA level is 1, 2 or 3.",
    );
    set(&mut case.release_date, input.release_date.map_value(|day| day.0));
    if let Some(flags) = input.flags {
        let flags: Vec<Flag> = flags.into_iter().map(|flag| flag.0).collect();
        set_flags(case, &flags);
    }
    let mut text = |field: &str, column: &mut Option<String>, value: MaybeUndefined<String>| match value {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *column = None,
        MaybeUndefined::Value(value) => *column = form.optional(field, Some(&value), SHORT_TEXT),
    };
    text("faith", &mut case.faith, input.faith);
    text("accessibility", &mut case.accessibility, input.accessibility);
    text("literacy", &mut case.literacy, input.literacy);
    text("interpreterLanguage", &mut case.interpreter_language, input.interpreter_language);
    text("childcare", &mut case.childcare, input.childcare);
    text("workCommitments", &mut case.work_commitments, input.work_commitments);
    text("custodyEstablishment", &mut case.custody_establishment, input.custody_establishment);
    input.needs.map(|needs| needs.into_iter().map(|need| need.0).collect())
}

fn set<T>(column: &mut Option<T>, value: MaybeUndefined<T>) {
    match value {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *column = None,
        MaybeUndefined::Value(value) => *column = Some(value),
    }
}

pub(super) fn set_coded<T: Term>(column: &mut Option<Coded<T>>, value: MaybeUndefined<Shown<T>>) {
    set(column, value.map(|value| value.map(Coded::from)));
}

/// Makes these the needs of a case, and no others. `true` if something changed. A court officer's import reaches
/// cases that its author no longer sees.
pub async fn set_needs(write: &mut Write, case: CaseId, mut needs: Vec<Need>) -> Result<bool> {
    needs.sort_unstable();
    needs.dedup();
    let present =
        write.consequence::<case_need::Entity>().filter(case_need::Column::CaseId.eq(case)).all().await?;
    let mut changed = false;
    for row in present.iter().filter(|row| !needs.contains(&row.need)) {
        write.remove_consequence(row).await?;
        changed = true;
    }
    needs.retain(|need| !present.iter().any(|row| *row.need == *need));
    changed |= !needs.is_empty();
    let rows: Vec<_> =
        needs.into_iter().map(|need| case_need::Model { case_id: case, need: need.into() }).collect();
    write.insert_all(rows).await?;
    Ok(changed)
}
