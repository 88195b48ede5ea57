use super::*;
use AttendanceOutcome::{
    AcceptableAbsence, Attended, AttendedNotDelivered, ProposedAcceptableAbsence,
    ProposedUnacceptableAbsence, UnacceptableAbsence,
};
use chrono::TimeDelta;
use proptest::prelude::*;

const CAME: Recording<'static> = Recording {
    attended: true,
    happened: true,
    late_minutes: None,
    late_reason: None,
    not_delivered: None,
    proposed_acceptable: None,
    absence_reason: None,
    absence_note: None,
    contact_attempts: None,
};
const ABSENT: Recording<'static> = Recording {
    attended: false,
    happened: false,
    proposed_acceptable: Some(false),
    absence_reason: Some(AbsenceReason::NoReasonGiven),
    contact_attempts: Some("Rang twice; left a message."),
    ..CAME
};

fn start() -> DateTime<Utc> {
    "2017-06-30T23:30:00Z".parse().expect("an instant")
}

fn recorded(
    recording: Recording<'_>,
    by: Capacity,
) -> Result<AttendanceOutcome, Vec<(String, SessionRefusal)>> {
    attendance(&recording, by, start(), start() + TimeDelta::hours(2))
        .map_err(|refusals| refusals.into_iter().map(|it| (it.field.join("."), it.code)).collect())
}

fn worker(recording: Recording<'_>) -> Result<AttendanceOutcome, Vec<(String, SessionRefusal)>> {
    recorded(recording, Capacity::Worker)
}

fn refused(
    fields: &[&str],
    code: SessionRefusal,
) -> Result<AttendanceOutcome, Vec<(String, SessionRefusal)>> {
    Err(fields.iter().map(|&field| (field.to_owned(), code)).collect())
}

#[test]
fn who_came_to_a_session_that_happened_attended() {
    assert_eq!(worker(CAME), Ok(Attended));
}

#[test]
fn nothing_is_recorded_before_the_session_begins() {
    let second = TimeDelta::seconds(1);
    for recording in [CAME, ABSENT] {
        let early = attendance(&recording, Capacity::Worker, start(), start() - second).expect_err("early");
        assert_eq!(early.len(), 1);
        assert_eq!(early[0].code, SessionRefusal::InTheFuture);
        assert!(attendance(&recording, Capacity::Worker, start(), start()).is_ok());
    }
}

#[test]
fn who_came_late_says_by_how_much_and_why() {
    let late = Recording { late_minutes: Some(20), late_reason: Some("The bus."), ..CAME };
    assert_eq!(worker(late), Ok(Attended));
    assert_eq!(
        worker(Recording { late_reason: Some(" "), ..late }),
        refused(&["lateReason"], SessionRefusal::Required)
    );
    assert_eq!(
        worker(Recording { late_minutes: None, ..late }),
        refused(&["lateMinutes"], SessionRefusal::Required)
    );
    for minutes in [i32::MIN, 0, 721] {
        let recording = Recording { late_minutes: Some(minutes), ..late };
        assert_eq!(worker(recording), refused(&["lateMinutes"], SessionRefusal::Invalid));
    }
}

#[test]
fn a_session_that_did_not_happen_although_the_person_came_says_why() {
    let idle = Recording { happened: false, ..CAME };
    assert_eq!(worker(idle), refused(&["notDeliveredReason"], SessionRefusal::Required));
    for &reason in NotDeliveredReason::ALL {
        assert_eq!(worker(Recording { not_delivered: Some(reason), ..idle }), Ok(AttendedNotDelivered));
    }
}

#[test]
fn a_session_that_happened_has_no_reason_for_not_happening() {
    let recording = Recording { not_delivered: Some(NotDeliveredReason::Logistics), ..CAME };
    assert_eq!(worker(recording), refused(&["notDeliveredReason"], SessionRefusal::Invalid));
}

#[test]
fn who_came_has_no_absence() {
    let both = Recording { attended: true, happened: true, absence_note: Some("Ill."), ..ABSENT };
    let fields = ["proposedAcceptable", "absenceReason", "absenceNote", "contactAttempts"];
    assert_eq!(worker(both), refused(&fields, SessionRefusal::Invalid));
    let blank = Recording { absence_note: Some(""), contact_attempts: Some("  "), ..CAME };
    assert_eq!(worker(blank), Ok(Attended));
}

#[test]
fn a_provider_proposes_how_an_absence_counts() {
    for by in [Capacity::Worker, Capacity::ProviderManager] {
        assert_eq!(recorded(ABSENT, by), Ok(ProposedUnacceptableAbsence));
        let excused = Recording { proposed_acceptable: Some(true), ..ABSENT };
        assert_eq!(recorded(excused, by), Ok(ProposedAcceptableAbsence));
    }
}

#[test]
fn an_officer_who_records_on_the_providers_behalf_judges_at_once() {
    assert_eq!(recorded(ABSENT, Capacity::Holder), Ok(UnacceptableAbsence));
    let excused = Recording { proposed_acceptable: Some(true), ..ABSENT };
    assert_eq!(recorded(excused, Capacity::Holder), Ok(AcceptableAbsence));
}

#[test]
fn an_absence_says_why_how_it_counts_and_how_contact_was_tried() {
    let bare =
        Recording { proposed_acceptable: None, absence_reason: None, contact_attempts: None, ..ABSENT };
    let fields = ["proposedAcceptable", "absenceReason", "contactAttempts"];
    assert_eq!(worker(bare), refused(&fields, SessionRefusal::Required));
}

#[test]
fn another_reason_for_an_absence_is_explained() {
    let other = Recording { absence_reason: Some(AbsenceReason::Other), ..ABSENT };
    assert_eq!(worker(other), refused(&["absenceNote"], SessionRefusal::Required));
    assert_eq!(
        worker(Recording { absence_note: Some("A funeral."), ..other }),
        Ok(ProposedUnacceptableAbsence)
    );
}

#[test]
fn an_absent_person_was_not_late_and_met_no_obstacle() {
    let both = Recording {
        late_minutes: Some(5),
        late_reason: Some("The bus."),
        not_delivered: Some(NotDeliveredReason::Logistics),
        ..ABSENT
    };
    let fields = ["lateMinutes", "lateReason", "notDeliveredReason"];
    assert_eq!(worker(both), refused(&fields, SessionRefusal::Invalid));
}

#[test]
fn a_group_that_met_without_the_person_is_their_absence() {
    assert_eq!(worker(Recording { happened: true, ..ABSENT }), Ok(ProposedUnacceptableAbsence));
}

#[test]
fn no_text_is_cut() {
    let long = "é".repeat(LONG_TEXT + 1);
    let absent = Recording { absence_note: Some(&long), contact_attempts: Some(&long), ..ABSENT };
    assert_eq!(worker(absent), refused(&["absenceNote", "contactAttempts"], SessionRefusal::TooLong));
}

#[test]
fn the_officer_judges_what_was_proposed_as_they_see_it() {
    for proposed in [ProposedAcceptableAbsence, ProposedUnacceptableAbsence] {
        assert_eq!(judgement(proposed, true), Ok(AcceptableAbsence));
        assert_eq!(judgement(proposed, false), Ok(UnacceptableAbsence));
    }
}

#[test]
fn a_judgement_can_be_corrected_and_is_not_repeated() {
    assert_eq!(judgement(AcceptableAbsence, false), Ok(UnacceptableAbsence));
    assert_eq!(judgement(UnacceptableAbsence, true), Ok(AcceptableAbsence));
    for (judged, acceptable) in [(AcceptableAbsence, true), (UnacceptableAbsence, false)] {
        assert_eq!(judgement(judged, acceptable).expect_err("judged").code, SessionRefusal::AlreadyJudged);
    }
}

#[test]
fn who_came_is_not_judged() {
    for outcome in [Attended, AttendedNotDelivered] {
        assert_eq!(judgement(outcome, true).expect_err("came").code, SessionRefusal::NothingToJudge);
    }
}

prop_compose! {
    fn any_recording()(
        (attended, happened) in any::<(bool, bool)>(),
        late_minutes in prop::option::of(-1..60),
        late_reason in prop::option::of(prop::sample::select(&["", "The bus."])),
        not_delivered in prop::option::of(prop::sample::select(NotDeliveredReason::ALL)),
        proposed_acceptable in any::<Option<bool>>(),
        absence_reason in prop::option::of(prop::sample::select(AbsenceReason::ALL)),
        absence_note in prop::option::of(prop::sample::select(&["", "A funeral."])),
        contact_attempts in prop::option::of(prop::sample::select(&["", "Rang."])),
    ) -> Recording<'static> {
        Recording {
            attended, happened, late_minutes, late_reason, not_delivered,
            proposed_acceptable, absence_reason, absence_note, contact_attempts,
        }
    }
}

proptest! {
    #[test]
    fn what_a_provider_records_is_never_a_judgement(recording in any_recording()) {
        for by in [Capacity::Worker, Capacity::ProviderManager] {
            let outcome = recorded(recording, by);
            prop_assert_ne!(&outcome, &Ok(AcceptableAbsence));
            prop_assert_ne!(&outcome, &Ok(UnacceptableAbsence));
        }
    }

    #[test]
    fn who_records_does_not_change_what_is_asked(recording in any_recording()) {
        let by = |capacity| recorded(recording, capacity).err();
        prop_assert_eq!(by(Capacity::Holder), by(Capacity::Worker));
        prop_assert_eq!(by(Capacity::Worker), by(Capacity::ProviderManager));
    }
}
