//! What the store asks beyond a caller's sight. On PostgreSQL the second lock answers these questions by functions of
//! `seen.sql`, and no others.

use chrono::{DateTime, Utc};
use entity::{Coded, Id, cohort, ldu, place, referral, service};
use rules::Term as _;
use rules::terms::PlaceStatus;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QuerySelect, QueryTrait, Statement, Value,
};
use uuid::Uuid;

use super::link::Link;
use crate::error::{Fault, Result};

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

/// Holds the line for places of a service still until the act ends.
pub(super) async fn hold_line(link: &Link, service: Id<service::Entity>) -> Result<()> {
    if link.get_database_backend() != DbBackend::Postgres {
        // An act is the only writer from its beginning.
        return Ok(());
    }
    let statement =
        Statement::from_sql_and_values(DbBackend::Postgres, "select scope.hold_line($1)", [service.0.into()]);
    let held = link.query_one_raw(statement).await?.map(|row| row.try_get_by_index::<bool>(0)).transpose()?;
    if held == Some(true) { Ok(()) } else { Err(Fault::internal("this act holds no line")) }
}

/// How somebody stands in a line for places, without who it is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Standing {
    /// The place that it is about.
    pub id: Id<place::Entity>,
    /// The service.
    pub service_id: Id<service::Entity>,
    /// The cohort: the one waited for or offered; none while it may be any of the service.
    pub cohort_id: Option<Id<cohort::Entity>>,
    /// Only cohorts to which people come from this LDU, where it may be any.
    pub ldu_id: Option<Id<ldu::Entity>>,
    /// Where in the line.
    pub line_number: Option<i64>,
    /// Whether it waits or has an offer.
    pub status: Coded<PlaceStatus>,
    /// When a place was offered.
    pub offered_at: Option<DateTime<Utc>>,
    /// Until when the offer stands.
    pub offer_until: Option<DateTime<Utc>>,
}

/// Who waits and who has an offer, in the lines of these services and of those of which an offer has lapsed.
pub(super) async fn lines(
    link: &Link,
    services: Vec<Id<service::Entity>>,
    lapsed_at: Option<DateTime<Utc>>,
) -> Result<Vec<Standing>> {
    use place::Column::{CohortId, Id, LduId, LineNumber, OfferUntil, OfferedAt, ServiceId, Status};
    if link.get_database_backend() == DbBackend::Postgres {
        let sql = "select * from scope.lines($1, $2)";
        let values = [uuids(&services), lapsed_at.into()];
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        return Ok(Standing::find_by_statement(statement).all(link).await?);
    }
    let late = place::Entity::find()
        .select_only()
        .column(ServiceId)
        .filter(Status.eq(PlaceStatus::Offered.code()))
        .filter(OfferUntil.lte(lapsed_at))
        .into_query();
    let asked = Condition::any().add(ServiceId.is_in(services)).add(ServiceId.in_subquery(late));
    let select = place::Entity::find()
        .select_only()
        .columns([Id, ServiceId, CohortId, LduId, LineNumber, Status, OfferedAt, OfferUntil])
        .filter(Status.is_in([PlaceStatus::Waiting.code(), PlaceStatus::Offered.code()]))
        .filter(asked);
    Ok(select.into_model::<Standing>().all(link).await?)
}

/// When somebody's service began, without who it was.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Began {
    /// The service.
    pub service_id: Id<service::Entity>,
    /// When the referral was first submitted.
    pub submitted_at: DateTime<Utc>,
    /// When the first session that was attended began.
    pub started_at: DateTime<Utc>,
}

/// The last twenty starts of each of these services, of people of one LDU if one is named.
pub(super) async fn last_starts(
    link: &Link,
    services: Vec<Id<service::Entity>>,
    ldu: Option<Id<ldu::Entity>>,
) -> Result<Vec<Began>> {
    let ldu = ldu.map(|id| id.0);
    let backend = link.get_database_backend();
    if backend == DbBackend::Postgres {
        let sql = "select * from scope.last_starts($1, $2)";
        let statement = Statement::from_sql_and_values(backend, sql, [uuids(&services), ldu.into()]);
        return Ok(Began::find_by_statement(statement).all(link).await?);
    }
    let sql = "select start.service_id, referral.submitted_at, start.started_at
        from json_each($1) named
        join referral_start start on start.referral_id in (
            select one.referral_id from referral_start one
            join referral sent on sent.id = one.referral_id
            where one.service_id = unhex(named.value, '-') and sent.submitted_at is not null
                and ($2 is null or exists (
                    select 1 from shared_person shared join ldu on ldu.name = shared.ldu
                    where shared.referral_id = sent.id and ldu.id = $2 and ldu.organisation_id = sent.holder_id))
            order by one.started_at desc, one.referral_id desc
            limit 20)
        join referral on referral.id = start.referral_id";
    let services = serde_json::to_string(&services).map_err(Fault::internal)?;
    let statement = Statement::from_sql_and_values(backend, sql, [services.into(), ldu.into()]);
    Ok(Began::find_by_statement(statement).all(link).await?)
}

/// Identifiers as one value of PostgreSQL's.
fn uuids<E>(ids: &[Id<E>]) -> Value {
    ids.iter().map(|id| id.0).collect::<Vec<Uuid>>().into()
}
