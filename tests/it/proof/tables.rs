//! Every row of every table, as the proof reads them beside the server and puts them there.

use std::collections::{BTreeMap, HashMap};

use api::graphql::global_id::GlobalId;
use api::store::Store;
use entity::*;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel,
    Iterable as _, ModelTrait, PrimaryKeyToColumn as _,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::secrets;

/// A row: its table, and its primary key in words.
pub type Key = (&'static str, String);

/// The rows of a table that go into one statement: both databases bound the number of values.
const AT_ONCE: usize = 300;

/// Defines the rows of all tables, in the order in which they refer to one another.
macro_rules! tables {
    ($($table:ident)+) => {
        /// The rows of every table.
        #[derive(Default)]
        pub struct Rows {
            $( pub $table: Vec<$table::Model>, )+
        }

        /// The tables that there are rows of here.
        pub const TABLES: &[&str] = &[$( stringify!($table) ),+];

        impl Rows {
            /// All that there is in a database, or that is seen of it.
            pub async fn read(database: &impl ConnectionTrait) -> Self {
                Self { $( $table: $table::Entity::find().all(database).await.expect("rows"), )+ }
            }

            /// Puts them into a database.
            pub async fn insert(self, database: &DatabaseConnection) {
                $( insert(database, self.$table).await; )+
            }

            /// The rows of a table that a store shows, and how many it counts.
            pub async fn through(store: &Store, table: &str) -> (Vec<Key>, u64) {
                $( if table == stringify!($table) {
                    let rows = store.find::<$table::Entity>().all().await.expect("rows");
                    let count = store.find::<$table::Entity>().count().await.expect("a number");
                    return (rows.iter().map(|row| (stringify!($table), key(row))).collect(), count);
                } )+
                panic!("there are no rows of {table}")
            }

            /// The rows as JSON.
            pub fn all(&self) -> BTreeMap<Key, Value> {
                let mut all = BTreeMap::new();
                $( all.extend(self.$table.iter().map(|row| ((stringify!($table), key(row)), json!(row)))); )+
                all
            }
        }
    };
}

tables! {
    organisation ldu person person_role service service_need service_mode service_duty service_area service_venue service_availability criterion criterion_version cohort cohort_ldu instrument price_batch price delivery_cost budget price_threshold probation_case
    case_need sentence programme_suitability case_officer case_holding case_restriction referral shared_person desired_outcome referral_item
    referral_price referral_assignment referral_question referral_amendment referral_note suitability_meeting eligibility_override variation
    place group_session session session_change attendance referral_start feedback charge measure qualification end_report
    end_report_outcome audit_event idempotency_key trusted_issuer api_client client_secret revocation reading
    reading_subject audit_seal audit_digest change
}

/// Defines how clients see the identifiers of tables.
macro_rules! shown {
    ($($table:ident)+) => {
        impl Rows {
            fn shown(&self) -> Vec<(Key, Uuid, String)> {
                let mut all = Vec::new();
                $( all.extend(self.$table.iter().map(|row| {
                    ((stringify!($table), key(row)), row.id.0, GlobalId(row.id).text())
                })); )+
                all
            }
        }

        /// An identifier of a row of this table, as clients see it; none where the table's rows have none.
        pub fn shown(table: &str, id: Uuid) -> Option<String> {
            $( if table == stringify!($table) {
                return Some(GlobalId(Id::<$table::Entity>::new(id)).text());
            } )+
            None
        }
    };
}

shown! {
    organisation ldu person service criterion criterion_version cohort instrument price_batch price delivery_cost budget price_threshold probation_case sentence programme_suitability case_officer
    case_holding case_restriction referral desired_outcome referral_item referral_assignment referral_question
    referral_amendment referral_note suitability_meeting eligibility_override variation place group_session session session_change attendance feedback
    charge measure qualification end_report end_report_outcome audit_event trusted_issuer api_client client_secret
    revocation reading
}

/// A row's primary key in words, the parts of a compound one behind one another.
pub fn key<M: ModelTrait>(row: &M) -> String {
    let text = |value: sea_orm::Value| match value {
        sea_orm::Value::Uuid(Some(id)) => id.to_string(),
        sea_orm::Value::String(Some(text)) => text,
        other => format!("{other:?}"),
    };
    let columns = <M::Entity as EntityTrait>::PrimaryKey::iter().map(|key| key.into_column());
    columns.map(|column| text(row.get(column))).collect::<Vec<_>>().join("/")
}

async fn insert<M>(database: &DatabaseConnection, rows: Vec<M>)
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    <M::Entity as EntityTrait>::ActiveModel:
        ActiveModelTrait<Entity = M::Entity> + ActiveModelBehavior + Send,
{
    let mut rows = rows;
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(AT_ONCE));
        let some = std::mem::replace(&mut rows, rest);
        M::Entity::insert_many(some.into_iter().map(IntoActiveModel::into_active_model))
            .exec_without_returning(database)
            .await
            .expect("rows that the database takes");
    }
}

/// What is in the database, and what in an answer tells that a row was seen.
pub struct Facts {
    /// The rows.
    pub rows: Rows,
    /// Every row as JSON.
    pub all: BTreeMap<Key, Value>,
    /// The rows by the identifiers that clients see.
    pub ids: HashMap<String, Key>,
    /// The rows by the identifiers that the database knows.
    pub uuids: HashMap<Uuid, Key>,
    /// The rows in which a text stands that stands nowhere else.
    pub texts: HashMap<String, Vec<Key>>,
    /// The rows in which an amount stands that stands nowhere else.
    pub amounts: HashMap<i64, Vec<Key>>,
    shown: HashMap<Key, String>,
    by_table: HashMap<&'static str, Vec<Key>>,
}

impl Facts {
    /// What there is now.
    pub async fn read(database: &DatabaseConnection) -> Self {
        let rows = Rows::read(database).await;
        let all = rows.all();
        let (mut ids, mut uuids, mut shown) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (key, uuid, text) in rows.shown() {
            ids.insert(text.clone(), key.clone());
            uuids.insert(uuid, key.clone());
            shown.insert(key, text);
        }
        let mut texts: HashMap<String, Vec<Key>> = HashMap::new();
        let mut amounts: HashMap<i64, Vec<Key>> = HashMap::new();
        for (key, row) in &all {
            for text in secrets::texts_of(row) {
                texts.entry(text).or_default().push(key.clone());
            }
            for amount in secrets::amounts_of(key.0, row) {
                amounts.entry(amount).or_default().push(key.clone());
            }
        }
        let mut by_table: HashMap<&'static str, Vec<Key>> = HashMap::new();
        for key in all.keys() {
            by_table.entry(key.0).or_default().push(key.clone());
        }
        Self { rows, all, ids, uuids, texts, amounts, shown, by_table }
    }

    /// A row's identifier as clients see it.
    pub fn shown(&self, key: &Key) -> &str {
        self.shown.get(key).unwrap_or_else(|| panic!("rows of {} have no identifier of their own", key.0))
    }

    /// The rows of a table.
    pub fn of_table(&self, table: &str) -> &[Key] {
        self.by_table.get(table).map_or(&[], Vec::as_slice)
    }

    /// A whole number in a row; none where there is no such column.
    pub fn number(&self, key: &Key, column: &str) -> Option<i64> {
        self.all.get(key)?.get(column)?.as_i64()
    }
}

/// The rows that are in one state of the database and not in the other, or that differ.
pub fn differences(before: &BTreeMap<Key, Value>, after: &BTreeMap<Key, Value>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (key, row) in before {
        match after.get(key) {
            Some(now) if now == row => {}
            Some(now) => all.push(format!("changed: {key:?} from {row} to {now}")),
            None => all.push(format!("gone: {key:?}")),
        }
    }
    let new = after.iter().filter(|(key, _)| !before.contains_key(*key));
    all.extend(new.map(|(key, row)| format!("new: {key:?} {row}")));
    all
}
