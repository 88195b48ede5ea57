//! Tokens as a forger makes them: what the issuer says, altered at will, and signed by whoever; and the keys
//! that are needed for it, made anew in every run.

use std::fs;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde_json::{Map, Value, json};

use crate::world::World;

/// A key of somebody else's, with the one algorithm it signs by.
pub struct Pair {
    algorithm: Algorithm,
    private: EncodingKey,
    /// The public key as a SubjectPublicKeyInfo.
    public: Vec<u8>,
}

impl Pair {
    /// A new key for EdDSA.
    pub fn ed25519() -> Self {
        let pair = Ed25519KeyPair::generate().expect("a key");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("a private key");
        let private = EncodingKey::from_ed_der(private.as_ref());
        Self { algorithm: Algorithm::EdDSA, private, public: info(pair.public_key()) }
    }

    /// A new key for ES256.
    pub fn p256() -> Self {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let private = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new()).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, private.as_ref()).expect("a key");
        let private = EncodingKey::from_ec_der(private.as_ref());
        Self { algorithm: Algorithm::ES256, private, public: info(pair.public_key()) }
    }

    /// A new key for RS256.
    pub fn rsa() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("a private key");
        let private = pem("PRIVATE KEY", private.as_ref());
        let private = EncodingKey::from_rsa_pem(private.as_bytes()).expect("a private key");
        Self { algorithm: Algorithm::RS256, private, public: info(pair.public_key()) }
    }

    /// What it signs by.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key as a PEM file has it.
    pub fn pem(&self) -> String {
        pem("PUBLIC KEY", &self.public)
    }

    /// The public key in base 64.
    pub fn text(&self) -> String {
        STANDARD.encode(&self.public)
    }

    /// The public key as a JWKS has it.
    pub fn jwk(&self, kid: &str) -> Value {
        let end = |bytes: usize| &self.public[self.public.len() - bytes..];
        let mut jwk = match self.algorithm {
            Algorithm::EdDSA => json!({ "kty": "OKP", "crv": "Ed25519", "x": encode(end(32)) }),
            Algorithm::ES256 => {
                let (x, y) = end(64).split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y) })
            }
            // After the modulus come the tag and the length of the exponent.
            _ => json!({ "kty": "RSA", "n": encode(&end(256 + 5)[..256]), "e": encode(end(3)) }),
        };
        jwk["kid"] = json!(kid);
        jwk["alg"] = json!(self.algorithm);
        jwk
    }
}

fn info(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Vec<u8> {
    key.as_der().expect("a public key").as_ref().to_vec()
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    let lines: Vec<&str> = body.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Base 64 as tokens spell it.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What a token spells in base 64.
pub fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).expect("base 64")
}

/// A token in the making: what the issuer would say of `nps-officer`, until something about it is altered.
#[derive(Clone)]
pub struct Draft {
    header: Map<String, Value>,
    claims: Map<String, Value>,
}

impl Draft {
    /// A good one.
    pub async fn good(world: &World) -> Self {
        let token = world.as_person("nps-officer").token().await;
        let mut parts = token.split('.').map(|part| serde_json::from_slice(&decode(part)));
        let mut next = || parts.next().expect("a part").expect("an object");
        Self { header: next(), claims: next() }
    }

    /// The same with another value in its header.
    pub fn header(&self, name: &str, value: impl Into<Value>) -> Self {
        let mut altered = self.clone();
        altered.header.insert(name.to_owned(), value.into());
        altered
    }

    /// The same without something of its header.
    pub fn without_header(&self, name: &str) -> Self {
        let mut altered = self.clone();
        altered.header.remove(name);
        altered
    }

    /// The same with another value of a claim.
    pub fn claim(&self, name: &str, value: impl Into<Value>) -> Self {
        let mut altered = self.clone();
        altered.claims.insert(name.to_owned(), value.into());
        altered
    }

    /// The same without a claim.
    pub fn without(&self, name: &str) -> Self {
        let mut altered = self.clone();
        altered.claims.remove(name);
        altered
    }

    /// The instant in a claim, in seconds.
    pub fn seconds(&self, name: &str) -> i64 {
        self.claims[name].as_i64().expect("a number of seconds")
    }

    /// What a signature is made of.
    pub fn unsigned(&self) -> String {
        let part = |part: &Map<String, Value>| encode(Value::Object(part.clone()).to_string());
        format!("{}.{}", part(&self.header), part(&self.claims))
    }

    /// The token as the server's own key signs it.
    pub fn by_the_server(&self, world: &World) -> String {
        let file = world.settings.data_dir.join("demonstration-issuer.key");
        let text = fs::read_to_string(file).expect("the server's key");
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        let key = EncodingKey::from_ed_der(&STANDARD.decode(body).expect("base 64"));
        self.signed(&key, Algorithm::EdDSA)
    }

    /// The token as somebody else's key signs it.
    pub fn by(&self, pair: &Pair) -> String {
        self.signed(&pair.private, pair.algorithm)
    }

    /// The token with its message authenticated by a secret.
    pub fn by_secret(&self, secret: &[u8]) -> String {
        self.signed(&EncodingKey::from_secret(secret), Algorithm::HS256)
    }

    fn signed(&self, key: &EncodingKey, algorithm: Algorithm) -> String {
        let message = self.unsigned();
        let signature = crypto::sign(message.as_bytes(), key, algorithm).expect("a signature");
        format!("{message}.{signature}")
    }
}
