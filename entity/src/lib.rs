//! The tables of the network, one file each: columns and nothing else.
//!
//! What they may hold is decided in `rules`; who may see them in `api::store::visibility`.

#[macro_use]
mod placed;
mod coded;
mod coded_list;
mod columns;
mod id;

pub mod api_client;
pub mod attendance;
pub mod audit_digest;
pub mod audit_event;
pub mod audit_seal;
pub mod budget;
pub mod case_holding;
pub mod case_need;
pub mod case_officer;
pub mod case_restriction;
pub mod change;
pub mod charge;
pub mod client_secret;
pub mod cohort;
pub mod cohort_ldu;
pub mod criterion;
pub mod criterion_version;
pub mod delivery_cost;
pub mod desired_outcome;
pub mod eligibility_override;
pub mod end_report;
pub mod end_report_outcome;
pub mod feedback;
pub mod group_session;
pub mod idempotency_key;
pub mod instrument;
pub mod ldu;
pub mod measure;
pub mod named_person;
pub mod organisation;
pub mod person;
pub mod person_role;
pub mod place;
pub mod price;
pub mod price_batch;
pub mod price_threshold;
pub mod probation_case;
pub mod programme_suitability;
pub mod qualification;
pub mod reading;
pub mod reading_subject;
pub mod referral;
pub mod referral_amendment;
pub mod referral_assignment;
pub mod referral_item;
pub mod referral_note;
pub mod referral_price;
pub mod referral_question;
pub mod referral_start;
pub mod revocation;
pub mod sentence;
pub mod service;
pub mod service_area;
pub mod service_availability;
pub mod service_duty;
pub mod service_mode;
pub mod service_need;
pub mod service_venue;
pub mod session;
pub mod session_change;
pub mod shared_person;
pub mod suitability_meeting;
pub mod trusted_issuer;
pub mod variation;

pub use coded::Coded;
pub use coded_list::CodedList;
pub use columns::{Columns, Reads, Unread};
pub use id::{Id, Identified};
pub use placed::Placed;

pub use entity_derive::reads_columns;
