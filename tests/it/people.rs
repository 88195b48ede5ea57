//! The people of a test: they ask and act over HTTP, with tokens of the embedded issuer.

use std::fmt;

use api::auth::Bearer;
use chrono::TimeDelta;
use entity::{person, person_role};
use reqwest::header::HeaderMap;
use rules::terms::Role;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::world::World;

/// Somebody who asks and acts.
#[derive(Clone)]
pub struct Actor<'w> {
    world: &'w World,
    subject: String,
    roles: Option<Vec<Role>>,
}

impl<'w> Actor<'w> {
    /// Somebody of this world, in all their roles.
    pub fn new(world: &'w World, subject: &str) -> Self {
        Self { world, subject: subject.to_owned(), roles: None }
    }

    /// The same person with a token for these of their roles only.
    #[must_use]
    pub fn only(self, roles: &[Role]) -> Self {
        Self { roles: Some(roles.to_vec()), ..self }
    }

    /// A token that lives for ten minutes of the world's clock.
    pub async fn token(&self) -> String {
        let database = &self.world.database;
        let person = person::Entity::find().filter(person::Column::Subject.eq(&self.subject));
        let person = person.one(database).await.expect("a person");
        let person = person.unwrap_or_else(|| panic!("nobody has the subject {:?}", self.subject));
        let roles = match &self.roles {
            Some(roles) => roles.clone(),
            None => {
                let of = person_role::Column::PersonId.eq(person.id);
                let rows = person_role::Entity::find().filter(of).all(database).await.expect("roles");
                rows.into_iter().map(|row| *row.role).collect()
            }
        };
        let bearer = Bearer { subject: &self.subject, organisation: person.organisation_id, roles: &roles };
        let now = self.world.clock.now();
        self.world.issuer.token(&bearer, now, TimeDelta::minutes(10)).expect("a token")
    }

    /// Executes a document with these variables.
    pub async fn query(&self, document: &str, variables: Value) -> Answer {
        let body = json!({ "query": document, "variables": variables });
        let request = self.world.client.post(self.world.url("/graphql")).bearer_auth(self.token().await);
        Answer::of(request.json(&body)).await
    }

    /// Carries out the mutation `field` with its input, and reads `selection` of its payload and the refusals.
    pub async fn mutate(&self, field: &str, input: Value, selection: &str) -> Answer {
        let (head, tail) = field.split_at(1);
        let input_type = format!("{}{tail}Input", head.to_uppercase());
        let document = format!(
            "mutation($input: {input_type}!) {{ \
             {field}(input: $input) {{ {selection} userErrors {{ code field message }} }} }}"
        );
        self.query(&document, json!({ "input": input })).await
    }
}

/// What the server answered.
pub struct Answer {
    /// The status of the response.
    pub status: u16,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Value,
}

impl Answer {
    /// What the server answers to a request.
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("a response");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {status} {text}"));
        Self { status, headers, body }
    }

    /// The answer, which has neither errors nor refusals.
    #[track_caller]
    pub fn granted(self) -> Self {
        assert!(self.body.get("errors").is_none() && self.user_errors().is_empty(), "{self:?}");
        self
    }

    /// The data at a place: `/organisations/edges/0/node/name`.
    #[track_caller]
    pub fn data(&self, place: &str) -> &Value {
        let found = self.body.get("data").and_then(|data| data.pointer(place));
        found.unwrap_or_else(|| panic!("there is nothing at {place}: {self:?}"))
    }

    /// The text at a place of the data.
    #[track_caller]
    pub fn text(&self, place: &str) -> &str {
        self.data(place).as_str().unwrap_or_else(|| panic!("there is no text at {place}: {self:?}"))
    }

    /// The list at a place of the data.
    #[track_caller]
    pub fn list(&self, place: &str) -> &[Value] {
        self.data(place).as_array().unwrap_or_else(|| panic!("there is no list at {place}: {self:?}"))
    }

    /// The codes of the errors.
    pub fn error_codes(&self) -> Vec<&str> {
        let errors = self.body.get("errors").and_then(Value::as_array).into_iter().flatten();
        errors.map(|error| error["extensions"]["code"].as_str().unwrap_or("without code")).collect()
    }

    /// The code of the first error.
    pub fn error_code(&self) -> Option<&str> {
        self.error_codes().first().copied()
    }

    /// The refusals of all mutations in the answer.
    pub fn user_errors(&self) -> Vec<UserError<'_>> {
        let payloads =
            self.body.get("data").and_then(Value::as_object).into_iter().flat_map(|data| data.values());
        let refusals = payloads.filter_map(|payload| payload.get("userErrors")?.as_array()).flatten();
        refusals.map(UserError::of).collect()
    }

    /// The codes of the refusals.
    pub fn refusals(&self) -> Vec<&str> {
        self.user_errors().into_iter().map(|refusal| refusal.code).collect()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {:#}", self.status, self.body)
    }
}

/// A rule's refusal.
#[derive(Debug, PartialEq, Eq)]
pub struct UserError<'a> {
    /// Its code.
    pub code: &'a str,
    /// The field's path, with dots.
    pub field: String,
    /// Its sentence.
    pub message: &'a str,
}

impl<'a> UserError<'a> {
    fn of(refusal: &'a Value) -> Self {
        let path = refusal["field"].as_array().into_iter().flatten();
        Self {
            code: refusal["code"].as_str().unwrap_or_default(),
            field: path.filter_map(Value::as_str).collect::<Vec<_>>().join("."),
            message: refusal["message"].as_str().unwrap_or_default(),
        }
    }
}
