//! A calendar day as a GraphQL scalar.

use std::ops::Deref;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::NaiveDate;
use rules::london::believable;

use crate::error::{Fault, Result};

/// A calendar day in Europe/London.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub NaiveDate);

impl Deref for Date {
    type Target = NaiveDate;
    fn deref(&self) -> &NaiveDate {
        &self.0
    }
}

impl From<NaiveDate> for Date {
    fn from(day: NaiveDate) -> Self {
        Self(day)
    }
}

/// A calendar day in Europe/London as RFC 3339 writes it: `2017-10-01`. Days lie between 1900 and 2200.
#[Scalar(specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| believable(*day));
        day.map(Self)
            .ok_or_else(|| InputValueError::custom("This is no day between 1900 and 2200: write 2017-10-01."))
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Refuses a period that ends before it begins, by the paths of the arguments that say from when and until when: an answer of
/// nothing would look like one.
pub fn in_order<T: PartialOrd>(
    (from_path, from): (&str, Option<T>),
    (to_path, to): (&str, Option<T>),
) -> Result<()> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            Err(Fault::bad_input(format!("{from_path}: give what is not after {to_path}.")))
        }
        _ => Ok(()),
    }
}
