//! How a referral ends, each time with a reason that both sides see.

use entity::{Coded, referral, session};
use rules::referrals::{ReferralRefusal, provider_reads_until};
use rules::terms::{DeclineReason, EndReason, Party, ReferralAction, SessionStatus};
use rules::text::{Form, LONG_TEXT};
use rules::{Refusal, Term};
use sea_orm::ColumnTrait;

use super::{ReferralId, TEXT, read, side};
use crate::error::Result;
use crate::places::service as places;
use crate::referrals::graphql::{
    CompleteReferralInput, DeclineReferralInput, EndReferralEarlyInput, WithdrawReferralInput,
};
use crate::store::Write;

/// Why a referral ends, as the client sent it.
struct Ending<'a> {
    action: ReferralAction,
    decline: Option<DeclineReason>,
    end: Option<EndReason>,
    note: Option<&'a str>,
    by: Party,
}

impl Ending<'_> {
    /// Whoever ends a referral before its time tells the other side why, in words too.
    const fn needs_words(&self) -> bool {
        self.decline.is_some() || self.end.is_some()
    }
}

/// Refuses the referral, with a reason.
pub async fn decline_referral(write: &mut Write, input: DeclineReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    let ending = Ending {
        action: ReferralAction::Decline,
        decline: Some(input.reason.0),
        end: None,
        note: Some(&input.note),
        by: Party::Provider,
    };
    end(write, before, ending).await
}

/// Ends the referral as delivered.
pub async fn complete_referral(write: &mut Write, input: CompleteReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    let note = input.note.as_deref();
    let ending =
        Ending { action: ReferralAction::Complete, decline: None, end: None, note, by: Party::Provider };
    end(write, before, ending).await
}

/// Stops the referral before its end, with a reason.
pub async fn end_referral_early(write: &mut Write, input: EndReferralEarlyInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    let ending = Ending {
        action: ReferralAction::EndEarly,
        decline: None,
        end: Some(input.reason.0),
        note: Some(&input.note),
        by: Party::Provider,
    };
    end(write, before, ending).await
}

/// Takes the referral back, with a reason.
pub async fn withdraw_referral(write: &mut Write, input: WithdrawReferralInput) -> Result<ReferralId> {
    let before = read(write, input.referral_id.0, input.version).await?;
    let ending = Ending {
        action: ReferralAction::Withdraw,
        decline: None,
        end: Some(input.reason.0),
        note: Some(&input.note),
        by: Party::Probation,
    };
    end(write, before, ending).await
}

async fn end(write: &mut Write, before: referral::Model, ending: Ending<'_>) -> Result<ReferralId> {
    let permit = side::permit(write, &before, ending.action).await?;
    let mut form = Form::new(TEXT);
    let note = form.optional("note", ending.note, LONG_TEXT);
    if ending.needs_words() && note.is_none() {
        let message = "Tell the other side in the note why.";
        form.refuse([Refusal::of(ReferralRefusal::Required, "note", message)]);
    }
    form.finish()?;
    let months = write.policy().provider_reads_months;
    let declined = ending.action == ReferralAction::Decline;
    let after = referral::Model {
        status: permit.next.into(),
        decided_at: if declined { Some(write.now()) } else { before.decided_at },
        decline_reason: ending.decline.map(Coded),
        end_reason: ending.end.map(Coded),
        closing_note: note,
        ended_at: Some(write.now()),
        provider_reads_until: Some(provider_reads_until(write.today(), months)),
        updated_at: write.now(),
        ..before.clone()
    };
    let after = write.update(&before, after).await?;
    cancel_what_is_ahead(write, &after, ending.by).await?;
    places::release(write, &after).await?;
    Ok(after.id)
}

/// Sessions that were still ahead of a referral that ended do not happen, and free the person's time.
async fn cancel_what_is_ahead(write: &mut Write, referral: &referral::Model, by: Party) -> Result<()> {
    let ahead = write
        .find::<session::Entity>()
        .filter(session::Column::ReferralId.eq(referral.id))
        .filter(session::Column::Status.eq(SessionStatus::Scheduled.code()))
        .filter(session::Column::StartsAt.gt(write.now()))
        .all()
        .await?;
    for before in ahead {
        let after = session::Model {
            status: SessionStatus::Cancelled.into(),
            cancelled_by: Some(Coded(by)),
            cancelled_at: Some(write.now()),
            cancel_reason: Some("The referral ended.".to_owned()),
            ..before.clone()
        };
        write.update(&before, after).await?;
    }
    Ok(())
}
