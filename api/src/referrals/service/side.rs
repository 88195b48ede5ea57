//! On which side of a referral the caller stands, and what they may do to it now.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{end_report, referral, service, suitability_meeting};
use rules::Refusal;
use rules::referrals::{self, Capacity, Meeting, ReferralRefusal, Situation, step};
use rules::terms::{ReferralAction, ReferralStatus, Role, Suitability};
use sea_orm::ColumnTrait;

use crate::auth::Scope;
use crate::error::{Fault, Result};
use crate::settings::Policy;
use crate::store::Write;

/// Every capacity in which the caller stands to a referral that they see.
pub fn capacities(scope: &Scope, referral: &referral::Model) -> Vec<Capacity> {
    let delivers = referral.provider_id == scope.organisation();
    let manages = delivers && scope.roles().has(Role::ProviderManager);
    let works =
        delivers && scope.roles().has(Role::ProviderWorker) && referral.worker_id == Some(scope.person());
    let holds = scope.keeps_cases() && referral.holder_id == scope.organisation();
    [(manages, Capacity::ProviderManager), (works, Capacity::Worker), (holds, Capacity::Holder)]
        .into_iter()
        .filter_map(|(stands, capacity)| stands.then_some(capacity))
        .collect()
}

/// The capacity in which the caller acts where one has to be named: as who delivers before as who holds.
pub fn capacity(scope: &Scope, referral: &referral::Model) -> Result<Capacity> {
    capacities(scope, referral).first().copied().ok_or_else(|| Fault::not_found("referral"))
}

/// What the rules need to know of a referral.
pub async fn situation(write: &Write, referral: &referral::Model) -> Result<Situation> {
    let service = write.find::<service::Entity>().get(referral.service_id).await?;
    let meetings = write
        .find::<suitability_meeting::Entity>()
        .filter(suitability_meeting::Column::ReferralId.eq(referral.id))
        .all()
        .await?;
    let reports = write
        .find::<end_report::Entity>()
        .filter(end_report::Column::ReferralId.eq(referral.id))
        .filter(end_report::Column::SupersededAt.is_null())
        .count()
        .await?;
    Ok(Situation {
        status: *referral.status,
        needs_suitability_meeting: service.needs_suitability_meeting,
        suitability: found(&meetings),
        meeting: meetings.iter().map(|one| meeting(one, write.now())).max().unwrap_or_default(),
        has_worker: referral.worker_id.is_some(),
        end_report_submitted: reports > 0,
        paperwork_over: paperwork_over(referral, write.policy(), write.today()),
    })
}

/// What the latest of these suitability meetings found; none when none is recorded.
pub fn found<'m>(meetings: impl IntoIterator<Item = &'m suitability_meeting::Model>) -> Option<Suitability> {
    let recorded = meetings.into_iter().filter(|meeting| meeting.suitability.is_some());
    recorded
        .max_by_key(|meeting| meeting.recorded_at)
        .and_then(|meeting| meeting.suitability)
        .map(|coded| *coded)
}

/// How far a suitability meeting is.
pub fn meeting(row: &suitability_meeting::Model, now: DateTime<Utc>) -> Meeting {
    referrals::meeting(row.meets_at, row.suitability.is_some(), now)
}

/// Whether the provider's days for paperwork after the referral's end are over.
pub fn paperwork_over(referral: &referral::Model, policy: Policy, today: NaiveDate) -> bool {
    referrals::paperwork_over(referral.ended_at.map(rules::london::day), policy.paperwork_days, today)
}

/// A step that the rules allow: in which capacity, and where it leads.
#[derive(Clone, Copy, Debug)]
pub struct Permit {
    /// The capacity in which the caller takes the step.
    pub capacity: Capacity,
    /// The status that it leads to.
    pub next: ReferralStatus,
}

/// Decides whether the caller may record what a suitability meeting found.
pub async fn permit_recording(
    write: &Write,
    referral: &referral::Model,
    of: &suitability_meeting::Model,
) -> Result<Permit> {
    let situation = Situation { meeting: meeting(of, write.now()), ..situation(write, referral).await? };
    Ok(decide(&situation, &capacities(write.scope(), referral), ReferralAction::RecordSuitability)?)
}

/// Decides whether the caller may take a step, in any capacity they have.
pub async fn permit(write: &Write, referral: &referral::Model, action: ReferralAction) -> Result<Permit> {
    let situation = situation(write, referral).await?;
    Ok(decide(&situation, &capacities(write.scope(), referral), action)?)
}

fn decide(
    situation: &Situation,
    capacities: &[Capacity],
    action: ReferralAction,
) -> Result<Permit, Refusal<ReferralRefusal>> {
    let mut refusal =
        Refusal::new(ReferralRefusal::NotPermitted, "This is not yours to do on this referral.");
    for capacity in capacities {
        match step(situation, *capacity, action) {
            Ok(next) => return Ok(Permit { capacity: *capacity, next }),
            Err(refused) => refusal = refused,
        }
    }
    Err(refusal)
}
