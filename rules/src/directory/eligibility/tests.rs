use super::*;
use crate::Term;
use crate::directory::{Age, Assessed, Code, RarDays};
use crate::terms::{Flag, Gender, Likelihood, RequiredItem, RiskLevel, SentenceKind, Suitability};
use chrono::Days;
use proptest::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn read(json: serde_json::Value) -> Criterion {
    Criterion::parse(&json).expect("a criterion")
}

pub fn always(criterion: &Criterion) -> Rule<'_> {
    Rule { criterion, purchaser: None, effective_from: None, effective_to: None }
}

/// A man of the CRC's caseload in Worcestershire, 25 years old, on a community order.
fn ben() -> Facts<'static> {
    Facts {
        purchaser: Purchaser::Crc,
        age: Age::Born(date(1991, 11, 8)),
        gender: Some(Gender::Male),
        flags: Some(&[]),
        risk: Some(RiskLevel::Medium),
        programme: None,
        assessed: &[],
        rar_days: RarDays::Left(12),
        likelihood: Some(Likelihood::Medium),
        sentence: Some(SentenceKind::CommunityOrder),
        ldu: Some("Worcestershire"),
        items: &[],
        home_visits: false,
    }
}

/// The sentence with which a criterion refuses, if it does.
fn answer(json: serde_json::Value, facts: &Facts<'_>) -> Option<String> {
    let criterion = read(json);
    check(&[always(&criterion)], facts, date(2017, 10, 1)).pop().map(|unmet| unmet.message())
}

#[test]
fn counselling_is_for_crc_cases_only() {
    let counselling = json!({"kind": "purchaser", "any_of": ["crc"]});
    assert_eq!(answer(counselling.clone(), &ben()), None);
    let message = answer(counselling, &Facts { purchaser: Purchaser::Nps, ..ben() }).expect("refused");
    assert!(message.starts_with("Purchaser: CRC. ") && message.contains("paid for by NPS"), "{message}");
}

#[test]
fn the_gym_takes_people_from_their_18th_birthday_to_the_day_before_their_26th() {
    let criterion = read(json!({"kind": "age_range", "min": 18, "max": 25}));
    for (day, eligible) in [
        (date(2009, 11, 7), false),
        (date(2009, 11, 8), true),
        (date(2017, 11, 7), true),
        (date(2017, 11, 8), false),
        (date(1990, 1, 1), false),
    ] {
        assert_eq!(check(&[always(&criterion)], &ben(), day).is_empty(), eligible, "{day}");
    }
}

#[test]
fn who_is_too_young_learns_when_they_will_be_old_enough() {
    let young = Facts { age: Age::Born(date(2000, 2, 29)), ..ben() };
    let message = answer(json!({"kind": "age_range", "min": 18}), &young).expect("refused");
    assert_eq!(
        message,
        "Age: 18 or over. The person is 17 and will be 18 on 1 March 2018. Refer then, or choose another service."
    );
}

#[test]
fn work_for_women_is_for_women() {
    let women = json!({"kind": "gender", "any_of": ["female"]});
    assert_eq!(answer(women.clone(), &Facts { gender: Some(Gender::Female), ..ben() }), None);
    assert!(answer(women, &ben()).expect("refused").contains("gender on the case is \"Male\""));
}

#[test]
fn excluded_offending_names_the_flags_that_the_case_has_and_no_other() {
    let willowdene =
        json!({"kind": "excluded_offending", "none_of": ["sexual_offending", "significant_violence"]});
    assert_eq!(answer(willowdene.clone(), &Facts { flags: Some(&[Flag::Iom]), ..ben() }), None);
    let message =
        answer(willowdene, &Facts { flags: Some(&[Flag::SignificantViolence]), ..ben() }).expect("refused");
    assert!(message.contains("The case is flagged: Significant violence."), "{message}");
}

#[test]
fn home_visits_need_the_full_risk_assessment() {
    let yss = json!({"kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits": true});
    let visits = Facts { home_visits: true, ..ben() };
    assert_eq!(answer(yss.clone(), &ben()), None);
    assert_eq!(
        answer(yss.clone(), &Facts { items: &[RequiredItem::FullRiskAssessment], ..visits.clone() }),
        None
    );
    let message =
        answer(yss.clone(), &Facts { items: &[RequiredItem::CourtOrder], ..visits }).expect("refused");
    assert!(message.contains("Supply it, or refer without home visits"), "{message}");
}

#[test]
fn an_item_that_is_always_required_is_asked_without_home_visits_too() {
    let item = json!({"kind": "required_item", "item": "court_order"});
    assert!(
        answer(item.clone(), &ben()).expect("refused").ends_with("It is not with the referral. Supply it.")
    );
    assert_eq!(answer(item, &Facts { items: &[RequiredItem::CourtOrder], ..ben() }), None);
}

#[test]
fn priority_cases_are_iom_or_have_a_high_likelihood_of_reoffending() {
    let priority = || json!({"kind": "priority_cases"});
    assert_eq!(answer(priority(), &Facts { flags: Some(&[Flag::Iom]), ..ben() }), None);
    assert_eq!(answer(priority(), &Facts { likelihood: Some(Likelihood::High), ..ben() }), None);
    assert!(answer(priority(), &ben()).expect("refused").contains("recorded as \"Medium\""));
    assert!(
        answer(priority(), &Facts { likelihood: None, ..ben() })
            .expect("refused")
            .contains("is not recorded")
    );
}

#[test]
fn the_sentence_must_be_one_of_those_named() {
    let group = || json!({"kind": "sentence", "any_of": ["licence", "community_order"]});
    assert_eq!(answer(group(), &ben()), None);
    let supervised = Facts { sentence: Some(SentenceKind::PostSentenceSupervision), ..ben() };
    assert!(
        answer(group(), &supervised).expect("refused").contains("Refer under Licence or Community order")
    );
    assert!(
        answer(group(), &Facts { sentence: None, ..ben() }).expect("refused").contains("names no sentence")
    );
}

#[test]
fn the_ldu_is_compared_by_name_whatever_its_case() {
    let area = || json!({"kind": "ldu", "any_of": ["worcestershire"]});
    assert_eq!(answer(area(), &ben()), None);
    let elsewhere = Facts { ldu: Some("Shropshire, Telford & Herefordshire"), ..ben() };
    assert!(
        answer(area(), &elsewhere)
            .expect("refused")
            .contains("belongs to Shropshire, Telford & Herefordshire")
    );
    assert!(answer(area(), &Facts { ldu: None, ..ben() }).expect("refused").contains("no LDU recorded"));
}

#[test]
fn every_criterion_that_fails_is_named_in_order() {
    let [age, gender, purchaser] = [
        json!({"kind": "age_range", "min": 40}),
        json!({"kind": "gender", "any_of": ["female"]}),
        json!({"kind": "purchaser", "any_of": ["crc"]}),
    ]
    .map(read);
    let unmet = check(&[always(&gender), always(&purchaser), always(&age)], &ben(), date(2017, 10, 1));
    let kinds: Vec<_> = unmet.iter().map(|unmet| unmet.kind).collect();
    assert_eq!(kinds, [CriterionKind::Gender, CriterionKind::AgeRange]);
}

#[test]
fn a_rule_for_one_purchaser_does_not_bite_the_other() {
    let priority = read(json!({"kind": "priority_cases"}));
    let rules = [Rule { purchaser: Some(Purchaser::Crc), ..always(&priority) }];
    assert_eq!(check(&rules, &ben(), date(2017, 10, 1)).len(), 1);
    assert!(check(&rules, &Facts { purchaser: Purchaser::Nps, ..ben() }, date(2017, 10, 1)).is_empty());
}

#[test]
fn a_rule_is_in_force_from_its_first_day_to_the_day_before_its_end() {
    let women = read(json!({"kind": "gender", "any_of": ["female"]}));
    let (from, to) = (date(2017, 4, 1), date(2017, 10, 1));
    let rules = [Rule { effective_from: Some(from), effective_to: Some(to), ..always(&women) }];
    for (day, bites) in [(date(2017, 3, 31), false), (from, true), (date(2017, 9, 30), true), (to, false)] {
        assert_eq!(!check(&rules, &ben(), day).is_empty(), bites, "{day}");
    }
}

#[test]
fn without_rules_everybody_is_eligible() {
    assert!(check(&[], &ben(), date(2017, 10, 1)).is_empty());
}

fn some<T: Term>(values: &'static [T]) -> impl Strategy<Value = Vec<Code<T>>> {
    prop::sample::subsequence(values, 0..=values.len())
        .prop_map(|chosen| chosen.into_iter().map(Code).collect())
}

fn one<T: Term>(values: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(values)
}

fn names() -> impl Strategy<Value = Vec<String>> {
    prop::sample::subsequence(vec!["Worcestershire".to_owned(), "Warwickshire".to_owned()], 0..=2)
}

fn leaf() -> impl Strategy<Value = Criterion> {
    prop_oneof![
        some(Purchaser::ALL).prop_map(|any_of| Criterion::Purchaser { any_of }),
        (any::<Option<u8>>(), any::<Option<u8>>())
            .prop_map(|(min, max)| Criterion::AgeRange { min: min.map(u32::from), max: max.map(u32::from) }),
        some(Gender::ALL).prop_map(|any_of| Criterion::Gender { any_of }),
        some(Flag::ALL).prop_map(|none_of| Criterion::ExcludedOffending { none_of }),
        some(Flag::ALL).prop_map(|any_of| Criterion::Offending { any_of }),
        (one(RequiredItem::ALL), any::<bool>()).prop_map(|(item, only_for_home_visits)| {
            Criterion::RequiredItem { item: Code(item), only_for_home_visits }
        }),
        Just(Criterion::PriorityCases {}),
        Just(Criterion::Iom {}),
        some(Likelihood::ALL).prop_map(|any_of| Criterion::Likelihood { any_of }),
        some(RiskLevel::ALL).prop_map(|any_of| Criterion::RiskLevel { any_of }),
        some(SentenceKind::ALL).prop_map(|any_of| Criterion::Sentence { any_of }),
        (1_u32..30).prop_map(|min| Criterion::RarDaysLeft { min }),
        names().prop_map(|any_of| Criterion::Programme { any_of }),
        names().prop_map(|any_of| Criterion::Suitability { any_of }),
        names().prop_map(|any_of| Criterion::Ldu { any_of }),
    ]
}

pub fn criterion() -> impl Strategy<Value = Criterion> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|of| Criterion::All { of }),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|of| Criterion::Any { of }),
            inner.prop_map(|of| Criterion::Not { of: Box::new(of) }),
        ]
    })
}

/// A criterion with the purchaser it concerns and its dates, as days from the day of the check.
pub type Row = (Criterion, Option<Purchaser>, Option<i64>, Option<i64>);

pub fn row() -> impl Strategy<Value = Row> {
    let near = || prop::option::of(-3_i64..=3);
    (criterion(), prop::option::of(one(Purchaser::ALL)), near(), near())
}

pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2017, 10, 1).expect("a day of the calendar");

pub fn rules(rows: &[Row]) -> Vec<Rule<'_>> {
    let near = |days: i64| TODAY + chrono::TimeDelta::days(days);
    rows.iter()
        .map(|(criterion, purchaser, from, to)| Rule {
            criterion,
            purchaser: *purchaser,
            effective_from: from.map(near),
            effective_to: to.map(near),
        })
        .collect()
}

/// What assessments may have found: of nobody, of one programme, and of both.
static ASSESSED: LazyLock<[Vec<Assessed>; 4]> = LazyLock::new(|| {
    let found = |programme: &str, suitability| Assessed {
        programme: programme.to_owned(),
        suitability,
        on: Some(TODAY),
    };
    let (one, other) = ("Worcestershire", "Warwickshire");
    [
        vec![],
        vec![found(one, Suitability::Suitable)],
        vec![found(one, Suitability::Unsuitable)],
        vec![found(one, Suitability::Unsuitable), found(other, Suitability::Suitable)],
    ]
});

pub fn facts() -> impl Strategy<Value = Facts<'static>> {
    let flags: &[Option<&'static [Flag]>] = &[
        None,
        Some(&[]),
        Some(Flag::ALL),
        Some(&[Flag::Iom]),
        Some(&[Flag::SexualOffending, Flag::DomesticAbuse]),
    ];
    let items: &[&'static [RequiredItem]] = &[&[], RequiredItem::ALL, &[RequiredItem::CourtOrder]];
    let age = prop_oneof![
        (0_u64..40_000).prop_map(|days| Age::Born(TODAY - Days::new(days))),
        (0_u32..100).prop_map(Age::Years),
        Just(Age::Unknown),
    ];
    let rar_days =
        prop_oneof![(-3_i32..30).prop_map(RarDays::Left), Just(RarDays::SetAside), Just(RarDays::Unknown)];
    let person = (one(Purchaser::ALL), age, prop::option::of(one(Gender::ALL)), prop::sample::select(flags));
    let assessed = (prop::option::of(one(Likelihood::ALL)), prop::option::of(one(RiskLevel::ALL)), rar_days);
    let place = || prop::option::of(Just("Worcestershire"));
    let case = (
        prop::option::of(one(SentenceKind::ALL)),
        place(),
        (place(), prop::sample::select(ASSESSED.each_ref().map(Vec::as_slice).to_vec())),
        prop::sample::select(items),
        any::<bool>(),
    );
    (person, assessed, case).prop_map(|(person, assessed, case)| {
        let (purchaser, age, gender, flags) = person;
        let (likelihood, risk, rar_days) = assessed;
        let (sentence, ldu, (programme, assessed), items, home_visits) = case;
        Facts {
            purchaser,
            age,
            gender,
            flags,
            likelihood,
            risk,
            sentence,
            programme,
            assessed,
            rar_days,
            ldu,
            items,
            home_visits,
        }
    })
}

#[test]
fn rar_days_that_are_left_are_counted_and_once_set_aside_not_asked_again() {
    let ten = || json!({"kind": "rar_days_left", "min": 13});
    let asked = |rar_days| answer(ten(), &Facts { rar_days, ..ben() });
    assert!(asked(RarDays::Left(12)).expect("refused").contains("The sentence has 12 RAR days left."));
    assert!(asked(RarDays::Left(0)).expect("refused").contains("no RAR days left"));
    assert_eq!(asked(RarDays::Left(13)), None);
    assert_eq!(asked(RarDays::SetAside), None);
    assert!(asked(RarDays::Unknown).is_some());
}

#[test]
fn a_programme_is_for_whom_the_court_required_it() {
    let bbr = || json!({"kind": "programme", "any_of": ["Building Better Relationships"]});
    assert_eq!(answer(bbr(), &Facts { programme: Some("building better  relationships"), ..ben() }), None);
    assert!(answer(bbr(), &ben()).expect("refused").contains("The court required no programme."));
}

#[test]
fn a_programme_suits_whom_an_assessment_found_suitable() {
    let found = |suitability| {
        vec![Assessed {
            programme: "Building Better Relationships (BBR)".to_owned(),
            suitability,
            on: Some(date(2017, 9, 4)),
        }]
    };
    let (suitable, unsuitable) = (found(Suitability::Suitable), found(Suitability::Unsuitable));
    let with = |asked: &serde_json::Value, assessed: &[Assessed]| {
        check(&[always(&read(asked.clone()))], &Facts { assessed, ..ben() }, TODAY)
            .pop()
            .map(|unmet| unmet.message())
    };
    for name in ["BBR", "building better relationships", "Building Better Relationships (BBR)"] {
        let bbr = json!({"kind": "suitability", "any_of": [name]});
        assert_eq!(with(&bbr, &suitable), None, "{name}");
        let message = with(&bbr, &unsuitable).expect("refused");
        let fact =
            "The person was found unsuitable for Building Better Relationships (BBR) on 4 September 2017.";
        assert!(message.contains(fact), "{message}");
        let message = with(&bbr, &[]).expect("refused");
        let change = format!("Have the person assessed for {name}, and record what was found on the case.");
        assert!(message.starts_with("Assessed as suitable for: ") && message.ends_with(&change), "{message}");
        // One-to-one work for those whom the group does not suit: whoever was not assessed is not among them.
        let not = json!({"kind": "not", "of": bbr});
        assert_eq!(with(&not, &unsuitable), None);
        assert!(with(&not, &suitable).is_some() && with(&not, &[]).is_some());
    }
    let either = json!({"kind": "suitability", "any_of": ["Resolve", "BBR"]});
    assert_eq!(with(&either, &suitable), None);
    let message = with(&either, &unsuitable).expect("refused");
    assert!(message.contains("No assessment of suitability for Resolve is recorded."), "{message}");
}

#[test]
fn what_is_not_recorded_is_neither_met_nor_unmet() {
    let unassessed = Facts { risk: None, ..ben() };
    let risk = json!({"kind": "risk_level", "any_of": ["low", "medium"]});
    assert!(answer(risk.clone(), &unassessed).expect("refused").contains("is not recorded"));
    assert!(
        answer(json!({"kind": "not", "of": risk}), &unassessed).expect("refused").contains("is not recorded")
    );
}

#[test]
fn of_all_every_reason_is_given_and_of_alternatives_one_that_names_each() {
    let women = json!({"kind": "gender", "any_of": ["female"]});
    let old = json!({"kind": "age_range", "min": 60});
    let all = read(json!({"kind": "all", "of": [women, old, {"kind": "age_range", "max": 70}]}));
    let kinds: Vec<_> = check(&[always(&all)], &ben(), TODAY).iter().map(|unmet| unmet.kind).collect();
    assert_eq!(kinds, [CriterionKind::Gender, CriterionKind::AgeRange]);
    let either = json!({"kind": "any", "of": [women, old]});
    let message = answer(either.clone(), &ben()).expect("refused");
    assert!(message.starts_with("(Gender: Female), or (Age: 60 or over). "), "{message}");
    assert!(message.contains("\"Male\"") && message.contains("The person is 25"), "{message}");
    assert_eq!(answer(either, &Facts { gender: Some(Gender::Female), ..ben() }), None);
}

#[test]
fn what_must_not_be_is_said_with_the_fact_that_is() {
    let not = json!({"kind": "not", "of": {"kind": "ldu", "any_of": ["Worcestershire"]}});
    let message = answer(not.clone(), &ben()).expect("refused");
    assert!(
        message.starts_with("Not (LDU: Worcestershire). The case belongs to Worcestershire."),
        "{message}"
    );
    assert_eq!(answer(not, &Facts { ldu: Some("Warwickshire"), ..ben() }), None);
}

proptest! {
    #[test]
    fn adding_a_criterion_never_widens(
        rows in prop::collection::vec(row(), 0..8), added in row(), facts in facts(), at in any::<prop::sample::Index>(),
    ) {
        let before = check(&rules(&rows), &facts, TODAY);
        let mut more = rows.clone();
        more.insert(at.index(rows.len() + 1), added);
        let after = check(&rules(&more), &facts, TODAY);
        prop_assert!(before.iter().all(|unmet| after.contains(unmet)));
    }

    #[test]
    fn the_order_of_the_rules_does_not_matter(
        rows in prop::collection::vec(row(), 0..8).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        facts in facts(),
    ) {
        let sorted = |rows: &[Row]| {
            let mut messages: Vec<_> = check(&rules(rows), &facts, TODAY).into_iter().map(|it| it.message()).collect();
            messages.sort();
            messages
        };
        prop_assert_eq!(sorted(&rows.0), sorted(&rows.1));
    }

    #[test]
    fn a_rule_that_begins_tomorrow_does_not_bite_today(
        rows in prop::collection::vec(row(), 0..8), coming in criterion(), facts in facts(),
    ) {
        let today = rules(&rows);
        let mut with_coming = today.clone();
        let tomorrow = TODAY + Days::new(1);
        with_coming.push(Rule { effective_from: Some(tomorrow), ..always(&coming) });
        prop_assert_eq!(check(&today, &facts, TODAY), check(&with_coming, &facts, TODAY));
        let alone = &with_coming[today.len()..];
        prop_assert_eq!(
            check(alone, &facts, tomorrow),
            check(&[always(&coming)], &facts, tomorrow),
        );
    }

    #[test]
    fn nobody_meets_a_criterion_and_its_contrary(asked in criterion(), facts in facts()) {
        prop_assume!(facts.rar_days != RarDays::SetAside);
        let contrary = Criterion::Not { of: Box::new(asked.clone()) };
        prop_assert!(!check(&[always(&asked), always(&contrary)], &facts, TODAY).is_empty());
    }

    #[test]
    fn asking_all_at_once_is_asking_each(of in prop::collection::vec(criterion(), 1..5), facts in facts()) {
        let each: Vec<_> = of.iter().map(always).collect();
        let apart = check(&each, &facts, TODAY);
        let all = Criterion::All { of: of.clone() };
        prop_assert_eq!(check(&[always(&all)], &facts, TODAY), apart);
    }

    #[test]
    fn the_order_of_parts_does_not_matter(
        (of, other) in prop::collection::vec(criterion(), 1..5).prop_flat_map(|of| (Just(of.clone()), Just(of).prop_shuffle())),
        facts in facts(),
    ) {
        let met = |criterion: Criterion| check(&[always(&criterion)], &facts, TODAY).is_empty();
        prop_assert_eq!(met(Criterion::Any { of: of.clone() }), met(Criterion::Any { of: other.clone() }));
        prop_assert_eq!(met(Criterion::All { of }), met(Criterion::All { of: other }));
    }

    #[test]
    fn a_criterion_is_stored_and_read_the_same(asked in criterion()) {
        let json = serde_json::to_value(&asked).expect("JSON");
        prop_assert_eq!(Criterion::parse(&json), Ok(asked));
    }

    #[test]
    fn who_is_eligible_may_be_and_who_may_not_be_is_not(
        rows in prop::collection::vec(row(), 0..8), facts in facts(),
    ) {
        let rules = rules(&rows);
        let eligible = check(&rules, &facts, TODAY).is_empty();
        let may_be = may_be_eligible(&rules, &facts, TODAY);
        prop_assert_eq!(is_eligible(&rules, &facts, TODAY), eligible);
        prop_assert!(!eligible || may_be);
        let everything_is_known = facts.age != Age::Unknown
            && facts.gender.is_some() && facts.flags.is_some() && facts.likelihood.is_some() && facts.risk.is_some()
            && facts.sentence.is_some() && facts.ldu.is_some() && facts.assessed.len() == 2 && matches!(facts.rar_days, RarDays::Left(_));
        prop_assert!(!everything_is_known || eligible == may_be);
    }
}
