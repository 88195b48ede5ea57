//! Only the columns that a query asks for are read: whatever is asked for, each field says what it says among all others.

use async_graphql::parser::types::{BaseType, FieldDefinition, TypeKind};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::delivering::{Delivery, YSS};
use crate::people::Answer;
use crate::referring::{NPS, person};
use crate::scenario;
use crate::sdl::Sdl;
use crate::world::World;

/// How deep objects are asked for.
const DEEP: usize = 2;

/// Every way to a leaf of an object by objects of which there is at most one, outermost first, without arguments.
fn leaves(sdl: &Sdl, object: &str, deep: usize) -> Vec<Vec<String>> {
    let of_type = sdl.types().find(|(name, _)| *name == object).map(|(_, definition)| &definition.kind);
    let Some(TypeKind::Object(definition)) = of_type else { return Vec::new() };
    let fields = definition.fields.iter().map(|field| &field.node).filter(|field| field.arguments.is_empty());
    fields.flat_map(|field| below(sdl, field, deep)).collect()
}

fn below(sdl: &Sdl, field: &FieldDefinition, deep: usize) -> Vec<Vec<String>> {
    let name = field.name.node.to_string();
    let BaseType::Named(of) = &field.ty.node.base else { return Vec::new() };
    let kind = sdl.types().find(|(name, _)| name == of).map(|(_, definition)| &definition.kind);
    match kind {
        Some(TypeKind::Object(_)) if deep == 0 => Vec::new(),
        Some(TypeKind::Object(_)) => {
            let deeper = leaves(sdl, of, deep - 1).into_iter();
            deeper.map(|path| [vec![name.clone()], path].concat()).collect()
        }
        _ => vec![vec![name]],
    }
}

/// `a { b { c } }`
fn selection(path: &[String]) -> String {
    let (last, outer) = path.split_last().expect("a way has a field");
    outer.iter().rev().fold(last.clone(), |inner, field| format!("{field} {{ {inner} }}"))
}

/// Asks for all ways in one selection, and then for each alone, and holds the answers against one another.
async fn each_alone(world: &World, who: &str, object: &str, id: &str) {
    let (sdl, actor) = (Sdl::of_the_code(), world.as_person(who));
    let mut root = object.to_owned();
    root[..1].make_ascii_lowercase();
    let ask = async |inner: String| {
        let document = format!("query($id: ID!) {{ thing: {root}(id: $id) {{ {inner} }} }}");
        actor.query(&document, json!({ "id": id })).await.granted()
    };
    let paths = leaves(&sdl, object, DEEP);
    let all = paths.iter().map(|path| selection(path)).collect::<Vec<_>>().join(" ");
    let all = ask(all).await;
    let found = paths.iter().filter(|path| at(&all, path).is_some_and(|value| !value.is_null())).count();
    assert!(found > 10, "{object} says little: {all:?}");
    for path in &paths {
        let alone = ask(selection(path)).await;
        assert_eq!(at(&alone, path), at(&all, path), "{who} {object}: {path:?}");
    }
}

/// What an answer has at the end of a way, if it goes so far.
fn at<'a>(answer: &'a Answer, path: &[String]) -> Option<&'a Value> {
    answer.data("/thing").pointer(&format!("/{}", path.join("/")))
}

/// Somebody at YSS, with a session behind them: the case, the referral, the session.
async fn delivered(world: &World) -> [String; 3] {
    let more = json!({ "faith": "Quaker", "childcare": "Until three" });
    let more = json!({ "circumstances": more });
    let somebody = person(world, "C100001", NPS, more).await;
    let delivery = Delivery::of(world, &somebody, YSS, "Enhanced Support Service").await;
    let meeting = delivery.attended(world.clock.now() - TimeDelta::hours(2)).await;
    [somebody.case.clone(), delivery.referral.clone(), meeting.session]
}

scenario! {
    async fn a_field_says_the_same_alone_and_among_all_others(world) {
        let [case, referral, session] = delivered(world).await;
        each_alone(world, "nps-officer", "Case", &case).await;
        for who in ["nps-officer", "yss-manager"] {
            each_alone(world, who, "Referral", &referral).await;
            each_alone(world, who, "Session", &session).await;
        }
    }
}

scenario! {
    async fn whoever_asks_twice_for_a_list_is_answered_twice(world) {
        let [case, ..] = delivered(world).await;
        let whole = "nodes { reference reason status service { name description }
            sessions { nodes { number venue status } } }";
        let document = "query($id: ID!) { case(id: $id) {
            a: referrals { nodes { reference sessions { nodes { number } } } }
            b: referrals { WHOLE }
            ...more
        } }
        fragment more on Case { referrals { edges { node { reason } } nodes { service { description } } } }";
        let document = document.replace("WHOLE", whole);
        let twice = world.as_person("nps-officer").query(&document, json!({ "id": case })).await.granted();
        let document = format!("query($id: ID!) {{ case(id: $id) {{ referrals {{ {whole} }} }} }}");
        let once = world.as_person("nps-officer").query(&document, json!({ "id": case })).await.granted();
        let once = &once.data("/case/referrals/nodes")[0];
        assert_eq!(&twice.data("/case/b/nodes")[0], once);
        assert!(once["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{once}");
        let first = json!({ "reference": once["reference"], "sessions": { "nodes": [{ "number": 1 }] } });
        assert_eq!(twice.data("/case/a/nodes")[0], first);
        let third = json!({
            "edges": [{ "node": { "reason": once["reason"] } }],
            "nodes": [{ "service": { "description": once["service"]["description"] } }],
        });
        assert_eq!(twice.data("/case/referrals"), &third);
    }
}

scenario! {
    async fn a_list_reads_what_any_of_its_forms_shows(world) {
        delivered(world).await;
        let document = "{ referrals(first: 5) {
            nodes { reference } edges { node { reason service { description } } }
            ... on ReferralConnection { nodes { riskSummary } }
        } }";
        let listed = world.as_person("nps-officer").query(document, json!({})).await.granted();
        for place in ["/referrals/edges/0/node/reason", "/referrals/nodes/0/riskSummary",
            "/referrals/edges/0/node/service/description"] {
            assert!(!listed.text(place).is_empty(), "{place}: {listed:?}");
        }
    }
}
