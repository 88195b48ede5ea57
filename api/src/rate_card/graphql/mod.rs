//! Prices, batches and imports as GraphQL shows them.

mod inputs;
pub mod mutations;
mod preview;
mod queries;
mod subscriptions;
mod types;

pub use inputs::{
    ChangeDraftPriceInput, DraftPriceInput, ImportRateCardInput, PublishPriceBatchInput, PublishPriceInput,
    RejectPriceBatchInput, RejectPriceInput, SubmitPriceInput, UpliftPricesInput, WithdrawPriceInput,
};
pub use mutations::RateCardMutation;
pub use preview::PricePreview;
pub use queries::RateCardQuery;
pub use subscriptions::{PriceChange, RateCardSubscription};
pub use types::{Price, PriceBatch, PriceBatchKin, PriceKin, RateCardChange};
