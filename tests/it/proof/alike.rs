//! What is somebody else's is not told from what does not exist: the same answer to the letter, by the same number of
//! statements; and whoever names it in an act changes nothing.

use rules::access::Kind;
use rules::terms::OrganisationKind;
use serde_json::{Value, json};

use super::callers::Caller;
use super::catalogue::Catalogue;
use super::document::{Call, Document, Pick, everything};
use super::draw::Draw;
use super::network::OF_EACH;
use super::oracle::Oracle;
use super::places::{Filling, Place, related_first};
use super::tables::Key;
use super::values::{Eyes, missing, missing_name};
use crate::wire::Statements;
use crate::world::World;

/// How many hidden rows are named at each place by each caller: the one nearest to them, and one that has to do with
/// an organisation whose turn it is. In a full run there is one of every organisation.
const NAMED: usize = 2;
/// How many rows that may be seen are tried before a place is said to prove nothing.
const TRIED: usize = 4;
/// How often everybody asks a question, until one of them is told something.
const DRAWN: usize = 4;
/// How often statements are counted again when they differ: a connection that is new says more than one that is not.
const COUNTS: usize = 4;

/// What somebody was told.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: u16,
    /// The body, without the identifier that was named.
    body: String,
}

/// Names identifiers and compares what is told.
pub struct Naming<'n> {
    /// Where.
    pub world: &'n World,
    /// The schema.
    pub catalogue: &'n Catalogue,
    /// What is said to the database, where that can be heard.
    pub statements: Option<&'n Statements>,
    /// Chance.
    pub draw: Draw,
    /// What is wrong.
    pub wrong: Vec<String>,
    /// How many pairs were compared.
    pub compared: usize,
    /// Whether an act succeeded, so that rows are not what they were.
    pub changed: bool,
    /// Whose turn it is that something of theirs is named.
    pub turn: usize,
}

impl Naming<'_> {
    /// Names hidden rows at every place, each time by the people of other organisations. Answers with the places at
    /// which there was something to name.
    pub async fn everywhere(&mut self, oracle: &Oracle<'_>, callers: &[Caller]) -> Vec<Place> {
        let sights: Vec<_> = callers.iter().map(|caller| oracle.sight(caller)).collect();
        let mut named = Vec::new();
        for (at, place) in Place::all(self.catalogue).into_iter().enumerate() {
            let before = self.compared;
            let everybody = callers.iter().zip(&sights);
            for (caller, sight) in everybody.filter(|(caller, _)| is_turn(caller, at)) {
                if caller.may(place.kind, &place.field) && !place.is_allowed() {
                    let eyes = Eyes { catalogue: self.catalogue, oracle, caller, sight };
                    self.pairs(eyes, &place).await;
                }
            }
            if self.compared > before {
                named.push(place);
            } else if !place.is_allowed() && !place.hides_nothing() {
                self.wrong.push(format!("{place:?}: nothing foreign was named"));
            }
        }
        named
    }

    /// Names hidden rows at one place, and beside each one that does not exist.
    async fn pairs(&mut self, eyes: Eyes<'_>, place: &Place) {
        let hidden = place.hidden(eyes, &mut self.draw);
        let hidden = self.of_many(eyes, &hidden);
        for (at, main) in place.mains(eyes, &mut self.draw).into_iter().enumerate() {
            for (which, row) in hidden.iter().enumerate() {
                // Beside what an act concerns they take turns, unless the run is a full one.
                if main.is_none() || (at + which).is_multiple_of(NAMED) || super::is_full() {
                    self.pair(eyes, place, main, row).await;
                }
            }
        }
    }

    /// Of rows that have something to do with many organisations a few, so that each organisation has its turn.
    fn of_many<'e>(&mut self, eyes: Eyes<'e>, rows: &[&'e Key]) -> Vec<&'e Key> {
        let organisations = eyes.facts().of_table("organisation");
        let most = if super::is_full() { organisations.len() } else { NAMED };
        let mut some: Vec<&Key> = rows.first().copied().into_iter().collect();
        for _ in 0..organisations.len() {
            self.turn += 1;
            let whose = &organisations[self.turn % organisations.len()];
            let mut theirs = rows.iter().rev().copied();
            some.extend(theirs.find(|row| eyes.oracle.belongs_to(row, whose) && !some.contains(row)));
            if some.len() >= most {
                break;
            }
        }
        some
    }

    async fn pair<'e>(&mut self, eyes: Eyes<'e>, place: &Place, main: Option<&'e Key>, row: &'e Key) {
        let there = place.name_of(eyes, row);
        let nowhere = match place.column {
            Some(column) => missing_name(column, &mut self.draw),
            None => missing(row.0, &mut self.draw),
        };
        // Chance chooses the same for both.
        let chance = self.draw.number();
        let mut counts = Vec::new();
        for _ in 0..COUNTS {
            let (foreign, said) = self.told(eyes, place, main, row, &there, chance).await;
            let (none, said_of_none) = self.told(eyes, place, main, row, &nowhere, chance).await;
            if foreign != none {
                self.report(eyes, place, &format!("{row:?} is told from nothing: {foreign:?} and {none:?}"));
                break;
            }
            if foreign.body.contains("INTERNAL") || foreign.body.contains("BAD_USER_INPUT") {
                self.report(eyes, place, &format!("nothing is proven by {foreign:?}"));
                break;
            }
            counts = vec![said, said_of_none];
            if counts[0].len() == counts[1].len() {
                break;
            }
        }
        if let [foreign, none] = counts.as_slice()
            && foreign.len() != none.len()
        {
            let [foreign, none] = [foreign.join("\n"), none.join("\n")];
            self.report(eyes, place, &format!("other statements for {row:?}:\n{foreign}\n\nand\n\n{none}"));
        }
        self.compared += 1;
    }

    fn report(&mut self, eyes: Eyes<'_>, place: &Place, what: &str) {
        self.wrong.push(format!("{} at {}.{}: {what}", eyes.caller, place.field, place.path.join(".")));
    }

    /// What is told to who names `name` at a place, and which statements it took.
    async fn told<'e>(
        &mut self,
        eyes: Eyes<'e>,
        place: &Place,
        main: Option<&'e Key>,
        like: &'e Key,
        name: &str,
        chance: u64,
    ) -> (Told, Vec<String>) {
        let mut draw = Draw::of(chance);
        let mut filling = Filling { eyes, place, at: name, like, main, draw: &mut draw };
        let (text, variables) = self.written(place, &mut filling);
        if let Some(statements) = self.statements {
            statements.take();
        }
        let answer = eyes.caller.ask(self.world, &text, &variables).await;
        let said = self.statements.map(Statements::take).unwrap_or_default();
        let refused = answer.body.get("errors").is_some() || !answer.user_errors().is_empty();
        self.changed |= place.is_act() && !refused;
        let body = answer.body.to_string().replace(name, "what was named");
        (Told { status: answer.status, body }, said)
    }

    fn written(&self, place: &Place, filling: &mut Filling<'_, '_>) -> (String, Value) {
        let root = if place.kind == Kind::Query { "Query" } else { "Mutation" };
        let field = self.catalogue.field(root, &place.field);
        let arguments = filling.arguments(field);
        let object = &field.yields.name;
        let fields = self.fields_of(object);
        if place.kind == Kind::Query {
            let mut document = Document::default();
            let call = Call { field: place.field.clone(), arguments };
            document.ask(self.catalogue, "it", &call, fields);
            return document.written();
        }
        let declared =
            field.arguments.iter().map(|input| format!("${}: {}", input.name, input.takes.spelled));
        let given = field.arguments.iter().map(|input| format!("{0}: ${0}", input.name));
        let (declared, given): (Vec<_>, Vec<_>) = (declared.collect(), given.collect());
        let act = Pick::of(&place.field, fields).with(&given.join(" "));
        let mut text = format!("mutation({}) {{ ", declared.join(" "));
        // By its own name, under another, and within a fragment.
        match filling.draw.below(3) {
            0 => act.write(&mut text),
            1 => act.under("it").write(&mut text),
            _ => Pick::of("... on Mutation", vec![act.under("it")]).write(&mut text),
        }
        text.push_str(" }");
        (text, json!(arguments))
    }

    /// What is asked of an answer: of a page how many rows it has and which, of the rest what stands on it.
    fn fields_of(&self, object: &str) -> Vec<Pick> {
        if self.catalogue.is_leaf(object) {
            return Vec::new();
        }
        if self.catalogue.is_page_of_rows(object) {
            let row = vec![Pick::leaf("__typename"), Pick::leaf("id")];
            return vec![Pick::leaf("totalCount"), Pick::of("nodes", row)];
        }
        if self.catalogue.objects(object) != [object] {
            return vec![Pick::leaf("__typename"), Pick::leaf("id")];
        }
        everything(self.catalogue, object, 2, 2)
    }

    /// Whether a row that may be seen is told from a hidden one at a place, whoever names it.
    pub async fn tells(&mut self, oracle: &Oracle<'_>, callers: &[Caller], place: &Place) -> bool {
        let callers: Vec<_> = callers.iter().filter(|caller| caller.may(place.kind, &place.field)).collect();
        // What else a question needs is drawn, and of some of it nothing can be told.
        let draws = if place.is_act() { 1 } else { DRAWN };
        for caller in std::iter::repeat_n(&callers, draws).flatten() {
            let sight = oracle.sight(caller);
            let eyes = Eyes { catalogue: self.catalogue, oracle, caller, sight: &sight };
            let hidden = place.hidden(eyes, &mut self.draw);
            let Some(hidden) = hidden.first().copied() else { continue };
            for main in place.mains(eyes, &mut self.draw) {
                let name = place.name_of(eyes, hidden);
                let chance = self.draw.number();
                let (foreign, _) = self.told(eyes, place, main, hidden, &name, chance).await;
                for row in self.visible(eyes, place, main) {
                    let name = place.name_of(eyes, row);
                    let (own, _) = self.told(eyes, place, main, row, &name, chance).await;
                    if own != foreign {
                        return true;
                    }
                }
            }
        }
        false
    }

    fn visible<'e>(&mut self, eyes: Eyes<'e>, place: &Place, main: Option<&Key>) -> Vec<&'e Key> {
        let tables = eyes.tables(place.asked).into_iter();
        let rows = tables.flat_map(|table| {
            let rows = related_first(eyes, main, table, &mut self.draw);
            rows.into_iter().take(TRIED).collect::<Vec<_>>()
        });
        rows.collect()
    }
}

/// Places are taken in turn by the organisations of each kind, so that each of them has some of every sort; in a full
/// run each of them has every place.
fn is_turn(caller: &Caller, at: usize) -> bool {
    let only_one = matches!(caller.kind, OrganisationKind::Inspectorate | OrganisationKind::Operator);
    only_one || super::is_full() || caller.place == at % OF_EACH
}
