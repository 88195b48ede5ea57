//! Cards as files: imported all or nothing, every mistake by line and column, and exported as they came.

use serde_json::{Value, json};

use super::{APPROVER, AUTHOR, draft, history, mentoring, payload, pence_on, published, support, written};
use crate::people::Answer;
use crate::referring::{merge, organisation};
use crate::scenario;
use crate::world::World;

const CARD: &str = include_str!("../../../api/src/demo/rate-card-2017.csv");
const HEADING: &str = "Service,Provider,Unit,Price,Effective from,Effective to,Purchaser,Notes";
/// A row that is right, and a price that is not there yet.
const RIGHT: &str = "Meet and Mentor,YSS,session,£33.00,01/11/2017,,NPS,";

/// Imports a card with `more` than its text.
async fn import(world: &World, csv: &str, more: Value) -> Answer {
    let mut input = json!({ "csv": csv, "reason": "The new card." });
    merge(&mut input, more);
    let selection = "batch { id version } rowErrors { line column message }
        changes { line serviceName providerName action pence previousPence effectiveFrom effectiveTo }";
    let answer = world.as_person(AUTHOR).mutate("importRateCard", input, selection).await;
    assert_eq!(answer.error_code(), None, "{answer:?}");
    answer
}

/// A card with these rows under the heading.
fn card(rows: &[&str]) -> String {
    format!("{HEADING}\r\n{}\r\n", rows.join("\r\n"))
}

/// The mistakes found, as `line column`; nothing else came of the import.
#[track_caller]
fn mistakes(answer: &Answer) -> Vec<String> {
    let payload = answer.data("/importRateCard");
    assert_eq!(
        (&payload["batch"], &payload["changes"], &payload["userErrors"]),
        (&Value::Null, &json!([]), &json!([]))
    );
    let place = |error: &Value| format!("{} {}", error["line"], error["column"].as_str().unwrap_or("-"));
    payload["rowErrors"].as_array().expect("a list").iter().map(place).collect()
}

/// What the rows do.
#[track_caller]
fn actions(answer: Answer) -> Vec<String> {
    let answer = answer.granted();
    assert_eq!(answer.data("/importRateCard/rowErrors"), &json!([]));
    let rows = answer.list("/importRateCard/changes");
    rows.iter().map(|row| row["action"].as_str().unwrap_or_default().to_owned()).collect()
}

/// Imports and approves a card.
async fn on_the_card(world: &World, csv: &str, more: Value) {
    let batch = payload(import(world, csv, more).await, "batch");
    let input = json!({ "batchId": batch["id"], "version": batch["version"] });
    world.as_person(APPROVER).mutate("publishPriceBatch", input, "batch { id }").await.granted();
}

async fn exported(world: &World, arguments: &str) -> String {
    let document = format!("{{ exportRateCard{arguments} }}");
    world.as_person(AUTHOR).query(&document, json!({})).await.granted().text("/exportRateCard").to_owned()
}

scenario! {
    async fn the_card_imports_as_it_is_and_again_without_duplicates(world) {
        // The demonstration has imported it once.
        let before = written(world).await;
        let again = import(world, CARD, json!({})).await.granted();
        assert!(again.data("/importRateCard/batch").is_null());
        assert_eq!(actions(again), ["UNCHANGED"; 18]);
        assert_eq!(written(world).await, before);
        let history = history(world, &support(world).await, "CARD").await;
        assert_eq!(history, [
            json!([5_700, "2017-10-01", null, "PUBLISHED"]), json!([5_425, "2017-04-01", "2017-10-01", "PUBLISHED"]),
        ]);
    }

    async fn a_changed_card_adds_what_is_new_and_says_what_it_does(world) {
        let ended = CARD.replace("£31.75,01/04/2017,,NPS", "£31.75,01/04/2017,31/10/2017,NPS");
        let changed = ended.trim_end().to_owned()
            + "\r\nMeet and Mentor,YSS,session,£33.00,01/11/2017,,NPS,\r\nSubstance misuse support,Addaction,session,30,01/11/2017,31/10/2018,NPS,\r\n";
        let dry = import(world, &changed, json!({ "dryRun": true })).await.granted();
        let rows = dry.list("/importRateCard/changes");
        assert_eq!(rows[18], json!({
            "line": 20, "serviceName": "Meet and Mentor", "providerName": "YSS", "action": "REPLACES", "pence": 3_300,
            "previousPence": 3_175, "effectiveFrom": "2017-11-01", "effectiveTo": null,
        }));
        assert_eq!(rows[19], json!({
            "line": 21, "serviceName": "Substance misuse support", "providerName": "Addaction", "action": "NEW", "pence": 3_000,
            "previousPence": null, "effectiveFrom": "2017-11-01", "effectiveTo": "2018-11-01",
        }));
        let real = import(world, &changed, json!({})).await.granted();
        assert_eq!(real.data("/importRateCard/changes"), dry.data("/importRateCard/changes"));
        let batch = real.data("/importRateCard/batch").clone();
        // Until a second administrator approves it, it is on no card.
        assert_eq!(pence_on(world, &mentoring(world).await, json!("2017-11-01")).await, 3_175);
        let before = written(world).await;
        let pending = actions(import(world, &changed, json!({})).await);
        assert_eq!(pending[18..], ["PENDING", "PENDING"]);
        assert_eq!(written(world).await, before);
        let input = json!({ "batchId": batch["id"], "version": batch["version"] });
        world.as_person(APPROVER).mutate("publishPriceBatch", input, "batch { id }").await.granted();
        assert_eq!(actions(import(world, &changed, json!({})).await), ["UNCHANGED"; 20]);
        assert_eq!(pence_on(world, &mentoring(world).await, json!("2017-11-01")).await, 3_300);
    }

    async fn a_dry_run_writes_nothing(world) {
        let before = written(world).await;
        let answer = import(world, &card(&[RIGHT]), json!({ "dryRun": true, "idempotencyKey": "dry" })).await.granted();
        assert!(answer.data("/importRateCard/batch").is_null());
        assert_eq!(actions(answer), ["REPLACES"]);
        assert_eq!(written(world).await, before);
        // The key is still free for the import itself.
        let real = import(world, &card(&[RIGHT]), json!({ "idempotencyKey": "dry" })).await.granted();
        assert!(real.data("/importRateCard/batch/id").is_string());
    }

    async fn a_repeat_with_the_same_key_imports_nothing_twice(world) {
        let key = json!({ "idempotencyKey": "card" });
        let first = import(world, &card(&[RIGHT]), key.clone()).await.granted();
        let before = written(world).await;
        let again = import(world, &card(&[RIGHT]), key.clone()).await.granted();
        assert_eq!(first.body["data"], again.body["data"]);
        let input = json!({ "csv": card(&[]), "reason": "Another.", "idempotencyKey": "card" });
        let other = world.as_person(AUTHOR).mutate("importRateCard", input, "batch { id }").await;
        assert_eq!(other.error_code(), Some("CONFLICT"));
        assert_eq!(written(world).await, before);
    }

    async fn a_file_is_read_as_spreadsheets_write_it(world) {
        let csv = "\u{feff}Notes,SERVICE,provider,Unit, Price ,Effective From,Effective to,Purchaser,,\r\n\
            \"Two lines,\r\nand \"\"quotes\"\"\",\"Employment, training and education\",Ixion,Session,\"£1,039.00\",1/11/2017,,nps,,\r\n\
            ,,,,,,,,,\r\n\
            \r\n\
            ,women's GROUP programme,Warwickshire & West Mercia CRC,session, £ 36.5 ,01/11/2017,,NPS,,\n\
            ,Resolve,Warwickshire & West Mercia CRC,programme,2790,01/11/2017,,NPS,,";
        let answer = import(world, csv, json!({})).await.granted();
        let rows = answer.list("/importRateCard/changes");
        let row = |line: i32, pence: i32, to: Value| (json!(line), json!(pence), to);
        let found: Vec<_> = rows.iter().map(|row| (row["line"].clone(), row["pence"].clone(), row["effectiveTo"].clone())).collect();
        assert_eq!(found, [row(2, 103_900, Value::Null), row(6, 3_650, Value::Null), row(7, 279_000, Value::Null)]);
        let batch = answer.text("/importRateCard/batch/id");
        let document = "query($id: ID!) { priceBatch(id: $id) { prices { nodes { notes reason service { name } } } } }";
        let read = world.as_person(AUTHOR).query(document, json!({ "id": batch })).await.granted();
        let notes: Vec<_> = read.list("/priceBatch/prices/nodes").iter().filter_map(|price| price["notes"].as_str()).collect();
        assert_eq!(notes, ["Two lines,\r\nand \"quotes\""]);
    }

    async fn every_bad_row_is_named_by_line_and_column_and_nothing_is_written(world) {
        let before = written(world).await;
        let csv = card(&[
            RIGHT,                                                                                    // 2
            "Meet and Mentor,YSS,hour,£33.00,10/10/2017,31/10/2017,NPS,by the session",                  // 3
            "Meet and Greet,YSS,session,£33.00,01/11/2017,,NPS,no such service",                       // 4
            "Meet and Mentor,XSS,session,£33.00,01/11/2017,,NPS,no such provider",                     // 5
            "Resolve,Warwickshire & West Mercia CRC,programme,\"1,2,3\",31/02/2018,30/02/2018,CRC,",   // 6
            "Becoming Respectful,Warwickshire & West Mercia CRC,session,-5,2017-11-01,,,",             // 7
            "Supported accommodation,Nacro,week,£1.234,01/11/2017,31/10/2017,NPS,",                    // 8
            "Supported accommodation,Nacro,fortnight,free,01/13/2017,1/1/17,NPS,",                     // 9
            ",,,,,,,only a note",                                                                      // 10
            "Structured work for women,Hereford community centre,session,£2000000.01,01/01/1899,,NPS,", // 11
            "too,few,cells",                                                                           // 12
            "Structured work for women,Hereford community centre,session,£41.00,01/11/2017,,NPS,a,b",  // 13
            "Women’s group programme,Warwickshire & West Mercia CRC,session,£30.00,01/09/2017,,NPS,",  // 14
            "Unpaid-work placement,Warwickshire & West Mercia CRC,hour,£8.00,01/11/2017,,NPS,",        // 15
            "Unpaid-work placement,Warwickshire & West Mercia CRC,hour,£8.00,01/11/2017,,NPS,",        // 16
            "Drink Impaired Drivers (DIDs),Warwickshire & West Mercia CRC,programme,£1300.00,01/11/2017,31/12/2017,NPS,", // 17
            "Drink Impaired Drivers (DIDs),Warwickshire & West Mercia CRC,programme,£1400.00,31/12/2017,,NPS,", // 18
        ]);
        let answer = import(world, &csv, json!({})).await;
        let mut found = mistakes(&answer);
        found.sort_by_key(|place| place.split(' ').next().and_then(|line| line.parse::<u32>().ok()));
        assert_eq!(found, [
            "3 Unit", "3 Effective from", "4 Service", "5 Provider",
            "6 Price", "6 Effective from", "6 Effective to", "6 Purchaser",
            "7 Price", "7 Effective from", "7 Purchaser",
            "8 Price", "8 Effective to",
            "9 Unit", "9 Price", "9 Effective from", "9 Effective to",
            "10 Service", "10 Provider", "10 Unit", "10 Price", "10 Effective from", "10 Purchaser",
            "11 Price", "11 Effective from",
            "12 -", "13 -",
            "14 Effective from",
            "16 Effective from", "17 Effective from", "18 Effective from",
        ], "{answer:?}");
        assert_eq!(written(world).await, before);
        let dry = import(world, &csv, json!({ "dryRun": true })).await;
        assert_eq!(dry.body["data"], answer.body["data"]);
        assert_eq!(written(world).await, before);
    }

    async fn a_mistake_says_what_is_wrong_and_what_to_do(world) {
        let csv = card(&["Meet and Greet,YSS,session,\"1,2,3\",31/02/2018,,CRC,"]);
        let answer = import(world, &csv, json!({})).await;
        let said: Vec<_> = answer.list("/importRateCard/rowErrors").iter().filter_map(|error| error["message"].as_str()).collect();
        for part in ["\"1,2,3\" is not an amount", "There is no day 31/02/2018", "write NPS", "YSS has no service \"Meet and Greet\""] {
            assert!(said.iter().any(|message| message.contains(part)), "{part} {said:?}");
        }
    }

    async fn a_heading_that_is_not_the_cards_is_named_column_by_column(world) {
        let before = written(world).await;
        for (heading, expected) in [
            ("Service,Provider,Unit,Price,Effective from,Effective to,Purchaser", vec!["1 Notes"]),
            ("Service,Provider,Unit,Cost,Effective from,Effective to,Purchaser,Notes", vec!["1 Cost", "1 Price"]),
            ("Service,Provider,Unit,Price,Price,Effective from,Effective to,Purchaser,Notes", vec!["1 Price"]),
            ("Service,Provider,Unit,Price,Effective from,Effective to,Purchaser,Notes,Remarks", vec!["1 Remarks"]),
        ] {
            let answer = import(world, &format!("{heading}\r\n{RIGHT}\r\n"), json!({})).await;
            assert_eq!(mistakes(&answer), expected, "{heading}");
        }
        // Semicolons make one column of all.
        let answer = import(world, &card(&[RIGHT]).replace(',', ";"), json!({})).await;
        let found = mistakes(&answer);
        assert_eq!(found.len(), 9, "{found:?}");
        assert!(found[0].starts_with("1 Service;Provider;Unit"), "{found:?}");
        assert_eq!(written(world).await, before);
    }

    async fn a_file_that_is_no_card_is_refused_as_a_whole(world) {
        let before = written(world).await;
        for (csv, expected) in [
            (String::new(), vec!["1 -"]),
            ("\u{feff}".to_owned(), vec!["1 -"]),
            (" \r\n\r\n".to_owned(), Vec::new()),
            (HEADING.to_owned(), vec!["1 -"]),
            (card(&[",,,,,,,"]), vec!["1 -"]),
            (card(&["Meet and Mentor,YSS,session,£33.00,01/11/2017,,NPS,a\u{0}b"]), vec!["2 Notes"]),
            (card(&["Meet and Mentor,YSS,session,\u{fffd}33.00,01/11/2017,,NPS,"]), vec!["2 Price"]),
            (card(&[RIGHT, "Meet and Mentor,\"YSS,session,£33.00,01/11/2018,,NPS,", RIGHT]), vec!["3 -"]),
            ("\u{0}".to_owned(), Vec::new()),
        ] {
            let found = mistakes(&import(world, &csv, json!({})).await);
            assert!(!found.is_empty(), "{csv:?}");
            if !expected.is_empty() {
                assert_eq!(found, expected, "{csv:?}");
            }
        }
        assert_eq!(written(world).await, before);
    }

    async fn a_file_has_at_most_five_thousand_rows(world) {
        let before = written(world).await;
        let row = |number: usize| format!("Service {number},YSS,session,1,01/11/2017,,NPS,");
        let rows: Vec<String> = (1..=5_001).map(row).collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        assert_eq!(mistakes(&import(world, &card(&rows), json!({})).await), ["5002 -"]);
        let found = mistakes(&import(world, &card(&rows[..5_000]), json!({})).await);
        assert_eq!((found.len(), found.first().map(String::as_str), found.last().map(String::as_str)), (5_000, Some("2 Service"), Some("5001 Service")));
        assert_eq!(written(world).await, before);
    }

    async fn the_reason_is_asked_with_the_mistakes_of_the_file(world) {
        let answer = import(world, &card(&["Meet and Mentor,YSS,hour,£33.00,01/11/2017,,NPS,"]), json!({ "reason": " " })).await;
        assert_eq!(answer.list("/importRateCard/rowErrors").len(), 1, "{answer:?}");
        assert_eq!(answer.refusals(), ["REQUIRED"]);
        assert_eq!(answer.user_errors()[0].field, "reason");
        let cost = import(world, &card(&["Meet and Mentor,YSS,session,£33.00,01/11/2017,,CRC,"]), json!({ "kind": "COST" })).await;
        assert!(cost.refusals().contains(&"NOT_PERMITTED"), "{cost:?}");
    }

    async fn periods_that_begin_in_the_past_are_loaded_as_history_on_request(world) {
        let csv = card(&["Meet and Mentor,YSS,session,£30.00,01/01/2017,31/03/2017,NPS,"]);
        assert_eq!(mistakes(&import(world, &csv, json!({})).await), ["2 Effective from"]);
        on_the_card(world, &csv, json!({ "loadHistory": true })).await;
        assert_eq!(pence_on(world, &mentoring(world).await, json!("2017-03-31")).await, 3_000);
        // Not where charges depend on it.
        let csv = card(&["Enhanced Support Service,YSS,session,£55.00,18/09/2017,30/09/2017,NPS,"]);
        let before = written(world).await;
        assert_eq!(mistakes(&import(world, &csv, json!({ "loadHistory": true })).await), ["2 Effective from"]);
        assert_eq!(written(world).await, before);
    }

    async fn a_row_that_gives_a_published_price_another_end_would_edit_it(world) {
        let changed = CARD.replace("£210.00,01/04/2017,,NPS", "£210.00,01/04/2017,31/12/2017,NPS");
        assert_eq!(mistakes(&import(world, &changed, json!({})).await), ["18 Effective to"]);
        let changed = CARD.replace("£210.00,01/04/2017", "£211.00,01/04/2017");
        assert_eq!(mistakes(&import(world, &changed, json!({ "loadHistory": true })).await), ["18 Effective from"]);
    }

    async fn what_is_exported_is_imported_unchanged(world) {
        published(world, &mentoring(world).await, json!({ "notes": "Volunteers, \"all\" of them\r\nfrom £1" })).await;
        let before = written(world).await;
        for (arguments, kind, count) in [("", "CARD", 20), ("(kind: SUPPLY)", "SUPPLY", 21), ("(on: \"2017-11-01\")", "CARD", 17)] {
            let csv = exported(world, arguments).await;
            let again = import(world, &csv, json!({ "kind": kind })).await.granted();
            assert!(again.data("/importRateCard/batch").is_null());
            assert_eq!(actions(again), vec!["UNCHANGED"; count], "{csv}");
        }
        assert_eq!(written(world).await, before);
        let csv = exported(world, "").await;
        assert!(csv.starts_with(&format!("{HEADING}\r\n")) && csv.ends_with("\r\n"), "{csv}");
        assert!(csv.contains("Meet and Mentor,YSS,session,£31.75,01/04/2017,31/10/2017,NPS,"), "{csv}");
        assert!(csv.contains("Counselling and skills support programme,Willowdene,programme,\"£2,450.00\",01/04/2017,,NPS,\"Day provision, \"\"12 to 25 weeks\"\"; RAR\""), "{csv}");
    }

    async fn no_cell_of_an_export_is_a_formula_and_all_come_back_as_they_were(world) {
        let provider = organisation(world, "Nacro").await;
        let notes = ["=HYPERLINK(\"http://x\")", "+1", "-2+3", "@SUM(A1)", "'=1", "''+1", "'tis plain", "=1\r\n=2"];
        for (place, words) in notes.iter().enumerate() {
            let input = json!({
                "providerId": provider, "name": format!("{} {place}", ["=cmd|' /C calc'!A0", "-", "Plain"][place % 3]), "description": "A test.",
                "delivery": "ONE_TO_ONE", "unit": "SESSION", "countsTowardsRar": false, "needsSuitabilityMeeting": false,
                "respondWithinDays": 5, "acceptableAbsencePercent": 0, "unacceptableAbsencePercent": 0,
                "lateCancellationPercent": 0, "lateCancellationHours": 0, "needs": [],
            });
            let made = world.as_person(AUTHOR).mutate("addService", input, "service { id }").await.granted();
            published(world, made.text("/addService/service/id"), json!({ "notes": words })).await;
        }
        let csv = exported(world, "(on: \"2017-11-01\")").await;
        let mut cells = Vec::new();
        for record in csv.split("\r\n") {
            cells.extend(record.split(',').map(|cell| cell.trim_start_matches('"').to_owned()));
        }
        let formulas: Vec<_> = cells.iter().filter(|cell| cell.starts_with(['=', '+', '-', '@', '\t'])).collect();
        // The second line of a cell begins no cell.
        assert_eq!(formulas, ["=2\""], "{csv}");
        let again = import(world, &csv, json!({})).await.granted();
        assert_eq!(actions(again), vec!["UNCHANGED"; 17 + notes.len()]);
        // Taken in anew, the words are those that were written.
        let next_year = csv.replace("01/11/2017", "01/11/2018");
        let batch = payload(import(world, &next_year, json!({})).await, "batch");
        let document = "query($id: ID!) { priceBatch(id: $id) { prices { nodes { notes service { name } } } } }";
        let read = world.as_person(AUTHOR).query(document, json!({ "id": batch["id"] })).await.granted();
        let mut found: Vec<_> = read.list("/priceBatch/prices/nodes").iter().filter_map(|price| price["notes"].as_str()).collect();
        let mut expected = notes;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    async fn a_draft_of_another_hand_stands_beside_an_import(world) {
        draft(world, &mentoring(world).await, json!({})).await.granted();
        // A draft awaits nobody's approval yet: the file states a price of its own.
        assert_eq!(actions(import(world, &card(&[RIGHT]), json!({ "dryRun": true })).await), ["REPLACES"]);
    }
}
