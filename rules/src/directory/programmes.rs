//! The names of programmes: a court orders "TSP", or the Thinking Skills Programme, or both in one.

use crate::search::fold;

/// Whether a name is that of a service, "Thinking Skills Programme (TSP)": the whole, what stands before the brackets, or
/// what stands in them.
pub fn is_called(service: &str, name: &str) -> bool {
    let name = fold(name);
    let (before, within) = match service.split_once('(') {
        Some((before, within)) => (before, within.trim_end().trim_end_matches(')')),
        None => (service, service),
    };
    !name.is_empty() && [service, before, within].iter().any(|one| fold(one) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programme_is_called_by_its_whole_name_or_by_its_short_one() {
        let service = "Thinking Skills Programme (TSP)";
        for name in [service, "tsp", "thinking skills  programme", "Thinking Skills Programme (tsp)"] {
            assert!(is_called(service, name), "{name}");
        }
        for name in ["", "()", "Thinking", "Skills", "BBR"] {
            assert!(!is_called(service, name), "{name}");
        }
        assert!(is_called("Resolve", "RESOLVE") && !is_called("Resolve", ""));
    }
}
