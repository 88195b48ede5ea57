//! What can be set of how the server serves: who may come in and how much, which documents it runs, and which
//! pages of other sites may ask.

use std::path::PathBuf;

use ipnet::IpNet;
use serde::Deserialize;

/// How many requests are let in, how often, and how slow a client may be. Wherever nothing else is said, 0 means
/// that there is no limit.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Admission {
    /// Operations that run at once. No organisation gets more than half of these places, so that others always
    /// find some.
    pub concurrent: usize,
    /// Operations of one organisation that run at once.
    pub concurrent_per_organisation: usize,
    /// Operations of one person, or one API client, that run at once.
    pub concurrent_per_person: usize,
    /// The milliseconds for which an operation waits for a place before it is refused. 0: it does not wait.
    pub wait_milliseconds: u64,
    /// Requests of one person, or one API client, in a second, over time. Unless it is set: 50 in production, and no
    /// limit elsewhere, where those who ask are tests and benchmarks.
    pub requests_per_second_per_person: Option<u32>,
    /// Requests that one person, or one API client, may send at once after a rest. 0: as many as in a second.
    pub requests_burst_per_person: u32,
    /// Tokens that prove nothing, from one address in a second, over time. Unless it is set: 20 in production, and no
    /// limit elsewhere.
    pub bad_tokens_per_second_per_address: Option<u32>,
    /// Tokens that prove nothing, from one address at once after a rest. 0: as many as in a second.
    pub bad_tokens_burst_per_address: u32,
    /// The networks of proxies (`10.0.0.0/8`, `192.0.2.7/32`) whose `X-Forwarded-For` is believed. Without the
    /// proxies that stand before the server, all who come through one share its address.
    pub trusted_proxies: Vec<IpNet>,
    /// The seconds within which the head of a connection's first request has to arrive.
    pub head_seconds: u64,
    /// The seconds within which a request's body has to arrive.
    pub body_seconds: u64,
    /// The seconds for which a connection is kept for a next request. 0: it is closed after each answer. Behind a
    /// proxy that keeps its connections, more than the proxy keeps them.
    pub keep_alive_seconds: u64,
    /// The seconds after which a connection is cut on which no request runs: its client does not take the answer,
    /// or sends the next head in drops. Less than `keep_alive_seconds` would cut good connections as well.
    pub stalled_seconds: u64,
}

/// Which documents are run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Documents {
    /// A JSON file `{ "<name or SHA-256>": "<document>", … }`, or a folder of such files and of `.graphql` files
    /// that are named like their documents. If it is set, nothing runs but the operations in it.
    pub trusted: Option<PathBuf>,
    /// Whether the schema can be asked for (`__schema`, `__type`). Unless it is set: outside production, and where
    /// any document is run.
    pub introspection: Option<bool>,
}

/// Which pages of other sites may ask, through the browsers of the people who look at them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cors {
    /// The origins, exactly as browsers send them: `https://cases.example.org`. None: no page of another site.
    pub origins: Vec<String>,
}

/// The page to explore, at the server's root.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Explore {
    /// Whether it is there. Unless it is set: outside production, and where the schema can be asked for. In
    /// production it needs `documents.introspection` as well to know the schema, and whoever uses it a token.
    pub page: Option<bool>,
}

impl Default for Admission {
    fn default() -> Self {
        Self {
            concurrent: 256,
            concurrent_per_organisation: 64,
            concurrent_per_person: 16,
            wait_milliseconds: 2_000,
            requests_per_second_per_person: None,
            requests_burst_per_person: 200,
            bad_tokens_per_second_per_address: None,
            bad_tokens_burst_per_address: 100,
            trusted_proxies: Vec::new(),
            head_seconds: 10,
            body_seconds: 10,
            keep_alive_seconds: 20,
            stalled_seconds: 30,
        }
    }
}

impl Documents {
    /// Whether the schema can be asked for.
    pub fn show_schema(&self, production: bool) -> bool {
        self.introspection.unwrap_or(!production && self.trusted.is_none())
    }
}

impl Explore {
    /// Whether the page is there.
    pub fn show_page(&self, production: bool, documents: &Documents) -> bool {
        self.page.unwrap_or(!production && documents.show_schema(production))
    }
}
