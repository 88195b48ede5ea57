//! Questions of eligibility.

use async_graphql::{Context, Object};
use entity::{Identified as _, ldu, probation_case, service};
use rules::directory::{Age, Assessed, RarDays, bases, unavailable};
use rules::text::{SHORT_TEXT, check};

use super::inputs::{CaseFactsInput, ReferralFactsInput, SuitabilityFactInput};
use super::types::Eligibility;
use crate::directory::facts::{said, stated};
use crate::directory::graphql::Service;
use crate::eligibility::reads::{self, Bare, Supposed};
use crate::error::{Fault, Result};
use crate::graphql::act::{Node, store};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;
use crate::store::Store;

/// Reads of this room.
#[derive(Default)]
pub struct EligibilityQuery;

#[Object]
impl EligibilityQuery {
    /// Whether the person of a case can be referred to a service: yes, or every reason why not. The same check runs
    /// at submission. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, AUDITOR.
    async fn eligibility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The service.")] service: GlobalId<service::Entity>,
        #[graphql(desc = "The case.")] case: GlobalId<probation_case::Entity>,
        #[graphql(desc = "How the referral would be made.")] referral: Option<ReferralFactsInput>,
        #[graphql(desc = "The day (Europe/London); today unless said.")] on: Option<Date>,
    ) -> Option<Result<Eligibility>> {
        Some(of_case(store(ctx), service, case, referral.unwrap_or_default(), on).await)
    }

    /// Whether somebody with these facts could be referred to a service: yes, or every reason why not. Nobody is
    /// named, and nothing is kept: for proposals to a court before personal data is shared. Roles:
    /// RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, PROVIDER_MANAGER, RATE_CARD_ADMINISTRATOR,
    /// CONTRACT_MANAGER, AUDITOR.
    async fn eligibility_on_facts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The service.")] service: GlobalId<service::Entity>,
        #[graphql(desc = "What is known of the person.")] facts: CaseFactsInput,
        #[graphql(desc = "The day (Europe/London); today unless said.")] on: Option<Date>,
    ) -> Option<Result<Eligibility>> {
        Some(on_facts(store(ctx), service, facts, on).await)
    }
}

async fn of_case(
    store: &Store,
    service: GlobalId<service::Entity>,
    case: GlobalId<probation_case::Entity>,
    referral: ReferralFactsInput,
    on: Option<Date>,
) -> Result<Eligibility> {
    let case = store.find::<probation_case::Entity>().get(case.0).await?;
    let facts = reads::facts_of(store, &case, supposed(referral)).await?;
    judged(store, service, &facts, on).await
}

/// How a referral would be made, as a client supposes it.
pub fn supposed(referral: ReferralFactsInput) -> Supposed {
    Supposed {
        sentence: referral.sentence_id.map(|id| id.0),
        purchaser: referral.purchaser.map(|shown| shown.0),
        items: referral.items.into_iter().map(|item| item.0).collect(),
        home_visits: referral.home_visits,
    }
}

async fn on_facts(
    store: &Store,
    service: GlobalId<service::Entity>,
    facts: CaseFactsInput,
    on: Option<Date>,
) -> Result<Eligibility> {
    let facts = bare(store, facts).await?;
    judged(store, service, &facts, on).await
}

async fn judged(
    store: &Store,
    service: GlobalId<service::Entity>,
    facts: &Bare,
    on: Option<Date>,
) -> Result<Eligibility> {
    let on = reads::day(store, on.map(|day| day.0))?;
    let service = Service::load(store, service.0).await?;
    let failing = reads::failing_at(store, service.0.rows(), &facts.facts(), on).await?;
    let stated: Vec<_> = stated(store, vec![service.0.id]).await?.iter().map(said).collect();
    let unavailable = unavailable(&stated, facts.purchaser, &facts.bases, on);
    Ok(Eligibility {
        service,
        on,
        unavailable,
        failing: failing.into_iter().map(|(_, failing)| failing).collect(),
    })
}

/// The most assessments that a client supposes at once.
const MOST_ASSESSED: usize = 20;

/// What assessments found, as a client supposes it: one for each programme.
async fn assessed(store: &Store, input: Vec<SuitabilityFactInput>) -> Result<Vec<Assessed>> {
    if input.len() > MOST_ASSESSED {
        return Err(Fault::bad_input(format!("suitability: give {MOST_ASSESSED} assessments at most.")));
    }
    if input.is_empty() {
        return Ok(Vec::new());
    }
    let services = store.find::<service::Entity>().by_ids(input.iter().map(|one| one.service_id.0)).await?;
    let mut found = Vec::with_capacity(input.len());
    for (at, one) in input.iter().enumerate() {
        if input[..at].iter().any(|earlier| earlier.service_id.0 == one.service_id.0) {
            let message = format!("suitability.{at}.serviceId: give each programme once.");
            return Err(Fault::bad_input(message));
        }
        let service = services.iter().find(|service| service.id == one.service_id.0);
        let service = service.ok_or_else(|| Fault::not_found(service::Entity::NAME))?;
        found.push(Assessed { programme: service.name.clone(), suitability: one.suitability.0, on: None });
    }
    Ok(found)
}

/// The facts that a client gave, if they can be anybody's.
pub async fn bare(store: &Store, input: CaseFactsInput) -> Result<Bare> {
    let wrong = |field: &str, what: &str| Fault::bad_input(format!("{field}: give {what}."));
    let programme = input.programme.as_deref().map(|text| check(text, SHORT_TEXT, false)).transpose();
    let programme =
        programme.map_err(|problem| Fault::bad_input(format!("programme: {}", problem.message())))?;
    let programme = programme.filter(|name| !name.is_empty());
    let ldu = match input.ldu_id {
        Some(id) => Some(store.find::<ldu::Entity>().get(id.0).await?.name),
        None => None,
    };
    let terms = |list: Vec<Shown<_>>| list.into_iter().map(|shown| shown.0).collect();
    let basis = input.sentence.map(|kind| bases(kind.0, input.rar_days, programme.is_some(), None));
    Ok(Bare {
        assessed: assessed(store, input.suitability).await?,
        bases: basis.unwrap_or_default(),
        purchaser: input.purchaser.0,
        age: match input.age.map(u32::try_from) {
            None => Age::Unknown,
            Some(Ok(years @ 0..=130)) => Age::Years(years),
            Some(_) => return Err(wrong("age", "whole years from 0 to 130")),
        },
        gender: input.gender.map(|shown| shown.0),
        flags: input.flags.map(|flags| flags.into_iter().map(|shown| shown.0).collect()),
        likelihood: input.likelihood_of_reoffending.map(|shown| shown.0),
        risk: input.risk_of_serious_harm.map(|shown| shown.0),
        sentence: input.sentence.map(|shown| shown.0),
        programme,
        rar_days: match input.rar_days {
            None => RarDays::Unknown,
            Some(days @ 0..=1_000) => RarDays::Left(days),
            Some(_) => return Err(wrong("rarDays", "a number of days from 0 to 1,000")),
        },
        ldu,
        items: terms(input.items),
        home_visits: input.home_visits,
    })
}
