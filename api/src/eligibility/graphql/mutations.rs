//! Exceptions.

use async_graphql::{Context, Object};
use rules::directory::EligibilityRefusal;

use super::inputs::OverrideEligibilityInput;
use crate::eligibility::service;
use crate::error::Result;
use crate::graphql::act::mutate;
use crate::payloads;
use crate::referrals::graphql::Referral;

payloads! {
    EligibilityRefusal;
    OverrideEligibilityPayload { referral: Referral }
}

/// Changes of this room.
#[derive(Default)]
pub struct EligibilityMutation;

#[Object]
impl EligibilityMutation {
    /// Sets criteria aside for one draft, with a reason: its submission then passes over exactly these. The
    /// exception stays on the referral, for those who keep the case. Roles: TEAM_MANAGER.
    async fn override_eligibility(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: OverrideEligibilityInput,
    ) -> Result<OverrideEligibilityPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::override_eligibility(write, input))).await?;
        OverrideEligibilityPayload::answer(ctx, done).await
    }
}
