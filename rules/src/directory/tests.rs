use super::*;
use serde_json::json;

fn read(json: serde_json::Value) -> Criterion {
    Criterion::parse(&json).expect("a criterion")
}

#[test]
fn every_kind_of_criterion_is_read_and_written_the_same() {
    let rows = [
        json!({"kind": "purchaser", "any_of": ["crc"]}),
        json!({"kind": "age_range", "min": 18, "max": 25}),
        json!({"kind": "age_range", "min": 18}),
        json!({"kind": "gender", "any_of": ["female"]}),
        json!({"kind": "excluded_offending", "none_of": ["sexual_offending", "significant_violence"]}),
        json!({"kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits": true}),
        json!({"kind": "priority_cases"}),
        json!({"kind": "sentence", "any_of": ["community_order", "licence"]}),
        json!({"kind": "ldu", "any_of": ["Worcestershire"]}),
        json!({"kind": "suitability", "any_of": ["BBR"]}),
        json!({"kind": "offending", "any_of": ["domestic_abuse"]}),
        json!({"kind": "iom"}),
        json!({"kind": "likelihood", "any_of": ["medium", "high"]}),
        json!({"kind": "risk_level", "any_of": ["low", "medium"]}),
        json!({"kind": "rar_days_left", "min": 10}),
        json!({"kind": "programme", "any_of": ["Building Better Relationships"]}),
        json!({"kind": "all", "of": [{"kind": "iom"}, {"kind": "gender", "any_of": ["male"]}]}),
        json!({"kind": "any", "of": [{"kind": "iom"}, {"kind": "likelihood", "any_of": ["high"]}]}),
        json!({"kind": "not", "of": {"kind": "age_range", "max": 17}}),
    ];
    let mut kinds = Vec::new();
    for row in rows {
        let criterion = read(row.clone());
        assert_eq!(row["kind"], criterion.kind().code());
        assert_eq!(serde_json::to_value(&criterion).expect("JSON"), row);
        assert_eq!(criterion.validate(), []);
        kinds.push(criterion.kind());
    }
    assert!(CriterionKind::ALL.iter().all(|kind| kinds.contains(kind)));
}

#[test]
fn an_item_is_required_always_unless_the_row_says_otherwise() {
    let criterion = read(json!({"kind": "required_item", "item": "court_order"}));
    assert_eq!(criterion.describe(), "Required with the referral: Court order");
}

#[test]
fn a_row_that_is_not_understood_is_an_error() {
    for row in [
        json!({}),
        json!(null),
        json!("priority_cases"),
        json!({"kind": "postcode", "any_of": ["WR1"]}),
        json!({"kind": "purchaser", "any_of": ["police"]}),
        json!({"kind": "purchaser", "any_of": ["CRC"]}),
        json!({"kind": "purchaser"}),
        json!({"kind": "gender", "any_of": [1]}),
        json!({"kind": "gender", "any_of": "female"}),
        json!({"kind": "age_range", "min": -1}),
        json!({"kind": "age_range", "minimum": 18}),
        json!({"kind": "priority_cases", "only_for": "crc"}),
        json!({"kind": "required_item", "item": "full_risk_assessment", "only_for_homevisits": true}),
    ] {
        assert!(!Criterion::parse(&row).expect_err("not a criterion").is_empty(), "{row}");
    }
}

/// The places of everything that is wrong with a criterion, read and understood.
fn wrong(row: &serde_json::Value) -> Vec<String> {
    let flaws = match Criterion::parse(row) {
        Ok(criterion) => criterion.validate(),
        Err(flaws) => flaws,
    };
    flaws.into_iter().map(|flaw| flaw.path.join(".")).collect()
}

#[test]
fn an_unknown_code_is_named_beside_the_known_ones() {
    let flaws = Criterion::parse(&json!({"kind": "purchaser", "any_of": ["police"]})).expect_err("unknown");
    assert_eq!(flaws[0].path, ["any_of", "0"]);
    assert!(flaws[0].message.contains("police") && flaws[0].message.contains("nps, crc"), "{flaws:?}");
}

#[test]
fn every_mistake_is_named_with_its_place_in_the_tree() {
    let row = json!({"kind": "all", "of": [
        {"kind": "gender", "any_of": ["female", "women"]},
        {"kind": "any", "of": [{"kind": "age_range", "min": "18"}, {"kind": "postcode"}]},
        {"kind": "not"},
        7,
    ]});
    assert_eq!(wrong(&row), ["of.0.any_of.1", "of.1.of.0.min", "of.1.of.1.kind", "of.2", "of.3"]);
    let row = json!({"kind": "any", "of": [
        {"kind": "age_range", "min": 26, "max": 25},
        {"kind": "not", "of": {"kind": "gender", "any_of": []}},
    ]});
    assert_eq!(wrong(&row), ["of.0.min", "of.1.of.any_of"]);
}

#[test]
fn a_tree_is_bounded_in_depth_and_in_size() {
    let nested =
        |depth: usize| (1..depth).fold(json!({"kind": "iom"}), |of, _| json!({"kind": "not", "of": of}));
    assert!(Criterion::parse(&nested(DEEPEST)).is_ok());
    assert_eq!(wrong(&nested(DEEPEST + 1)).len(), 1);
    assert_eq!(wrong(&nested(2_000)).len(), 1);
    let items = |count| json!({"kind": "any", "of": vec![json!({"kind": "iom"}); count]});
    assert!(Criterion::parse(&items(MOST_PARTS - 1)).is_ok());
    assert_eq!(wrong(&items(MOST_PARTS)).len(), 1);
    assert_eq!(wrong(&items(10_000)).len(), 1);
}

#[test]
fn what_nobody_can_meet_together_contradicts_itself() {
    let male = json!({"kind": "gender", "any_of": ["male"]});
    for (one, other) in [
        (male.clone(), json!({"kind": "gender", "any_of": ["female", "other"]})),
        (male.clone(), male.clone()),
        (male.clone(), json!({"kind": "not", "of": male})),
        (json!({"kind": "not", "of": {"kind": "gender", "any_of": ["male", "female"]}}), male.clone()),
        (json!({"kind": "age_range", "max": 17}), json!({"kind": "age_range", "min": 18})),
        (
            json!({"kind": "ldu", "any_of": ["Worcestershire"]}),
            json!({"kind": "ldu", "any_of": ["Warwickshire"]}),
        ),
        (json!({"kind": "excluded_offending", "none_of": ["iom"]}), json!({"kind": "iom"})),
        (
            json!({"kind": "offending", "any_of": ["domestic_abuse"]}),
            json!({"kind": "excluded_offending", "none_of": ["domestic_abuse", "iom"]}),
        ),
        (
            male.clone(),
            json!({"kind": "all", "of": [{"kind": "gender", "any_of": ["female"]}, {"kind": "iom"}]}),
        ),
    ] {
        let row = json!({"kind": "all", "of": [one, other]});
        assert_eq!(wrong(&row).len(), 1, "{row}");
    }
    let both = json!({"kind": "all", "of": [male, {"kind": "gender", "any_of": ["male", "other"]}]});
    assert_eq!(wrong(&both), [""; 0]);
}

#[test]
fn alternatives_that_everybody_meets_ask_nothing() {
    let iom = json!({"kind": "iom"});
    for other in [json!({"kind": "not", "of": iom}), iom.clone()] {
        assert_eq!(wrong(&json!({"kind": "any", "of": [iom, other]})), ["of.1"]);
    }
}

#[test]
fn the_same_rule_of_one_owner_is_known_by_what_it_asks_about() {
    let key = |row| read(row).rule_key();
    assert_eq!(key(json!({"kind": "age_range", "min": 18})), key(json!({"kind": "age_range", "max": 25})));
    assert_ne!(
        key(json!({"kind": "required_item", "item": "court_order"})),
        key(json!({"kind": "required_item", "item": "court_report"}))
    );
    let either = |one, other| json!({"kind": "any", "of": [{"kind": one}, {"kind": other}]});
    assert_ne!(key(either("iom", "priority_cases")), key(either("priority_cases", "iom")));
}

#[test]
fn the_ldus_of_a_tree_are_found_with_their_places() {
    let tree = read(json!({"kind": "any", "of": [
        {"kind": "iom"}, {"kind": "not", "of": {"kind": "ldu", "any_of": ["Powys", "Gwent"]}},
    ]}));
    let found: Vec<_> = tree.ldus().into_iter().map(|(path, name)| (path.join("."), name)).collect();
    assert_eq!(found, [("of.1.of.any_of.0".to_owned(), "Powys"), ("of.1.of.any_of.1".to_owned(), "Gwent")]);
}

#[test]
fn a_criterion_that_nobody_could_meet_or_that_asks_nothing_contradicts_itself() {
    for row in [
        json!({"kind": "purchaser", "any_of": []}),
        json!({"kind": "purchaser", "any_of": ["crc", "crc"]}),
        json!({"kind": "gender", "any_of": []}),
        json!({"kind": "excluded_offending", "none_of": []}),
        json!({"kind": "sentence", "any_of": []}),
        json!({"kind": "ldu", "any_of": []}),
        json!({"kind": "ldu", "any_of": [" "]}),
        json!({"kind": "ldu", "any_of": ["Worcestershire", "worcestershire "]}),
        json!({"kind": "ldu", "any_of": ["x".repeat(201)]}),
        json!({"kind": "age_range"}),
        json!({"kind": "age_range", "min": 26, "max": 25}),
        json!({"kind": "age_range", "max": 131}),
        json!({"kind": "offending", "any_of": []}),
        json!({"kind": "likelihood", "any_of": []}),
        json!({"kind": "risk_level", "any_of": ["low", "low"]}),
        json!({"kind": "rar_days_left", "min": 0}),
        json!({"kind": "programme", "any_of": []}),
        json!({"kind": "suitability", "any_of": []}),
        json!({"kind": "suitability", "any_of": ["BBR", "bbr"]}),
        json!({"kind": "all", "of": []}),
        json!({"kind": "any", "of": []}),
    ] {
        assert!(!read(row.clone()).validate().is_empty(), "{row}");
    }
}

#[test]
fn criteria_are_described_as_people_read_them() {
    for (row, sentence) in [
        (json!({"kind": "purchaser", "any_of": ["crc"]}), "Purchaser: CRC"),
        (json!({"kind": "age_range", "min": 18, "max": 25}), "Age: 18 to 25"),
        (json!({"kind": "age_range", "min": 18}), "Age: 18 or over"),
        (json!({"kind": "age_range", "max": 25}), "Age: 25 or under"),
        (
            json!({"kind": "gender", "any_of": ["female", "other", "not_stated"]}),
            "Gender: Female, Other or Not stated",
        ),
        (json!({"kind": "excluded_offending", "none_of": ["sexual_offending"]}), "Not for: Sexual offending"),
        (
            json!({"kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits": true}),
            "Required with the referral: Full risk assessment, for home visits",
        ),
        (
            json!({"kind": "priority_cases"}),
            "Only IOM cases and others with a high likelihood of reoffending",
        ),
        (
            json!({"kind": "sentence", "any_of": ["licence", "community_order"]}),
            "Sentence: Licence or Community order",
        ),
        (json!({"kind": "ldu", "any_of": ["Worcestershire"]}), "LDU: Worcestershire"),
        (
            json!({"kind": "suitability", "any_of": ["BBR", "Resolve"]}),
            "Assessed as suitable for: BBR or Resolve",
        ),
        (
            json!({"kind": "any", "of": [{"kind": "iom"}, {"kind": "not", "of": {"kind": "rar_days_left", "min": 5}}]}),
            "(Only IOM cases), or (Not (RAR days left: 5 or more))",
        ),
    ] {
        assert_eq!(read(row).describe(), sentence);
    }
}

#[test]
fn criteria_in_two_rows_that_nobody_meets_together_contradict_each_other() {
    let read = |value: serde_json::Value| Criterion::parse(&value).expect("a criterion");
    let old = read(serde_json::json!({ "kind": "age_range", "min": 40 }));
    let young = read(serde_json::json!({ "kind": "age_range", "max": 30 }));
    let women = serde_json::json!({ "kind": "gender", "any_of": ["female"] });
    let young_women =
        read(serde_json::json!({ "kind": "all", "of": [women, { "kind": "age_range", "max": 30 }] }));
    assert_eq!(young.contradicts(&old, Beside::SameOwner).map(|flaw| flaw.path), Some(vec![]));
    assert_eq!(
        young_women.contradicts(&old, Beside::SameOwner).map(|flaw| flaw.path),
        Some(vec!["of".to_owned(), "1".to_owned()])
    );
    assert_eq!(old.contradicts(&young_women, Beside::SameOwner).map(|flaw| flaw.path), Some(vec![]));
    assert_eq!(young.contradicts(&young_women, Beside::SameOwner), None);
    let no_women = read(serde_json::json!({ "kind": "not", "of": women }));
    assert!(no_women.contradicts(&young_women, Beside::SameOwner).is_some());
    // Alternatives leave a way.
    let either =
        read(serde_json::json!({ "kind": "any", "of": [women, { "kind": "age_range", "max": 30 }] }));
    assert_eq!(either.contradicts(&old, Beside::SameOwner), None);
}
