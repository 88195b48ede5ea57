//! What a system administrator does.

use async_graphql::MaybeUndefined;
use entity::{Coded, Id, ldu, organisation, person, person_role};
use rules::Refusal;
use rules::cases::can_hold;
pub use rules::organisations::OrganisationRefusal;
use rules::organisations::check_roles;
use rules::terms::Role;
use rules::text::{Codes, Form, SHORT_TEXT};

use super::graphql::{AddLduInput, AddOrganisationInput, AddPersonInput, ChangePersonInput};
use crate::error::Result;
use crate::store::Write;

const TEXT: Codes<OrganisationRefusal> = Codes {
    missing: OrganisationRefusal::Required,
    too_long: OrganisationRefusal::TooLong,
    invalid: OrganisationRefusal::Invalid,
};

/// Adds an organisation.
pub async fn add_organisation(
    write: &mut Write,
    input: AddOrganisationInput,
) -> Result<Id<organisation::Entity>> {
    let mut form = Form::new(TEXT);
    let name = form.required("name", &input.name, SHORT_TEXT);
    form.finish()?;
    let row = organisation::Model {
        id: Id::fresh(),
        kind: input.kind.into(),
        name,
        version: 1,
        created_at: write.now(),
    };
    let taken = taken("name", "An organisation with this name is in the network already.");
    write
        .insert(row)
        .await
        .map(|row| row.id)
        .map_err(|fault| fault.or_refusal("organisation_name_key", "organisation.name", taken))
}

/// Adds a local delivery unit.
pub async fn add_ldu(write: &mut Write, input: AddLduInput) -> Result<Id<organisation::Entity>> {
    let mut form = Form::new(TEXT);
    let name = form.required("name", &input.name, SHORT_TEXT);
    form.finish()?;
    let organisation = write.find::<organisation::Entity>().get(input.organisation_id.0).await?;
    if !can_hold(*organisation.kind) {
        let message = "Only the NPS and a CRC have local delivery units.";
        return Err(Refusal::of(OrganisationRefusal::Invalid, "organisationId", message).into());
    }
    let row = ldu::Model { id: Id::fresh(), organisation_id: organisation.id, name };
    let taken = taken("name", "The organisation has an LDU with this name already.");
    write.insert(row).await.map_err(|fault| {
        fault.or_refusal("ldu_organisation_id_name_key", "ldu.organisation_id, ldu.name", taken)
    })?;
    Ok(organisation.id)
}

/// Adds a member of staff.
pub async fn add_person(write: &mut Write, input: AddPersonInput) -> Result<Id<person::Entity>> {
    let organisation = write.find::<organisation::Entity>().get(input.organisation_id.0).await?;
    let roles: Vec<Role> = input.roles.iter().map(|role| role.0).collect();
    let mut form = Form::new(TEXT);
    form.refuse(check_roles(*organisation.kind, &roles));
    let ldu_id = match input.ldu_id {
        Some(id) => Some(own_ldu(write, &mut form, id.0, organisation.id).await?),
        None => None,
    };
    let row = person::Model {
        id: Id::fresh(),
        organisation_id: organisation.id,
        subject: form.required("subject", &input.subject, SHORT_TEXT),
        name: form.required("name", &input.name, SHORT_TEXT),
        email: email(&mut form, &input.email),
        grade: input.grade.map(Coded::from),
        ldu_id,
        active: true,
        version: 1,
        created_at: write.now(),
    };
    form.finish()?;
    let subject_taken = taken("subject", "Somebody has this subject already.");
    let row = write.insert(row).await.map_err(|fault| {
        fault.or_refusal("person_subject_key", "person.subject", subject_taken).or_refusal(
            "person_email_key",
            "person.email",
            email_taken(),
        )
    })?;
    set_roles(write, row.id, &roles).await?;
    Ok(row.id)
}

/// Changes a member of staff.
pub async fn change_person(write: &mut Write, input: ChangePersonInput) -> Result<Id<person::Entity>> {
    let before = write.find::<person::Entity>().get(input.id.0).await?;
    write.expect_version(&before, input.version).await?;
    if before.id == write.scope().person() && (input.roles.is_some() || input.active.is_some()) {
        let message = "Nobody changes their own roles or employment: ask another administrator.";
        return Err(Refusal::new(OrganisationRefusal::OwnAccount, message).into());
    }
    let mut form = Form::new(TEXT);
    let mut after = before.clone();
    if let Some(name) = &input.name {
        after.name = form.required("name", name, SHORT_TEXT);
    }
    if let Some(address) = &input.email {
        after.email = email(&mut form, address);
    }
    after.grade = input.grade.map(Coded::from).or(after.grade);
    match input.ldu_id {
        MaybeUndefined::Undefined => {}
        MaybeUndefined::Null => after.ldu_id = None,
        MaybeUndefined::Value(id) => {
            after.ldu_id = Some(own_ldu(write, &mut form, id.0, before.organisation_id).await?);
        }
    }
    after.active = input.active.unwrap_or(after.active);
    let roles: Option<Vec<Role>> = input.roles.map(|roles| roles.iter().map(|role| role.0).collect());
    if let Some(roles) = &roles {
        let organisation = write.find::<organisation::Entity>().get(before.organisation_id).await?;
        form.refuse(check_roles(*organisation.kind, roles));
    }
    form.finish()?;
    if let Some(roles) = roles {
        set_roles(write, before.id, &roles).await?;
    }
    let changed = write.replace(&before, after).await;
    Ok(changed.map_err(|fault| fault.or_refusal("person_email_key", "person.email", email_taken()))?.id)
}

/// The LDU in which a member of staff works; it has to be their organisation's.
async fn own_ldu(
    write: &Write,
    form: &mut Form<OrganisationRefusal>,
    id: Id<ldu::Entity>,
    organisation: Id<organisation::Entity>,
) -> Result<Id<ldu::Entity>> {
    let ldu = write.find::<ldu::Entity>().get(id).await?;
    let foreign = ldu.organisation_id != organisation;
    let message = "The LDU belongs to another organisation.";
    form.refuse_if(foreign, OrganisationRefusal::Invalid, "lduId", message);
    Ok(ldu.id)
}

/// Gives the person these roles and no others.
async fn set_roles(write: &mut Write, person: Id<person::Entity>, roles: &[Role]) -> Result<()> {
    use sea_orm::ColumnTrait as _;
    let present =
        write.find::<person_role::Entity>().filter(person_role::Column::PersonId.eq(person)).all().await?;
    for row in present.iter().filter(|row| !roles.contains(&row.role)) {
        write.remove(row).await?;
    }
    let mut missing: Vec<Role> =
        roles.iter().copied().filter(|role| !present.iter().any(|row| *row.role == *role)).collect();
    missing.sort_unstable();
    missing.dedup();
    let rows =
        missing.into_iter().map(|role| person_role::Model { person_id: person, role: role.into() }).collect();
    write.insert_all(rows).await
}

/// A work address in lower case: something, an @, and a domain.
fn email(form: &mut Form<OrganisationRefusal>, address: &str) -> String {
    let address = form.required("email", address, SHORT_TEXT).to_lowercase();
    let plausible = address.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && !domain.is_empty()
            && !domain.contains('@')
            && !address.contains(char::is_whitespace)
    });
    let wrong = !address.is_empty() && !plausible;
    form.refuse_if(wrong, OrganisationRefusal::Invalid, "email", "Give an address with one @ and no spaces.");
    address
}

fn email_taken() -> Refusal<OrganisationRefusal> {
    taken("email", "Somebody has this address already.")
}

fn taken(field: &str, message: &str) -> Refusal<OrganisationRefusal> {
    Refusal::of(OrganisationRefusal::Taken, field, message)
}
