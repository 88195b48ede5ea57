//! Prices of the demonstration beyond the two cards: what one purchaser alone pays, and what is watched.

use chrono::NaiveDate;
use rules::london;
use serde_json::{Value, json};

use super::people::NPS;
use super::{Loader, text};
use crate::error::Result;

/// A service of which the CRC keeps less than it wants to of what the NPS pays.
const WATCHED: &str = "Willowdene: Residential placement";

impl Loader<'_> {
    /// Beds that the NPS takes for the year, for less than the card says: from the month after next.
    pub(super) async fn own_price(&self) -> Result<()> {
        let begins: NaiveDate = london::months_later(london::day(self.clock.now()), 2);
        let input = json!({
            "serviceId": self.id("Nacro: Supported accommodation"),
            "kind": "CARD",
            "onlyForId": self.id(NPS),
            "pence": 19_500,
            "effectiveFrom": begins,
            "reason": "The NPS takes six beds for the year, whether they are filled or not.",
        });
        let drafted = self.act("card-admin", "draftPrice", input, PRICE).await?;
        let submitted = self.act("card-admin", "submitPrice", of(&drafted), PRICE).await?;
        self.act("card-approver", "publishPrice", of(&submitted), PRICE).await?;
        Ok(())
    }

    /// A margin that is watched, and is below its threshold.
    pub(super) async fn watched(&self) -> Result<()> {
        let input = json!({
            "measure": "CRC_MARGIN",
            "bound": "BELOW",
            "percent": 25,
            "serviceId": self.id(WATCHED),
            "reason": "Below a quarter of the price the card does not pay for its own keeping.",
        });
        self.act("contract-manager", "setPriceThreshold", input, "threshold { id }").await?;
        Ok(())
    }
}

const PRICE: &str = "price { id version }";

/// The price as it was read last.
fn of(price: &Value) -> Value {
    json!({ "priceId": text(price, "/price/id"), "version": price["price"]["version"] })
}
