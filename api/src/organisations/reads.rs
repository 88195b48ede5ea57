//! Named queries over organisations and people.

use entity::{Id, ldu, named_person, organisation, person, person_role};
use sea_orm::{ColumnTrait, Order};

use super::graphql::{Ldu, NamedPerson, Organisation};
use crate::error::Result;
use crate::store::Store;
use crate::store::kin::Member;
use crate::store::page::{Form, Key, Page, Ranking, Window};
use rules::Term;
use rules::terms::{OrganisationKind, Role};

/// Organisations by their names.
pub async fn organisations(
    store: &Store,
    ids: Vec<Id<organisation::Entity>>,
) -> Result<Vec<(Id<organisation::Entity>, Organisation)>> {
    let rows = store.find::<organisation::Entity>().by_ids(ids).await?;
    Ok(Member::family(rows).map(|member| (member.id, Organisation(member))).collect())
}

/// The page `window` of organisations, by name.
pub async fn page(
    store: &Store,
    kind: Option<OrganisationKind>,
    window: &Window,
) -> Result<Page<organisation::Model>> {
    let ranking = Ranking {
        column: organisation::Column::Name,
        descending: false,
        form: Form::Text,
        key: |row: &organisation::Model| Key::Text(row.name.clone()),
    };
    of_kind(store, kind).page(&ranking, window).await
}

/// How many organisations there are.
pub async fn count(store: &Store, kind: Option<OrganisationKind>) -> Result<u64> {
    of_kind(store, kind).count().await
}

fn of_kind(store: &Store, kind: Option<OrganisationKind>) -> crate::store::Find<'_, organisation::Entity> {
    store
        .find::<organisation::Entity>()
        .filter_if(kind.map(|kind| organisation::Column::Kind.eq(kind.code())))
}

/// The LDUs of organisations.
pub async fn ldus(
    store: &Store,
    of: Vec<Id<organisation::Entity>>,
) -> Result<Vec<(Id<organisation::Entity>, Ldu)>> {
    let find = store.find::<ldu::Entity>().of(ldu::Column::OrganisationId, of);
    let rows = find.order_by(ldu::Column::Name, Order::Asc).all().await?;
    Ok(rows.into_iter().map(|row| (row.organisation_id, Ldu(row))).collect())
}

/// LDUs by their identifiers.
pub async fn ldus_by_id(store: &Store, ids: Vec<Id<ldu::Entity>>) -> Result<Vec<(Id<ldu::Entity>, Ldu)>> {
    let rows = store.find::<ldu::Entity>().by_ids(ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, Ldu(row))).collect())
}

/// The roles of people.
pub async fn roles(store: &Store, of: Vec<Id<person::Entity>>) -> Result<Vec<(Id<person::Entity>, Role)>> {
    let rows = store.find::<person_role::Entity>().of(person_role::Column::PersonId, of).all().await?;
    Ok(rows.into_iter().map(|row| (row.person_id, *row.role)).collect())
}

/// People by name alone, as they stand on a row that the caller sees.
pub async fn named(
    store: &Store,
    ids: impl Iterator<Item = Id<person::Entity>>,
) -> Result<Vec<(Id<person::Entity>, NamedPerson)>> {
    let rows = store.find::<named_person::Entity>().of(named_person::Column::Id, ids).all().await?;
    Ok(NamedPerson::each(rows).collect())
}

/// What to look for among people.
#[derive(Default)]
pub struct PeopleSought {
    /// Only those in this role.
    pub role: Option<Role>,
    /// Only those of this organisation.
    pub organisation: Option<Id<organisation::Entity>>,
}

/// The people that the caller may see, by name.
pub fn people<'s>(store: &'s Store, sought: &PeopleSought) -> crate::store::Find<'s, person::Entity> {
    use sea_orm::sea_query::Query;
    let in_role = sought.role.map(|role| {
        let of_role = Query::select()
            .column(person_role::Column::PersonId)
            .from(person_role::Entity)
            .and_where(person_role::Column::Role.eq(role.code()))
            .to_owned();
        person::Column::Id.in_subquery(of_role)
    });
    store
        .find::<person::Entity>()
        .filter_if(in_role)
        .filter_if(sought.organisation.map(|id| person::Column::OrganisationId.eq(id)))
}

/// People by name.
pub const PEOPLE_BY_NAME: Ranking<person::Entity> = Ranking {
    column: person::Column::Name,
    descending: false,
    form: Form::Text,
    key: |row| Key::Text(row.name.clone()),
};
