//! What somebody should get.

use async_graphql::{Context, Object};
use chrono::NaiveDate;
use rules::recommendation::NeedStanding;
use rules::terms::Need;

use super::why::Why;
use crate::directory::graphql::Service;
use crate::eligibility::graphql::Eligibility;
use crate::eligibility::reads::Bare;
use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::cut::{Cut, cut};
use crate::graphql::date::Date;
use crate::graphql::shown::Shown;
use crate::recommendations::reads::Ranked;
use crate::recommendations::standings::Stands;
use crate::recommendations::summary::{self, Named};
use crate::referrals::graphql::Referral;

/// What somebody should get.
pub struct Recommendations {
    /// The day (Europe/London) that the answer is for.
    pub on: NaiveDate,
    /// Whom it is about; none where it was asked on bare facts.
    pub named: Option<Named>,
    /// What is known of them.
    pub facts: Bare,
    /// The assessed needs.
    pub needs: Vec<Stands>,
    /// The services, the best first.
    pub services: Vec<Ranked>,
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
    /// A summary for a sentencer, to print on one page: content, suitability, availability and cost of the first five of
    /// `services`. A whole HTML document in UTF-8, with its style and without scripts, which loads nothing. It names the
    /// person of a case; on bare facts it names nobody. Show it in a frame (`srcdoc`, with `sandbox`), or save it as a file.
    async fn summary(&self, ctx: &Context<'_>) -> Result<String> {
        summary::page(store(ctx), self).await
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
    /// What stands against it. What was delivered under a sentence that is over stands against it no longer.
    fn standing(&self) -> Shown<NeedStanding> {
        self.0.standing.into()
    }
    /// The referrals of the case that are for it, as far as you see them, drafts and ended ones among them.
    fn referrals(&self, ctx: &Context<'_>) -> Result<Cut<'_, Referral>> {
        cut(ctx, Ok(&self.0.referrals))
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
    /// Whether it can be used, or every reason why not.
    fn eligibility(&self) -> &Eligibility {
        &self.0.eligibility
    }
    /// Why it stands where it does, part by part.
    fn why(&self) -> Why<'_> {
        Why(self.0)
    }
}
