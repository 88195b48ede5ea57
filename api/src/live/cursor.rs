//! Where somebody is in what they follow, as a client keeps it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use crate::error::{Fault, Result};
use crate::store::Place;

/// A place in the order of changes, and when it was given out. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The place.
    pub place: Place,
    /// When: by this it shows whether changes after it may have been forgotten.
    pub at: DateTime<Utc>,
}

impl Cursor {
    /// The cursor as clients see it.
    pub fn text(&self) -> String {
        let Place { transaction, position } = self.place;
        URL_SAFE_NO_PAD.encode(format!("1.{transaction}.{position}.{}", self.at.timestamp_micros()))
    }

    /// The cursor that a client sent.
    pub fn parse(text: &str) -> Result<Self> {
        let unknown =
            || Fault::bad_input("The cursor is not one that a subscription gave. Leave `after` out.");
        if text.len() > 200 {
            return Err(unknown());
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| unknown())?;
        let text = String::from_utf8(bytes).map_err(|_| unknown())?;
        let numbers: Vec<i64> = text.split('.').filter_map(|number| number.parse().ok()).collect();
        let [1, transaction, position, micros] = numbers[..] else { return Err(unknown()) };
        let at = DateTime::from_timestamp_micros(micros).ok_or_else(unknown)?;
        if transaction < 0 || position < 0 {
            return Err(unknown());
        }
        Ok(Self { place: Place { transaction, position }, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_given() {
        let at = DateTime::from_timestamp_micros(1_506_934_800_123_456).expect("an instant");
        for place in [Place { transaction: 0, position: 0 }, Place { transaction: 789, position: i64::MAX }] {
            let cursor = Cursor { place, at };
            assert_eq!(Cursor::parse(&cursor.text()).expect("a cursor"), cursor);
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in
            ["", "1.2.3.4", "MS4yLjM", "MS4tMS4yLjM", "MS54LjIuMw", "MS45OTk5OTk5OTk5OTk5OTk5OTk5OTkuMS4x"]
        {
            assert!(Cursor::parse(text).is_err(), "{text}");
        }
        assert!(Cursor::parse(&"A".repeat(1_000)).is_err());
    }
}
