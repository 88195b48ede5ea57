//! Separation of duties: whoever keeps the network gains nothing of what it holds, alone.

use async_graphql::parser::types::TypeKind;
use entity::{api_client, audit_event, client_secret, organisation, person, person_role, trusted_issuer};
use rules::Term as _;
use rules::terms::Role;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use crate::forgery::Pair;
use crate::referring::{NPS, organisation as organisation_id, staff};
use crate::scenario;
use crate::sdl::Sdl;
use crate::trusting::{
    CLIENT, ISSUER, OPERATOR, SECOND, approve_issuer, approve_secret, client, draft, issuer_of,
    proves_nothing, second_admin, speaks_for, then, thing, waiting_client, waiting_issuer,
};
use crate::world::World;
use crate::{clients, given};

/// Everything that these scenarios could change.
async fn everything(world: &World) -> [u64; 7] {
    let database = &world.database;
    let number = "a number";
    [
        organisation::Entity::find().count(database).await.expect(number),
        person::Entity::find().count(database).await.expect(number),
        person_role::Entity::find().count(database).await.expect(number),
        trusted_issuer::Entity::find().count(database).await.expect(number),
        api_client::Entity::find().count(database).await.expect(number),
        client_secret::Entity::find().count(database).await.expect(number),
        audit_event::Entity::find().count(database).await.expect(number),
    ]
}

async fn row_of(world: &World, subject: &str) -> Value {
    let person = given::staff(world, subject).await;
    json!({ "id": staff(world, &person.name).await, "version": person.version })
}

scenario! {
    async fn nobody_changes_their_own_roles_or_employment(world) {
        let own = row_of(world, "system-admin").await;
        let before = everything(world).await;
        for change in [
            json!({ "roles": ["SYSTEM_ADMINISTRATOR"] }),
            json!({ "roles": ["AUDITOR"] }),
            json!({ "roles": ["RESPONSIBLE_OFFICER"] }),
            json!({ "active": true }),
            json!({ "active": false }),
        ] {
            let answer = then(world, "system-admin", "changePerson", &own, change.clone(), "person { id }").await;
            assert_eq!(answer.refusals(), ["OWN_ACCOUNT"], "{change}");
        }
        assert_eq!(everything(world).await, before);
        assert_eq!(row_of(world, "system-admin").await, own);
    }

    async fn no_administrator_gives_another_a_role_that_sees_a_case(world) {
        second_admin(world).await;
        let other = row_of(world, SECOND).await;
        let operator = organisation_id(world, OPERATOR).await;
        let before = everything(world).await;
        for role in Role::ALL.iter().filter(|role| **role != Role::SystemAdministrator) {
            let role = role.name();
            let roles = json!({ "roles": ["SYSTEM_ADMINISTRATOR", role] });
            let answer = then(world, "system-admin", "changePerson", &other, roles.clone(), "person { id }").await;
            assert_eq!(answer.refusals(), ["ROLE_DOES_NOT_FIT"], "{role}");
            let mut input = json!({
                "organisationId": operator, "subject": "third", "name": "Third", "email": "third@network.example",
            });
            crate::referring::merge(&mut input, roles);
            let answer = world.as_person("system-admin").mutate("addPerson", input, "person { id }").await;
            assert_eq!(answer.refusals(), ["ROLE_DOES_NOT_FIT"], "{role}");
        }
        assert_eq!(everything(world).await, before);
    }

    async fn nobody_takes_over_anothers_account(world) {
        // Whose account it is, and for whom they work, is settled when it is added.
        let sdl = Sdl::of_the_code();
        let (_, change) = sdl.types().find(|(name, _)| *name == "ChangePersonInput").expect("the input");
        let TypeKind::InputObject(input) = &change.kind else { panic!("no input") };
        let fields: Vec<_> = input.fields.iter().map(|field| field.node.name.node.as_str()).collect();
        for settled in ["subject", "organisationId"] {
            assert!(!fields.contains(&settled), "{settled} can be changed");
        }
        let nps = organisation_id(world, NPS).await;
        let before = everything(world).await;
        for (subject, email) in
            [("nps-officer", "x@network.example"), ("system-admin", "x@network.example"), ("x", "")]
        {
            let input = json!({
                "organisationId": nps, "subject": subject, "name": "X", "email": email, "roles": ["RESPONSIBLE_OFFICER"],
            });
            let answer = world.as_person("system-admin").mutate("addPerson", input, "person { id }").await;
            assert!(!answer.refusals().is_empty(), "{subject} {answer:?}");
        }
        assert_eq!(everything(world).await, before);
    }

    async fn nobody_approves_a_secret_that_they_were_shown(world) {
        let client = waiting_client(world, "Nadia Prosser", &["RESPONSIBLE_OFFICER"]).await;
        let before = everything(world).await;
        let own = then(world, "system-admin", "approveClientSecret", &client.row, json!({}), CLIENT).await;
        assert_eq!(own.refusals(), ["OWN_WORK"]);
        assert_eq!(everything(world).await, before);
        assert_eq!(clients::token_of(world, &client.id, &client.secret, "").await.status, 401);
        let row = approve_secret(world, &client.row).await;
        assert_eq!(clients::token_of(world, &client.id, &client.secret, "").await.status, 200);
        let again = then(world, SECOND, "approveClientSecret", &row, json!({}), CLIENT).await;
        assert_eq!(again.refusals(), ["NOTHING_TO_APPROVE"]);
        // A new secret of a client in use is no way around it.
        let more = json!({ "overlapHours": 0 });
        let made = then(world, SECOND, "rotateClientSecret", &row, more, &format!("{CLIENT} secret")).await.granted();
        let secret = made.text("/rotateClientSecret/secret");
        let row = made.data("/rotateClientSecret/client");
        assert_eq!(clients::token_of(world, &client.id, secret, "").await.status, 401);
        let own = then(world, SECOND, "approveClientSecret", row, json!({}), CLIENT).await;
        assert_eq!(own.refusals(), ["OWN_WORK"]);
        // What was approved is what was read.
        let stale = then(world, "system-admin", "approveClientSecret", &client.row, json!({}), CLIENT).await;
        assert_eq!(stale.error_code(), Some("CONFLICT"));
        then(world, "system-admin", "approveClientSecret", row, json!({}), CLIENT).await.granted();
        assert_eq!(clients::token_of(world, &client.id, secret, "").await.status, 200);
    }

    async fn a_client_has_no_more_than_its_person_and_keeps_no_network(world) {
        let person = staff(world, "Yusuf Shah").await;
        let administrator = staff(world, "Sam Aldous").await;
        let before = everything(world).await;
        for (person, roles, code) in [
            (&person, json!(["PROVIDER_MANAGER"]), "ROLE_DOES_NOT_FIT"),
            (&person, json!(["PROVIDER_WORKER", "AUDITOR"]), "ROLE_DOES_NOT_FIT"),
            (&person, json!([]), "REQUIRED"),
            (&administrator, json!(["SYSTEM_ADMINISTRATOR"]), "ROLE_DOES_NOT_FIT"),
        ] {
            let input = json!({ "personId": person, "name": "Front end", "roles": roles });
            let answer = world.as_person("system-admin").mutate("addApiClient", input, "secret").await;
            assert_eq!(answer.refusals(), [code], "{answer:?}");
            assert_eq!(answer.data("/addApiClient/secret"), &Value::Null);
        }
        assert_eq!(everything(world).await, before);
        // Whoever was shown its secret gives it no more roles; somebody else may.
        let client = client(world, "Guy Manning", &["PROVIDER_WORKER"]).await;
        let wider = json!({ "roles": ["PROVIDER_WORKER", "PROVIDER_MANAGER"] });
        let own = then(world, "system-admin", "changeApiClient", &client.row, wider.clone(), CLIENT).await;
        assert_eq!(own.refusals(), ["OWN_WORK"]);
        let row = thing(then(world, SECOND, "changeApiClient", &client.row, wider, CLIENT).await, "client");
        assert_eq!(row["roles"], json!(["PROVIDER_WORKER", "PROVIDER_MANAGER"]));
        let foreign = json!({ "roles": ["AUDITOR"] });
        let refused = then(world, SECOND, "changeApiClient", &row, foreign, CLIENT).await;
        assert_eq!(refused.refusals(), ["ROLE_DOES_NOT_FIT"]);
    }

    async fn nobody_approves_an_issuer_whose_keys_they_set(world) {
        let pair = Pair::ed25519();
        let jwks = json!({ "jwks": json!({ "keys": [pair.jwk("one")] }).to_string() });
        let added = waiting_issuer(world, issuer_of(world, "YSS", jwks.clone()).await).await;
        let token = draft(world).await.by(&pair);
        let before = everything(world).await;
        let own = then(world, "system-admin", "approveTrustedIssuer", &added, json!({}), ISSUER).await;
        assert_eq!(own.refusals(), ["OWN_WORK"]);
        assert_eq!(everything(world).await, before);
        proves_nothing(world, "approved by nobody", &token).await;
        let approved = approve_issuer(world, &added).await;
        speaks_for(world, "approved", &token, "Yusuf Shah").await;
        let again = then(world, SECOND, "approveTrustedIssuer", &approved, json!({}), ISSUER).await;
        assert_eq!(again.refusals(), ["NOTHING_TO_APPROVE"]);
        // Whoever changes it has made it, and what they change is not what was approved.
        let mine = Pair::ed25519();
        let jwks = json!({ "jwks": json!({ "keys": [mine.jwk("one")] }).to_string() });
        let changed = thing(then(world, SECOND, "changeTrustedIssuer", &approved, jwks, ISSUER).await, "issuer");
        proves_nothing(world, "changed", &draft(world).await.by(&mine)).await;
        let own = then(world, SECOND, "approveTrustedIssuer", &changed, json!({}), ISSUER).await;
        assert_eq!(own.refusals(), ["OWN_WORK"]);
        let stale = then(world, "system-admin", "approveTrustedIssuer", &approved, json!({}), ISSUER).await;
        assert_eq!(stale.error_code(), Some("CONFLICT"));
    }
}
