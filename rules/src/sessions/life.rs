//! What is done to a session, and in which order.

use super::{SessionRefusal, judgement};
use crate::Refusal;
use crate::terms::ReferralAction as Step;
use crate::terms::{AttendanceOutcome, SessionStatus};
use chrono::{DateTime, Utc};

/// What is done to a session once it is in the diary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionAct {
    /// It is moved to another time.
    Move,
    /// It is cancelled.
    Cancel,
    /// Its attendance is recorded for the first time.
    RecordAttendance,
    /// Its recorded attendance is corrected.
    CorrectAttendance,
    /// An absence is judged.
    JudgeAbsence,
    /// Its feedback is submitted for the first time.
    SubmitFeedback,
    /// Its submitted feedback is corrected.
    CorrectFeedback,
}

/// Whether the session's status allows the act. A cancelled session stays as it is; a recorded one is only
/// corrected; what was never recorded cannot be corrected.
pub fn permits(
    status: SessionStatus,
    has_feedback: bool,
    act: SessionAct,
) -> Result<(), Refusal<SessionRefusal>> {
    use SessionAct::{
        Cancel, CorrectAttendance, CorrectFeedback, JudgeAbsence, Move, RecordAttendance, SubmitFeedback,
    };
    use SessionStatus::{Cancelled, Recorded, Scheduled};
    let (code, message) = match (status, act) {
        (Cancelled, _) => (
            SessionRefusal::NotScheduled,
            "The session was cancelled: schedule another one if there is to be one.",
        ),
        (Scheduled, Move | Cancel | RecordAttendance) | (Recorded, CorrectAttendance | JudgeAbsence) => {
            return Ok(());
        }
        (Recorded, Move | Cancel) => (
            SessionRefusal::WrongStatus,
            "The session's attendance is recorded, so that it stays in the diary: correct the attendance if it is wrong.",
        ),
        (Recorded, RecordAttendance) => (
            SessionRefusal::AlreadyRecorded,
            "The session's attendance is recorded already: correct it if it is wrong.",
        ),
        (Scheduled, CorrectAttendance | JudgeAbsence) => {
            (SessionRefusal::NotRecorded, "The session's attendance is not recorded yet: record it first.")
        }
        (Scheduled | Recorded, SubmitFeedback) if has_feedback => (
            SessionRefusal::AlreadyRecorded,
            "The session's feedback was submitted already: correct it if it is wrong.",
        ),
        (Scheduled | Recorded, CorrectFeedback) if !has_feedback => {
            (SessionRefusal::NotRecorded, "The session's feedback was not submitted yet: submit it first.")
        }
        (Scheduled | Recorded, SubmitFeedback | CorrectFeedback) => return Ok(()),
    };
    Err(Refusal::new(code, message))
}

/// What is done to a group session as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupAct {
    /// More people get a place.
    Join,
    /// It is moved to another time.
    Move,
    /// It is cancelled.
    Cancel,
}

/// Whether a group session allows the act. What was cancelled stays so; once somebody's attendance is recorded it
/// took place, and only late-comers to the register are added.
pub fn permits_group(cancelled: bool, recorded: bool, act: GroupAct) -> Result<(), Refusal<SessionRefusal>> {
    if cancelled {
        let message = "The group session was cancelled: schedule another one if there is to be one.";
        return Err(Refusal::new(SessionRefusal::NotScheduled, message));
    }
    if recorded && act != GroupAct::Join {
        let message = "Attendance of this group session is recorded, so that it stays in the diary: correct the \
                       attendance if it is wrong.";
        return Err(Refusal::new(SessionRefusal::WrongStatus, message));
    }
    Ok(())
}

/// What the session itself leaves open of the steps that its referral allows: moving and cancelling while it is
/// in the diary, recording once it has begun, judging where somebody was absent.
pub fn leaves_open(
    step: Step,
    status: SessionStatus,
    attendance: Option<AttendanceOutcome>,
    starts_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> bool {
    match step {
        Step::ScheduleSession => permits(status, false, SessionAct::Move).is_ok(),
        Step::RecordSession => match status {
            SessionStatus::Scheduled => now >= starts_at,
            SessionStatus::Recorded => true,
            SessionStatus::Cancelled => false,
        },
        Step::JudgeAbsence => attendance.is_some_and(|outcome| {
            permits(status, false, SessionAct::JudgeAbsence).is_ok()
                && (judgement(outcome, true).is_ok() || judgement(outcome, false).is_ok())
        }),
        Step::Edit
        | Step::Submit
        | Step::Amend
        | Step::Ask
        | Step::Answer
        | Step::ArrangeSuitabilityMeeting
        | Step::RecordSuitability
        | Step::Accept
        | Step::Decline
        | Step::Assign
        | Step::AddNote
        | Step::Complete
        | Step::EndEarly
        | Step::Withdraw
        | Step::Report => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Term;
    use SessionAct::*;
    use SessionStatus::{Cancelled, Recorded, Scheduled};

    const ALL: [SessionAct; 7] =
        [Move, Cancel, RecordAttendance, CorrectAttendance, JudgeAbsence, SubmitFeedback, CorrectFeedback];

    fn open(status: SessionStatus, has_feedback: bool) -> Vec<SessionAct> {
        ALL.into_iter().filter(|&act| permits(status, has_feedback, act).is_ok()).collect()
    }

    fn refused(status: SessionStatus, has_feedback: bool, act: SessionAct) -> SessionRefusal {
        permits(status, has_feedback, act).expect_err("refused").code
    }

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_session_in_the_diary_is_moved_cancelled_or_recorded() {
        assert_eq!(open(Scheduled, false), [Move, Cancel, RecordAttendance, SubmitFeedback]);
        assert_eq!(refused(Scheduled, false, CorrectAttendance), SessionRefusal::NotRecorded);
        assert_eq!(refused(Scheduled, false, JudgeAbsence), SessionRefusal::NotRecorded);
    }

    #[test]
    fn a_recorded_session_is_recorded_once_and_then_corrected() {
        assert_eq!(open(Recorded, false), [CorrectAttendance, JudgeAbsence, SubmitFeedback]);
        assert_eq!(open(Recorded, true), [CorrectAttendance, JudgeAbsence, CorrectFeedback]);
        assert_eq!(refused(Recorded, false, RecordAttendance), SessionRefusal::AlreadyRecorded);
        assert_eq!(refused(Recorded, true, SubmitFeedback), SessionRefusal::AlreadyRecorded);
        assert_eq!(refused(Recorded, false, CorrectFeedback), SessionRefusal::NotRecorded);
        assert_eq!(refused(Recorded, true, Cancel), SessionRefusal::WrongStatus);
    }

    #[test]
    fn a_cancelled_session_stays_as_it_is() {
        assert!(open(Cancelled, false).is_empty());
        assert_eq!(refused(Cancelled, false, RecordAttendance), SessionRefusal::NotScheduled);
    }

    #[test]
    fn a_group_session_is_moved_or_cancelled_until_somebody_is_recorded_and_never_after_it_was_cancelled() {
        for act in [GroupAct::Join, GroupAct::Move, GroupAct::Cancel] {
            assert!(permits_group(false, false, act).is_ok());
            assert!(permits_group(true, false, act).is_err());
            assert_eq!(permits_group(false, true, act).is_ok(), act == GroupAct::Join);
        }
    }

    #[test]
    fn recording_is_open_once_the_session_has_begun() {
        let (start, later) = (instant("2017-10-02T09:00:00Z"), instant("2017-10-02T09:00:01Z"));
        let open = |status, now| leaves_open(Step::RecordSession, status, None, later, now);
        assert!(!open(Scheduled, start));
        assert!(open(Scheduled, later));
        assert!(open(Recorded, start));
        assert!(!open(Cancelled, later));
    }

    #[test]
    fn only_an_absence_is_left_to_be_judged() {
        let now = instant("2017-10-02T09:00:00Z");
        let open = |status, outcome| leaves_open(Step::JudgeAbsence, status, outcome, now, now);
        for &outcome in AttendanceOutcome::ALL {
            let came =
                matches!(outcome, AttendanceOutcome::Attended | AttendanceOutcome::AttendedNotDelivered);
            assert_eq!(open(Recorded, Some(outcome)), !came);
        }
        assert!(!open(Scheduled, None));
    }

    #[test]
    fn steps_that_concern_the_referral_are_never_a_sessions() {
        let now = instant("2017-10-02T09:00:00Z");
        let sessions = [Step::ScheduleSession, Step::RecordSession, Step::JudgeAbsence];
        for &step in Step::ALL.iter().filter(|step| !sessions.contains(step)) {
            for &status in SessionStatus::ALL {
                let absent = Some(AttendanceOutcome::UnacceptableAbsence);
                assert!(!leaves_open(step, status, absent, now, now));
            }
        }
    }
}
