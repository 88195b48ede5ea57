//! What is proposed, and what is decided on it.

use entity::{Id, referral, referral_price, variation};
use rules::Refusal;
use rules::terms::{OrganisationKind, Purchaser, Role};
use rules::text::{Form, LONG_TEXT};
use rules::variations::{
    Circumstances, TEXT, VariationAction, VariationRefusal, VariationStatus, check_units, is_live,
    may_propose, next, varied_total,
};
use sea_orm::ColumnTrait;

use super::graphql::{
    ApproveVariationInput, DeclineVariationInput, ProposeVariationInput, WithdrawVariationInput,
};
use crate::auth::Scope;
use crate::error::{Fault, Result};
use crate::referrals::service::side::capacities;
use crate::store::Write;

type VariationId = Id<variation::Entity>;

/// How the caller stands to a variation and its referral.
pub fn circumstances(
    scope: &Scope,
    referral: &referral::Model,
    variation: &variation::Model,
) -> Circumstances {
    let side = match scope.kind() {
        OrganisationKind::Nps => Some(Purchaser::Nps),
        OrganisationKind::Crc => Some(Purchaser::Crc),
        OrganisationKind::Provider | OrganisationKind::Inspectorate | OrganisationKind::Operator => None,
    };
    let holds = referral.holder_id == scope.organisation() && scope.roles().has(Role::TeamManager);
    Circumstances {
        referral: *referral.status,
        is_author: variation.proposed_by_id == scope.person(),
        pays: holds && side == Some(*referral.purchaser),
    }
}

/// Proposes another number of units.
pub async fn propose_variation(write: &mut Write, input: ProposeVariationInput) -> Result<VariationId> {
    let before = write.find::<referral::Entity>().get(input.referral_id.0).await?;
    write.concerns(before.case_id);
    write.expect_version(&before, input.version).await?;
    may_propose(&capacities(write.scope(), &before))?;
    is_live(*before.status)?;
    let present = before.expected_units.unwrap_or(1);
    let mut form = Form::new(TEXT);
    form.refuse(check_units(input.expected_units, present));
    let row = variation::Model {
        id: Id::fresh(),
        referral_id: before.id,
        previous_units: present,
        expected_units: input.expected_units,
        reason: form.required("reason", &input.reason, LONG_TEXT),
        status: VariationStatus::Proposed.into(),
        proposed_by_id: write.scope().person(),
        decided_by_id: None,
        decided_at: None,
        decision_reason: None,
        version: 1,
        created_at: write.now(),
    };
    form.finish()?;
    touch(write, &before).await?;
    Ok(write.insert(row).await.map_err(waits_already)?.id)
}

/// Whoever follows the referral is told.
async fn touch(write: &mut Write, before: &referral::Model) -> Result<()> {
    let after = referral::Model { updated_at: write.now(), ..before.clone() };
    write.replace(before, after).await?;
    Ok(())
}

fn waits_already(fault: Fault) -> Fault {
    let message = "Another variation of this referral awaits a decision: wait for it, or take it back.";
    let refusal = Refusal::of(VariationRefusal::Duplicate, "referralId", message);
    fault.or_refusal("variation_present", "variation.referral_id", refusal)
}

/// Approves a variation: the referral, its price and the budgets expect it from now on.
pub async fn approve_variation(write: &mut Write, input: ApproveVariationInput) -> Result<VariationId> {
    let of = Decided::read(write, input.variation_id.0, input.version).await?;
    let mut form = Form::new(TEXT);
    let words = form.optional("note", input.note.as_deref(), LONG_TEXT);
    form.finish()?;
    let status = of.next(write, VariationAction::Approve)?;
    let price = write.find::<referral_price::Entity>();
    let price = price.filter(referral_price::Column::ReferralId.eq(of.referral.id)).locked().first().await?;
    let price = price.ok_or_else(|| Fault::not_found("price"))?;
    let units = of.variation.expected_units;
    let total = varied_total(price.pence, units)?;
    let varied =
        referral_price::Model { expected_units: units, expected_total_pence: total, ..price.clone() };
    write.update(&price, varied).await?;
    let after =
        referral::Model { expected_units: Some(units), updated_at: write.now(), ..of.referral.clone() };
    write.replace(&of.referral, after).await?;
    of.decide(write, status, words).await
}

/// Declines a variation: nothing changes.
pub async fn decline_variation(write: &mut Write, input: DeclineVariationInput) -> Result<VariationId> {
    let of = Decided::read(write, input.variation_id.0, input.version).await?;
    end(write, of, VariationAction::Decline, &input.reason).await
}

/// Takes a variation back: nothing changes.
pub async fn withdraw_variation(write: &mut Write, input: WithdrawVariationInput) -> Result<VariationId> {
    let of = Decided::read(write, input.variation_id.0, input.version).await?;
    end(write, of, VariationAction::Withdraw, &input.reason).await
}

async fn end(write: &mut Write, of: Decided, action: VariationAction, why: &str) -> Result<VariationId> {
    let mut form = Form::new(TEXT);
    let why = form.required("reason", why, LONG_TEXT);
    form.finish()?;
    let status = of.next(write, action)?;
    touch(write, &of.referral).await?;
    of.decide(write, status, Some(why)).await
}

/// A variation on which somebody decides, with its referral.
struct Decided {
    variation: variation::Model,
    referral: referral::Model,
}

impl Decided {
    async fn read(write: &mut Write, id: VariationId, version: i32) -> Result<Self> {
        let variation = write.find::<variation::Entity>().get(id).await?;
        let referral = write.find::<referral::Entity>().get(variation.referral_id).await?;
        write.concerns(referral.case_id);
        write.expect_version(&variation, version).await?;
        Ok(Self { variation, referral })
    }

    fn next(
        &self,
        write: &Write,
        action: VariationAction,
    ) -> std::result::Result<VariationStatus, Refusal<VariationRefusal>> {
        let circumstances = circumstances(write.scope(), &self.referral, &self.variation);
        next(*self.variation.status, action, &circumstances)
    }

    async fn decide(
        &self,
        write: &mut Write,
        status: VariationStatus,
        words: Option<String>,
    ) -> Result<VariationId> {
        let after = variation::Model {
            status: status.into(),
            decided_by_id: Some(write.scope().person()),
            decided_at: Some(write.now()),
            decision_reason: words,
            ..self.variation.clone()
        };
        Ok(write.update(&self.variation, after).await?.id)
    }
}
