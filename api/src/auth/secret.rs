//! Secrets of API clients.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entity::client_secret::{self, SecretDigest};
use entity::{Id, client_secret::Entity};
use secrecy::SecretString;
use sha2::{Digest, Sha256};

use crate::error::{Fault, Result};

/// By these letters programs that look for secrets in the wrong places find ours.
const MARK: &str = "pnsec_";

/// A secret that was just made. It is shown once, and then nobody knows it here.
pub struct FreshSecret {
    /// The row that will stand for it.
    pub id: Id<Entity>,
    /// The secret.
    pub text: SecretString,
    /// What is kept of it.
    pub digest: SecretDigest,
}

impl FreshSecret {
    /// A secret of 256 random bits.
    pub fn make() -> Result<Self> {
        let mut bytes = [0_u8; 32];
        rand::fill(&mut bytes).map_err(|_| Fault::internal("there are no random numbers"))?;
        let text = format!("{MARK}{}", URL_SAFE_NO_PAD.encode(bytes));
        Ok(Self { id: Id::fresh(), digest: digest(&text), text: text.into() })
    }
}

/// What is kept of a secret: one round of SHA-256, without salt. Slow hashes and salts make guessing dear where
/// people choose secrets that can be guessed; nobody guesses 256 random bits, and no table holds them.
fn digest(secret: &str) -> SecretDigest {
    SecretDigest(URL_SAFE_NO_PAD.encode(Sha256::digest(secret)))
}

/// A secret as somebody gives it, to be held against those that are kept.
pub(super) struct Given(SecretDigest);

impl Given {
    pub(super) fn new(secret: &str) -> Self {
        Self(digest(secret))
    }

    /// Whether it is the one of the row, in a time that tells nothing about either.
    pub(super) fn is(&self, row: &client_secret::Model) -> bool {
        verify_slices_are_equal(self.0.0.as_bytes(), row.digest.0.as_bytes()).is_ok()
    }
}
