//! Importing a card: what each of its rows does beside the prices that exist already.

use chrono::NaiveDate;

use super::{Period, PriceRefusal, Version, in_force, publication, written};
use crate::{Refusal, term};

term! {
    /// What a row of an imported rate card does.
    RateCardAction {
        /// Sets a price for a period that had none.
        New "new" "NEW" "New";
        /// Sets a price that takes over from the published one, whose period it closes.
        Replaces "replaces" "REPLACES" "Replaces";
        /// States a price that is published already: nothing is added.
        Unchanged "unchanged" "UNCHANGED" "Unchanged";
        /// States a price that awaits approval already: nothing is added.
        Pending "pending" "PENDING" "Pending";
    }
}

/// A price as a row of the card states it, for one service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The price of a unit, in pence.
    pub pence: i64,
    /// The days for which it is to hold.
    pub period: Period,
    /// Whether charges depend on those days.
    pub charges_depend: bool,
}

/// A price of the same service that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Existing {
    /// The price of a unit, in pence.
    pub pence: i64,
    /// The days for which it holds.
    pub period: Period,
    /// The end that its author gave, before a successor closed it.
    pub intended_to: Option<NaiveDate>,
    /// Whether it is published, and not awaiting approval.
    pub published: bool,
}

/// What comes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intake {
    /// What the row does.
    pub action: RateCardAction,
    /// The price of the day before its period, in pence; none where there was none.
    pub previous: Option<i64>,
}

/// Rows whose periods overlap, of all rows for one service: each with an earlier row that it overlaps. Rows are
/// named by their lines.
pub fn crossings(rows: &[(u64, Period)]) -> Vec<(u64, u64)> {
    let mut ordered: Vec<_> = rows.iter().filter(|(_, period)| !period.is_empty()).collect();
    ordered.sort_by_key(|(line, period)| (period.from, *line));
    let mut crossed = Vec::new();
    let mut furthest: Option<&(u64, Period)> = None;
    for row in ordered {
        if let Some(other) = furthest.filter(|other| other.1.overlaps(&row.1)) {
            crossed.push((row.0.max(other.0), row.0.min(other.0)));
        }
        if furthest.is_none_or(|other| ends_before(&other.1, &row.1)) {
            furthest = Some(row);
        }
    }
    crossed
}

fn ends_before(one: &Period, other: &Period) -> bool {
    match (one.to, other.to) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(one), Some(other)) => one < other,
    }
}

/// Whether the row states, from its first day on, a price that is published already.
pub fn restates(row: &Stated, existing: &[Existing]) -> bool {
    restated(row, existing).is_some()
}

fn restated<'a>(row: &Stated, existing: &'a [Existing]) -> Option<(usize, &'a Existing)> {
    let same = |price: &Existing| {
        price.published && price.pence == row.pence && price.period.from == row.period.from
    };
    existing.iter().enumerate().find(|(_, price)| same(price))
}

/// What comes of each row of a card for one service, in the order of the rows.
///
/// Whatever is new is held to the same rule as a publication, in the order of the first days. A row that states
/// a published price is no new price, whether it gives the end that the price has, the one that its author
/// gave, or the one that the other rows give it: so a card can be imported again, and its successor too.
pub fn intake(
    rows: &[Stated],
    existing: &[Existing],
    today: NaiveDate,
    load_history: bool,
) -> Vec<Result<Intake, Refusal<PriceRefusal>>> {
    let mut card = Card::of(existing);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&row| rows[row].period.from);
    let mut outcomes = vec![Ok(RateCardAction::Unchanged); rows.len()];
    for place in order {
        let row = &rows[place];
        if restates(row, existing) {
            continue;
        }
        let published = card.publish(row, today, load_history);
        outcomes[place] = if awaits(row, existing) { Ok(RateCardAction::Pending) } else { published };
    }
    let decided = rows.iter().zip(outcomes).map(|(row, outcome)| {
        let action = outcome?;
        if let Some((at, price)) = restated(row, existing) {
            card.same_end(row, at, price)?;
        }
        Ok(Intake { action, previous: card.before(row.period.from) })
    });
    decided.collect()
}

fn awaits(row: &Stated, existing: &[Existing]) -> bool {
    existing.iter().any(|price| !price.published && price.pence == row.pence && price.period == row.period)
}

/// The card as it would be with the rows seen so far.
struct Card {
    versions: Vec<Version>,
    pence: Vec<i64>,
}

impl Card {
    /// The card as it is. A version is known by its place, so that those awaiting approval keep theirs with
    /// a period without a day.
    fn of(existing: &[Existing]) -> Self {
        let version = |(at, price): (usize, &Existing)| {
            let to = if price.published { price.period.to } else { Some(price.period.from) };
            Version { id: at as u128, period: Period { to, ..price.period } }
        };
        Self {
            versions: existing.iter().enumerate().map(version).collect(),
            pence: existing.iter().map(|price| price.pence).collect(),
        }
    }

    fn publish(
        &mut self,
        row: &Stated,
        today: NaiveDate,
        load_history: bool,
    ) -> Result<RateCardAction, Refusal<PriceRefusal>> {
        let done = publication(&row.period, &self.versions, today, load_history, row.charges_depend)?;
        let closed = self.versions.iter_mut().find(|version| Some(version.id) == done.closes);
        let action = if closed.is_some() { RateCardAction::Replaces } else { RateCardAction::New };
        if let Some(closed) = closed {
            closed.period.to = Some(row.period.from);
        }
        self.versions.push(Version { id: self.versions.len() as u128, period: row.period });
        self.pence.push(row.pence);
        Ok(action)
    }

    fn same_end(&self, row: &Stated, at: usize, price: &Existing) -> Result<(), Refusal<PriceRefusal>> {
        let ends = [price.period.to, price.intended_to, self.versions[at].period.to];
        if ends.contains(&row.period.to) {
            return Ok(());
        }
        let message = format!(
            "This price is published for {}, and a published price is never edited: give the same end, or add a row \
             that begins where it is to end.",
            written(&price.period)
        );
        Err(Refusal::of(PriceRefusal::Overlaps, "effectiveTo", message))
    }

    /// The price of the day before, in pence.
    fn before(&self, day: NaiveDate) -> Option<i64> {
        let version = in_force(&self.versions, day.pred_opt()?)?;
        self.pence.get(usize::try_from(version).ok()?).copied()
    }
}

#[cfg(test)]
mod tests;
