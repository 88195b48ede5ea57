//! Referrals and charges counted in groups by the database: what is read of them is groups, and no row of anybody's.

use chrono::NaiveDate;
use entity::{
    Coded, Id, charge, desired_outcome, organisation, price, referral, referral_price, referral_start,
    service, shared_person,
};
use rules::terms::{ChargeKind, Need, Purchaser, ReferralStatus};
use rules::{Term, demand, london, statements};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, IntoColumnRef, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, JoinType, QueryFilter, QueryResult, QuerySelect,
    QueryTrait, RelationDef, Select, Statement, TryGetable, Value,
};

use super::Store;
use super::link::Link;
use super::visibility::BesideSeen;
use crate::error::Result;

/// By what referrals and charges are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// By service.
    Service,
    /// By need: a referral counts for each that it has, and its charges are those of all of them together.
    Need,
    /// By the LDU that the referral shares.
    Area,
    /// By who pays.
    Purchaser,
    /// By the span of days in which the referral was submitted, or the unit delivered.
    Span,
}

/// Of what a group is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// A service.
    Service(Id<service::Entity>),
    /// A need.
    Need(Need),
    /// An area by its name; none where the referral shares none.
    Area(Option<String>),
    /// Who pays.
    Purchaser(Purchaser),
    /// The first day of a span.
    Since(NaiveDate),
}

/// What is counted.
#[derive(Clone, Debug)]
pub struct Counting {
    /// By what it is grouped.
    pub by: By,
    /// The first days (Europe/London) of the spans, in their order, and behind them the day on which the last one is over.
    pub spans: Vec<NaiveDate>,
    /// Only what this side pays.
    pub purchaser: Option<Purchaser>,
    /// Only what this organisation delivers.
    pub provider: Option<Id<organisation::Entity>>,
    /// Only this service.
    pub service: Option<Id<service::Entity>>,
}

/// Which referrals and charges are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Those that the caller may see.
    Seen,
    /// Those that were priced at the prices that the caller keeps, of nobody in particular; none for those who keep none.
    Priced,
}

impl Store {
    /// What became of the referrals that were first submitted in the spans.
    pub async fn referrals_in_groups(
        &self,
        sight: Sight,
        counting: &Counting,
    ) -> Result<Vec<(Of, demand::Tally)>> {
        let rows = match (sight, self.scope.keeps_prices_of()) {
            (Sight::Seen, _) => self.reads.query_all(&referrals(self.find().select, counting)).await?,
            (Sight::Priced, Some(keeper)) => priced_referrals(&self.reads, keeper, counting).await?,
            (Sight::Priced, None) => Vec::new(),
        };
        rows.iter().map(|row| Ok((counting.of(row)?, tally_of_referrals(row)?))).collect()
    }

    /// What was charged for what was delivered in the spans. By need, of whatever needs the referrals have together.
    pub async fn charges_in_groups(
        &self,
        sight: Sight,
        counting: &Counting,
    ) -> Result<Vec<(Vec<Of>, statements::Tally)>> {
        let rows = match (sight, self.scope.keeps_prices_of()) {
            (Sight::Seen, _) => {
                let seen =
                    self.find::<charge::Entity>().joined::<referral::Entity>(&self.scope, of_referral());
                self.reads.query_all(&charges(seen.select, counting)).await?
            }
            (Sight::Priced, Some(keeper)) => priced_charges(&self.reads, keeper, counting).await?,
            (Sight::Priced, None) => Vec::new(),
        };
        rows.iter().map(|row| Ok((counting.shared_by(row)?, tally_of_charges(row)?))).collect()
    }
}

impl Counting {
    /// Of what the group is that begins with this.
    fn of(&self, row: &QueryResult) -> Result<Of> {
        Ok(match self.by {
            By::Service => Of::Service(first(row)?),
            By::Need => Of::Need(*first::<Coded<Need>>(row)?),
            By::Area => Of::Area(first(row)?),
            By::Purchaser => Of::Purchaser(*first::<Coded<Purchaser>>(row)?),
            By::Span => {
                let place = first::<i32>(row)?.saturating_sub(1);
                let day = usize::try_from(place).ok().and_then(|place| self.spans.get(place));
                Of::Since(day.copied().unwrap_or_default())
            }
        })
    }

    /// By what the charges are shared that begin with this: by one, but for those of several needs.
    fn shared_by(&self, row: &QueryResult) -> Result<Vec<Of>> {
        if self.by != By::Need {
            return Ok(vec![self.of(row)?]);
        }
        let places = first::<Option<i32>>(row)?.unwrap_or_default();
        let needs = Need::ALL.iter().zip(places_of_needs());
        Ok(needs.filter(|(_, place)| places & place != 0).map(|(need, _)| Of::Need(*need)).collect())
    }

    /// The first day and the one after the last.
    fn ends(&self) -> (NaiveDate, NaiveDate) {
        let first = self.spans.first().copied().unwrap_or_default();
        (first, self.spans.last().copied().unwrap_or(first))
    }

    fn fitting<E: EntityTrait>(&self, select: Select<E>) -> Select<E> {
        use referral::Column::{ProviderId, Purchaser, ServiceId};
        select
            .apply_if(self.purchaser, |select, side| select.filter(Purchaser.eq(side.code())))
            .apply_if(self.provider, |select, id| select.filter(ProviderId.eq(id)))
            .apply_if(self.service, |select, id| select.filter(ServiceId.eq(id)))
    }

    /// The span, counted from one, into which a value falls that lies in one of them.
    fn span<C: ColumnTrait, V: Into<Value>>(&self, column: C, start: impl Fn(NaiveDate) -> V) -> Expr {
        let starts = self.spans.iter().take(self.spans.len().saturating_sub(1));
        let later = (1_i32..).zip(starts).skip(1).collect::<Vec<_>>();
        let case = later.into_iter().rev().fold(CaseStatement::new(), |case, (place, day)| {
            case.case(column.gte(start(*day)), Expr::value(place))
        });
        match self.spans.len() {
            // Of one span there is nothing to tell apart.
            0..=2 => Expr::value(1_i32),
            _ => case.finally(Expr::value(1_i32)).into(),
        }
    }

    /// What the functions of PostgreSQL take, but for the spans.
    fn values(&self) -> [Value; 4] {
        let by = match self.by {
            By::Service => "service",
            By::Need => "need",
            By::Area => "area",
            By::Purchaser => "purchaser",
            By::Span => "span",
        };
        let side = self.purchaser.map(Term::code);
        [by.into(), side.into(), self.provider.map(|id| id.0).into(), self.service.map(|id| id.0).into()]
    }
}

/// The names of what groups are of, and of what is told of them, among the columns of a statement.
const OF: &str = "of_what";
const KIND: &str = "kind_of_line";
const ADJUSTS: &str = "adjusts";
const LINES: &str = "lines";
const PENCE: &str = "sum_of_pence";

/// These referrals in groups: those that were first submitted in the spans.
fn referrals(select: Select<referral::Entity>, counting: &Counting) -> SelectStatement {
    use referral::Column::{DecidedAt, Id, Purchaser, ServiceId, Status, SubmittedAt};
    let (from, end) = counting.ends();
    let select = counting
        .fitting(select.select_only())
        .filter(SubmittedAt.gte(london::start_of(from)))
        .filter(SubmittedAt.lt(london::start_of(end)));
    let mut statement = select.into_query();
    beside::<referral_start::Entity>(&mut statement, referral_start::Column::ReferralId, JoinType::LeftJoin);
    let (mut counted, mut of) = (Id.count(), Expr::col(ServiceId.as_column_ref()));
    match counting.by {
        By::Service => {}
        By::Need => {
            beside::<desired_outcome::Entity>(
                &mut statement,
                desired_outcome::Column::ReferralId,
                JoinType::InnerJoin,
            );
            of = Expr::col(desired_outcome::Column::Need.as_column_ref());
            // However many outcomes it desires of the need.
            counted = Expr::col(Id.as_column_ref()).count_distinct();
        }
        By::Area => {
            beside::<shared_person::Entity>(
                &mut statement,
                shared_person::Column::ReferralId,
                JoinType::LeftJoin,
            );
            of = Expr::col(shared_person::Column::Ldu.as_column_ref());
        }
        By::Purchaser => of = Expr::col(Purchaser.as_column_ref()),
        By::Span => of = counting.span(SubmittedAt, london::start_of),
    }
    statement.expr_as(of, OF).column(Status.as_column_ref()).expr_as(DecidedAt.is_not_null(), "is_decided");
    statement.column(referral_start::Column::WaitedDays.as_column_ref()).expr(counted.cast_as("bigint"));
    statement.group_by_col(OF).group_by_col(Status.as_column_ref()).group_by_col("is_decided");
    statement.group_by_col(referral_start::Column::WaitedDays.as_column_ref());
    statement
}

/// These charges, joined with their referrals, in groups: those for what was delivered in the spans.
fn charges(select: Select<charge::Entity>, counting: &Counting) -> SelectStatement {
    use charge::Column::{DeliveredOn, Id, Kind, Pence, Purchaser, ReferralId};
    let (from, end) = counting.ends();
    let select = counting.fitting(select.select_only());
    let mut statement = select.filter(DeliveredOn.gte(from)).filter(DeliveredOn.lt(end)).into_query();
    let of = match counting.by {
        By::Service => Expr::col(referral::Column::ServiceId.as_column_ref()),
        By::Need => Expr::col(ReferralId.as_column_ref()),
        By::Area => {
            beside::<shared_person::Entity>(
                &mut statement,
                shared_person::Column::ReferralId,
                JoinType::LeftJoin,
            );
            Expr::col(shared_person::Column::Ldu.as_column_ref())
        }
        By::Purchaser => Expr::col(Purchaser.as_column_ref()),
        By::Span => counting.span(DeliveredOn, |day| day),
    };
    statement.expr_as(of, OF).expr_as(Expr::col(Kind.as_column_ref()), KIND).expr_as(adjusts(), ADJUSTS);
    statement.expr_as(Id.count(), LINES).expr_as(Pence.sum(), PENCE);
    statement.group_by_col(OF).group_by_col(KIND).group_by_col(ADJUSTS);
    let each = Alias::new("each_group");
    let of = match counting.by {
        By::Need => needs_of((each.clone(), OF)),
        By::Service | By::Area | By::Purchaser | By::Span => Expr::col((each.clone(), OF)),
    };
    let sum = |column: &'static str| Expr::col((each.clone(), column)).sum().cast_as("bigint");
    Query::select()
        .expr_as(of, "of_whose")
        .columns([(each.clone(), KIND), (each.clone(), ADJUSTS)])
        .exprs([sum(LINES), sum(PENCE)])
        .from_subquery(statement, each.clone())
        .group_by_col("of_whose")
        .group_by_columns([(each.clone(), KIND), (each, ADJUSTS)])
        .to_owned()
}

/// Whether a line concerns an adjustment.
fn adjusts() -> Expr {
    charge::Column::UnitKey.starts_with(statements::ADJUSTS)
}

/// Which needs a referral has, as one number: the sum of their places.
fn needs_of(referral: impl IntoColumnRef) -> Expr {
    use desired_outcome::Column::{Need as Wanted, ReferralId};
    let has = |(need, place): (&Need, i32)| {
        let has = CaseStatement::new().case(Wanted.eq(need.code()), Expr::value(place));
        Expr::expr(has.finally(Expr::value(0_i32))).max()
    };
    let places = Need::ALL.iter().zip(places_of_needs()).map(has).reduce(ExprTrait::add);
    let of = Expr::col(ReferralId.as_column_ref()).equals(referral);
    let needs = Query::select().exprs(places).from(desired_outcome::Entity).cond_where(of).to_owned();
    Expr::SubQuery(None, Box::new(needs.into()))
}

/// The place of each need in a number that stands for several: powers of two.
fn places_of_needs() -> impl Iterator<Item = i32> {
    std::iter::successors(Some(1_i32), |place| place.checked_mul(2))
}

/// Adds the rows of a table that stand beside each referral.
fn beside<T: BesideSeen<referral::Entity>>(
    statement: &mut SelectStatement,
    referral_id: T::Column,
    join: JoinType,
) {
    let on = Expr::col(referral_id.as_column_ref()).equals(referral::Column::Id.as_column_ref());
    statement.join(join, T::default(), on);
}

/// From a line of the charges to its referral.
fn of_referral() -> RelationDef {
    charge::Entity::belongs_to(referral::Entity)
        .from(charge::Column::ReferralId)
        .to(referral::Column::Id)
        .into()
}

/// The referrals that were priced at the prices of an organisation, in groups. SQLite knows no callers.
async fn priced_referrals(
    link: &Link,
    keeper: Id<organisation::Entity>,
    counting: &Counting,
) -> Result<Vec<QueryResult>> {
    if link.get_database_backend() == DbBackend::Postgres {
        let sql = match counting.by {
            By::Service => {
                "select of_service, status, is_decided, waited_days, referrals from scope.priced_referrals($1, $2, $3, $4, $5)"
            }
            By::Need | By::Area | By::Purchaser => {
                "select of_word, status, is_decided, waited_days, referrals from scope.priced_referrals($1, $2, $3, $4, $5)"
            }
            By::Span => {
                "select of_span, status, is_decided, waited_days, referrals from scope.priced_referrals($1, $2, $3, $4, $5)"
            }
        };
        let [by, side, provider, service] = counting.values();
        let spans: Vec<_> = counting.spans.iter().map(|day| london::start_of(*day)).collect();
        let values = [by, spans.into(), side, provider, service];
        return Ok(link
            .query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values))
            .await?);
    }
    let to_kept = referral::Entity::belongs_to(referral_price::Entity)
        .from(referral::Column::Id)
        .to(referral_price::Column::ReferralId)
        .into();
    let to_price = referral_price::Entity::belongs_to(price::Entity)
        .from(referral_price::Column::PriceId)
        .to(price::Column::Id)
        .into();
    let priced = referral::Entity::find()
        .join(JoinType::InnerJoin, to_kept)
        .join(JoinType::InnerJoin, to_price)
        .filter(price::Column::OrganisationId.eq(keeper));
    Ok(link.query_all(&referrals(priced, counting)).await?)
}

/// What was charged at the prices of an organisation, in groups.
async fn priced_charges(
    link: &Link,
    keeper: Id<organisation::Entity>,
    counting: &Counting,
) -> Result<Vec<QueryResult>> {
    if link.get_database_backend() == DbBackend::Postgres {
        let sql = match counting.by {
            By::Service => {
                "select of_service, kind, adjusts, lines, pence from scope.priced_charges($1, $2, $3, $4, $5, $6)"
            }
            By::Area | By::Purchaser => {
                "select of_word, kind, adjusts, lines, pence from scope.priced_charges($1, $2, $3, $4, $5, $6)"
            }
            By::Span | By::Need => {
                "select of_span, kind, adjusts, lines, pence from scope.priced_charges($1, $2, $3, $4, $5, $6)"
            }
        };
        let [by, side, provider, service] = counting.values();
        let needs: Vec<_> = Need::ALL.iter().map(|need| need.code().to_owned()).collect();
        let values = [by, counting.spans.clone().into(), side, provider, service, needs.into()];
        return Ok(link
            .query_all_raw(Statement::from_sql_and_values(DbBackend::Postgres, sql, values))
            .await?);
    }
    let to_price =
        charge::Entity::belongs_to(price::Entity).from(charge::Column::PriceId).to(price::Column::Id).into();
    let priced = charge::Entity::find()
        .join(JoinType::InnerJoin, to_price)
        .join(JoinType::InnerJoin, of_referral())
        .filter(price::Column::OrganisationId.eq(keeper));
    Ok(link.query_all(&charges(priced, counting)).await?)
}

fn tally_of_referrals(row: &QueryResult) -> Result<demand::Tally> {
    Ok(demand::Tally {
        status: *row.try_get_by_index::<Coded<ReferralStatus>>(1)?,
        is_decided: row.try_get_by_index(2)?,
        waited: row.try_get_by_index::<Option<i32>>(3)?.map(i64::from),
        referrals: row.try_get_by_index(4)?,
    })
}

fn tally_of_charges(row: &QueryResult) -> Result<statements::Tally> {
    Ok(statements::Tally {
        kind: *row.try_get_by_index::<Coded<ChargeKind>>(1)?,
        of_adjustments: row.try_get_by_index(2)?,
        lines: row.try_get_by_index(3)?,
        pence: row.try_get_by_index(4)?,
    })
}

/// What a row begins with.
fn first<T: TryGetable>(row: &QueryResult) -> Result<T> {
    Ok(row.try_get_by_index(0)?)
}
