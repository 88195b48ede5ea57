//! API clients: the servers of partner front ends, which get tokens by their secrets and act as somebody.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use entity::{api_client, audit_event, client_secret, idempotency_key};
use reqwest::header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, PRAGMA, WWW_AUTHENTICATE};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::forgery::decode;
use crate::referring::staff;
use crate::trusting::{
    CLIENT, Client, approve_secret, ask, client, proves_nothing, speaks_for, then, thing, waiting_client,
};
use crate::world::World;
use crate::{given, scenario};

/// What the endpoint answered.
pub struct Said {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; null if there is none.
    pub body: Value,
}

impl Said {
    async fn by(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.expect("a response");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("a body");
        Self { status, headers, body: serde_json::from_str(&text).unwrap_or_default() }
    }

    fn error(&self) -> (u16, &str) {
        (self.status, self.body["error"].as_str().unwrap_or_default())
    }

    /// The token that was issued.
    #[track_caller]
    pub fn token(&self) -> &str {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body["access_token"].as_str().expect("a token")
    }
}

fn form(world: &World, path: &str, body: String) -> reqwest::RequestBuilder {
    world.client.post(world.url(path)).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body)
}

/// Asks for a token with the secret in the header.
pub async fn token_of(world: &World, id: &str, secret: &str, more: &str) -> Said {
    let body = format!("grant_type=client_credentials{more}");
    Said::by(form(world, "/oauth/token", body).basic_auth(id, Some(secret))).await
}

/// Asks to take a token back.
pub async fn revoke_own(world: &World, client: &Client, token: &str) -> Said {
    let body = format!("token={token}&token_type_hint=access_token");
    Said::by(form(world, "/oauth/revoke", body).basic_auth(&client.id, Some(&client.secret))).await
}

#[track_caller]
fn proved_nothing(what: &str, said: &Said) {
    assert_eq!(said.error(), (401, "invalid_client"), "{what}: {}", said.body);
    let challenge = said.headers[WWW_AUTHENTICATE].to_str().expect("a plain word");
    assert!(challenge.starts_with("Basic realm="), "{what}: {challenge}");
    assert!(said.body.get("access_token").is_none(), "{what}");
    not_kept(said);
}

#[track_caller]
fn not_kept(said: &Said) {
    assert_eq!(said.headers[CACHE_CONTROL], "no-store");
    assert_eq!(said.headers[PRAGMA], "no-cache");
    assert_eq!(said.headers[CONTENT_TYPE], "application/json");
}

fn part(token: &str, place: usize) -> Value {
    serde_json::from_slice(&decode(token.split('.').nth(place).expect("a part"))).expect("an object")
}

async fn rotated(world: &World, row: &Value, hours: i32) -> (Value, String) {
    let more = json!({ "overlapHours": hours });
    let answer =
        then(world, "system-admin", "rotateClientSecret", row, more, &format!("{CLIENT} secret")).await;
    let answer = answer.granted();
    let secret = answer.text("/rotateClientSecret/secret").to_owned();
    (answer.data("/rotateClientSecret/client").clone(), secret)
}

scenario! {
    async fn a_client_gets_a_token_by_its_secret_in_the_header_or_in_the_form(world) {
        let client = client(world, "Guy Manning", &["PROVIDER_MANAGER", "PROVIDER_WORKER"]).await;
        let in_header = token_of(world, &client.id, &client.secret, "").await;
        let body = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}", client.id, client.secret
        );
        let in_form = Said::by(form(world, "/oauth/token", body)).await;
        for said in [&in_header, &in_form] {
            not_kept(said);
            assert_eq!(said.body["token_type"], "Bearer");
            assert_eq!(said.body["expires_in"], 900);
            assert_eq!(said.body["scope"], "provider_worker provider_manager");
            speaks_for(world, "a client", said.token(), "Guy Manning").await;
        }
        let token = in_header.token();
        assert_eq!(part(token, 0)["typ"], "at+jwt");
        let claims = part(token, 1);
        assert_eq!(claims["client_id"], json!(client.id));
        assert_eq!(claims["sub"], "gym-manager");
        assert_eq!(claims["exp"].as_i64(), claims["iat"].as_i64().map(|iat| iat + 900));
        assert!(claims["jti"].is_string() && claims["jti"] != part(in_form.token(), 1)["jti"]);
        // No token outlives its time.
        world.clock.advance(TimeDelta::seconds(900 + 30));
        proves_nothing(world, "expired", token).await;
    }

    async fn a_client_asks_for_no_more_roles_than_it_has(world) {
        let client = client(world, "Guy Manning", &["PROVIDER_WORKER"]).await;
        let said = token_of(world, &client.id, &client.secret, "&scope=provider_worker").await;
        assert_eq!(ask(world, said.token()).await.data("/me/roles"), &json!(["PROVIDER_WORKER"]));
        // Its person has the other role; the client does not.
        for scope in [
            "provider_manager",
            "provider_worker+provider_manager",
            "auditor",
            "system_administrator",
            "everything",
            "PROVIDER_WORKER",
            "provider_worker++provider_worker",
            "+",
            "%00",
        ] {
            let said = token_of(world, &client.id, &client.secret, &format!("&scope={scope}")).await;
            assert_eq!(said.error(), (400, "invalid_scope"), "{scope}: {}", said.body);
            not_kept(&said);
        }
        let empty = token_of(world, &client.id, &client.secret, "&scope=").await;
        assert_eq!(empty.body["scope"], "provider_worker", "what is empty is not there");
    }

    async fn who_does_not_prove_themselves_learns_nothing(world) {
        let client = client(world, "Guy Manning", &["PROVIDER_WORKER"]).await;
        let other = self::client(world, "Yusuf Shah", &["PROVIDER_WORKER"]).await;
        let waiting = waiting_client(world, "Wren Dale", &["PROVIDER_WORKER"]).await;
        let digests = client_secret::Entity::find().all(&world.database).await.expect("rows");
        let mut answers = Vec::new();
        let shorter = &client.secret[..client.secret.len() - 1];
        let longer = format!("{}A", client.secret);
        for (what, id, secret) in [
            ("a wrong secret", client.id.as_str(), "pnsec_wrong"),
            ("no secret", client.id.as_str(), ""),
            ("a shorter secret", client.id.as_str(), shorter),
            ("a longer secret", client.id.as_str(), longer.as_str()),
            ("another's secret", client.id.as_str(), other.secret.as_str()),
            ("what the database keeps", client.id.as_str(), digests[0].digest.0.as_str()),
            ("a secret that nobody approved", waiting.id.as_str(), waiting.secret.as_str()),
            ("nobody", "cli_01h455vb4pex5vsknk084sn02q", client.secret.as_str()),
            ("nonsense", "' OR 1=1 --", client.secret.as_str()),
            ("a person", "gym-manager", client.secret.as_str()),
        ] {
            let said = token_of(world, id, secret, "").await;
            proved_nothing(what, &said);
            answers.push(said.body);
        }
        assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
        let form = |body: &str| form(world, "/oauth/token", format!("grant_type=client_credentials{body}"));
        proved_nothing("nothing", &Said::by(form("")).await);
        proved_nothing("no secret", &Said::by(form(&format!("&client_id={}", client.id))).await);
        proved_nothing("no client", &Said::by(form(&format!("&client_secret={}", client.secret))).await);
        for header in ["Bearer x", "Basic", "Basic $", "Basic eA==", "Digest x"] {
            proved_nothing(header, &Said::by(form("").header(AUTHORIZATION, header)).await);
        }
        assert_eq!(token_of(world, &client.id, &client.secret, "").await.status, 200);
    }

    async fn a_request_is_made_as_the_standard_says(world) {
        let client = client(world, "Guy Manning", &["PROVIDER_WORKER"]).await;
        let (id, secret) = (client.id.as_str(), client.secret.as_str());
        let send = |path: &str, body: &str| form(world, path, body.to_owned()).basic_auth(id, Some(secret));
        for (what, request, error) in [
            ("no grant", send("/oauth/token", ""), "invalid_request"),
            ("an empty grant", send("/oauth/token", "grant_type="), "invalid_request"),
            ("another grant", send("/oauth/token", "grant_type=password&username=a&password=b"), "unsupported_grant_type"),
            ("a code", send("/oauth/token", "grant_type=authorization_code&code=x"), "unsupported_grant_type"),
            ("twice", send("/oauth/token", "grant_type=client_credentials&grant_type=client_credentials"), "invalid_request"),
            ("in the address", send("/oauth/token?grant_type=client_credentials", ""), "invalid_request"),
            (
                "proved twice",
                send("/oauth/token", &format!("grant_type=client_credentials&client_secret={secret}")),
                "invalid_request",
            ),
            (
                "named twice",
                send("/oauth/token", "grant_type=client_credentials&client_id=cli_01h455vb4pex5vsknk084sn02q"),
                "invalid_request",
            ),
            ("too long", send("/oauth/token", &format!("grant_type={}", "x".repeat(20_000))), "invalid_request"),
            ("no token", send("/oauth/revoke", ""), "invalid_request"),
        ] {
            let said = Said::by(request).await;
            assert_eq!(said.error(), (400, error), "{what}: {}", said.body);
            not_kept(&said);
        }
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x", ""] {
            let request = world.client.post(world.url("/oauth/token")).header(CONTENT_TYPE, kind);
            let request = request.basic_auth(id, Some(secret)).body("grant_type=client_credentials");
            assert_eq!(Said::by(request).await.error(), (400, "invalid_request"), "{kind}");
        }
        let said = send("/oauth/token", "grant_type=client_credentials").header(AUTHORIZATION, "Basic eDp5");
        assert_eq!(Said::by(said).await.error(), (400, "invalid_request"), "two headers");
        let got = world.client.get(world.url("/oauth/token?grant_type=client_credentials")).basic_auth(id, Some(secret));
        assert_eq!(Said::by(got).await.status, 405);
        let named = send("/oauth/token", &format!("grant_type=client_credentials&client_id={id}"));
        assert_eq!(Said::by(named).await.status, 200, "the same name twice does no harm");
        let encoded = STANDARD.encode(format!("{id}:{secret}"));
        let lower = form(world, "/oauth/token", "grant_type=client_credentials".to_owned());
        assert_eq!(Said::by(lower.header(AUTHORIZATION, format!("basic {encoded}"))).await.status, 200);
    }

    async fn a_rotated_secret_lives_on_for_its_overlap(world) {
        let client = client(world, "Guy Manning", &["PROVIDER_WORKER"]).await;
        let status = async |secret: &str| token_of(world, &client.id, secret, "").await.status;
        let (row, second) = rotated(world, &client.row, 24).await;
        assert_eq!((status(&client.secret).await, status(&second).await), (200, 401), "not approved yet");
        // The overlap begins with the approval, however long that takes.
        world.clock.advance(TimeDelta::hours(48));
        let row = approve_secret(world, &row).await;
        assert_eq!((status(&client.secret).await, status(&second).await), (200, 200));
        world.clock.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
        assert_eq!((status(&client.secret).await, status(&second).await), (200, 200));
        world.clock.advance(TimeDelta::seconds(1));
        assert_eq!((status(&client.secret).await, status(&second).await), (401, 200));
        // Without overlap, and with one that was made in between and that nobody wants.
        let (row, unwanted) = rotated(world, &row, 168).await;
        let (row, third) = rotated(world, &row, 0).await;
        approve_secret(world, &row).await;
        let all = [client.secret.as_str(), second.as_str(), unwanted.as_str(), third.as_str()];
        let mut statuses = Vec::new();
        for secret in all {
            statuses.push(status(secret).await);
        }
        assert_eq!(statuses, [401, 401, 401, 200]);
        let more = json!({ "overlapHours": 169 });
        let row = json!({ "id": client.id, "version": row["version"].as_i64().map(|version| version + 1) });
        let refused = then(world, "system-admin", "rotateClientSecret", &row, more, "secret").await;
        assert_eq!(refused.refusals(), ["INVALID"]);
        assert_eq!(client_secret::Entity::find().count(&world.database).await.expect("a number"), 4);
    }

    async fn a_client_that_is_stopped_or_whose_person_left_is_out(world) {
        let client = client(world, "Guy Manning", &["PROVIDER_MANAGER", "PROVIDER_WORKER"]).await;
        let token = token_of(world, &client.id, &client.secret, "").await.token().to_owned();
        speaks_for(world, "in use", &token, "Guy Manning").await;
        // A role is taken from it: its tokens say too much from now on.
        let fewer = json!({ "roles": ["PROVIDER_WORKER"] });
        let row = thing(then(world, "system-admin", "changeApiClient", &client.row, fewer, CLIENT).await, "client");
        proves_nothing(world, "with a role too many", &token).await;
        world.clock.advance(TimeDelta::seconds(31));
        let token = token_of(world, &client.id, &client.secret, "").await.token().to_owned();
        assert_eq!(ask(world, &token).await.data("/me/roles"), &json!(["PROVIDER_WORKER"]));
        let stop = json!({ "active": false });
        let row = thing(then(world, "system-admin", "changeApiClient", &row, stop, CLIENT).await, "client");
        proves_nothing(world, "stopped", &token).await;
        proved_nothing("stopped", &token_of(world, &client.id, &client.secret, "").await);
        // Whoever was shown its secret does not start it again.
        let start = json!({ "active": true });
        let refused = then(world, "system-admin", "changeApiClient", &row, start.clone(), CLIENT).await;
        assert_eq!(refused.refusals(), ["OWN_WORK"]);
        then(world, "second-admin", "changeApiClient", &row, start, CLIENT).await.granted();
        world.clock.advance(TimeDelta::seconds(31));
        let token = token_of(world, &client.id, &client.secret, "").await.token().to_owned();
        speaks_for(world, "started", &token, "Guy Manning").await;
        let person = given::staff(world, "gym-manager").await;
        let person = json!({ "id": staff(world, "Guy Manning").await, "version": person.version });
        then(world, "system-admin", "changePerson", &person, stop_work(), "person { id }").await.granted();
        proves_nothing(world, "left", &token).await;
        proved_nothing("left", &token_of(world, &client.id, &client.secret, "").await);
    }

    async fn a_secret_is_seen_once_and_kept_nowhere(world) {
        let input = json!({
            "personId": staff(world, "Yusuf Shah").await, "name": "Front end", "roles": ["PROVIDER_WORKER"],
            "idempotencyKey": "once",
        });
        let admin = world.as_person("system-admin");
        let selection = "client { id } secret";
        let first = admin.mutate("addApiClient", input.clone(), selection).await.granted();
        let repeat = admin.mutate("addApiClient", input, selection).await.granted();
        assert_eq!(repeat.data("/addApiClient/client"), first.data("/addApiClient/client"));
        assert_eq!(repeat.data("/addApiClient/secret"), &Value::Null);
        assert_eq!(api_client::Entity::find().count(&world.database).await.expect("a number"), 1);
        let secret = first.text("/addApiClient/secret");
        assert!(secret.len() > 40, "{}", secret.len());
        let rows = client_secret::Entity::find().all(&world.database).await.expect("rows");
        let [row] = &rows[..] else { panic!("one secret") };
        assert_ne!(row.digest.0, secret);
        assert!(!format!("{row:?}").contains(&row.digest.0), "a log could show the digest");
        let events = audit_event::Entity::find().all(&world.database).await.expect("events");
        let keys = idempotency_key::Entity::find().all(&world.database).await.expect("keys");
        let told = events.iter().map(|event| event.changes.to_string());
        let told: Vec<String> = told.chain(keys.iter().map(|key| key.answer.to_string())).collect();
        assert!(told.iter().any(|text| text.contains(&row.id.to_string())), "the secret's row is recorded");
        for hidden in [secret, row.digest.0.as_str()] {
            assert!(!told.iter().any(|text| text.contains(hidden)), "the records hold a secret");
        }
        // Approving it changes the row; the record of that holds no digest either.
        let version = json!({ "id": first.data("/addApiClient/client/id"), "version": 1 });
        approve_secret(world, &version).await;
        let events = audit_event::Entity::find().all(&world.database).await.expect("events");
        assert!(events.iter().any(|event| event.table_name == "client_secret" && event.act == "update"));
        assert!(!events.iter().any(|event| event.changes.to_string().contains(&row.digest.0)));
    }
}

fn stop_work() -> Value {
    json!({ "active": false })
}
