//! Secrets stay where they are: what the server says of itself, when it starts or fails to, has none of them.

use std::fs;

use api::server;
use api::settings::Settings;
use serde_json::json;

use crate::clients::token_of;
use crate::forgery::Pair;
use crate::scratch;
use crate::trusting::{client, issuer, speaks_for};
use crate::world::{System, World};

const PASSWORD: &str = "correct-horse-battery";

fn settings() -> Settings {
    // Nothing listens there.
    let url = format!("postgres://network:{PASSWORD}@127.0.0.1:1/network");
    Settings { database_url: Some(url.into()), ..Settings::default() }
}

#[test]
fn settings_do_not_show_the_databases_password() {
    assert!(!format!("{:?} {:#?}", settings(), settings()).contains(PASSWORD));
}

#[tokio::test]
async fn a_database_that_cannot_be_opened_is_named_without_its_password() {
    let said = server::open(&settings()).await.expect_err("a database");
    assert!(!said.is_empty() && !said.contains(PASSWORD), "{said}");
    for address in [
        "postgresql://network:PASSWORD@host/network",
        "postgres://network:PASSWORD@host:port/network",
        "PASSWORD",
    ] {
        let address = address.replace("PASSWORD", PASSWORD);
        let nonsense = Settings { database_url: Some(address.into()), ..Settings::default() };
        let said = server::open(&nonsense).await.expect_err("a database");
        assert!(said.contains("sqlite://") && !said.contains(PASSWORD), "{said}");
    }
}

#[test]
fn a_settings_file_that_cannot_be_read_is_refused_without_its_secrets() {
    let file = scratch::folder().join("secrets.toml");
    for text in [
        format!("database_url = [\"{PASSWORD}\"]"),
        format!("database_url = {{ password = \"{PASSWORD}\" }}"),
        format!("workers = \"many\"\ndatabase_url = \"postgres://network:{PASSWORD}@127.0.0.1/network\""),
    ] {
        fs::write(&file, &text).expect("a file");
        let said = Settings::load(Some(&file)).expect_err("a mistake");
        assert!(!format!("{said} {said:?}").contains(PASSWORD), "{said:?}");
    }
}

/// Whatever the embedded issuer signs with, and whatever clients prove themselves by, is nowhere in the database's
/// files.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn no_key_and_no_token_lies_in_the_database() {
    let world = World::on(System::Sqlite).await.expect("SQLite is always there");
    let made = client(&world, "Yusuf Shah", &["PROVIDER_WORKER"]).await;
    let jwks = json!({ "keys": [Pair::ed25519().jwk("one")] }).to_string();
    issuer(&world, json!({ "jwks": jwks })).await;
    let token = token_of(&world, &made.id, &made.secret, "").await.token().to_owned();
    speaks_for(&world, "its token", &token, "Yusuf Shah").await;
    let pem = fs::read_to_string(world.settings.data_dir.join("demonstration-issuer.key")).expect("a key");
    let key: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let signature = token.rsplit('.').next().expect("a signature");
    let files = ["network.db", "network.db-wal"].map(|name| fs::read(world.settings.data_dir.join(name)));
    let bytes: Vec<u8> = files.into_iter().flatten().flatten().collect();
    let holds = |text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(holds("Yusuf Shah"), "these are not the database's files");
    for secret in [made.secret.as_str(), key.as_str(), signature] {
        assert!(secret.len() > 20 && !holds(secret), "{}", secret.len());
    }
    world.end().await;
}
