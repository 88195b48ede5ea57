//! Sessions: what a provider delivers, one meeting with one person after another.
//!
//! A session is put in the diary of a referral, alone or as a place in a group session, and moved or
//! cancelled there; nobody is in two at once. Once it has begun its attendance is recorded, then its
//! feedback, each once; a correction supersedes and keeps what it corrects. The provider's word on an absence
//! is a proposal until the officer who holds the case judges it. Whatever is done bumps the session's
//! version, so that of two people who record the same session one is told, and what it changes in money is
//! settled in the same transaction.

pub mod graphql;
pub mod reads;
pub mod service;
