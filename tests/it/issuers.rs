//! Issuers that organisations bring: their tokens speak for the organisation's own staff, and for nobody else.

use api::graphql::global_id::GlobalId;
use entity::{audit_event, organisation, trusted_issuer};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::forgery::{Draft, Pair, encode};
use crate::referring::{NPS, organisation as organisation_id};
use crate::trusting::{
    ISSUER, OPERATOR, YSS_ISSUER, approve_issuer, ask, draft, issuer, issuer_of, proves_nothing, speaks_for,
    then, thing, waiting_issuer,
};
use crate::world::World;
use crate::{given, scenario};

/// A JWKS as an administrator pastes it.
fn keys(pairs: &[(&str, &Pair)]) -> Value {
    let keys: Vec<Value> = pairs.iter().map(|(kid, pair)| pair.jwk(kid)).collect();
    json!({ "jwks": json!({ "keys": keys }).to_string() })
}

async fn counts(world: &World) -> (u64, u64) {
    let issuers = trusted_issuer::Entity::find().count(&world.database).await.expect("a number");
    (issuers, audit_event::Entity::find().count(&world.database).await.expect("a number"))
}

async fn organisation_of(world: &World, subject: &str) -> String {
    let person = given::staff(world, subject).await;
    GlobalId::<organisation::Entity>(person.organisation_id).text()
}

scenario! {
    async fn an_issuer_that_an_organisation_brings_speaks_for_its_staff_once_it_is_approved(world) {
        let pair = Pair::ed25519();
        let added = waiting_issuer(world, issuer_of(world, "YSS", keys(&[("one", &pair)])).await).await;
        let draft = draft(world).await;
        proves_nothing(world, "not approved", &draft.by(&pair)).await;
        approve_issuer(world, &added).await;
        let answer = ask(world, &draft.by(&pair)).await.granted();
        assert_eq!(answer.text("/me/person/name"), "Yusuf Shah");
        assert_eq!(answer.text("/me/organisation/name"), "YSS");
        assert_eq!(answer.data("/me/roles"), &json!(["PROVIDER_WORKER"]));
        // The issuer of the settings goes on as before.
        speaks_for(world, "ours", &world.as_person("yss-worker").token().await, "Yusuf Shah").await;
    }

    async fn it_speaks_for_no_other_organisation_whatever_it_claims(world) {
        let pair = Pair::ed25519();
        issuer(world, keys(&[("one", &pair)])).await;
        let draft = draft(world).await;
        let nobody = ask(world, &draft.claim("sub", "nobody").by(&pair)).await;
        for other in ["nps-officer", "crc-manager", "willowdene-worker", "inspector", "system-admin", "second-admin"] {
            let own = organisation_of(world, other).await;
            for claimed in [draft.claim("sub", other), draft.claim("sub", other).claim("org", own.as_str())] {
                let answer = ask(world, &claimed.by(&pair)).await;
                assert_eq!((answer.status, answer.error_codes()), (401, vec!["UNAUTHENTICATED"]), "{other}");
                // Who works elsewhere is not told from who does not exist.
                assert_eq!(answer.body["errors"][0]["message"], nobody.body["errors"][0]["message"], "{other}");
            }
        }
        let yss = organisation_of(world, "yss-worker").await;
        speaks_for(world, "its own", &draft.claim("org", yss.as_str()).by(&pair), "Yusuf Shah").await;
        let nps = organisation_id(world, NPS).await;
        for wrong in [json!(nps), json!(""), json!([yss]), json!(yss.to_uppercase()), json!(7), json!({})] {
            proves_nothing(world, &format!("org {wrong}"), &draft.claim("org", wrong).by(&pair)).await;
        }
    }

    async fn its_keys_verify_its_own_tokens_and_no_others(world) {
        let (yss, willowdene) = (Pair::ed25519(), Pair::ed25519());
        issuer(world, keys(&[("one", &yss)])).await;
        let other = json!({ "issuer": "https://login.willowdene.example", "audience": "yss-network" });
        let mut input = issuer_of(world, "Willowdene", other).await;
        crate::referring::merge(&mut input, keys(&[("one", &willowdene), ("two", &willowdene)]));
        approve_issuer(world, &waiting_issuer(world, input).await).await;
        let draft = draft(world).await;
        speaks_for(world, "its own", &draft.by(&yss), "Yusuf Shah").await;
        proves_nothing(world, "another issuer's key of the same kid", &draft.by(&willowdene)).await;
        proves_nothing(world, "another issuer's kid", &draft.header("kid", "two").by(&willowdene)).await;
        let theirs = draft.claim("iss", "https://login.willowdene.example");
        proves_nothing(world, "for another's staff", &theirs.by(&willowdene)).await;
        speaks_for(world, "for its own", &theirs.claim("sub", "willowdene-worker").by(&willowdene), "Wren Dale").await;
        // Our own issuer's key says nothing in their name, nor theirs in ours.
        let good = Draft::good(world).await;
        let kid = world.issuer.jwks()["keys"][0]["kid"].as_str().expect("a kid").to_owned();
        proves_nothing(world, "our key and kid", &draft.header("kid", kid.as_str()).by_the_server(world)).await;
        proves_nothing(world, "our key, their kid", &draft.by_the_server(world)).await;
        proves_nothing(world, "their key and kid in our name", &good.header("kid", "one").by(&yss)).await;
        proves_nothing(world, "their key, our kid in our name", &good.by(&yss)).await;
        proves_nothing(world, "nobody's", &draft.claim("iss", "https://login.example.org").by(&yss)).await;
    }

    async fn what_is_forged_proves_nothing(world) {
        let (pair, mine) = (Pair::p256(), Pair::p256());
        issuer(world, keys(&[("one", &pair)])).await;
        let draft = draft(world).await.header("alg", "ES256");
        let token = draft.by(&pair);
        speaks_for(world, "as it is", &token, "Yusuf Shah").await;
        let (message, signature) = token.rsplit_once('.').expect("a signature");
        for none in ["none", "None", "nOnE"] {
            let unsigned = draft.header("alg", none).unsigned();
            proves_nothing(world, none, &format!("{unsigned}.")).await;
            proves_nothing(world, none, &format!("{unsigned}.{signature}")).await;
        }
        proves_nothing(world, "signature stripped", &format!("{message}.")).await;
        proves_nothing(world, "signature of nothing", &format!("{message}.{}", encode([0; 64]))).await;
        proves_nothing(world, "somebody else's key", &draft.by(&mine)).await;
        for secret in [pair.pem().into_bytes(), pair.text().into_bytes(), pair.jwk("one").to_string().into_bytes()] {
            proves_nothing(world, "the public key as a secret", &draft.header("alg", "HS256").by_secret(&secret)).await;
        }
        for algorithm in ["EdDSA", "RS256", "ES384", "HS256", "none", ""] {
            proves_nothing(world, algorithm, &draft.header("alg", algorithm).by(&pair)).await;
        }
        proves_nothing(world, "another kind of key", &draft.header("alg", "EdDSA").by(&Pair::ed25519())).await;
        for (name, value) in [
            ("jwk", mine.jwk("one")),
            ("jku", json!("http://127.0.0.1:9/keys.json")),
            ("x5u", json!("http://127.0.0.1:9/certificate.pem")),
            ("x5c", json!([mine.text()])),
        ] {
            proves_nothing(world, name, &draft.header(name, value).by(&mine)).await;
        }
        for critical in [json!(["exp"]), json!([]), Value::Null] {
            proves_nothing(world, "crit", &draft.header("crit", critical).by(&pair)).await;
        }
        let altered = draft.claim("sub", "yss-manager").unsigned();
        proves_nothing(world, "altered", &format!("{altered}.{signature}")).await;
        proves_nothing(world, "without kid", &draft.without_header("kid").by(&pair)).await;
    }

    async fn every_claim_that_is_relied_on_is_required(world) {
        let pair = Pair::ed25519();
        issuer(world, keys(&[("one", &pair)])).await;
        let draft = draft(world).await;
        let now = world.clock.now().timestamp();
        for claim in ["iss", "aud", "sub", "exp", "iat"] {
            proves_nothing(world, &format!("without {claim}"), &draft.without(claim).by(&pair)).await;
            for odd in [Value::Null, json!(""), json!(true), json!([]), json!({}), json!(-1), json!(0.5)] {
                let what = format!("{claim}: {odd}");
                proves_nothing(world, &what, &draft.claim(claim, odd).by(&pair)).await;
            }
        }
        for wrong in [json!([YSS_ISSUER]), json!([YSS_ISSUER, world.settings.issuer()]), json!(format!("{YSS_ISSUER}/"))] {
            proves_nothing(world, &format!("iss {wrong}"), &draft.claim("iss", wrong.clone()).by(&pair)).await;
        }
        for (audience, counts) in [
            (json!(["https://elsewhere.example", "yss-network"]), true),
            (json!("partner-network"), false),
            (json!(["partner-network"]), false),
        ] {
            let token = draft.claim("aud", audience.clone()).by(&pair);
            let what = format!("aud {audience}");
            if counts { speaks_for(world, &what, &token, "Yusuf Shah").await } else { proves_nothing(world, &what, &token).await }
        }
        for (claim, at, counts) in [
            ("exp", now - 29, true),
            ("exp", now - 30, false),
            ("exp", now + 12 * 60 * 60, true),
            ("exp", now + 12 * 60 * 60 + 1, false),
            ("exp", i64::MAX, false),
            ("iat", now + 31, false),
            ("iat", 0, false),
            // A provider need not say it; what it says counts.
            ("nbf", now + 30, true),
            ("nbf", now + 31, false),
        ] {
            let token = draft.claim(claim, at).by(&pair);
            let what = format!("{claim} at {}", at.saturating_sub(now));
            if counts { speaks_for(world, &what, &token, "Yusuf Shah").await } else { proves_nothing(world, &what, &token).await }
        }
        for odd in [json!("soon"), json!([]), json!(true)] {
            proves_nothing(world, &format!("nbf {odd}"), &draft.claim("nbf", odd).by(&pair)).await;
        }
    }

    async fn the_kinds_of_token_and_of_key_are_those_agreed(world) {
        let (ed, ec) = (Pair::ed25519(), Pair::p256());
        let both = keys(&[("one", &ed), ("two", &ec)]);
        let added = issuer(world, both).await;
        let draft = draft(world).await;
        let second = draft.header("kid", "two").header("alg", "ES256");
        for typ in ["JWT", "id+jwt", ""] {
            proves_nothing(world, typ, &draft.header("typ", typ).by(&ed)).await;
        }
        proves_nothing(world, "without typ", &draft.without_header("typ").by(&ed)).await;
        speaks_for(world, "ES256", &second.by(&ec), "Yusuf Shah").await;
        let fewer = json!({ "tokenTypes": ["JWT"], "algorithms": ["EDDSA"] });
        let changed = then(world, "system-admin", "changeTrustedIssuer", &added, fewer, ISSUER).await;
        approve_issuer(world, &thing(changed, "issuer")).await;
        speaks_for(world, "JWT", &draft.header("typ", "JWT").by(&ed), "Yusuf Shah").await;
        proves_nothing(world, "at+jwt", &draft.by(&ed)).await;
        proves_nothing(world, "ES256", &second.header("typ", "JWT").by(&ec)).await;
    }

    async fn claims_are_read_as_agreed(world) {
        let pair = Pair::ed25519();
        let mapped = json!({
            "organisationId": organisation_id(world, "Gym with Sports England").await, "subjectClaim": "upn",
            "subjectPrefix": "gym-", "rolesClaim": "https://gym.example/roles",
        });
        let mut more = keys(&[("one", &pair)]);
        crate::referring::merge(&mut more, mapped);
        issuer(world, more).await;
        let draft = draft(world).await.claim("sub", "4711").claim("upn", "manager");
        let roles = |roles: Value| draft.claim("https://gym.example/roles", roles);
        let both = ask(world, &roles(json!(["provider_manager", "provider_worker"])).by(&pair)).await.granted();
        assert_eq!(both.text("/me/person/name"), "Guy Manning");
        let one = ask(world, &roles(json!(["provider_worker"])).by(&pair)).await.granted();
        assert_eq!(one.data("/me/roles"), &json!(["PROVIDER_WORKER"]));
        for wrong in [
            json!(["provider_worker", "auditor"]),
            json!(["everything"]),
            json!(["PROVIDER_WORKER"]),
            json!([]),
            json!("provider_worker"),
            json!([1]),
            Value::Null,
        ] {
            proves_nothing(world, &format!("roles {wrong}"), &roles(wrong.clone()).by(&pair)).await;
        }
        proves_nothing(world, "without roles", &draft.by(&pair)).await;
        // Roles under another name are no roles.
        proves_nothing(world, "roles", &draft.claim("roles", json!(["provider_worker"])).by(&pair)).await;
        let good = roles(json!(["provider_worker"]));
        for upn in [json!("gym-manager"), json!(""), json!(["manager"]), Value::Null, json!("manager\u{0}")] {
            proves_nothing(world, &format!("upn {upn}"), &good.claim("upn", upn.clone()).by(&pair)).await;
        }
        proves_nothing(world, "without upn", &good.without("upn").by(&pair)).await;
        proves_nothing(world, "by sub", &good.without("upn").claim("sub", "gym-manager").by(&pair)).await;
    }

    async fn who_left_or_lost_a_role_is_refused_by_whatever_issuer(world) {
        let pair = Pair::ed25519();
        issuer(world, keys(&[("one", &pair)])).await;
        let token = draft(world).await.by(&pair);
        speaks_for(world, "at work", &token, "Yusuf Shah").await;
        let person = given::staff(world, "yss-worker").await;
        let row = json!({ "id": GlobalId(person.id).text(), "version": person.version });
        let left = json!({ "active": false });
        then(world, "system-admin", "changePerson", &row, left, "person { id }").await.granted();
        proves_nothing(world, "left", &token).await;
    }

    async fn what_is_changed_is_trusted_once_it_is_approved_anew(world) {
        let (pair, next) = (Pair::ed25519(), Pair::ed25519());
        let first = issuer(world, keys(&[("one", &pair)])).await;
        let draft = draft(world).await;
        let token = draft.by(&pair);
        speaks_for(world, "as approved", &token, "Yusuf Shah").await;
        // A token that was accepted a moment ago is no more once its key is gone.
        let changed = then(world, "system-admin", "changeTrustedIssuer", &first, keys(&[("one", &next)]), ISSUER).await;
        let changed = thing(changed, "issuer");
        assert_eq!(changed["approvedBy"], Value::Null);
        for (what, token) in [("the key before", &token), ("the key after", &draft.by(&next))] {
            proves_nothing(world, what, token).await;
        }
        let approved = approve_issuer(world, &changed).await;
        proves_nothing(world, "the key before", &token).await;
        speaks_for(world, "the key after", &draft.by(&next), "Yusuf Shah").await;
        // A stop needs nobody's approval; a new start does.
        let stop = json!({ "active": false });
        let stopped = thing(then(world, "system-admin", "changeTrustedIssuer", &approved, stop, ISSUER).await, "issuer");
        proves_nothing(world, "stopped", &draft.by(&next)).await;
        let start = json!({ "active": true });
        let started = thing(then(world, "system-admin", "changeTrustedIssuer", &stopped, start, ISSUER).await, "issuer");
        proves_nothing(world, "started and not approved", &draft.by(&next)).await;
        approve_issuer(world, &started).await;
        speaks_for(world, "started", &draft.by(&next), "Yusuf Shah").await;
    }

    async fn an_issuer_that_could_not_be_trusted_is_refused(world) {
        let pair = Pair::ed25519();
        issuer(world, keys(&[("one", &pair)])).await;
        let good = json!({ "issuer": "https://other.example" });
        let mut private = pair.jwk("one");
        private["d"] = json!("AAAA");
        let set = |keys: Value| json!({ "jwks": json!({ "keys": keys }).to_string() });
        let before = counts(world).await;
        for (more, code, field) in [
            (json!({}), "REQUIRED", "jwks"),
            (json!({ "jwks": "{}" }), "INVALID", "jwks"),
            (json!({ "jwks": "keys" }), "INVALID", "jwks"),
            (set(json!([])), "INVALID", "jwks"),
            (set(json!([private])), "INVALID", "jwks"),
            (set(json!([{ "kty": "oct", "k": "c2VjcmV0", "alg": "HS256", "kid": "one" }])), "INVALID", "jwks"),
            (set(json!([pair.jwk("one"), Pair::p256().jwk("one")])), "INVALID", "jwks"),
            (json!({ "jwksUrl": "http://login.example.org/keys.json" }), "INVALID", "jwksUrl"),
            (json!({ "jwksUrl": "http://192.168.0.1/keys.json" }), "INVALID", "jwksUrl"),
            (json!({ "jwksUrl": "http://localhost.example.org/keys.json" }), "INVALID", "jwksUrl"),
            (json!({ "jwksUrl": "file:///etc/passwd" }), "INVALID", "jwksUrl"),
            (json!({ "jwksUrl": "https://me:secret@login.example.org/keys.json" }), "INVALID", "jwksUrl"),
            (json!({ "jwksUrl": "keys.json" }), "INVALID", "jwksUrl"),
        ] {
            let mut input = issuer_of(world, "YSS", good.clone()).await;
            crate::referring::merge(&mut input, more.clone());
            let answer = world.as_person("system-admin").mutate("addTrustedIssuer", input, "issuer { id }").await;
            let refusals = answer.user_errors();
            assert!(refusals.iter().any(|refusal| refusal.code == code && refusal.field == field), "{more} {answer:?}");
        }
        for (more, code) in [
            (json!({ "issuer": YSS_ISSUER }), "TAKEN"),
            (json!({ "organisationId": organisation_id(world, OPERATOR).await }), "INVALID"),
            (json!({ "issuer": "https://a.example b" }), "INVALID"),
            (json!({ "audience": " " }), "REQUIRED"),
            (json!({ "algorithms": [] }), "REQUIRED"),
            (json!({ "tokenTypes": [] }), "REQUIRED"),
            (json!({ "jwksUrl": "https://login.example.org/keys.json" }), "INVALID"),
        ] {
            let mut input = issuer_of(world, "YSS", good.clone()).await;
            crate::referring::merge(&mut input, keys(&[("one", &pair)]));
            crate::referring::merge(&mut input, more.clone());
            let answer = world.as_person("system-admin").mutate("addTrustedIssuer", input, "issuer { id }").await;
            assert!(answer.refusals().contains(&code), "{more} {answer:?}");
        }
        assert_eq!(counts(world).await, before, "a refused issuer changed something");
    }
}
