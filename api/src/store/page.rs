//! Pages by keyset: a page costs the same however deep it lies.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use entity::Placed;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{EntityTrait, ModelTrait, Order, QueryResult, QueryTrait, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::find::{Find, placed, primary_key};
use crate::error::{Fault, Result};

/// What is said of a cursor that the list did not give.
pub const NO_CURSOR: &str = "The cursor is not one that this list gave. Begin again without it.";

/// What a page is asked for, after the Relay cursor connections specification.
#[derive(Clone, Debug)]
pub struct Window {
    /// How many rows.
    pub size: u64,
    /// Whether they are the last of the range and not the first.
    pub backwards: bool,
    /// Begin after this cursor.
    pub after: Option<String>,
    /// End before this cursor.
    pub before: Option<String>,
}

/// Where a row lies in its list. It is written out only where a client asks for it.
#[derive(Clone, Debug)]
pub enum Cursor {
    /// By its rank, then by its identifier.
    Ranked(Key, Uuid),
    /// As it was written out.
    Written(String),
}

/// One page of rows, each with its cursor.
pub struct Page<M> {
    /// The rows in the order asked for.
    pub rows: Vec<(Cursor, M)>,
    /// Whether there are rows before the page.
    pub has_previous: bool,
    /// Whether there are rows after it.
    pub has_next: bool,
}

/// A page of what a list was looked through for: fewer rows than were looked at, and where that was.
pub struct Sifted<M> {
    /// The rows that were kept. It says whether there is more to look at before and after it.
    pub page: Page<M>,
    /// The cursor of the first row that was looked at; none where none was.
    pub from: Option<Cursor>,
    /// The cursor of the last.
    pub to: Option<Cursor>,
}

impl<M> Page<M> {
    /// Keeps those rows that are sought, as many as the window has. What lies beyond the last of these was not looked at.
    pub fn sift(mut self, window: &Window, sought: impl Fn(&M) -> bool) -> Sifted<M> {
        let size = usize::try_from(window.size).unwrap_or(usize::MAX);
        if window.backwards {
            self.rows.reverse();
        }
        let (mut kept, mut first, mut last, mut more) = (Vec::new(), None, None, false);
        for (cursor, row) in self.rows {
            if kept.len() == size {
                more = true;
                break;
            }
            first.get_or_insert_with(|| cursor.clone());
            last = Some(cursor.clone());
            if sought(&row) {
                kept.push((cursor, row));
            }
        }
        let (mut has_previous, mut has_next, mut from, mut to) =
            (self.has_previous, self.has_next, first, last);
        if window.backwards {
            kept.reverse();
            std::mem::swap(&mut from, &mut to);
            has_previous |= more;
        } else {
            has_next |= more;
        }
        Sifted { page: Page { rows: kept, has_previous, has_next }, from, to }
    }
}

/// The value by which a list is ordered; the identifier breaks ties.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Key {
    /// An instant.
    #[serde(rename = "t")]
    Instant(DateTime<Utc>),
    /// A calendar day.
    #[serde(rename = "d")]
    Day(NaiveDate),
    /// A text.
    #[serde(rename = "s")]
    Text(String),
    /// How well it fits, and a text.
    #[serde(rename = "f")]
    Fitting(i32, String),
}

/// The form of a [`Key`]: a cursor of one list is no cursor of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// [`Key::Instant`]
    Instant,
    /// [`Key::Day`]
    Day,
    /// [`Key::Text`]
    Text,
    /// [`Key::Fitting`]
    Fitting,
}

impl Key {
    /// Its form, unless its value lies outside what the databases can hold.
    fn form(&self) -> Option<Form> {
        let sane = |year: i32| (1..=9999).contains(&year);
        match self {
            Self::Instant(instant) => sane(instant.year()).then_some(Form::Instant),
            Self::Day(day) => sane(day.year()).then_some(Form::Day),
            Self::Text(text) => (!text.contains('\0')).then_some(Form::Text),
            Self::Fitting(_, text) => (!text.contains('\0')).then_some(Form::Fitting),
        }
    }
}

impl Key {
    /// The values by which a row is placed, before its identifier.
    fn values(self) -> Vec<Value> {
        match self {
            Self::Instant(instant) => vec![instant.into()],
            Self::Day(day) => vec![day.into()],
            Self::Text(text) => vec![text.into()],
            Self::Fitting(fit, text) => vec![fit.into(), text.into()],
        }
    }
}

/// The name of how well a row fits, among the columns of a statement.
const FIT: &str = "how_well_it_fits";

/// The order of a list: by one column that is never null, then by the identifier.
pub struct Ranking<E: EntityTrait> {
    /// The column.
    pub column: E::Column,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// The form of its values.
    pub form: Form,
    /// The row's value in that column.
    pub key: fn(&E::Model) -> Key,
}

impl<E: EntityTrait> Find<'_, E>
where
    E::Model: Placed,
{
    /// The page `window` of the rows, ranked.
    pub async fn page(self, ranking: &Ranking<E>, window: &Window) -> Result<Page<E::Model>> {
        Ok(self.page_of_rows(ranking, None, window).await?.0)
    }

    /// The page `window` of the rows, of which those come first that fit best: a whole number from zero on, reckoned by the
    /// database. Of those that fit alike, as they are ranked: ascending, and by a text.
    pub async fn page_by_fit(
        self,
        fit: &Expr,
        ranking: &Ranking<E>,
        window: &Window,
    ) -> Result<Page<E::Model>> {
        Ok(self.page_of_rows(ranking, Some(fit), window).await?.0)
    }

    /// The page with the rows as the database gave them, in whatever order.
    pub(super) async fn page_of_rows(
        mut self,
        ranking: &Ranking<E>,
        fit: Option<&Expr>,
        window: &Window,
    ) -> Result<(Page<E::Model>, Vec<QueryResult>)> {
        for (cursor, is_after) in [(&window.after, true), (&window.before, false)] {
            if let Some(cursor) = cursor {
                self = self.beyond(ranking, fit, cursor, is_after)?;
            }
        }
        let order = if ranking.descending == window.backwards { Order::Asc } else { Order::Desc };
        let (readings, columns) = (self.readings(), self.columns);
        if let Some(fit) = fit {
            self.select.query().expr_as(fit.clone(), FIT).order_by_expr(fit.clone(), order.clone());
        }
        let ranked = self.order_by(ranking.column, order.clone()).order_by(primary_key::<E>(), order);
        let mut found = ranked.rows(Some(window.size + 1)).await?;
        let more = found.len() as u64 > window.size;
        // The row beyond the page only says that there is one.
        found.truncate(usize::try_from(window.size).unwrap_or(usize::MAX));
        let mut rows = placed(&found, columns)?;
        if let Some(readings) = readings {
            readings.note(&rows);
        }
        if window.backwards {
            rows.reverse();
        }
        let mut fits = Vec::new();
        if fit.is_some() {
            let fit = |row: &QueryResult| row.try_get::<i32>("", FIT);
            fits = found.iter().map(fit).collect::<Result<_, _>>()?;
        }
        if window.backwards {
            fits.reverse();
        }
        let fits = fits.into_iter().map(Some).chain(std::iter::repeat(None));
        let rows =
            rows.into_iter().zip(fits).map(|(row, fit)| (cursor::<E>(ranking, fit, &row), row)).collect();
        let (has_previous, has_next) =
            if window.backwards { (more, window.before.is_some()) } else { (window.after.is_some(), more) };
        Ok((Page { rows, has_previous, has_next }, found))
    }

    /// Only what comes after the cursor, or only what comes before it.
    fn beyond(self, ranking: &Ranking<E>, fit: Option<&Expr>, cursor: &str, is_after: bool) -> Result<Self> {
        let (key, id) = decode(cursor, if fit.is_some() { Form::Fitting } else { ranking.form })?;
        let ranked = [ranking.column, primary_key::<E>()].map(|column| Expr::col((E::default(), column)));
        let place = Expr::tuple(fit.cloned().into_iter().chain(ranked));
        let mark = Expr::tuple(key.values().into_iter().map(Expr::val).chain([Expr::val(id)]));
        let greater = is_after != ranking.descending;
        Ok(self.filter(if greater { place.gt(mark) } else { place.lt(mark) }))
    }
}

fn cursor<E: EntityTrait>(ranking: &Ranking<E>, fit: Option<i32>, row: &E::Model) -> Cursor {
    let id = row.get(primary_key::<E>()).unwrap::<Uuid>();
    let key = match ((ranking.key)(row), fit) {
        (Key::Text(text), Some(fit)) => Key::Fitting(fit, text),
        (key, _) => key,
    };
    Cursor::Ranked(key, id)
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A key and an identifier always serialise.
            Self::Ranked(key, id) => formatter
                .write_str(&URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(key, id)).unwrap_or_default())),
            Self::Written(text) => formatter.write_str(text),
        }
    }
}

fn decode(cursor: &str, form: Form) -> Result<(Key, Uuid)> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .filter(|(key, _): &(Key, Uuid)| key.form() == Some(form))
        .ok_or_else(|| Fault::bad_input(NO_CURSOR))
}
