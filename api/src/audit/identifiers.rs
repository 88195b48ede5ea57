//! Identifiers in what the audit keeps of changes, as the rest of the interface shows them. What is kept and sealed has the
//! databases' own.

use entity::Identified;
use serde_json::Value;
use uuid::Uuid;

use crate::charges::unit;
use crate::graphql::global_id::text_of;

/// The tables whose rows have identifiers, each with its prefix.
macro_rules! prefixes {
    ($($table:ident)+) => {
        fn prefix(table: &str) -> Option<&'static str> {
            match table {
                $( stringify!($table) => Some(<entity::$table::Entity as Identified>::PREFIX), )+
                _ => None,
            }
        }
    };
}

prefixes! {
    api_client attendance audit_event budget case_holding case_officer case_restriction charge
    client_secret cohort criterion criterion_version delivery_cost desired_outcome eligibility_override
    end_report end_report_outcome feedback group_session instrument ldu measure organisation person place
    price price_batch price_threshold probation_case programme_suitability qualification reading referral referral_amendment
    referral_assignment referral_item referral_note referral_question revocation sentence service
    service_availability session session_change suitability_meeting trusted_issuer variation
}

/// The changes of a row of this table, as they are shown.
pub fn shown(table: &str, changes: &Value) -> Value {
    let mut changes = changes.clone();
    for side in ["new", "old"] {
        for (column, value) in changes.get_mut(side).and_then(Value::as_object_mut).into_iter().flatten() {
            let text = value.as_str().and_then(|text| identifier(table, column, text));
            if let Some(text) = text {
                *value = text.into();
            }
        }
    }
    changes
}

fn identifier(table: &str, column: &str, text: &str) -> Option<String> {
    if (table, column) == ("charge", "unit_key") {
        return Some(unit::shown(text));
    }
    let id = Uuid::parse_str(text).ok()?;
    Some(text_of(prefix_of(table, column)?, id))
}

/// The prefix of what a column of a table names.
pub fn prefix_of(table: &str, column: &str) -> Option<&'static str> {
    let named = match column.strip_suffix("_id") {
        None if column == "id" => table,
        None => return None,
        Some("supersedes" | "reverses") => table,
        Some("case") => "probation_case",
        Some("batch") => "price_batch",
        Some("report") => "end_report",
        Some("client") => "api_client",
        Some("provider" | "purchaser" | "holder" | "before_holder" | "registered_by" | "private_to") => {
            "organisation"
        }
        Some("author" | "approver" | "worker" | "before_worker" | "officer" | "shown_to" | "by") => "person",
        Some(by) if by.ends_with("_by") => "person",
        Some(table) => table,
    };
    prefix(named)
}
