//! The public keys by which tokens are verified. A token's `kid` chooses among them and nothing else; the
//! algorithm is the key's.

use std::collections::HashMap;
use std::fs;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey};
use jsonwebtoken::jwk::{Jwk, JwkSet, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};

use crate::settings::Auth;

/// A public key with the one algorithm it is used with.
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) decoding: DecodingKey,
}

/// The known keys, by `kid`.
#[derive(Default)]
pub struct Keys(HashMap<String, Key>);

impl Keys {
    /// The keys that the settings name. An unreadable key is an error: nobody starts with fewer keys than meant.
    pub fn from_settings(auth: &Auth) -> Result<Self, String> {
        let mut keys = Self::default();
        if let Some(file) = &auth.jwks_file {
            let text = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            let set: JwkSet =
                serde_json::from_slice(&text).map_err(|error| format!("{}: {error}", file.display()))?;
            for jwk in &set.keys {
                keys.add_jwk(jwk, &auth.algorithms)
                    .map_err(|error| format!("{}: {error}", file.display()))?;
            }
        }
        for pem in &auth.pem_keys {
            let text = fs::read(&pem.file).map_err(|error| format!("{}: {error}", pem.file.display()))?;
            let decoding =
                from_pem(pem.algorithm, &text).map_err(|error| format!("{}: {error}", pem.file.display()))?;
            keys.add(&pem.kid, pem.algorithm, decoding, &auth.algorithms)?;
        }
        Ok(keys)
    }

    /// Adds a key of a JWKS.
    pub fn add_jwk(&mut self, jwk: &Jwk, allowed: &[Algorithm]) -> Result<(), String> {
        let kid = jwk.common.key_id.clone().ok_or("a key without kid cannot be chosen")?;
        let algorithm = match jwk.common.key_algorithm {
            Some(KeyAlgorithm::EdDSA) => Algorithm::EdDSA,
            Some(KeyAlgorithm::ES256) => Algorithm::ES256,
            Some(KeyAlgorithm::RS256) => Algorithm::RS256,
            _ => return Err(format!("the key {kid} must name its alg: EdDSA, ES256 or RS256")),
        };
        let decoding = DecodingKey::from_jwk(jwk).map_err(|error| format!("the key {kid}: {error}"))?;
        self.add(&kid, algorithm, decoding, allowed)
    }

    pub(super) fn add(
        &mut self,
        kid: &str,
        algorithm: Algorithm,
        decoding: DecodingKey,
        allowed: &[Algorithm],
    ) -> Result<(), String> {
        if !allowed.contains(&algorithm) {
            return Err(format!("the key {kid} is for {algorithm:?}, which auth.algorithms does not allow"));
        }
        if !verifies(algorithm, &decoding) {
            return Err(format!("the key {kid} is no public key for {algorithm:?}"));
        }
        if self.0.insert(kid.to_owned(), Key { algorithm, decoding }).is_some() {
            return Err(format!("two keys have the kid {kid}"));
        }
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, kid: &str) -> Option<&Key> {
        self.0.get(kid)
    }
}

/// Whether a key can verify by its algorithm at all: one of another kind would refuse every token, and nobody
/// would know why.
fn verifies(algorithm: Algorithm, key: &DecodingKey) -> bool {
    let is_of_the_kind = crypto::verify("", b"", key, algorithm).is_ok();
    let bytes = || key.try_get_as_bytes().unwrap_or_default();
    is_of_the_kind
        && match algorithm {
            Algorithm::EdDSA => ParsedPublicKey::new(&ED25519, bytes()).is_ok(),
            Algorithm::ES256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes()).is_ok(),
            // An RSA key is two numbers, which any two are.
            _ => true,
        }
}

fn from_pem(algorithm: Algorithm, text: &[u8]) -> Result<DecodingKey, String> {
    let key = match algorithm {
        Algorithm::EdDSA => DecodingKey::from_ed_pem(text),
        Algorithm::ES256 => DecodingKey::from_ec_pem(text),
        Algorithm::RS256 => DecodingKey::from_rsa_pem(text),
        _ => return Err("only EdDSA, ES256 and RS256 are known here".to_owned()),
    };
    key.map_err(|error| error.to_string())
}
