//! Sessions: the diary, attendance, feedback and the judgement of absences.
//!
//! The order of dependence is fixed (LESSONS.md): a session begins, then its attendance is recorded, then its
//! feedback; an absence is proposed by the provider and judged by the responsible officer.

use crate::london;
use crate::term;
use crate::terms::AttendanceOutcome;
use chrono::{DateTime, Utc};
use std::collections::HashSet;

mod attendance;
mod diary;
mod feedback;
mod life;

pub use attendance::{Recording, attendance, judgement};
pub use diary::{home_visit, schedule};
pub use feedback::{FeedbackForm, feedback, how_it_came};
pub use life::{GroupAct, SessionAct, leaves_open, permits, permits_group};

term! {
    /// Why an act on a session is refused.
    SessionRefusal {
        /// The session is not in a status in which this is done.
        WrongStatus "wrong_status" "WRONG_STATUS" "Wrong status";
        /// The session has not begun.
        InTheFuture "in_the_future" "IN_THE_FUTURE" "In the future";
        /// The session lies too far back, or too far ahead, for the diary.
        OutOfRange "out_of_range" "OUT_OF_RANGE" "Out of range";
        /// Attendance or feedback was recorded already; a correction says so.
        AlreadyRecorded "already_recorded" "ALREADY_RECORDED" "Already recorded";
        /// Nothing is recorded that could be corrected.
        NotRecorded "not_recorded" "NOT_RECORDED" "Not recorded";
        /// Feedback comes after attendance.
        AttendanceFirst "attendance_first" "ATTENDANCE_FIRST" "Attendance first";
        /// Somebody changed the session since it was read.
        Stale "stale" "STALE" "Stale";
        /// The session is not in the diary any more.
        NotScheduled "not_scheduled" "NOT_SCHEDULED" "Not scheduled";
        /// The person has another session at that time.
        Clash "clash" "CLASH" "Clash";
        /// Not possible, for a reason that this person may not see.
        Unavailable "unavailable" "UNAVAILABLE" "Unavailable";
        /// The referral has ended.
        Ended "ended" "ENDED" "Ended";
        /// The act is somebody else's.
        NotPermitted "not_permitted" "NOT_PERMITTED" "Not permitted";
        /// The person was there: no absence is to be judged.
        NothingToJudge "nothing_to_judge" "NOTHING_TO_JUDGE" "Nothing to judge";
        /// The absence was judged this way already.
        AlreadyJudged "already_judged" "ALREADY_JUDGED" "Already judged";
        /// Something that is needed is missing.
        Required "required" "REQUIRED" "Required";
        /// A value cannot be what it is.
        Invalid "invalid" "INVALID" "Invalid";
        /// A text is longer than may be.
        TooLong "too_long" "TOO_LONG" "Too long";
    }
}

/// The RAR days used: calendar days in London with at least one attended session.
///
/// The caller passes the starts of attended sessions of services that count towards the RAR, and no
/// others; absences do not count.
pub fn rar_days_used(attended_starts: impl Iterator<Item = DateTime<Utc>>) -> i32 {
    let days: HashSet<_> = attended_starts.map(london::day).collect();
    i32::try_from(days.len()).unwrap_or(i32::MAX)
}

/// How often a person came, and how often not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AbsenceTotals {
    /// Sessions attended.
    pub attended: i32,
    /// Sessions to which the person came and which did not happen.
    pub not_delivered: i32,
    /// Absences that the officer has not judged.
    pub proposed: i32,
    /// Absences judged acceptable.
    pub acceptable: i32,
    /// Absences judged unacceptable.
    pub unacceptable: i32,
}

impl AbsenceTotals {
    /// All absences, judged or not.
    pub fn absences(&self) -> i32 {
        self.proposed + self.acceptable + self.unacceptable
    }
}

/// The running totals over the recorded sessions of a referral or a case.
pub fn absences(outcomes: &[AttendanceOutcome]) -> AbsenceTotals {
    let mut totals = AbsenceTotals::default();
    for outcome in outcomes {
        let total = match outcome {
            AttendanceOutcome::Attended => &mut totals.attended,
            AttendanceOutcome::AttendedNotDelivered => &mut totals.not_delivered,
            AttendanceOutcome::ProposedAcceptableAbsence | AttendanceOutcome::ProposedUnacceptableAbsence => {
                &mut totals.proposed
            }
            AttendanceOutcome::AcceptableAbsence => &mut totals.acceptable,
            AttendanceOutcome::UnacceptableAbsence => &mut totals.unacceptable,
        };
        *total += 1;
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Term;
    use chrono::TimeDelta;
    use proptest::prelude::*;

    fn days_used(starts: &[&str]) -> i32 {
        rar_days_used(starts.iter().map(|start| start.parse().expect("an instant")))
    }

    #[test]
    fn several_sessions_on_one_day_are_one_rar_day() {
        assert_eq!(days_used(&[]), 0);
        assert_eq!(days_used(&["2017-10-02T09:00:00Z", "2017-10-02T15:00:00Z"]), 1);
        assert_eq!(days_used(&["2017-10-02T09:00:00Z", "2017-10-03T09:00:00Z"]), 2);
    }

    #[test]
    fn a_rar_day_is_a_day_in_london_and_not_in_utc() {
        assert_eq!(days_used(&["2017-06-30T22:30:00Z", "2017-06-30T23:30:00Z"]), 2);
        assert_eq!(days_used(&["2017-06-30T23:30:00Z", "2017-07-01T09:00:00Z"]), 1);
        assert_eq!(days_used(&["2017-10-28T23:30:00Z", "2017-10-29T23:30:00Z"]), 1);
        assert_eq!(days_used(&["2017-03-26T00:30:00Z", "2017-03-26T22:30:00Z"]), 1);
    }

    #[test]
    fn totals_tell_attendance_from_every_kind_of_absence() {
        use AttendanceOutcome::*;
        let totals = absences(&[
            Attended,
            AttendedNotDelivered,
            AcceptableAbsence,
            UnacceptableAbsence,
            Attended,
            ProposedAcceptableAbsence,
            ProposedUnacceptableAbsence,
        ]);
        let expected =
            AbsenceTotals { attended: 2, not_delivered: 1, proposed: 2, acceptable: 1, unacceptable: 1 };
        assert_eq!(totals, expected);
        assert_eq!(totals.absences(), 4);
    }

    proptest! {
        #[test]
        fn every_recorded_session_is_counted_once(
            outcomes in prop::collection::vec(prop::sample::select(AttendanceOutcome::ALL), 0..40),
        ) {
            let totals = absences(&outcomes);
            let counted = totals.attended + totals.not_delivered + totals.absences();
            prop_assert_eq!(counted as usize, outcomes.len());
        }

        #[test]
        fn there_are_never_more_rar_days_than_sessions(hours in prop::collection::vec(0_i64..20_000, 0..40)) {
            let start: DateTime<Utc> = "2017-01-01T00:00:00Z".parse().expect("an instant");
            let used = rar_days_used(hours.iter().map(|&hours| start + TimeDelta::hours(hours)));
            prop_assert!(used as usize <= hours.len());
            prop_assert_eq!(used == 0, hours.is_empty());
        }
    }
}
