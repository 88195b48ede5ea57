//! How somebody reaches a service: what it says of areas, where it meets, and whether it comes to them.

use crate::terms::{AreaReach, DeliveryMode};
use crate::{Term, term};

term! {
    /// How somebody reaches a service.
    Reachability {
        /// It visits people at home, and takes people from there.
        AtHome "at_home" "AT_HOME" "At home";
        /// It meets within the person's own local delivery unit.
        VenueThere "venue_there" "VENUE_THERE" "Venue there";
        /// It takes people from there; where it meets is elsewhere, or not said.
        Covered "covered" "COVERED" "Covered";
        /// Where the person lives is not recorded.
        NotKnown "not_known" "NOT_KNOWN" "Not known";
        /// It takes people from there, who find it hard to reach.
        HardToReach "hard_to_reach" "HARD_TO_REACH" "Hard to reach";
        /// It takes nobody from there.
        NotServed "not_served" "NOT_SERVED" "Not served";
    }
}

/// What a service says of the area that somebody lives in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// It names no areas, and serves everybody.
    Everybody,
    /// It names areas, and this one so; none where it does not name it.
    Named(Option<AreaReach>),
    /// The person has no local delivery unit on record.
    NotKnown,
}

/// How a service is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// In one word.
    pub how: Reachability,
    /// Where it meets within the person's local delivery unit, by name.
    pub venues: Vec<String>,
    /// The name of that unit, where it is known.
    pub ldu: Option<String>,
}

/// How somebody reaches a service that says this of their area, is delivered so, and meets there or not. To live there
/// is one journey: a residential service is no harder to reach than others. What its provider calls hard to reach is
/// so, though it meets in the same unit, unless it visits.
pub fn reachability(area: Area, modes: &[DeliveryMode], meets_there: bool) -> Reachability {
    let visits = modes.contains(&DeliveryMode::HomeVisit);
    let houses = modes.contains(&DeliveryMode::Residential);
    match area {
        Area::Named(None) => Reachability::NotServed,
        _ if visits => Reachability::AtHome,
        Area::Named(Some(AreaReach::HardToReach)) if !houses => Reachability::HardToReach,
        _ if meets_there => Reachability::VenueThere,
        Area::NotKnown => Reachability::NotKnown,
        Area::Everybody | Area::Named(Some(_)) => Reachability::Covered,
    }
}

impl Reach {
    /// It as a sentence.
    pub fn sentence(&self) -> String {
        let there = self.ldu.as_deref().unwrap_or("there");
        match self.how {
            Reachability::AtHome => "It visits people at home.".to_owned(),
            Reachability::VenueThere => format!("It meets within {there}: {}.", self.venues.join("; ")),
            Reachability::Covered => format!("It takes people from {there}."),
            Reachability::NotKnown => "Where the person lives is not recorded.".to_owned(),
            Reachability::HardToReach => format!("It takes people from {there}, who find it hard to reach."),
            Reachability::NotServed => format!("It takes nobody from {there}."),
        }
    }

    /// How good it is, the best first: what is not known stands with what is covered.
    pub(super) fn grade(&self) -> usize {
        let how = if self.how == Reachability::NotKnown { Reachability::Covered } else { self.how };
        Reachability::ALL.iter().position(|one| *one == how).unwrap_or_default()
    }
}
