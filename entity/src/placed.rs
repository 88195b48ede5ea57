//! Reading rows by the places of their columns. SeaORM looks each column up by its name, and words an error for each
//! NULL before it throws it away: of a list of fifty that was a fifth of the server's work.

use sea_orm::sqlx::{Result, postgres::PgRow, sqlite::SqliteRow};
use sea_orm::{DbErr, QueryResult, RuntimeErr};

use crate::Columns;

/// What is read from columns that stand behind one another.
pub trait Placed: Sized {
    /// How many columns the table has.
    const WIDTH: usize;

    /// From a row of PostgreSQL that has these columns, beginning with the one at `at`.
    fn of_postgres(row: &PgRow, at: usize, columns: Columns) -> Result<Self>;

    /// From a row of SQLite that has these columns, beginning with the one at `at`.
    fn of_sqlite(row: &SqliteRow, at: usize, columns: Columns) -> Result<Self>;

    /// From a row of whichever database it is.
    fn placed(row: &QueryResult, at: usize, columns: Columns) -> std::result::Result<Self, DbErr> {
        let read = match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
            (Some(row), _) => Self::of_postgres(row, at, columns),
            (_, Some(row)) => Self::of_sqlite(row, at, columns),
            (None, None) => return Err(DbErr::Type("a row of neither database".to_owned())),
        };
        read.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}

/// Reads a type of ours as the type that the database has for it.
macro_rules! stored_as {
    ($( [$($generics:tt)*] $ours:ty as $theirs:ty => $read:expr; )+) => { $(
        impl<$($generics)* Db: sea_orm::sqlx::Database> sea_orm::sqlx::Type<Db> for $ours
        where
            $theirs: sea_orm::sqlx::Type<Db>,
        {
            fn type_info() -> Db::TypeInfo {
                <$theirs as sea_orm::sqlx::Type<Db>>::type_info()
            }
            fn compatible(kind: &Db::TypeInfo) -> bool {
                <$theirs as sea_orm::sqlx::Type<Db>>::compatible(kind)
            }
        }
        impl<'row, $($generics)* Db: sea_orm::sqlx::Database> sea_orm::sqlx::Decode<'row, Db> for $ours
        where
            $theirs: sea_orm::sqlx::Decode<'row, Db>,
        {
            fn decode(value: Db::ValueRef<'row>) -> std::result::Result<Self, sea_orm::sqlx::error::BoxDynError> {
                let read: fn($theirs) -> std::result::Result<Self, sea_orm::sqlx::error::BoxDynError> = $read;
                read(<$theirs as sea_orm::sqlx::Decode<'row, Db>>::decode(value)?)
            }
        }
    )+ };
}
