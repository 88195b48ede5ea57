//! Over sockets: everybody follows all that can be followed while everybody's rows are noted as changed, and hears of
//! what they may see and of nothing else. What they may not see cannot be followed, like what does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use entity::{Id, audit_event};
use futures_util::future::join_all;
use rules::access::Kind;
use serde_json::{Value, json};

use super::answers::{Look, Seen};
use super::callers::Caller;
use super::catalogue::{Catalogue, Field};
use super::document::{Pick, everything};
use super::draw::Draw;
use super::oracle::{Oracle, Sight};
use super::shows;
use super::tables::{Facts, Key, Rows};
use super::values::{Eyes, missing};
use crate::live::{self, Socket};
use crate::world::World;

/// How long it is waited for somebody who should be told.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it is waited for what should not come, once all that should has.
const SILENCE: Duration = Duration::from_millis(600);
/// How many rows of a table change, unless the run is a full one.
const CHANGED: usize = 40;
/// How many rows that may not be seen everybody tries to follow, and of those that may.
const FOLLOWED: usize = 3;

/// Somebody, and all that they follow over one socket, with what they should be told of each.
struct Listener<'l> {
    caller: &'l Caller,
    sight: &'l Sight,
    socket: Socket,
    expected: BTreeMap<&'l str, Vec<&'l Key>>,
    messages: Vec<Value>,
}

/// What is wrong with what everybody is told.
pub async fn wrong_with_what_is_told(world: &World, callers: &[Caller], oracle: &Oracle<'_>) -> Vec<String> {
    let (catalogue, mut draw) = (Catalogue::of_the_code(), Draw::of(super::seed()));
    let changed = changed_rows(oracle.facts, &mut draw);
    let sights: Vec<_> = callers.iter().map(|caller| oracle.sight(caller)).collect();
    let (mut listeners, mut wrong) = (Vec::new(), Vec::new());
    live::settled(world).await;
    for (caller, sight) in callers.iter().zip(&sights) {
        let eyes = Eyes { catalogue: &catalogue, oracle, caller, sight };
        wrong.extend(wrongly_followed(world, eyes, &mut draw).await);
        listeners.push(Listener::open(world, eyes, &changed).await);
    }
    Rows { audit_event: changed.iter().map(|row| noted(world, callers, row)).collect(), ..Rows::default() }
        .insert(&world.database)
        .await;
    let mut seen = Seen::default();
    for listener in join_all(listeners.into_iter().map(Listener::hear)).await {
        wrong.extend(listener.wrong(oracle.facts, &mut seen));
    }
    for (field, ..) in shows::TOLD {
        let object = &catalogue.field("Subscription", field).yields.name;
        let unseen = catalogue.fields(object).iter().filter(|field| !seen.had_value(object, &field.name));
        wrong.extend(unseen.map(|field| format!("{object}.{}: nobody was told a value", field.name)));
    }
    wrong
}

/// The rows of which it is noted that they changed.
fn changed_rows<'f>(facts: &'f Facts, draw: &mut Draw) -> Vec<&'f Key> {
    let tables: BTreeSet<_> = shows::TOLD.iter().map(|(_, table, _)| *table).collect();
    let most = if super::is_full() { usize::MAX } else { CHANGED };
    tables.into_iter().flat_map(|table| draw.some(facts.of_table(table).iter().collect(), most)).collect()
}

/// A change, as an act notes it; the database passes it on to those who follow.
fn noted(world: &World, callers: &[Caller], (table, row): &Key) -> audit_event::Model {
    audit_event::Model {
        id: Id::fresh(),
        at: world.clock.now(),
        person_id: Some(callers[0].person),
        organisation_id: Some(callers[0].organisation),
        operation: "proof".to_owned(),
        request_id: "proof".to_owned(),
        act: "update".to_owned(),
        table_name: (*table).to_owned(),
        row_id: row.clone(),
        case_id: None,
        changes: json!({ "old": {}, "new": {} }),
    }
}

/// The fields of `Subscription` that somebody may use, and that need an identifier or do not.
fn followed<'c>(eyes: Eyes<'c>, by_id: bool) -> impl Iterator<Item = &'c Field> {
    let fields = eyes.catalogue.fields("Subscription").iter();
    fields.filter(move |field| {
        field.arguments.iter().any(|input| input.is_required && input.takes.name == "ID") == by_id
            && eyes.caller.may(Kind::Subscription, &field.name)
    })
}

/// What of a field is told: of which table, and by which field of the event.
fn told(field: &str) -> (&'static str, &'static str) {
    let told = shows::TOLD.iter().find(|(name, ..)| *name == field);
    told.map(|&(_, table, by)| (table, by))
        .unwrap_or_else(|| panic!("{field}: whose rows? Say so in shows.rs"))
}

impl<'l> Listener<'l> {
    async fn open(world: &World, eyes: Eyes<'l>, changed: &[&'l Key]) -> Self {
        let mut socket = Socket::with(world.address, &eyes.caller.token).await;
        let mut expected = BTreeMap::new();
        for field in followed(eyes, false) {
            let picks = everything(eyes.catalogue, &field.yields.name, 2, 2);
            socket.subscribe(&field.name, &written(Pick::of(&field.name, picks)), Value::Null).await;
            let first = socket.event(&field.name).await;
            assert_eq!(first["kind"], "LIVE", "{}: {first}", eyes.caller);
            let table = told(&field.name).0;
            let rows = changed.iter().filter(|row| row.0 == table && eyes.sight.sees(row));
            expected.insert(field.name.as_str(), rows.copied().collect());
        }
        Self { caller: eyes.caller, sight: eyes.sight, socket, expected, messages: Vec::new() }
    }

    /// Hears all that should come, and what comes besides.
    async fn hear(mut self) -> Self {
        let most = self.expected.values().map(Vec::len).sum::<usize>();
        loop {
            let patience = if self.messages.len() < most { PATIENCE } else { SILENCE };
            match self.socket.message(patience).await {
                Some(Ok(message)) => self.messages.push(message),
                Some(Err(closed)) => self.messages.push(json!({ "closed": closed.1 })),
                None => return self,
            }
            if self.messages.len() > 2 * most + 1 {
                return self;
            }
        }
    }

    fn wrong(&self, facts: &Facts, seen: &mut Seen) -> Vec<String> {
        let (mut wrong, mut heard) = (Vec::new(), BTreeMap::<_, Vec<_>>::new());
        for message in &self.messages {
            let foreign = Look::new(facts, self.sight, seen).through(&message["payload"]);
            wrong.extend(
                foreign.into_iter().map(|row| format!("{} is told of a foreign row {row}", self.caller)),
            );
            let field = message["id"].as_str().unwrap_or_default();
            let event = &message["payload"]["data"][field];
            if message["type"] != "next" || event["kind"] != "CHANGED" {
                wrong.push(format!("{} is told {message}", self.caller));
                continue;
            }
            heard.entry(field).or_default().push(event[told(field).1].as_str().unwrap_or_default());
        }
        for (field, rows) in &self.expected {
            let mut rows: Vec<_> = rows.iter().map(|row| facts.shown(row)).collect();
            let mut told = heard.remove(field).unwrap_or_default();
            rows.sort_unstable();
            told.sort_unstable();
            if rows != told {
                wrong.push(format!("{} is told by {field} of {told:?} and not of {rows:?}", self.caller));
            }
        }
        wrong
    }
}

/// What is wrong with following single things: what may be seen is live at once, and what may not is refused like what
/// nothing has.
async fn wrongly_followed(world: &World, eyes: Eyes<'_>, draw: &mut Draw) -> Vec<String> {
    let mut wrong = Vec::new();
    for field in followed(eyes, true) {
        let table = told(&field.name).0;
        let nothing = missing(table, draw);
        let none = first_word(world, eyes, field, &nothing).await;
        if none["payload"][0]["extensions"]["code"] != "NOT_FOUND" {
            wrong.push(format!("{}: {} of nothing: {none}", eyes.caller, field.name));
        }
        for sees in [true, false] {
            let rows = eyes.near_first(eyes.sight.of(eyes.facts(), table, sees), draw);
            for row in rows.into_iter().take(FOLLOWED) {
                let said = first_word(world, eyes, field, eyes.facts().shown(row)).await;
                let is_live = said["payload"]["data"][&field.name]["kind"] == "LIVE";
                if is_live != sees || !sees && said != none {
                    wrong.push(format!("{}: {} of {row:?}, seen {sees}: {said}", eyes.caller, field.name));
                }
            }
        }
    }
    wrong
}

/// What somebody is told first who follows the thing of this identifier; without the identifier.
async fn first_word(world: &World, eyes: Eyes<'_>, field: &Field, id: &str) -> Value {
    let mut socket = Socket::with(world.address, &eyes.caller.token).await;
    let pick = Pick::of(&field.name, everything(eyes.catalogue, &field.yields.name, 1, 1));
    socket.subscribe("it", &written(pick.with(&format!("id: \"{id}\""))), Value::Null).await;
    let said = socket.hear().await.to_string().replace(id, "what was named");
    serde_json::from_str(&said).expect("JSON")
}

fn written(pick: Pick) -> String {
    let mut text = "subscription { ".to_owned();
    pick.write(&mut text);
    text.push_str(" }");
    text
}
