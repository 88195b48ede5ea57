//! Entries of the directory: found by what one knows of them, and changed by those who keep them.

use serde_json::{Value, json};

use super::{ADMIN, change, mentoring, named, said, submit, tomorrow, written};
use crate::delivering::not_delivered;
use crate::people::Answer;
use crate::referring::{
    NPS, accepted, draft, merge, organisation, person, referral, service as service_of, then,
};
use crate::scenario;
use crate::world::World;

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

scenario! {
    async fn services_are_found_by_words_of_their_names_and_their_providers(world) {
        for (text, expected) in [
            ("mentor", vec!["YSS: Meet and Mentor", "YSS: Enhanced Support Service"]),
            ("mentoring gate", vec!["YSS: Meet and Mentor"]),
            ("assess tutors", vec!["Worcester University: Therapeutic counselling"]),
            ("railw", vec!["Ixion: Employment, training and education"]),
            ("accommodated nac", vec!["Nacro: Supported accommodation"]),
            ("MENTOR  meet", vec!["YSS: Meet and Mentor"]),
            ("yss", vec!["YSS: Enhanced Support Service", "YSS: Meet and Mentor"]),
            ("yss meet", vec!["YSS: Meet and Mentor"]),
            ("womens group programme", vec!["Warwickshire & West Mercia CRC: Women’s group programme"]),
            ("WOMEN'S rolling PROGRAMMES", vec!["Warwickshire & West Mercia CRC: Women’s group programme"]),
            ("women‘s prögramme", vec!["Warwickshire & West Mercia CRC: Women’s group programme", "Willowdene: Counselling and skills support programme"]),
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

    async fn what_is_sought_by_words_comes_in_the_order_in_which_it_fits(world) {
        let provider = organisation(world, "YSS").await;
        for (name, description) in [
            ("A path out", "Debt, mentoring and a zebra."),
            ("Zebras for two", "Two sessions."),
            ("Walks with a zebra", "Six sessions."),
            ("Zebra crossing", "The highway code."),
            ("Zoo: a zébra", "Twelve sessions."),
        ] {
            add(world, json!({ "providerId": provider, "name": name, "description": description })).await.granted();
        }
        // The whole word in the name, then what begins with it, then the content; each by name.
        let expected = ["Walks with a zebra", "Zebra crossing", "Zoo: a zébra", "Zebras for two", "A path out"];
        let of_yss = expected.map(|name| format!("YSS: {name}"));
        assert_eq!(found(world, "nps-officer", json!({ "text": "ZEBRA" })).await, of_yss);
        let halves = found(world, "nps-officer", json!({ "text": "zeb" })).await;
        assert_eq!((halves.len(), halves.last().map(String::as_str)), (5, Some("YSS: A path out")));
        // A provider fits no better than content does.
        let of_provider = found(world, "nps-officer", json!({ "text": "zebra yss" })).await;
        assert_eq!(of_provider.first().map(String::as_str), Some("YSS: A path out"));
        // Forwards and backwards, two at a time, each comes once and in this order.
        let document = "query($first: Int, $after: String, $last: Int, $before: String) {
            services(text: \"zebra\", first: $first, after: $after, last: $last, before: $before) {
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { name } } }";
        let officer = world.as_person("nps-officer");
        for (size, from, more, cursor) in [
            ("first", "after", "hasNextPage", "endCursor"),
            ("last", "before", "hasPreviousPage", "startCursor"),
        ] {
            let (mut pages, mut at) = (Vec::new(), Value::Null);
            loop {
                let page = officer.query(document, json!({ size: 2, from: at })).await.granted();
                let names = page.list("/services/nodes").iter().map(|node| node["name"].as_str().expect("a name").to_owned());
                pages.push(names.collect::<Vec<_>>());
                if page.data(&format!("/services/pageInfo/{more}")) == false {
                    break;
                }
                at = page.data(&format!("/services/pageInfo/{cursor}")).clone();
            }
            if size == "last" {
                pages.reverse();
            }
            assert_eq!(pages.concat(), expected, "{size}");
            // A cursor of this order is none of another.
            let wrong = "query($after: String) { services(after: $after) { nodes { name } } }";
            assert_eq!(officer.query(wrong, json!({ "after": at })).await.error_codes(), ["BAD_USER_INPUT"]);
        }
        // A name that changes fits by what it is.
        let all = officer.query("{ services(text: \"path out\") { nodes { id } } }", json!({})).await.granted();
        change(world, all.text("/services/nodes/0/id"), json!({ "name": "The zebra path" })).await.granted();
        let again = found(world, "nps-officer", json!({ "text": "zebra" })).await;
        assert_eq!(again.first().map(String::as_str), Some("YSS: The zebra path"));
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
