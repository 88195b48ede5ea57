//! Entries of the directory: what services say of themselves, who keeps them, and how they are found by it.

use entity::service;
use migration::{Migrator, MigratorTrait as _};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Set,
    Unchanged,
};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{CRC, NPS, draft, merge, organisation, person, referral, service as service_of, then};
use crate::scenario;
use crate::world::World;

/// The names of the services that a search finds.
async fn found(world: &World, who: &str, arguments: &str) -> Vec<String> {
    let document = format!("{{ services(first: 100, {arguments}) {{ totalCount nodes {{ name }} }} }}");
    let answer = world.as_person(who).query(&document, json!({})).await.granted();
    let names = answer.list("/services/nodes").iter().filter_map(|row| row["name"].as_str());
    let names: Vec<_> = names.map(str::to_owned).collect();
    assert_eq!(answer.data("/services/totalCount"), names.len(), "{arguments}");
    names
}

async fn found_by(world: &World, arguments: String) -> Vec<String> {
    found(world, "court-officer", &arguments).await
}

/// A new service of YSS, but for what `more` says.
async fn add(world: &World, who: &str, more: Value) -> Answer {
    let mut input = json!({
        "providerId": organisation(world, "YSS").await, "name": "Reading circle", "description": "Books for beginners.",
        "delivery": "GROUP", "unit": "SESSION", "countsTowardsRar": false, "needsSuitabilityMeeting": false,
        "respondWithinDays": 5, "acceptableAbsencePercent": 0, "unacceptableAbsencePercent": 0,
        "lateCancellationPercent": 0, "lateCancellationHours": 0, "needs": ["ETE"],
    });
    merge(&mut input, more);
    world.as_person(who).mutate("addService", input, "service { id version onCard }").await
}

async fn change(world: &World, who: &str, id: &str, more: Value) -> Answer {
    let document = "query($id: ID!) { service(id: $id) { version } }";
    let read = world.as_person(who).query(document, json!({ "id": id })).await.granted();
    let mut input = json!({ "serviceId": id, "version": read.data("/service/version") });
    merge(&mut input, more);
    world.as_person(who).mutate("changeService", input, "service { version modes duties earliestStart venues { name } areas { reach ldu { name } } availability { purchaser basis availableFrom availableTo } }").await
}

fn said(answer: &Answer) -> Vec<(String, String)> {
    let mut said: Vec<_> =
        answer.user_errors().into_iter().map(|refusal| (refusal.field, refusal.code.to_owned())).collect();
    said.sort();
    said
}

fn named(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(field, code)| ((*field).to_owned(), (*code).to_owned())).collect()
}

/// The identifier of an LDU.
async fn ldu(world: &World, organisation: &str, name: &str) -> String {
    let document = "{ organisations(first: 100) { nodes { name ldus { nodes { id name } } } } }";
    let read = world.as_person("inspector").query(document, json!({})).await.granted();
    let of = read.list("/organisations/nodes").iter().find(|row| row["name"] == organisation).expect("it");
    let ldu = of["ldus"]["nodes"].as_array().expect("a list").iter().find(|row| row["name"] == name);
    ldu.and_then(|ldu| ldu["id"].as_str()).expect("an LDU").to_owned()
}

scenario! {
    async fn services_are_found_by_what_they_say_of_themselves(world) {
        for (arguments, expected) in [
            ("mode: HOME_VISIT", vec!["Enhanced Support Service"]),
            ("mode: RESIDENTIAL", vec!["Residential placement", "Supported accommodation"]),
            ("mode: EVENING, need: ALCOHOL_MISUSE", vec!["Drink Impaired Drivers (DIDs)", "Substance misuse support", "Substance misuse support"]),
            ("mode: CUSTODY, need: ETE", vec!["Through the Gate"]),
            (r#"text: "counsel", person: { purchaser: NPS }"#, vec!["Counselling and skills support programme", "Counselling and skills support programme: single day"]),
            (r#"text: "counsel", person: { purchaser: CRC }"#, vec!["Counselling and skills support programme", "Counselling and skills support programme: single day", "Therapeutic counselling"]),
            (r#"text: "healthier""#, vec!["Healthier Happier Fitter"]),
            (r#"text: "healthier", person: { age: 25 }"#, vec!["Healthier Happier Fitter"]),
            (r#"text: "healthier", person: { age: 26 }"#, vec![]),
            ("need: RELATIONSHIPS, person: { gender: MALE, sentence: COMMUNITY_ORDER }", vec!["Becoming Respectful", "Building Better Relationships (BBR)", "Self-Awareness and Relationship Management (SARM)", "Therapeutic counselling"]),
            ("need: RELATIONSHIPS, person: { gender: FEMALE, sentence: SUSPENDED_SENTENCE_ORDER }", vec!["Becoming Respectful", "Self-Awareness and Relationship Management (SARM)", "Structured work for women", "Therapeutic counselling"]),
        ] {
            assert_eq!(found(world, "court-officer", arguments).await, expected, "{arguments}");
        }
        let hereford = ldu(world, NPS, "Herefordshire").await;
        let women = found(world, "court-officer", &format!(r#"ldu: "{hereford}", person: {{ gender: FEMALE }}, need: EMOTIONAL_WELLBEING"#)).await;
        assert!(women.contains(&"Structured work for women".to_owned()) && !women.contains(&"Women’s group programme".to_owned()), "{women:?}");
        // What one may not see of prices narrows nothing.
        let cheap = found(world, "court-officer", r#"text: "meet mentor", mostPence: 3175"#).await;
        assert_eq!(cheap, ["Meet and Mentor"]);
        assert_eq!(found(world, "court-officer", r#"text: "meet mentor", mostPence: 3174"#).await, [""; 0]);
        assert_eq!(found(world, "court-officer", r#"mostPence: 2147483647, priceKind: SUPPLY"#).await, [""; 0]);
        assert_eq!(found(world, "yss-worker", "mostPence: 2147483647").await, [""; 0]);
        // The CRC can use the programme for RARs until April, and for post-sentence supervision longer.
        for (day, sentence, purchaser, is) in [
            ("2018-03-31", "COMMUNITY_ORDER", "CRC", true), ("2018-04-01", "COMMUNITY_ORDER", "CRC", false),
            ("2018-04-01", "POST_SENTENCE_SUPERVISION", "CRC", true), ("2018-04-01", "COMMUNITY_ORDER", "NPS", true),
        ] {
            let asked = format!(r#"openOn: "{day}", text: "counselling skills programme", person: {{ purchaser: {purchaser}, sentence: {sentence} }}"#);
            let names = found(world, "court-officer", &asked).await;
            assert_eq!(names.contains(&"Counselling and skills support programme".to_owned()), is, "{asked} {names:?}");
        }
        // Cohorts begin: the gym's in two weeks in Worcestershire, and in no other LDU.
        let worcester = ldu(world, NPS, "Worcestershire").await;
        let starts = |day: &str, ldu: &str| found_by(world, format!(r#"startsBy: "{day}", text: "healthier", ldu: "{ldu}""#));
        assert_eq!(starts("2017-10-30", &worcester).await, ["Healthier Happier Fitter"]);
        assert_eq!(starts("2017-10-03", &worcester).await, [""; 0]);
        assert_eq!(starts("2017-10-30", &hereford).await, [""; 0]);
        let read = world.as_person("court-officer").query(r#"{ services(text: "healthier") { nodes { earliestStart cohorts { nodes { firstDay } } } } }"#, json!({})).await.granted();
        assert_eq!(read.data("/services/nodes/0/earliestStart"), read.data("/services/nodes/0/cohorts/nodes/0/firstDay"));
        for wrong in ["person: { age: 131 }", "person: { age: -1 }", r#"startsBy: "1066-10-14""#] {
            let answer = world.as_person("court-officer").query(&format!("{{ services({wrong}) {{ totalCount }} }}"), json!({})).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{wrong}");
        }
    }

    async fn a_narrowed_directory_is_paged_as_a_whole_one(world) {
        let all = found(world, "court-officer", "person: { gender: MALE }").await;
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let document = "query($after: String) { services(first: 4, after: $after, person: { gender: MALE }) { nodes { name } pageInfo { hasNextPage endCursor } } }";
            let page = world.as_person("court-officer").query(document, json!({ "after": after })).await.granted();
            seen.extend(page.list("/services/nodes").iter().filter_map(|row| row["name"].as_str().map(str::to_owned)));
            after = page.data("/services/pageInfo/endCursor").clone();
            if page.data("/services/pageInfo/hasNextPage") == false {
                break;
            }
        }
        assert_eq!(seen, all);
    }

    async fn a_provider_keeps_its_own_entries_and_the_crc_puts_them_on_the_card(world) {
        let made = add(world, "yss-manager", json!({ "facts": { "modes": ["EVENING"], "earliestStart": "2017-11-01" } })).await.granted();
        let id = made.text("/addService/service/id").to_owned();
        assert_eq!(made.data("/addService/service/onCard"), false);
        assert_eq!(found(world, "nps-officer", r#"text: "reading""#).await, [""; 0]);
        for on_card in ["false", "null"] {
            assert_eq!(found(world, "card-admin", &format!(r#"text: "reading", onCard: {on_card}"#)).await, ["Reading circle"]);
        }
        let owain = person(world, "F100001", NPS, json!({})).await;
        let drafted = referral(draft(world, &owain, &id, json!({})).await);
        let early = then(world, "nps-officer", "submitReferral", &drafted, json!({})).await;
        assert!(early.refusals().contains(&"UNAVAILABLE"), "{early:?}");
        change(world, "yss-manager", &id, json!({ "name": "Book club", "unit": "HOUR" })).await.granted();
        let read = world.as_person("card-admin").query("query($id: ID!) { service(id: $id) { version } }", json!({ "id": id })).await.granted();
        let input = json!({ "serviceId": id, "version": read.data("/service/version") });
        assert_eq!(world.as_person("yss-manager").mutate("approveService", input.clone(), "service { onCard }").await.error_code(), Some("FORBIDDEN"));
        let approved = world.as_person("card-admin").mutate("approveService", input, "service { onCard version }").await.granted();
        assert_eq!(approved.data("/approveService/service/onCard"), true);
        let again = json!({ "serviceId": id, "version": approved.data("/approveService/service/version") });
        let again = world.as_person("card-admin").mutate("approveService", again, "service { onCard }").await;
        assert_eq!(said(&again), named(&[("serviceId", "ON_CARD")]));
        assert_eq!(found(world, "nps-officer", r#"startsBy: "2017-11-01", text: "book""#).await, ["Book club"]);
        assert_eq!(found(world, "nps-officer", r#"startsBy: "2017-10-31", text: "book""#).await, [""; 0]);
        // What was agreed is the card's from then on; the content stays the provider's.
        let agreed = change(world, "yss-manager", &id, json!({ "name": "Mine", "usualUnits": 1, "lateCancellationPercent": 100, "facts": { "duties": [], "availability": [] } })).await;
        assert_eq!(said(&agreed), named(&[("facts.availability", "NOT_YOURS"), ("facts.duties", "NOT_YOURS"), ("lateCancellationPercent", "NOT_YOURS"), ("name", "NOT_YOURS"), ("usualUnits", "NOT_YOURS")]));
        let kept = change(world, "yss-manager", &id, json!({ "description": "Novels for everybody.", "needs": ["ETE", "RELATIONSHIPS"], "facts": { "modes": ["DAY", "EVENING", "DAY"], "earliestStart": null } })).await.granted();
        assert_eq!(kept.data("/changeService/service/modes"), &json!(["DAY", "EVENING"]));
        assert_eq!(kept.data("/changeService/service/earliestStart"), &Value::Null);
        assert_eq!(found(world, "nps-officer", r#"text: "novel""#).await, ["Book club"]);
    }

    async fn nobody_keeps_the_entry_of_another_provider(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        let foreign = change(world, "willowdene-manager", &mentoring, json!({ "description": "Closed." })).await;
        assert_eq!(said(&foreign), named(&[("serviceId", "NOT_YOURS")]));
        let added = add(world, "willowdene-manager", json!({})).await;
        assert_eq!(said(&added), named(&[("providerId", "NOT_YOURS")]));
    }

    async fn every_mistake_of_what_a_service_says_is_named_with_its_place(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        let worcester = ldu(world, NPS, "Worcestershire").await;
        let facts = json!({
            "areas": [{ "lduId": worcester, "reach": "COVERED" }, { "lduId": worcester, "reach": "HARD_TO_REACH" }, { "lduId": "ldu_01h455vb4pex5vsknk084sn02q", "reach": "COVERED" }],
            "venues": [{ "name": " " }, { "name": "The barn" }, { "name": "THE BARN" }],
            "availability": [{ "purchaser": "CRC", "availableFrom": "2018-01-01", "availableTo": "2018-01-01" }, { "purchaser": "CRC" }, { "purchaser": "CRC", "basis": "RAR" }],
        });
        let answer = change(world, "card-admin", &mentoring, json!({ "facts": facts })).await;
        assert_eq!(said(&answer), named(&[
            ("facts.areas.1.lduId", "INVALID"), ("facts.areas.2.lduId", "INVALID"),
            ("facts.availability.0.availableTo", "EMPTY_PERIOD"), ("facts.availability.1.availableFrom", "OVERLAPS"),
            ("facts.venues.0.name", "REQUIRED"), ("facts.venues.2.name", "INVALID"),
        ]));
        let many = json!({ "facts": { "venues": (0..51).map(|at| json!({ "name": format!("Room {at}") })).collect::<Vec<_>>() } });
        assert_eq!(said(&change(world, "card-admin", &mentoring, many).await), named(&[("facts.venues", "OUT_OF_RANGE")]));
    }

    async fn what_was_written_before_words_were_searched_is_found_without_its_accents(world) {
        let more = json!({ "description": "At the Café\n(Zoë’s) on Mondays." });
        add(world, "card-admin", more).await.granted();
        let row = service::Entity::find().filter(service::Column::Name.eq("Reading circle")).one(&world.database).await;
        let row = row.expect("a row").expect("the circle");
        // As it was brought over: its name and provider folded, its content by its letters.
        let words = format!(" {} {}", row.search_text, row.description.to_ascii_lowercase());
        let as_it_was = service::ActiveModel { id: Unchanged(row.id), search_words: Set(words), ..Default::default() };
        as_it_was.update(&world.database).await.expect("words");
        let asked = || found(world, "court-officer", r#"text: "cafe zoes mondays""#);
        assert_eq!(asked().await, [""; 0]);
        let taken = Query::delete().from_table("seaql_migrations").and_where(Expr::col("version").eq("m0012_folded_words")).to_owned();
        world.database.execute(&taken).await.expect("a step not yet taken");
        Migrator::up(&world.database, None).await.expect("the step");
        assert_eq!(asked().await, ["Reading circle"]);
    }

    async fn a_service_is_available_by_purchaser_and_basis_with_dates(world) {
        let programme = service_of(world, "Willowdene", "Counselling and skills support programme").await;
        let document = "query($id: ID!) { service(id: $id) { duties venues { name } areas { reach ldu { name } } availability { purchaser basis availableTo } } }";
        let read = world.as_person("court-officer").query(document, json!({ "id": programme })).await.granted();
        let hard: Vec<_> = read.list("/service/areas").iter().filter(|area| area["reach"] == "HARD_TO_REACH").collect();
        assert_eq!(hard, [&json!({ "reach": "HARD_TO_REACH", "ldu": { "name": "Herefordshire" } })]);
        assert_eq!(read.data("/service/duties"), &json!(["FEEDBACK_EACH_SESSION", "QUARTERLY_REPORT"]));
        assert!(read.list("/service/availability").contains(&json!({ "purchaser": "CRC", "basis": "RAR", "availableTo": "2018-04-01" })));
        // The CRC ends its use for RARs; the NPS goes on.
        let crc = person(world, "F200001", CRC, json!({})).await;
        let nps = person(world, "F200002", NPS, json!({ "givenNames": "Emyr" })).await;
        for (person, who, ends) in [(&crc, "crc-officer", true), (&nps, "nps-officer", false)] {
            let document = "query($s: ID!, $c: ID!, $on: Date) { eligibility(service: $s, case: $c, on: $on) { eligible available reasons { kind fact change message criterion { kind } } } }";
            for (on, is) in [("2018-03-31", true), ("2018-04-01", !ends)] {
                let read = world.as_person(who).query(document, json!({ "s": programme, "c": person.case, "on": on })).await.granted();
                assert_eq!((read.data("/eligibility/available"), read.data("/eligibility/eligible")), (&json!(is), &json!(is)), "{who} {on}");
                if !is {
                    assert_eq!(read.data("/eligibility/reasons"), &json!([{ "kind": "AVAILABILITY", "criterion": null, "change": "Choose another service.",
                        "fact": "The service is no longer available to the CRC on this basis since 1 April 2018.",
                        "message": "The service is no longer available to the CRC on this basis since 1 April 2018. Choose another service." }]));
                }
            }
        }
        let late = json!({ "facts": { "availability": [{ "purchaser": "CRC", "basis": "RAR", "availableTo": "2017-10-02" }, { "purchaser": "NPS" }] } });
        change(world, "card-admin", &programme, late).await.granted();
        for (person, refused) in [(&crc, vec!["UNAVAILABLE"]), (&nps, vec![])] {
            let drafted = referral(draft(world, person, &programme, json!({ "expectedUnits": 1 })).await);
            let answer = then(world, person.officer, "submitReferral", &drafted, json!({})).await;
            assert_eq!(answer.refusals(), refused, "{answer:?}");
        }
    }
}
