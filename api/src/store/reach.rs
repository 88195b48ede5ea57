//! Who asks, as PostgreSQL is told at the beginning of every transaction: the second lock, row-level security, goes by
//! it. The parts are those of the migration m0016.

use entity::{Id, api_client};
use rules::Term;

use crate::auth::Scope;

/// How far a transaction reaches.
#[derive(Clone, Copy)]
pub(crate) enum Reach<'a> {
    /// What the caller sees.
    Read(&'a Scope),
    /// That, what the act of this name may change, and where its consequences lie.
    Act(&'a Scope, &'a str),
    /// The person with the subject of a token.
    Subject(&'a str),
    /// An API client that proves itself.
    Client(Id<api_client::Entity>),
    /// Whom the network trusts, and what was taken back.
    Gate,
    /// The server's own keeping of readings and seals.
    Keep,
}

impl Reach<'_> {
    /// The statement that begins a transaction which only reads.
    pub(super) fn begin_reading(&self) -> String {
        self.begin("BEGIN READ ONLY")
    }

    /// The statement that begins a transaction which writes.
    pub(super) fn begin_writing(&self) -> String {
        self.begin("BEGIN")
    }

    /// All in one message, which a simple query is: it can bind no values, so who asks stands in it as text.
    fn begin(&self, begin: &str) -> String {
        self.parts()
            .into_iter()
            .fold(begin.to_owned(), |statement, (name, value)| statement + "; " + &set_local(name, &value))
    }

    fn parts(&self) -> Vec<(&'static str, String)> {
        match *self {
            Self::Read(scope) => of_caller("read", scope),
            Self::Act(scope, operation) => {
                let mut parts = of_caller("act", scope);
                parts.push(("operation", operation.to_owned()));
                parts
            }
            Self::Subject(subject) => vec![("reach", "gate".to_owned()), ("subject", subject.to_owned())],
            Self::Client(id) => vec![("reach", "gate".to_owned()), ("client", id.to_string())],
            Self::Gate => vec![("reach", "gate".to_owned())],
            Self::Keep => vec![("reach", "keep".to_owned())],
        }
    }
}

/// Sets a part for the transaction. What could leave its quotes, as the subject of a token could, is written in hexadecimal.
fn set_local(name: &str, value: &str) -> String {
    if value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _-/".contains(&byte)) {
        return format!("SET LOCAL network.{name} = '{value}'");
    }
    let value: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("SELECT set_config('network.{name}', convert_from(decode('{value}', 'hex'), 'UTF8'), true)")
}

fn of_caller(reach: &str, scope: &Scope) -> Vec<(&'static str, String)> {
    let roles: Vec<_> = scope.roles().list().into_iter().map(Term::code).collect();
    vec![
        ("reach", reach.to_owned()),
        ("person", scope.person().to_string()),
        ("organisation", scope.organisation().to_string()),
        ("kind", scope.kind().code().to_owned()),
        ("roles", roles.join(" ")),
        ("today", scope.today().to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_subject_leaves_its_quotes() {
        for subject in ["o'brien", "'); drop table person; --", "\u{175} \u{1f642} \\ \"", "a;b", "a\nb"] {
            let statement = Reach::Subject(subject).begin_reading();
            let (before, rest) = statement.split_once("decode('").expect("a value");
            let (hex, after) = rest.split_once('\'').expect("its end");
            let begins = "BEGIN READ ONLY; SET LOCAL network.reach = 'gate'; SELECT set_config('network.subject', convert_from(";
            assert_eq!(before, begins);
            assert_eq!(after, ", 'hex'), 'UTF8'), true)");
            assert!(hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{hex}");
            let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
            let bytes: Vec<u8> = bytes.collect::<Result<_, _>>().expect("digits");
            assert_eq!(String::from_utf8(bytes).expect("a text"), subject);
        }
    }

    #[test]
    fn a_plain_value_stands_as_it_is() {
        let statement = Reach::Subject("yss-worker").begin_writing();
        assert_eq!(
            statement,
            "BEGIN; SET LOCAL network.reach = 'gate'; SET LOCAL network.subject = 'yss-worker'"
        );
        assert!(Reach::Subject("").begin_writing().ends_with("SET LOCAL network.subject = ''"));
    }
}
