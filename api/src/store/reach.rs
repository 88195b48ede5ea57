//! Who asks, as PostgreSQL is told at the beginning of every transaction: the second lock, row-level security, goes by
//! it. The forms are those of `scope.sql` in the migration m0005.

use entity::{Id, api_client};
use rules::Term;
use serde_json::{Value, json};

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

    /// Both in one message, which a simple query is: it can bind no values, so the scope stands in it as text. In
    /// hexadecimal it has no character but digits and the letters a to f, and cannot leave its quotes, whatever a
    /// token's subject holds.
    fn begin(&self, begin: &str) -> String {
        let scope = self.form().to_string();
        let scope: String = scope.bytes().map(|byte| format!("{byte:02x}")).collect();
        format!(
            "{begin}; SELECT set_config('network.scope', convert_from(decode('{scope}', 'hex'), 'UTF8'), true)"
        )
    }

    fn form(&self) -> Value {
        match *self {
            Self::Read(scope) => of_caller("read", scope),
            Self::Act(scope, operation) => {
                let mut form = of_caller("act", scope);
                form["operation"] = operation.into();
                form
            }
            Self::Subject(subject) => json!({ "reach": "gate", "subject": subject }),
            Self::Client(id) => json!({ "reach": "gate", "client": id.0 }),
            Self::Gate => json!({ "reach": "gate" }),
            Self::Keep => json!({ "reach": "keep" }),
        }
    }
}

fn of_caller(reach: &str, scope: &Scope) -> Value {
    let roles: Vec<_> = scope.roles().list().into_iter().map(Term::code).collect();
    json!({
        "reach": reach,
        "person": scope.person().0,
        "organisation": scope.organisation().0,
        "kind": scope.kind().code(),
        "roles": roles,
        "today": scope.today(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_subject_leaves_its_quotes() {
        for subject in ["o'brien", "'); drop table person; --", "ŵ \u{1f642} \\ \"", ""] {
            let statement = Reach::Subject(subject).begin_reading();
            let (before, rest) = statement.split_once("decode('").expect("a value");
            let (hex, after) = rest.split_once('\'').expect("its end");
            assert_eq!(before, "BEGIN READ ONLY; SELECT set_config('network.scope', convert_from(");
            assert_eq!(after, ", 'hex'), 'UTF8'), true)");
            assert!(hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{hex}");
            let bytes = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
            let bytes: Vec<u8> = bytes.collect::<Result<_, _>>().expect("digits");
            let form: Value = serde_json::from_slice(&bytes).expect("JSON");
            assert_eq!(form, json!({ "reach": "gate", "subject": subject }));
        }
    }
}
