//! Keys that are fetched: when a provider is asked, how often, and what is kept while it does not answer.

use std::time::Duration;

use serde_json::{Value, json};

use crate::forgery::{Draft, Pair};
use crate::key_server::KeyServer;
use crate::scenario;
use crate::trusting::{draft, issuer, proves_nothing, speaks_for};
use crate::world::{System, World};

/// A token of its own for each question: none was seen before.
fn fresh(draft: &Draft, kid: &str, number: u32) -> Draft {
    draft.header("kid", kid).claim("jti", format!("{kid}-{number}"))
}

/// A world that asks for keys every second.
async fn hasty(system: System) -> Option<World> {
    World::with(system, |settings| {
        settings.auth.revocation_poll_milliseconds = 100;
        settings.auth.jwks_refresh_seconds = 1;
        settings.auth.jwks_retry_seconds = 1;
    })
    .await
}

scenario! {
    async fn an_unknown_kid_is_asked_for_once(world) {
        let (one, two) = (Pair::ed25519(), Pair::ed25519());
        let provider = KeyServer::with(&[one.jwk("one")]).await;
        issuer(world, json!({ "jwksUrl": provider.url() })).await;
        provider.until_asked(1).await;
        let draft = draft(world).await;
        speaks_for(world, "the first key", &fresh(&draft, "one", 1).by(&one), "Yusuf Shah").await;
        assert_eq!(provider.asked(), 1, "a key that is known is not asked for");
        provider.serves(&[one.jwk("one"), two.jwk("two")]);
        speaks_for(world, "the next key", &fresh(&draft, "two", 1).by(&two), "Yusuf Shah").await;
        assert_eq!(provider.asked(), 2);
        for number in 0..10 {
            proves_nothing(world, "a key that nobody has", &fresh(&draft, "three", number).by(&one)).await;
        }
        assert_eq!(provider.asked(), 2, "forgers do not send us to the provider again and again");
        speaks_for(world, "the first key", &fresh(&draft, "one", 2).by(&one), "Yusuf Shah").await;
    }

    async fn tokens_that_could_not_be_accepted_send_nobody_to_the_provider(world) {
        let one = Pair::ed25519();
        let provider = KeyServer::with(&[one.jwk("one")]).await;
        issuer(world, json!({ "jwksUrl": provider.url() })).await;
        provider.until_asked(1).await;
        let draft = draft(world).await.header("kid", "two");
        for (what, forged) in [
            ("typ", draft.header("typ", "JWT")),
            ("alg", draft.header("alg", "none")),
            ("crit", draft.header("crit", json!(["exp"]))),
            ("iss", draft.claim("iss", "https://login.example.org")),
            ("jku", draft.header("jku", provider.url()).claim("iss", world.settings.issuer())),
        ] {
            proves_nothing(world, what, &forged.by(&one)).await;
        }
        assert_eq!(provider.asked(), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_last_good_keys_are_kept_while_the_provider_is_down() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = hasty(system).await else { continue };
        let (one, two) = (Pair::ed25519(), Pair::p256());
        let provider = KeyServer::with(&[one.jwk("one")]).await;
        issuer(&world, json!({ "jwksUrl": provider.url() })).await;
        let draft = draft(&world).await;
        let cached = fresh(&draft, "one", 0).by(&one);
        speaks_for(&world, "up", &cached, "Yusuf Shah").await;
        let mut private = one.jwk("one");
        private["d"] = json!("AAAA");
        let set = |keys: Value| json!({ "keys": keys }).to_string();
        let long = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(300 * 1024));
        let elsewhere = KeyServer::with(&[two.jwk("one")]).await;
        for (number, (head, body)) in [
            ("500 Internal Server Error".to_owned(), "down".to_owned()),
            ("200 OK".to_owned(), "<html>".to_owned()),
            ("200 OK".to_owned(), set(json!([]))),
            ("200 OK".to_owned(), set(json!([private]))),
            ("200 OK".to_owned(), long),
            (format!("302 Found\r\nLocation: {}", elsewhere.url()), String::new()),
        ]
        .into_iter()
        .enumerate()
        {
            provider.says(&head, body);
            let so_far = provider.asked();
            // The second question is asked when the answer to the first was read.
            provider.until_asked(so_far + 2).await;
            let number = u32::try_from(number).expect("a small number");
            let token = fresh(&draft, "one", 10 + number).by(&one);
            speaks_for(&world, &head, &token, "Yusuf Shah").await;
        }
        assert_eq!(elsewhere.asked(), 0, "nobody is sent elsewhere");
        // Up again, with another key: what the old one signed is refused, however often it was accepted before.
        provider.serves(&[two.jwk("two")]);
        let so_far = provider.asked();
        provider.until_asked(so_far + 2).await;
        let next = fresh(&draft, "two", 1).header("alg", "ES256");
        speaks_for(&world, "the next key", &next.by(&two), "Yusuf Shah").await;
        proves_nothing(&world, "the key that is gone", &cached).await;
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_provider_that_thinks_for_long_keeps_nobody_else_waiting() {
    let world = World::on(System::Sqlite).await.expect("SQLite is always there");
    let one = Pair::ed25519();
    let provider = KeyServer::with(&[one.jwk("one")]).await;
    provider.thinks(Duration::from_secs(60));
    issuer(&world, json!({ "jwksUrl": provider.url() })).await;
    let token = draft(&world).await.by(&one);
    let begun = std::time::Instant::now();
    let ours = world.as_person("nps-officer").token().await;
    let (_, waited) = tokio::join!(proves_nothing(&world, "no keys yet", &token), async {
        speaks_for(&world, "ours", &ours, "Nadia Prosser").await;
        begun.elapsed()
    });
    assert!(waited < Duration::from_secs(2), "{waited:?}");
    // Two questions of three seconds at most, and not a minute.
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    world.end().await;
}
