//! From a token to a [`Scope`]: the only way to one.
//!
//! A token is verified by the keys of the issuer that it names, which is either that of the settings (the embedded
//! one among them) or one that an organisation brought and that speaks for its own people alone. `claims` has the
//! checks, the same for all.

mod claims;
mod clients;
mod fetcher;
mod issuer;
mod key_set;
mod keys;
mod pass;
mod revoked;
mod scope;
mod secret;
mod trusted;
mod watch;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{organisation, person, person_role};
use quick_cache::sync::Cache;
use rules::Term;
use rules::access::Roles;
use rules::terms::Role;
use rules::trust::SigningAlgorithm;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::clock::Clock;
use crate::error::{Code, Fault, Result};
use crate::graphql::global_id::GlobalId;
use crate::settings::{Auth, Settings};
use crate::store::{Database, Reach};
use claims::{Claims, Expected, Head, words};
use trusted::Trusted;

pub use clients::Client;
pub use issuer::{Bearer, Issuer};
pub use keys::Keys;
pub use pass::Pass;
pub use scope::Scope;
pub use secret::FreshSecret;
pub use watch::Watch;

/// How many tokens and people are remembered.
const REMEMBERED: usize = 10_000;

/// What a verified token says.
struct Proof {
    claims: Claims,
    /// The person's subject, as it is here.
    subject: String,
    /// The organisation that the token says it speaks for, if it says so.
    organisation: Option<String>,
    /// The roles that it claims; none: all that the person has.
    roles: Option<Vec<String>>,
    /// The trusted issuer that vouches for it, with the keys it was verified by; none: the issuer of the settings.
    by: Option<(Arc<Trusted>, Arc<Keys>)>,
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
    watch: Watch,
    verified: Cache<String, Arc<Proof>>,
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
            watch: Watch::new(settings, database.clone(), clock.clone()),
            database,
            clock,
            auth: settings.auth.clone(),
            issuer: settings.issuer().to_owned(),
            keys,
            verified: Cache::new(REMEMBERED),
            known: Cache::new(REMEMBERED),
        })
    }

    /// What the gate has to hear of within seconds.
    pub const fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The caller that the token proves, at `now`.
    pub async fn admit(&self, token: &str) -> Result<Scope> {
        let now = self.clock.now();
        self.watch.check()?;
        let proof = self.proof(token).await?;
        proof.claims.check_times(&self.auth, now)?;
        let known = self.known(&proof.subject, now).await?;
        check_organisation(&proof, &known)?;
        if self.watch.revoked(&proof.claims, known.person.id, proof.by.is_none()) {
            return Err(refused("The token was revoked. Get a new one."));
        }
        let claimed = match &proof.roles {
            Some(codes) => codes.iter().map(|code| Role::from_code(code)).collect(),
            None => Some(known.roles),
        };
        let claimed: Roles = claimed.ok_or_else(|| refused("The token names a role that does not exist."))?;
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
        self.person_at(subject, self.clock.now()).await
    }

    /// As [`Gate::person_here`], at another time than now.
    pub async fn person_at(&self, subject: &str, now: DateTime<Utc>) -> Result<Scope> {
        let known = self.known(subject, now).await?;
        Ok(scope(&known.person, &known.organisation, known.roles, now))
    }

    /// What a verified token says. A signature is checked once, unless its issuer's keys have changed since; what
    /// time, people and revocations change is checked every time.
    async fn proof(&self, token: &str) -> Result<Arc<Proof>> {
        if let Some(proof) = self.verified.get(token)
            && self.still_holds(&proof)
        {
            return Ok(proof);
        }
        let proof = Arc::new(self.prove(token).await?);
        self.verified.insert(token.to_owned(), Arc::clone(&proof));
        Ok(proof)
    }

    fn still_holds(&self, proof: &Proof) -> bool {
        let Some((issuer, keys)) = &proof.by else { return true };
        self.watch
            .trusted(issuer.name())
            .is_some_and(|now| Arc::ptr_eq(&now, issuer) && Arc::ptr_eq(&now.keys(), keys))
    }

    async fn prove(&self, token: &str) -> Result<Proof> {
        let head = Head::read(token)?;
        if head.issuer == self.issuer {
            return self.prove_own(&head, token);
        }
        // No other issuer's key is looked at, whatever it is called.
        let issuer = self.watch.trusted(&head.issuer);
        let issuer = issuer.ok_or_else(|| refused("The token's issuer is not trusted here."))?;
        head.check_type(&issuer.types())?;
        let keys = issuer.keys_for(&head.kid, self.watch.fetcher()).await;
        let claims = head.verify(token, &keys, &issuer.expected())?;
        let (subject, roles) = issuer.reads(token, &claims)?;
        let organisation = claims.organisation()?;
        Ok(Proof { claims, subject, organisation, roles, by: Some((issuer, keys)) })
    }

    /// Verifies a token of the issuer of the settings, which says everything that is asked of it here.
    fn prove_own(&self, head: &Head, token: &str) -> Result<Proof> {
        head.check_type(&self.auth.token_types)?;
        let expected = Expected { issuer: &self.issuer, audience: &self.auth.audience };
        let claims = head.verify(token, &self.keys, &expected)?;
        let missing = || refused("The token lacks a claim: nbf, org and roles are required.");
        claims.nbf.ok_or_else(missing)?;
        let organisation = Some(claims.organisation()?.ok_or_else(missing)?);
        let roles = Some(words(claims.roles.as_ref()).ok_or_else(missing)?);
        Ok(Proof { subject: claims.sub.clone(), organisation, roles, by: None, claims })
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
        if subject.contains('\0') {
            return Err(nobody());
        }
        let reads = &self.database.reading(&Reach::Subject(subject));
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

/// A trusted issuer speaks for the people of its organisation alone; whatever a token says beside must agree.
fn check_organisation(proof: &Proof, known: &Known) -> Result<()> {
    let own = known.organisation.id;
    if proof.by.as_ref().is_some_and(|(issuer, _)| issuer.organisation() != own) {
        // In the words for somebody who does not exist: whether they work elsewhere is not this issuer's to learn.
        return Err(nobody());
    }
    let said = proof.organisation.as_deref();
    let said = said.map(|text| GlobalId::<organisation::Entity>::parse_text(text).map(|id| id.0));
    if said.is_some_and(|said| said != Some(own)) {
        return Err(refused("The token speaks for an organisation that its person does not work for."));
    }
    Ok(())
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

/// Refuses a key set by which no token of a trusted issuer could be verified.
pub fn check_key_set(jwks: &str, algorithms: &[SigningAlgorithm]) -> std::result::Result<(), String> {
    let algorithms: Vec<_> = algorithms.iter().copied().map(key_set::algorithm).collect();
    key_set::read(jwks.as_bytes(), &algorithms).map(|_| ())
}

/// Refuses an address from which no keys are fetched.
pub fn check_key_set_url(url: &str) -> std::result::Result<(), String> {
    fetcher::checked(url).map(|_| ())
}

fn nobody() -> Fault {
    refused("The token's person does not work in this network.")
}

fn refused(why: &'static str) -> Fault {
    Fault::Coded(Code::Unauthenticated, why.into())
}
