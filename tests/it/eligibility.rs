//! Eligibility: asked of a case, of bare facts, and at submission; and exceptions from it.

use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{
    CRC, NPS, Person, draft, merge, person, referral, service as service_of, then, today,
};
use crate::scenario;
use crate::world::World;

const ANSWER: &str = "eligible takesReferrals on unmet { criterionId kind criterion fact change message }";

/// Whether the person of a case can be referred to a service, as somebody asks.
async fn of_case(world: &World, who: &str, service: &str, case: &str, more: Value) -> Answer {
    let document = format!(
        "query($service: ID!, $case: ID!, $referral: ReferralFactsInput, $on: Date) {{
            eligibility(service: $service, case: $case, referral: $referral, on: $on) {{ {ANSWER} }} }}"
    );
    let mut variables = json!({ "service": service, "case": case });
    merge(&mut variables, more);
    world.as_person(who).query(&document, variables).await
}

/// Whether somebody with these facts could be.
async fn on_facts(world: &World, who: &str, service: &str, facts: Value) -> Answer {
    let document = format!(
        "query($service: ID!, $facts: CaseFactsInput!) {{
            eligibilityOnFacts(service: $service, facts: $facts) {{ {ANSWER} }} }}"
    );
    world.as_person(who).query(&document, json!({ "service": service, "facts": facts })).await
}

/// The kinds of what is not met.
fn kinds(answer: &Answer, field: &str) -> Vec<String> {
    let unmet = answer.list(&format!("/{field}/unmet"));
    let mut kinds: Vec<_> =
        unmet.iter().filter_map(|unmet| unmet["kind"].as_str()).map(str::to_owned).collect();
    kinds.sort();
    kinds
}

async fn ask(world: &World, service: &str, value: Value) -> String {
    let input = json!({ "serviceId": service, "value": value, "reason": "Agreed." });
    let made =
        world.as_person("card-admin").mutate("addCriterion", input, "criterion { id }").await.granted();
    made.text("/addCriterion/criterion/id").to_owned()
}

async fn set_aside(world: &World, who: &str, referral: &Value, criteria: &[&str], reason: &str) -> Answer {
    let input = json!({ "criterionIds": criteria, "reason": reason });
    then(world, who, "overrideEligibility", referral, input).await
}

/// A draft of somebody whom a manager let past a criterion.
pub async fn overridden(world: &World, person: &Person) -> Value {
    let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
    let women = ask(world, &mentoring, json!({ "kind": "gender", "any_of": ["female"] })).await;
    let drafted = referral(draft(world, person, &mentoring, json!({})).await);
    referral(set_aside(world, "nps-manager", &drafted, &[&women], "He helps to run it.").await)
}

scenario! {
    async fn every_reason_why_not_is_given_with_its_fact_and_what_would_change_it(world) {
        let gym = service_of(world, "Gym with Sports England", "Healthier Happier Fitter").await;
        let ask_also = ask(world, &gym, json!({ "kind": "any", "of": [{ "kind": "iom" }, { "kind": "gender", "any_of": ["female"] }] })).await;
        let owain = person(world, "E100001", NPS, json!({})).await;
        let answer = of_case(world, "nps-officer", &gym, &owain.case, json!({})).await.granted();
        assert_eq!(answer.data("/eligibility/eligible"), false);
        assert_eq!(answer.data("/eligibility/on"), &json!(today(world)));
        assert_eq!(answer.data("/eligibility/takesReferrals"), true);
        let age = &answer.list("/eligibility/unmet")[0];
        assert_eq!(
            (age["criterion"].as_str(), age["fact"].as_str()),
            (Some("Age: 18 to 25"), Some("The person is 30, and the service is for people aged 18 to 25."))
        );
        let either = &answer.list("/eligibility/unmet")[1];
        assert_eq!((&either["criterionId"], &either["kind"]), (&json!(ask_also), &json!("ANY")));
        assert!(either["change"].as_str().is_some_and(|change| change.starts_with("One of these would do: ")), "{either}");
        // At submission the same is said, in the same words.
        let drafted = referral(draft(world, &owain, &gym, json!({})).await);
        let refused = then(world, "nps-officer", "submitReferral", &drafted, json!({})).await;
        let said: Vec<_> = refused.user_errors().iter().filter(|it| it.code == "INELIGIBLE").map(|it| json!(it.message)).collect();
        let asked: Vec<_> = answer.list("/eligibility/unmet").iter().map(|unmet| unmet["message"].clone()).collect();
        assert_eq!(said, asked);
    }

    async fn who_is_eligible_is_told_so(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        let owain = person(world, "E100002", NPS, json!({})).await;
        for who in ["nps-officer", "nps-manager", "inspector"] {
            let answer = of_case(world, who, &mentoring, &owain.case, json!({})).await.granted();
            assert_eq!((answer.data("/eligibility/eligible"), answer.list("/eligibility/unmet")), (&json!(true), &[] as &[Value]), "{who}");
        }
        for who in ["crc-officer", "court-officer"] {
            let answer = of_case(world, who, &mentoring, &owain.case, json!({})).await;
            assert_eq!(answer.error_code(), Some("NOT_FOUND"), "{who}");
        }
    }

    async fn how_the_referral_would_be_made_counts(world) {
        let support = service_of(world, "YSS", "Enhanced Support Service").await;
        let owain = person(world, "E100003", NPS, json!({})).await;
        let asked = |referral: Value| of_case(world, "nps-officer", &support, &owain.case, json!({ "referral": referral }));
        assert_eq!(kinds(&asked(json!({})).await.granted(), "eligibility"), [""; 0]);
        let visits = asked(json!({ "homeVisits": true })).await.granted();
        assert_eq!(kinds(&visits, "eligibility"), ["REQUIRED_ITEM"]);
        let supplied = asked(json!({ "homeVisits": true, "items": ["FULL_RISK_ASSESSMENT"] })).await.granted();
        assert_eq!(kinds(&supplied, "eligibility"), [""; 0]);
        let counselling = service_of(world, "Worcester University", "Therapeutic counselling").await;
        for (purchaser, unmet) in [("NPS", vec!["PURCHASER"]), ("CRC", vec![])] {
            let answer = of_case(world, "nps-officer", &counselling, &owain.case, json!({ "referral": { "purchaser": purchaser } })).await;
            assert_eq!(kinds(&answer.granted(), "eligibility"), unmet);
        }
        let of_another = person(world, "E100004", NPS, json!({})).await;
        let foreign = asked(json!({ "sentenceId": of_another.sentence })).await;
        assert_eq!(foreign.error_code(), Some("NOT_FOUND"));
    }

    async fn rar_days_that_others_have_set_aside_are_not_left(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        ask(world, &mentoring, json!({ "kind": "rar_days_left", "min": 16 })).await;
        let owain = person(world, "E100005", NPS, json!({})).await;
        let asked = || of_case(world, "nps-officer", &mentoring, &owain.case, json!({}));
        assert_eq!(kinds(&asked().await.granted(), "eligibility"), [""; 0]);
        let elsewhere = service_of(world, "Ixion", "Employment, training and education").await;
        crate::referring::submitted(world, &owain, &elsewhere, json!({})).await;
        let after = asked().await.granted();
        assert_eq!(kinds(&after, "eligibility"), ["RAR_DAYS_LEFT"]);
        assert_eq!(after.text("/eligibility/unmet/0/fact"), "The sentence has 15 RAR days left.");
        // What a referral sets aside itself does not stand in its own way when it is accepted.
        let emyr = person(world, "E100006", NPS, json!({ "givenNames": "Emyr" })).await;
        let sent = crate::referring::submitted(world, &emyr, &mentoring, json!({})).await;
        referral(then(world, "yss-manager", "acceptReferral", &sent, json!({})).await);
    }

    async fn a_question_about_tomorrow_is_answered_by_tomorrows_rules(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        let input = json!({ "serviceId": mentoring, "value": { "kind": "age_range", "max": 25 }, "reason": "Agreed.", "effectiveFrom": "2017-10-03" });
        world.as_person("card-admin").mutate("addCriterion", input, "criterion { id }").await.granted();
        let owain = person(world, "E100007", NPS, json!({})).await;
        for (on, unmet) in [(json!(null), vec![]), (json!("2017-10-02"), vec![]), (json!("2017-10-03"), vec!["AGE_RANGE"])] {
            let answer = of_case(world, "nps-officer", &mentoring, &owain.case, json!({ "on": on })).await.granted();
            assert_eq!(kinds(&answer, "eligibility"), unmet, "{on}");
        }
        let never = of_case(world, "nps-officer", &mentoring, &owain.case, json!({ "on": "1066-10-14" })).await;
        assert_eq!(never.error_code(), Some("BAD_USER_INPUT"));
        // It is the third in London an hour before it is in Greenwich.
        world.clock.set("2017-10-02T23:00:00Z".parse().expect("an instant"));
        let answer = of_case(world, "nps-officer", &mentoring, &owain.case, json!({})).await.granted();
        assert_eq!(kinds(&answer, "eligibility"), ["AGE_RANGE"]);
    }

    async fn a_court_officer_asks_on_facts_that_name_nobody(world) {
        let group = service_of(world, CRC, "Women’s group programme").await;
        let complete = json!({ "purchaser": "NPS", "age": 34, "gender": "FEMALE", "flags": [], "sentence": "COMMUNITY_ORDER" });
        let answer = on_facts(world, "court-officer", &group, complete.clone()).await.granted();
        assert_eq!(answer.data("/eligibilityOnFacts/eligible"), true);
        // What is not known is not met, and says so.
        let bare = on_facts(world, "court-officer", &group, json!({ "purchaser": "NPS" })).await.granted();
        assert_eq!(kinds(&bare, "eligibilityOnFacts"), ["GENDER", "SENTENCE"]);
        assert!(bare.text("/eligibilityOnFacts/unmet/0/fact").contains("is not given"), "{bare:?}");
        let mut him = complete.clone();
        merge(&mut him, json!({ "gender": "MALE", "sentence": "SUSPENDED_SENTENCE_ORDER" }));
        assert_eq!(kinds(&on_facts(world, "court-officer", &group, him).await.granted(), "eligibilityOnFacts"), ["GENDER", "SENTENCE"]);
        for wrong in [json!({ "age": -1 }), json!({ "age": 131 }), json!({ "rarDays": -1 }), json!({ "rarDays": 1_001 }), json!({ "programme": "a\u{0}" }), json!({ "programme": "x".repeat(201) }), json!({ "flags": ["SHY"] })] {
            let mut facts = complete.clone();
            merge(&mut facts, wrong.clone());
            assert_eq!(on_facts(world, "court-officer", &group, facts).await.error_code(), Some("BAD_USER_INPUT"), "{wrong}");
        }
        let nowhere = json!({ "purchaser": "NPS", "lduId": "ldu_01h455vb4pex5vsknk084sn02q" });
        assert_eq!(on_facts(world, "court-officer", &group, nowhere).await.error_code(), Some("NOT_FOUND"));
    }

    async fn whoever_is_not_allocated_yet_is_asked_about_with_who_would_pay(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        let waiting = crate::referring::registration(world, "E100008", json!({}));
        let made = world.as_person("court-officer").mutate("registerCase", waiting, "case { id }").await.granted();
        let case = made.text("/registerCase/case/id");
        let unsaid = of_case(world, "court-officer", &mentoring, case, json!({})).await;
        assert_eq!(unsaid.error_code(), Some("BAD_USER_INPUT"));
        let said = json!({ "referral": { "purchaser": "NPS" } });
        assert_eq!(kinds(&of_case(world, "court-officer", &mentoring, case, said).await.granted(), "eligibility"), [""; 0]);
    }

    async fn what_a_manager_sets_aside_is_passed_over_and_nothing_else(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        let women = ask(world, &mentoring, json!({ "kind": "gender", "any_of": ["female"] })).await;
        let young = ask(world, &mentoring, json!({ "kind": "age_range", "max": 25 })).await;
        let owain = person(world, "E200001", NPS, json!({})).await;
        let drafted = referral(draft(world, &owain, &mentoring, json!({})).await);
        let let_in = referral(set_aside(world, "nps-manager", &drafted, &[&women], "He helps to run it.").await);
        let refused = then(world, "nps-officer", "submitReferral", &let_in, json!({})).await;
        assert_eq!(refused.refusals(), ["INELIGIBLE"]);
        assert!(refused.user_errors()[0].message.starts_with("Age: 25 or under"), "{refused:?}");
        let both = referral(set_aside(world, "nps-manager", &let_in, &[&young], "His brother goes.").await);
        let sent = referral(then(world, "nps-officer", "submitReferral", &both, json!({})).await);
        let document = "query($id: ID!) { referral(id: $id) { eligibilityOverrides { nodes { reason criterionVersion criterion { description } author { name } } } } }";
        let expected = json!([
            { "reason": "He helps to run it.", "criterionVersion": 1, "criterion": { "description": "Gender: Female" }, "author": { "name": "Martin Sayce" } },
            { "reason": "His brother goes.", "criterionVersion": 1, "criterion": { "description": "Age: 25 or under" }, "author": { "name": "Martin Sayce" } },
        ]);
        for who in ["nps-officer", "nps-manager", "inspector"] {
            let read = world.as_person(who).query(document, json!({ "id": sent["id"] })).await.granted();
            assert_eq!(read.data("/referral/eligibilityOverrides/nodes"), &expected, "{who}");
        }
        // The provider goes by it and is told nothing of it.
        let read = world.as_person("yss-manager").query(document, json!({ "id": sent["id"] })).await.granted();
        assert_eq!(read.list("/referral/eligibilityOverrides/nodes"), [] as [Value; 0]);
        referral(then(world, "yss-manager", "acceptReferral", &sent, json!({})).await);
    }

    async fn a_criterion_that_is_changed_holds_again(world) {
        let owain = person(world, "E200002", NPS, json!({})).await;
        let let_in = overridden(world, &owain).await;
        let document = "query($id: ID!) { referral(id: $id) { eligibilityOverrides { nodes { criterion { id version } } } } }";
        let read = world.as_person("nps-officer").query(document, json!({ "id": let_in["id"] })).await.granted();
        let criterion = read.data("/referral/eligibilityOverrides/nodes/0/criterion").clone();
        let input = json!({ "criterionId": criterion["id"], "version": criterion["version"], "value": { "kind": "gender", "any_of": ["female", "other"] } });
        world.as_person("card-admin").mutate("changeCriterion", input, "criterion { id }").await.granted();
        let refused = then(world, "nps-officer", "submitReferral", &let_in, json!({})).await;
        assert_eq!(refused.refusals(), ["INELIGIBLE"]);
    }

    async fn an_exception_is_made_by_a_manager_with_a_reason_from_what_is_not_met(world) {
        let mentoring = service_of(world, "YSS", "Meet and Mentor").await;
        let women = ask(world, &mentoring, json!({ "kind": "gender", "any_of": ["female"] })).await;
        let old = ask(world, &mentoring, json!({ "kind": "age_range", "min": 18 })).await;
        let owain = person(world, "E200003", NPS, json!({})).await;
        let drafted = referral(draft(world, &owain, &mentoring, json!({})).await);
        for who in ["nps-officer", "yss-manager", "card-admin", "inspector"] {
            assert_eq!(set_aside(world, who, &drafted, &[&women], "So.").await.error_code(), Some("FORBIDDEN"), "{who}");
        }
        assert_eq!(set_aside(world, "crc-manager", &drafted, &[&women], "So.").await.error_code(), Some("NOT_FOUND"));
        let said = |answer: &Answer| answer.user_errors().iter().map(|it| (it.field.clone(), it.code.to_owned())).collect::<Vec<_>>();
        for (criteria, reason, field, code) in [
            (vec![women.as_str()], " ", "reason", "REQUIRED"),
            (vec![women.as_str()], "a\u{0}", "reason", "INVALID"),
            (vec![], "So.", "criterionIds", "REQUIRED"),
            (vec![women.as_str(), old.as_str()], "So.", "criterionIds.1", "NOTHING_TO_OVERRIDE"),
            (vec!["cri_01h455vb4pex5vsknk084sn02q"], "So.", "criterionIds.0", "NOTHING_TO_OVERRIDE"),
            (vec![women.as_str(); 51], "So.", "criterionIds", "TOO_LONG"),
        ] {
            let refused = set_aside(world, "nps-manager", &drafted, &criteria, reason).await;
            assert_eq!(said(&refused), [(field.to_owned(), code.to_owned())], "{refused:?}");
        }
        let stale = json!({ "id": drafted["id"], "version": 7 });
        assert_eq!(set_aside(world, "nps-manager", &stale, &[&women], "So.").await.error_code(), Some("CONFLICT"));
        let let_in = referral(set_aside(world, "nps-manager", &drafted, &[&women, &women], "So.").await);
        let again = set_aside(world, "nps-manager", &let_in, &[&women], "So.").await;
        assert_eq!(said(&again), [("criterionIds.0".to_owned(), "ALREADY_OVERRIDDEN".to_owned())]);
        let sent = referral(then(world, "nps-officer", "submitReferral", &let_in, json!({})).await);
        let late = set_aside(world, "nps-manager", &sent, &[&women], "So.").await;
        assert_eq!(late.refusals(), ["WRONG_STATUS"]);
        let trail = "query { auditEvents(first: 100) { nodes { operation act table } } }";
        let trail = world.as_person("inspector").query(trail, json!({})).await.granted();
        let noted = |row: &&Value| row["operation"] == "overrideEligibility" && row["table"] == "eligibility_override";
        assert_eq!(trail.list("/auditEvents/nodes").iter().filter(noted).count(), 1);
    }
}
