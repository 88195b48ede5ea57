//! Trusted issuers: added and changed by one administrator, approved by another.

use async_graphql::MaybeUndefined;
use entity::{CodedList, Id, organisation, trusted_issuer};
use rules::text::{Form, SHORT_TEXT};
use rules::trust::{
    LONGEST_KEY_SET, SigningAlgorithm, TokenType, TrustRefusal, check_approver, check_organisation,
    check_plain,
};
use rules::{Refusal, Term};

use super::TEXT;
use crate::auth::{check_key_set, check_key_set_url};
use crate::error::Result;
use crate::graphql::shown::Shown;
use crate::store::Write;
use crate::trust::graphql::{AddTrustedIssuerInput, ApproveTrustedIssuerInput, ChangeTrustedIssuerInput};

/// The longest address of a key set, in characters.
const LONGEST_URL: usize = 1_000;

/// Adds an issuer.
pub async fn add(write: &mut Write, input: AddTrustedIssuerInput) -> Result<Id<trusted_issuer::Entity>> {
    let organisation = write.find::<organisation::Entity>().get(input.organisation_id.0).await?;
    let mut form = Form::new(TEXT);
    form.refuse(check_organisation(*organisation.kind));
    let mut row = trusted_issuer::Model {
        id: Id::fresh(),
        organisation_id: organisation.id,
        issuer: name(&mut form, "issuer", &input.issuer),
        audience: name(&mut form, "audience", &input.audience),
        jwks: None,
        jwks_url: None,
        algorithms: CodedList(SigningAlgorithm::ALL.to_vec()),
        token_types: CodedList(vec![TokenType::AtJwt]),
        subject_claim: "sub".to_owned(),
        subject_prefix: optional(&mut form, "subjectPrefix", input.subject_prefix.as_deref()),
        roles_claim: optional(&mut form, "rolesClaim", input.roles_claim.as_deref()),
        active: true,
        set_by_id: write.scope().person(),
        approved_by_id: None,
        version: 1,
        created_at: write.now(),
    };
    if let Some(claim) = &input.subject_claim {
        row.subject_claim = name(&mut form, "subjectClaim", claim);
    }
    set_kinds(&mut row, input.algorithms, input.token_types);
    set_keys(&mut form, &mut row, input.jwks.as_deref(), input.jwks_url.as_deref());
    check(&mut form, &row);
    form.finish()?;
    let taken =
        Refusal::of(TrustRefusal::Taken, "issuer", "An issuer with this `iss` is in the network already.");
    write
        .insert(row)
        .await
        .map(|row| row.id)
        .map_err(|fault| fault.or_refusal("trusted_issuer_issuer_key", "trusted_issuer.issuer", taken))
}

/// Changes an issuer. Whatever but a stop is changed has to be approved anew.
pub async fn change(
    write: &mut Write,
    input: ChangeTrustedIssuerInput,
) -> Result<Id<trusted_issuer::Entity>> {
    let before = write.find::<trusted_issuer::Entity>().get(input.id.0).await?;
    write.expect_version(&before, input.version).await?;
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    if let Some(audience) = &input.audience {
        after.audience = name(&mut form, "audience", audience);
    }
    if let Some(claim) = &input.subject_claim {
        after.subject_claim = name(&mut form, "subjectClaim", claim);
    }
    set_text(&mut form, "subjectPrefix", &mut after.subject_prefix, input.subject_prefix);
    set_text(&mut form, "rolesClaim", &mut after.roles_claim, input.roles_claim);
    set_kinds(&mut after, input.algorithms, input.token_types);
    set_keys(&mut form, &mut after, input.jwks.as_deref(), input.jwks_url.as_deref());
    check(&mut form, &after);
    form.finish()?;
    let stopped = trusted_issuer::Model { active: false, ..before.clone() };
    after.active = input.active.unwrap_or(after.active);
    if after != before && after != stopped {
        after.set_by_id = write.scope().person();
        after.approved_by_id = None;
    }
    Ok(write.replace(&before, after).await?.id)
}

/// Approves an issuer in the version that was read.
pub async fn approve(
    write: &mut Write,
    input: ApproveTrustedIssuerInput,
) -> Result<Id<trusted_issuer::Entity>> {
    let before = write.find::<trusted_issuer::Entity>().get(input.id.0).await?;
    write.expect_version(&before, input.version).await?;
    if before.approved_by_id.is_some() {
        let message = "The issuer was approved as it is.";
        return Err(Refusal::new(TrustRefusal::NothingToApprove, message).into());
    }
    let approver = write.scope().person();
    if let Some(refusal) = check_approver(&before.set_by_id, &approver) {
        return Err(refusal.into());
    }
    let after = trusted_issuer::Model { approved_by_id: Some(approver), ..before.clone() };
    Ok(write.replace(&before, after).await?.id)
}

/// A required name without spaces.
fn name(form: &mut Form<TrustRefusal>, field: &str, text: &str) -> String {
    let text = form.required(field, text, SHORT_TEXT);
    form.refuse(check_plain(field, &text));
    text
}

fn optional(form: &mut Form<TrustRefusal>, field: &str, text: Option<&str>) -> Option<String> {
    let text = form.optional(field, text, SHORT_TEXT)?;
    form.refuse(check_plain(field, &text));
    Some(text)
}

fn set_text(
    form: &mut Form<TrustRefusal>,
    field: &str,
    column: &mut Option<String>,
    value: MaybeUndefined<String>,
) {
    match value {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => *column = None,
        MaybeUndefined::Value(text) => *column = optional(form, field, Some(&text)),
    }
}

fn set_kinds(
    row: &mut trusted_issuer::Model,
    algorithms: Option<Vec<Shown<SigningAlgorithm>>>,
    token_types: Option<Vec<Shown<TokenType>>>,
) {
    if let Some(algorithms) = algorithms {
        row.algorithms = each_once(algorithms);
    }
    if let Some(token_types) = token_types {
        row.token_types = each_once(token_types);
    }
}

/// Terms in the order of their vocabulary, each once.
fn each_once<T: Term>(terms: Vec<Shown<T>>) -> CodedList<T> {
    CodedList(T::ALL.iter().copied().filter(|term| terms.iter().any(|given| given.0 == *term)).collect())
}

/// Puts the keys, or their address, in the place of what there was.
fn set_keys(
    form: &mut Form<TrustRefusal>,
    row: &mut trusted_issuer::Model,
    jwks: Option<&str>,
    url: Option<&str>,
) {
    match (jwks, url) {
        (None, None) => {}
        (Some(jwks), None) => {
            row.jwks = Some(form.required("jwks", jwks, LONGEST_KEY_SET));
            row.jwks_url = None;
        }
        (None, Some(url)) => {
            row.jwks_url = Some(form.required("jwksUrl", url, LONGEST_URL));
            row.jwks = None;
        }
        (Some(_), Some(_)) => {
            form.refuse_if(
                true,
                TrustRefusal::Invalid,
                "jwksUrl",
                "Give the keys or their address, not both.",
            );
        }
    }
}

/// What must hold of an issuer as a whole.
fn check(form: &mut Form<TrustRefusal>, row: &trusted_issuer::Model) {
    let none = "Choose at least one.";
    form.refuse_if(row.algorithms.is_empty(), TrustRefusal::Required, "algorithms", none);
    form.refuse_if(row.token_types.is_empty(), TrustRefusal::Required, "tokenTypes", none);
    let wrong = match (&row.jwks, &row.jwks_url) {
        (Some(jwks), _) => check_key_set(jwks, &row.algorithms).err().map(|error| ("jwks", error)),
        (None, Some(url)) => check_key_set_url(url).err().map(|error| ("jwksUrl", error)),
        (None, None) => {
            let message = "Give the issuer's public keys, or their address.".to_owned();
            form.refuse([Refusal::of(TrustRefusal::Required, "jwks", message)]);
            None
        }
    };
    form.refuse(wrong.map(|(field, message)| Refusal::of(TrustRefusal::Invalid, field, message)));
}
