//! Outcomes: measures, qualifications and the end-of-service report.

use rules::Term as _;
use rules::terms::ReferralStatus::{self, Accepted, Completed, EndedEarly, InProgress};
use serde_json::{Value, json};

use crate::given::{self, Given};
use crate::people::Answer;
use crate::scenario;
use crate::world::World;

/// Adds an instrument from 14 to 70 points, higher being better, and answers with its identifier.
async fn wellbeing(world: &World) -> String {
    instrument(world, "Warwick-Edinburgh", "HIGHER_IS_BETTER").await
}

async fn instrument(world: &World, name: &str, direction: &str) -> String {
    let input = json!({
        "name": name, "description": "Fourteen questions", "low": 14, "high": 70, "direction": direction,
    });
    let added = world.as_person("contract-manager").mutate("addInstrument", input, "instrument { id }").await;
    added.granted().text("/addInstrument/instrument/id").to_owned()
}

fn measure(given: &Given, instrument: &str, stage: &str, score: i32) -> Value {
    json!({
        "referralId": given.referral, "need": "EMOTIONAL_WELLBEING", "instrumentId": instrument,
        "stage": stage, "score": score, "takenOn": "2017-10-02",
    })
}

async fn record(world: &World, input: Value) -> Answer {
    world.as_person("yss-worker").mutate("recordMeasure", input, "measure { id score }").await
}

fn report(given: &Given) -> Value {
    let [first, second] = [&given.outcomes[0], &given.outcomes[1]];
    json!({
        "referralId": given.referral, "summary": "Twelve sessions, most of them outdoors",
        "outcomes": [
            { "desiredOutcomeId": first, "result": "ACHIEVED" },
            { "desiredOutcomeId": second, "result": "PARTLY_ACHIEVED", "comment": "A hostel \u{1f3e0}" },
        ],
    })
}

const REPORT: &str = "endReport { id summary furtherWork createdAt supersededAt correctionReason
    author { name } referral { id } supersedes { id supersededAt }
    outcomes { result comment desiredOutcome { id need description result } } }";

async fn submit(world: &World, input: Value) -> Answer {
    world.as_person("yss-worker").mutate("submitEndReport", input, REPORT).await
}

scenario! {
    async fn an_instrument_is_added_once_and_read_by_everybody(world) {
        wellbeing(world).await;
        let again = json!({
            "name": " Warwick-Edinburgh ", "description": "The same", "low": 0, "high": 1,
            "direction": "LOWER_IS_BETTER",
        });
        let manager = world.as_person("contract-manager");
        let answer = manager.mutate("addInstrument", again, "instrument { id }").await;
        assert_eq!(answer.refusals(), ["DUPLICATE"]);
        let query = "{ instruments { totalCount nodes { name low high direction } } }";
        let answer = world.as_person("court-officer").query(query, json!({})).await.granted();
        let known = json!({
            "name": "Warwick-Edinburgh", "low": 14, "high": 70, "direction": "HIGHER_IS_BETTER",
        });
        assert!(answer.list("/instruments/nodes").contains(&known), "{answer:?}");
    }

    async fn everything_wrong_with_an_instrument_is_said_at_once(world) {
        let input = json!({
            "name": "", "description": "é".repeat(10_001), "low": 5, "high": 5, "direction": "LOWER_IS_BETTER",
        });
        let manager = world.as_person("contract-manager");
        let answer = manager.mutate("addInstrument", input, "instrument { id }").await;
        assert_eq!(answer.refusals(), ["REQUIRED", "TOO_LONG", "INVALID_SCALE"]);
    }

    async fn a_measure_is_taken_once_at_each_stage(world) {
        let (given, instrument) = (given::referral(world, InProgress).await, wellbeing(world).await);
        record(world, measure(&given, &instrument, "START", 30)).await.granted();
        let again = record(world, measure(&given, &instrument, "START", 31)).await;
        assert_eq!(again.refusals(), ["ALREADY_TAKEN"]);
        record(world, measure(&given, &instrument, "END", 45)).await.granted();
    }

    async fn a_measure_lies_on_the_scale_and_not_in_the_future(world) {
        let (given, instrument) = (given::referral(world, InProgress).await, wellbeing(world).await);
        let mut input = measure(&given, &instrument, "START", 71);
        input["takenOn"] = json!("2017-10-03");
        let answer = record(world, input.clone()).await;
        assert_eq!(answer.refusals(), ["OUT_OF_SCALE", "IN_THE_FUTURE"]);
        for day in ["1899-12-31", "+262142-01-01", "2201-01-01", "02/10/2017", "2017-02-30"] {
            input["takenOn"] = json!(day);
            assert_eq!(record(world, input.clone()).await.error_code(), Some("BAD_USER_INPUT"), "{day}");
        }
        // It is the third in London an hour before it is in Greenwich.
        world.clock.set("2017-10-02T23:00:00Z".parse().expect("an instant"));
        input["score"] = json!(70);
        input["takenOn"] = json!("2017-10-03");
        record(world, input).await.granted();
    }

    async fn a_correction_supersedes_the_measure_that_it_corrects(world) {
        let (given, instrument) = (given::referral(world, InProgress).await, wellbeing(world).await);
        let first = record(world, measure(&given, &instrument, "START", 30)).await.granted();
        let first = first.text("/recordMeasure/measure/id");
        let input = json!({
            "measureId": first, "score": 33, "takenOn": "2017-10-01", "reason": "Added up wrongly",
        });
        let selection = "measure { id score takenOn stage need supersededAt correctionReason
            instrument { id } recordedBy { name } referral { id }
            supersedes { id score supersededAt supersedes { id } } }";
        let manager = world.as_person("yss-manager");
        let answer = manager.mutate("correctMeasure", input.clone(), selection).await.granted();
        let corrected = answer.data("/correctMeasure/measure");
        assert_eq!(corrected["score"], 33);
        assert_eq!(corrected["correctionReason"], "Added up wrongly");
        assert_eq!(corrected["supersededAt"], Value::Null);
        assert_eq!(corrected["recordedBy"]["name"], "Yvonne Sands");
        assert_eq!(corrected["instrument"]["id"], json!(instrument));
        assert_eq!(corrected["referral"]["id"], json!(given.referral));
        assert_eq!(corrected["supersedes"]["id"], json!(first));
        assert_eq!(corrected["supersedes"]["score"], 30);
        assert_eq!(corrected["supersedes"]["supersedes"], Value::Null);
        assert!(corrected["supersedes"]["supersededAt"].is_string());
        let again = manager.mutate("correctMeasure", input, selection).await;
        assert_eq!(again.refusals(), ["SUPERSEDED"]);
    }

    async fn a_change_is_computed_between_the_same_instrument_alone(world) {
        let given = given::referral(world, InProgress).await;
        let rising = wellbeing(world).await;
        let falling = instrument(world, "Audit", "LOWER_IS_BETTER").await;
        let level = instrument(world, "Level", "LOWER_IS_BETTER").await;
        let begun = instrument(world, "Begun", "LOWER_IS_BETTER").await;
        let ended = instrument(world, "Ended", "LOWER_IS_BETTER").await;
        for (instrument, stage, score) in [
            (&rising, "START", 20),
            (&falling, "START", 20),
            (&level, "START", 20),
            (&begun, "START", 20),
            (&rising, "END", 35),
            (&falling, "END", 35),
            (&level, "END", 20),
            (&ended, "END", 20),
        ] {
            record(world, measure(&given, instrument, stage, score)).await.granted();
        }
        // The same instrument measures another need: that is another change, and it has no beginning.
        let mut input = measure(&given, &rising, "END", 70);
        input["need"] = json!("ACCOMMODATION");
        let selection = "measure { id referral {
            measures { nodes { score } }
            measureChanges { need points improved instrument { name } start { score } end { score } } } }";
        let answer = world.as_person("yss-worker").mutate("recordMeasure", input, selection).await.granted();
        assert_eq!(answer.list("/recordMeasure/measure/referral/measures/nodes").len(), 9);
        let changes = answer.list("/recordMeasure/measure/referral/measureChanges");
        let change = |name: &str, points: i32, improved: Value| {
            json!({
                "need": "EMOTIONAL_WELLBEING", "points": points, "improved": improved,
                "instrument": { "name": name }, "start": { "score": 20 }, "end": { "score": 20 + points },
            })
        };
        let expected = [
            change("Warwick-Edinburgh", 15, json!(true)),
            change("Audit", 15, json!(false)),
            change("Level", 0, Value::Null),
        ];
        assert_eq!(changes, expected);
    }

    async fn of_two_corrections_at_once_one_is_made(world) {
        let (given, instrument) = (given::referral(world, InProgress).await, wellbeing(world).await);
        let first = record(world, measure(&given, &instrument, "START", 30)).await.granted();
        let correct = async |score: i32| {
            let input = json!({
                "measureId": first.text("/recordMeasure/measure/id"), "score": score,
                "takenOn": "2017-10-01", "reason": "Added up wrongly",
            });
            let answer = world.as_person("yss-worker").mutate("correctMeasure", input, "measure { id }").await;
            assert_eq!(answer.error_code(), None, "{answer:?}");
            answer.refusals().join(" ")
        };
        let (one, other) = tokio::join!(correct(31), correct(32));
        let mut came_to = [one, other];
        came_to.sort();
        assert_eq!(came_to, ["", "SUPERSEDED"]);
    }

    async fn a_qualification_is_recorded_once_at_each_level(world) {
        let given = given::referral(world, InProgress).await;
        let worker = world.as_person("yss-worker");
        let mut input = json!({
            "referralId": given.referral, "title": "Bricklaying", "level": "ENTRY_3", "awardedOn": "2017-09-29",
        });
        let selection = "qualification { title level awardedOn recordedBy { name } referral { id } }";
        let answer = worker.mutate("recordQualification", input.clone(), selection).await.granted();
        let recorded = answer.data("/recordQualification/qualification");
        assert_eq!(recorded["recordedBy"]["name"], "Yusuf Shah");
        assert_eq!(recorded["awardedOn"], "2017-09-29");
        let again = worker.mutate("recordQualification", input.clone(), selection).await;
        assert_eq!(again.refusals(), ["DUPLICATE"]);
        input["level"] = json!("LEVEL_1");
        worker.mutate("recordQualification", input.clone(), selection).await.granted();
        input["title"] = json!("  ");
        input["awardedOn"] = json!("2017-10-03");
        let answer = worker.mutate("recordQualification", input, selection).await;
        assert_eq!(answer.refusals(), ["REQUIRED", "IN_THE_FUTURE"]);
    }

    async fn a_report_rates_every_desired_outcome(world) {
        let given = given::referral(world, InProgress).await;
        let answer = submit(world, report(&given)).await.granted();
        let submitted = answer.data("/submitEndReport/endReport");
        assert_eq!(submitted["author"]["name"], "Yusuf Shah");
        assert_eq!(submitted["furtherWork"], Value::Null);
        assert_eq!(submitted["outcomes"][0]["desiredOutcome"]["description"], "Sleeps through the night");
        assert_eq!(submitted["outcomes"][0]["desiredOutcome"]["result"], "ACHIEVED");
        assert_eq!(submitted["outcomes"][1]["result"], "PARTLY_ACHIEVED");
        assert_eq!(submitted["outcomes"][1]["comment"], "A hostel \u{1f3e0}");
    }

    async fn a_report_with_outcomes_unrated_is_refused_and_names_them(world) {
        let given = given::referral(world, InProgress).await;
        let mut input = report(&given);
        input["outcomes"] = json!([]);
        input["summary"] = json!("");
        let answer = submit(world, input).await;
        assert_eq!(answer.refusals(), ["REQUIRED", "UNRATED", "UNRATED"]);
        let messages: Vec<_> = answer.user_errors().into_iter().map(|refusal| refusal.message).collect();
        assert!(messages[1].contains("Sleeps through the night"), "{messages:?}");
        assert!(messages[2].contains("Has a home of their own"), "{messages:?}");
        // Nothing was kept of it.
        submit(world, report(&given)).await.granted();
    }

    async fn a_mistake_in_one_result_names_its_place(world) {
        let given = given::referral(world, InProgress).await;
        let other = given::referral(world, InProgress).await;
        let mut input = report(&given);
        input["outcomes"][1]["desiredOutcomeId"] = json!(other.outcomes[0]);
        input["outcomes"][0]["comment"] = json!("a\u{0}b");
        let answer = submit(world, input).await;
        let said: Vec<_> =
            answer.user_errors().into_iter().map(|refusal| (refusal.code.to_owned(), refusal.field)).collect();
        let expected =
            [("NOT_DESIRED", "outcomes.1"), ("UNRATED", "outcomes"), ("INVALID", "outcomes.0.comment")];
        assert_eq!(said, expected.map(|(code, field)| (code.to_owned(), field.to_owned())));
    }

    async fn a_report_is_submitted_once_and_superseded_by_another(world) {
        let given = given::referral(world, Completed).await;
        let first = submit(world, report(&given)).await.granted();
        let first = first.text("/submitEndReport/endReport/id").to_owned();
        assert_eq!(submit(world, report(&given)).await.refusals(), ["ALREADY_SUBMITTED"]);

        let mut input = report(&given);
        input.as_object_mut().expect("an object").remove("referralId");
        input["reportId"] = json!(first);
        input["reason"] = json!("The home fell through");
        input["furtherWork"] = json!("Find another one");
        input["outcomes"][1]["result"] = json!("NOT_ACHIEVED");
        let manager = world.as_person("yss-manager");
        let answer = manager.mutate("correctEndReport", input.clone(), REPORT).await.granted();
        let second = answer.data("/correctEndReport/endReport");
        assert_eq!(second["supersedes"]["id"], json!(first));
        assert!(second["supersedes"]["supersededAt"].is_string());
        assert_eq!(second["correctionReason"], "The home fell through");
        assert_eq!(second["author"]["name"], "Yvonne Sands");
        assert_eq!(second["outcomes"][1]["desiredOutcome"]["result"], "NOT_ACHIEVED");
        let again = manager.mutate("correctEndReport", input, REPORT).await;
        assert_eq!(again.refusals(), ["SUPERSEDED"]);
    }

    async fn a_referral_shows_the_report_that_stands_and_those_before_it(world) {
        let given = given::referral(world, InProgress).await;
        let first = submit(world, report(&given)).await.granted();
        let mut input = report(&given);
        input.as_object_mut().expect("an object").remove("referralId");
        input["reportId"] = first.data("/submitEndReport/endReport/id").clone();
        input["reason"] = json!("Slept badly after all");
        input["outcomes"][0]["result"] = json!("NOT_ACHIEVED");
        let selection = "endReport { referral {
            endReport { correctionReason } endReportHistory { nodes { correctionReason } }
            desiredOutcomes { nodes { description result } } } }";
        let answer = world.as_person("yss-worker").mutate("correctEndReport", input, selection).await.granted();
        let referral = answer.data("/correctEndReport/endReport/referral");
        let reason = json!({ "correctionReason": "Slept badly after all" });
        assert_eq!(referral["endReport"], reason);
        assert_eq!(referral["endReportHistory"]["nodes"], json!([{ "correctionReason": null }, reason]));
        let outcomes = json!([
            { "description": "Sleeps through the night", "result": "NOT_ACHIEVED" },
            { "description": "Has a home of their own", "result": "PARTLY_ACHIEVED" },
        ]);
        assert_eq!(referral["desiredOutcomes"]["nodes"], outcomes);
    }

    async fn of_two_reports_at_once_one_is_submitted(world) {
        let given = given::referral(world, InProgress).await;
        let (one, other) = tokio::join!(submit(world, report(&given)), submit(world, report(&given)));
        let mut came_to = [one.refusals().join(" "), other.refusals().join(" ")];
        came_to.sort();
        assert_eq!(came_to, ["", "ALREADY_SUBMITTED"], "{one:?} {other:?}");
    }

    async fn a_repeat_with_the_same_key_records_nothing_twice(world) {
        let given = given::referral(world, InProgress).await;
        let mut input = report(&given);
        input["idempotencyKey"] = json!("report-1");
        let first = submit(world, input.clone()).await.granted();
        let again = submit(world, input.clone()).await.granted();
        assert_eq!(first.body["data"], again.body["data"]);
        input["summary"] = json!("Another one");
        assert_eq!(submit(world, input).await.error_code(), Some("CONFLICT"));
    }

    async fn outcomes_are_recorded_from_acceptance_on_and_after_the_end(world) {
        let instrument = wellbeing(world).await;
        for &status in ReferralStatus::ALL.iter().filter(|&&status| status != ReferralStatus::Draft) {
            let given = given::referral(world, status).await;
            let open = [Accepted, InProgress, Completed, EndedEarly].contains(&status);
            let measured = record(world, measure(&given, &instrument, "START", 30)).await;
            assert_eq!(measured.error_code(), None, "{status:?} {measured:?}");
            assert_eq!(measured.refusals().is_empty(), open, "{status:?} {measured:?}");
            let reported = submit(world, report(&given)).await;
            assert_eq!(reported.error_code(), None, "{status:?} {reported:?}");
            assert_eq!(reported.refusals().is_empty(), open, "{status:?} {reported:?}");
        }
    }

    async fn a_referral_of_another_provider_does_not_exist(world) {
        let (given, instrument) = (given::referral(world, InProgress).await, wellbeing(world).await);
        let foreign = world.as_person("willowdene-manager");
        let input = measure(&given, &instrument, "START", 30);
        let answer = foreign.mutate("recordMeasure", input, "measure { id }").await;
        assert_eq!(answer.error_code(), Some("NOT_FOUND"));
        let answer = foreign.mutate("submitEndReport", report(&given), REPORT).await;
        assert_eq!(answer.error_code(), Some("NOT_FOUND"));
        let mine = record(world, measure(&given, &instrument, "START", 30)).await.granted();
        let input = json!({
            "measureId": mine.text("/recordMeasure/measure/id"), "score": 20, "takenOn": "2017-10-02",
            "reason": "Envy",
        });
        let answer = foreign.mutate("correctMeasure", input, "measure { id }").await;
        assert_eq!(answer.error_code(), Some("NOT_FOUND"));
    }
}
