//! What belongs to a referral.

use crate::graphql::date::Date;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{
    Id, person, reads_columns, referral_amendment, referral_assignment, referral_item, referral_note,
    referral_question,
};
use entity::{shared_person, suitability_meeting};
use rules::terms::{Gender, RequiredItem, RiskLevel, Suitability};

use crate::error::Result;
use crate::graphql::act::store;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads as organisations;
use crate::store::kin::{Member, ToOne};

/// What a referral shares of a person.
pub struct SharedPerson(pub shared_person::Model);

/// What a referral shares of the person with its provider. It follows the case while the referral is open and
/// stays as it was when the referral ends.
#[reads_columns]
#[Object]
impl SharedPerson {
    /// The CRN.
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
    /// The name of the LDU.
    fn ldu(&self) -> Option<&str> {
        self.0.ldu.as_deref()
    }
    /// Risk of serious harm.
    fn risk_of_serious_harm(&self) -> Option<Shown<RiskLevel>> {
        self.0.risk_of_serious_harm.map(Shown::from)
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
    /// Faith and observance that appointments have to respect.
    fn faith(&self) -> Option<&str> {
        self.0.faith.as_deref()
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
    /// The name of the responsible officer.
    fn officer_name(&self) -> Option<&str> {
        self.0.officer_name.as_deref()
    }
    /// The work address of the responsible officer.
    fn officer_email(&self) -> Option<&str> {
        self.0.officer_email.as_deref()
    }
}

/// People named on what belongs to a referral.
#[derive(Default)]
pub struct PartKin {
    first: ToOne<Id<person::Entity>, NamedPerson>,
    second: ToOne<Id<person::Entity>, NamedPerson>,
}

/// An item supplied with a referral because the service requires it.
pub struct Item(pub Member<referral_item::Model, PartKin>);

/// An item supplied with a referral because the service requires it.
#[Object]
impl Item {
    /// Its identifier.
    fn id(&self) -> GlobalId<referral_item::Entity> {
        self.0.id.into()
    }
    /// What it is.
    fn item(&self) -> Shown<RequiredItem> {
        self.0.item.into()
    }
    /// Where the document is, or its reference.
    fn document(&self) -> &str {
        &self.0.document
    }
    /// Who supplied it.
    async fn supplied_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.supplied_by_id);
        self.0
            .kin()
            .first
            .of(&self.0.supplied_by_id, || organisations::named(store(ctx), ids()))
            .await
            .in_turn()
    }
    /// When it was supplied.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A period in which a worker had a referral.
pub struct Assignment(pub Member<referral_assignment::Model, PartKin>);

/// A period in which a worker had a referral.
#[Object]
impl Assignment {
    /// Its identifier.
    fn id(&self) -> GlobalId<referral_assignment::Entity> {
        self.0.id.into()
    }
    /// The worker.
    async fn worker(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.worker_id);
        self.0.kin().first.of(&self.0.worker_id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// Who assigned it.
    async fn assigned_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.assigned_by_id);
        self.0
            .kin()
            .second
            .of(&self.0.assigned_by_id, || organisations::named(store(ctx), ids()))
            .await
            .in_turn()
    }
    /// Why.
    fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }
    /// When it began.
    async fn from_at(&self) -> DateTime<Utc> {
        self.0.from_at
    }
    /// When it ended; null for the present worker.
    fn to_at(&self) -> Option<DateTime<Utc>> {
        self.0.to_at
    }
}

/// A question of the provider before it decides, with its answer.
pub struct Question(pub Member<referral_question::Model, PartKin>);

/// A question of the provider before it decides, with its answer.
#[Object]
impl Question {
    /// Its identifier.
    fn id(&self) -> GlobalId<referral_question::Entity> {
        self.0.id.into()
    }
    /// What the provider asks.
    fn question(&self) -> &str {
        &self.0.question
    }
    /// Who asked.
    async fn asked_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.asked_by_id);
        self.0.kin().first.of(&self.0.asked_by_id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// When.
    fn asked_at(&self) -> DateTime<Utc> {
        self.0.asked_at
    }
    /// What the officer answered.
    fn answer(&self) -> Option<&str> {
        self.0.answer.as_deref()
    }
    /// Who answered.
    async fn answered_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = self.0.answered_by_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.answered_by_id);
        self.0.kin().second.of(&id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// When.
    fn answered_at(&self) -> Option<DateTime<Utc>> {
        self.0.answered_at
    }
    /// Counts the changes; send it with the answer.
    fn version(&self) -> i64 {
        self.0.version
    }
}

/// A change to a referral after it was sent.
pub struct Amendment(pub Member<referral_amendment::Model, PartKin>);

/// A change to a referral after it was sent.
#[Object]
impl Amendment {
    /// Its identifier.
    fn id(&self) -> GlobalId<referral_amendment::Entity> {
        self.0.id.into()
    }
    /// The field that changed.
    fn field(&self) -> &str {
        &self.0.field
    }
    /// Its value before.
    fn old_value(&self) -> Option<&str> {
        self.0.old_value.as_deref()
    }
    /// Its value after.
    fn new_value(&self) -> Option<&str> {
        self.0.new_value.as_deref()
    }
    /// Why.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// Who.
    async fn amended_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.amended_by_id);
        self.0
            .kin()
            .first
            .of(&self.0.amended_by_id, || organisations::named(store(ctx), ids()))
            .await
            .in_turn()
    }
    /// When.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A case note on a referral.
pub struct Note(pub Member<referral_note::Model, PartKin>);

/// A case note on a referral.
#[Object]
impl Note {
    /// Its identifier.
    fn id(&self) -> GlobalId<referral_note::Entity> {
        self.0.id.into()
    }
    /// What it says.
    fn body(&self) -> &str {
        &self.0.body
    }
    /// Whether only the provider's own staff see it.
    fn private(&self) -> bool {
        self.0.private_to_id.is_some()
    }
    /// Who wrote it.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.author_id);
        self.0.kin().first.of(&self.0.author_id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// When.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// A first meeting in which the provider assesses whether its service suits the person.
pub struct SuitabilityMeeting(pub Member<suitability_meeting::Model, PartKin>);

/// A first meeting in which the provider assesses whether its service suits the person.
#[Object]
impl SuitabilityMeeting {
    /// Its identifier.
    fn id(&self) -> GlobalId<suitability_meeting::Entity> {
        self.0.id.into()
    }
    /// When it is to be held.
    fn meets_at(&self) -> DateTime<Utc> {
        self.0.meets_at
    }
    /// Where.
    fn venue(&self) -> Option<&str> {
        self.0.venue.as_deref()
    }
    /// What it found; null until it was held and recorded.
    fn suitability(&self) -> Option<Shown<Suitability>> {
        self.0.suitability.map(Shown::from)
    }
    /// The words to it.
    fn findings(&self) -> Option<&str> {
        self.0.findings.as_deref()
    }
    /// Who arranged it.
    async fn arranged_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.arranged_by_id);
        self.0
            .kin()
            .first
            .of(&self.0.arranged_by_id, || organisations::named(store(ctx), ids()))
            .await
            .in_turn()
    }
    /// Who recorded what it found.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let id = self.0.recorded_by_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.recorded_by_id);
        self.0.kin().second.of(&id, || organisations::named(store(ctx), ids())).await.in_turn()
    }
    /// When.
    fn recorded_at(&self) -> Option<DateTime<Utc>> {
        self.0.recorded_at
    }
    /// Counts the changes; send it with the next change.
    fn version(&self) -> i64 {
        self.0.version
    }
}

keyed!(Item, Assignment, Question, Amendment, Note, SuitabilityMeeting);
