//! The feedback form, due for every session.

use super::SessionRefusal;
use crate::Refusal;
use crate::terms::{AttendanceOutcome, FeedbackChannel};
use crate::text::{Codes, LONG_TEXT};

pub(super) const TEXT: Codes<SessionRefusal> = Codes {
    missing: SessionRefusal::Required,
    too_long: SessionRefusal::TooLong,
    invalid: SessionRefusal::Invalid,
};

/// What the provider tells about a session, as staff know the form (LESSONS.md).
#[derive(Clone, Copy, Debug)]
pub struct FeedbackForm<'a> {
    /// What was done in the session.
    pub what_was_done: &'a str,
    /// How the person responded.
    pub response: &'a str,
    /// What comes next.
    pub next_steps: &'a str,
    /// Behaviour that the officer should know of.
    pub behaviour_to_report: Option<&'a str>,
    /// Concerns that the officer should know of.
    pub concerns: Option<&'a str>,
}

/// Everything that keeps the form from being submitted.
///
/// Attendance comes first. What was done and how the person responded are asked where the session happened;
/// what comes next, always. An officer who records it on the provider's behalf (`on_behalf`) says how it
/// reached them; the provider does not.
pub fn feedback(
    attendance: Option<AttendanceOutcome>,
    form: &FeedbackForm<'_>,
    on_behalf: bool,
    channel: Option<FeedbackChannel>,
) -> Vec<Refusal<SessionRefusal>> {
    let mut refusals = Vec::new();
    if attendance.is_none() {
        let message = "The session's attendance is not recorded: record it before its feedback.";
        refusals.push(Refusal::new(SessionRefusal::AttendanceFirst, message));
    }
    let happened = attendance == Some(AttendanceOutcome::Attended);
    refusals.extend(TEXT.check("whatWasDone", form.what_was_done, LONG_TEXT, happened));
    refusals.extend(TEXT.check("response", form.response, LONG_TEXT, happened));
    refusals.extend(TEXT.check("nextSteps", form.next_steps, LONG_TEXT, true));
    let optional = [("behaviourToReport", form.behaviour_to_report), ("concerns", form.concerns)];
    for (field, text) in optional {
        refusals.extend(TEXT.check(field, text.unwrap_or_default(), LONG_TEXT, false));
    }
    refusals.extend(how_it_came(on_behalf, channel));
    refusals
}

/// Who records attendance or feedback on the provider's behalf says how it reached them; the provider does not.
pub fn how_it_came(on_behalf: bool, channel: Option<FeedbackChannel>) -> Option<Refusal<SessionRefusal>> {
    match (on_behalf, channel) {
        (true, None) => {
            let message = "You record this on the provider's behalf: say how it reached you.";
            Some(Refusal::of(SessionRefusal::Required, "receivedBy", message))
        }
        (false, Some(_)) => {
            let message = "The provider records its own sessions: leave out how it reached an officer.";
            Some(Refusal::of(SessionRefusal::Invalid, "receivedBy", message))
        }
        (true, Some(_)) | (false, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Term;

    const FORM: FeedbackForm<'static> = FeedbackForm {
        what_was_done: "Triggers and alternatives.",
        response: "Open; brought his diary.",
        next_steps: "A plan for the weekend.",
        behaviour_to_report: None,
        concerns: None,
    };
    const EMPTY: FeedbackForm<'static> = FeedbackForm {
        what_was_done: "",
        response: " ",
        next_steps: "\n",
        behaviour_to_report: None,
        concerns: None,
    };

    fn refused(
        attendance: Option<AttendanceOutcome>,
        form: &FeedbackForm<'_>,
        on_behalf: bool,
        channel: Option<FeedbackChannel>,
    ) -> Vec<(String, SessionRefusal)> {
        let refusals = feedback(attendance, form, on_behalf, channel);
        refusals.into_iter().map(|it| (it.field.join("."), it.code)).collect()
    }

    fn fields(fields: &[&str], code: SessionRefusal) -> Vec<(String, SessionRefusal)> {
        fields.iter().map(|&field| (field.to_owned(), code)).collect()
    }

    #[test]
    fn a_filled_form_is_taken_after_every_kind_of_attendance() {
        for &outcome in AttendanceOutcome::ALL {
            assert!(refused(Some(outcome), &FORM, false, None).is_empty());
        }
    }

    #[test]
    fn feedback_comes_after_attendance() {
        assert_eq!(refused(None, &FORM, false, None), fields(&[""], SessionRefusal::AttendanceFirst));
    }

    #[test]
    fn a_session_that_happened_needs_the_whole_form() {
        let expected = fields(&["whatWasDone", "response", "nextSteps"], SessionRefusal::Required);
        assert_eq!(refused(Some(AttendanceOutcome::Attended), &EMPTY, false, None), expected);
    }

    #[test]
    fn a_session_that_did_not_happen_needs_only_what_comes_next() {
        for &outcome in
            AttendanceOutcome::ALL.iter().filter(|&&outcome| outcome != AttendanceOutcome::Attended)
        {
            let refused = refused(Some(outcome), &EMPTY, false, None);
            assert_eq!(refused, fields(&["nextSteps"], SessionRefusal::Required));
        }
    }

    #[test]
    fn who_records_on_the_providers_behalf_says_how_it_reached_them_and_nobody_else_does() {
        let attended = Some(AttendanceOutcome::Attended);
        let telephone = Some(FeedbackChannel::Telephone);
        assert!(refused(attended, &FORM, true, telephone).is_empty());
        assert_eq!(refused(attended, &FORM, true, None), fields(&["receivedBy"], SessionRefusal::Required));
        assert_eq!(
            refused(attended, &FORM, false, telephone),
            fields(&["receivedBy"], SessionRefusal::Invalid)
        );
    }

    #[test]
    fn no_text_of_the_form_is_cut() {
        let long = "é".repeat(LONG_TEXT + 1);
        let form = FeedbackForm {
            what_was_done: &long,
            response: &long,
            next_steps: &long,
            behaviour_to_report: Some(&long),
            concerns: Some(&long),
        };
        let all = ["whatWasDone", "response", "nextSteps", "behaviourToReport", "concerns"];
        let refused = refused(Some(AttendanceOutcome::Attended), &form, false, None);
        assert_eq!(refused, fields(&all, SessionRefusal::TooLong));
    }
}
