use super::*;
use ReferralStatus::{Accepted, Completed, Declined, Draft, EndedEarly, InProgress, Submitted, Withdrawn};
use std::collections::HashSet;

fn in_status(status: ReferralStatus) -> Situation {
    Situation {
        status,
        needs_suitability_meeting: false,
        suitability: None,
        meeting: Meeting::None,
        has_worker: true,
        end_report_submitted: false,
        paperwork_over: false,
    }
}

/// Counselling, where a tutor first assesses suitability.
fn counselling(suitability: Option<Suitability>) -> Situation {
    Situation { needs_suitability_meeting: true, suitability, ..in_status(Submitted) }
}

/// Every situation that there is: few enough to try them all.
fn situations() -> Vec<Situation> {
    let mut all = Vec::new();
    for &status in ReferralStatus::ALL {
        for suitability in [None, Some(Suitability::Suitable), Some(Suitability::Unsuitable)] {
            for bits in 0..64 {
                let [needs_suitability_meeting, has_worker, end_report_submitted, paperwork_over] =
                    [1, 2, 4, 8].map(|bit| bits & bit != 0);
                let meeting = [Meeting::None, Meeting::Recorded, Meeting::Ahead, Meeting::Held][bits >> 4];
                all.push(Situation {
                    status,
                    needs_suitability_meeting,
                    suitability,
                    meeting,
                    has_worker,
                    end_report_submitted,
                    paperwork_over,
                });
            }
        }
    }
    all
}

fn code(situation: &Situation, capacity: Capacity, action: Step) -> ReferralRefusal {
    step(situation, capacity, action).expect_err("refused").code
}

#[test]
fn a_provider_only_reads_what_ended_once_its_days_for_paperwork_are_over() {
    for status in [Completed, EndedEarly, Withdrawn] {
        let over = Situation { paperwork_over: true, ..in_status(status) };
        for capacity in [Capacity::Worker, Capacity::ProviderManager] {
            assert!(available(&in_status(status), &[capacity]).contains(&Step::RecordSession));
            assert!(available(&over, &[capacity]).is_empty());
            assert_eq!(code(&over, capacity, Step::RecordSession), ReferralRefusal::Ended);
        }
        assert_eq!(available(&over, &[Capacity::Holder]), available(&in_status(status), &[Capacity::Holder]));
    }
}

#[test]
fn an_officer_writes_and_sends_a_draft_and_may_take_it_back() {
    let draft = in_status(Draft);
    assert_eq!(step(&draft, Capacity::Holder, Step::Edit), Ok(Draft));
    assert_eq!(step(&draft, Capacity::Holder, Step::Submit), Ok(Submitted));
    assert_eq!(step(&draft, Capacity::Holder, Step::Withdraw), Ok(Withdrawn));
}

#[test]
fn a_referral_goes_from_submission_to_completion() {
    assert_eq!(step(&in_status(Submitted), Capacity::ProviderManager, Step::Accept), Ok(Accepted));
    assert_eq!(step(&in_status(Accepted), Capacity::Worker, Step::ScheduleSession), Ok(Accepted));
    assert_eq!(step(&in_status(Accepted), Capacity::Worker, Step::RecordSession), Ok(Accepted));
    assert_eq!(after_attendance(Accepted, true), InProgress);
    assert_eq!(step(&in_status(InProgress), Capacity::Worker, Step::Complete), Ok(Completed));
}

#[test]
fn a_provider_that_declines_ends_the_referral() {
    assert_eq!(step(&in_status(Submitted), Capacity::ProviderManager, Step::Decline), Ok(Declined));
    assert_eq!(code(&in_status(Declined), Capacity::ProviderManager, Step::Accept), ReferralRefusal::Ended);
}

#[test]
fn only_an_attended_session_brings_a_service_under_way() {
    assert_eq!(after_attendance(Accepted, false), Accepted);
    for &status in ReferralStatus::ALL {
        let expected = if status == Accepted { InProgress } else { status };
        assert_eq!(after_attendance(status, true), expected);
    }
}

#[test]
fn a_service_that_never_began_is_ended_early_and_not_completed() {
    assert_eq!(
        code(&in_status(Accepted), Capacity::ProviderManager, Step::Complete),
        ReferralRefusal::WrongStatus
    );
    assert_eq!(step(&in_status(Accepted), Capacity::ProviderManager, Step::EndEarly), Ok(EndedEarly));
}

#[test]
fn counselling_is_accepted_once_a_meeting_found_it_suitable() {
    let manager = Capacity::ProviderManager;
    for outstanding in [None, Some(Suitability::Unsuitable)] {
        let situation = counselling(outstanding);
        assert_eq!(code(&situation, manager, Step::Accept), ReferralRefusal::SuitabilityOutstanding);
        assert_eq!(step(&situation, manager, Step::Decline), Ok(Declined));
        assert_eq!(step(&situation, manager, Step::ArrangeSuitabilityMeeting), Ok(Submitted));
        let held = Situation { meeting: Meeting::Held, ..situation };
        assert_eq!(step(&held, Capacity::Worker, Step::RecordSuitability), Ok(Submitted));
    }
    assert_eq!(step(&counselling(Some(Suitability::Suitable)), manager, Step::Accept), Ok(Accepted));
}

#[test]
fn what_a_meeting_found_is_recorded_once_and_after_it_was_held() {
    let now = "2017-10-02T09:00:00Z".parse().expect("an instant");
    for (meets_at, is_recorded, stands) in [
        ("2017-10-02T09:00:01Z", false, Meeting::Ahead),
        ("2017-10-02T09:00:00Z", false, Meeting::Held),
        ("2017-10-02T08:00:00Z", true, Meeting::Recorded),
    ] {
        let meeting = meeting(meets_at.parse().expect("an instant"), is_recorded, now);
        assert_eq!(meeting, stands);
        let situation = Situation { meeting, ..counselling(None) };
        for capacity in [Capacity::Worker, Capacity::ProviderManager] {
            let is_offered = available(&situation, &[capacity]).contains(&Step::RecordSuitability);
            assert_eq!(is_offered, stands == Meeting::Held, "{stands:?}");
        }
    }
    let none = available(&counselling(None), &[Capacity::ProviderManager]);
    assert!(none.contains(&Step::ArrangeSuitabilityMeeting) && !none.contains(&Step::RecordSuitability));
}

#[test]
fn no_suitability_meeting_is_held_where_the_service_asks_for_none() {
    for action in [Step::ArrangeSuitabilityMeeting, Step::RecordSuitability] {
        let refused = code(&in_status(Submitted), Capacity::ProviderManager, action);
        assert_eq!(refused, ReferralRefusal::NoSuitabilityMeeting);
    }
}

#[test]
fn questions_are_asked_and_answered_before_acceptance() {
    assert_eq!(step(&in_status(Submitted), Capacity::ProviderManager, Step::Ask), Ok(Submitted));
    assert_eq!(step(&in_status(Submitted), Capacity::Holder, Step::Answer), Ok(Submitted));
    assert_eq!(
        code(&in_status(Accepted), Capacity::ProviderManager, Step::Ask),
        ReferralRefusal::WrongStatus
    );
}

#[test]
fn a_worker_neither_accepts_nor_assigns() {
    for action in [Step::Accept, Step::Decline, Step::Assign, Step::Ask] {
        assert_eq!(code(&in_status(Submitted), Capacity::Worker, action), ReferralRefusal::NotPermitted);
    }
    assert_eq!(code(&in_status(InProgress), Capacity::Worker, Step::Assign), ReferralRefusal::NotPermitted);
}

#[test]
fn the_provider_never_judges_an_absence() {
    for status in [Accepted, InProgress, Completed, EndedEarly] {
        for capacity in [Capacity::Worker, Capacity::ProviderManager] {
            assert_eq!(code(&in_status(status), capacity, Step::JudgeAbsence), ReferralRefusal::NotPermitted);
        }
        assert_eq!(step(&in_status(status), Capacity::Holder, Step::JudgeAbsence), Ok(status));
    }
}

#[test]
fn an_officer_records_feedback_on_the_providers_behalf() {
    assert_eq!(step(&in_status(InProgress), Capacity::Holder, Step::RecordSession), Ok(InProgress));
}

#[test]
fn corrections_and_the_report_outlast_the_service() {
    for status in [Completed, EndedEarly] {
        assert_eq!(step(&in_status(status), Capacity::Worker, Step::RecordSession), Ok(status));
        assert_eq!(step(&in_status(status), Capacity::Worker, Step::Report), Ok(status));
        assert_eq!(code(&in_status(status), Capacity::Worker, Step::ScheduleSession), ReferralRefusal::Ended);
    }
}

#[test]
fn the_end_of_service_report_is_submitted_once() {
    let reported = Situation { end_report_submitted: true, ..in_status(Completed) };
    assert_eq!(code(&reported, Capacity::Worker, Step::Report), ReferralRefusal::AlreadyReported);
}

#[test]
fn who_was_never_assigned_does_not_act_as_the_worker() {
    let unassigned = Situation { has_worker: false, ..in_status(InProgress) };
    assert_eq!(code(&unassigned, Capacity::Worker, Step::RecordSession), ReferralRefusal::NotPermitted);
    assert_eq!(step(&unassigned, Capacity::ProviderManager, Step::RecordSession), Ok(InProgress));
}

#[test]
fn a_declined_referral_is_only_read_and_so_is_one_withdrawn_before_anybody_worked_on_it() {
    for situation in situations() {
        if situation.status == Declined || (situation.status == Withdrawn && !situation.has_worker) {
            assert!(available(&situation, &Capacity::ALL).is_empty());
        }
    }
}

#[test]
fn what_was_delivered_before_a_withdrawal_is_still_recorded_and_judged() {
    let withdrawn = in_status(Withdrawn);
    assert_eq!(available(&withdrawn, &[Capacity::Worker]), [Step::RecordSession]);
    assert_eq!(available(&withdrawn, &[Capacity::Holder]), [Step::RecordSession, Step::JudgeAbsence]);
}

#[test]
fn who_stands_in_two_capacities_may_do_what_either_may() {
    let both = available(&in_status(InProgress), &[Capacity::Holder, Capacity::Worker]);
    assert!(both.contains(&Step::JudgeAbsence) && both.contains(&Step::ScheduleSession));
    assert!(available(&in_status(InProgress), &[]).is_empty());
}

#[test]
fn a_refusal_says_whose_act_it_is_or_when_it_is_done() {
    let refused = step(&in_status(Submitted), Capacity::Holder, Step::Accept).expect_err("refused");
    assert_eq!(refused.message, "\"Accept\" is not yours here: it is done by the provider's manager.");
    let refused = step(&in_status(Draft), Capacity::Holder, Step::Amend).expect_err("refused");
    assert_eq!(
        refused.message,
        "The referral has the status \"Draft\": \"Amend\" is done in the status \"Submitted\" or \"Accepted\" or \
         \"In progress\"."
    );
}

#[test]
fn nobody_but_the_holder_can_act_on_a_draft() {
    for situation in situations() {
        if situation.status == Draft {
            assert!(available(&situation, &[Capacity::Worker, Capacity::ProviderManager]).is_empty());
        }
    }
}

#[test]
fn no_step_leads_back_from_an_end() {
    for situation in situations() {
        for capacity in Capacity::ALL {
            for &action in Step::ALL {
                if let Ok(next) = step(&situation, capacity, action) {
                    assert!(!has_ended(situation.status) || has_ended(next), "{situation:?} {action:?}");
                    assert!(
                        !has_ended(situation.status) || situation.status == next,
                        "{situation:?} {action:?}"
                    );
                }
            }
        }
        assert_eq!(has_ended(after_attendance(situation.status, true)), has_ended(situation.status));
    }
}

#[test]
fn every_status_but_draft_is_reached_from_a_draft() {
    let mut reached = HashSet::from([Draft]);
    loop {
        let before = reached.len();
        for situation in
            situations().into_iter().filter(|it| reached.contains(&it.status)).collect::<Vec<_>>()
        {
            for capacity in Capacity::ALL {
                let steps = Step::ALL.iter().filter_map(|&action| step(&situation, capacity, action).ok());
                reached.extend(steps);
            }
            reached.insert(after_attendance(situation.status, true));
        }
        if reached.len() == before {
            break;
        }
    }
    assert_eq!(reached, ReferralStatus::ALL.iter().copied().collect());
}

#[test]
fn nothing_leads_back_to_a_draft() {
    for situation in situations().into_iter().filter(|it| it.status != Draft) {
        for capacity in Capacity::ALL {
            assert!(Step::ALL.iter().all(|&action| step(&situation, capacity, action) != Ok(Draft)));
        }
    }
}

#[test]
fn what_is_offered_is_exactly_what_is_not_refused() {
    for situation in situations() {
        for capacity in Capacity::ALL {
            let offered = available(&situation, &[capacity]);
            for &action in Step::ALL {
                assert_eq!(offered.contains(&action), step(&situation, capacity, action).is_ok());
            }
        }
    }
}

#[test]
fn every_action_is_open_to_somebody_at_some_time() {
    for &action in Step::ALL {
        assert!(situations().iter().any(|situation| available(situation, &Capacity::ALL).contains(&action)));
    }
}
