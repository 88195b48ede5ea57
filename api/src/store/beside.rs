//! What there is at most one of beside a row, read in the row's own statement: the service of each referral. Only
//! where a query asks for it, only the columns that what is asked for reads, and for whole families of rows (`kin`).

use std::collections::HashSet;

use entity::{Columns, Placed, Reads};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IdenStatic as _, Iterable, QueryResult, QueryTrait};
use uuid::Uuid;

use super::Visible;
use super::find::{Find, placed};
use super::kin::Member;
use super::page::{Page, Ranking, Window};
use super::visibility::BesideSeen;
use crate::error::Result;

/// A table of which at most one row stands beside a row, and where in the family's kin `K` it is put.
pub struct Beside<K> {
    /// The field that shows it.
    pub field: &'static str,
    /// Which of its columns these fields of it read.
    pub columns: fn(&[&str]) -> Columns,
    /// Adds it to a statement.
    pub join: fn(&mut SelectStatement, Columns),
    /// Takes what was found, from the column that it begins with.
    pub take: fn(&[QueryResult], usize, Columns, &K) -> Result<()>,
    /// How many columns it has.
    pub width: usize,
}

/// What a query asks for of rows: the names of fields.
pub struct Asked<'q>(Option<Box<Fields<'q>>>);

/// The fields of the rows, or of what stands beside them under a field.
type Fields<'q> = dyn Fn(Option<&str>) -> Vec<&'q str> + Send + Sync + 'q;

impl<'q> Asked<'q> {
    /// These fields and no others.
    pub fn only(fields: impl Fn(Option<&str>) -> Vec<&'q str> + Send + Sync + 'q) -> Self {
        Self(Some(Box::new(fields)))
    }

    /// Whatever there is: whole rows, and beside them nothing before it is asked for.
    pub const fn everything() -> Self {
        Self(None)
    }
}

/// A statement on rows and what stands beside them.
pub struct Together<'s, E: EntityTrait, K: 'static> {
    find: Find<'s, E>,
    columns: Columns,
    beside: Vec<(&'static Beside<K>, Columns)>,
}

impl<'s, E: Visible> Find<'s, E> {
    /// With those of `all` that are asked for or shown by a field that is, and of everything only the columns that what is
    /// asked for `reads`.
    pub fn beside<K: Default + 'static>(
        self,
        all: &'static [Beside<K>],
        reads: &'static [Reads],
        asked: Asked<'_>,
    ) -> Together<'s, E, K> {
        let Some(asked) = asked.0 else {
            return Together { find: self, columns: Columns::ALL, beside: Vec::new() };
        };
        let fields = asked(None);
        let shown = |of: &str| reads.iter().any(|one| fields.contains(&one.field) && one.kin.contains(&of));
        let wanted = all.iter().filter(|one| fields.contains(&one.field) || shown(one.field));
        let beside = wanted.map(|one| {
            let alone = !fields.iter().any(|field| *field != one.field && shows(reads, field, one.field));
            (one, if alone { (one.columns)(&asked(Some(one.field))) } else { Columns::ALL })
        });
        Together { beside: beside.collect(), columns: columns::<E>(reads, &fields), find: self }
    }
}

/// Whether a field shows, of what stands beside the rows, what has a field of its own.
fn shows(reads: &[Reads], field: &str, other: &str) -> bool {
    reads.iter().any(|one| one.field == field && (one.columns.is_none() || one.kin.contains(&other)))
}

/// The columns that these fields read, with all that hold identifiers: by them rows are put together, and is noted whose
/// records were read. All columns, where it is not known what a field reads.
pub fn columns<E: EntityTrait>(reads: &[Reads], fields: &[&str]) -> Columns {
    if reads.is_empty() {
        return Columns::ALL;
    }
    let mut names = Vec::new();
    for field in fields {
        // What is not among them is no field of this object: `__typename`, or a field of a payload.
        let Some(reads) = reads.iter().find(|one| one.field == *field) else { continue };
        match reads.columns {
            Some(columns) => names.extend(columns),
            None => return Columns::ALL,
        }
    }
    let needed = |name: &str| name == "id" || name.ends_with("_id") || names.contains(&name);
    let places = E::Column::iter().enumerate().filter(|(_, column)| needed(column.as_str()));
    places.fold(Columns::NONE, |columns, (place, _)| columns.with(place))
}

impl<E: Visible> Find<'_, E> {
    /// All rows, and what stands beside them: the rows of `T` that have the same in the second column of `same` as these in
    /// the first, and NULL in the column `only`. For an act, which answers nothing of what it reads.
    pub async fn all_with<T: BesideSeen<E>>(
        mut self,
        same: (E::Column, T::Column),
        only: T::Column,
    ) -> Result<(Vec<E::Model>, Vec<T::Model>)> {
        join::<E, T>(self.select.query(), "beside", same, Some(only), Columns::ALL);
        let found = self.rows(None).await?;
        Ok((placed(&found, Columns::ALL)?, distinct(&found, E::Model::WIDTH, Columns::ALL)?))
    }
}

impl<'s, E: Visible, K: Default + 'static> Together<'s, E, K> {
    /// The statement, which reads the column `also` as well.
    fn find(self, also: Option<E::Column>) -> (Find<'s, E>, Vec<(&'static Beside<K>, Columns)>) {
        let place =
            also.and_then(|also| E::Column::iter().position(|column| column.as_str() == also.as_str()));
        let columns = place.map_or(self.columns, |place| self.columns.with(place));
        let mut find = self.find.only(columns);
        for (one, columns) in &self.beside {
            (one.join)(find.select.query(), *columns);
        }
        (find, self.beside)
    }

    /// All rows, as a family.
    pub async fn family(self) -> Result<Vec<Member<E::Model, K>>> {
        let (find, beside) = self.find(None);
        let (readings, columns) = (find.readings().cloned(), find.columns);
        let found = find.rows(None).await?;
        let rows = placed(&found, columns)?;
        if let Some(readings) = readings {
            readings.note(&rows);
        }
        let family: Vec<_> = Member::family(rows).collect();
        take::<E, K>(&beside, &found, columns, family.first())?;
        Ok(family)
    }

    /// The page `window` of the rows, ranked, as a family.
    pub async fn page(self, ranking: &Ranking<E>, window: &Window) -> Result<Page<Member<E::Model, K>>> {
        let (find, beside) = self.find(Some(ranking.column));
        let columns = find.columns;
        let (page, found) = find.page_of_rows(ranking, None, window).await?;
        let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
        let rows: Vec<_> = cursors.into_iter().zip(Member::family(rows)).collect();
        take::<E, K>(&beside, &found, columns, rows.first().map(|(_, member)| member))?;
        Ok(Page { rows, has_previous: page.has_previous, has_next: page.has_next })
    }
}

fn take<E: Visible, K>(
    beside: &[(&Beside<K>, Columns)],
    found: &[QueryResult],
    columns: Columns,
    one: Option<&Member<E::Model, K>>,
) -> Result<()> {
    let Some(member) = one else { return Ok(()) };
    let mut at = columns.count(E::Model::WIDTH);
    for (one, columns) in beside {
        (one.take)(found, at, *columns, member.kin())?;
        at += columns.count(one.width);
    }
    Ok(())
}

/// Adds the rows of `T` whose column `theirs` is `ours`, under the name of the field: a table may stand beside a row
/// twice. Of what is superseded, only the row whose column `only` is NULL.
pub fn join<P: EntityTrait, T: BesideSeen<P>>(
    statement: &mut SelectStatement,
    field: &'static str,
    (ours, theirs): (P::Column, T::Column),
    only: Option<T::Column>,
    columns: Columns,
) {
    let name = Alias::new(field);
    let on = Expr::col((name.clone(), theirs)).equals(ours.as_column_ref());
    let present = only.map(|column| Expr::col((name.clone(), column)).is_null());
    let on = Condition::all().add(on).add_option(present);
    statement.join_as(JoinType::LeftJoin, T::default(), name.clone(), on);
    for (_, column) in T::Column::iter().enumerate().filter(|(place, _)| columns.has(*place)) {
        statement.column((name.clone(), column));
    }
}

/// What was found of `M` in the columns that begin at `at`, each row once; the first column is its key.
pub fn distinct<M: Placed>(found: &[QueryResult], at: usize, columns: Columns) -> Result<Vec<M>> {
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in found {
        let key: Option<Uuid> = row.try_get_by_index(at)?;
        if key.is_some_and(|key| seen.insert(key)) {
            rows.push(M::placed(row, at, columns)?);
        }
    }
    Ok(rows)
}

/// A table beside a row: the field that shows it, the object that it is there, the table, the two columns that are the
/// same, and where what was found is put.
#[macro_export]
macro_rules! beside {
    (
        $kin:ty; $( $field:literal: $shown:ident of $parent:ident.$ours:ident = $table:ident.$theirs:ident $(while $only:ident is null)?
        => |$put_in:ident, $rows:ident| $put:expr; )+
    ) => {
        &[$( $crate::store::Beside::<$kin> {
            field: $field,
            columns: |fields| $crate::store::columns::<entity::$table::Entity>($shown::READS, fields),
            join: |statement, columns| {
                let only = [$(entity::$table::Column::$only)?].first().copied();
                let on = (entity::$parent::Column::$ours, entity::$table::Column::$theirs);
                $crate::store::join::<entity::$parent::Entity, entity::$table::Entity>(statement, $field, on, only, columns);
            },
            take: |found, at, columns, $put_in: &$kin| {
                let $rows = $crate::store::distinct::<entity::$table::Model>(found, at, columns)?;
                $put;
                Ok(())
            },
            width: <entity::$table::Model as entity::Placed>::WIDTH,
        } ),+]
    };
}
