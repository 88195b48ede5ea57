//! Organisations and people: who is in the network.
//!
//! The NPS and the CRC with their LDUs, the providers, the inspectorate; their staff with roles and grades.
//! A system administrator keeps them. Everybody reads the organisations; people are seen by colleagues, and
//! by name alone where they stand on something that the reader sees.

pub mod graphql;
pub mod reads;
pub mod service;
