//! Text of every kind, wherever the schema takes text: it is taken or refused with a code, and breaks nothing.

use std::collections::HashMap;

use api::demo::PERSONAS;
use async_graphql::Positioned;
use async_graphql::parser::types::{BaseType, InputValueDefinition, Type, TypeKind};
use chrono::TimeDelta;
use rules::access::{self, Kind};
use serde_json::{Map, Value, json};

use crate::forgery::Pair;
use crate::people::Answer;
use crate::referring::NPS;
use crate::sdl::Sdl;
use crate::world::World;
use crate::{referring, scenario, trusting};

const CASES: &str = include_str!("../../api/src/demo/caseload-2016-10.csv");
const CARD: &str = include_str!("../../api/src/demo/rate-card-2017.csv");

/// What people paste and attackers try.
fn odd_texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "\u{0}",
        "word\u{0}word",
        "\u{1}\u{8}\u{1b}\u{7f}\u{9f}",
        "\r\n\t\u{b}\u{85}\u{2028}",
        "",
        " \u{a0}\u{2003}\u{200b}",
        "\u{feff}\u{fffe}\u{ffff}\u{10ffff}",
        "\u{d7ff}\u{e000}\u{fdd0}",
        "\u{202e}txet\u{2066}\u{200f}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{1f3fd}",
        "Ó Súilleabháin İıßẞǅﬃ",
        "%_\\%' OR '1'='1'; DROP TABLE person; --",
        "=cmd|'/c calc'!A1",
        "${jndi:ldap://127.0.0.1}",
    ]
    .map(str::to_owned)
    .to_vec();
    // One letter with a hundred accents; one character that becomes eighteen when it is taken apart.
    texts.push(format!("e{}", "\u{301}".repeat(100)));
    texts.push("\u{fdfa}".repeat(100));
    texts.push("ß".repeat(10_001));
    texts
}

/// Those of them that databases and limits stumble over. What cannot be stored comes first: an act may be done
/// only once.
fn hard_texts() -> impl Iterator<Item = String> {
    let places = [1, 2, 4, 6, 14, 15, 16];
    odd_texts().into_iter().enumerate().filter(move |(place, _)| places.contains(place)).map(|(_, text)| text)
}

/// Somebody who is granted the field.
fn persona(kind: Kind, field: &str) -> &'static str {
    let granted = access::granted(kind, field);
    let mut may = PERSONAS.iter().filter(|persona| persona.roles.iter().any(|role| granted.contains(role)));
    // Those who have to do with the referrals of the scenario, if it is for them.
    let concerned = may.clone().find(|persona| ["nps-manager", "yss-manager"].contains(&persona.subject));
    concerned.or_else(|| may.next()).unwrap_or_else(|| panic!("nobody may {field}")).subject
}

/// Whether the answer is one that a caller can do something with.
fn is_clear(answer: &Answer) -> bool {
    let fine = ["BAD_USER_INPUT", "NOT_FOUND", "CONFLICT"];
    answer.status == 200 && answer.error_codes().iter().all(|code| fine.contains(code))
}

fn name_of(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(item) => name_of(item),
    }
}

/// A root field of `Query` asked with `$odd` in one of the places where it takes text.
struct Question {
    who: &'static str,
    document: String,
    /// The field of the variable that takes the text; none: the variable itself.
    place: Option<String>,
}

impl Question {
    fn with(&self, odd: &str) -> Value {
        let value = match &self.place {
            Some(place) => json!({ place.as_str(): odd }),
            None => json!(odd),
        };
        json!({ "query": self.document, "variables": { "odd": value } })
    }
}

fn questions(sdl: &Sdl) -> Vec<Question> {
    let mut questions = Vec::new();
    for field in sdl.root("Query").iter().map(|field| &field.node) {
        let who = persona(Kind::Query, field.name.node.as_str());
        for argument in field.arguments.iter().map(|argument| &argument.node) {
            let of = &argument.ty.node;
            let mut ask = |kind: &str, place| {
                let document = asked(&sdl.selection(field), argument.name.node.as_str(), kind);
                questions.push(Question { who, document, place });
            };
            match (&of.base, name_of(of)) {
                (BaseType::List(_), _) => {}
                (_, kind @ ("String" | "ID")) if of.nullable => ask(kind, None),
                (_, kind @ ("String" | "ID")) => ask(&format!("{kind}!"), None),
                (_, kind) => {
                    texts_of(sdl, kind).into_iter().for_each(|place| ask(&format!("{kind}!"), Some(place)))
                }
            }
        }
    }
    questions
}

/// The document that makes a selection with `$odd` for one of its arguments, whether it had a value or not.
fn asked(selection: &str, argument: &str, kind: &str) -> String {
    let given =
        ["\"ref_01h455vb4pex5vsknk084sn02q\"", "\"word\""].map(|value| format!("{argument}: {value}"));
    let bare = given.iter().fold(selection.to_owned(), |text, given| text.replace(given.as_str(), ""));
    let end = bare.find(['(', ' ']).unwrap_or(bare.len());
    let (name, rest) = bare.split_at(end);
    match rest.strip_prefix('(') {
        Some(others) => format!("query($odd: {kind}) {{ {name}({argument}: $odd {others} }}"),
        None => format!("query($odd: {kind}) {{ {name}({argument}: $odd){rest} }}"),
    }
}

/// The names of the fields of an input type that take text or an identifier.
fn texts_of(sdl: &Sdl, name: &str) -> Vec<String> {
    let fields = inputs(sdl, name).iter().map(|field| &field.node);
    let texts = fields.filter(|field| {
        matches!(&field.ty.node.base, BaseType::Named(name) if ["String", "ID"].contains(&name.as_str()))
    });
    texts.map(|field| field.name.node.to_string()).collect()
}

fn inputs<'s>(sdl: &'s Sdl, name: &str) -> &'s [Positioned<InputValueDefinition>] {
    match sdl.types().find(|(own, _)| *own == name).map(|(_, definition)| &definition.kind) {
        Some(TypeKind::InputObject(input)) => &input.fields,
        _ => &[],
    }
}

/// Writes the input of a mutation: everything is filled in, with identifiers of things that exist.
struct Writer<'s> {
    sdl: &'s Sdl,
    mutation: &'s str,
    ids: &'s HashMap<&'static str, String>,
    /// The places that take text.
    texts: Vec<String>,
}

impl Writer<'_> {
    fn input(&mut self, of: &str, at: &str) -> Value {
        let mut object = Map::new();
        let sdl = self.sdl;
        for field in inputs(sdl, of).iter().map(|field| &field.node) {
            let name = field.name.node.as_str();
            let value = self.value(name, &field.ty.node, &format!("{at}/{name}"));
            object.insert(name.to_owned(), value);
        }
        Value::Object(object)
    }

    fn value(&mut self, field: &str, of: &Type, at: &str) -> Value {
        let name = match &of.base {
            BaseType::List(item) => return json!([self.value(field, item, &format!("{at}/0"))]),
            BaseType::Named(name) => name.as_str(),
        };
        match self.sdl.types().find(|(own, _)| *own == name).map(|(_, definition)| &definition.kind) {
            Some(TypeKind::Enum(values)) => json!(values.values[0].node.value.node),
            Some(TypeKind::InputObject(_)) => self.input(name, at),
            _ => self.scalar(field, name, at),
        }
    }

    fn scalar(&mut self, field: &str, name: &str, at: &str) -> Value {
        let later = field.ends_with("To") || field.starts_with("ends");
        match name {
            "Int" | "Float" => json!(if field == "high" { 9 } else { 1 }),
            "Boolean" => json!(field == "attended" || field == "happened"),
            "ID" => {
                let id = self
                    .ids
                    .get(format!("{}.{field}", self.mutation).as_str())
                    .or_else(|| self.ids.get(field));
                id.map_or(Value::Null, |id| json!(id))
            }
            "NaiveDate" if field == "dateOfBirth" => json!("1987-02-03"),
            "NaiveDate" if field == "takenOn" || field == "awardedOn" => json!("2017-10-02"),
            "NaiveDate" => json!(if later { "2017-12-02" } else { "2017-11-02" }),
            "DateTime" => json!(if later { "2017-11-02T10:00:00Z" } else { "2017-11-02T09:00:00Z" }),
            "JSON" => json!({ "kind": "age_range", "min": 18 }),
            _ => {
                self.texts.push(at.to_owned());
                match field {
                    "idempotencyKey" => Value::Null,
                    "crn" => json!("Q100001"),
                    "email" => json!("somebody@network.example"),
                    _ => json!("word"),
                }
            }
        }
    }
}

/// The first identifier of an input, whose version is sent with it.
fn subject(input: &Value) -> Option<&str> {
    let members = input.as_object()?.iter().filter(|(name, _)| name.as_str() == "id" || name.ends_with("Id"));
    members.filter_map(|(_, value)| value.as_str()).next()
}

/// Sends the version that is current.
async fn with_the_present_version(world: &World, mut input: Value) -> Value {
    let document = "query($id: ID!) { node(id: $id) { ... on Case { version } ... on Referral { version }
        ... on Session { version } ... on Price { version } ... on Service { version } } }";
    if let (Some(_), Some(id)) = (input.get("version"), subject(&input)) {
        let read = world.as_person("inspector").query(document, json!({ "id": id })).await;
        if let Some(version) = read.body.pointer("/data/node/version") {
            input["version"] = version.clone();
        }
    }
    input
}

/// Identifiers of things that exist, by the names of the fields that take them, or by mutation and field.
async fn ids(world: &World) -> HashMap<&'static str, String> {
    let id = |value: &Value| value["id"].as_str().expect("an identifier").to_owned();
    let owain = referring::person(world, "Q000001", NPS, json!({})).await;
    let taken = referring::accepted(world, &owain).await;
    let mentoring = referring::service(world, "YSS", "Meet and Mentor").await;
    let sent = referring::submitted(world, &owain, &mentoring, json!({ "rarDays": 1 })).await;
    let draft = "Self-Awareness and Relationship Management (SARM)";
    let draft = referring::service(world, "Willowdene", draft).await;
    let draft = referring::referral(referring::draft(world, &owain, &draft, json!({ "rarDays": 1 })).await);
    let glyn = referring::person(world, "Q000002", NPS, json!({})).await;
    let other = referring::accepted(world, &glyn).await;
    let limited = referring::person(world, "Q000003", NPS, json!({})).await;
    let worker = world.as_person("yss-worker");
    let mut sessions = Vec::new();
    for hour in [1, 2, 3] {
        let starts_at = world.clock.now() - TimeDelta::days(1) + TimeDelta::hours(hour);
        let input = json!({
            "referralId": taken["id"], "kind": "ONE_TO_ONE", "startsAt": starts_at, "endsAt": starts_at + TimeDelta::minutes(50),
        });
        let made = worker.mutate("scheduleSession", input, "session { id version }").await.granted();
        sessions.push(made.data("/scheduleSession/session").clone());
    }
    let input = json!({ "sessionId": sessions[0]["id"], "version": sessions[0]["version"], "attended": true, "happened": true });
    worker.mutate("recordAttendance", input, "session { id }").await.granted();
    let contract = world.as_person("contract-manager");
    let charges = contract.query("{ charges(first: 1) { nodes { id } } }", json!({})).await.granted();
    let input =
        json!({ "name": "N", "description": "D", "low": 1, "high": 9, "direction": "HIGHER_IS_BETTER" });
    let instrument = contract.mutate("addInstrument", input, "instrument { id }").await.granted();
    let instrument = id(instrument.data("/addInstrument/instrument"));
    let input = json!({
        "referralId": taken["id"], "instrumentId": instrument, "need": "ACCOMMODATION", "stage": "END", "score": 3, "takenOn": "2017-10-02",
    });
    let measure = worker.mutate("recordMeasure", input, "measure { id }").await.granted();
    let input = json!({ "serviceId": mentoring, "kind": "CARD", "pence": 1, "effectiveFrom": "2018-04-01", "reason": "R" });
    let price = world.as_person("card-admin").mutate("draftPrice", input, "price { id }").await.granted();
    let input = json!({ "serviceId": mentoring, "pence": 1, "effectiveFrom": "2016-04-01", "reason": "R" });
    let cost =
        world.as_person("yss-manager").mutate("stateDeliveryCost", input, "cost { id }").await.granted();
    let input = json!({ "measure": "UNIT_COST", "bound": "ABOVE", "percent": 90, "reason": "R" });
    let threshold =
        world.as_person("yss-manager").mutate("setPriceThreshold", input, "threshold { id }").await.granted();
    let varied = crate::variations::proposed(world, &taken, 9).await;
    let units = "{ organisations(kind: NPS) { nodes { ldus { nodes { id } } } } }";
    let units = world.as_person("nps-manager").query(units, json!({})).await.granted();
    let input = json!({
        "lduId": units.data("/organisations/nodes/0/ldus/nodes/1/id"), "startsOn": "2016-04-01", "endsOn": "2017-04-01", "pence": 1, "reason": "R",
    });
    let budget = world.as_person("nps-manager").mutate("setBudget", input, "budget { id }").await.granted();
    let criterion = "query($id: ID!) { service(id: $id) { criteria { nodes { id } } } }";
    let criterion = contract.query(criterion, json!({ "id": mentoring })).await.granted();
    let place = contract
        .query("{ organisations(kind: NPS) { nodes { id ldus { nodes { id } } } } }", json!({}))
        .await
        .granted();
    let outcome = "query($id: ID!) { referral(id: $id) { desiredOutcomes { nodes { id } } } }";
    let outcome = worker.query(outcome, json!({ "id": taken["id"] })).await.granted();
    let wren = referring::staff(world, "Wren Dale").await;
    let yusuf = referring::staff(world, "Yusuf Shah").await;
    let keys = json!({ "keys": [Pair::ed25519().jwk("one")] }).to_string();
    let trusted = trusting::issuer_of(world, "YSS", json!({ "jwks": keys })).await;
    let trusted = id(&trusting::waiting_issuer(world, trusted).await);
    let client = trusting::waiting_client(world, "Yusuf Shah", &["PROVIDER_WORKER"]).await.id;
    let mut ids = HashMap::from([
        ("referralId", id(&taken)),
        ("referralIds", id(&taken)),
        ("caseId", owain.case),
        ("sentenceId", owain.sentence),
        ("serviceId", mentoring.clone()),
        ("addService.providerId", referring::organisation(world, "YSS").await),
        ("onlyForId", id(place.data("/organisations/nodes/0"))),
        ("organisationId", id(place.data("/organisations/nodes/0"))),
        ("lduId", id(place.data("/organisations/nodes/0/ldus/nodes/0"))),
        ("personId", yusuf.clone()),
        ("changePerson.id", wren),
        ("restrictCase.caseId", limited.case.clone()),
        ("liftRestriction.caseId", limited.case),
        ("draftReferral.serviceId", referring::service(world, "Nacro", "Supported accommodation").await),
        ("desiredOutcomeId", outcome.text("/referral/desiredOutcomes/nodes/0/id").to_owned()),
        ("changeCriterion.id", id(criterion.data("/service/criteria/nodes/0"))),
        ("workerId", yusuf),
        ("officerId", referring::staff(world, "Nadia Prosser").await),
        ("instrumentId", instrument),
        ("sessionId", id(&sessions[0])),
        ("chargeId", id(charges.data("/charges/nodes/0"))),
        ("thresholdId", id(threshold.data("/setPriceThreshold/threshold"))),
        ("variationId", id(&varied)),
        ("budgetId", id(budget.data("/setBudget/budget"))),
        ("costId", id(cost.data("/stateDeliveryCost/cost"))),
        ("serviceIds", mentoring),
        ("upliftPrices.providerId", referring::organisation(world, "YSS").await),
        ("priceId", id(price.data("/draftPrice/price"))),
        ("measureId", id(measure.data("/recordMeasure/measure"))),
        ("changeTrustedIssuer.id", trusted.clone()),
        ("approveTrustedIssuer.id", trusted),
        ("changeApiClient.id", client.clone()),
        ("rotateClientSecret.id", client.clone()),
        ("approveClientSecret.id", client.clone()),
        ("clientId", client),
    ]);
    for (field, row) in [
        ("askQuestion.referralId", &sent),
        ("acceptReferral.referralId", &sent),
        ("declineReferral.referralId", &sent),
        ("editReferral.referralId", &draft),
        ("submitReferral.referralId", &draft),
        ("withdrawReferral.referralId", &sent),
        ("completeReferral.referralId", &other),
        ("endReferralEarly.referralId", &other),
        ("recordAttendance.sessionId", &sessions[1]),
        ("rescheduleSession.sessionId", &sessions[2]),
        ("cancelSession.sessionId", &sessions[2]),
    ] {
        ids.insert(field, id(row));
    }
    ids
}

scenario! {
    async fn every_question_bears_every_text(world) {
        let sdl = Sdl::of_the_code();
        let questions = questions(&sdl);
        assert!(questions.len() > 40, "{}", questions.len());
        let mut broken = Vec::new();
        for question in &questions {
            let token = world.as_person(question.who).token().await;
            for odd in odd_texts() {
                let request = world.client.post(world.url("/graphql")).bearer_auth(&token);
                let answer = Answer::of(request.json(&question.with(&odd))).await;
                if !is_clear(&answer) {
                    broken.push(format!("{} {odd:?}: {answer:?}", question.document));
                }
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    async fn every_act_bears_every_text(world) {
        let sdl = Sdl::of_the_code();
        let ids = ids(world).await;
        let mut broken = Vec::new();
        for field in sdl.root("Mutation").iter().map(|field| field.node.name.node.as_str()) {
            let (head, tail) = field.split_at(1);
            let mut writer = Writer { sdl: &sdl, mutation: field, ids: &ids, texts: Vec::new() };
            let input = writer.input(&format!("{}{tail}Input", head.to_uppercase()), "");
            let actor = world.as_person(persona(Kind::Mutation, field));
            for odd in hard_texts() {
                for place in &writer.texts {
                    let mut input = with_the_present_version(world, input.clone()).await;
                    if let Some(text) = input.pointer_mut(place) {
                        *text = json!(odd);
                    }
                    let answer = actor.mutate(field, input, "").await;
                    if !is_clear(&answer) {
                        broken.push(format!("{field} {place} {odd:?}: {:?}", answer.error_codes()));
                    }
                }
            }
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    async fn a_file_with_text_that_cannot_be_stored_is_refused_by_line_and_column(world) {
        let errors = "rowErrors { line column } userErrors { code }";
        let cases = CASES.replace("E871887,Ironbridge,Femi", "E871887,Iron\u{0}bridge,Femi");
        let answer = world.as_person("court-officer").mutate("importCases", json!({ "csv": cases }), errors).await;
        assert_eq!(answer.data("/importCases/rowErrors"), &json!([{ "line": 2, "column": "Family name" }]), "{answer:?}");
        let card = CARD.replace("£57.00,01/10/2017,,NPS,", "£58.00,01/12/2017,,NPS,a\u{0}b");
        let input = json!({ "csv": card, "reason": "R", "loadHistory": true });
        let answer = world.as_person("card-admin").mutate("importRateCard", input, errors).await;
        assert_eq!(answer.data("/importRateCard/rowErrors"), &json!([{ "line": 7, "column": "Notes" }]), "{answer:?}");
    }

    async fn an_escape_that_stands_for_no_character_is_refused(world) {
        let token = world.as_person("nps-officer").token().await;
        for text in [r"\ud800", r"\udc00\ud800", r"\ud83d\ud83d", r"a\udfff"] {
            let body = format!(r#"{{"query":"query($t: String) {{ services(text: $t) {{ totalCount }} }}","variables":{{"t":"{text}"}}}}"#);
            let request = world.client.post(world.url("/graphql")).bearer_auth(&token);
            let answer = Answer::of(request.header("content-type", "application/json").body(body)).await;
            assert_eq!((answer.status, answer.error_codes()), (400, vec!["BAD_USER_INPUT"]), "{text}");
        }
    }
}
