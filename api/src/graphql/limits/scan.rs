//! A look at the characters of a document, so that the parser meets only what it can bear.
//!
//! The parser recurses at each bracket, whether of a selection, a list, an object or a type; it counts
//! selections alone, and only afterwards. What it has against an overflow of its stack holds for thousands
//! of brackets; a hundred thousand end the process.

use async_graphql::Pos;

use super::Rejection;

/// How many brackets of all kinds may be open at once.
const OPEN: usize = 64;

/// Refuses a document of more than `most` tokens, of too many open brackets, or with a string that does not
/// end.
///
/// The last is not left to the parser: it takes the first two quotes of an unfinished `"""` for an empty
/// string and what follows for something else, where this would still see text.
pub(super) fn check(query: &str, most: usize) -> Result<(), Rejection> {
    let (mut tokens, mut open, mut at) = (0, 0_usize, 0);
    while let Some(token) = next(query, &mut at)? {
        tokens += 1;
        match token {
            b'{' | b'[' | b'(' => open += 1,
            b'}' | b']' | b')' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > OPEN {
            let has = format!("has more than {OPEN} brackets within one another");
            return Err(Rejection::exceeded(has, Some(position(query, at - 1))));
        }
        if tokens > most {
            return Err(Rejection::exceeded(format!("has more than {most} tokens"), None));
        }
    }
    Ok(())
}

/// The first byte of the next token, if there is one; `at` moves behind the token.
fn next(query: &str, at: &mut usize) -> Result<Option<u8>, Rejection> {
    let bytes = query.as_bytes();
    loop {
        let start = *at;
        let Some(&first) = bytes.get(start) else {
            return Ok(None);
        };
        *at = match first {
            b' ' | b',' | b'\t' | b'\r' | b'\n' => start + 1,
            b'#' => skip(bytes, start, |byte| byte != b'\n' && byte != b'\r'),
            b'"' => string_end(bytes, start).ok_or_else(|| Rejection::syntax(position(query, start)))?,
            b'.' => skip(bytes, start, |byte| byte == b'.'),
            b'1'..=b'9' => skip(bytes, start, |byte| byte.is_ascii_digit()),
            byte if byte != b'0' && in_word(byte) => word_end(bytes, start),
            _ => start + 1,
        };
        if !matches!(first, b' ' | b',' | b'\t' | b'\r' | b'\n' | b'#') {
            return Ok(Some(first));
        }
    }
}

/// Whether the byte may be in the middle of a name. All bytes of characters outside ASCII may, which counts a
/// stray word of them as one token.
const fn in_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

/// Where the word ends that starts at `start`. The parser takes `nulltrue` in a list for two values and `00`
/// for two numbers, so that they count as two here as well: else a whole body would pass as a single token.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let glued = [&b"null"[..], b"true", b"false"].into_iter().find(|word| bytes[start..].starts_with(word));
    glued.map_or_else(|| skip(bytes, start, in_word), |word| start + word.len())
}

/// Where the run of bytes ends that are like `like`.
fn skip(bytes: &[u8], from: usize, like: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|&byte| !like(byte)).map_or(bytes.len(), |length| from + length)
}

/// Where the string that starts at `start` ends, if it does.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes[start..].starts_with(b"\"\"\"") {
        return block_string_end(bytes, start + 3);
    }
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\n' | b'\r' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn block_string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        if rest.starts_with(b"\"\"\"") {
            return Some(at + 3);
        }
        at += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
    }
}

/// The line and column of a byte, both counted from one.
fn position(query: &str, byte: usize) -> Pos {
    let before = &query.as_bytes()[..byte];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
    Pos { line, column }
}
