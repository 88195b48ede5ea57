//! Criteria of services and of providers: rows that are checked when they are saved, and bite on their days.

use chrono::Days;
use entity::criterion;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::{ADMIN, ask, mentoring, named, said, submit, tomorrow, written};
use crate::referring::{
    CRC, NPS, draft, merge, organisation, person, referral, service as service_of, submitted, then, today,
};
use crate::scenario;

scenario! {
    async fn what_is_no_criterion_is_refused_when_it_is_saved(world) {
        let before = written(world).await;
        for value in [
            json!({ "kind": "age_range", "min": 26, "max": 25 }),
            json!({ "kind": "age_range" }),
            json!({ "kind": "age_range", "min": -1 }),
            json!({ "kind": "age_range", "min": 18.5 }),
            json!({ "kind": "age_range", "min": 18, "max": 131 }),
            json!({ "kind": "age_range", "min": 4_294_967_296_i64 }),
            json!({ "kind": "age_range", "minimum": 18 }),
            json!({ "kind": "age_range", "min": 18, "max": 25, "unit": "years" }),
            json!({ "kind": "postcode", "any_of": ["WR1"] }),
            json!({ "kind": "Purchaser", "any_of": ["crc"] }),
            json!({ "kind": "purchaser", "any_of": [] }),
            json!({ "kind": "purchaser", "any_of": ["crc", "crc"] }),
            json!({ "kind": "purchaser", "any_of": ["police"] }),
            json!({ "kind": "purchaser", "any_of": "crc" }),
            json!({ "kind": "purchaser" }),
            json!({ "kind": "gender", "any_of": [] }),
            json!({ "kind": "gender", "any_of": [null] }),
            json!({ "kind": "excluded_offending", "none_of": [] }),
            json!({ "kind": "excluded_offending", "none_of": ["arson"] }),
            json!({ "kind": "excluded_offending", "any_of": ["iom"] }),
            json!({ "kind": "required_item" }),
            json!({ "kind": "required_item", "item": "passport" }),
            json!({ "kind": "required_item", "item": "full_risk_assessment", "only_for_homevisits": true }),
            json!({ "kind": "priority_cases", "only_for": "crc" }),
            json!({ "kind": "sentence", "any_of": [] }),
            json!({ "kind": "ldu", "any_of": [] }),
            json!({ "kind": "ldu", "any_of": [" "] }),
            json!({ "kind": "ldu", "any_of": ["a\u{0}b"] }),
            json!({ "kind": "ldu", "any_of": ["x".repeat(201)] }),
            json!({ "kind": "ldu", "any_of": ["Worcestershire", "WORCESTERSHIRE"] }),
            json!({}),
            json!([]),
            json!(7),
            json!("priority_cases"),
            json!({ "kind": "x".repeat(5_000) }),
        ] {
            let answer = ask(world, value.clone(), json!({})).await;
            assert!(!answer.user_errors().is_empty(), "{value}");
            for refusal in answer.user_errors() {
                assert_eq!(refusal.code, "NOT_A_CRITERION", "{value}");
                assert!(refusal.field == "value" || refusal.field.starts_with("value."), "{value} {refusal:?}");
                assert!(refusal.message.chars().count() <= 500, "{value}");
            }
        }
        assert_eq!(ask(world, Value::Null, json!({})).await.error_code(), Some("BAD_USER_INPUT"));
        assert_eq!(written(world).await, before);
    }

    async fn a_criterion_is_not_changed_into_what_is_none(world) {
        let made = ask(world, json!({ "kind": "age_range", "min": 18 }), json!({})).await.granted();
        let before = written(world).await;
        let input = json!({
            "criterionId": made.text("/addCriterion/criterion/id"), "version": 1, "value": { "kind": "age_range", "min": 26, "max": 25 },
            "effectiveFrom": "2017-11-01", "effectiveTo": "2017-11-01", "reason": "",
        });
        let answer = world.as_person(ADMIN).mutate("changeCriterion", input, "criterion { id }").await;
        assert_eq!(said(&answer), named(&[("value.min", "NOT_A_CRITERION"), ("effectiveTo", "EMPTY_PERIOD"), ("reason", "REQUIRED")]));
        assert_eq!(written(world).await, before);
    }

    async fn every_mistake_of_a_criterion_is_named_at_once(world) {
        let before = written(world).await;
        let wrong = json!({
            "providerId": organisation(world, NPS).await, "reason": " ", "effectiveFrom": "2200-01-01", "effectiveTo": "2200-01-01",
        });
        let answer = ask(world, json!({ "kind": "postcode" }), wrong).await;
        assert_eq!(said(&answer), named(&[
            ("serviceId", "INVALID"), ("providerId", "NOT_A_PROVIDER"), ("reason", "REQUIRED"), ("effectiveTo", "EMPTY_PERIOD"), ("value.kind", "NOT_A_CRITERION"),
        ]));
        let nobodys = ask(world, json!({ "kind": "priority_cases" }), json!({ "serviceId": null })).await;
        assert_eq!(said(&nobodys), named(&[("serviceId", "INVALID")]));
        assert_eq!(written(world).await, before);
    }

    async fn every_kind_of_criterion_is_kept_as_it_was_meant(world) {
        for (value, kind, description) in [
            (json!({ "any_of": ["crc"], "kind": "purchaser" }), "PURCHASER", "Purchaser: CRC"),
            (json!({ "kind": "age_range", "min": 18, "max": 25 }), "AGE_RANGE", "Age: 18 to 25"),
            (json!({ "kind": "gender", "any_of": ["female", "other"] }), "GENDER", "Gender: Female or Other"),
            (json!({ "kind": "excluded_offending", "none_of": ["sexual_offending"] }), "EXCLUDED_OFFENDING", "Not for: Sexual offending"),
            (json!({ "kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits": true }), "REQUIRED_ITEM", "Required with the referral: Full risk assessment, for home visits"),
            (json!({ "kind": "priority_cases" }), "PRIORITY_CASES", "Only IOM cases and others with a high likelihood of reoffending"),
            (json!({ "kind": "sentence", "any_of": ["licence"] }), "SENTENCE", "Sentence: Licence"),
            (json!({ "kind": "ldu", "any_of": ["Worcestershire"] }), "LDU", "LDU: Worcestershire"),
            (json!({ "kind": "offending", "any_of": ["domestic_abuse"] }), "OFFENDING", "Only for: Domestic abuse"),
            (json!({ "kind": "iom" }), "IOM", "Only IOM cases"),
            (json!({ "kind": "likelihood", "any_of": ["high"] }), "LIKELIHOOD", "Likelihood of reoffending: High"),
            (json!({ "kind": "risk_level", "any_of": ["low", "medium"] }), "RISK_LEVEL", "Risk of serious harm: Low or Medium"),
            (json!({ "kind": "rar_days_left", "min": 10 }), "RAR_DAYS_LEFT", "RAR days left: 10 or more"),
            (json!({ "kind": "programme", "any_of": ["TSP"] }), "PROGRAMME", "Programme required by the court: TSP"),
            (json!({ "kind": "all", "of": [{ "kind": "iom" }, { "kind": "age_range", "min": 18 }] }), "ALL", "(Only IOM cases), and (Age: 18 or over)"),
            (json!({ "kind": "any", "of": [{ "kind": "iom" }, { "kind": "age_range", "min": 18 }] }), "ANY", "(Only IOM cases), or (Age: 18 or over)"),
            (json!({ "kind": "not", "of": { "kind": "risk_level", "any_of": ["very_high"] } }), "NOT", "Not (Risk of serious harm: Very high)"),
        ] {
            let made = ask(world, value.clone(), json!({})).await.granted();
            let made = made.data("/addCriterion/criterion");
            assert_eq!((&made["kind"], &made["value"], &made["description"]), (&json!(kind), &value, &json!(description)));
        }
    }

    async fn what_contradicts_itself_is_refused_with_its_place_in_the_json(world) {
        let before = written(world).await;
        for (value, places) in [
            (json!({ "kind": "all", "of": [{ "kind": "gender", "any_of": ["male"] }, { "kind": "gender", "any_of": ["female"] }] }), vec!["value.of.1"]),
            (json!({ "kind": "any", "of": [{ "kind": "age_range", "min": 26, "max": 25 }, { "kind": "not", "of": { "kind": "sentence", "any_of": [] } }] }), vec!["value.of.0.min", "value.of.1.of.any_of"]),
            (json!({ "kind": "not", "of": { "kind": "ldu", "any_of": ["Worcestershire", "Narnia"] } }), vec!["value.of.any_of.1"]),
            (json!({ "kind": "any", "of": [{ "kind": "iom" }, { "kind": "programme", "any_of": ["tsp", "Juggling"] }] }), vec!["value.of.1.any_of.1"]),
            (json!({ "kind": "any", "of": [{ "kind": "shoe_size" }, { "kind": "iom", "level": 2 }] }), vec!["value.of.0.kind", "value.of.1"]),
            (json!({ "kind": "all", "of": vec![json!({ "kind": "iom" }); 60] }), vec!["value.of.49"]),
            (json!({ "kind": "not", "of": { "kind": "not", "of": { "kind": "not", "of": { "kind": "not", "of": { "kind": "not", "of": { "kind": "iom" } } } } } }), vec!["value.of.of.of.of.of"]),
        ] {
            let answer = ask(world, value.clone(), json!({})).await;
            let expected: Vec<_> = places.into_iter().map(|place| (place, "NOT_A_CRITERION")).collect();
            assert_eq!(said(&answer), named(&expected), "{value}");
        }
        assert_eq!(written(world).await, before);
    }

    async fn what_nobody_could_meet_beside_another_criterion_is_refused_with_its_place(world) {
        let old = json!({ "kind": "age_range", "min": 40 });
        ask(world, old.clone(), json!({ "purchaser": "NPS", "effectiveTo": "2018-01-01" })).await.granted();
        let young = json!({ "kind": "all", "of": [{ "kind": "iom" }, { "kind": "age_range", "max": 30 }] });
        let before = written(world).await;
        for more in [json!({}), json!({ "purchaser": "NPS" }), json!({ "effectiveFrom": "2017-12-31" })] {
            assert_eq!(said(&ask(world, young.clone(), more).await), named(&[("value.of.1", "CONTRADICTS")]));
        }
        assert_eq!(written(world).await, before);
        // Neither for another purchaser, nor after the other, nor beside one that leaves a way.
        ask(world, young.clone(), json!({ "purchaser": "CRC" })).await.granted();
        ask(world, young.clone(), json!({ "purchaser": "NPS", "effectiveFrom": "2018-01-01" })).await.granted();
        let either = json!({ "kind": "any", "of": [{ "kind": "iom" }, { "kind": "age_range", "max": 30 }] });
        ask(world, either, json!({})).await.granted();
    }

    async fn what_nobody_could_meet_beside_what_the_provider_asks_is_refused_with_its_place(world) {
        let yss = organisation(world, "YSS").await;
        let of_provider = || json!({ "serviceId": null, "providerId": yss });
        let women = json!({ "kind": "gender", "any_of": ["female"] });
        let men = json!({ "kind": "all", "of": [{ "kind": "iom" }, { "kind": "gender", "any_of": ["male"] }] });
        let dated = |mut of: Value, more: Value| { merge(&mut of, more); of };
        let asked = ask(world, women.clone(), dated(of_provider(), json!({ "purchaser": "NPS", "effectiveTo": "2018-01-01" }))).await.granted();
        let before = written(world).await;
        // A service's beside its provider's.
        for more in [json!({}), json!({ "purchaser": "NPS" }), json!({ "effectiveFrom": "2017-12-31" })] {
            let refused = ask(world, men.clone(), more).await;
            assert_eq!(said(&refused), named(&[("value.of.1", "CONTRADICTS")]));
            assert!(refused.user_errors()[0].message.contains("which the provider asks for all of its services"), "{refused:?}");
        }
        assert_eq!(written(world).await, before);
        ask(world, men.clone(), json!({ "purchaser": "CRC" })).await.granted();
        ask(world, men.clone(), json!({ "purchaser": "NPS", "effectiveFrom": "2018-01-01" })).await.granted();
        // A provider's beside that of one of its services: added, and changed.
        let before = written(world).await;
        let refused = ask(world, women.clone(), dated(of_provider(), json!({ "purchaser": "CRC" }))).await;
        assert_eq!(said(&refused), named(&[("value", "CONTRADICTS")]));
        assert!(refused.user_errors()[0].message.contains("which the service Meet and Mentor asks"), "{refused:?}");
        let input = json!({ "criterionId": asked.text("/addCriterion/criterion/id"), "version": 1, "effectiveTo": null });
        let longer = world.as_person(ADMIN).mutate("changeCriterion", input, "criterion { id }").await;
        assert_eq!(said(&longer), named(&[("value", "CONTRADICTS")]));
        assert_eq!(written(world).await, before);
        // Another provider's services may ask what they like.
        let willowdene = json!({ "serviceId": null, "providerId": organisation(world, "Willowdene").await });
        ask(world, women.clone(), willowdene).await.granted();
        // Of the two asked at once, one is refused, whichever.
        let young = json!({ "kind": "age_range", "max": 30 });
        let old = json!({ "kind": "age_range", "min": 40 });
        let (one, other) = tokio::join!(ask(world, young, of_provider()), ask(world, old, json!({})));
        let mut came_to = [one.refusals().join(" "), other.refusals().join(" ")];
        came_to.sort();
        assert_eq!(came_to, ["", "CONTRADICTS"], "{one:?} {other:?}");
    }

    async fn the_same_rule_of_one_owner_is_in_force_once_on_a_day(world) {
        let may = json!({ "effectiveFrom": "2018-05-01", "effectiveTo": "2018-06-01" });
        let age = |max: u32| json!({ "kind": "age_range", "max": max });
        let made = ask(world, age(25), may.clone()).await.granted();
        let before = written(world).await;
        for period in [json!({}), json!({ "effectiveFrom": "2018-05-31" }), json!({ "effectiveTo": "2018-05-02" }), may.clone()] {
            assert_eq!(said(&ask(world, age(30), period.clone()).await), named(&[("effectiveFrom", "OVERLAPS")]), "{period}");
        }
        assert_eq!(written(world).await, before);
        // After it, for one purchaser, of another owner, or about something else it is another rule.
        let later = ask(world, age(30), json!({ "effectiveFrom": "2018-06-01" })).await.granted();
        ask(world, age(30), json!({ "effectiveTo": "2018-05-01" })).await.granted();
        ask(world, age(30), json!({ "purchaser": "CRC" })).await.granted();
        ask(world, age(30), json!({ "serviceId": null, "providerId": organisation(world, "YSS").await })).await.granted();
        for item in ["court_order", "court_report"] {
            ask(world, json!({ "kind": "required_item", "item": item }), json!({})).await.granted();
        }
        let input = json!({ "criterionId": later.text("/addCriterion/criterion/id"), "version": 1, "effectiveFrom": "2018-05-31" });
        let moved = world.as_person(ADMIN).mutate("changeCriterion", input, "criterion { id }").await;
        assert_eq!(said(&moved), named(&[("effectiveFrom", "OVERLAPS")]));
        let input = json!({ "criterionId": made.text("/addCriterion/criterion/id"), "version": 1, "value": age(24) });
        world.as_person(ADMIN).mutate("changeCriterion", input, "criterion { id }").await.granted();
        let (one, other) = tokio::join!(
            ask(world, json!({ "kind": "iom" }), json!({ "reason": "One." })),
            ask(world, json!({ "kind": "iom" }), json!({ "reason": "Other." })),
        );
        let mut came_to = [one.refusals().join(" "), other.refusals().join(" ")];
        came_to.sort();
        assert_eq!(came_to, ["", "OVERLAPS"], "{one:?} {other:?}");
    }

    async fn the_database_itself_refuses_the_same_rule_twice(world) {
        use sea_orm::{ActiveModelTrait as _, IntoActiveModel as _};
        let made = ask(world, json!({ "kind": "age_range", "max": 25 }), json!({})).await.granted();
        let id = api::graphql::global_id::GlobalId::<criterion::Entity>::parse_text(made.text("/addCriterion/criterion/id"));
        let row = criterion::Entity::find_by_id(id.expect("an identifier").0).one(&world.database).await.expect("a row").expect("a row");
        let twin = criterion::Model { id: entity::Id::fresh(), effective_from: Some(today(world)), ..row.clone() };
        let refused = twin.into_active_model().insert(&world.database).await.expect_err("refused");
        assert!(refused.to_string().contains("criterion_periods_apart"), "{refused}");
        let ended = criterion::Model { id: entity::Id::fresh(), effective_to: Some(today(world)), rule_key: "other".to_owned(), ..row };
        ended.into_active_model().insert(&world.database).await.expect("another rule");
    }

    async fn a_criterion_keeps_what_it_was(world) {
        let made = ask(world, json!({ "kind": "age_range", "max": 25 }), json!({})).await.granted();
        let id = made.text("/addCriterion/criterion/id");
        let change = json!({ "criterionId": id, "version": 1, "value": { "kind": "age_range", "max": 30 }, "reason": "More places." });
        let history = "criterion { version history { nodes { version description reason author { name } value } } }";
        let changed = world.as_person("card-approver").mutate("changeCriterion", change, history).await.granted();
        let expected = json!([
            { "version": 2, "description": "Age: 30 or under", "reason": "More places.", "author": { "name": "Piers Ockley" }, "value": { "kind": "age_range", "max": 30 } },
            { "version": 1, "description": "Age: 25 or under", "reason": "Agreed.", "author": { "name": "Adele Cartwright" }, "value": { "kind": "age_range", "max": 25 } },
        ]);
        assert_eq!(changed.data("/changeCriterion/criterion/history/nodes"), &expected);
        // What changes nothing is no version.
        let same = json!({ "criterionId": id, "version": 2, "reason": "More places." });
        let same = world.as_person(ADMIN).mutate("changeCriterion", same, history).await.granted();
        assert_eq!(same.list("/changeCriterion/criterion/history/nodes").len(), 2);
    }

    async fn a_criterion_from_tomorrow_does_not_bite_today(world) {
        let mentoring = mentoring(world).await;
        let young = json!({ "kind": "age_range", "max": 25 });
        ask(world, young, json!({ "effectiveFrom": tomorrow(world), "effectiveTo": tomorrow(world) + Days::new(1) })).await.granted();
        let today = person(world, "D200001", NPS, json!({})).await;
        let tomorrow = person(world, "D200002", NPS, json!({ "givenNames": "Emyr" })).await;
        let after = person(world, "D200003", NPS, json!({ "givenNames": "Ifor" })).await;
        world.clock.set("2017-10-02T22:59:59Z".parse().expect("an instant"));
        submit(world, &today, &mentoring).await.granted();
        // It is the third in London an hour before it is in Greenwich.
        world.clock.set("2017-10-02T23:00:00Z".parse().expect("an instant"));
        let refused = submit(world, &tomorrow, &mentoring).await;
        assert_eq!(said(&refused), named(&[("serviceId", "INELIGIBLE")]));
        assert!(refused.user_errors()[0].message.starts_with("Age: 25 or under"), "{refused:?}");
        world.clock.set("2017-10-03T23:00:00Z".parse().expect("an instant"));
        submit(world, &after, &mentoring).await.granted();
    }

    async fn a_criterion_that_is_ended_today_does_not_bite_any_more(world) {
        let mentoring = mentoring(world).await;
        let owain = person(world, "D200004", NPS, json!({})).await;
        let made = ask(world, json!({ "kind": "gender", "any_of": ["female"] }), json!({})).await.granted();
        let drafted = referral(draft(world, &owain, &mentoring, json!({})).await);
        let refused = then(world, "nps-officer", "submitReferral", &drafted, json!({})).await;
        assert_eq!(said(&refused), named(&[("serviceId", "INELIGIBLE")]));
        let end = json!({ "criterionId": made.text("/addCriterion/criterion/id"), "version": 1, "effectiveTo": today(world) });
        world.as_person(ADMIN).mutate("changeCriterion", end, "criterion { id }").await.granted();
        then(world, "nps-officer", "submitReferral", &drafted, json!({})).await.granted();
    }

    async fn a_criterion_of_a_provider_covers_all_of_its_services_and_no_others(world) {
        let yss = json!({ "serviceId": null, "providerId": organisation(world, "YSS").await });
        ask(world, json!({ "kind": "gender", "any_of": ["female"] }), yss).await.granted();
        let owain = person(world, "D200005", NPS, json!({})).await;
        for name in ["Meet and Mentor", "Enhanced Support Service"] {
            let service = service_of(world, "YSS", name).await;
            assert_eq!(said(&submit(world, &owain, &service).await), named(&[("serviceId", "INELIGIBLE")]), "{name}");
            let document = "query($id: ID!) { service(id: $id) { criteria { nodes { description provider { name } service { name } } } } }";
            let read = world.as_person("yss-worker").query(document, json!({ "id": service })).await.granted();
            let own = json!({ "description": "Gender: Female", "provider": { "name": "YSS" }, "service": null });
            assert!(read.list("/service/criteria/nodes").contains(&own), "{read:?}");
        }
        let elsewhere = service_of(world, "Ixion", "Employment, training and education").await;
        submit(world, &owain, &elsewhere).await.granted();
    }

    async fn a_criterion_for_one_purchaser_leaves_the_others_alone(world) {
        let mentoring = mentoring(world).await;
        ask(world, json!({ "kind": "gender", "any_of": ["female"] }), json!({ "purchaser": "CRC" })).await.granted();
        let nps = person(world, "D200006", NPS, json!({})).await;
        submit(world, &nps, &mentoring).await.granted();
        let crc = person(world, "D200007", CRC, json!({ "givenNames": "Emyr" })).await;
        assert_eq!(said(&submit(world, &crc, &mentoring).await), named(&[("serviceId", "INELIGIBLE")]));
    }

    async fn criteria_are_held_against_a_referral_again_when_it_is_accepted(world) {
        let mentoring = mentoring(world).await;
        let owain = person(world, "D200008", NPS, json!({})).await;
        let sent = submitted(world, &owain, &mentoring, json!({})).await;
        ask(world, json!({ "kind": "age_range", "max": 25 }), json!({})).await.granted();
        let answer = then(world, "yss-manager", "acceptReferral", &sent, json!({})).await;
        assert_eq!(answer.refusals(), ["INELIGIBLE"]);
    }
}
