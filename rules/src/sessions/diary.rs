//! The diary: when a session can be.

use super::SessionRefusal;
use crate::terms::SessionKind;
use crate::{Refusal, Term, london};
use chrono::{DateTime, Days, Months, TimeDelta, Utc};

/// The longest session, in hours.
const LONGEST_HOURS: i64 = 12;
/// How far ahead a session is put in the diary, in months.
const MONTHS_AHEAD: u32 = 24;
/// How far back a session is put in the diary, in days, so that late paperwork can be recorded.
const DAYS_BACK: u64 = 90;

/// Everything that keeps a session out of the diary at this time; clashes apart, which only the person's
/// other sessions show.
pub fn schedule(
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    now: DateTime<Utc>,
    kind: SessionKind,
) -> Vec<Refusal<SessionRefusal>> {
    let kind = kind.label();
    let mut refusals = Vec::new();
    if ends_at <= starts_at {
        let message = format!("A session ({kind}) ends after it begins: give a later end.");
        refusals.push(Refusal::of(SessionRefusal::Invalid, "endsAt", message));
    } else if ends_at - starts_at > TimeDelta::hours(LONGEST_HOURS) {
        let message = format!("A session ({kind}) lasts at most {LONGEST_HOURS} hours: schedule several.");
        refusals.push(Refusal::of(SessionRefusal::Invalid, "endsAt", message));
    }
    let today = london::day(now);
    let first = today.checked_sub_days(Days::new(DAYS_BACK)).unwrap_or(today);
    let last = today.checked_add_months(Months::new(MONTHS_AHEAD)).unwrap_or(today);
    if !(first..=last).contains(&london::day(starts_at)) {
        let message = format!(
            "The diary is open from {} to {}: give a start between them.",
            london::written(first),
            london::written(last)
        );
        refusals.push(Refusal::of(SessionRefusal::OutOfRange, "startsAt", message));
    }
    refusals
}

/// A session at the person's home needs a referral that asks for home visits: only then did the service's rules
/// on them, a full risk assessment for instance, hold at submission.
pub fn home_visit(kind: SessionKind, asked_for: bool) -> Option<Refusal<SessionRefusal>> {
    (kind == SessionKind::HomeVisit && !asked_for).then(|| {
        let message = "The referral asks for no home visits: meet elsewhere, or ask the responsible officer for a referral with home visits.";
        Refusal::of(SessionRefusal::Invalid, "kind", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn refused(starts_at: &str, ends_at: &str) -> Vec<SessionRefusal> {
        let now = at("2017-10-02T12:00:00Z");
        let refusals = schedule(at(starts_at), at(ends_at), now, SessionKind::OneToOne);
        refusals.into_iter().map(|refusal| refusal.code).collect()
    }

    #[test]
    fn a_session_ends_after_it_begins() {
        assert!(refused("2017-10-09T09:00:00Z", "2017-10-09T11:00:00Z").is_empty());
        assert_eq!(refused("2017-10-09T09:00:00Z", "2017-10-09T09:00:00Z"), [SessionRefusal::Invalid]);
        assert_eq!(refused("2017-10-09T09:00:00Z", "2017-10-09T08:00:00Z"), [SessionRefusal::Invalid]);
    }

    #[test]
    fn a_session_lasts_at_most_twelve_hours() {
        assert!(refused("2017-10-09T08:00:00Z", "2017-10-09T20:00:00Z").is_empty());
        assert_eq!(refused("2017-10-09T08:00:00Z", "2017-10-09T20:00:01Z"), [SessionRefusal::Invalid]);
    }

    #[test]
    fn twelve_hours_are_hours_on_the_days_the_clocks_change_too() {
        assert!(refused("2018-03-25T00:00:00Z", "2018-03-25T12:00:00Z").is_empty());
        assert_eq!(refused("2018-03-24T23:00:00Z", "2018-03-25T11:00:01Z"), [SessionRefusal::Invalid]);
    }

    #[test]
    fn late_paperwork_is_put_in_the_diary_up_to_ninety_days_back() {
        assert!(refused("2017-07-04T09:00:00Z", "2017-07-04T10:00:00Z").is_empty());
        assert!(refused("2017-07-03T23:00:00Z", "2017-07-04T00:00:00Z").is_empty());
        assert_eq!(refused("2017-07-03T22:59:00Z", "2017-07-03T23:30:00Z"), [SessionRefusal::OutOfRange]);
    }

    #[test]
    fn the_diary_is_open_for_two_years() {
        assert!(refused("2019-10-02T22:00:00Z", "2019-10-02T23:00:00Z").is_empty());
        assert_eq!(refused("2019-10-02T23:00:00Z", "2019-10-02T23:30:00Z"), [SessionRefusal::OutOfRange]);
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let both = [SessionRefusal::Invalid, SessionRefusal::OutOfRange];
        assert_eq!(refused("2027-10-02T09:00:00Z", "2027-10-01T09:00:00Z"), both);
    }

    #[test]
    fn a_home_visit_needs_a_referral_that_asks_for_home_visits() {
        for &kind in SessionKind::ALL {
            assert!(home_visit(kind, true).is_none());
            assert_eq!(home_visit(kind, false).is_some(), kind == SessionKind::HomeVisit);
        }
    }

    #[test]
    fn instants_beyond_all_diaries_do_no_harm() {
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        for now in [first, last] {
            assert!(!schedule(first, last, now, SessionKind::Group).is_empty());
            assert!(!schedule(last, first, now, SessionKind::Group).is_empty());
        }
    }
}
