//! From frames to messages, within limits.

use std::time::Instant;

use actix_web::web::{Bytes, BytesMut};
use actix_ws::Item;

use super::protocol::Closing;

/// A message that comes in fragments.
pub(super) struct Fragments {
    bytes: BytesMut,
    count: usize,
    most_bytes: usize,
    most: usize,
}

impl Fragments {
    /// Messages of at most so many bytes, in at most so many fragments.
    pub fn new(most_bytes: usize, most: usize) -> Self {
        Self { bytes: BytesMut::new(), count: 0, most_bytes, most }
    }

    /// The message, once its last fragment is there. actix sees to it that the first comes first.
    pub fn add(&mut self, item: Item) -> Result<Option<Bytes>, Closing> {
        let (bytes, is_last) = match item {
            Item::FirstText(bytes) | Item::Continue(bytes) => (bytes, false),
            Item::Last(bytes) => (bytes, true),
            Item::FirstBinary(_) => return Err(Closing::invalid("Invalid message: send text")),
        };
        self.count += 1;
        if self.count > self.most || self.bytes.len() + bytes.len() > self.most_bytes {
            return Err(Closing::new(1009, "The message is too long, or in too many fragments."));
        }
        self.bytes.extend_from_slice(&bytes);
        if !is_last {
            return Ok(None);
        }
        self.count = 0;
        Ok(Some(self.bytes.split().freeze()))
    }
}

/// So many frames a second, and some more at once after a rest.
pub(super) struct Rate {
    per_second: f64,
    burst: f64,
    left: f64,
    at: Instant,
}

impl Rate {
    /// The rate, from now on.
    pub fn new(per_second: u32, burst: u32, now: Instant) -> Self {
        let burst = f64::from(burst);
        Self { per_second: per_second.into(), burst, left: burst, at: now }
    }

    /// Counts a frame; whether it may come.
    pub fn count(&mut self, now: Instant) -> bool {
        let rested = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = rested.mul_add(self.per_second, self.left).min(self.burst);
        self.at = now;
        self.left -= 1.0;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn fragments_make_a_message() {
        let mut fragments = Fragments::new(6, 3);
        for _ in 0..2 {
            assert_eq!(fragments.add(Item::FirstText("ab".into())), Ok(None));
            assert_eq!(fragments.add(Item::Continue("cd".into())), Ok(None));
            assert_eq!(fragments.add(Item::Last("ef".into())), Ok(Some("abcdef".into())));
        }
    }

    #[test]
    fn fragments_are_bounded_in_bytes_and_in_number() {
        let code = |result: Result<_, Closing>| result.map_err(|closing| closing.code);
        let mut long = Fragments::new(3, 9);
        assert_eq!(code(long.add(Item::FirstText("ab".into()))), Ok(None));
        assert_eq!(code(long.add(Item::Last("cd".into()))), Err(1009));
        let mut many = Fragments::new(9, 2);
        assert_eq!(code(many.add(Item::FirstText("".into()))), Ok(None));
        assert_eq!(code(many.add(Item::Continue("".into()))), Ok(None));
        assert_eq!(code(many.add(Item::Continue("".into()))), Err(1009));
        assert_eq!(code(Fragments::new(9, 9).add(Item::FirstBinary("a".into()))), Err(4400));
    }

    #[test]
    fn a_burst_is_allowed_after_a_rest_and_no_more_than_it() {
        let now = Instant::now();
        let mut rate = Rate::new(2, 3, now);
        let counted: Vec<_> = (0..4).map(|_| rate.count(now)).collect();
        assert_eq!(counted, [true, true, true, false]);
        let mut rate = Rate::new(2, 3, now);
        (0..3).for_each(|_| assert!(rate.count(now)));
        assert!(rate.count(now + Duration::from_millis(500)));
        let much_later = now + Duration::from_secs(60);
        assert_eq!((0..4).filter(|_| rate.count(much_later)).count(), 3);
    }
}
