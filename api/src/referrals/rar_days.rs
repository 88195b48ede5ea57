//! The RAR days that a sentence leaves.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{Coded, Id, attendance, referral, sentence, session};
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
    for (sentence, starts) in attended(finds, &ended).await? {
        let days = committed.entry(sentence).or_default();
        *days = days.saturating_add(rar_days_used(starts.into_iter()));
    }
    Ok(committed)
}

/// When sessions began that were attended, of referrals by their sentences.
async fn attended(
    finds: &(impl Finds + Sync),
    of: &HashMap<Id<referral::Entity>, SentenceId>,
) -> Result<HashMap<SentenceId, Vec<DateTime<Utc>>>> {
    let mut starts: HashMap<_, Vec<_>> = HashMap::new();
    let attended: Vec<(Id<session::Entity>,)> = finds
        .find::<attendance::Entity>()
        .of(attendance::Column::ReferralId, of.keys().copied())
        .filter(attendance::Column::SupersededAt.is_null())
        .filter(attendance::Column::Outcome.eq(AttendanceOutcome::Attended.code()))
        .columns(&[attendance::Column::SessionId])
        .await?;
    let sessions: Vec<(Id<referral::Entity>, DateTime<Utc>)> = finds
        .find::<session::Entity>()
        .of(session::Column::Id, attended.into_iter().map(|(id,)| id))
        .columns(&[session::Column::ReferralId, session::Column::StartsAt])
        .await?;
    for (referral, at) in sessions {
        if let Some(sentence) = of.get(&referral) {
            starts.entry(*sentence).or_default().push(at);
        }
    }
    Ok(starts)
}

/// What the court's maximum leaves beside what is committed; none where the sentence has no such requirement.
pub fn left(sentence: &sentence::Model, committed: i32) -> i32 {
    sentence.max_rar_days.unwrap_or(0).saturating_sub(committed).max(0)
}
