//! Instruments: with what needs are measured.

use entity::{Id, instrument};
use rules::Refusal;
use rules::outcomes::{OutcomeRefusal, Scale, check_scale};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};

use super::TEXT;
use crate::error::Result;
use crate::outcomes::graphql::AddInstrumentInput;
use crate::store::Write;

/// Adds an instrument.
pub async fn add_instrument(write: &mut Write, input: AddInstrumentInput) -> Result<Id<instrument::Entity>> {
    let mut form = Form::new(TEXT);
    let name = form.required("name", &input.name, SHORT_TEXT);
    let description = form.required("description", &input.description, LONG_TEXT);
    let scale = Scale { low: input.low, high: input.high, direction: input.direction.0 };
    form.refuse(check_scale(scale).err());
    form.finish()?;
    let row = instrument::Model {
        id: Id::fresh(),
        name,
        description,
        low: input.low,
        high: input.high,
        direction: input.direction.into(),
        created_at: write.now(),
    };
    let taken = Refusal::of(
        OutcomeRefusal::Duplicate,
        "name",
        "There is an instrument with this name already: use it, or choose another name.",
    );
    let added = write.insert(row).await.map(|row| row.id);
    added.map_err(|fault| fault.or_refusal("instrument_name_key", "instrument.name", taken))
}
