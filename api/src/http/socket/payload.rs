//! What stands in the payloads of `connection_init` and `ping`.

use rules::text::{self, SHORT_TEXT};
use serde_json::{Map, Value};

use super::protocol::Closing;

/// The token in a payload: `authorization` (in any case) with `Bearer …`.
pub(super) fn token_in(payload: &Map<String, Value>) -> Result<Option<String>, Closing> {
    let mut found = payload.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let Some((_, value)) = found.next() else { return Ok(None) };
    let wrong = || Closing::forbidden("Send one token: { \"authorization\": \"Bearer …\" }.");
    let (scheme, token) = value.as_str().and_then(|text| text.split_once(' ')).ok_or_else(wrong)?;
    let token = token.trim();
    if found.next().is_some() || !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(wrong());
    }
    Ok(Some(token.to_owned()))
}

/// A payload as it is sent back: without the token.
pub(super) fn without_token(mut payload: Map<String, Value>) -> Map<String, Value> {
    payload.retain(|name, _| !name.eq_ignore_ascii_case("authorization"));
    payload
}

/// What they say they read for, as it is recorded.
pub(super) fn purpose_of(value: &Value) -> Result<Option<String>, Closing> {
    let text =
        value.as_str().ok_or_else(|| Closing::invalid("Invalid message: \"purpose\" must be a string"))?;
    let text = text::check(text, SHORT_TEXT, false)
        .map_err(|problem| Closing::invalid(format!("purpose: {}", problem.message())))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}
