//! A referral held against its service's criteria: at submission and acceptance, where an unmet one refuses, and
//! afterwards, where it is shown.

use std::collections::HashMap;

use chrono::NaiveDate;
use entity::{
    Id, eligibility_override, ldu, probation_case, programme_suitability, referral, referral_item, sentence,
    service, shared_person,
};
use rules::directory::{Age, Assessed, Facts, RarDays};
use rules::referrals::has_ended;
use rules::terms::{Gender, RequiredItem};
use sea_orm::ColumnTrait;

use crate::cases::service::flags;
use crate::cases::suitability::assessed;
use crate::directory::reads::{OwnedRule, rules_for, rules_of};
use crate::eligibility::judging::{Failing, failing};
use crate::error::Result;
use crate::store::{Store, Write};

type ReferralId = Id<referral::Entity>;

/// The criteria of the service and its provider that the person does not meet today and that no manager set aside,
/// whoever asks: the provider checks again at acceptance without seeing the case.
pub async fn unmet(
    write: &Write,
    referral: &referral::Model,
    service: &service::Model,
    sentence: Option<&sentence::Model>,
    rar_days: RarDays,
    newly_supplied: &[RequiredItem],
) -> Result<Vec<Failing>> {
    let failing = failing_of(write, referral, service, sentence, rar_days, newly_supplied).await?;
    if failing.is_empty() {
        return Ok(failing);
    }
    let overrides = overrides_of(write, referral.id).await?;
    Ok(failing.into_iter().filter(|failing| !failing.is_overridden(&overrides)).collect())
}

/// As [`unmet`], what was set aside among them.
pub async fn failing_of(
    write: &Write,
    referral: &referral::Model,
    service: &service::Model,
    sentence: Option<&sentence::Model>,
    rar_days: RarDays,
    newly_supplied: &[RequiredItem],
) -> Result<Vec<Failing>> {
    let case = write.consequence::<probation_case::Entity>().get(referral.case_id).await?;
    let ldu = match case.ldu_id {
        Some(id) => write.consequence::<ldu::Entity>().by_id(id).await?.map(|ldu| ldu.name),
        None => None,
    };
    let items =
        write.find::<referral_item::Entity>().filter(referral_item::Column::ReferralId.eq(referral.id));
    let items = items.all().await?;
    let items: Vec<_> = items.iter().map(|row| *row.item).chain(newly_supplied.iter().copied()).collect();
    let criteria = rules_for(write, service).await?;
    let assessed = match criteria.iter().any(|rule| rule.criterion.asks_for_suitability()) {
        true => {
            let found = write.consequence::<programme_suitability::Entity>();
            let found = found.filter(programme_suitability::Column::CaseId.eq(case.id));
            assessed(write, found).await?.remove(&case.id).unwrap_or_default()
        }
        false => Vec::new(),
    };
    let known = Known {
        case: Some(&case),
        shared: None,
        ldu: ldu.as_deref(),
        sentence,
        assessed: &assessed,
        rar_days,
        items: &items,
    };
    Ok(known.failing(referral, criteria.iter(), write.today()))
}

/// What managers set aside for a referral, whoever sees it.
pub async fn overrides_of(write: &Write, referral: ReferralId) -> Result<Vec<eligibility_override::Model>> {
    let find = write.consequence::<eligibility_override::Entity>();
    find.filter(eligibility_override::Column::ReferralId.eq(referral)).all().await
}

/// The criteria that are not met today of referrals that have not ended. Who sees the case is told all of them;
/// who delivers, those that ask for what the referral shares.
pub async fn unmet_of(store: &Store, referrals: &[referral::Model]) -> Result<Vec<(ReferralId, Failing)>> {
    let open: Vec<_> = referrals.iter().filter(|referral| !has_ended(*referral.status)).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let ids = || open.iter().map(|referral| referral.id);
    let services = store.find::<service::Entity>().by_ids(open.iter().map(|it| it.service_id)).await?;
    let criteria = rules_of(store, &services).await?;
    let cases = store.find::<probation_case::Entity>().by_ids(open.iter().map(|it| it.case_id)).await?;
    let ldus = store.find::<ldu::Entity>().by_ids(cases.iter().filter_map(|case| case.ldu_id)).await?;
    let sentences =
        store.find::<sentence::Entity>().by_ids(open.iter().filter_map(|it| it.sentence_id)).await?;
    let asks = criteria.iter().any(|(_, rule)| rule.criterion.asks_for_suitability());
    let mut assessed_of = HashMap::new();
    if asks && !cases.is_empty() {
        let found = store.find::<programme_suitability::Entity>();
        let found = found.of(programme_suitability::Column::CaseId, cases.iter().map(|case| case.id));
        assessed_of = assessed(store, found).await?;
    }
    let shared = store.find::<shared_person::Entity>().of(shared_person::Column::ReferralId, ids());
    let shared = shared.all().await?;
    let supplied = store.find::<referral_item::Entity>().of(referral_item::Column::ReferralId, ids());
    let mut items: HashMap<ReferralId, Vec<RequiredItem>> = HashMap::new();
    for row in supplied.all().await? {
        items.entry(row.referral_id).or_default().push(*row.item);
    }
    let mut unmet = Vec::new();
    for referral in open {
        let case = cases.iter().find(|case| case.id == referral.case_id);
        let ldu = case.and_then(|case| ldus.iter().find(|ldu| Some(ldu.id) == case.ldu_id));
        let known = Known {
            case,
            shared: shared.iter().find(|shared| shared.referral_id == referral.id),
            ldu: ldu.map(|ldu| ldu.name.as_str()),
            sentence: sentences.iter().find(|sentence| Some(sentence.id) == referral.sentence_id),
            assessed: assessed_of.get(&referral.case_id).map_or(&[], Vec::as_slice),
            // Asked when it is submitted, of all referrals under the sentence.
            rar_days: RarDays::SetAside,
            items: items.get(&referral.id).map_or(&[], Vec::as_slice),
        };
        let asked = criteria.iter().filter(|(id, _)| *id == referral.service_id).map(|(_, rule)| rule);
        unmet.extend(known.failing(referral, asked, store.today()).into_iter().map(|it| (referral.id, it)));
    }
    Ok(unmet)
}

/// What is known around a referral to whoever asks.
struct Known<'a> {
    case: Option<&'a probation_case::Model>,
    shared: Option<&'a shared_person::Model>,
    ldu: Option<&'a str>,
    sentence: Option<&'a sentence::Model>,
    assessed: &'a [Assessed],
    rar_days: RarDays,
    items: &'a [RequiredItem],
}

impl Known<'_> {
    fn failing<'r>(
        &self,
        referral: &referral::Model,
        rules: impl Iterator<Item = &'r OwnedRule>,
        today: NaiveDate,
    ) -> Vec<Failing> {
        // A fact that is not known would count as one that fails, and its absence tell of it.
        let rules = rules.filter(|rule| self.case.is_some() || rule.criterion.asks_what_is_shared());
        let Some((date_of_birth, gender)) = self.born_as() else { return Vec::new() };
        let flags = self.case.map(flags);
        let facts = Facts {
            purchaser: *referral.purchaser,
            age: Age::Born(date_of_birth),
            gender: Some(gender),
            flags: flags.as_deref(),
            likelihood: self.case.and_then(|case| case.likelihood_of_reoffending).map(|coded| *coded),
            risk: self.case.and_then(|case| case.risk_of_serious_harm).map(|coded| *coded),
            sentence: self.sentence.map(|sentence| *sentence.kind),
            programme: self.sentence.and_then(|sentence| sentence.programme.as_deref()),
            assessed: self.assessed,
            rar_days: self.rar_days,
            ldu: self.ldu,
            items: self.items,
            home_visits: referral.home_visits,
        };
        failing(rules, &facts, today)
    }

    fn born_as(&self) -> Option<(NaiveDate, Gender)> {
        let of_case = self.case.map(|case| (case.date_of_birth, *case.gender));
        of_case.or_else(|| self.shared.map(|shared| (shared.date_of_birth, *shared.gender)))
    }
}
