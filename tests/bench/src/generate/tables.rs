//! The tables that are filled, in an order in which each finds what it refers to.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A value of a column.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Nothing.
    Null,
    /// An identifier.
    Id(Uuid),
    /// A text, or a code.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Yes or no.
    Bool(bool),
    /// An instant.
    At(DateTime<Utc>),
    /// A calendar day.
    Day(NaiveDate),
    /// A JSON document.
    Json(String),
}

impl From<Uuid> for Cell {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}
impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
impl From<bool> for Cell {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}
impl From<DateTime<Utc>> for Cell {
    fn from(at: DateTime<Utc>) -> Self {
        Self::At(at)
    }
}
impl From<NaiveDate> for Cell {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}
impl From<serde_json::Value> for Cell {
    fn from(document: serde_json::Value) -> Self {
        Self::Json(document.to_string())
    }
}
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A row: its values in the order of its table's columns.
pub type Row = Vec<Cell>;

/// Makes a row of values of any kind.
#[macro_export]
macro_rules! row {
    ($($value:expr),+ $(,)?) => { vec![$($crate::generate::tables::Cell::from($value)),+] };
}

/// Defines the tables: the places of their rows, and the columns that the generator knows of.
macro_rules! tables {
    ($($name:ident: $($column:ident)+;)+) => {
        /// A table.
        #[allow(non_camel_case_types, reason = "the tables' own names")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Table { $(#[doc = stringify!($name)] $name),+ }

        /// All of them: each after those it refers to.
        pub const TABLES: &[(Table, &str, &[&str])] =
            &[$((Table::$name, stringify!($name), &[$(stringify!($column)),+])),+];
    };
}

tables! {
    organisation: id kind name version created_at;
    ldu: id organisation_id name;
    person: id organisation_id subject name email grade ldu_id active version created_at;
    person_role: person_id role;
    service: id provider_id name description delivery unit counts_towards_rar needs_suitability_meeting
        usual_units respond_within_days acceptable_absence_percent unacceptable_absence_percent
        late_cancellation_percent late_cancellation_hours search_text search_words version created_at;
    service_need: service_id need;
    service_mode: service_id mode;
    service_venue: service_id name ldu_id;
    service_area: service_id ldu_id reach;
    criterion: id provider_id service_id kind rule_key value reason version created_at;
    price: id service_id kind pence unit effective_from effective_to status loaded_as_history reason
        author_id organisation_id approver_id decided_at version created_at;
    cohort: id service_id provider_id venue mode rolling first_day last_day weekly_times places held
        facilitators version created_at;
    cohort_ldu: cohort_id ldu_id;
    instrument: id name description low high direction created_at;
    probation_case: id crn family_name given_names date_of_birth gender ethnicity ldu_id registered_by_id
        holder_id officer_id risk_of_serious_harm likelihood_of_reoffending sexual_offending
        significant_violence domestic_abuse child_protection looked_after_child iom search_text version
        created_at updated_at;
    case_need: case_id need;
    sentence: id case_id kind starts_on ends_on max_rar_days created_at;
    case_officer: id case_id person_id grade reason assigned_by_id from_at to_at;
    case_holding: id case_id organisation_id reason allocated_by_id from_at;
    case_restriction: id case_id person_id kind reason set_by_id created_at;
    referral: id reference case_id holder_id service_id provider_id purchaser referred_by_id worker_id
        status urgency sentence_id rar_days counts_towards_rar reason risk_summary home_visits
        expected_units respond_by submitted_at decided_at decline_reason end_reason ended_at
        provider_reads_until search_text version created_at updated_at;
    shared_person: referral_id case_id crn family_name given_names date_of_birth gender ldu
        risk_of_serious_harm officer_name officer_email;
    desired_outcome: id referral_id need description created_at;
    referral_price: referral_id price_id kind pence unit expected_units expected_total_pence
        acceptable_absence_percent unacceptable_absence_percent late_cancellation_percent
        late_cancellation_hours priced_on;
    referral_assignment: id referral_id worker_id assigned_by_id from_at to_at;
    referral_question: id referral_id question asked_by_id asked_at answer answered_by_id answered_at version;
    referral_amendment: id referral_id field old_value new_value reason amended_by_id created_at;
    referral_note: id referral_id body private_to_id author_id created_at;
    group_session: id provider_id service_id starts_at ends_at venue version created_at;
    session: id referral_id case_id group_session_id number kind starts_at ends_at venue status version
        created_at;
    attendance: id session_id referral_id outcome absence_reason recorded_by_id judged_by_id judged_at
        created_at;
    feedback: id session_id referral_id what_was_done response next_steps concerns recorded_by_id created_at;
    charge: id referral_id session_id purchaser provider_id kind unit_key generation pence delivered_on
        price_id reason created_at;
    measure: id referral_id need instrument_id stage score taken_on recorded_by_id created_at;
    qualification: id referral_id title level awarded_on recorded_by_id created_at;
    end_report: id referral_id summary author_id created_at;
    end_report_outcome: id report_id desired_outcome_id result;
    audit_event: id at person_id organisation_id operation request_id act table_name row_id case_id changes;
    reading: id at recorded_at person_id organisation_id roles operation request_id;
    reading_subject: reading_id case_id;
    audit_seal: number kind first_id last_id first_at last_at row_count root previous digest sealed_at;
}
