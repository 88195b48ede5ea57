//! Measures: recorded once, corrected by a later one.

use entity::{Id, instrument, measure};
use rules::Refusal;
use rules::outcomes::{OutcomeRefusal, check_day, check_present, check_score, may_record};
use rules::text::{Form, LONG_TEXT};

use super::{TEXT, held_still};
use crate::error::Result;
use crate::outcomes::graphql::{CorrectMeasureInput, RecordMeasureInput};
use crate::outcomes::reads::scale;
use crate::store::Write;

/// Records a score.
pub async fn record_measure(write: &mut Write, input: RecordMeasureInput) -> Result<Id<measure::Entity>> {
    let (referral, _) = held_still(write, input.referral_id.0, may_record).await?;
    let instrument = write.find::<instrument::Entity>().get(input.instrument_id.0).await?;
    let mut form = Form::new(TEXT);
    form.refuse(check_score(scale(&instrument), input.score).err());
    form.refuse(check_day("takenOn", input.taken_on.0, write.today()).err());
    form.finish()?;
    let row = measure::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        need: input.need.into(),
        instrument_id: instrument.id,
        stage: input.stage.into(),
        score: input.score,
        taken_on: input.taken_on.0,
        recorded_by_id: write.scope().person(),
        supersedes_id: None,
        superseded_at: None,
        correction_reason: None,
        created_at: write.now(),
    };
    insert(write, row).await
}

/// Corrects a score by one that supersedes it.
pub async fn correct_measure(write: &mut Write, input: CorrectMeasureInput) -> Result<Id<measure::Entity>> {
    let sought = write.find::<measure::Entity>().get(input.measure_id.0).await?;
    held_still(write, sought.referral_id, may_record).await?;
    // Read again: another correction may have come first.
    let before = write.find::<measure::Entity>().get(sought.id).await?;
    check_present(before.superseded_at.is_some())?;
    let instrument = write.find::<instrument::Entity>().get(before.instrument_id).await?;
    let mut form = Form::new(TEXT);
    form.refuse(check_score(scale(&instrument), input.score).err());
    form.refuse(check_day("takenOn", input.taken_on.0, write.today()).err());
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.finish()?;
    let superseded = measure::Model { superseded_at: Some(write.now()), ..before.clone() };
    write.update(&before, superseded).await?;
    let row = measure::Model {
        id: Id::fresh(),
        score: input.score,
        taken_on: input.taken_on.0,
        recorded_by_id: write.scope().person(),
        supersedes_id: Some(before.id),
        correction_reason: Some(reason),
        created_at: write.now(),
        ..before
    };
    insert(write, row).await
}

async fn insert(write: &mut Write, row: measure::Model) -> Result<Id<measure::Entity>> {
    const COLUMNS: &str = "measure.referral_id, measure.need, measure.instrument_id, measure.stage";
    let taken = Refusal::of(
        OutcomeRefusal::AlreadyTaken,
        "stage",
        "This need was measured with this instrument at this stage already: correct that measure instead.",
    );
    let added = write.insert(row).await.map(|row| row.id);
    added.map_err(|fault| fault.or_refusal("measure_present", COLUMNS, taken))
}
