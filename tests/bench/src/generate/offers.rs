//! A full directory: services with twenty criteria each, where they are delivered and for whom, and ten cohorts each.
//! Nobody was referred to them: they are there to be searched and ranked.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Loader;
use super::network::{NEEDS, Network, Provider};
use super::tables::Table;
use crate::clock::Result;
use crate::random::Chance;
use crate::{ids, row};

/// How many criteria a service has.
const CRITERIA: usize = 20;
/// How many cohorts.
const COHORTS: usize = 10;
/// What services do, for their names.
const KINDS: [&str; 8] = [
    "Counselling",
    "Mentoring",
    "Recovery group",
    "Skills workshop",
    "Family support",
    "Debt advice",
    "Supported housing",
    "Employment coaching",
];
/// Where they do it.
const TOWNS: [&str; 12] = [
    "Worcester",
    "Hereford",
    "Telford",
    "Shrewsbury",
    "Kidderminster",
    "Redditch",
    "Malvern",
    "Ludlow",
    "Evesham",
    "Leominster",
    "Bridgnorth",
    "Oswestry",
];

/// Makes so many services.
pub async fn offer(
    loader: &mut Loader,
    chance: &mut Chance,
    network: &Network,
    services: usize,
    now: DateTime<Utc>,
) -> Result<()> {
    for number in 0..services {
        let provider = &network.providers[chance.skewed(network.providers.len())];
        service(loader, chance, network, provider, number, now).await?;
    }
    Ok(())
}

async fn service(
    loader: &mut Loader,
    chance: &mut Chance,
    network: &Network,
    provider: &Provider,
    number: usize,
    now: DateTime<Utc>,
) -> Result<()> {
    let at = now - TimeDelta::days(200) + TimeDelta::seconds(number as i64);
    let id = ids::of(at, chance);
    let (need, town) = (NEEDS[number % NEEDS.len()], TOWNS[chance.below(TOWNS.len())]);
    let name = format!("{} {number:03} in {town}", KINDS[chance.below(KINDS.len())]);
    let description = format!(
        "Weekly sessions on {} with a keyworker, towards outcomes agreed at the start.",
        need.replace('_', " ")
    );
    let delivery = if number.is_multiple_of(3) { "group" } else { "one_to_one" };
    let (search, words) =
        (rules::search::fold(&name), rules::search::kept_words(&format!("{name} {description}")));
    let row = row![
        id,
        provider.id,
        name,
        description,
        delivery,
        "session",
        number.is_multiple_of(2),
        false,
        12_i64,
        5_i64,
        0_i64,
        50_i64,
        100_i64,
        24_i64,
        search,
        words,
        1_i64,
        at
    ];
    loader.add(Table::service, row).await?;
    loader.add(Table::service_need, row![id, need]).await?;
    loader.add(Table::service_need, row![id, NEEDS[(number + 3) % NEEDS.len()]]).await?;
    loader.add(Table::service_mode, row![id, *chance.one(&["day", "evening", "home_visit"])]).await?;
    loader.add(Table::service_venue, row![id, town, None::<Uuid>]).await?;
    for (ldu, _) in network.holders.iter().flat_map(|holder| &holder.ldus) {
        if chance.happens(60) {
            loader
                .add(
                    Table::service_area,
                    row![id, *ldu, *chance.one(&["covered", "covered", "hard_to_reach"])],
                )
                .await?;
        }
    }
    for (place, (value, reason)) in criteria(chance).into_iter().enumerate() {
        let kind = value["kind"].as_str().unwrap_or_default().to_owned();
        let row = row![
            ids::of(at, chance),
            None::<Uuid>,
            id,
            kind.clone(),
            format!("{kind}:{place}"),
            value,
            reason,
            1_i64,
            at
        ];
        loader.add(Table::criterion, row).await?;
    }
    prices(loader, chance, network, id, at).await?;
    for week in 0..COHORTS as u64 {
        let first = now.date_naive() - Days::new(14) + Days::new(7 * week + number as u64 % 7);
        cohort(loader, chance, network, (id, provider, town), first, at).await?;
    }
    Ok(())
}

/// Twenty criteria: most people meet most of them.
fn criteria(chance: &mut Chance) -> Vec<(Value, &'static str)> {
    let genders: &[&str] = if chance.happens(15) { &["female"] } else { &["female", "male"] };
    let youngest = *chance.one(&[18, 18, 18, 21, 25]);
    let age = json!({ "kind": "age_range", "min": youngest, "max": youngest + 60 });
    let high = json!({ "kind": "risk_level", "any_of": ["high", "very_high"] });
    let licence = json!({ "kind": "sentence", "any_of": ["licence"] });
    let iom = json!({ "kind": "iom" });
    let all = [
        (json!({ "kind": "purchaser", "any_of": ["nps", "crc"] }), "Both buy it."),
        (age.clone(), "For adults."),
        (json!({ "kind": "gender", "any_of": genders }), "For whom it is made."),
        (json!({ "kind": "excluded_offending", "none_of": ["sexual_offending"] }), "Families come here."),
        (json!({ "kind": "excluded_offending", "none_of": ["child_protection"] }), "Children come here."),
        (json!({ "kind": "likelihood", "any_of": ["low", "medium", "high"] }), "Any likelihood."),
        (json!({ "kind": "risk_level", "any_of": ["low", "medium", "high"] }), "Staff work alone."),
        (
            json!({ "kind": "sentence", "any_of": ["community_order", "suspended_sentence_order", "licence"] }),
            "Under supervision.",
        ),
        (json!({ "kind": "rar_days_left", "min": 2 }), "It takes RAR days."),
        (
            json!({ "kind": "required_item", "item": "oasys_assessment", "only_for_home_visits": false }),
            "We plan by it.",
        ),
        (
            json!({ "kind": "required_item", "item": "full_risk_assessment", "only_for_home_visits": true }),
            "Staff go there alone.",
        ),
        (json!({ "kind": "ldu", "any_of": ["Unit 0", "Unit 1", "Unit 2", "Unit 3"] }), "Where we are."),
        (json!({ "kind": "not", "of": high.clone() }), "Staff work alone."),
        (json!({ "kind": "any", "of": [age.clone(), iom.clone()] }), "Adults, and whoever is under IOM."),
        (
            json!({ "kind": "any", "of": [licence.clone(), json!({ "kind": "rar_days_left", "min": 1 })] }),
            "Paid for.",
        ),
        (
            json!({ "kind": "all", "of": [age.clone(), json!({ "kind": "likelihood", "any_of": ["medium", "high"] })] }),
            "Where it helps.",
        ),
        (
            json!({ "kind": "not", "of": json!({ "kind": "all", "of": [licence, high] }) }),
            "Not straight from custody.",
        ),
        (
            json!({ "kind": "any", "of": [iom, json!({ "kind": "gender", "any_of": genders })] }),
            "For whom it is made.",
        ),
        (json!({ "kind": "excluded_offending", "none_of": ["significant_violence"] }), "Shared rooms."),
        (json!({ "kind": "not", "of": json!({ "kind": "age_range", "min": 90 }) }), "Stairs."),
    ];
    debug_assert_eq!(all.len(), CRITERIA);
    all.into()
}

/// A price of the card and one of supply.
async fn prices(
    loader: &mut Loader,
    chance: &mut Chance,
    network: &Network,
    service: Uuid,
    at: DateTime<Utc>,
) -> Result<()> {
    let pence = chance.between(2_500, 9_000);
    let [author, approver] = &network.keepers;
    for (kind, pence) in [("card", pence), ("supply", pence * 4 / 5)] {
        let row = row![
            ids::of(at, chance),
            service,
            kind,
            pence,
            "session",
            at.date_naive(),
            None::<NaiveDate>,
            "published",
            false,
            "A new service.",
            author.id,
            author.organisation,
            approver.id,
            at,
            2_i64,
            at
        ];
        loader.add(Table::price, row).await?;
    }
    Ok(())
}

async fn cohort(
    loader: &mut Loader,
    chance: &mut Chance,
    network: &Network,
    (service, provider, town): (Uuid, &Provider, &str),
    first: NaiveDate,
    at: DateTime<Utc>,
) -> Result<()> {
    let (id, evening) = (ids::of(at, chance), chance.happens(40));
    let (mode, starts, ends) =
        if evening { ("evening", "18:00", "20:00") } else { ("day", "10:00", "12:00") };
    let day = *chance.one(&["monday", "tuesday", "wednesday", "thursday", "friday"]);
    let times = json!([{ "day": day, "starts": starts, "ends": ends }]);
    let row = row![
        id,
        service,
        provider.id,
        town,
        mode,
        false,
        first,
        first + Days::new(84),
        times,
        chance.between(6, 14),
        0_i64,
        json!([provider.manager.name]),
        1_i64,
        at
    ];
    loader.add(Table::cohort, row).await?;
    let holder = &network.holders[chance.below(network.holders.len())];
    for (ldu, _) in holder.ldus.iter().take(1 + chance.below(4)) {
        loader.add(Table::cohort_ldu, row![id, *ldu]).await?;
    }
    Ok(())
}
