//! What the mutations of this room take.

use crate::graphql::date::Date;
use async_graphql::InputObject;
use entity::{desired_outcome, end_report, instrument, measure, referral};
use rules::terms::{MeasureStage, Need, OutcomeResult, QualificationLevel, ScoreDirection};

use crate::graphql::global_id::GlobalId;
use crate::graphql::shown::Shown;

/// A new instrument.
#[derive(InputObject)]
pub struct AddInstrumentInput {
    /// Its name, unique in the network; at most 200 characters.
    pub name: String,
    /// What it measures and how; at most 10,000 characters.
    pub description: String,
    /// The lowest score on its scale, in points: from -10,000 to 10,000.
    pub low: i32,
    /// The highest score on its scale, in points: greater than the lowest, 10,000 at most.
    pub high: i32,
    /// Whether a higher or a lower score is better.
    pub direction: Shown<ScoreDirection>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A score to record.
#[derive(InputObject)]
pub struct RecordMeasureInput {
    /// The referral under which it was taken.
    pub referral_id: GlobalId<referral::Entity>,
    /// The need that was measured.
    pub need: Shown<Need>,
    /// The instrument with which it was taken.
    pub instrument_id: GlobalId<instrument::Entity>,
    /// Whether it was taken at the start or at the end of the service.
    pub stage: Shown<MeasureStage>,
    /// The score, in points of the instrument's scale.
    pub score: i32,
    /// The day it was taken (Europe/London): today or earlier.
    pub taken_on: Date,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// What a recorded score should have been. Need, instrument and stage stay.
#[derive(InputObject)]
pub struct CorrectMeasureInput {
    /// The measure that was wrong; the one that stands, not one that was superseded.
    pub measure_id: GlobalId<measure::Entity>,
    /// The right score, in points of the instrument's scale.
    pub score: i32,
    /// The day it was taken (Europe/London): today or earlier.
    pub taken_on: Date,
    /// Why it is corrected; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A qualification gained.
#[derive(InputObject)]
pub struct RecordQualificationInput {
    /// The referral through which it was gained.
    pub referral_id: GlobalId<referral::Entity>,
    /// Its title, as the certificate has it; at most 200 characters.
    pub title: String,
    /// Its level.
    pub level: Shown<QualificationLevel>,
    /// The day it was awarded (Europe/London): today or earlier.
    pub awarded_on: Date,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// The result of one desired outcome.
#[derive(InputObject)]
pub struct OutcomeResultInput {
    /// The outcome that the referral asked for.
    pub desired_outcome_id: GlobalId<desired_outcome::Entity>,
    /// How far it was reached.
    pub result: Shown<OutcomeResult>,
    /// The words to it; at most 10,000 characters.
    pub comment: Option<String>,
}

/// The end-of-service report.
#[derive(InputObject)]
pub struct SubmitEndReportInput {
    /// The referral on which it reports.
    pub referral_id: GlobalId<referral::Entity>,
    /// What was delivered and what changed; at most 10,000 characters.
    pub summary: String,
    /// What should follow; at most 10,000 characters.
    pub further_work: Option<String>,
    /// The result of every outcome that the referral desires, each once.
    pub outcomes: Vec<OutcomeResultInput>,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}

/// A report that supersedes the one that stands. It is whole: nothing is taken over from the earlier one.
#[derive(InputObject)]
pub struct CorrectEndReportInput {
    /// The report to supersede; the one that stands, not one that was superseded.
    pub report_id: GlobalId<end_report::Entity>,
    /// What was delivered and what changed; at most 10,000 characters.
    pub summary: String,
    /// What should follow; at most 10,000 characters.
    pub further_work: Option<String>,
    /// The result of every outcome that the referral desires, each once.
    pub outcomes: Vec<OutcomeResultInput>,
    /// Why it supersedes the earlier one; at most 10,000 characters.
    pub reason: String,
    /// A key of your choice: a repeat with the same key and input returns the first answer.
    pub idempotency_key: Option<String>,
}
