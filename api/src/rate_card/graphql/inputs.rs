//! What the rate card's mutations take.

use crate::graphql::date::Date;
use async_graphql::{InputObject, MaybeUndefined};
use entity::{organisation, price, price_batch, service};
use rules::terms::PriceKind;

use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// A draft of a price.
#[derive(InputObject)]
pub struct DraftPriceInput {
    /// The service; the price is by its unit.
    pub service_id: GlobalId<service::Entity>,
    /// Which figure: CARD, what the NPS pays the CRC, or SUPPLY, what the CRC pays the provider.
    pub kind: Shown<PriceKind>,
    /// The organisation for which alone it holds, one that buys at this figure: then it goes before the general price, and no
    /// other purchaser sees it. Left out: it holds for everybody.
    pub only_for_id: Option<GlobalId<organisation::Entity>>,
    /// The price of one unit, in pence: 0 to 200,000,000.
    pub pence: i32,
    /// Its first day (Europe/London).
    pub effective_from: Date,
    /// The day (Europe/London) from which it no longer holds: exclusive, the day after its last; left out: open.
    pub effective_to: Option<Date>,
    /// Why it is set; at most 10,000 characters.
    pub reason: String,
    /// Remarks for the card; at most 10,000 characters.
    pub notes: Option<String>,
    /// Whether it is loaded for a period that has begun already, where no charge depends on it.
    #[graphql(default)]
    pub loaded_as_history: bool,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change to a draft. What is left out stays as it is.
#[derive(InputObject)]
pub struct ChangeDraftPriceInput {
    /// The draft.
    pub price_id: GlobalId<price::Entity>,
    /// The version that you read.
    pub version: i32,
    /// The price of one unit, in pence.
    pub pence: Option<i32>,
    /// Its first day (Europe/London).
    pub effective_from: Option<Date>,
    /// The day (Europe/London) from which it no longer holds, exclusive; null: open.
    pub effective_to: MaybeUndefined<Date>,
    /// Why it is set; at most 10,000 characters.
    pub reason: Option<String>,
    /// Remarks for the card, at most 10,000 characters; null: none.
    pub notes: MaybeUndefined<String>,
    /// Whether it is loaded for a period that has begun already.
    pub loaded_as_history: Option<bool>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A draft put forward for approval.
#[derive(InputObject)]
pub struct SubmitPriceInput {
    /// The draft.
    pub price_id: GlobalId<price::Entity>,
    /// The version that you read.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A price approved.
#[derive(InputObject)]
pub struct PublishPriceInput {
    /// The price.
    pub price_id: GlobalId<price::Entity>,
    /// The version that you read.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A price refused.
#[derive(InputObject)]
pub struct RejectPriceInput {
    /// The price.
    pub price_id: GlobalId<price::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A price taken back.
#[derive(InputObject)]
pub struct WithdrawPriceInput {
    /// The price.
    pub price_id: GlobalId<price::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A rate card as a file.
#[derive(InputObject)]
pub struct ImportRateCardInput {
    /// The CSV text: a heading with the columns Service, Provider, Unit, Price, Effective from, Effective to,
    /// Purchaser and Notes, in any order, then a row for each price and period, at most 5,000. Days are
    /// DD/MM/YYYY; "Effective to" is the last day, inclusive, empty while the price is open. The purchaser is NPS
    /// for card prices and CRC for supply prices, or the name of the organisation for which alone the price holds. Byte order mark, CRLF, quotation marks, £ and thousands
    /// separators are read as spreadsheets write them.
    pub csv: String,
    /// Which figure the prices are: CARD or SUPPLY.
    #[graphql(default_with = "Shown(PriceKind::Card)")]
    pub kind: Shown<PriceKind>,
    /// Why the prices are set; at most 10,000 characters.
    pub reason: String,
    /// Whether periods that begin in the past are loaded as history, where no charge depends on them.
    #[graphql(default)]
    pub load_history: bool,
    /// Whether to show what would change, and to change nothing.
    #[graphql(default)]
    pub dry_run: bool,
    /// A key of your choice: a repeat with the same key and input returns the first answer. A dry run keeps none.
    pub idempotency_key: Option<String>,
}

/// A percentage over prices, as one batch.
#[derive(InputObject)]
pub struct UpliftPricesInput {
    /// Which figure the prices are: CARD or SUPPLY.
    #[graphql(default_with = "Shown(PriceKind::Card)")]
    pub kind: Shown<PriceKind>,
    /// Only services that this organisation delivers.
    pub provider_id: Option<GlobalId<organisation::Entity>>,
    /// Only prices that hold for this organisation alone; left out: the general ones and those for one purchaser alike.
    pub only_for_id: Option<GlobalId<organisation::Entity>>,
    /// Only these services, 500 at most; left out: all.
    pub service_ids: Option<Vec<GlobalId<service::Entity>>>,
    /// By how much, in hundredths of a per cent: 250 raises by 2.5 %, -250 lowers; between -9,999 and 10,000. Each price
    /// is rounded to the penny, half a penny up.
    pub basis_points: i32,
    /// The first day (Europe/London) of the new prices, today or later. Each takes the place of the price in force on
    /// that day, to its end.
    pub effective_from: Date,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// Whether to show what would change, and to change nothing.
    #[graphql(default)]
    pub dry_run: bool,
    /// A key of your choice: a repeat with the same key and input returns the first answer. A dry run keeps none.
    pub idempotency_key: Option<String>,
}

/// A batch approved.
#[derive(InputObject)]
pub struct PublishPriceBatchInput {
    /// The batch.
    pub batch_id: GlobalId<price_batch::Entity>,
    /// The version that you read.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A batch refused.
#[derive(InputObject)]
pub struct RejectPriceBatchInput {
    /// The batch.
    pub batch_id: GlobalId<price_batch::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Why; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
