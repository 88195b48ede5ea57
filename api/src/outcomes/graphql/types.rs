//! Instruments, measures and qualifications.

use crate::graphql::date::Date;
use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use entity::{Id, instrument, measure, person, qualification, referral};
use rules::outcomes::Change;
use rules::terms::{MeasureStage, Need, QualificationLevel, ScoreDirection};

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
use crate::store::kin::{Member, ToOne};

/// An instrument. Nothing hangs on it.
#[derive(Clone)]
pub struct Instrument(pub instrument::Model);

impl Node for Instrument {
    type Table = instrument::Entity;
    type Kin = ();
    fn show(member: Member<instrument::Model, Self::Kin>) -> Self {
        Self((*member).clone())
    }
}

/// A named measure with a bounded scale: a questionnaire, a test. It never changes once it is added.
#[Object]
impl Instrument {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<instrument::Entity> {
        self.0.id.into()
    }
    /// Its name, unique in the network.
    fn name(&self) -> &str {
        &self.0.name
    }
    /// What it measures and how.
    fn description(&self) -> &str {
        &self.0.description
    }
    /// The lowest score on its scale, in points.
    fn low(&self) -> i32 {
        self.0.low
    }
    /// The highest score on its scale, in points.
    fn high(&self) -> i32 {
        self.0.high
    }
    /// Whether a higher or a lower score is better.
    fn direction(&self) -> Shown<ScoreDirection> {
        self.0.direction.into()
    }
}

/// A measure with what was read for it.
#[derive(Clone)]
pub struct Measure(pub Member<measure::Model, MeasureKin>);

/// What hangs on measures.
#[derive(Default)]
pub struct MeasureKin {
    referral: ToOne<Id<referral::Entity>, Referral>,
    instrument: ToOne<Id<instrument::Entity>, Instrument>,
    recorder: ToOne<Id<person::Entity>, NamedPerson>,
    corrected: ToOne<Id<measure::Entity>, Measure>,
}

impl Node for Measure {
    type Table = measure::Entity;
    type Kin = MeasureKin;
    fn show(member: Member<measure::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A score that a person reached on an instrument, for a need, at the start or the end of a service. It is
/// never edited: a correction supersedes it.
#[Object]
impl Measure {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<measure::Entity> {
        self.0.id.into()
    }
    /// The need that was measured.
    fn need(&self) -> Shown<Need> {
        self.0.need.into()
    }
    /// Whether it was taken at the start or at the end of the service.
    fn stage(&self) -> Shown<MeasureStage> {
        self.0.stage.into()
    }
    /// The score, in points of the instrument's scale.
    fn score(&self) -> i32 {
        self.0.score
    }
    /// The day it was taken (Europe/London).
    fn taken_on(&self) -> Date {
        self.0.taken_on.into()
    }
    /// When it was recorded.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// When a correction replaced it; null while it stands.
    fn superseded_at(&self) -> Option<DateTime<Utc>> {
        self.0.superseded_at
    }
    /// Why it corrects an earlier measure; null unless it does.
    fn correction_reason(&self) -> Option<&str> {
        self.0.correction_reason.as_deref()
    }
    /// The referral under which it was taken.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Referral>>> {
        let ids = || self.0.rows().iter().map(|row| row.referral_id).collect();
        let found = self.0.kin().referral.of(&self.0.referral_id, || referrals(store(ctx), ids()));
        found.await.in_turn()
    }
    /// The instrument with which it was taken.
    async fn instrument(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Instrument>>> {
        let ids = || self.0.rows().iter().map(|row| row.instrument_id).collect();
        let found =
            self.0.kin().instrument.of(&self.0.instrument_id, || reads::instruments_by_id(store(ctx), ids()));
        found.await.in_turn()
    }
    /// Who recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.recorded_by_id);
        let found = self.0.kin().recorder.of(&self.0.recorded_by_id, || named(store(ctx), ids()));
        found.await.in_turn()
    }
    /// The earlier measure that it corrects; null unless it is a correction.
    async fn supersedes(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Measure>>> {
        let id = self.0.supersedes_id?;
        let ids = || self.0.rows().iter().filter_map(|row| row.supersedes_id).collect();
        let found = self.0.kin().corrected.of(&id, || reads::measures_by_id(store(ctx), ids()));
        found.await.in_turn()
    }
}

/// The measures of one need with one instrument, at both ends.
pub struct MeasureChange {
    /// The measure at the start.
    pub start: Measure,
    /// The measure at the end.
    pub end: Measure,
    /// The instrument of both.
    pub instrument: Instrument,
    /// What the rules make of them.
    pub change: Change,
}

/// How a need changed between start and end, by one instrument. There is a change only where both measures
/// were taken with that instrument: points of different scales are not subtracted.
#[Object]
impl MeasureChange {
    /// The need that was measured.
    fn need(&self) -> Shown<Need> {
        self.start.0.need.into()
    }
    /// The instrument of both measures.
    fn instrument(&self) -> &Instrument {
        &self.instrument
    }
    /// The measure at the start.
    fn start(&self) -> &Measure {
        &self.start
    }
    /// The measure at the end.
    fn end(&self) -> &Measure {
        &self.end
    }
    /// The score at the end less that at the start, in points of the instrument's scale.
    fn points(&self) -> i32 {
        self.change.points
    }
    /// Whether that is an improvement, by the direction of the scale; null where the score stayed the same.
    fn improved(&self) -> Option<bool> {
        self.change.improved
    }
}

/// A qualification with what was read for it.
pub struct Qualification(pub Member<qualification::Model, QualificationKin>);

/// What hangs on qualifications.
#[derive(Default)]
pub struct QualificationKin {
    referral: ToOne<Id<referral::Entity>, Referral>,
    recorder: ToOne<Id<person::Entity>, NamedPerson>,
}

impl Node for Qualification {
    type Table = qualification::Entity;
    type Kin = QualificationKin;
    fn show(member: Member<qualification::Model, Self::Kin>) -> Self {
        Self(member)
    }
}

/// A qualification that a person gained through a service.
#[Object]
impl Qualification {
    /// Its identifier.
    pub async fn id(&self) -> GlobalId<qualification::Entity> {
        self.0.id.into()
    }
    /// Its title, as the certificate has it.
    fn title(&self) -> &str {
        &self.0.title
    }
    /// Its level.
    fn level(&self) -> Shown<QualificationLevel> {
        self.0.level.into()
    }
    /// The day it was awarded (Europe/London).
    fn awarded_on(&self) -> Date {
        self.0.awarded_on.into()
    }
    /// When it was recorded.
    fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
    /// The referral through which it was gained.
    async fn referral(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, Referral>>> {
        let ids = || self.0.rows().iter().map(|row| row.referral_id).collect();
        let found = self.0.kin().referral.of(&self.0.referral_id, || referrals(store(ctx), ids()));
        found.await.in_turn()
    }
    /// Who recorded it.
    async fn recorded_by(&self, ctx: &Context<'_>) -> Option<Result<InTurn<'_, NamedPerson>>> {
        let ids = || self.0.rows().iter().map(|row| row.recorded_by_id);
        let found = self.0.kin().recorder.of(&self.0.recorded_by_id, || named(store(ctx), ids()));
        found.await.in_turn()
    }
}

keyed!(Measure, Qualification);
