//! Eligibility: what services and providers ask, held against a case or against bare facts.
//!
//! A question is answered with every criterion that is not met, the fact that it met, and what would change it. The
//! same check runs when a referral is submitted and when it is accepted. A team manager can set criteria aside for one
//! referral, with a reason; then the submission passes over exactly these. Nobody is named in a question on bare facts.

pub mod graphql;
pub mod judging;
pub mod reads;
pub mod service;
