use super::*;
use crate::Term;
use crate::referrals::Meeting;
use crate::terms::ReferralStatus;
use OutcomeResult::{Achieved, NotAchieved, PartlyAchieved};
use proptest::prelude::*;

const WELLBEING: Scale = Scale { low: 14, high: 70, direction: ScoreDirection::HigherIsBetter };
const DRINKING: Scale = Scale { low: 0, high: 40, direction: ScoreDirection::LowerIsBetter };

fn named(ids: &[u128]) -> Vec<Desired<'static>> {
    ids.iter().map(|&id| Desired { id, description: "A home of their own" }).collect()
}

fn refused(
    desired: &[u128],
    rated: &[(u128, OutcomeResult)],
    summary: &str,
    already: bool,
) -> Vec<(String, OutcomeRefusal)> {
    let refusals = report(&named(desired), rated, summary, already);
    refusals.into_iter().map(|it| (it.field.join("."), it.code)).collect()
}

fn situation(status: ReferralStatus) -> Situation {
    Situation {
        status,
        needs_suitability_meeting: false,
        suitability: None,
        meeting: Meeting::None,
        has_worker: true,
        end_report_submitted: true,
        paperwork_over: false,
    }
}

const DAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 3, 1).expect("a day of the calendar");

#[test]
fn who_delivers_records_outcomes_from_acceptance_on_and_after_the_end() {
    use ReferralStatus::{Accepted, Completed, EndedEarly, InProgress};
    for &status in ReferralStatus::ALL {
        let open = [Accepted, InProgress, Completed, EndedEarly].contains(&status);
        for capacity in [Capacity::Worker, Capacity::ProviderManager] {
            assert_eq!(may_record(&situation(status), capacity).is_ok(), open, "{status:?}");
            assert_eq!(may_report(&situation(status), capacity).is_ok(), open, "{status:?}");
        }
    }
}

#[test]
fn who_holds_the_case_records_no_outcomes() {
    for &status in ReferralStatus::ALL {
        for rule in [may_record, may_report] {
            let refusal = rule(&situation(status), Capacity::Holder).expect_err("not theirs");
            assert_eq!(refusal.code, OutcomeRefusal::NotPermitted);
        }
    }
}

#[test]
fn a_referral_that_is_not_under_way_says_so() {
    let refusal = may_record(&situation(ReferralStatus::Submitted), Capacity::Worker).expect_err("early");
    assert_eq!(refusal.code, OutcomeRefusal::WrongStatus);
    let refusal = may_report(&situation(ReferralStatus::Withdrawn), Capacity::Worker).expect_err("late");
    assert_eq!(refusal.code, OutcomeRefusal::Ended);
}

#[test]
fn nothing_happens_tomorrow_or_before_1900() {
    assert_eq!(check_day("takenOn", DAY, DAY), Ok(()));
    let code = |day| check_day("takenOn", day, DAY).expect_err("no such day").code;
    assert_eq!(code(DAY.succ_opt().expect("a day")), OutcomeRefusal::InTheFuture);
    assert_eq!(code(NaiveDate::MAX), OutcomeRefusal::InTheFuture);
    assert_eq!(code(NaiveDate::MIN), OutcomeRefusal::Invalid);
}

#[test]
fn what_was_superseded_is_not_corrected_again() {
    assert_eq!(check_present(false), Ok(()));
    assert_eq!(check_present(true).expect_err("superseded").code, OutcomeRefusal::Superseded);
}

#[test]
fn every_outcome_that_is_not_rated_is_named() {
    let long = "é".repeat(QUOTED + 1);
    let desired =
        [Desired { id: 1, description: "Stays sober at weekends" }, Desired { id: 2, description: &long }];
    let messages: Vec<_> =
        report(&desired, &[], "A.", false).into_iter().map(|refusal| refusal.message).collect();
    assert!(messages[0].contains("\"Stays sober at weekends\""));
    assert!(messages[1].contains(&format!("\"{}…\"", "é".repeat(QUOTED))));
    assert_eq!(messages.len(), 2);
}

fn only(field: &str, code: OutcomeRefusal) -> Vec<(String, OutcomeRefusal)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn a_scale_goes_from_a_lower_score_to_a_higher_one() {
    assert_eq!(check_scale(WELLBEING), Ok(()));
    for (low, high) in [(1, 1), (2, 1), (i32::MIN, 5), (0, i32::MAX)] {
        let scale = Scale { low, high, ..WELLBEING };
        assert_eq!(check_scale(scale).expect_err("invalid").code, OutcomeRefusal::InvalidScale);
    }
}

#[test]
fn a_score_lies_on_the_scale_both_ends_included() {
    for score in [14, 40, 70] {
        assert_eq!(check_score(WELLBEING, score), Ok(()));
    }
    for score in [13, 71, i32::MIN] {
        let refusal = check_score(WELLBEING, score).expect_err("outside");
        assert_eq!(refusal.code, OutcomeRefusal::OutOfScale);
        assert!(refusal.message.ends_with("give one from 14 to 70."));
    }
}

#[test]
fn improvement_follows_the_scales_direction() {
    let risen = change(Some((1, 20)), Some((1, 35)), WELLBEING);
    assert_eq!(risen, Some(Change { points: 15, improved: Some(true) }));
    let risen = change(Some((2, 20)), Some((2, 35)), DRINKING);
    assert_eq!(risen, Some(Change { points: 15, improved: Some(false) }));
    let fallen = change(Some((2, 20)), Some((2, 8)), DRINKING);
    assert_eq!(fallen, Some(Change { points: -12, improved: Some(true) }));
}

#[test]
fn a_score_that_stayed_is_neither_better_nor_worse() {
    assert_eq!(change(Some((1, 20)), Some((1, 20)), DRINKING), Some(Change { points: 0, improved: None }));
}

#[test]
fn there_is_no_change_between_different_instruments_or_without_both_measures() {
    assert_eq!(change(Some((1, 20)), Some((2, 35)), WELLBEING), None);
    assert_eq!(change(None, Some((1, 35)), WELLBEING), None);
    assert_eq!(change(Some((1, 20)), None, WELLBEING), None);
}

#[test]
fn a_report_rates_every_desired_outcome_once() {
    assert!(refused(&[1, 2], &[(2, Achieved), (1, NotAchieved)], "A good year.", false).is_empty());
    assert_eq!(refused(&[1, 2], &[(2, Achieved)], "A.", false), only("outcomes", OutcomeRefusal::Unrated));
    let twice = [(1, Achieved), (2, Achieved), (1, PartlyAchieved)];
    assert_eq!(refused(&[1, 2], &twice, "A.", false), only("outcomes.2", OutcomeRefusal::RatedTwice));
}

#[test]
fn a_report_rates_nothing_that_was_not_desired() {
    let foreign = [(1, Achieved), (9, Achieved)];
    assert_eq!(refused(&[1], &foreign, "A.", false), only("outcomes.1", OutcomeRefusal::NotDesired));
}

#[test]
fn a_report_has_a_summary() {
    assert_eq!(refused(&[1], &[(1, Achieved)], " \n", false), only("summary", OutcomeRefusal::Required));
    let long = "é".repeat(LONG_TEXT + 1);
    assert_eq!(refused(&[1], &[(1, Achieved)], &long, false), only("summary", OutcomeRefusal::TooLong));
}

#[test]
fn a_submitted_report_is_superseded_and_not_submitted_again() {
    let refusals = report(&named(&[1]), &[(1, Achieved)], "A.", true);
    assert_eq!(refusals[0].code, OutcomeRefusal::AlreadySubmitted);
    assert!(refusals[0].message.contains("supersede it"));
}

#[test]
fn everything_wrong_with_a_report_is_said_at_once() {
    let codes: Vec<_> =
        refused(&[1, 2], &[(9, Achieved)], "", true).into_iter().map(|(_, code)| code).collect();
    use OutcomeRefusal::{AlreadySubmitted, NotDesired, Required, Unrated};
    assert_eq!(codes, [AlreadySubmitted, Required, NotDesired, Unrated, Unrated]);
}

proptest! {
    #[test]
    fn a_report_is_taken_exactly_when_the_ratings_are_the_desired_outcomes(
        mut desired in prop::collection::hash_set(0_u128..6, 0..6).prop_map(|set| set.into_iter().collect::<Vec<_>>()),
        rated in prop::collection::vec((0_u128..6, prop::sample::select(&[Achieved, NotAchieved][..])), 0..7),
    ) {
        let taken = report(&named(&desired), &rated, "A.", false).is_empty();
        let mut ids: Vec<_> = rated.iter().map(|(id, _)| *id).collect();
        ids.sort_unstable();
        desired.sort_unstable();
        prop_assert_eq!(taken, ids == desired);
    }

    #[test]
    fn what_improves_one_way_worsens_the_other(before: i32, after: i32) {
        let by = |direction| change(Some((1, before)), Some((1, after)), Scale { direction, ..WELLBEING });
        let (higher, lower) = (by(ScoreDirection::HigherIsBetter), by(ScoreDirection::LowerIsBetter));
        prop_assert_eq!(higher.and_then(|it| it.improved), lower.and_then(|it| it.improved).map(|it| !it));
    }
}
