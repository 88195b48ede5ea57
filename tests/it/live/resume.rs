//! Coming back after a break: everything since the cursor, once, and then live.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{REFERRAL_EVENT, Socket, follow};
use crate::referring::{NPS, accepted, person, service, submitted};
use crate::scenario;
use crate::world::World;

async fn write_note(world: &World, referral: &Value, body: &str) {
    let input = json!({ "referralId": referral["id"], "body": body, "private": false });
    world.as_person("nps-officer").mutate("addReferralNote", input, "referral { id }").await.granted();
}

fn since(cursor: &Value) -> String {
    format!("inboxChanged(after: {cursor})")
}

/// Everything that is told until it is live, by the identifiers of the referrals.
async fn missed(socket: &mut Socket, field: &str) -> (Vec<String>, Value) {
    socket.subscribe("1", &format!("subscription {{ {field} {{ {REFERRAL_EVENT} }} }}"), Value::Null).await;
    let mut all = Vec::new();
    loop {
        let told = socket.event("1").await;
        if told["kind"] == "LIVE" {
            return (all, told["cursor"].clone());
        }
        all.push(told["referralId"].as_str().expect("an identifier").to_owned());
    }
}

scenario! {
    async fn who_comes_back_is_told_everything_since_once_and_then_goes_on_live(world) {
        let (first, second) =
            (person(world, "L100001", NPS, json!({})).await, person(world, "L100002", NPS, json!({})).await);
        let first = accepted(world, &first).await;
        let mut socket = Socket::of(world, "yss-manager").await;
        let begun = follow(&mut socket, "1", "inboxChanged", REFERRAL_EVENT).await;
        write_note(world, &first, "One.").await;
        let told = socket.event("1").await;
        assert_eq!(told["referralId"], first["id"]);
        drop(socket);
        // While nobody follows anything.
        let service = service(world, "YSS", "Enhanced Support Service").await;
        let sent = submitted(world, &second, &service, json!({})).await;
        write_note(world, &first, "Two.").await;
        write_note(world, &first, "Three.").await;
        let mut socket = Socket::of(world, "yss-manager").await;
        let (all, cursor) = missed(&mut socket, &since(&told["cursor"])).await;
        let ids = [&sent["id"], &first["id"]].map(|id| id.as_str().expect("an identifier").to_owned());
        assert_eq!(all, ids, "each once, in the order of the last change");
        write_note(world, &first, "Four.").await;
        let now = socket.event("1").await;
        assert_eq!(now["referral"]["notes"]["nodes"].as_array().map(Vec::len), Some(4));
        drop(socket);
        // Nothing twice: after the last cursor there is nothing, after the one before it there is one.
        let mut socket = Socket::of(world, "yss-manager").await;
        assert_eq!(missed(&mut socket, &since(&now["cursor"])).await.0, Vec::<String>::new());
        socket.say(json!({ "type": "complete", "id": "1" })).await;
        assert_eq!(missed(&mut socket, &since(&cursor)).await.0, [ids[1].clone()]);
        socket.say(json!({ "type": "complete", "id": "1" })).await;
        assert_eq!(missed(&mut socket, &since(&begun["cursor"])).await.0, ids);
    }

    async fn who_comes_back_is_told_nothing_that_is_not_theirs(world) {
        let mut stranger = Socket::of(world, "willowdene-manager").await;
        let begun = follow(&mut stranger, "1", "inboxChanged", REFERRAL_EVENT).await;
        drop(stranger);
        let case = person(world, "L100003", NPS, json!({})).await;
        accepted(world, &case).await;
        let mut stranger = Socket::of(world, "willowdene-manager").await;
        assert_eq!(missed(&mut stranger, &since(&begun["cursor"])).await.0, Vec::<String>::new());
    }

    async fn who_stays_away_for_too_long_reads_again(world) {
        let mut socket = Socket::of(world, "yss-manager").await;
        let begun = follow(&mut socket, "1", "inboxChanged", "cursor kind").await;
        drop(socket);
        for (hours, is_kept) in [(24, true), (1, false)] {
            world.clock.advance(TimeDelta::hours(hours));
            let mut socket = Socket::of(world, "yss-manager").await;
            let document = format!("subscription {{ {} {{ kind }} }}", since(&begun["cursor"]));
            socket.subscribe("1", &document, Value::Null).await;
            if is_kept {
                assert_eq!(socket.event("1").await["kind"], "LIVE");
            } else {
                assert_eq!(socket.refusal("1").await, "CONFLICT");
            }
        }
    }
}
