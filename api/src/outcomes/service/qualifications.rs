//! Qualifications: what a person gained to show for it.

use entity::{Id, qualification};
use rules::Refusal;
use rules::outcomes::{OutcomeRefusal, check_day, may_record};
use rules::text::{Form, SHORT_TEXT};

use super::{TEXT, held_still};
use crate::error::Result;
use crate::outcomes::graphql::RecordQualificationInput;
use crate::store::Write;

/// Records a qualification.
pub async fn record_qualification(
    write: &mut Write,
    input: RecordQualificationInput,
) -> Result<Id<qualification::Entity>> {
    let (referral, _) = held_still(write, input.referral_id.0, may_record).await?;
    let mut form = Form::new(TEXT);
    let title = form.required("title", &input.title, SHORT_TEXT);
    form.refuse(check_day("awardedOn", input.awarded_on.0, write.today()).err());
    form.finish()?;
    let row = qualification::Model {
        id: Id::fresh(),
        referral_id: referral.id,
        title,
        level: input.level.into(),
        awarded_on: input.awarded_on.0,
        recorded_by_id: write.scope().person(),
        created_at: write.now(),
    };
    const COLUMNS: &str = "qualification.referral_id, qualification.title, qualification.level";
    let taken = Refusal::of(
        OutcomeRefusal::Duplicate,
        "title",
        "This qualification is recorded at this level already.",
    );
    let added = write.insert(row).await.map(|row| row.id);
    added.map_err(|fault| fault.or_refusal("qualification_referral_id_title_level_key", COLUMNS, taken))
}
