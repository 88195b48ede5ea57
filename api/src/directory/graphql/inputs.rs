//! What the directory's mutations take.

use crate::graphql::date::Date;
use async_graphql::{InputObject, Json, MaybeUndefined};
use entity::{criterion, organisation, service};
use rules::terms::{Need, Purchaser, ServiceUnit, SessionKind};

use super::facts::ServiceFactsInput;
use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// A new service.
#[derive(InputObject)]
pub struct AddServiceInput {
    /// The organisation that delivers it: a provider or a CRC.
    pub provider_id: GlobalId<organisation::Entity>,
    /// Its name, unique among its provider's services whatever the case, accents and apostrophes; at most 200
    /// characters.
    pub name: String,
    /// Content and dosage, for officers, court staff and sentencers; at most 10,000 characters.
    pub description: String,
    /// How it is usually delivered.
    pub delivery: Shown<SessionKind>,
    /// The unit in which it is priced and charged.
    pub unit: Shown<ServiceUnit>,
    /// Whether its attended sessions count as RAR days.
    pub counts_towards_rar: bool,
    /// Whether the provider first assesses whether the service suits the person.
    pub needs_suitability_meeting: bool,
    /// How many units a person usually receives, 1 to 1,000.
    pub usual_units: Option<i32>,
    /// Working days within which the provider should answer a routine referral, 1 to 60.
    pub respond_within_days: i32,
    /// What an acceptable absence charges, in per cent of the unit's price, 0 to 100.
    pub acceptable_absence_percent: i32,
    /// What an unacceptable absence charges, in per cent of the unit's price, 0 to 100.
    pub unacceptable_absence_percent: i32,
    /// What a late cancellation by the service user charges, in per cent of the unit's price, 0 to 100.
    pub late_cancellation_percent: i32,
    /// A cancellation with less notice than this many hours before the start is late, 0 to 336.
    pub late_cancellation_hours: i32,
    /// What a session charges to which the person came and which the provider's own arrangements let fail, in per cent of the
    /// unit's price, 0 to 100; nothing, unless said.
    #[graphql(default)]
    pub provider_logistics_percent: i32,
    /// The first day (Europe/London) on which it takes referrals; left out: it always did.
    pub open_from: Option<Date>,
    /// The day (Europe/London) from which it takes none; then the reason is required.
    pub open_to: Option<Date>,
    /// Why it closes, for officers and providers; at most 10,000 characters.
    pub withdrawal_reason: Option<String>,
    /// The needs that it works on.
    pub needs: Vec<Shown<Need>>,
    /// What it says of itself beside that.
    pub facts: Option<ServiceFactsInput>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change to a service. What is left out stays as it is. Referrals that were submitted keep the charging rule
/// and the price of their day.
#[derive(InputObject)]
pub struct ChangeServiceInput {
    /// The service.
    pub service_id: GlobalId<service::Entity>,
    /// The version that you read.
    pub version: i32,
    /// Its name, unique among its provider's services; at most 200 characters.
    pub name: Option<String>,
    /// Content and dosage; at most 10,000 characters.
    pub description: Option<String>,
    /// How it is usually delivered.
    pub delivery: Option<Shown<SessionKind>>,
    /// The unit in which it is priced and charged; it stays once there is a price.
    pub unit: Option<Shown<ServiceUnit>>,
    /// Whether its attended sessions count as RAR days.
    pub counts_towards_rar: Option<bool>,
    /// Whether the provider first assesses whether the service suits the person.
    pub needs_suitability_meeting: Option<bool>,
    /// How many units a person usually receives, 1 to 1,000; null: that differs too much to say.
    pub usual_units: MaybeUndefined<i32>,
    /// Working days within which the provider should answer a routine referral, 1 to 60.
    pub respond_within_days: Option<i32>,
    /// What an acceptable absence charges, in per cent of the unit's price, 0 to 100.
    pub acceptable_absence_percent: Option<i32>,
    /// What an unacceptable absence charges, in per cent of the unit's price, 0 to 100.
    pub unacceptable_absence_percent: Option<i32>,
    /// What a late cancellation by the service user charges, in per cent of the unit's price, 0 to 100.
    pub late_cancellation_percent: Option<i32>,
    /// A cancellation with less notice than this many hours before the start is late, 0 to 336.
    pub late_cancellation_hours: Option<i32>,
    /// What a session charges to which the person came and which the provider's own arrangements let fail, in per cent of the
    /// unit's price, 0 to 100.
    pub provider_logistics_percent: Option<i32>,
    /// The first day (Europe/London) on which it takes referrals; null: it always did.
    pub open_from: MaybeUndefined<Date>,
    /// The day (Europe/London) from which it takes none, with the reason; null: it is not to close, and the
    /// reason goes too.
    pub open_to: MaybeUndefined<Date>,
    /// Why it closes, for officers and providers; at most 10,000 characters.
    pub withdrawal_reason: Option<String>,
    /// All needs that it works on from now on.
    pub needs: Option<Vec<Shown<Need>>>,
    /// What it says of itself beside that.
    pub facts: Option<ServiceFactsInput>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A provider's entry that goes on the rate card.
#[derive(InputObject)]
pub struct ApproveServiceInput {
    /// The service.
    pub service_id: GlobalId<service::Entity>,
    /// The version that you read.
    pub version: i32,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A new criterion, of one service or of all services of one provider.
#[derive(InputObject)]
pub struct AddCriterionInput {
    /// The service that it belongs to. Give either this or `providerId`.
    pub service_id: Option<GlobalId<service::Entity>>,
    /// The provider all of whose services it covers. Give either this or `serviceId`.
    pub provider_id: Option<GlobalId<organisation::Entity>>,
    /// What it asks, by its kind: `{"kind": "purchaser", "any_of": ["crc"]}`, `{"kind": "age_range", "min": 18,
    /// "max": 25}`, `{"kind": "gender", "any_of": ["female"]}`, `{"kind": "excluded_offending", "none_of":
    /// ["sexual_offending"]}`, `{"kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits":
    /// true}`, `{"kind": "priority_cases"}`, `{"kind": "sentence", "any_of": ["licence"]}`, `{"kind": "ldu",
    /// "any_of": ["Worcestershire"]}`, `{"kind": "offending", "any_of": ["domestic_abuse"]}`, `{"kind": "iom"}`,
    /// `{"kind": "likelihood", "any_of": ["high"]}`, `{"kind": "risk_level", "any_of": ["low", "medium"]}`,
    /// `{"kind": "rar_days_left", "min": 10}`, `{"kind": "programme", "any_of": ["Resolve"]}`,
    /// `{"kind": "suitability", "any_of": ["BBR"]}`. They are combined:
    /// `{"kind": "all", "of": [ … ]}`, `{"kind": "any", "of": [ … ]}`, `{"kind": "not", "of": … }`, 5 deep and 50 in
    /// all at most. Values are the enums' names in lower case. What is wrong in it is named by its place:
    /// `["value", "of", "1", "any_of", "0"]`.
    pub value: Json<serde_json::Value>,
    /// The one purchaser whose referrals it concerns; left out: everybody's.
    pub purchaser: Option<Shown<Purchaser>>,
    /// The first day (Europe/London) on which it is in force; left out: at once, and always.
    pub effective_from: Option<Date>,
    /// The day (Europe/London) from which it is no longer in force; left out: no end.
    pub effective_to: Option<Date>,
    /// Why the criterion exists; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A change to a criterion. What is left out stays as it is. To end it, give `effectiveTo`.
#[derive(InputObject)]
pub struct ChangeCriterionInput {
    /// The criterion.
    pub criterion_id: GlobalId<criterion::Entity>,
    /// The version that you read.
    pub version: i32,
    /// What it asks, as `addCriterion` takes it.
    pub value: Option<Json<serde_json::Value>>,
    /// The one purchaser whose referrals it concerns; null: everybody's.
    pub purchaser: MaybeUndefined<Shown<Purchaser>>,
    /// The first day (Europe/London) on which it is in force; null: always.
    pub effective_from: MaybeUndefined<Date>,
    /// The day (Europe/London) from which it is no longer in force; null: no end.
    pub effective_to: MaybeUndefined<Date>,
    /// Why the criterion exists; at most 10,000 characters.
    pub reason: Option<String>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
