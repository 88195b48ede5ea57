//! What is known of people who may have an unmet need, read for all of them at once.

use std::collections::HashMap;

use entity::{Id, ldu, organisation, probation_case, programme_suitability, sentence};
use rules::Term as _;
use rules::directory::RarDays;
use rules::recommendation::NeedStanding;
use rules::terms::{Need, Purchaser, RequiredItem};
use sea_orm::Order;

use crate::cases::suitability::assessed;
use crate::eligibility::reads::{Bare, Known, Supposed, side_of};
use crate::error::Result;
use crate::recommendations::standings::Standings;
use crate::referrals::rar_days;
use crate::store::{Finds, Store};

/// Somebody, as far as that is needed to say what they could have.
pub struct Person {
    /// Their case.
    pub case: Id<probation_case::Entity>,
    /// The name of the local delivery unit; none where the case has none.
    pub area: Option<String>,
    /// The assessed needs against which nothing stands.
    pub open: Vec<Need>,
    /// What is known of them under each sentence that has not ended; once where they are on none.
    pub facts: Vec<Bare>,
}

/// What is known of the people of these cases, in the same order. Nothing of it is answered.
pub async fn people(store: &Store, cases: &[probation_case::Model]) -> Result<Vec<Person>> {
    let looked = store.looking_through();
    let today = store.today();
    let ids: Vec<_> = cases.iter().map(|case| case.id).collect();
    let standings = Standings::of_cases(&looked, &ids, today).await?;
    let sentences = looked.find::<sentence::Entity>().of(sentence::Column::CaseId, ids.iter().copied());
    let mut sentences = sentences.order_by(sentence::Column::StartsOn, Order::Desc).all().await?;
    sentences.retain(|sentence| sentence.ends_on.is_none_or(|end| today <= end));
    let committed = sentences.iter().filter(|sentence| sentence.max_rar_days.is_some());
    let committed = rar_days::committed_under(&looked, committed.map(|one| one.id).collect(), None).await?;
    let mut under: HashMap<_, Vec<_>> = HashMap::new();
    for sentence in &sentences {
        under.entry(sentence.case_id).or_default().push(sentence);
    }
    let found = looked.find::<programme_suitability::Entity>();
    let found = found.of(programme_suitability::Column::CaseId, ids.iter().copied());
    let mut assessed = assessed(&looked, found).await?;
    let (ldus, sides) = (ldus(store, cases).await?, sides(store, cases).await?);
    // What must come with a referral comes with it: nobody has made one yet.
    let supposed = Supposed { items: RequiredItem::ALL.to_vec(), ..Supposed::default() };
    let of = |case: &probation_case::Model| {
        let purchaser = *sides.get(&case.holder_id?)?;
        let area = case.ldu_id.and_then(|id| ldus.get(&id));
        let assessed = assessed.remove(&case.id).unwrap_or_default();
        let known = |sentence: Option<&sentence::Model>| {
            let left = |one: &sentence::Model| {
                let committed = committed.get(&one.id).copied().unwrap_or_default();
                RarDays::Left(rar_days::left(one, committed))
            };
            let known = Known {
                ldu: area.map(String::as_str),
                sentence,
                assessed: assessed.clone(),
                rar_days: sentence.map_or(RarDays::Unknown, left),
                purchaser,
            };
            known.of(case, &supposed)
        };
        let facts = match under.get(&case.id) {
            Some(sentences) => sentences.iter().map(|sentence| known(Some(sentence))).collect(),
            None => vec![known(None)],
        };
        let open = standings.needs(case.id);
        let open = open.filter(|need| standings.against(case.id, *need) == NeedStanding::Nothing);
        Some(Person { case: case.id, area: area.cloned(), open: open.collect(), facts })
    };
    Ok(cases.iter().filter_map(of).collect())
}

/// The names of the local delivery units of cases.
async fn ldus(store: &Store, cases: &[probation_case::Model]) -> Result<HashMap<Id<ldu::Entity>, String>> {
    let rows = store.find::<ldu::Entity>().by_ids(cases.iter().filter_map(|case| case.ldu_id)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The side that each holder of cases is.
async fn sides(
    store: &Store,
    cases: &[probation_case::Model],
) -> Result<HashMap<Id<organisation::Entity>, Purchaser>> {
    let holders = cases.iter().filter_map(|case| case.holder_id);
    let rows = store.find::<organisation::Entity>().by_ids(holders).await?;
    Ok(rows.into_iter().map(|row| (row.id, side_of(*row.kind))).collect())
}
