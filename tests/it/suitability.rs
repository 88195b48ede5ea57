//! Suitability for programmes: recorded on a case, and asked for by criteria.

use entity::programme_suitability;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::people::Answer;
use crate::referring::{
    CRC, NPS, Person, draft, merge, person, referral, service as service_of, staff, then,
};
use crate::scenario;
use crate::world::World;

const BBR: &str = "Building Better Relationships (BBR)";

/// Records what an assessment for the programme against violence between partners found.
pub async fn assess(world: &World, who: &str, case: &str, found: &str) -> Answer {
    assess_with(world, who, case, json!({ "suitability": found })).await
}

async fn assess_with(world: &World, who: &str, case: &str, more: Value) -> Answer {
    let document = "query($id: ID!) { case(id: $id) { version } }";
    let read = world.as_person(who).query(document, json!({ "id": case })).await;
    let version = read.body.pointer("/data/case/version").cloned().unwrap_or(json!(1));
    let mut input = json!({
        "caseId": case, "version": version, "serviceId": service_of(world, CRC, BBR).await,
        "suitability": "SUITABLE", "findings": "Can speak of what he did.",
    });
    merge(&mut input, more);
    world.as_person(who).mutate("recordProgrammeSuitability", input, HISTORY).await
}

const HISTORY: &str =
    "case { version programmeSuitability { nodes { suitability findings assessedOn createdAt supersededAt
    service { name } recordedBy { name } } } }";

/// A man of the holder who was violent to his partner.
async fn violent(world: &World, crn: &str, holder: &str) -> Person {
    let order = json!({ "kind": "COMMUNITY_ORDER", "startsOn": "2017-09-02", "endsOn": "2018-09-01", "maxRarDays": 20, "programme": "BBR" });
    let known = json!({ "circumstances": { "flags": ["DOMESTIC_ABUSE"], "needs": ["RELATIONSHIPS"] }, "sentences": [order] });
    person(world, crn, holder, known).await
}

/// The facts and changes of the criteria that somebody does not meet.
async fn unmet(world: &World, who: &str, case: &str) -> Vec<(String, String)> {
    let document = "query($service: ID!, $case: ID!) { eligibility(service: $service, case: $case) { unmet { kind fact change } } }";
    let asked = json!({ "service": service_of(world, CRC, BBR).await, "case": case });
    let answer = world.as_person(who).query(document, asked).await.granted();
    let of = |row: &Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let rows = answer.list("/eligibility/unmet").iter();
    rows.map(|row| (of(row, "kind"), format!("{} {}", of(row, "fact"), of(row, "change")))).collect()
}

/// A referral to the programme, which is priced by the programme.
async fn drafted(world: &World, person: &Person) -> Value {
    let bbr = service_of(world, CRC, BBR).await;
    referral(draft(world, person, &bbr, json!({ "expectedUnits": 1 })).await)
}

scenario! {
    async fn a_programme_that_asks_for_suitability_takes_nobody_who_was_not_found_suitable(world) {
        let owain = violent(world, "U100001", CRC).await;
        let [(kind, why)] = &unmet(world, "crc-officer", &owain.case).await[..] else { panic!("one reason") };
        assert_eq!(kind, "SUITABILITY");
        assert_eq!(why, "No assessment of suitability for BBR is recorded. Have the person assessed for BBR, and record what was found on the case.");
        let sent = drafted(world, &owain).await;
        let refused = then(world, "crc-officer", "submitReferral", &sent, json!({})).await;
        assert_eq!(refused.refusals(), ["INELIGIBLE"]);
        assert!(refused.user_errors()[0].message.contains("Assessed as suitable for: BBR. "), "{refused:?}");
        assess_with(world, "crc-officer", &owain.case, json!({ "suitability": "UNSUITABLE", "assessedOn": "2017-09-04" })).await.granted();
        let [(_, why)] = &unmet(world, "crc-officer", &owain.case).await[..] else { panic!("one reason") };
        assert!(why.starts_with("The person was found unsuitable for Building Better Relationships (BBR) on 4 September 2017."), "{why}");
        assert_eq!(then(world, "crc-officer", "submitReferral", &sent, json!({})).await.refusals(), ["INELIGIBLE"]);
        assess(world, "crc-manager", &owain.case, "SUITABLE").await.granted();
        assert_eq!(unmet(world, "crc-officer", &owain.case).await, []);
        let sent = referral(then(world, "crc-officer", "submitReferral", &sent, json!({})).await);
        // Checked again at acceptance, by staff who do not see the case; and told them in no words.
        assess(world, "crc-officer", &owain.case, "UNSUITABLE").await.granted();
        let worker = json!({ "workerId": staff(world, "Wendy Groom").await });
        let refused = then(world, "crc-group-manager", "acceptReferral", &sent, worker.clone()).await;
        assert_eq!(refused.refusals(), ["UNAVAILABLE"]);
        assert!(!format!("{refused:?}").contains("unsuitable"), "{refused:?}");
        let document = "query($id: ID!) { referral(id: $id) { unmetCriteria { kind } } }";
        let mut told = Vec::new();
        for who in ["crc-officer", "crc-group-manager"] {
            let read = world.as_person(who).query(document, json!({ "id": sent["id"] })).await.granted();
            told.push(read.data("/referral/unmetCriteria").clone());
        }
        assert_eq!(told, [json!([{ "kind": "SUITABILITY" }]), json!([])]);
        assess(world, "crc-officer", &owain.case, "SUITABLE").await.granted();
        referral(then(world, "crc-group-manager", "acceptReferral", &sent, worker).await);
    }

    async fn a_manager_can_set_it_aside_for_one_referral(world) {
        let owain = violent(world, "U100002", CRC).await;
        let draft = drafted(world, &owain).await;
        let document = "query($service: ID!, $case: ID!) { eligibility(service: $service, case: $case) { unmet { criterionId } } }";
        let asked = json!({ "service": service_of(world, CRC, BBR).await, "case": owain.case });
        let read = world.as_person("crc-manager").query(document, asked).await.granted();
        let input = json!({ "criterionIds": [read.data("/eligibility/unmet/0/criterionId")], "reason": "The tutor knows him." });
        let draft = referral(then(world, "crc-manager", "overrideEligibility", &draft, input).await);
        referral(then(world, "crc-officer", "submitReferral", &draft, json!({})).await);
    }

    async fn what_was_found_is_history_and_says_who_recorded_it(world) {
        let owain = violent(world, "U100003", NPS).await;
        assess_with(world, "nps-officer", &owain.case, json!({ "suitability": "UNSUITABLE", "findings": " Denies it. " })).await.granted();
        let now = assess(world, "nps-manager", &owain.case, "SUITABLE").await.granted();
        let history = now.list("/recordProgrammeSuitability/case/programmeSuitability/nodes");
        let brief: Vec<_> = history.iter().map(|row| json!([row["suitability"], row["findings"], row["service"]["name"], row["supersededAt"].is_null()])).collect();
        assert_eq!(brief, [json!(["SUITABLE", "Can speak of what he did.", BBR, true]), json!(["UNSUITABLE", "Denies it.", BBR, false])]);
        assert_eq!(history[1]["recordedBy"]["name"], "Nadia Prosser");
        assert_eq!(history[0]["assessedOn"], "2017-10-02");
        // Nothing of it is overwritten or taken away, whoever asks the database.
        let database = &world.database;
        use programme_suitability::Column::{Findings, SupersededAt};
        let rewritten = programme_suitability::Entity::update_many().col_expr(Findings, Expr::val("Nothing."));
        assert!(rewritten.exec(database).await.is_err());
        let stands = programme_suitability::Entity::update_many().col_expr(SupersededAt, Expr::val(None::<chrono::DateTime<chrono::Utc>>));
        assert!(stands.filter(SupersededAt.is_not_null()).exec(database).await.is_err());
        assert!(programme_suitability::Entity::delete_many().exec(database).await.is_err());
        let events = world.as_person("inspector").query("query($id: ID!) { auditEvents(case: $id, first: 100) { nodes { table operation } } }", json!({ "id": owain.case })).await.granted();
        let of_it = |row: &&Value| row["operation"] == "recordProgrammeSuitability" && row["table"] == "programme_suitability";
        assert_eq!(events.list("/auditEvents/nodes").iter().filter(of_it).count(), 3, "{events:?}");
    }

    async fn it_is_for_those_who_keep_the_case_and_refused_with_its_field_where_it_cannot_be(world) {
        let owain = violent(world, "U100004", NPS).await;
        for (who, code) in [("crc-officer", "NOT_FOUND"), ("court-officer", "NOT_FOUND"), ("yss-manager", "FORBIDDEN"), ("inspector", "FORBIDDEN"), ("contract-manager", "FORBIDDEN")] {
            assert_eq!(assess(world, who, &owain.case, "SUITABLE").await.error_code(), Some(code), "{who}");
        }
        for (more, refused) in [
            (json!({ "findings": " " }), "findings REQUIRED"),
            (json!({ "findings": "x".repeat(10_001) }), "findings TOO_LONG"),
            (json!({ "assessedOn": "2017-10-03" }), "assessedOn INVALID"),
            (json!({ "assessedOn": "1987-02-02" }), "assessedOn INVALID"),
        ] {
            let answer = assess_with(world, "nps-officer", &owain.case, more).await;
            let said: Vec<_> = answer.user_errors().iter().map(|it| format!("{} {}", it.field, it.code)).collect();
            assert_eq!(said, [refused]);
        }
        let stale = assess_with(world, "nps-officer", &owain.case, json!({ "version": 1 })).await;
        assert_eq!(stale.error_code(), Some("CONFLICT"));
        // At court it is recorded before the case is allocated.
        let waiting = crate::referring::registration(world, "U100005", json!({}));
        let made = world.as_person("court-officer").mutate("registerCase", waiting, "case { id }").await.granted();
        assess(world, "court-officer", made.text("/registerCase/case/id"), "SUITABLE").await.granted();
    }

    async fn a_dry_run_states_it_on_bare_facts(world) {
        let bbr = service_of(world, CRC, BBR).await;
        let document = "query($service: ID!, $facts: CaseFactsInput!) { eligibilityOnFacts(service: $service, facts: $facts) { eligible unmet { kind fact } } }";
        let asked = async |suitability: Value| {
            let facts = json!({ "purchaser": "NPS", "age": 30, "gender": "MALE", "flags": ["DOMESTIC_ABUSE"], "sentence": "COMMUNITY_ORDER", "suitability": suitability });
            world.as_person("court-officer").query(document, json!({ "service": bbr, "facts": facts })).await
        };
        let answer = asked(json!([{ "serviceId": bbr, "suitability": "SUITABLE" }])).await.granted();
        assert_eq!(answer.data("/eligibilityOnFacts/eligible"), true);
        let answer = asked(json!([{ "serviceId": bbr, "suitability": "UNSUITABLE" }])).await.granted();
        let said = json!([{ "kind": "SUITABILITY", "fact": "The person was found unsuitable for Building Better Relationships (BBR)." }]);
        assert_eq!(answer.data("/eligibilityOnFacts/unmet"), &said);
        let resolve = service_of(world, CRC, "Resolve").await;
        for none in [json!([]), json!([{ "serviceId": resolve, "suitability": "SUITABLE" }])] {
            let answer = asked(none).await.granted();
            assert_eq!(answer.data("/eligibilityOnFacts/unmet/0/kind"), "SUITABILITY");
        }
        let twice = json!([{ "serviceId": bbr, "suitability": "SUITABLE" }, { "serviceId": bbr, "suitability": "UNSUITABLE" }]);
        let many = vec![json!({ "serviceId": bbr, "suitability": "SUITABLE" }); 21];
        for (wrong, place) in [(twice, "suitability.1.serviceId"), (json!(many), "suitability: ")] {
            let answer = asked(wrong).await;
            assert_eq!(answer.error_code(), Some("BAD_USER_INPUT"));
            assert!(format!("{answer:?}").contains(place), "{answer:?}");
        }
        let nothing = api::graphql::global_id::GlobalId::<entity::service::Entity>(entity::Id::fresh()).text();
        let answer = asked(json!([{ "serviceId": nothing, "suitability": "SUITABLE" }])).await;
        assert_eq!(answer.error_code(), Some("NOT_FOUND"));
    }

    async fn a_criterion_names_programmes_that_the_directory_has(world) {
        let ask = async |value: Value| {
            let input = json!({ "serviceId": service_of(world, CRC, "Becoming Respectful").await, "value": value, "reason": "For those whom the group does not suit." });
            world.as_person("card-admin").mutate("addCriterion", input, "criterion { kind description }").await
        };
        for (value, place) in [
            (json!({ "kind": "suitability", "any_of": ["BBR", "Juggling"] }), "value.any_of.1"),
            (json!({ "kind": "suitability", "any_of": [] }), "value.any_of"),
            (json!({ "kind": "suitability" }), "value"),
            (json!({ "kind": "suitability", "programme": "BBR", "any_of": ["BBR"] }), "value"),
        ] {
            let refused = ask(value).await;
            let said: Vec<_> = refused.user_errors().iter().map(|it| format!("{} {}", it.field, it.code)).collect();
            assert_eq!(said, [format!("{place} NOT_A_CRITERION")], "{refused:?}");
        }
        let made = ask(json!({ "kind": "not", "of": { "kind": "suitability", "any_of": ["BBR"] } })).await.granted();
        assert_eq!(made.data("/addCriterion/criterion"), &json!({ "kind": "NOT", "description": "Not (Assessed as suitable for: BBR)" }));
    }
}
