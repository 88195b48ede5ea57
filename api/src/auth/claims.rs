//! What a token says, and whether it may be believed: the one check for the tokens of every issuer.
//!
//! RFC 8725 is followed: the algorithm is the key's, the key is one of the issuer's, every claim that is relied on
//! is required, and what jsonwebtoken leaves open (a missing claim, `crit`, `typ`, the token's life, a list as
//! `iss`) is checked here. Times are held against the injected clock.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::Validation;
use jsonwebtoken::dangerous::insecure_decode_claims;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::keys::Keys;
use super::refused;
use crate::error::Result;
use crate::settings::Auth;

/// The longest token that is looked at.
const LONGEST_TOKEN: usize = 8 * 1024;

/// What has to be known of a token before it can be verified. Nothing of it is believed.
pub(super) struct Head {
    /// Who says that they issued it.
    pub(super) issuer: String,
    /// The key it says it is signed with.
    pub(super) kid: String,
    typ: String,
}

/// What a token has to say.
pub(super) struct Expected<'e> {
    /// Its `iss`.
    pub(super) issuer: &'e str,
    /// What must be among its `aud`.
    pub(super) audience: &'e str,
}

/// The claims that are relied on. The last five are not required of every issuer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) iss: String,
    pub(super) sub: String,
    pub(super) exp: i64,
    pub(super) iat: i64,
    pub(super) nbf: Option<i64>,
    pub(super) org: Option<Value>,
    pub(super) roles: Option<Value>,
    pub(super) jti: Option<String>,
    pub(super) client_id: Option<String>,
}

impl Head {
    /// Reads who is said to have signed the token.
    pub(super) fn read(token: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Named {
            iss: String,
        }
        if token.len() > LONGEST_TOKEN {
            return Err(refused("The token is too long."));
        }
        let unreadable = |_| refused("The token cannot be read.");
        let header = jsonwebtoken::decode_header(token).map_err(unreadable)?;
        if names_critical_header(token) {
            return Err(refused("The token demands an extension that is not known here."));
        }
        let kid = header.kid.ok_or_else(unknown_key)?;
        let Named { iss } = insecure_decode_claims(token).map_err(unreadable)?;
        let typ = header.typ.unwrap_or_default().to_ascii_lowercase();
        let typ = typ.strip_prefix("application/").unwrap_or(&typ).to_owned();
        Ok(Self { issuer: iss, kid, typ })
    }

    /// Refuses a token that is of another kind than these.
    pub(super) fn check_type<S: AsRef<str>>(&self, types: &[S]) -> Result<()> {
        if types.iter().any(|known| known.as_ref().eq_ignore_ascii_case(&self.typ)) {
            return Ok(());
        }
        Err(refused("The token is not an access token: its header's typ is wrong."))
    }

    /// The claims, if one of these keys has signed them and they name this issuer and this audience.
    pub(super) fn verify(&self, token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Claims> {
        let key = keys.get(&self.kid).ok_or_else(unknown_key)?;
        let mut validation = Validation::new(key.algorithm);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[expected.audience]);
        validation.set_issuer(&[expected.issuer]);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
            .map_err(|_| refused("The token's signature, issuer, audience or claims are not accepted."))?
            .claims;
        // The library takes a list for `iss`, and a reader of lists could take another member of it.
        if claims.iss != expected.issuer || claims.sub.is_empty() {
            return Err(refused("The token's issuer or subject is not accepted."));
        }
        Ok(claims)
    }
}

impl Claims {
    /// Refuses a token outside its times, and one that lives for too long.
    pub(super) fn check_times(&self, auth: &Auth, now: DateTime<Utc>) -> Result<()> {
        let now = now.timestamp();
        let leeway = auth.leeway_seconds;
        if self.exp.saturating_add(leeway) <= now {
            return Err(refused("The token has expired. Get a new one."));
        }
        let begins = self.nbf.unwrap_or(self.iat).max(self.iat);
        if begins > now.saturating_add(leeway) {
            return Err(refused("The token is not valid yet."));
        }
        if self.exp.saturating_sub(self.iat) > auth.longest_life_seconds {
            return Err(refused("The token lives longer than is allowed here."));
        }
        Ok(())
    }

    /// The organisation that the token says it speaks for, if it says so.
    pub(super) fn organisation(&self) -> Result<Option<String>> {
        match &self.org {
            None => Ok(None),
            Some(Value::String(organisation)) => Ok(Some(organisation.clone())),
            Some(_) => Err(refused("The token's organisation cannot be read.")),
        }
    }
}

/// Every claim of a token that was verified before.
pub(super) fn all_of(verified: &str) -> Result<Map<String, Value>> {
    insecure_decode_claims(verified).map_err(|_| refused("The token cannot be read."))
}

/// A list of words; none for anything else.
pub(super) fn words(value: Option<&Value>) -> Option<Vec<String>> {
    value?.as_array()?.iter().map(|word| word.as_str().map(str::to_owned)).collect()
}

/// RFC 7515, 4.1.11: who does not understand a critical extension must refuse. None is understood here.
fn names_critical_header(token: &str) -> bool {
    let header = token.split('.').next().unwrap_or_default();
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(header) else { return true };
    serde_json::from_slice::<Value>(&bytes).map_or(true, |header| header.get("crit").is_some())
}

fn unknown_key() -> crate::error::Fault {
    refused("The token is signed with a key that is not known here.")
}
