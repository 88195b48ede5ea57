//! Questions of eligibility, each in a number of statements that does not depend on how much is asked.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    Id, eligibility_override, ldu, organisation, probation_case, programme_suitability, referral, sentence,
    service,
};
use rules::directory::{Age, Assessed, Facts, RarDays};
use rules::london;
use rules::terms::{
    Flag, Gender, Likelihood, OrganisationKind, Purchaser, RequiredItem, RiskLevel, SentenceBasis,
    SentenceKind,
};
use sea_orm::{ColumnTrait, Order};

use super::graphql::Override;
use super::judging::{Failing, failing};
use crate::cases::service::flags;
use crate::cases::suitability::assessed;
use crate::directory::facts::bases_of;
use crate::directory::reads::rules_of;
use crate::error::{Fault, Result};
use crate::referrals::rar_days;
use crate::store::Store;
use crate::store::kin::Member;

/// What a question supposes beside the case: how the referral would be made.
#[derive(Default)]
pub struct Supposed {
    /// The sentence under which it would be made; otherwise the only one that has not ended.
    pub sentence: Option<Id<sentence::Entity>>,
    /// Who would pay; otherwise the side that holds the case.
    pub purchaser: Option<Purchaser>,
    /// The items that would come with it.
    pub items: Vec<RequiredItem>,
    /// Whether home visits are wanted.
    pub home_visits: bool,
}

/// Facts that nobody's name stands on, and that stand by themselves.
#[derive(Clone, Debug)]
pub struct Bare {
    /// Who would pay.
    pub purchaser: Purchaser,
    /// What in the sentence lets probation use a service.
    pub bases: Vec<SentenceBasis>,
    /// How old the person is.
    pub age: Age,
    /// The person's gender.
    pub gender: Option<Gender>,
    /// The flags that hold.
    pub flags: Option<Vec<Flag>>,
    /// The likelihood of reoffending.
    pub likelihood: Option<Likelihood>,
    /// The risk of serious harm.
    pub risk: Option<RiskLevel>,
    /// The sentence.
    pub sentence: Option<SentenceKind>,
    /// The programme that the court required, or would.
    pub programme: Option<String>,
    /// What assessments for programmes found.
    pub assessed: Vec<Assessed>,
    /// The RAR days that are left.
    pub rar_days: RarDays,
    /// The name of the LDU.
    pub ldu: Option<String>,
    /// The items that would come with the referral.
    pub items: Vec<RequiredItem>,
    /// Whether home visits are wanted.
    pub home_visits: bool,
}

impl Bare {
    /// The facts as the rules read them.
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            purchaser: self.purchaser,
            age: self.age,
            gender: self.gender,
            flags: self.flags.as_deref(),
            likelihood: self.likelihood,
            risk: self.risk,
            sentence: self.sentence,
            programme: self.programme.as_deref(),
            assessed: &self.assessed,
            rar_days: self.rar_days,
            ldu: self.ldu.as_deref(),
            items: &self.items,
            home_visits: self.home_visits,
        }
    }
}

/// The facts of a case that the caller sees, for a referral as it is supposed.
pub async fn facts_of(store: &Store, case: &probation_case::Model, supposed: Supposed) -> Result<Bare> {
    let ldu = match case.ldu_id {
        Some(id) => store.find::<ldu::Entity>().by_id(id).await?.map(|ldu| ldu.name),
        None => None,
    };
    let sentence = sentence_of(store, case, supposed.sentence).await?;
    let rar_days = match &sentence {
        Some(sentence) => {
            RarDays::Left(rar_days::left(sentence, rar_days::committed(store, sentence.id, None).await?))
        }
        None => RarDays::Unknown,
    };
    let found = store.find::<programme_suitability::Entity>();
    let found = found.filter(programme_suitability::Column::CaseId.eq(case.id));
    let known = Known {
        ldu: ldu.as_deref(),
        sentence: sentence.as_ref(),
        assessed: assessed(store, found).await?.remove(&case.id).unwrap_or_default(),
        rar_days,
        purchaser: match supposed.purchaser {
            Some(purchaser) => purchaser,
            None => purchaser(store, case).await?,
        },
    };
    Ok(known.of(case, &supposed))
}

/// What is known around a case.
pub struct Known<'k> {
    /// The name of its LDU.
    pub ldu: Option<&'k str>,
    /// The sentence under which a referral would be made.
    pub sentence: Option<&'k sentence::Model>,
    /// What assessments for programmes found.
    pub assessed: Vec<Assessed>,
    /// The RAR days that the sentence leaves.
    pub rar_days: RarDays,
    /// Who would pay.
    pub purchaser: Purchaser,
}

impl Known<'_> {
    /// The facts of the case, for a referral as it is supposed.
    pub fn of(self, case: &probation_case::Model, supposed: &Supposed) -> Bare {
        Bare {
            assessed: self.assessed,
            bases: self.sentence.map(bases_of).unwrap_or_default(),
            purchaser: self.purchaser,
            age: Age::Born(case.date_of_birth),
            gender: Some(*case.gender),
            flags: Some(flags(case)),
            likelihood: case.likelihood_of_reoffending.map(|coded| *coded),
            risk: case.risk_of_serious_harm.map(|coded| *coded),
            sentence: self.sentence.map(|sentence| *sentence.kind),
            programme: self.sentence.and_then(|sentence| sentence.programme.clone()),
            rar_days: self.rar_days,
            ldu: self.ldu.map(str::to_owned),
            items: supposed.items.clone(),
            home_visits: supposed.home_visits,
        }
    }
}

/// The sentence that is named, or the only one that has not ended.
async fn sentence_of(
    store: &Store,
    case: &probation_case::Model,
    named: Option<Id<sentence::Entity>>,
) -> Result<Option<sentence::Model>> {
    let of_case = store.find::<sentence::Entity>().filter(sentence::Column::CaseId.eq(case.id));
    if let Some(id) = named {
        return of_case.get(id).await.map(Some);
    }
    let mut open = of_case.all().await?;
    open.retain(|sentence| sentence.ends_on.is_none_or(|end| store.today() <= end));
    Ok(if open.len() == 1 { open.pop() } else { None })
}

/// The side that pays where an organisation of this kind holds the case.
pub fn side_of(kind: OrganisationKind) -> Purchaser {
    if kind == OrganisationKind::Nps { Purchaser::Nps } else { Purchaser::Crc }
}

/// The side that holds the case pays.
async fn purchaser(store: &Store, case: &probation_case::Model) -> Result<Purchaser> {
    let unknown = || Fault::bad_input("purchaser: the case is not allocated yet, so say who would pay.");
    let holder = case.holder_id.ok_or_else(unknown)?;
    let holder = store.find::<organisation::Entity>().get(holder).await?;
    Ok(side_of(*holder.kind))
}

/// What these services ask and the facts do not meet on a day, each with its service.
pub async fn failing_at(
    store: &Store,
    services: &[service::Model],
    facts: &Facts<'_>,
    day: NaiveDate,
) -> Result<Vec<(Id<service::Entity>, Failing)>> {
    let mut asked: HashMap<_, Vec<_>> = HashMap::new();
    for (id, rule) in rules_of(store, services).await? {
        asked.entry(id).or_default().push(rule);
    }
    let each = services.iter().flat_map(|service| {
        let own = asked.get(&service.id).map(Vec::as_slice).unwrap_or_default();
        failing(own, facts, day).into_iter().map(|failing| (service.id, failing))
    });
    Ok(each.collect())
}

/// The day that a question is about: today unless said.
pub fn day(store: &Store, on: Option<NaiveDate>) -> Result<NaiveDate> {
    match on {
        None => Ok(store.today()),
        Some(day) if london::believable(day) => Ok(day),
        Some(_) => Err(Fault::bad_input("on: give a date between 1900 and 2200.")),
    }
}

/// What managers set aside for referrals, in the order in which they did, as far as the caller may see it.
pub async fn overrides(
    store: &Store,
    of: Vec<Id<referral::Entity>>,
) -> Result<Vec<(Id<referral::Entity>, Override)>> {
    let find = store.find::<eligibility_override::Entity>().of(eligibility_override::Column::ReferralId, of);
    let rows = find.order_by(eligibility_override::Column::CreatedAt, Order::Asc);
    let rows = rows.order_by(eligibility_override::Column::Id, Order::Asc).all().await?;
    Ok(Member::family(rows).map(|member| (member.referral_id, Override(member))).collect())
}
