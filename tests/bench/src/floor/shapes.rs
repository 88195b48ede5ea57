//! What the floor's answers look like: the product's, to the byte.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::Answer;
use crate::ids;

/// An identifier as clients see it.
pub struct Shown(pub &'static str, pub Uuid);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&ids::shown(self.0, self.1))
    }
}

/// A stored code as GraphQL spells it.
pub struct Code(pub String);

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_ascii_uppercase())
    }
}

/// An instant.
pub struct Stamp(pub DateTime<Utc>);

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.to_rfc3339())
    }
}

/// The whole answer: one field under `data`.
pub fn data(field: &'static str, value: &impl Serialize) -> Answer {
    Ok(format!("{{\"data\":{{\"{field}\":{}}}}}", serde_json::to_string(value)?))
}

#[derive(Serialize)]
pub struct Named {
    pub id: Shown,
    pub name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageInfo {
    pub has_next_page: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_cursor: Option<Option<String>>,
}

/// A page of which only the rows are asked for.
#[derive(Serialize)]
pub struct Nodes<T> {
    pub nodes: Vec<T>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    pub nodes: Vec<T>,
    pub page_info: PageInfo,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InboxPerson {
    pub crn: String,
    pub given_names: String,
    pub family_name: String,
    pub date_of_birth: NaiveDate,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InboxReferral {
    pub id: Shown,
    pub reference: String,
    pub status: Code,
    pub urgency: Code,
    pub respond_by: Option<NaiveDate>,
    pub created_at: Stamp,
    pub version: i64,
    pub service: Named,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Named>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referred_by: Option<Named>,
    pub worker: Option<Named>,
    pub person: Option<InboxPerson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Case {
    pub id: Shown,
    pub crn: String,
    pub given_names: String,
    pub family_name: String,
    pub date_of_birth: NaiveDate,
    pub risk_of_serious_harm: Option<Code>,
    pub version: i64,
    pub officer: Option<Named>,
    pub referrals: Nodes<CaseReferral>,
}

#[derive(Serialize)]
pub struct CaseReferral {
    pub id: Shown,
    pub reference: String,
    pub status: Code,
    pub service: Named,
    pub provider: Named,
    pub sessions: Nodes<CaseSession>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseSession {
    pub id: Shown,
    pub number: i32,
    pub starts_at: Stamp,
    pub ends_at: Stamp,
    pub status: Code,
    pub attendance: Option<CaseAttendance>,
    pub feedback: Option<CaseFeedback>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseAttendance {
    pub outcome: Code,
    pub created_at: Stamp,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseFeedback {
    pub what_was_done: String,
    pub response: String,
    pub next_steps: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concerns: Option<Option<String>>,
}

#[derive(Serialize)]
pub struct Money {
    pub amount: i64,
    pub currency: &'static str,
}

#[derive(Serialize)]
pub struct ProvidedService {
    pub id: Shown,
    pub name: String,
    pub provider: Named,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CardPrice {
    pub id: Shown,
    pub unit: Code,
    pub effective_from: NaiveDate,
    pub effective_to: Option<NaiveDate>,
    pub money: Money,
    pub service: ProvidedService,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Group {
    pub id: Shown,
    pub starts_at: Stamp,
    pub ends_at: Stamp,
    pub venue: Option<String>,
    pub service: Named,
    pub sessions: Nodes<GroupPlace>,
}

#[derive(Serialize)]
pub struct GroupPlace {
    pub id: Shown,
    pub number: i32,
    pub status: Code,
    pub referral: GroupReferral,
    pub attendance: Option<Outcome>,
}

#[derive(Serialize)]
pub struct GroupReferral {
    pub id: Shown,
    pub reference: String,
    pub person: Option<GroupPerson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupPerson {
    pub crn: String,
    pub given_names: String,
    pub family_name: String,
}

#[derive(Serialize)]
pub struct Outcome {
    pub outcome: Code,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenSession {
    pub id: Shown,
    pub number: i32,
    pub status: Code,
    pub version: i64,
    pub feedback_due: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attendance: Option<WrittenAttendance>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feedback: Option<CaseFeedback>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WrittenAttendance {
    pub outcome: Code,
    pub recorded_by: Named,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionPayload {
    pub session: WrittenSession,
    pub user_errors: [(); 0],
}

#[derive(Serialize)]
pub struct WrittenReferral {
    pub id: Shown,
    pub reference: String,
    pub status: Code,
    pub version: i64,
    pub worker: Option<Named>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReferralPayload {
    pub referral: WrittenReferral,
    pub user_errors: [(); 0],
}
