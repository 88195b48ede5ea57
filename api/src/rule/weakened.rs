//! What the names are for: one condition at a time is made true.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use rules::access::Kind;
use sea_orm::Condition;
use sea_orm::sea_query::Expr;

static WEAK: RwLock<Option<String>> = RwLock::new(None);
static NAMES: RwLock<BTreeSet<&'static str>> = RwLock::new(BTreeSet::new());

/// What can be made true.
pub trait Rule {
    /// It always holds.
    fn always() -> Self;
}

impl Rule for bool {
    fn always() -> Self {
        true
    }
}

impl Rule for Condition {
    fn always() -> Self {
        Self::all()
    }
}

impl Rule for Expr {
    fn always() -> Self {
        Self::cust("1 = 1")
    }
}

/// Makes the condition of this name true, in the whole process, and every other what it is; all of them what they
/// are where no name is given.
pub fn weaken(name: Option<&str>) {
    *WEAK.write().unwrap_or_else(PoisonError::into_inner) = name.map(str::to_owned);
}

/// The names of all conditions that were asked so far.
pub fn names() -> BTreeSet<&'static str> {
    NAMES.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// The condition that goes by this name.
pub fn rule<R: Rule>(name: &'static str, condition: R) -> R {
    if !NAMES.read().unwrap_or_else(PoisonError::into_inner).contains(name) {
        NAMES.write().unwrap_or_else(PoisonError::into_inner).insert(name);
    }
    if is_weak(name) { R::always() } else { condition }
}

/// Whether the table of roles grants a field: `guard` makes it grant everything, `guard Query.cases` this one.
pub fn grant(kind: Kind, field: &str, granted: bool) -> bool {
    granted || is_weak("guard") || is_weak(&format!("guard {kind:?}.{field}"))
}

fn is_weak(name: &str) -> bool {
    WEAK.read().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(name)
}
