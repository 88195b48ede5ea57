//! The partner network from outside: every test starts a server of its own on a database of its own, and speaks
//! to it as people do, over HTTP with tokens. Each runs on SQLite, and on PostgreSQL where it is installed.

mod access;
mod audit;
mod cases;
mod charges;
mod charges_seen;
mod delivering;
mod directory;
mod forgery;
mod given;
mod http;
mod limits;
mod migrations;
mod odd_text;
mod outcomes;
mod people;
mod postgres;
mod proof;
mod rate_card;
mod referrals;
mod referring;
mod schema;
mod scratch;
mod sdl;
mod sessions;
mod starting;
mod statements;
mod tokens;
mod tour;
mod trouble;
mod visibility;
mod wire;
mod world;
