//! Verifying the chain of seals, from the first to the newest.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::{audit_digest, audit_event, audit_seal, reading, reading_subject};
use rules::Term;
use rules::terms::SealKind;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::chain::{self, Event, Flaw, Harm, NOTHING, SEALS};
use super::link::Link;
use super::seals::{OVERLAP, Period, due, newest, readings, unsealed};
use super::{Database, Reach};
use crate::error::Result;

/// The most seals, and about the most events, that are looked at together.
const PAGE: (u64, i64) = (200, 5_000);

/// A seal as somebody noted it elsewhere: whoever rewrites the whole chain cannot reach it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The seal's number.
    pub number: i64,
    /// Its digest.
    pub digest: String,
}

/// What the chain amounts to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// How many seals there are.
    pub seals: u64,
    /// How many events they are on.
    pub events: u64,
    /// How many of these were erased since.
    pub erased: u64,
    /// How many events await their seal.
    pub waiting: u64,
    /// The newest seal.
    pub newest: Option<Anchor>,
}

/// What the verification found: the whole chain, or where it is broken first.
pub type Verdict = std::result::Result<Chain, Flaw>;

impl Database {
    /// Walks all seals in order and holds each against its events, then looks for events that lie among sealed ones
    /// and have no seal. It changes nothing.
    pub async fn verify_audit(&self, anchor: Option<&Anchor>) -> Result<Verdict> {
        let link = &self.reading(&Reach::Keep);
        let mut walk = Walk { chain: Chain::default(), previous: BTreeMap::new(), anchor };
        loop {
            let seals = after(link, walk.last()).await?;
            if seals.is_empty() {
                break;
            }
            let mut sealed = Sealed::read(link, &seals).await?;
            for seal in seals {
                if let Err(flaw) = walk.step(seal, &mut sealed) {
                    return Ok(Err(flaw));
                }
            }
        }
        if let Some(missing) = anchor.filter(|anchor| anchor.number > walk.last()) {
            return Ok(Err(of_seal(Harm::Missing, missing.number)));
        }
        for kind in SealKind::ALL.iter().copied() {
            let newest = newest(link, kind).await?;
            if let Some(flaw) = inserted(link, kind, newest).await? {
                return Ok(Err(flaw));
            }
            walk.chain.waiting += waiting(link, kind, newest).await?;
        }
        Ok(Ok(walk.chain))
    }
}

/// How far the verification has come.
struct Walk<'a> {
    chain: Chain,
    /// The digest of the last seal of each kind.
    previous: BTreeMap<SealKind, String>,
    anchor: Option<&'a Anchor>,
}

impl Walk<'_> {
    fn last(&self) -> i64 {
        self.chain.newest.as_ref().map_or(0, |newest| newest.number)
    }

    fn step(&mut self, seal: audit_seal::Model, sealed: &mut Sealed) -> std::result::Result<(), Flaw> {
        let expected = self.last().saturating_add(1);
        if seal.number != expected {
            return Err(of_seal(Harm::Missing, expected));
        }
        let entries = sealed.entries.remove(&seal.number).unwrap_or_default();
        let previous = self.previous.get(&*seal.kind).map_or(NOTHING, String::as_str);
        self.chain.erased += chain::check(&seal, previous, &entries, &sealed.events)?;
        if self.anchor.is_some_and(|anchor| anchor.number == seal.number && anchor.digest != seal.digest) {
            return Err(of_seal(Harm::Altered, seal.number));
        }
        self.chain.seals += 1;
        self.chain.events += entries.len() as u64;
        self.previous.insert(*seal.kind, seal.digest.clone());
        self.chain.newest = Some(Anchor { number: seal.number, digest: seal.digest });
        Ok(())
    }
}

const fn of_seal(harm: Harm, seal: i64) -> Flaw {
    Flaw { harm, table: SEALS, row: None, seal }
}

/// The next seals after this one, as many as are looked at together.
async fn after(link: &Link, number: i64) -> Result<Vec<audit_seal::Model>> {
    use audit_seal::Column::Number;
    let find = audit_seal::Entity::find().filter(Number.gt(number)).order_by(Number, Order::Asc);
    let mut seals = find.limit(PAGE.0).all(link).await?;
    let mut events = 0_i64;
    let fit = seals.iter().take_while(|seal| {
        events = events.saturating_add(i64::from(seal.row_count.max(0)));
        events <= PAGE.1
    });
    // One at least, however large it says it is.
    let fit = fit.count().max(1);
    seals.truncate(fit);
    Ok(seals)
}

/// What some seals are on: their digests by seal, and the events that are still there.
struct Sealed {
    entries: HashMap<i64, Vec<audit_digest::Model>>,
    events: HashMap<Uuid, Event>,
}

impl Sealed {
    async fn read(link: &Link, seals: &[audit_seal::Model]) -> Result<Self> {
        use audit_digest::Column::{Position, SealNumber};
        let (first, last) = match (seals.first(), seals.last()) {
            (Some(first), Some(last)) => (first.number, last.number),
            _ => (0, 0),
        };
        let find = audit_digest::Entity::find().filter(SealNumber.between(first, last));
        let rows = find.order_by(SealNumber, Order::Asc).order_by(Position, Order::Asc).all(link).await?;
        let mut entries: HashMap<i64, Vec<_>> = HashMap::new();
        for row in rows {
            entries.entry(row.seal_number).or_default().push(row);
        }
        let ids = || ids(first, last);
        let find = audit_event::Entity::find().filter(audit_event::Column::Id.in_subquery(ids()));
        let mut events: Vec<_> = find.all(link).await?.iter().map(Event::change).collect();
        let find = reading::Entity::find().filter(reading::Column::Id.in_subquery(ids()));
        let rows = find.all(link).await?;
        let subjects = reading_subject::Column::ReadingId.in_subquery(ids()).into();
        events.extend(readings(link, rows, subjects).await?);
        Ok(Self { entries, events: events.into_iter().map(|event| (event.id, event)).collect() })
    }
}

/// The identifiers of the events that the seals of these numbers are on.
fn ids(first: i64, last: i64) -> SelectStatement {
    Query::select()
        .column(audit_digest::Column::RowId)
        .from(audit_digest::Entity)
        .and_where(audit_digest::Column::SealNumber.between(first, last))
        .to_owned()
}

/// The first event that has no seal although those before and after it have.
async fn inserted(link: &Link, kind: SealKind, newest: Option<DateTime<Utc>>) -> Result<Option<Flaw>> {
    use audit_seal::Column::{Kind, LastAt, Number};
    let Some(newest) = newest else { return Ok(None) };
    let period = Period { from: None, to: Some(newest - OVERLAP) };
    let Some(event) = due(link, kind, &period, 1).await?.pop() else { return Ok(None) };
    let around = audit_seal::Entity::find().filter(Kind.eq(kind.code())).filter(LastAt.gte(event.at));
    let seal = around.order_by(Number, Order::Asc).one(link).await?;
    let seal = seal.map_or(0, |seal| seal.number);
    Ok(Some(Flaw { harm: Harm::Inserted, table: chain::table(kind), row: Some(event.id), seal }))
}

/// How many events of a kind await their seal.
async fn waiting(link: &Link, kind: SealKind, newest: Option<DateTime<Utc>>) -> Result<u64> {
    let period = Period { from: newest.map(|newest| newest - OVERLAP), to: None };
    Ok(match kind {
        SealKind::Change => {
            unsealed::<audit_event::Entity>(audit_event::Column::At, &period).count(link).await?
        }
        SealKind::Reading => {
            unsealed::<reading::Entity>(reading::Column::RecordedAt, &period).count(link).await?
        }
    })
}
