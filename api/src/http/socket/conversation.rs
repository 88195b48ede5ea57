//! One socket, from its opening to its end.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{rt, web};
use actix_ws::{Message as Frame, MessageStream, ProtocolError, Session};
use async_graphql::parser::types::OperationType;
use serde_json::{Map, Value};
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval, timeout};

use super::access::{self, Access};
use super::frames::{Fragments, Rate};
use super::operation::{Operation, Said};
use super::protocol::{self, Closing, Message, Step, Talk};
use super::reason;
use super::seats::{Seat, Whose};
use crate::auth::Pass;
use crate::error::Code;
use crate::graphql::limits::Rejection;
use crate::http::Shared;
use crate::http::connections::Kept;
use crate::live::{Following, Heard, Topic};

/// How often it is looked at who is late, silent, or may not stay.
const TICK: Duration = Duration::from_secs(1);
/// How long after a change of somebody's employment or roles it is looked again: longer than the gate remembers people.
const ONCE_MORE: Duration = Duration::from_secs(11);
/// How many messages of operations wait for the socket.
const WAITING: usize = 16;
/// How long the other side may take to close as well.
const FAREWELL: Duration = Duration::from_secs(2);

/// Who opens a socket, as far as the handshake says.
pub(super) struct Visitor {
    pub(super) address: IpAddr,
    /// The token of the `Authorization` header, if there was one.
    pub(super) token: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) request_id: String,
    pub(super) connection: Kept,
    /// Given back once they have said who they are.
    pub(super) waiting: Option<Seat>,
    pub(super) _seat: Seat,
}

/// How a conversation ends.
enum Parting {
    /// The server closes.
    Close(Closing),
    /// The client has closed, or is gone.
    Gone,
    /// The client takes nothing any more.
    Cut,
}

impl From<Closing> for Parting {
    fn from(closing: Closing) -> Self {
        Self::Close(closing)
    }
}

/// Who was let in.
struct Guest {
    access: Arc<Access>,
    _seats: [Seat; 2],
}

/// One socket.
pub(super) struct Conversation {
    shared: web::Data<Shared>,
    session: Session,
    frames: MessageStream,
    visitor: Visitor,
    talk: Talk,
    guest: Option<Guest>,
    /// Hears when something of the guest's employment or roles changes.
    person: Option<Following>,
    voice: Sender<Said>,
    said: Receiver<Said>,
    /// The subscriptions that run. Queries and mutations end by themselves.
    running: HashMap<u64, Task>,
    fragments: Fragments,
    rate: Rate,
    ticks: Interval,
    closing: watch::Receiver<bool>,
    opened: Instant,
    heard: Instant,
    pinged: Instant,
    recheck: Instant,
}

/// A task that ends with this.
struct Task(rt::task::JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Conversation {
    /// A conversation over a socket that was just opened.
    pub fn new(shared: web::Data<Shared>, session: Session, frames: MessageStream, visitor: Visitor) -> Self {
        let settings = &shared.settings.live;
        let (voice, said) = mpsc::channel(WAITING);
        let now = Instant::now();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            talk: Talk::new(settings.subscriptions),
            fragments: Fragments::new(settings.message_bytes, settings.fragments),
            rate: Rate::new(settings.frames_per_second, settings.frames_burst, now.into_std()),
            closing: shared.live.closing(),
            recheck: now + Duration::from_secs(settings.recheck_seconds),
            guest: None,
            person: None,
            running: HashMap::new(),
            opened: now,
            heard: now,
            pinged: now,
            shared,
            session,
            frames,
            visitor,
            voice,
            said,
            ticks,
        }
    }

    /// Holds it until it ends.
    pub async fn hold(mut self) {
        let parting = loop {
            if let Err(parting) = self.step().await {
                break parting;
            }
        };
        self.part(parting).await;
    }

    async fn step(&mut self) -> Result<(), Parting> {
        if *self.closing.borrow() {
            return Err(Closing::stopping().into());
        }
        tokio::select! {
            frame = self.frames.recv() => self.frame(frame).await,
            Some(said) = self.said.recv() => self.pass_on(said).await,
            heard = of_person(&mut self.person) => self.person_changed(heard.as_ref()).await,
            _ = self.ticks.tick() => self.tick().await,
            _ = self.closing.changed() => Err(Closing::stopping().into()),
        }
    }

    async fn frame(&mut self, frame: Option<Result<Frame, ProtocolError>>) -> Result<(), Parting> {
        let frame = match frame {
            Some(Ok(frame)) => frame,
            Some(Err(ProtocolError::Overflow)) => {
                return Err(Closing::new(1009, "The message is too long.").into());
            }
            Some(Err(ProtocolError::Io(error))) if error.kind() != std::io::ErrorKind::InvalidData => {
                return Err(Parting::Gone);
            }
            Some(Err(_)) => return Err(Closing::new(1002, "The frame cannot be read.").into()),
            None => return Err(Parting::Gone),
        };
        self.heard = Instant::now();
        if !self.rate.count(self.heard.into_std()) {
            return Err(Closing::new(1008, "You send messages faster than you may.").into());
        }
        match frame {
            Frame::Text(text) => self.hear(&text).await,
            Frame::Continuation(item) => match self.fragments.add(item)? {
                Some(bytes) => match std::str::from_utf8(&bytes) {
                    Ok(text) => self.hear(text).await,
                    Err(_) => Err(Closing::new(1007, "The message is not UTF-8.").into()),
                },
                None => Ok(()),
            },
            Frame::Ping(bytes) => {
                let sent = self.session.pong(&bytes);
                taken(self.shared.settings.live.send_seconds, sent).await
            }
            Frame::Binary(_) => Err(Closing::invalid("Invalid message: send text").into()),
            Frame::Close(_) => Err(Closing::new(1000, "").into()),
            Frame::Pong(_) | Frame::Nop => Ok(()),
        }
    }

    async fn hear(&mut self, text: &str) -> Result<(), Parting> {
        match self.talk.hear(Message::read(text)?)? {
            Step::Nothing => Ok(()),
            Step::Admit(payload) => self.admit(&payload).await,
            Step::Answer(payload) => self.say(protocol::pong(payload.map(without_token))).await,
            Step::Renew(payload) => self.renew(payload).await,
            Step::Begin { id, number, payload } => {
                self.begin(id, number, payload);
                Ok(())
            }
            Step::TooMany(id) => {
                let most = self.shared.settings.live.subscriptions;
                let message = format!("At most {most} operations run at once over one socket.");
                let rejection = Rejection { code: Code::LimitExceeded, message: message.into(), at: None };
                self.say(protocol::error(&id, &[rejection.into()])).await
            }
            Step::End(number) => {
                self.running.remove(&number);
                Ok(())
            }
        }
    }

    /// Lets them in, if their token does.
    async fn admit(&mut self, payload: &Map<String, Value>) -> Result<(), Parting> {
        if let Some(purpose) = payload.get("purpose") {
            self.visitor.purpose = purpose_of(purpose)?;
        }
        let token = token_in(payload)?.or_else(|| self.visitor.token.take());
        let missing = "Send a token: connection_init with { \"authorization\": \"Bearer …\" }.";
        let pass = self.pass(&token.ok_or_else(|| Closing::forbidden(missing))?).await?;
        let scope = pass.scope();
        let (settings, seats) = (&self.shared.settings.live, &self.shared.seats);
        let many = || Closing::later("Too many sockets of yours, or of your organisation, are open.");
        let organisation = Whose::Organisation(scope.organisation());
        let organisation = seats.take(organisation, settings.sockets_per_organisation).ok_or_else(many)?;
        let person =
            seats.take(Whose::Person(scope.person()), settings.sockets_per_person).ok_or_else(many)?;
        let topics = vec![Topic::Person(scope.person())];
        let following = self.shared.live.follow(topics).await;
        self.person = Some(following.map_err(|fault| access::closing(&fault))?);
        let access = Access::new(pass);
        self.guest = Some(Guest { access, _seats: [organisation, person] });
        // What changed before it was followed is in what is read now.
        self.check_again().await?;
        self.visitor.waiting = None;
        self.talk.admit();
        self.say(protocol::ack()).await
    }

    /// Takes another token of the same person.
    async fn renew(&mut self, payload: Map<String, Value>) -> Result<(), Parting> {
        if let (Some(token), Some(guest)) = (token_in(&payload)?, &self.guest) {
            guest.access.renew(self.pass(&token).await?)?;
        }
        self.say(protocol::pong(Some(without_token(payload)))).await
    }

    async fn pass(&self, token: &str) -> Result<Pass, Closing> {
        let (gate, turnstile) = (&self.shared.gate, &self.shared.turnstile);
        let address = self.visitor.address;
        if !gate.remembers(token) {
            turnstile.may_try(address).map_err(|refusal| Closing::later(refusal.message))?;
        }
        let proven = gate.pass(token).await;
        if proven.as_ref().is_err_and(|fault| fault.code() == Code::Unauthenticated) {
            turnstile.tried_in_vain(address).map_err(|refusal| Closing::later(refusal.message))?;
        }
        proven.map_err(|fault| access::closing(&fault))
    }

    /// Begins an operation in a task of its own.
    fn begin(&mut self, id: String, number: u64, payload: Value) {
        let Some(guest) = &self.guest else { return };
        let operation = Operation {
            shared: self.shared.clone(),
            access: Arc::clone(&guest.access),
            purpose: self.visitor.purpose.clone(),
            request_id: self.visitor.request_id.clone(),
            id,
            number,
            voice: self.voice.clone(),
        };
        match operation.prepare(&payload) {
            Ok(prepared) => {
                let is_subscription = prepared.kind == OperationType::Subscription;
                let task = rt::spawn(operation.run(prepared));
                // An act that was begun is finished, whether its client waits for it or not.
                if is_subscription {
                    self.running.insert(number, Task(task));
                }
            }
            Err(end) => {
                rt::spawn(operation.end(end));
            }
        }
    }

    /// Passes on what an operation says, if it still runs.
    async fn pass_on(&mut self, said: Said) -> Result<(), Parting> {
        match said {
            Said::Close(closing) => Err(closing.into()),
            Said::Message { id, number, text, is_last } => {
                if !self.talk.runs(&id, number) {
                    return Ok(());
                }
                if is_last {
                    self.talk.ended(&id, number);
                    self.running.remove(&number);
                }
                self.say(text).await
            }
        }
    }

    async fn tick(&mut self) -> Result<(), Parting> {
        let settings = &self.shared.settings.live;
        let now = Instant::now();
        let Some(guest) = &self.guest else {
            let patience = Duration::from_secs(settings.init_seconds);
            return if now >= self.opened + patience { Err(Closing::too_late().into()) } else { Ok(()) };
        };
        let may_stay = self.shared.gate.still_admits(&guest.access.pass());
        let may_stay = may_stay.map_err(|fault| access::closing(&fault))?;
        if !may_stay || now >= self.recheck {
            self.recheck = now + Duration::from_secs(settings.recheck_seconds);
            self.check_again().await?;
        }
        let heartbeat = Duration::from_secs(self.shared.settings.live.heartbeat_seconds);
        if now >= self.heard + heartbeat * 2 {
            tracing::info!("a client that has fallen silent is cut");
            return Err(Parting::Cut);
        }
        if now >= self.pinged + heartbeat {
            self.pinged = now;
            return taken(self.shared.settings.live.send_seconds, self.session.ping(b"")).await;
        }
        Ok(())
    }

    /// Something of the guest's employment or roles has changed.
    async fn person_changed(&mut self, heard: Option<&Heard>) -> Result<(), Parting> {
        if heard.is_none() {
            // They change more often than can be heard: it is looked at from time to time.
            self.person = None;
        }
        self.recheck = self.recheck.min(Instant::now() + ONCE_MORE);
        self.check_again().await
    }

    /// Ends it if the database knows the guest as somebody else than before, or not at all. Where it cannot be asked,
    /// it is asked again: what was revoked is known without it.
    async fn check_again(&mut self) -> Result<(), Parting> {
        let Some(guest) = &self.guest else { return Ok(()) };
        let gate = &self.shared.gate;
        gate.read_anew(&guest.access.pass());
        match guest.access.scope(gate).await {
            Ok(_) => Ok(()),
            Err(fault) if fault.code() == Code::Unauthenticated => Err(access::closing(&fault).into()),
            Err(fault) => {
                tracing::warn!(?fault, "whether somebody may stay cannot be read");
                self.recheck = Instant::now() + TICK;
                Ok(())
            }
        }
    }

    /// Says something, if the client takes it in time.
    async fn say(&mut self, text: String) -> Result<(), Parting> {
        taken(self.shared.settings.live.send_seconds, self.session.text(text)).await
    }

    async fn part(mut self, parting: Parting) {
        // Nothing more is said.
        self.running.clear();
        match parting {
            Parting::Gone => {}
            Parting::Cut => self.visitor.connection.cut(),
            Parting::Close(closing) => {
                tracing::info!(code = closing.code, "a WebSocket is closed");
                let said = self.session.close(Some(reason(&closing)));
                if !matches!(timeout(FAREWELL, said).await, Ok(Ok(()))) {
                    self.visitor.connection.cut();
                    return;
                }
                // Until the other side has closed as well, or long enough.
                let silence = async { while let Some(Ok(_)) = self.frames.recv().await {} };
                let _ = timeout(FAREWELL, silence).await;
            }
        }
    }
}

/// What becomes of something that is sent.
async fn taken<E>(seconds: u64, sent: impl Future<Output = Result<(), E>>) -> Result<(), Parting> {
    match timeout(Duration::from_secs(seconds), sent).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Parting::Gone),
        Err(_) => {
            tracing::info!("a client that takes nothing is cut");
            Err(Parting::Cut)
        }
    }
}

/// What is heard of the guest; nothing while there is none.
async fn of_person(person: &mut Option<Following>) -> Option<Heard> {
    match person {
        Some(following) => following.hear().await,
        None => std::future::pending().await,
    }
}

/// The token in a payload: `authorization` (in any case) with `Bearer …`.
fn token_in(payload: &Map<String, Value>) -> Result<Option<String>, Closing> {
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
fn without_token(mut payload: Map<String, Value>) -> Map<String, Value> {
    payload.retain(|name, _| !name.eq_ignore_ascii_case("authorization"));
    payload
}

/// What they say they read for, as it is recorded.
fn purpose_of(value: &Value) -> Result<Option<String>, Closing> {
    use rules::text::{self, SHORT_TEXT};
    let text =
        value.as_str().ok_or_else(|| Closing::invalid("Invalid message: \"purpose\" must be a string"))?;
    let text = text::check(text, SHORT_TEXT, false)
        .map_err(|problem| Closing::invalid(format!("purpose: {}", problem.message())))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}
