//! Which media types a request is in and its answer may be in.

use std::borrow::Cow;

/// A media type of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status code says how the operation went.
    Graphql,
    /// `application/json`: clients that know only this expect 200 wherever the request was well-formed.
    Json,
}

impl Media {
    /// The type as `Content-Type` spells it.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Graphql => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Graphql => "application/graphql-response+json",
            Self::Json => "application/json",
        }
    }

    /// The type to answer in for the values of `Accept`; none if the caller can read neither.
    ///
    /// A caller that names neither type but takes anything (`*/*`, or no header at all) gets
    /// `application/json`: it does not say that it knows the newer type, and `graphql-http` asks for this.
    /// One that names both as equals gets the newer type, which says more.
    pub fn negotiate<'a>(accept: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let ranges: Vec<_> =
            accept.into_iter().flat_map(|value| split(value, ',')).filter_map(Range::parse).collect();
        if ranges.is_empty() {
            return Some(Self::Json);
        }
        // Of several ranges that match, the one that names the type most exactly counts.
        let wish = |media| {
            ranges
                .iter()
                .filter_map(|range| range.wish(media))
                .max_by_key(|wish| wish.named)
                .unwrap_or_default()
        };
        let (graphql, json) = (wish(Self::Graphql), wish(Self::Json));
        if graphql.quality == 0 && json.quality == 0 {
            return None;
        }
        let newer = graphql.quality > json.quality || (graphql.quality == json.quality && graphql.named == 2);
        Some(if newer { Self::Graphql } else { Self::Json })
    }
}

/// How much a range of `Accept` wants a media type.
#[derive(Clone, Copy, Default)]
struct Wish {
    /// From 0, not at all, to 1000.
    quality: u32,
    /// How exactly the range names the type: 2 by name, 1 as `application/*`, 0 as `*/*`.
    named: u8,
}

/// One range of `Accept`.
struct Range {
    name: String,
    quality: u32,
}

impl Range {
    /// The range, unless it is empty or malformed.
    fn parse(range: &str) -> Option<Self> {
        let mut parts = split(range, ';').map(str::trim);
        let name = parts.next().filter(|name| name.contains('/'))?.to_ascii_lowercase();
        let mut quality = 1000;
        for (key, value) in parts.filter_map(parameter) {
            if key == "q" {
                let share = value.parse::<f32>().ok().filter(|share| (0.0..=1.0).contains(share))?;
                quality = (share * 1000.0).round() as u32;
            }
        }
        Some(Self { name, quality })
    }

    fn wish(&self, media: Media) -> Option<Wish> {
        let named = match self.name.as_str() {
            "*/*" => 0,
            "application/*" => 1,
            name if name == media.name() => 2,
            _ => return None,
        };
        Some(Wish { quality: self.quality, named })
    }
}

/// Whether a body of this `Content-Type` is JSON in UTF-8, the one kind of body that is read. The types that
/// a browser sends from a foreign page without asking first (text, forms) are not.
pub fn is_json(content_type: &str) -> bool {
    let mut parts = split(content_type, ';').map(str::trim);
    parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"))
        && parts.filter_map(parameter).all(|(key, value)| key != "charset" || is_utf8(&value))
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// A parameter of a media type, its name in lower case and its value without quotes.
fn parameter(part: &str) -> Option<(String, Cow<'_, str>)> {
    let (key, value) = part.split_once('=')?;
    let value = value.trim();
    let value = match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        Some(quoted) => quoted.replace('\\', "").into(),
        None => value.into(),
    };
    Some((key.trim().to_ascii_lowercase(), value))
}

/// The parts of a header's value between separators that are not within quotes.
fn split(value: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |character| {
        if quoted && !escaped && character == '\\' {
            escaped = true;
            return false;
        }
        quoted ^= character == '"' && !escaped;
        escaped = false;
        character == separator && !quoted
    })
}
