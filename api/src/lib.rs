//! The server of the partner network. A request's path: `http` → `auth` → `graphql` → a room's `graphql` →
//! the room's `service` or `reads` → `rules` → `store` → the database, and back.

#![recursion_limit = "256"] // the types of the schema hold one another many levels deep

pub mod alerts;
pub mod audit;
pub mod auth;
pub mod budgets;
pub mod cases;
pub mod charges;
pub mod clock;
pub mod command;
pub mod costs;
pub mod demand;
pub mod demo;
pub mod directory;
pub mod eligibility;
pub mod error;
pub mod graphql;
pub mod http;
pub mod live;
pub mod organisations;
pub mod outcomes;
pub mod places;
pub mod rate_card;
pub mod recommendations;
pub mod referrals;
#[cfg(not(feature = "weakened"))]
mod rule;
#[cfg(feature = "weakened")]
pub mod rule;
pub mod server;
pub mod sessions;
pub mod settings;
pub mod sheet;
pub mod statements;
pub mod store;
pub mod telemetry;
pub mod trust;
pub mod unmet;
pub mod variations;
