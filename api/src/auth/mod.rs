//! From a token to a [`Scope`]: the only way to one.
//!
//! RFC 8725 is followed: the algorithm is the key's, the key is one of ours, every claim that is relied on is
//! required, and what jsonwebtoken leaves open (a missing claim, `crit`, `typ`, the token's life) is checked here.

mod issuer;
mod keys;
mod scope;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{organisation, person, person_role};
use jsonwebtoken::Validation;
use quick_cache::sync::Cache;
use rules::Term;
use rules::access::Roles;
use rules::terms::Role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::Deserialize;

use crate::clock::Clock;
use crate::error::{Code, Fault, Result};
use crate::graphql::global_id::GlobalId;
use crate::settings::{Auth, Settings};
use crate::store::Database;

pub use issuer::{Bearer, Issuer};
pub use keys::Keys;
pub use scope::Scope;

/// How many tokens and people are remembered.
const REMEMBERED: usize = 10_000;
/// The longest token that is looked at.
const LONGEST_TOKEN: usize = 8 * 1024;

/// The claims that every token must carry.
#[derive(Clone, Debug, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    nbf: i64,
    iat: i64,
    org: String,
    roles: Vec<String>,
}

/// A person as the database knows them: colleagues leave and roles change between two requests.
struct Known {
    person: person::Model,
    organisation: organisation::Model,
    roles: Roles,
    read_at: DateTime<Utc>,
}

/// The gate through which every request comes.
pub struct Gate {
    database: Database,
    clock: Clock,
    auth: Auth,
    issuer: String,
    keys: Keys,
    verified: Cache<String, Arc<Claims>>,
    known: Cache<String, Arc<Known>>,
}

impl Gate {
    /// The gate that the settings describe, trusting `embedded` too if the server issues tokens itself.
    pub fn new(
        settings: &Settings,
        database: Database,
        clock: Clock,
        embedded: Option<&Issuer>,
    ) -> std::result::Result<Self, String> {
        let mut keys = Keys::from_settings(&settings.auth)?;
        if let Some(embedded) = embedded {
            for jwk in &embedded.key_set()?.keys {
                keys.add_jwk(jwk, &settings.auth.algorithms)?;
            }
        }
        if settings.production && keys.is_empty() {
            return Err(
                "With --production there must be a key to verify tokens by: auth.jwks_file holds none."
                    .to_owned(),
            );
        }
        Ok(Self {
            database,
            clock,
            auth: settings.auth.clone(),
            issuer: settings.issuer().to_owned(),
            keys,
            verified: Cache::new(REMEMBERED),
            known: Cache::new(REMEMBERED),
        })
    }

    /// The caller that the token proves, at `now`.
    pub async fn admit(&self, token: &str) -> Result<Scope> {
        let now = self.clock.now();
        let claims = self.claims(token)?;
        self.check_times(&claims, now)?;
        let known = self.known(&claims.sub, now).await?;
        let organisation = GlobalId::<organisation::Entity>::parse_text(&claims.org).map(|id| id.0);
        if organisation != Some(known.organisation.id) {
            return Err(refused("The token speaks for an organisation that its person does not work for."));
        }
        let claimed: Option<Roles> = claims.roles.iter().map(|code| Role::from_code(code)).collect();
        let claimed = claimed.ok_or_else(|| refused("The token names a role that does not exist."))?;
        let roles = claimed.and(known.roles);
        if roles.is_empty() || roles != claimed {
            return Err(refused("The token claims a role that its person does not have."));
        }
        Ok(scope(&known.person, &known.organisation, roles, now))
    }

    /// Whether this very token was verified before, so that its signature costs nothing more.
    pub fn remembers(&self, token: &str) -> bool {
        self.verified.contains_key(token)
    }

    /// The caller for a command on the server's own machine, in all roles of the person with this subject.
    pub async fn person_here(&self, subject: &str) -> Result<Scope> {
        let now = self.clock.now();
        let known = self.known(subject, now).await?;
        Ok(scope(&known.person, &known.organisation, known.roles, now))
    }

    /// The verified claims. A signature is checked once; what time and people change is checked every time.
    fn claims(&self, token: &str) -> Result<Arc<Claims>> {
        if token.len() > LONGEST_TOKEN {
            return Err(refused("The token is too long."));
        }
        if let Some(claims) = self.verified.get(token) {
            return Ok(claims);
        }
        let claims = Arc::new(self.verify(token)?);
        self.verified.insert(token.to_owned(), Arc::clone(&claims));
        Ok(claims)
    }

    fn verify(&self, token: &str) -> Result<Claims> {
        let unreadable = |_| refused("The token cannot be read.");
        let header = jsonwebtoken::decode_header(token).map_err(unreadable)?;
        let typ = header.typ.as_deref().unwrap_or_default().to_ascii_lowercase();
        let typ = typ.strip_prefix("application/").unwrap_or(&typ);
        if !self.auth.token_types.iter().any(|known| known.eq_ignore_ascii_case(typ)) {
            return Err(refused("The token is not an access token: its header's typ is wrong."));
        }
        if names_critical_header(token) {
            return Err(refused("The token demands an extension that is not known here."));
        }
        let key = header.kid.as_deref().and_then(|kid| self.keys.get(kid));
        let key = key.ok_or_else(|| refused("The token is signed with a key that is not known here."))?;
        let mut validation = Validation::new(key.algorithm);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        validation.set_audience(&[&self.auth.audience]);
        validation.set_issuer(&[&self.issuer]);
        // The times are held against the injected clock.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.decoding, &validation)
            .map_err(|_| refused("The token's signature, issuer, audience or claims are not accepted."))?
            .claims;
        if claims.iss != self.issuer || claims.sub.is_empty() {
            return Err(refused("The token's issuer or subject is not accepted."));
        }
        Ok(claims)
    }

    fn check_times(&self, claims: &Claims, now: DateTime<Utc>) -> Result<()> {
        let now = now.timestamp();
        let leeway = self.auth.leeway_seconds;
        if claims.exp.saturating_add(leeway) <= now {
            return Err(refused("The token has expired. Get a new one."));
        }
        if claims.nbf > now.saturating_add(leeway) || claims.iat > now.saturating_add(leeway) {
            return Err(refused("The token is not valid yet."));
        }
        if claims.exp.saturating_sub(claims.iat) > self.auth.longest_life_seconds {
            return Err(refused("The token lives longer than is allowed here."));
        }
        Ok(())
    }

    async fn known(&self, subject: &str, now: DateTime<Utc>) -> Result<Arc<Known>> {
        let fresh = TimeDelta::seconds(self.auth.remember_seconds);
        if let Some(known) = self.known.get(subject)
            && (now - known.read_at).abs() < fresh
        {
            return Ok(known);
        }
        let known = Arc::new(self.read_person(subject, now).await?);
        self.known.insert(subject.to_owned(), Arc::clone(&known));
        Ok(known)
    }

    async fn read_person(&self, subject: &str, now: DateTime<Utc>) -> Result<Known> {
        let nobody = || refused("The token's person does not work in this network.");
        let reads = self.database.gate();
        if subject.contains('\0') {
            return Err(nobody());
        }
        let person = person::Entity::find().filter(person::Column::Subject.eq(subject)).one(reads).await?;
        let person = person.filter(|person| person.active).ok_or_else(nobody)?;
        let organisation =
            organisation::Entity::find_by_id(person.organisation_id).one(reads).await?.ok_or_else(nobody)?;
        let roles = person_role::Entity::find()
            .filter(person_role::Column::PersonId.eq(person.id))
            .all(reads)
            .await?;
        let roles = roles.iter().map(|row| *row.role).collect();
        Ok(Known { person, organisation, roles, read_at: now })
    }
}

fn scope(
    person: &person::Model,
    organisation: &organisation::Model,
    roles: Roles,
    now: DateTime<Utc>,
) -> Scope {
    Scope {
        person: person.id,
        organisation: organisation.id,
        kind: *organisation.kind,
        roles,
        today: rules::london::day(now),
    }
}

/// RFC 7515, 4.1.11: who does not understand a critical extension must refuse. None is understood here.
fn names_critical_header(token: &str) -> bool {
    use base64::Engine as _;
    let header = token.split('.').next().unwrap_or_default();
    let Ok(bytes) = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header) else { return true };
    serde_json::from_slice::<serde_json::Value>(&bytes).map_or(true, |header| header.get("crit").is_some())
}

fn refused(why: &'static str) -> Fault {
    Fault::Coded(Code::Unauthenticated, why.into())
}
