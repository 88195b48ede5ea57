//! The sentences that a case is on.

use entity::{Id, probation_case, sentence};
use rules::Term;
use rules::cases::{self, CaseRefusal, NewSentence};
use rules::terms::SentenceKind;
use rules::text::{Form, SHORT_TEXT};
use sea_orm::ColumnTrait;

use super::{CaseId, TEXT, read};
use crate::cases::graphql::inputs::{RecordSentenceInput, SentenceInput};
use crate::error::Result;
use crate::store::Write;

/// Records a sentence.
pub async fn record_sentence(write: &mut Write, input: RecordSentenceInput) -> Result<CaseId> {
    let before = read(write, input.case_id.0, input.version).await?;
    let mut form = Form::new(TEXT);
    let sentence = form.within("sentence", |form| read_sentence(form, write, before.id, &input.sentence));
    form.finish()?;
    put_sentence(write, sentence).await?;
    let after = probation_case::Model { updated_at: write.now(), ..before.clone() };
    Ok(write.replace(&before, after).await?.id)
}

pub(super) fn read_sentence(
    form: &mut Form<CaseRefusal>,
    write: &Write,
    case: CaseId,
    input: &SentenceInput,
) -> sentence::Model {
    let programme = form.optional("programme", input.programme.as_deref(), SHORT_TEXT);
    form.refuse(cases::check_sentence(&NewSentence {
        kind: input.kind.0,
        starts_on: input.starts_on.0,
        ends_on: input.ends_on.map(|day| day.0),
        max_rar_days: input.max_rar_days,
        programme: programme.as_deref(),
        unpaid_work_hours: input.unpaid_work_hours,
    }));
    sentence::Model {
        id: Id::fresh(),
        case_id: case,
        kind: input.kind.into(),
        starts_on: input.starts_on.0,
        ends_on: input.ends_on.map(|day| day.0),
        max_rar_days: input.max_rar_days,
        programme,
        unpaid_work_hours: input.unpaid_work_hours,
        created_at: write.now(),
    }
}

/// Adds a sentence, or corrects the one of the same kind and first day. `true` if something changed.
pub async fn put_sentence(write: &mut Write, row: sentence::Model) -> Result<bool> {
    let kind: SentenceKind = *row.kind;
    let earlier = write
        .consequence::<sentence::Entity>()
        .filter(sentence::Column::CaseId.eq(row.case_id))
        .filter(sentence::Column::Kind.eq(kind.code()))
        .filter(sentence::Column::StartsOn.eq(row.starts_on))
        .first()
        .await?;
    let Some(earlier) = earlier else { return write.insert(row).await.map(|_| true) };
    let corrected = sentence::Model { id: earlier.id, created_at: earlier.created_at, ..row };
    if corrected == earlier {
        return Ok(false);
    }
    write.update_consequence(&earlier, corrected).await.map(|_| true)
}
