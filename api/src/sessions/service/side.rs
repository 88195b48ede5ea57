//! What the caller may do with the sessions of a referral.

use chrono::NaiveDate;
use entity::{referral, session};
use rules::Refusal;
use rules::referrals::{self, Capacity, Meeting, Situation};
use rules::sessions::{SessionRefusal, leaves_open};
use rules::terms::{AttendanceOutcome, ReferralAction};

use crate::error::Result;
use crate::referrals::service::side::{capacities, paperwork_over};
use crate::settings::Policy;
use crate::store::{Store, Write};

/// What the rules on sessions ask of a referral. Its suitability meeting and its end-of-service report have
/// no part in them.
fn situation(referral: &referral::Model, policy: Policy, today: NaiveDate) -> Situation {
    Situation {
        status: *referral.status,
        needs_suitability_meeting: false,
        suitability: None,
        meeting: Meeting::None,
        has_worker: referral.worker_id.is_some(),
        end_report_submitted: false,
        paperwork_over: paperwork_over(referral, policy, today),
    }
}

/// The capacity in which the caller may take the step now, or why in none. Staff who deliver to a case of
/// their own organisation record as those who deliver.
pub fn may(write: &Write, referral: &referral::Model, step: ReferralAction) -> Result<Capacity> {
    let situation = situation(referral, write.policy(), write.today());
    let mut refusal = None;
    for capacity in capacities(write.scope(), referral) {
        match referrals::step(&situation, capacity, step) {
            Ok(_) => return Ok(capacity),
            Err(refused) => refusal = refusal.or(Some(refused)),
        }
    }
    // The codes with which a referral refuses these steps are codes of a session too.
    Err(refusal.map_or_else(|| stranger().into(), Into::into))
}

fn stranger() -> Refusal<SessionRefusal> {
    let message = "You have no part in this referral: its worker, its provider's manager or the responsible officer does this.";
    Refusal::new(SessionRefusal::NotPermitted, message)
}

/// The steps of its referral that the caller may take with a session now.
pub fn available(
    store: &Store,
    referral: &referral::Model,
    session: &session::Model,
    outcome: Option<AttendanceOutcome>,
) -> Vec<ReferralAction> {
    let situation = situation(referral, store.policy(), store.today());
    let steps = referrals::available(&situation, &capacities(store.scope(), referral));
    let now = store.now();
    let open = |step: &ReferralAction| leaves_open(*step, *session.status, outcome, session.starts_at, now);
    steps.into_iter().filter(open).collect()
}
