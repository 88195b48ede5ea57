//! The migrated tables are those that the entities declare, on both databases.

use std::collections::BTreeMap;

use api::store::Database;
use sea_orm::sea_query::ColumnType;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, DatabaseConnection, DbBackend, EntityTrait, IdenStatic as _,
    Iterable as _, PrimaryKeyToColumn as _, Statement,
};

use crate::postgres;
use crate::world::{System, empty_database};

/// A column: what it holds, and whether that can be missing.
#[derive(Debug, PartialEq, Eq)]
struct Column {
    holds: String,
    nullable: bool,
    key: bool,
}

/// The columns of tables, by table and name.
type Tables = BTreeMap<String, BTreeMap<String, Column>>;

/// What a column holds, in PostgreSQL's words.
fn postgres_type(declared: &ColumnType) -> &'static str {
    let known = [
        (ColumnType::Uuid, "uuid"),
        (ColumnType::Text, "text"),
        (ColumnType::TimestampWithTimeZone, "timestamp with time zone"),
        (ColumnType::Date, "date"),
        (ColumnType::Integer, "integer"),
        (ColumnType::BigInteger, "bigint"),
        (ColumnType::Boolean, "boolean"),
        (ColumnType::Json, "json"),
    ];
    let found = known.iter().find(|(column_type, _)| column_type == declared);
    found.unwrap_or_else(|| panic!("no table has a column of the type {declared:?}")).1
}

/// The same in SQLite's: its types are few.
fn sqlite_type(declared: &ColumnType) -> &'static str {
    match postgres_type(declared) {
        "uuid" => "blob",
        "timestamp with time zone" | "date" | "json" => "text",
        other => other,
    }
}

/// The table that an entity declares.
fn declared<E: EntityTrait>(of: fn(&ColumnType) -> &'static str) -> (String, BTreeMap<String, Column>) {
    let keys: Vec<_> = E::PrimaryKey::iter().map(|key| key.into_column().as_str().to_owned()).collect();
    let columns = E::Column::iter().map(|column| {
        let definition = column.def();
        let name = column.as_str().to_owned();
        let key = keys.contains(&name);
        let holds = of(definition.get_column_type()).to_owned();
        (name, Column { holds, nullable: definition.is_null(), key })
    });
    (E::default().as_str().to_owned(), columns.collect())
}

macro_rules! declared {
    ($($table:ident)+) => {
        /// Every table that the entities declare.
        fn all_declared(of: fn(&ColumnType) -> &'static str) -> Tables {
            [$( declared::<entity::$table::Entity>(of) ),+].into_iter().collect()
        }
    };
}

declared! {
    cohort cohort_ldu place referral_start
    attendance audit_digest audit_event audit_seal change case_holding case_need case_officer case_restriction charge criterion criterion_version desired_outcome
    eligibility_override variation
    end_report end_report_outcome feedback group_session idempotency_key instrument ldu measure organisation
    delivery_cost budget price_threshold
    person person_role price price_batch probation_case programme_suitability qualification reading reading_subject referral referral_amendment
    referral_assignment referral_item referral_note referral_price referral_question sentence service
    service_area service_availability service_duty service_mode service_need service_venue session session_change
    shared_person suitability_meeting
    api_client attendance audit_event case_holding case_need case_officer case_restriction charge client_secret
    criterion desired_outcome end_report end_report_outcome feedback group_session idempotency_key instrument ldu measure organisation
    person person_role price price_batch probation_case qualification referral referral_amendment
    referral_assignment referral_item referral_note referral_price referral_question revocation sentence service
    service_need session session_change shared_person suitability_meeting trusted_issuer
}

/// Every column of every table there is, in PostgreSQL.
const IN_POSTGRES: &str = "
    select c.table_name, c.column_name, c.data_type as holds, (c.is_nullable = 'YES') as nullable,
        exists (
            select 1 from information_schema.table_constraints t
            join information_schema.key_column_usage k on k.constraint_name = t.constraint_name
            where t.constraint_type = 'PRIMARY KEY' and k.table_name = c.table_name
                and k.column_name = c.column_name
        ) as key
    from information_schema.columns c
    where c.table_schema = 'public' and c.table_name <> 'seaql_migrations'
        and c.table_name in (select tablename from pg_tables where schemaname = 'public')";

/// The same in SQLite, which takes nothing for a missing value in a key unless it is told.
const IN_SQLITE: &str = "
    select t.name as table_name, c.name as column_name, lower(c.type) as holds,
        (c.\"notnull\" = 0 and c.pk = 0) as nullable, (c.pk > 0) as key
    from sqlite_master t, pragma_table_info(t.name) c
    where t.type = 'table' and t.name <> 'seaql_migrations' and t.name not like 'sqlite_%'";

async fn migrated(database: &DatabaseConnection) -> Tables {
    let backend = database.get_database_backend();
    let question = if backend == DbBackend::Sqlite { IN_SQLITE } else { IN_POSTGRES };
    let rows = database.query_all_raw(Statement::from_string(backend, question)).await.expect("the columns");
    let mut tables = Tables::new();
    for row in rows {
        let text = |name| row.try_get::<String>("", name).expect("a text");
        let truth = |name| row.try_get::<bool>("", name).expect("a truth");
        let column = Column { holds: text("holds"), nullable: truth("nullable"), key: truth("key") };
        tables.entry(text("table_name")).or_default().insert(text("column_name"), column);
    }
    tables
}

async fn hold_against_the_entities(system: System, of: fn(&ColumnType) -> &'static str) {
    let Some(url) = empty_database(system).await else { return };
    let server = Database::open(&url, 2).await.expect("a database");
    server.migrate().await.expect("the migration");
    // Who migrates twice changes nothing.
    server.migrate().await.expect("nothing to migrate");
    server.ready().await.expect("a database that is ready");
    let database = postgres::connect(&url).await;
    let (declared, migrated) = (all_declared(of), migrated(&database).await);
    assert_eq!(
        declared.keys().collect::<Vec<_>>(),
        migrated.keys().collect::<Vec<_>>(),
        "the tables that are declared, and those that there are"
    );
    for (table, columns) in &declared {
        assert_eq!(columns, &migrated[table], "{table}: declared on the left, migrated on the right");
    }
    database.close().await.expect("the database closes");
    server.close().await.expect("the database closes");
}

#[tokio::test]
async fn the_migrated_tables_are_what_the_entities_declare_on_sqlite() {
    hold_against_the_entities(System::Sqlite, sqlite_type).await;
}

#[tokio::test]
async fn the_migrated_tables_are_what_the_entities_declare_on_postgres() {
    hold_against_the_entities(System::Postgres, postgres_type).await;
}

/// The names of all tables of a world.
pub async fn tables(world: &crate::world::World) -> std::collections::BTreeSet<String> {
    migrated(&world.database).await.into_keys().collect()
}
