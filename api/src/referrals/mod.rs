//! Referrals: a request to a provider to deliver a service to a person.
//!
//! An officer drafts and submits; the provider asks, accepts or declines, assigns a worker and delivers; each
//! ending has its reason, which both sides see. What a referral shares of the person is a copy that is kept
//! current until the referral ends. Its life is `rules::referrals`.

pub mod eligibility;
pub mod following;
pub mod graphql;
pub mod rar_days;
pub mod reads;
pub mod service;
pub mod sharing;
