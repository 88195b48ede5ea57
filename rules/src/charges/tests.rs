use super::*;
use crate::Term;
use chrono::TimeDelta;
use proptest::prelude::*;

/// A unit at £54.25; half of it for an unacceptable absence, a tenth for an acceptable one, a quarter for a
/// cancellation with less than a day's notice, and a fifth where the provider's logistics failed.
fn terms(unit: ServiceUnit) -> Terms {
    Terms {
        unit,
        pence: 5_425,
        unacceptable_absence_percent: 50,
        acceptable_absence_percent: 10,
        late_cancellation_percent: 25,
        late_cancellation_hours: 24,
        provider_logistics_percent: 20,
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// A session of two hours.
fn session(session: u128, starts_at: &str, fact: SessionFact) -> Delivered {
    let starts_at = at(starts_at);
    Delivered { session, starts_at, ends_at: starts_at + TimeDelta::hours(2), fact }
}

fn amounts(unit: ServiceUnit, sessions: &[Delivered]) -> Vec<(String, i64)> {
    owed(&terms(unit), sessions).into_iter().map(|line| (line.key, line.pence)).collect()
}

/// What one session with this fact costs.
fn cost(fact: SessionFact) -> i64 {
    owed(&terms(ServiceUnit::Session), &[session(1, "2026-10-01T09:00:00Z", fact)])
        .iter()
        .map(|it| it.pence)
        .sum()
}

#[test]
fn an_attended_session_costs_its_price() {
    let lines =
        owed(&terms(ServiceUnit::Session), &[session(0xAB, "2026-10-01T23:30:00Z", SessionFact::Attended)]);
    let expected = Owed {
        key: "session:000000000000000000000000000000ab".to_owned(),
        session: 0xAB,
        on: NaiveDate::from_ymd_opt(2026, 10, 2).expect("a day of the calendar"),
        pence: 5_425,
        quantity_minutes: None,
    };
    assert_eq!(lines, [expected]);
}

#[test]
fn an_absence_costs_what_the_service_says_once_it_is_judged() {
    assert_eq!(cost(SessionFact::Absent(AttendanceOutcome::UnacceptableAbsence)), 2_713);
    assert_eq!(cost(SessionFact::Absent(AttendanceOutcome::AcceptableAbsence)), 543);
    assert_eq!(cost(SessionFact::Absent(AttendanceOutcome::ProposedUnacceptableAbsence)), 0);
    assert_eq!(cost(SessionFact::Absent(AttendanceOutcome::ProposedAcceptableAbsence)), 0);
}

#[test]
fn a_session_that_did_not_happen_costs_by_whose_fault_it_was() {
    assert_eq!(cost(SessionFact::NotDelivered(NotDeliveredReason::Logistics)), 1_085);
    assert_eq!(cost(SessionFact::NotDelivered(NotDeliveredReason::Unacceptable)), 2_713);
    assert_eq!(cost(SessionFact::NotDelivered(NotDeliveredReason::Acceptable)), 543);
}

#[test]
fn only_a_late_cancellation_by_the_service_user_costs_anything() {
    let cancelled = |by, cancelled_at| cost(SessionFact::Cancelled { by, cancelled_at: at(cancelled_at) });
    assert_eq!(cancelled(Party::ServiceUser, "2026-09-30T09:00:00Z"), 0);
    assert_eq!(cancelled(Party::ServiceUser, "2026-09-30T09:00:00.001Z"), 1_356);
    assert_eq!(cancelled(Party::ServiceUser, "2026-10-01T12:00:00Z"), 1_356);
    for by in [Party::Provider, Party::Probation] {
        assert_eq!(cancelled(by, "2026-10-01T08:59:00Z"), 0);
    }
}

#[test]
fn a_days_notice_is_twenty_four_hours_when_the_clocks_change_too() {
    let start = "2026-10-25T09:00:00Z";
    let cancelled_at = at("2026-10-24T09:00:00Z");
    let fact = SessionFact::Cancelled { by: Party::ServiceUser, cancelled_at };
    assert!(owed(&terms(ServiceUnit::Session), &[session(1, start, fact)]).is_empty());
}

#[test]
fn what_is_only_in_the_diary_costs_nothing() {
    assert_eq!(cost(SessionFact::Open), 0);
}

#[test]
fn an_hour_is_charged_by_the_minute() {
    let placement = Terms { unit: ServiceUnit::Hour, pence: 735, ..terms(ServiceUnit::Hour) };
    let mut work = session(1, "2026-10-01T09:00:00Z", SessionFact::Attended);
    work.ends_at = work.starts_at + TimeDelta::minutes(50);
    let lines = owed(&placement, &[work]);
    assert_eq!((lines[0].pence, lines[0].quantity_minutes), (613, Some(50)));
    assert_eq!(lines[0].key, "hour:00000000000000000000000000000001");
    let absent = SessionFact::Absent(AttendanceOutcome::UnacceptableAbsence);
    assert_eq!(owed(&placement, &[Delivered { fact: absent, ..work }])[0].pence, 306);
    assert!(owed(&placement, &[Delivered { ends_at: work.starts_at, ..work }]).is_empty());
}

#[test]
fn a_day_in_london_is_charged_once_however_many_sessions_it_has() {
    let sessions = [
        session(1, "2026-06-30T21:30:00Z", SessionFact::Attended),
        session(2, "2026-06-30T23:30:00Z", SessionFact::Attended),
        session(3, "2026-07-01T15:00:00Z", SessionFact::Attended),
    ];
    let expected = [("day:2026-06-30".to_owned(), 5_425), ("day:2026-07-01".to_owned(), 5_425)];
    assert_eq!(amounts(ServiceUnit::Day, &sessions), expected);
}

#[test]
fn a_week_runs_from_monday_to_sunday_in_london() {
    let sessions = [
        session(1, "2026-09-27T22:30:00Z", SessionFact::Attended),
        session(2, "2026-09-27T23:30:00Z", SessionFact::Attended),
        session(3, "2026-10-04T22:30:00Z", SessionFact::Attended),
        session(4, "2026-10-25T23:30:00Z", SessionFact::Attended),
    ];
    let expected =
        ["week:2026-09-21", "week:2026-09-28", "week:2026-10-19"].map(|key| (key.to_owned(), 5_425));
    assert_eq!(amounts(ServiceUnit::Week, &sessions), expected);
}

#[test]
fn a_programme_is_charged_once_at_its_first_attended_session() {
    let sessions = [
        session(2, "2026-10-08T09:00:00Z", SessionFact::Attended),
        session(1, "2026-10-01T09:00:00Z", SessionFact::Absent(AttendanceOutcome::UnacceptableAbsence)),
        session(3, "2026-10-15T09:00:00Z", SessionFact::Attended),
    ];
    let lines = owed(&terms(ServiceUnit::Programme), &sessions);
    assert_eq!(lines.len(), 1);
    assert_eq!((lines[0].key.as_str(), lines[0].session, lines[0].pence), ("programme", 2, 5_425));
    assert_eq!(lines[0].on, NaiveDate::from_ymd_opt(2026, 10, 8).expect("a day of the calendar"));
}

#[test]
fn the_weightiest_session_of_a_day_decides_what_the_day_costs() {
    let missed =
        session(1, "2026-10-01T09:00:00Z", SessionFact::Absent(AttendanceOutcome::UnacceptableAbsence));
    let excused =
        session(2, "2026-10-01T11:00:00Z", SessionFact::Absent(AttendanceOutcome::AcceptableAbsence));
    assert_eq!(amounts(ServiceUnit::Day, &[missed, excused]), [("day:2026-10-01".to_owned(), 2_713)]);
    let attended = session(3, "2026-10-01T14:00:00Z", SessionFact::Attended);
    assert_eq!(
        amounts(ServiceUnit::Day, &[missed, excused, attended]),
        [("day:2026-10-01".to_owned(), 5_425)]
    );
}

fn standing(charge: u128, line: &Owed) -> Standing {
    Standing { charge, key: line.key.clone(), pence: line.pence, session: line.session }
}

#[test]
fn what_stands_as_it_is_owed_is_left_alone() {
    let lines =
        owed(&terms(ServiceUnit::Session), &[session(1, "2026-10-01T09:00:00Z", SessionFact::Attended)]);
    assert!(reconcile(&lines, &[standing(9, &lines[0])]).is_empty());
    assert!(reconcile(&[], &[]).is_empty());
}

#[test]
fn a_correction_reverses_and_replaces() {
    let attended = session(1, "2026-10-01T09:00:00Z", SessionFact::Attended);
    let missed = Delivered { fact: SessionFact::Absent(AttendanceOutcome::UnacceptableAbsence), ..attended };
    let before = owed(&terms(ServiceUnit::Session), &[attended]);
    let after = owed(&terms(ServiceUnit::Session), &[missed]);
    let expected = [Posting::Reverse { charge: 9, pence: -5_425 }, Posting::Charge(after[0].clone())];
    assert_eq!(reconcile(&after, &[standing(9, &before[0])]), expected);
    assert_eq!(reconcile(&[], &[standing(9, &before[0])]), [Posting::Reverse { charge: 9, pence: -5_425 }]);
}

#[test]
fn a_correction_that_leaves_the_amount_posts_nothing() {
    let first = session(1, "2026-10-01T09:00:00Z", SessionFact::Attended);
    let second = session(2, "2026-10-01T14:00:00Z", SessionFact::Attended);
    let before = owed(&terms(ServiceUnit::Day), &[first, second]);
    let corrected = Delivered { fact: SessionFact::Absent(AttendanceOutcome::AcceptableAbsence), ..first };
    let after = owed(&terms(ServiceUnit::Day), &[corrected, second]);
    assert_eq!(after[0].session, 2);
    assert!(reconcile(&after, &[standing(9, &before[0])]).is_empty());
}

#[test]
fn two_charges_for_the_same_unit_become_one() {
    let lines =
        owed(&terms(ServiceUnit::Session), &[session(1, "2026-10-01T09:00:00Z", SessionFact::Attended)]);
    let doubled = [standing(8, &lines[0]), standing(9, &lines[0])];
    assert_eq!(reconcile(&lines, &doubled), [Posting::Reverse { charge: 9, pence: -5_425 }]);
}

fn fact() -> impl Strategy<Value = SessionFact> {
    let cancelled = (prop::sample::select(Party::ALL), 0_i64..5_000).prop_map(|(by, hours)| {
        let cancelled_at = at("2026-01-01T00:00:00Z") + TimeDelta::hours(hours);
        SessionFact::Cancelled { by, cancelled_at }
    });
    prop_oneof![
        3 => Just(SessionFact::Attended),
        1 => prop::sample::select(NotDeliveredReason::ALL).prop_map(SessionFact::NotDelivered),
        2 => prop::sample::select(AttendanceOutcome::ALL).prop_map(SessionFact::Absent),
        1 => cancelled,
        1 => Just(SessionFact::Open),
    ]
}

prop_compose! {
    fn any_terms()(
        unit in prop::sample::select(ServiceUnit::ALL),
        pence in 0_i64..=1_000_000,
        percents in [0_u32..=100, 0_u32..=100, 0_u32..=100, 0_u32..=100],
        late_cancellation_hours in 0_i64..100,
    ) -> Terms {
        let [unacceptable_absence_percent, acceptable_absence_percent, late_cancellation_percent, provider_logistics_percent] =
            percents;
        Terms {
            unit, pence, unacceptable_absence_percent, acceptable_absence_percent, late_cancellation_percent,
            late_cancellation_hours, provider_logistics_percent,
        }
    }
}

/// One event of a referral's history: which of a dozen sessions is recorded, corrected or moved, how.
type Event = (u128, i64, i64, SessionFact);

fn events() -> impl Strategy<Value = Vec<Event>> {
    // Half hours from New Year to midsummer, so that the clocks change in between.
    prop::collection::vec((0_u128..12, 0_i64..9_000, 0_i64..300, fact()), 1..50)
}

fn happen(sessions: &mut Vec<Delivered>, (session, half_hours, minutes, fact): Event) {
    let starts_at = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(30 * half_hours);
    match sessions.iter_mut().find(|delivered| delivered.session == session) {
        // A correction keeps the time; every tenth one is a session that had been put at a wrong time.
        Some(delivered) if half_hours % 10 != 0 => delivered.fact = fact,
        Some(delivered) => {
            *delivered =
                Delivered { session, starts_at, ends_at: starts_at + TimeDelta::minutes(minutes), fact };
        }
        None => {
            let ends_at = starts_at + TimeDelta::minutes(minutes);
            sessions.push(Delivered { session, starts_at, ends_at, fact });
        }
    }
}

/// A ledger that posts as it is told.
#[derive(Default)]
struct Ledger {
    posted: Vec<i64>,
    live: Vec<Standing>,
}

impl Ledger {
    fn post(&mut self, postings: Vec<Posting>) {
        for posting in postings {
            let charge = self.posted.len() as u128;
            match posting {
                Posting::Charge(line) => {
                    self.posted.push(line.pence);
                    self.live.push(standing(charge, &line));
                }
                Posting::Reverse { charge, pence } => {
                    let place = self.live.iter().position(|it| it.charge == charge).expect("a live charge");
                    assert_eq!(self.live.remove(place).pence, -pence);
                    self.posted.push(pence);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_is_corrected_the_postings_add_up_to_what_is_owed(terms in any_terms(), events in events()) {
        let (mut sessions, mut ledger) = (Vec::new(), Ledger::default());
        for event in events {
            happen(&mut sessions, event);
            let lines = owed(&terms, &sessions);
            ledger.post(reconcile(&lines, &ledger.live));
            let total: i64 = lines.iter().map(|line| line.pence).sum();
            prop_assert_eq!(ledger.posted.iter().sum::<i64>(), total);
            prop_assert_eq!(ledger.live.iter().map(|charge| charge.pence).sum::<i64>(), total);
            let keys: HashSet<_> = ledger.live.iter().map(|charge| &charge.key).collect();
            prop_assert_eq!(keys.len(), ledger.live.len());
            prop_assert!(reconcile(&lines, &ledger.live).is_empty());
        }
    }

    #[test]
    fn the_order_in_which_sessions_were_recorded_does_not_matter(
        terms in any_terms(),
        sessions in events().prop_flat_map(|events| {
            let mut sessions = Vec::new();
            events.into_iter().for_each(|event| happen(&mut sessions, event));
            (Just(sessions.clone()), Just(sessions).prop_shuffle())
        }),
    ) {
        prop_assert_eq!(owed(&terms, &sessions.0), owed(&terms, &sessions.1));
    }

    #[test]
    fn what_the_providers_logistics_let_fail_costs_by_that_rule_and_by_no_other(terms in any_terms(), other in any_terms()) {
        let terms = Terms { unit: ServiceUnit::Session, ..terms };
        let only = Terms { unit: terms.unit, pence: terms.pence, provider_logistics_percent: terms.provider_logistics_percent, ..other };
        let failed = [session(1, "2026-10-01T09:00:00Z", SessionFact::NotDelivered(NotDeliveredReason::Logistics))];
        prop_assert_eq!(owed(&terms, &failed), owed(&only, &failed));
        let total: i64 = owed(&terms, &failed).iter().map(|line| line.pence).sum();
        prop_assert_eq!(total, percent_of(terms.pence, terms.provider_logistics_percent));
        let cancelled_at = at("2026-10-01T08:59:00Z");
        let cancelled = SessionFact::Cancelled { by: Party::Provider, cancelled_at };
        prop_assert!(owed(&terms, &[session(1, "2026-10-01T09:00:00Z", cancelled)]).is_empty());
    }

    #[test]
    fn no_unit_costs_more_than_its_price_nor_less_than_nothing(terms in any_terms(), events in events()) {
        let mut sessions = Vec::new();
        events.into_iter().for_each(|event| happen(&mut sessions, event));
        for line in owed(&terms, &sessions) {
            let hours = line.quantity_minutes.map_or(1, |minutes| minutes / 60 + 1);
            prop_assert!(0 < line.pence && line.pence <= terms.pence * hours);
        }
    }

    #[test]
    fn each_attended_session_is_charged_in_full_and_once(events in events()) {
        let mut sessions = Vec::new();
        events.into_iter().for_each(|event| happen(&mut sessions, event));
        let nothing_else = Terms {
            unacceptable_absence_percent: 0,
            acceptable_absence_percent: 0,
            late_cancellation_percent: 0,
            provider_logistics_percent: 0,
            ..terms(ServiceUnit::Session)
        };
        let attended = sessions.iter().filter(|it| it.fact == SessionFact::Attended).count();
        let lines = owed(&nothing_else, &sessions);
        prop_assert_eq!(lines.len(), attended);
        prop_assert!(lines.iter().all(|line| line.pence == 5_425));
    }
}
