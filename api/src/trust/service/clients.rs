//! API clients and their secrets.

use chrono::TimeDelta;
use entity::client_secret::SecretDigest;
use entity::{CodedList, Id, api_client, client_secret, person, person_role};
use rules::Refusal;
use rules::terms::Role;
use rules::text::{Form, SHORT_TEXT};
use rules::trust::{RevocationKind, TrustRefusal, check_approver, check_client_roles, check_overlap};
use sea_orm::{ColumnTrait, Order};
use serde::{Deserialize, Serialize};

use super::{TEXT, revoking};
use crate::error::Result;
use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;
use crate::store::Write;
use crate::trust::graphql::{
    AddApiClientInput, ApproveClientSecretInput, ChangeApiClientInput, RotateClientSecretInput,
};

/// Which client got which secret: what a repeat of the call is answered with. The secret itself is not in it.
#[derive(Serialize, Deserialize)]
pub struct Made {
    /// The client.
    pub client: Id<api_client::Entity>,
    /// Its secret's row.
    pub secret: Id<client_secret::Entity>,
}

/// Adds a client with its first secret.
pub async fn add(
    write: &mut Write,
    input: AddApiClientInput,
    secret: Id<client_secret::Entity>,
    digest: SecretDigest,
) -> Result<Made> {
    let person = write.find::<person::Entity>().get(input.person_id.0).await?;
    let roles = each_once(&input.roles);
    let of_person = roles_of(write, person.id).await?;
    let mut form = Form::new(TEXT);
    let name = form.required("name", &input.name, SHORT_TEXT);
    form.refuse(check_client_roles(&of_person, &roles));
    form.refuse_if(
        !person.active,
        TrustRefusal::Invalid,
        "personId",
        "The person does not work there any more.",
    );
    form.finish()?;
    let client = api_client::Model {
        id: Id::fresh(),
        organisation_id: person.organisation_id,
        person_id: person.id,
        name,
        roles: CodedList(roles),
        active: true,
        version: 1,
        created_at: write.now(),
    };
    let client = write.insert(client).await?.id;
    give(write, client, secret, digest, 0).await
}

/// Changes a client. What takes something from it takes its tokens back: they say more than it may do now.
pub async fn change(write: &mut Write, input: ChangeApiClientInput) -> Result<Id<api_client::Entity>> {
    let before = write.find::<api_client::Entity>().get(input.id.0).await?;
    write.expect_version(&before, input.version).await?;
    let of_person = roles_of(write, before.person_id).await?;
    let shown = shown_to_caller(write, before.id).await?;
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    if let Some(name) = &input.name {
        after.name = form.required("name", name, SHORT_TEXT);
    }
    if let Some(roles) = &input.roles {
        after.roles = CodedList(each_once(roles));
        form.refuse(check_client_roles(&of_person, &after.roles));
    }
    after.active = input.active.unwrap_or(after.active);
    if has_more(&after, &before) {
        form.refuse(shown);
    }
    form.finish()?;
    if has_more(&before, &after) {
        let value = GlobalId(before.id).text();
        revoking::record(write, RevocationKind::Client, value, "Something was taken from the client.")
            .await?;
    }
    Ok(write.replace(&before, after).await?.id)
}

/// Makes another secret. It counts once it is approved, and the present ones go on until then.
pub async fn rotate(
    write: &mut Write,
    input: RotateClientSecretInput,
    secret: Id<client_secret::Entity>,
    digest: SecretDigest,
) -> Result<Made> {
    let client = write.find::<api_client::Entity>().get(input.id.0).await?;
    write.expect_version(&client, input.version).await?;
    if let Some(refusal) = check_overlap(input.overlap_hours) {
        return Err(refusal.into());
    }
    // Whoever approves sees by the version that this is the secret they mean.
    let client = write.replace(&client, client.clone()).await?.id;
    give(write, client, secret, digest, input.overlap_hours).await
}

/// Approves the newest secret; the earlier ones end after its overlap, those that nobody approved at once.
pub async fn approve(write: &mut Write, input: ApproveClientSecretInput) -> Result<Id<api_client::Entity>> {
    let client = write.find::<api_client::Entity>().get(input.id.0).await?;
    write.expect_version(&client, input.version).await?;
    let mut secrets = secrets_of(write, client.id).await?.into_iter();
    let Some(newest) = secrets.next().filter(|secret| secret.approved_by_id.is_none()) else {
        let message = "No secret of the client waits for approval.";
        return Err(Refusal::new(TrustRefusal::NothingToApprove, message).into());
    };
    let approver = write.scope().person();
    if let Some(refusal) = check_approver(&newest.shown_to_id, &approver) {
        return Err(refusal.into());
    }
    let approved = client_secret::Model { approved_by_id: Some(approver), ..newest.clone() };
    write.update(&newest, approved).await?;
    let now = write.now();
    for earlier in secrets {
        let overlap = if earlier.approved_by_id.is_some() { newest.overlap_hours } else { 0 };
        let end = now + TimeDelta::hours(overlap.into());
        if earlier.expires_at.is_none_or(|present| present > end) {
            let ended = client_secret::Model { expires_at: Some(end), ..earlier.clone() };
            write.update(&earlier, ended).await?;
        }
    }
    Ok(write.replace(&client, client.clone()).await?.id)
}

async fn give(
    write: &mut Write,
    client: Id<api_client::Entity>,
    secret: Id<client_secret::Entity>,
    digest: SecretDigest,
    overlap_hours: i32,
) -> Result<Made> {
    let row = client_secret::Model {
        id: secret,
        client_id: client,
        digest,
        shown_to_id: write.scope().person(),
        approved_by_id: None,
        overlap_hours,
        created_at: write.now(),
        expires_at: None,
    };
    write.insert(row).await?;
    Ok(Made { client, secret })
}

/// The secrets of a client, the newest first.
async fn secrets_of(write: &Write, client: Id<api_client::Entity>) -> Result<Vec<client_secret::Model>> {
    let find = write.find::<client_secret::Entity>().filter(client_secret::Column::ClientId.eq(client));
    find.order_by(client_secret::Column::Id, Order::Desc).all().await
}

/// Refuses the caller if they were shown a secret of the client that has not ended.
async fn shown_to_caller(
    write: &Write,
    client: Id<api_client::Entity>,
) -> Result<Option<Refusal<TrustRefusal>>> {
    let (caller, now) = (write.scope().person(), write.now());
    let secrets = secrets_of(write, client).await?;
    let mut present = secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| end > now));
    Ok(present.find_map(|secret| check_approver(&secret.shown_to_id, &caller)))
}

async fn roles_of(write: &Write, person: Id<person::Entity>) -> Result<Vec<Role>> {
    let find = write.find::<person_role::Entity>().filter(person_role::Column::PersonId.eq(person));
    Ok(find.all().await?.iter().map(|row| *row.role).collect())
}

/// Whether a client may do something that another state of it may not.
fn has_more(one: &api_client::Model, other: &api_client::Model) -> bool {
    (one.active && !other.active) || one.roles.iter().any(|role| !other.roles.contains(role))
}

fn each_once(roles: &[Shown<Role>]) -> Vec<Role> {
    let mut roles: Vec<Role> = roles.iter().map(|role| role.0).collect();
    roles.sort_unstable();
    roles.dedup();
    roles
}
