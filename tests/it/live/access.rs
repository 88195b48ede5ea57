//! Who may follow what: every field of `Subscription`, held against every role.

use rules::terms::Role;
use serde_json::Value;

use super::Socket;
use crate::access::{persona, subscriptions};
use crate::scenario;

scenario! {
    async fn every_field_is_refused_to_every_role_that_is_not_granted_it_and_to_no_other(world) {
        for role in [
            Role::ResponsibleOfficer, Role::TeamManager, Role::CourtOfficer, Role::ProviderWorker,
            Role::ProviderManager, Role::RateCardAdministrator, Role::ContractManager, Role::Auditor,
            Role::SystemAdministrator,
        ] {
            let mut socket = Socket::of(world, persona(role)).await;
            for (field, document, granted) in subscriptions() {
                socket.subscribe(&field, &document, Value::Null).await;
                let said = socket.hear().await;
                let code = &said["payload"][0]["extensions"]["code"];
                assert_eq!(code == "FORBIDDEN", !granted.contains(&role), "{field} to {role:?}: {said}");
                assert!(said["type"] == "error" || said["type"] == "next", "{said}");
                assert!(code.is_null() || code == "FORBIDDEN" || code == "NOT_FOUND", "{said}");
            }
        }
    }
}
