//! Answers of eligibility, and exceptions.

use async_graphql::{Context, Object};
use chrono::{DateTime, NaiveDate, Utc};
use entity::{Id, criterion, eligibility_override, person};
use rules::directory::{ReasonKind, Unavailable, closed};
use rules::terms::CriterionKind;

use crate::directory::graphql::{Criterion, Service};
use crate::directory::reads;
use crate::eligibility::judging::Failing;
use crate::error::Result;
use crate::graphql::act::{Node, store};
use crate::graphql::date::Date;
use crate::graphql::global_id::GlobalId;
use crate::graphql::in_turn::{Found, InTurn};
use crate::graphql::shown::Shown;
use crate::keyed;
use crate::organisations::graphql::NamedPerson;
use crate::organisations::reads::named;
use crate::store::kin::{Member, ToOne};

/// A criterion that is not met.
#[derive(Clone)]
pub struct UnmetCriterion(pub Failing);

/// A criterion of the service, or of its provider, that the person does not meet. One that asks several things is
/// answered once for each that fails.
#[Object]
impl UnmetCriterion {
    /// The criterion that is not met.
    fn criterion_id(&self) -> GlobalId<criterion::Entity> {
        self.0.criterion.into()
    }
    /// What it asks about.
    fn kind(&self) -> Shown<CriterionKind> {
        self.0.unmet.kind.into()
    }
    /// The criterion as people read it: `Age: 18 to 25`.
    fn criterion(&self) -> &str {
        &self.0.unmet.criterion
    }
    /// The fact that it met, as a sentence.
    fn fact(&self) -> &str {
        &self.0.unmet.fact
    }
    /// What would change the answer, as a sentence.
    fn change(&self) -> &str {
        &self.0.unmet.change
    }
    /// All three in one: the criterion, the fact that it met, and what would change the answer.
    fn message(&self) -> String {
        self.0.unmet.message()
    }
}

/// A reason why somebody cannot be referred.
#[derive(Clone)]
pub struct Reason {
    kind: ReasonKind,
    criterion: Option<UnmetCriterion>,
    fact: String,
    change: String,
}

impl Reason {
    fn of_criterion(failing: Failing) -> Self {
        let (fact, change) = (failing.unmet.fact.clone(), failing.unmet.change.clone());
        Self { kind: ReasonKind::Criterion, criterion: Some(UnmetCriterion(failing)), fact, change }
    }

    fn of_service(kind: ReasonKind, why: Unavailable) -> Self {
        Self { kind, criterion: None, fact: why.fact, change: why.change }
    }

    /// The reason in one text, as a submission would be refused.
    pub fn said(&self) -> String {
        match &self.criterion {
            Some(criterion) => criterion.0.unmet.message(),
            None => format!("{} {}", self.fact, self.change),
        }
    }
}

/// A reason why somebody cannot be referred to a service: a criterion that is not met, or what the service says of whom
/// and when it is available to.
#[Object(name = "ReasonWhyNot")]
impl Reason {
    /// What kind of reason.
    fn kind(&self) -> Shown<ReasonKind> {
        self.kind.into()
    }
    /// The criterion that is not met; null for a reason of another kind.
    fn criterion(&self) -> Option<&UnmetCriterion> {
        self.criterion.as_ref()
    }
    /// The fact that stands against it, as a sentence.
    fn fact(&self) -> &str {
        &self.fact
    }
    /// What would change the answer, as a sentence.
    fn change(&self) -> &str {
        &self.change
    }
    /// All in one, as a submission would be refused: the criterion where there is one, the fact, and what would change it.
    fn message(&self) -> String {
        self.said()
    }
}

/// Whether a service can be used for somebody.
#[derive(Clone)]
pub struct Eligibility {
    /// The service.
    pub service: Service,
    /// The day that was asked about.
    pub on: NaiveDate,
    /// Everything that is not met.
    pub failing: Vec<Failing>,
    /// Why it is not available to the purchaser on a basis that the sentence has; none where it is.
    pub unavailable: Option<Unavailable>,
}

impl Eligibility {
    /// Whether nothing stands against a referral.
    pub fn is_given(&self) -> bool {
        self.failing.is_empty() && self.unavailable.is_none() && self.closed().is_none()
    }

    fn closed(&self) -> Option<Unavailable> {
        closed(&reads::opening(&self.service.0), self.on)
    }

    /// Every reason why not.
    pub fn reasons(&self) -> Vec<Reason> {
        let criteria = self.failing.iter().cloned().map(Reason::of_criterion);
        let unavailable =
            self.unavailable.clone().map(|why| Reason::of_service(ReasonKind::Availability, why));
        let closed = self.closed().map(|why| Reason::of_service(ReasonKind::Closed, why));
        criteria.chain(unavailable).chain(closed).collect()
    }
}

/// Whether somebody can be referred to a service: what it and its provider ask, to whom it is available, and whether it
/// takes referrals. The check that runs at submission, without a referral.
#[Object]
impl Eligibility {
    /// Whether nothing stands against a referral: every criterion is met, the service is available to who would pay on a
    /// basis that the sentence has, and takes referrals that day.
    fn eligible(&self) -> bool {
        self.is_given()
    }
    /// Every reason why not; empty when the person is eligible.
    #[graphql(name = "reasons")]
    fn why_not(&self) -> Vec<Reason> {
        self.reasons()
    }
    /// Every criterion that is not met; empty when all are.
    fn unmet(&self) -> Vec<UnmetCriterion> {
        self.failing.iter().cloned().map(UnmetCriterion).collect()
    }
    /// Whether the service takes referrals on that day: it may be over, or not have begun.
    fn takes_referrals(&self) -> bool {
        reads::is_open(&self.service.0, self.on)
    }
    /// Whether the service is available that day to who would pay, on a basis that the sentence has.
    fn available(&self) -> bool {
        self.unavailable.is_none()
    }
    /// The day (Europe/London) that the answer is for.
    fn on(&self) -> Date {
        self.on.into()
    }
    /// The service.
    fn service(&self) -> &Service {
        &self.service
    }
}

/// An exception with what was read for it.
pub struct Override(pub Member<eligibility_override::Model, OverrideKin>);

/// What hangs on exceptions.
#[derive(Default)]
pub struct OverrideKin {
    criteria: ToOne<Id<criterion::Entity>, Criterion>,
    people: ToOne<Id<person::Entity>, NamedPerson>,
}

impl Node for Override {
    type Table = eligibility_override::Entity;
    type Kin = OverrideKin;
    fn show(member: Member<eligibility_override::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A criterion that a team manager set aside for one referral, with the reason.
#[Object(name = "EligibilityOverride")]
impl Override {
    /// Its identifier.
    fn id(&self) -> GlobalId<eligibility_override::Entity> {
        self.0.id.into()
    }
    /// The criterion, as it is now.
    async fn criterion(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Criterion>>> {
        let ids = || self.0.rows().iter().map(|row| row.criterion_id).collect();
        let criteria = &self.0.kin().criteria;
        criteria.of(&self.0.criterion_id, || Criterion::load_all(store(ctx), ids())).await.in_turn()
    }
    /// The version of the criterion that was set aside: once it is changed, it holds again.
    fn criterion_version(&self) -> i64 {
        self.0.criterion_version
    }
    /// Why.
    fn reason(&self) -> &str {
        &self.0.reason
    }
    /// The manager who set it aside.
    async fn author(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.author_id).collect::<Vec<_>>();
        let people = &self.0.kin().people;
        people.of(&self.0.author_id, || named(store(ctx), ids().into_iter())).await.in_turn()
    }
    /// When.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

keyed!(Override);
