//! What was taken back, as a server process remembers it.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{Id, person, revocation};
use rules::trust::RevocationKind;

use super::claims::Claims;
use crate::graphql::global_id::GlobalId;

/// How far back is read again each time: a transaction may be committed later than its instant says, and the
/// clocks of two servers may differ.
const AGAIN: TimeDelta = TimeDelta::minutes(10);

/// What was taken back, and when.
#[derive(Default)]
pub(super) struct Revoked {
    tokens: HashMap<String, DateTime<Utc>>,
    clients: HashMap<String, DateTime<Utc>>,
    people: HashMap<Id<person::Entity>, DateTime<Utc>>,
    newest: Option<DateTime<Utc>>,
}

impl Revoked {
    /// From when on rows have to be read to miss none, if nothing older than `oldest` matters. A row from the future
    /// moves nothing.
    pub(super) fn since(&self, oldest: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        self.newest.map_or(oldest, |newest| (newest.min(now) - AGAIN).max(oldest))
    }

    /// Remembers a row; a second time changes nothing.
    pub(super) fn add(&mut self, row: revocation::Model) {
        let at = row.revoked_at;
        self.newest = self.newest.max(Some(at));
        match *row.kind {
            RevocationKind::Token => later(&mut self.tokens, row.value, at),
            RevocationKind::Client => later(&mut self.clients, row.value, at),
            RevocationKind::Person => match GlobalId::<person::Entity>::parse_text(&row.value) {
                Some(person) => later(&mut self.people, person.0, at),
                None => tracing::error!(id = %row.id, "a revocation names nobody"),
            },
        }
    }

    /// Forgets what is older than any token can be.
    pub(super) fn forget(&mut self, oldest: DateTime<Utc>) {
        self.tokens.retain(|_, at| *at >= oldest);
        self.clients.retain(|_, at| *at >= oldest);
        self.people.retain(|_, at| *at >= oldest);
    }

    /// Whether a token of this person was taken back. Clocks may differ by the leeway, so that a token that was
    /// issued within it afterwards is refused too. Only `our` own issuer's clients are ours.
    pub(super) fn covers(&self, claims: &Claims, person: Id<person::Entity>, our: bool, leeway: i64) -> bool {
        let before = |at: &DateTime<Utc>| claims.iat <= at.timestamp().saturating_add(leeway);
        let token = claims.jti.as_ref().is_some_and(|jti| self.tokens.contains_key(jti));
        let client = claims.client_id.as_ref().filter(|_| our).and_then(|client| self.clients.get(client));
        token || client.is_some_and(before) || self.people.get(&person).is_some_and(before)
    }
}

fn later<K: Eq + Hash>(all: &mut HashMap<K, DateTime<Utc>>, key: K, at: DateTime<Utc>) {
    all.entry(key).and_modify(|known| *known = at.max(*known)).or_insert(at);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEEWAY: i64 = 30;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_506_934_800 + seconds, 0).expect("an instant")
    }

    fn row(kind: RevocationKind, value: &str, seconds: i64) -> revocation::Model {
        let (id, by_id, reason) = (Id::fresh(), Id::fresh(), String::new());
        revocation::Model {
            id,
            kind: kind.into(),
            value: value.to_owned(),
            revoked_at: at(seconds),
            reason,
            by_id,
        }
    }

    fn claims(issued: i64) -> Claims {
        let iat = at(issued).timestamp();
        let (iss, sub) = ("iss".to_owned(), "sub".to_owned());
        let (jti, client_id) = (Some("one".to_owned()), Some("cli_one".to_owned()));
        Claims { iss, sub, exp: iat + 600, iat, nbf: None, org: None, roles: None, jti, client_id }
    }

    #[test]
    fn rows_that_come_late_are_read_again_and_rows_from_the_future_hide_none() {
        let mut revoked = Revoked::default();
        let (oldest, now) = (at(-40_000), at(0));
        assert_eq!(revoked.since(oldest, now), oldest);
        revoked.add(row(RevocationKind::Token, "one", -60));
        assert_eq!(revoked.since(oldest, now), at(-60) - AGAIN);
        revoked.add(row(RevocationKind::Token, "two", 80_000));
        assert_eq!(revoked.since(oldest, now), now - AGAIN);
    }

    #[test]
    fn tokens_issued_until_then_are_covered_and_later_ones_are_not() {
        let person: Id<person::Entity> = Id::fresh();
        let mut revoked = Revoked::default();
        revoked.add(row(RevocationKind::Person, &GlobalId(person).text(), 0));
        revoked.add(row(RevocationKind::Person, &GlobalId(person).text(), -500));
        for (issued, covered) in [(-1_000, true), (0, true), (LEEWAY, true), (LEEWAY + 1, false)] {
            assert_eq!(revoked.covers(&claims(issued), person, true, LEEWAY), covered, "{issued}");
            assert!(!revoked.covers(&claims(issued), Id::fresh(), true, LEEWAY));
        }
    }

    #[test]
    fn a_client_of_another_issuer_is_not_ours() {
        let mut revoked = Revoked::default();
        revoked.add(row(RevocationKind::Client, "cli_one", 0));
        assert!(revoked.covers(&claims(0), Id::fresh(), true, LEEWAY));
        assert!(!revoked.covers(&claims(0), Id::fresh(), false, LEEWAY));
    }

    #[test]
    fn what_no_token_can_be_as_old_as_is_forgotten() {
        let mut revoked = Revoked::default();
        revoked.add(row(RevocationKind::Token, "one", 0));
        revoked.forget(at(0));
        assert!(revoked.covers(&claims(0), Id::fresh(), true, LEEWAY));
        revoked.forget(at(1));
        assert!(!revoked.covers(&claims(0), Id::fresh(), true, LEEWAY));
    }
}
