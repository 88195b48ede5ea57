//! Unmet need: who could have a service and was referred to nothing, one by one and counted.

use std::collections::{BTreeMap, BTreeSet};

use entity::{probation_case, reading, reading_subject};
use rules::Term as _;
use rules::terms::RequiredItem;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::readings::{all_recorded, everywhere};
use crate::referring::{CRC, NPS, merge, person, service as service_of, submitted, then};
use crate::scenario;
use crate::world::World;

/// The people that a service could have, with their needs, on a page.
async fn asked(world: &World, who: &str, service: &str, more: Value) -> Answer {
    let document = "query Unmet($service: ID!, $need: Need, $ldu: ID, $purchaser: Purchaser, $officer: ID, $first: Int, $after: String, $last: Int, $before: String) {
        unmetNeeds(service: $service, need: $need, ldu: $ldu, purchaser: $purchaser, officer: $officer, first: $first, after: $after, last: $last, before: $before) {
            totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor } nodes { case { crn ldu { name } } needs } } }";
    let mut variables = json!({ "service": service });
    merge(&mut variables, more);
    world.as_person(who).query(document, variables).await
}

/// All pages of it: the needs by CRN.
async fn all(world: &World, who: &str, service: &str, more: Value) -> BTreeMap<String, Vec<String>> {
    let (mut people, mut after) = (BTreeMap::new(), Value::Null);
    loop {
        let mut page = json!({ "first": 100, "after": after });
        merge(&mut page, more.clone());
        let answer = asked(world, who, service, page).await.granted();
        for row in answer.list("/unmetNeeds/nodes") {
            let needs: Vec<_> = strings(&row["needs"]);
            assert!(
                people.insert(row["case"]["crn"].as_str().unwrap_or("-").to_owned(), needs).is_none(),
                "twice: {row}"
            );
        }
        if answer.data("/unmetNeeds/pageInfo/hasNextPage") == false {
            return people;
        }
        after = answer.data("/unmetNeeds/pageInfo/endCursor").clone();
    }
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

async fn counts(world: &World, who: &str, arguments: &str) -> Answer {
    let document = format!(
        "{{ unmetDemand({arguments}, first: 100) {{ nodes {{ service {{ name }} need area people }} }} }}"
    );
    world.as_person(who).query(&document, json!({})).await
}

/// The counts by what they are of.
fn counted(answer: &Answer) -> BTreeMap<String, i64> {
    let name = |row: &Value| {
        let of = [&row["service"]["name"], &row["need"], &row["area"]];
        of.iter().find_map(|of| of.as_str()).unwrap_or("-").to_owned()
    };
    answer
        .list("/unmetDemand/nodes")
        .iter()
        .map(|row| (name(row), row["people"].as_i64().unwrap_or(-1)))
        .collect()
}

/// What the case itself says: the needs of a person that a service would meet, as submission and recommendations see it.
async fn by_itself(world: &World, case: &str, service: &str) -> BTreeSet<String> {
    let document = "query($case: ID!, $service: ID!, $as: ReferralFactsInput) {
        eligibility(service: $service, case: $case, referral: $as) { eligible }
        recommendations(case: $case, most: 1) { needs { need standing } } service(id: $service) { needs } }";
    let every: Vec<_> = RequiredItem::ALL.iter().map(|item| item.name()).collect();
    let variables = json!({ "case": case, "service": service, "as": { "items": every } });
    let answer = world.as_person("inspector").query(document, variables).await.granted();
    if answer.data("/eligibility/eligible") == false {
        return BTreeSet::new();
    }
    let works_on = strings(answer.data("/service/needs"));
    let needs = answer.list("/recommendations/needs").iter().filter(|row| row["standing"] == "NOTHING");
    let needs = needs.filter_map(|row| row["need"].as_str().map(str::to_owned));
    needs.filter(|need| works_on.contains(need)).collect()
}

scenario! {
    async fn who_was_referred_to_nothing_for_a_need_is_found_until_somebody_refers_them(world) {
        let support = service_of(world, "YSS", "Enhanced Support Service").await;
        let needs = json!({ "circumstances": { "likelihoodOfReoffending": "HIGH", "needs": ["ACCOMMODATION", "ALCOHOL_MISUSE", "ETE"] } });
        let owain = person(world, "N100001", NPS, needs).await;
        let found = async || all(world, "nps-officer", &support, json!({})).await.get("N100001").cloned();
        assert_eq!(found().await, Some(vec!["ACCOMMODATION".to_owned(), "ETE".to_owned()]));
        // A draft refers nobody.
        let drafted = crate::referring::referral(crate::referring::draft(world, &owain, &support, json!({})).await);
        assert!(found().await.is_some());
        let sent = crate::referring::referral(then(world, "nps-officer", "submitReferral", &drafted, json!({})).await);
        assert_eq!(found().await, None);
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        assert_eq!(all(world, "nps-officer", &mentoring, json!({})).await.get("N100001"), None);
        let ixion = service_of(world, "Ixion", "Employment, training and education").await;
        assert_eq!(all(world, "nps-officer", &ixion, json!({})).await.get("N100001"), None);
        // Declined, it stands against nothing any more.
        let why = json!({ "reason": "NO_CAPACITY", "note": "Full." });
        then(world, "yss-manager", "declineReferral", &sent, why).await.granted();
        assert_eq!(found().await, Some(vec!["ACCOMMODATION".to_owned(), "ETE".to_owned()]));
        // An outcome that is desired is for its need too, whatever the service works on.
        submitted(world, &owain, &ixion, json!({})).await;
        assert_eq!(found().await, None, "it desires a home");
        let only = json!({ "need": "ACCOMMODATION" });
        assert_eq!(all(world, "nps-officer", &mentoring, only).await.get("N100001"), None);
    }

    async fn they_are_those_whom_a_submission_and_their_needs_would_name(world) {
        let services = [
            ("YSS", "Enhanced Support Service"), ("Worcester University", "Therapeutic counselling"),
            ("Gym with Sports England", "Healthier Happier Fitter"), (CRC, "Women’s group programme"),
            (CRC, "Resolve"), (CRC, "Building Better Relationships (BBR)"),
            ("Willowdene", "Counselling and skills support programme"), ("Addaction", "Substance misuse support"),
        ];
        let read = world.as_person("inspector").query("{ cases(first: 100) { pageInfo { hasNextPage } nodes { id crn } } }", json!({})).await.granted();
        assert_eq!(read.data("/cases/pageInfo/hasNextPage"), false);
        let mut some = 0;
        for (provider, name) in services {
            let service = service_of(world, provider, name).await;
            let found = all(world, "inspector", &service, json!({})).await;
            for case in read.list("/cases/nodes") {
                let expected = by_itself(world, case["id"].as_str().unwrap_or_default(), &service).await;
                let crn = case["crn"].as_str().unwrap_or_default();
                let actual: BTreeSet<_> = found.get(crn).cloned().unwrap_or_default().into_iter().collect();
                assert_eq!(actual, expected, "{name} {crn}");
                some += expected.len();
            }
        }
        assert!(some > 20, "{some}");
    }

    async fn a_page_goes_on_from_where_it_looked_in_either_direction(world) {
        let support = service_of(world, "YSS", "Enhanced Support Service").await;
        let whole = asked(world, "inspector", &support, json!({ "first": 100 })).await.granted();
        let crns = |answer: &Answer| -> Vec<String> {
            answer.list("/unmetNeeds/nodes").iter().filter_map(|row| row["case"]["crn"].as_str().map(str::to_owned)).collect()
        };
        let expected = crns(&whole);
        assert!(expected.len() > 10 && whole.data("/unmetNeeds/totalCount").is_null(), "{whole:?}");
        assert_eq!(whole.data("/unmetNeeds/pageInfo/hasNextPage"), false);
        for size in [1, 3, 7] {
            let (mut forwards, mut after) = (Vec::new(), Value::Null);
            let (mut backwards, mut before) = (Vec::new(), Value::Null);
            loop {
                let page = asked(world, "inspector", &support, json!({ "first": size, "after": after })).await.granted();
                assert!(page.list("/unmetNeeds/nodes").len() <= size);
                forwards.extend(crns(&page));
                after = page.data("/unmetNeeds/pageInfo/endCursor").clone();
                if page.data("/unmetNeeds/pageInfo/hasNextPage") == false { break }
            }
            loop {
                let page = asked(world, "inspector", &support, json!({ "last": size, "before": before })).await.granted();
                backwards.splice(0..0, crns(&page));
                before = page.data("/unmetNeeds/pageInfo/startCursor").clone();
                if page.data("/unmetNeeds/pageInfo/hasPreviousPage") == false { break }
            }
            assert_eq!((&forwards, &backwards), (&expected, &expected), "{size}");
        }
        for wrong in [json!({ "first": 101 }), json!({ "first": 1, "last": 1 }), json!({ "after": "x" })] {
            assert_eq!(asked(world, "inspector", &support, wrong).await.error_code(), Some("BAD_USER_INPUT"));
        }
        let none = asked(world, "inspector", &support, json!({ "first": 0 })).await.granted();
        assert_eq!((none.list("/unmetNeeds/nodes").len(), none.data("/unmetNeeds/pageInfo/hasNextPage")), (0, &json!(true)));
    }

    async fn everybody_sees_and_counts_the_cases_that_they_see_and_no_others(world) {
        let support = service_of(world, "YSS", "Enhanced Support Service").await;
        let needs = json!({ "circumstances": { "needs": ["ACCOMMODATION"] } });
        person(world, "N100002", NPS, needs.clone()).await;
        let limited = person(world, "N100003", NPS, needs.clone()).await;
        let of = async |who: &str| all(world, who, &support, json!({})).await;
        let has = |people: &BTreeMap<String, Vec<String>>, crn: &str| people.contains_key(crn);
        assert!(has(&of("nps-officer").await, "N100002") && has(&of("nps-manager").await, "N100003"));
        assert!(!of("crc-officer").await.keys().any(|crn| crn.starts_with("N1")));
        let by_need = counts(world, "nps-manager", &format!("by: NEED, service: \"{support}\"")).await.granted();
        let before = counted(&by_need)["ACCOMMODATION"];
        let manager = world.as_person("nps-manager");
        let read = manager.query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": limited.case })).await;
        let closed = json!({ "caseId": limited.case, "version": read.data("/case/version"), "personId": crate::referring::staff(world, "Nadia Prosser").await,
            "kind": "CLOSED_TO", "reason": "A relative." });
        // Not to its own officer: the officer is changed first.
        let named = json!({ "caseId": limited.case, "version": read.data("/case/version"), "personId": crate::referring::staff(world, "Yusuf Shah").await, "kind": "LIMITED_TO", "reason": "A relative." });
        assert_eq!(manager.mutate("restrictCase", closed, "case { id }").await.refusals(), ["LOCKS_OUT"]);
        manager.mutate("restrictCase", named, "case { id }").await.granted();
        crate::visibility::add_strangers(world).await;
        assert!(has(&of("nps-officer").await, "N100003"));
        let now = counts(world, "nps-manager", &format!("by: NEED, service: \"{support}\"")).await.granted();
        assert_eq!(counted(&now)["ACCOMMODATION"], before, "{now:?}");
        for who in ["yss-manager", "court-officer", "contract-manager", "card-admin", "system-admin"] {
            let code = asked(world, who, &support, json!({})).await.error_codes().join(" ");
            assert_eq!(code, "FORBIDDEN", "{who}");
            assert_eq!(counts(world, who, "by: NEED").await.error_codes(), ["FORBIDDEN"], "{who}");
        }
        assert_eq!(counts(world, "nps-officer", "by: NEED").await.error_codes(), ["FORBIDDEN"]);
        let nothing = api::graphql::global_id::GlobalId::<entity::service::Entity>(entity::Id::fresh()).text();
        assert_eq!(asked(world, "nps-officer", &nothing, json!({})).await.error_code(), Some("NOT_FOUND"));
    }

    async fn counts_are_of_the_people_on_the_pages(world) {
        for (provider, name) in [("YSS", "Enhanced Support Service"), ("Addaction", "Substance misuse support")] {
            let service = service_of(world, provider, name).await;
            for (who, more, narrowed) in [
                ("inspector", json!({}), ""), ("crc-manager", json!({}), ""), ("inspector", json!({ "purchaser": "NPS" }), ", purchaser: NPS"),
                ("inspector", json!({ "need": "DRUG_MISUSE" }), ", need: DRUG_MISUSE"),
            ] {
                let people = all(world, who, &service, more.clone()).await;
                let mut by_need: BTreeMap<String, i64> = BTreeMap::new();
                people.values().flatten().for_each(|need| *by_need.entry(need.clone()).or_default() += 1);
                let of = async |by: &str| counted(&counts(world, who, &format!("by: {by}, service: \"{service}\"{narrowed}")).await.granted());
                assert_eq!(of("NEED").await, by_need, "{who} {name} {more}");
                let total = i64::try_from(people.len()).expect("a number");
                let expected: BTreeMap<_, _> = people.first_key_value().map(|_| (name.to_owned(), total)).into_iter().collect();
                assert_eq!(of("SERVICE").await, expected, "{who} {name} {more}");
                assert_eq!(of("AREA").await.values().sum::<i64>(), total, "{who} {name} {more}");
            }
        }
        // Of the whole card: nobody is in an area twice, however many services they could have.
        let areas = counted(&counts(world, "inspector", "by: AREA").await.granted());
        let services = counted(&counts(world, "inspector", "by: SERVICE").await.granted());
        assert!(areas.len() > 1 && services.len() > 5, "{areas:?} {services:?}");
        assert!(areas.values().sum::<i64>() < services.values().sum::<i64>());
        let read = world.as_person("inspector").query("{ cases(first: 1) { totalCount } }", json!({})).await.granted();
        assert!(areas.values().sum::<i64>() <= read.data("/cases/totalCount").as_i64().unwrap_or_default());
    }

    async fn filters_by_area_and_officer_narrow(world) {
        let support = service_of(world, "YSS", "Enhanced Support Service").await;
        let document = "{ cases(first: 100) { nodes { crn ldu { id name } officer { id } } } }";
        let read = world.as_person("inspector").query(document, json!({})).await.granted();
        let everybody = all(world, "inspector", &support, json!({})).await;
        let row = read.list("/cases/nodes").iter().find(|row| everybody.contains_key(row["crn"].as_str().unwrap_or("-")) && row["officer"]["id"].is_string());
        let row = row.expect("somebody with an officer");
        for (argument, place) in [("ldu", "/ldu/id"), ("officer", "/officer/id")] {
            let id = row.pointer(place).cloned().unwrap_or_default();
            let of = read.list("/cases/nodes").iter().filter(|row| row.pointer(place) == Some(&id)).filter_map(|row| row["crn"].as_str());
            let expected: BTreeSet<_> = of.filter(|crn| everybody.contains_key(*crn)).map(str::to_owned).collect();
            let narrowed = all(world, "inspector", &support, json!({ argument: id })).await;
            assert_eq!(narrowed.into_keys().collect::<BTreeSet<_>>(), expected, "{argument}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn only_of_those_who_are_answered_a_reading_is_recorded() {
    everywhere(async |world| {
        let support = service_of(world, "YSS", "Enhanced Support Service").await;
        let answer = asked(world, "inspector", &support, json!({ "first": 3 })).await.granted();
        assert_eq!(answer.list("/unmetNeeds/nodes").len(), 3);
        counts(world, "inspector", "by: NEED").await.granted();
        all_recorded(world).await;
        let of = async |operation: &str| {
            let find = reading::Entity::find().filter(reading::Column::Operation.eq(operation));
            find.all(&world.database).await.expect("readings")
        };
        assert!(of("unmetDemand").await.is_empty());
        let [recorded] = &of("Unmet").await[..] else { panic!("one reading") };
        let whose =
            reading_subject::Entity::find().filter(reading_subject::Column::ReadingId.eq(recorded.id));
        let whose = whose.all(&world.database).await.expect("subjects");
        let cases = probation_case::Entity::find()
            .filter(probation_case::Column::Id.is_in(whose.iter().map(|row| row.case_id)));
        let crns: BTreeSet<_> =
            cases.all(&world.database).await.expect("cases").into_iter().map(|case| case.crn).collect();
        let answered = answer
            .list("/unmetNeeds/nodes")
            .iter()
            .filter_map(|row| row["case"]["crn"].as_str().map(str::to_owned));
        assert_eq!(crns, answered.collect());
    })
    .await;
}
