//! Referrals: drafted, sent, answered, delivered and ended, each step by whom it belongs to.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::delivering::{Delivery, YSS};
use crate::people::Answer;
use crate::referring::{
    CRC, NPS, accepted, draft, fields, person, referral, service, staff, submitted, then,
};
use crate::scenario;
use crate::world::World;

async fn read(world: &World, who: &str, id: &Value, selection: &str) -> Answer {
    let document = format!("query($id: ID!) {{ referral(id: $id) {{ {selection} }} }}");
    world.as_person(who).query(&document, json!({ "id": id })).await
}

async fn support(world: &World) -> String {
    service(world, "YSS", "Enhanced Support Service").await
}

async fn counselling(world: &World) -> String {
    service(world, "Worcester University", "Therapeutic counselling").await
}

async fn inbox(world: &World, who: &str, filter: Value) -> Vec<String> {
    let document = "query($filter: ReferralFilter!) { referrals(filter: $filter, first: 100) { totalCount nodes { id } } }";
    let answer = world.as_person(who).query(document, json!({ "filter": filter })).await.granted();
    let rows: Vec<_> = answer
        .list("/referrals/nodes")
        .iter()
        .map(|row| row["id"].as_str().expect("an id").to_owned())
        .collect();
    assert_eq!(answer.data("/referrals/totalCount"), rows.len());
    rows
}

fn only(id: &str) -> Vec<String> {
    vec![id.to_owned()]
}

fn id(referral: &Value) -> String {
    referral["id"].as_str().expect("an id").to_owned()
}

scenario! {
    async fn a_draft_is_seen_by_the_organisation_that_holds_the_case_and_by_no_provider(world) {
        let owain = person(world, "R000001", NPS, json!({})).await;
        let draft = referral(draft(world, &owain, &support(world).await, json!({})).await);
        read(world, "nps-officer", &draft["id"], "status").await.granted();
        read(world, "officer01.nps", &draft["id"], "status").await.granted();
        for who in ["yss-manager", "yss-worker", "willowdene-manager", "crc-officer"] {
            assert_eq!(read(world, who, &draft["id"], "status").await.error_code(), Some("NOT_FOUND"), "{who}");
        }
    }

    async fn a_draft_that_was_withdrawn_is_seen_by_no_provider_either(world) {
        let owain = person(world, "R000022", NPS, json!({})).await;
        let draft = referral(draft(world, &owain, &support(world).await, json!({})).await);
        let why = json!({ "reason": "REFERRED_IN_ERROR", "note": "As agreed." });
        referral(then(world, "nps-officer", "withdrawReferral", &draft, why).await);
        assert_eq!(read(world, "yss-manager", &draft["id"], "status").await.error_code(), Some("NOT_FOUND"));
    }

    async fn a_referral_is_not_assigned_to_a_worker_to_whom_the_case_is_closed(world) {
        let owain = person(world, "R000023", NPS, json!({})).await;
        let sent = submitted(world, &owain, &support(world).await, json!({})).await;
        let manager = world.as_person("nps-manager");
        let version = manager.query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": owain.case })).await;
        let input = json!({
            "caseId": owain.case, "version": version.data("/case/version"), "personId": staff(world, "Yusuf Shah").await,
            "kind": "CLOSED_TO", "reason": "His brother.",
        });
        manager.mutate("restrictCase", input, "case { id }").await.granted();
        let worker = json!({ "workerId": staff(world, "Yusuf Shah").await });
        assert_eq!(then(world, "yss-manager", "acceptReferral", &sent, worker).await.refusals(), ["UNAVAILABLE"]);
    }

    async fn everything_that_is_missing_is_named_at_once(world) {
        let owain = person(world, "R000002", NPS, json!({})).await;
        let bare = json!({
            "reason": null, "riskSummary": " ", "rarDays": null, "expectedUnits": null, "desiredOutcomes": [], "sentenceId": null,
        });
        let draft = referral(draft(world, &owain, &support(world).await, bare).await);
        let answer = then(world, "nps-officer", "submitReferral", &draft, json!({})).await;
        let mut missing: Vec<_> = answer.user_errors().into_iter().map(|refusal| refusal.field).collect();
        missing.sort();
        assert_eq!(missing, ["desiredOutcomes", "expectedUnits", "reason", "riskSummary", "sentenceId"]);
        assert_eq!(read(world, "nps-officer", &draft["id"], "status").await.text("/referral/status"), "DRAFT");
    }

    async fn every_criterion_that_fails_is_named(world) {
        let more = json!({ "dateOfBirth": "1960-01-01", "circumstances": { "flags": ["SEXUAL_OFFENDING"] } });
        let owain = person(world, "R000003", NPS, more).await;
        let skills = service(world, "Willowdene", "Counselling and skills support programme").await;
        let sent = referral(draft(world, &owain, &skills, json!({})).await);
        let answer = then(world, "nps-officer", "submitReferral", &sent, json!({})).await;
        assert_eq!(answer.refusals(), ["INELIGIBLE"]);
        assert!(answer.user_errors()[0].message.to_lowercase().contains("sexual offending"));
        let gym = service(world, "Gym with Sports England", "Healthier Happier Fitter").await;
        let sent = referral(draft(world, &owain, &gym, json!({})).await);
        let answer = then(world, "nps-officer", "submitReferral", &sent, json!({})).await;
        assert_eq!(answer.refusals(), ["INELIGIBLE"]);
        assert_eq!(answer.user_errors()[0].field, "serviceId");
    }

    async fn counselling_is_for_crc_cases_only(world) {
        let owain = person(world, "R000004", NPS, json!({})).await;
        let sent = referral(draft(world, &owain, &counselling(world).await, json!({})).await);
        let answer = then(world, "nps-officer", "submitReferral", &sent, json!({})).await;
        assert!(answer.refusals().contains(&"INELIGIBLE"), "{answer:?}");
    }

    async fn home_visits_of_yss_need_the_full_risk_assessment(world) {
        let owain = person(world, "R000005", NPS, json!({})).await;
        let sent = referral(draft(world, &owain, &support(world).await, json!({ "homeVisits": true })).await);
        let answer = then(world, "nps-officer", "submitReferral", &sent, json!({})).await;
        assert_eq!(answer.refusals(), ["INELIGIBLE"]);
        let supplied = fields(&owain, json!({
            "homeVisits": true, "items": [{ "item": "FULL_RISK_ASSESSMENT", "document": "nDelius 12" }],
        }));
        let edited = referral(then(world, "nps-officer", "editReferral", &sent, json!({ "fields": supplied })).await);
        referral(then(world, "nps-officer", "submitReferral", &edited, json!({})).await);
    }

    async fn home_visits_asked_for_later_need_the_full_risk_assessment_too(world) {
        let owain = person(world, "R000024", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let later = json!({ "amendmentReason": "He cannot travel.", "homeVisits": true });
        let answer = then(world, "nps-officer", "amendReferral", &taken, later).await;
        assert_eq!(answer.refusals(), ["INELIGIBLE"]);
        assert_eq!(answer.user_errors()[0].field, "newItems");
        let with = json!({
            "amendmentReason": "He cannot travel.", "homeVisits": true,
            "newItems": [{ "item": "FULL_RISK_ASSESSMENT", "document": "nDelius 12" }],
        });
        referral(then(world, "nps-officer", "amendReferral", &taken, with).await);
    }

    async fn rar_days_used_before_are_not_set_aside_again(world) {
        let owain = person(world, "R000025", NPS, json!({})).await;
        let delivery = Delivery::of(world, &owain, YSS, "Enhanced Support Service").await;
        delivery.attended(world.clock.now() - TimeDelta::days(1)).await;
        let now = read(world, "nps-officer", &json!(delivery.referral), "id version rarDaysUsed").await.granted().data("/referral").clone();
        assert_eq!(now["rarDaysUsed"], 1);
        let why = json!({ "reason": "NEEDS_CHANGED", "note": "As agreed." });
        referral(then(world, "nps-officer", "withdrawReferral", &now, why).await);
        let mentor = service(world, "YSS", "Meet and Mentor").await;
        let again = referral(draft(world, &owain, &mentor, json!({ "rarDays": 20 })).await);
        assert_eq!(then(world, "nps-officer", "submitReferral", &again, json!({})).await.refusals(), ["RAR_DAYS_EXCEEDED"]);
    }

    async fn changing_a_criterion_changes_the_answer(world) {
        let owain = person(world, "R000006", NPS, json!({})).await;
        let sent = referral(draft(world, &owain, &counselling(world).await, json!({})).await);
        let answer = then(world, "nps-officer", "submitReferral", &sent, json!({})).await;
        let before = answer.refusals().len();
        let document = "query($id: ID!) { service(id: $id) { criteria { nodes { id version kind } } } }";
        let read = world.as_person("card-admin").query(document, json!({ "id": counselling(world).await })).await.granted();
        let criterion = read.data("/service/criteria/nodes/0");
        let input = json!({
            "criterionId": criterion["id"], "version": criterion["version"],
            "value": { "kind": "purchaser", "any_of": ["crc", "nps"] },
        });
        world.as_person("card-admin").mutate("changeCriterion", input, "criterion { id }").await.granted();
        let answer = then(world, "nps-officer", "submitReferral", &sent, json!({})).await;
        assert!(!answer.refusals().contains(&"INELIGIBLE"), "{answer:?}");
        assert_eq!(answer.refusals().len(), before - 1);
    }

    async fn a_second_open_referral_for_the_same_person_and_service_is_refused_and_the_first_named(world) {
        let owain = person(world, "R000007", NPS, json!({})).await;
        let first = submitted(world, &owain, &support(world).await, json!({})).await;
        let second = draft(world, &owain, &support(world).await, json!({})).await;
        assert_eq!(second.refusals(), ["DUPLICATE"]);
        assert!(second.user_errors()[0].message.contains(first["reference"].as_str().expect("a reference")));
        let why = json!({ "reason": "REFERRED_IN_ERROR", "note": "As agreed." });
        referral(then(world, "nps-officer", "withdrawReferral", &first, why).await);
        referral(draft(world, &owain, &support(world).await, json!({})).await);
    }

    async fn a_referral_is_read_by_its_reference_as_heard_over_the_telephone(world) {
        let owain = person(world, "R000008", NPS, json!({})).await;
        let sent = submitted(world, &owain, &support(world).await, json!({})).await;
        let heard = sent["reference"].as_str().expect("a reference").to_lowercase().replace('-', " ");
        let document = "query($r: String) { referral(reference: $r) { id } }";
        let answer = world.as_person("yss-manager").query(document, json!({ "r": heard })).await.granted();
        assert_eq!(answer.data("/referral/id"), &sent["id"]);
    }

    async fn the_provider_asks_and_the_officer_answers_before_acceptance(world) {
        let owain = person(world, "R000009", NPS, json!({})).await;
        let sent = submitted(world, &owain, &support(world).await, json!({})).await;
        referral(then(world, "yss-manager", "askQuestion", &sent, json!({ "question": "When is he at home?" })).await);
        let asked = read(world, "nps-officer", &sent["id"], "questions { nodes { id version question answer } }").await.granted();
        let question = asked.data("/referral/questions/nodes/0");
        let input = json!({ "questionId": question["id"], "version": question["version"], "answer": "After three." });
        let officer = world.as_person("nps-officer");
        officer.mutate("answerQuestion", input.clone(), "referral { id }").await.granted();
        let seen = read(world, "yss-manager", &sent["id"], "questions { nodes { answer answeredBy { name } } }").await.granted();
        assert_eq!(seen.text("/referral/questions/nodes/0/answer"), "After three.");
        assert_eq!(officer.mutate("answerQuestion", input, "referral { id }").await.error_code(), Some("CONFLICT"));
    }

    async fn counselling_is_accepted_only_after_a_suitable_meeting(world) {
        let owain = person(world, "R000010", CRC, json!({})).await;
        let sent = submitted(world, &owain, &counselling(world).await, json!({})).await;
        let early = then(world, "counselling-tutor", "acceptReferral", &sent, json!({})).await;
        assert_eq!(early.refusals(), ["SUITABILITY_OUTSTANDING"]);
        // It is offered to record a meeting from when it was held until it is recorded.
        let offered = async || {
            let seen = read(world, "counselling-tutor", &sent["id"], "availableActions").await.granted();
            seen.list("/referral/availableActions").contains(&json!("RECORD_SUITABILITY"))
        };
        assert!(!offered().await);
        let at = world.clock.now() + TimeDelta::days(2);
        referral(then(world, "counselling-tutor", "arrangeSuitabilityMeeting", &sent, json!({ "meetsAt": at })).await);
        let seen = read(world, "crc-officer", &sent["id"], "suitabilityMeetings { nodes { id version suitability } }").await.granted();
        let meeting = seen.data("/referral/suitabilityMeetings/nodes/0").clone();
        let record = |findings: &str| json!({
            "meetingId": meeting["id"], "version": meeting["version"], "suitability": "SUITABLE", "findings": findings,
        });
        let tutor = world.as_person("counselling-tutor");
        assert_eq!(tutor.mutate("recordSuitability", record("Ready."), "referral { id }").await.refusals(), ["INVALID"]);
        assert!(!offered().await);
        world.clock.advance(TimeDelta::days(3));
        assert!(offered().await);
        tutor.mutate("recordSuitability", record("Ready to talk."), "referral { id }").await.granted();
        assert!(!offered().await);
        assert_eq!(tutor.mutate("recordSuitability", record("Again."), "referral { id }").await.error_code(), Some("CONFLICT"));
        let taken = referral(then(world, "counselling-tutor", "acceptReferral", &sent, json!({})).await);
        assert_eq!(taken["status"], "ACCEPTED");
    }

    async fn a_decline_has_a_reason_that_both_sides_see(world) {
        let owain = person(world, "R000011", NPS, json!({})).await;
        let sent = submitted(world, &owain, &support(world).await, json!({})).await;
        let bare = then(world, "yss-manager", "declineReferral", &sent, json!({ "reason": "OTHER", "note": " " })).await;
        assert_eq!(bare.refusals(), ["REQUIRED"]);
        let why = json!({ "reason": "NO_CAPACITY", "note": "Nobody free before May." });
        referral(then(world, "yss-manager", "declineReferral", &sent, why).await);
        for who in ["nps-officer", "yss-manager"] {
            let seen = read(world, who, &sent["id"], "status declineReason closingNote").await.granted();
            assert_eq!(seen.data("/referral"), &json!({
                "status": "DECLINED", "declineReason": "NO_CAPACITY", "closingNote": "Nobody free before May.",
            }));
        }
    }

    async fn only_a_worker_of_the_provider_is_assigned_and_the_history_is_kept(world) {
        let owain = person(world, "R000012", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let foreign = json!({ "workerId": staff(world, "Wren Dale").await });
        assert_eq!(then(world, "yss-manager", "assignReferral", &taken, foreign).await.error_code(), Some("NOT_FOUND"));
        let other = json!({ "workerId": staff(world, "Yvonne Sands").await, "reason": "Leave." });
        referral(then(world, "yss-manager", "assignReferral", &taken, other).await);
        let seen = read(world, "nps-officer", &taken["id"], "worker { name } assignments { nodes { worker { name } toAt } }").await.granted();
        assert_eq!(seen.text("/referral/worker/name"), "Yvonne Sands");
        assert_eq!(seen.list("/referral/assignments/nodes").len(), 2);
        assert_eq!(read(world, "yss-worker", &taken["id"], "id").await.error_code(), Some("NOT_FOUND"));
    }

    async fn notes_private_to_the_provider_are_read_by_its_staff_alone(world) {
        let owain = person(world, "R000013", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let note = json!({ "referralId": taken["id"], "body": "Between us.", "private": true });
        world.as_person("yss-worker").mutate("addReferralNote", note, "referral { id }").await.granted();
        let note = json!({ "referralId": taken["id"], "body": "For both." });
        world.as_person("nps-officer").mutate("addReferralNote", note, "referral { id }").await.granted();
        let count = |answer: &Answer| answer.list("/referral/notes/nodes").len();
        assert_eq!(count(&read(world, "yss-manager", &taken["id"], "notes { nodes { body } }").await.granted()), 2);
        assert_eq!(count(&read(world, "nps-officer", &taken["id"], "notes { nodes { body } }").await.granted()), 1);
        let officers = json!({ "referralId": taken["id"], "body": "Private?", "private": true });
        let refused = world.as_person("nps-officer").mutate("addReferralNote", officers, "referral { id }").await;
        assert_eq!(refused.refusals(), ["NOT_PERMITTED"]);
    }

    async fn an_amendment_keeps_the_old_value_the_new_one_who_and_why(world) {
        let owain = person(world, "R000014", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let nothing = json!({ "amendmentReason": "No reason", "riskSummary": "Calm with staff." });
        assert_eq!(then(world, "nps-officer", "amendReferral", &taken, nothing).await.refusals(), ["UNCHANGED"]);
        let change = json!({ "amendmentReason": "Told us today.", "riskSummary": "Carries a knife.", "rarDays": 10 });
        referral(then(world, "nps-officer", "amendReferral", &taken, change).await);
        let seen = read(world, "yss-worker", &taken["id"], "riskSummary amendments { nodes { field oldValue newValue reason amendedBy { name } } }").await.granted();
        assert_eq!(seen.text("/referral/riskSummary"), "Carries a knife.");
        assert_eq!(seen.data("/referral/amendments/nodes/0"), &json!({
            "field": "riskSummary", "oldValue": "Calm with staff.", "newValue": "Carries a knife.",
            "reason": "Told us today.", "amendedBy": { "name": "Nadia Prosser" },
        }));
        let beyond = json!({ "amendmentReason": "More", "rarDays": 21 });
        let now = read(world, "nps-officer", &taken["id"], "id version").await.granted().data("/referral").clone();
        assert_eq!(then(world, "nps-officer", "amendReferral", &now, beyond).await.refusals(), ["RAR_DAYS_EXCEEDED"]);
    }

    async fn rar_days_of_open_referrals_together_stay_within_the_courts_maximum(world) {
        let owain = person(world, "R000015", NPS, json!({})).await;
        submitted(world, &owain, &support(world).await, json!({ "rarDays": 15 })).await;
        let mentor = service(world, "YSS", "Meet and Mentor").await;
        let sent = referral(draft(world, &owain, &mentor, json!({ "rarDays": 6 })).await);
        assert_eq!(then(world, "nps-officer", "submitReferral", &sent, json!({})).await.refusals(), ["RAR_DAYS_EXCEEDED"]);
    }

    async fn the_referral_keeps_the_price_of_the_day_on_which_it_was_submitted(world) {
        let owain = person(world, "R000016", NPS, json!({})).await;
        world.clock.set("2017-09-30T12:00:00Z".parse().expect("an instant"));
        let mentor = submitted(world, &owain, &support(world).await, json!({ "expectedUnits": 10 })).await;
        world.clock.set("2017-10-20T12:00:00Z".parse().expect("an instant"));
        let selection = "price { money { amount currency } expectedTotal { amount } pricedOn kind }";
        let seen = read(world, "nps-officer", &mentor["id"], selection).await.granted();
        assert_eq!(seen.data("/referral/price"), &json!({
            "money": { "amount": 5425, "currency": "GBP" }, "expectedTotal": { "amount": 54250 }, "pricedOn": "2017-09-30", "kind": "CARD",
        }));
        let hidden = read(world, "yss-manager", &mentor["id"], selection).await.granted();
        assert!(hidden.data("/referral/price").is_null());
    }

    async fn what_the_officer_changes_on_the_case_reaches_the_provider_until_the_referral_ends(world) {
        let owain = person(world, "R000017", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let update = async |childcare: &str| {
            let officer = world.as_person("nps-officer");
            let version = officer.query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": owain.case })).await;
            let input = json!({
                "caseId": owain.case, "version": version.data("/case/version"), "circumstances": { "childcare": childcare },
            });
            officer.mutate("updateCase", input, "case { id }").await.granted();
        };
        update("School run at three").await;
        let seen = read(world, "yss-worker", &taken["id"], "case { id } person { crn childcare }").await.granted();
        assert!(seen.data("/referral/case").is_null());
        assert_eq!(seen.text("/referral/person/childcare"), "School run at three");
        let why = json!({ "reason": "SERVICE_USER_MOVED", "note": "Gone to Hull." });
        referral(then(world, "yss-worker", "endReferralEarly", &taken, why).await);
        update("None any more").await;
        let seen = read(world, "yss-worker", &taken["id"], "person { childcare }").await.granted();
        assert_eq!(seen.text("/referral/person/childcare"), "School run at three");
    }

    async fn a_provider_reads_an_ended_referral_for_twelve_months_and_no_longer(world) {
        let owain = person(world, "R000018", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let why = json!({ "reason": "NEEDS_CHANGED", "note": "As agreed." });
        referral(then(world, "nps-officer", "withdrawReferral", &taken, why).await);
        world.clock.set("2018-10-01T12:00:00Z".parse().expect("an instant"));
        read(world, "yss-manager", &taken["id"], "status").await.granted();
        world.clock.set("2018-10-02T12:00:00Z".parse().expect("an instant"));
        assert_eq!(read(world, "yss-manager", &taken["id"], "status").await.error_code(), Some("NOT_FOUND"));
        read(world, "nps-officer", &taken["id"], "status").await.granted();
    }

    async fn the_second_of_two_who_answer_a_referral_is_told(world) {
        let owain = person(world, "R000019", NPS, json!({})).await;
        let sent = submitted(world, &owain, &support(world).await, json!({})).await;
        referral(then(world, "yss-manager", "acceptReferral", &sent, json!({})).await);
        let late = then(world, "nps-officer", "withdrawReferral", &sent, json!({ "reason": "OTHER", "note": "x" })).await;
        assert_eq!(late.error_code(), Some("CONFLICT"));
        assert_eq!(late.body["errors"][0]["extensions"]["changedBy"], "Yvonne Sands");
    }

    async fn the_available_actions_are_what_the_rules_then_allow(world) {
        let owain = person(world, "R000020", NPS, json!({})).await;
        let sent = submitted(world, &owain, &support(world).await, json!({})).await;
        let officer = read(world, "nps-officer", &sent["id"], "availableActions").await.granted();
        assert_eq!(officer.data("/referral/availableActions"), &json!(["AMEND", "ANSWER", "ADD_NOTE", "WITHDRAW"]));
        let manager = read(world, "yss-manager", &sent["id"], "availableActions").await.granted();
        assert_eq!(manager.data("/referral/availableActions"), &json!(["ASK", "ACCEPT", "DECLINE", "ASSIGN", "ADD_NOTE"]));
        let inspector = read(world, "inspector", &sent["id"], "availableActions").await.granted();
        assert_eq!(inspector.data("/referral/availableActions"), &json!([]));
    }

    async fn the_inbox_is_narrowed_by_everything_that_its_screens_offer(world) {
        let owain = person(world, "R000021", NPS, json!({ "familyName": "Zzyzx" })).await;
        let urgent = submitted(world, &owain, &support(world).await, json!({ "urgency": "URGENT" })).await;
        let mentor = service(world, "YSS", "Meet and Mentor").await;
        let draft = referral(draft(world, &owain, &mentor, json!({})).await);
        let mine = |more: Value| {
            let mut filter = json!({ "text": "zzyzx" });
            crate::referring::merge(&mut filter, more);
            filter
        };
        let (urgent, draft) = (id(&urgent), id(&draft));
        let both = vec![draft.clone(), urgent.clone()];
        assert_eq!(inbox(world, "nps-officer", mine(json!({}))).await, both);
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "statuses": ["SUBMITTED"] }))).await, only(&urgent));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "urgency": "URGENT" }))).await, only(&urgent));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "service": mentor }))).await, only(&draft));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "sentByMe": true }))).await, both);
        assert_eq!(inbox(world, "officer01.nps", mine(json!({ "sentByMe": true }))).await, [""; 0]);
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "unassigned": true }))).await, both);
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "unassigned": false }))).await, [""; 0]);
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "case": owain.case }))).await, both);
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "submittedFrom": "2017-10-02" }))).await, only(&urgent));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "submittedTo": "2017-10-01" }))).await, [""; 0]);
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "submittedTo": "2017-10-02" }))).await, only(&urgent));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "respondByPassed": true }))).await, [""; 0]);
        assert_eq!(inbox(world, "yss-manager", mine(json!({}))).await, only(&urgent));
        assert_eq!(inbox(world, "willowdene-manager", mine(json!({}))).await, [""; 0]);
        world.clock.advance(TimeDelta::days(2));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "respondByPassed": true }))).await, only(&urgent));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "respondByPassed": false }))).await, only(&draft));
        assert_eq!(inbox(world, "nps-officer", mine(json!({ "provider": crate::referring::organisation(world, "Nacro").await }))).await, [""; 0]);
    }

    async fn a_list_is_paged_in_both_directions_without_loss_or_repeat(world) {
        let document = "query($first: Int, $after: String, $last: Int, $before: String) {
            cases(first: $first, after: $after, last: $last, before: $before) {
                nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
        let inspector = world.as_person("inspector");
        let whole = inspector.query(document, json!({ "first": 100 })).await.granted();
        let all: Vec<_> = whole.list("/cases/nodes").to_vec();
        let (mut forwards, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = inspector.query(document, json!({ "first": 7, "after": after })).await.granted();
            forwards.extend(page.list("/cases/nodes").to_vec());
            after = page.data("/cases/pageInfo/endCursor").clone();
            if page.data("/cases/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
        }
        assert_eq!(forwards, all);
        let (mut backwards, mut before) = (Vec::new(), Value::Null);
        loop {
            let page = inspector.query(document, json!({ "last": 7, "before": before })).await.granted();
            backwards = [page.list("/cases/nodes").to_vec(), backwards].concat();
            before = page.data("/cases/pageInfo/startCursor").clone();
            if page.data("/cases/pageInfo/hasPreviousPage") == &json!(false) {
                break;
            }
        }
        assert_eq!(backwards, all);
        assert_eq!(inspector.query(document, json!({ "first": 101 })).await.error_code(), Some("BAD_USER_INPUT"));
        assert_eq!(inspector.query(document, json!({ "first": 1, "after": "nonsense" })).await.error_code(), Some("BAD_USER_INPUT"));
    }
}

scenario! {
    async fn criteria_that_stop_holding_are_shown_and_refuse_nothing(world) {
        let owain = person(world, "R100900", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let read = "query($id: ID!) { referral(id: $id) { version unmetCriteria { kind message } case { version } } }";
        let unmet = |who: &'static str| {
            let id = taken["id"].clone();
            async move { world.as_person(who).query(read, json!({ "id": id })).await.granted() }
        };
        let before = unmet("nps-officer").await;
        assert_eq!(before.list("/referral/unmetCriteria"), [] as [Value; 0]);
        let service = service(world, "YSS", "Enhanced Support Service").await;
        for value in [json!({ "kind": "age_range", "min": 40 }), json!({ "kind": "excluded_offending", "none_of": ["domestic_abuse"] })] {
            let input = json!({ "serviceId": service, "value": value, "reason": "A new contract." });
            world.as_person("card-admin").mutate("addCriterion", input, "criterion { id }").await.granted();
        }
        let input = json!({
            "caseId": owain.case, "version": before.data("/referral/case/version"),
            "circumstances": { "flags": ["DOMESTIC_ABUSE"] },
        });
        world.as_person("nps-officer").mutate("updateCase", input, "case { id }").await.granted();
        let kinds = |answer: &crate::people::Answer| -> Vec<Value> {
            answer.list("/referral/unmetCriteria").iter().map(|it| it["kind"].clone()).collect()
        };
        for who in ["nps-officer", "nps-manager", "inspector"] {
            assert_eq!(kinds(&unmet(who).await), ["AGE_RANGE", "EXCLUDED_OFFENDING"], "{who}");
        }
        // What a person did is not to be inferred by those who deliver.
        for who in ["yss-worker", "yss-manager"] {
            let seen = world.as_person(who).query("query($id: ID!) { referral(id: $id) { unmetCriteria { kind } } }", json!({ "id": taken["id"] })).await.granted();
            assert_eq!(kinds(&seen), ["AGE_RANGE"], "{who}");
        }
        let note = json!({ "amendmentReason": "Told us.", "riskSummary": "Carries a knife." });
        referral(then(world, "nps-officer", "amendReferral", &taken, note).await);
    }
}
