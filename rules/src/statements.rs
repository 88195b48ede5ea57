//! Statements: what one side owes a month for what one provider delivered, so that it can be held against the
//! sessions. What stands on a statement are the lines that were posted, added up and never reckoned anew.

use crate::terms::ChargeKind;

#[cfg(test)]
mod tests;

/// What the unit of a line begins with that adjusts a charge, or takes an adjustment back.
pub const ADJUSTS: &str = "adjustment:";

/// Lines of the charges that were added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What kind of lines they are.
    pub kind: ChargeKind,
    /// Whether they concern an adjustment: are one, or take one back.
    pub of_adjustments: bool,
    /// How many they are.
    pub lines: i64,
    /// Their sum, in pence.
    pub pence: i64,
}

/// The figures of a statement, or of a line of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// How many units were charged, those that were taken back later among them.
    pub charges: i64,
    /// Their amount, in pence.
    pub charged: i64,
    /// How many of these charges were taken back.
    pub reversals: i64,
    /// Their amount, in pence; zero or below.
    pub reversed: i64,
    /// How many adjustments were made, those that went with their charge among them.
    pub adjustments: i64,
    /// What adjustments added and took off, in pence, after what was taken back of them.
    pub adjusted: i64,
}

impl Figures {
    /// Adds lines to the figures that they belong to.
    #[must_use]
    pub fn with(self, tally: &Tally) -> Self {
        let pence = tally.pence;
        match (tally.kind, tally.of_adjustments) {
            (ChargeKind::Charge, _) => Self {
                charges: self.charges.saturating_add(tally.lines),
                charged: self.charged.saturating_add(pence),
                ..self
            },
            (ChargeKind::Reversal, false) => Self {
                reversals: self.reversals.saturating_add(tally.lines),
                reversed: self.reversed.saturating_add(pence),
                ..self
            },
            (ChargeKind::Reversal, true) => Self { adjusted: self.adjusted.saturating_add(pence), ..self },
            (ChargeKind::Adjustment, _) => Self {
                adjustments: self.adjustments.saturating_add(tally.lines),
                adjusted: self.adjusted.saturating_add(pence),
                ..self
            },
        }
    }

    /// Two figures together.
    #[must_use]
    pub const fn and(self, other: &Self) -> Self {
        Self {
            charges: self.charges.saturating_add(other.charges),
            charged: self.charged.saturating_add(other.charged),
            reversals: self.reversals.saturating_add(other.reversals),
            reversed: self.reversed.saturating_add(other.reversed),
            adjustments: self.adjustments.saturating_add(other.adjustments),
            adjusted: self.adjusted.saturating_add(other.adjusted),
        }
    }

    /// How many units stand charged.
    pub const fn units(&self) -> i64 {
        self.charges.saturating_sub(self.reversals)
    }

    /// What is owed, in pence.
    pub const fn total(&self) -> i64 {
        self.charged.saturating_add(self.reversed).saturating_add(self.adjusted)
    }
}
