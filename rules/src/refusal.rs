//! A rule's "no".

use crate::Term;

/// Why a rule refuses: a stable code, the input field it concerns, and a sentence that says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal<C: Term> {
    /// The stable code that a front end can branch on.
    pub code: C,
    /// The path of the input field concerned, outermost first, as GraphQL spells it; empty for the whole.
    pub field: Vec<String>,
    /// What is wrong and what to do about it, for a person.
    pub message: String,
}

impl<C: Term> Refusal<C> {
    /// A refusal that concerns the act as a whole.
    pub fn new(code: C, message: impl Into<String>) -> Self {
        Self { code, field: Vec::new(), message: message.into() }
    }

    /// A refusal of one input field, named as GraphQL spells it.
    pub fn of(code: C, field: &str, message: impl Into<String>) -> Self {
        Self { code, field: vec![field.to_owned()], message: message.into() }
    }
}
