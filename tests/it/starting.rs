//! Whom the server trusts, and what it refuses to start with.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use api::clock::Clock;
use api::server;
use api::settings::{Auth, Cors, PemKey, Settings};
use jsonwebtoken::Algorithm;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::forgery::{Draft, Pair};
use crate::people::Answer;
use crate::scratch;
use crate::world::{self, BEGINNING, System, World};

/// A file of this run of the tests.
fn file(content: impl AsRef<[u8]>) -> PathBuf {
    let file = scratch::folder().join(Uuid::now_v7().simple().to_string());
    fs::write(&file, content).expect("a file");
    file
}

fn jwks(keys: &[Value]) -> PathBuf {
    file(json!({ "keys": keys }).to_string())
}

fn pem_key(kid: &str, algorithm: Algorithm, content: impl AsRef<[u8]>) -> PemKey {
    PemKey { kid: kid.to_owned(), algorithm, file: file(content) }
}

async fn status(world: &World, token: &str) -> u16 {
    let request = world.client.post(world.url("/graphql")).bearer_auth(token);
    Answer::of(request.json(&json!({ "query": "{ me { roles } }" }))).await.status
}

/// Settings for an empty database of their own.
fn settings(auth: Auth) -> Settings {
    let data_dir = scratch::folder().join(Uuid::now_v7().simple().to_string());
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Settings { listen, data_dir, workers: Some(1), auth, ..Settings::default() }
}

fn production(auth: Auth) -> Settings {
    Settings { production: true, ..settings(auth) }
}

fn ours(auth: Auth) -> Auth {
    Auth { issuer: Some("https://login.example.org".to_owned()), ..auth }
}

/// Why a server does not start.
async fn refusal(settings: Settings) -> String {
    match server::start(settings, Clock::at(BEGINNING)).await {
        Ok(running) => {
            running.stop().await;
            panic!("it starts");
        }
        Err(refusal) => refusal,
    }
}

#[track_caller]
fn says(refusal: &str, words: &[&str]) {
    assert!(words.iter().all(|word| refusal.contains(word)), "{refusal:?} should say {words:?}");
}

#[tokio::test]
async fn keys_of_each_kind_are_read_from_a_jwks_and_from_pem_files() {
    let kinds = [("ed", Pair::ed25519()), ("ec", Pair::p256()), ("rsa", Pair::rsa())];
    let algorithms = [Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256];
    let set: Vec<Value> = kinds.iter().map(|(kid, pair)| pair.jwk(kid)).collect();
    let files = kinds.iter().zip(algorithms);
    let files = files.map(|((kid, pair), algorithm)| pem_key(&format!("{kid}-pem"), algorithm, pair.pem()));
    let files = files.collect();
    let trust = |settings: &mut Settings| {
        settings.auth.jwks_file = Some(jwks(&set));
        settings.auth.pem_keys = files;
    };
    let world = World::with(System::Sqlite, trust).await.expect("SQLite is always there");
    let good = Draft::good(&world).await;
    for ((kid, pair), algorithm) in kinds.iter().zip(algorithms) {
        let draft = good.header("alg", json!(algorithm));
        for kid in [(*kid).to_owned(), format!("{kid}-pem")] {
            assert_eq!(status(&world, &draft.header("kid", kid.as_str()).by(pair)).await, 200, "{kid}");
        }
        for (other, _) in kinds.iter().filter(|(other, _)| other != kid) {
            assert_eq!(status(&world, &draft.header("kid", *other).by(pair)).await, 401, "{kid} as {other}");
            // The algorithm is the key's, whatever the token says.
            let said = good
                .header(
                    "alg",
                    json!(kinds.iter().find(|(kid, _)| kid == other).map(|(_, pair)| pair.algorithm())),
                )
                .header("kid", *other);
            assert_eq!(status(&world, &said.by(pair)).await, 401, "{kid} said to be {other}");
        }
    }
    assert_eq!(status(&world, &good.by_the_server(&world)).await, 200);
    world.end().await;
}

#[tokio::test]
async fn a_token_of_another_installation_is_foreign() {
    let here = World::on(System::Sqlite).await.expect("SQLite is always there");
    let there = World::on(System::Sqlite).await.expect("SQLite is always there");
    // The two differ in nothing but their keys.
    let token = there.as_person("nps-officer").token().await;
    assert_eq!(status(&there, &token).await, 200);
    assert_eq!(status(&here, &token).await, 401);
    here.end().await;
    there.end().await;
}

#[tokio::test]
async fn two_keys_of_one_name_are_refused() {
    let (one, other) = (Pair::ed25519(), Pair::p256());
    let both = jwks(&[one.jwk("main"), other.jwk("main")]);
    let refused = refusal(settings(Auth { jwks_file: Some(both), ..Auth::default() })).await;
    says(&refused, &["two keys", "main"]);
    let jwks_file = Some(jwks(&[one.jwk("main")]));
    let pem_keys = vec![pem_key("main", Algorithm::ES256, other.pem())];
    let refused = refusal(settings(Auth { jwks_file, pem_keys, ..Auth::default() })).await;
    says(&refused, &["two keys", "main"]);
}

#[tokio::test]
async fn a_key_that_cannot_be_read_is_named() {
    let ed = Pair::ed25519();
    let spoilt = |change: &dyn Fn(&mut Value)| {
        let mut jwk = ed.jwk("main");
        change(&mut jwk);
        jwks(&[Pair::p256().jwk("other"), jwk])
    };
    let missing = scratch::folder().join("there-is-no-such-file.json");
    let files = [
        ("missing", missing.clone()),
        ("a folder", scratch::folder().to_owned()),
        ("empty", file("")),
        ("no JSON", file("keys")),
        ("no set", file("[]")),
        ("no UTF-8", file([0xff, 0xfe])),
        ("without kid", spoilt(&|jwk| drop(jwk.as_object_mut().and_then(|jwk| jwk.remove("kid"))))),
        ("without alg", spoilt(&|jwk| drop(jwk.as_object_mut().and_then(|jwk| jwk.remove("alg"))))),
        ("another alg", spoilt(&|jwk| jwk["alg"] = json!("PS256"))),
        (
            "a secret",
            spoilt(&|jwk| *jwk = json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "main" })),
        ),
        ("no base 64", spoilt(&|jwk| jwk["x"] = json!("$"))),
        ("without x", spoilt(&|jwk| drop(jwk.as_object_mut().and_then(|jwk| jwk.remove("x"))))),
    ];
    for (what, file) in files {
        let refused = refusal(settings(Auth { jwks_file: Some(file.clone()), ..Auth::default() })).await;
        assert!(refused.contains(&file.display().to_string()), "{what}: {refused}");
    }
    let pems = [
        ("missing", PemKey { kid: "main".to_owned(), algorithm: Algorithm::EdDSA, file: missing }),
        ("empty", pem_key("main", Algorithm::EdDSA, "")),
        ("another kind", pem_key("main", Algorithm::RS256, ed.pem())),
        (
            "no base 64",
            pem_key("main", Algorithm::EdDSA, "-----BEGIN PUBLIC KEY-----\n$\n-----END PUBLIC KEY-----\n"),
        ),
        ("a secret's algorithm", pem_key("main", Algorithm::HS256, ed.pem())),
    ];
    for (what, pem) in pems {
        let file = pem.file.display().to_string();
        let refused = refusal(settings(Auth { pem_keys: vec![pem], ..Auth::default() })).await;
        assert!(refused.contains(&file), "{what}: {refused}");
    }
}

#[tokio::test]
async fn a_key_that_could_never_verify_anything_is_refused() {
    let (ed, ec, rsa) = (Pair::ed25519(), Pair::p256(), Pair::rsa());
    let said = |pair: &Pair, alg: &str| {
        let mut jwk = pair.jwk("main");
        jwk["alg"] = json!(alg);
        jwk
    };
    let mut short = ed.jwk("main");
    short["x"] = json!("AAAA");
    let secret = json!({ "kty": "oct", "k": "c2VjcmV0", "alg": "EdDSA", "kid": "main" });
    for jwk in
        [said(&ed, "ES256"), said(&ec, "EdDSA"), said(&rsa, "EdDSA"), said(&ed, "RS256"), short, secret]
    {
        let file = jwks(std::slice::from_ref(&jwk));
        let auth = ours(Auth { jwks_file: Some(file), ..Auth::default() });
        let started = server::start(production(auth), Clock::at(BEGINNING)).await;
        match started {
            Ok(running) => {
                running.stop().await;
                panic!("it starts with {jwk}");
            }
            Err(refused) => says(&refused, &["main"]),
        }
    }
}

#[tokio::test]
async fn a_key_for_an_algorithm_that_is_not_allowed_is_refused() {
    let jwks_file = Some(jwks(&[Pair::p256().jwk("main")]));
    let algorithms = vec![Algorithm::EdDSA];
    let refused = refusal(settings(Auth { jwks_file, algorithms, ..Auth::default() })).await;
    says(&refused, &["main", "ES256", "auth.algorithms"]);
}

#[tokio::test]
async fn the_demonstration_is_shown_on_this_machine_alone() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let listen = address.parse().expect("an address");
        let refused = refusal(Settings { listen, ..settings(Auth::default()) }).await;
        says(&refused, &["loopback", "--production"]);
    }
}

#[tokio::test]
async fn production_names_its_issuer_and_its_keys() {
    says(&refusal(production(Auth::default())).await, &["--production", "auth.issuer"]);
    let key = || Some(jwks(&[Pair::ed25519().jwk("main")]));
    let without_issuer = Auth { jwks_file: key(), embedded_issuer: true, ..Auth::default() };
    says(&refusal(production(without_issuer)).await, &["auth.issuer"]);
    for issuer in ["", " "] {
        let blank = Auth { issuer: Some(issuer.to_owned()), jwks_file: key(), ..Auth::default() };
        says(&refusal(production(blank)).await, &["auth.issuer"]);
    }
    let refused = refusal(production(ours(Auth::default()))).await;
    says(&refused, &["--production", "auth.jwks_file", "auth.pem_keys", "auth.embedded_issuer"]);
    let no_keys = ours(Auth { jwks_file: Some(jwks(&[])), ..Auth::default() });
    says(&refusal(production(no_keys)).await, &["key"]);
}

#[tokio::test]
async fn production_starts_with_keys_of_its_own_and_no_demonstration() {
    let pair = Pair::p256();
    let auth = ours(Auth { jwks_file: Some(jwks(&[pair.jwk("main")])), ..Auth::default() });
    let settings = production(auth);
    let data_dir = settings.data_dir.clone();
    let running = server::start(settings, Clock::at(BEGINNING)).await.expect("the server starts");
    let client = world::client();
    let url = |path: &str| format!("http://{}{path}", running.address);
    let issuer = client.get(url("/.well-known/jwks.json")).send().await.expect("a response");
    assert_eq!(issuer.status(), 404, "it issues no tokens");
    let made: Vec<_> =
        fs::read_dir(&data_dir).expect("a folder").flatten().map(|file| file.file_name()).collect();
    assert!(made.iter().all(|name| !name.to_string_lossy().ends_with(".key")), "{made:?}");
    let ready = client.get(url("/health/ready")).send().await.expect("a response");
    assert_eq!(ready.status(), 200);
    // Real people come over TLS, and from then on only so.
    assert!(
        ready.headers()["strict-transport-security"].to_str().is_ok_and(|text| text.contains("max-age="))
    );
    drop(client);
    running.stop().await;
}

#[tokio::test]
async fn production_does_not_serve_the_demonstrations_database() {
    for system in [System::Sqlite, System::Postgres] {
        let Some(world) = World::on(system).await else { continue };
        let auth = ours(Auth { embedded_issuer: true, ..Auth::default() });
        let refused = refusal(Settings { production: true, auth, ..world.settings.clone() }).await;
        says(&refused, &["demonstration", "--production"]);
        world.end().await;
    }
}

#[tokio::test]
async fn an_origin_that_no_browser_sends_is_named() {
    for origin in [
        "*",
        "null",
        "",
        "cases.example.org",
        "https://cases.example.org/",
        "https://cases.example.org/page",
        "https://*.example.org",
        "https://Cases.example.org",
        "https://somebody@cases.example.org",
        "https://",
        "ftp://cases.example.org",
    ] {
        let good = "https://cases.example.org".to_owned();
        let cors = Cors { origins: vec![good, origin.to_owned()] };
        let refused = refusal(Settings { cors, ..settings(Auth::default()) }).await;
        says(&refused, &["cors.origins", &format!("{origin:?}")]);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_embedded_issuers_key_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::on(System::Sqlite).await.expect("SQLite is always there");
    let key = world.settings.data_dir.join("demonstration-issuer.key");
    let mode = fs::metadata(key).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    world.end().await;
}
