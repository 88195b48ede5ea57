//! How trust comes about in scenarios: one administrator sets it up, another approves.

use entity::person;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use crate::forgery::Draft;
use crate::people::Answer;
use crate::referring::{merge, organisation, staff};
use crate::world::World;

/// The operator of the demonstration.
pub const OPERATOR: &str = "Demonstration network";
/// The administrator who approves what `system-admin` set up.
pub const SECOND: &str = "second-admin";
/// The `iss` of YSS's own provider.
pub const YSS_ISSUER: &str = "https://login.yss.example";

/// Adds the second administrator, unless they are there.
pub async fn second_admin(world: &World) {
    let there = person::Entity::find().filter(person::Column::Subject.eq(SECOND));
    if there.count(&world.database).await.expect("a number") > 0 {
        return;
    }
    let input = json!({
        "organisationId": organisation(world, OPERATOR).await, "subject": SECOND, "name": "Sara Olds",
        "email": "sara.olds@network.example", "roles": ["SYSTEM_ADMINISTRATOR"],
    });
    world.as_person("system-admin").mutate("addPerson", input, "person { id }").await.granted();
}

/// What is said of an issuer that an organisation brings, but for what `more` says.
pub async fn issuer_of(world: &World, name: &str, more: Value) -> Value {
    let mut input = json!({
        "organisationId": organisation(world, name).await, "issuer": YSS_ISSUER, "audience": "yss-network",
    });
    merge(&mut input, more);
    input
}

/// What is read of an issuer after each act.
pub const ISSUER: &str = "issuer { id version active approvedBy { name } }";

/// The thing in the payload of the only mutation of an answer.
#[track_caller]
pub fn thing(answer: Answer, name: &str) -> Value {
    let answer = answer.granted();
    let payload = answer.body["data"].as_object().and_then(|data| data.values().next()).expect("a payload");
    payload[name].clone()
}

/// An issuer that was added and not yet approved.
pub async fn waiting_issuer(world: &World, input: Value) -> Value {
    let admin = world.as_person("system-admin");
    thing(admin.mutate("addTrustedIssuer", input, ISSUER).await, "issuer")
}

/// Does something to an issuer, a client or a secret at the version last read.
pub async fn then(
    world: &World,
    who: &str,
    field: &str,
    thing: &Value,
    more: Value,
    selection: &str,
) -> Answer {
    let mut input = json!({ "id": thing["id"], "version": thing["version"] });
    merge(&mut input, more);
    world.as_person(who).mutate(field, input, selection).await
}

/// Approves an issuer as the second administrator.
pub async fn approve_issuer(world: &World, issuer: &Value) -> Value {
    second_admin(world).await;
    thing(then(world, SECOND, "approveTrustedIssuer", issuer, json!({}), ISSUER).await, "issuer")
}

/// An issuer of YSS's that is trusted, but for what `more` says.
pub async fn issuer(world: &World, more: Value) -> Value {
    let added = waiting_issuer(world, issuer_of(world, "YSS", more).await).await;
    approve_issuer(world, &added).await
}

/// What YSS's own provider would say of `yss-worker`: no more than such providers say.
pub async fn draft(world: &World) -> Draft {
    Draft::good(world)
        .await
        .header("kid", "one")
        .claim("iss", YSS_ISSUER)
        .claim("aud", "yss-network")
        .claim("sub", "yss-worker")
        .without("org")
        .without("roles")
        .without("nbf")
}

/// A client with its secret.
pub struct Client {
    /// Its `client_id`.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// What was read of it.
    pub row: Value,
}

/// What is read of a client after each act.
pub const CLIENT: &str = "client { id version active roles secrets { nodes { expiresAt } } }";

/// A client that acts as somebody, with a secret that nobody has approved yet.
pub async fn waiting_client(world: &World, person: &str, roles: &[&str]) -> Client {
    let input = json!({ "personId": staff(world, person).await, "name": "Front end", "roles": roles });
    let answer = world
        .as_person("system-admin")
        .mutate("addApiClient", input, &format!("{CLIENT} secret"))
        .await
        .granted();
    let row = answer.data("/addApiClient/client").clone();
    let id = row["id"].as_str().expect("an identifier").to_owned();
    Client { id, secret: answer.text("/addApiClient/secret").to_owned(), row }
}

/// A client that acts as somebody.
pub async fn client(world: &World, person: &str, roles: &[&str]) -> Client {
    let client = waiting_client(world, person, roles).await;
    let row = approve_secret(world, &client.row).await;
    Client { row, ..client }
}

/// Approves a client's newest secret as the second administrator.
pub async fn approve_secret(world: &World, client: &Value) -> Value {
    second_admin(world).await;
    thing(then(world, SECOND, "approveClientSecret", client, json!({}), CLIENT).await, "client")
}

/// Asks who one is, with a token.
pub async fn ask(world: &World, token: &str) -> Answer {
    let document = "{ me { person { name } organisation { name } roles } }";
    let request = world.client.post(world.url("/graphql")).bearer_auth(token);
    Answer::of(request.json(&json!({ "query": document }))).await
}

/// The token is accepted, and speaks for somebody of this name.
pub async fn speaks_for(world: &World, what: &str, token: &str, name: &str) {
    let answer = ask(world, token).await;
    assert_eq!((answer.status, answer.error_codes()), (200, vec![]), "{what}: {answer:?}");
    assert_eq!(answer.text("/me/person/name"), name, "{what}");
}

/// The token proves nothing.
pub async fn proves_nothing(world: &World, what: &str, token: &str) {
    let answer = ask(world, token).await;
    assert_eq!((answer.status, answer.error_codes()), (401, vec!["UNAUTHENTICATED"]), "{what}: {answer:?}");
    assert!(answer.body.get("data").is_none(), "{what}: {answer:?}");
}

/// Takes something back.
pub async fn revoke(world: &World, what: Value) -> Answer {
    let mut input = json!({ "reason": "Lost." });
    merge(&mut input, what);
    world.as_person("system-admin").mutate("revokeAccess", input, "revocation { kind value }").await
}
