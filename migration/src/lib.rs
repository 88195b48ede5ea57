//! The database's shape, forward only, the same on SQLite and PostgreSQL.

pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m0001_network;
mod m0004_issuers_and_clients;

/// Brings a database to the present shape.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m0001_network::Migration), Box::new(m0004_issuers_and_clients::Migration)]
    }
}
