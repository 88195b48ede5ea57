//! Questions of what somebody should get.

use std::collections::HashSet;

use async_graphql::{Context, InputObject, Object};
use entity::{Id, probation_case};
use rules::Term as _;
use rules::recommendation::{Commitment, Kept, NeedStanding};
use rules::terms::Need;

use super::types::Recommendations;
use crate::eligibility::graphql::{CaseFactsInput, ReferralFactsInput, bare, supposed};
use crate::eligibility::reads::facts_of;
use crate::error::{Fault, Result};
use crate::graphql::act::store;
use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;
use crate::recommendations::reads::{self, Sought};
use crate::recommendations::standings::{Stands, standings};
use crate::recommendations::summary::Named;
use crate::store::Store;

/// How many services are recommended at most.
const MOST: usize = 50;

/// What limits when somebody who is not named can come.
#[derive(InputObject, Default)]
pub struct CommitmentsInput {
    /// Whether the person works, by day from Monday to Friday.
    #[graphql(default)]
    pub work: bool,
    /// Whether the person cares for children.
    #[graphql(default)]
    pub childcare: bool,
    /// Whether faith and observance set times apart.
    #[graphql(default)]
    pub faith: bool,
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
        #[graphql(desc = "What limits when the person can come.")] commitments: Option<CommitmentsInput>,
        #[graphql(desc = "So many services, 50 at most.", default = 20)] most: i32,
    ) -> Option<Result<Recommendations>> {
        Some(on_facts(store(ctx), facts, needs, commitments.unwrap_or_default(), most).await)
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
    let needs = standings(store, &case).await?;
    let nothing = needs.iter().filter(|it| it.standing == NeedStanding::Nothing);
    let sought = Sought {
        facts,
        needs: needs.iter().map(|it| it.need).collect(),
        open: nothing.map(|it| it.need).collect(),
        ldu: case.ldu_id,
        kept: kept(&case),
    };
    let services = reads::ranked(store, &sought, most).await?;
    let named = Named { crn: case.crn, name: format!("{} {}", case.given_names, case.family_name) };
    Ok(Recommendations { on: store.today(), named: Some(named), facts: sought.facts, needs, services })
}

/// What limits when the person of a case can come.
fn kept(case: &probation_case::Model) -> Vec<Kept> {
    let said = [
        (Commitment::Work, &case.work_commitments),
        (Commitment::Childcare, &case.childcare),
        (Commitment::Faith, &case.faith),
    ];
    let each = said.into_iter();
    each.filter_map(|(what, words)| Some(Kept { what, words: words.clone()? })).collect()
}

async fn on_facts(
    store: &Store,
    facts: CaseFactsInput,
    needs: Vec<Shown<Need>>,
    commitments: CommitmentsInput,
    most: i32,
) -> Result<Recommendations> {
    let most = bounded(most)?;
    let ldu = facts.ldu_id.map(|id| id.0);
    let facts = bare(store, facts).await?;
    let open: HashSet<_> = needs.iter().map(|need| need.0).collect();
    let needs: Vec<_> = Need::ALL.iter().copied().filter(|need| open.contains(need)).collect();
    let stands = |need: &Need| Stands { need: *need, standing: NeedStanding::Nothing, referrals: Vec::new() };
    let standings = needs.iter().map(stands).collect();
    let said = [
        (Commitment::Work, commitments.work),
        (Commitment::Childcare, commitments.childcare),
        (Commitment::Faith, commitments.faith),
    ];
    let kept = said.into_iter().filter(|(_, is)| *is);
    let kept = kept.map(|(what, _)| Kept { what, words: String::new() }).collect();
    let sought = Sought { facts, needs, open, ldu, kept };
    let services = reads::ranked(store, &sought, most).await?;
    Ok(Recommendations { on: store.today(), named: None, facts: sought.facts, needs: standings, services })
}
