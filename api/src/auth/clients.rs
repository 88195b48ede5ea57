//! API clients: how they prove themselves, and as whom they act.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{Id, api_client, client_secret, organisation, person};
use rules::access::Roles;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::claims::{Expected, Head};
use super::secret::Given;
use super::{Bearer, Gate, Known, Scope, scope};
use crate::error::{Code, Result};
use crate::graphql::global_id::GlobalId;
use crate::store::Reach;

/// A client that has proved itself.
pub struct Client {
    id: Id<api_client::Entity>,
    known: Arc<Known>,
    roles: Roles,
}

impl Client {
    /// Its `client_id`.
    pub fn name(&self) -> String {
        GlobalId(self.id).text()
    }

    /// The roles it may act in: those of its row that its person still has.
    pub const fn roles(&self) -> Roles {
        self.roles
    }

    /// Whom a token of it is for.
    pub fn bearer<'a>(&'a self, roles: &'a [rules::terms::Role]) -> Bearer<'a> {
        Bearer { subject: &self.known.person.subject, organisation: self.organisation(), roles }
    }

    /// The caller that it is.
    pub fn scope(&self, now: DateTime<Utc>) -> Scope {
        scope(&self.known.person, &self.known.organisation, self.roles, now)
    }

    fn organisation(&self) -> Id<organisation::Entity> {
        self.known.organisation.id
    }
}

impl Gate {
    /// The client with this `client_id`, if the secret is one of its own that counts now; none if anything about it
    /// is wrong, whatever that is.
    pub async fn client(&self, name: &str, secret: &str) -> Result<Option<Client>> {
        let now = self.clock.now();
        let Some(GlobalId(id)) = GlobalId::<api_client::Entity>::parse_text(name) else { return Ok(None) };
        let Some((client, person)) = self.proved(id, &Given::new(secret), now).await? else {
            return Ok(None);
        };
        let known = match self.known(&person.subject, now).await {
            Ok(known) => known,
            Err(fault) if fault.code() == Code::Unauthenticated => return Ok(None),
            Err(fault) => return Err(fault),
        };
        let roles = Roles::of(&client.roles).and(known.roles);
        Ok(Some(Client { id, known, roles }))
    }

    /// The client whose secret was given, and the person as whom it acts.
    async fn proved(
        &self,
        id: Id<api_client::Entity>,
        given: &Given,
        now: DateTime<Utc>,
    ) -> Result<Option<(api_client::Model, person::Model)>> {
        let reads = &self.database.reading(&Reach::Client(id));
        let of_client = client_secret::Column::ClientId.eq(id);
        let secrets = client_secret::Entity::find().filter(of_client).all(reads).await?;
        // Every secret is looked at: the time taken does not tell which one it was.
        let proved = secrets.iter().fold(false, |proved, row| proved | (given.is(row) & counts(row, now)));
        let client = api_client::Entity::find_by_id(id).one(reads).await?;
        let Some(client) = client.filter(|client| proved && client.active) else { return Ok(None) };
        let person = person::Entity::find_by_id(client.person_id).one(reads).await?;
        Ok(person.map(|person| (client, person)))
    }

    /// The `jti` of a token that our own issuer issued to an API client, and to which. Its times do not matter.
    pub fn token_of_client(&self, token: &str) -> Option<(String, String)> {
        let head = Head::read(token).ok().filter(|head| head.issuer == self.issuer)?;
        let expected = Expected { issuer: &self.issuer, audience: &self.auth.audience };
        let claims = head.verify(token, &self.keys, &expected).ok()?;
        Some((claims.jti?, claims.client_id?))
    }
}

/// Whether a secret was approved and has not ended.
fn counts(row: &client_secret::Model, now: DateTime<Utc>) -> bool {
    row.approved_by_id.is_some() && row.expires_at.is_none_or(|end| end > now)
}
