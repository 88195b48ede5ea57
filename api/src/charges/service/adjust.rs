//! The correction of a wrong charge.

use entity::{Id, charge, referral, referral_price};
use rules::charges::{Adjusted, adjustment};
use rules::statements::ADJUSTS;
use rules::terms::ChargeKind;
use sea_orm::ColumnTrait;

use super::{adjustments, taken_back};
use crate::charges::graphql::AdjustChargeInput;
use crate::error::Result;
use crate::store::Write;

/// Adds an adjustment that names the charge it corrects.
pub async fn adjust_charge(write: &mut Write, input: AdjustChargeInput) -> Result<Id<charge::Entity>> {
    let pence = i64::from(input.pence);
    let charge = write.find::<charge::Entity>().get(input.charge_id.0).await?;
    // Whoever posts for the referral holds its price: no charge comes or goes before this act ends.
    let of = charge.referral_id;
    let price = write.consequence::<referral_price::Entity>();
    price.filter(referral_price::Column::ReferralId.eq(of)).locked().all().await?;
    if let Some(referral) = write.consequence::<referral::Entity>().by_id(of).await? {
        write.concerns(referral.case_id);
    }
    let lines = write.consequence::<charge::Entity>().filter(charge::Column::ReferralId.eq(of)).all().await?;
    let adjusted: i64 = adjustments(&charge, &lines).map(|line| line.pence).sum();
    let standing = Adjusted {
        kind: *charge.kind,
        taken_back: taken_back(&charge, &lines),
        standing: charge.pence.saturating_add(adjusted),
    };
    let refusals = adjustment(&standing, pence, &input.reason);
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let unit_key = format!("{ADJUSTS}{}", charge.unit_key);
    let earlier =
        lines.iter().filter(|line| *line.kind == ChargeKind::Adjustment && line.unit_key == unit_key);
    let row = charge::Model {
        id: Id::fresh(),
        kind: ChargeKind::Adjustment.into(),
        generation: i32::try_from(earlier.count()).unwrap_or(i32::MAX),
        unit_key,
        pence,
        reverses_id: Some(charge.id),
        reason: input.reason.trim().to_owned(),
        created_at: write.now(),
        ..charge
    };
    Ok(write.insert(row).await?.id)
}
