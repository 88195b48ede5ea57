//! Recommendations as GraphQL shows them.

use std::collections::HashSet;

use async_graphql::{Context, Object};
use chrono::NaiveDate;
use entity::{Id, probation_case};
use rules::recommendation::NeedStanding;
use rules::terms::{AreaReach, Need};

use super::reads::{self, Ranked, Sought, Stands};
use crate::directory::graphql::Service;
use crate::eligibility::graphql::{CaseFactsInput, Eligibility, ReferralFactsInput, bare, supposed};
use crate::eligibility::reads::facts_of;
use crate::error::{Fault, Result};
use crate::graphql::act::store;
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::money::Pence;
use crate::graphql::shown::Shown;
use crate::referrals::graphql::Referral;
use crate::store::Store;

/// How many services are recommended at most.
const MOST: usize = 50;

/// What somebody should get.
pub struct Recommendations {
    on: NaiveDate,
    needs: Vec<Stands>,
    services: Vec<Ranked>,
}

/// What somebody should get: the assessed needs with what stands against each, and the services that fit.
#[Object]
impl Recommendations {
    /// The day (Europe/London) that the answer is for: today.
    fn on(&self) -> Date {
        self.on.into()
    }
    /// The assessed needs, and what stands against each.
    fn needs(&self) -> Vec<AssessedNeed<'_>> {
        self.needs.iter().map(AssessedNeed).collect()
    }
    /// The services of the rate card that work on any of the needs, the best fit first. Who cannot be referred today
    /// is told why: these come last.
    fn services(&self) -> Vec<Recommendation<'_>> {
        self.services.iter().map(Recommendation).collect()
    }
}

/// An assessed need.
pub struct AssessedNeed<'a>(&'a Stands);

/// An assessed need, and what stands against it.
#[Object]
impl AssessedNeed<'_> {
    /// The need.
    fn need(&self) -> Shown<Need> {
        self.0.need.into()
    }
    /// What stands against it.
    fn standing(&self) -> Shown<NeedStanding> {
        self.0.standing.into()
    }
    /// The referrals of the case that are for it, as far as you see them, drafts and ended ones among them.
    fn referrals(&self) -> &[Referral] {
        &self.0.referrals
    }
}

/// A service that is recommended.
pub struct Recommendation<'a>(&'a Ranked);

/// A service that works on somebody's needs, with how it fits.
#[Object]
impl Recommendation<'_> {
    /// The service.
    fn service(&self) -> &Service {
        &self.0.service
    }
    /// The assessed needs that it works on.
    fn needs(&self) -> Vec<Shown<Need>> {
        self.0.fit.needs.iter().copied().map(Shown).collect()
    }
    /// Those of them against which nothing stands yet.
    fn open_needs(&self) -> Vec<Shown<Need>> {
        self.0.fit.open_needs.iter().copied().map(Shown).collect()
    }
    /// Whether it can be used, or every reason why not.
    fn eligibility(&self) -> &Eligibility {
        &self.0.eligibility
    }
    /// How well the person reaches it; null where it does not serve the area.
    fn reach(&self) -> Option<Shown<AreaReach>> {
        self.0.fit.reach.map(Shown)
    }
    /// Whether it is delivered at times that fit work and childcare; null where neither is recorded, or its times are
    /// not said. Faith and observance are in the case's own words: read them beside its days.
    fn times_fit(&self) -> Option<bool> {
        self.0.fit.times_fit
    }
    /// Whether the RAR days that are left suffice for its usual length; null where it takes none.
    fn rar_days_suffice(&self) -> Option<bool> {
        self.0.fit.rar_days_suffice
    }
    /// What it usually costs who would pay, in pence: its price today for as many units as a person usually receives.
    /// Null where there is no price that you may see.
    fn usual_cost_pence(&self) -> Option<Pence> {
        self.0.fit.cost.map(Pence)
    }
    /// Why it stands where it does, as sentences.
    fn why(&self) -> Vec<String> {
        self.0.fit.why()
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct RecommendationsQuery;

#[Object]
impl RecommendationsQuery {
    /// What the person of a case should get: assessed needs with what stands against each, and the services that fit,
    /// the best first. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, AUDITOR.
    async fn recommendations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The case.")] case: GlobalId<probation_case::Entity>,
        #[graphql(desc = "How a referral would be made.")] referral: Option<ReferralFactsInput>,
        #[graphql(desc = "So many services, 50 at most.", default = 20)] most: i32,
    ) -> Option<Result<Recommendations>> {
        Some(for_case(store(ctx), case.0, referral.unwrap_or_default(), most).await)
    }

    /// What somebody with these facts and needs should get, for a proposal to a court: nobody is named, and nothing
    /// is kept. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, AUDITOR.
    async fn recommendations_on_facts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is known of the person.")] facts: CaseFactsInput,
        #[graphql(desc = "The needs that were assessed.")] needs: Vec<Shown<Need>>,
        #[graphql(desc = "So many services, 50 at most.", default = 20)] most: i32,
    ) -> Option<Result<Recommendations>> {
        Some(on_facts(store(ctx), facts, needs, most).await)
    }
}

fn bounded(most: i32) -> Result<usize> {
    let most = usize::try_from(most).ok().filter(|most| (1..=MOST).contains(most));
    most.ok_or_else(|| Fault::bad_input(format!("most: give a number from 1 to {MOST}.")))
}

async fn for_case(
    store: &Store,
    case: Id<probation_case::Entity>,
    referral: ReferralFactsInput,
    most: i32,
) -> Result<Recommendations> {
    let most = bounded(most)?;
    let case = store.find::<probation_case::Entity>().get(case).await?;
    let facts = facts_of(store, &case, supposed(referral)).await?;
    let needs = reads::standings(store, &case).await?;
    let nothing = needs.iter().filter(|it| it.standing == NeedStanding::Nothing);
    let sought = Sought {
        facts,
        needs: needs.iter().map(|it| it.need).collect(),
        open: nothing.map(|it| it.need).collect(),
        ldu: case.ldu_id,
        tied: case.work_commitments.is_some() || case.childcare.is_some(),
    };
    let services = reads::ranked(store, &sought, most).await?;
    Ok(Recommendations { on: store.today(), needs, services })
}

async fn on_facts(
    store: &Store,
    facts: CaseFactsInput,
    needs: Vec<Shown<Need>>,
    most: i32,
) -> Result<Recommendations> {
    let most = bounded(most)?;
    let ldu = facts.ldu_id.map(|id| id.0);
    let facts = bare(store, facts).await?;
    let open: HashSet<_> = needs.iter().map(|need| need.0).collect();
    let needs: Vec<_> = {
        use rules::Term as _;
        Need::ALL.iter().copied().filter(|need| open.contains(need)).collect()
    };
    let stands = |need: &Need| Stands { need: *need, standing: NeedStanding::Nothing, referrals: Vec::new() };
    let standings = needs.iter().map(stands).collect();
    let services = reads::ranked(store, &Sought { facts, needs, open, ldu, tied: false }, most).await?;
    Ok(Recommendations { on: store.today(), needs: standings, services })
}
