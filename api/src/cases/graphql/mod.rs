//! Cases as GraphQL shows them.

pub mod inputs;
pub mod mutations;
mod parts;
pub mod queries;
mod suitability;

use crate::graphql::date::Date;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, Reads, ldu, organisation, person, probation_case, reads_columns};
use rules::terms::{Ethnicity, Flag, Gender, Likelihood, Need, RiskLevel};

use super::suitability::of_cases as suitability_of;
use super::{reads, service};
use crate::beside;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::cut::{Cut, cut};
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::paging::{asked_of_nodes, place};
use crate::graphql::shown::Shown;
use crate::organisations::graphql::{Ldu, NamedPerson, Organisation};
use crate::organisations::reads as organisations;
use crate::referrals::graphql::Referral;
use crate::referrals::reads as referrals;
use crate::sessions::reads as sessions;
use crate::store::Beside;
use crate::store::kin::{Member, ToMany, ToOne};

pub use mutations::CasesMutation;
pub use parts::{Holding, OfficerPeriod, Restriction, Sentence};
pub use queries::CasesQuery;
pub use suitability::ProgrammeSuitability;

type CaseId = Id<probation_case::Entity>;

/// A case with what was read for it.
#[derive(Clone)]
pub struct Case(pub Member<probation_case::Model, CaseKin>);

/// What hangs on cases.
#[derive(Default)]
pub struct CaseKin {
    holder: ToOne<Id<organisation::Entity>, Organisation>,
    ldu: ToOne<Id<ldu::Entity>, Ldu>,
    officer: ToOne<Id<person::Entity>, NamedPerson>,
    needs: ToMany<CaseId, Need>,
    sentences: ToMany<CaseId, Sentence>,
    suitability: ToMany<CaseId, ProgrammeSuitability>,
    officers: ToMany<CaseId, OfficerPeriod>,
    holdings: ToMany<CaseId, Holding>,
    restrictions: ToMany<CaseId, Restriction>,
    referrals: ToMany<CaseId, Referral>,
    rar_days_used: ToOne<CaseId, i32>,
}

impl Case {
    fn ids(&self) -> Vec<CaseId> {
        self.0.rows().iter().map(|row| row.id).collect()
    }
}

impl Node for Case {
    type Table = probation_case::Entity;
    type Kin = CaseKin;
    const BESIDE: &'static [Beside<Self::Kin>] = beside! {
        CaseKin;
        "holder": Organisation of probation_case.HolderId = organisation.Id => |kin, rows| kin.holder.fill(Organisation::each(rows));
        "officer": NamedPerson of probation_case.OfficerId = named_person.Id => |kin, rows| kin.officer.fill(NamedPerson::each(rows));
    };
    const READS: &'static [Reads] = Self::READS;
    fn show(member: Member<probation_case::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A case: one for each person under supervision, by CRN. Seen by the organisation that holds it; a provider
/// sees what a referral shares instead.
#[reads_columns]
#[Object]
impl Case {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<probation_case::Entity> {
        self.0.id.into()
    }
    /// One letter and six digits, from nDelius.
    fn crn(&self) -> &str {
        &self.0.crn
    }
    /// Family name.
    fn family_name(&self) -> &str {
        &self.0.family_name
    }
    /// Given names.
    fn given_names(&self) -> &str {
        &self.0.given_names
    }
    /// Date of birth.
    fn date_of_birth(&self) -> Date {
        self.0.date_of_birth.into()
    }
    /// Gender.
    fn gender(&self) -> Shown<Gender> {
        self.0.gender.into()
    }
    /// Ethnicity, as the person states it.
    fn ethnicity(&self) -> Option<Shown<Ethnicity>> {
        self.0.ethnicity.map(Shown::from)
    }
    /// Faith and observance that appointments have to respect.
    fn faith(&self) -> Option<&str> {
        self.0.faith.as_deref()
    }
    /// Risk of serious harm.
    fn risk_of_serious_harm(&self) -> Option<Shown<RiskLevel>> {
        self.0.risk_of_serious_harm.map(Shown::from)
    }
    /// Likelihood of reoffending.
    fn likelihood_of_reoffending(&self) -> Option<Shown<Likelihood>> {
        self.0.likelihood_of_reoffending.map(Shown::from)
    }
    /// The flags that hold.
    fn flags(&self) -> Vec<Shown<Flag>> {
        service::flags(&self.0).into_iter().map(Shown).collect()
    }
    /// MAPPA level, 1 to 3.
    fn mappa_level(&self) -> Option<i32> {
        self.0.mappa_level
    }
    /// What the person needs to take part.
    fn accessibility(&self) -> Option<&str> {
        self.0.accessibility.as_deref()
    }
    /// Difficulties in reading or writing.
    fn literacy(&self) -> Option<&str> {
        self.0.literacy.as_deref()
    }
    /// The language for which an interpreter is needed.
    fn interpreter_language(&self) -> Option<&str> {
        self.0.interpreter_language.as_deref()
    }
    /// Childcare that limits when the person can come.
    fn childcare(&self) -> Option<&str> {
        self.0.childcare.as_deref()
    }
    /// Work that limits when the person can come.
    fn work_commitments(&self) -> Option<&str> {
        self.0.work_commitments.as_deref()
    }
    /// The gender of worker that the person prefers.
    fn worker_gender_preference(&self) -> Option<Shown<Gender>> {
        self.0.worker_gender_preference.map(Shown::from)
    }
    /// The prison, while the person is in custody.
    fn custody_establishment(&self) -> Option<&str> {
        self.0.custody_establishment.as_deref()
    }
    /// The date of release, where there is one.
    fn release_date(&self) -> Option<Date> {
        self.0.release_date.map(Date)
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
    /// When the person was registered.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// When the case last changed.
    fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
    /// The organisation that holds the case; none until it is allocated.
    async fn holder(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Organisation>>> {
        let id = self.0.holder_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.holder_id).collect();
        self.0.kin().holder.of(&id, || organisations::organisations(store(ctx), ids())).await.in_turn()
    }
    /// The LDU of the holding organisation.
    async fn ldu(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Ldu>>> {
        let id = self.0.ldu_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.ldu_id).collect();
        self.0.kin().ldu.of(&id, || organisations::ldus_by_id(store(ctx), ids())).await.in_turn()
    }
    /// The responsible officer; none until one is named.
    async fn officer(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = self.0.officer_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.officer_id);
        self.0.kin().officer.of(&id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// The needs assessed, by OASys heading.
    async fn needs(&self, ctx: &Context<'_>) -> Result<Vec<Shown<Need>>> {
        let needs = self.0.kin().needs.of(&self.0.id, || reads::needs(store(ctx), self.ids())).await?;
        Ok(needs.iter().copied().map(Shown).collect())
    }
    /// The sentences that the case is on, the latest first.
    async fn sentences(&self, ctx: &Context<'_>) -> Result<Cut<'_, Sentence>> {
        cut(ctx, self.0.kin().sentences.of(&self.0.id, || reads::sentences(store(ctx), self.ids())).await)
    }
    /// What assessments found of the person for programmes, the latest first, those that were superseded among them.
    async fn programme_suitability(&self, ctx: &Context<'_>) -> Result<Cut<'_, ProgrammeSuitability>> {
        let load = || suitability_of(store(ctx), self.ids());
        cut(ctx, self.0.kin().suitability.of(&self.0.id, load).await)
    }
    /// Who was responsible for the case, the present officer first.
    async fn officer_history(&self, ctx: &Context<'_>) -> Result<Cut<'_, OfficerPeriod>> {
        cut(ctx, self.0.kin().officers.of(&self.0.id, || reads::officers(store(ctx), self.ids())).await)
    }
    /// Which organisations held the case, the present holder first.
    async fn holding_history(&self, ctx: &Context<'_>) -> Result<Cut<'_, Holding>> {
        cut(ctx, self.0.kin().holdings.of(&self.0.id, || reads::holdings(store(ctx), self.ids())).await)
    }
    /// Its referrals, drafts too, the latest first.
    async fn referrals(&self, ctx: &Context<'_>) -> Result<Cut<'_, Referral>> {
        let load = |asked| referrals::of_cases(store(ctx), self.ids(), asked);
        let asked = (place(ctx), asked_of_nodes(ctx));
        cut(ctx, self.0.kin().referrals.of_asked(&self.0.id, asked, load).await)
    }
    /// RAR days used: calendar days (Europe/London) with at least one attended session of a service that counts
    /// towards the RAR, over all referrals. The court's maximum stands on the sentence.
    async fn rar_days_used(&self, ctx: &Context<'_>) -> Result<i32> {
        let used = self
            .0
            .kin()
            .rar_days_used
            .of(&self.0.id, || sessions::rar_days_used(store(ctx), self.ids()))
            .await?;
        Ok(used.copied().unwrap_or_default())
    }
    /// To whom the case is open alone, or closed. Only team managers and auditors see it; empty for others.
    async fn restrictions(&self, ctx: &Context<'_>) -> Result<Cut<'_, Restriction>> {
        let load = || reads::restrictions(store(ctx), self.ids());
        cut(ctx, self.0.kin().restrictions.of(&self.0.id, load).await)
    }
}
