//! Who is told what: those whom it concerns, as they may see it, and nobody else.

use std::time::Duration;

use chrono::TimeDelta;
use entity::reading;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::{REFERRAL_EVENT, Socket, follow};
use crate::delivering::{Delivery, YSS, attended};
use crate::places;
use crate::referring::{
    self, NPS, accepted, organisation, person, referral, service, staff, submitted, then,
};
use crate::scenario;
use crate::world::{System, World};

const ENHANCED: &str = "Enhanced Support Service";

/// Follows one referral and yields the first event.
async fn follow_one(socket: &mut Socket, id: &str, referral: &Value) -> Value {
    let field = format!("referralChanged(id: {referral})");
    follow(socket, id, &field, REFERRAL_EVENT).await
}

async fn inbox(world: &World, subject: &str) -> Socket {
    let mut socket = Socket::of(world, subject).await;
    follow(&mut socket, "inbox", "inboxChanged", REFERRAL_EVENT).await;
    socket
}

scenario! {
    async fn a_referral_that_is_sent_is_told_to_its_provider_and_to_nobody_else(world) {
        let case = person(world, "L000001", NPS, json!({})).await;
        let service = service(world, "YSS", ENHANCED).await;
        let (mut manager, mut worker) = (inbox(world, "yss-manager").await, inbox(world, "yss-worker").await);
        let mut strangers = Vec::new();
        for subject in ["willowdene-manager", "crc-officer", "crc-group-manager"] {
            strangers.push(inbox(world, subject).await);
        }
        let (mut officer, mut inspector) = (inbox(world, "nps-officer").await, inbox(world, "inspector").await);
        let draft = referral(referring::draft(world, &case, &service, json!({})).await);
        for socket in [&mut officer, &mut inspector] {
            let told = socket.event("inbox").await;
            assert_eq!((&told["kind"], &told["referral"]["status"]), (&json!("CHANGED"), &json!("DRAFT")));
            assert_eq!(told["referralId"], draft["id"]);
        }
        manager.nothing().await;
        let sent = referral(then(world, "nps-officer", "submitReferral", &draft, json!({})).await);
        for socket in [&mut manager, &mut officer, &mut inspector] {
            let told = socket.event("inbox").await;
            assert_eq!((&told["kind"], &told["referral"]["status"]), (&json!("CHANGED"), &json!("SUBMITTED")));
        }
        worker.nothing().await;
        let of_yss = json!({ "workerId": staff(world, "Yusuf Shah").await });
        referral(then(world, "yss-manager", "acceptReferral", &sent, of_yss).await);
        for socket in [&mut manager, &mut worker, &mut officer, &mut inspector] {
            let told = socket.event("inbox").await;
            assert_eq!(told["referral"]["worker"]["name"], "Yusuf Shah", "{told}");
            assert!(told["parts"].as_array().expect("parts").contains(&json!("ASSIGNMENT")), "{told}");
        }
        for socket in &mut strangers {
            socket.nothing().await;
        }
    }

    async fn who_is_first_in_line_is_told_of_the_place_that_somebody_else_gives_up(world) {
        let made = places::cohort(world, json!({ "places": 1 })).await;
        let (owain, rhys) = (places::referred(world, "L000101").await, places::referred(world, "L000102").await);
        places::book(world, "nps-officer", &owain, &made).await.granted();
        places::join(world, &rhys, &made).await.granted();
        let mut socket = Socket::of(world, "nps-officer").await;
        follow_one(&mut socket, "1", &rhys).await;
        places::with_place(world, "nps-officer", "giveUpPlace", &owain, json!({ "reason": "Ill." })).await.granted();
        let told = socket.event("1").await;
        assert_eq!((&told["referralId"], &told["parts"]), (&rhys, &json!(["PLACE"])), "{told}");
    }

    async fn an_inbox_is_told_of_what_matches_its_filter_and_what_no_longer_does(world) {
        let case = person(world, "L000002", NPS, json!({})).await;
        let mut socket = Socket::of(world, "yss-manager").await;
        let field = "inboxChanged(filter: { statuses: [SUBMITTED] })";
        follow(&mut socket, "1", field, REFERRAL_EVENT).await;
        let service = service(world, "YSS", ENHANCED).await;
        let sent = submitted(world, &case, &service, json!({})).await;
        let told = socket.event("1").await;
        assert_eq!((&told["kind"], &told["referralId"]), (&json!("CHANGED"), &sent["id"]));
        let of_yss = json!({ "workerId": staff(world, "Yusuf Shah").await });
        referral(then(world, "yss-manager", "acceptReferral", &sent, of_yss).await);
        let mut told = socket.event("1").await;
        // That it was drafted is told as it is then, and so perhaps when it is sent: then it is told twice.
        if told["kind"] == "CHANGED" {
            told = socket.event("1").await;
        }
        assert_eq!((&told["kind"], &told["referralId"]), (&json!("GONE"), &sent["id"]));
        assert_eq!((&told["referral"], &told["parts"]), (&Value::Null, &json!([])));
    }

    async fn one_referral_is_told_with_its_sessions_and_messages(world) {
        let case = person(world, "L000003", NPS, json!({})).await;
        let delivery = Delivery::of(world, &case, YSS, ENHANCED).await;
        let referral = json!(delivery.referral);
        let (mut officer, mut worker) =
            (Socket::of(world, "nps-officer").await, Socket::of(world, "yss-worker").await);
        for socket in [&mut officer, &mut worker] {
            let first = follow_one(socket, "1", &referral).await;
            assert_eq!((&first["referral"]["id"], &first["referral"]["sessions"]["nodes"]), (&referral, &json!([])));
        }
        let meeting = delivery.session(world.clock.now() - TimeDelta::hours(2), 60).await;
        for socket in [&mut officer, &mut worker] {
            let told = socket.event("1").await;
            assert!(told["parts"].as_array().expect("parts").contains(&json!("SESSIONS")), "{told}");
            assert_eq!(told["referral"]["sessions"]["nodes"], json!([{ "status": "SCHEDULED" }]));
        }
        meeting.record(attended()).await;
        for socket in [&mut officer, &mut worker] {
            let told = socket.event("1").await;
            assert!(told["parts"].as_array().expect("parts").contains(&json!("SESSIONS")), "{told}");
        }
        let note = |private: bool, body: &str| {
            json!({ "referralId": referral, "body": body, "private": private })
        };
        let notes = "referral { id }";
        world.as_person("yss-worker").mutate("addReferralNote", note(true, "Ours."), notes).await.granted();
        let told = worker.event("1").await;
        assert_eq!((&told["parts"], &told["referral"]["notes"]["nodes"]), (&json!(["NOTES"]), &json!([{ "body": "Ours." }])));
        // That there is a private note is not told either.
        officer.nothing().await;
        world.as_person("yss-worker").mutate("addReferralNote", note(false, "For all."), notes).await.granted();
        let told = officer.event("1").await;
        assert_eq!((&told["parts"], &told["referral"]["notes"]["nodes"]), (&json!(["NOTES"]), &json!([{ "body": "For all." }])));
    }

    async fn who_loses_a_referral_is_told_that_it_is_gone_and_nothing_of_it(world) {
        let case = person(world, "L000004", NPS, json!({})).await;
        let taken = accepted(world, &case).await;
        let mut worker = inbox(world, "yss-worker").await;
        follow_one(&mut worker, "one", &taken["id"]).await;
        let colleague = json!({
            "organisationId": organisation(world, "YSS").await, "subject": "yss-colleague", "name": "Yann Shore",
            "email": "yann.shore@yss.example", "roles": ["PROVIDER_WORKER"],
        });
        world.as_person("system-admin").mutate("addPerson", colleague, "person { id }").await.granted();
        let colleague = json!({ "workerId": staff(world, "Yann Shore").await, "reason": "Leave." });
        referral(then(world, "yss-manager", "assignReferral", &taken, colleague).await);
        let mut told = [worker.hear().await, worker.hear().await, worker.hear().await];
        told.sort_by_key(|message| message.to_string());
        let of = |id: &str, kind: &str| {
            told.iter().find(|message| message["id"] == id && message["type"] == kind).cloned()
        };
        let gone = of("one", "next").expect("an event")["payload"]["data"]["referralChanged"].clone();
        assert_eq!((&gone["kind"], &gone["referral"]), (&json!("GONE"), &Value::Null));
        assert!(of("one", "complete").is_some(), "{told:?}");
        // The inbox has not told of it, so that it does not say which it was.
        let again = of("inbox", "next").expect("an event")["payload"]["data"]["inboxChanged"].clone();
        assert_eq!(again["kind"], "READ_AGAIN");
        assert_eq!((&again["referralId"], &again["referral"]), (&Value::Null, &Value::Null));
        // From here on nothing of it is told.
        let note = json!({ "referralId": taken["id"], "body": "Went well.", "private": false });
        world.as_person("yss-manager").mutate("addReferralNote", note, "referral { id }").await.granted();
        worker.nothing().await;
    }

    async fn a_case_that_is_closed_to_somebody_ends_what_they_follow_of_it(world) {
        let case = person(world, "L000005", NPS, json!({})).await;
        let taken = accepted(world, &case).await;
        let (mut worker, mut manager) =
            (Socket::of(world, "yss-worker").await, Socket::of(world, "yss-manager").await);
        for socket in [&mut worker, &mut manager] {
            follow_one(socket, "1", &taken["id"]).await;
        }
        let team = world.as_person("nps-manager");
        let read = team.query("query($id: ID!) { case(id: $id) { version } }", json!({ "id": case.case })).await;
        let input = json!({
            "caseId": case.case, "version": read.data("/case/version"), "kind": "CLOSED_TO",
            "personId": staff(world, "Yusuf Shah").await, "reason": "A relative.",
        });
        team.mutate("restrictCase", input, "case { id }").await.granted();
        let told = worker.event("1").await;
        assert_eq!((&told["kind"], &told["referral"]), (&json!("GONE"), &Value::Null));
        assert_eq!(worker.hear().await["type"], "complete");
        // Those to whom it stays open do not learn of it.
        manager.nothing().await;
    }

    async fn what_does_not_exist_and_what_is_not_yours_to_follow_are_refused_alike(world) {
        let case = person(world, "L000006", NPS, json!({})).await;
        let taken = accepted(world, &case).await;
        let mut stranger = Socket::of(world, "willowdene-manager").await;
        let mut said = Vec::new();
        for id in [taken["id"].clone(), json!("ref_01h455vb4pex5vsknk084sn02q")] {
            let document = format!("subscription {{ referralChanged(id: {id}) {{ kind }} }}");
            stranger.subscribe("1", &document, Value::Null).await;
            said.push(stranger.hear().await);
        }
        assert_eq!(said[0], said[1]);
        assert_eq!(said[0]["payload"][0]["extensions"]["code"], "NOT_FOUND");
    }

    async fn a_price_is_told_to_who_keeps_it_when_drafted_and_to_others_once_published(world) {
        let field = "rateCardChanged";
        let selection = "kind priceId price { status money { pence: amount } }";
        let mut sockets = Vec::new();
        for subject in ["card-approver", "nps-officer", "yss-manager"] {
            let mut socket = Socket::of(world, subject).await;
            follow(&mut socket, "1", field, selection).await;
            sockets.push(socket);
        }
        let [keeper, officer, provider] = &mut sockets[..] else { panic!("three sockets") };
        let input = json!({
            "serviceId": service(world, "YSS", "Meet and Mentor").await, "kind": "CARD", "pence": 4100,
            "effectiveFrom": "2019-04-01", "reason": "Dearer.",
        });
        let author = world.as_person("card-admin");
        let made = author.mutate("draftPrice", input, "price { id version }").await.granted();
        let id = made.data("/draftPrice/price/id").clone();
        assert_eq!(keeper.event("1").await["price"]["status"], "DRAFT");
        officer.nothing().await;
        let input = json!({ "priceId": id, "version": made.data("/draftPrice/price/version") });
        let made = author.mutate("submitPrice", input, "price { version }").await.granted();
        assert_eq!(keeper.event("1").await["price"]["status"], "SUBMITTED");
        let input = json!({ "priceId": id, "version": made.data("/submitPrice/price/version") });
        world.as_person("card-approver").mutate("publishPrice", input, "price { id }").await.granted();
        let told = officer.event("1").await;
        assert_eq!(told["kind"], "CHANGED");
        // What else changed with it (the price before it is closed) may be told as well; this one is.
        let mut all = vec![told];
        while all.iter().all(|told| told["priceId"] != id) {
            all.push(officer.event("1").await);
        }
        let own = all.iter().find(|told| told["priceId"] == id).expect("the price");
        assert_eq!(own["price"], json!({ "status": "PUBLISHED", "money": { "pence": 4100 } }));
        // The card is between the CRC and the NPS.
        provider.nothing().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn what_is_told_of_a_person_is_recorded_as_read() {
    for system in [System::Sqlite, System::Postgres] {
        let world = World::with(system, |settings| settings.audit.flush_milliseconds = 20).await;
        let Some(world) = world else { continue };
        let case = person(&world, "L000007", NPS, json!({})).await;
        let taken = accepted(&world, &case).await;
        let token = world.as_person("yss-worker").token().await;
        let mut socket = Socket::silent(world.address).await;
        let payload = json!({ "authorization": format!("Bearer {token}"), "purpose": "On duty." });
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        socket.hear().await;
        let document = format!(
            "subscription Watching {{ referralChanged(id: {}) {{ kind referral {{ id }} }} }}",
            taken["id"]
        );
        socket.subscribe("1", &document, Value::Null).await;
        socket.event("1").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let readings = async || {
            let rows = reading::Entity::find().all(&world.database).await.expect("readings");
            let own = rows.into_iter().filter(|row| row.operation == "Watching");
            own.map(|row| row.purpose).collect::<Vec<_>>()
        };
        let before = readings().await;
        assert!(!before.is_empty() && before.iter().all(|purpose| purpose.as_deref() == Some("On duty.")));
        let note = json!({ "referralId": taken["id"], "body": "Rang him.", "private": false });
        world.as_person("yss-manager").mutate("addReferralNote", note, "referral { id }").await.granted();
        socket.event("1").await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert_eq!(readings().await.len(), before.len() + 1);
        world.end().await;
    }
}
