//! What should this person get? What stands against each assessed need, and which services fit, best first.
//!
//! Source: DOMAIN.md, "What the inspectors found missing", 1: appropriate services existed, but no referral was made.

mod commitments;
mod fit;
mod reach;
#[cfg(test)]
mod tests;

pub use commitments::{Commitment, Kept, Offered, TimesFit, times_fit};
pub use fit::{Cost, Fit, NextCohort, RarNeed, Start, next_cohort, rank};
pub use reach::{Area, Reach, Reachability, reachability};

use chrono::NaiveDate;

use crate::term;
use crate::terms::ReferralStatus;

term! {
    /// What stands against an assessed need.
    NeedStanding {
        /// A service that works on it was delivered under the present sentence, or is being delivered.
        Delivered "delivered" "DELIVERED" "Delivered";
        /// A provider has accepted a referral for it, and has not begun.
        Booked "booked" "BOOKED" "Booked";
        /// A referral for it waits for its provider's answer.
        Referred "referred" "REFERRED" "Referred";
        /// Nothing: nobody was asked.
        Nothing "nothing" "NOTHING" "Nothing";
    }
}

/// A referral, as far as it stands against a need.
#[derive(Clone, Copy, Debug)]
pub struct Referred {
    /// How it stands.
    pub status: ReferralStatus,
    /// Whether a session of it was attended.
    pub attended: bool,
    /// The day (Europe/London) on which it ended; none while it goes on.
    pub ended_on: Option<NaiveDate>,
    /// The sentence under which it was made; none where it names none.
    pub sentence: Option<SentenceDays>,
}

/// The days of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SentenceDays {
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day; none where that is not known.
    pub ends_on: Option<NaiveDate>,
}

impl SentenceDays {
    /// Whether it has not ended by a day.
    pub fn lasts(&self, day: NaiveDate) -> bool {
        self.ends_on.is_none_or(|end| day <= end)
    }
}

/// What one referral does for the needs that it is for, of somebody with these sentences. While it goes on, it stands
/// for what has come of it. Once it has ended, what was delivered stands for the sentence under which it was delivered,
/// and no longer: when that is over, a need that is assessed still, or again, is open (decision 0017).
pub fn standing(referred: &Referred, sentences: &[SentenceDays], today: NaiveDate) -> NeedStanding {
    match referred.status {
        ReferralStatus::InProgress | ReferralStatus::Accepted if referred.attended => NeedStanding::Delivered,
        ReferralStatus::InProgress | ReferralStatus::Accepted => NeedStanding::Booked,
        ReferralStatus::Submitted => NeedStanding::Referred,
        ReferralStatus::Completed if is_of_now(referred, sentences, today) => NeedStanding::Delivered,
        ReferralStatus::EndedEarly if referred.attended && is_of_now(referred, sentences, today) => {
            NeedStanding::Delivered
        }
        ReferralStatus::Draft
        | ReferralStatus::Declined
        | ReferralStatus::Completed
        | ReferralStatus::EndedEarly
        | ReferralStatus::Withdrawn => NeedStanding::Nothing,
    }
}

/// Whether what was delivered belongs to a sentence that goes on: its own, or, where it names none, one that had begun
/// when it ended.
fn is_of_now(referred: &Referred, sentences: &[SentenceDays], today: NaiveDate) -> bool {
    match referred.sentence {
        Some(sentence) => sentence.lasts(today),
        None => sentences
            .iter()
            .filter(|sentence| sentence.lasts(today))
            .any(|sentence| referred.ended_on.is_none_or(|ended| sentence.starts_on <= ended)),
    }
}

/// What stands against a need, of all that referrals do for it: the best of it.
pub fn best(standings: impl IntoIterator<Item = NeedStanding>) -> NeedStanding {
    standings.into_iter().min().unwrap_or(NeedStanding::Nothing)
}
