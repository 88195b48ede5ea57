//! Cases: registered at court, allocated, kept, imported, and closed to those who may not see them.

use entity::{audit_event, probation_case};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::referring::{CRC, NPS, accepted, merge, organisation, person, registration, staff};
use crate::scenario;

const EXTRACT: &str = include_str!("../../api/src/demo/caseload-2016-10.csv");
const IMPORT: &str = "created updated unchanged rowErrors { line column message }";

scenario! {
    async fn a_court_officer_registers_a_person_and_loses_sight_of_the_case_when_it_is_allocated(world) {
        let court = world.as_person("court-officer");
        let made = court.mutate("registerCase", registration(world, "t100001", json!({})), "case { id crn version }").await.granted();
        assert_eq!(made.text("/registerCase/case/crn"), "T100001");
        let case = made.text("/registerCase/case/id");
        let read = "query($id: ID!) { case(id: $id) { crn holder { name } } }";
        court.query(read, json!({ "id": case })).await.granted();
        assert_eq!(world.as_person("nps-officer").query(read, json!({ "id": case })).await.error_code(), Some("NOT_FOUND"));
        let input = json!({
            "caseId": case, "version": 1, "organisationId": organisation(world, CRC).await, "reason": "Medium risk.",
        });
        let allocated = court.mutate("allocateCase", input, "case { id }").await.granted();
        assert!(allocated.data("/allocateCase/case").is_null());
        assert_eq!(court.query(read, json!({ "id": case })).await.error_code(), Some("NOT_FOUND"));
        let seen = world.as_person("crc-officer").query(read, json!({ "id": case })).await.granted();
        assert_eq!(seen.text("/case/holder/name"), CRC);
    }

    async fn every_mistake_of_a_registration_is_named_at_once(world) {
        let wrong = json!({
            "crn": "12345", "familyName": "  ", "dateOfBirth": "2017-01-01",
            "circumstances": { "mappaLevel": 4, "faith": "x".repeat(201) },
            "sentences": [{ "kind": "LICENCE", "startsOn": "2017-05-01", "endsOn": "2017-04-01", "maxRarDays": 10 }],
        });
        let answer = world.as_person("court-officer").mutate("registerCase", registration(world, "T100002", wrong), "case { id }").await;
        let mut fields: Vec<_> = answer.user_errors().into_iter().map(|refusal| refusal.field).collect();
        fields.sort();
        assert_eq!(fields, ["circumstances.faith", "circumstances.mappaLevel", "crn", "dateOfBirth", "familyName", "sentences.0.endsOn", "sentences.0.maxRarDays"]);
    }

    async fn a_crn_is_registered_once(world) {
        let court = world.as_person("court-officer");
        court.mutate("registerCase", registration(world, "T100003", json!({})), "case { id }").await.granted();
        let again = court.mutate("registerCase", registration(world, "T100003", json!({})), "case { id }").await;
        assert_eq!(again.refusals(), ["TAKEN"]);
    }

    async fn a_repeat_with_the_same_key_registers_nobody_twice(world) {
        let court = world.as_person("court-officer");
        let input = registration(world, "T100004", json!({ "idempotencyKey": "click" }));
        let first = court.mutate("registerCase", input.clone(), "case { id }").await.granted();
        let again = court.mutate("registerCase", input, "case { id }").await.granted();
        assert_eq!(first.data("/registerCase/case/id"), again.data("/registerCase/case/id"));
        let other = registration(world, "T100005", json!({ "idempotencyKey": "click" }));
        assert_eq!(court.mutate("registerCase", other, "case { id }").await.error_code(), Some("CONFLICT"));
    }

    async fn an_allocated_case_is_not_allocated_again(world) {
        let owain = person(world, "T100006", NPS, json!({})).await;
        let input = json!({
            "caseId": owain.case, "version": 2, "organisationId": organisation(world, CRC).await, "reason": "Other.",
        });
        let answer = world.as_person("court-officer").mutate("allocateCase", input, "case { id }").await;
        assert_eq!(answer.error_code(), Some("NOT_FOUND"));
    }

    async fn a_provider_holds_no_case(world) {
        let court = world.as_person("court-officer");
        let made = court.mutate("registerCase", registration(world, "T100007", json!({})), "case { id }").await.granted();
        let input = json!({
            "caseId": made.text("/registerCase/case/id"), "version": 1,
            "organisationId": organisation(world, "YSS").await, "reason": "Wrong.",
        });
        assert_eq!(court.mutate("allocateCase", input, "case { id }").await.refusals(), ["CANNOT_HOLD"]);
    }

    async fn the_second_of_two_who_edit_a_case_is_told_who_was_first(world) {
        let owain = person(world, "T100008", NPS, json!({})).await;
        let read = "query($id: ID!) { case(id: $id) { version } }";
        let version = world.as_person("nps-officer").query(read, json!({ "id": owain.case })).await.data("/case/version").clone();
        let input = json!({ "caseId": owain.case, "version": version, "circumstances": { "literacy": "Cannot read" } });
        let first = world.as_person("nps-officer").mutate("updateCase", input.clone(), "case { version }").await.granted();
        let next = json!({
            "caseId": owain.case, "version": first.data("/updateCase/case/version"), "circumstances": { "faith": "Quaker" },
        });
        world.as_person("nps-officer").mutate("updateCase", next, "case { id }").await.granted();
        let late = world.as_person("nps-manager").mutate("updateCase", input, "case { literacy }").await;
        assert_eq!(late.error_code(), Some("CONFLICT"));
        let said = &late.body["errors"][0]["extensions"];
        assert_eq!(said["changedBy"], "Nadia Prosser");
        // All that changed since the version that was read, and not the last change alone.
        assert_eq!(said["changedFields"], json!(["faith", "literacy"]));
    }

    async fn a_date_of_birth_and_an_ldu_are_corrected_and_the_provider_sees_it(world) {
        let owain = person(world, "T100018", NPS, json!({})).await;
        let taken = accepted(world, &owain).await;
        let officer = world.as_person("nps-officer");
        let read = "query($id: ID!) { case(id: $id) { version ldu { name } } }";
        let version = officer.query(read, json!({ "id": owain.case })).await.granted().data("/case/version").clone();
        let document = "{ organisations(first: 100) { nodes { name ldus { nodes { id name } } } } }";
        let units = |name: &str| {
            let (officer, name) = (officer.clone(), name.to_owned());
            async move {
                let seen = officer.query(document, json!({})).await.granted();
                let holder = seen.list("/organisations/nodes").iter().find(|it| it["name"] == name).expect("a holder").clone();
                holder["ldus"]["nodes"][0].clone()
            }
        };
        let input = |more: Value| {
            let mut input = json!({ "caseId": owain.case, "version": version });
            merge(&mut input, more);
            input
        };
        let own = units(NPS).await;
        for (wrong, code, field) in [
            (json!({ "dateOfBirth": "2017-01-01" }), "INVALID", "dateOfBirth"),
            (json!({ "lduId": units(CRC).await["id"] }), "CANNOT_HOLD", "lduId"),
        ] {
            let answer = officer.mutate("updateCase", input(wrong), "case { id }").await;
            assert_eq!((answer.refusals(), answer.user_errors()[0].field.as_str()), (vec![code], field));
        }
        let right = json!({ "dateOfBirth": "1991-05-06", "lduId": own["id"] });
        let changed = officer.mutate("updateCase", input(right), "case { dateOfBirth ldu { name } }").await.granted();
        assert_eq!(changed.data("/updateCase/case"), &json!({ "dateOfBirth": "1991-05-06", "ldu": { "name": own["name"] } }));
        let document = "query($id: ID!) { referral(id: $id) { person { dateOfBirth ldu } } }";
        let seen = world.as_person("yss-worker").query(document, json!({ "id": taken["id"] })).await.granted();
        assert_eq!(seen.data("/referral/person"), &json!({ "dateOfBirth": "1991-05-06", "ldu": own["name"] }));
    }

    async fn the_history_of_officers_is_kept(world) {
        let owain = person(world, "T100009", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        let read = "query($id: ID!) { case(id: $id) { version officer { name } officerHistory { nodes { officer { name } reason toAt } } } }";
        let version = manager.query(read, json!({ "id": owain.case })).await.data("/case/version").clone();
        let input = json!({
            "caseId": owain.case, "version": version, "officerId": staff(world, "Martin Sayce").await, "reason": "Leave.",
        });
        manager.mutate("assignOfficer", input, "case { id }").await.granted();
        let answer = manager.query(read, json!({ "id": owain.case })).await.granted();
        assert_eq!(answer.text("/case/officer/name"), "Martin Sayce");
        let mut history: Vec<_> =
            answer.list("/case/officerHistory/nodes").iter().map(|row| (row["officer"]["name"].clone(), row["toAt"].is_null())).collect();
        history.sort_by_key(|(_, present)| *present);
        assert_eq!(history, [(json!("Nadia Prosser"), false), (json!("Martin Sayce"), true)]);
    }

    async fn an_officer_of_another_organisation_is_not_made_responsible(world) {
        let owain = person(world, "T100010", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        let read = manager.query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": owain.case })).await;
        let input = json!({
            "caseId": owain.case, "version": read.data("/case/version"), "officerId": staff(world, "Colin Rudge").await, "reason": "No.",
        });
        assert_eq!(manager.mutate("assignOfficer", input, "case { id }").await.error_code(), Some("NOT_FOUND"));
    }

    async fn a_case_closed_to_somebody_does_not_exist_for_them(world) {
        let owain = person(world, "T100011", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        let read = "query($id: ID!) { case(id: $id) { version restrictions { nodes { person { name } kind } } } }";
        let version = manager.query(read, json!({ "id": owain.case })).await.data("/case/version").clone();
        let input = json!({
            "caseId": owain.case, "version": version, "personId": staff(world, "Beth Yapp").await,
            "kind": "CLOSED_TO", "reason": "His sister.",
        });
        // There is a Beth Yapp at the NPS and one at the CRC: the first by name is named.
        manager.mutate("restrictCase", input, "case { restrictions { nodes { kind } } }").await.granted();
        let seen = manager.query(read, json!({ "id": owain.case })).await.granted();
        assert_eq!(seen.text("/case/restrictions/nodes/0/person/name"), "Beth Yapp");
        let whole = world.as_person("officer02.nps").query(read, json!({ "id": owain.case })).await;
        let other = world.as_person("officer02.crc").query(read, json!({ "id": owain.case })).await;
        assert!(whole.error_code() == Some("NOT_FOUND") || other.error_code() == Some("NOT_FOUND"));
        world.as_person("nps-officer").query("query($id: ID!) { case(id: $id) { crn } }", json!({ "id": owain.case })).await.granted();
    }

    async fn a_case_limited_to_somebody_stays_open_to_its_officer_and_manager_and_the_inspector(world) {
        let owain = person(world, "T100012", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        let read = "query($id: ID!) { case(id: $id) { version } }";
        let version = manager.query(read, json!({ "id": owain.case })).await.data("/case/version").clone();
        let input = json!({
            "caseId": owain.case, "version": version, "personId": staff(world, "Martin Sayce").await,
            "kind": "LIMITED_TO", "reason": "In the newspapers.",
        });
        manager.mutate("restrictCase", input, "case { id }").await.granted();
        for sees in ["nps-manager", "nps-officer", "inspector"] {
            world.as_person(sees).query(read, json!({ "id": owain.case })).await.granted();
        }
        let other = world.as_person("officer03.nps").query(read, json!({ "id": owain.case })).await;
        assert_eq!(other.error_code(), Some("NOT_FOUND"));
    }

    async fn a_limited_case_opens_to_whoever_becomes_responsible_for_it(world) {
        let owain = person(world, "T100015", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        let read = "query($id: ID!) { case(id: $id) { version } }";
        let version = async || manager.query(read, json!({ "id": owain.case })).await.granted().data("/case/version").clone();
        let named = |person: String| json!({ "caseId": owain.case, "personId": person, "kind": "LIMITED_TO", "reason": "Press." });
        let mut input = named(staff(world, "Martin Sayce").await);
        input["version"] = version().await;
        manager.mutate("restrictCase", input, "case { id }").await.granted();
        let officers = manager.query("{ people(role: RESPONSIBLE_OFFICER, first: 100) { nodes { id subject } } }", json!({})).await;
        let next = officers.list("/people/nodes").iter().find(|row| row["subject"] == "officer04.nps").expect("an officer")["id"].clone();
        let input = json!({ "caseId": owain.case, "version": version().await, "officerId": next, "reason": "Leave." });
        manager.mutate("assignOfficer", input, "case { id }").await.granted();
        world.as_person("officer04.nps").query(read, json!({ "id": owain.case })).await.granted();
        let off = json!({ "caseId": owain.case, "version": version().await, "personId": next });
        assert_eq!(manager.mutate("liftRestriction", off, "case { id }").await.refusals(), ["LOCKS_OUT"]);
    }

    async fn a_limited_case_can_be_opened_again(world) {
        let owain = person(world, "T100016", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        let read = "query($id: ID!) { case(id: $id) { version } }";
        let version = async || manager.query(read, json!({ "id": owain.case })).await.granted().data("/case/version").clone();
        let me = staff(world, "Martin Sayce").await;
        let limit = json!({ "caseId": owain.case, "version": version().await, "personId": me, "kind": "LIMITED_TO", "reason": "Press." });
        manager.mutate("restrictCase", limit, "case { id }").await.granted();
        let again = json!({ "caseId": owain.case, "version": version().await, "personId": me, "kind": "LIMITED_TO", "reason": "Still." });
        manager.mutate("restrictCase", again, "case { id }").await.granted();
        let lift = json!({ "caseId": owain.case, "version": version().await, "personId": me });
        manager.mutate("liftRestriction", lift, "case { id }").await.granted();
        world.as_person("officer03.nps").query(read, json!({ "id": owain.case })).await.granted();
    }

    async fn an_import_keeps_off_a_limited_case(world) {
        let inspector = world.as_person("inspector");
        let read = "{ case(crn: \"E871887\") { id version officer { name } } }";
        let found = inspector.query(read, json!({})).await.granted();
        let input = json!({
            "caseId": found.data("/case/id"), "version": found.data("/case/version"),
            "personId": staff(world, "Mona Tranter").await, "kind": "LIMITED_TO", "reason": "Press.",
        });
        world.as_person("crc-manager").mutate("restrictCase", input, "case { id }").await.granted();
        let answer = world.as_person("court-officer").mutate("importCases", json!({ "csv": EXTRACT, "dryRun": true }), IMPORT).await;
        let errors = answer.list("/importCases/rowErrors");
        assert_eq!(errors.len(), 1, "{answer:?}");
        assert_eq!((errors[0]["line"].clone(), errors[0]["column"].clone()), (json!(2), json!("CRN")));
    }

    async fn of_a_case_that_cannot_be_imported_nothing_else_is_told_and_nothing_changes(world) {
        crate::visibility::add_strangers(world).await;
        let row = |crn: &str| EXTRACT.lines().find(|line| line.starts_with(crn)).expect("a row of the extract").to_owned();
        let limited = world.as_person("inspector").query("{ case(crn: \"E871887\") { id version } }", json!({})).await.granted();
        let input = json!({
            "caseId": limited.data("/case/id"), "version": limited.data("/case/version"),
            "personId": staff(world, "Mona Tranter").await, "kind": "LIMITED_TO", "reason": "Press.",
        });
        world.as_person("crc-manager").mutate("restrictCase", input, "case { id }").await.granted();
        let court = world.as_person("court-officer");
        court.mutate("registerCase", registration(world, "T100020", json!({})), "case { id }").await.granted();
        let state = async || {
            let cases = probation_case::Entity::find().all(&world.database).await.expect("cases");
            (cases, audit_event::Entity::find().count(&world.database).await.expect("a number"))
        };
        let before = state().await;
        let to_the_nps = row("X778250")
            .replace("Warwickshire & West Mercia CRC", "National Probation Service")
            .replace("officer03@crc.example", "officer02@nps.example");
        for (who, rows) in [
            // Limited, held elsewhere as the row has it and otherwise, registered by another court.
            ("stranger-nps", vec![row("E871887"), row("X778250"), row("E386990").replace("Risbury", "Risbury-Jones"), row("X105476").replace("X105476", "T100020")]),
            // Limited, and held by somebody else than the row says.
            ("court-officer", vec![row("E871887"), to_the_nps]),
        ] {
            let heading = EXTRACT.lines().next().expect("a heading");
            for dry in [true, false] {
                let input = json!({ "csv": format!("{heading}\n{}\n", rows.join("\n")), "dryRun": dry });
                let answer = world.as_person(who).mutate("importCases", input, IMPORT).await;
                let errors = answer.list("/importCases/rowErrors");
                let lines: Vec<_> = errors.iter().map(|error| error["line"].as_u64().unwrap_or(0)).collect();
                assert_eq!(lines, (2..2 + rows.len() as u64).collect::<Vec<_>>(), "{who}: {answer:?}");
                for error in errors {
                    let told = (&error["column"], &error["message"]);
                    assert_eq!(told, (&json!("CRN"), &json!("The case cannot be imported: ask its holder.")), "{who}");
                }
            }
        }
        assert_eq!(state().await, before);
    }

    async fn an_import_allocates_what_awaits_allocation_at_its_own_court(world) {
        let court = world.as_person("court-officer");
        court.mutate("registerCase", registration(world, "T100021", json!({})), "case { id }").await.granted();
        let rows = EXTRACT.lines().take(2).collect::<Vec<_>>().join("\n").replace("E871887", "T100021");
        let done = court.mutate("importCases", json!({ "csv": rows }), IMPORT).await.granted();
        assert_eq!(done.data("/importCases/updated"), 1, "{done:?}");
        let seen = world.as_person("crc-officer").query("{ case(crn: \"T100021\") { holder { name } } }", json!({})).await.granted();
        assert_eq!(seen.text("/case/holder/name"), CRC);
    }

    async fn a_case_is_never_closed_to_its_officer(world) {
        let owain = person(world, "T100013", NPS, json!({})).await;
        let manager = world.as_person("nps-manager");
        let version = manager.query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": owain.case })).await;
        let input = json!({
            "caseId": owain.case, "version": version.data("/case/version"), "personId": staff(world, "Nadia Prosser").await,
            "kind": "CLOSED_TO", "reason": "No.",
        });
        assert_eq!(manager.mutate("restrictCase", input, "case { id }").await.refusals(), ["LOCKS_OUT"]);
    }

    async fn the_extract_imports_as_it_is_and_again_without_duplicates(world) {
        // The demonstration has imported it once.
        let court = world.as_person("court-officer");
        let again = court.mutate("importCases", json!({ "csv": EXTRACT }), IMPORT).await.granted();
        assert_eq!(again.data("/importCases/unchanged"), 61);
        let changed = EXTRACT.replace("E871887,Ironbridge,Femi", "E871887,Ironbridge-Jones,Femi");
        let dry = court.mutate("importCases", json!({ "csv": changed, "dryRun": true }), IMPORT).await.granted();
        assert_eq!(dry.data("/importCases/updated"), 61);
        let real = court.mutate("importCases", json!({ "csv": changed }), IMPORT).await.granted();
        assert_eq!((real.data("/importCases/created"), real.data("/importCases/updated")), (&json!(0), &json!(1)));
        let read = world.as_person("inspector").query("{ case(crn: \"E871887\") { familyName } }", json!({})).await.granted();
        assert_eq!(read.text("/case/familyName"), "Ironbridge-Jones");
    }

    async fn every_mistake_of_an_extract_is_named_by_line_and_column_and_nothing_is_imported(world) {
        let heading = EXTRACT.lines().next().expect("a heading");
        let rows = [
            "Z000001,Able,Ann,31/02/1990,Female,White British,Worcestershire,Warwickshire & West Mercia CRC,officer03@crc.example,PO,Low,Medium,,Community order,04/10/2016,29/09/2017,40,Accommodation,",
            "Z00002,Baker,Bob,01/02/1990,Male,White British,Worcestershire,Warwickshire & West Mercia CRC,officer03@crc.example,PO,Low,Medium,Arson,Licence,04/10/2016,29/09/2017,40,Gardening,",
            "Z000003,Cook,Con,01/02/1990,Male,White British,Herefordshire,Warwickshire & West Mercia CRC,nobody@crc.example,PO,Low,Medium,,Licence,04/10/2016,29/09/2017,,Accommodation,",
            "Z000004,Good,Gil,01/02/1990,Male,White British,Worcestershire,Warwickshire & West Mercia CRC,officer03@crc.example,PO,Low,Medium,,Licence,04/10/2016,29/09/2017,,Accommodation,",
        ];
        let csv = format!("{heading}\r\n{}\r\n", rows.join("\r\n"));
        let court = world.as_person("court-officer");
        let answer = court.mutate("importCases", json!({ "csv": csv }), IMPORT).await.granted();
        let mut found: Vec<_> = answer
            .list("/importCases/rowErrors")
            .iter()
            .map(|error| (error["line"].as_u64().unwrap_or(0), error["column"].as_str().unwrap_or("").to_owned()))
            .collect();
        found.sort();
        let expected = [
            (2, "Date of birth"), (3, "CRN"), (3, "Flags"), (3, "Maximum RAR days"), (3, "Needs"),
            (4, "LDU"), (4, "Responsible officer"),
        ];
        assert_eq!(found, expected.map(|(line, column)| (line, column.to_owned())));
        let read = world.as_person("inspector").query("{ case(crn: \"Z000004\") { crn } }", json!({})).await;
        assert_eq!(read.error_code(), Some("NOT_FOUND"));
    }

    async fn cases_are_found_by_words_of_their_names_without_accents(world) {
        person(world, "T100014", NPS, json!({ "givenNames": "Zoë", "familyName": "O’Neill-Ó Briain" })).await;
        let officer = world.as_person("nps-officer");
        for text in ["zoe oneill", "briain ZOË", "t100014"] {
            let answer = officer.query("query($t: String) { cases(text: $t) { nodes { crn } totalCount } }", json!({ "t": text })).await.granted();
            assert_eq!(answer.data("/cases/totalCount"), 1, "{text}");
        }
        let none = officer.query("{ cases(text: \"%\") { totalCount } }", json!({})).await.granted();
        assert_eq!(none.data("/cases/totalCount"), 0);
    }
}
