//! The end-of-service report and the outcomes that it rates.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, desired_outcome, end_report, end_report_outcome, person, referral};
use rules::terms::{Need, OutcomeResult};

use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads::named;
use crate::outcomes::reads;
use crate::referrals::graphql::Referral;
use crate::referrals::reads::referrals;
use crate::store::kin::{Member, ToMany, ToOne};

/// A desired outcome with what was read for it.
pub struct DesiredOutcome(pub Member<desired_outcome::Model, DesiredOutcomeKin>);

/// What hangs on desired outcomes.
#[derive(Default)]
pub struct DesiredOutcomeKin {
    result: ToOne<Id<desired_outcome::Entity>, OutcomeResult>,
}

impl Node for DesiredOutcome {
    type Table = desired_outcome::Entity;
    type Kin = DesiredOutcomeKin;
    fn show(member: Member<desired_outcome::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// An outcome that a referral asks for, under a need.
#[Object]
impl DesiredOutcome {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<desired_outcome::Entity> {
        self.0.id.into()
    }
    /// The need that it answers.
    fn need(&self) -> Shown<Need> {
        self.0.need.into()
    }
    /// What should be different afterwards.
    fn description(&self) -> &str {
        &self.0.description
    }
    /// How far it was reached, by the end-of-service report that stands; null while there is none.
    async fn result(&self, ctx: &Context<'_>) -> Option<Result<Shown<OutcomeResult>>> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        let found = self.0.kin().result.of(&self.0.id, || reads::results(store(ctx), ids())).await;
        found.map(|result| result.copied().map(Shown)).transpose()
    }
}

/// A report with what was read for it.
#[derive(Clone)]
pub struct EndReport(pub Member<end_report::Model, EndReportKin>);

/// What hangs on reports.
#[derive(Default)]
pub struct EndReportKin {
    referral: ToOne<Id<referral::Entity>, Referral>,
    author: ToOne<Id<person::Entity>, NamedPerson>,
    outcomes: ToMany<Id<end_report::Entity>, ReportedOutcome>,
    corrected: ToOne<Id<end_report::Entity>, EndReport>,
}

impl Node for EndReport {
    type Table = end_report::Entity;
    type Kin = EndReportKin;
    fn show(member: Member<end_report::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// The end-of-service report of a referral. It is never edited: a later one supersedes it.
#[Object]
impl EndReport {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<end_report::Entity> {
        self.0.id.into()
    }
    /// What was delivered and what changed.
    fn summary(&self) -> &str {
        &self.0.summary
    }
    /// What should follow; null where nothing was said.
    fn further_work(&self) -> Option<&str> {
        self.0.further_work.as_deref()
    }
    /// When it was submitted.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// When a later report replaced it; null while it stands.
    fn superseded_at(&self) -> Option<DateTime<Utc>> {
        self.0.superseded_at
    }
    /// Why it replaces the earlier report; null unless it does.
    fn correction_reason(&self) -> Option<&str> {
        self.0.correction_reason.as_deref()
    }
    /// The result of each outcome that the referral desired, in the order in which they were reported.
    async fn outcomes(&self, ctx: &Context<'_>) -> Result<&[ReportedOutcome]> {
        let ids = || self.0.rows().iter().map(|row| row.id).collect();
        self.0.kin().outcomes.of(&self.0.id, || reads::reported_outcomes(store(ctx), ids())).await
    }
    /// The referral on which it reports.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Referral>>> {
        let ids = || self.0.rows().iter().map(|row| row.referral_id).collect();
        let found = self.0.kin().referral.of(&self.0.referral_id, || referrals(store(ctx), ids()));
        found.await.in_turn()
    }
    /// Who submitted it.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.author_id);
        self.0.kin().author.of(&self.0.author_id, || named(store(ctx), ids())).await.in_turn()
    }
    /// The earlier report that it replaces; null unless it does.
    async fn supersedes(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, EndReport>>> {
        let id = self.0.supersedes_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.supersedes_id).collect();
        self.0.kin().corrected.of(&id, || reads::reports_by_id(store(ctx), ids())).await.in_turn()
    }
}

/// A rated outcome with what was read for it.
pub struct ReportedOutcome(pub Member<end_report_outcome::Model, ReportedOutcomeKin>);

/// What hangs on rated outcomes.
#[derive(Default)]
pub struct ReportedOutcomeKin {
    desired: ToOne<Id<desired_outcome::Entity>, DesiredOutcome>,
}

/// How far a desired outcome was reached, by an end-of-service report.
#[Object]
impl ReportedOutcome {
    /// The outcome that the referral asked for.
    async fn desired_outcome(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, DesiredOutcome>>> {
        let ids = || self.0.rows().iter().map(|row| row.desired_outcome_id).collect();
        let id = &self.0.desired_outcome_id;
        self.0.kin().desired.of(id, || reads::desired_outcomes_by_id(store(ctx), ids())).await.in_turn()
    }
    /// How far it was reached.
    fn result(&self) -> Shown<OutcomeResult> {
        self.0.result.into()
    }
    /// The words to it; null where nothing was said.
    fn comment(&self) -> Option<&str> {
        self.0.comment.as_deref()
    }
}

keyed!(DesiredOutcome, EndReport);
