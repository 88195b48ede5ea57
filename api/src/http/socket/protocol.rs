//! The protocol `graphql-transport-ws`, without a socket: what a message says, and what it comes to.
//!
//! Its protocol document leaves two things to a server, which are settled here: a `ping` whose payload has an
//! `authorization` renews the token in place, and a `complete` for what is not running is no error.

use std::borrow::Cow;
use std::collections::HashMap;

use async_graphql::{Response, ServerError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The name of the protocol.
pub(super) const PROTOCOL: &str = "graphql-transport-ws";
/// The longest name of an operation's messages.
const LONGEST_ID: usize = 256;
/// The bytes of a frame that closes, without its code.
const LONGEST_REASON: usize = 123;

/// Why a socket is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    /// The code.
    pub code: u16,
    /// The reason.
    pub reason: Cow<'static, str>,
}

impl Closing {
    /// Closing for this reason.
    pub fn new(code: u16, reason: impl Into<Cow<'static, str>>) -> Self {
        let mut reason = reason.into();
        if reason.len() > LONGEST_REASON {
            let end =
                (0..=LONGEST_REASON).rev().find(|end| reason.is_char_boundary(*end)).unwrap_or_default();
            reason.to_mut().truncate(end);
        }
        Self { code, reason }
    }

    /// The server is stopping.
    pub fn stopping() -> Self {
        Self::new(1001, "The server is stopping. Connect again.")
    }

    /// The server cannot serve this socket now.
    pub fn later(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(1013, reason)
    }

    /// The client sent something that the protocol does not know.
    pub fn invalid(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(4400, reason)
    }

    /// The client may not, or not any more.
    pub fn forbidden(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(4403, reason)
    }

    /// The client speaks no protocol that is spoken here.
    pub fn not_acceptable() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }

    /// The client did not introduce itself.
    pub fn too_late() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }
}

/// A message as it stands on the wire.
#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    payload: Option<Value>,
}

/// What a client says.
#[derive(Debug, PartialEq)]
pub(super) enum Message {
    /// Who they are.
    Init(Map<String, Value>),
    /// Whether we are there.
    Ping(Option<Map<String, Value>>),
    /// That they are there.
    Pong,
    /// What they want executed, and how its messages are called.
    Subscribe(String, Value),
    /// What they want no more of.
    Complete(String),
}

impl Message {
    /// Reads a message.
    pub fn read(text: &str) -> Result<Self, Closing> {
        let invalid = || Closing::invalid("Invalid message");
        // The reader of the members would take a list for them, in the order in which they are declared.
        if !text.trim_ascii_start().starts_with('{') {
            return Err(invalid());
        }
        let Envelope { kind, id, payload } = serde_json::from_str(text).map_err(|_| invalid())?;
        let id = || match &id {
            Some(id) if (1..=LONGEST_ID).contains(&id.len()) => Ok(id.clone()),
            _ => Err(Closing::invalid("Invalid message: \"id\" is missing or too long")),
        };
        let object = |payload: Option<Value>| match payload {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(_) => Err(Closing::invalid("Invalid message: \"payload\" must be an object")),
        };
        match kind.as_str() {
            "connection_init" => Ok(Self::Init(object(payload)?.unwrap_or_default())),
            "ping" => Ok(Self::Ping(object(payload)?)),
            "pong" => object(payload).map(|_| Self::Pong),
            "subscribe" => {
                let payload = object(payload)?.ok_or_else(invalid)?;
                Ok(Self::Subscribe(id()?, Value::Object(payload)))
            }
            "complete" => Ok(Self::Complete(id()?)),
            _ => Err(invalid()),
        }
    }
}

/// What is to be done about a message.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// Nothing.
    Nothing,
    /// Find out whether they may come in, and acknowledge it.
    Admit(Map<String, Value>),
    /// Answer a ping.
    Answer(Option<Map<String, Value>>),
    /// Take another token, and answer the ping it came with.
    Renew(Map<String, Value>),
    /// Execute an operation.
    Begin {
        /// How its messages are called.
        id: String,
        /// Which of all that ran on this socket it is.
        number: u64,
        /// What is asked for.
        payload: Value,
    },
    /// Refuse an operation: too many run.
    TooMany(String),
    /// Let go of an operation.
    End(u64),
}

/// A talk over one socket: how far it is, and what runs.
pub(super) struct Talk {
    most: usize,
    introduced: bool,
    admitted: bool,
    running: HashMap<String, u64>,
    begun: u64,
}

impl Talk {
    /// A talk in which at most so many operations run at once.
    pub fn new(most: usize) -> Self {
        Self { most, introduced: false, admitted: false, running: HashMap::new(), begun: 0 }
    }

    /// What a message comes to.
    pub fn hear(&mut self, message: Message) -> Result<Step, Closing> {
        match message {
            Message::Init(_) if self.introduced => {
                Err(Closing::new(4429, "Too many initialisation requests"))
            }
            Message::Init(payload) => {
                self.introduced = true;
                Ok(Step::Admit(payload))
            }
            Message::Ping(Some(payload)) if self.admitted && has_token(&payload) => Ok(Step::Renew(payload)),
            Message::Ping(payload) => Ok(Step::Answer(payload)),
            Message::Pong => Ok(Step::Nothing),
            Message::Subscribe(..) if !self.admitted => Err(Closing::new(4401, "Unauthorized")),
            Message::Subscribe(id, _) if self.running.contains_key(&id) => {
                Err(Closing::new(4409, format!("Subscriber for {id} already exists")))
            }
            Message::Subscribe(id, _) if self.running.len() >= self.most => Ok(Step::TooMany(id)),
            Message::Subscribe(id, payload) => {
                let number = self.begun;
                self.begun += 1;
                self.running.insert(id.clone(), number);
                Ok(Step::Begin { id, number, payload })
            }
            Message::Complete(id) => Ok(self.running.remove(&id).map_or(Step::Nothing, Step::End)),
        }
    }

    /// They may come in.
    pub fn admit(&mut self) {
        self.admitted = true;
    }

    /// Whether this very operation still runs: what it says is passed on only then.
    pub fn runs(&self, id: &str, number: u64) -> bool {
        self.running.get(id) == Some(&number)
    }

    /// An operation has said its last.
    pub fn ended(&mut self, id: &str, number: u64) {
        if self.runs(id, number) {
            self.running.remove(id);
        }
    }
}

fn has_token(payload: &Map<String, Value>) -> bool {
    payload.keys().any(|name| name.eq_ignore_ascii_case("authorization"))
}

/// That they may come in.
pub(super) fn ack() -> String {
    json!({ "type": "connection_ack" }).to_string()
}

/// The answer to a ping.
pub(super) fn pong(payload: Option<Map<String, Value>>) -> String {
    match payload {
        Some(payload) => json!({ "type": "pong", "payload": payload }).to_string(),
        None => json!({ "type": "pong" }).to_string(),
    }
}

/// A message about an operation.
#[derive(Serialize)]
struct About<'m, P> {
    #[serde(rename = "type")]
    kind: &'static str,
    id: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<P>,
}

fn about<P: Serialize>(kind: &'static str, id: &str, payload: Option<P>) -> String {
    // An answer of GraphQL is representable in JSON: its keys are texts, its numbers finite.
    serde_json::to_string(&About { kind, id, payload }).unwrap_or_default()
}

/// A result of an operation.
pub(super) fn next(id: &str, response: &Response) -> String {
    about("next", id, Some(response))
}

/// Why an operation is not executed, or followed no longer.
pub(super) fn error(id: &str, errors: &[ServerError]) -> String {
    about("error", id, Some(errors))
}

/// The end of an operation.
pub(super) fn complete(id: &str) -> String {
    about::<()>("complete", id, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(talk: &mut Talk, message: &str) -> Result<Step, u16> {
        Message::read(message).and_then(|message| talk.hear(message)).map_err(|closing| closing.code)
    }

    fn admitted(most: usize) -> Talk {
        let mut talk = Talk::new(most);
        assert_eq!(hear(&mut talk, r#"{"type":"connection_init"}"#), Ok(Step::Admit(Map::new())));
        talk.admit();
        talk
    }

    const ONE: &str = r#"{"type":"subscribe","id":"1","payload":{"query":"{ me { roles } }"}}"#;

    #[test]
    fn who_is_not_let_in_yet_subscribes_to_nothing() {
        assert_eq!(hear(&mut Talk::new(9), ONE), Err(4401));
    }

    #[test]
    fn one_introduces_oneself_once() {
        assert_eq!(hear(&mut admitted(9), r#"{"type":"connection_init"}"#), Err(4429));
        let mut waiting = Talk::new(9);
        hear(&mut waiting, r#"{"type":"connection_init"}"#).expect("the first");
        assert_eq!(hear(&mut waiting, r#"{"type":"connection_init","payload":{}}"#), Err(4429));
    }

    #[test]
    fn an_id_names_one_operation_at_a_time() {
        let mut talk = admitted(9);
        assert!(matches!(hear(&mut talk, ONE), Ok(Step::Begin { number: 0, .. })));
        assert_eq!(hear(&mut talk, ONE), Err(4409));
        assert_eq!(hear(&mut talk, r#"{"type":"complete","id":"1"}"#), Ok(Step::End(0)));
        assert!(matches!(hear(&mut talk, ONE), Ok(Step::Begin { number: 1, .. })));
        // What the first still says is not taken for the second's.
        assert!(!talk.runs("1", 0) && talk.runs("1", 1));
        talk.ended("1", 0);
        assert!(talk.runs("1", 1));
        talk.ended("1", 1);
        assert!(!talk.runs("1", 1));
        assert_eq!(hear(&mut talk, r#"{"type":"complete","id":"1"}"#), Ok(Step::Nothing));
    }

    #[test]
    fn no_more_run_at_once_than_may() {
        let mut talk = admitted(1);
        assert!(matches!(hear(&mut talk, ONE), Ok(Step::Begin { .. })));
        let other = ONE.replace("\"1\"", "\"2\"");
        assert_eq!(hear(&mut talk, &other), Ok(Step::TooMany("2".to_owned())));
    }

    #[test]
    fn a_ping_is_answered_and_renews_the_token_if_it_carries_one() {
        let ping = r#"{"type":"ping","payload":{"authorization":"Bearer x"}}"#;
        assert!(matches!(hear(&mut Talk::new(9), ping), Ok(Step::Answer(Some(_)))));
        assert!(matches!(hear(&mut admitted(9), ping), Ok(Step::Renew(_))));
        assert_eq!(hear(&mut Talk::new(9), r#"{"type":"ping"}"#), Ok(Step::Answer(None)));
        assert_eq!(hear(&mut Talk::new(9), r#"{"type":"pong","payload":{}}"#), Ok(Step::Nothing));
    }

    #[test]
    fn what_the_protocol_does_not_know_is_invalid() {
        for message in [
            "",
            "[]",
            r#"["ping",null,null]"#,
            "null",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"start","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","payload":{"query":"{ me }"}}"#,
            r#"{"type":"subscribe","id":"","payload":{}}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":[]}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"ping","payload":"x"}"#,
            r#"{"type":"connection_init","payload":7}"#,
            r#"{"type":"next","id":"1","payload":{}}"#,
        ] {
            assert_eq!(hear(&mut admitted(9), message), Err(4400), "{message}");
        }
    }

    #[test]
    fn a_reason_fits_into_its_frame() {
        let closing = Closing::new(4409, "é".repeat(100));
        assert_eq!(closing.reason.len(), 122);
    }
}
