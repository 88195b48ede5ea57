//! What should this person get: the needs of a case, what stands against each, and the services that fit.

use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{CRC, NPS, merge, person, referral, submitted, then};
use crate::scenario;
use crate::world::World;

const ANSWER: &str = "on needs { need standing referrals { nodes { status } } }
    services { service { name provider { name } } eligibility { eligible available unmet { kind } reasons { kind message criterion { kind } } } why {
        eligibility { eligible unmet } availability { available takesReferrals sentence } needs { met open } rarDays { wanted left suffice }
        times { commitment fit sentence } reach { how venues sentence }
        nextCohort { cohort { venue placesLeft } startsOn placesLeft sentence } wait { expected { days starts } startsInDays sentence }
        cost { payer pence unitPence unit units sentence } sentences } }";

async fn recommended(world: &World, who: &str, case: &str, more: Value) -> Answer {
    let document = format!(
        "query($case: ID!, $most: Int) {{ recommendations(case: $case, most: $most) {{ {ANSWER} }} }}"
    );
    let mut variables = json!({ "case": case, "most": 20 });
    merge(&mut variables, more);
    world.as_person(who).query(&document, variables).await
}

/// A session that was attended.
async fn attend(world: &World, who: &str, referral: &Value) {
    let starts_at = world.clock.now() - chrono::TimeDelta::hours(3);
    let input = json!({ "referralId": referral["id"], "kind": "ONE_TO_ONE", "startsAt": starts_at, "endsAt": starts_at + chrono::TimeDelta::hours(1) });
    let session =
        world.as_person(who).mutate("scheduleSession", input, "session { id version }").await.granted();
    let session = session.data("/scheduleSession/session");
    let input = json!({ "sessionId": session["id"], "version": session["version"], "attended": true, "happened": true });
    world.as_person(who).mutate("recordAttendance", input, "session { id }").await.granted();
}

/// The identifier of an LDU, by its organisation's name and its own.
async fn ldu(world: &World, organisation: &str, name: &str) -> String {
    let document = "{ organisations(first: 100) { nodes { name ldus { nodes { id name } } } } }";
    let read = world.as_person("inspector").query(document, json!({})).await.granted();
    let of = read.list("/organisations/nodes").iter().find(|row| row["name"] == organisation);
    let ldus = of.and_then(|row| row["ldus"]["nodes"].as_array()).cloned().unwrap_or_default();
    let found = ldus.iter().find(|row| row["name"] == name).and_then(|row| row["id"].as_str());
    found.expect("an LDU").to_owned()
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
        assert_eq!(booked.data("/recommendations/needs/0/referrals/nodes"), &json!([{ "status": "ACCEPTED" }]));
        attend(world, "yss-worker", &sent).await;
        let delivered = asked().await.granted();
        assert_eq!(standings(&delivered), named(&[("ACCOMMODATION", "DELIVERED"), ("ALCOHOL_MISUSE", "NOTHING"), ("FINANCE_AND_DEBT", "DELIVERED")]));
        // What nothing stands against comes first.
        let first = &delivered.list("/recommendations/services")[0];
        assert_eq!(first["why"]["needs"]["open"], json!(["ALCOHOL_MISUSE"]), "{delivered:?}");
    }

    async fn what_was_delivered_stands_while_its_sentence_lasts(world) {
        let sentence = json!({ "kind": "COMMUNITY_ORDER", "startsOn": "2017-09-01", "endsOn": "2017-12-31", "maxRarDays": 20 });
        let owain = person(world, "G100004", NPS, json!({ "sentences": [sentence] })).await;
        assess(world, "nps-officer", &owain.case, json!({ "circumstances": { "needs": ["ETE"] } })).await;
        let taken = crate::referring::accepted(world, &owain).await;
        attend(world, "yss-worker", &taken).await;
        let read = "query($id: ID!) { referral(id: $id) { id version } }";
        let now = world.as_person("yss-worker").query(read, json!({ "id": taken["id"] })).await.granted();
        referral(then(world, "yss-worker", "completeReferral", now.data("/referral"), json!({ "note": "Found work." })).await);
        let asked = || recommended(world, "nps-officer", &owain.case, json!({ "referral": { "purchaser": "NPS" } }));
        assert_eq!(standings(&asked().await.granted()), named(&[("ETE", "DELIVERED")]));
        // The order is over, and the need is assessed still: nothing stands against it.
        world.clock.set("2018-01-01T12:00:00Z".parse().expect("an instant"));
        assert_eq!(standings(&asked().await.granted()), named(&[("ETE", "NOTHING")]));
    }

    async fn every_part_of_why_is_a_value_and_a_sentence(world) {
        let worcester = ldu(world, NPS, "Worcestershire").await;
        let owain = person(world, "G100005", NPS, json!({ "dateOfBirth": "1995-05-05" })).await;
        let circumstances = json!({ "needs": ["LIFESTYLE_AND_ASSOCIATES", "THINKING_AND_BEHAVIOUR"], "workCommitments": "Weekdays from eight to five.", "faith": "Friday prayers 13:00–14:00" });
        assess(world, "nps-officer", &owain.case, json!({ "lduId": worcester, "circumstances": circumstances })).await;
        let answer = recommended(world, "nps-officer", &owain.case, json!({})).await.granted();
        let of = |name: &str| answer.list("/recommendations/services").iter().find(|row| row["service"]["name"] == name).map(|row| row["why"].clone()).expect("it");
        let gym = of("Healthier Happier Fitter");
        // Wednesday at two clashes with work and Friday at ten does as well: the first with places is named.
        assert!(gym["nextCohort"]["placesLeft"].as_i64() > Some(0), "{gym}");
        assert_eq!(gym["nextCohort"]["placesLeft"], gym["nextCohort"]["cohort"]["placesLeft"], "{gym}");
        assert_eq!(gym["times"][0], json!({ "commitment": "WORK", "fit": "CLASHES", "sentence": "Work: it is delivered at times that clash." }));
        assert_eq!((&gym["times"][1]["commitment"], &gym["times"][1]["fit"]), (&json!("FAITH"), &json!("FITS")));
        assert_eq!(gym["rarDays"], json!({ "wanted": 12, "left": 20, "suffice": true }));
        assert_eq!(gym["cost"], json!({ "payer": "NPS", "pence": 21_600, "unitPence": 1_800, "unit": "SESSION", "units": 12,
            "sentence": "It usually costs the NPS £216.00: 12 sessions at £18.00." }));
        assert_eq!(gym["wait"]["expected"], json!({ "days": null, "starts": 0 }));
        assert!(gym["wait"]["startsInDays"].as_i64().is_some_and(|days| (7..28).contains(&days)), "{gym}");
        assert_eq!(gym["eligibility"], json!({ "eligible": true, "unmet": 0 }));
        let support = of("Enhanced Support Service");
        assert_eq!((&support["reach"]["how"], &support["nextCohort"]), (&json!("AT_HOME"), &json!(null)));
        assert!(gym["sentences"].as_array().is_some_and(|all| all.len() > 7), "{gym}");
        // The programme meets by day in Worcester, and in the evening in Hereford alone.
        let tsp = of("Thinking Skills Programme (TSP)");
        assert_eq!((&tsp["times"][0]["fit"], &tsp["nextCohort"]["cohort"]["venue"]), (&json!("CLASHES"), &json!("Probation office, Worcester")));
        // Resolve is planned in Telford alone.
        let resolve = of("Resolve");
        assert_eq!(resolve["nextCohort"], json!(null));
        assert!(resolve["wait"]["sentence"].as_str().is_some_and(|said| said.starts_with("No cohort that is planned")), "{resolve}");
    }

    async fn the_crc_refers_to_what_it_delivers_itself(world) {
        let callum = person(world, "G100008", CRC, json!({ "circumstances": { "flags": ["DOMESTIC_ABUSE"], "needs": ["RELATIONSHIPS"] } })).await;
        crate::suitability::assess(world, "crc-officer", &callum.case, "SUITABLE").await.granted();
        let answer = recommended(world, "crc-officer", &callum.case, json!({})).await.granted();
        for name in ["Building Better Relationships (BBR)", "Becoming Respectful"] {
            let row = answer.list("/recommendations/services").iter().find(|row| row["service"]["name"] == name).expect("it");
            assert_eq!((&row["why"]["cost"]["payer"], &row["why"]["cost"]["pence"]), (&json!("CRC"), &json!(0)), "{row}");
            assert_eq!(row["eligibility"]["eligible"], true, "{row}");
        }
        let respectful = crate::referring::service(world, CRC, "Becoming Respectful").await;
        submitted(world, &callum, &respectful, json!({})).await;
    }

    async fn a_summary_is_one_page_that_needs_nothing_and_escapes_what_people_write(world) {
        let worse = "<script>alert(1)</script> & \"so\" on";
        let owain = person(world, "G100006", NPS, json!({ "familyName": "O<b>Brien" })).await;
        assess(world, "nps-officer", &owain.case, json!({ "circumstances": { "needs": ["FINANCE_AND_DEBT", "ETE"] } })).await;
        let support = crate::referring::service(world, "YSS", "Enhanced Support Service").await;
        let read = world.as_person("card-admin").query("query($id: ID!) { service(id: $id) { version } }", json!({ "id": support })).await.granted();
        let input = json!({ "serviceId": support, "version": read.data("/service/version"), "description": worse });
        world.as_person("card-admin").mutate("changeService", input, "service { id }").await.granted();
        let document = "query($case: ID!) { recommendations(case: $case) { summary } }";
        let answer = world.as_person("nps-officer").query(document, json!({ "case": owain.case })).await.granted();
        let page = answer.text("/recommendations/summary");
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"en-GB\">") && page.ends_with("</html>"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;so&quot; on"), "{page}");
        assert!(page.contains("O&lt;b&gt;Brien (G100006)"), "{page}");
        for never in ["<script", "<b>", "http://", "https://", "src=", "href=", "url(", "@import", "javascript:"] {
            assert!(!page.contains(never), "{never}: {page}");
        }
        for heading in ["Service", "Content", "Suitability", "Availability", "Cost"] {
            assert!(page.contains(&format!("<th scope=\"col\">{heading}</th>")), "{heading}: {page}");
        }
        assert!(page.contains(" sessions at £57.00") && page.contains("@page{size:A4"), "{page}");
        assert!(page.matches("<th scope=\"row\">").count() <= 5, "{page}");
    }

    async fn a_summary_on_bare_facts_names_nobody(world) {
        person(world, "G100007", NPS, json!({ "familyName": "Unmistakable" })).await;
        let document = "query($facts: CaseFactsInput!) { recommendationsOnFacts(facts: $facts, needs: [ETE, RELATIONSHIPS], commitments: { work: true }) { summary } }";
        let facts = json!({ "purchaser": "NPS", "age": 34, "gender": "MALE", "flags": [], "sentence": "COMMUNITY_ORDER", "rarDays": 20, "programme": "Mr Unmistakable's" });
        let answer = world.as_person("court-officer").query(document, json!({ "facts": facts })).await.granted();
        let page = answer.text("/recommendationsOnFacts/summary");
        assert!(page.contains("not named: made from facts alone"), "{page}");
        for never in ["Unmistakable", "G100007"] {
            assert!(!page.contains(never), "{page}");
        }
        assert!(page.contains("Times: work "), "{page}");
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
            assert!(row["why"]["sentences"].as_array().is_some_and(|why| why.len() > 4), "{row}");
            assert_eq!(row["eligibility"]["eligible"] == false, !row["eligibility"]["reasons"].as_array().is_none_or(Vec::is_empty), "{row}");
            assert_eq!(row["eligibility"]["eligible"], row["why"]["eligibility"]["eligible"], "{row}");
        }
        let women = services.iter().find(|row| row["service"]["name"] == "Structured work for women").expect("it");
        assert_eq!(women["eligibility"]["unmet"], json!([{ "kind": "GENDER" }]));
        assert_eq!(women["why"]["times"], json!([{ "commitment": "WORK", "fit": "CLASHES", "sentence": "Work: it is delivered at times that clash." }]));
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
        assert_eq!(answer.data("/recommendationsOnFacts/needs"), &json!([{ "need": "LIFESTYLE_AND_ASSOCIATES", "standing": "NOTHING", "referrals": { "nodes": [] } }]));
        let gym = answer.list("/recommendationsOnFacts/services").iter().find(|row| row["service"]["name"] == "Healthier Happier Fitter").expect("it");
        assert_eq!((&gym["eligibility"]["eligible"], &gym["why"]["rarDays"]["suffice"]), (&json!(true), &json!(false)));
        assert!(gym["why"]["cost"]["pence"].is_i64(), "{gym}");
        assert_eq!(names(&ask(json!([])).await, "recommendationsOnFacts"), [""; 0]);
    }
}
