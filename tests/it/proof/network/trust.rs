//! Whom the network trusts, and what was taken back: of every organisation the same.

use api::graphql::global_id::GlobalId;
use entity::client_secret::SecretDigest;
use entity::*;
use rules::Term as _;
use rules::organisations::roles_of;
use rules::terms::{OrganisationKind, Role};
use rules::trust::{RevocationKind, SigningAlgorithm, TokenType};
use serde_json::json;

use super::{Build, HOLDERS, OF_EACH, Place, at};

/// The public key of RFC 8037, appendix A.2. Its private half is printed there too: nothing here is signed by it.
const KEY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

type PersonId = Id<person::Entity>;

impl Build {
    /// Issuers, clients and revocations of every organisation that holds cases or delivers. One administrator set
    /// them up, the other approved.
    pub(super) fn trust(&mut self) {
        let mut operators = self.places.iter().filter(|place| place.kind == OrganisationKind::Operator);
        let operator = operators.next().expect("an operator");
        let [first, second] = [0, 1].map(|which| operator.staff(Role::SystemAdministrator, which));
        for number in 0..HOLDERS + OF_EACH {
            let place = self.places[number].clone();
            let [role, ..] = roles_of(place.kind) else { continue };
            // The first in the role asks, and so sees what they took back.
            let [asks, other] = [0, 1].map(|which| place.staff(*role, which));
            self.issuer(&place, first, Some(second));
            self.issuer(&place, first, None);
            let client = self.client(&place, other, *role, true);
            self.secret(client, first, Some(second), true);
            self.secret(client, first, Some(second), false);
            let waiting = self.client(&place, other, *role, false);
            self.secret(waiting, second, None, false);
            let token = format!("token-{}", self.mark());
            self.taken_back(RevocationKind::Token, token, asks);
            self.taken_back(RevocationKind::Client, GlobalId(client).text(), first);
            self.taken_back(RevocationKind::Person, GlobalId(other).text(), first);
        }
    }

    /// An issuer that is trusted by its keys, or one that waits and has its keys at an address: nobody asks there.
    fn issuer(&mut self, place: &Place, set_by_id: PersonId, approved_by_id: Option<PersonId>) {
        let mark = self.mark();
        let is_trusted = approved_by_id.is_some();
        let key = json!({ "kty": "OKP", "crv": "Ed25519", "kid": mark, "x": KEY });
        let row = trusted_issuer::Model {
            id: self.id(),
            organisation_id: place.id,
            issuer: format!("https://login.proof.example/{mark}"),
            audience: format!("network-{mark}"),
            jwks: is_trusted.then(|| json!({ "keys": [key] }).to_string()),
            jwks_url: (!is_trusted).then(|| format!("https://login.proof.example/{mark}/keys.json")),
            algorithms: CodedList(SigningAlgorithm::ALL.to_vec()),
            token_types: CodedList(vec![TokenType::AtJwt]),
            subject_claim: format!("name-{mark}"),
            subject_prefix: Some(format!("{mark}|")),
            roles_claim: Some(format!("roles-{mark}")),
            active: is_trusted,
            set_by_id,
            approved_by_id,
            version: 1,
            created_at: at(6, 1, 9),
        };
        self.rows.trusted_issuer.push(row);
    }

    fn client(
        &mut self,
        place: &Place,
        person_id: PersonId,
        role: Role,
        active: bool,
    ) -> Id<api_client::Entity> {
        let row = api_client::Model {
            id: self.id(),
            organisation_id: place.id,
            person_id,
            name: format!("Front end {}", self.mark()),
            roles: CodedList(vec![role]),
            active,
            version: 1,
            created_at: at(6, 1, 9),
        };
        let id = row.id;
        self.rows.api_client.push(row);
        id
    }

    fn secret(
        &mut self,
        client_id: Id<api_client::Entity>,
        shown_to_id: PersonId,
        approved_by_id: Option<PersonId>,
        has_ended: bool,
    ) {
        let row = client_secret::Model {
            id: self.id(),
            client_id,
            digest: SecretDigest(format!("digest {}", self.mark())),
            shown_to_id,
            approved_by_id,
            overlap_hours: 24,
            created_at: at(6, 1, 9),
            expires_at: has_ended.then(|| at(7, 1, 9)),
        };
        self.rows.client_secret.push(row);
    }

    /// Long ago: the tokens of those who ask are younger.
    fn taken_back(&mut self, kind: RevocationKind, value: String, by_id: PersonId) {
        let row = revocation::Model {
            id: self.id(),
            kind: kind.into(),
            value,
            revoked_at: at(7, 2, 9),
            reason: format!("Lost {}", self.mark()),
            by_id,
        };
        self.rows.revocation.push(row);
    }
}
