//! The RAR days that a sentence leaves.

use entity::{Id, attendance, referral, sentence, session};
use rules::Term;
use rules::sessions::rar_days_used;
use rules::terms::{AttendanceOutcome, ReferralStatus};
use sea_orm::ColumnTrait;

use super::sharing::OPEN;
use crate::error::Result;
use crate::store::Finds;

type SentenceId = Id<sentence::Entity>;

/// RAR days of the sentence that other referrals than `but` take up: those that open ones have set aside, and those
/// that ended ones had used.
pub async fn committed(
    finds: &(impl Finds + Sync),
    sentence: SentenceId,
    but: Option<Id<referral::Entity>>,
) -> Result<i32> {
    let others = finds
        .find::<referral::Entity>()
        .filter(referral::Column::SentenceId.eq(sentence))
        .filter_if(but.map(|but| referral::Column::Id.ne(but)))
        .filter(referral::Column::Status.is_in(OPEN.map(|status| status.code())))
        .filter(referral::Column::Status.ne(ReferralStatus::Draft.code()))
        .all()
        .await?;
    let set_aside = others.iter().filter_map(|other| other.rar_days).fold(0, i32::saturating_add);
    Ok(set_aside.saturating_add(used_by_ended(finds, sentence).await?))
}

/// RAR days that referrals under the sentence had used when they ended; what they had set aside beyond is free.
async fn used_by_ended(finds: &(impl Finds + Sync), sentence: SentenceId) -> Result<i32> {
    let ended = finds
        .find::<referral::Entity>()
        .filter(referral::Column::SentenceId.eq(sentence))
        .filter(referral::Column::Status.is_not_in(OPEN.map(|status| status.code())))
        .all()
        .await?;
    let counted = ended.iter().filter(|referral| referral.counts_towards_rar).map(|referral| referral.id);
    let attended = finds
        .find::<attendance::Entity>()
        .filter(attendance::Column::ReferralId.is_in(counted))
        .filter(attendance::Column::SupersededAt.is_null())
        .filter(attendance::Column::Outcome.eq(AttendanceOutcome::Attended.code()))
        .all()
        .await?;
    let sessions =
        finds.find::<session::Entity>().by_ids(attended.iter().map(|record| record.session_id)).await?;
    Ok(rar_days_used(sessions.iter().map(|session| session.starts_at)))
}

/// What the court's maximum leaves beside what is committed; none where the sentence has no such requirement.
pub fn left(sentence: &sentence::Model, committed: i32) -> i32 {
    sentence.max_rar_days.unwrap_or(0).saturating_sub(committed).max(0)
}
