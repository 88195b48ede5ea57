//! Chance that can be repeated: whatever a run of the proof does follows from one seed.

use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{RngExt as _, SeedableRng as _};
use uuid::{Builder, Uuid};

/// When the rows of the proof were made, as their identifiers say it: one millisecond, so that chance alone orders them.
const MADE: u64 = 1_506_000_000_000;

/// A source of chance.
pub struct Draw(StdRng);

impl Draw {
    /// The source that a seed gives.
    pub fn of(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// The source of one of many: the same whatever was drawn for the others.
    pub fn numbered(seed: u64, number: u64) -> Self {
        Self::of(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(number))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    /// Yes, so many times in a hundred.
    pub fn chance(&mut self, percent: u32) -> bool {
        self.0.random_ratio(percent, 100)
    }

    /// One of these; none where there is none.
    pub fn one<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.choose(&mut self.0)
    }

    /// So many of these at most, in any order.
    pub fn some<T>(&mut self, mut all: Vec<T>, most: usize) -> Vec<T> {
        all.shuffle(&mut self.0);
        all.truncate(most);
        all
    }

    /// A number of any size.
    pub fn number(&mut self) -> u64 {
        self.0.random()
    }

    /// An identifier like those that the server makes.
    pub fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 10];
        self.0.fill(&mut bytes[..]);
        Builder::from_unix_timestamp_millis(MADE, &bytes).into_uuid()
    }
}
