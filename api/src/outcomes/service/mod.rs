//! What those who deliver a referral record of its outcomes.

mod instruments;
mod measures;
mod qualifications;
mod reports;

use entity::{Id, referral};
use rules::Refusal;
use rules::outcomes::OutcomeRefusal;
use rules::referrals::{Capacity, Situation};
use rules::text::Codes;

use crate::error::Result;
use crate::referrals::service::side::{capacity, situation};
use crate::store::Write;

pub use instruments::add_instrument;
pub use measures::{correct_measure, record_measure};
pub use qualifications::record_qualification;
pub use reports::{correct_end_report, submit_end_report};

const TEXT: Codes<OutcomeRefusal> = Codes {
    missing: OutcomeRefusal::Required,
    too_long: OutcomeRefusal::TooLong,
    invalid: OutcomeRefusal::Invalid,
};

/// Who may do something to a referral, and when.
type Permission = fn(&Situation, Capacity) -> std::result::Result<(), Refusal<OutcomeRefusal>>;

/// A referral on which the caller may act, with its situation. It stays as it is until the act is done: nobody
/// completes or withdraws it meanwhile.
async fn held_still(
    write: &mut Write,
    id: Id<referral::Entity>,
    permission: Permission,
) -> Result<(referral::Model, Situation)> {
    let referral = write.find::<referral::Entity>().locked().get(id).await?;
    write.concerns(referral.case_id);
    let situation = situation(write, &referral).await?;
    permission(&situation, capacity(write.scope(), &referral)?)?;
    Ok((referral, situation))
}
