//! The RAR days that a sentence leaves.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{Coded, Id, attendance, referral, sentence, session};
use rules::Term;
use rules::sessions::rar_days_used;
use rules::terms::{AttendanceOutcome, ReferralStatus};
use sea_orm::{ColumnTrait, EntityTrait as _};

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
    Ok(committed_under(finds, vec![sentence], but).await?.remove(&sentence).unwrap_or_default())
}

/// A referral under a sentence, as far as it takes up RAR days: which, under which sentence, where it is in its life, how
/// many it has set aside, and whether its sessions count.
type Taking = (Id<referral::Entity>, Option<SentenceId>, Coded<ReferralStatus>, Option<i32>, bool);

/// As [`committed`], of several sentences; none of one of which nothing is taken up.
pub async fn committed_under(
    finds: &(impl Finds + Sync),
    sentences: Vec<SentenceId>,
    but: Option<Id<referral::Entity>>,
) -> Result<HashMap<SentenceId, i32>> {
    use referral::Column::{CountsTowardsRar, RarDays, Status};
    let mut committed: HashMap<SentenceId, i32> = HashMap::new();
    if sentences.is_empty() {
        return Ok(committed);
    }
    let others: Vec<Taking> = finds
        .find::<referral::Entity>()
        .of(referral::Column::SentenceId, sentences)
        .filter_if(but.map(|but| referral::Column::Id.ne(but)))
        .filter(Status.ne(ReferralStatus::Draft.code()))
        .columns(&[referral::Column::Id, referral::Column::SentenceId, Status, RarDays, CountsTowardsRar])
        .await?;
    let mut ended = HashMap::new();
    for (id, sentence, status, set_aside, counts) in others {
        let Some(sentence) = sentence else { continue };
        if OPEN.contains(&status) {
            let days = committed.entry(sentence).or_default();
            *days = days.saturating_add(set_aside.unwrap_or_default());
        } else if counts {
            ended.insert(id, sentence);
        }
    }
    // What ended ones had set aside beyond what they used is free.
    let mut starts: HashMap<SentenceId, Vec<DateTime<Utc>>> = HashMap::new();
    for (referral, at) in attended(finds, ended.values().copied().collect()).await? {
        if let Some(sentence) = ended.get(&referral) {
            starts.entry(*sentence).or_default().push(at);
        }
    }
    for (sentence, starts) in starts {
        let days = committed.entry(sentence).or_default();
        *days = days.saturating_add(rar_days_used(starts.into_iter()));
    }
    Ok(committed)
}

/// When sessions began that were attended, of referrals under these sentences: by joins, since there is no end to how many
/// sessions there are.
async fn attended(
    finds: &(impl Finds + Sync),
    under: Vec<SentenceId>,
) -> Result<Vec<(Id<referral::Entity>, DateTime<Utc>)>> {
    let to_referral = session::Entity::belongs_to(referral::Entity)
        .from(session::Column::ReferralId)
        .to(referral::Column::Id)
        .into();
    let to_attendance = session::Entity::belongs_to(attendance::Entity)
        .from(session::Column::Id)
        .to(attendance::Column::SessionId)
        .into();
    finds
        .find::<session::Entity>()
        .joined::<referral::Entity>(finds.scope(), to_referral)
        .joined::<attendance::Entity>(finds.scope(), to_attendance)
        .of(referral::Column::SentenceId, under)
        .filter(attendance::Column::SupersededAt.is_null())
        .filter(attendance::Column::Outcome.eq(AttendanceOutcome::Attended.code()))
        .columns(&[session::Column::ReferralId, session::Column::StartsAt])
        .await
}

/// What the court's maximum leaves beside what is committed; none where the sentence has no such requirement.
pub fn left(sentence: &sentence::Model, committed: i32) -> i32 {
    sentence.max_rar_days.unwrap_or(0).saturating_sub(committed).max(0)
}
