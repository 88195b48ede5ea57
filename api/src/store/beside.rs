//! What there is at most one of beside a row, read in the row's own statement: the service of each referral. Only
//! where a query asks for it, and for whole families of rows (`kin`).

use std::collections::HashSet;

use entity::Placed;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, JoinType, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Iterable, QueryResult, QueryTrait};
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
    /// Adds it to a statement.
    pub join: fn(&mut SelectStatement),
    /// Takes what was found, from the column that it begins with.
    pub take: fn(&[QueryResult], usize, &K) -> Result<()>,
    /// How many columns it has.
    pub width: usize,
}

/// A statement on rows and what stands beside them.
pub struct Together<'s, E: EntityTrait, K: 'static> {
    find: Find<'s, E>,
    beside: Vec<&'static Beside<K>>,
}

impl<'s, E: Visible> Find<'s, E> {
    /// With those of `all` that are asked for.
    pub fn beside<K: Default + 'static>(
        mut self,
        all: &'static [Beside<K>],
        asked: impl Fn(&str) -> bool,
    ) -> Together<'s, E, K> {
        let beside: Vec<_> = all.iter().filter(|one| asked(one.field)).collect();
        for one in &beside {
            (one.join)(self.select.query());
        }
        Together { find: self, beside }
    }
}

impl<E: Visible, K: Default + 'static> Together<'_, E, K> {
    /// All rows, as a family.
    pub async fn family(self) -> Result<Vec<Member<E::Model, K>>> {
        let readings = self.find.readings().cloned();
        let found = self.find.rows(None).await?;
        let rows = placed(&found)?;
        if let Some(readings) = readings {
            readings.note(&rows);
        }
        let family: Vec<_> = Member::family(rows).collect();
        take::<E, K>(&self.beside, &found, family.first())?;
        Ok(family)
    }

    /// The page `window` of the rows, ranked, as a family.
    pub async fn page(self, ranking: &Ranking<E>, window: &Window) -> Result<Page<Member<E::Model, K>>> {
        let (page, found) = self.find.page_of_rows(ranking, None, window).await?;
        let (cursors, rows): (Vec<_>, Vec<_>) = page.rows.into_iter().unzip();
        let rows: Vec<_> = cursors.into_iter().zip(Member::family(rows)).collect();
        take::<E, K>(&self.beside, &found, rows.first().map(|(_, member)| member))?;
        Ok(Page { rows, has_previous: page.has_previous, has_next: page.has_next })
    }
}

fn take<E: Visible, K>(
    beside: &[&Beside<K>],
    found: &[QueryResult],
    one: Option<&Member<E::Model, K>>,
) -> Result<()> {
    let Some(member) = one else { return Ok(()) };
    let mut at = E::Model::WIDTH;
    for one in beside {
        (one.take)(found, at, member.kin())?;
        at += one.width;
    }
    Ok(())
}

/// Adds the rows of `T` whose column `theirs` is `ours`, under the name of the field: a table may stand beside a row
/// twice. Of what is superseded, only the row whose column `only` is NULL.
pub fn join<P: EntityTrait, T: BesideSeen<P>>(
    statement: &mut SelectStatement,
    field: &'static str,
    ours: P::Column,
    theirs: T::Column,
    only: Option<T::Column>,
) {
    let name = Alias::new(field);
    let on = Expr::col((name.clone(), theirs)).equals(ours.as_column_ref());
    let present = only.map(|column| Expr::col((name.clone(), column)).is_null());
    let on = Condition::all().add(on).add_option(present);
    statement.join_as(JoinType::LeftJoin, T::default(), name.clone(), on);
    for column in T::Column::iter() {
        statement.column((name.clone(), column));
    }
}

/// What was found of `M` in the columns that begin at `at`, each row once; the first column is its key.
pub fn distinct<M: Placed>(found: &[QueryResult], at: usize) -> Result<Vec<M>> {
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in found {
        let key: Option<Uuid> = row.try_get_by_index(at)?;
        if key.is_some_and(|key| seen.insert(key)) {
            rows.push(M::placed(row, at)?);
        }
    }
    Ok(rows)
}

/// A table beside a row: the field that shows it, the table, the two columns that are the same, and where what was found
/// is put.
#[macro_export]
macro_rules! beside {
    (
        $kin:ty; $( $field:literal: $parent:ident.$ours:ident = $table:ident.$theirs:ident $(while $only:ident is null)?
        => |$put_in:ident, $rows:ident| $put:expr; )+
    ) => {
        &[$( $crate::store::Beside::<$kin> {
            field: $field,
            join: |statement| {
                let only = [$(entity::$table::Column::$only)?].first().copied();
                let (ours, theirs) = (entity::$parent::Column::$ours, entity::$table::Column::$theirs);
                $crate::store::join::<entity::$parent::Entity, entity::$table::Entity>(statement, $field, ours, theirs, only);
            },
            take: |found, at, $put_in: &$kin| {
                let $rows = $crate::store::distinct::<entity::$table::Model>(found, at)?;
                $put;
                Ok(())
            },
            width: <entity::$table::Model as entity::Placed>::WIDTH,
        } ),+]
    };
}
