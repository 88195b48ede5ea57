//! The directory: services found by what one knows of them, and the criteria that they keep as rows.

use chrono::{Days, NaiveDate};
use entity::{audit_event, criterion, service, service_need};
use sea_orm::{EntityTrait, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::delivering::not_delivered;
use crate::people::Answer;
use crate::referring::{
    CRC, NPS, Person, accepted, draft, merge, organisation, person, referral, service as service_of,
    submitted, then, today,
};
use crate::scenario;
use crate::world::World;

const ADMIN: &str = "card-admin";

/// The services that a search finds, by name.
async fn found(world: &World, who: &str, sought: Value) -> Vec<String> {
    let document = "query($provider: ID, $need: Need, $text: String, $openOn: Date) {
        services(provider: $provider, need: $need, text: $text, openOn: $openOn, first: 100) { totalCount nodes { name provider { name } } } }";
    let answer = world.as_person(who).query(document, sought).await.granted();
    let rows = answer.list("/services/nodes");
    assert_eq!(answer.data("/services/totalCount"), rows.len());
    let words = |row: &Value| {
        format!(
            "{}: {}",
            row["provider"]["name"].as_str().unwrap_or("-"),
            row["name"].as_str().unwrap_or("-")
        )
    };
    rows.iter().map(words).collect()
}

/// A new service of YSS, but for what `more` says.
async fn add(world: &World, more: Value) -> Answer {
    let mut input = json!({
        "providerId": organisation(world, "YSS").await, "name": "Reading circle", "description": "Books for beginners.",
        "delivery": "GROUP", "unit": "SESSION", "countsTowardsRar": false, "needsSuitabilityMeeting": false,
        "respondWithinDays": 5, "acceptableAbsencePercent": 0, "unacceptableAbsencePercent": 0,
        "lateCancellationPercent": 0, "lateCancellationHours": 0, "needs": ["ETE"],
    });
    merge(&mut input, more);
    world.as_person(ADMIN).mutate("addService", input, "service { id version name needs }").await
}

/// Changes a service as it is now.
async fn change(world: &World, id: &str, more: Value) -> Answer {
    let document = "query($id: ID!) { service(id: $id) { version } }";
    let read = world.as_person(ADMIN).query(document, json!({ "id": id })).await.granted();
    let mut input = json!({ "serviceId": id, "version": read.data("/service/version") });
    merge(&mut input, more);
    world
        .as_person(ADMIN)
        .mutate("changeService", input, "service { version openTo withdrawalReason needs }")
        .await
}

/// Adds a criterion to YSS's mentoring, but for what `more` says.
async fn ask(world: &World, value: Value, more: Value) -> Answer {
    let mut input = json!({ "serviceId": mentoring(world).await, "value": value, "reason": "Agreed." });
    merge(&mut input, more);
    world
        .as_person(ADMIN)
        .mutate("addCriterion", input, "criterion { id version kind value description }")
        .await
}

async fn mentoring(world: &World) -> String {
    service_of(world, "YSS", "Meet and Mentor").await
}

/// What comes of submitting a referral to a service: the codes of its refusals.
async fn submit(world: &World, person: &Person, service: &str) -> Answer {
    let drafted = referral(draft(world, person, service, json!({})).await);
    then(world, person.officer, "submitReferral", &drafted, json!({})).await
}

/// The code and the field of each refusal.
#[track_caller]
fn said(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.error_code(), None, "{answer:?}");
    let mut said: Vec<_> =
        answer.user_errors().into_iter().map(|refusal| (refusal.field, refusal.code.to_owned())).collect();
    said.sort();
    said
}

/// The same as a scenario writes it.
fn named(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut named: Vec<_> =
        expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect();
    named.sort();
    named
}

/// Everything that an act on the directory could write.
async fn written(world: &World) -> (Vec<service::Model>, Vec<criterion::Model>, u64, u64) {
    let database = &world.database;
    let mut services = service::Entity::find().all(database).await.expect("services");
    services.sort_by_key(|row| row.id);
    let mut criteria = criterion::Entity::find().all(database).await.expect("criteria");
    criteria.sort_by_key(|row| row.id);
    let needs = service_need::Entity::find().count(database).await.expect("a count");
    let audited = audit_event::Entity::find().count(database).await.expect("a count");
    (services, criteria, needs, audited)
}

fn tomorrow(world: &World) -> NaiveDate {
    today(world) + Days::new(1)
}

scenario! {
    async fn services_are_found_by_words_of_their_names_and_their_providers(world) {
        for (text, expected) in [
            ("mentor", vec!["YSS: Enhanced Support Service", "YSS: Meet and Mentor"]),
            ("mentoring gate", vec!["YSS: Meet and Mentor"]),
            ("assess tutors", vec!["Worcester University: Therapeutic counselling"]),
            ("railw", vec!["Ixion: Employment, training and education"]),
            ("accommodated nac", vec!["Nacro: Supported accommodation"]),
            ("MENTOR  meet", vec!["YSS: Meet and Mentor"]),
            ("yss", vec!["YSS: Enhanced Support Service", "YSS: Meet and Mentor"]),
            ("yss meet", vec!["YSS: Meet and Mentor"]),
            ("womens group programme", vec!["Warwickshire & West Mercia CRC: Women’s group programme"]),
            ("WOMEN'S rolling PROGRAMMES", vec!["Warwickshire & West Mercia CRC: Women’s group programme"]),
            ("women‘s prögramme", vec!["Willowdene: Counselling and skills support programme", "Warwickshire & West Mercia CRC: Women’s group programme"]),
            ("(sarm)", vec!["Willowdene: Self-Awareness and Relationship Management (SARM)"]),
            ("yss willowdene", vec![]),
            ("%", vec![]),
            ("_eet", vec![]),
            ("\\", vec![]),
            ("' or 1=1 --", vec!["Gym with Sports England: Healthier Happier Fitter"]),
            ("👩‍👧", vec![]),
        ] {
            assert_eq!(found(world, "nps-officer", json!({ "text": text })).await, expected, "{text}");
        }
        let all = found(world, "court-officer", json!({})).await;
        assert_eq!(all.len(), 22);
        assert_eq!(found(world, "yss-worker", json!({ "text": "  " })).await, all);
        for text in ["x".repeat(201), "a\u{0}b".to_owned()] {
            let document = "query($text: String) { services(text: $text) { totalCount } }";
            let answer = world.as_person("nps-officer").query(document, json!({ "text": text })).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{answer:?}");
        }
    }

    async fn a_renamed_service_is_found_by_its_new_name_alone(world) {
        let made = add(world, json!({})).await.granted();
        assert_eq!(found(world, "nps-officer", json!({ "text": "reading" })).await, ["YSS: Reading circle"]);
        change(world, made.text("/addService/service/id"), json!({ "name": "Book club" })).await.granted();
        assert_eq!(found(world, "nps-officer", json!({ "text": "book" })).await, ["YSS: Book club"]);
        assert_eq!(found(world, "nps-officer", json!({ "text": "reading" })).await, [""; 0]);
    }

    async fn every_filter_narrows_the_directory(world) {
        let yss = organisation(world, "YSS").await;
        let (support, mentor) = ("YSS: Enhanced Support Service", "YSS: Meet and Mentor");
        for (sought, expected) in [
            (json!({ "provider": yss }), vec![support, mentor]),
            (json!({ "provider": yss, "need": "FINANCE_AND_DEBT" }), vec![support]),
            (json!({ "need": "FINANCE_AND_DEBT" }), vec![support, "Warwickshire & West Mercia CRC: Through the Gate"]),
            (json!({ "provider": yss, "need": "ALCOHOL_MISUSE" }), vec![]),
            (json!({ "need": "ACCOMMODATION", "text": "y" }), vec!["YSS: Enhanced Support Service", "YSS: Meet and Mentor"]),
            (json!({ "provider": organisation(world, NPS).await }), vec![]),
        ] {
            assert_eq!(found(world, "nps-officer", sought.clone()).await, expected, "{sought}");
        }
        for sought in [json!({ "provider": "svc_01h455vb4pex5vsknk084sn02q" }), json!({ "need": "MONEY" }), json!({ "openOn": "1899-12-31" }), json!({ "openOn": "+262142-01-01" })] {
            let document = "query($provider: ID, $need: Need, $openOn: Date) { services(provider: $provider, need: $need, openOn: $openOn) { totalCount } }";
            let answer = world.as_person("nps-officer").query(document, sought.clone()).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{sought} {answer:?}");
        }
    }

    async fn services_are_found_by_the_day_on_which_they_take_referrals(world) {
        let open = json!({ "openFrom": "2017-11-01", "openTo": "2017-12-01", "withdrawalReason": "A pilot." });
        add(world, open).await.granted();
        for (day, count) in [("2017-10-31", 0), ("2017-11-01", 1), ("2017-11-30", 1), ("2017-12-01", 0)] {
            let found = found(world, "nps-officer", json!({ "openOn": day, "text": "reading" })).await;
            assert_eq!(found.len(), count, "{day}");
        }
        assert_eq!(found(world, "nps-officer", json!({ "openOn": "2017-10-31" })).await.len(), 22);
    }

    async fn the_pages_of_the_directory_are_the_whole_directory(world) {
        let document = "query($first: Int, $after: String) { services(first: $first, after: $after) {
            nodes { name provider { name } } pageInfo { hasNextPage endCursor } } }";
        let all = found(world, "inspector", json!({})).await;
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = world.as_person("inspector").query(document, json!({ "first": 3, "after": after })).await.granted();
            for row in page.list("/services/nodes") {
                seen.push(format!("{}: {}", row["provider"]["name"].as_str().unwrap_or("-"), row["name"].as_str().unwrap_or("-")));
            }
            after = page.data("/services/pageInfo/endCursor").clone();
            if page.data("/services/pageInfo/hasNextPage") == false {
                break;
            }
        }
        // Two services are named alike: both are there, once.
        assert_eq!(seen, all);
    }

    async fn things_named_by_their_identifiers_come_in_their_order_and_null_where_there_is_none(world) {
        let (yss, mentoring) = (organisation(world, "YSS").await, mentoring(world).await);
        let ids = [mentoring.as_str(), "svc_01h455vb4pex5vsknk084sn02q", &yss, "nonsense", "", &mentoring, "case_01h455vb4pex5vsknk084sn02q"];
        let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Service { name } ... on Organisation { name } } }";
        let answer = world.as_person("yss-worker").query(document, json!({ "ids": ids })).await.granted();
        let service = json!({ "id": mentoring, "name": "Meet and Mentor" });
        let provider = json!({ "id": yss, "name": "YSS" });
        assert_eq!(answer.data("/nodes"), &json!([service, null, provider, null, null, service, null]));
        let many = vec![yss; 101];
        let refused = world.as_person("yss-worker").query(document, json!({ "ids": many })).await;
        assert_eq!(refused.error_code(), Some("BAD_USER_INPUT"));
    }

    async fn every_mistake_of_a_service_is_named_at_once(world) {
        let before = written(world).await;
        let wrong = json!({
            "name": " ", "description": "x".repeat(10_001), "usualUnits": 0, "respondWithinDays": 61, "acceptableAbsencePercent": -1,
            "unacceptableAbsencePercent": 101, "lateCancellationPercent": i32::MAX, "lateCancellationHours": 337,
            "providerLogisticsPercent": -1,
            "openFrom": "2017-11-01", "openTo": "2017-11-01",
        });
        assert_eq!(said(&add(world, wrong).await), named(&[
            ("name", "REQUIRED"), ("description", "TOO_LONG"), ("usualUnits", "OUT_OF_RANGE"), ("respondWithinDays", "OUT_OF_RANGE"),
            ("acceptableAbsencePercent", "OUT_OF_RANGE"), ("unacceptableAbsencePercent", "OUT_OF_RANGE"),
            ("lateCancellationPercent", "OUT_OF_RANGE"), ("lateCancellationHours", "OUT_OF_RANGE"), ("providerLogisticsPercent", "OUT_OF_RANGE"),
            ("openTo", "EMPTY_PERIOD"), ("withdrawalReason", "REASON_MISSING"),
        ]));
        let wrong = json!({
            "name": "a\u{0}", "withdrawalReason": "It closes.",
            "providerId": organisation(world, NPS).await,
        });
        assert_eq!(said(&add(world, wrong).await), named(&[
            ("name", "INVALID"), ("openTo", "REQUIRED"), ("providerId", "NOT_A_PROVIDER"),
        ]));
        assert_eq!(add(world, json!({ "needs": ["MONEY"] })).await.error_code(), Some("BAD_USER_INPUT"));
        assert_eq!(add(world, json!({ "unit": "MINUTE" })).await.error_code(), Some("BAD_USER_INPUT"));
        assert_eq!(add(world, json!({ "openFrom": "1899-12-31" })).await.error_code(), Some("BAD_USER_INPUT"));
        assert_eq!(written(world).await, before);
    }

    async fn a_name_is_given_once_however_it_is_written(world) {
        let before = written(world).await;
        for name in ["Meet and Mentor", "meet  AND mentör", " Meet and Mentor’ "] {
            assert_eq!(said(&add(world, json!({ "name": name })).await), named(&[("name", "TAKEN")]), "{name}");
        }
        assert_eq!(written(world).await, before);
        add(world, json!({ "name": "Meet and Mentor", "providerId": organisation(world, "Nacro").await })).await.granted();
        let (one, other) = tokio::join!(add(world, json!({})), add(world, json!({})));
        let mut came_to = [one.refusals().join(" "), other.refusals().join(" ")];
        came_to.sort();
        assert_eq!(came_to, ["", "TAKEN"], "{one:?} {other:?}");
    }

    async fn the_unit_of_a_service_stays_once_it_has_a_price(world) {
        let before = written(world).await;
        let answer = change(world, &mentoring(world).await, json!({ "unit": "HOUR" })).await;
        assert_eq!(said(&answer), named(&[("unit", "PRICED")]));
        assert_eq!(written(world).await, before);
        let made = add(world, json!({})).await.granted();
        change(world, made.text("/addService/service/id"), json!({ "unit": "HOUR" })).await.granted();
    }

    async fn the_needs_of_a_service_are_replaced_as_a_whole(world) {
        let made = add(world, json!({ "needs": ["ETE", "RELATIONSHIPS", "ETE"] })).await.granted();
        let id = made.text("/addService/service/id");
        let changed = change(world, id, json!({ "needs": ["ACCOMMODATION", "ETE"] })).await.granted();
        assert_eq!(changed.data("/changeService/service/version"), 2);
        let document = "query($id: ID!) { service(id: $id) { needs } }";
        let read = world.as_person("nps-officer").query(document, json!({ "id": id })).await.granted();
        let mut needs: Vec<_> = read.list("/service/needs").iter().filter_map(Value::as_str).collect();
        needs.sort_unstable();
        assert_eq!(needs, ["ACCOMMODATION", "ETE"]);
        let stale = json!({ "serviceId": id, "version": 1, "needs": [] });
        let late = world.as_person("card-approver").mutate("changeService", stale, "service { id }").await;
        assert_eq!(late.error_code(), Some("CONFLICT"));
    }

    async fn only_administrators_of_the_card_and_providers_change_the_directory(world) {
        let mentoring = mentoring(world).await;
        let before = written(world).await;
        let change = json!({ "serviceId": mentoring, "version": 1, "name": "Mine" });
        let ask = json!({ "serviceId": mentoring, "value": { "kind": "priority_cases" }, "reason": "No." });
        for who in ["nps-officer", "nps-manager", "court-officer", "crc-officer", "crc-manager", "contract-manager", "yss-worker", "system-admin", "inspector"] {
            let person = world.as_person(who);
            assert_eq!(person.mutate("changeService", change.clone(), "service { id }").await.error_code(), Some("FORBIDDEN"), "{who}");
            assert_eq!(person.mutate("addCriterion", ask.clone(), "criterion { id }").await.error_code(), Some("FORBIDDEN"), "{who}");
        }
        assert_eq!(written(world).await, before);
    }

    async fn a_service_without_a_price_cannot_be_referred_to(world) {
        let made = add(world, json!({})).await.granted();
        let owain = person(world, "D100001", NPS, json!({})).await;
        let answer = submit(world, &owain, made.text("/addService/service/id")).await;
        assert_eq!(said(&answer), named(&[("serviceId", "NO_PRICE")]));
    }

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

    async fn a_service_that_closes_says_why_to_both_sides(world) {
        let mentoring = mentoring(world).await;
        let owain = person(world, "D300001", NPS, json!({})).await;
        let before = written(world).await;
        let bare = change(world, &mentoring, json!({ "openTo": tomorrow(world) })).await;
        assert_eq!(said(&bare), named(&[("withdrawalReason", "REASON_MISSING")]));
        let undated = change(world, &mentoring, json!({ "withdrawalReason": "The grant ends." })).await;
        assert_eq!(said(&undated), named(&[("openTo", "REQUIRED")]));
        assert_eq!(written(world).await, before);
        change(world, &mentoring, json!({ "openTo": tomorrow(world), "withdrawalReason": "The grant ends." })).await.granted();
        let document = "query($id: ID!) { service(id: $id) { openTo withdrawalReason } }";
        for who in ["nps-officer", "court-officer", "crc-officer", "yss-manager", "yss-worker"] {
            let read = world.as_person(who).query(document, json!({ "id": mentoring })).await.granted();
            assert_eq!(read.data("/service"), &json!({ "openTo": "2017-10-03", "withdrawalReason": "The grant ends." }), "{who}");
        }
        let drafted = referral(draft(world, &owain, &mentoring, json!({})).await);
        world.clock.set("2017-10-02T23:00:00Z".parse().expect("an instant"));
        let late = then(world, "nps-officer", "submitReferral", &drafted, json!({})).await;
        assert_eq!(said(&late), named(&[("serviceId", "UNAVAILABLE")]));
        world.clock.set("2017-10-02T22:59:59Z".parse().expect("an instant"));
        let sent = referral(then(world, "nps-officer", "submitReferral", &drafted, json!({})).await);
        // What was sent in time is still delivered.
        world.clock.set("2017-10-04T09:00:00Z".parse().expect("an instant"));
        referral(then(world, "yss-manager", "acceptReferral", &sent, json!({})).await);
    }

    async fn a_service_that_is_not_to_close_after_all_has_no_reason_left(world) {
        let mentoring = mentoring(world).await;
        change(world, &mentoring, json!({ "openTo": tomorrow(world), "withdrawalReason": "The grant ends." })).await.granted();
        let open = change(world, &mentoring, json!({ "openTo": null })).await.granted();
        assert_eq!(open.data("/changeService/service/openTo"), &Value::Null);
        assert_eq!(open.data("/changeService/service/withdrawalReason"), &Value::Null);
    }

    async fn a_referral_keeps_the_charging_rule_of_its_submission(world) {
        let support = service_of(world, "YSS", "Enhanced Support Service").await;
        let early = accepted(world, &person(world, "D400001", NPS, json!({})).await).await;
        let rule = json!({
            "unacceptableAbsencePercent": 100, "acceptableAbsencePercent": 25, "lateCancellationPercent": 100, "lateCancellationHours": 48,
            "providerLogisticsPercent": 40,
        });
        change(world, &support, rule).await.granted();
        let late = accepted(world, &person(world, "D400002", NPS, json!({ "givenNames": "Emyr" })).await).await;
        for (referral, expected) in [(&early, json!([0, 2_850, 0, 0])), (&late, json!([1_425, 5_700, 5_700, 2_280]))] {
            let mut charged = Vec::new();
            for acceptable in [true, false] {
                let session = scheduled(world, referral, if acceptable { -4 } else { -2 }).await;
                let absent = json!({
                    "attended": false, "happened": false, "proposedAcceptable": acceptable, "absenceReason": "NO_REASON_GIVEN",
                    "contactAttempts": "Rang.", "receivedBy": "TELEPHONE",
                });
                charged.push(act(world, "nps-officer", "recordAttendance", &session, absent).await);
            }
            let session = scheduled(world, referral, 24).await;
            let why = json!({ "requestedBy": "SERVICE_USER", "reason": "Ill." });
            charged.push(act(world, "yss-worker", "cancelSession", &session, why).await);
            let session = scheduled(world, referral, -6).await;
            charged.push(act(world, "yss-worker", "recordAttendance", &session, not_delivered("LOGISTICS")).await);
            assert_eq!(json!(charged), expected);
        }
    }
}

/// A session in the diary of a referral, so many hours from now.
async fn scheduled(world: &World, referral: &Value, hours: i64) -> Value {
    let starts_at = world.clock.now() + chrono::TimeDelta::hours(hours);
    let input = json!({
        "referralId": referral["id"], "kind": "ONE_TO_ONE", "startsAt": starts_at, "endsAt": starts_at + chrono::TimeDelta::hours(1),
    });
    let made = world
        .as_person("yss-worker")
        .mutate("scheduleSession", input, "session { id version }")
        .await
        .granted();
    made.data("/scheduleSession/session").clone()
}

/// Does something to a session, and answers with what its referral is charged for it, in pence.
async fn act(world: &World, who: &str, field: &str, session: &Value, more: Value) -> i64 {
    let mut input = json!({ "sessionId": session["id"], "version": session["version"] });
    merge(&mut input, more);
    world.as_person(who).mutate(field, input, "session { id }").await.granted();
    let document = "query($id: ID!) { session(id: $id) { referral { charges { nodes { money { amount } session { id } } } } } }";
    let read = world.as_person("nps-officer").query(document, json!({ "id": session["id"] })).await.granted();
    let lines = read
        .list("/session/referral/charges/nodes")
        .iter()
        .filter(|line| line["session"]["id"] == session["id"]);
    lines.filter_map(|line| line["money"]["amount"].as_i64()).sum()
}
