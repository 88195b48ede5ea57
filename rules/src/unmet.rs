//! Unmet need: who could have a service that works on a need of theirs, and was referred to nothing for it.
//!
//! Source: DOMAIN.md, "What the inspectors found missing", 1 and 12. What stands against a need, `recommendation` says;
//! whether a service can be used, `directory` does.

use crate::term;
use crate::terms::Need;

term! {
    /// By what unmet need is broken down.
    UnmetBy {
        /// By service: a person counts for each service that they could have.
        Service "service" "SERVICE" "Service";
        /// By need: a person counts for each need that is unmet.
        Need "need" "NEED" "Need";
        /// By area: the local delivery unit of the case.
        Area "area" "AREA" "Area";
    }
}

/// The needs that a service would meet: those that it works on, of those against which nothing stands; none where the
/// person cannot have it.
pub fn unmet(works_on: &[Need], open: &[Need], can_have_it: impl FnOnce() -> bool) -> Vec<Need> {
    let met: Vec<_> = open.iter().copied().filter(|need| works_on.contains(need)).collect();
    if met.is_empty() || !can_have_it() { Vec::new() } else { met }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_would_meet_the_open_needs_that_it_works_on() {
        use Need::{Accommodation, DrugMisuse, Ete};
        let works_on = [Ete, Accommodation];
        assert_eq!(unmet(&works_on, &[Accommodation, DrugMisuse], || true), [Accommodation]);
        assert_eq!(unmet(&works_on, &[Accommodation], || false), []);
        // Nobody is held against criteria for nothing.
        assert_eq!(unmet(&works_on, &[DrugMisuse], || unreachable!()), []);
    }
}
