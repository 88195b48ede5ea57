//! The key set of a trusted issuer (RFC 7517), as providers write it: keys that are not for signatures, or not by
//! an algorithm that is allowed, are passed over.

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey};
use rules::trust::SigningAlgorithm;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::keys::Keys;

/// The most keys of one issuer.
const MOST: usize = 100;
/// Members that only a private or a shared key has.
const PRIVATE: [&str; 4] = ["d", "p", "q", "k"];

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Map<String, Value>>,
}

/// The keys of a set that can verify tokens; why there is none, otherwise.
pub(super) fn read(text: &[u8], allowed: &[Algorithm]) -> Result<Keys, String> {
    let set: KeySet = serde_json::from_slice(text).map_err(|_| "This is no JWKS.".to_owned())?;
    if set.keys.len() > MOST {
        return Err(format!("The JWKS has more than {MOST} keys."));
    }
    let mut keys = Keys::default();
    for key in set.keys {
        if PRIVATE.iter().any(|member| key.contains_key(*member)) {
            return Err(
                "The JWKS holds a private key: whoever has seen it can sign. Make new keys.".to_owned()
            );
        }
        let Some((kid, algorithm)) = chosen_by(&key) else { continue };
        if keys.get(&kid).is_some() {
            return Err(format!("Two keys of the JWKS have the kid {kid}."));
        }
        let jwk = serde_json::from_value::<Jwk>(Value::Object(key)).ok();
        if let Some(decoding) = jwk.and_then(|jwk| DecodingKey::from_jwk(&jwk).ok())
            && let Err(error) = keys.add(&kid, algorithm, decoding, allowed)
        {
            tracing::debug!(error, "a key is passed over");
        }
    }
    if keys.is_empty() {
        return Err(
            "The JWKS has no key with a kid that could verify tokens by the algorithms allowed.".to_owned()
        );
    }
    Ok(keys)
}

/// By which `kid` a key is chosen and by which algorithm it verifies, if it is for signatures. Where the key does
/// not name its algorithm, its kind leaves only one.
fn chosen_by(key: &Map<String, Value>) -> Option<(String, Algorithm)> {
    let text = |member: &str| key.get(member).and_then(Value::as_str);
    let operations = key.get("key_ops").and_then(Value::as_array);
    let verifies = operations.is_none_or(|all| all.iter().any(|operation| operation == "verify"));
    if text("use").is_some_and(|purpose| purpose != "sig") || !verifies {
        return None;
    }
    let algorithm = match (text("alg"), text("kty")?, text("crv")) {
        (Some("EdDSA") | None, "OKP", Some("Ed25519")) => Algorithm::EdDSA,
        (Some("ES256") | None, "EC", Some("P-256")) => Algorithm::ES256,
        (Some("RS256") | None, "RSA", None) => Algorithm::RS256,
        _ => return None,
    };
    Some((text("kid")?.to_owned(), algorithm))
}

/// The library's name of an algorithm.
pub(super) const fn algorithm(of: SigningAlgorithm) -> Algorithm {
    match of {
        SigningAlgorithm::EdDsa => Algorithm::EdDSA,
        SigningAlgorithm::Es256 => Algorithm::ES256,
        SigningAlgorithm::Rs256 => Algorithm::RS256,
    }
}
