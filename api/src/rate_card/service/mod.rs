//! What rate-card administrators do to prices.

mod batch;
mod decide;
mod draft;
mod importing;
mod publishing;
mod uplift;

use entity::{Id, price};
use rules::rate_card::{PriceAction, PriceRefusal, next};
use rules::text::{Codes, Form, LONG_TEXT};
use rules::{Refusal, rate_card};

use crate::error::Result;
use crate::store::Write;

pub use batch::{publish_batch, reject_batch};
pub use decide::{publish_price, reject_price, submit_price, withdraw_price};
pub use draft::{change_draft_price, draft_price};
pub use importing::{Change, Report, import};
pub use uplift::{Uplift, Uplifted, uplift_prices};

const TEXT: Codes<PriceRefusal> = Codes {
    missing: PriceRefusal::Required,
    too_long: PriceRefusal::TooLong,
    invalid: PriceRefusal::Invalid,
};

/// A price of the caller's own organisation as it was read, and where the action leads it.
struct Stepping {
    row: price::Model,
    status: rules::terms::PriceStatus,
}

/// The price that an administrator acts on, unless it changed since they read it or the action is not open.
async fn step(write: &Write, id: Id<price::Entity>, version: i32, action: PriceAction) -> Result<Stepping> {
    let row = write.find::<price::Entity>().get(id).await?;
    own(write, row.organisation_id)?;
    write.expect_version(&row, version).await?;
    let status = next(*row.status, action)?;
    rate_card::stands_alone(*row.status, row.batch_id.is_some())?;
    Ok(Stepping { row, status })
}

/// Prices are kept by the organisation that wrote them. A card that the caller only reads is not theirs to keep.
fn own(write: &Write, organisation: Id<entity::organisation::Entity>) -> Result<()> {
    if organisation == write.scope().organisation() {
        return Ok(());
    }
    let message = "Another organisation keeps this price: ask its administrators.";
    Err(Refusal::new(PriceRefusal::NotPermitted, message).into())
}

/// The reason of a decision.
fn decision_reason(reason: &str) -> Result<String> {
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", reason, LONG_TEXT);
    form.finish()?;
    Ok(reason)
}
