//! Charges: what is owed for a referral is a function of all its sessions, and what is posted is the
//! difference to what stands. However records are corrected, both agree to the penny.

use crate::london;
use crate::rate_card::{percent_of, share};
use crate::terms::{AttendanceOutcome, NotDeliveredReason, Party, ServiceUnit};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{HashMap, HashSet};

mod adjustment;

pub use adjustment::{Adjusted, ChargeRefusal, adjustment};

/// The price and the service's rules on absence, frozen when the referral was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The unit that is charged.
    pub unit: ServiceUnit,
    /// The price of a unit, in pence.
    pub pence: i64,
    /// What an unacceptable absence charges, in per cent of the unit.
    pub unacceptable_absence_percent: u32,
    /// What an acceptable absence charges, in per cent of the unit.
    pub acceptable_absence_percent: u32,
    /// What a late cancellation by the service user charges, in per cent of the unit.
    pub late_cancellation_percent: u32,
    /// A cancellation with less notice than this, in hours before the start, is late.
    pub late_cancellation_hours: i64,
    /// What a session charges to which the person came and which the provider's own arrangements let fail, in per cent of
    /// the unit.
    pub provider_logistics_percent: u32,
}

/// What became of a session, as far as charges go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionFact {
    /// It happened and the person attended.
    Attended,
    /// The person came and it did not happen.
    NotDelivered(NotDeliveredReason),
    /// The person was absent; proposed or judged.
    Absent(AttendanceOutcome),
    /// It was cancelled.
    Cancelled {
        /// Whose wish that was.
        by: Party,
        /// When it was said.
        cancelled_at: DateTime<Utc>,
    },
    /// Nothing is recorded yet.
    Open,
}

/// A session of the referral with what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// Its id.
    pub session: u128,
    /// When it began or was to begin.
    pub starts_at: DateTime<Utc>,
    /// When it ended or was to end.
    pub ends_at: DateTime<Utc>,
    /// What became of it.
    pub fact: SessionFact,
}

/// One line that is owed: a unit, charged once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// What is charged, the same after every correction: `session:<id>`, `hour:<id>`, `day:2026-10-01`,
    /// `week:2026-09-28` (its Monday) or `programme`; ids as 32 hexadecimal digits.
    pub key: String,
    /// The session that gives rise to it: the earliest of those that weigh most in the unit.
    pub session: u128,
    /// The day (Europe/London) of that session.
    pub on: NaiveDate,
    /// The amount, in pence; never zero.
    pub pence: i64,
    /// The minutes charged, where the unit is the hour.
    pub quantity_minutes: Option<i64>,
}

/// What a session weighs in its unit, in per cent of the price.
fn weight(terms: &Terms, delivered: &Delivered) -> u32 {
    match delivered.fact {
        SessionFact::Attended => 100,
        SessionFact::NotDelivered(reason) => match reason {
            NotDeliveredReason::Logistics => terms.provider_logistics_percent,
            NotDeliveredReason::Acceptable => terms.acceptable_absence_percent,
            NotDeliveredReason::Unacceptable => terms.unacceptable_absence_percent,
        },
        SessionFact::Absent(outcome) => match outcome {
            AttendanceOutcome::AcceptableAbsence => terms.acceptable_absence_percent,
            AttendanceOutcome::UnacceptableAbsence => terms.unacceptable_absence_percent,
            // Proposed until judged; and who attended was not absent.
            AttendanceOutcome::ProposedAcceptableAbsence
            | AttendanceOutcome::ProposedUnacceptableAbsence
            | AttendanceOutcome::Attended
            | AttendanceOutcome::AttendedNotDelivered => 0,
        },
        SessionFact::Cancelled { by, cancelled_at } => match by {
            Party::ServiceUser if is_late(terms, delivered.starts_at, cancelled_at) => {
                terms.late_cancellation_percent
            }
            Party::ServiceUser | Party::Provider | Party::Probation => 0,
        },
        SessionFact::Open => 0,
    }
}

fn is_late(terms: &Terms, starts_at: DateTime<Utc>, cancelled_at: DateTime<Utc>) -> bool {
    let notice = (starts_at - cancelled_at).num_milliseconds();
    notice < terms.late_cancellation_hours.saturating_mul(3_600_000)
}

/// The unit in which a session is charged.
fn key(unit: ServiceUnit, delivered: &Delivered) -> String {
    let day = london::day(delivered.starts_at);
    match unit {
        ServiceUnit::Session => format!("session:{:032x}", delivered.session),
        ServiceUnit::Hour => format!("hour:{:032x}", delivered.session),
        ServiceUnit::Day => format!("day:{day}"),
        ServiceUnit::Week => format!("week:{}", london::week_of(day)),
        ServiceUnit::Programme => "programme".to_owned(),
    }
}

/// Everything owed for a referral, in the order in which the units first occur.
///
/// A unit weighs what the weightiest of its sessions does: attended in full, absences, late cancellations by the service
/// user and what the provider's logistics let fail by the frozen percentages, the provider's and probation's own
/// cancellations nothing. An amount of zero is no line.
pub fn owed(terms: &Terms, sessions: &[Delivered]) -> Vec<Owed> {
    let mut ordered: Vec<_> = sessions.iter().collect();
    ordered.sort_by_key(|delivered| (delivered.starts_at, delivered.session));
    let mut units: Vec<(String, u32, &Delivered)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for delivered in ordered {
        let (key, weight) = (key(terms.unit, delivered), weight(terms, delivered));
        match places.get(&key) {
            Some(&place) if weight > units[place].1 => units[place] = (key, weight, delivered),
            Some(_) => {}
            None => {
                places.insert(key.clone(), units.len());
                units.push((key, weight, delivered));
            }
        }
    }
    let lines = units.into_iter().map(|(key, weight, delivered)| line(terms, key, weight, delivered));
    lines.filter(|line| line.pence != 0).collect()
}

fn line(terms: &Terms, key: String, weight: u32, delivered: &Delivered) -> Owed {
    let minutes = (delivered.ends_at - delivered.starts_at).num_minutes().max(0);
    let (pence, quantity_minutes) = match terms.unit {
        // One rounding, at the end: price × minutes ÷ 60 × weight ÷ 100.
        ServiceUnit::Hour => {
            (share(terms.pence, minutes.saturating_mul(i64::from(weight)), 60 * 100), Some(minutes))
        }
        ServiceUnit::Session | ServiceUnit::Day | ServiceUnit::Week | ServiceUnit::Programme => {
            (percent_of(terms.pence, weight), None)
        }
    };
    Owed { key, session: delivered.session, on: london::day(delivered.starts_at), pence, quantity_minutes }
}

/// A charge that was posted and not taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub charge: u128,
    /// What it charges.
    pub key: String,
    /// Its amount, in pence.
    pub pence: i64,
    /// The session that it names.
    pub session: u128,
}

/// A line to be posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posting {
    /// A new charge.
    Charge(Owed),
    /// Takes a standing charge back in full.
    Reverse {
        /// The charge taken back.
        charge: u128,
        /// Its amount with the opposite sign, in pence.
        pence: i64,
    },
}

/// What has to be posted so that exactly what is owed stands, reversals before charges.
///
/// A line whose amount is right is left alone, even when a correction made it another session's; any
/// other one is reversed and, where something is owed, replaced.
pub fn reconcile(owed: &[Owed], standing: &[Standing]) -> Vec<Posting> {
    let amounts: HashMap<_, _> = owed.iter().map(|line| (line.key.as_str(), line.pence)).collect();
    let mut right = HashSet::new();
    let mut postings = Vec::new();
    for charge in standing {
        let is_right = amounts.get(charge.key.as_str()) == Some(&charge.pence);
        if !(is_right && right.insert(charge.key.as_str())) {
            postings.push(Posting::Reverse { charge: charge.charge, pence: charge.pence.saturating_neg() });
        }
    }
    let missing = owed.iter().filter(|line| !right.contains(line.key.as_str()));
    postings.extend(missing.cloned().map(Posting::Charge));
    postings
}

#[cfg(test)]
mod tests;
