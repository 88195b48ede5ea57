//! Tokens signed by the key that is trusted, whose header and claims are anything at all: no signature keeps what
//! comes after it from being looked at.

use std::fs;
use std::sync::OnceLock;
use std::time::Duration;

use api::auth::Gate;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::Value;

use crate::network::{network, runtime};

/// The header, a line end, and the claims. `KID` and `NOW` stand for what a seed cannot know.
pub fn tokens(bytes: &[u8]) {
    let gate = gate();
    // The bytes as they are.
    if let Ok(token) = std::str::from_utf8(bytes) {
        assert!(runtime().block_on(gate.admit(token)).is_err(), "a token without our signature");
    }
    let network = network();
    let kid = network.issuer.jwks()["keys"][0]["kid"].as_str().expect("a kid");
    let now = network.clock.now().timestamp().to_string();
    let text = String::from_utf8_lossy(bytes).replace("KID", kid).replace("NOW", &now);
    let (header, claims) = text.split_once('\n').unwrap_or((&text, ""));
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = crypto::sign(message.as_bytes(), key(), Algorithm::EdDSA).expect("a signature");
    if runtime().block_on(gate.admit(&format!("{message}.{signature}"))).is_ok() {
        let claims: Value = serde_json::from_str(claims).expect("claims in JSON");
        for required in ["iss", "aud", "sub", "exp", "iat"] {
            assert!(claims.get(required).is_some(), "a token without {required} was admitted");
        }
        let header: Value = serde_json::from_str(header).expect("a header in JSON");
        let kind = header["typ"].as_str().unwrap_or_default().to_lowercase();
        assert!(kind.ends_with("at+jwt") && header.get("crit").is_none(), "{header}");
    }
}

fn gate() -> &'static Gate {
    static GATE: OnceLock<Gate> = OnceLock::new();
    GATE.get_or_init(|| {
        let network = network();
        let gate = Gate::new(
            &network.settings,
            network.database.clone(),
            network.clock.clone(),
            Some(&network.issuer),
        );
        let gate = gate.expect("a gate");
        // A gate that does not hear what is revoked admits nobody after a while.
        let watch = gate.watch().clone();
        runtime().block_on(watch.look()).expect("what was revoked");
        runtime().spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                watch.look().await.expect("what was revoked");
            }
        });
        gate
    })
}

fn key() -> &'static EncodingKey {
    static KEY: OnceLock<EncodingKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let file = network().settings.data_dir.join("demonstration-issuer.key");
        let text = fs::read_to_string(file).expect("the key");
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        EncodingKey::from_ed_der(&STANDARD.decode(body).expect("base 64"))
    })
}
