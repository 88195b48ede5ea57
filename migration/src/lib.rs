//! The database's shape, forward only, the same on SQLite and PostgreSQL.

pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, EntityTrait};
use sea_orm_migration::seaql_migrations;

mod dialect;
mod m0001_network;
mod m0002_group_life_and_rar;
mod m0003_readings_and_seals;
mod m0004_issuers_and_clients;
mod m0005_row_level_security;
mod m0006_live_updates;
mod m0007_history_of_sessions;
mod m0008_directory;
mod m0009_places;
mod m0010_prices_explained;
mod m0011_variations_and_purchasers;
mod m0012_folded_words;
mod m0013_suitability;
mod m0014_waits_and_names;
mod m0015_named_people;
mod m0016_who_asks_in_parts;

/// Brings a database to the present shape.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_network::STEP),
            Box::new(m0002_group_life_and_rar::STEP),
            Box::new(m0003_readings_and_seals::STEP),
            Box::new(m0004_issuers_and_clients::STEP),
            Box::new(m0005_row_level_security::STEP),
            Box::new(m0006_live_updates::STEP),
            Box::new(m0007_history_of_sessions::STEP),
            Box::new(m0008_directory::STEP),
            Box::new(m0009_places::STEP),
            Box::new(m0010_prices_explained::STEP),
            Box::new(m0011_variations_and_purchasers::STEP),
            Box::new(m0012_folded_words::STEP),
            Box::new(m0013_suitability::STEP),
            Box::new(m0014_waits_and_names::STEP),
            Box::new(m0015_named_people::STEP),
            Box::new(m0016_who_asks_in_parts::STEP),
        ]
    }
}

/// Whether a database lacks a migration; an error, if it was never migrated. It changes nothing: who serves may ask it
/// who may not migrate.
pub async fn pending<C: ConnectionTrait>(connection: &C) -> Result<bool, DbErr> {
    let applied = seaql_migrations::Entity::find().all(connection).await?;
    let all = Migrator::migrations();
    Ok(all.iter().any(|one| applied.iter().all(|row| row.version != one.name())))
}
