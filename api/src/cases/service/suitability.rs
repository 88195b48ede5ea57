//! What assessments for programmes found.

use entity::{Id, probation_case, programme_suitability, service};
use rules::cases::{CaseRefusal, plausible_assessment};
use rules::text::{Form, LONG_TEXT};
use sea_orm::ColumnTrait;

use super::{CaseId, TEXT, read};
use crate::cases::graphql::inputs::RecordProgrammeSuitabilityInput;
use crate::error::Result;
use crate::store::Write;

/// Records what an assessment found of somebody for a programme; what was found before stays in the history.
pub async fn record_programme_suitability(
    write: &mut Write,
    input: RecordProgrammeSuitabilityInput,
) -> Result<CaseId> {
    let before = read(write, input.case_id.0, input.version).await?;
    let service = write.find::<service::Entity>().get(input.service_id.0).await?;
    let mut form = Form::new(TEXT);
    let findings = form.required("findings", &input.findings, LONG_TEXT);
    let assessed_on = input.assessed_on.map_or_else(|| write.today(), |day| day.0);
    form.refuse_if(
        !plausible_assessment(assessed_on, before.date_of_birth, write.today()),
        CaseRefusal::Invalid,
        "assessedOn",
        "An assessment is made in the person's life, and not after today.",
    );
    form.finish()?;
    // The case first: of two assessments at once, the second is refused for its version.
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    write.replace(&before, after).await?;
    let present = write
        .find::<programme_suitability::Entity>()
        .filter(programme_suitability::Column::CaseId.eq(before.id))
        .filter(programme_suitability::Column::ServiceId.eq(service.id))
        .filter(programme_suitability::Column::SupersededAt.is_null());
    for earlier in present.all().await? {
        let superseded = programme_suitability::Model { superseded_at: Some(write.now()), ..earlier.clone() };
        write.update(&earlier, superseded).await?;
    }
    write
        .insert(programme_suitability::Model {
            id: Id::fresh(),
            case_id: before.id,
            service_id: service.id,
            suitability: input.suitability.into(),
            findings,
            assessed_on,
            recorded_by_id: write.scope().person(),
            created_at: write.now(),
            superseded_at: None,
        })
        .await?;
    Ok(before.id)
}
