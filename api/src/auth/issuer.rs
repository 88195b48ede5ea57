//! The embedded issuer: for development and small installations.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{Id, organisation};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rules::Term;
use rules::terms::Role;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::graphql::global_id::GlobalId;

/// The `client_id` of tokens that people get on the server's own machine.
const OWN_CLIENT: &str = "embedded-issuer";

/// Signs tokens with a key of its own.
pub struct Issuer {
    issuer: String,
    audience: String,
    key: EncodingKey,
    kid: String,
    jwks: Value,
}

/// Whom a token is for.
pub struct Bearer<'a> {
    /// The person's `sub`.
    pub subject: &'a str,
    /// The organisation they work for.
    pub organisation: Id<organisation::Entity>,
    /// The roles they act in.
    pub roles: &'a [Role],
}

impl Issuer {
    /// The issuer whose key is in `file`; makes the key, readable by its owner alone, if there is none.
    pub fn open(file: &Path, issuer: &str, audience: &str) -> Result<Self, String> {
        let pkcs8 = match fs::read_to_string(file) {
            Ok(pem) => from_pem(&pem)?,
            Err(error) if error.kind() == ErrorKind::NotFound => make_key(file)?,
            Err(error) => return Err(format!("{}: {error}", file.display())),
        };
        let pair =
            Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|error| format!("{}: {error}", file.display()))?;
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        // The thumbprint of RFC 7638 names the key.
        let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
        let jwks = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA", "use": "sig" }] });
        Ok(Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            key: EncodingKey::from_ed_der(&pkcs8),
            kid,
            jwks,
        })
    }

    /// The public key as a JWKS (RFC 7517).
    pub const fn jwks(&self) -> &Value {
        &self.jwks
    }

    /// The public key as the verifier takes it.
    pub fn key_set(&self) -> Result<JwkSet, String> {
        serde_json::from_value(self.jwks.clone()).map_err(|error| error.to_string())
    }

    /// A token that lives for `life` from `now`.
    pub fn token(&self, bearer: &Bearer<'_>, now: DateTime<Utc>, life: TimeDelta) -> Result<String, String> {
        self.token_for(OWN_CLIENT, bearer, now, life)
    }

    /// A token that was issued to this client.
    pub fn token_for(
        &self,
        client: &str,
        bearer: &Bearer<'_>,
        now: DateTime<Utc>,
        life: TimeDelta,
    ) -> Result<String, String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        let roles: Vec<&str> = bearer.roles.iter().map(|role| role.code()).collect();
        let claims = json!({
            "iss": self.issuer,
            "aud": self.audience,
            "sub": bearer.subject,
            "client_id": client,
            "jti": Uuid::now_v7(),
            "iat": now.timestamp(),
            "nbf": now.timestamp(),
            "exp": (now + life).timestamp(),
            "org": GlobalId(bearer.organisation).text(),
            "roles": roles,
        });
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|error| error.to_string())
    }
}

fn make_key(file: &Path) -> Result<Vec<u8>, String> {
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&aws_lc_rs::rand::SystemRandom::new())
        .map_err(|error| error.to_string())?;
    let said = |error: std::io::Error| format!("{}: {error}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(said)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut out = options.open(file).map_err(said)?;
    let body = STANDARD.encode(pkcs8.as_ref());
    writeln!(out, "-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----").map_err(said)?;
    out.sync_all().map_err(said)?;
    Ok(pkcs8.as_ref().to_vec())
}

fn from_pem(text: &str) -> Result<Vec<u8>, String> {
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body.trim()).map_err(|error| format!("the issuer's key file is not PEM: {error}"))
}
