//! What officers and providers do to a referral: one function for each act.

mod answering;
mod closing;
mod drafting;
pub mod side;
mod submitting;

pub use answering::*;
pub use closing::*;
pub use drafting::*;
pub use submitting::*;

use entity::{Id, referral};
pub use rules::referrals::ReferralRefusal;
use rules::text::Codes;

use crate::error::Result;
use crate::store::Write;

type ReferralId = Id<referral::Entity>;

const TEXT: Codes<ReferralRefusal> = Codes {
    missing: ReferralRefusal::Required,
    too_long: ReferralRefusal::TooLong,
    invalid: ReferralRefusal::Invalid,
};

/// The referral that an act concerns, at the version that the caller read.
async fn read(write: &mut Write, id: ReferralId, version: i32) -> Result<referral::Model> {
    let referral = write.find::<referral::Entity>().get(id).await?;
    write.concerns(referral.case_id);
    write.expect_version(&referral, version).await?;
    Ok(referral)
}
