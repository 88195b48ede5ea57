//! What the store asks beyond a caller's sight. On PostgreSQL the second lock answers these questions by functions of
//! `seen.sql`, and no others.

use entity::{Id, person, referral};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, PaginatorTrait, QueryFilter, Statement};

use super::find::placed;
use super::link::Link;
use crate::error::Result;

/// Who people are, for the names that stand on rows that the caller sees.
pub(super) async fn people_named(link: &Link, ids: Vec<Id<person::Entity>>) -> Result<Vec<person::Model>> {
    if link.get_database_backend() == DbBackend::Postgres {
        let ids: Vec<_> = ids.into_iter().map(|id| id.0).collect();
        let sql = "select * from scope.people_named($1)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [ids.into()]);
        return placed(&link.query_all_raw(statement).await?);
    }
    Ok(person::Entity::find().filter(person::Column::Id.is_in(ids)).all(link).await?)
}

/// Whether some referral, whoever sees it, has this reference.
pub(super) async fn has_referral(link: &Link, reference: &str) -> Result<bool> {
    if link.get_database_backend() == DbBackend::Postgres {
        let sql = "select scope.has_referral($1)";
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [reference.into()]);
        let answer = link.query_one_raw(statement).await?;
        return Ok(answer.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default());
    }
    let find = referral::Entity::find().filter(referral::Column::Reference.eq(reference));
    Ok(find.count(link).await? > 0)
}
