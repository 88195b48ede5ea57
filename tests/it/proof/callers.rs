//! Who asks in the proof: for every organisation somebody in each role that it has, and somebody in all of them.

use std::fmt;

use api::auth::Bearer;
use chrono::TimeDelta;
use entity::{Id, organisation, person};
use reqwest::header::HeaderMap;
use rules::Term as _;
use rules::access::{self, Kind, Roles};
use rules::terms::{OrganisationKind, Role};
use serde_json::{Value, json};

use crate::live::Socket;
use crate::people::Answer;
use crate::world::World;

/// Somebody who asks.
pub struct Caller {
    /// The `sub` of their token.
    pub subject: String,
    /// Who they are.
    pub person: Id<person::Entity>,
    /// For whom they ask.
    pub organisation: Id<organisation::Entity>,
    /// What that organisation is.
    pub kind: OrganisationKind,
    /// Which of its kind it is, from 0.
    pub place: usize,
    /// As what they ask.
    pub roles: Vec<Role>,
    /// Proves it; empty until they have signed in.
    pub token: String,
}

impl Caller {
    /// Gets a token. The clock of a world stands: it is good for the whole run.
    pub fn sign_in(&mut self, world: &World) {
        let bearer = Bearer { subject: &self.subject, organisation: self.organisation, roles: &self.roles };
        let token = world.issuer.token(&bearer, world.clock.now(), TimeDelta::minutes(10));
        self.token = token.expect("a token");
    }

    /// Whether they ask in this role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether they ask in one of these roles.
    pub fn is_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.is(*role))
    }

    /// Whether the table of roles grants them a field. That the server keeps to it, `access.rs` proves.
    pub fn may(&self, kind: Kind, field: &str) -> bool {
        access::may(Roles::of(&self.roles), kind, field)
    }

    /// What the server answers them.
    pub async fn ask(&self, world: &World, document: &str, variables: &Value) -> Answer {
        let body = json!({ "query": document, "variables": variables });
        Answer::of(world.client.post(world.url("/graphql")).bearer_auth(&self.token).json(&body)).await
    }

    /// What the server answers them over a socket.
    pub async fn ask_by_socket(&self, world: &World, document: &str, variables: &Value) -> Answer {
        let mut socket = Socket::with(world.address, &self.token).await;
        socket.subscribe("it", document, variables.clone()).await;
        let said = socket.hear().await;
        let body = match said["type"].as_str() {
            Some("next") => said["payload"].clone(),
            _ => json!({ "errors": said["payload"] }),
        };
        Answer { status: 200, headers: HeaderMap::new(), body }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles: Vec<_> = self.roles.iter().map(|role| role.name()).collect();
        write!(formatter, "{} ({})", self.subject, roles.join(", "))
    }
}
