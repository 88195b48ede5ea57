//! Amounts of money.

use async_graphql::{InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};
use rules::rate_card::format_money;

/// Whole pence sterling, which a year's charges of a large provider bring beyond the 32 bits of `Int`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pence(pub i64);

/// Whole pence sterling as a JSON number without a fraction, between -9007199254740991 and 9007199254740991, so
/// that every client can hold it exactly.
#[Scalar]
impl ScalarType for Pence {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number.as_i64().map(Self),
            _ => None,
        }
        .ok_or_else(|| InputValueError::expected_type(value))
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// An amount of money in pence sterling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money(pub i64);

/// An amount of money.
#[Object]
impl Money {
    /// The amount in whole pence; negative where money is taken back. Reckon with this.
    fn amount(&self) -> Pence {
        Pence(self.0)
    }
    /// The currency, after ISO 4217: `GBP`.
    fn currency(&self) -> &'static str {
        "GBP"
    }
    /// The amount as people read it: `£2,450.00`.
    fn text(&self) -> String {
        format_money(self.0)
    }
}
