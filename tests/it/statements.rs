//! How many statements an operation takes depends on what it asks for, and never on how many rows there are.
//!
//! They are counted on their way to PostgreSQL: what begins a transaction there, and says in the same message who asks,
//! as one. What is asked of SQLite is the same, from the same code, but for that.

use chrono::TimeDelta;
use entity::{Id, cohort, cohort_ldu};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel, QueryFilter as _};
use serde_json::{Value, json};

use crate::referring::{NPS, Person, merge, person, referral, service, staff, submitted, then};
use crate::wire::{self, Statements};
use crate::world::{System, World};

/// How many people are in the long lists.
const MANY: usize = 20;

/// A world whose statements are counted; none where PostgreSQL is not installed.
async fn counted() -> Option<(World, Statements)> {
    let mut statements = Statements::default();
    let world = World::with(System::Postgres, |settings| {
        let (url, seen) = wire::before(&settings.database());
        settings.database_url = Some(url.into());
        // What the server asks by itself is nobody's operation.
        settings.auth.revocation_poll_milliseconds = 3_600_000;
        settings.auth.revocation_patience_seconds = 7_200;
        statements = seen;
    });
    Some((world.await?, statements))
}

/// The statements of an operation. It is asked twice: what a connection learns once is not the operation's.
async fn asked(
    world: &World,
    statements: &Statements,
    who: &str,
    document: &str,
    variables: Value,
) -> Vec<String> {
    let person = world.as_person(who);
    person.query(document, variables.clone()).await.granted();
    statements.take();
    person.query(document, variables).await.granted();
    statements.take()
}

/// Asks for little and for much, and expects as many statements.
async fn as_many(world: &World, statements: &Statements, who: &str, document: &str, [few, many]: [Value; 2]) {
    let few = asked(world, statements, who, document, few).await;
    let many = asked(world, statements, who, document, many).await;
    assert!(!few.is_empty(), "nothing was counted");
    assert_eq!(few.len(), many.len(), "{who} {document}\n{}\n\nand\n\n{}", few.join("\n"), many.join("\n"));
}

/// The pages of one row and of many.
fn pages() -> [Value; 2] {
    [json!({ "first": 1 }), json!({ "first": MANY })]
}

/// Where somebody's referral goes: the provider, its service, and who accepts it and delivers.
const PLACES: [(&str, &str, &str, &str); 3] = [
    ("YSS", "Enhanced Support Service", "yss-manager", "Yusuf Shah"),
    ("YSS", "Meet and Mentor", "yss-manager", "Yvonne Sands"),
    ("Willowdene", "Counselling and skills support programme: single day", "willowdene-manager", "Wren Dale"),
];

/// A referral with something of everything: a question, notes, an amendment, a session that was moved and one that
/// was recorded and told.
async fn delivered(world: &World, somebody: &Person, place: usize) -> Value {
    let (provider, name, manager, worker) = PLACES[place % PLACES.len()];
    let service = service(world, provider, name).await;
    let sent = submitted(world, somebody, &service, json!({})).await;
    let sent = referral(then(world, manager, "askQuestion", &sent, json!({ "question": "When?" })).await);
    let worker = json!({ "workerId": staff(world, worker).await });
    let taken = referral(then(world, manager, "acceptReferral", &sent, worker).await);
    let change = json!({ "amendmentReason": "Told us.", "riskSummary": "Carries a knife." });
    referral(then(world, "nps-officer", "amendReferral", &taken, change).await);
    for (who, private) in [("nps-officer", false), (manager, true)] {
        let note = json!({ "referralId": taken["id"], "body": "Rings back.", "private": private });
        world.as_person(who).mutate("addReferralNote", note, "referral { id }").await.granted();
    }
    let hours = i64::try_from(place).unwrap_or_default();
    let ahead = session(world, manager, &taken, 48 + hours).await;
    let moved = times(world, 96 + hours);
    act(
        world,
        manager,
        "rescheduleSession",
        &ahead,
        with(moved, json!({ "requestedBy": "PROVIDER", "reason": "Leave." })),
    )
    .await;
    let held = session(world, manager, &taken, -2 - hours).await;
    let held =
        act(world, manager, "recordAttendance", &held, json!({ "attended": true, "happened": true })).await;
    let form = json!({ "whatWasDone": "Letters.", "response": "Well.", "nextSteps": "More." });
    act(world, manager, "submitFeedback", &held, form).await;
    taken
}

fn times(world: &World, hours: i64) -> Value {
    let starts_at = world.clock.now() + TimeDelta::hours(hours);
    json!({ "startsAt": starts_at, "endsAt": starts_at + TimeDelta::hours(1) })
}

fn with(mut input: Value, more: Value) -> Value {
    merge(&mut input, more);
    input
}

async fn session(world: &World, who: &str, referral: &Value, hours: i64) -> Value {
    let input = with(times(world, hours), json!({ "referralId": referral["id"], "kind": "ONE_TO_ONE" }));
    let made =
        world.as_person(who).mutate("scheduleSession", input, "session { id version }").await.granted();
    made.data("/scheduleSession/session").clone()
}

async fn act(world: &World, who: &str, field: &str, session: &Value, more: Value) -> Value {
    let input = with(more, json!({ "sessionId": session["id"], "version": session["version"] }));
    let done = world.as_person(who).mutate(field, input, "session { id version }").await.granted();
    done.data(&format!("/{field}/session")).clone()
}

/// People with a referral each, to different services.
async fn many_referred(world: &World) {
    for place in 0..MANY {
        let more = json!({ "familyName": format!("Probert{place}") });
        let somebody = person(world, &format!("W{:06}", place + 1), NPS, more).await;
        delivered(world, &somebody, place).await;
    }
}

/// What a screen could show of a referral.
const REFERRAL: &str = "id reference status urgency respondByPassed availableActions rarDaysUsed
    service { name provider { name } needs criteria { nodes { description } } price { money { amount } } }
    provider { name } holder { name } referredBy { name } worker { name }
    case { crn officer { name } ldu { name } needs sentences { nodes { kind } } rarDaysUsed officerHistory { nodes { officer { name } } } }
    sentence { kind } person { familyName officerName }
    price { money { amount } chargedSoFar { amount } price { effectiveFrom author { name } } }
    charges { nodes { money { amount } session { number } price { effectiveFrom } } }
    attendance { attended } desiredOutcomes { nodes { need result } } items { nodes { item } }
    assignments { nodes { worker { name } } } questions { nodes { question askedBy { name } } } amendments { nodes { field amendedBy { name } } }
    notes { nodes { body author { name } } } suitabilityMeetings { nodes { meetsAt } }
    measures { nodes { score } } measureChanges { points } qualifications { nodes { title } } endReport { summary } endReportHistory { nodes { summary } }
    sessions { nodes { startsAt status availableActions feedbackDue changes { nodes { reason changedBy { name } } }
        attendance { outcome recordedBy { name } judgedBy { name } } attendanceHistory { nodes { outcome } }
        feedback { nextSteps recordedBy { name } } feedbackHistory { nodes { nextSteps } }
        groupSession { id } referral { reference service { name } } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn lists_take_as_many_statements_for_one_row_as_for_twenty() {
    let Some((world, statements)) = counted().await else { return };
    many_referred(&world).await;
    let inbox =
        format!("query($first: Int) {{ referrals(first: $first) {{ totalCount nodes {{ {REFERRAL} }} }} }}");
    for who in ["nps-officer", "nps-manager", "inspector"] {
        as_many(&world, &statements, who, &inbox, pages()).await;
    }
    as_many(&world, &statements, "yss-manager", &inbox, [json!({ "first": 1 }), json!({ "first": 14 })])
        .await;
    for (who, document) in [
        ("nps-officer", format!("query($first: Int) {{ cases(first: $first) {{ totalCount nodes {{
            crn holder {{ name }} ldu {{ name }} officer {{ name }} needs sentences {{ nodes {{ kind }} }} rarDaysUsed officerHistory {{ nodes {{ officer {{ name }} }} }}
            holdingHistory {{ nodes {{ organisation {{ name }} }} }} restrictions {{ nodes {{ person {{ name }} }} }} referrals(first: 3) {{ nodes {{ {REFERRAL} }} }} }} }} }}")),
        ("card-admin", "query($first: Int) { prices(first: $first) { totalCount nodes { money { amount } author { name } approver { name }
            availableActions service { name provider { name } } batch { author { name } prices { nodes { money { amount } } } } } }
            rateCard(first: $first) { totalCount nodes { money { amount } service { name } author { name } } } }".to_owned()),
        ("inspector", "query($first: Int) { charges(first: $first) { totalCount totalPence nodes { money { amount } provider { name }
            referral { reference service { name } } session { number } price { effectiveFrom } reverses { id } } } }".to_owned()),
        ("inspector", "query($first: Int) { auditEvents(first: $first) { totalCount nodes { operation person { name } organisation { name } } } }".to_owned()),
        ("inspector", "query($first: Int) { people(first: $first) { totalCount nodes { name roles organisation { name } } }
            organisations(first: $first) { totalCount nodes { name ldus { nodes { name } } } } }".to_owned()),
        ("inspector", "query($first: Int) { budgets(first: $first) { totalCount nodes { money { amount } delivered { amount }
            committed { amount } remaining { amount } ldu { name } setBy { name } supersedes { id } } } }".to_owned()),
        ("inspector", "query($first: Int) { variations(first: $first) { totalCount nodes { expectedUnits expectedTotal { amount }
            previousTotal { amount } referral { reference } proposedBy { name } decidedBy { name } availableActions } } }".to_owned()),
        ("willowdene-manager", "query($first: Int) { deliveryCosts(first: $first) { totalCount nodes { money { amount } service { name }
            statedBy { name } supersedes { id } } } }".to_owned()),
    ] {
        // The first price is somebody's own and came in no batch.
        as_many(&world, &statements, who, &document, [json!({ "first": 2 }), json!({ "first": MANY })]).await;
    }
    let months = "query($month: Date) { statements(month: $month) { nodes { provider { name } lines { service { name } price { money { amount } } } } } }";
    let months_of = ["2016-01-01", "2017-10-01"].map(|month| json!({ "month": month }));
    as_many(&world, &statements, "inspector", months, months_of).await;
    let by = |by: &str| {
        format!(
            "query($from: Date!) {{ demand(by: {by}, from: $from) {{ nodes {{ referrals spend {{ amount }} service {{ name }} }} }} }}"
        )
    };
    let id = service(&world, "YSS", "Enhanced Support Service").await;
    let unmet = format!(
        "query($first: Int) {{ unmetNeeds(service: \"{id}\", first: $first) {{ nodes {{ needs case {{ crn officer {{ name }} ldu {{ name }} }} }} }} }}"
    );
    for who in ["nps-officer", "crc-manager", "inspector"] {
        as_many(&world, &statements, who, &unmet, pages()).await;
    }
    let around = format!(
        "query($days: Int) {{ priceVolumes(service: \"{id}\", days: $days) {{ nodes {{ before {{ referrals }} after {{ units }} }} }} }}"
    );
    for who in ["nps-manager", "inspector", "contract-manager"] {
        let few_and_many = ["2017-10-02", "2017-01-01"].map(|from| json!({ "from": from }));
        for what in ["SERVICE", "NEED", "AREA", "MONTH"] {
            as_many(&world, &statements, who, &by(what), few_and_many.clone()).await;
        }
        as_many(&world, &statements, who, &around, [1, 300].map(|days| json!({ "days": days }))).await;
    }
    let input = json!({ "basisPoints": 250, "effectiveFrom": "2018-04-01", "reason": "The yearly uplift." });
    let prices = "batch { prices { nodes { id } } }";
    let made = world.as_person("card-admin").mutate("upliftPrices", input, prices).await.granted();
    let one = made.data("/upliftPrices/batch/prices/nodes/0/id").clone();
    let preview = "query($price: ID) { pricePreview(price: $price) { spends { units } prices { units service { name } price { id } } } }";
    as_many(&world, &statements, "card-admin", preview, [json!({ "price": one }), json!({})]).await;
    // The third service is the first with criteria of its own and of its provider's.
    let directory = "query($first: Int) { services(first: $first) { totalCount nodes { name provider { name } needs
        criteria { nodes { description service { name } provider { name } } }
        price { money { amount } author { name } approver { name } service { name } } last: price(on: \"2017-09-30\") { money { amount } }
        priceHistory { nodes { from card { amount } cost { amount } } } } } }";
    for who in ["nps-officer", "yss-worker"] {
        as_many(&world, &statements, who, directory, [json!({ "first": 3 }), json!({ "first": MANY })]).await;
    }
    // The third is the first that names areas.
    let narrowed = "query($first: Int) { services(first: $first, person: { gender: MALE, age: 30 }, mode: DAY) { totalCount nodes {
        name modes duties venues { name } areas { reach ldu { name } } availability { purchaser } criteria { nodes { description history { nodes { version } } } } } } }";
    as_many(
        &world,
        &statements,
        "court-officer",
        narrowed,
        [json!({ "first": 3 }), json!({ "first": MANY })],
    )
    .await;
    let facts = json!({ "purchaser": "NPS", "age": 30, "gender": "MALE", "flags": [], "sentence": "COMMUNITY_ORDER", "rarDays": 20 });
    let recommended = "needs { need standing referrals { nodes { reference } } } services { service { name modes provider { name } price { money { amount } } }
        why { nextCohort { cohort { venue places ldus { name } } startsOn } wait { expected { days } } cost { pence } reach { how } times { fit } sentences }
        eligibility { eligible unmet { message } reasons { message } service { needs } } } summary";
    let ranked = format!(
        "query($facts: CaseFactsInput!, $needs: [Need!]!, $most: Int!) {{ recommendationsOnFacts(facts: $facts, needs: $needs, most: $most) {{ {recommended} }} }}"
    );
    let few = json!({ "facts": facts, "needs": ["THINKING_AND_BEHAVIOUR"], "most": 4 });
    let many = json!({ "facts": facts, "needs": ["ETE", "EMOTIONAL_WELLBEING", "RELATIONSHIPS", "THINKING_AND_BEHAVIOUR"], "most": MANY });
    as_many(&world, &statements, "court-officer", &ranked, [few, many]).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_case_or_referral_takes_as_many_statements_however_much_hangs_on_it() {
    let Some((world, statements)) = counted().await else { return };
    let little = person(&world, "W100001", NPS, json!({})).await;
    let first = delivered(&world, &little, 0).await;
    let sentence = json!({ "kind": "COMMUNITY_ORDER", "startsOn": "2017-09-01", "endsOn": "2018-08-31", "maxRarDays": 20 });
    let suspended = json!({ "kind": "SUSPENDED_SENTENCE_ORDER", "startsOn": "2017-09-01", "endsOn": "2018-08-31", "maxRarDays": 10 });
    let much = json!({ "sentences": [sentence, suspended], "familyName": "Much" });
    let much = person(&world, "W100002", NPS, much).await;
    let mut last = Value::Null;
    for place in 0..PLACES.len() {
        last = delivered(&world, &much, place * 4).await;
    }
    for hours in 0..MANY {
        let more =
            session(&world, "willowdene-manager", &last, i64::try_from(200 + hours).unwrap_or_default())
                .await;
        assert!(more["id"].is_string());
    }
    let case = format!("query($id: ID!) {{ case(id: $id) {{ crn holder {{ name }} officer {{ name }} sentences {{ nodes {{ kind }} }} needs rarDaysUsed
        officerHistory {{ nodes {{ officer {{ name }} }} }} holdingHistory {{ nodes {{ organisation {{ name }} }} }} restrictions {{ nodes {{ person {{ name }} }} }}
        referrals {{ nodes {{ {REFERRAL} }} }} }} }}");
    for who in ["nps-officer", "nps-manager", "inspector"] {
        let cases = [json!({ "id": little.case }), json!({ "id": much.case })];
        as_many(&world, &statements, who, &case, cases).await;
    }
    // What should they get: one with a need and a referral, and one with many.
    for (somebody, needs) in [
        (&little, json!(["THINKING_AND_BEHAVIOUR", "ETE"])),
        (
            &much,
            json!(["THINKING_AND_BEHAVIOUR", "ETE", "RELATIONSHIPS", "EMOTIONAL_WELLBEING", "ACCOMMODATION"]),
        ),
    ] {
        let read = world
            .as_person("nps-officer")
            .query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": somebody.case }))
            .await
            .granted();
        let input = json!({ "caseId": somebody.case, "version": read.data("/case/version"), "circumstances": { "needs": needs } });
        world.as_person("nps-officer").mutate("updateCase", input, "case { id }").await.granted();
    }
    let recommended = "query($id: ID!, $sentence: ID!) { recommendations(case: $id, referral: { sentenceId: $sentence }, most: 50) {
        needs { need standing referrals { nodes { reference service { name } } } } services { service { name provider { name } }
        eligibility { eligible reasons { message } } why { nextCohort { cohort { venue } } wait { expected { days } } sentences } } summary } }";
    let cases = [&little, &much].map(|one| json!({ "id": one.case, "sentence": one.sentence }));
    as_many(&world, &statements, "nps-officer", recommended, cases).await;
    let one = format!("query($id: ID!) {{ referral(id: $id) {{ {REFERRAL} }} }}");
    for who in ["nps-officer", "inspector"] {
        let referrals = [json!({ "id": first["id"] }), json!({ "id": last["id"] })];
        as_many(&world, &statements, who, &one, referrals).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_register_of_a_group_takes_as_many_statements_for_one_as_for_many() {
    let Some((world, statements)) = counted().await else { return };
    let days = service(&world, "Willowdene", PLACES[2].1).await;
    let mut referrals = Vec::new();
    for place in 0..8 {
        let more = json!({ "familyName": format!("Probert{place}") });
        let somebody = person(&world, &format!("W2{place:05}"), NPS, more).await;
        let sent = submitted(&world, &somebody, &days, json!({})).await;
        let worker = json!({ "workerId": staff(&world, "Wren Dale").await });
        referrals.push(
            referral(then(&world, "willowdene-manager", "acceptReferral", &sent, worker).await)["id"].clone(),
        );
    }
    let mut groups = Vec::new();
    for (people, hours) in [(&referrals[..1], 24), (&referrals[..], 48)] {
        let input = with(times(&world, hours), json!({ "serviceId": days, "referralIds": people }));
        let made = world
            .as_person("willowdene-worker")
            .mutate("scheduleGroupSession", input, "groupSession { id }")
            .await
            .granted();
        groups.push(json!({ "id": made.text("/scheduleGroupSession/groupSession/id") }));
    }
    let document = format!(
        "query($id: ID!) {{ groupSession(id: $id) {{ service {{ name }} provider {{ name }} sessions {{ nodes {{ number referral {{ {REFERRAL} }} }} }} }} }}"
    );
    let [one, many] = &groups[..] else { panic!("two groups") };
    for who in ["willowdene-worker", "willowdene-manager", "inspector"] {
        as_many(&world, &statements, who, &document, [one.clone(), many.clone()]).await;
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_stands_beside_a_row_takes_no_statement_of_its_own() {
    let Some((world, statements)) = counted().await else { return };
    let owain = person(&world, "W300003", NPS, json!({})).await;
    let sent = delivered(&world, &owain, 0).await;
    let one = "query($id: ID!) { referral(id: $id) { service { name } person { crn } sessions { nodes { attendance { outcome } } } } }";
    let inbox = "{ referrals { nodes { reference service { name } provider { name } holder { name } person { crn } } } }";
    let case =
        "query($id: ID!) { case(id: $id) { crn referrals { nodes { reference service { name } provider { name }
        sessions { nodes { number attendance { outcome } feedback { nextSteps } referral { reference } } } } } } }";
    for (who, document, variables, least) in [
        ("nps-officer", inbox, json!({}), 1),
        ("yss-manager", inbox, json!({}), 1),
        ("nps-officer", case, json!({ "id": owain.case }), 3),
        ("nps-officer", one, json!({ "id": sent["id"] }), 2),
    ] {
        let seen = of_data(asked(&world, &statements, who, document, variables).await);
        let seen: Vec<_> = seen.into_iter().filter(|statement| !of_the_gate(statement)).collect();
        assert_eq!(seen.len(), least, "{who} {document}\n{}", seen.join("\n"));
    }
    world.end().await;
}

/// What an act takes of statements, without what begins and ends its transaction.
fn of_data(seen: Vec<String>) -> Vec<String> {
    let bounds = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"];
    seen.into_iter().filter(|statement| !bounds.iter().any(|bound| statement.starts_with(bound))).collect()
}

/// What asks who the caller is, whatever they then do: remembered for seconds outside tests.
fn of_the_gate(statement: &str) -> bool {
    let selects = |what: &str| statement.contains(what);
    selects("WHERE \"person\".\"subject\" = ")
        || selects("WHERE \"organisation\".\"id\" = ")
        || selects("WHERE \"person_role\".\"person_id\" = ")
}

/// With its version, charge, audit, idempotency key and what is told to those who follow, and with what is answered of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_session_is_recorded_in_ten_statements_and_told_in_seven_however_many_there_are() {
    let Some((world, statements)) = counted().await else { return };
    let owain = person(&world, "W400001", NPS, json!({})).await;
    let taken = delivered(&world, &owain, 0).await;
    let attended = json!({ "attended": true, "happened": true });
    let form = json!({ "whatWasDone": "Letters.", "response": "Well.", "nextSteps": "More." });
    let acts = [
        ("recordAttendance", &attended, "feedbackDue attendance { outcome recordedBy { name } }", 10),
        ("submitFeedback", &form, "feedbackDue feedback { nextSteps }", 7),
    ];
    for hours in [-30, -40, -50] {
        let mut held = session(&world, "yss-manager", &taken, hours).await;
        for (field, more, shown, expected) in acts {
            let key = format!("{field}{hours}");
            let of = json!({ "sessionId": held["id"], "version": held["version"], "idempotencyKey": key });
            statements.take();
            let payload = format!("session {{ id version {shown} }}");
            let manager = world.as_person("yss-manager");
            let done = manager.mutate(field, with(of, more.clone()), &payload).await.granted();
            held = done.data(&format!("/{field}/session")).clone();
            let seen = of_data(statements.take());
            let seen: Vec<_> = seen.into_iter().filter(|statement| !of_the_gate(statement)).collect();
            assert_eq!(seen.len(), expected, "{field}\n{}", seen.join("\n"));
        }
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn all_that_a_request_reads_is_read_in_one_transaction() {
    let Some((world, statements)) = counted().await else { return };
    let owain = person(&world, "W300001", NPS, json!({})).await;
    delivered(&world, &owain, 0).await;
    let inbox =
        format!("{{ referrals {{ totalCount nodes {{ {REFERRAL} }} }} cases {{ nodes {{ crn }} }} }}");
    let seen = asked(&world, &statements, "nps-officer", &inbox, json!({})).await;
    let begun: Vec<_> = seen.iter().filter(|statement| statement.starts_with("BEGIN")).collect();
    // One asks who the caller is, the other asks as the caller.
    assert_eq!(begun.len(), 2, "{begun:#?}");
    for statement in begun {
        assert!(statement.starts_with("BEGIN READ ONLY; SET LOCAL network.reach = "), "{statement}");
    }
    assert!(seen.len() > 10, "{seen:#?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_act_and_its_answer_take_two_messages_beside_their_statements() {
    let Some((world, statements)) = counted().await else { return };
    let owain = person(&world, "W300002", NPS, json!({})).await;
    let taken = delivered(&world, &owain, 0).await;
    let held = session(&world, "yss-manager", &taken, -30).await;
    let input = json!({
        "sessionId": held["id"], "version": held["version"], "attended": true, "happened": true, "idempotencyKey": "once",
    });
    statements.take();
    world
        .as_person("yss-manager")
        .mutate("recordAttendance", input, "session { id version }")
        .await
        .granted();
    let seen: Vec<_> = statements.take().into_iter().filter(|statement| !of_the_gate(statement)).collect();
    let bounds: Vec<_> =
        seen.iter().filter(|statement| of_data(vec![(*statement).clone()]).is_empty()).collect();
    let bounds: Vec<_> =
        bounds.into_iter().map(|bound| bound.split_once(';').map_or(&**bound, |(head, _)| head)).collect();
    // The gate's, and the act's: what commits it begins that in which its outcome is read again for the answer.
    assert_eq!(bounds, ["BEGIN READ ONLY", "BEGIN", "COMMIT"], "{seen:#?}");
    let committed = seen.iter().find(|statement| statement.starts_with("COMMIT")).expect("a commit");
    assert!(committed.starts_with("COMMIT; BEGIN READ ONLY; SET LOCAL network.reach = "), "{committed}");
    world.end().await;
}

/// As many cohorts like one that is there.
async fn put_cohorts(world: &World, many: usize) {
    let database = &world.database;
    let like = cohort::Entity::find().one(database).await.expect("cohorts").expect("a cohort");
    let of = cohort_ldu::Column::CohortId.eq(like.id);
    let ldu = cohort_ldu::Entity::find().filter(of).one(database).await.expect("LDUs").expect("an LDU");
    let services = entity::service::Entity::find().all(database).await.expect("services");
    let rows: Vec<_> = (0..many)
        .map(|number| cohort::Model {
            id: Id::fresh(),
            service_id: services[number % services.len()].id,
            held: 0,
            ..like.clone()
        })
        .collect();
    for some in rows.chunks(500) {
        let of = |row: &cohort::Model| cohort_ldu::Model { cohort_id: row.id, ..ldu.clone() };
        let ldus: Vec<_> = some.iter().map(|row| of(row).into_active_model()).collect();
        let some = some.iter().cloned().map(IntoActiveModel::into_active_model);
        cohort::Entity::insert_many(some).exec_without_returning(database).await.expect("cohorts");
        cohort_ldu::Entity::insert_many(ldus).exec_without_returning(database).await.expect("LDUs");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_calendar_takes_as_many_statements_with_five_thousand_cohorts_as_with_a_few() {
    let Some((world, statements)) = counted().await else { return };
    let calendar = "query($first: Int) { cohorts(first: $first, filter: { withPlacesLeft: true }) { totalCount nodes {
        venue placesLeft waiting ldus { name } availableActions service { name provider { name } expectedWait { days starts } } } } }";
    let services = "query($first: Int) { services(first: $first) { nodes { expectedWait { days } cohorts { nodes { placesLeft } } } } }";
    let places = "query($first: Int) { referrals(first: $first) { nodes {
        place { status position cohort { venue placesLeft } availableActions } } } }";
    let full = crate::places::cohort(&world, json!({ "places": 1 })).await;
    for crn in ["W500001", "W500002", "W500003"] {
        let sent = crate::places::referred(&world, crn).await;
        let booked = crate::places::book(&world, "nps-officer", &sent, &full).await;
        if !booked.refusals().is_empty() {
            crate::places::join(&world, &sent, &full).await.granted();
        }
    }
    let who = "nps-officer";
    let mut before = Vec::new();
    for (document, few) in [(calendar, 1), (services, 3), (places, 1)] {
        as_many(&world, &statements, who, document, [json!({ "first": few }), json!({ "first": MANY })])
            .await;
        before.push(asked(&world, &statements, who, document, json!({ "first": MANY })).await.len());
    }
    put_cohorts(&world, 5_000).await;
    for (document, before) in [calendar, services, places].into_iter().zip(before) {
        let after = asked(&world, &statements, who, document, json!({ "first": MANY })).await;
        assert_eq!(after.len(), before, "{document}\n{}", after.join("\n"));
    }
    world.end().await;
}
