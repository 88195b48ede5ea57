//! Who asks: a token verified once and remembered, a person read every two seconds.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use sqlx::{PgPool, Row as _};
use uuid::Uuid;

use super::Refusal;
use crate::clock::{Result, now};
use crate::keys::{AUDIENCE, ISSUER};

/// For how long a person is remembered, as the product's settings have it.
const FRESH: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    roles: Vec<String>,
}

/// Who asks.
pub struct Caller {
    pub id: Uuid,
    pub organisation: Uuid,
    pub name: String,
    pub roles: Vec<String>,
}

impl Caller {
    /// Whether they have this role.
    pub fn is(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }
}

/// Lets callers in.
pub struct Gate {
    key: DecodingKey,
    verified: RwLock<HashMap<String, Arc<Claims>>>,
    known: RwLock<HashMap<String, (Arc<Caller>, Instant)>>,
}

impl Gate {
    /// A gate that trusts one key.
    pub fn new(public: &str) -> Result<Self> {
        let key = DecodingKey::from_ed_components(public)?;
        Ok(Self { key, verified: RwLock::default(), known: RwLock::default() })
    }

    /// The caller whom the token proves.
    pub async fn admit(&self, pool: &PgPool, token: &str) -> std::result::Result<Arc<Caller>, Refusal> {
        let claims = self.claims(token)?;
        if claims.exp <= now().timestamp() {
            return Err(Refusal::Unauthenticated);
        }
        let caller = self.person(pool, &claims.sub).await?;
        if claims.roles.iter().all(|role| caller.is(role)) {
            Ok(caller)
        } else {
            Err(Refusal::Unauthenticated)
        }
    }

    fn claims(&self, token: &str) -> std::result::Result<Arc<Claims>, Refusal> {
        if let Some(claims) = self.verified.read().unwrap_or_else(PoisonError::into_inner).get(token) {
            return Ok(Arc::clone(claims));
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        let claims =
            decode::<Claims>(token, &self.key, &validation).map_err(|_| Refusal::Unauthenticated)?.claims;
        let claims = Arc::new(claims);
        let mut verified = self.verified.write().unwrap_or_else(PoisonError::into_inner);
        verified.insert(token.to_owned(), Arc::clone(&claims));
        Ok(claims)
    }

    async fn person(&self, pool: &PgPool, subject: &str) -> std::result::Result<Arc<Caller>, Refusal> {
        if let Some((caller, read)) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(subject)
            && read.elapsed() < FRESH
        {
            return Ok(Arc::clone(caller));
        }
        let row = sqlx::query(
            "select p.id, p.organisation_id, p.name, array_agg(r.role) from person p
             join person_role r on r.person_id = p.id where p.subject = $1 and p.active group by p.id",
        )
        .bind(subject)
        .fetch_optional(pool)
        .await?
        .ok_or(Refusal::Unauthenticated)?;
        let caller = Arc::new(Caller {
            id: row.try_get(0)?,
            organisation: row.try_get(1)?,
            name: row.try_get(2)?,
            roles: row.try_get(3)?,
        });
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(subject.to_owned(), (Arc::clone(&caller), Instant::now()));
        Ok(caller)
    }
}
