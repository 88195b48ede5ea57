//! Drafts: written by the organisation that holds the case, seen by no provider.

use entity::{
    Coded, Id, desired_outcome, organisation, probation_case, referral, referral_item, sentence, service,
    shared_person,
};
use rules::referrals::{MOST_UNITS, ReferralRefusal};
use rules::terms::{OrganisationKind, Purchaser, ReferralAction, ReferralStatus};
use rules::text::{Form, LONG_TEXT, SHORT_TEXT};
use rules::{Refusal, Term, reference};
use sea_orm::ColumnTrait;

use super::{ReferralId, TEXT, read, side};
use crate::error::{Fault, Result};
use crate::referrals::graphql::{
    DesiredOutcomeInput, DraftReferralInput, EditReferralInput, ItemInput, ReferralFields,
};
use crate::referrals::sharing::{OPEN, Sharing, search_text};
use crate::store::Write;

/// The most desired outcomes and items that one referral has.
const MOST_PARTS: usize = 30;
/// How often a reference is drawn anew when it is taken.
const DRAWS: usize = 16;

/// Begins a referral.
pub async fn draft_referral(write: &mut Write, input: DraftReferralInput) -> Result<ReferralId> {
    // Held still: what the referral shares of the person is copied from it.
    let case = write.find::<probation_case::Entity>().locked().get(input.case_id.0).await?;
    write.concerns(case.id);
    let service = write.find::<service::Entity>().get(input.service_id.0).await?;
    let holder = case.holder_id.ok_or_else(|| Fault::not_found("case"))?;
    let purchaser = purchaser(write, holder).await?;
    refuse_duplicate(write, &case, &service).await?;
    let reference = fresh_reference(write).await?;
    let mut row = referral::Model {
        id: Id::fresh(),
        search_text: search_text(&reference, &case),
        reference,
        case_id: case.id,
        holder_id: holder,
        service_id: service.id,
        provider_id: service.provider_id,
        purchaser: purchaser.into(),
        referred_by_id: write.scope().person(),
        worker_id: None,
        status: ReferralStatus::Draft.into(),
        urgency: input.fields.urgency.into(),
        sentence_id: None,
        rar_days: None,
        counts_towards_rar: service.counts_towards_rar,
        licence_condition: None,
        reason: String::new(),
        risk_summary: String::new(),
        home_visits: false,
        expected_units: None,
        respond_by: None,
        submitted_at: None,
        decided_at: None,
        decline_reason: None,
        end_reason: None,
        closing_note: None,
        ended_at: None,
        provider_reads_until: None,
        version: 1,
        created_at: write.now(),
        updated_at: write.now(),
    };
    let parts = fill(write, &mut row, input.fields).await?;
    let row = write.insert(row).await.map_err(|fault| {
        fault.or_refusal("referral_open_once", "referral.case_id, referral.service_id", duplicate(None))
    })?;
    let shared: shared_person::Model = Sharing::of(write, &case).await?.with(&row);
    write.insert(shared).await?;
    parts.insert(write).await?;
    Ok(row.id)
}

/// Changes a draft: its fields become those that are sent.
pub async fn edit_referral(write: &mut Write, input: EditReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    side::permit(write, &before, ReferralAction::Edit).await?;
    let mut after = before.clone();
    let parts = fill(write, &mut after, input.fields).await?;
    after.updated_at = write.now();
    for outcome in write
        .find::<desired_outcome::Entity>()
        .filter(desired_outcome::Column::ReferralId.eq(before.id))
        .all()
        .await?
    {
        write.remove(&outcome).await?;
    }
    for item in write
        .find::<referral_item::Entity>()
        .filter(referral_item::Column::ReferralId.eq(before.id))
        .all()
        .await?
    {
        write.remove(&item).await?;
    }
    write.replace(&before, after).await?;
    parts.insert(write).await?;
    Ok(before.id)
}

/// The rows that belong to a referral's fields.
pub(super) struct Parts {
    pub(super) outcomes: Vec<desired_outcome::Model>,
    pub(super) items: Vec<referral_item::Model>,
}

impl Parts {
    pub(super) async fn insert(self, write: &mut Write) -> Result<()> {
        write.insert_all(self.outcomes).await?;
        write.insert_all(self.items).await
    }
}

/// Puts what the client sent on a draft. A draft may be unfinished: only what is there is checked.
async fn fill(write: &Write, row: &mut referral::Model, fields: ReferralFields) -> Result<Parts> {
    if let Some(id) = fields.sentence_id {
        let sentence = write.find::<sentence::Entity>().get(id.0).await?;
        if sentence.case_id != row.case_id {
            return Err(Fault::not_found("sentence"));
        }
    }
    let mut form = Form::new(TEXT);
    let parts = form.within("fields", |form| read_fields(form, write, row, fields));
    form.finish()?;
    Ok(parts)
}

fn read_fields(
    form: &mut Form<ReferralRefusal>,
    write: &Write,
    row: &mut referral::Model,
    fields: ReferralFields,
) -> Parts {
    row.urgency = Coded::from(fields.urgency);
    row.sentence_id = fields.sentence_id.map(|id| id.0);
    row.rar_days = fields.rar_days;
    row.licence_condition = form.optional("licenceCondition", fields.licence_condition.as_deref(), LONG_TEXT);
    row.reason = form.optional("reason", fields.reason.as_deref(), LONG_TEXT).unwrap_or_default();
    row.risk_summary =
        form.optional("riskSummary", fields.risk_summary.as_deref(), LONG_TEXT).unwrap_or_default();
    row.home_visits = fields.home_visits;
    row.expected_units = fields.expected_units;
    let days = row.rar_days.is_some_and(|days| !(1..=365).contains(&days));
    form.refuse_if(days, ReferralRefusal::Invalid, "rarDays", "RAR days lie between 1 and 365.");
    let units = row.expected_units.is_some_and(|units| !(1..=MOST_UNITS).contains(&units));
    form.refuse_if(
        units,
        ReferralRefusal::Invalid,
        "expectedUnits",
        "Expected units lie between 1 and 1000.",
    );
    read_parts(form, write, row.id, ("desiredOutcomes", fields.desired_outcomes), ("items", fields.items))
}

/// The desired outcomes and items that the client sent, each list with the name of its input field.
pub(super) fn read_parts(
    form: &mut Form<ReferralRefusal>,
    write: &Write,
    referral: ReferralId,
    (outcomes_field, outcomes): (&str, Vec<DesiredOutcomeInput>),
    (items_field, items): (&str, Vec<ItemInput>),
) -> Parts {
    for (many, field) in
        [(outcomes.len() > MOST_PARTS, outcomes_field), (items.len() > MOST_PARTS, items_field)]
    {
        form.refuse_if(many, ReferralRefusal::TooLong, field, "A referral has at most 30 of these.");
    }
    let twice =
        items.iter().enumerate().any(|(at, one)| items[..at].iter().any(|other| other.item.0 == one.item.0));
    form.refuse_if(twice, ReferralRefusal::Invalid, items_field, "Name each item once.");
    let mut description = |(index, input): (usize, &DesiredOutcomeInput)| {
        let read = |form: &mut Form<_>| form.required("description", &input.description, LONG_TEXT);
        desired_outcome::Model {
            id: Id::fresh(),
            referral_id: referral,
            need: input.need.into(),
            description: form.within_item(outcomes_field, index, read),
            created_at: write.now(),
        }
    };
    let outcomes = outcomes.iter().enumerate().map(&mut description).collect();
    let mut document = |(index, input): (usize, &ItemInput)| {
        let read = |form: &mut Form<_>| form.required("document", &input.document, SHORT_TEXT);
        referral_item::Model {
            id: Id::fresh(),
            referral_id: referral,
            item: input.item.into(),
            document: form.within_item(items_field, index, read),
            supplied_by_id: write.scope().person(),
            created_at: write.now(),
        }
    };
    let items = items.iter().enumerate().map(&mut document).collect();
    Parts { outcomes, items }
}

async fn purchaser(write: &Write, holder: Id<organisation::Entity>) -> Result<Purchaser> {
    let holder = write.find::<organisation::Entity>().get(holder).await?;
    match *holder.kind {
        OrganisationKind::Nps => Ok(Purchaser::Nps),
        OrganisationKind::Crc => Ok(Purchaser::Crc),
        OrganisationKind::Provider | OrganisationKind::Inspectorate | OrganisationKind::Operator => {
            Err(Fault::not_found("case"))
        }
    }
}

/// Refuses a second open referral for the same person and service, and names the first to who may see it.
async fn refuse_duplicate(
    write: &Write,
    case: &probation_case::Model,
    service: &service::Model,
) -> Result<()> {
    let open = write
        .find::<referral::Entity>()
        .filter(referral::Column::CaseId.eq(case.id))
        .filter(referral::Column::ServiceId.eq(service.id))
        .filter(referral::Column::Status.is_in(OPEN.map(|status| status.code())))
        .first()
        .await?;
    match open {
        Some(open) => Err(duplicate(Some(&open.reference)).into()),
        None => Ok(()),
    }
}

fn duplicate(reference: Option<&str>) -> Refusal<ReferralRefusal> {
    match reference {
        Some(reference) => Refusal::of(
            ReferralRefusal::Duplicate,
            "serviceId",
            format!(
                "The referral {reference} for this person and service is open: go on with it, or withdraw it first."
            ),
        ),
        None => Refusal::of(
            ReferralRefusal::Unavailable,
            "serviceId",
            "The service is unavailable for this person.",
        ),
    }
}

async fn fresh_reference(write: &Write) -> Result<String> {
    for _ in 0..DRAWS {
        let reference = reference::from_random(rand::random());
        if !write.has_referral(&reference).await? {
            return Ok(reference);
        }
    }
    Err(Fault::internal("no reference is free"))
}
