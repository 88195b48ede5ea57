//! Which columns of a table are read.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// Some columns of a table, by their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns(u64);

impl Columns {
    /// All of them.
    pub const ALL: Self = Self(u64::MAX);
    /// None.
    pub const NONE: Self = Self(0);

    /// These and the column at `place`.
    #[must_use]
    pub const fn with(self, place: usize) -> Self {
        Self(self.0 | 1 << place)
    }

    /// How many of a table's first `width` columns are among them.
    #[must_use]
    pub fn count(self, width: usize) -> usize {
        (0..width).filter(|place| self.has(*place)).count()
    }

    /// Whether the column at `place` is among them.
    #[must_use]
    pub const fn has(self, place: usize) -> bool {
        self.0 & 1 << place != 0
    }
}

/// What stands in the place of a column that was not read. Nothing shows it: each field says which columns it reads.
pub trait Unread {
    /// That value.
    fn unread() -> Self;
}

macro_rules! unread {
    ($($type:ty => $value:expr;)+) => { $(
        impl Unread for $type {
            fn unread() -> Self {
                $value
            }
        }
    )+ };
}

unread! {
    String => Self::new();
    bool => false;
    i32 => 0;
    i64 => 0;
    Uuid => Self::nil();
    NaiveDate => Self::default();
    DateTime<Utc> => Self::default();
    serde_json::Value => Self::Null;
}

impl<T> Unread for Option<T> {
    fn unread() -> Self {
        None
    }
}

/// What a field of an object reads of its row; `reads_columns` finds it.
#[derive(Clone, Copy, Debug)]
pub struct Reads {
    /// The field.
    pub field: &'static str,
    /// Names among which the columns are; none: it reads everything.
    pub columns: Option<&'static [&'static str]>,
    /// What hangs on the row, and it shows: mostly what has its own name.
    pub kin: &'static [&'static str],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_those_that_were_named() {
        let some = Columns::NONE.with(0).with(63);
        assert!(some.has(0) && some.has(63) && !some.has(1) && !some.has(62));
        assert!((0..64).all(|place| Columns::ALL.has(place) && !Columns::NONE.has(place)));
    }
}
