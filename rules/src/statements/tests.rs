use std::collections::BTreeMap;

use super::*;
use crate::charges::{Delivered, Posting, SessionFact, Standing, Terms, owed, reconcile};
use crate::london;
use crate::terms::{AttendanceOutcome, NotDeliveredReason, Party, ServiceUnit};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

/// How many sessions each run of the property has, and how many runs there are: ten thousand sessions.
const SESSIONS: usize = 200;
const RUNS: u32 = 50;

/// A line that was posted.
#[derive(Clone, Debug)]
struct Line {
    kind: ChargeKind,
    key: String,
    on: NaiveDate,
    pence: i64,
    reverses: Option<usize>,
}

/// What was posted for a referral, as the service keeps it.
#[derive(Default)]
struct Ledger(Vec<Line>);

impl Ledger {
    fn is_taken_back(&self, at: usize) -> bool {
        self.0.iter().any(|line| line.kind == ChargeKind::Reversal && line.reverses == Some(at))
    }

    /// Posts the difference to what stands; adjustments go with the charge that they corrected.
    fn settle(&mut self, terms: &Terms, sessions: &[Delivered]) {
        let lines = self.0.iter().enumerate();
        let standing = lines.filter(|(at, line)| line.kind == ChargeKind::Charge && !self.is_taken_back(*at));
        let standing: Vec<_> = standing
            .map(|(at, line)| Standing {
                charge: at as u128,
                key: line.key.clone(),
                pence: line.pence,
                session: 0,
            })
            .collect();
        for posting in reconcile(&owed(terms, sessions), &standing) {
            match posting {
                Posting::Charge(owed) => self.0.push(Line {
                    kind: ChargeKind::Charge,
                    key: owed.key,
                    on: owed.on,
                    pence: owed.pence,
                    reverses: None,
                }),
                Posting::Reverse { charge, .. } => {
                    let at = usize::try_from(charge).expect("a place");
                    let with_it: Vec<_> = (0..self.0.len())
                        .filter(|other| {
                            let line = &self.0[*other];
                            line.kind == ChargeKind::Adjustment
                                && line.reverses == Some(at)
                                && !self.is_taken_back(*other)
                        })
                        .collect();
                    for at in std::iter::once(at).chain(with_it) {
                        let line = self.0[at].clone();
                        self.0.push(Line {
                            kind: ChargeKind::Reversal,
                            pence: -line.pence,
                            reverses: Some(at),
                            ..line
                        });
                    }
                }
            }
        }
    }

    /// Takes a penny off the first charge that stands; the penny, where there is such a charge.
    fn adjust(&mut self) -> Option<usize> {
        let at = (0..self.0.len())
            .find(|at| self.0[*at].kind == ChargeKind::Charge && !self.is_taken_back(*at))?;
        let line = self.0[at].clone();
        let key = format!("adjustment:{}", line.key);
        self.0.push(Line { kind: ChargeKind::Adjustment, key, pence: -1, reverses: Some(at), ..line });
        Some(self.0.len() - 1)
    }

    /// The statement of each month: lines added up as the database adds them.
    fn statements(&self) -> BTreeMap<NaiveDate, Figures> {
        let mut months: BTreeMap<_, Figures> = BTreeMap::new();
        for line in &self.0 {
            let tally = Tally {
                kind: line.kind,
                of_adjustments: line.key.starts_with("adjustment:"),
                lines: 1,
                pence: line.pence,
            };
            let month = months.entry(london::month_of(line.on)).or_default();
            *month = month.with(&tally);
        }
        months
    }
}

fn terms(unit: ServiceUnit, pence: i64) -> Terms {
    Terms {
        unit,
        pence,
        unacceptable_absence_percent: 50,
        acceptable_absence_percent: 10,
        late_cancellation_percent: 25,
        late_cancellation_hours: 24,
        provider_logistics_percent: 40,
    }
}

/// What a session costs in hundredths of the unit, reckoned without the rule of charges.
fn hundredths(session: &Delivered) -> i64 {
    match session.fact {
        SessionFact::Attended => 100,
        SessionFact::Absent(AttendanceOutcome::UnacceptableAbsence)
        | SessionFact::NotDelivered(NotDeliveredReason::Unacceptable) => 50,
        SessionFact::NotDelivered(NotDeliveredReason::Logistics) => 40,
        SessionFact::Absent(AttendanceOutcome::AcceptableAbsence)
        | SessionFact::NotDelivered(NotDeliveredReason::Acceptable) => 10,
        SessionFact::Cancelled { by: Party::ServiceUser, cancelled_at }
            if session.starts_at - cancelled_at < TimeDelta::hours(24) =>
        {
            25
        }
        SessionFact::Absent(_) | SessionFact::Cancelled { .. } | SessionFact::Open => 0,
    }
}

/// Half a penny up.
fn rounded(numerator: i64, denominator: i64) -> i64 {
    (2 * numerator + denominator) / (2 * denominator)
}

/// What each month owes, reckoned from the sessions alone.
fn recomputed(unit: ServiceUnit, pence: i64, sessions: &[Delivered]) -> BTreeMap<NaiveDate, i64> {
    // By unit: what weighs most in it, and the day of the earliest session that does.
    let mut units: BTreeMap<String, (i64, DateTime<Utc>, i64)> = BTreeMap::new();
    for session in sessions {
        let day = london::day(session.starts_at);
        let monday = day - TimeDelta::days(i64::from(day.weekday().num_days_from_monday()));
        let name = match unit {
            ServiceUnit::Session | ServiceUnit::Hour => session.session.to_string(),
            ServiceUnit::Day => day.to_string(),
            ServiceUnit::Week => monday.to_string(),
            ServiceUnit::Programme => String::new(),
        };
        let minutes = (session.ends_at - session.starts_at).num_minutes();
        let (weight, starts_at) = (hundredths(session), session.starts_at);
        let best = units.entry(name).or_insert((weight, starts_at, minutes));
        if weight > best.0 || (weight == best.0 && starts_at < best.1) {
            *best = (weight, starts_at, minutes);
        }
    }
    let mut months = BTreeMap::new();
    for (weight, starts_at, minutes) in units.into_values() {
        let amount = match unit {
            ServiceUnit::Hour => rounded(pence * minutes * weight, 6_000),
            ServiceUnit::Session | ServiceUnit::Day | ServiceUnit::Week | ServiceUnit::Programme => {
                rounded(pence * weight, 100)
            }
        };
        if amount != 0 {
            *months.entry(london::month_of(london::day(starts_at))).or_insert(0) += amount;
        }
    }
    months
}

fn fact(way: u8, starts_at: DateTime<Utc>, notice: i64) -> SessionFact {
    match way {
        0..=3 => SessionFact::Attended,
        4 => SessionFact::Absent(AttendanceOutcome::UnacceptableAbsence),
        5 => SessionFact::Absent(AttendanceOutcome::AcceptableAbsence),
        6 => SessionFact::Absent(AttendanceOutcome::ProposedUnacceptableAbsence),
        7 => SessionFact::NotDelivered(NotDeliveredReason::Logistics),
        8 => SessionFact::NotDelivered(NotDeliveredReason::Unacceptable),
        9 => SessionFact::Cancelled {
            by: Party::ServiceUser,
            cancelled_at: starts_at - TimeDelta::minutes(notice),
        },
        10 => SessionFact::Cancelled { by: Party::Provider, cancelled_at: starts_at },
        _ => SessionFact::Open,
    }
}

fn unit() -> impl Strategy<Value = ServiceUnit> {
    prop_oneof![
        Just(ServiceUnit::Session),
        Just(ServiceUnit::Hour),
        Just(ServiceUnit::Day),
        Just(ServiceUnit::Week),
        Just(ServiceUnit::Programme),
    ]
}

/// Quarters of an hour since 2017 began, how long it took, what became of it at first and at last.
fn sessions() -> impl Strategy<Value = Vec<(i64, i64, u8, u8, i64)>> {
    prop::collection::vec((0..35_040_i64, 5..300_i64, 0..12_u8, 0..12_u8, 0..3_000_i64), SESSIONS)
}

fn totals(months: &BTreeMap<NaiveDate, Figures>) -> BTreeMap<NaiveDate, i64> {
    let totals = months.iter().map(|(month, figures)| (*month, figures.total()));
    totals.filter(|(_, pence)| *pence != 0).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: RUNS, ..ProptestConfig::default() })]

    #[test]
    fn statements_are_to_the_penny_what_the_sessions_say(
        unit in unit(), pence in 0_i64..200_000, drawn in sessions(), adjusts in any::<bool>(),
    ) {
        let begin: DateTime<Utc> = "2017-01-01T00:00:00Z".parse().expect("an instant");
        let all = |last: bool| -> Vec<Delivered> {
            let each = drawn.iter().enumerate().map(|(at, (quarter, minutes, first, then, notice))| {
                let starts_at = begin + TimeDelta::minutes(15 * quarter);
                let way = if last { *then } else { *first };
                Delivered {
                    session: at as u128,
                    starts_at,
                    ends_at: starts_at + TimeDelta::minutes(*minutes),
                    fact: fact(way, starts_at, *notice),
                }
            });
            each.collect()
        };
        let terms = terms(unit, pence);
        let mut ledger = Ledger::default();
        let (at_first, at_last) = (all(false), all(true));
        ledger.settle(&terms, &at_first);
        prop_assert_eq!(totals(&ledger.statements()), recomputed(unit, pence, &at_first));
        let adjustment = if adjusts { ledger.adjust() } else { None };
        ledger.settle(&terms, &at_last);
        let penny = adjustment.filter(|at| !ledger.is_taken_back(*at));
        let mut expected = recomputed(unit, pence, &at_last);
        if let Some(at) = penny {
            *expected.entry(london::month_of(ledger.0[at].on)).or_insert(0) -= 1;
        }
        expected.retain(|_, pence| *pence != 0);
        let statements = ledger.statements();
        // A week or a programme whose amount a correction left alone stays in the month in which it was charged.
        if matches!(unit, ServiceUnit::Session | ServiceUnit::Hour | ServiceUnit::Day) {
            prop_assert_eq!(totals(&statements), expected.clone());
        }
        let sum = statements.values().fold(Figures::default(), |sum, month| sum.and(month));
        prop_assert_eq!(sum.total(), expected.values().sum::<i64>());
        let stands = ledger.0.iter().enumerate();
        let stands = stands.filter(|(at, line)| line.kind == ChargeKind::Charge && !ledger.is_taken_back(*at));
        prop_assert_eq!(sum.units(), i64::try_from(stands.count()).expect("a few"));
        prop_assert!(sum.reversed <= 0 && sum.reversals <= sum.charges);
    }
}

#[test]
fn an_adjustment_that_goes_with_its_charge_leaves_nothing() {
    let lines = |kind, of_adjustments, pence| Tally { kind, of_adjustments, lines: 1, pence };
    let figures = [
        lines(ChargeKind::Charge, false, 5_700),
        lines(ChargeKind::Adjustment, true, -700),
        lines(ChargeKind::Reversal, false, -5_700),
        lines(ChargeKind::Reversal, true, 700),
    ];
    let figures = figures.iter().fold(Figures::default(), |sum, tally| sum.with(tally));
    assert_eq!((figures.units(), figures.total(), figures.adjusted), (0, 0, 0));
    assert_eq!((figures.charges, figures.reversals, figures.adjustments), (1, 1, 1));
}
