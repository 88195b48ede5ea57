//! At court: a person is registered, and the case allocated.

use chrono::NaiveDate;
use entity::{Coded, Id, case_holding, ldu, organisation, probation_case};
use rules::cases::{self, CaseRefusal};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};
use rules::{Refusal, crn};

use super::circumstances::{set_circumstances, set_needs};
use super::sentences::{put_sentence, read_sentence};
use super::{CaseId, TEXT, blank, read, search_text};
use crate::cases::graphql::inputs::{AllocateCaseInput, RegisterCaseInput};
use crate::error::Result;
use crate::store::Write;

/// The most sentences with which a case is registered.
const MOST_SENTENCES: usize = 20;

/// Registers a person at court.
pub async fn register_case(write: &mut Write, input: RegisterCaseInput) -> Result<CaseId> {
    let mut form = Form::new(TEXT);
    let crn = crn::parse(&input.crn);
    form.refuse_if(crn.is_none(), CaseRefusal::Invalid, "crn", "A CRN is one letter and six digits.");
    let mut case = probation_case::Model {
        crn: crn.unwrap_or_default(),
        family_name: form.required("familyName", &input.family_name, SHORT_TEXT),
        given_names: form.required("givenNames", &input.given_names, SHORT_TEXT),
        date_of_birth: read_birth(&mut form, input.date_of_birth.0, write.today()),
        gender: input.gender.into(),
        ethnicity: input.ethnicity.map(Coded::from),
        ..blank(write)
    };
    let needs = set_circumstances(&mut form, &mut case, input.circumstances);
    let many = input.sentences.len() > MOST_SENTENCES;
    form.refuse_if(
        many,
        CaseRefusal::TooLong,
        "sentences",
        "A case is registered with at most 20 sentences.",
    );
    let mut sentences = Vec::with_capacity(input.sentences.len());
    for (index, sentence) in input.sentences.iter().enumerate() {
        let read = |form: &mut _| read_sentence(form, write, case.id, sentence);
        sentences.push(form.within_item("sentences", index, read));
    }
    form.finish()?;
    case.search_text = search_text(&case);
    write.concerns(case.id);
    let taken = Refusal::of(CaseRefusal::Taken, "crn", "A case with this CRN is registered already.");
    let case = write
        .insert(case)
        .await
        .map_err(|fault| fault.or_refusal("probation_case_crn_key", "probation_case.crn", taken))?;
    set_needs(write, case.id, needs.unwrap_or_default()).await?;
    for sentence in sentences {
        put_sentence(write, sentence).await?;
    }
    Ok(case.id)
}

/// Allocates a registered case to the organisation that holds it from then on.
pub async fn allocate_case(write: &mut Write, input: AllocateCaseInput) -> Result<CaseId> {
    let before = read(write, input.case_id.0, input.version).await?;
    if before.holder_id.is_some() {
        let message = "The case is allocated; it changes hands by a transfer alone.";
        return Err(Refusal::new(CaseRefusal::AlreadyAllocated, message).into());
    }
    let organisation = write.find::<organisation::Entity>().get(input.organisation_id.0).await?;
    let ldu = match input.ldu_id {
        Some(ldu) => Some(write.find::<ldu::Entity>().get(ldu.0).await?),
        None => None,
    };
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, LONG_TEXT);
    form.refuse_if(
        !cases::can_hold(*organisation.kind),
        CaseRefusal::CannotHold,
        "organisationId",
        "Only the NPS and a CRC hold cases.",
    );
    form.refuse(ldu.as_ref().and_then(|ldu| foreign_ldu(ldu, Some(organisation.id))));
    form.finish()?;
    let after = probation_case::Model {
        holder_id: Some(organisation.id),
        ldu_id: ldu.map(|ldu| ldu.id),
        updated_at: write.now(),
        ..before.clone()
    };
    write.update(&before, after).await?;
    begin_holding(write, before.id, organisation.id, reason).await?;
    Ok(before.id)
}

/// A date of birth as it is stored, if it can be one.
pub(super) fn read_birth(form: &mut Form<CaseRefusal>, born: NaiveDate, today: NaiveDate) -> NaiveDate {
    let message = "A person under supervision is between 10 and 120 years old.";
    form.refuse_if(!cases::plausible_birth(born, today), CaseRefusal::Invalid, "dateOfBirth", message);
    born
}

/// Refuses an LDU of another organisation than the one that holds the case.
pub(super) fn foreign_ldu(
    ldu: &ldu::Model,
    holder: Option<Id<organisation::Entity>>,
) -> Option<Refusal<CaseRefusal>> {
    let message = "The LDU belongs to another organisation.";
    (Some(ldu.organisation_id) != holder).then(|| Refusal::of(CaseRefusal::CannotHold, "lduId", message))
}

/// Begins the history of a case with its holder.
pub async fn begin_holding(
    write: &mut Write,
    case: CaseId,
    organisation: Id<organisation::Entity>,
    reason: String,
) -> Result<()> {
    let row = case_holding::Model {
        id: Id::fresh(),
        case_id: case,
        organisation_id: organisation,
        reason,
        allocated_by_id: write.scope().person(),
        from_at: write.now(),
        to_at: None,
    };
    write.insert(row).await.map(|_| ())
}
