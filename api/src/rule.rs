//! The conditions that decide who may see and do what, by their names.
//!
//! In a server a name does nothing. In a build with the feature `weakened`, of which no binary can be made, the
//! mutation check makes one of them true at a time and demands that the tests notice: see `docs/mutation.md`.

#[cfg(feature = "weakened")]
mod weakened;

#[cfg(feature = "weakened")]
pub use weakened::{Rule, grant, names, rule, weaken};

/// The condition that goes by this name.
#[cfg(not(feature = "weakened"))]
pub(crate) fn rule<R>(_name: &'static str, condition: R) -> R {
    condition
}

/// Whether the table of roles grants a field.
#[cfg(not(feature = "weakened"))]
pub(crate) const fn grant(_kind: rules::access::Kind, _field: &str, granted: bool) -> bool {
    granted
}
