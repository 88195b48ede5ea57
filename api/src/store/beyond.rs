//! What the store asks beyond a caller's sight. On PostgreSQL the second lock answers these questions by functions of
//! `seen.sql`, and no others.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{Coded, Id, cohort, ldu, organisation, place, referral, service};
use rules::Term as _;
use rules::terms::{ChargeKind, PlaceStatus, Purchaser, ReferralStatus};
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

/// A referral that was priced at a price of an organisation, without whose it is.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Priced {
    /// The service.
    pub service_id: Id<service::Entity>,
    /// Who delivers.
    pub provider_id: Id<organisation::Entity>,
    /// Who pays.
    pub purchaser: Coded<Purchaser>,
    /// Where it is in its life.
    pub status: Coded<ReferralStatus>,
    /// When it was first submitted.
    pub submitted_at: DateTime<Utc>,
    /// When the provider answered; none while it did not.
    pub decided_at: Option<DateTime<Utc>>,
    /// When the first session that was attended began; none while there is none.
    pub started_at: Option<DateTime<Utc>>,
    /// The LDU that it shares, by its name.
    pub area: Option<String>,
    /// The needs of its desired outcomes, by their codes, with commas between.
    pub needs: Option<String>,
}

/// The referrals that were priced at the prices of an organisation whose prices the caller keeps, first submitted from one
/// instant to before another.
pub(super) async fn priced(
    link: &Link,
    keeper: Id<organisation::Entity>,
    (from, end): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Priced>> {
    let backend = link.get_database_backend();
    if backend == DbBackend::Postgres {
        let sql = "select * from scope.priced_referrals($1, $2)";
        let statement = Statement::from_sql_and_values(backend, sql, [from.into(), end.into()]);
        return Ok(Priced::find_by_statement(statement).all(link).await?);
    }
    let sql = "select referral.service_id, referral.provider_id, referral.purchaser, referral.status,
            referral.submitted_at, referral.decided_at, start.started_at, shared.ldu as area,
            (select group_concat(distinct wanted.need) from desired_outcome wanted
                where wanted.referral_id = referral.id) as needs
        from referral
        join referral_price kept on kept.referral_id = referral.id
        join price on price.id = kept.price_id
        left join referral_start start on start.referral_id = referral.id
        left join shared_person shared on shared.referral_id = referral.id
        where price.organisation_id = $1 and referral.submitted_at >= $2 and referral.submitted_at < $3";
    let statement = Statement::from_sql_and_values(backend, sql, [keeper.0.into(), from.into(), end.into()]);
    Ok(Priced::find_by_statement(statement).all(link).await?)
}

/// What was charged on a day at the prices of an organisation, without for whom.
#[derive(Clone, Debug, FromQueryResult)]
pub struct PricedCharges {
    /// The service.
    pub service_id: Id<service::Entity>,
    /// Who delivered.
    pub provider_id: Id<organisation::Entity>,
    /// Who pays.
    pub purchaser: Coded<Purchaser>,
    /// The LDU that the referrals share, by its name.
    pub area: Option<String>,
    /// The needs of their desired outcomes, by their codes, with commas between.
    pub needs: Option<String>,
    /// What kind of lines they are.
    pub kind: Coded<ChargeKind>,
    /// Whether they concern adjustments.
    pub adjusts: bool,
    /// The day of delivery.
    pub delivered_on: NaiveDate,
    /// How many lines they are.
    pub lines: i64,
    /// Their sum, in pence.
    pub pence: i64,
}

/// What was charged for deliveries from one day to another at the prices of an organisation whose prices the caller keeps.
pub(super) async fn priced_charges(
    link: &Link,
    keeper: Id<organisation::Entity>,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<PricedCharges>> {
    let backend = link.get_database_backend();
    if backend == DbBackend::Postgres {
        let sql = "select * from scope.priced_charges($1, $2)";
        let statement = Statement::from_sql_and_values(backend, sql, [from.into(), to.into()]);
        return Ok(PricedCharges::find_by_statement(statement).all(link).await?);
    }
    let sql = "select referral.service_id, line.provider_id, line.purchaser, shared.ldu as area,
            (select group_concat(distinct wanted.need) from desired_outcome wanted
                where wanted.referral_id = referral.id) as needs,
            line.kind, line.unit_key like 'adjustment:%' as adjusts, line.delivered_on,
            count(*) as lines, sum(line.pence) as pence
        from charge line
        join price on price.id = line.price_id
        join referral on referral.id = line.referral_id
        left join shared_person shared on shared.referral_id = referral.id
        where price.organisation_id = $1 and line.delivered_on between $2 and $3
        group by 1, 2, 3, 4, 5, 6, 7, 8";
    let statement = Statement::from_sql_and_values(backend, sql, [keeper.0.into(), from.into(), to.into()]);
    Ok(PricedCharges::find_by_statement(statement).all(link).await?)
}

/// Identifiers as one value of PostgreSQL's.
fn uuids<E>(ids: &[Id<E>]) -> Value {
    ids.iter().map(|id| id.0).collect::<Vec<Uuid>>().into()
}
