//! What stands against the needs of a case.

use std::collections::HashSet;

use entity::{attendance, case_need, desired_outcome, probation_case, referral, sentence};
use rules::recommendation::{NeedStanding, Referred, SentenceDays, best, standing};
use rules::terms::{AttendanceOutcome, Need};
use rules::{Term, london};
use sea_orm::{ColumnTrait, Order};

use crate::directory::reads::needs;
use crate::error::Result;
use crate::referrals::graphql::Referral;
use crate::store::Store;
use crate::store::kin::Member;

/// What stands against a need, and the referrals by which it does.
pub struct Stands {
    /// The need.
    pub need: Need,
    /// What stands against it.
    pub standing: NeedStanding,
    /// The referrals that are for it.
    pub referrals: Vec<Referral>,
}

/// What stands against the assessed needs of a case, in their order.
pub async fn standings(store: &Store, case: &probation_case::Model) -> Result<Vec<Stands>> {
    let assessed =
        store.find::<case_need::Entity>().filter(case_need::Column::CaseId.eq(case.id)).all().await?;
    let referrals = store.find::<referral::Entity>().filter(referral::Column::CaseId.eq(case.id));
    let referrals = referrals.order_by(referral::Column::CreatedAt, Order::Asc).all().await?;
    let ids = || referrals.iter().map(|referral| referral.id);
    let desired = store.find::<desired_outcome::Entity>().of(desired_outcome::Column::ReferralId, ids());
    let desired: HashSet<_> = desired.all().await?.iter().map(|row| (row.referral_id, *row.need)).collect();
    let works_on = needs(store, referrals.iter().map(|referral| referral.service_id).collect()).await?;
    let works_on: HashSet<_> = works_on.into_iter().collect();
    let attended = store
        .find::<attendance::Entity>()
        .of(attendance::Column::ReferralId, ids())
        .filter(attendance::Column::SupersededAt.is_null())
        .filter(attendance::Column::Outcome.eq(AttendanceOutcome::Attended.code()));
    let attended: HashSet<_> = attended.all().await?.iter().map(|row| row.referral_id).collect();
    let sentences =
        store.find::<sentence::Entity>().filter(sentence::Column::CaseId.eq(case.id)).all().await?;
    let days = |row: &sentence::Model| SentenceDays { starts_on: row.starts_on, ends_on: row.ends_on };
    let all_days: Vec<_> = sentences.iter().map(days).collect();
    let assessed: HashSet<_> = assessed.iter().map(|row| *row.need).collect();
    // One family, whatever the needs: what hangs on referrals is read once.
    let referrals: Vec<_> = Member::family(referrals).map(Referral).collect();
    let of_need = |need: Need| {
        let is_for = |it: &&Referral| {
            desired.contains(&(it.0.id, need)) || works_on.contains(&(it.0.service_id, need))
        };
        let referrals: Vec<_> = referrals.iter().filter(is_for).cloned().collect();
        let each = referrals.iter().map(|it| {
            let under = sentences.iter().find(|sentence| Some(sentence.id) == it.0.sentence_id);
            let referred = Referred {
                status: *it.0.status,
                attended: attended.contains(&it.0.id),
                ended_on: it.0.ended_at.map(london::day),
                sentence: under.map(days),
            };
            standing(&referred, &all_days, store.today())
        });
        Stands { need, standing: best(each), referrals }
    };
    Ok(Need::ALL.iter().filter(|need| assessed.contains(need)).map(|need| of_need(*need)).collect())
}
