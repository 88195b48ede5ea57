use super::*;
use crate::directory::Unavailable;
use crate::places::ExpectedWait;
use crate::terms::{AreaReach, DeliveryMode, Need, Purchaser, ServiceUnit};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn reach(how: Reachability) -> Reach {
    Reach { how, venues: vec!["CRC office, Worcester".to_owned()], ldu: Some("Worcestershire".to_owned()) }
}

fn start(days: Option<i64>) -> Start {
    let wait = ExpectedWait { days, starts: 20, between: None };
    Start { today: day("2017-10-02"), wait, cohort: None, elsewhere: false, stated: None }
}

fn cost(unit_pence: i64) -> Cost {
    Cost { payer: Purchaser::Nps, unit_pence, unit: ServiceUnit::Session, units: 12 }
}

fn kept(what: Commitment) -> Kept {
    Kept { what, words: String::new() }
}

fn good() -> Fit {
    Fit {
        needs: vec![Need::Accommodation, Need::Ete],
        open_needs: vec![Need::Ete],
        unmet: 0,
        takes_referrals: true,
        unavailable: None,
        reach: reach(Reachability::Covered),
        times: vec![(kept(Commitment::Work), TimesFit::Fits)],
        start: start(Some(14)),
        rar_days: Some(RarNeed { wanted: 12, left: 20 }),
        cost: Some(cost(5_425)),
    }
}

fn unavailable() -> Option<Unavailable> {
    Some(Unavailable { fact: "Not to the NPS.".to_owned(), change: "Choose another.".to_owned() })
}

#[test]
fn what_can_be_had_and_meets_most_comes_first() {
    let all = vec![Need::Accommodation, Need::Ete];
    let most = Fit { open_needs: all.clone(), ..good() };
    let near = Fit { reach: reach(Reachability::VenueThere), ..good() };
    let soon = Fit { start: start(Some(6)), ..good() };
    let dear = Fit { cost: Some(cost(5_426)), ..good() };
    let unpriced = Fit { cost: None, ..good() };
    let late = Fit { start: start(Some(21)), ..good() };
    let unknown = Fit { start: start(None), ..good() };
    let hard = Fit { reach: reach(Reachability::HardToReach), ..good() };
    let clashes = Fit { times: vec![(kept(Commitment::Faith), TimesFit::Clashes)], ..good() };
    let long = Fit { rar_days: Some(RarNeed { wanted: 12, left: 11 }), ..good() };
    let far = Fit { reach: reach(Reachability::NotServed), open_needs: all.clone(), ..good() };
    let closed = Fit { takes_referrals: false, open_needs: all.clone(), ..good() };
    let not_ours = Fit { unavailable: unavailable(), ..good() };
    let ineligible = Fit { unmet: 1, open_needs: Vec::new(), ..good() };
    let order = [
        most,
        near,
        soon,
        good(),
        dear,
        late,
        unknown,
        hard,
        clashes,
        long,
        unpriced,
        far,
        closed,
        not_ours,
        ineligible,
    ];
    let mut fits: Vec<_> = order.iter().rev().cloned().map(|fit| (fit, ())).collect();
    rank(&mut fits);
    let ranked: Vec<_> = fits.into_iter().map(|(fit, ())| fit).collect();
    assert_eq!(ranked, order);
}

#[test]
fn the_best_that_stands_against_a_need_counts() {
    use NeedStanding::{Booked, Delivered, Nothing, Referred};
    assert_eq!(best([]), Nothing);
    assert_eq!(best([Nothing, Referred]), Referred);
    assert_eq!(best([Referred, Booked]), Booked);
    assert_eq!(best([Booked, Delivered, Nothing]), Delivered);
}

fn year(starts: &str, ends: &str) -> SentenceDays {
    SentenceDays { starts_on: day(starts), ends_on: Some(day(ends)) }
}

#[test]
fn a_referral_stands_for_what_has_come_of_it() {
    for (status, attended, expected) in [
        (ReferralStatus::Draft, false, NeedStanding::Nothing),
        (ReferralStatus::Submitted, false, NeedStanding::Referred),
        (ReferralStatus::Accepted, false, NeedStanding::Booked),
        (ReferralStatus::InProgress, false, NeedStanding::Booked),
        (ReferralStatus::InProgress, true, NeedStanding::Delivered),
        (ReferralStatus::Completed, false, NeedStanding::Delivered),
        (ReferralStatus::EndedEarly, true, NeedStanding::Delivered),
        (ReferralStatus::EndedEarly, false, NeedStanding::Nothing),
        (ReferralStatus::Declined, false, NeedStanding::Nothing),
        (ReferralStatus::Withdrawn, true, NeedStanding::Nothing),
    ] {
        let sentence = Some(year("2017-01-01", "2017-12-31"));
        let referred = Referred { status, attended, ended_on: None, sentence };
        assert_eq!(standing(&referred, &[], day("2017-10-02")), expected, "{status:?} {attended}");
    }
}

#[test]
fn what_was_delivered_stands_for_its_sentence_alone() {
    let (first, second) = (year("2016-01-01", "2016-12-31"), year("2017-06-01", "2018-05-31"));
    let completed = |ended: &str, sentence| Referred {
        status: ReferralStatus::Completed,
        attended: true,
        ended_on: Some(day(ended)),
        sentence,
    };
    let now =
        |referred: Referred, sentences: &[SentenceDays]| standing(&referred, sentences, day("2017-10-02"));
    assert_eq!(now(completed("2016-10-01", Some(first)), &[first, second]), NeedStanding::Nothing);
    assert_eq!(now(completed("2017-09-01", Some(second)), &[first, second]), NeedStanding::Delivered);
    // Of one that names no sentence, the days decide.
    assert_eq!(now(completed("2016-10-01", None), &[first, second]), NeedStanding::Nothing);
    assert_eq!(now(completed("2017-09-01", None), &[first, second]), NeedStanding::Delivered);
    assert_eq!(now(completed("2017-09-01", None), &[first]), NeedStanding::Nothing);
    // What goes on stands, whatever its sentence.
    let open = Referred {
        status: ReferralStatus::InProgress,
        ended_on: None,
        ..completed("2016-10-01", Some(first))
    };
    assert_eq!(now(open, &[second]), NeedStanding::Delivered);
}

#[test]
fn every_fit_says_why() {
    let cohort = NextCohort {
        at: 0,
        starts_on: day("2017-11-20"),
        places_left: 8,
        times: Vec::new(),
        mode: DeliveryMode::Day,
    };
    let start = Start { cohort: Some(cohort), stated: Some(day("2017-11-01")), ..start(Some(14)) };
    let clash = vec![(kept(Commitment::Work), TimesFit::Clashes)];
    let bad = Fit { unmet: 2, unavailable: unavailable(), times: clash, start, ..good() };
    let why = bad.why().join(" ");
    for said in [
        "2 things are not met",
        "Not to the NPS. Choose another.",
        "Works on: accommodation",
        "Nothing stands yet against",
        "It usually takes 12 RAR days; left: 20, which is enough.",
        "Work: it is delivered at times that clash.",
        "It takes people from Worcestershire.",
        "The next cohort starts on 20 November 2017, with 8 places left.",
        "People waited 14 days: the median of the last 20 starts.",
        "from 1 November 2017",
        "It usually costs the NPS £651.00: 12 sessions at £54.25.",
    ] {
        assert!(why.contains(said), "{said}: {why}");
    }
}

#[test]
fn one_could_start_when_a_place_is_free_or_as_people_did_lately() {
    let today = day("2017-10-02");
    let cohort = |left| NextCohort {
        at: 0,
        starts_on: day("2017-10-12"),
        places_left: left,
        times: Vec::new(),
        mode: DeliveryMode::Day,
    };
    let start = |cohort, wait, stated: Option<&str>| Start {
        today,
        wait: ExpectedWait { days: wait, starts: 5, between: None },
        cohort,
        elsewhere: false,
        stated: stated.map(day),
    };
    assert_eq!(start(Some(cohort(1)), Some(90), None).days(), Some(10));
    assert_eq!(start(Some(cohort(0)), Some(90), None).days(), Some(90));
    assert_eq!(start(Some(cohort(0)), None, Some("2017-10-03")).days(), None);
    assert_eq!(start(None, Some(3), Some("2017-10-09")).days(), Some(7));
    assert_eq!(start(None, None, Some("2017-09-01")).days(), Some(0));
    assert_eq!(start(None, None, None).days(), None);
    let elsewhere = Start { elsewhere: true, ..start(None, None, Some("2017-10-03")) };
    assert_eq!(elsewhere.days(), None);
    assert!(elsewhere.wait_sentence().starts_with("No cohort that is planned"), "{elsewhere:?}");
}

#[test]
fn the_next_cohort_is_one_that_somebody_can_join() {
    let time = |starts, ends| crate::places::WeeklyTime::parse(crate::terms::Weekday::Tuesday, starts, ends);
    let cohort = |at, starts: &str, left, (from, to), mode| NextCohort {
        at,
        starts_on: day(starts),
        places_left: left,
        times: time(from, to).into_iter().collect(),
        mode,
    };
    let by_day = ("10:00", "12:00");
    let first_full = cohort(0, "2017-10-09", 0, by_day, DeliveryMode::Day);
    let second = cohort(1, "2017-10-16", 2, by_day, DeliveryMode::Day);
    let evening = cohort(2, "2017-12-04", 1, ("18:00", "20:00"), DeliveryMode::Evening);
    let all = || vec![first_full.clone(), second.clone(), evening.clone()];
    assert_eq!(next_cohort(all(), &[]).map(|cohort| cohort.at), Some(1));
    assert_eq!(next_cohort(all(), &[kept(Commitment::Work)]).map(|cohort| cohort.at), Some(2));
    assert_eq!(next_cohort(vec![first_full], &[]).map(|cohort| cohort.at), Some(0));
    assert_eq!(next_cohort(Vec::new(), &[]), None);
}

#[test]
fn a_service_is_reached_as_its_provider_says() {
    use DeliveryMode::{Day, HomeVisit, Residential};
    let hard = Area::Named(Some(AreaReach::HardToReach));
    assert_eq!(reachability(hard, &[Day], true), Reachability::HardToReach);
    assert_eq!(reachability(hard, &[Residential], false), Reachability::Covered);
    assert_eq!(reachability(hard, &[Day, HomeVisit], false), Reachability::AtHome);
    assert_eq!(reachability(Area::Named(None), &[HomeVisit], true), Reachability::NotServed);
    assert_eq!(reachability(Area::Everybody, &[Day], true), Reachability::VenueThere);
    assert_eq!(reachability(Area::Everybody, &[Day], false), Reachability::Covered);
    assert_eq!(reachability(Area::NotKnown, &[], false), Reachability::NotKnown);
}

prop_compose! {
    fn any_fit()(
        needs in 1..4_usize, open in 0..4_usize, unmet in 0..2_usize, takes in any::<bool>(), available in any::<bool>(),
        how in 0..6_usize, clash in any::<bool>(), days in proptest::option::of(0..60_i64), left in 0..24_i32,
        pence in proptest::option::of(0..3_i64),
    ) -> Fit {
        use crate::Term as _;
        let all = Need::ALL[..needs].to_vec();
        Fit {
            open_needs: all[..open.min(needs)].to_vec(),
            needs: all,
            unmet,
            takes_referrals: takes,
            unavailable: if available { None } else { unavailable() },
            reach: reach(Reachability::ALL[how]),
            times: vec![(kept(Commitment::Work), if clash { TimesFit::Clashes } else { TimesFit::ToAgree })],
            start: start(days),
            rar_days: Some(RarNeed { wanted: 12, left }),
            cost: pence.map(cost),
        }
    }
}

proptest! {
    /// Whatever the order in which services are found, the same are first; and nothing is lost.
    #[test]
    fn the_order_of_finding_does_not_matter(fits in proptest::collection::vec(any_fit(), 0..12)) {
        let mut one: Vec<_> = fits.iter().cloned().map(|fit| (fit, ())).collect();
        let mut other: Vec<_> = fits.iter().rev().cloned().map(|fit| (fit, ())).collect();
        rank(&mut one);
        rank(&mut other);
        prop_assert_eq!(one.len(), fits.len());
        for ((one, ()), (other, ())) in one.iter().zip(&other) {
            prop_assert!(one.place() == other.place());
        }
    }

    /// What cannot be had never stands before what can.
    #[test]
    fn what_cannot_be_used_comes_last(fits in proptest::collection::vec(any_fit(), 0..12)) {
        let mut all: Vec<_> = fits.into_iter().map(|fit| (fit, ())).collect();
        rank(&mut all);
        prop_assert!(all.is_sorted_by_key(|(fit, ())| !fit.can_be_used()));
    }

    /// To be better in one respect never costs a place.
    #[test]
    fn what_is_better_in_one_respect_is_not_behind(fit in any_fit()) {
        let whole = Fit { open_needs: fit.needs.clone(), ..fit.clone() };
        let sooner = Fit { start: start(Some(fit.start.days().map_or(60, |days| days - days.min(7)))), ..fit.clone() };
        let cheaper = Fit { cost: Some(cost(fit.cost.map_or(3, |cost| (cost.unit_pence - 1).max(0)))), ..fit.clone() };
        let at_home = Fit { reach: reach(Reachability::AtHome), ..fit.clone() };
        let no_clash = Fit { times: Vec::new(), ..fit.clone() };
        let shorter = Fit { rar_days: Some(RarNeed { wanted: 0, left: 0 }), ..fit.clone() };
        let eligible = Fit { unmet: 0, ..fit.clone() };
        let available = Fit { unavailable: None, takes_referrals: true, ..fit.clone() };
        for better in [whole, sooner, cheaper, at_home, no_clash, shorter, eligible, available] {
            prop_assert!(better.place() <= fit.place(), "{better:?}");
        }
    }
}
