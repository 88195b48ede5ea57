//! Use and demand: counted over what each may see, and told apart by what is asked for.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{referral, referral_start};
use rules::london;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::charges::{SESSION, at, support};
use crate::delivering::{YSS, absent};
use crate::referring::{NPS, person, service, submitted, then};
use crate::scenario;
use crate::world::World;

const COUNTS: &str =
    "service { name } need area purchaser month referrals accepted declined unanswered started
    medianWaitDays units spend { amount }";

/// The counts that somebody is told.
async fn counts(world: &World, who: &str, arguments: &str) -> Vec<Value> {
    let document = format!("{{ demand({arguments}) {{ nodes {{ {COUNTS} }} }} }}");
    world.as_person(who).query(&document, json!({})).await.granted().list("/demand/nodes").to_vec()
}

/// One of them, by the value of a field.
fn of<'c>(counts: &'c [Value], field: &str, value: &Value) -> &'c Value {
    let found = counts.iter().find(|row| row.pointer(field) == Some(value));
    found.unwrap_or_else(|| panic!("nothing of {value}: {counts:#?}"))
}

/// Referrals, accepted, declined, unanswered, started and units.
fn figures(row: &Value) -> [i64; 6] {
    ["referrals", "accepted", "declined", "unanswered", "started", "units"]
        .map(|name| row[name].as_i64().unwrap_or_default())
}

const WINTER: &str = "from: \"2017-12-01\", to: \"2017-12-31\"";

scenario! {
    async fn what_became_of_referrals_is_counted_over_what_one_may_see(world) {
        world.clock.set(at("2017-12-04T10:00:00Z"));
        // Five who came after one to five days, one who did not, one who is declined, one who waits for an answer.
        for wait in 0..5 {
            let delivery = support(world, &format!("R00000{wait}")).await;
            world.clock.set(at("2017-12-11T10:00:00Z"));
            delivery.attended(at("2017-12-05T09:00:00Z") + TimeDelta::days(wait)).await;
            world.clock.set(at("2017-12-04T10:00:00Z"));
        }
        let delivery = support(world, "R000005").await;
        world.clock.set(at("2017-12-11T10:00:00Z"));
        let missed = delivery.session(at("2017-12-06T09:00:00Z"), 60).await;
        missed.record(absent(false)).await;
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let owain = person(world, "R000006", NPS, json!({})).await;
        let sent = submitted(world, &owain, &id, json!({})).await;
        let why = json!({ "reason": "NO_CAPACITY", "note": "Full." });
        then(world, "yss-manager", "declineReferral", &sent, why).await.granted();
        let owain = person(world, "R000007", NPS, json!({})).await;
        submitted(world, &owain, &id, json!({})).await;
        for who in ["nps-manager", "yss-manager", "inspector"] {
            let all = counts(world, who, WINTER).await;
            let row = of(&all, "/service/name", &json!("Enhanced Support Service"));
            // The card is none of the provider's business.
            let pays = who != "yss-manager";
            let units = if pays { 5 } else { 0 };
            assert_eq!(figures(row), [8, 6, 1, 1, 5, units], "{who}");
            assert_eq!((&row["medianWaitDays"], &row["spend"]["amount"]), (&json!(3), &json!(units * SESSION)), "{who}");
        }
        for who in ["crc-manager", "willowdene-manager"] {
            assert_eq!(counts(world, who, WINTER).await, [] as [Value; 0], "{who}");
        }
        // Those who keep the card count what was priced by it, of nobody in particular.
        for who in ["contract-manager", "card-admin"] {
            let all = counts(world, who, WINTER).await;
            let row = of(&all, "/service/name", &json!("Enhanced Support Service"));
            assert_eq!(figures(row), [8, 6, 1, 1, 5, 5], "{who}");
            assert_eq!((&row["medianWaitDays"], &row["spend"]["amount"]), (&json!(3), &json!(5 * SESSION)), "{who}");
            let by_need = counts(world, who, &format!("by: NEED, {WINTER}")).await;
            let row = of(&by_need, "/need", &json!("ACCOMMODATION"));
            assert_eq!((&row["referrals"], &row["units"], &row["spend"]["amount"]), (&json!(8), &Value::Null, &json!(5 * SESSION)));
            let by_month = counts(world, who, "by: MONTH, from: \"2017-11-01\", to: \"2017-12-31\"").await;
            assert_eq!(figures(of(&by_month, "/month", &json!("2017-12-01"))), [8, 6, 1, 1, 5, 5]);
            let by_side = counts(world, who, &format!("by: PURCHASER, purchaser: CRC, {WINTER}")).await;
            assert_eq!(by_side, [] as [Value; 0]);
        }
        for who in ["nps-officer", "yss-worker"] {
            let refused = world.as_person(who).query("{ demand { nodes { referrals } } }", json!({})).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{who}");
        }
        let by_need = counts(world, "nps-manager", &format!("by: NEED, {WINTER}")).await;
        let row = of(&by_need, "/need", &json!("ACCOMMODATION"));
        assert_eq!((&row["referrals"], &row["units"], &row["spend"]["amount"]), (&json!(8), &Value::Null, &json!(5 * SESSION)));
        let by_side = counts(world, "inspector", &format!("by: PURCHASER, {WINTER}")).await;
        assert_eq!(figures(of(&by_side, "/purchaser", &json!("NPS"))), [8, 6, 1, 1, 5, 5]);
        let by_month = counts(world, "inspector", "by: MONTH, from: \"2017-11-01\", to: \"2017-12-31\"").await;
        assert_eq!(figures(of(&by_month, "/month", &json!("2017-12-01"))), [8, 6, 1, 1, 5, 5]);
        let by_area = counts(world, "nps-manager", &format!("by: AREA, {WINTER}")).await;
        assert_eq!(by_area.iter().filter_map(|row| row["referrals"].as_i64()).sum::<i64>(), 8);
        let other = counts(world, "inspector", &format!("purchaser: CRC, {WINTER}")).await;
        assert_eq!(other, [] as [Value; 0]);
    }

    async fn what_a_change_of_a_price_did_to_the_volume_is_counted_in_equal_windows(world) {
        let document = "query($id: ID!, $kind: PriceKind, $days: Int) { priceVolumes(service: $id, kind: $kind, days: $days) { nodes { on
            was { amount } is { amount } isOver before { from to referrals accepted started units spend { amount } }
            after { from to referrals accepted started units spend { amount } } } } }";
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let read = async |who: &str, kind: &str, days: i64| {
            world.as_person(who).query(document, json!({ "id": id, "kind": kind, "days": days })).await
        };
        let before = read("nps-manager", "CARD", 1).await.granted().data("/priceVolumes/nodes/0/after").clone();
        let early = support(world, "R000010").await;
        for (hour, day) in [(9, "2017-09-29"), (11, "2017-09-29"), (9, "2017-10-01")] {
            early.attended(at(&format!("{day}T{hour:02}:00:00Z"))).await;
        }
        // The card price rose on the first of October from £54.25 to £57.00; the referral of the second keeps the later one.
        let told = read("nps-manager", "CARD", 7).await.granted();
        let [change] = told.list("/priceVolumes/nodes") else { panic!("one change: {told:?}") };
        assert_eq!((&change["on"], &change["was"]["amount"], &change["is"]["amount"]), (&json!("2017-10-01"), &json!(5_425), &json!(SESSION)));
        assert_eq!((&change["before"]["from"], &change["before"]["to"]), (&json!("2017-09-24"), &json!("2017-10-01")));
        assert_eq!((&change["after"]["from"], &change["after"]["to"]), (&json!("2017-10-01"), &json!("2017-10-08")));
        assert_eq!(change["isOver"], false);
        let figures = |window: &Value| ["referrals", "units"].map(|name| window[name].as_i64().unwrap_or(-1));
        let again = read("inspector", "CARD", 7).await.granted();
        for seen in [change, again.data("/priceVolumes/nodes/0")] {
            assert!(figures(&seen["before"])[1] >= 2 && figures(&seen["after"])[0] >= 1, "{seen}");
        }
        // A day on each side holds only what lies there.
        let near = read("nps-manager", "CARD", 1).await.granted();
        let after = near.data("/priceVolumes/nodes/0/after");
        let spend = |window: &Value| window["spend"]["amount"].as_i64().unwrap_or(-1);
        assert_eq!(figures(after), [figures(&before)[0], figures(&before)[1] + 1]);
        assert_eq!(spend(after), spend(&before) + SESSION);
        // Those who keep the card count what was priced by it: the same here, where the CRC priced everything; and the supply
        // price, at which nothing was sold to the NPS.
        for who in ["contract-manager", "card-admin"] {
            let kept = read(who, "CARD", 7).await.granted();
            assert_eq!(kept.data("/priceVolumes"), again.data("/priceVolumes"), "{who}");
            for change in read(who, "SUPPLY", 366).await.granted().list("/priceVolumes/nodes") {
                assert_eq!((&change["before"]["spend"]["amount"], &change["after"]["units"]), (&json!(0), &json!(0)), "{who}");
            }
            assert_eq!(read(who, "COST", 7).await.granted().data("/priceVolumes/nodes"), &json!([]), "{who}");
        }
        for (who, code) in [("nps-officer", "FORBIDDEN"), ("yss-worker", "FORBIDDEN"), ("court-officer", "FORBIDDEN")] {
            assert_eq!(read(who, "CARD", 7).await.error_codes(), [code], "{who}");
        }
        for days in [0, -1, 367] {
            assert_eq!(read("nps-manager", "CARD", days).await.error_codes(), ["BAD_USER_INPUT"], "{days}");
        }
        // The card is none of the provider's business.
        assert_eq!(read("yss-manager", "CARD", 7).await.granted().data("/priceVolumes/nodes"), &json!([]));
    }

    async fn of_few_starts_no_wait_is_told_and_of_many_days_none(world) {
        world.clock.set(at("2017-12-04T10:00:00Z"));
        support(world, "R000008").await.attended(at("2017-12-04T09:00:00Z")).await;
        let all = counts(world, "inspector", WINTER).await;
        let row = of(&all, "/service/name", &json!("Enhanced Support Service"));
        assert_eq!((&row["started"], &row["medianWaitDays"]), (&json!(1), &Value::Null));
        for by in ["NEED", "AREA"] {
            let told = counts(world, "contract-manager", &format!("by: {by}, {WINTER}")).await;
            assert_eq!(told, [] as [Value; 0], "{by}");
        }
        crate::visibility::add_strangers(world).await;
        assert_eq!(counts(world, "stranger-crc", WINTER).await, [] as [Value; 0]);
        let refused = world.as_person("inspector").query("{ demand(from: \"1900-01-01\") { nodes { referrals } } }", json!({})).await;
        assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"]);
    }

    async fn what_referrals_of_several_needs_came_to_is_shared_out_to_the_penny(world) {
        world.clock.set(at("2017-12-04T10:00:00Z"));
        let id = service(world, "YSS", "Enhanced Support Service").await;
        let wanted = |needs: &[&str]| {
            let each: Vec<_> = needs.iter().map(|need| json!({ "need": need, "description": "Better." })).collect();
            json!({ "desiredOutcomes": each })
        };
        // Of one need twice, a referral counts once.
        for (crn, needs) in [
            ("R000020", &["ACCOMMODATION", "ETE", "RELATIONSHIPS"][..]),
            ("R000021", &["ETE", "RELATIONSHIPS", "ACCOMMODATION", "ETE"]),
            ("R000022", &["RELATIONSHIPS", "ETE"]),
        ] {
            let owain = person(world, crn, NPS, json!({})).await;
            let sent = submitted(world, &owain, &id, wanted(needs)).await;
            let delivery = crate::delivering::Delivery::accepted(world, &owain, YSS, &sent).await;
            world.clock.set(at("2017-12-11T10:00:00Z"));
            delivery.attended(at("2017-12-05T09:00:00Z")).await;
            world.clock.set(at("2017-12-04T10:00:00Z"));
        }
        for who in ["nps-manager", "inspector"] {
            let all = counts(world, who, &format!("by: NEED, {WINTER}")).await;
            let told = |need: &str| {
                let row = of(&all, "/need", &json!(need));
                (row["referrals"].as_i64(), row["spend"]["amount"].as_i64())
            };
            let thirds = 2 * SESSION / 3;
            assert_eq!(told("ACCOMMODATION"), (Some(2), Some(thirds)), "{who}");
            assert_eq!(told("ETE"), (Some(3), Some(thirds + SESSION / 2)), "{who}");
            assert_eq!(told("RELATIONSHIPS"), (Some(3), Some(thirds + SESSION / 2)), "{who}");
            let sum: i64 = all.iter().filter_map(|row| row["spend"]["amount"].as_i64()).sum();
            assert_eq!(sum, 3 * SESSION, "{who}");
        }
    }

    async fn a_wait_is_of_whole_days_in_london(world) {
        support(world, "R000023").await.attended(at("2017-09-29T09:00:00Z")).await;
        let database = &world.database;
        let start = referral_start::Entity::find().one(database).await.expect("a row").expect("a start");
        let submitted = |at: DateTime<Utc>| {
            let one = referral::Entity::update_many().col_expr(referral::Column::SubmittedAt, Expr::value(at));
            one.filter(referral::Column::Id.eq(start.referral_id)).exec(database)
        };
        // Around the days on which the clocks change, and in both halves of the year, at every hour.
        let days = ["2016-03-26", "2016-10-29", "2017-03-25", "2017-07-01", "2017-10-28", "2018-01-01", "2024-03-30", "2044-10-29"];
        for (number, day) in days.iter().enumerate() {
            for hour in 0..48 {
                let from = at(&format!("{day}T00:00:00Z")) + TimeDelta::hours(hour);
                let to = from + TimeDelta::minutes(30 + 1_441 * hour * i64::try_from(number).expect("few"));
                for (from, to) in [(from, to), (to, from)] {
                    submitted(from).await.expect("another submission");
                    referral_start::Entity::delete_many().exec(database).await.expect("no start");
                    let again = referral_start::Model { started_at: to, waited_days: 0, ..start.clone() };
                    referral_start::Entity::insert(again.into_active_model()).exec_without_returning(database).await.expect("a start");
                    let noted = referral_start::Entity::find().one(database).await.expect("a row").expect("a start");
                    let expected = (london::day(to) - london::day(from)).num_days().max(0);
                    assert_eq!(i64::from(noted.waited_days), expected, "{from} {to}");
                }
            }
        }
    }

    async fn a_period_that_ends_before_it_begins_is_refused_by_name(world) {
        let days = "\"2017-12-31\", {to}: \"2017-12-01\"";
        let asked = |from: &str, to: &str| format!("{from}: {}", days.replace("{to}", to));
        for (who, document, path) in [
            ("inspector", format!("{{ demand({}) {{ totalCount }} }}", asked("from", "to")), "from"),
            ("inspector", "{ demand(from: \"2190-01-01\") { totalCount } }".to_owned(), "from"),
            ("card-admin", format!("{{ pricePreview({}) {{ from }} }}", asked("from", "to")), "from"),
            ("inspector", format!("{{ charges({}) {{ totalCount }} }}", asked("deliveredFrom", "deliveredTo")), "deliveredFrom"),
            ("nps-officer", format!("{{ cohorts(filter: {{ {} }}) {{ totalCount }} }}", asked("from", "to")), "filter.from"),
            (
                "nps-officer",
                format!("{{ referrals(filter: {{ {} }}) {{ totalCount }} }}", asked("submittedFrom", "submittedTo")),
                "filter.submittedFrom",
            ),
            (
                "nps-officer",
                format!("{{ services(first: 1) {{ nodes {{ priceHistory({}) {{ totalCount }} }} }} }}", asked("from", "to")),
                "from",
            ),
            (
                "inspector",
                "{ auditEvents(from: \"2017-12-31T00:00:00Z\", to: \"2017-12-01T00:00:00Z\") { totalCount } }".to_owned(),
                "from",
            ),
        ] {
            let refused = world.as_person(who).query(&document, json!({})).await;
            assert_eq!(refused.error_codes(), ["BAD_USER_INPUT"], "{document}");
            let message = refused.body.pointer("/errors/0/message").and_then(Value::as_str).unwrap_or_default();
            assert!(message.starts_with(&format!("{path}: ")), "{document} {message}");
        }
    }
}
