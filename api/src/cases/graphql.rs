//! Cases as GraphQL shows them.

use async_graphql::{Context, Object, SimpleObject};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    Id, case_holding, case_officer, case_restriction, ldu, organisation, person, probation_case, sentence,
};
use rules::cases::CaseRefusal;
use rules::terms::{
    AccessRestriction, Ethnicity, Flag, Gender, Grade, Likelihood, Need, RiskLevel, SentenceKind,
};

use super::inputs::*;
use super::{import, reads, service};
use crate::error::Result;
use crate::graphql::act::{Node, UserError, mutate, store};
use crate::graphql::global_id::GlobalId;
use crate::graphql::paging::{Rows, connection, wants_total, window};
use crate::graphql::row_error::RowError;
use crate::graphql::shown::Shown;
use crate::organisations::graphql::{Ldu, NamedPerson, Organisation};
use crate::organisations::reads as organisations;
use crate::payloads;
use crate::store::Store;
use crate::store::kin::{Member, ToMany, ToOne};

type CaseId = Id<probation_case::Entity>;

/// A case with what was read for it.
pub struct Case(pub Member<probation_case::Model, CaseKin>);

/// What hangs on cases.
#[derive(Default)]
pub struct CaseKin {
    holder: ToOne<Id<organisation::Entity>, Organisation>,
    ldu: ToOne<Id<ldu::Entity>, Ldu>,
    officer: ToOne<Id<person::Entity>, NamedPerson>,
    needs: ToMany<CaseId, Need>,
    sentences: ToMany<CaseId, Sentence>,
    officers: ToMany<CaseId, OfficerPeriod>,
    holdings: ToMany<CaseId, Holding>,
    restrictions: ToMany<CaseId, Restriction>,
}

impl Case {
    fn ids(&self) -> Vec<CaseId> {
        self.0.rows().iter().map(|row| row.id).collect()
    }
}

impl Node for Case {
    type Table = probation_case::Entity;
    async fn load(store: &Store, id: CaseId) -> Result<Self> {
        Ok(Self(Member::alone(store.find::<probation_case::Entity>().get(id).await?)))
    }
}

/// A case: one for each person under supervision, by CRN. Seen by the organisation that holds it; a provider
/// sees what a referral shares instead.
#[Object]
impl Case {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<probation_case::Entity> {
        self.0.id.into()
    }
    /// One letter and six digits, from nDelius.
    async fn crn(&self) -> &str {
        &self.0.crn
    }
    /// Family name.
    async fn family_name(&self) -> &str {
        &self.0.family_name
    }
    /// Given names.
    async fn given_names(&self) -> &str {
        &self.0.given_names
    }
    /// Date of birth.
    async fn date_of_birth(&self) -> NaiveDate {
        self.0.date_of_birth
    }
    /// Gender.
    async fn gender(&self) -> Shown<Gender> {
        self.0.gender.into()
    }
    /// Ethnicity, as the person states it.
    async fn ethnicity(&self) -> Option<Shown<Ethnicity>> {
        self.0.ethnicity.map(Shown::from)
    }
    /// Faith and observance that appointments have to respect.
    async fn faith(&self) -> Option<&str> {
        self.0.faith.as_deref()
    }
    /// Risk of serious harm.
    async fn risk_of_serious_harm(&self) -> Option<Shown<RiskLevel>> {
        self.0.risk_of_serious_harm.map(Shown::from)
    }
    /// Likelihood of reoffending.
    async fn likelihood_of_reoffending(&self) -> Option<Shown<Likelihood>> {
        self.0.likelihood_of_reoffending.map(Shown::from)
    }
    /// The flags that hold.
    async fn flags(&self) -> Vec<Shown<Flag>> {
        service::flags(&self.0).into_iter().map(Shown).collect()
    }
    /// MAPPA level, 1 to 3.
    async fn mappa_level(&self) -> Option<i32> {
        self.0.mappa_level
    }
    /// What the person needs to take part.
    async fn accessibility(&self) -> Option<&str> {
        self.0.accessibility.as_deref()
    }
    /// Difficulties in reading or writing.
    async fn literacy(&self) -> Option<&str> {
        self.0.literacy.as_deref()
    }
    /// The language for which an interpreter is needed.
    async fn interpreter_language(&self) -> Option<&str> {
        self.0.interpreter_language.as_deref()
    }
    /// Childcare that limits when the person can come.
    async fn childcare(&self) -> Option<&str> {
        self.0.childcare.as_deref()
    }
    /// Work that limits when the person can come.
    async fn work_commitments(&self) -> Option<&str> {
        self.0.work_commitments.as_deref()
    }
    /// The gender of worker that the person prefers.
    async fn worker_gender_preference(&self) -> Option<Shown<Gender>> {
        self.0.worker_gender_preference.map(Shown::from)
    }
    /// The prison, while the person is in custody.
    async fn custody_establishment(&self) -> Option<&str> {
        self.0.custody_establishment.as_deref()
    }
    /// The date of release, where there is one.
    async fn release_date(&self) -> Option<NaiveDate> {
        self.0.release_date
    }
    /// Counts the changes; send it with the next change.
    async fn version(&self) -> i64 {
        self.0.version
    }
    /// When the person was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// When the case last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }
    /// The organisation that holds the case; none until it is allocated.
    async fn holder(&self, ctx: &Context<'_>) -> Option<Result<&Organisation>> {
        let id = self.0.holder_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.holder_id).collect();
        self.0.kin().holder.of(&id, || organisations::organisations(store(ctx), ids())).await.transpose()
    }
    /// The LDU of the holding organisation.
    async fn ldu(&self, ctx: &Context<'_>) -> Option<Result<&Ldu>> {
        let id = self.0.ldu_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.ldu_id).collect();
        self.0.kin().ldu.of(&id, || organisations::ldus_by_id(store(ctx), ids())).await.transpose()
    }
    /// The responsible officer; none until one is named.
    async fn officer(&self, ctx: &Context<'_>) -> Option<Result<&NamedPerson>> {
        let id = self.0.officer_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.officer_id);
        self.0.kin().officer.of(&id, || organisations::named(store(ctx), ids())).await.transpose()
    }
    /// The needs assessed, by OASys heading.
    async fn needs(&self, ctx: &Context<'_>) -> Result<Vec<Shown<Need>>> {
        let needs = self.0.kin().needs.of(&self.0.id, || reads::needs(store(ctx), self.ids())).await?;
        Ok(needs.iter().copied().map(Shown).collect())
    }
    /// The sentences that the case is on, the latest first.
    async fn sentences(&self, ctx: &Context<'_>) -> Result<&[Sentence]> {
        self.0.kin().sentences.of(&self.0.id, || reads::sentences(store(ctx), self.ids())).await
    }
    /// Who was responsible for the case, the present officer first.
    async fn officer_history(&self, ctx: &Context<'_>) -> Result<&[OfficerPeriod]> {
        self.0.kin().officers.of(&self.0.id, || reads::officers(store(ctx), self.ids())).await
    }
    /// Which organisations held the case, the present holder first.
    async fn holding_history(&self, ctx: &Context<'_>) -> Result<&[Holding]> {
        self.0.kin().holdings.of(&self.0.id, || reads::holdings(store(ctx), self.ids())).await
    }
    /// To whom the case is open alone, or closed. Only team managers and auditors see it; empty for others.
    async fn restrictions(&self, ctx: &Context<'_>) -> Result<&[Restriction]> {
        self.0.kin().restrictions.of(&self.0.id, || reads::restrictions(store(ctx), self.ids())).await
    }
}

/// A sentence.
pub struct Sentence(pub sentence::Model);

/// A sentence that a case is on, with its requirements.
#[Object]
impl Sentence {
    /// Its identifier.
    async fn id(&self) -> GlobalId<sentence::Entity> {
        self.0.id.into()
    }
    /// The kind of sentence.
    async fn kind(&self) -> Shown<SentenceKind> {
        self.0.kind.into()
    }
    /// Its first day.
    async fn starts_on(&self) -> NaiveDate {
        self.0.starts_on
    }
    /// Its last day.
    async fn ends_on(&self) -> Option<NaiveDate> {
        self.0.ends_on
    }
    /// The maximum number of RAR days that the court set; null without a RAR.
    async fn max_rar_days(&self) -> Option<i32> {
        self.0.max_rar_days
    }
    /// The accredited programme that the court required.
    async fn programme(&self) -> Option<&str> {
        self.0.programme.as_deref()
    }
    /// The hours of unpaid work that the court ordered.
    async fn unpaid_work_hours(&self) -> Option<i32> {
        self.0.unpaid_work_hours
    }
}

/// People and organisations named on the history of a case.
#[derive(Default)]
pub struct HistoryKin {
    people: ToOne<Id<person::Entity>, NamedPerson>,
    organisations: ToOne<Id<organisation::Entity>, Organisation>,
}

/// A period of one officer.
pub struct OfficerPeriod(pub Member<case_officer::Model, HistoryKin>);

/// A period in which an officer was responsible for a case.
#[Object]
impl OfficerPeriod {
    /// The responsible officer.
    async fn officer(&self, ctx: &Context<'_>) -> Option<Result<&NamedPerson>> {
        let ids = || self.0.rows().iter().map(|row| row.person_id);
        self.0
            .kin()
            .people
            .of(&self.0.person_id, || organisations::named(store(ctx), ids()))
            .await
            .transpose()
    }
    /// The grade recorded at the allocation.
    async fn grade(&self) -> Option<Shown<Grade>> {
        self.0.grade.map(Shown::from)
    }
    /// Why the case came to this officer.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// When it began.
    async fn from_at(&self) -> DateTime<Utc> {
        self.0.from_at
    }
    /// When it ended; null for the present officer.
    async fn to_at(&self) -> Option<DateTime<Utc>> {
        self.0.to_at
    }
}

/// A period of one holder.
pub struct Holding(pub Member<case_holding::Model, HistoryKin>);

/// A period in which an organisation held a case.
#[Object]
impl Holding {
    /// The organisation.
    async fn organisation(&self, ctx: &Context<'_>) -> Option<Result<&Organisation>> {
        let ids = || self.0.rows().iter().map(|row| row.organisation_id).collect();
        let found = self
            .0
            .kin()
            .organisations
            .of(&self.0.organisation_id, || organisations::organisations(store(ctx), ids()));
        found.await.transpose()
    }
    /// Why the case was allocated there.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// When it began.
    async fn from_at(&self) -> DateTime<Utc> {
        self.0.from_at
    }
    /// When it ended; null for the present holder.
    async fn to_at(&self) -> Option<DateTime<Utc>> {
        self.0.to_at
    }
}

/// A person named on a limited-access case.
pub struct Restriction(pub Member<case_restriction::Model, HistoryKin>);

/// A person to whom a limited-access case is open, or closed.
#[Object]
impl Restriction {
    /// The person named.
    async fn person(&self, ctx: &Context<'_>) -> Option<Result<&NamedPerson>> {
        let ids = || self.0.rows().iter().map(|row| row.person_id);
        self.0
            .kin()
            .people
            .of(&self.0.person_id, || organisations::named(store(ctx), ids()))
            .await
            .transpose()
    }
    /// Open to the people so named alone, or closed to this person.
    async fn kind(&self) -> Shown<AccessRestriction> {
        self.0.kind.into()
    }
    /// Why.
    async fn reason(&self) -> &str {
        &self.0.reason
    }
    /// When it was set.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// Reads of this room.
#[derive(Default)]
pub struct CasesQuery;

#[Object]
impl CasesQuery {
    /// One case, by its identifier or by its CRN. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, AUDITOR.
    async fn case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its identifier.")] id: Option<GlobalId<probation_case::Entity>>,
        #[graphql(desc = "Its CRN: one letter and six digits.")] crn: Option<String>,
    ) -> Option<Result<Case>> {
        Some(service::one(store(ctx), id.map(|id| id.0), crn).await)
    }

    /// The cases that you may see, the newest first: those your organisation holds; for a court officer those
    /// that await allocation. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER, AUDITOR.
    #[allow(clippy::too_many_arguments)]
    async fn cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Words of CRN and name, in any order and case, without accents.")] text: Option<
            String,
        >,
        #[graphql(desc = "Only those of this responsible officer.")] officer: Option<
            GlobalId<person::Entity>,
        >,
        #[graphql(desc = "Only those of this LDU.")] ldu: Option<GlobalId<ldu::Entity>>,
        #[graphql(desc = "Only those of this risk of serious harm.")] risk_of_serious_harm: Option<
            Shown<RiskLevel>,
        >,
        #[graphql(desc = "Only those that await allocation, or only those that do not.")] awaiting_allocation: Option<bool>,
        #[graphql(desc = "The first so many, 100 at most; 25 unless said.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "The last so many, 100 at most.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Result<Rows<Case>> {
        let sought = reads::Sought {
            text,
            officer: officer.map(|id| id.0),
            ldu: ldu.map(|id| id.0),
            risk: risk_of_serious_harm.map(|risk| risk.0),
            awaiting_allocation,
        };
        let page = reads::cases(store(ctx), &sought)
            .page(&reads::NEWEST, &window(first, after, last, before)?)
            .await?;
        let total =
            if wants_total(ctx) { Some(reads::cases(store(ctx), &sought).count().await?) } else { None };
        Ok(connection(page, total, |rows| Member::family(rows).map(Case)))
    }
}

payloads! {
    CaseRefusal;
    RegisterCasePayload { case: Case }
    AllocateCasePayload { case: Case }
    UpdateCasePayload { case: Case }
    RecordSentencePayload { case: Case }
    AssignOfficerPayload { case: Case }
    RestrictCasePayload { case: Case }
    LiftRestrictionPayload { case: Case }
}

/// What an import came to.
#[derive(SimpleObject)]
pub struct ImportCasesPayload {
    /// How many cases were added, or would be.
    created: i32,
    /// How many were changed, or would be.
    updated: i32,
    /// How many stay as they are.
    unchanged: i32,
    /// Every mistake in the file, by line and column. If there is one, nothing was changed.
    row_errors: Vec<RowError>,
    /// Why the rules refused; empty when it was done.
    user_errors: Vec<UserError<CaseRefusal>>,
}

/// Changes of this room.
#[derive(Default)]
pub struct CasesMutation;

#[Object]
impl CasesMutation {
    /// Registers a person at court. The case then awaits allocation. Roles: COURT_OFFICER.
    async fn register_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RegisterCaseInput,
    ) -> Result<RegisterCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::register_case(write, input))).await?;
        RegisterCasePayload::answer(ctx, done).await
    }

    /// Allocates a registered case to the NPS or a CRC, which holds it from then on. `case` is null when the case has left your sight. Roles: COURT_OFFICER.
    async fn allocate_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AllocateCaseInput,
    ) -> Result<AllocateCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::allocate_case(write, input))).await?;
        AllocateCasePayload::answer(ctx, done).await
    }

    /// Changes what is known of a person. Referrals under way share the change with their providers at once. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER.
    async fn update_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: UpdateCaseInput,
    ) -> Result<UpdateCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::update_case(write, input))).await?;
        UpdateCasePayload::answer(ctx, done).await
    }

    /// Records a sentence, or corrects the one of the same kind and first day. Roles: RESPONSIBLE_OFFICER, TEAM_MANAGER, COURT_OFFICER.
    async fn record_sentence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RecordSentenceInput,
    ) -> Result<RecordSentencePayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::record_sentence(write, input))).await?;
        RecordSentencePayload::answer(ctx, done).await
    }

    /// Names the responsible officer; the history is kept. Roles: TEAM_MANAGER.
    async fn assign_officer(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: AssignOfficerInput,
    ) -> Result<AssignOfficerPayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::assign_officer(write, input))).await?;
        AssignOfficerPayload::answer(ctx, done).await
    }

    /// Limits a case to people named, or closes it to one. Roles: TEAM_MANAGER.
    async fn restrict_case(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: RestrictCaseInput,
    ) -> Result<RestrictCasePayload> {
        let done = mutate(ctx, input, |write, input| Box::pin(service::restrict_case(write, input))).await?;
        RestrictCasePayload::answer(ctx, done).await
    }

    /// Takes a person off the list of a limited-access case. Roles: TEAM_MANAGER.
    async fn lift_restriction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: LiftRestrictionInput,
    ) -> Result<LiftRestrictionPayload> {
        let done =
            mutate(ctx, input, |write, input| Box::pin(service::lift_restriction(write, input))).await?;
        LiftRestrictionPayload::answer(ctx, done).await
    }

    /// Imports an extract of the case management system: all rows or none. A repeat changes nothing; a case that
    /// exists is brought up to date. A case never changes its holder by an import. Roles: COURT_OFFICER.
    async fn import_cases(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be done.")] input: ImportCasesInput,
    ) -> Result<ImportCasesPayload> {
        let done = if input.dry_run {
            import::rehearse(store(ctx), &input.csv).await?
        } else {
            mutate(ctx, input, |write, input| Box::pin(import::run(write, input.csv))).await?
        };
        Ok(match done {
            Ok(report) => ImportCasesPayload {
                created: report.created,
                updated: report.updated,
                unchanged: report.unchanged,
                row_errors: report.errors,
                user_errors: Vec::new(),
            },
            Err(refused) => ImportCasesPayload {
                created: 0,
                updated: 0,
                unchanged: 0,
                row_errors: Vec::new(),
                user_errors: UserError::all(refused),
            },
        })
    }
}
