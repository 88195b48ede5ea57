//! Fetching an issuer's keys: the only requests that the server itself makes.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Client, StatusCode, Url, redirect};

use crate::settings::Auth;

/// How long a provider may take.
const LONGEST: Duration = Duration::from_secs(3);
/// The most bytes of a key set.
const MOST_BYTES: usize = 256 * 1024;

/// Fetches keys, and knows how often.
pub(super) struct Fetcher {
    /// Made when it is first needed: the machine's certificates are read for it.
    client: OnceLock<Client>,
    /// After how long keys are fetched again.
    pub(super) refresh: Duration,
    /// How soon a fetch that failed, or one for an unknown `kid`, may be repeated.
    pub(super) retry: Duration,
}

impl Fetcher {
    pub(super) fn new(auth: &Auth) -> Self {
        Self {
            client: OnceLock::new(),
            refresh: Duration::from_secs(auth.jwks_refresh_seconds),
            retry: Duration::from_secs(auth.jwks_retry_seconds),
        }
    }

    /// What is at the address. It is not followed elsewhere: what an administrator approved is this address.
    pub(super) async fn read(&self, url: &str) -> Result<Vec<u8>, String> {
        let url = checked(url)?;
        let said = |error: reqwest::Error| error.without_url().to_string();
        let mut response = self.client()?.get(url).send().await.map_err(said)?;
        if response.status() != StatusCode::OK {
            return Err(format!("the provider answered {}", response.status()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(said)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(format!("the key set has more than {MOST_BYTES} bytes"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn client(&self) -> Result<Client, String> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(LONGEST)
            // The server's threads come and go with their connections; ten minutes lie between two requests.
            .pool_max_idle_per_host(0)
            .user_agent("partner-network")
            .build()
            .map_err(|error| error.to_string())?;
        Ok(self.client.get_or_init(|| client).clone())
    }
}

/// The address, if keys can be fetched there unaltered: by HTTPS, or on this machine.
pub(super) fn checked(url: &str) -> Result<Url, String> {
    let url = Url::parse(url).map_err(|error| format!("This is no URL: {error}."))?;
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    if url.scheme() != "https" && !(url.scheme() == "http" && is_here) {
        return Err("Keys are fetched by https, or by http from this machine alone.".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("The URL has no user, no password and no fragment.".to_owned());
    }
    Ok(url)
}
