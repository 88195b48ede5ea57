//! Charges: what is delivered is charged once, corrections reverse and replace, and it all adds up to the penny.

use chrono::{DateTime, TimeDelta, Utc};
use entity::charge;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use crate::delivering::{Delivery, Meeting, OWN_STAFF, WILLOWDENE, YSS, absent, attended, not_delivered};
use crate::people::Answer;
use crate::referring::{NPS, person};
use crate::scenario;
use crate::world::World;

/// The card price of a session of YSS's Enhanced Support Service from October 2017.
pub const SESSION: i64 = 5_700;

const LINES: &str = "totalPence totalCount nodes { id kind purchaser unit deliveredOn reason money { amount }
    referral { id } session { id } provider { name } reverses { id } }";

/// The charges of a referral that somebody sees.
pub async fn charges(world: &World, who: &str, referral: &str) -> Answer {
    let document = format!("query($id: ID) {{ charges(referral: $id, first: 100) {{ {LINES} }} }}");
    world.as_person(who).query(&document, json!({ "id": referral })).await.granted()
}

/// The lines of a referral in the order of posting, and their sum, which every figure must agree with.
async fn lines(delivery: &Delivery<'_>) -> (Vec<(String, i64)>, i64) {
    let (world, id) = (delivery.world, delivery.referral.as_str());
    let answer = charges(world, delivery.officer, id).await;
    let line = |line: &Value| {
        (line["kind"].as_str().unwrap_or("").to_owned(), line["money"]["amount"].as_i64().unwrap_or(0))
    };
    let document = "query($id: ID!) { referral(id: $id) {
        charges(first: 100) { totalPence totalCount nodes { kind money { amount } } }
        price { chargedSoFar { amount } remaining { amount } expectedTotal { amount } } } }";
    let whole = world.as_person(delivery.officer).query(document, json!({ "id": id })).await.granted();
    let lines: Vec<_> = whole.list("/referral/charges/nodes").iter().map(line).collect();
    let sum = lines.iter().map(|(_, pence)| pence).sum();
    assert_eq!(answer.data("/charges/totalPence"), sum, "{answer:?}");
    assert_eq!(whole.data("/referral/charges/totalPence"), sum, "{whole:?}");
    assert_eq!(whole.data("/referral/charges/totalCount"), lines.len(), "{whole:?}");
    assert_eq!(answer.data("/charges/totalCount"), lines.len(), "{answer:?}");
    let mut listed: Vec<_> = answer.list("/charges/nodes").iter().map(line).collect();
    let mut shown = lines.clone();
    listed.sort();
    shown.sort();
    assert_eq!(listed, shown);
    let price = |figure: &str| whole.data(&format!("/referral/price/{figure}/amount")).as_i64().unwrap_or(0);
    assert_eq!((price("chargedSoFar"), price("remaining")), (sum, price("expectedTotal") - sum));
    (lines, sum)
}

#[track_caller]
fn are((lines, sum): (Vec<(String, i64)>, i64), expected: &[(&str, i64)]) {
    let lines: Vec<_> = lines.iter().map(|(kind, pence)| (kind.as_str(), *pence)).collect();
    assert_eq!(lines, expected);
    assert_eq!(sum, expected.iter().map(|(_, pence)| pence).sum::<i64>());
}

/// An instant.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// A referral of the NPS to YSS, priced by the session.
pub async fn support<'w>(world: &'w World, crn: &str) -> Delivery<'w> {
    let owain = person(world, crn, NPS, json!({})).await;
    Delivery::of(world, &owain, YSS, "Enhanced Support Service").await
}

async fn adjust(world: &World, charge: &Value, pence: i64) -> Answer {
    let input = json!({ "chargeId": charge, "pence": pence, "reason": "Agreed at the contract meeting." });
    world
        .as_person("contract-manager")
        .mutate("adjustCharge", input, "charge { id reverses { id } money { amount } }")
        .await
}

/// What one session owes, as a person would reckon it.
#[derive(Clone, Copy, PartialEq)]
enum Became {
    Attended,
    Half,
    Nothing,
}

impl Became {
    const fn pence(self) -> i64 {
        match self {
            Self::Attended => SESSION,
            Self::Half => SESSION / 2,
            Self::Nothing => 0,
        }
    }
}

/// Corrects the record of a session in one of the ways in which records are corrected, and says what it then owes.
async fn correct(meeting: &Meeting<'_>, way: u64) -> Became {
    match way {
        0 | 1 => {
            meeting.correct(attended()).await;
            Became::Attended
        }
        2 => {
            meeting.correct(absent(true)).await;
            Became::Nothing
        }
        3 => {
            meeting.correct(absent(false)).await;
            meeting.judge(false).await;
            Became::Half
        }
        4 => {
            meeting.correct(absent(false)).await;
            meeting.judge(false).await;
            meeting.judge(true).await;
            Became::Nothing
        }
        5 => {
            meeting.correct(not_delivered("UNACCEPTABLE")).await;
            Became::Half
        }
        _ => {
            meeting.correct(not_delivered("LOGISTICS")).await;
            Became::Nothing
        }
    }
}

scenario! {
    async fn an_attended_session_is_charged_once(world) {
        let delivery = support(world, "K000001").await;
        let meeting = delivery.session(at("2017-10-01T09:00:00Z"), 60).await;
        are(lines(&delivery).await, &[]);
        meeting.record(attended()).await;
        are(lines(&delivery).await, &[("CHARGE", SESSION)]);
        let form = json!({ "whatWasDone": "Talked.", "response": "Well.", "nextSteps": "Again." });
        meeting.act("yss-worker", "submitFeedback", form).await;
        are(lines(&delivery).await, &[("CHARGE", SESSION)]);
        let seen = charges(world, "nps-officer", &delivery.referral).await;
        let line = seen.data("/charges/nodes/0");
        assert_eq!(line["session"]["id"], meeting.session);
        assert_eq!(line["deliveredOn"], "2017-10-01");
        assert_eq!(line["reason"], "Session 1 on 1 October 2017: attended.");
        assert_eq!((&line["purchaser"], &line["provider"]["name"]), (&json!("NPS"), &json!("YSS")));
    }

    async fn a_correction_reverses_and_replaces(world) {
        let delivery = support(world, "K000002").await;
        let meeting = delivery.attended(at("2017-10-01T09:00:00Z")).await;
        let mut posted = vec![("CHARGE", SESSION)];
        meeting.correct(absent(false)).await;
        posted.push(("REVERSAL", -SESSION));
        are(lines(&delivery).await, &posted);
        meeting.judge(false).await;
        posted.push(("CHARGE", SESSION / 2));
        are(lines(&delivery).await, &posted);
        meeting.judge(true).await;
        posted.push(("REVERSAL", -SESSION / 2));
        are(lines(&delivery).await, &posted);
        meeting.correct(attended()).await;
        posted.push(("CHARGE", SESSION));
        are(lines(&delivery).await, &posted);
        // A correction that owes the same posts nothing.
        meeting.correct(json!({ "attended": true, "happened": true, "lateMinutes": 5, "lateReason": "The bus." })).await;
        are(lines(&delivery).await, &posted);
        let seen = charges(world, "nps-officer", &delivery.referral).await;
        let all = seen.list("/charges/nodes");
        for reversal in all.iter().filter(|line| line["kind"] == "REVERSAL") {
            let of = all.iter().find(|line| line["id"] == reversal["reverses"]["id"]).expect("the charge that it takes back");
            assert_eq!(of["money"]["amount"].as_i64(), reversal["money"]["amount"].as_i64().map(|pence| -pence));
            assert_eq!((&of["kind"], &of["unit"]), (&json!("CHARGE"), &reversal["unit"]));
        }
    }

    async fn absences_charge_by_the_services_rule_once_they_are_judged(world) {
        let delivery = support(world, "K000003").await;
        let first = delivery.session(at("2017-10-01T09:00:00Z"), 60).await;
        first.record(absent(false)).await;
        are(lines(&delivery).await, &[]);
        first.judge(false).await;
        let half = ("CHARGE", SESSION / 2);
        are(lines(&delivery).await, &[half]);
        for (hour, record) in [(10, absent(true)), (11, not_delivered("LOGISTICS")), (12, not_delivered("ACCEPTABLE"))] {
            let meeting = delivery.session(at("2017-10-01T00:00:00Z") + TimeDelta::hours(hour), 50).await;
            meeting.record(record).await;
        }
        are(lines(&delivery).await, &[half]);
        let last = delivery.session(at("2017-10-01T13:00:00Z"), 50).await;
        last.record(not_delivered("UNACCEPTABLE")).await;
        are(lines(&delivery).await, &[half, half]);
    }

    async fn a_late_cancellation_is_charged_to_the_service_user_and_to_nobody_else(world) {
        let delivery = support(world, "K000004").await;
        let tomorrow = world.clock.now() + TimeDelta::days(1);
        for (minutes, who) in [(-60, "PROVIDER"), (-120, "PROBATION"), (0, "SERVICE_USER"), (60, "SERVICE_USER")] {
            delivery.session(tomorrow + TimeDelta::minutes(minutes), 50).await.cancel(who).await;
            are(lines(&delivery).await, &[]);
        }
        // Less than a day's notice.
        delivery.session(tomorrow - TimeDelta::minutes(1), 50).await.cancel("SERVICE_USER").await;
        are(lines(&delivery).await, &[("CHARGE", SESSION / 2)]);
    }

    async fn a_day_is_charged_once_whatever_happens_on_it(world) {
        let owain = person(world, "K000005", NPS, json!({})).await;
        let day = "Counselling and skills support programme: single day";
        let delivery = Delivery::of(world, &owain, WILLOWDENE, day).await;
        let morning = delivery.attended(at("2017-09-28T09:00:00Z")).await;
        let afternoon = delivery.attended(at("2017-09-28T13:00:00Z")).await;
        are(lines(&delivery).await, &[("CHARGE", 9_850)]);
        // One of the two is enough for the day.
        morning.correct(absent(true)).await;
        are(lines(&delivery).await, &[("CHARGE", 9_850)]);
        afternoon.correct(absent(false)).await;
        are(lines(&delivery).await, &[("CHARGE", 9_850), ("REVERSAL", -9_850)]);
        morning.judge(false).await;
        are(lines(&delivery).await, &[("CHARGE", 9_850), ("REVERSAL", -9_850), ("CHARGE", 4_925)]);
    }

    async fn days_are_those_of_london(world) {
        let owain = person(world, "K000006", NPS, json!({})).await;
        let day = "Counselling and skills support programme: single day";
        let delivery = Delivery::of(world, &owain, WILLOWDENE, day).await;
        // Half an hour before and after midnight in London, the same day in Greenwich.
        for start in ["2017-09-29T22:30:00Z", "2017-09-29T23:30:00Z"] {
            delivery.session(at(start), 20).await.record(attended()).await;
        }
        are(lines(&delivery).await, &[("CHARGE", 9_850), ("CHARGE", 9_850)]);
        let seen = charges(world, "nps-officer", &delivery.referral).await;
        let mut days: Vec<_> = seen.list("/charges/nodes").iter().map(|line| line["unit"].clone()).collect();
        days.sort_by_key(Value::to_string);
        assert_eq!(days, ["day:2017-09-29", "day:2017-09-30"]);
    }

    async fn weeks_hours_and_programmes_are_charged_by_their_units(world) {
        let owain = person(world, "K000007", NPS, json!({})).await;
        let weeks = Delivery::of(world, &owain, WILLOWDENE, "Residential placement").await;
        for day in ["2017-09-18", "2017-09-24", "2017-09-25"] {
            weeks.attended(at(&format!("{day}T08:00:00Z"))).await;
        }
        are(lines(&weeks).await, &[("CHARGE", 69_000), ("CHARGE", 69_000)]);
        let once = Delivery::of(world, &owain, WILLOWDENE, "Counselling and skills support programme").await;
        let mut meetings = Vec::new();
        for day in ["2017-09-19", "2017-09-20", "2017-09-21"] {
            meetings.push(once.attended(at(&format!("{day}T08:00:00Z"))).await);
        }
        are(lines(&once).await, &[("CHARGE", 245_000)]);
        for meeting in &meetings {
            are(lines(&once).await, &[("CHARGE", 245_000)]);
            meeting.correct(absent(true)).await;
        }
        are(lines(&once).await, &[("CHARGE", 245_000), ("REVERSAL", -245_000)]);
        let hours = Delivery::of(world, &owain, OWN_STAFF, "Unpaid-work placement").await;
        for (day, minutes) in [("2017-09-26", 60), ("2017-09-27", 90), ("2017-09-28", 10)] {
            hours.session(at(&format!("{day}T08:00:00Z")), minutes).await.record(attended()).await;
        }
        // £7.35 an hour; half a penny is rounded up.
        are(lines(&hours).await, &[("CHARGE", 735), ("CHARGE", 1_103), ("CHARGE", 123)]);
    }

    async fn the_price_is_that_of_the_day_of_submission(world) {
        let owain = person(world, "K000008", NPS, json!({})).await;
        world.clock.set(at("2017-09-30T22:59:59Z"));
        let before = Delivery::of(world, &owain, YSS, "Enhanced Support Service").await;
        world.clock.set(at("2017-10-05T09:00:00Z"));
        before.attended(at("2017-10-04T09:00:00Z")).await;
        are(lines(&before).await, &[("CHARGE", 5_425)]);
        // A later price moves neither what was charged nor what will be.
        let input = json!({
            "serviceId": crate::referring::service(world, "YSS", "Enhanced Support Service").await,
            "kind": "CARD", "pence": 9_900, "effectiveFrom": "2017-10-06", "reason": "Dearer.",
        });
        let draft = world.as_person("card-admin").mutate("draftPrice", input, "price { id version }").await.granted();
        let price = draft.data("/draftPrice/price");
        let input = json!({ "priceId": price["id"], "version": price["version"] });
        let sent = world.as_person("card-admin").mutate("submitPrice", input, "price { id version }").await.granted();
        let price = sent.data("/submitPrice/price");
        let input = json!({ "priceId": price["id"], "version": price["version"] });
        world.as_person("card-approver").mutate("publishPrice", input, "price { status }").await.granted();
        world.clock.set(at("2017-10-20T09:00:00Z"));
        before.attended(at("2017-10-19T09:00:00Z")).await;
        are(lines(&before).await, &[("CHARGE", 5_425), ("CHARGE", 5_425)]);
    }

    async fn whatever_is_corrected_the_lines_add_up_to_what_the_sessions_owe(world) {
        let delivery = support(world, "K000009").await;
        let mut sessions = Vec::new();
        // A walk that is the same in every run.
        let mut seed = 0x2545_f491_4f6c_dd1d_u64;
        let mut next = |below: u64| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            seed % below
        };
        for day in 1..=6 {
            let meeting = delivery.attended(at("2017-09-20T09:00:00Z") + TimeDelta::days(day)).await;
            sessions.push((meeting, Became::Attended));
        }
        for _ in 0..25 {
            let (place, way) = (next(6) as usize, next(7));
            let (meeting, became) = &mut sessions[place];
            *became = correct(meeting, way).await;
            let owed: i64 = sessions.iter().map(|(_, became)| became.pence()).sum();
            let (posted, sum) = lines(&delivery).await;
            assert_eq!(sum, owed, "{posted:?}");
        }
        // What stands of each unit is what its session owes, and one line of it.
        let seen = charges(world, "inspector", &delivery.referral).await;
        let all = seen.list("/charges/nodes");
        let taken_back: Vec<_> = all.iter().map(|line| &line["reverses"]["id"]).collect();
        for (meeting, became) in &sessions {
            let standing = all.iter().filter(|line| {
                line["kind"] == "CHARGE" && !taken_back.contains(&&line["id"]) && line["session"]["id"] == meeting.session
            });
            let amounts: Vec<_> = standing.filter_map(|line| line["money"]["amount"].as_i64()).collect();
            assert_eq!(amounts, Vec::from_iter((became.pence() != 0).then_some(became.pence())));
        }
        let rows = charge::Entity::find().all(&world.database).await.expect("lines");
        let generations = rows.iter().map(|row| (row.referral_id, row.unit_key.clone(), row.generation, *row.kind));
        let (all, mut distinct) = (rows.len(), generations.collect::<Vec<_>>());
        distinct.sort_by_key(|line| format!("{line:?}"));
        distinct.dedup();
        assert_eq!(distinct.len(), all);
    }

    async fn one_record_of_two_at_once_is_charged(world) {
        let delivery = support(world, "K000010").await;
        let meeting = delivery.session(at("2017-10-01T09:00:00Z"), 60).await;
        let record = async |who: &'static str| {
            let mut input = attended();
            crate::referring::merge(&mut input, json!({ "sessionId": meeting.session, "version": 1 }));
            world.as_person(who).mutate("recordAttendance", input, "session { id }").await
        };
        let (one, other) = tokio::join!(record("yss-worker"), record("yss-manager"));
        let done = [&one, &other].iter().filter(|answer| answer.error_codes().is_empty() && answer.refusals().is_empty()).count();
        assert_eq!(done, 1, "{one:?} {other:?}");
        are(lines(&delivery).await, &[("CHARGE", SESSION)]);
    }

    async fn an_adjustment_names_its_charge_and_takes_off_no_more_than_stands(world) {
        let delivery = support(world, "K000011").await;
        let meeting = delivery.attended(at("2017-10-01T09:00:00Z")).await;
        let seen = charges(world, "contract-manager", &delivery.referral).await;
        let id = seen.data("/charges/nodes/0/id").clone();
        assert_eq!(adjust(world, &id, -SESSION - 1).await.refusals(), ["BELOW_ZERO"]);
        assert_eq!(adjust(world, &id, 0).await.refusals(), ["INVALID"]);
        let made = adjust(world, &id, -700).await.granted();
        assert_eq!(made.data("/adjustCharge/charge/reverses/id"), &id);
        assert_eq!(made.data("/adjustCharge/charge/money/amount"), -700);
        assert_eq!(adjust(world, &id, -5_001).await.refusals(), ["BELOW_ZERO"]);
        let adjustment = made.data("/adjustCharge/charge/id").clone();
        assert!(adjust(world, &adjustment, 1).await.refusals().contains(&"NOT_A_CHARGE"));
        adjust(world, &id, -5_000).await.granted();
        are(lines(&delivery).await, &[("CHARGE", SESSION), ("ADJUSTMENT", -700), ("ADJUSTMENT", -5_000)]);
        adjust(world, &id, 200).await.granted();
        // A correction takes back the charge and what was adjusted on it.
        meeting.correct(absent(true)).await;
        let (posted, sum) = lines(&delivery).await;
        assert_eq!((posted.len(), sum), (8, 0), "{posted:?}");
        assert!(adjust(world, &id, 1).await.refusals().contains(&"TAKEN_BACK"));
        meeting.correct(attended()).await;
        assert_eq!(lines(&delivery).await.1, SESSION);
        // An amount beyond all reckoning is refused.
        let seen = charges(world, "contract-manager", &delivery.referral).await;
        let fresh = seen.list("/charges/nodes").iter().find(|line| line["kind"] == "CHARGE" && line["id"] != id);
        let fresh = fresh.expect("the charge in its place")["id"].clone();
        for pence in [i32::MIN, i32::MAX] {
            assert!(!adjust(world, &fresh, pence.into()).await.refusals().is_empty(), "{pence}");
        }
        for pence in [i64::MIN, i64::MAX, i64::from(i32::MAX) + 1] {
            assert_eq!(adjust(world, &fresh, pence).await.error_code(), Some("BAD_USER_INPUT"), "{pence}");
        }
        assert_eq!(lines(&delivery).await.1, SESSION);
    }

    async fn of_two_adjustments_at_once_no_more_is_taken_off_than_stands(world) {
        let delivery = support(world, "K000012").await;
        delivery.attended(at("2017-10-01T09:00:00Z")).await;
        let seen = charges(world, "contract-manager", &delivery.referral).await;
        let id = seen.data("/charges/nodes/0/id").clone();
        let (one, other) = tokio::join!(adjust(world, &id, -4_000), adjust(world, &id, -4_000));
        let mut came_to = [one, other].map(|answer| (answer.error_codes().len(), answer.refusals().join(" ")));
        came_to.sort();
        assert_eq!(came_to, [(0, String::new()), (0, "BELOW_ZERO".to_owned())]);
        assert_eq!(lines(&delivery).await.1, SESSION - 4_000);
    }
}
