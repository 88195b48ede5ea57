//! How many sockets are open: of all, of an organisation, of a person.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use entity::{Id, organisation, person};

/// Whose sockets are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// Everybody's.
    All,
    /// Those from an address whose visitor has not said who they are.
    Waiting(IpAddr),
    /// An organisation's.
    Organisation(Id<organisation::Entity>),
    /// A person's.
    Person(Id<person::Entity>),
}

/// The sockets that are open.
#[derive(Clone, Default)]
pub struct Seats(Arc<Mutex<HashMap<Whose, usize>>>);

/// An open socket among others. It is given back when it is dropped.
pub(super) struct Seat {
    seats: Seats,
    whose: Whose,
}

impl Seats {
    /// A seat, if fewer than `most` are taken.
    pub(super) fn take(&self, whose: Whose, most: usize) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.get(&whose).copied().unwrap_or_default();
        if count >= most {
            return None;
        }
        taken.insert(whose, count + 1);
        Some(Seat { seats: self.clone(), whose })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.whose) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.whose);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seat_is_free_again_once_it_is_given_back() {
        let (seats, whose) = (Seats::default(), Whose::Person(Id::fresh()));
        let first = seats.take(whose, 1);
        assert!(first.is_some() && seats.take(whose, 1).is_none() && seats.take(Whose::All, 1).is_some());
        drop(first);
        assert!(seats.take(whose, 1).is_some());
        assert!(seats.0.lock().expect("a lock").is_empty());
    }
}
