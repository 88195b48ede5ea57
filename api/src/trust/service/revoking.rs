//! Taking tokens back. Every server hears of it within seconds; see `auth::watch`.

use entity::{Id, api_client, person, revocation};
use rules::Refusal;
use rules::text::{Form, SHORT_TEXT};
use rules::trust::{RevocationKind, TrustRefusal};

use super::TEXT;
use crate::error::{Fault, Result};
use crate::graphql::global_id::GlobalId;
use crate::store::{Act, Store, Write};
use crate::trust::graphql::RevokeAccessInput;

/// Takes back a token, or every token of a client or a person so far.
pub async fn revoke(write: &mut Write, input: RevokeAccessInput) -> Result<Id<revocation::Entity>> {
    let mut form = Form::new(TEXT);
    let reason = form.required("reason", &input.reason, SHORT_TEXT);
    let (kind, value) = match (&input.jti, input.client_id, input.person_id) {
        (Some(jti), None, None) => (RevocationKind::Token, form.required("jti", jti, SHORT_TEXT)),
        (None, Some(client), None) => {
            let client = write.find::<api_client::Entity>().get(client.0).await?;
            (RevocationKind::Client, GlobalId(client.id).text())
        }
        (None, None, Some(person)) => {
            let person = write.find::<person::Entity>().get(person.0).await?;
            (RevocationKind::Person, GlobalId(person.id).text())
        }
        _ => {
            let message = "Name exactly one: a token, a client or a person.";
            return Err(Refusal::new(TrustRefusal::Invalid, message).into());
        }
    };
    form.finish()?;
    record(write, kind, value, &reason).await
}

/// Takes back a client's own token, at its request.
pub async fn own_token(store: &Store, jti: String) -> Result<()> {
    let act = Act { operation: "oauth/revoke".to_owned(), key: None, fingerprint: String::new() };
    let done = store.write(act, |write| {
        Box::pin(async move { record(write, RevocationKind::Token, jti, "Taken back by its client.").await })
    });
    done.await?.map(|_| ()).map_err(|_| Fault::internal("no rule refuses to take back a client's own token"))
}

/// Records what is taken back.
pub(super) async fn record(
    write: &mut Write,
    kind: RevocationKind,
    value: String,
    reason: &str,
) -> Result<Id<revocation::Entity>> {
    let row = revocation::Model {
        id: Id::fresh(),
        kind: kind.into(),
        value,
        revoked_at: write.now(),
        reason: reason.to_owned(),
        by_id: write.scope().person(),
    };
    Ok(write.insert(row).await?.id)
}
