//! The issuer of the measurement: one key, whose tokens every side verifies.

use std::fs;
use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use uuid::Uuid;

use crate::clock::Result;
use crate::ids;

/// Who issues, and for whom.
pub const ISSUER: &str = "https://bench.partner-network.example";
/// The audience of the tokens.
pub const AUDIENCE: &str = "partner-network";
/// The name of the one key.
pub const KEY_ID: &str = "bench";

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Caller {
    /// Their `sub`.
    pub subject: String,
    /// Where they work.
    pub organisation: Uuid,
    /// The roles they have.
    pub roles: Vec<String>,
}

/// Signs tokens.
pub struct Issuer {
    key: EncodingKey,
    /// The public key, as the verifiers take it: 32 bytes in base 64 (URL).
    pub public: String,
}

impl Issuer {
    /// A new issuer, whose public key is left in `folder` as `keys.json` (RFC 7517) and `key.pem`.
    pub fn make(folder: &Path) -> Result<Self> {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())?;
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref())?;
        let raw = pair.public_key().as_ref();
        let public = URL_SAFE_NO_PAD.encode(raw);
        let set = json!({ "keys": [{
            "kty": "OKP", "crv": "Ed25519", "x": public, "kid": KEY_ID, "alg": "EdDSA", "use": "sig"
        }] });
        fs::write(folder.join("keys.json"), set.to_string())?;
        // The head of an Ed25519 public key (RFC 8410).
        let head = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        let spki = STANDARD.encode([&head[..], raw].concat());
        fs::write(
            folder.join("key.pem"),
            format!("-----BEGIN PUBLIC KEY-----\n{spki}\n-----END PUBLIC KEY-----\n"),
        )?;
        Ok(Self { key: EncodingKey::from_ed_der(pkcs8.as_ref()), public })
    }

    /// A token that lives for eleven hours.
    pub fn token(&self, caller: &Caller, now: DateTime<Utc>) -> Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(KEY_ID.to_owned());
        let claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": caller.subject, "client_id": "bench", "jti": Uuid::now_v7(),
            "iat": now.timestamp(), "nbf": now.timestamp(), "exp": (now + TimeDelta::hours(11)).timestamp(),
            "org": ids::shown("org", caller.organisation), "roles": caller.roles,
        });
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }
}
