//! What is posted for a referral, and what a contract manager corrects.

mod adjust;
mod settle;

pub use adjust::adjust_charge;
pub use settle::{Account, settle, settle_all};

use entity::charge;
use rules::terms::ChargeKind;

/// Whether a reversal among the lines took this one back.
fn taken_back(line: &charge::Model, lines: &[charge::Model]) -> bool {
    lines.iter().any(|other| *other.kind == ChargeKind::Reversal && other.reverses_id == Some(line.id))
}

/// The adjustments that stand for a charge.
fn adjustments<'l>(
    of: &'l charge::Model,
    lines: &'l [charge::Model],
) -> impl Iterator<Item = &'l charge::Model> {
    let names_it =
        move |line: &&charge::Model| *line.kind == ChargeKind::Adjustment && line.reverses_id == Some(of.id);
    lines.iter().filter(names_it).filter(|line| !taken_back(line, lines))
}
