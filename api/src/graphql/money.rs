//! Amounts of money.

use async_graphql::Object;
use rules::rate_card::format_money;

/// An amount of money in pence sterling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(pub i64);

/// An amount of money.
#[Object]
impl Money {
    /// The amount in whole pence; negative where money is taken back. Reckon with this.
    async fn amount(&self) -> i64 {
        self.0
    }
    /// The currency, after ISO 4217: `GBP`.
    async fn currency(&self) -> &'static str {
        "GBP"
    }
    /// The amount as people read it: `£2,450.00`.
    async fn text(&self) -> String {
        format_money(self.0)
    }
}
