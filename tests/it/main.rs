//! The partner network from outside: every test starts a server of its own on a database of its own, and speaks
//! to it as people do, over HTTP with tokens. Each runs on SQLite, and on PostgreSQL where it is installed.

mod access;
mod audit;
mod cases;
mod given;
mod migrations;
mod outcomes;
mod people;
mod postgres;
mod referrals;
mod referring;
mod schema;
mod scratch;
mod sdl;
mod visibility;
mod world;
