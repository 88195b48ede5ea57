//! Referrals as GraphQL shows them.

mod inputs;
pub mod mutations;
mod parts;
pub mod queries;
mod subscriptions;

use crate::graphql::date::Date;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, Reads, organisation, person, probation_case, reads_columns, referral, sentence, service};
use rules::referrals::{Situation, available};
use rules::terms::{DeclineReason, EndReason, Purchaser, ReferralAction, ReferralStatus, Urgency};

use super::{eligibility, reads, service as acts};
use crate::cases::graphql::{Case, Sentence};
use crate::cases::reads as cases;
use crate::charges::graphql::{Charge, Charges, ReferralPrice};
use crate::charges::reads as charges;
use crate::directory::graphql::Service;
use crate::directory::reads as directory;
use crate::eligibility::graphql::{Override, UnmetCriterion};
use crate::eligibility::reads::overrides;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::cut::{Cut, cut};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::paging::{asked_of_nodes, place};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::{NamedPerson, Organisation};
use crate::organisations::reads as organisations;
use crate::outcomes::graphql::{DesiredOutcome, EndReport, Measure, MeasureChange, Qualification};
use crate::outcomes::reads as outcomes;
use crate::places::graphql::Place;
use crate::places::reads as places;
use crate::sessions::graphql::{AttendanceTotals, Session};
use crate::sessions::reads as sessions;
use crate::store::Beside;
use crate::store::kin::{Member, ToMany, ToOne};
use crate::variations::graphql::Variation;
use crate::variations::reads as variations;
use crate::{beside, keyed};

pub use inputs::*;
pub use mutations::ReferralsMutation;
pub use parts::*;
pub use queries::ReferralsQuery;
pub use subscriptions::{ReferralChange, ReferralsSubscription};

type ReferralId = Id<referral::Entity>;

/// A referral with what was read for it.
#[derive(Clone)]
pub struct Referral(pub Member<referral::Model, ReferralKin>);

/// What hangs on referrals.
#[derive(Default)]
pub struct ReferralKin {
    case: ToOne<Id<probation_case::Entity>, Case>,
    sentence: ToOne<Id<sentence::Entity>, Sentence>,
    service: ToOne<Id<service::Entity>, Service>,
    provider: ToOne<Id<organisation::Entity>, Organisation>,
    holder: ToOne<Id<organisation::Entity>, Organisation>,
    referred_by: ToOne<Id<person::Entity>, NamedPerson>,
    worker: ToOne<Id<person::Entity>, NamedPerson>,
    desired_outcomes: ToMany<ReferralId, DesiredOutcome>,
    items: ToMany<ReferralId, Item>,
    assignments: ToMany<ReferralId, Assignment>,
    questions: ToMany<ReferralId, Question>,
    amendments: ToMany<ReferralId, Amendment>,
    notes: ToMany<ReferralId, Note>,
    suitability_meetings: ToMany<ReferralId, SuitabilityMeeting>,
    sessions: ToMany<ReferralId, Session>,
    charges: ToMany<ReferralId, Charge>,
    variations: ToMany<ReferralId, Variation>,
    measures: ToMany<ReferralId, Measure>,
    measure_changes: ToMany<ReferralId, MeasureChange>,
    qualifications: ToMany<ReferralId, Qualification>,
    end_report_history: ToMany<ReferralId, EndReport>,
    person: ToOne<ReferralId, SharedPerson>,
    price: ToOne<ReferralId, ReferralPrice>,
    end_report: ToOne<ReferralId, EndReport>,
    attendance: ToOne<ReferralId, AttendanceTotals>,
    rar_days_used: ToOne<ReferralId, i32>,
    unmet_criteria: ToMany<ReferralId, UnmetCriterion>,
    places: ToMany<ReferralId, Place>,
    eligibility_overrides: ToMany<ReferralId, Override>,
}

impl Referral {
    fn ids(&self) -> Vec<ReferralId> {
        self.0.rows().iter().map(|row| row.id).collect()
    }
}

impl Node for Referral {
    type Table = referral::Entity;
    type Kin = ReferralKin;
    const BESIDE: &'static [Beside<Self::Kin>] = beside! {
        ReferralKin;
        "service": Service of referral.ServiceId = service.Id => |kin, rows| kin.service.fill(Service::each(rows));
        "provider": Organisation of referral.ProviderId = organisation.Id => |kin, rows| kin.provider.fill(Organisation::each(rows));
        "holder": Organisation of referral.HolderId = organisation.Id => |kin, rows| kin.holder.fill(Organisation::each(rows));
        "referredBy": NamedPerson of referral.ReferredById = named_person.Id => |kin, rows| kin.referred_by.fill(NamedPerson::each(rows));
        "worker": NamedPerson of referral.WorkerId = named_person.Id => |kin, rows| kin.worker.fill(NamedPerson::each(rows));
        "person": SharedPerson of referral.Id = shared_person.ReferralId
            => |kin, rows| kin.person.fill(rows.into_iter().map(|row| (row.referral_id, SharedPerson(row))));
    };
    const READS: &'static [Reads] = Self::READS;
    fn show(member: Member<referral::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A request to a provider to deliver a service to a person. Drafts are seen by the organisation that holds the
/// case and by no provider; a provider's manager sees what was sent to their organisation, its worker what is
/// assigned to them.
#[reads_columns]
#[Object]
impl Referral {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<referral::Entity> {
        self.0.id.into()
    }
    /// A short reference, readable over the telephone: eight characters without look-alikes.
    fn reference(&self) -> &str {
        &self.0.reference
    }
    /// Where it is in its life.
    fn status(&self) -> Shown<ReferralStatus> {
        self.0.status.into()
    }
    /// How soon the provider should answer.
    fn urgency(&self) -> Shown<Urgency> {
        self.0.urgency.into()
    }
    /// Who pays.
    fn purchaser(&self) -> Shown<Purchaser> {
        self.0.purchaser.into()
    }
    /// RAR days set aside for it.
    fn rar_days(&self) -> Option<i32> {
        self.0.rar_days
    }
    /// The licence condition it serves.
    fn licence_condition(&self) -> Option<&str> {
        self.0.licence_condition.as_deref()
    }
    /// Why the person is referred.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// What the provider has to know about risk.
    fn risk_summary(&self) -> &str {
        &self.0.risk_summary
    }
    /// Whether home visits are asked for.
    fn home_visits(&self) -> bool {
        self.0.home_visits
    }
    /// How many units are expected: as it was sent, or as the last variation that was approved says.
    fn expected_units(&self) -> Option<i32> {
        self.0.expected_units
    }
    /// The day (Europe/London) by which the provider should answer.
    fn respond_by(&self) -> Option<Date> {
        self.0.respond_by.map(Date)
    }
    /// Whether it awaits an answer and that day has passed.
    fn respond_by_passed(&self, ctx: &Context<'_>) -> bool {
        let today = store(ctx).today();
        *self.0.status == ReferralStatus::Submitted && self.0.respond_by.is_some_and(|day| day < today)
    }
    /// When it was first submitted.
    fn submitted_at(&self) -> Option<DateTime<Utc>> {
        self.0.submitted_at
    }
    /// When it was accepted or declined.
    fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }
    /// Why it was declined.
    fn decline_reason(&self) -> Option<Shown<DeclineReason>> {
        self.0.decline_reason.map(Shown::from)
    }
    /// Why it ended before completion.
    fn end_reason(&self) -> Option<Shown<EndReason>> {
        self.0.end_reason.map(Shown::from)
    }
    /// The words given with the decline, the withdrawal or the end.
    fn closing_note(&self) -> Option<&str> {
        self.0.closing_note.as_deref()
    }
    /// When it was declined, completed, ended early or withdrawn.
    fn ended_at(&self) -> Option<DateTime<Utc>> {
        self.0.ended_at
    }
    /// The day (Europe/London) from which the provider no longer reads it.
    fn provider_reads_until(&self) -> Option<Date> {
        self.0.provider_reads_until.map(Date)
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When the draft was made.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// When it last changed.
    fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
    /// The case; null for a provider, who sees `person` instead.
    async fn case(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Case>>> {
        let ids = || self.0.rows().iter().map(|row| row.case_id).collect();
        self.0.kin().case.of(&self.0.case_id, || cases::by_ids(store(ctx), ids())).await.in_turn()
    }
    /// The sentence it is made under; null for a provider.
    async fn sentence(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Sentence>>> {
        let id = self.0.sentence_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.sentence_id).collect();
        self.0.kin().sentence.of(&id, || reads::sentences(store(ctx), ids())).await.in_turn()
    }
    /// The service asked for.
    async fn service(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Service>>> {
        let ids = || self.0.rows().iter().map(|row| row.service_id).collect();
        self.0.kin().service.of(&self.0.service_id, || directory::services(store(ctx), ids())).await.in_turn()
    }
    /// The organisation that delivers the service.
    async fn provider(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.provider_id).collect();
        self.0
            .kin()
            .provider
            .of(&self.0.provider_id, || organisations::organisations(store(ctx), ids()))
            .await
            .in_turn()
    }
    /// The organisation that holds the case now.
    async fn holder(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let ids = || self.0.rows().iter().map(|row| row.holder_id).collect();
        self.0
            .kin()
            .holder
            .of(&self.0.holder_id, || organisations::organisations(store(ctx), ids()))
            .await
            .in_turn()
    }
    /// The officer who sent it; of a draft, who wrote it.
    async fn referred_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.referred_by_id);
        self.0
            .kin()
            .referred_by
            .of(&self.0.referred_by_id, || organisations::named(store(ctx), ids()))
            .await
            .in_turn()
    }
    /// The provider's worker it is assigned to.
    async fn worker(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = self.0.worker_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.worker_id);
        self.0.kin().worker.of(&id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// What it shares of the person.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, SharedPerson>>> {
        self.0.kin().person.of(&self.0.id, || reads::people(store(ctx), self.ids())).await.in_turn()
    }
    /// The price it keeps since it was first submitted; null before that, and where it is not yours to see.
    async fn price(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, ReferralPrice>>> {
        self.0.kin().price.of(&self.0.id, || charges::prices_of(store(ctx), self.ids())).await.in_turn()
    }
    /// The end-of-service report that stands.
    async fn end_report(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, EndReport>>> {
        self.0
            .kin()
            .end_report
            .of(&self.0.id, || outcomes::reports_of(store(ctx), self.ids()))
            .await
            .in_turn()
    }
    /// Attendance and absences in numbers.
    async fn attendance(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, AttendanceTotals>>> {
        self.0.kin().attendance.of(&self.0.id, || sessions::absences(store(ctx), self.ids())).await.in_turn()
    }
    /// What should be different afterwards, under each need, with what came of it.
    async fn desired_outcomes(&self, ctx: &Context<'_>) -> Result<Cut<'_, DesiredOutcome>> {
        let load = || outcomes::desired_outcomes_of(store(ctx), self.ids());
        cut(ctx, self.0.kin().desired_outcomes.of(&self.0.id, load).await)
    }
    /// The items supplied because the service requires them.
    async fn items(&self, ctx: &Context<'_>) -> Result<Cut<'_, Item>> {
        cut(ctx, self.0.kin().items.of(&self.0.id, || reads::items(store(ctx), self.ids())).await)
    }
    /// To whom it was assigned, the earliest first.
    async fn assignments(&self, ctx: &Context<'_>) -> Result<Cut<'_, Assignment>> {
        cut(ctx, self.0.kin().assignments.of(&self.0.id, || reads::assignments(store(ctx), self.ids())).await)
    }
    /// The provider's questions, the earliest first.
    async fn questions(&self, ctx: &Context<'_>) -> Result<Cut<'_, Question>> {
        cut(ctx, self.0.kin().questions.of(&self.0.id, || reads::questions(store(ctx), self.ids())).await)
    }
    /// What was amended after it was sent, the earliest first.
    async fn amendments(&self, ctx: &Context<'_>) -> Result<Cut<'_, Amendment>> {
        cut(ctx, self.0.kin().amendments.of(&self.0.id, || reads::amendments(store(ctx), self.ids())).await)
    }
    /// The case notes that you may see, the earliest first.
    async fn notes(&self, ctx: &Context<'_>) -> Result<Cut<'_, Note>> {
        cut(ctx, self.0.kin().notes.of(&self.0.id, || reads::notes(store(ctx), self.ids())).await)
    }
    /// The suitability meetings, the earliest first.
    async fn suitability_meetings(&self, ctx: &Context<'_>) -> Result<Cut<'_, SuitabilityMeeting>> {
        let load = || reads::meetings(store(ctx), self.ids());
        cut(ctx, self.0.kin().suitability_meetings.of(&self.0.id, load).await)
    }
    /// Its sessions, the earliest first.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Cut<'_, Session>> {
        let load = |asked| sessions::of_referrals(store(ctx), self.ids(), asked);
        let asked = (place(ctx), asked_of_nodes(ctx));
        cut(ctx, self.0.kin().sessions.of_asked(&self.0.id, asked, load).await)
    }
    /// The lines of its charges that you may see, the earliest first.
    async fn charges(&self, ctx: &Context<'_>) -> Result<Charges> {
        let all = self.0.kin().charges.of(&self.0.id, || charges::of_referrals(store(ctx), self.ids()));
        cut(ctx, all.await).map(Charges::from)
    }
    /// What was proposed of how many units are expected, with what was decided on it, the earliest first.
    async fn variations(&self, ctx: &Context<'_>) -> Result<Cut<'_, Variation>> {
        let load = || variations::of_referrals(store(ctx), self.ids());
        cut(ctx, self.0.kin().variations.of(&self.0.id, load).await)
    }
    /// The scores taken that stand.
    async fn measures(&self, ctx: &Context<'_>) -> Result<Cut<'_, Measure>> {
        cut(ctx, self.0.kin().measures.of(&self.0.id, || outcomes::measures_of(store(ctx), self.ids())).await)
    }
    /// What changed between start and end, by need and instrument.
    async fn measure_changes(&self, ctx: &Context<'_>) -> Result<&[MeasureChange]> {
        self.0.kin().measure_changes.of(&self.0.id, || outcomes::changes_of(store(ctx), self.ids())).await
    }
    /// The qualifications gained.
    async fn qualifications(&self, ctx: &Context<'_>) -> Result<Cut<'_, Qualification>> {
        let load = || outcomes::qualifications_of(store(ctx), self.ids());
        cut(ctx, self.0.kin().qualifications.of(&self.0.id, load).await)
    }
    /// All end-of-service reports, the superseded ones too, the earliest first.
    async fn end_report_history(&self, ctx: &Context<'_>) -> Result<Cut<'_, EndReport>> {
        let load = || outcomes::report_history_of(store(ctx), self.ids());
        cut(ctx, self.0.kin().end_report_history.of(&self.0.id, load).await)
    }
    /// RAR days used by its own sessions: calendar days (Europe/London) with an attended one, if the service counts.
    async fn rar_days_used(&self, ctx: &Context<'_>) -> Result<i32> {
        let used = self
            .0
            .kin()
            .rar_days_used
            .of(&self.0.id, || sessions::rar_days_used_by(store(ctx), self.ids()))
            .await?;
        Ok(used.copied().unwrap_or_default())
    }
    /// The criteria of the service that the person does not meet today. They refuse a submission and an acceptance;
    /// where they stop holding later they are shown and refuse nothing. Empty once the referral has ended. Those
    /// who deliver see the criteria that ask for what the referral shares.
    async fn unmet_criteria(&self, ctx: &Context<'_>) -> Result<&[UnmetCriterion]> {
        let load = async || {
            let unmet = eligibility::unmet_of(store(ctx), self.0.rows()).await?;
            Ok(unmet.into_iter().map(|(id, unmet)| (id, UnmetCriterion(unmet))).collect())
        };
        self.0.kin().unmet_criteria.of(&self.0.id, load).await
    }
    /// The place in a cohort that it has, is offered, or waits for; null where there is none.
    async fn place(&self, ctx: &Context<'_>) -> Result<Option<&Place>> {
        let of = self.0.kin().places.of(&self.0.id, || places::of_referrals(store(ctx), self.ids()));
        Place::that_stands(store(ctx), of.await?).await
    }
    /// Every place that it had, was offered or waited for, in the order in which they were sought.
    async fn place_history(&self, ctx: &Context<'_>) -> Result<Cut<'_, Place>> {
        cut(ctx, self.0.kin().places.of(&self.0.id, || places::of_referrals(store(ctx), self.ids())).await)
    }
    /// The criteria that a team manager set aside for it, in the order in which that was done: for those who keep
    /// the case, and inspectors. Nobody else sees any.
    async fn eligibility_overrides(&self, ctx: &Context<'_>) -> Result<Cut<'_, Override>> {
        let load = || overrides(store(ctx), self.ids());
        cut(ctx, self.0.kin().eligibility_overrides.of(&self.0.id, load).await)
    }
    /// What you can do with it now, by the same rules that decide when you do it.
    async fn available_actions(&self, ctx: &Context<'_>) -> Result<Vec<Shown<ReferralAction>>> {
        let kin = self.0.kin();
        let store = store(ctx);
        let ids = || self.0.rows().iter().map(|row| row.service_id).collect();
        let service = kin.service.of(&self.0.service_id, || directory::services(store, ids())).await?;
        let meetings = kin.suitability_meetings.of(&self.0.id, || reads::meetings(store, self.ids())).await?;
        let report = kin.end_report.of(&self.0.id, || outcomes::reports_of(store, self.ids())).await?;
        let furthest = meetings.iter().map(|one| acts::side::meeting(&one.0, store.now())).max();
        let situation = Situation {
            status: *self.0.status,
            needs_suitability_meeting: service.is_some_and(|service| service.0.needs_suitability_meeting),
            suitability: acts::side::found(meetings.iter().map(|meeting| &*meeting.0)),
            meeting: furthest.unwrap_or_default(),
            has_worker: self.0.worker_id.is_some(),
            end_report_submitted: report.is_some(),
            paperwork_over: acts::side::paperwork_over(&self.0, store.policy(), store.today()),
        };
        let capacities = acts::side::capacities(store.scope(), &self.0);
        Ok(available(&situation, &capacities).into_iter().map(Shown).collect())
    }
}

keyed!(Referral);
