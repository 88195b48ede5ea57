//! A socket ends with the access of whoever opened it, and stays where a token is renewed in time.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Socket, follow};
use crate::referring::staff;
use crate::scenario;
use crate::trusting::revoke;
use crate::world::World;

/// Within how much time an end is noticed.
const SECONDS: Duration = Duration::from_secs(10);

async fn following(world: &World, subject: &str) -> Socket {
    let mut socket = Socket::of(world, subject).await;
    follow(&mut socket, "1", "inboxChanged", "kind").await;
    socket
}

/// It is closed as forbidden, within seconds.
async fn is_shown_out(mut socket: Socket) {
    let begun = Instant::now();
    assert_eq!(socket.closed().await.0, 4403);
    assert!(begun.elapsed() < SECONDS, "it took too long");
}

/// Changes a member of staff.
async fn change(world: &World, name: &str, more: Value) {
    let admin = world.as_person("system-admin");
    let document = "{ people(first: 100) { nodes { id name version } } }";
    let read = admin.query(document, json!({})).await.granted();
    let row = read.list("/people/nodes").iter().find(|row| row["name"] == name).expect("a person").clone();
    let mut input = json!({ "id": row["id"], "version": row["version"] });
    crate::referring::merge(&mut input, more);
    admin.mutate("changePerson", input, "person { id }").await.granted();
}

scenario! {
    async fn who_leaves_is_shown_out_and_their_colleagues_stay(world) {
        let (leaver, mut colleague) =
            (following(world, "yss-worker").await, following(world, "yss-manager").await);
        change(world, "Yusuf Shah", json!({ "active": false })).await;
        is_shown_out(leaver).await;
        colleague.nothing().await;
    }

    async fn whose_role_is_taken_is_shown_out(world) {
        let socket = following(world, "gym-manager").await;
        change(world, "Guy Manning", json!({ "roles": ["PROVIDER_MANAGER"] })).await;
        is_shown_out(socket).await;
    }

    async fn whose_tokens_are_revoked_is_shown_out(world) {
        let (lost, mut other) = (following(world, "yss-worker").await, following(world, "yss-manager").await);
        revoke(world, json!({ "personId": staff(world, "Yusuf Shah").await })).await.granted();
        is_shown_out(lost).await;
        other.nothing().await;
    }

    async fn a_socket_ends_with_its_token_unless_it_is_renewed(world) {
        let (expiring, mut renewed) =
            (following(world, "yss-worker").await, following(world, "yss-manager").await);
        world.clock.advance(TimeDelta::minutes(9));
        let fresh = world.as_person("yss-manager").token().await;
        let payload = json!({ "authorization": format!("Bearer {fresh}"), "at": 1 });
        renewed.say(json!({ "type": "ping", "payload": payload })).await;
        // The token is not said back.
        assert_eq!(renewed.hear().await, json!({ "type": "pong", "payload": { "at": 1 } }));
        world.clock.advance(TimeDelta::minutes(2));
        is_shown_out(expiring).await;
        renewed.nothing().await;
        world.clock.advance(TimeDelta::minutes(9));
        is_shown_out(renewed).await;
    }

    async fn a_token_is_renewed_by_no_other_persons_and_by_none_that_proves_nothing(world) {
        for token in [
            world.as_person("yss-manager").token().await,
            world.as_person("gym-manager").token().await,
            "a.b.c".to_owned(),
        ] {
            let mut socket = following(world, "yss-worker").await;
            let payload = json!({ "authorization": format!("Bearer {token}") });
            socket.say(json!({ "type": "ping", "payload": payload })).await;
            is_shown_out(socket).await;
        }
    }
}
