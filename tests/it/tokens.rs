//! Tokens: whatever is forged, altered, stale or somebody else's proves nothing, and only a good one does.

use api::graphql::global_id::GlobalId;
use entity::organisation;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use reqwest::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use rules::terms::Role;
use serde_json::{Value, json};

use crate::forgery::{Draft, Pair, decode, encode};
use crate::people::Answer;
use crate::world::World;
use crate::{given, referring, scenario};

/// Everything that a token must say.
const CLAIMS: [&str; 8] = ["iss", "aud", "sub", "exp", "nbf", "iat", "org", "roles"];

/// How many pieces of nonsense are tried.
const NONSENSE: usize = 200;

fn request(world: &World) -> reqwest::RequestBuilder {
    world.client.post(world.url("/graphql")).json(&json!({ "query": "{ me { roles } }" }))
}

async fn ask(world: &World, token: &str) -> Answer {
    Answer::of(request(world).bearer_auth(token)).await
}

#[track_caller]
fn refused(what: &str, answer: &Answer) {
    let said = (answer.status, answer.error_codes());
    assert_eq!(said, (401, vec!["UNAUTHENTICATED"]), "{what}: {answer:?}");
    assert_eq!(answer.headers[WWW_AUTHENTICATE], "Bearer", "{what}");
    assert!(answer.body.get("data").is_none(), "{what}: {answer:?}");
}

async fn proves_nothing(world: &World, what: &str, token: &str) {
    refused(what, &ask(world, token).await);
}

async fn is_accepted(world: &World, what: &str, token: &str) {
    let answer = ask(world, token).await;
    assert_eq!((answer.status, answer.error_codes()), (200, vec![]), "{what}: {answer:?}");
}

/// Changes a member of staff, as the system administrator does it.
async fn change(world: &World, subject: &str, change: Value) {
    let admin = world.as_person("system-admin");
    let document = "{ people(first: 100) { nodes { id version subject } } }";
    let read = admin.query(document, json!({})).await.granted();
    let person = read.list("/people/nodes").iter().find(|person| person["subject"] == subject);
    let person = person.unwrap_or_else(|| panic!("nobody has the subject {subject}"));
    let mut input = json!({ "id": person["id"], "version": person["version"] });
    referring::merge(&mut input, change);
    admin.mutate("changePerson", input, "person { active }").await.granted();
}

/// A value that is hardly what a claim or a header should be.
fn odd_values() -> Vec<Value> {
    let long = "9".repeat(400);
    vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0.5),
        json!(u64::MAX),
        json!(i64::MAX),
        json!(1e300),
        json!(""),
        json!("\u{0}"),
        json!("\u{202e}\u{fffe}"),
        json!(long),
        json!([]),
        json!([null]),
        json!([[[]]]),
        json!({}),
        json!({ "sub": "nps-officer" }),
    ]
}

scenario! {
    async fn a_good_token_is_accepted(world) {
        let good = Draft::good(world).await;
        is_accepted(world, "as it is", &good.by_the_server(world)).await;
        // What stands in it beside is nobody's business (RFC 9068).
        is_accepted(world, "more claims", &good.claim("scope", "openid").claim("cnf", json!({})).by_the_server(world)).await;
        is_accepted(world, "without jti", &good.without("jti").without("client_id").by_the_server(world)).await;
    }

    async fn a_signature_that_is_not_of_our_key_proves_nothing(world) {
        let good = Draft::good(world).await;
        let token = good.by_the_server(world);
        let (message, signature) = token.rsplit_once('.').expect("a signature");
        let x = world.issuer.jwks()["keys"][0]["x"].as_str().expect("a public key").to_owned();
        for none in ["none", "None", "NONE", "nOnE"] {
            let unsigned = good.header("alg", none).unsigned();
            proves_nothing(world, none, &format!("{unsigned}.")).await;
            proves_nothing(world, none, &format!("{unsigned}.{signature}")).await;
            proves_nothing(world, none, &unsigned).await;
        }
        let mut secrets = vec![x.clone().into_bytes(), world.issuer.jwks().to_string().into_bytes(), Vec::new()];
        secrets.push(decode(&x));
        for secret in secrets {
            let forged = good.header("alg", "HS256").by_secret(&secret);
            proves_nothing(world, "the public key as a secret", &forged).await;
            let forged = good.by_secret(&secret);
            proves_nothing(world, "the public key as a secret, said to be EdDSA", &forged).await;
        }
        proves_nothing(world, "another key with our kid", &good.by(&Pair::ed25519())).await;
        proves_nothing(world, "another kind of key with our kid", &good.by(&Pair::p256())).await;
        proves_nothing(world, "signature stripped", &format!("{message}.")).await;
        proves_nothing(world, "signature and dot stripped", message).await;
        proves_nothing(world, "signature truncated", &token[..token.len() - 4]).await;
        proves_nothing(world, "signature padded", &format!("{token}AAAA")).await;
        proves_nothing(world, "signature of nothing", &format!("{message}.{}", encode([0; 64]))).await;
        proves_nothing(world, "base 64 padded", &format!("{token}==")).await;
        proves_nothing(world, "a fourth part", &format!("{token}.{signature}")).await;
        is_accepted(world, "as it is", &token).await;
    }

    async fn an_altered_payload_proves_nothing(world) {
        let good = Draft::good(world).await;
        let signature = good.by_the_server(world).rsplit_once('.').expect("a signature").1.to_owned();
        for altered in [
            good.claim("sub", "inspector"),
            good.claim("roles", json!(["auditor"])),
            good.claim("exp", good.seconds("exp") + 60),
            good.header("typ", "application/at+jwt"),
            good.claim("more", 1),
        ] {
            proves_nothing(world, "altered", &format!("{}.{signature}", altered.unsigned())).await;
        }
        // The claims of one token under the signature of another.
        let other = world.as_person("inspector").token().await;
        let other = other.rsplit_once('.').expect("a signature").0;
        proves_nothing(world, "another's signature", &format!("{other}.{signature}")).await;
    }

    async fn the_key_is_one_of_ours_and_the_algorithm_is_the_keys(world) {
        let good = Draft::good(world).await;
        proves_nothing(world, "without kid", &good.without_header("kid").by_the_server(world)).await;
        proves_nothing(world, "unknown kid", &good.header("kid", "main").by_the_server(world)).await;
        for kid in odd_values() {
            proves_nothing(world, &format!("kid {kid}"), &good.header("kid", kid).by_the_server(world)).await;
        }
        for path in ["../demonstration-issuer.key", "/dev/null", "' OR 1=1 --"] {
            proves_nothing(world, path, &good.header("kid", path).by_secret(b"")).await;
        }
        let algorithms = ["ES256", "RS256", "PS256", "HS256", "ES384", "RS512", "none", "eddsa", "Ed25519", ""];
        for algorithm in algorithms {
            let token = good.header("alg", algorithm).by_the_server(world);
            proves_nothing(world, &format!("our key, said to be {algorithm:?}"), &token).await;
        }
        proves_nothing(world, "an EC key under our kid", &good.header("alg", "ES256").by(&Pair::p256())).await;
        proves_nothing(world, "without alg", &good.without_header("alg").by_the_server(world)).await;
    }

    async fn a_header_that_points_to_a_key_is_not_followed(world) {
        let good = Draft::good(world).await;
        let pair = Pair::ed25519();
        let kid = good.clone().header("kid", "mine");
        for good in [good, kid] {
            for (name, value) in [
                ("jwk", pair.jwk("mine")),
                ("jku", json!("http://127.0.0.1:9/jwks.json")),
                ("x5u", json!("http://127.0.0.1:9/certificate.pem")),
                ("x5c", json!([pair.text()])),
            ] {
                proves_nothing(world, name, &good.header(name, value).by(&pair)).await;
            }
        }
    }

    async fn a_token_is_an_access_token_and_demands_nothing_unknown(world) {
        let good = Draft::good(world).await;
        for typ in ["JWT", "jwt", "id+jwt", "at+jwt ", "application/jwt", "logout+jwt", ""] {
            proves_nothing(world, &format!("typ {typ:?}"), &good.header("typ", typ).by_the_server(world)).await;
        }
        proves_nothing(world, "without typ", &good.without_header("typ").by_the_server(world)).await;
        for typ in ["AT+JWT", "application/at+jwt", "application/AT+jwt"] {
            is_accepted(world, typ, &good.header("typ", typ).by_the_server(world)).await;
        }
        for critical in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp"), Value::Null] {
            let what = format!("crit {critical}");
            proves_nothing(world, &what, &good.header("crit", critical).by_the_server(world)).await;
        }
    }

    async fn a_token_counts_within_its_times_and_the_leeway_alone(world) {
        let good = Draft::good(world).await;
        let now = world.clock.now().timestamp();
        let good = good.claim("iat", now - 600).claim("nbf", now - 600);
        for (claim, at, counts) in [
            ("exp", now + 1, true),
            ("exp", now, true),
            ("exp", now - 29, true),
            ("exp", now - 30, false),
            ("exp", now - 31, false),
            ("exp", 0, false),
            ("nbf", now + 30, true),
            ("nbf", now + 31, false),
            ("nbf", 0, true),
            ("iat", now + 30, true),
            ("iat", now + 31, false),
            // From `iat` to `exp` at most twelve hours.
            ("exp", now - 600 + 12 * 60 * 60, true),
            ("exp", now - 600 + 12 * 60 * 60 + 1, false),
            ("iat", 0, false),
            ("exp", i64::MAX, false),
            ("iat", i64::MIN, false),
        ] {
            let token = good.claim(claim, at).by_the_server(world);
            let what = format!("{claim} at {}", at.saturating_sub(now));
            if counts { is_accepted(world, &what, &token).await } else { proves_nothing(world, &what, &token).await }
        }
    }

    async fn a_token_that_was_accepted_is_refused_once_it_has_expired(world) {
        let good = Draft::good(world).await;
        let token = good.by_the_server(world);
        let life = good.seconds("exp") - world.clock.now().timestamp();
        is_accepted(world, "fresh", &token).await;
        world.clock.advance(chrono::TimeDelta::seconds(life + 29));
        is_accepted(world, "within the leeway", &token).await;
        world.clock.advance(chrono::TimeDelta::seconds(1));
        proves_nothing(world, "expired", &token).await;
    }

    async fn every_claim_is_required_and_is_what_it_should_be(world) {
        let good = Draft::good(world).await;
        for claim in CLAIMS {
            proves_nothing(world, &format!("without {claim}"), &good.without(claim).by_the_server(world)).await;
            for value in odd_values() {
                // Any number in the past will do for this one.
                let may_be = claim == "nbf" && value == json!(-1);
                if !may_be {
                    let what = format!("{claim}: {value}");
                    proves_nothing(world, &what, &good.claim(claim, value).by_the_server(world)).await;
                }
            }
        }
    }

    async fn a_token_names_our_issuer_alone_and_us_among_its_audience(world) {
        let good = Draft::good(world).await;
        let issuer = world.settings.issuer();
        for wrong in [
            json!("https://login.example.org"),
            json!(format!("{issuer}/")),
            json!(issuer.to_uppercase()),
            json!([issuer]),
            json!([issuer, "https://login.example.org"]),
        ] {
            proves_nothing(world, &format!("iss {wrong}"), &good.claim("iss", wrong.clone()).by_the_server(world)).await;
        }
        for (audience, counts) in [
            (json!("partner-network"), true),
            (json!(["partner-network"]), true),
            (json!(["https://elsewhere.example", "partner-network"]), true),
            (json!("https://elsewhere.example"), false),
            (json!(["https://elsewhere.example"]), false),
            (json!("partner-network "), false),
            (json!(["partner-network", 1]), false),
        ] {
            let what = format!("aud {audience}");
            let token = good.claim("aud", audience).by_the_server(world);
            if counts { is_accepted(world, &what, &token).await } else { proves_nothing(world, &what, &token).await }
        }
    }

    async fn a_token_claims_no_more_than_its_person_has(world) {
        let good = Draft::good(world).await;
        for roles in [
            json!(["auditor"]),
            json!(["responsible_officer", "auditor"]),
            json!(["everything"]),
            json!(["responsible_officer", "everything"]),
            json!(["RESPONSIBLE_OFFICER"]),
            json!([]),
            json!("responsible_officer"),
            json!({ "responsible_officer": true }),
        ] {
            proves_nothing(world, &format!("roles {roles}"), &good.claim("roles", roles.clone()).by_the_server(world)).await;
        }
        for nobody in ["nobody", "NPS-OFFICER", "nps-officer ", "nps-officer\u{0}", "%", "' OR '1'='1"] {
            proves_nothing(world, nobody, &good.claim("sub", nobody).by_the_server(world)).await;
        }
        let own = given::staff(world, "nps-officer").await;
        let elsewhere = given::staff(world, "yss-worker").await.organisation_id;
        for organisation in [
            GlobalId::<organisation::Entity>(elsewhere).text(),
            GlobalId(own.id).text(),
            own.organisation_id.to_string(),
            GlobalId::<organisation::Entity>(own.organisation_id).text().to_uppercase(),
        ] {
            let token = good.claim("org", organisation.as_str()).by_the_server(world);
            proves_nothing(world, &format!("org {organisation}"), &token).await;
        }
    }

    async fn who_left_is_refused_at_the_next_request(world) {
        let token = world.as_person("yss-worker").token().await;
        is_accepted(world, "at work", &token).await;
        change(world, "yss-worker", json!({ "active": false })).await;
        proves_nothing(world, "left", &token).await;
        change(world, "yss-worker", json!({ "active": true })).await;
        is_accepted(world, "back", &token).await;
    }

    async fn a_role_that_was_taken_away_is_refused_at_the_next_request(world) {
        let both = world.as_person("gym-manager").token().await;
        let one = world.as_person("gym-manager").only(&[Role::ProviderManager]).token().await;
        is_accepted(world, "both", &both).await;
        change(world, "gym-manager", json!({ "roles": ["PROVIDER_MANAGER"] })).await;
        proves_nothing(world, "both", &both).await;
        is_accepted(world, "the one that is left", &one).await;
    }

    async fn a_token_comes_once_in_the_authorization_header_and_nowhere_else(world) {
        let token = world.as_person("nps-officer").token().await;
        let good = format!("Bearer {token}");
        for header in [good.clone(), format!("bearer {token}"), format!("BEARER {token}")] {
            let answer = Answer::of(request(world).header(AUTHORIZATION, header)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
        for header in [
            format!("Basic {}", encode(format!("nps-officer:{token}"))),
            format!("Bearer{token}"),
            format!("Token {token}"),
            format!("Bearer {token}, Bearer {token}"),
            format!("Bearer {token} {token}"),
            format!("Bearer token=\"{token}\""),
            token.clone(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            String::new(),
        ] {
            refused(&header, &Answer::of(request(world).header(AUTHORIZATION, &header)).await);
        }
        let twice = request(world).header(AUTHORIZATION, &good).header(AUTHORIZATION, &good);
        refused("twice", &Answer::of(twice).await);
        refused("none", &Answer::of(request(world)).await);
        let elsewhere = |path: &str| world.client.post(world.url(path)).header("cookie", format!("access_token={token}"));
        let body = json!({ "query": "{ me { roles } }", "access_token": token, "authorization": good });
        for path in ["/graphql".to_owned(), format!("/graphql?access_token={token}&authorization=Bearer%20{token}")] {
            refused(&path, &Answer::of(elsewhere(&path).json(&body)).await);
        }
        let get = format!("/graphql?query=%7Bme%7Broles%7D%7D&access_token={token}");
        refused("in the URL", &Answer::of(world.client.get(world.url(&get))).await);
    }

    async fn a_token_that_is_too_long_is_not_looked_at(world) {
        let good = Draft::good(world).await;
        let padded = |bytes: usize| good.claim("padding", "x".repeat(bytes)).by_the_server(world);
        let fits = padded(4 * 1024);
        assert!(fits.len() < 8 * 1024);
        is_accepted(world, "long", &fits).await;
        for bytes in [8, 16, 30] {
            proves_nothing(world, "too long", &padded(bytes * 1024)).await;
        }
    }

    async fn no_nonsense_is_accepted_or_breaks_the_server(world) {
        let good = Draft::good(world).await.by_the_server(world);
        let altered = (0..good.len(), any::<u8>()).prop_map({
            let good = good.clone();
            move |(at, byte)| {
                let mut bytes = good.clone().into_bytes();
                bytes[at] = byte;
                bytes
            }
        });
        let encoded = ("\\PC{0,60}", "\\PC{0,60}", prop::collection::vec(any::<u8>(), 0..80));
        let encoded = encoded.prop_map(|(header, claims, signature)| {
            [encode(header), encode(claims), encode(signature)].join(".").into_bytes()
        });
        let nonsense = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..200),
            "\\PC{0,100}".prop_map(String::into_bytes),
            "[A-Za-z0-9_=+/-]{0,40}(\\.[A-Za-z0-9_=+/-]{0,40}){0,4}".prop_map(String::into_bytes),
            encoded,
            altered,
        ];
        let mut runner = TestRunner::default();
        for _ in 0..NONSENSE {
            let token = nonsense.new_tree(&mut runner).expect("nonsense").current();
            let header = [b"Bearer ", token.as_slice()].concat();
            // What no header can hold, no client can send.
            let Ok(header) = HeaderValue::from_bytes(&header) else { continue };
            if token == good.as_bytes() {
                continue;
            }
            let answer = Answer::of(request(world).header(AUTHORIZATION, header)).await;
            refused(&format!("{:?}", String::from_utf8_lossy(&token)), &answer);
        }
        is_accepted(world, "as it is", &good).await;
    }
}

scenario! {
    async fn a_colleague_moves_to_another_ldu_and_address_but_to_no_other_organisations(world) {
        let admin = world.as_person("system-admin");
        let document = "{ people(first: 100) { nodes { id name email version } } organisations(first: 100) { nodes { name ldus { nodes { id name } } } } }";
        let seen = admin.query(document, json!({})).await.granted();
        let nadia = seen.list("/people/nodes").iter().find(|it| it["name"] == "Nadia Prosser").expect("a colleague").clone();
        let unit = |name: &str| {
            let of = seen.list("/organisations/nodes").iter().find(|it| it["name"] == name).expect("an organisation");
            of["ldus"]["nodes"][0].clone()
        };
        let input = |more: serde_json::Value| {
            let mut input = json!({ "id": nadia["id"], "version": nadia["version"] });
            crate::referring::merge(&mut input, more);
            input
        };
        let own = unit(crate::referring::NPS);
        let foreign = input(json!({ "lduId": unit(crate::referring::CRC)["id"] }));
        let answer = admin.mutate("changePerson", foreign, "person { id }").await;
        assert_eq!(answer.refusals(), ["INVALID"], "{answer:?}");
        let others = seen.list("/people/nodes").iter().find(|it| it["name"] == "Yusuf Shah").expect("a colleague")["email"].clone();
        let taken = admin.mutate("changePerson", input(json!({ "email": others })), "person { id }").await;
        assert_eq!((taken.refusals(), taken.user_errors()[0].field.as_str()), (vec!["TAKEN"], "email"));
        assert_eq!(admin.mutate("changePerson", input(json!({ "email": "nobody" })), "person { id }").await.refusals(), ["INVALID"]);
        let right = input(json!({ "lduId": own["id"], "email": "Nadia.Prosser@probation.example" }));
        let changed = admin.mutate("changePerson", right, "person { email ldu { name } }").await.granted();
        assert_eq!(changed.data("/changePerson/person"), &json!({ "email": "nadia.prosser@probation.example", "ldu": { "name": own["name"] } }));
    }
}
