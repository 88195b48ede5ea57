//! What should this person get: the needs of a case, what stands against each, and the services that fit.

use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{NPS, merge, person, referral, submitted, then};
use crate::scenario;
use crate::world::World;

const ANSWER: &str = "on needs { need standing referrals { status } }
    services { service { name provider { name } } needs openNeeds eligibility { eligible available unmet { kind } } reach timesFit rarDaysSuffice usualCostPence why }";

async fn recommended(world: &World, who: &str, case: &str, more: Value) -> Answer {
    let document = format!(
        "query($case: ID!, $most: Int) {{ recommendations(case: $case, most: $most) {{ {ANSWER} }} }}"
    );
    let mut variables = json!({ "case": case, "most": 20 });
    merge(&mut variables, more);
    world.as_person(who).query(&document, variables).await
}

/// Gives a case its needs and circumstances.
async fn assess(world: &World, who: &str, case: &str, more: Value) {
    let document = "query($id: ID!) { case(id: $id) { version } }";
    let read = world.as_person(who).query(document, json!({ "id": case })).await.granted();
    let mut input = json!({ "caseId": case, "version": read.data("/case/version") });
    merge(&mut input, more);
    world.as_person(who).mutate("updateCase", input, "case { id }").await.granted();
}

fn standings(answer: &Answer) -> Vec<(String, String)> {
    let of = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    answer.list("/recommendations/needs").iter().map(|row| (of(row, "need"), of(row, "standing"))).collect()
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(need, standing)| ((*need).to_owned(), (*standing).to_owned())).collect()
}

fn names<'a>(answer: &'a Answer, field: &str) -> Vec<&'a str> {
    answer
        .list(&format!("/{field}/services"))
        .iter()
        .filter_map(|row| row["service"]["name"].as_str())
        .collect()
}

scenario! {
    async fn against_each_need_stands_what_came_of_its_referrals(world) {
        let owain = person(world, "G100001", NPS, json!({})).await;
        assess(world, "nps-officer", &owain.case, json!({ "circumstances": { "needs": ["ACCOMMODATION", "ALCOHOL_MISUSE", "FINANCE_AND_DEBT"] } })).await;
        let asked = || recommended(world, "nps-officer", &owain.case, json!({}));
        assert_eq!(standings(&asked().await.granted()), named(&[("ACCOMMODATION", "NOTHING"), ("ALCOHOL_MISUSE", "NOTHING"), ("FINANCE_AND_DEBT", "NOTHING")]));
        let support = crate::referring::service(world, "YSS", "Enhanced Support Service").await;
        let sent = submitted(world, &owain, &support, json!({})).await;
        assert_eq!(standings(&asked().await.granted()), named(&[("ACCOMMODATION", "REFERRED"), ("ALCOHOL_MISUSE", "NOTHING"), ("FINANCE_AND_DEBT", "REFERRED")]));
        let worker = json!({ "workerId": crate::referring::staff(world, "Yusuf Shah").await });
        referral(then(world, "yss-manager", "acceptReferral", &sent, worker).await);
        let booked = asked().await.granted();
        assert_eq!(standings(&booked)[0].1, "BOOKED");
        assert_eq!(booked.data("/recommendations/needs/0/referrals"), &json!([{ "status": "ACCEPTED" }]));
        let starts_at = world.clock.now() - chrono::TimeDelta::hours(3);
        let input = json!({ "referralId": sent["id"], "kind": "ONE_TO_ONE", "startsAt": starts_at, "endsAt": starts_at + chrono::TimeDelta::hours(1) });
        let session = world.as_person("yss-worker").mutate("scheduleSession", input, "session { id version }").await.granted();
        let session = session.data("/scheduleSession/session");
        let input = json!({ "sessionId": session["id"], "version": session["version"], "attended": true, "happened": true });
        world.as_person("yss-worker").mutate("recordAttendance", input, "session { id }").await.granted();
        let delivered = asked().await.granted();
        assert_eq!(standings(&delivered), named(&[("ACCOMMODATION", "DELIVERED"), ("ALCOHOL_MISUSE", "NOTHING"), ("FINANCE_AND_DEBT", "DELIVERED")]));
        // What nothing stands against comes first.
        let first = &delivered.list("/recommendations/services")[0];
        assert_eq!(first["openNeeds"], json!(["ALCOHOL_MISUSE"]), "{delivered:?}");
    }

    async fn services_that_fit_come_first_and_say_why(world) {
        let owain = person(world, "G100002", NPS, json!({})).await;
        let work = json!({ "circumstances": { "needs": ["EMOTIONAL_WELLBEING", "RELATIONSHIPS"], "workCommitments": "Weekdays from eight to five." } });
        assess(world, "nps-officer", &owain.case, work).await;
        let answer = recommended(world, "nps-officer", &owain.case, json!({})).await.granted();
        let services = answer.list("/recommendations/services");
        let fits = |row: &&Value| row["eligibility"]["eligible"] == true && row["eligibility"]["available"] == true;
        let fitting = services.iter().take_while(fits).count();
        assert!(fitting > 1 && fitting < services.len() && !services[fitting..].iter().any(|row| fits(&row)), "{answer:?}");
        for row in services {
            assert!(row["why"].as_array().is_some_and(|why| why.len() > 2), "{row}");
            assert_eq!(row["eligibility"]["eligible"] == false, !row["eligibility"]["unmet"].as_array().is_none_or(Vec::is_empty), "{row}");
        }
        let women = services.iter().find(|row| row["service"]["name"] == "Structured work for women").expect("it");
        assert_eq!(women["eligibility"]["unmet"], json!([{ "kind": "GENDER" }]));
        assert_eq!(women["timesFit"], false);
        let few = recommended(world, "nps-officer", &owain.case, json!({ "most": 2 })).await.granted();
        assert_eq!(few.list("/recommendations/services"), &services[..2]);
        for most in [0, -1, 51] {
            let answer = recommended(world, "nps-officer", &owain.case, json!({ "most": most })).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"), "{most}");
        }
        for who in ["crc-officer", "court-officer"] {
            assert_eq!(recommended(world, who, &owain.case, json!({})).await.error_code(), Some("NOT_FOUND"), "{who}");
        }
    }

    async fn a_proposal_is_recommended_on_facts(world) {
        let document = format!("query($facts: CaseFactsInput!, $needs: [Need!]!) {{ recommendationsOnFacts(facts: $facts, needs: $needs) {{ {ANSWER} }} }}");
        let facts = json!({ "purchaser": "NPS", "age": 22, "gender": "MALE", "flags": [], "sentence": "COMMUNITY_ORDER", "rarDays": 5, "riskOfSeriousHarm": "MEDIUM" });
        let ask = |needs: Value| {
            let variables = json!({ "facts": facts, "needs": needs });
            let document = document.clone();
            async move { world.as_person("court-officer").query(&document, variables).await.granted() }
        };
        let answer = ask(json!(["LIFESTYLE_AND_ASSOCIATES"])).await;
        assert_eq!(answer.data("/recommendationsOnFacts/needs"), &json!([{ "need": "LIFESTYLE_AND_ASSOCIATES", "standing": "NOTHING", "referrals": [] }]));
        let gym = answer.list("/recommendationsOnFacts/services").iter().find(|row| row["service"]["name"] == "Healthier Happier Fitter").expect("it");
        assert_eq!((&gym["eligibility"]["eligible"], &gym["rarDaysSuffice"]), (&json!(true), &json!(false)));
        assert!(gym["usualCostPence"].is_i64(), "{gym}");
        assert_eq!(names(&ask(json!([])).await, "recommendationsOnFacts"), [""; 0]);
    }
}
