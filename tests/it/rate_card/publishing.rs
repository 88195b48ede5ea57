//! From a draft to the card: a second administrator, no past, no overlap, and no edit ever after.

use api::graphql::global_id::GlobalId;
use chrono::NaiveDate;
use entity::Id;
use rules::terms::PriceStatus;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{
    APPROVER, AUTHOR, PRICE, act, draft, history, mentoring, payload, pence_on, price, published, submitted,
    support, written,
};
use crate::people::Answer;
use crate::scenario;
use crate::world::World;

const HEADING: &str = "Service,Provider,Unit,Price,Effective from,Effective to,Purchaser,Notes";

/// Imports a card with these rows.
async fn imported(world: &World, rows: &[&str]) -> Value {
    let input = json!({ "csv": format!("{HEADING}\n{}\n", rows.join("\n")), "reason": "The new card." });
    let answer = world
        .as_person(AUTHOR)
        .mutate("importRateCard", input, "batch { id version } rowErrors { message }")
        .await;
    payload(answer, "batch")
}

/// Decides on a batch at the version last read.
async fn decide(world: &World, who: &str, field: &str, batch: &Value, more: Value) -> Answer {
    let mut input = json!({ "batchId": batch["id"], "version": batch["version"] });
    crate::referring::merge(&mut input, more);
    let selection = "batch { id version status decisionReason approver { name } availableActions prices { nodes { status approver { name } } } }";
    world.as_person(who).mutate(field, input, selection).await
}

/// A row of the database.
async fn stored(world: &World, price: &Value) -> price::Model {
    let id = price["id"].as_str().and_then(GlobalId::<price::Entity>::parse_text).expect("an id");
    price::Entity::find_by_id(id.0).one(&world.database).await.expect("a price").expect("a price")
}

/// A service that has no card price yet.
async fn addiction(world: &World) -> String {
    crate::referring::service(world, "Addaction", "Substance misuse support").await
}

/// What the database says to a statement that it refuses.
async fn refused(world: &World, statement: sea_orm::UpdateMany<price::Entity>) -> String {
    statement.exec(&world.database).await.expect_err("a refusal").to_string()
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

scenario! {
    async fn a_draft_is_published_only_by_a_second_administrator(world) {
        let mentoring = mentoring(world).await;
        let drafted = price(draft(world, &mentoring, json!({})).await);
        assert_eq!((&drafted["status"], &drafted["availableActions"]), (&json!("DRAFT"), &json!(["CHANGE", "SUBMIT", "WITHDRAW"])));
        for who in [AUTHOR, APPROVER] {
            assert_eq!(act(world, who, "publishPrice", &drafted, json!({})).await.refusals(), ["NOT_SUBMITTED"], "{who}");
        }
        let submitted = price(act(world, AUTHOR, "submitPrice", &drafted, json!({})).await);
        assert_eq!((&submitted["status"], &submitted["availableActions"]), (&json!("SUBMITTED"), &json!(["WITHDRAW"])));
        let before = written(world).await;
        let own = act(world, AUTHOR, "publishPrice", &submitted, json!({})).await;
        assert_eq!(own.refusals(), ["OWN_DRAFT"]);
        assert_eq!(act(world, AUTHOR, "rejectPrice", &submitted, json!({ "reason": "No." })).await.refusals(), ["OWN_DRAFT"]);
        assert_eq!(written(world).await, before);
        assert_eq!(pence_on(world, &mentoring, json!("2017-11-01")).await, 3_175);
        let published = price(act(world, APPROVER, "publishPrice", &submitted, json!({})).await);
        assert_eq!((&published["status"], &published["approver"]["name"]), (&json!("PUBLISHED"), &json!("Piers Ockley")));
        assert_eq!(published["author"]["name"], "Adele Cartwright");
        assert_eq!(published["decidedAt"], "2017-10-02T09:00:00+00:00");
        assert_eq!(pence_on(world, &mentoring, json!("2017-11-01")).await, 3_300);
    }

    async fn whoever_submits_it_a_draft_is_never_approved_by_its_author(world) {
        let drafted = price(draft(world, &mentoring(world).await, json!({})).await);
        // Nor does the second administrator become its author by writing on it.
        assert_eq!(act(world, APPROVER, "changeDraftPrice", &drafted, json!({ "pence": 1 })).await.refusals(), ["NOT_PERMITTED"]);
        let submitted = price(act(world, APPROVER, "submitPrice", &drafted, json!({})).await);
        assert_eq!(act(world, AUTHOR, "publishPrice", &submitted, json!({})).await.refusals(), ["OWN_DRAFT"]);
        price(act(world, APPROVER, "publishPrice", &submitted, json!({})).await);
    }

    async fn a_batch_is_published_whole_and_only_by_a_second_administrator(world) {
        let rows = [
            "Meet and Mentor,YSS,session,£33.00,01/11/2017,,NPS,",
            "Supported accommodation,Nacro,week,£215.00,01/11/2017,,NPS,",
        ];
        let batch = imported(world, &rows).await;
        let document = "query($id: ID) { prices(batch: $id) { nodes { id version status availableActions } } }";
        let prices = world.as_person(APPROVER).query(document, json!({ "id": batch["id"] })).await.granted();
        let one = prices.data("/prices/nodes/0").clone();
        assert_eq!((&one["status"], &one["availableActions"]), (&json!("SUBMITTED"), &json!([])));
        let before = written(world).await;
        assert_eq!(decide(world, AUTHOR, "publishPriceBatch", &batch, json!({})).await.refusals(), ["OWN_DRAFT"]);
        assert_eq!(decide(world, AUTHOR, "rejectPriceBatch", &batch, json!({ "reason": "No." })).await.refusals(), ["OWN_DRAFT"]);
        assert_eq!(act(world, APPROVER, "publishPrice", &one, json!({})).await.refusals(), ["BATCH"]);
        assert_eq!(act(world, APPROVER, "withdrawPrice", &one, json!({ "reason": "No." })).await.refusals(), ["BATCH"]);
        assert_eq!(written(world).await, before);
        let published = payload(decide(world, APPROVER, "publishPriceBatch", &batch, json!({})).await, "batch");
        let row = json!({ "status": "PUBLISHED", "approver": { "name": "Piers Ockley" } });
        assert_eq!((&published["status"], &published["prices"]["nodes"]), (&json!("PUBLISHED"), &json!([row, row])));
        assert_eq!(pence_on(world, &mentoring(world).await, json!("2017-11-01")).await, 3_300);
        assert_eq!(decide(world, APPROVER, "publishPriceBatch", &published, json!({})).await.refusals(), ["NOT_SUBMITTED"]);
    }

    async fn of_a_batch_in_which_one_price_cannot_be_published_none_is(world) {
        let batch = imported(world, &[
            "Meet and Mentor,YSS,session,£33.00,01/11/2017,,NPS,",
            "Supported accommodation,Nacro,week,£215.00,03/10/2017,,NPS,",
            "Resolve,Warwickshire & West Mercia CRC,programme,£2800.00,04/10/2017,,NPS,",
        ]).await;
        world.clock.advance(chrono::TimeDelta::days(3));
        let before = written(world).await;
        let answer = decide(world, APPROVER, "publishPriceBatch", &batch, json!({})).await;
        assert_eq!(answer.refusals(), ["IN_THE_PAST", "IN_THE_PAST"]);
        let named: Vec<_> = answer.user_errors().iter().map(|refusal| refusal.message.split(':').next().unwrap_or_default().to_owned()).collect();
        assert_eq!(named, ["Supported accommodation, from 3 October 2017", "Resolve, from 4 October 2017"]);
        assert_eq!(written(world).await, before);
        let rejected = payload(decide(world, APPROVER, "rejectPriceBatch", &batch, json!({ "reason": "Too late." })).await, "batch");
        assert_eq!((&rejected["status"], &rejected["decisionReason"]), (&json!("REJECTED"), &json!("Too late.")));
        assert!(rejected["prices"]["nodes"].as_array().is_some_and(|prices| prices.iter().all(|price| price["status"] == "REJECTED")));
        assert_eq!(decide(world, APPROVER, "publishPriceBatch", &rejected, json!({})).await.refusals(), ["ENDED"]);
    }

    async fn nothing_is_published_into_the_past(world) {
        let mentoring = mentoring(world).await;
        let late = draft(world, &mentoring, json!({ "effectiveFrom": "2017-10-01" })).await;
        assert_eq!(late.refusals(), ["IN_THE_PAST"]);
        assert_eq!(late.user_errors()[0].field, "effectiveFrom");
        published(world, &mentoring, json!({ "effectiveFrom": "2017-10-02", "pence": 3_200 })).await;
        let submitted = submitted(world, &mentoring, json!({ "effectiveFrom": "2017-10-04" })).await;
        let drafted = price(draft(world, &mentoring, json!({ "effectiveFrom": "2017-10-05" })).await);
        // An hour before it is the fifth in Greenwich it is in London.
        world.clock.set("2017-10-04T23:00:00Z".parse().expect("an instant"));
        let before = written(world).await;
        assert_eq!(act(world, APPROVER, "publishPrice", &submitted, json!({})).await.refusals(), ["IN_THE_PAST"]);
        assert_eq!(written(world).await, before);
        price(act(world, AUTHOR, "submitPrice", &drafted, json!({})).await);
        world.clock.set("2017-10-05T23:00:00Z".parse().expect("an instant"));
        let drafted = price(draft(world, &mentoring, json!({ "effectiveFrom": "2017-10-06" })).await);
        world.clock.set("2017-10-06T23:00:00Z".parse().expect("an instant"));
        assert_eq!(act(world, AUTHOR, "submitPrice", &drafted, json!({})).await.refusals(), ["IN_THE_PAST"]);
    }

    async fn history_is_loaded_where_no_charge_depends_on_it(world) {
        let support = support(world).await;
        let old = json!({
            "effectiveFrom": "2017-01-01", "effectiveTo": "2017-04-01", "pence": 5_000, "loadedAsHistory": true,
        });
        let loaded = published(world, &support, old).await;
        assert_eq!(loaded["loadedAsHistory"], true);
        assert_eq!(pence_on(world, &support, json!("2017-03-31")).await, 5_000);
        // There were sessions on the eleventh and the eighteenth of September.
        let charged = json!({
            "effectiveFrom": "2017-09-18", "effectiveTo": "2017-10-01", "pence": 5_500, "loadedAsHistory": true,
        });
        let submitted = submitted(world, &support, charged).await;
        let before = written(world).await;
        assert_eq!(act(world, APPROVER, "publishPrice", &submitted, json!({})).await.refusals(), ["CHARGES_DEPEND"]);
        assert_eq!(written(world).await, before);
        let since = json!({
            "effectiveFrom": "2017-09-19", "effectiveTo": "2017-10-01", "pence": 5_500, "loadedAsHistory": true,
        });
        published(world, &support, since).await;
        assert_eq!(pence_on(world, &support, json!("2017-09-18")).await, 5_425);
        assert_eq!(pence_on(world, &support, json!("2017-09-19")).await, 5_500);
    }

    async fn what_has_not_begun_is_no_history(world) {
        let answer = draft(world, &mentoring(world).await, json!({ "effectiveFrom": "2017-10-02", "loadedAsHistory": true })).await;
        assert_eq!(answer.refusals(), ["INVALID"]);
        assert_eq!(answer.user_errors()[0].field, "loadedAsHistory");
    }

    async fn a_successor_closes_its_predecessors_period(world) {
        let mentoring = mentoring(world).await;
        published(world, &mentoring, json!({})).await;
        assert_eq!(history(world, &mentoring, "CARD").await, [
            json!([3_300, "2017-11-01", null, "PUBLISHED"]),
            json!([3_175, "2017-04-01", "2017-11-01", "PUBLISHED"]),
        ]);
        assert_eq!(pence_on(world, &mentoring, json!("2017-10-31")).await, 3_175);
        assert_eq!(pence_on(world, &mentoring, json!("2017-11-01")).await, 3_300);
        // The supply price goes its own way.
        assert_eq!(history(world, &mentoring, "SUPPLY").await, [json!([2_225, "2017-04-01", null, "PUBLISHED"])]);
    }

    async fn a_period_that_would_split_or_double_a_published_one_is_refused(world) {
        let mentoring = mentoring(world).await;
        published(world, &mentoring, json!({})).await;
        for (from, to) in [("2017-12-01", json!("2018-01-01")), ("2017-11-01", Value::Null), ("2017-10-15", json!("2017-11-02")), ("2017-10-15", Value::Null)] {
            let submitted = submitted(world, &mentoring, json!({ "pence": 4_000, "effectiveFrom": from, "effectiveTo": to })).await;
            let before = written(world).await;
            let answer = act(world, APPROVER, "publishPrice", &submitted, json!({})).await;
            assert_eq!(answer.refusals(), ["OVERLAPS"], "{from} {to}");
            assert_eq!(written(world).await, before);
        }
        // To the end of its predecessor and no further, it fits.
        published(world, &mentoring, json!({ "pence": 4_000, "effectiveFrom": "2017-10-15", "effectiveTo": "2017-11-01" })).await;
    }

    async fn withdrawing_a_price_before_it_starts_reopens_its_predecessor(world) {
        let mentoring = mentoring(world).await;
        let november = published(world, &mentoring, json!({})).await;
        let december = published(world, &mentoring, json!({ "effectiveFrom": "2017-12-01", "pence": 3_500 })).await;
        // Publishing its successor closed it, and so changed it.
        let why = json!({ "reason": "Agreed otherwise." });
        assert_eq!(act(world, AUTHOR, "withdrawPrice", &november, why.clone()).await.error_code(), Some("CONFLICT"));
        let document = "query($id: ID!) { price(id: $id) { id version } }";
        let now = world.as_person(AUTHOR).query(document, json!({ "id": november["id"] })).await.granted().data("/price").clone();
        let bare = act(world, AUTHOR, "withdrawPrice", &now, json!({ "reason": "  " })).await;
        assert_eq!(bare.refusals(), ["REQUIRED"]);
        assert_eq!(bare.user_errors()[0].field, "reason");
        let withdrawn = price(act(world, AUTHOR, "withdrawPrice", &now, why.clone()).await);
        assert_eq!((&withdrawn["status"], &withdrawn["decisionReason"]), (&json!("WITHDRAWN"), &json!("Agreed otherwise.")));
        assert_eq!(history(world, &mentoring, "CARD").await, [
            json!([3_500, "2017-12-01", null, "PUBLISHED"]),
            json!([3_300, "2017-11-01", "2017-12-01", "WITHDRAWN"]),
            json!([3_175, "2017-04-01", "2017-12-01", "PUBLISHED"]),
        ]);
        price(act(world, APPROVER, "withdrawPrice", &december, why).await);
        assert_eq!(history(world, &mentoring, "CARD").await[2], json!([3_175, "2017-04-01", null, "PUBLISHED"]));
        assert_eq!(pence_on(world, &mentoring, json!("2018-06-01")).await, 3_175);
    }

    async fn a_predecessor_reopens_no_further_than_its_author_meant(world) {
        let gym = crate::referring::service(world, "Gym with Sports England", "Healthier Happier Fitter").await;
        let next = published(world, &gym, json!({ "effectiveFrom": "2017-12-01", "effectiveTo": "2018-03-01" })).await;
        assert_eq!(pence_on(world, &gym, json!("2017-12-22")).await, 3_300);
        price(act(world, AUTHOR, "withdrawPrice", &next, json!({ "reason": "No course then." })).await);
        assert_eq!(pence_on(world, &gym, json!("2017-12-22")).await, 1_800);
        assert_eq!(pence_on(world, &gym, json!("2017-12-23")).await, Value::Null);
    }

    async fn a_price_that_has_begun_is_not_withdrawn(world) {
        let mentoring = mentoring(world).await;
        let next = published(world, &mentoring, json!({ "effectiveFrom": "2017-10-10" })).await;
        let why = json!({ "reason": "Agreed otherwise." });
        world.clock.set("2017-10-09T23:00:00Z".parse().expect("an instant"));
        let before = written(world).await;
        assert_eq!(act(world, APPROVER, "withdrawPrice", &next, why.clone()).await.refusals(), ["ALREADY_STARTED"]);
        assert_eq!(written(world).await, before);
        let document = "query($id: ID!) { price(id: $id) { availableActions } }";
        let offered = world.as_person(APPROVER).query(document, json!({ "id": next["id"] })).await.granted();
        assert_eq!(offered.data("/price/availableActions"), &json!([]));
        world.clock.set("2017-10-09T22:59:59Z".parse().expect("an instant"));
        price(act(world, APPROVER, "withdrawPrice", &next, why).await);
    }

    async fn a_published_price_is_never_edited(world) {
        let next = published(world, &mentoring(world).await, json!({})).await;
        let before = written(world).await;
        let change = json!({ "pence": 1 });
        assert_eq!(act(world, AUTHOR, "changeDraftPrice", &next, change).await.refusals(), ["NOT_DRAFT"]);
        assert_eq!(act(world, AUTHOR, "submitPrice", &next, json!({})).await.refusals(), ["NOT_DRAFT"]);
        assert_eq!(act(world, APPROVER, "publishPrice", &next, json!({})).await.refusals(), ["NOT_SUBMITTED"]);
        assert_eq!(act(world, APPROVER, "rejectPrice", &next, json!({ "reason": "No." })).await.refusals(), ["NOT_SUBMITTED"]);
        assert_eq!(written(world).await, before);
    }

    async fn not_even_by_hand_in_the_database_is_a_published_price_edited(world) {
        use price::Column::{EffectiveFrom, Id, Kind, Pence, ServiceId, Unit};
        let mentoring = stored(world, &published(world, &mentoring(world).await, json!({})).await).await;
        let support = stored(world, &published(world, &support(world).await, json!({})).await).await;
        let before = written(world).await;
        for (column, value) in [
            (Pence, Expr::value(1_i64)),
            (Unit, Expr::value("hour")),
            (EffectiveFrom, Expr::value(day("2017-11-02"))),
            (ServiceId, Expr::value(support.service_id)),
            (Kind, Expr::value("supply")),
        ] {
            let statement = price::Entity::update_many().col_expr(column, value).filter(Id.eq(mentoring.id));
            let said = refused(world, statement).await;
            assert!(said.contains("a published price is never edited"), "{column:?} {said}");
        }
        assert_eq!(written(world).await, before);
    }

    async fn not_even_by_hand_in_the_database_do_published_prices_overlap(world) {
        let november = published(world, &addiction(world).await, json!({ "effectiveTo": "2018-01-01" })).await;
        let november = stored(world, &november).await;
        let copy = |from: &str, to: Option<&str>| price::Model {
            id: Id::fresh(), effective_from: day(from), effective_to: to.map(day), ..november.clone()
        };
        let insert = |row: price::Model| price::Entity::insert(row.into_active_model()).exec_without_returning(&world.database);
        for (from, to) in [("2017-11-01", None), ("2017-12-31", Some("2018-01-01")), ("2016-01-01", Some("2017-11-02")), ("2016-01-01", None), ("2017-11-01", Some("2017-11-02"))] {
            let said = insert(copy(from, to)).await.expect_err("a refusal").to_string();
            assert!(said.contains("price_periods_apart"), "{from} {to:?} {said}");
        }
        let aside = price::Model { status: PriceStatus::Submitted.into(), ..copy("2017-12-01", None) };
        insert(aside.clone()).await.expect("what is not published overlaps nothing");
        let publish = price::Entity::update_many().col_expr(price::Column::Status, Expr::value("published"));
        assert!(refused(world, publish.filter(price::Column::Id.eq(aside.id))).await.contains("price_periods_apart"));
        for (from, to) in [("2018-01-01", None), ("2017-10-01", Some("2017-11-01"))] {
            insert(copy(from, to)).await.expect("periods that touch do not overlap");
        }
        let longer = price::Entity::update_many().col_expr(price::Column::EffectiveTo, Expr::value(day("2018-01-02")));
        assert!(refused(world, longer.filter(price::Column::Id.eq(november.id))).await.contains("price_periods_apart"));
    }

    async fn not_even_by_hand_in_the_database_does_an_author_approve(world) {
        let submitted = stored(world, &submitted(world, &addiction(world).await, json!({})).await).await;
        for approver in [Some(submitted.author_id), None] {
            let publish = price::Entity::update_many()
                .col_expr(price::Column::Status, Expr::value("published"))
                .col_expr(price::Column::ApproverId, Expr::value(approver))
                .filter(price::Column::Id.eq(submitted.id));
            let said = refused(world, publish).await.to_lowercase();
            assert!(said.contains("check constraint"), "{said}");
        }
    }

    async fn of_two_prices_published_at_once_for_one_period_one_is(world) {
        let mentoring = mentoring(world).await;
        let one = submitted(world, &mentoring, json!({ "pence": 3_300 })).await;
        let other = submitted(world, &mentoring, json!({ "pence": 3_400 })).await;
        let (one, other) = tokio::join!(
            act(world, APPROVER, "publishPrice", &one, json!({})),
            act(world, APPROVER, "publishPrice", &other, json!({})),
        );
        let mut came_to = [one.refusals().join(" "), other.refusals().join(" ")];
        came_to.sort();
        assert_eq!(came_to, ["", "OVERLAPS"], "{one:?} {other:?}");
        assert_eq!((one.error_code(), other.error_code()), (None, None));
    }

    async fn a_price_published_twice_at_once_is_published_once(world) {
        let mentoring = mentoring(world).await;
        let submitted = submitted(world, &mentoring, json!({})).await;
        let publish = || act(world, APPROVER, "publishPrice", &submitted, json!({}));
        let (one, other) = tokio::join!(publish(), publish());
        let done = |answer: &Answer| answer.error_code().is_none() && answer.refusals().is_empty();
        assert!(done(&one) != done(&other), "{one:?} {other:?}");
        assert_eq!(history(world, &mentoring, "CARD").await.len(), 2);
    }

    async fn a_price_is_rejected_with_the_reason(world) {
        let submitted = submitted(world, &mentoring(world).await, json!({})).await;
        let before = written(world).await;
        let bare = act(world, APPROVER, "rejectPrice", &submitted, json!({ "reason": " " })).await;
        assert_eq!(bare.refusals(), ["REQUIRED"]);
        assert_eq!(written(world).await, before);
        let rejected = price(act(world, APPROVER, "rejectPrice", &submitted, json!({ "reason": "Above the contract." })).await);
        assert_eq!((&rejected["status"], &rejected["decisionReason"]), (&json!("REJECTED"), &json!("Above the contract.")));
        assert_eq!((&rejected["approver"]["name"], &rejected["availableActions"]), (&json!("Piers Ockley"), &json!([])));
        let why = json!({ "reason": "Once more." });
        for (who, field, more) in [
            (AUTHOR, "changeDraftPrice", json!({ "pence": 3_200 })),
            (AUTHOR, "submitPrice", json!({})),
            (APPROVER, "publishPrice", json!({})),
            (APPROVER, "rejectPrice", why.clone()),
            (AUTHOR, "withdrawPrice", why),
        ] {
            assert_eq!(act(world, who, field, &rejected, more).await.refusals(), ["ENDED"], "{field}");
        }
    }

    async fn the_history_of_a_price_shows_author_approver_and_reason(world) {
        let mentoring = mentoring(world).await;
        published(world, &mentoring, json!({ "reason": "Costs have risen." })).await;
        let document = "query($id: ID) { prices(service: $id, kind: CARD) { nodes {
            money { amount } reason decidedAt createdAt loadedAsHistory author { name } approver { name } } } }";
        for who in ["nps-officer", AUTHOR, "inspector"] {
            let answer = world.as_person(who).query(document, json!({ "id": mentoring })).await.granted();
            assert_eq!(answer.data("/prices/nodes/0"), &json!({
                "money": { "amount": 3_300 }, "reason": "Costs have risen.", "loadedAsHistory": false,
                "createdAt": "2017-10-02T09:00:00+00:00", "decidedAt": "2017-10-02T09:00:00+00:00",
                "author": { "name": "Adele Cartwright" }, "approver": { "name": "Piers Ockley" },
            }), "{who}");
            let loaded = answer.data("/prices/nodes/1");
            assert_eq!((&loaded["money"]["amount"], &loaded["loadedAsHistory"]), (&json!(3_175), &json!(true)));
            assert!(loaded["author"]["name"].is_string() && loaded["author"] != loaded["approver"]);
            assert!(loaded["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
        }
    }

    async fn a_repeat_with_the_same_key_publishes_nothing_twice(world) {
        let submitted = submitted(world, &mentoring(world).await, json!({})).await;
        let key = json!({ "idempotencyKey": "publish-1" });
        let first = act(world, APPROVER, "publishPrice", &submitted, key.clone()).await.granted();
        let again = act(world, APPROVER, "publishPrice", &submitted, key.clone()).await.granted();
        assert_eq!(first.body["data"], again.body["data"]);
        let mut other = submitted.clone();
        other["version"] = json!(9);
        assert_eq!(act(world, APPROVER, "publishPrice", &other, key).await.error_code(), Some("CONFLICT"));
    }

    async fn the_second_of_two_who_change_a_draft_is_told_who_was_first(world) {
        let drafted = price(draft(world, &mentoring(world).await, json!({})).await);
        price(act(world, AUTHOR, "changeDraftPrice", &drafted, json!({ "pence": 3_350, "notes": "Volunteers." })).await);
        let late = act(world, APPROVER, "submitPrice", &drafted, json!({})).await;
        assert_eq!(late.error_code(), Some("CONFLICT"));
        let said = &late.body["errors"][0]["extensions"];
        assert_eq!((&said["changedBy"], &said["changedFields"]), (&json!("Adele Cartwright"), &json!(["notes", "pence"])));
    }

    async fn a_price_of_another_unit_than_the_service_has_now_is_not_published(world) {
        // The unit of a service with prices stays: what is tested here can only come about beside the server.
        let submitted = submitted(world, &mentoring(world).await, json!({})).await;
        let hour = price::Entity::update_many().col_expr(price::Column::Unit, Expr::value("hour"));
        let id = stored(world, &submitted).await.id;
        hour.filter(price::Column::Id.eq(id)).exec(&world.database).await.expect("a price that is not published");
        assert_eq!(act(world, APPROVER, "publishPrice", &submitted, json!({})).await.refusals(), ["WRONG_UNIT"]);
        let document = format!("query($id: ID!) {{ {} }}", PRICE.replacen("price", "price(id: $id)", 1));
        let read = world.as_person(AUTHOR).query(&document, json!({ "id": submitted["id"] })).await.granted();
        assert_eq!(read.data("/price/status"), "SUBMITTED");
    }
}
